"""What is due as a refund, and what part of it may be offered instead."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from tests.worlds import claims_at, floor, partner, world
from warrantysim.journeys.events import simulate_run
from warrantysim.journeys.model import model_of
from warrantysim.journeys.records import Closure, Records, Run
from warrantysim.journeys.solo import solo_run
from warrantysim.journeys.triage import refund_due
from warrantysim.schema.clock import DAY
from warrantysim.schema.root import Scenario


def pro_rata(warranty_days: float = 100.0, **changes: Any) -> Scenario:
    """Refunds fall to nothing in the days of the warranty."""
    stated = {"life_eta_days": 200, "warranty_days": warranty_days, "refund_basis": "pro_rata"}
    return world(terms_of=stated, **changes)


def test_a_refund_falls_to_nothing_at_the_end_of_the_warranty_that_runs() -> None:
    s = pro_rata()
    claims = claims_at(s, np.zeros(3), age=np.array([50.0, 100.0, 150.0]))
    due = refund_due(model_of(s), claims, claims.order_age_days)
    assert sorted(due.tolist()) == pytest.approx([0.0, 0.0, 50.0])
    longer = replace(claims, warranty_end=claims.delivered + 200 * DAY)
    due = refund_due(model_of(s), longer, longer.order_age_days)
    assert sorted(due.tolist()) == pytest.approx([25.0, 50.0, 75.0])


@pytest.mark.parametrize(
    ("renewal", "law_days", "rule"),
    [
        ({"replace": "restarts"}, 0, "reship"),
        ({"repair": "extended"}, 0, "repair_local P"),
        ({}, 365, "repair_local P"),
    ],
)
def test_within_a_warranty_prolonged_or_begun_anew_something_is_due(
    renewal: dict[str, str], law_days: int, rule: str
) -> None:
    s = pro_rata(
        policy=rule,
        partners={"P": partner(20)},
        markets={"US": {"renewal": renewal}},
        legal_floors=[floor(repair_extends_days=law_days)],
        horizon={"first_day": "2027-01-04", "days": 900, "run_in_days": 30, "run_out_days": 30},
    )
    for run in both(s, claims_at(s, np.arange(0, 100.0), age=50.0)):
        r = run.records
        late = (r.claims.order_age_days > 100) & (r.claims.opened < r.claims.warranty_end)
        assert late.any()
        assert (r.value[late] > 0).all()


def both(s: Scenario, claims: Any) -> tuple[Run, Run]:
    return simulate_run(s, s.policy, claims, 1, 0), solo_run(s, s.policy, claims, 1, 0)


def settled(offer: float, least: float, age: float = 0.0) -> list[Records]:
    """Claimants who take any part offered for units that cannot be repaired, where law has a least refund."""
    s = pro_rata(
        400.0,
        policy="repair_local P",
        partners={"P": partner(20)},
        markets={
            "US": {"ladder": ["partial_refund", "refund"], "partial_uptake_share": 1.0, "partial_offer_share": offer}
        },
        legal_floors=[floor(min_refund_share=least)],
    )
    return [run.records for run in both(s, claims_at(s, np.arange(5.0), fault="unrepairable", age=age))]


@pytest.mark.parametrize(
    ("offer", "least", "age", "paid"),
    # At half the warranty half the price is due, and a part of it is measured by the price.
    [(0.3, 0.8, 0, 1.0), (0.9, 0.8, 0, 0.9), (0.8, 0.8, 0, 0.8), (0.9, 0.5, 200, 0.5), (0.8, 0.4, 200, 0.4)],
)
def test_no_part_below_the_least_refund_of_the_law_is_offered(
    offer: float, least: float, age: float, paid: float
) -> None:
    for r in settled(offer, least, age):
        assert (r.closure == Closure.REFUNDED).all()
        np.testing.assert_allclose(r.value * r.refund_share / r.claims.price_net, paid)
