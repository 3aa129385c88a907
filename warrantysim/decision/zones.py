"""Zones of one cell: over values in rising order, which disposition and partner, and where one gives way to the next.

A cell uses at most one partner for repair and one way to China, so that its rule fits in a sentence. In canonical
order its zones follow refund < reship < repair_local < return_china; in free order each value band stands alone.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np


def best_plans(
    cost: np.ndarray,
    rank: np.ndarray,
    allowed: np.ndarray,
    *,
    canonical: bool = True,
    entry: np.ndarray | None = None,
) -> tuple[np.ndarray, np.ndarray]:
    """The cheapest plan of each cell: an arm for every band.

    Exact: for every choice of partner and way, the cheapest ordered cut-points by a prefix minimum over bands.

    Parameters
    ----------
    cost
        Cost of a band under an arm, shape (C, B, A), finite [any currency].
    rank
        Canonical place of each arm's disposition, shape (A,) [0-3].
    allowed
        Arms a cell may use, shape (C, A) [bool].
    entry
        Further cost of using an arm at all in a cell, shape (C, A) [same currency, >= 0].

    Returns
    -------
    (arm of each band, shape (C, B); cost of each cell with entries, shape (C,)).

    Raises
    ------
    ValueError
        If a cell allows no arm.
    """
    if not allowed.any(axis=1).all():
        raise ValueError(f"no arm is allowed in cells {np.flatnonzero(~allowed.any(axis=1)).tolist()}")
    cells, bands, _ = cost.shape
    best = np.full(cells, np.inf)
    plan = np.zeros((cells, bands), dtype=np.int64)
    sums = np.concatenate([np.zeros((cells, 1, cost.shape[2])), np.cumsum(cost, axis=1)], axis=1)
    for arms in teams(rank, with_none=entry is not None):
        usable = allowed[:, arms]
        if canonical:
            total, chosen = _ordered(sums, arms, usable)
        else:
            open_cost = np.where(usable[:, None, :], cost[:, :, arms], np.inf)
            which = np.argmin(open_cost, axis=2)
            chosen = np.asarray(arms)[which]
            total = np.take_along_axis(open_cost, which[:, :, None], axis=2)[:, :, 0].sum(axis=1)
        if entry is not None:
            for arm in arms:
                total = total + np.where((chosen == arm).any(axis=1), entry[:, arm], 0.0)
        better = total < best
        best = np.where(better, total, best)
        plan[better] = chosen[better]
    return plan, best


def teams(rank: np.ndarray, with_none: bool = False) -> Iterator[list[int]]:
    """Every choice of one arm a disposition, in canonical order; ``with_none`` also leaves dispositions out."""
    groups: list[list[int | None]] = []
    for level in np.unique(rank):
        members: list[int | None] = [int(a) for a in np.flatnonzero(rank == level)]
        groups.append([*members, None] if with_none else members)
    for team in product(*groups):
        if chosen := [arm for arm in team if arm is not None]:
            yield chosen


def _ordered(sums: np.ndarray, arms: Sequence[int], usable: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Cheapest ordered cut-points of one team: ``f_k(j) = S_k(j) + min over i <= j of (f_{k-1}(i) - S_k(i))``."""
    cells, ends, _ = sums.shape
    at = np.arange(ends)
    reach = np.full((cells, ends), np.inf)
    reach[:, 0] = 0.0
    begins = []
    for column, arm in enumerate(arms):
        total = sums[:, :, arm]
        ahead = reach - total
        lowest = np.minimum.accumulate(ahead, axis=1)
        first = np.concatenate([np.ones((cells, 1), dtype=bool), ahead[:, 1:] < lowest[:, :-1]], axis=1)
        begin = np.maximum.accumulate(np.where(first, at, 0), axis=1)
        may = usable[:, column, None]
        reach = np.where(may, total + lowest, reach)
        begins.append(np.where(may, begin, at))
    plan = np.zeros((cells, ends - 1), dtype=np.int64)
    end = np.full(cells, ends - 1)
    for arm, begin in zip(reversed(arms), reversed(begins), strict=True):
        start = begin[np.arange(cells), end]
        inside = (at[:-1] >= start[:, None]) & (at[:-1] < end[:, None])
        plan[inside] = arm
        end = start
    return reach[:, -1], plan


@dataclass(frozen=True)
class Zones:
    """The rule of one cell: ``arms[i]`` holds from ``starts[i]`` on; ``starts[0]`` is 0."""

    starts: tuple[float, ...]
    """Least claim value of each zone, rising [market currency]."""
    arms: tuple[int, ...]
    """Arm of each zone; neighbours differ."""

    def moved(self, cut: int, value: float) -> Zones:
        """The same with cut-point ``cut`` (0 the lowest) at another value between its neighbours."""
        starts = list(self.starts)
        starts[cut + 1] = value
        return Zones(tuple(starts), self.arms)

    @property
    def cuts(self) -> tuple[float, ...]:
        """Values at which one zone gives way to the next."""
        return self.starts[1:]


def zones_from_plan(lower: np.ndarray, plan: np.ndarray) -> Zones:
    """Zones of a plan over bands: ``lower`` are the least values of the bands, ``plan`` their arms, both (B,)."""
    change = np.flatnonzero(np.diff(plan)) + 1
    starts = (0.0, *(float(v) for v in lower[change]))
    return Zones(starts, tuple(int(plan[i]) for i in (0, *change)))


def between(below: float, above: float) -> float:
    """The shortest number v with ``below < v <= above``: where a cut-point lies between two claim values.

    Raises
    ------
    ValueError
        If the values are not in rising order.
    """
    if not below < above:
        raise ValueError(f"expected rising values, got {below} and {above}")
    middle = (below + above) / 2
    for digits in range(-3, 12):
        rounded = round(middle, digits)
        if below < rounded <= above:
            return float(rounded)
    return above


def flat_range(value: np.ndarray, gain: np.ndarray, low: float, high: float, loss: float) -> tuple[float, float]:
    """Values a cut-point may take at a cost of at most ``loss``: the unbroken range around the best one.

    Parameters
    ----------
    value
        Claim values of the cell, rising, shape (n,) [market currency].
    gain
        Cost of each claim above the cut-point less its cost below it, shape (n,) [reporting currency].
    low, high
        Neighbouring cut-points: the range ends there [market currency].
    loss
        Cost allowed above the best place between the neighbours [reporting currency, >= 0].
    """
    inside = (value >= low) & (value < high)
    held = value[inside]
    if held.size == 0:
        return low, high
    # The cut may lie before the first claim, between any two, or behind the last: total cost above it.
    total = np.concatenate([[0.0], np.cumsum(-gain[inside])])
    total = total - total.min()
    places = np.concatenate([[True], np.diff(held) > 0, [True]])
    edges = np.concatenate([[low], held[1:], [high]])
    best = int(np.flatnonzero(places)[np.argmin(total[places])])
    good = (total <= loss) | ~places
    left = best
    while left > 0 and good[left - 1]:
        left -= 1
    right = best
    while right < held.size and good[right + 1]:
        right += 1
    return float(edges[left]), float(edges[right] if right < held.size else high)
