"""Bridge: how the cost of a baseline becomes that of an alternative, step by step, the steps adding up exactly.

By ledger category the steps are differences of sums of lines. By driver they are Shapley values: with v(S) the cost of
the baseline in which the groups S of changed inputs are as in the alternative, the step of group g is the mean, over
all orders in which the groups can be changed one after the other, of what changing g adds:

    step(g) = sum over S without g of |S|! (n - |S| - 1)! / n! x (v(S + g) - v(S)).

No order is favoured, and the steps add up to v(all) - v(none) in every replication.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import combinations
from math import factorial
from typing import TYPE_CHECKING

import numpy as np

from warrantysim.analysis.cases import Cancel, Cancelled, Case, Progress, comparable_cases, yearly_costs
from warrantysim.analysis.coalitions import Coalitions
from warrantysim.analysis.comparison import Comparison
from warrantysim.analysis.measures import TOTAL
from warrantysim.analysis.pairs import paired_columns

if TYPE_CHECKING:
    import pandas as pd

MOST_GROUPS = 6
"""Groups that are told apart; their 64 combinations are each simulated."""
OTHER = "other"
"""What the smallest groups are merged into."""
Costs = Callable[[frozenset[str]], np.ndarray]
"""Yearly costs by replication with some groups as in the alternative. Shape (R,)."""


@dataclass(frozen=True)
class Bridge:
    """Steps from one cost to another."""

    start: np.ndarray
    """Cost of the baseline by replication, shape (R,) [reporting currency a year]."""
    end: np.ndarray
    """Cost of the alternative, shape (R,) [reporting currency a year]."""
    names: tuple[str, ...]
    """Names of the steps."""
    steps: np.ndarray
    """What each step adds, shape (steps, R) [reporting currency a year]."""
    contents: tuple[tuple[str, ...], ...]
    """What each step is made of: one category, or changed sections and tables."""
    method: str
    """How the difference was split, for people."""
    level: float
    """Level of the intervals [share, 0-1]."""

    @property
    def gap(self) -> float:
        """What the steps leave unexplained on average; nothing but rounding [reporting currency a year]."""
        return float((self.end - self.start - self.steps.sum(axis=0)).mean()) if self.end.size else 0.0

    def table(self) -> pd.DataFrame:
        """A row a step, largest first: step, contents, adds, low, high, half_width, detectable, needed."""
        import pandas as pd

        found = paired_columns(self.steps, np.zeros_like(self.steps), self.level)
        columns = ("low", "high", "half_width", "detectable", "needed")
        frame = pd.DataFrame(
            {
                "step": self.names,
                "contents": [", ".join(parts) for parts in self.contents],
                "adds": found["difference"],
                **{column: found[column] for column in columns},
            }
        )
        return frame.sort_values("adds", key=np.abs, ascending=False, ignore_index=True, kind="stable")


def category_bridge(comparison: Comparison, case: int | str = 1, by: Sequence[str] = ("category",)) -> Bridge:
    """From the baseline of a comparison to one of its cases, by ledger category or any other columns of costs."""
    sides = [comparison.samples(TOTAL, k, by) for k in (comparison.baseline, case)]
    keys = tuple(dict.fromkeys((*sides[0].keys, *sides[1].keys)))
    before, after = (side.at(keys) for side in sides)
    names = tuple(" ".join(filter(None, key)) or "unassigned" for key in keys)
    start, end = before.sum(axis=0), after.sum(axis=0)
    method = f"difference of ledger lines by {' and '.join(by)}"
    return Bridge(start, end, names, after - before, tuple((n,) for n in names), method, comparison.level)


def shapley(groups: Sequence[str], costs: Costs) -> np.ndarray:
    """Shapley values of the groups, replication by replication. Shape (groups, R). Each combination is asked once."""
    n = len(groups)
    worth = {frozenset(some): costs(frozenset(some)) for k in range(n + 1) for some in combinations(groups, k)}
    values = np.zeros((n, len(worth[frozenset()])))
    for i, group in enumerate(groups):
        others = [g for g in groups if g != group]
        for k in range(n):
            weight = factorial(k) * factorial(n - k - 1) / factorial(n)
            for some in combinations(others, k):
                values[i] += weight * (worth[frozenset((*some, group))] - worth[frozenset(some)])
    return values


def driver_bridge(
    baseline: Case,
    alternative: Case,
    replications: range,
    seed: int,
    *,
    jobs: int = 1,
    backend: str | None = None,
    progress: Progress | None = None,
    cancel: Cancel | None = None,
) -> Bridge:
    """Which changed inputs made the difference: Shapley values over the changed sections and tables.

    The policy is a section like the others. Sections that only make sense together (a new product, and its sales) are
    one group. Where there are more than six groups, those whose change alone moves the cost least are merged into
    `OTHER`; ``contents`` names what is in it.

    Raises
    ------
    ValueError
        For cases in different currencies.
    Cancelled
        If it was stopped.
    """
    comparable_cases([baseline, alternative])
    mixed = Coalitions(baseline.whole, alternative.whole)
    known: dict[frozenset[str], np.ndarray] = {}

    def cost(sections: frozenset[str]) -> np.ndarray:
        if sections not in known:
            if cancel is not None and cancel():
                raise Cancelled("the bridge was stopped before its end")
            case = Case.of(mixed.world(sections))
            known[sections] = yearly_costs([case], replications, seed, jobs=jobs, backend=backend)[0]
            if progress is not None:
                progress(len(known), planned)
        return known[sections]

    groups = mixed.groups()
    planned = 2 ** min(len(groups), MOST_GROUPS) + max(len(groups) - MOST_GROUPS, 0)
    if len(groups) > MOST_GROUPS:
        start = cost(frozenset())
        alone = {name: abs(float((cost(frozenset(parts)) - start).mean())) for name, parts in groups.items()}
        groups = mixed.settled(merged(groups, alone))
    names = tuple(groups)

    def of_groups(some: frozenset[str]) -> np.ndarray:
        return cost(frozenset(part for name in some for part in groups[name]))

    steps = shapley(names, of_groups)
    merging = f", the smallest merged into {OTHER!r}" if OTHER in groups else ""
    method = f"Shapley values over {len(names)} groups of changed inputs{merging}"
    start, end = of_groups(frozenset()), of_groups(frozenset(names))
    level = baseline.scenario.plan.confidence
    return Bridge(start, end, names, steps, tuple(groups.values()), method, level)


def merged(groups: dict[str, tuple[str, ...]], alone: dict[str, float]) -> dict[str, tuple[str, ...]]:
    """The five groups that move the cost most by themselves, and the others as one."""
    ranked = sorted(groups, key=lambda name: -alone[name])
    kept = {name: groups[name] for name in groups if name in ranked[: MOST_GROUPS - 1]}
    rest = tuple(part for name in groups if name not in kept for part in groups[name])
    return {**kept, OTHER: rest}
