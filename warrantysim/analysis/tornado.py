"""Tornado: how far each uncertain input by itself moves the difference between two cases."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from warrantysim.analysis.cases import Cancel, Cancelled, Case, Progress
from warrantysim.analysis.known_runs import known_runs
from warrantysim.experiment.intervals import t_interval
from warrantysim.experiment.uncertain import UncertainInput
from warrantysim.schema.errors import BadInput

if TYPE_CHECKING:
    import pandas as pd


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

    def table(self) -> pd.DataFrame:
        """A row an input, widest swing first.

        Returns
        -------
        Columns input, unit, low, high, at_low, at_high (differences), swing, swing_half_width, flips (whether the
        cheaper case changes at either end), detectable (whether the interval of the swing keeps clear of 0), reason.
        """
        import pandas as pd

        swing = t_interval(self.at_high - self.at_low, self.level)
        low, high = self.at_low.mean(axis=1), self.at_high.mean(axis=1)
        frame = pd.DataFrame(
            {
                "input": [one.name for one in self.inputs],
                "unit": [one.unit for one in self.inputs],
                "low": [one.low for one in self.inputs],
                "high": [one.high for one in self.inputs],
                "at_low": low,
                "at_high": high,
                "swing": np.abs(high - low),
                "swing_half_width": swing.half_width,
                "flips": (np.sign([low, high]) * np.sign(self.stated.mean()) < 0).any(axis=0),
                "detectable": (swing.low > 0) | (swing.high < 0),
                "reason": [one.reason for one in self.inputs],
            }
        )
        return frame.sort_values("swing", ascending=False, ignore_index=True, kind="stable")


def tornado_of(
    now: Case,
    new: Case,
    inputs: Sequence[UncertainInput],
    replications: range,
    seed: int,
    *,
    jobs: int = 1,
    progress: Progress | None = None,
    cancel: Cancel | None = None,
) -> Tornado:
    """How far each input moves the yearly cost of ``new`` less that of ``now``, turned in the scenarios of both.

    Inputs that no run reads, such as prices, are priced anew on the runs as stated; see `known_runs`. Stopped, it holds
    the inputs that were turned by then.

    Raises
    ------
    BadInput
        If there are no inputs.
    Cancelled
        If it was stopped before the first input was turned both ways.
    """
    if not inputs:
        raise BadInput("expected at least one uncertain input")
    turns = [((one.lever, position),) for one in inputs for position in (one.low, one.high)]
    with (
        known_runs([now, new], replications, seed, jobs=jobs) as known,
        closing(known.at(turns)) as found,
    ):
        ends: list[np.ndarray] = []
        while len(ends) < len(turns) and not (cancel is not None and cancel()):
            costs = next(found)
            ends.append(costs[1] - costs[0])
            if progress is not None and len(ends) % 2 == 0:
                progress(len(ends) // 2, len(inputs))
        stated = known.stated[1] - known.stated[0]
    done = len(ends) // 2
    if not done:
        raise Cancelled("the tornado was stopped before its first input was through")
    low, high = np.array(ends[: 2 * done : 2]), np.array(ends[1 : 2 * done : 2])
    return Tornado(tuple(inputs[:done]), stated, low, high, now.scenario.plan.confidence, len(inputs) - done)
