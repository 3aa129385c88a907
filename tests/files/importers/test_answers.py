"""Answers are held against their questions when they are given, and those the books remember when they are used."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.files.importers.reading import report_file
from tests.files.importers.written import file_of
from warrantysim.cli import main
from warrantysim.files.books import Books
from warrantysim.files.importers.answering import answer_kind
from warrantysim.files.importers.importing import import_files
from warrantysim.schema.errors import ScenarioError

WHEN = "2026-11-30T12:00"
ORDERS = ("orders.txt", report_file("orders-all-cases.txt"))
RETURNS = ("returns.txt", report_file("fba-returns-cp1252.txt"))
LOG = {"Nr": "", "Opened": "2026-05-01", "SKU": "CAM-2CH", "Symptom": "defekt"}
WRONG = {
    "fba_returns.transit_days=-4": "from 0 to 120",
    "fba_returns.transit_days=abc": "from 0 to 120",
    "failure.DEFECTIVE=1.5": "from 0 to 1",
    "failure.DEFECTIVE=70%": "from 0 to 1",
    "failure.DEFEKTIVE=1": "did you mean 'failure.DEFECTIVE'?",
    "all_orders.non_amazon=replacment": "did you mean 'replacement'?",
    "all_orders.non_amazn=sale": "did you mean 'all_orders.non_amazon'?",
    "all_orders.item_price=banana": "line, unit",
    "claims_log.symptom.defekt=ded": "did you mean 'dead'?",
    "claims_log.symptm.defekt=dead": "nobody asks for this",
    "ecb_rates.day=27.11.2026": "2026-11-27",
    "encoding=banana": "banana",
    "kind.CAM-2CH=camra": "expected one of",
}


def log(*rows: dict[str, str]) -> tuple[str, bytes]:
    return "log.csv", file_of([LOG | row for row in rows], separator=",")


@pytest.mark.parametrize(("said", "expected"), WRONG.items(), ids=list(WRONG))
def test_an_answer_that_is_none_is_refused_by_name_and_nothing_is_kept(
    said: str, expected: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["import", str(tmp_path), "--answer", said, "--answer", "near_skus=take"]) == 3
    told = capsys.readouterr().err
    assert said.partition("=")[0] in told
    assert expected in told
    assert Books(tmp_path / "books").answers == {}


def test_an_answer_that_is_none_but_is_kept_is_named_by_file_until_it_is_answered_anew(tmp_path: Path) -> None:
    books = Books(tmp_path / "books")
    books.folder.mkdir()
    (books.folder / "answers.yaml").write_text("fba_returns.transit_days: -4\n")
    with pytest.raises(ScenarioError, match=r"books/answers\.yaml: fba_returns\.transit_days: expected a figure"):
        import_files(books, [RETURNS], when=WHEN)
    import_files(books, [RETURNS], {"fba_returns.transit_days": "7"}, when=WHEN)
    assert Books(books.folder).answers == {"fba_returns.transit_days": "7"}


def test_whatever_a_file_asks_can_be_answered_with_each_of_its_options(tmp_path: Path) -> None:
    asked = import_files(Books(tmp_path), [ORDERS, RETURNS, log({}, {})], when=WHEN, dry_run=True).questions
    assert {"all_orders.non_amazon", "claims_log.symptom.defekt", "failure.DEFECTIVE"} <= {one.name for one in asked}
    for one in asked:
        kind = answer_kind(one.name, None)
        assert kind is not None, one.name
        assert [kind.wrong(answer) for answer in (one.default, *one.options)] == [None] * (1 + len(one.options))


def test_the_meaning_of_a_cell_holds_for_rows_read_before_once_the_named_file_is_imported_again(tmp_path: Path) -> None:
    books = Books(tmp_path / "books")
    import_files(books, [log({}, {"Opened": "2026-05-02"})], when=WHEN)
    found = import_files(books, [], {"claims_log.symptom.defekt": "dead"}, when=WHEN)
    assert found.again == ("log.csv",)
    assert import_files(books, [], {"failure.DEFECTIVE": "0.5"}, when=WHEN).again == ()
    import_files(books, [log({}, {"Opened": "2026-05-02"})], when=WHEN)
    assert Books(books.folder).table("claims")["symptom"].tolist() == ["dead", "dead"]


@pytest.mark.parametrize("left", [None, "", "00"])
def test_books_without_their_key_take_nothing_and_say_what_to_do(left: str | None, tmp_path: Path) -> None:
    books = Books(tmp_path / "books")
    import_files(books, [ORDERS], when=WHEN)
    digest, key = books.digest, books.folder / "key"
    key.unlink()
    if left is not None:
        key.write_text(left)
    with pytest.raises(ScenarioError, match=r"books/key: .*counted twice.*put the file back.*begin the books anew"):
        import_files(Books(books.folder), [ORDERS], when=WHEN)
    assert Books(books.folder).digest == digest


def test_files_may_stand_before_and_after_options(tmp_path: Path) -> None:
    for name, content in (ORDERS, RETURNS):
        (tmp_path / name).write_bytes(content)
    files = [str(tmp_path / name) for name, _ in (ORDERS, RETURNS)]
    assert main(["import", str(tmp_path), "--answer", "near_skus=take", *files]) == 0
    assert [row["file"] for row in Books(tmp_path / "books").imports] == ["orders.txt", "returns.txt"]


def test_a_copied_folder_is_the_same_seller_and_of_several_files_none_is_guessed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["new", str(tmp_path / "shop"), "--markets", "US"]) == 0
    copy = tmp_path / "shopB"
    shutil.copytree(tmp_path / "shop", copy)
    (copy / "replay.yaml").write_text("extends: shop.yaml\nname: replay\n")
    capsys.readouterr()
    assert main(["import", str(copy)]) == 0
    assert "is not there" not in capsys.readouterr().err
    assert main(["validate", str(copy)]) == 0
    shutil.copyfile(copy / "shop.yaml", copy / "other.yaml")
    capsys.readouterr()
    for command in (["import"], ["fit"], ["books"], ["add", "--market", "DE"]):
        assert main([command[0], str(copy), *command[1:]]) == 3
        assert "other.yaml, shop.yaml" in capsys.readouterr().err
