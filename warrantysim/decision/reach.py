"""How far volumes can go: what limits leave of them, and how fees go along with units, without solving anything.

A discount that begins beyond what the benches can take is no discount, and fees that come with few units cannot be
high. The relaxed program does not see that: it mixes segments. Every bound here is of one kind: for any slope s, no
plan has ``first - s x second`` above the sum over bands of the most that any arm brings of it. Tangents of a
fractional knapsack, without sorting.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from warrantysim.decision.problem import Load, ProgramData

TIGHTEST = 3
"""Limits that are tried for a measure: those that leave least of what they look at."""
QUANTILES = (0.05, 0.35, 0.65, 0.95)
"""Slopes are these quantiles of ratios of amounts."""
SAMPLE = 20_000
"""Most amounts the quantiles are taken of."""


@dataclass(frozen=True)
class Line:
    """``slope x second - below <= first <= slope x second + above``, whatever the plan."""

    slope: float
    below: float
    above: float


class Reach:
    """Bounds on the measures of a problem."""

    def __init__(self, problem: ProgramData) -> None:
        self.problem = problem
        self.arms = problem.shape[2]
        self._most: dict[str, float] = {}
        self._lines: dict[tuple[tuple[str, ...], tuple[str, ...]], tuple[Line, ...]] = {}
        limits = [limit for limit in problem.limits if limit.most >= 0]
        limits = [limit for limit in limits if not (problem.loads[limit.measure].amount < 0).any()]
        totals = {limit.name: max(problem.loads[limit.measure].largest, 1e-12) for limit in limits}
        self.limits = sorted(limits, key=lambda limit: limit.most / totals[limit.name])
        self.touched = {limit.measure: self._arms(problem.loads[limit.measure]) for limit in limits}

    def _arms(self, load: Load) -> frozenset[int]:
        return frozenset(np.unique(load.arm).tolist())

    def most(self, name: str) -> float:
        """More than any plan within the limits has of a measure."""
        if name not in self._most:
            load = self.problem.loads[name]
            best, tried, mine = load.largest, 0, self._arms(load)
            for limit in self.limits:
                other = self.problem.loads[limit.measure]
                if tried < TIGHTEST and mine & self.touched[limit.measure] and len(load.place):
                    tried += 1
                    first, second = self._beside([load], [other])
                    slopes = _slopes(first, second)
                    best = min(
                        [best, *(s * limit.most + float(np.maximum(first - s * second, 0).sum()) for s in slopes)]
                    )
            self._most[name] = best
        return self._most[name]

    def lines(self, first: tuple[str, ...], second: tuple[str, ...]) -> tuple[Line, ...]:
        """How the sum of some measures goes along with that of others, whatever the plan."""
        if not first or not second:
            return ()
        if (first, second) not in self._lines:
            one, other = self._beside(*([self.problem.loads[name] for name in names] for names in (first, second)))
            self._lines[first, second] = tuple(
                Line(s, float(np.maximum(s * other - one, 0).sum()), float(np.maximum(one - s * other, 0).sum()))
                for s in _slopes(one, other)
            )
        return self._lines[first, second]

    def _beside(self, first: list[Load], second: list[Load]) -> tuple[np.ndarray, np.ndarray]:
        """Sums of some measures and of others at the same bands under arms, where there is any. Shapes (n,)."""
        if all(_alike(first[0], load) for load in (*first[1:], *second)):
            one, other = (np.sum([load.amount for load in loads], axis=0) for loads in (first, second))
            return one, other
        at = [load.place * np.int64(self.arms) + load.arm for load in (*first, *second)]
        where, which = np.unique(np.concatenate(at), return_inverse=True)
        which = which.reshape(-1)
        split = sum(len(load.place) for load in first)
        amounts = [np.concatenate([load.amount for load in loads]) for loads in (first, second)]
        return (
            np.bincount(which[:split], amounts[0], len(where)),
            np.bincount(which[split:], amounts[1], len(where)),
        )


def _alike(one: Load, two: Load) -> bool:
    """Whether two measures have amounts at the same places."""
    if one.place is two.place and one.arm is two.arm:
        return True
    return bool(np.array_equal(one.place, two.place) and np.array_equal(one.arm, two.arm))


def _slopes(first: np.ndarray, second: np.ndarray) -> list[float]:
    """Likely ratios of the first to the second, rising, none below 0."""
    some = np.flatnonzero(second > 0)
    if not len(some):
        return []
    some = some[:: max(1, len(some) // SAMPLE)]
    return sorted({max(float(s), 0.0) for s in np.quantile(first[some] / second[some], QUANTILES)})
