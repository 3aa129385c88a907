"""Break-even: the value of a lever at which another alternative becomes the best, and how surely it lies there.

On common random numbers the mean difference D(x) of two alternatives is a function of the lever alone, without noise
from one x to the next. Where the best alternative changes between two neighbouring positions of a scan, D has changed
its sign; a bracketing search (Brent) closes in on the place. The interval inverts the test: it holds every x at which
the paired interval of D(x) covers 0. Between scan positions at most one change is found.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from warrantysim.analysis.cases import Cancel, Case, Progress, cases_at, comparable_cases, costs_and_waits
from warrantysim.experiment.intervals import LEVEL, t_interval
from warrantysim.experiment.levers import Lever
from warrantysim.experiment.pace import Cancelled
from warrantysim.experiment.workers import Workers
from warrantysim.schema.errors import BadInput

if TYPE_CHECKING:
    import pandas as pd

SCAN = 5
"""Positions, ends included, at which alternatives are compared first."""
Costs = Callable[[float], np.ndarray]
"""Costs of every alternative with the lever at x, paired. Shape (alternatives, replications)."""


@dataclass(frozen=True)
class Switch:
    """One change of the best alternative."""

    at: float
    """Where the mean costs are equal, or the jump at which they cross [unit of the lever]."""
    low: float
    """Lower end of the interval; -inf where it reaches beyond the range looked at [unit of the lever]."""
    high: float
    """Upper end; inf likewise [unit of the lever]."""
    below: str
    """The best alternative below it."""
    above: str
    """The best alternative above it."""


@dataclass(frozen=True)
class BreakEven:
    """Where the best alternative changes along a lever."""

    lever: str
    """What was turned."""
    low: float
    """Least position looked at."""
    high: float
    """Greatest position looked at."""
    stated: float
    """Position at which the scenario is as stated; NaN where there is none."""
    switches: tuple[Switch, ...]
    """Changes from low to high; none means that one alternative is best throughout."""
    scan: tuple[tuple[float, str], ...]
    """Positions compared first, with the best alternative at each."""
    level: float
    """Level of the intervals [share, 0-1]."""
    evaluations: int
    """Positions at which the alternatives were run [count]."""
    leads: tuple[tuple[float, float], ...] = ()
    """By how much the best is ahead of the second at each scanned position, and its half-width [unit of the costs]."""
    cancelled: bool = False
    """Whether it was stopped before its end: positions or changes may be missing."""
    waits: tuple[float, ...] = ()
    """Days within which nine in ten customers are done under the best at each scanned position; empty where costs alone
    are known [days]."""

    @property
    def winner(self) -> str | None:
        """The alternative that is best throughout; None where it changes, or where that was not seen to the end."""
        return None if self.switches or self.cancelled else self.scan[0][1]

    def table(self) -> pd.DataFrame:
        """A row a change: at, low, high, below, above."""
        import pandas as pd

        columns = ["at", "low", "high", "below", "above"]
        return pd.DataFrame([[getattr(s, c) for c in columns] for s in self.switches], columns=columns)

    def __str__(self) -> str:
        if not self.switches:
            return f"{self.lever}: {self.winner} is best from {self.low:g} to {self.high:g}"
        changes = [f"{s.below} to {s.above} at {s.at:.6g} ({s.low:.6g} to {s.high:.6g})" for s in self.switches]
        return f"{self.lever}: " + "; ".join(changes)


def break_even(
    costs: Costs,
    names: Sequence[str],
    low: float,
    high: float,
    *,
    tolerance: float | None = None,
    scan: int = SCAN,
    level: float = LEVEL,
    lever: str = "x",
    stated: float = math.nan,
    cancel: Cancel | None = None,
) -> BreakEven:
    """Every change of the best alternative found between two positions of a lever. Stopped, it keeps what it has.

    Parameters
    ----------
    tolerance
        How closely changes and interval ends are found; a thousandth of the range where not given [unit of the lever].
    scan
        Positions compared first, evenly spaced [count, >= 2].

    Raises
    ------
    BadInput
        If low is not below high, or there are fewer than two alternatives or scan positions.
    Cancelled
        If it was stopped before the first position.
    """
    if not low < high:
        raise BadInput("expected low below high, got {low} and {high}", low=low, high=high)
    if len(names) < 2 or scan < 2:
        raise BadInput(
            "expected two alternatives and scan positions at least, got {n} and {scan}", n=len(names), scan=scan
        )
    search = _Search(costs, level, (high - low) / 1000.0 if tolerance is None else tolerance, (low, high), cancel)
    grid = [float(x) for x in np.linspace(low, high, scan)]
    best: list[int] = []
    switches: list[tuple[float, float, float, int, int]] = []
    stopped = False
    try:
        for x in grid:
            best.append(search.best(x))
        for k, (a, b) in enumerate(zip(best, best[1:], strict=False)):
            if a != b:
                switches += search.between(grid[k], a, grid[k + 1], b)
    except Cancelled:
        if not best:
            raise
        stopped = True
    seen = list(zip(grid, best, strict=False))
    named = tuple(Switch(at, lo, hi, names[a], names[b]) for at, lo, hi, a, b in switches)
    scanned, leads = tuple((x, names[k]) for x, k in seen), tuple(search.lead(x) for x, _ in seen)
    return BreakEven(lever, low, high, stated, named, scanned, level, len(search.known), leads, stopped)


class _Search:
    """Costs already known, and the searches on them."""

    def __init__(
        self, costs: Costs, level: float, tolerance: float, ends: tuple[float, float], cancel: Cancel | None
    ) -> None:
        self.costs, self.level, self.tolerance, self.ends, self.cancel = costs, level, tolerance, ends, cancel
        self.known: dict[float, np.ndarray] = {}

    def at(self, x: float) -> np.ndarray:
        if x not in self.known:
            if self.cancel is not None and self.cancel():
                raise Cancelled("the search was stopped before its end")
            self.known[x] = np.asarray(self.costs(x), dtype=float)
        return self.known[x]

    def best(self, x: float) -> int:
        return int(np.argmin(self.at(x).mean(axis=1)))

    def lead(self, x: float) -> tuple[float, float]:
        """Mean cost of the second best above the best, and the half-width of its paired interval."""
        found = self.at(x)
        first, second = np.argsort(found.mean(axis=1), kind="stable")[:2]
        ahead = t_interval(found[second] - found[first], self.level)
        return float(ahead.mean), float(ahead.half_width)

    def between(self, left: float, a: int, right: float, b: int) -> list[tuple[float, float, float, int, int]]:
        """Changes between two positions with different winners; a third that wins in between is found too."""
        at = self.root(lambda x: self._mean(x, a, b), left, right)
        third = self.best(at)
        margin = self.at(at).mean(axis=1)
        if third not in (a, b) and margin[third] < min(margin[a], margin[b]) and left < at < right:
            return self.between(left, a, at, third) + self.between(at, third, right, b)
        return [(at, *self.interval(at, a, b), a, b)]

    def interval(self, at: float, a: int, b: int) -> tuple[float, float]:
        """Positions at which the interval of the difference begins and ends to cover 0; infinite where it never does.

        Below the change a is best: mean + half-width of a - b rises through 0 before the mean does, and mean -
        half-width after it.
        """

        def upper(x: float) -> float:
            return self._mean(x, a, b) + self._half_width(x, a, b)

        def lower(x: float) -> float:
            return self._mean(x, a, b) - self._half_width(x, a, b)

        low, high = self.ends
        if math.isnan(upper(at)):
            return math.nan, math.nan
        begins = -math.inf if upper(low) >= 0 else self.root(upper, low, at)
        ends = math.inf if lower(high) <= 0 else self.root(lower, at, high)
        return begins, ends

    def root(self, f: Callable[[float], float], left: float, right: float) -> float:
        """Where f, not above 0 at ``left`` and not below 0 at ``right``, crosses 0."""
        from scipy.optimize import brentq

        if f(left) >= 0 or left == right:
            return left
        if f(right) <= 0:
            return right
        return float(brentq(f, left, right, xtol=self.tolerance, rtol=1e-12))

    def _mean(self, x: float, a: int, b: int) -> float:
        found = self.at(x)
        return float((found[a] - found[b]).mean())

    def _half_width(self, x: float, a: int, b: int) -> float:
        found = self.at(x)
        return float(t_interval(found[a] - found[b], self.level).half_width)


def break_even_of(
    cases: Sequence[Case],
    lever: Lever,
    low: float,
    high: float,
    replications: range,
    seed: int,
    *,
    tolerance: float | None = None,
    scan: int = SCAN,
    jobs: Workers = 1,
    progress: Progress | None = None,
    cancel: Cancel | None = None,
) -> BreakEven:
    """The position of a lever, turned in the scenarios of all cases alike, at which another case is the cheapest.

    Raises
    ------
    ScenarioError
        If the path names nothing, or a scenario would not be valid within the range.
    """
    chosen = comparable_cases(cases)
    done, days = 0, dict[float, np.ndarray]()

    def costs(x: float) -> np.ndarray:
        nonlocal done
        found, days[x] = costs_and_waits(cases_at(chosen, [(lever, x)]), replications, seed, jobs=jobs)
        done += 1
        if progress is not None:
            progress(done, max(done, scan))
        return found

    stated = lever.stated(chosen[0].scenario)
    names = [case.name for case in chosen]
    level = chosen[0].scenario.plan.confidence
    found = break_even(
        costs, names, low, high, tolerance=tolerance, scan=scan, level=level, lever=str(lever), stated=stated,
        cancel=cancel,
    )  # fmt: skip
    return replace(found, waits=tuple(float(days[x][names.index(best)].mean()) for x, best in found.scan))
