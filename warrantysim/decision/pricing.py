"""Many cells: price what they share, choose each cell alone, and let a small PuLP master balance the two.

Dantzig and Wolfe's decomposition. The master picks a plan a cell among those known; its duals price hours, units and
freight; at those prices every cell's best plan is a vectorised argmin (`zones.best_plans`), which becomes a column if it
improves. When none does, the master's value is a lower bound on every decision, and an integer program over the
columns near it gives the decision. Which contracts to sign is branched on where the bound leaves room.
"""

from __future__ import annotations

import math
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

import numpy as np
import pulp

from warrantysim.decision.problem import Evaluated, Load, Problem, evaluate, volumes
from warrantysim.decision.program import Shared, linear, looked_at, shared_rows
from warrantysim.decision.solver import Solved, solve
from warrantysim.decision.zones import best_plans

GROUPS = 240
"""Most groups of cells a master has; above that, a column holds the plans of several cells."""
ROUNDS = 60
"""Most rounds of pricing at one node."""
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
NODES = 48
"""Most nodes of branching on contracts."""
FREE_CELLS = 1_200
"""Most cells the closing integer program may still change: those whose best plans are closest."""


@dataclass
class Columns:
    """Known plans, by group of cells; grows as prices ask for more. Columns stay valid when only prices change."""

    groups: list[np.ndarray]
    """Cells of each group."""
    plans: list[list[np.ndarray]] = field(default_factory=list)
    """Plans of each group, each of shape (cells of the group, B)."""
    seen: set[tuple[int, bytes]] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.plans = self.plans or [[] for _ in self.groups]

    def add(self, plan: np.ndarray) -> list[int]:
        """Add each group's part of a plan where it is new; returns the groups it was new for."""
        new = []
        for g, cells in enumerate(self.groups):
            part = plan[cells].astype(np.int16)
            key = (g, part.tobytes())
            if key not in self.seen:
                self.seen.add(key)
                self.plans[g].append(part)
                new.append(g)
        return new

    def whole(self) -> Iterator[np.ndarray]:
        """Whole plans that between them hold every column, in the order columns were added."""
        for j in range(max((len(plans) for plans in self.plans), default=0)):
            yield np.concatenate([plans[min(j, len(plans) - 1)] for plans in self.plans]).astype(np.int64)


@dataclass(frozen=True)
class Priced:
    """What the decomposition found."""

    plan: np.ndarray
    """Arm of each band, shape (C, B)."""
    evaluated: Evaluated
    """Its cost."""
    solved: Solved
    """Status, bound and time."""
    prices: Mapping[str, float]
    """Price of one more of each measure at the bound [reporting currency per unit]."""


def grouped(cells: int) -> list[np.ndarray]:
    """Cells in at most `GROUPS` groups."""
    return list(np.array_split(np.arange(cells), min(cells, GROUPS)))


def solve_large(
    problem: Problem,
    *,
    gap: float = 0.001,
    node_limit: int | None = None,
    time_limit: float | None = None,
    seed: int = 0,
    columns: Columns | None = None,
) -> Priced | None:
    """Decide a problem of many cells to a proven gap; None where the shared rows cannot all hold.

    ``columns`` may carry plans over from a like problem. ``node_limit`` and ``time_limit`` bound each integer program.
    """
    begun = time.perf_counter()
    known = columns or Columns(grouped(problem.shape[0]))
    search = _Search(problem, known, gap, node_limit, time_limit, seed)
    bound = search.run()
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
    return Priced(plan, value, solved, search.prices)


@dataclass(frozen=True)
class _Node:
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


class _Search:
    """Branching on contracts, each node priced; state is the columns, the best plan and the root's prices."""

    def __init__(
        self, problem: Problem, columns: Columns, gap: float, nodes: int | None, seconds: float | None, seed: int
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

    def _begin(self) -> None:
        """First columns: those carried over, the best plan of every cell alone, each arm wherever it is allowed."""
        problem = self.problem
        for j, plan in enumerate(list(self.columns.whole())):
            self._measure(plan, [g for g, plans in enumerate(self.columns.plans) if j < len(plans)])
        alone, _ = best_plans(problem.cost, problem.rank, problem.allowed, canonical=problem.canonical)
        self._offer(alone)
        for arm in range(problem.shape[2]):
            single = np.where(problem.allowed[:, arm, None], arm, alone)
            self._offer(single)
        for level in np.unique(problem.rank):
            without = problem.allowed & (problem.rank != level)
            cells = without.any(axis=1)
            if cells.all():
                plan, _ = best_plans(problem.cost, problem.rank, without, canonical=problem.canonical)
                self._offer(plan)

    def run(self) -> float:
        """Branch and price; returns the proven bound."""
        self._begin()
        root = self._price({})
        self.prices = root.prices
        if not root.feasible:
            return math.inf
        self._integer(root, {})
        open_nodes: list[tuple[float, dict[str, bool], _Node]] = [(root.bound, {}, root)]
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
                child = self._price({**fixed, name: choice})
                child_bound = max(bound, child.bound)
                if child.feasible and self._worth(child_bound):
                    self._integer(child, {**fixed, name: choice})
                    open_nodes.append((child_bound, {**fixed, name: choice}, child))
        return min([*closed, *(bound for bound, _, _ in open_nodes)], default=self._objective())

    def _objective(self) -> float:
        return math.inf if self.best is None else self.best[1].objective

    def _worth(self, bound: float) -> bool:
        """Whether a node could still improve the best plan by more than the gap."""
        best = self._objective()
        return bound < best - self.gap * abs(best) - 1e-9

    def _branch(self, node: _Node, fixed: Mapping[str, bool]) -> str | None:
        """The undecided contract whose relaxed signing is least clear."""
        undecided = [b.name for b in self.problem.blocks if b.forced is None and b.name not in fixed]
        unclear = {name: min(node.signed[name], 1 - node.signed[name]) for name in undecided}
        name = max(unclear, key=lambda n: unclear[n], default=None)
        return name if name is not None and unclear[name] > 1e-6 else None

    def _offer(self, plan: np.ndarray) -> None:
        """Remember a plan's columns, and the plan if it is feasible and the cheapest so far."""
        self._remember(plan)
        value = evaluate(self.problem, plan)
        if not value.broken and value.objective < self._objective():
            self.best = plan.copy(), value

    def _remember(self, plan: np.ndarray) -> bool:
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

    def _price(self, fixed: Mapping[str, bool]) -> _Node:
        """Column generation at one node."""
        problem = self.problem
        bound, node = -math.inf, None
        for _ in range(ROUNDS):
            lp, shared, over = self._master(fixed)
            solved = solve(lp, relax=True, seed=self.seed)
            if not solved.has_solution:
                return _Node(math.inf, math.inf, {}, np.zeros(problem.allowed.shape), {}, {}, False)
            prices = {name: -solved.duals[f"tie_{i}"] for i, name in enumerate(self.loads)}
            entry = self._entry(solved)
            plan, least = best_plans(
                self._priced(prices), problem.rank, problem.allowed, canonical=problem.canonical, entry=entry
            )
            share = np.array([solved.duals[f"choose_{g}"] for g in range(len(self.columns.groups))])
            gains = np.array([least[cells].sum() for cells in self.columns.groups]) - share
            bound = max(bound, solved.objective + float(np.minimum(gains, 0.0).sum()))
            excess = sum(solved.values[v.name] for v in over)
            signed = {name: solved.values[v.name] for name, v in shared.signed.items()}
            taken = {name: solved.values[v.name] for name, v in shared.measure.items()}
            node = _Node(bound, solved.objective, prices, self._spread(entry), taken, signed, excess <= 1e-7)
            close = solved.objective - bound <= 0.1 * self.gap * abs(solved.objective) + 1e-9
            if not self._remember(plan) or (close and excess <= 1e-7):
                break
        assert node is not None
        return node

    def _spread(self, entry: np.ndarray | None) -> np.ndarray:
        return np.zeros(self.problem.allowed.shape) if entry is None else entry

    def _priced(self, prices: Mapping[str, float]) -> np.ndarray:
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

    def _integer(self, node: _Node, fixed: Mapping[str, bool]) -> None:
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
        guides = [node.volumes, self.problem.measures(base)]
        if self.best is not None:
            guides.append(self.best[1].measures)
        tried: list[dict[tuple[str, int], int]] = []
        while guides and len(tried) < GUIDES:
            segments = self._segments(guides.pop(0))
            if segments in tried:
                continue
            tried.append(segments)
            lp, picks = self._closing(menu, free, constant, fixed, segments)
            nodes = BRANCHES if self.nodes is None else min(BRANCHES, self.nodes)
            solved = solve(lp, gap=self.gap / 2, node_limit=nodes, time_limit=self.seconds, seed=self.seed)
            self.reproducible &= solved.reproducible
            if not solved.has_solution:
                continue
            plan = base.copy()
            for (i, j), variable in picks.items():
                if solved.values[variable.name] > 0.5:
                    plan[free[i]] = menu[i][j][2]
            self._offer(plan)
            guides.append(self.problem.measures(plan))

    def _segments(self, measures: Mapping[str, float]) -> dict[tuple[str, int], int]:
        """Segment of every period that volumes lie in. With segments decided the rest is nearly linear."""
        found = {}
        for block in self.problem.blocks:
            for number, period in enumerate(block.periods):
                found[block.name, number] = period.terms.segment(float(volumes(period.units, measures).sum()))
        return found

    def _variants(self, node: _Node) -> list[np.ndarray]:
        """Whole plans: the best at the node's prices, at scaled and shaken prices, and those known of single cells."""
        problem, rng = self.problem, np.random.default_rng(self.seed)
        vector = node.price_vector
        shaken = [vector * np.exp(rng.normal(0.0, SHAKE, len(vector))) for _ in range(SHAKEN)]
        plans = []
        for prices in [vector, *(vector * f for f in FACTORS), *shaken]:
            named = dict(zip(self.loads, prices, strict=True))
            plan, _ = best_plans(
                self._priced(named), problem.rank, problem.allowed, canonical=problem.canonical, entry=node.entry
            )
            plans.append(plan)
            if not prices.any():
                break
        if problem.shape[0] <= GROUPS:
            plans.extend(self.columns.whole())
        if self.best is not None:
            plans.append(self.best[0])
        return plans

    def _charged(self, node: _Node, plan: np.ndarray) -> np.ndarray:
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
        fixed: Mapping[str, bool],
        segments: Mapping[tuple[str, int], int],
    ) -> tuple[pulp.LpProblem, dict[tuple[int, int], pulp.LpVariable]]:
        """One plan of its menu (cost, measures, plan) for each cell; ``held`` is what all other cells add, (M,)."""
        lp = pulp.LpProblem("closing", pulp.LpMinimize)
        shared = shared_rows(lp, self.problem, fixed=fixed, segments=segments)
        picks: dict[tuple[int, int], pulp.LpVariable] = {}
        ties: list[list[tuple[pulp.LpVariable, float]]] = [[] for _ in self.loads]
        for i, (cell, plans) in enumerate(zip(cells, menu, strict=True)):
            for j, (_, vector, plan) in enumerate(plans):
                v = picks[i, j] = lp.add_variable(f"pick_{i}_{j}", cat="Binary")
                for m in np.flatnonzero(vector):
                    ties[m].append((v, float(vector[m])))
                for block in self.problem.blocks:
                    if block.uses[cell, np.unique(plan)].any():
                        lp += v <= shared.signed[block.name]
            lp += pulp.lpSum(picks[i, j] for j in range(len(plans))) == 1
        tied = {**shared.measure, **{f"loss {r}": v for r, v in enumerate(shared.loss)}}
        for m, name in enumerate(self.loads):
            lp += linear([*ties[m], (tied[name], -1.0)]) == -float(held[m])
        costs = [(v, menu[i][j][0]) for (i, j), v in picks.items()]
        lp.setObjective(linear(costs) + shared.cost)
        return lp, picks
