"""Swap pools that one cell has to itself: charged with its plan, so that no shared row is needed for them.

A pool costs ``loss x max(0, units - start)``, which bends where it is full. A cell whose cheapest plan is the same on
either side of the bend needs no more; for the others every way to cut the bands is tried.
"""

from __future__ import annotations

import numpy as np

from warrantysim.decision.problem import Pool, ProgramData
from warrantysim.decision.zones import all_plans


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
        self.cells = np.array(sorted(self.of_cell), dtype=np.int64)
        self.listed = [pool for cell in self.cells.tolist() for pool in self.of_cell[cell]]
        loads = [problem.loads[pool.measure] for pool in self.listed]
        self.ends = np.cumsum([0, *(len(load.place) for load in loads)])
        self.place = np.concatenate([load.place for load in loads] or [np.zeros(0, dtype=np.int64)])
        self.arm = np.concatenate([load.arm for load in loads] or [np.zeros(0, dtype=np.int64)])
        self.amount = np.concatenate([load.amount for load in loads] or [np.zeros(0)])
        self.cell = np.array([cells[pool] for pool in self.listed], dtype=np.int64)
        self.loss = np.array([pool.loss for pool in self.listed])
        self.start = np.array([pool.start for pool in self.listed])

    def cost(self, first: int, plan: np.ndarray) -> np.ndarray:
        """What the pools cost each of some cells in a row, from ``first`` on, under their plan (n, B). Shape (n,)."""
        begin, end = np.searchsorted(self.cell, (first, first + len(plan)))
        rows = slice(self.ends[begin], self.ends[end])
        taken = plan.ravel()[self.place[rows] - first * plan.shape[1]] == self.arm[rows]
        pool = np.repeat(np.arange(end - begin), np.diff(self.ends[begin : end + 1]))
        units = np.bincount(pool[taken], self.amount[rows][taken], end - begin)
        lost = self.loss[begin:end] * np.maximum(units - self.start[begin:end], 0.0)
        return np.bincount(self.cell[begin:end] - first, lost, len(plan))

    def settled(
        self, first: int, cost: np.ndarray, plan: np.ndarray, least: np.ndarray
    ) -> tuple[np.ndarray, np.ndarray]:
        """The cheapest plans of some cells in a row, from ``first`` on, with the pools charged.

        ``cost``: with prices on what is shared, shape (A, B, n); ``plan``, ``least``: the cheapest without these pools.
        """
        if len(self.cells):
            for c in np.flatnonzero(self.cost(first, plan) > 0).tolist():
                plan[c], least[c] = self._best(first + c, cost[:, :, c].T)
        return plan, least

    def _best(self, c: int, cost: np.ndarray) -> tuple[np.ndarray, float]:
        """The cheapest of all plans of one cell. ``cost``: shape (B, A)."""
        bands, arms = cost.shape
        plans = all_plans(tuple(self.problem.rank.tolist()), bands)
        plans = plans[self.problem.allowed[c][plans].all(axis=1)]
        total = cost[np.arange(bands), plans].sum(axis=1)
        for pool in self.of_cell[c]:
            load = self.problem.loads[pool.measure]
            table = np.zeros((bands, arms))
            table[load.place - c * bands, load.arm] = load.amount
            total += pool.loss * np.maximum(table[np.arange(bands), plans].sum(axis=1) - pool.start, 0.0)
        at = int(np.argmin(total))
        return plans[at], float(total[at])
