"""A cell that fills a dispatch others pay for is judged by what the whole would cost without it."""

from __future__ import annotations

from functools import cache
from types import SimpleNamespace
from typing import Any, cast, get_args

import numpy as np
import pytest

from tests.decision.congested import NEAR, PATIENT, SMALL, busy
from tests.worlds import terms, way
from warrantysim.decision.asking import Experiments
from warrantysim.decision.carried import without
from warrantysim.decision.decide import CONFIRMATION, Decision, decide
from warrantysim.journeys.world import world_of
from warrantysim.report.cell_text import CellText, Judged, judged
from warrantysim.report.decision_report import decision_report
from warrantysim.report.decision_tables import ORDER
from warrantysim.report.rows import rows_of
from warrantysim.scenario.root import Scenario
from warrantysim.store.deciding import Kept

SEED = 11
COSTS = {"A": 250.0, "B": 80.0}
"""Landed cost of the two products [USD]."""
DEAR = {
    "market": "US", "currency": "USD", "export_entry": 400, "import_entry": 400, "exam_share": 0, "exam_days": 5,
    "import_tax_share": 0,
}  # fmt: skip


@cache
def on_board() -> Scenario:
    """A dear product pays for a way to China that leaves by the clock; a cheap one has a seat in it for its weight."""
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
        decision=SMALL | {"confirm_replications": 6, "iterations": 2, "neighbours": 0, "cell": ("sku", "market")},
    )


@cache
def decision() -> Decision:
    return decide(on_board(), seed=SEED)


def test_the_figures_of_the_whole_are_the_recommendation_less_the_same_without_the_cell() -> None:
    d, scenario = decision(), on_board()
    (row,) = [row for row in rows_of(d.table) if not np.isnan(row["whole"])]
    cell = (row["sku"], row["market"])
    policies = [without(world_of(scenario), d.policy, cell), d.policy]
    years = Experiments(scenario, SEED, 1, None, None).simulate(policies, range(CONFIRMATION, CONFIRMATION + 6))
    left, kept = ([year.total for year in side] for side in years)
    assert row["whole"] == pytest.approx(np.mean(left) - np.mean(kept))
    assert row["whole_low"] < row["whole"] < row["whole_high"]


def test_a_cell_that_looks_dear_by_its_part_of_the_bill_acts_with_the_others_if_the_whole_saves() -> None:
    d, text = decision(), CellText(on_board())
    (row,) = [row for row in rows_of(d.table) if not np.isnan(row["whole"])]
    assert row["sku"] == "B"
    assert row["saving"] < d.materiality < row["whole_low"]
    assert (row["verdict"], judged(row), text.verdict(row)) == ("ACT", "whole", "ACT with the others")
    assert "with today's rule here all together would cost USD" in text.sentence(row)
    assert "整体" in CellText(on_board(), "zh").sentence(row)
    # The rows still add up to the whole, by everyone's part of the bills.
    assert d.table["saving"].sum() + d.shared == pytest.approx(float(d.saving.interval.mean))


def test_without_a_cell_every_other_rule_stays() -> None:
    d, scenario = decision(), on_board()
    kept = without(world_of(scenario), d.policy, ("B", "US"))
    changed = [a for a, b in zip(kept.rules, d.policy.rules, strict=True) if a != b]
    assert [rule.cell.stated()["sku"] for rule in changed] == ["B"]
    assert [zone.do for zone in changed[0].zones] == ["reship"]


def test_the_report_of_such_a_decision_is_told_in_both_languages() -> None:
    d, scenario = decision(), on_board()
    assert set(ORDER) == set(get_args(Judged))
    assert "ACT with the others" in " ".join(decision_report(d, scenario, "en", 110, (), 321.0).split())
    assert "随整体执行" in decision_report(d, scenario, "zh", 110, (), 321.0)


def test_a_stored_confirmation_is_the_one_beside_todays_rule() -> None:
    told: list[Any] = []
    doing = SimpleNamespace(workspace=None, processes=1, progress=lambda *_: None, notes={})
    study: Any = SimpleNamespace(seed=SEED, id="a study")
    inner = Experiments(on_board(), SEED, 1, None, None)
    decide(on_board(), seed=SEED, asked=Kept(inner, study, cast(Any, doing), told.append))
    assert [[policy.name for policy in found.policies][1:] for found in told] == [
        ["recommended", "rounded", "cash only"]
    ]
