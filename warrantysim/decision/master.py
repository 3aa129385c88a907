"""The relaxed master: a mix of known plans, the prices of what they share, and new plans while prices ask for them."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import pulp
from scipy.sparse import csr_matrix

from warrantysim.decision.columns import Columns
from warrantysim.decision.own_pools import OwnPools
from warrantysim.decision.problem import Evaluated, Load, ProgramData, evaluate, period_cost
from warrantysim.decision.program import Shared, linear, looked_at, shared_rows
from warrantysim.decision.reach import Key, Reach, Room
from warrantysim.decision.solver import Solved, solve

ROUNDS = 60
"""Most rounds of pricing at one node."""


@dataclass(frozen=True)
class BranchDecisions:
    """What a node of the search has decided."""

    signed: Mapping[str, bool] = field(default_factory=dict)
    """Contracts that are signed or not, by name."""
    room: Room = field(default_factory=Room)
    """Segments of periods, and what measures can reach."""


@dataclass(frozen=True)
class Node:
    """The relaxed master at the end of pricing."""

    decided: BranchDecisions
    bound: float
    value: float
    prices: np.ndarray
    """Price of each measure, shape (M,)."""
    entry: np.ndarray | None
    volumes: Mapping[str, float]
    signed: Mapping[str, float]
    segments: Mapping[Key, Mapping[int, float]]
    """How much of each period lies in each of its segments [share]."""
    errors: Mapping[Key, float]
    """What each period truly costs at these volumes, beyond what the mix of segments says [reporting currency]."""
    feasible: bool


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
        self.own = OwnPools(problem)
        self.reach = Reach(problem)
        loads = {name: problem.loads[name] for name in looked_at(problem, self.own.pools)}
        if problem.cvar_weight:
            assert problem.years is not None
            every = np.arange(problem.shape[2])
            loads |= {f"loss {r}": Load.table(every, year) for r, year in enumerate(problem.years)}
        cells, bands, arms = problem.shape
        self.names = tuple(loads)
        at = [load.place * arms + load.arm for load in loads.values()]
        measure = np.repeat(np.arange(len(loads)), [len(where) for where in at])
        amounts = np.concatenate([load.amount for load in loads.values()] or [np.zeros(0)])
        where = np.concatenate(at or [np.zeros(0, dtype=np.int64)])
        self.amounts = csr_matrix((amounts, (where, measure)), shape=(cells * bands * arms, len(loads)))
        group = np.empty(cells, dtype=np.int64)
        for g, members in enumerate(columns.groups):
            group[members] = g
        place = np.arange(cells * bands)
        self.by_group = csr_matrix((np.ones(len(place)), (group[place // bands], place)))
        self.by_cell = csr_matrix((np.ones(len(place)), (place // bands, place)))
        self.group = group
        single = all(len(members) == 1 for members in columns.groups)
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

    def taken(self, plan: np.ndarray) -> csr_matrix:
        """Measures of bands under a plan, shape (C x B, M)."""
        return self.amounts[np.arange(plan.size) * self.problem.shape[2] + plan.ravel()]

    def cell_costs(self, plan: np.ndarray) -> np.ndarray:
        """Cost of each cell under a plan, its own pools included, shape (C,)."""
        return np.asarray(self.problem.plan_cost(plan) + self.own.cost(plan))

    def _measure(self, plan: np.ndarray, groups: list[int]) -> None:
        """Cost and measures of the columns of a plan that were added to these groups."""
        if not groups:
            return
        costs = np.bincount(self.group, self.cell_costs(plan), len(self.columns.groups))
        table = (self.by_group @ self.taken(plan)).toarray()
        for g in groups:
            self.costs[g].append(float(costs[g]))
            self.vectors[g].append(table[g])

    def price(self, decided: BranchDecisions) -> Node:
        """Column generation at one node."""
        bound, node = -math.inf, None
        for _ in range(ROUNDS):
            lp, shared, over = self._master(decided)
            solved = solve(lp, relax=True, seed=self.seed)
            if not solved.has_solution:
                return Node(decided, math.inf, math.inf, np.zeros(len(self.names)), None, {}, {}, {}, {}, False)
            prices = np.array([-solved.duals[f"tie_{i}"] for i in range(len(self.names))])
            entry = self._entry(solved)
            plan, least = self.best_at(prices, entry)
            share = np.array([solved.duals[f"choose_{g}"] for g in range(len(self.columns.groups))])
            gains = np.bincount(self.group, least, len(share)) - share
            bound = max(bound, solved.objective + float(np.minimum(gains, 0.0).sum()))
            excess = sum(solved.values[v.name] for v in over)
            node = self._node(decided, solved, shared, bound, prices, entry, excess <= 1e-7)
            close = solved.objective - bound <= 0.1 * self.gap * abs(solved.objective) + 1e-9
            if not self.remember(plan) or (close and excess <= 1e-7):
                break
        assert node is not None
        return node

    def _node(
        self,
        decided: BranchDecisions,
        solved: Solved,
        shared: Shared,
        bound: float,
        prices: np.ndarray,
        entry: np.ndarray | None,
        feasible: bool,
    ) -> Node:
        values = solved.values
        volumes = {name: values[v.name] for name, v in shared.measure.items()}
        segments = {key: {k: values[z.name] for k, z in rows.segment.items()} for key, rows in shared.periods.items()}
        errors = {}
        for block in self.problem.blocks:
            for number, period in enumerate(block.periods):
                key = block.name, number
                on = sum(segments[key].values())
                if key in self.reach.alone and on > 1e-6:
                    said = shared.periods[key].cost
                    mixed = sum(c * values[v.name] for v, c in said.items()) + said.constant
                    errors[key] = period_cost(period, volumes) - mixed
        signed = {name: values[v.name] for name, v in shared.signed.items()}
        return Node(decided, bound, solved.objective, prices, entry, volumes, signed, segments, errors, feasible)

    def best_at(self, prices: np.ndarray, entry: np.ndarray | None = None) -> tuple[np.ndarray, np.ndarray]:
        """The cheapest plan of each cell with prices on what is shared, and its cost, shapes (C, B) and (C,)."""
        cost = self.problem.cost + (self.amounts @ prices).reshape(self.problem.cost.shape)
        return self.own.best_plans(cost, entry)

    def _entry(self, solved: Solved) -> np.ndarray | None:
        """What signing links charge a cell for using an arm at all."""
        if not self.linked:
            return None
        entry = np.zeros(self.problem.allowed.shape)
        for i, block in enumerate(self.linked):
            for c in np.flatnonzero(block.uses.any(axis=1)):
                entry[c, block.uses[c]] += max(0.0, -solved.duals[f"link_{i}_{c}"])
        return entry

    def _master(self, decided: BranchDecisions) -> tuple[pulp.LpProblem, Shared, list[pulp.LpVariable]]:
        """The relaxed master over known columns; limits may be exceeded at a price that no plan would pay."""
        problem, known = self.problem, self.columns
        lp = pulp.LpProblem("master", pulp.LpMinimize)
        shared = shared_rows(lp, problem, slack=True, fixed=decided.signed, room=decided.room, own=self.own.pools)
        costs: list[tuple[pulp.LpVariable, float]] = []
        ties: list[list[tuple[pulp.LpVariable, float]]] = [[] for _ in self.names]
        uses: dict[tuple[int, int], list[pulp.LpVariable]] = {}
        for g, cells in enumerate(known.groups):
            picks = [lp.add_variable(f"pick_{g}_{j}", lowBound=0) for j in range(len(known.plans[g]))]
            for j, v in enumerate(picks):
                costs.append((v, self.costs[g][j]))
                vector = self.vectors[g][j]
                for m in np.flatnonzero(vector).tolist():
                    ties[m].append((v, float(vector[m])))
                for i, block in enumerate(self.linked):
                    if block.uses[cells[0], np.unique(known.plans[g][j])].any():
                        uses.setdefault((i, int(cells[0])), []).append(v)
            lp += pulp.lpSum(picks) == 1, f"choose_{g}"
        tied = {**shared.measure, **{f"loss {r}": v for r, v in enumerate(shared.loss)}}
        for i, name in enumerate(self.names):
            lp += linear([*ties[i], (tied[name], -1.0)]) == 0, f"tie_{i}"
        for i, block in enumerate(self.linked):
            for c in np.flatnonzero(block.uses.any(axis=1)):
                lp += pulp.lpSum(uses.get((i, int(c)), [])) <= shared.signed[block.name], f"link_{i}_{c}"
        over = list(shared.over.values())
        scale = 20.0 * float(np.abs(problem.cost).max(axis=2).sum()) + 1.0
        lp.setObjective(linear(costs) + shared.cost + scale * pulp.lpSum(over))
        return lp, shared, over
