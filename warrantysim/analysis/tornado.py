"""Tornado: how far each uncertain input by itself moves the difference between two cases."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from warrantysim.analysis.cases import Cancel, Cancelled, Case, Progress
from warrantysim.analysis.known_runs import known_runs
from warrantysim.experiment.intervals import LEVEL, Interval, t_interval
from warrantysim.experiment.levers import Lever
from warrantysim.experiment.uncertain import UncertainInput
from warrantysim.schema.errors import BadInput

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
    left: int = 0
    """Inputs that were not turned, since it was stopped [count]."""

    @property
    def cancelled(self) -> bool:
        """Whether it was stopped before its end."""
        return self.left > 0

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

    Stopped, it holds the inputs that were turned by then.

    Raises
    ------
    BadInput
        If there are no inputs.
    Cancelled
        If it was stopped before the first input was turned both ways.
    """
    if not inputs:
        raise BadInput("expected at least one uncertain input")
    stated = np.asarray(difference([]), dtype=float)
    ends = (difference([(one.lever, position)]) for one in inputs for position in (one.low, one.high))
    return _turned(inputs, stated, ends, level, progress, cancel)


def _turned(
    inputs: Sequence[UncertainInput],
    stated: np.ndarray,
    ends: Iterator[np.ndarray],
    level: float,
    progress: Progress | None,
    cancel: Cancel | None,
) -> Tornado:
    """A tornado of differences as they come: low and high of one input after the other."""
    low: list[np.ndarray] = []
    high: list[np.ndarray] = []
    while len(high) < len(inputs) and not (cancel is not None and cancel()):
        (high if len(low) > len(high) else low).append(next(ends))
        if progress is not None and len(low) == len(high):
            progress(len(high), len(inputs))
    if not high:
        raise Cancelled("the tornado was stopped before its first input was through")
    done = len(high)
    return Tornado(tuple(inputs[:done]), stated, np.array(low[:done]), np.array(high), level, len(inputs) - done)


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
    """How far each input moves the yearly cost of ``new`` less that of ``now``, turned in the worlds of both.

    Inputs that no run reads, such as prices, are priced anew on the runs as stated; see `known_runs`.
    """
    if not inputs:
        raise BadInput("expected at least one uncertain input")
    turns = [((one.lever, position),) for one in inputs for position in (one.low, one.high)]
    with (
        known_runs([now, new], replications, seed, jobs=jobs, backend=backend) as known,
        closing(known.at(turns)) as found,
    ):
        ends = (costs[1] - costs[0] for costs in found)
        stated = known.stated[1] - known.stated[0]
        return _turned(inputs, stated, ends, now.world.plan.confidence, progress, cancel)
