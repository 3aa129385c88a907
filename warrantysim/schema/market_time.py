"""The day it is in a market: the one place that turns stamps into the days dated tables are read by.

A row that holds from a date on holds from that day's midnight in the market it speaks of, summer time and all. What
belongs to no market (-1) goes by UTC.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from functools import lru_cache
from zoneinfo import ZoneInfo

import numpy as np

from warrantysim.schema.clock import DAY, Clock

_YEARS = 21
"""Years either side of the first day for which midnights are listed; beyond them there is no summer time."""
_STRIDE = 7
"""Days between two looks at a zone's offset; between two that differ every day is looked at."""


class MarketTime:
    """Calendars of some markets, by their place in ``zones``; place -1 is UTC.

    Parameters
    ----------
    clock
        Dates of stamps.
    zones
        IANA time zone of each market.
    """

    def __init__(self, clock: Clock, zones: Sequence[str]) -> None:
        self.clock, self.zones = clock, (*zones, "UTC")
        found = [_midnights(clock.first_day, zone) for zone in self.zones]
        self._midnights = np.stack(found)
        self._first, self._listed = -_YEARS * 366, len(found[0])
        days = (self._first + np.arange(self._listed, dtype=np.int64)) * DAY
        # Counted at the least offset of a zone, a day is never ahead of its calendar: at most one midnight is missed.
        self._least = (days - self._midnights).min(axis=1)
        self._next = np.full(self._midnights.shape, np.iinfo(np.int64).max)
        self._next[:, 1:-1] = self._midnights[:, 2:]

    def ordinals(self, stamps: np.ndarray, market: np.ndarray | int) -> np.ndarray:
        """Day number (``date.toordinal``) of each stamp in its market. int64; both arguments broadcast."""
        place = np.asarray(market, dtype=np.intp)  # NumPy looks up by its own index type three times as fast.
        day = np.floor_divide(stamps + self._least[place], DAY)
        row = np.minimum(np.maximum(day - self._first, 0), self._listed - 1)
        return np.asarray(self.clock.ordinal + day + (stamps >= self._next.take(place * self._listed + row)))

    def earliest(self, stamp: int) -> int:
        """The least day number it is anywhere at a stamp."""
        return int(self.ordinals(np.full(len(self.zones), stamp), np.arange(len(self.zones))).min())

    def months(self, stamps: np.ndarray, market: np.ndarray) -> np.ndarray:
        """Month of each stamp in its market, months since the horizon's first. int16, shape (n,)."""
        months = np.zeros(len(stamps), dtype=np.int16)
        for m, zone in enumerate(self.zones):
            rows = np.flatnonzero(market == (m if m < len(self.zones) - 1 else -1))
            if len(rows):
                months[rows] = self.clock.months(stamps[rows], zone)
        return months

    def midnight(self, day: dt.date, market: int) -> int:
        """Stamp at which a date begins in a market."""
        row = day.toordinal() - self.clock.ordinal - self._first
        if not 0 <= row < self._listed:
            return self.clock.stamp(day) - int(self._least[market])
        return int(self._midnights[market, row])


@lru_cache(maxsize=64)
def _midnights(first_day: dt.date, time_zone: str) -> np.ndarray:
    """Stamps of local midnights, a day an entry, over all days listed. Read-only."""
    zone, span = ZoneInfo(time_zone), _YEARS * 366
    first = first_day.toordinal()

    def offset(day: int) -> int:
        shift = dt.datetime.fromordinal(first + day).replace(tzinfo=zone).utcoffset()
        assert shift is not None
        return round(shift.total_seconds())

    days = np.arange(-span, span + 1, dtype=np.int64)
    looks = [*range(-span, span, _STRIDE), span]
    seen = [offset(day) for day in looks]
    offsets = np.repeat(seen[:-1], np.diff(looks))
    offsets = np.append(offsets, seen[-1])
    for a, b, before, after in zip(looks, looks[1:], seen, seen[1:], strict=False):
        if before != after:
            offsets[a + span : b + span] = [offset(day) for day in range(a, b)]
    out = days * DAY - offsets
    out.setflags(write=False)
    return out
