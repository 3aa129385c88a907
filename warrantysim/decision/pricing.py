"""Many cells: price what they share, choose each cell alone, and let a small PuLP master balance the two.

Dantzig and Wolfe's decomposition. The master picks a plan a cell among those known; its duals price hours, units and
freight; at those prices every cell's best plan is a vectorised argmin (`zones.best_plans`), which becomes a column if
it improves. When none does, the master's value is a lower bound on every decision, and an integer program over the
columns near it gives the decision. Which contracts to sign is branched on where the bound leaves room.
"""

from __future__ import annotations

import math
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from warrantysim.decision.closing import Closing
from warrantysim.decision.columns import Columns, grouped
from warrantysim.decision.master import Node
from warrantysim.decision.problem import Evaluated, ProgramData, allows
from warrantysim.decision.solver import Solved
from warrantysim.decision.zones import best_plans

NODES = 48
"""Most nodes of branching on contracts."""


@dataclass(frozen=True)
class Decomposed:
    """What the decomposition found."""

    plan: np.ndarray
    """Arm of each band, shape (C, B)."""
    evaluated: Evaluated
    """Its cost."""
    solved: Solved
    """Status, bound and time."""
    prices: Mapping[str, float]
    """Price of one more of each measure at the bound [reporting currency per unit]."""


def solve_large(
    problem: ProgramData,
    *,
    gap: float = 0.001,
    node_limit: int | None = None,
    time_limit: float | None = None,
    seed: int = 0,
    columns: Columns | None = None,
    starts: Sequence[np.ndarray] = (),
) -> Decomposed | None:
    """Decide a problem of many cells to a proven gap; None where the shared rows cannot all hold.

    ``starts``: plans to begin with, shape (C, B) each; those the problem does not allow are left out. ``columns`` may
    carry plans over from a like problem. ``node_limit`` and ``time_limit`` bound each integer program.
    """
    begun = time.perf_counter()
    known = columns or Columns(grouped(problem.shape[0]))
    search = Search(problem, known, gap, node_limit, time_limit, seed)
    bound = search.run([plan for plan in starts if allows(problem, plan)])
    if search.best is None:
        return None
    plan, value = search.best
    tight = value.objective - bound <= max(gap, 1e-7) * max(abs(value.objective), 1e-9)
    solved = Solved(
        status="optimal" if tight else "gap",
        objective=value.objective,
        bound=min(bound, value.objective),
        reproducible=search.reproducible,
        seconds=time.perf_counter() - begun,
    )
    return Decomposed(plan, value, solved, search.prices)


class Search(Closing):
    """Branching on contracts, each node priced."""

    def _begin(self, starts: Sequence[np.ndarray]) -> None:
        """First columns: those carried over, plans to begin with, the best plan of every cell alone, each arm wherever
        it is allowed."""
        problem = self.problem
        for j, plan in enumerate(list(self.columns.whole())):
            self._measure(plan, [g for g, plans in enumerate(self.columns.plans) if j < len(plans)])
        alone, _ = best_plans(problem.cost, problem.rank, problem.allowed, canonical=problem.canonical)
        for plan in (alone, *starts):
            self.offer(plan)
        for arm in range(problem.shape[2]):
            single = np.where(problem.allowed[:, arm, None], arm, alone)
            self.offer(single)
        for level in np.unique(problem.rank):
            without = problem.allowed & (problem.rank != level)
            cells = without.any(axis=1)
            if cells.all():
                plan, _ = best_plans(problem.cost, problem.rank, without, canonical=problem.canonical)
                self.offer(plan)

    def run(self, starts: Sequence[np.ndarray] = ()) -> float:
        """Branch and price; returns the proven bound."""
        self._begin(starts)
        root = self.price({})
        self.prices = root.prices
        if not root.feasible:
            return math.inf
        self.close(root, {})
        open_nodes: list[tuple[float, dict[str, bool], Node]] = [(root.bound, {}, root)]
        closed: list[float] = []
        for _ in range(NODES):
            open_nodes.sort(key=lambda item: item[0])
            if not open_nodes or not self._worth(open_nodes[0][0]):
                break
            bound, fixed, node = open_nodes.pop(0)
            name = self._branch(node, fixed)
            if name is None:
                closed.append(bound)
                continue
            for choice in (False, True):
                child = self.price({**fixed, name: choice})
                child_bound = max(bound, child.bound)
                if child.feasible and self._worth(child_bound):
                    self.close(child, {**fixed, name: choice})
                    open_nodes.append((child_bound, {**fixed, name: choice}, child))
        return min([*closed, *(bound for bound, _, _ in open_nodes)], default=self.objective())

    def _worth(self, bound: float) -> bool:
        """Whether a node could still improve the best plan by more than the gap."""
        best = self.objective()
        return bound < best - self.gap * abs(best) - 1e-9

    def _branch(self, node: Node, fixed: Mapping[str, bool]) -> str | None:
        """The undecided contract whose relaxed signing is least clear."""
        undecided = [b.name for b in self.problem.blocks if b.forced is None and b.name not in fixed]
        unclear = {name: min(node.signed[name], 1 - node.signed[name]) for name in undecided}
        name = max(unclear, key=lambda n: unclear[n], default=None)
        return name if name is not None and unclear[name] > 1e-6 else None
