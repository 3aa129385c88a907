"""Sums by cell are those of the decision table; flows of a cell count every claim once."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.ui.opening import shop
from warrantysim.decision.cell_years import FLOW_COLUMNS, CellYears, cell_flows, cell_years
from warrantysim.decision.decide import Decision
from warrantysim.experiment.result import Result
from warrantysim.journeys.model import model_of
from warrantysim.store.deciding import confirmation_of
from warrantysim.store.runs import find_run
from warrantysim.store.study import AskedQuestion
from warrantysim.store.workspace import Workspace

Decided = tuple[Decision, Result, CellYears]


@pytest.fixture(scope="module")
def decided(kept: Path) -> Decided:
    """The shop's decision, the simulation that confirmed it (today's rule and the recommended one stand first), and
    the sums by cell."""
    home = Workspace.at(kept)
    run = find_run(home, AskedQuestion.of("decide", shop()).id)
    d: Decision = run.found
    confirmed = confirmation_of(run, home)
    assert confirmed is not None
    result = confirmed.result
    sides = [[s.year for s in result.of(k)] for k in (0, 1)]
    return d, result, cell_years(model_of(shop()), sides)


def test_cells_save_together_what_the_table_says(decided: Decided) -> None:
    d, _, years = decided
    for row in d.table.to_dict("records"):
        cell = (row["sku"], row["market"])
        found = years.saving([cell], d.confidence).interval
        assert float(found.mean) == pytest.approx(row["saving"])
        assert (float(found.low), float(found.high)) == pytest.approx((row["saving_low"], row["saving_high"]))
    whole = years.saving(years.cells, d.confidence).interval
    assert float(whole.mean) + d.shared == pytest.approx(float(d.saving.interval.mean))
    assert float(years.saving([], d.confidence).interval.mean) == 0.0


def test_flows_count_every_claim_of_the_cell_and_its_cost(decided: Decided) -> None:
    d, result, _ = decided
    rules = {"now": result.of(0), "new": result.of(1)}
    for row in d.table.to_dict("records"):
        flows = cell_flows(model_of(shop()), {"sku": row["sku"], "market": row["market"]}, rules)
        assert list(flows.columns) == FLOW_COLUMNS
        for rule, claims, cost in (
            ("now", row["claims"], row["cash_now"] + row["expected_now"]),
            ("new", row["claims_new"], row["cash"] + row["expected"]),
        ):
            mine = flows[flows["rule"] == rule]
            assert mine["claims"].sum() == pytest.approx(claims)
            assert (mine["claims"] * mine["cost"]).sum() / claims == pytest.approx(cost)
        assert list(dict.fromkeys(flows["rule"])) == ["now", "new"]


def test_a_cell_without_claims_has_no_flows(decided: Decided) -> None:
    _, result, _ = decided
    assert len(cell_flows(model_of(shop()), {"sku": "A", "market": "nowhere"}, {"now": result.of(0)})) == 0
    assert list(cell_flows(model_of(shop()), {"sku": "A"}, {}).columns) == FLOW_COLUMNS
