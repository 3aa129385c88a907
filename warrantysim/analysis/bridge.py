"""Bridge: how the cost of a baseline becomes that of an alternative, step by step, the steps adding up exactly.

By ledger category the steps are differences of sums of lines. By driver they are Shapley values: with v(S) the cost of
the baseline in which the groups S of changed inputs are as in the alternative, the step of group g is the mean, over
all orders in which the groups can be changed one after the other, of what changing g adds:

    step(g) = sum over S without g of |S|! (n - |S| - 1)! / n! x (v(S + g) - v(S)).

No order is favoured, and the steps add up to v(all) - v(none) in every replication.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations
from math import factorial
from typing import TYPE_CHECKING

import numpy as np

from warrantysim.analysis.cases import Cancel, Case, Progress, comparable_cases, yearly_costs
from warrantysim.analysis.comparison import Comparison
from warrantysim.analysis.measures import TOTAL
from warrantysim.analysis.pairs import paired_columns
from warrantysim.experiment.pace import Cancelled
from warrantysim.experiment.workers import Workers
from warrantysim.schema.diff import diff
from warrantysim.schema.errors import BadInput
from warrantysim.schema.paths import parse
from warrantysim.schema.root import Scenario

if TYPE_CHECKING:
    import pandas as pd

WHOLE_CHECK = 6
"""Up to so many groups every combination is tried; of more, each group alone and all but each."""

Groups = Mapping[str, tuple[str, ...]]
"""Sections by the name of their group."""


@dataclass
class Coalitions:
    """Two scenarios and what is between them; state is the combinations already built."""

    base: Scenario
    """The scenario where nothing is changed."""
    other: Scenario
    """The scenario where everything is."""
    built: dict[frozenset[str], Scenario | None] = field(default_factory=dict)
    """Worlds by their changed sections; None where they do not hold together."""

    def sections(self) -> tuple[str, ...]:
        """Sections and tables that differ, in the order of the scenario; labels are none."""
        changed = {parse(change.path)[0].parts[0] for change in diff(self.base, self.other)}
        return tuple(name for name in type(self.base).model_fields if name in changed)

    def world(self, changed: frozenset[str]) -> Scenario:
        """The base with some sections as in the other.

        Raises
        ------
        BadInput
            If they do not hold together.
        """
        found = self._built(changed)
        if found is None:
            raise BadInput("the worlds cannot be mixed with only {names} changed", names=", ".join(sorted(changed)))
        return found

    def groups(self) -> dict[str, tuple[str, ...]]:
        """Changed sections, each its own group, but those together that do not hold apart."""
        return self.settled({name: (name,) for name in self.sections()})

    def settled(self, groups: Groups) -> dict[str, tuple[str, ...]]:
        """Groups merged until their combinations are scenarios that hold: all of them, or those of `WHOLE_CHECK`."""
        now = dict(groups)
        while (broken := next(self._broken(now), None)) is not None:
            now = merged_groups(now, *self._remedy(now, broken))
        return now

    def _broken(self, groups: Groups) -> Iterator[frozenset[str]]:
        n = len(groups)
        sizes = range(1, n) if n <= WHOLE_CHECK else sorted({1, n - 1})
        for size in sizes:
            for some in combinations(groups, size):
                if self._built(_sections(groups, some)) is None:
                    yield frozenset(some)

    def _remedy(self, groups: Groups, broken: frozenset[str]) -> tuple[str, str]:
        """Two groups to merge: one whose absence mends the combination, or whose presence does, with its partner."""
        inside = [name for name in groups if name in broken]
        outside = [name for name in groups if name not in broken]
        for name in inside:
            without = [g for g in inside if g != name]
            if self._built(_sections(groups, without)) is not None:
                for missing in outside:
                    if self._built(_sections(groups, [*inside, missing])) is not None:
                        return name, missing
        # Several things are missing at once: take them in one by one.
        return inside[-1], outside[0]

    def _built(self, changed: frozenset[str]) -> Scenario | None:
        if changed not in self.built:
            try:
                self.built[changed] = self.base.replace(**{name: getattr(self.other, name) for name in changed})
            except ValueError:
                self.built[changed] = None
        return self.built[changed]


def merged_groups(groups: Groups, one: str, two: str) -> dict[str, tuple[str, ...]]:
    """Two groups as one, at the place of the first."""
    first, second = (name for name in groups if name in (one, two))
    out: dict[str, tuple[str, ...]] = {}
    for name, parts in groups.items():
        if name == first:
            out[f"{first} + {second}"] = (*parts, *groups[second])
        elif name != second:
            out[name] = parts
    return out


def _sections(groups: Groups, names: Iterable[str]) -> frozenset[str]:
    return frozenset(part for name in names for part in groups[name])


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
    jobs: Workers = 1,
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
            known[sections] = yearly_costs([case], replications, seed, jobs=jobs)[0]
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
