"""Benches serve in true order of arrival; at one instant by key."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
import simpy

from warrantysim.journeys.gates import BenchGate
from warrantysim.journeys.operational_clock import operational_clock
from warrantysim.schema.clock import Clock
from warrantysim.schema.network import WorkingHours

MONDAY = dt.date(2027, 1, 4)
ALWAYS = WorkingHours(until=dt.date(2027, 3, 31))
OFFICE = WorkingHours(start_hour=9, end_hour=17, weekdays=(0, 1, 2, 3, 4), until=dt.date(2027, 3, 31))


def served(
    visits: list[tuple[int, float, int]], technicians: int = 1, places: int | None = None, hours: WorkingHours = ALWAYS
) -> dict[int, Any]:
    """(key, minutes, at) -> by key: (start, end) in minutes since midnight, or None where turned away."""
    env = simpy.Environment()
    gate = BenchGate(env, operational_clock("c", hours, (), Clock(MONDAY), 0), technicians, places)
    out: dict[int, Any] = {}

    def one(key: int, minutes: float, at: int) -> Any:
        turn = yield gate.visit(key, minutes, at * 60)
        out[key] = None if turn is None else (turn[0] / 60, turn[1] / 60)
        assert env.now == at * 60, "start and end are told on arrival"

    for visit in visits:
        env.process(one(*visit))
    env.run()
    return out


def test_one_technician_serves_in_order_of_arrival() -> None:
    assert served([(9, 10, 0), (1, 10, 5), (5, 10, 3)]) == {9: (0, 10), 5: (10, 20), 1: (20, 30)}


def test_who_comes_at_one_instant_is_served_in_order_of_keys_however_they_were_announced() -> None:
    expected = {1: (0, 10), 2: (10, 30), 3: (30, 35)}
    visits = [(3, 5.0, 0), (1, 10.0, 0), (2, 20.0, 0)]
    assert served(visits) == expected
    assert served(visits[::-1]) == expected


def test_a_long_job_does_not_hold_up_the_second_technician() -> None:
    assert served([(1, 100, 0), (2, 10, 0), (3, 10, 1)], technicians=2) == {1: (0, 100), 2: (0, 10), 3: (10, 20)}


def test_the_crowd_beyond_the_waiting_places_is_turned_away_on_arrival() -> None:
    found = served([(1, 10, 0), (2, 10, 0), (3, 10, 0), (4, 10, 1), (5, 10, 10)], places=1)
    # One at work, one waiting; 5 comes when 2 has just begun.
    assert found == {1: (0, 10), 2: (10, 20), 3: None, 4: None, 5: (20, 30)}


def test_no_waiting_place_at_all_still_leaves_the_bench_itself() -> None:
    assert served([(1, 10, 0), (2, 10, 5), (3, 10, 10)], places=0) == {1: (0, 10), 2: None, 3: (10, 20)}


def test_a_queue_stands_still_over_night_and_goes_on_in_order() -> None:
    # Two come at 16:30, one hour each; half an hour is done on Monday.
    nine = 24 * 60 + 9 * 60
    found = served([(1, 60, 16 * 60 + 30), (2, 60, 16 * 60 + 30)], hours=OFFICE)
    assert found == {1: (16 * 60 + 30, nine + 30), 2: (nine + 30, nine + 90)}


def test_a_job_that_follows_one_ending_at_closing_time_begins_next_morning() -> None:
    nine = 24 * 60 + 9 * 60
    assert served([(1, 60, 16 * 60), (2, 30, 16 * 60)], hours=OFFICE) == {1: (16 * 60, 17 * 60), 2: (nine, nine + 30)}


@pytest.mark.parametrize("technicians", [1, 2, 5])
def test_work_is_conserved(technicians: int) -> None:
    visits = [(k, 7.0 + k % 5, (k * 37) % 100) for k in range(60)]
    found = served(visits, technicians)
    for key, minutes, at in visits:
        start, end = found[key]
        assert start >= at
        assert end - start == minutes
    moments = sorted({t for turn in found.values() for t in turn})
    for a, b in zip(moments, moments[1:], strict=False):
        busy = sum(start <= a and b <= end for start, end in found.values())
        waiting = sum(at <= a and b <= found[key][0] for key, _, at in visits)
        assert busy <= technicians
        assert busy == technicians or waiting == 0, "nobody waits while a technician is free"
