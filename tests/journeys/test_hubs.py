"""Hubs: when the batches of others leave, as a claim finds them that is walked alone."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from tests.worlds import claims_at, way, world
from warrantysim.journeys.events import simulate_run
from warrantysim.journeys.hubs import ALONE, Hubs, batches, hubs_of
from warrantysim.journeys.model import model_of
from warrantysim.journeys.records import Run
from warrantysim.journeys.solo import solo_run
from warrantysim.schema.clock import DAY
from warrantysim.schema.root import Scenario

RULES: dict[str, dict[str, Any]] = {
    "weekday": {"rule": "weekday", "weekdays": [1, 4]},
    "age": {"rule": "age", "age_days": 5},
    "age since the last": {"rule": "age", "age_days": 5, "clock": "last_dispatch"},
    "count": {"rule": "count", "count": 4},
    "one by one": {"rule": "count", "count": 1},
    "weight": {"rule": "weight", "weight_kg": 5.5},
    "hybrid": {"rule": "hybrid", "count": 3, "weight_kg": 7, "age_days": 4, "weekdays": [4]},
}


def lane(rule: str) -> Scenario:
    """A product of 1 kg and one of 3 kg, all to China by a rule, where nobody queues."""
    stated = {"china": {"sea": way(consolidation={"weekdays": []} | RULES[rule])}}
    s = world(("A", "B"), {"US": stated}, policy="return_china sea", china_bench={"technicians": 400})
    heavy = tuple(k.replace(weight_kg=3.0) if k.sku == "B" else k for k in s.skus)
    return s.replace(skus=heavy)


def some(s: Scenario, n: int = 60) -> Any:
    rng = np.random.default_rng(3)
    return claims_at(s, rng.uniform(0, 200, n), sku=rng.integers(0, 2, n))


def departed(run: Run) -> np.ndarray:
    """When each claim's unit left for China."""
    return run.dispatches.departed[run.records.dispatch]


@pytest.mark.parametrize("rule", RULES)
def test_units_gather_as_the_simulation_lets_them(rule: str) -> None:
    s = lane(rule)
    run = simulate_run(s, s.policy, some(s), 1, 0)
    r, stated = run.records, s.markets["US"].china["sea"].consolidation
    found = batches(model_of(s), stated, r.tested, model_of(s).kg[r.claims.sku], r.claims.unit).left
    # What never fills leaves when nothing more can happen, which only the simulation knows.
    filled = departed(run) < departed(run).max()
    assert filled.sum() > 50
    np.testing.assert_array_equal(found[filled], departed(run)[filled])
    assert len(np.unique(found[~filled])) == 1


@pytest.mark.parametrize("rule", RULES)
def test_alone_a_claim_of_a_run_finds_the_batch_it_left_with_there(rule: str) -> None:
    s = lane(rule)
    run = simulate_run(s, s.policy, some(s), 1, 0)
    alone = solo_run(s, s.policy, some(s), 1, 0, hubs=hubs_of(run.records, run.dispatches))
    there, here = (np.argsort(x.records.claims.unit) for x in (run, alone))
    np.testing.assert_array_equal(departed(alone)[here], departed(run)[there])
    np.testing.assert_array_equal(alone.records.resolved[here], run.records.resolved[there])


def leaves(rule: str, hubs: Hubs, *ready: float) -> list[float]:
    """Days on which units ready on some days leave."""
    stamps = hubs.departure(model_of(lane(rule)), 0, 0, np.array(ready) * DAY)
    return (stamps / DAY).tolist()


def test_one_more_unit_reaches_the_next_batch_or_leaves_by_its_own_clock() -> None:
    hubs = Hubs({(0, 0): np.array([10, 20]) * DAY}, 50 * DAY)
    assert leaves("age", hubs, 6, 10, 11, 18, 30) == [10, 10, 16, 20, 35]
    assert leaves("age since the last", hubs, 3, 11, 21, 30) == [8, 15, 25, 30]
    assert leaves("count", hubs, 3, 11) == [10, 20]
    assert leaves("one by one", hubs, 3, 11) == [3, 11]


def test_where_no_further_batch_fills_it_waits_until_the_others_are_done() -> None:
    assert leaves("weight", Hubs({(0, 0): np.array([10, 20]) * DAY}, 50 * DAY), 21, 60) == [50, 60]
    assert leaves("weight", ALONE, 21) == [21]
