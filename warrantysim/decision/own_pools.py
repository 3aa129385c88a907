"""Swap pools that one cell has to itself: charged with its plan, so that no shared row is needed for them.

A pool costs ``loss x max(0, units - start)``, which bends where it is full. A cell whose cheapest plan is the same on
either side of the bend needs no more; for the others every way to cut the bands is tried.
"""

from __future__ import annotations

from itertools import combinations_with_replacement

import numpy as np

from warrantysim.decision.problem import Pool, ProgramData, pool_cost
from warrantysim.decision.zones import best_plans, teams


class OwnPools:
    """The pools of a problem that touch one cell each."""

    def __init__(self, problem: ProgramData) -> None:
        self.problem = problem
        cells: dict[Pool, int] = {}
        if problem.canonical:
            for pool in problem.pools:
                load = problem.loads[pool.measure]
                touched = np.unique(load.place // load.size[1])
                if len(touched) == 1:
                    cells[pool] = int(touched[0])
        self.pools = frozenset(cells)
        self.of_cell: dict[int, list[Pool]] = {}
        for pool, cell in cells.items():
            self.of_cell.setdefault(cell, []).append(pool)

    def cost(self, plan: np.ndarray) -> np.ndarray:
        """What the pools cost each cell under a plan, shape (C,)."""
        out = np.zeros(len(plan))
        for cell, pools in self.of_cell.items():
            for pool in pools:
                out[cell] += pool_cost(pool, {pool.measure: self.problem.loads[pool.measure].total(plan)})
        return out

    def best_plans(self, cost: np.ndarray, entry: np.ndarray | None) -> tuple[np.ndarray, np.ndarray]:
        """As `zones.best_plans`, for costs with prices on what is shared, with the pools charged."""
        p = self.problem
        plan, least = best_plans(cost, p.rank, p.allowed, canonical=p.canonical, entry=entry)
        if not self.of_cell:
            return plan, least
        charged = self.cost(plan)
        for c in np.flatnonzero(charged > 0).tolist():
            plan[c], least[c] = self._best(c, cost[c], None if entry is None else entry[c])
        return plan, least

    def _best(self, c: int, cost: np.ndarray, entry: np.ndarray | None) -> tuple[np.ndarray, float]:
        """The cheapest of all plans of one cell. ``cost``: shape (B, A)."""
        bands, arms = cost.shape
        sums = np.concatenate([np.zeros((1, arms)), np.cumsum(cost, axis=0)])
        stored = []
        for pool in self.of_cell[c]:
            load = self.problem.loads[pool.measure]
            table = np.zeros((bands, arms))
            table[load.place - c * bands, load.arm] = load.amount
            stored.append((pool, np.concatenate([np.zeros((1, arms)), np.cumsum(table, axis=0)])))
        best, chosen = np.inf, np.zeros(bands, dtype=np.int64)
        for team in teams(self.problem.rank):
            mine = [a for a in team if self.problem.allowed[c, a]]
            if not mine:
                continue
            cuts = np.array(list(combinations_with_replacement(range(bands + 1), len(mine) - 1)), dtype=np.int64)
            ends = np.column_stack([np.zeros(len(cuts), dtype=np.int64), cuts, np.full(len(cuts), bands)])
            total, units = np.zeros(len(cuts)), [np.zeros(len(cuts)) for _ in stored]
            for k, arm in enumerate(mine):
                begin, end = ends[:, k], ends[:, k + 1]
                total += sums[end, arm] - sums[begin, arm]
                if entry is not None:
                    total += np.where(end > begin, entry[arm], 0.0)
                for u, (_, table) in zip(units, stored, strict=True):
                    u += table[end, arm] - table[begin, arm]
            for u, (pool, _) in zip(units, stored, strict=True):
                total += pool.loss * np.maximum(u - pool.start, 0.0)
            at = int(np.argmin(total))
            if total[at] < best:
                best = float(total[at])
                chosen = np.repeat(mine, np.diff(ends[at]))
        return chosen, best
