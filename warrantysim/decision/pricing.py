"""What every cell answers to prices on what cells share: its cheapest plan, all cells at once, part by part.

A part is as many cells as stay in a processor's cache, with its costs and its amounts of every measure laid out for
them. Time and memory of an answer grow like the cells, whatever they share.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial

import numpy as np
from scipy.sparse import csr_matrix

from warrantysim.decision.own_pools import OwnPools
from warrantysim.decision.problem import Load, ProgramData
from warrantysim.decision.zones import AT_ONCE, all_plans, best_plans, ordered_plans

THREADS = 2
"""Parts that are priced side by side; sums are taken in the order of parts, so that no figure depends on it."""


@dataclass(frozen=True)
class Answer:
    """The cheapest plans at some prices. G groups, M measures."""

    plan: np.ndarray
    """Arm of each band, shape (C, B) [int8]."""
    least: float
    """Cost of all cells with prices: no plan costs less at these prices [reporting currency]."""
    cost: np.ndarray
    """Cost of each group without prices, its own pools included, shape (G,) [reporting currency]."""
    taken: np.ndarray
    """Measures of each group, shape (G, M)."""


@dataclass(frozen=True)
class _Part:
    """Some cells in a row."""

    first: int
    last: int
    amounts: csr_matrix
    """Amounts by (arm, band, cell) and measure, shape (A x B x n, M)."""


class Pricing:
    """The cells of a problem, ready to be asked at prices."""

    def __init__(self, problem: ProgramData, loads: Sequence[Load], own: OwnPools, groups: np.ndarray) -> None:
        """``loads``: the first measures; the last ones count the bands that use each block, M in all. ``groups``: group
        of each cell, rising, shape (C,)."""
        self.problem = problem
        self.own = own
        self.groups = groups
        self.number = int(groups[-1]) + 1
        self.uses = np.stack([block.uses for block in problem.blocks], axis=2) if problem.blocks else None
        self.measures = len(loads) + len(problem.blocks)
        firsts = range(0, problem.shape[0], AT_ONCE)
        self.parts = [self._part(loads, first, min(first + AT_ONCE, problem.shape[0])) for first in firsts]

    def _part(self, loads: Sequence[Load], first: int, last: int) -> _Part:
        _, bands, arms = self.problem.shape
        cells = last - first
        alike: dict[tuple[int, int], list[int]] = {}
        for m, load in enumerate(loads):
            alike.setdefault((id(load.place), id(load.arm)), []).append(m)
        held = []
        length = np.zeros(arms * bands * cells, dtype=np.int32)
        for columns in alike.values():
            load = loads[columns[0]]
            mine = slice(*np.searchsorted(load.place, (first * bands, last * bands)))
            cell, band = np.divmod(load.place[mine] - first * bands, bands)
            rows = (load.arm[mine].astype(np.int64) * bands + band) * cells + cell
            length[rows] += len(columns)
            held.append((columns, rows, np.stack([loads[m].amount[mine] for m in columns], axis=1)))
        ends = np.concatenate([[0], np.cumsum(length)])
        at, column, amounts = ends[:-1].copy(), np.zeros(ends[-1], dtype=np.int32), np.zeros(ends[-1])
        for columns, rows, table in held:
            where = at[rows][:, None] + np.arange(len(columns))
            column[where], amounts[where] = columns, table
            at[rows] += len(columns)
        return _Part(first, last, csr_matrix((amounts, column, ends), shape=(len(length), len(loads))))

    def _each(self, work: Callable[[_Part], tuple[np.ndarray, ...]]) -> list[tuple[np.ndarray, ...]]:
        if len(self.parts) < 2 * THREADS:
            return [work(part) for part in self.parts]
        with ThreadPoolExecutor(THREADS) as pool:
            return list(pool.map(work, self.parts))

    def answer(self, prices: np.ndarray, free: float = 1.0) -> Answer:
        """The cheapest plans at prices of measures, shape (M,), with separate costs counted ``free`` times."""
        found = self._each(partial(self._answer, prices, free))
        plans, least, cost, taken = zip(*found, strict=True)
        return Answer(
            np.concatenate(plans), float(sum(x.sum() for x in least)), np.sum(cost, axis=0), np.sum(taken, axis=0)
        )

    def of(self, plan: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Cost and measures of each group under a plan, shapes (G,) and (G, M)."""
        cost, taken = zip(*self._each(partial(self._of, plan)), strict=True)
        return np.sum(cost, axis=0), np.sum(taken, axis=0)

    def of_cells(self, cells: np.ndarray, plans: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Cost and measures of each cell under its plan, shapes (n,) and (n, M). ``cells``: rising, repeats too;
        ``plans``: shape (n, B)."""
        cost, taken = [np.zeros(0)], [np.zeros((0, self.measures))]
        for part in self.parts:
            begin, end = np.searchsorted(cells, (part.first, part.last))
            if end > begin:
                at, mine = cells[begin:end], plans[begin:end].astype(np.int64)
                own = np.take_along_axis(self.problem.cost[at], mine[:, :, None], axis=2)[:, :, 0].sum(axis=1)
                own += [
                    self.own.cost(c, plan[None])[0] if c in self.own.of_cell else 0.0
                    for c, plan in zip(at.tolist(), mine, strict=True)
                ]
                cost.append(own)
                taken.append(self._sums(part, mine, at, np.arange(end - begin), end - begin))
        return np.concatenate(cost), np.concatenate(taken)

    def near(
        self, cells: np.ndarray, prices: np.ndarray, barred: np.ndarray | None, count: int
    ) -> list[list[np.ndarray]]:
        """The plans of some cells that cost least at prices, cheapest first, at most ``count`` each, of all there are.

        ``cells``: rising; ``barred``: arms that are not to be used, shape (C, A). In free order only the cheapest.
        """
        found: list[list[np.ndarray]] = []
        for part in self.parts:
            mine = cells[(cells >= part.first) & (cells < part.last)]
            if not len(mine):
                continue
            cost = self._priced(part, prices, 1.0)[:, :, mine - part.first]
            open_arms = self.problem.allowed[mine] & ~(False if barred is None else barred[mine])
            cost = np.where(open_arms.T[:, None, :], cost, np.inf)
            if not self.problem.canonical:
                found += [
                    [plan]
                    for plan in best_plans(cost.transpose(2, 1, 0), self.problem.rank, open_arms, canonical=False)[0]
                ]
                continue
            found += [[] for _ in mine]
            plans = all_plans(tuple(self.problem.rank.tolist()), cost.shape[1])
            total = np.zeros((len(plans), len(mine)))
            for band in range(cost.shape[1]):
                total += cost[plans[:, band], band]
            for i, c in enumerate(mine.tolist()):
                best = np.argsort(total[:, i], kind="stable")[: count * (1 + 3 * (c in self.own.of_cell))]
                best = best[np.isfinite(total[best, i])]
                if c in self.own.of_cell:
                    charged = [total[k, i] + self.own.cost(c, plans[k][None])[0] for k in best]
                    best = best[np.argsort(charged, kind="stable")][:count]
                found[len(found) - len(mine) + i] = list(plans[best])
        return found

    def _priced(self, part: _Part, prices: np.ndarray, free: float) -> np.ndarray:
        """Costs with prices, shape (A, B, n)."""
        _, bands, arms = self.problem.shape
        cells = slice(part.first, part.last)
        cost = (part.amounts @ prices[: part.amounts.shape[1]]).reshape(arms, bands, -1)
        if free:
            cost += free * self.problem.cost[cells].transpose(2, 1, 0)
        if self.uses is not None and (entry := prices[part.amounts.shape[1] :]).any():
            cost += (self.uses[cells] @ entry).T[:, None, :]
        return cost

    def _cheapest(self, part: _Part, prices: np.ndarray, free: float) -> tuple[np.ndarray, np.ndarray]:
        p, cells = self.problem, slice(part.first, part.last)
        cost = self._priced(part, prices, free)
        if not p.canonical:
            return best_plans(cost.transpose(2, 1, 0), p.rank, p.allowed[cells], canonical=False)
        plan, least = ordered_plans(cost, p.rank, p.allowed[cells])
        return (plan.T, least) if not free else self.own.settled(part.first, cost, plan.T.copy(), least)

    def _answer(self, prices: np.ndarray, free: float, part: _Part) -> tuple[np.ndarray, ...]:
        plan, least = self._cheapest(part, prices, free)
        plan = plan.astype(np.int8)
        return plan, least, *self._grouped(part, plan)

    def _of(self, plan: np.ndarray, part: _Part) -> tuple[np.ndarray, ...]:
        return self._grouped(part, plan[part.first : part.last])

    def _cell_costs(self, part: _Part, mine: np.ndarray) -> np.ndarray:
        cost = self.problem.cost[part.first : part.last]
        own = np.take_along_axis(cost, mine[:, :, None].astype(np.int64), axis=2)[:, :, 0].sum(axis=1)
        return np.asarray(own + self.own.cost(part.first, mine))

    def _grouped(self, part: _Part, mine: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        groups = self.groups[part.first : part.last]
        cost = np.bincount(groups, self._cell_costs(part, mine), self.number)
        return cost, self._sums(part, mine, np.arange(part.first, part.last), groups, self.number)

    def _sums(self, part: _Part, mine: np.ndarray, cells: np.ndarray, groups: np.ndarray, number: int) -> np.ndarray:
        """Measures of cells of a part under their plans (n, B), by group. Shape (number, M)."""
        bands, n = self.problem.shape[1], part.last - part.first
        at = cells - part.first
        rows = (mine.astype(np.int64) * bands + np.arange(bands)) * n + at[:, None]
        picked = part.amounts[rows.ravel()]
        by = csr_matrix((np.ones(rows.size), (np.repeat(groups, bands), np.arange(rows.size))), (number, rows.size))
        out = np.zeros((number, self.measures))
        out[:, : part.amounts.shape[1]] = (by @ picked).toarray()
        if self.uses is not None:
            used = np.take_along_axis(self.uses[part.first + at], mine[:, :, None].astype(np.int64), axis=1).sum(axis=1)
            np.add.at(out[:, part.amounts.shape[1] :], groups, used)
        return out
