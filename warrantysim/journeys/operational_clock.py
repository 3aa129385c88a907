"""Working time of a place: wall seconds to work and back, exactly, over hours, closures and ramps.

Work is counted in whole millionths of a second at normal rate, so that both directions are integer arithmetic.
"""

from __future__ import annotations

import datetime as dt
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from zoneinfo import ZoneInfo

import numpy as np

from warrantysim.schema.clock import HOUR, Clock
from warrantysim.schema.network import ClosureRow, WorkingHours

UNIT = 1_000_000
"""Work units in one second at normal rate."""


class BeyondCalendar(ValueError):
    """Work was asked for on a day the calendar does not know."""


@dataclass(frozen=True)
class OperationalClock:
    """A piecewise linear clock that runs only while a place works."""

    calendar: str
    """Calendar, for errors."""
    name: str
    """Whose work it times, for errors: ``at partners.P.desks.main.bench`` [text]."""
    wall: list[int] = field(repr=False)
    """Stamps at which the rate changes, rising."""
    rate: list[int] = field(repr=False)
    """Rate from each stamp on, in work units per second."""
    work: list[int] = field(repr=False)
    """Work done up to each stamp."""

    @cached_property
    def columns(self) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Wall stamps, rates and work as int64 columns."""
        wall, rate, work = (np.array(column, dtype=np.int64) for column in (self.wall, self.rate, self.work))
        return wall, rate, work

    def _ends(self) -> BeyondCalendar:
        return BeyondCalendar(
            f"calendar {self.calendar} ends before the work {self.name} is done; state a later "
            f"calendars.{self.calendar}.until, more capacity there or shorter delays"
        )

    def at(self, stamp: int) -> int:
        """Work done up to a stamp, in work units."""
        k = bisect_right(self.wall, stamp) - 1
        if k < 0 or k >= len(self.rate):
            raise self._ends()
        return self.work[k] + (stamp - self.wall[k]) * self.rate[k]

    def turn(self, begin: int, end: int) -> tuple[int, int]:
        """Stamps at which work goes on from ``begin`` and is done at ``end``, both in work units.

        Where the place is closed at the beginning, it goes on when it opens again.
        """
        work, wall, rate = self.work, self.wall, self.rate
        k = bisect_right(work, begin) - 1
        if k < 0 or k >= len(rate):
            raise self._ends()
        left = begin - work[k]
        start = wall[k] - (-left // rate[k]) if left else wall[k]
        if end == begin:
            return start, start
        k = bisect_left(work, end, k + 1) - 1
        if k >= len(rate):
            raise self._ends()
        return start, wall[k] - (-(end - work[k]) // rate[k])

    def done_by(self, stamps: np.ndarray) -> np.ndarray:
        """As `at`, by column. int64 work units, shape of ``stamps``."""
        wall, rate, work = self.columns
        k = np.searchsorted(wall, stamps, side="right") - 1
        if k.size and (k.min() < 0 or k.max() >= len(rate)):
            raise self._ends()
        return np.asarray(work[k] + (stamps - wall[k]) * rate[k])

    def turns(self, begin: np.ndarray, end: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """As `turn`, by column. int64 stamps, shape of ``begin``."""
        wall, rate, work = self.columns
        k = np.searchsorted(work, begin, side="right") - 1
        j = np.searchsorted(work, end, side="left")
        if k.size and (k.min() < 0 or k.max() >= len(rate) or j.max() >= len(work)):
            raise self._ends()
        start = wall[k] - np.floor_divide(-(begin - work[k]), np.maximum(rate[k], 1))
        i = np.maximum(j - 1, 0)
        within = wall[i] - np.floor_divide(-(end - work[i]), np.maximum(rate[i], 1))
        done = np.where(work[j] == end, wall[j], within)
        return start, np.maximum(done, start)

    def alone(self, arrivals: np.ndarray, seconds: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Start and end of visits that never queue; int64 arrays of shape (n,), work in seconds at normal rate."""
        begin = self.done_by(arrivals)
        return self.turns(begin, begin + seconds * UNIT)


def operational_clock(
    name: str,
    hours: WorkingHours,
    closures: Iterable[ClosureRow],
    clock: Clock,
    first_stamp: int,
    factor: Sequence[tuple[dt.date, float]] = (),
    whose: str = "it times",
) -> OperationalClock:
    """Compile a calendar from ``first_stamp`` to its last known day; one that states the same is compiled once.

    ``factor``: a further rate (ramp, share of a technician's day given to the seller) from each local date on, rising,
    the first before all others; 1 where absent. ``whose``: whose work it times, as errors tell.
    """
    closed = tuple((c.first_day, c.last_day, c.rate) for c in closures if c.calendar == name)
    week = hours.time_zone, hours.start_hour, hours.end_hour, tuple(hours.weekdays), hours.until
    return _compiled(name, *week, closed, clock, first_stamp, tuple(factor), whose)


@lru_cache(maxsize=24)  # Of many draws hardly two state the same; each takes up to 0.6 MB.
def _compiled(
    name: str,
    time_zone: str,
    start_hour: float,
    end_hour: float,
    weekdays: tuple[int, ...],
    until: dt.date,
    closed: tuple[tuple[dt.date, dt.date, float], ...],
    clock: Clock,
    first_stamp: int,
    factor: tuple[tuple[dt.date, float], ...],
    whose: str,
) -> OperationalClock:
    always = start_hour == 0 and end_hour == 24 and len(set(weekdays)) == 7
    first = clock.date(first_stamp) - dt.timedelta(days=1)
    days, shares, midnights = _days(time_zone, clock, first, until, weekdays, closed)
    if factor:
        steps, factors = np.array([day.toordinal() for day, _ in factor]), np.array([rate for _, rate in factor])
        shares = shares * factors[np.searchsorted(steps, days, side="right") - 1]
    begins, full = midnights[:-1], np.rint(shares[:-1] * UNIT).astype(np.int64)
    if always:
        stamps, rates = begins, full
    else:
        stamps = np.column_stack([begins + round(start_hour * HOUR), begins + round(end_hour * HOUR)]).ravel()
        rates = np.column_stack([full, np.zeros_like(full)]).ravel()
    wall, rate = _changes(stamps, rates, first_stamp)
    wall.append(int(midnights[-1]))
    work = np.cumsum([0, *(np.diff(wall) * rate)]).tolist()
    return OperationalClock(calendar=name, name=whose, wall=wall, rate=rate, work=work)


def _changes(stamps: np.ndarray, rates: np.ndarray, first_stamp: int) -> tuple[list[int], list[int]]:
    """Stamps from the first one on at which the rate changes, and the rates from there on: 0 until one is stated. A
    rate stated no later than the last change takes its place, as where a day is shorter than its hours."""
    if (np.diff(stamps) > 0).all():
        past = int(np.searchsorted(stamps, first_stamp, side="right"))
        since = np.concatenate([rates[past - 1 : past], rates[past:]]) if past else np.concatenate([[0], rates])
        new = np.flatnonzero(np.diff(since))
        return [first_stamp, *stamps[past + new].tolist()], [int(since[0]), *since[new + 1].tolist()]
    wall, rate = [first_stamp], [0]
    for stamp, new_rate in zip(stamps.tolist(), rates.tolist(), strict=True):
        if stamp <= wall[-1]:
            rate[-1] = new_rate
        elif new_rate != rate[-1]:
            wall.append(stamp)
            rate.append(new_rate)
    return wall, rate


@lru_cache(maxsize=16)
def _days(
    time_zone: str,
    clock: Clock,
    first: dt.date,
    last: dt.date,
    weekdays: tuple[int, ...],
    closed: tuple[tuple[dt.date, dt.date, float], ...],
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Days from the first to the one after the last, as ordinals, the share of each that is worked and the stamps at
    which they begin there. Benches that differ in their ramps alone, as under other assumptions, have the same."""
    zone, origin = ZoneInfo(time_zone), dt.datetime.combine(clock.first_day, dt.time(), tzinfo=dt.UTC)
    out = []
    for k in range(max((last - first).days + 1, 0) + 1):
        day = first + dt.timedelta(days=k)
        begins = dt.datetime.combine(day, dt.time(), tzinfo=zone) - origin
        shares = [share for since, until, share in closed if since <= day <= until]
        worked = min([float(day.weekday() in weekdays), *shares])
        out.append((day.toordinal(), worked, round(begins.total_seconds())))
    day_numbers, worked_shares, midnights = map(np.array, zip(*out, strict=True))
    return day_numbers, worked_shares, midnights


def working_hours_a_day(hours: WorkingHours) -> float:
    """Hours of one working day."""
    return hours.end_hour - hours.start_hour
