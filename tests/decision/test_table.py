"""Every column of the decision table says what it promises, on years made by hand."""

from __future__ import annotations

from typing import Any, get_args

import numpy as np
import pytest

from tests.report.results import year
from tests.worlds import partner as stated_partner
from tests.worlds import partners, policy_of, world
from warrantysim.decision.binding import Bound
from warrantysim.decision.cells import CellZone
from warrantysim.decision.changes import NOBODY, VERDICTS, WORTH, Because, reason
from warrantysim.decision.table import agent_key, decision_table
from warrantysim.decision.training import FEW_CLAIMS
from warrantysim.experiment.outcomes import SimulatedYear
from warrantysim.journeys.model import Model, model_of
from warrantysim.journeys.records import Route
from warrantysim.schema.root import Scenario

CELL = ("A", "US")
YEARS = 4
VALUES = np.array([5.0, 10.0, 20.0, 30.0, 40.0, 50.0, 60.0, 70.0, 80.0, 90.0])
"""Claim values of the ten claims of every year."""
NOW, NEW, FREE = (
    policy_of("refund"),
    policy_of([(0, "refund"), (25, "reship")]),
    policy_of([(0, "refund"), (23.4, "reship")]),
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


def row(world_: Model | None = None, saved: float = 200.0, spread: float = 0.0, **changes: Any) -> dict[str, Any]:
    """The only row: today 1,000 a year with all refunded; recommended ``saved`` less, reshipped from 23.40 on."""
    here = world_ or model_of(seller())
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
        (NOW, NEW, FREE),
        (
            years(s, 1000.0, 0.0, 10.0, np.inf),
            years(s, 1000.0 - saved, spread, 5.0, 25.0),
            years(s, 990.0 - saved, spread, 5.0, 23.4),
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


def test_rules_are_stated_as_they_are_now_as_recommended_and_as_the_optimum_has_them() -> None:
    found = row()
    assert found["zones_now"] == (CellZone(0.0, "refund", ""),)
    assert found["zones"] == found["zones_agents"] == (CellZone(0.0, "refund", ""), CellZone(25.0, "reship", ""))
    assert found["zones_free"] == (CellZone(0.0, "refund", ""), CellZone(23.4, "reship", ""))
    assert found["cuts"] == (25.0,)


def test_claims_beyond_each_cut_point_tell_whether_it_is_out_of_range() -> None:
    found = row()
    assert found["claims_beyond"] == found["agent_beyond"] == (7.0,)
    assert found["always"] == ""


def test_cash_and_expected_costs_are_apart_and_a_claim() -> None:
    found = row()
    assert [found[name] for name in ("cash_now", "expected_now", "cash", "expected")] == pytest.approx([90, 10, 72, 8])


def test_the_saving_has_its_interval_and_the_optimum_one_of_its_own() -> None:
    found = row(spread=50.0)
    assert found["saving"] == pytest.approx(200.0)
    assert found["saving_low"] < 200.0 < found["saving_high"]
    assert found["saving_high"] - found["saving"] == pytest.approx(found["saving"] - found["saving_low"])
    assert found["free_saving"] == pytest.approx(210.0)
    assert found["free_low"] < 210.0 < found["free_high"]
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
        (9.0, (150.0, 250.0), 200.0, "act"),
        (9.0, (50.0, 99.0), 75.0, "small"),
        (9.0, (-99.0, -50.0), -75.0, "loss"),
        (9.0, (-1374.0, -952.0), -1163.0, "loss"),
        (9.0, (-1.0, 500.0), 250.0, "unsure"),
        (9.0, (0.0, 500.0), 250.0, "unsure"),
        (9.0, (float("nan"), float("nan")), 250.0, "unsure"),
        (NOBODY - 0.1, (150.0, 250.0), 200.0, "idle"),
    ],
    ids=["worth it", "small", "small loss", "loss", "uncertain", "touches nothing", "unknown", "nobody"],
)
def test_a_reason_asks_for_certainty_first_and_for_size_then(
    changing: float, interval: tuple[float, float], mean: float, said: str
) -> None:
    assert reason(changing, *interval, mean, 100.0) == said


def test_every_reason_has_a_verdict_and_a_loss_is_never_no_difference() -> None:
    assert set(VERDICTS) == set(get_args(Because))
    assert VERDICTS["loss"] == "LOSS"
    assert {because for because, verdict in VERDICTS.items() if verdict == "ACT"} == WORTH | {"unconfirmed"}


def test_a_saving_of_luck_is_no_difference_in_the_table_too() -> None:
    assert row()["verdict"] == "ACT"
    assert row(materiality=201.0)["verdict"] == "HOLD"
    assert row(spread=2000.0)["verdict"] == "NO DIFFERENCE"


def test_an_agent_sees_the_tax_where_prices_include_it() -> None:
    net, gross = model_of(seller()), model_of(seller(markets={"US": {"prices_include_tax": True, "tax_share": 0.2}}))
    assert agent_key(net, {"market": "US"}, 50.0) == 50.0
    assert agent_key(gross, {"market": "US"}, 50.0) == pytest.approx(60.0)
    assert row(gross)["agent_cuts"] == pytest.approx((30.0,))


def test_a_cell_that_stays_as_it_is_saves_nothing_of_its_own() -> None:
    here = model_of(seller())
    s = here.scenario
    now, cheaper = years(s, 1000.0, 0.0, 10.0, np.inf), years(s, 900.0, 0.0, 10.0, np.inf)
    found = decision_table(
        here, (NOW, NOW, FREE), (now, cheaper, years(s, 800.0, 0.0, 5.0, 23.4)), training_claims={}, flat={}, binds={},
        materiality=1.0, confidence=0.95,
    ).iloc[0]  # fmt: skip
    assert (found["saving"], found["taken"], found["because"]) == (0.0, False, "same")
    assert found["free_saving"] == pytest.approx(200.0)
