"""The quotes command refuses what it cannot read before any work, and prints, writes and stops as it promises."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.analysis.quote_worlds import of_a_list, quoted
from tests.analysis.seller import AT_Q, SEED
from warrantysim.analysis import quote_findings
from warrantysim.analysis.cases import Case
from warrantysim.analysis.quote_findings import QuoteFindings, findings
from warrantysim.analysis.quote_offers import study_quotes
from warrantysim.cli import main
from warrantysim.present.blocks import Chart
from warrantysim.present.terminal import flat
from warrantysim.report.charts.theme import Look
from warrantysim.studies.quotes import STUDY, Quotes

BASE = Path(__file__).parents[1] / "scenarios" / "base.yaml"
EXAMPLES = BASE.parent / "quotes"


def found(stop_after: int | None = None) -> QuoteFindings:
    """A study of the small seller, its dear quote looked at under rules that sign it."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(quote_findings, "signing_cases", lambda study, *_, **__: [Case("at Q", study.scenario, AT_Q)])
        asked: list[int] = []

        def cancel() -> bool:
            asked.append(1)
            return stop_after is not None and len(asked) > stop_after

        study = study_quotes(quoted(), replications=3, seed=SEED, within=50.0, decide=of_a_list, cancel=cancel)
        return findings(study, cancel=cancel)


@pytest.fixture(scope="module")
def whole() -> QuoteFindings:
    """The study to its end."""
    return found()


def run(monkeypatch: pytest.MonkeyPatch, result: QuoteFindings, *arguments: str) -> int:
    monkeypatch.setattr(Quotes, "run", lambda *_: result)
    return main(["quotes", str(BASE), "--width", "140", *arguments])


def test_the_answer_comes_first_in_both_languages(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], whole: QuoteFindings
) -> None:
    for lang, sign, order in (
        ("en", "Sign Partner (P): saves USD", "Every set"),
        ("zh", "建议签约伙伴（P）", "各报价组合"),
    ):
        assert run(monkeypatch, whole, "--lang", lang) == 0
        text = capsys.readouterr().out
        assert text.index(sign) < text.index(order)
        assert "66.7 %" in text


def test_json_holds_the_choice_its_guarantee_and_every_table(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], whole: QuoteFindings
) -> None:
    assert run(monkeypatch, whole, "--json") == 0
    record: dict[str, Any] = json.loads(capsys.readouterr().out)
    assert record["sign"] == ["P"]
    assert record["guarantee"]["within"] == 50.0
    assert record["cancelled"] is False
    assert {"ranking", "values", "winning_prices", "statements", "good_units", "open_terms"} <= set(record)


def test_out_writes_every_table(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, whole: QuoteFindings) -> None:
    assert run(monkeypatch, whole, "--out", str(tmp_path / "there"), "--quiet") == 0
    written = {path.name for path in (tmp_path / "there").iterdir()}
    assert {"ranking.csv", "ranking.parquet", "statements.csv", "run.json"} <= written
    drawn = {"ranking", "winning_prices", "good_units_promised", "good_units_haircut", "bill_P_main", "bill_Q_main"}
    assert {f"{name}.{form}" for name in drawn for form in ("svg", "png")} <= written


@pytest.mark.parametrize(("lang", "nothing"), [("en", "no quote"), ("zh", "不签任何报价")])
def test_charts_speak_either_language(whole: QuoteFindings, lang: Any, nothing: str) -> None:
    world = whole.study.scenario
    stored = STUDY.stored(whole, [Case.of(world)], STUDY.options({}), whole.study.seed)
    blocks = flat(STUDY.answer(stored, lang))
    drawn = {block.name: block.draw(Look(lang)) for block in blocks if isinstance(block, Chart)}
    assert nothing in drawn["ranking"].title
    assert any(name.startswith("by_volume_") for name in drawn)


def test_stopped_it_prints_and_writes_what_it_has_and_says_so(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    partial = found(stop_after=3)
    assert run(monkeypatch, partial, "--out", str(tmp_path)) == 130
    assert "Stopped before the end" in capsys.readouterr().out
    assert (tmp_path / "ranking.csv").exists()


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("quotes:\n  x: {title: {en: X, zh: X}}\n", "desks"),
        ("quote,term\n", "expected the columns quote, desk, term, value"),
    ],
    ids=["missing terms", "missing columns"],
)
def test_a_bad_quote_file_ends_the_command_with_code_3(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, text: str, told: str
) -> None:
    file = tmp_path / ("q.yaml" if text.startswith("quotes") else "q.csv")
    file.write_text(text, "utf-8")
    assert main(["quotes", str(BASE), "--quote", str(file)]) == 3
    assert told in capsys.readouterr().err


def test_one_quote_in_two_files_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    files = [str(EXAMPLES / f"quickbench-us.{form}") for form in ("yaml", "csv")]
    assert main(["quotes", str(BASE), "--quote", files[0], "--quote", files[1]]) == 3
    assert "is stated in quickbench-us.yaml already" in capsys.readouterr().err
