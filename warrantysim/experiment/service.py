"""How long customers wait: the one measure of service, wherever it is told."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from warrantysim.experiment.intervals import LEVEL, Interval, t_interval
from warrantysim.experiment.outcomes import SimulatedYear

HALF, NINE_IN_TEN = 0.5, 0.9
"""Shares of customers that are done within P50 and P90."""


@dataclass(frozen=True)
class Service:
    """Days from opening to resolved that half and nine in ten of the root claims in scope do not exceed.

    A quantile a simulated year, and the mean of the years; NaN where no year has a claim.
    """

    p50: float
    """Days within which half the customers are done [days]."""
    p90: float
    """Days within which nine in ten are done [days]."""


def days_quantile(years: Sequence[SimulatedYear], share: float, of: Sequence[np.ndarray] | None = None) -> np.ndarray:
    """A quantile of the days to resolved in each year, shape (years,); NaN for a year without a claim.

    ``of``: which claims of each year count; all where not given.
    """
    days = [y.days for y in years] if of is None else [y.days[mine] for y, mine in zip(years, of, strict=True)]
    return np.array([float(np.quantile(each, share)) if len(each) else np.nan for each in days])


def service(years: Sequence[SimulatedYear], of: Sequence[np.ndarray] | None = None) -> Service:
    """How long customers wait; ``of`` as in `days_quantile`."""
    return Service(*(_mean(days_quantile(years, share, of)) for share in (HALF, NINE_IN_TEN)))


def rise(now: Sequence[SimulatedYear], new: Sequence[SimulatedYear], level: float = LEVEL) -> Interval:
    """By how many days nine in ten customers wait longer, paired year by year."""
    return t_interval(days_quantile(new, NINE_IN_TEN) - days_quantile(now, NINE_IN_TEN), level)


def _mean(values: np.ndarray) -> float:
    known = values[~np.isnan(values)]
    return float(known.mean()) if len(known) else float("nan")
