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
import pulp

from warrantysim.claims.inverse import quantile
from warrantysim.claims.philox import uniforms
from warrantysim.decision.columns import GROUPS, Columns, grouped
from warrantysim.decision.master import Master, Node
from warrantysim.decision.problem import Evaluated, ProgramData, allows, present_in, units_counted
from warrantysim.decision.program import linear, shared_rows
from warrantysim.decision.solver import Solved, solve
from warrantysim.decision.zones import best_plans
from warrantysim.schema.distribution import Distribution

BRANCHES = 100
"""Most nodes of each integer program over columns: its bound is not used, only its plan."""
FACTORS = (0.0, 0.3, 0.6, 0.8, 0.9, 0.95, 1.05, 1.1, 1.2, 1.5, 2.5)
"""Prices are scaled by these for plans near the best ones."""
SHAKEN, SHAKE = 16, 0.35
"""So many times prices are also shaken one by one, by such a lognormal sigma."""
MENU = 24
"""Most plans of a cell in an integer program."""
GUIDES = 4
"""Most choices of segments an integer program is solved for at one node."""
FREE_CELLS = 1_200
"""Most cells the closing integer program may still change: those whose best plans are closest."""


class Closing(Master):
    """From a priced node to whole plans."""

    def close(self, node: Node, fixed: Mapping[str, bool]) -> None:
        """Choose for single cells among plans that are best at prices near the node's; offer what comes out.

        Cells whose best plan leads by most keep it; the `FREE_CELLS` others, the nearly indifferent, are chosen for.
        """
        problem, variants = self.problem, self._variants(node)
        base = variants[0]
        charged = np.array([self._charged(node, plan) for plan in variants])
        lead = np.where(charged > charged[0] + 1e-9, charged, np.inf).min(axis=0) - charged[0]
        free = np.sort(np.argsort(lead, kind="stable")[:FREE_CELLS])
        held = np.setdiff1d(np.arange(problem.shape[0]), free)
        cost, vectors = self._cells(variants)
        menu: list[list[tuple[float, np.ndarray, np.ndarray]]] = []
        for c in free:
            found: dict[bytes, tuple[float, np.ndarray, np.ndarray]] = {}
            for v in np.argsort(charged[:, c], kind="stable"):
                found.setdefault(variants[v][c].tobytes(), (cost[v, c], vectors[v, :, c], variants[v][c]))
            menu.append(list(found.values())[:MENU])
        constant = vectors[0][:, held].sum(axis=1)
        present = present_in(problem, base)
        present[free] = False
        guides = [node.volumes, self.problem.measures(base)]
        if self.best is not None:
            guides.append(self.best[1].measures)
        tried: list[dict[tuple[str, int], int]] = []
        while guides and len(tried) < GUIDES:
            segments = self._segments(guides.pop(0))
            if segments in tried:
                continue
            tried.append(segments)
            lp, picks = self._closing(menu, free, constant, present, fixed, segments)
            nodes = BRANCHES if self.nodes is None else min(BRANCHES, self.nodes)
            solved = solve(lp, gap=self.gap / 2, node_limit=nodes, time_limit=self.seconds, seed=self.seed)
            self.reproducible &= solved.reproducible
            if not solved.has_solution:
                continue
            plan = base.copy()
            for (i, j), variable in picks.items():
                if solved.values[variable.name] > 0.5:
                    plan[free[i]] = menu[i][j][2]
            self.offer(plan)
            guides.append(self.problem.measures(plan))

    def _segments(self, measures: Mapping[str, float]) -> dict[tuple[str, int], int]:
        """Segment of every period that volumes lie in. With segments decided the rest is nearly linear."""
        found = {}
        for block in self.problem.blocks:
            for number, period in enumerate(block.periods):
                found[block.name, number] = period.terms.segment(units_counted(period, measures))
        return found

    def _variants(self, node: Node) -> list[np.ndarray]:
        """Whole plans: the best at the node's prices, at scaled and shaken prices, and those known of single cells."""
        problem = self.problem
        vector = node.price_vector
        shake = Distribution(kind="lognormal", params={"median": 1.0, "sigma": SHAKE})
        keys = np.arange(len(vector), dtype=np.uint64)
        shaken = [vector * quantile(shake, uniforms(self.seed, 0, keys, k, 0)) for k in range(SHAKEN)]
        plans = []
        for prices in [vector, *(vector * f for f in FACTORS), *shaken]:
            named = dict(zip(self.loads, prices, strict=True))
            plan, _ = best_plans(
                self.priced_cost(named), problem.rank, problem.allowed, canonical=problem.canonical, entry=node.entry
            )
            plans.append(plan)
            if not prices.any():
                break
        if problem.shape[0] <= GROUPS:
            plans.extend(self.columns.whole())
        if self.best is not None:
            plans.append(self.best[0])
        return plans

    def _charged(self, node: Node, plan: np.ndarray) -> np.ndarray:
        """Cost of each cell at the node's prices, shape (C,)."""
        cost = self.problem.plan_cost(plan)
        for price, load in zip(node.price_vector, self.loads.values(), strict=True):
            if price:
                cost = cost + price * load.of(plan)
        return cost

    def _cells(self, plans: list[np.ndarray]) -> tuple[np.ndarray, np.ndarray]:
        """Cost and measures of single cells under plans, shapes (plans, C) and (plans, M, C)."""
        cost = np.array([self.problem.plan_cost(plan) for plan in plans])
        shape = (len(plans), len(self.loads), self.problem.shape[0])
        return cost, np.array([[load.of(plan) for load in self.loads.values()] for plan in plans]).reshape(shape)

    def _closing(
        self,
        menu: list[list[tuple[float, np.ndarray, np.ndarray]]],
        cells: np.ndarray,
        held: np.ndarray,
        present: np.ndarray,
        fixed: Mapping[str, bool],
        segments: Mapping[tuple[str, int], int],
    ) -> tuple[pulp.LpProblem, dict[tuple[int, int], pulp.LpVariable]]:
        """One plan of its menu (cost, measures, plan) for each cell. ``held``: what all other cells add, (M,);
        ``present``: the arms they use, (C, A)."""
        lp = pulp.LpProblem("closing", pulp.LpMinimize)
        shared = shared_rows(lp, self.problem, fixed=fixed, segments=segments)
        picks: dict[tuple[int, int], pulp.LpVariable] = {}
        ties: list[list[tuple[pulp.LpVariable, float]]] = [[] for _ in self.loads]
        users: dict[str, list[pulp.LpVariable]] = {block.name: [] for block in self.problem.blocks}
        for i, (cell, plans) in enumerate(zip(cells, menu, strict=True)):
            for j, (_, vector, plan) in enumerate(plans):
                v = picks[i, j] = lp.add_variable(f"pick_{i}_{j}", cat="Binary")
                for m in np.flatnonzero(vector):
                    ties[m].append((v, float(vector[m])))
                for block in self.problem.blocks:
                    if block.uses[cell, np.unique(plan)].any():
                        lp += v <= shared.signed[block.name]
                        users[block.name].append(v)
            lp += pulp.lpSum(picks[i, j] for j in range(len(plans))) == 1
        for i, block in enumerate(self.problem.blocks):
            if (block.uses & present).any():
                lp += shared.signed[block.name] >= 1, f"held_{i}"
            elif block.one_of_several:
                lp += shared.signed[block.name] <= pulp.lpSum(users[block.name]), f"used_{i}"
        tied = {**shared.measure, **{f"loss {r}": v for r, v in enumerate(shared.loss)}}
        for k, name in enumerate(self.loads):
            lp += linear([*ties[k], (tied[name], -1.0)]) == -float(held[k])
        costs = [(v, menu[i][j][0]) for (i, j), v in picks.items()]
        lp.setObjective(linear(costs) + shared.cost)
        return lp, picks


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
