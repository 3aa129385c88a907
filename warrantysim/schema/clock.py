"""Whole seconds since the first day of the horizon, and the calendar behind them.

Journeys run on int64 seconds (exact sums, exact equality). Second 0 is midnight UTC of the first day of the
horizon; a market's months and days are those of its own time zone.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from functools import lru_cache
from zoneinfo import ZoneInfo

import numpy as np

DAY = 86_400
"""Seconds in a day."""
HOUR = 3_600
"""Seconds in an hour."""
NEVER = np.int64(-(2**62))
"""Stamp of what did not happen; test with ``stamp > NEVER``."""
REACH = 240
"""Months the calendar knows either side of the first day's own month."""


def seconds(days: np.ndarray | float) -> np.ndarray:
    """Days to whole seconds, rounded to the nearest second."""
    return np.rint(np.asarray(days) * DAY).astype(np.int64)


@dataclass(frozen=True)
class Clock:
    """Seconds to dates and back, for one first day."""

    first_day: dt.date
    """The date of second 0."""

    @property
    def ordinal(self) -> int:
        """Proleptic day number of second 0."""
        return self.first_day.toordinal()

    def stamp(self, day: dt.date) -> int:
        """Seconds at midnight UTC of a date (negative before the first day)."""
        return (day.toordinal() - self.ordinal) * DAY

    def date(self, stamp: int) -> dt.date:
        """UTC date of a stamp."""
        return dt.date.fromordinal(self.ordinal + stamp // DAY)

    def month_starts(self, time_zone: str, before: int = REACH, after: int = REACH) -> np.ndarray:
        """Stamps at which months begin in a time zone, from ``before`` months before the first day's month on."""
        return _month_starts(self.first_day, time_zone, before, after)

    def months(self, stamps: np.ndarray, time_zone: str) -> np.ndarray:
        """Calendar month of each stamp in a time zone, as months since the first day's own month (0). int64 array.

        Raises
        ------
        ValueError
            If a stamp lies beyond the calendar's reach, `REACH` months either side.
        """
        stamps = np.asarray(stamps)
        months = np.searchsorted(self.month_starts(time_zone), stamps, side="right") - 1 - REACH
        if months.size and (months.min() < -REACH or months.max() >= REACH):
            far = int(stamps[np.argmax(np.abs(months))])
            raise ValueError(
                f"{far / DAY:.0f} days from {self.first_day} lie beyond the {REACH // 12} years either side that the "
                "calendar knows; shorten the horizon, a warranty, an age or a delay"
            )
        return months

    def month_label(self, month: int) -> str:
        """``2027-01`` for month 0 of a horizon that starts in January 2027."""
        year, index = divmod(self.first_day.year * 12 + self.first_day.month - 1 + int(month), 12)
        return f"{year:04d}-{index + 1:02d}"


@lru_cache(maxsize=64)
def _month_starts(first_day: dt.date, time_zone: str, before: int, after: int) -> np.ndarray:
    origin = dt.datetime.combine(first_day, dt.time(), tzinfo=dt.UTC)
    base = first_day.year * 12 + first_day.month - 1
    starts = []
    for month in range(base - before, base + after + 1):
        local = dt.datetime(month // 12, month % 12 + 1, 1, tzinfo=ZoneInfo(time_zone))
        starts.append(int((local - origin).total_seconds()))
    out = np.array(starts, dtype=np.int64)
    out.setflags(write=False)
    return out
