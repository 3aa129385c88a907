"""A place's clock runs only while the place works, exactly, over nights, closures and ramps."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from warrantysim.journeys.operational_clock import UNIT, BeyondCalendar, OperationalClock, _changes, operational_clock
from warrantysim.schema.clock import DAY, HOUR, Clock
from warrantysim.schema.network import ClosureRow, WorkingHours

MONDAY = dt.date(2027, 1, 4)
OFFICE = WorkingHours(start_hour=9, end_hour=17, weekdays=(0, 1, 2, 3, 4), until=dt.date(2027, 3, 31))


def closed(first: int, last: int, rate: float) -> ClosureRow:
    """Days of January 2027 at a rate."""
    return ClosureRow(calendar="c", first_day=dt.date(2027, 1, first), last_day=dt.date(2027, 1, last), rate=rate)


def clock(hours: WorkingHours = OFFICE, *closures: ClosureRow) -> OperationalClock:
    """The clock of a place from the day before that Monday on."""
    return operational_clock("c", hours, closures, Clock(MONDAY), -DAY)


def at(day: int, hour: float) -> int:
    """A stamp; day 0 is that Monday."""
    return round(day * DAY + hour * HOUR)


def finish(c: OperationalClock, arrival: int, hours: float) -> tuple[int, int]:
    """Start and end of a visit that never queues."""
    start, end = c.alone(np.array([arrival]), np.array([round(hours * HOUR)]))
    return int(start[0]), int(end[0])


@pytest.mark.parametrize(
    ("arrival", "hours", "start", "end"),
    [
        (at(0, 10), 2, at(0, 10), at(0, 12)),  # within a day
        (at(0, 7), 2, at(0, 9), at(0, 11)),  # before opening
        (at(0, 16), 2, at(0, 16), at(1, 10)),  # over night
        (at(4, 16), 2, at(4, 16), at(7, 10)),  # over a weekend
        (at(5, 12), 8, at(7, 9), at(7, 17)),  # on a weekend; ends as the place closes
        (at(0, 17), 1, at(1, 9), at(1, 10)),  # as the place closes
        (at(0, 20), 0, at(1, 9), at(1, 9)),  # nothing to do still waits for someone to look
    ],
)
def test_work_is_interrupted_by_nights_and_weekends_and_resumed(
    arrival: int, hours: float, start: int, end: int
) -> None:
    assert finish(clock(), arrival, hours) == (start, end)


def test_work_goes_on_after_a_closure_and_slowly_on_ramp_days() -> None:
    c = clock(OFFICE, closed(5, 6, 0.0), closed(7, 7, 0.5))
    # Monday 15-17 gives 2 h, Tuesday and Wednesday none, Thursday 9-17 at half rate 4 h, the last hour on Friday.
    assert finish(c, at(0, 15), 7) == (at(0, 15), at(4, 10))


def test_a_ramp_factor_slows_from_a_day_on() -> None:
    always = WorkingHours(until=dt.date(2027, 3, 31))
    c = operational_clock("c", always, (), Clock(MONDAY), -DAY, [(dt.date.min, 1.0), (MONDAY, 0.25)])
    assert finish(c, at(-1, 12), 24) == (at(-1, 12), at(2, 0))


def test_a_night_follows_the_local_clock_through_a_change_of_daylight_saving() -> None:
    berlin = OFFICE.replace(time_zone="Europe/Berlin", until=dt.date(2027, 4, 30))
    c = clock(berlin)
    friday, monday = (dt.date(2027, 3, 26) - MONDAY).days, (dt.date(2027, 3, 29) - MONDAY).days
    # 16:00 winter time is 15:00 UTC, 10:00 summer time is 8:00 UTC.
    assert finish(c, at(friday, 15), 2) == (at(friday, 15), at(monday, 8))


def test_a_day_beyond_the_calendar_is_an_error() -> None:
    c = clock()
    with pytest.raises(BeyondCalendar, match=r"calendar c ends before the work .* state a later calendars\.c\.until"):
        c.alone(np.array([at(80, 12)]), np.array([9_000 * HOUR]))
    with pytest.raises(BeyondCalendar, match="calendar c ends before the work"):
        c.at(at(400, 0))


@given(
    arrivals=st.lists(st.integers(-DAY, 50 * DAY), min_size=1, max_size=20),
    work=st.integers(0, 30 * HOUR),
    rate=st.sampled_from([0.0, 0.3, 1.0]),
)
def test_columns_and_single_visits_agree_to_the_second(arrivals: list[int], work: int, rate: float) -> None:
    c = clock(OFFICE, closed(11, 20, rate))
    starts, ends = c.alone(np.array(arrivals), np.full(len(arrivals), work))
    for arrival, start, end in zip(arrivals, starts, ends, strict=True):
        begin = c.at(arrival)
        assert (start, end) == c.turn(begin, begin + work * UNIT)


@given(st.integers(-DAY, 60 * DAY), st.integers(1, 30 * HOUR))
def test_work_begins_when_the_place_next_works_and_ends_the_second_it_is_done(stamp: int, work: int) -> None:
    c = clock(OFFICE, closed(11, 20, 0.3))
    begin = c.at(stamp)
    start, end = c.turn(begin, begin + work * UNIT)
    assert start >= stamp
    assert c.at(start) == begin
    assert c.at(start + 4) > begin
    assert c.at(end - 1) < begin + work * UNIT <= c.at(end)


def one_by_one(stamps: list[int], rates: list[int], first: int) -> tuple[list[int], list[int]]:
    """Changes of a rate taken in one after the other."""
    wall, rate = [first], [0]
    for stamp, new in zip(stamps, rates, strict=True):
        if stamp <= wall[-1]:
            rate[-1] = new
        elif new != rate[-1]:
            wall.append(stamp)
            rate.append(new)
    return wall, rate


@pytest.mark.parametrize("shortest", [1, -1])
def test_changes_taken_in_at_once_are_those_taken_in_one_after_the_other(shortest: int) -> None:
    rng = np.random.Generator(np.random.PCG64(3))
    for size in (0, 1, 2, 40):
        for first in (-20, 0, 7, 300):
            stamps, rates = np.cumsum(rng.integers(shortest, 6, size)) - 10, rng.integers(0, 3, size)
            assert _changes(stamps, rates, first) == one_by_one(stamps.tolist(), rates.tolist(), first)
