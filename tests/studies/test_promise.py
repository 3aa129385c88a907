"""The command *promise*: times held against fresh years, statements as files, and its exit code."""

from __future__ import annotations

import json
from pathlib import Path
from zipfile import ZipFile

import pytest

from tests.promise.seller import seller
from warrantysim.analysis.cases import Case
from warrantysim.cli import main
from warrantysim.cli.exits import BAD_INPUT, NOT_KEPT, OK, USAGE
from warrantysim.packs import REFERENCE
from warrantysim.present.terminal import terminal_text
from warrantysim.studies.promise import STUDY, Promised
from warrantysim.studies.study import Stored, Work, WrongOption

QUICK = ("--replications", "3", "--quiet")


def asked(*more: str) -> int:
    return main(["promise", str(REFERENCE), *QUICK, *more])


@pytest.fixture(scope="module")
def found() -> tuple[Promised, Stored]:
    ask = STUDY.options({"replications": 3, "check": True})
    case = Case.of(seller())
    got = STUDY.run([case], ask, Work(7))
    return got, STUDY.stored(got, [case], ask, 7)


def test_times_hold_and_statements_leave_in_every_form(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert asked("--check", "--out", str(tmp_path / "kit"), "--market", "DE", "--languages", "de,en") == OK
    assert "hold on fresh years" in capsys.readouterr().out
    names = {path.name for path in (tmp_path / "kit").iterdir() if path.name.startswith("warranty")}
    assert names == {f"warranty-DE-{lang}.{form}" for lang in ("de", "en_GB") for form in ("html", "md", "docx", "pdf")}
    with ZipFile(tmp_path / "kit" / "warranty-DE-de.docx") as word:
        assert "Garantieerklärung" in word.read("word/document.xml").decode()


def test_a_time_that_no_longer_holds_fails_the_check_says_which_figure_moved_and_has_no_text_written(
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    moved = "partners.hub-test-de.desks.DE.bench.handling_days=6"
    assert asked("--set", moved, "--check", "--market", "DE") == NOT_KEPT
    told = " ".join(capsys.readouterr().out.split())
    assert "Germany, tested, from arrival on: promised within 3 working days for 90 % of claims, kept for" in told
    assert "handling_days: 2 -> 6" in told
    assert "No text is written for Germany" in told
    assert asked("--set", moved, "--market", "DE,UK", "--forms", "md", "--out", str(tmp_path)) == OK
    names = {path.name for path in tmp_path.iterdir() if path.name.startswith("warranty")}
    assert names == {"warranty-UK-en_GB.md", "warranty-UK-zh_CN.md"}


def test_what_the_seller_has_not_said_fails_the_check_and_names_the_law(capsys: pytest.CaptureFixture[str]) -> None:
    assert asked("--set", "promise.phone=''", "--check", "--market", "JP") == NOT_KEPT
    told = " ".join(capsys.readouterr().out.split())
    assert "promise.phone: missing; expected Telephone number" in told
    assert "Tokyo notice 279/1977" in told


def test_an_unknown_market_or_language_is_named_with_the_nearest(capsys: pytest.CaptureFixture[str]) -> None:
    assert asked("--market", "DEU") in (USAGE, BAD_INPUT)
    assert "'DEU'" in capsys.readouterr().err
    with pytest.raises(WrongOption, match="unknown 'jp'"):
        STUDY.run([Case.of(seller())], STUDY.options({"languages": ("jp",)}), Work(7))


def test_what_is_stored_tells_every_figure_of_every_statement_with_its_source(found: tuple[Promised, Stored]) -> None:
    facts = found[1].tables["facts"]
    assert set(facts["statement"]) == {document.name for document in found[0].documents}
    assert facts["source"].str.len().min() > 0
    assert json.loads(json.dumps(dict(found[1].facts)))["checked"]


def test_the_answer_is_made_of_what_is_stored_in_both_languages(found: tuple[Promised, Stored]) -> None:
    stored = found[1]
    for lang, told in (("en", "hold on fresh years"), ("zh", "在新的年份里")):
        assert told in terminal_text(STUDY.answer(stored, lang), 120)
    chosen = Stored(stored.tables, {**stored.facts, "statement": "warranty-JP-ja"})
    assert "保証書は、お客様の法律上の権利" in terminal_text(STUDY.answer(chosen, "en"), 200)


def test_a_faster_promise_has_its_price(found: tuple[Promised, Stored]) -> None:
    frame = found[1].tables["faster"]
    assert list(frame["market"]) == list(seller().market_ids)
    assert (frame["then_days"] < frame["days"]).all()
    assert frame["per_day"].to_numpy() == pytest.approx(frame["cost"] / (frame["days"] - frame["then_days"]))


def test_the_times_are_written_in_the_form_a_scenario_states_them(found: tuple[Promised, Stored]) -> None:
    written = STUDY.contents(found[0], Work(7), "en")["promised_times.csv"].decode("utf-8-sig").splitlines()
    assert written[0].replace('"', "") == "market,step,days,working,quantile,source,mark"
    assert len(written) == 1 + len(seller().market_ids) * 5


def test_a_run_for_one_market_leaves_the_times_of_the_others_in_the_file_a_scenario_names(tmp_path: Path) -> None:
    assert asked("--market", "DE", "--forms", "md", "--out", str(tmp_path)) == OK
    written = (tmp_path / "promised_times.csv").read_text("utf-8-sig")
    assert {line.split(",")[0].strip('"') for line in written.splitlines()[1:]} == set(seller().market_ids)
