"""Consolidation rules, stepped by hand: when a batch leaves, and who is on it. Days are days since a Monday."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from tests.worlds import HUB, LANDING, OUT, SHIP_LAG, TRANSIT, claims_at, days, way, world
from warrantysim.journeys.events import simulate_run
from warrantysim.journeys.records import Run
from warrantysim.schema.clock import NEVER

LEAD = 0.5 + SHIP_LAG + TRANSIT + HUB
"""From opening to tested at the hub [days]."""


def sent(rule: dict[str, Any], tested: list[float], **changes: Any) -> Run:
    """Units tested at the hub on stated days."""
    lane = way(consolidation={"weekdays": [], **rule})
    s = world(policy="return_china sea", markets={"US": {"china": {"sea": lane}}}, **changes)
    return simulate_run(s, s.policy, claims_at(s, np.array(tested) - LEAD, units=range(len(tested))), 1, 0)


def departures(rule: dict[str, Any], tested: list[float], **changes: Any) -> list[tuple[float, int]]:
    """(day, units) of each dispatch to China."""
    out = sent(rule, tested, **changes).dispatches
    there = ~out.back
    return list(zip(days(out.departed[there]).round(6).tolist(), out.units[there].tolist(), strict=True))


def test_by_weight_the_unit_that_crosses_the_limit_goes_too() -> None:
    found = departures({"rule": "weight", "weight_kg": 2.5}, [1, 2, 4, 5, 6, 9])
    assert found == [(4, 3), (9, 3)]


def test_by_count() -> None:
    assert departures({"rule": "count", "count": 2}, [1, 2, 4, 8]) == [(2, 2), (8, 2)]


def test_what_never_fills_a_batch_leaves_when_nothing_more_can_happen() -> None:
    found = departures({"rule": "count", "count": 2}, [1, 2, 4])
    assert found[0] == (2, 2)
    assert found[1][1] == 1
    assert found[1][0] >= 4


def test_by_age_of_the_first_item() -> None:
    assert departures({"rule": "age", "age_days": 3}, [1, 2, 4, 4.5, 20]) == [(4, 3), (7.5, 1), (23, 1)]


def test_by_age_since_the_last_dispatch() -> None:
    rule = {"rule": "age", "age_days": 3, "clock": "last_dispatch"}
    # The first has no dispatch behind it and waits 3 days; the next may leave from day 7; a later one at once.
    assert departures(rule, [1, 5, 6, 20]) == [(4, 1), (7, 2), (20, 1)]


def test_on_weekdays_at_the_hour_and_who_comes_at_that_very_moment_still_goes() -> None:
    rule = {"rule": "weekday", "weekdays": [2, 4], "hour": 12}
    assert departures(rule, [1, 2.5, 2.6, 5]) == [(2.5, 2), (4.5, 1), (9.5, 1)]


def test_hybrid_leaves_by_whatever_comes_first() -> None:
    rule = {"rule": "hybrid", "count": 3, "age_days": 4, "weekdays": [4], "hour": 0}
    # Friday before age; three at once; age before Friday, twice.
    assert departures(rule, [1, 2, 5, 5, 5, 11.5, 19]) == [(4, 2), (5, 3), (15.5, 1), (23, 1)]


@pytest.mark.parametrize("count", [2, 3])
def test_units_ready_at_one_instant_board_in_order_of_their_keys(count: int) -> None:
    run = sent({"rule": "count", "count": count}, [3.0] * 6)
    r = run.records
    departed = run.dispatches.departed[r.dispatch]
    order = np.argsort(r.claims.unit)
    assert (np.diff(r.dispatch[order]) >= 0).all()
    assert np.bincount(r.dispatch).tolist() == [count] * (6 // count)
    assert (departed == departed[0]).all()


def test_a_batch_lands_at_one_instant_and_is_served_in_order_of_keys() -> None:
    r = sent({"rule": "count", "count": 5}, [1, 2, 3, 4, 5], china_bench={"technicians": 1}).records
    assert np.unique(days(r.bench_in)).round(6).tolist() == [5 + OUT + LANDING]
    order = np.argsort(r.claims.unit)
    assert (np.diff(r.bench_start[order]) == 3600).all()


def test_a_lost_batch_settles_all_its_owners_when_it_was_due() -> None:
    lane = way(carton_loss_share=1.0, consolidation={"rule": "count", "count": 2, "weekdays": []})
    s = world(policy="return_china sea", markets={"US": {"china": {"sea": lane}}})
    run = simulate_run(s, s.policy, claims_at(s, np.array([1.0, 2.0]) - LEAD), 1, 0)
    assert run.dispatches.lost.all()
    assert (run.records.bench_in == NEVER).all()
    assert days(run.records.shipped).tolist() == [2 + OUT + LANDING + 1] * 2
