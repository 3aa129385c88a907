"""Into the books: in whatever order files come, twice or overlapping, the books are the same; nothing is half done."""

from __future__ import annotations

import re
from pathlib import Path

import pandas as pd
import pytest

from tests.files.importers.reading import report_file
from warrantysim.files.books import Books, rows_changed, rows_merged
from warrantysim.files.importers.importing import import_files, import_reports
from warrantysim.present.blocks import Sentence, TableOf
from warrantysim.present.import_report import FEW, blocks_of
from warrantysim.schema.errors import ScenarioError

WHEN = "2026-11-30T12:00"
ORDERS = ("orders.txt", report_file("orders-all-cases.txt"))
RETURNS = ("returns.txt", report_file("fba-returns-cp1252.txt"))


def books_of(folder: Path, *batches: list[tuple[str, bytes]], **answers: str) -> Books:
    books = Books(folder / "books")
    books.folder.mkdir(parents=True, exist_ok=True)
    (books.folder / "key").write_text("00" * 32)
    for batch in batches:
        import_files(books, batch, answers, when=WHEN)
    return Books(books.folder)


def test_the_same_file_twice_changes_nothing(tmp_path: Path) -> None:
    once = books_of(tmp_path, [ORDERS, RETURNS])
    digest, files = once.digest, sorted((path.name, path.stat().st_mtime_ns) for path in once.folder.iterdir())
    again = import_files(once, [ORDERS, RETURNS], when=WHEN)
    assert (again.written, again.changes) == (False, {})
    assert sorted((path.name, path.stat().st_mtime_ns) for path in once.folder.iterdir()) == files
    assert Books(once.folder).digest == digest
    assert [row["file"] for row in once.imports] == ["orders.txt", "returns.txt"]


def test_rows_that_are_known_already_take_no_copy_of_the_table() -> None:
    old = pd.DataFrame({"key": ["a", "b"], "updated": pd.to_datetime(["2026-01-02", None]), "units": [1.0, None]})
    assert rows_merged(old, old.iloc[[1]]) is old
    assert rows_changed(old, old) == (0, 0)
    new = pd.DataFrame({"key": ["b", "c"], "updated": pd.to_datetime([None, None]), "units": [2.0, 3.0]})
    assert rows_changed(old, new) == (1, 1)
    assert rows_merged(old, new).set_index("key")["units"].to_dict() == {"a": 1.0, "b": 2.0, "c": 3.0}
    stale = old.iloc[[0]].assign(updated=pd.Timestamp("2026-01-01"), units=7.0)
    assert rows_merged(old, stale).set_index("key")["units"]["a"] == 1.0, "an older state of a row"


def test_the_order_of_files_does_not_matter(tmp_path: Path) -> None:
    together = books_of(tmp_path / "a", [ORDERS, RETURNS])
    apart = books_of(tmp_path / "b", [RETURNS], [ORDERS])
    assert together.digest == apart.digest


def test_overlapping_files_give_the_books_of_the_whole(tmp_path: Path) -> None:
    header, *lines = ORDERS[1].decode().splitlines(keepends=True)
    first, second = ("".join([header, *some]).encode() for some in (lines[:6], lines[3:]))
    whole = books_of(tmp_path / "whole", [ORDERS])
    assert books_of(tmp_path / "parts", [("1", first)], [("2", second)]).digest == whole.digest


def test_a_return_finds_market_price_and_day_of_sale_in_its_order(tmp_path: Path) -> None:
    text = report_file("fba-returns-cp1252.txt").decode("cp1252")
    header, _, row, *_ = text.splitlines()
    cells = row.split("\t")
    cells[1], cells[2] = "111-0000005-0000001", "CAM-2CH"
    returns = "\n".join([header, "\t".join(cells)]).encode()
    books = books_of(tmp_path, [("returns", returns)])
    [before] = books.table("returns").to_dict("records")
    assert (before["market"], before["market_how"]) == ("US", "hint")
    books = books_of(tmp_path, [ORDERS])
    [after] = books.table("returns").to_dict("records")
    assert (after["market"], after["market_how"], after["price"]) == ("DE", "order", 149.99)
    assert f"{after['sold']:%Y-%m-%d}" == "2026-04-01"


def test_a_claim_of_the_log_finds_its_day_of_sale_in_its_order_where_it_states_no_day(tmp_path: Path) -> None:
    log = (
        "claim,order,opened,delivered,sku,market\n1,111-0000005-0000001,2026-05-04,,CAM-2CH,DE\n"
        "2,111-0000005-0000001,2026-05-04,2026-03-09,CAM-2CH,DE\n3,999-0000005-0000001,2026-05-04,,CAM-2CH,DE\n"
    )
    books = books_of(tmp_path, [ORDERS])
    import_files(books, [("log.csv", log.encode())], when=WHEN, meant={"log.csv": "claims_log"})
    rows = Books(books.folder).table("claims")
    assert len(rows) == 3
    [dated] = rows[rows["sold"].notna()].to_dict("records")
    assert pd.isna(dated["delivered"])
    assert f"{dated['sold']:%Y-%m-%d}" == "2026-04-01"


def test_an_answer_given_later_holds_for_rows_read_before(tmp_path: Path) -> None:
    books = books_of(tmp_path, [ORDERS, RETURNS])
    import_files(books, [], {"failure.WARRANTY": "0.25", "all_orders.non_amazon": "sale"}, when=WHEN)
    books = Books(books.folder)
    assert books.table("returns").query("reason == 'WARRANTY'")["failure"].tolist() == [0.25]
    assert books.table("orders").query("channel == 'MCF'")["kind"].tolist() == ["sale"]
    assert books.answers["failure.WARRANTY"] == "0.25"
    assert not import_files(books, [ORDERS, RETURNS], when=WHEN).changes


def test_an_answer_nobody_asks_for_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ScenarioError, match=r"nobody asks for this; did you mean 'all_orders\.non_amazon'"):
        books_of(tmp_path, [ORDERS], al_orders_non_amazon="sale")
    with pytest.raises(ScenarioError, match="expected one of unknown, replacement, sale, got 'sold'"):
        import_files(Books(tmp_path / "x"), [ORDERS], {"all_orders.non_amazon": "sold"}, when=WHEN)


def test_one_file_that_cannot_be_read_leaves_the_books_as_they_were(tmp_path: Path) -> None:
    books = books_of(tmp_path, [ORDERS])
    digest = books.digest
    with pytest.raises(ScenarioError, match="no report is known with the columns a, b"):
        import_files(books, [RETURNS, ("what.csv", b"a,b\n1,2\n")], when=WHEN)
    assert Books(books.folder).digest == digest


def test_a_dry_run_writes_nothing(tmp_path: Path) -> None:
    found = import_files(Books(tmp_path / "books"), [ORDERS], when=WHEN, dry_run=True)
    assert found.changes == {"orders": (10, 0)}
    assert not list(tmp_path.iterdir())


def test_a_full_disk_leaves_the_books_as_they_were(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    books = books_of(tmp_path, [ORDERS])
    digest = books.digest
    calls = iter(range(100))

    def full(path: Path) -> None:
        if next(calls) == 2:
            raise OSError(28, "No space left on device")

    monkeypatch.setattr("warrantysim.files.books.to_disk", full)
    with pytest.raises(ScenarioError, match="the books cannot be written: No space left on device"):
        import_files(books, [RETURNS], when=WHEN)
    after = Books(books.folder)
    assert (after.digest, len(after.imports)) == (digest, 1)


@pytest.mark.parametrize("at", range(6))
def test_a_writer_killed_at_any_step_leaves_the_old_books_or_the_new(
    at: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    books, new = books_of(tmp_path / "old", [ORDERS]), books_of(tmp_path / "new", [ORDERS], [RETURNS])
    old = books.digest
    calls, replace = iter(range(100)), Path.replace

    def killed(self: Path, target: Path) -> Path:
        if next(calls) == at:
            raise KeyboardInterrupt
        return replace(self, target)

    with monkeypatch.context() as patched:
        patched.setattr(Path, "replace", killed)
        try:
            import_files(books, [RETURNS], when=WHEN)
            survived = True
        except KeyboardInterrupt:
            survived = False
    after = Books(books.folder)
    assert (after.digest, len(after.imports)) in ((old, 1), (new.digest, 2))
    assert (after.digest == old) == (at == 0)
    assert survived == (at > 4)
    import_files(after, [RETURNS], when=WHEN)
    assert Books(books.folder).digest == new.digest


def test_two_imports_at_once_are_not_mixed(tmp_path: Path) -> None:
    books = books_of(tmp_path, [ORDERS])
    with books.locked(), pytest.raises(ScenarioError, match="somebody else is importing into these books"):
        import_files(Books(books.folder), [RETURNS], when=WHEN)


def test_reports_are_imported_from_python_by_their_paths(tmp_path: Path) -> None:
    (tmp_path / "orders.txt").write_bytes(ORDERS[1])
    found = import_reports(tmp_path, [tmp_path / "orders.txt"], {"all_orders.non_amazon": "sale"})
    assert (found.changes, found.written) == ({"orders": (10, 0)}, True)
    assert set(Books(tmp_path / "books").table("orders")["kind"]) == {"sale", "resale"}


def test_of_many_files_a_row_each_is_told(tmp_path: Path) -> None:
    found = import_files(Books(tmp_path / "books"), [(f"{i}.txt", ORDERS[1]) for i in range(FEW + 1)], when="")
    [table] = [block for block in blocks_of(found) if isinstance(block, TableOf) and block.name == "files"]
    assert table.frame["file"].tolist() == [f"{i}.txt" for i in range(FEW + 1)]
    assert set(table.frame["used"]) == {10}


def test_the_books_tell_which_months_their_files_cover(tmp_path: Path) -> None:
    books = books_of(tmp_path, [ORDERS])
    whole = [month for month in pd.period_range("2026-01", "2026-06", freq="M") if books.covers("all_orders", month)]
    assert [str(month) for month in whole] == ["2026-02", "2026-03", "2026-04"]


def test_claims_opened_long_after_every_other_report_ends_are_warned_of(tmp_path: Path) -> None:
    books = books_of(tmp_path, [ORDERS])  # the last order is of 6 May 2026
    log = "claim,opened,sku,market\n" + "".join(
        f"{n},{day},CAM-2CH,US\n" for n, day in enumerate(("2026-05-20", "2026-06-06", "2026-12-13", "2027-04-30"))
    )
    found = import_files(books, [("log.csv", log.encode())], when=WHEN, meant={"log.csv": "claims_log"})
    for lang in ("en", "zh"):
        [warned] = [one.text for one in blocks_of(found, lang) if isinstance(one, Sentence) and one.role == "warn"]
        for part in ("2 ", "2026-12-13", "2027-04-30", "2026-05-06"):
            assert part in warned
    alone = books_of(tmp_path / "alone", [("log.csv", log.encode())])
    assert not import_files(alone, [], when=WHEN).late


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("imports.csv", "when,file,digest,report,rows,used,from\n", "missing column 'to'"),
        ("imports.csv", "when,file,digest,report,rows,used,from,to\nx,a,b,all_orders,7,7,2026-13-01,\n", "row 2"),
        ("imports.csv", "when,file,digest,report,rows,used,from,to\nx,a,b,all_orders,many,7,,\n", "row 2: .*many"),
        ("imports.csv", "\x00\x01", "missing column|line contains NUL"),
        ("orders.parquet", "PAR1", "orders.parquet"),
        ("orders.parquet", "units", "missing column 'units'"),
    ],
)
def test_damaged_books_are_told_as_such_with_file_and_place(name: str, content: str, told: str, tmp_path: Path) -> None:
    books = books_of(tmp_path, [ORDERS])
    if content == "units":
        pd.read_parquet(books.folder / name).drop(columns="units").to_parquet(books.folder / name)
    else:
        (books.folder / name).write_text(content, "utf-8")
    with pytest.raises(ScenarioError, match=f"books/{name}.*damaged|{name} row") as found:
        import_files(Books(books.folder), [RETURNS], when=WHEN)
    assert re.search(told, str(found.value))
    assert "import every file again" in str(found.value)
