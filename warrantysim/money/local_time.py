"""Months and days as the people of a market count them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from functools import lru_cache
from zoneinfo import ZoneInfo

import numpy as np

from warrantysim.scenario.clock import DAY, Clock

_BEFORE, _AFTER = 400, 2400
"""Days around the first day whose local midnights are listed one by one."""


def local_months(stamps: np.ndarray, market: np.ndarray, clock: Clock, time_zones: Sequence[str]) -> np.ndarray:
    """Month of each stamp in its market's time zone, months since the horizon's first. int16, shape (n,)."""
    months = np.zeros(len(stamps), dtype=np.int16)
    for m, zone in enumerate(time_zones):
        rows = np.flatnonzero(market == m)
        months[rows] = clock.months(stamps[rows], zone)
    return months


def local_days(stamps: np.ndarray, clock: Clock, time_zone: str) -> np.ndarray:
    """Day number of each stamp in a time zone, summer time and all. int64, shape (n,).

    Beyond the days listed one by one, the nearest listed offset holds.
    """
    starts = _midnights(clock.first_day, time_zone)
    day = np.searchsorted(starts, stamps, side="right") - 1
    beyond = np.where(stamps < starts[0], (stamps - starts[0]) // DAY, (stamps - starts[-1]) // DAY + len(starts) - 1)
    inside = (day >= 0) & (day < len(starts) - 1)
    return clock.ordinal - _BEFORE + np.where(inside, day, beyond)


@lru_cache(maxsize=16)
def _midnights(first_day: dt.date, time_zone: str) -> np.ndarray:
    """Stamps of local midnight of each day, rising."""
    origin = dt.datetime.combine(first_day, dt.time(), tzinfo=dt.UTC)
    zone = ZoneInfo(time_zone)
    days = (first_day + dt.timedelta(days=d) for d in range(-_BEFORE, _AFTER))
    starts = [int((dt.datetime.combine(day, dt.time(), tzinfo=zone) - origin).total_seconds()) for day in days]
    out = np.array(starts, dtype=np.int64)
    out.setflags(write=False)
    return out
