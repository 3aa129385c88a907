"""Zones of one cell: over values in rising order, which disposition and partner, and where one gives way to the next.

A cell uses at most one partner for repair and one way to China, so that its rule fits in a sentence. In canonical
order its zones follow refund < reship < repair_local < return_china; in free order each value band stands alone.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import combinations_with_replacement, product

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

    Exact: the cheapest ordered cut-points by a prefix minimum over bands; in free order for every choice of partner and
    way.

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
    if canonical:
        cells = np.arange(len(cost))
        by_arm = np.ascontiguousarray(cost.transpose(2, 1, 0))
        parts = [
            ordered_plans(by_arm[:, :, part], rank, allowed[part], None if entry is None else entry[part])
            for part in np.array_split(cells, max(1, -(-len(cost) // AT_ONCE)))
        ]
        return np.concatenate([plan.T for plan, _ in parts]), np.concatenate([least for _, least in parts])
    cells, bands, _ = cost.shape
    best = np.full(cells, np.inf)
    plan = np.zeros((cells, bands), dtype=np.int64)
    for arms in teams(rank, with_none=entry is not None):
        open_cost = np.where(allowed[:, None, arms], cost[:, :, arms], np.inf)
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


@cache
def all_plans(rank: tuple[int, ...], bands: int) -> np.ndarray:
    """Every plan of a cell in canonical order, each once, shape (n, B) [int]."""
    found: dict[bytes, np.ndarray] = {}
    for team in teams(np.array(rank)):
        cuts = np.array(list(combinations_with_replacement(range(bands + 1), len(team) - 1)), dtype=np.int64)
        place = (np.arange(bands)[None, :, None] >= cuts[:, None, :]).sum(axis=2)
        for plan in np.array(team)[place]:
            found.setdefault(plan.tobytes(), plan)
    return np.array(list(found.values()))


AT_ONCE = 2_000
"""Cells whose plans are looked for at once: as many as stay in a processor's cache."""


def ordered_plans(
    cost: np.ndarray, rank: np.ndarray, allowed: np.ndarray, entry: np.ndarray | None = None
) -> tuple[np.ndarray, np.ndarray]:
    """The cheapest plan of each cell in canonical order, as `best_plans`. ``cost``: shape (A, B, C).

    With ``S_a`` the cost of the bands before the j-th under arm a, the bands before the j-th cost at least
    ``f_k(j) = min(f_{k-1}(j), min over arms a of rank k of S_a(j) + min over i <= j of (f_{k-1}(i) - S_a(i)))``
    where no arm is of a higher rank than k. Returns (arms, shape (B, C); cost, shape (C,)).
    """
    _, bands, cells = cost.shape
    least = np.full((bands + 1, cells), np.inf)
    least[0] = 0.0
    steps = []
    for level in np.unique(rank):
        best, who = least, np.full(least.shape, -1, dtype=np.int8)
        aheads: dict[int, np.ndarray] = {}
        for arm in np.flatnonzero(rank == level).tolist():
            may = allowed[:, arm]
            if not may.any():
                continue
            total = np.zeros(least.shape)
            np.cumsum(cost[arm], axis=0, out=total[1:])
            ahead = least - total
            reach = np.minimum.accumulate(ahead, axis=0)
            reach += total
            if entry is not None:
                reach += entry[:, arm]
            if not may.all():
                reach[:, ~may] = np.inf
            # Of plans that cost the same, the one that uses the disposition, and of its arms the first.
            better = reach < best if aheads else reach <= best
            best = np.where(better, reach, best)
            who[better] = arm
            aheads[arm] = ahead
        steps.append((who, aheads))
        least = best
    plan = np.zeros((bands, cells), dtype=np.int64)
    end, every, at = np.full(cells, bands), np.arange(cells), np.arange(bands)[:, None]
    for who, aheads in reversed(steps):
        chosen = who[end, every]
        for arm, ahead in aheads.items():
            mine = np.flatnonzero(chosen == arm)
            if not len(mine):
                continue
            ahead = np.where(np.arange(bands + 1)[:, None] <= end[mine], ahead[:, mine], np.inf)
            start = np.argmin(ahead, axis=0)
            rows, columns = np.nonzero((at >= start) & (at < end[mine]))
            plan[rows, mine[columns]] = arm
            end[mine] = start
    return plan, least[-1]


def teams(rank: np.ndarray, with_none: bool = False) -> Iterator[list[int]]:
    """Every choice of one arm a disposition, in canonical order; ``with_none`` also leaves dispositions out."""
    groups: list[list[int | None]] = []
    for level in np.unique(rank):
        members: list[int | None] = [int(a) for a in np.flatnonzero(rank == level)]
        groups.append([*members, None] if with_none else members)
    for team in product(*groups):
        if chosen := [arm for arm in team if arm is not None]:
            yield chosen


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
