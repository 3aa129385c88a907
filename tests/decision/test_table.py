"""Every column of the decision table says what it promises, on years made by hand."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from tests.report.results import year
from tests.worlds import partner as stated_partner
from tests.worlds import partners, policy_of, world
from warrantysim.decision.binding import Bound
from warrantysim.decision.cells import Zone
from warrantysim.decision.table import FEW_CLAIMS, NOBODY, agent_key, decision_table, shared_saving, verdict
from warrantysim.experiment.outcomes import SimulatedYear
from warrantysim.journeys.records import Route
from warrantysim.journeys.world import World, world_of
from warrantysim.scenario.root import Scenario

CELL = ("A", "US")
YEARS = 4
VALUES = np.array([5.0, 10.0, 20.0, 30.0, 40.0, 50.0, 60.0, 70.0, 80.0, 90.0])
"""Claim values of the ten claims of every year."""
NOW, NEW, ROUGH = (
    policy_of("refund"),
    policy_of([(0, "refund"), (23.4, "reship")]),
    policy_of([(0, "refund"), (25, "reship")]),
)


def seller(**changes: Any) -> Scenario:
    return world(partners=partners(P=stated_partner()), **changes)


def years(scenario: Scenario, cost: float, spread: float, days: float, reship_from: float) -> list[SimulatedYear]:
    """Years of ten claims, whose cost swings by ``spread`` from year to year; claims of a value on are reshipped."""
    out = []
    for r in range(YEARS):
        y = year(scenario, r, cost + spread * (-1) ** r)
        swap = {
            "value": VALUES,
            "days": np.linspace(1.0, days, len(VALUES)),
            "route": np.where(reship_from <= VALUES, Route.RESHIP, Route.REFUND).astype(np.int8),
        }
        out.append(SimulatedYear(**{**vars(y), **swap}))
    return out


def row(world_: World | None = None, saved: float = 200.0, spread: float = 0.0, **changes: Any) -> dict[str, Any]:
    """The only row: today 1,000 a year with all refunded; recommended ``saved`` less, reshipped from 23.40 on."""
    here = world_ or world_of(seller())
    s = here.scenario
    stated: dict[str, Any] = {
        "training_claims": {CELL: 500},
        "flat": {CELL: ((20.0, 30.0),)},
        "binds": {CELL: (Bound("hours", "P", (3,)),)},
        "materiality": 100.0,
        "confidence": 0.95,
    }
    found = decision_table(
        here,
        (NOW, NEW, ROUGH),
        (
            years(s, 1000.0, 0.0, 10.0, np.inf),
            years(s, 1000.0 - saved, spread, 5.0, 23.4),
            years(s, 1010.0 - saved, spread, 5.0, 25.0),
        ),
        **(stated | changes),
    )
    assert len(found) == 1
    return {str(key): value for key, value in found.iloc[0].items()}


def test_a_row_states_its_cell_its_claims_and_those_that_change() -> None:
    found = row()
    assert (found["sku"], found["market"], found["currency"]) == ("A", "US", "USD")
    assert found["claims"] == found["claims_new"] == 10.0
    assert found["claims_changing"] == 7.0


def test_rules_are_stated_as_they_are_now_at_their_best_and_as_agents_get_them() -> None:
    found = row()
    assert found["zones_now"] == (Zone(0.0, "refund", ""),)
    assert found["zones"] == (Zone(0.0, "refund", ""), Zone(23.4, "reship", ""))
    assert found["zones_agents"] == (Zone(0.0, "refund", ""), Zone(25.0, "reship", ""))
    assert found["cuts"] == (23.4,)


def test_claims_beyond_each_cut_point_tell_whether_it_is_out_of_range() -> None:
    found = row()
    assert found["claims_beyond"] == found["agent_beyond"] == (7.0,)
    assert found["always"] == ""


def test_cash_and_expected_costs_are_apart_and_a_claim() -> None:
    found = row()
    assert [found[name] for name in ("cash_now", "expected_now", "cash", "expected")] == pytest.approx([90, 10, 72, 8])


def test_the_saving_has_its_interval_and_the_rounded_rule_one_of_its_own() -> None:
    found = row(spread=50.0)
    assert found["saving"] == pytest.approx(200.0)
    assert found["saving_low"] < 200.0 < found["saving_high"]
    assert found["saving_high"] - found["saving"] == pytest.approx(found["saving"] - found["saving_low"])
    assert found["saving_agents"] == pytest.approx(190.0)
    assert found["replications_needed"] >= 2


def test_days_to_resolved_are_quantiles_of_all_claims_now_and_new() -> None:
    found = row()
    assert (found["days_p50_now"], found["days_p50"]) == pytest.approx((5.5, 3.0))
    assert (found["days_p90_now"], found["days_p90"]) == pytest.approx((9.1, 4.6))


def test_flat_ranges_bounds_and_the_sample_are_handed_on() -> None:
    found = row()
    assert found["flat"] == ((20.0, 30.0),)
    assert found["binds"] == (Bound("hours", "P", (3,)),)
    assert (found["training_claims"], found["few_claims"]) == (500, False)
    assert row(training_claims={CELL: FEW_CLAIMS - 1})["few_claims"]
    assert row(training_claims={})["few_claims"]


@pytest.mark.parametrize(
    ("changing", "interval", "mean", "said"),
    [
        (9.0, (150.0, 250.0), 200.0, "ACT"),
        (9.0, (50.0, 99.0), 75.0, "HOLD"),
        (9.0, (-99.0, -50.0), -75.0, "HOLD"),
        (9.0, (-500.0, -300.0), -400.0, "HOLD"),
        (9.0, (-1.0, 500.0), 250.0, "NO DIFFERENCE"),
        (9.0, (0.0, 500.0), 250.0, "NO DIFFERENCE"),
        (9.0, (float("nan"), float("nan")), 250.0, "NO DIFFERENCE"),
        (NOBODY - 0.1, (150.0, 250.0), 200.0, "NO DIFFERENCE"),
    ],
    ids=["worth it", "small", "small loss", "loss", "uncertain", "touches nothing", "unknown", "nobody"],
)
def test_a_verdict_asks_for_certainty_first_and_for_size_then(
    changing: float, interval: tuple[float, float], mean: float, said: str
) -> None:
    assert verdict(changing, *interval, mean, 100.0) == said


def test_a_saving_of_luck_is_no_difference_in_the_table_too() -> None:
    assert row()["verdict"] == "ACT"
    assert row(materiality=201.0)["verdict"] == "HOLD"
    assert row(spread=2000.0)["verdict"] == "NO DIFFERENCE"


def test_an_agent_sees_the_tax_where_prices_include_it() -> None:
    net, gross = world_of(seller()), world_of(seller(markets={"US": {"prices_include_tax": True, "tax_share": 0.2}}))
    assert agent_key(net, {"market": "US"}, 50.0) == 50.0
    assert agent_key(gross, {"market": "US"}, 50.0) == pytest.approx(60.0)
    assert row(gross)["agent_cuts"] == pytest.approx((30.0,))


def test_what_belongs_to_no_cell_is_saved_beside_them() -> None:
    s = seller()
    one, two = year(s, 0, 100.0), year(s, 0, 100.0)
    cheaper = SimulatedYear(**{**vars(two), "unassigned": -30.0})
    assert shared_saving([one], [cheaper]).tolist() == [30.0]
    frame = pd.DataFrame([row()])
    assert frame["saving"].sum() == pytest.approx(200.0)
