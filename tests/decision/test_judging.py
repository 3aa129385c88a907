"""A cell that fills a dispatch others pay for is judged by what the whole would cost without it."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any

import numpy as np
import pytest

from tests.decision.congested import NEAR, PATIENT, SMALL, busy
from tests.decision.telling import report
from tests.decision.words import contradictions
from tests.experiment.test_components import assert_equal
from tests.worlds import policy_of, terms, way
from warrantysim.decision.asking import Experiments
from warrantysim.decision.changes import Ticks, assembled, zones_in_policy
from warrantysim.decision.decide import SELECTION, Decision, decide
from warrantysim.experiment.result import Result
from warrantysim.experiment.simulate import simulate
from warrantysim.journeys.model import model_of
from warrantysim.report.rows import rows_of
from warrantysim.schema.policy import Policy
from warrantysim.schema.root import Scenario
from warrantysim.studies.decide import Confirming
from warrantysim.studies.decide.words import CaseWords, CellText
from warrantysim.studies.study import Work

SEED = 11
COSTS = {"A": 250.0, "B": 80.0}
"""Landed cost of the two products [USD]."""
ALL = [("A", "US"), ("B", "US")]
JUDGING = range(SELECTION + SMALL["selection_replications"], SELECTION + SMALL["selection_replications"] + 12)
"""Replications that judge."""
DEAR = {
    "market": "US", "currency": "USD", "export_entry": 400, "import_entry": 400, "exam_share": 0, "exam_days": 5,
    "import_tax_share": 0,
}  # fmt: skip


@cache
def on_board(rise: float | None = None) -> Scenario:
    """A dear product pays for a way to China that leaves by the clock; a cheap one has a seat in it for its weight.

    ``rise``: by how many days nine in ten may wait longer without a tick; any number where not given.
    """
    limits = {
        "confirm_replications": 6,
        "iterations": 2,
        "neighbours": 0,
        "judging_replications": 12,
        "max_p90_rise_days": rise,
    }
    return busy(
        COSTS,
        price=600,
        local=False,
        minutes=30,
        policy="reship",
        customs=[DEAR],
        experience=PATIENT,
        china_customs=NEAR,
        markets={"US": {"china": {"sea": way(consolidation={"rule": "age", "age_days": 40}, back_every_days=30)}}},
        sku_markets=[
            terms(sku, life_eta_days=700.0, landed_cost=cost, list_price=600.0) for sku, cost in COSTS.items()
        ],
        decision=SMALL | limits | {"cell": ("sku", "market"), "max_p90_rise_days": rise},
    )


@cache
def asked() -> Confirming:
    """The experiments of the decision, which keep the simulation that confirms it as a workspace does."""

    def kept(scenario: Scenario, policies: Sequence[Policy], replications: range, seed: int) -> Result:
        return simulate(scenario, policies, replications=replications, seed=seed)

    return Confirming(Experiments(on_board(), SEED), on_board(), Work(SEED, simulate=kept))


@cache
def decision() -> Decision:
    return decide(on_board(), seed=SEED, asked=asked())


def asked_of_the_whole() -> dict[str, Any]:
    (row,) = [row for row in rows_of(decision().table) if not np.isnan(row["whole"])]
    return row


def test_the_figures_of_the_whole_are_the_recommendation_less_the_same_without_the_cell() -> None:
    d, scenario, row = decision(), on_board(), asked_of_the_whole()
    here = model_of(scenario)
    policies = [assembled(here, d.full, [c for c in ALL if c[0] != row["sku"]]), assembled(here, d.full, ALL)]
    years = Experiments(scenario, SEED).simulate(policies, JUDGING)
    left, kept = ([year.total for year in side] for side in years)
    assert row["whole"] == pytest.approx(np.mean(left) - np.mean(kept))
    assert row["whole_low"] < row["whole"] < row["whole_high"]


def test_a_cell_that_looks_dear_by_its_part_of_the_bill_acts_with_the_others_if_the_whole_saves() -> None:
    d, text, row = decision(), CellText(CaseWords.of(on_board())), asked_of_the_whole()
    assert row["sku"] == "B"
    assert row["saving"] < d.materiality < row["whole_low"]
    assert (row["verdict"], row["because"], text.verdict(row)) == ("ACT", "whole", "ACT with the others")
    assert "with today's rule here all together would cost USD" in text.sentence(row)
    assert "整体" in CellText(CaseWords.of(on_board()), "zh").sentence(row)
    # The rows still add up to the whole, by everyone's part of the bills.
    assert d.table["saving"].sum() + d.shared == pytest.approx(float(d.saving.interval.mean))


def test_a_change_that_lengthens_waits_is_held_unless_a_person_ticks_it() -> None:
    held = decide(on_board(7.0), seed=SEED)
    assert held.policy.rules == on_board().policy.rules
    (slow,) = [change for change in held.changes if change.because == "slow"]
    assert slow.cells == (("A", "US"),)
    assert slow.p90 - slow.p90_now > 7.0
    assert float(held.saving.interval.mean) == 0.0
    ticked = decide(on_board(7.0), seed=SEED, ticks=Ticks(also=(slow.name,)))
    assert [(change.name, change.recommended) for change in ticked.changes if change.taken] == [("A US", False)]
    assert float(ticked.saving.interval.low) > 0
    text = " ".join(report(ticked, on_board(7.0), "en", 110).split())
    assert "Ticked by hand beside what is recommended: A US." in text


def test_without_a_cell_every_other_rule_stays() -> None:
    d, here = decision(), model_of(on_board())
    fewer = assembled(here, d.full, [("A", "US")])
    assert [zone.do for zone in zones_in_policy(here, fewer, ("B", "US"))] == ["reship"]
    assert zones_in_policy(here, fewer, ("A", "US")) == zones_in_policy(here, d.policy, ("A", "US"))
    assert assembled(here, d.full, []) is on_board().policy


def test_todays_finer_rules_give_way_in_a_cell_that_changes_and_stay_in_all_others() -> None:
    fine = {"cell": {"market": "US", "symptom": "dead", "channel": "OWN"}, "zones": [{"from": "0 USD", "do": "refund"}]}
    today = policy_of("reship")
    today = today.replace(rules=(*today.rules, type(today.rules[0]).model_validate(fine)))
    here = model_of(on_board().replace(policy=today))
    full = decision().full
    made = assembled(here, full, [("A", "US")])
    cells = [rule.cell.stated() for rule in made.rules]
    assert {"sku": "A", "market": "US"} in cells
    assert {"market": "US", "channel": "OWN", "symptom": "dead"} not in cells
    assert {"sku": "B", "market": "US", "channel": "OWN", "symptom": "dead"} in cells


def test_the_report_of_such_a_decision_is_told_in_both_languages() -> None:
    d, scenario = decision(), on_board()
    assert "ACT with the others" in " ".join(report(d, scenario, "en", 110, (), 321.0).split())
    assert "随整体执行" in report(d, scenario, "zh", 110, (), 321.0)


def test_a_stored_confirmation_is_the_one_beside_todays_rule() -> None:
    decision()
    (found,) = asked().found
    assert [policy.name for policy in found.policies][1:3] == ["recommended", "free optimum"]
    assert found.policies[-1].name == "cash alone"


def test_a_confirmation_nobody_keeps_has_the_same_years_and_two_rules_in_full() -> None:
    decision()
    (found,) = asked().found
    plain = Confirming(Experiments(on_board(), SEED), on_board(), Work(SEED))
    years = plain.simulate(found.policies, range(len(found.replications)))
    assert [policy.name for policy in plain.found[0].policies] == [policy.name for policy in found.policies[:2]]
    for k, side in enumerate(years):
        for year, one in zip(side, found.of(k), strict=True):
            assert_equal(year, one.year)


def test_no_row_and_no_change_says_what_its_interval_does_not() -> None:
    d = decision()
    assert not contradictions(rows_of(d.table), d.changes, d.materiality)
