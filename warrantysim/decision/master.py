"""The relaxed master: a mix of known plans, the prices of what they share, and new plans while prices ask for them."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pulp

from warrantysim.decision.columns import Columns
from warrantysim.decision.problem import Evaluated, Load, ProgramData, evaluate
from warrantysim.decision.program import Shared, linear, looked_at, shared_rows
from warrantysim.decision.solver import Solved, solve
from warrantysim.decision.zones import best_plans

ROUNDS = 60
"""Most rounds of pricing at one node."""


@dataclass(frozen=True)
class Node:
    """The relaxed master at the end of pricing."""

    bound: float
    value: float
    prices: Mapping[str, float]
    entry: np.ndarray
    volumes: Mapping[str, float]
    signed: Mapping[str, float]
    feasible: bool

    @property
    def price_vector(self) -> np.ndarray:
        """Prices in the order of the measures, shape (M,)."""
        return np.array(list(self.prices.values()), dtype=float)


class Master:
    """Pricing at a node of the search; state is the columns, the best plan and the root's prices."""

    def __init__(
        self, problem: ProgramData, columns: Columns, gap: float, nodes: int | None, seconds: float | None, seed: int
    ) -> None:
        self.problem = problem
        self.columns = columns
        self.gap = gap
        self.nodes = nodes
        self.seconds = seconds
        self.seed = seed
        self.best: tuple[np.ndarray, Evaluated] | None = None
        self.prices: Mapping[str, float] = {}
        self.reproducible = True
        self.loads = {name: problem.loads[name] for name in looked_at(problem)}
        if problem.cvar_weight:
            assert problem.years is not None
            every = np.arange(problem.shape[2])
            self.loads |= {f"loss {r}": Load(every, year) for r, year in enumerate(problem.years)}
        single = all(len(cells) == 1 for cells in columns.groups)
        self.linked = [b for b in problem.blocks if single and any(p.terms.fixed.any() for p in b.periods)]
        self.vectors: list[list[np.ndarray]] = [[] for _ in columns.groups]
        self.costs: list[list[float]] = [[] for _ in columns.groups]

    def objective(self) -> float:
        """Cost of the best plan so far; inf without one."""
        return math.inf if self.best is None else self.best[1].objective

    def offer(self, plan: np.ndarray) -> None:
        """Remember a plan's columns, and the plan if it is feasible and the cheapest so far."""
        self.remember(plan)
        value = evaluate(self.problem, plan)
        if not value.broken and value.objective < self.objective():
            self.best = plan.copy(), value

    def remember(self, plan: np.ndarray) -> bool:
        """Add a plan's columns; whether any was new."""
        new = self.columns.add(plan)
        self._measure(plan, new)
        return bool(new)

    def _measure(self, plan: np.ndarray, groups: list[int]) -> None:
        """Cost and measures of the columns of a plan that were added to these groups."""
        if not groups:
            return
        starts = np.array([cells[0] for cells in self.columns.groups])
        costs = np.add.reduceat(self.problem.plan_cost(plan), starts)
        vectors = [np.add.reduceat(load.of(plan), starts) for load in self.loads.values()]
        table = np.array(vectors).reshape(len(vectors), len(starts))
        for g in groups:
            self.costs[g].append(float(costs[g]))
            self.vectors[g].append(table[:, g])

    def price(self, fixed: Mapping[str, bool]) -> Node:
        """Column generation at one node."""
        problem = self.problem
        bound, node = -math.inf, None
        for _ in range(ROUNDS):
            lp, shared, over = self._master(fixed)
            solved = solve(lp, relax=True, seed=self.seed)
            if not solved.has_solution:
                return Node(math.inf, math.inf, {}, np.zeros(problem.allowed.shape), {}, {}, False)
            prices = {name: -solved.duals[f"tie_{i}"] for i, name in enumerate(self.loads)}
            entry = self._entry(solved)
            plan, least = best_plans(
                self.priced_cost(prices), problem.rank, problem.allowed, canonical=problem.canonical, entry=entry
            )
            share = np.array([solved.duals[f"choose_{g}"] for g in range(len(self.columns.groups))])
            gains = np.array([least[cells].sum() for cells in self.columns.groups]) - share
            bound = max(bound, solved.objective + float(np.minimum(gains, 0.0).sum()))
            excess = sum(solved.values[v.name] for v in over)
            signed = {name: solved.values[v.name] for name, v in shared.signed.items()}
            taken = {name: solved.values[v.name] for name, v in shared.measure.items()}
            node = Node(bound, solved.objective, prices, self._spread(entry), taken, signed, excess <= 1e-7)
            close = solved.objective - bound <= 0.1 * self.gap * abs(solved.objective) + 1e-9
            if not self.remember(plan) or (close and excess <= 1e-7):
                break
        assert node is not None
        return node

    def _spread(self, entry: np.ndarray | None) -> np.ndarray:
        return np.zeros(self.problem.allowed.shape) if entry is None else entry

    def priced_cost(self, prices: Mapping[str, float]) -> np.ndarray:
        """Cost of bands under arms with prices on what is shared, shape (C, B, A)."""
        cost = self.problem.cost.copy()
        for name, price in prices.items():
            if price:
                load = self.loads[name]
                cost[:, :, load.arms] += price * load.amount
        return cost

    def _entry(self, solved: Solved) -> np.ndarray | None:
        """What signing links charge a cell for using an arm at all."""
        if not self.linked:
            return None
        entry = np.zeros(self.problem.allowed.shape)
        for i, block in enumerate(self.linked):
            for c in np.flatnonzero(block.uses.any(axis=1)):
                entry[c, block.uses[c]] += max(0.0, -solved.duals[f"link_{i}_{c}"])
        return entry

    def _master(self, fixed: Mapping[str, bool]) -> tuple[pulp.LpProblem, Shared, list[pulp.LpVariable]]:
        """The relaxed master over known columns; limits may be exceeded at a price that no plan would pay."""
        problem, known = self.problem, self.columns
        lp = pulp.LpProblem("master", pulp.LpMinimize)
        shared = shared_rows(lp, problem, slack=True, fixed=fixed)
        costs: list[tuple[pulp.LpVariable, float]] = []
        ties: list[list[tuple[pulp.LpVariable, float]]] = [[] for _ in self.loads]
        uses: dict[tuple[int, int], list[pulp.LpVariable]] = {}
        for g, cells in enumerate(known.groups):
            picks = [lp.add_variable(f"pick_{g}_{j}", lowBound=0) for j in range(len(known.plans[g]))]
            for j, v in enumerate(picks):
                costs.append((v, self.costs[g][j]))
                for m in np.flatnonzero(self.vectors[g][j]):
                    ties[m].append((v, float(self.vectors[g][j][m])))
                for i, block in enumerate(self.linked):
                    if block.uses[cells[0], np.unique(known.plans[g][j])].any():
                        uses.setdefault((i, int(cells[0])), []).append(v)
            lp += pulp.lpSum(picks) == 1, f"choose_{g}"
        tied = {**shared.measure, **{f"loss {r}": v for r, v in enumerate(shared.loss)}}
        for i, name in enumerate(self.loads):
            lp += linear([*ties[i], (tied[name], -1.0)]) == 0, f"tie_{i}"
        for i, block in enumerate(self.linked):
            for c in np.flatnonzero(block.uses.any(axis=1)):
                lp += pulp.lpSum(uses.get((i, int(c)), [])) <= shared.signed[block.name], f"link_{i}_{c}"
        over = list(shared.over.values())
        scale = 20.0 * float(np.abs(problem.cost).max(axis=2).sum()) + 1.0
        lp.setObjective(linear(costs) + shared.cost + scale * pulp.lpSum(over))
        return lp, shared, over
