"""The decision as text, files and JSON: what is promised is there, nothing can run, nothing is said that is not so."""

from __future__ import annotations

import csv
import dataclasses
import json
import re
from functools import cache
from pathlib import Path
from typing import Any, get_args

import pandas as pd
import pytest

from tests.decision.telling import pictures, record, report
from tests.experiment.tiny import roomy
from warrantysim.cli.exits import MEANINGS
from warrantysim.decision.binding import Bound, Kind
from warrantysim.decision.decide import Decision, decide
from warrantysim.files.loading import load_policy
from warrantysim.locale.wording import Lang, say
from warrantysim.report.agent_rules import with_titles
from warrantysim.report.charts.theme import Look
from warrantysim.report.export import as_json, write_frames
from warrantysim.report.tables import width_of
from warrantysim.schema.root import Scenario
from warrantysim.studies.decide.files import decision_frames, flat_table
from warrantysim.studies.decide.told import Told
from warrantysim.studies.decide.words import CaseWords, bound_text, scarce

PLAN = {
    "training_replications": 2,
    "selection_replications": 2,
    "confirm_replications": 3,
    "judging_replications": 3,
    "iterations": 1,
    "bands": 4,
    "neighbours": 0,
    "materiality": "1 USD",
}
HOSTILE = '=HYPERLINK("x")'
"""A product name that a spreadsheet would run."""


@cache
def seller() -> Scenario:
    return roomy(60, decision=PLAN, sku_of={"name_en": HOSTILE})


@cache
def decided() -> Decision:
    return decide(seller(), seed=7)


def said(decision: Decision, lang: Lang = "en") -> str:
    """The report on one line."""
    return " ".join(report(decision, seller(), lang, 110, (), 321.0).split())


def test_the_table_has_every_column_promised() -> None:
    promised = {
        "sku", "market", "currency", "claims", "rule_now", "rule_new", "rule_free", "cuts", "agent_cuts", "partner",
        "verdict", "because", "claims_changing", "cash_now", "cash", "expected_now", "expected", "saving",
        "saving_low", "saving_high", "free_saving", "free_low", "free_high",
        "change", "taken", "robust_share", "whole", "whole_low", "whole_high",
        "days_p50_now", "days_p50", "days_p90_now", "days_p90", "flat",
        "binds", "out_of_range", "training_claims", "few_claims", "sentence_en", "sentence_zh",
    }  # fmt: skip
    assert promised <= set(flat_table(decided(), CaseWords.of(seller())).columns)


def test_files_hold_cut_points_to_the_cent_and_no_program_objects() -> None:
    frame = flat_table(decided(), CaseWords.of(seller()))
    for rule in frame["rule_new"]:
        for zone in rule.split("; "):
            assert len(zone.split()[0].partition(".")[2]) <= 2
    assert all(isinstance(cell, str | int | float | bool) for cell in frame.astype(object).to_numpy().ravel())


def test_no_cell_of_a_csv_file_can_run_and_parquet_keeps_the_text(tmp_path: Path) -> None:
    write_frames(decision_frames(decided(), seller()), tmp_path)
    for path in tmp_path.glob("*.csv"):
        with path.open(encoding="utf-8-sig", newline="") as file:
            for line in csv.reader(file):
                for cell in line:
                    assert not cell.startswith(("=", "@", "\t", "\r"))
                    assert not cell.startswith(("+", "-")) or float(cell) is not None
    sentence = pd.read_csv(tmp_path / "decision.csv")["sentence_en"][0]
    assert sentence.startswith(f"'{HOSTILE}")
    assert pd.read_parquet(tmp_path / "decision.parquet")["sentence_en"][0].startswith(HOSTILE)


def test_json_holds_the_whole_decision() -> None:
    decision = decided()
    found = json.loads(as_json(record(decision, seller(), ["a: 1 -> 2"], 321.0)))
    assert len(found["cells"]) == len(decision.table)
    assert len(found["agent_rules"]) == len(decision.agent_rules)
    assert [row["name"] for row in found["tried"]] == [t.name for t in decision.tried]
    assert found["changes"] == ["a: 1 -> 2"]
    assert found["peak_memory_mb"] == 321.0
    assert (found["learned_on"], found["chosen_on"], found["replications"]) == (2, 2, 3)
    assert found["materiality"] == 1.0
    assert found["saving"]["mean"] == pytest.approx(found["cost_now"] - found["cost"])
    assert sum(row["saving"] for row in found["cells"]) + found["saving_shared"] == pytest.approx(
        found["saving"]["mean"]
    )


def test_the_policy_in_json_is_the_one_recommended(tmp_path: Path) -> None:
    file = tmp_path / "policy.yaml"
    file.write_text(record(decided(), seller())["policy"], "utf-8")
    assert load_policy(file).rules == decided().policy.rules


def test_the_head_states_what_is_worth_a_change_and_which_years_are_fresh() -> None:
    text = said(decided())
    assert (
        "ACT: on the years that judged the saving is certain, at least USD 1 a year and stands up over what is assumed"
        in text
    )
    assert "2 years taught, 2 others chose among" in text
    assert "3 fresh ones confirmed; no year was used twice" in text
    assert "Peak memory at most 321 MB." in text
    assert "Peak memory" not in report(decided(), seller())


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize("width", [90, 110])
def test_the_report_fits_its_width(lang: Lang, width: int) -> None:
    text = report(decided(), seller(), lang, width, (), 321.0)
    assert max(map(width_of, text.split("\n"))) <= width


def test_a_language_without_titles_of_the_seller_tells_its_english_ones() -> None:
    text = said(decided(), "de")
    assert seller().name in text
    assert "Cut-points product by product" in text


def test_where_nothing_is_scarce_that_is_said() -> None:
    free = with_solver(prices={}, unmet={})
    assert list(scarce(free, CaseWords.of(seller()))) == [
        "No bench, budget or limit holds the rules back: one more of any of them is worth nothing."
    ]


def with_solver(**changes: Any) -> Decision:
    return dataclasses.replace(decided(), solver=dataclasses.replace(decided().solver, **changes))


def test_what_is_scarce_is_told_in_words_with_units_dearest_first() -> None:
    prices = {"hours P 1": 3.5, "refunds": 0.2, "hours china 2": 12.4, "days beyond the longest mean": 0.75}
    short = with_solver(prices=prices, unmet={"P": (0, 2)})
    assert list(scarce(short, CaseWords.of(seller()))) == [
        "One more bench hour at the factory in 2027-03 is worth USD 12.40.",
        "One more bench hour at Partner in 2027-02 is worth USD 3.50.",
        "One more day of waiting allowed to one claim is worth USD 0.75.",
        "One more USD of refund budget a year is worth USD 0.20.",
        "Partner: its monthly minimum is not reached in 2 months (2027-01, 2027-03); more work costs nothing there "
        "until it is.",
    ]
    assert "工厂在 2027-03 多一个工时值 USD 12.40。" in list(scarce(short, CaseWords.of(seller()), "zh"))
    many = with_solver(prices={f"hours P {m}": 1.0 + m for m in range(10)}, unmet={})
    assert list(scarce(many, CaseWords.of(seller())))[-1].startswith("2 more limits bind")


def test_every_kind_of_bound_has_words_in_both_languages() -> None:
    for kind in get_args(Kind):
        bound = Bound(kind, "sea" if kind == "battery" else "reship", (0,), 0.125)
        assert "13 % of claims" in bound_text(bound, CaseWords.of(seller()))
        assert "13 % 的工单" in bound_text(bound, CaseWords.of(seller()), "zh")


def test_a_stop_of_the_optimizer_is_told_as_what_it_was() -> None:
    def told(**changes: Any) -> str:
        return " ".join(Told.of(with_solver(**changes), seller()).checks())

    assert "Optimizer: proven best" in told(status="optimal", gap=0.0, reproducible=True)
    assert "limit stopped it" not in told(status="optimal", gap=0.0, reproducible=True)
    assert "Its node limit stopped it" in told(status="gap", gap=0.02, reproducible=True)
    assert "Its time limit stopped it" in told(status="gap", gap=0.02, reproducible=False)
    assert "gap 2.000 %" in told(status="gap", gap=0.02, reproducible=False)


def test_rules_for_cash_alone_stand_beside_the_recommendation_on_the_same_fresh_years() -> None:
    alone = decided().cash_only
    assert alone is not None
    assert alone.cash.interval.replications == decided().replications
    text = " ".join(Told.of(decided(), seller()).checks())
    same = alone.policy.rules == decided().policy.rules
    assert ("are the same rules" in text) == same
    assert ("minus is cheaper" in text) != same
    if same:
        assert float(alone.total.interval.mean) == float(alone.cash.interval.mean) == 0.0


def columns_of(heading: str) -> list[str]:
    """Columns a table of the documentation describes."""
    page = (Path(__file__).resolve().parents[2] / "docs" / "files.md").read_text("utf-8")
    section = page.split(f"## {heading}\n")[1].split("\n## ")[0]
    rows = [line.split("|")[1] for line in section.splitlines() if line.startswith("| `")]
    return [name for row in rows for name in re.findall(r"`(\w+)`", row)]


def test_the_documentation_describes_every_column_of_the_decision_and_no_other() -> None:
    stated = columns_of("Columns of `decision.csv`")
    assert sorted(stated) == sorted(flat_table(decided(), CaseWords.of(seller())).columns)


def test_the_documentation_describes_every_column_of_agents_rules_and_no_other() -> None:
    stated = columns_of("Columns of `agent_rules.csv`")
    assert sorted(set(stated)) == sorted(with_titles(decided().agent_rules, seller()).columns)


@pytest.mark.parametrize("name", ["commands.md", "zh/commands.md"])
def test_the_documentation_states_every_exit_code(name: str) -> None:
    page = (Path(__file__).resolve().parents[2] / "docs" / name).read_text("utf-8")
    assert [int(code) for code in re.findall(r"^\| (\d+) \|", page, re.MULTILINE)] == list(MEANINGS)


@pytest.mark.parametrize(("lang", "title"), [("en", "What each change saves"), ("zh", "各项变更的节省")])
def test_savings_and_the_thresholds_of_each_currency_are_drawn(lang: Lang, title: str) -> None:
    drawn = pictures(decided(), seller(), Look(lang))
    assert set(drawn) == {"savings", *(f"thresholds_{c}" for c in decided().table["currency"])}
    assert drawn["savings"].title == title
    assert all(one.takeaway for one in drawn.values())


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_ladder_is_told_first_with_what_it_saves_and_costs(lang: Lang) -> None:
    d = decided()
    assert d.ladder is not None
    shown, told = report(d, seller(), lang, 400), Told.of(d, seller(), lang)
    said = list(told.ladder())
    assert len(said) == 3
    assert all(text in shown for text in said)
    assert shown.index(said[0]) < shown.index(say("decision.rules", lang))
    for line in told.ladder_lines():
        assert line in shown


def test_the_ladder_s_file_has_a_line_a_zone_and_its_record_the_same_figures() -> None:
    d = decided()
    assert d.ladder is not None
    assert d.ladder.saving is not None
    assert d.ladder.dearer is not None
    assert len(decision_frames(d, seller())["ladder"]) == d.ladder.lines
    found = record(d, seller())["ladder"]
    assert found["lines"] == sum(rule["lines"] for rule in found["rules"])
    assert found["saving"]["mean"] - float(d.saving.interval.mean) == pytest.approx(-found["dearer"]["mean"])
