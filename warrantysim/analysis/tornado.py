"""Tornado: how far each uncertain input by itself moves the difference between two cases."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from warrantysim.analysis.cases import Cancel, Cancelled, Case, Progress, cases_at, checked, yearly_costs
from warrantysim.analysis.levers import Lever
from warrantysim.analysis.uncertain import UncertainInput
from warrantysim.experiment.intervals import LEVEL, Interval, t_interval

if TYPE_CHECKING:
    import pandas as pd

Difference = Callable[[Sequence[tuple[Lever, float]]], np.ndarray]
"""Difference between the two cases by replication with some levers turned; none turned is the world as stated."""


@dataclass(frozen=True)
class Tornado:
    """The difference, new less now, with one input at a time at its ends; arrays of shape (inputs,)."""

    inputs: tuple[UncertainInput, ...]
    """The inputs."""
    stated: np.ndarray
    """Difference as stated, by replication, shape (R,) [reporting currency a year]."""
    at_low: np.ndarray
    """Differences with the input at its low, shape (inputs, R) [reporting currency a year]."""
    at_high: np.ndarray
    """Likewise at its high."""
    level: float
    """Level of the intervals [share, 0-1]."""

    @property
    def interval(self) -> Interval:
        """Of the difference as stated."""
        return t_interval(self.stated, self.level)

    @property
    def swing(self) -> np.ndarray:
        """Distance between the two ends' differences, shape (inputs,) [reporting currency a year, >= 0]."""
        return np.asarray(np.abs(self.at_high.mean(axis=1) - self.at_low.mean(axis=1)))

    @property
    def flips(self) -> np.ndarray:
        """Whether the cheaper case changes at either end, shape (inputs,) [bool]."""
        ends = np.stack([self.at_low.mean(axis=1), self.at_high.mean(axis=1)])
        return np.asarray((np.sign(ends) * np.sign(self.stated.mean()) < 0).any(axis=0))

    def table(self) -> pd.DataFrame:
        """A row an input, widest swing first.

        Returns
        -------
        Columns input, unit, low, high, at_low, at_high (differences), swing, swing_half_width, flips, detectable
        (whether the interval of the swing keeps clear of 0), reason.
        """
        import pandas as pd

        swing = t_interval(self.at_high - self.at_low, self.level)
        frame = pd.DataFrame(
            {
                "input": [one.name for one in self.inputs],
                "unit": [one.unit for one in self.inputs],
                "low": [one.low for one in self.inputs],
                "high": [one.high for one in self.inputs],
                "at_low": self.at_low.mean(axis=1),
                "at_high": self.at_high.mean(axis=1),
                "swing": self.swing,
                "swing_half_width": swing.half_width,
                "flips": self.flips,
                "detectable": (swing.low > 0) | (swing.high < 0),
                "reason": [one.reason for one in self.inputs],
            }
        )
        return frame.sort_values("swing", ascending=False, ignore_index=True, kind="stable")


def tornado(
    difference: Difference,
    inputs: Sequence[UncertainInput],
    *,
    level: float = LEVEL,
    progress: Progress | None = None,
    cancel: Cancel | None = None,
) -> Tornado:
    """Turn one input at a time to its low and its high, the others as stated, on the same luck.

    Raises
    ------
    ValueError
        If there are no inputs.
    Cancelled
        If it was stopped.
    """
    if not inputs:
        raise ValueError("expected at least one uncertain input")
    stated = np.asarray(difference([]), dtype=float)
    ends = np.empty((2, len(inputs), len(stated)))
    for k, one in enumerate(inputs):
        for side, position in enumerate((one.low, one.high)):
            if cancel is not None and cancel():
                raise Cancelled("the tornado was stopped before its end")
            ends[side, k] = difference([(one.lever, position)])
        if progress is not None:
            progress(k + 1, len(inputs))
    return Tornado(tuple(inputs), stated, ends[0], ends[1], level)


def tornado_of(
    now: Case,
    new: Case,
    inputs: Sequence[UncertainInput],
    replications: range,
    seed: int,
    *,
    jobs: int = 1,
    backend: str | None = None,
    progress: Progress | None = None,
    cancel: Cancel | None = None,
) -> Tornado:
    """How far each input moves the yearly cost of ``new`` less that of ``now``, turned in the worlds of both."""
    cases = checked([now, new])

    def difference(positions: Sequence[tuple[Lever, float]]) -> np.ndarray:
        here = cases_at(cases, positions) if positions else cases
        costs = yearly_costs(here, replications, seed, jobs=jobs, backend=backend)
        return costs[1] - costs[0]

    return tornado(difference, inputs, level=now.world.plan.confidence, progress=progress, cancel=cancel)
