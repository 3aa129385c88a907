"""How far volumes can go: what limits and decided segments leave of the others, without solving anything.

A discount that begins beyond what the benches can take is no discount. The relaxed program does not see that: it mixes
a segment that cannot be reached with none at all. So segments out of reach are left out, and measures are held below
the most that any plan can bring. Each bound is a fractional knapsack: of all amounts, whichever arms and bands they
are of, those that bring most for what they take of one row.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

import numpy as np

from warrantysim.decision.problem import Block, Load, Period, ProgramData

Key = tuple[str, int]
"""A period: its contract and number."""


@dataclass(frozen=True)
class Range:
    """Segments a period may lie in."""

    first: int
    """The lowest."""
    last: int
    """The highest."""
    reached: bool = False
    """Whether it must lie in one: its contract is signed and has so much."""


@dataclass(frozen=True)
class Room:
    """What is decided of periods, and the most that measures can reach under it."""

    segments: Mapping[Key, Range] = field(default_factory=dict)
    """Segments by contract and number; all of them where none are stated."""
    most: Mapping[str, float] = field(default_factory=dict)
    """Most of each measure; what its amounts can add up to where none is stated."""


@dataclass(frozen=True)
class RowAmounts:
    """A sum of amounts of bands under arms, by flat position in (C, B, A)."""

    at: np.ndarray
    """Positions, rising [int (n,)]."""
    amount: np.ndarray
    """Amounts, none below 0 (n,)."""

    def on(self, at: np.ndarray) -> np.ndarray:
        """Its amounts at other positions, 0 where it has none."""
        if not len(self.at):
            return np.zeros(len(at))
        where = np.minimum(np.searchsorted(self.at, at), len(self.at) - 1)
        return np.where(self.at[where] == at, self.amount[where], 0.0)


class Reach:
    """Bounds on the volumes of a problem's periods."""

    def __init__(self, problem: ProgramData) -> None:
        self.problem = problem
        self.limits: list[tuple[RowAmounts, float]] = []
        for limit in problem.limits:
            load = problem.loads[limit.measure]
            if limit.most >= 0 and not (load.amount < 0).any():
                self.limits.append((self.row(load), limit.most))
        self.units: dict[Key, RowAmounts] = {}
        self.others: dict[Key, float] = {}
        self.alone: set[Key] = set()
        for block, number, period in _periods(problem):
            names = {name for row in period.units for name in row if name}
            self.units[block.name, number] = self.total([problem.loads[name] for name in sorted(names)])
            self.others[block.name, number] = 0.0 if period.beside is None else float(period.beside[0].sum())
            if not block.one_of_several:
                self.alone.add((block.name, number))

    def row(self, load: Load) -> RowAmounts:
        """A measure as a row."""
        return RowAmounts(load.place * self.problem.shape[2] + load.arm, np.maximum(load.amount, 0.0))

    def total(self, loads: list[Load]) -> RowAmounts:
        """Several measures added up."""
        rows = [self.row(load) for load in loads]
        if len(rows) == 1:
            return rows[0]
        if not rows:
            return RowAmounts(np.zeros(0, dtype=np.int64), np.zeros(0))
        at, which = np.unique(np.concatenate([row.at for row in rows]), return_inverse=True)
        return RowAmounts(at, np.bincount(which.reshape(-1), np.concatenate([row.amount for row in rows]), len(at)))

    def room(self) -> Room:
        """What limits alone leave."""
        most = {name: self._most(self.row(load), self.limits) for name, load in self.problem.loads.items()}
        segments = {}
        for block, number, period in _periods(self.problem):
            key = block.name, number
            reach = self._most(self.units[key], self.limits) + self.others[key]
            segments[key] = Range(0, _last(period, reach))
        return Room(segments, most)

    def narrowed(self, room: Room, key: Key, decided: Range) -> Room | None:
        """The room where a period lies in the segments decided; None where nothing is left of it."""
        segments, most = dict(room.segments), dict(room.most)
        terms = {(block.name, number): period for block, number, period in _periods(self.problem)}
        was = segments[key]
        reached = was.reached or decided.reached
        segments[key] = Range(max(was.first, decided.first), min(was.last, decided.last), reached)
        if segments[key].first > segments[key].last:
            return None
        cap = float(terms[key].terms.upper[segments[key].last]) - self.others[key]
        floor = float(terms[key].terms.lower[segments[key].first]) - self.others[key] if segments[key].reached else 0.0
        mine = self.units[key]
        for other, period in terms.items():
            if other == key or other[0] != key[0]:
                continue
            theirs, at = self.units[other], segments[other]
            last, first = at.last, at.first
            if math.isfinite(cap):
                most_units = most_for(theirs.amount, mine.on(theirs.at), cap)
                last = min(last, _last(period, most_units + self.others[other]))
            if floor > 0:
                least = least_reaching(mine.amount, theirs.on(mine.at), floor) + self.others[other]
                first = max(first, _first(period, least))
            if first > last:
                return None
            segments[other] = Range(first, last, at.reached or first > 0)
        if math.isfinite(cap):
            for period in (p for (name, _), p in terms.items() if name == key[0]):
                for name in {n for table in (period.units, period.fees) for row in table for n in row if n}:
                    row = self.row(self.problem.loads[name])
                    most[name] = min(most[name], most_for(row.amount, mine.on(row.at), cap))
        return replace(room, segments=segments, most=most)

    def _most(self, row: RowAmounts, limits: list[tuple[RowAmounts, float]]) -> float:
        """The most of a row within the one of these limits that leaves least room for it, at a glance."""
        total = float(row.amount.sum())
        best, chosen = 1.0, None
        for limit, most in limits:
            if not len(limit.at) or not len(row.at) or limit.at[0] > row.at[-1] or row.at[0] > limit.at[-1]:
                continue
            weight = limit.on(row.at)
            size = float(weight.sum())
            if size and (weight > 0).mean() > 0.5 and most / size < best:
                best, chosen = most / size, (weight, most)
        return total if chosen is None else min(total, most_for(row.amount, *chosen))


def _periods(problem: ProgramData) -> Iterator[tuple[Block, int, Period]]:
    for block in problem.blocks:
        for number, period in enumerate(block.periods):
            yield block, number, period


def _last(period: Period, reach: float) -> int:
    """The highest segment that so many units reach."""
    return max(int(np.searchsorted(period.terms.lower, reach * (1 + 1e-9), side="right")) - 1, 0)


def _first(period: Period, least: float) -> int:
    """The lowest segment that at least so many units lie in."""
    return min(int(np.searchsorted(period.terms.upper, least * (1 - 1e-9), side="left")), len(period.terms.upper) - 1)


def most_for(amount: np.ndarray, weight: np.ndarray, most: float) -> float:
    """The largest sum of amounts whose weights add up to no more than ``most``, parts of them too."""
    heavy = weight > 0
    total = float(amount[~heavy].sum())
    a, w = amount[heavy], weight[heavy]
    order = np.argsort(-a / w)
    used = np.cumsum(w[order])
    whole = int(np.searchsorted(used, most, side="right"))
    total += float(a[order[:whole]].sum())
    if whole < len(order):
        total += float((most - (used[whole - 1] if whole else 0.0)) * a[order[whole]] / w[order[whole]])
    return total


def least_reaching(weight: np.ndarray, amount: np.ndarray, floor: float) -> float:
    """The smallest sum of amounts whose weights add up to at least ``floor``, parts of them too; inf where none do."""
    heavy = weight > 0
    a, w = amount[heavy], weight[heavy]
    order = np.argsort(a / w)
    used = np.cumsum(w[order])
    if not len(used) or used[-1] < floor * (1 - 1e-9):
        return math.inf
    whole = min(int(np.searchsorted(used, floor, side="left")), len(order) - 1)
    rest = max(floor - (used[whole - 1] if whole else 0.0), 0.0)
    return float(a[order[:whole]].sum() + rest * a[order[whole]] / w[order[whole]])
