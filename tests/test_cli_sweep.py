"""The sweep command answers first, tells what it left out, writes what it found and keeps it when stopped."""

from __future__ import annotations

import json
from functools import partial
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from tests.analysis.seller import AT_P, SEED, seller
from tests.answers import drawn, stored, told
from tests.worlds import faults
from warrantysim.analysis.cases import Case
from warrantysim.analysis.exclusions import run_exclusions
from warrantysim.analysis.fault_worth import FaultWorth, fault_worth
from warrantysim.analysis.levers_to_price import LEVERS
from warrantysim.analysis.sweeps import Sweep, run_sweep
from warrantysim.cli import main
from warrantysim.locale.wording import LANGUAGES, Lang, named, text
from warrantysim.schema.root import Scenario
from warrantysim.studies import STUDIES

BASE = str(Path(__file__).parents[1] / "scenarios" / "base.yaml")


def swept(lever: str, world: Scenario, at: tuple[float, ...] = (), stop_after: int = 99, years: int = 4) -> Sweep:
    stated = Case.of(world)
    asked: list[int] = []

    def cancel() -> bool:
        asked.append(1)
        return len(asked) > stop_after

    turning = LEVERS[lever](stated, at)
    run = run_exclusions if lever == "exclusions" else partial(run_sweep, lever)
    return run(stated, turning.positions, range(years), SEED, left_out=turning.left_out, cancel=cancel)


@pytest.fixture(scope="module")
def terms() -> Sweep:
    """Warranty terms of a seller of some size."""
    return swept("warranty", seller(units=40.0, terms_of={"life_eta_days": 3000.0}), (90.0, 730.0))


@pytest.fixture(scope="module")
def broken() -> FaultWorth:
    """Faults of the same seller."""
    return fault_worth(Case.of(seller(units=40.0)), range(4), SEED)


def report(found: Sweep, lang: Lang = "en") -> str:
    """The answer as a terminal shows it."""
    return told("sweep", found, found.stated, lang)


def lines(text: str) -> str:
    """A text without its line breaks."""
    return " ".join(text.split())


def test_the_help_lists_every_lever(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["sweep", "--help"])
    text = lines(capsys.readouterr().out)
    assert not [lever for lever in LEVERS if lever not in text]


def test_a_longer_term_is_told_with_the_sales_at_which_it_pays(terms: Sweep) -> None:
    ways: list[tuple[Lang, str, str]] = [("en", "it pays from", "Every position"), ("zh", "以上才划算", "各取值")]
    for lang, pays, table in ways:
        text = report(terms, lang)
        assert text.index(pays) < text.rindex(table)
    english = lines(report(terms))
    assert "A warranty of 730 d costs USD" in english
    assert "it pays unless sales fall by more than" in english
    kept = stored("sweep", terms, terms.stated)
    assert kept.facts["contribution"] > 0.0
    assert list(kept.tables["positions"]["position"]) == ["90 d", "730 d"]


def test_a_term_that_eats_all_a_sale_leaves_is_never_said_to_pay() -> None:
    world = seller(units=40.0, terms_of={"life_eta_days": 120.0})
    text = lines(report(swept("warranty", world, (730.0,))))
    assert "however much more is sold" in text
    assert "inf" not in text


def test_a_guide_is_told_by_product_with_what_it_may_cost() -> None:
    world = seller(units=40.0, sku_of={"guide_on": True}, fault_shares={"user_fixable": 0.6, "repairable": 0.4})
    text = lines(report(swept("guide", world)))
    assert "The guide pays for A; it does not for none." in text
    assert "pays up to" in text


def test_a_lever_that_moves_nothing_says_so_and_how_to_go_on() -> None:
    text = lines(report(swept("dispatch", seller())))
    assert "the lever moves nothing" in text
    assert "--decide" in text
    assert "--policy" in text


def test_every_lever_is_told_in_both_languages() -> None:
    rows = [row | ({"exclusion": "accident"} if row["kind"] == "excluded" else {})
            for row in faults(excluded=0.2, repairable=0.8)]  # fmt: skip
    world = seller(units=2.0, policy=AT_P, faults=rows)
    for name in LEVERS:
        found = swept(name, world, years=2)
        for lang in LANGUAGES:
            assert report(found, lang)


def test_stopped_it_says_that_positions_are_missing() -> None:
    found = swept("warranty", seller(), stop_after=1)
    assert "positions that were not run are missing" in lines(report(found))
    assert stored("sweep", found, found.stated).cancelled


def test_the_fault_worth_most_comes_first(broken: FaultWorth) -> None:
    text = lines(told("faults", broken, broken.case))
    assert "Fix A, repairable first: one point less is worth USD" in text
    assert f"优先改进 A，{named('fault_kind', 'repairable', 'zh')}" in lines(told("faults", broken, broken.case, "zh"))
    worth = stored("faults", broken, broken.case).tables["faults"]["worth"]
    assert worth[0] == pytest.approx(broken.worth.mean(axis=1).max())


def test_the_command_runs_from_the_shell_writes_its_tables_and_its_chart(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    small(monkeypatch)
    assert main(["faults", BASE, "--replications", "2", "--json", "--out", str(tmp_path)]) == 0
    record: dict[str, Any] = json.loads(capsys.readouterr().out)
    assert record["faults"][0]["fault"] == "repairable"
    written = {path.name for path in tmp_path.iterdir()}
    assert {"faults.csv", "faults.parquet", "faults.svg", "run.json"} <= written
    terms = ["--lever", "warranty", "--at", "90", "400", "--replications", "2", "--out", str(tmp_path / "terms")]
    assert main(["sweep", BASE, *terms]) == 0
    assert "400 d" in capsys.readouterr().out
    assert {"positions.svg", "positions.png"} <= {path.name for path in (tmp_path / "terms").iterdir()}


@pytest.mark.parametrize(
    ("lang", "title", "position"), [("en", "the warranty term", "730 d"), ("zh", "保修期", "730 天")]
)
def test_the_chart_shows_every_position_that_was_run(terms: Sweep, lang: Any, title: str, position: str) -> None:
    chart = drawn("sweep", terms, terms.stated, lang)["positions"]
    assert title in chart.title
    rows = [row["label"] for rows in chart.spec()["datasets"].values() for row in rows if "label" in row]
    assert position in rows
    assert len(set(rows)) == len(terms.positions)


def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the command read the small seller, whatever file it is given."""
    from warrantysim.cli import studies as command

    monkeypatch.setattr(command, "loaded", lambda *_: SimpleNamespace(scenario=seller(units=20.0), changes=()))


@pytest.mark.parametrize(
    ("arguments", "code", "told"),
    [
        (["--lever", "warrenty"], 3, "--lever: expected one of warranty"),
        (["--lever", "guide", "--at", "3"], 3, "--at: lever guide has positions of its own"),
        (["--lever", "warranty", "--at", "nan"], 3, "--at"),
        (["--lever", "triage.contact_cost"], 3, "expected positions"),
        (["--lever", "triage.contact_costs", "--at", "3"], 3, "contact_costs"),
        (["--lever", "markets.US.country", "--at", "3"], 3, "expected a number or an amount"),
    ],
    ids=["unknown lever", "positions of a guide", "no number", "no positions", "wrong path", "no figure"],
)
def test_a_question_that_makes_no_sense_is_refused(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, arguments: list[str], code: int, told: str
) -> None:
    small(monkeypatch)
    assert main(["sweep", BASE, *arguments]) == code
    assert told in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "code", "told"),
    [
        (["sweep", "--lever", "warranty", "--at", "-5"], 3, "--at: warranty -5 d is not possible"),
        (["sweep", "--lever", "hours", "--at", "-3"], 3, "x -3 is not possible"),
        (["sweep", "--lever", "warranty", "--factor"], 3, "--factor: only the path of a figure takes it"),
        (["simplify", "--steps", "0"], 3, "--steps"),
        (["simplify", "--grains", "foo"], 3, "--grains: "),
        (["simplify", "--grains", "sku,sku"], 3, "each key once"),
        (["simplify", "--finer", "sku"], 3, "--finer: sku tells no more apart"),
        (["simplify", "--finer", ""], 3, "--finer: '' tells no more apart"),
        (["simplify", "--finer", "market,category"], 3, "--finer: market,category tells no more apart"),
        (["promise", "--market", "XX"], 3, "--market: "),
        (["promise", "--claim", "abc"], 3, "--claim: expected the number of a claim, got 'abc'"),
        (["fit", "--table", "nosuch.csv"], 3, "nosuch.csv: cannot be read as a table: No such file"),
    ],
)
def test_options_of_a_study_that_cannot_be_are_no_defects(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, arguments: list[str], code: int, told: str
) -> None:
    monkeypatch.setattr(
        "warrantysim.cli.studies.loaded", lambda *_: SimpleNamespace(scenario=seller(units=20.0), changes=())
    )
    small(monkeypatch)
    assert main([arguments[0], BASE, *arguments[1:]]) == code
    text = capsys.readouterr().err
    assert told in text
    assert "validation error" not in text
    assert "100%" not in text, "nothing is done before"


WHOLE = ("decide", "drivers", "fit")
"""Studies of which nothing is kept where they are stopped."""


@pytest.mark.parametrize("name", sorted(set(STUDIES) - set(WHOLE)))
def test_every_study_can_be_stopped_and_says_so_in_every_language(name: str) -> None:
    for lang in LANGUAGES:
        assert text(f"{name}.partial", lang)
