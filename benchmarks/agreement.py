"""Whether two engines found the same: means over runs with luck of their own, and Student's interval around them."""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt
from statistics import fmean, variance

SURE = {2: 31.60, 4: 8.610, 6: 5.959, 8: 5.041, 10: 4.587, 12: 4.318, 14: 4.140, 18: 3.922, 38: 3.566}
"""Student's quantiles at 0.9995 by degrees of freedom: an interval that misses once in a thousand."""


@dataclass(frozen=True)
class Agreement:
    """One measure side by side."""

    measure: str
    one: float
    other: float
    half_width: float
    """Of the interval around the difference; the same unit."""

    @property
    def holds(self) -> bool:
        """Whether the difference is within luck."""
        return abs(self.one - self.other) <= self.half_width


def agreement(measure: str, one: list[float], other: list[float]) -> Agreement:
    """Means of two engines, as many runs each, at least two: the difference is within ``half_width`` if only luck
    made it."""
    spread = sqrt((variance(one) + variance(other)) / len(one))
    return Agreement(measure, fmean(one), fmean(other), _quantile(2 * len(one) - 2) * spread)


def against(measure: str, runs: list[float], known: float) -> Agreement:
    """Mean of one engine beside what theory says."""
    return Agreement(measure, fmean(runs), known, _quantile(len(runs) - 1) * sqrt(variance(runs) / len(runs)))


def _quantile(freedom: int) -> float:
    # The next smaller number of degrees in the table: the interval is never too narrow.
    return SURE[max((k for k in SURE if k <= freedom), default=2)] if freedom > 1 else 636.6
