"""The relaxed master: a mix of known plans, the prices of what they share, and new plans while prices ask for them.

A column is a plan of a group of cells, so the master grows with what is shared, not with the cells. PuLP states what
is shared; columns join the program in HiGHS, which goes on from where it was.

Cells answer to prices in parts: as many as stay in a processor's cache, with their costs and their amounts of every
measure laid out for them. Time and memory of an answer grow like the cells, whatever they share.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from functools import partial

import numpy as np
import pulp
from scipy.sparse import csr_matrix

from warrantysim.decision.own_pools import OwnPools
from warrantysim.decision.problem import Evaluated, Load, ProgramData, evaluate, period_cost
from warrantysim.decision.program import looked_at, shared_rows
from warrantysim.decision.reach import Reach
from warrantysim.decision.solver import Growing
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
                cost.append(own + self.own.cost(at, mine))
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
            plans = all_plans(tuple(self.problem.rank.tolist()), cost.shape[1])
            total = np.zeros((len(plans), len(mine)))
            for band in range(cost.shape[1]):
                total += cost[plans[:, band], band]
            of_cell: list[np.ndarray] = []
            own = np.isin(mine, self.own.cells)
            for i, more in enumerate(own.tolist()):
                best = np.argsort(total[:, i], kind="stable")[: count * (1 + 3 * more)]
                of_cell.append(best[np.isfinite(total[best, i])])
            which = np.repeat(np.arange(len(mine)), [len(best) for best in of_cell])
            rows = np.concatenate(of_cell)
            charged = total[rows, which] + self.own.cost(mine[which], plans[rows])
            for i, each in enumerate(np.split(charged, np.cumsum([len(best) for best in of_cell])[:-1])):
                if own[i]:
                    of_cell[i] = of_cell[i][np.argsort(each, kind="stable")][:count]
            found += [list(plans[best]) for best in of_cell]
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
        return np.asarray(own + self.own.cost(np.arange(part.first, part.last), mine))

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


ROUNDS = 80
"""Most rounds of pricing at one node."""
GROUPS = 48
"""Most groups of cells; above that, a column holds the plans of several cells."""
STEEP = 20.0
"""What a whole measure too much or too little costs in the master, in costs of the dearest plan."""

Key = tuple[str, int]
"""A period: its contract and number."""


@dataclass(frozen=True)
class Range:
    """Segments a period may lie in."""

    first: int
    """The lowest."""
    last: int
    """The highest."""
    reached: bool = False
    """Whether it must lie in one: its contract is signed and has so much."""


@dataclass(frozen=True)
class NodeChoices:
    """What a node of the search has decided."""

    signed: Mapping[str, bool] = field(default_factory=dict)
    """Contracts that are signed or not, by name."""
    segments: Mapping[Key, Range] = field(default_factory=dict)
    """Segments by contract and number; all of them where none are stated."""


@dataclass(frozen=True)
class Node:
    """The relaxed master at the end of pricing."""

    decided: NodeChoices
    bound: float
    """No plan that keeps to what is decided costs less [reporting currency]."""
    value: float
    """Cost of the mix of known plans [reporting currency]."""
    prices: np.ndarray
    """Price of each measure, shape (M,)."""
    volumes: Mapping[str, float]
    signed: Mapping[str, float]
    segments: Mapping[Key, Mapping[int, float]]
    """How much of each period lies in each of its segments [share]."""
    errors: Mapping[Key, float]
    """What each period truly costs at these volumes, beyond what the mix of segments says [reporting currency]."""
    mix: np.ndarray
    """Weight of each column in the mix, shape (K,)."""


class Master:
    """Pricing at a node of the search; state is the known plans, the best plan and its prices."""

    def __init__(self, problem: ProgramData, gap: float, nodes: int | None, seconds: float | None, seed: int) -> None:
        self.problem = problem
        self.gap = gap
        self.nodes = nodes
        self.seconds = seconds
        self.seed = seed
        self.best: tuple[np.ndarray, Evaluated] | None = None
        self.prices: Mapping[str, float] = {}
        self.reproducible = True
        self.own = OwnPools(problem)
        self.reach = Reach(problem)
        loads = {name: problem.loads[name] for name in sorted(looked_at(problem, self.own.pools))}
        if problem.cvar_weight:
            assert problem.years is not None
            every = np.arange(problem.shape[2])
            loads |= {f"loss {r}": Load.table(every, year) for r, year in enumerate(problem.years)}
        cells, bands, _ = problem.shape
        self.names = tuple(loads)
        groups = np.repeat(
            np.arange(min(cells, GROUPS)), [len(g) for g in np.array_split(np.arange(cells), min(cells, GROUPS))]
        )
        self.pricing = Pricing(problem, list(loads.values()), self.own, groups)
        self.groups = self.pricing.number
        self.alone = {(b.name, k) for b in problem.blocks if not b.one_of_several for k in range(len(b.periods))}
        self.plans: list[np.ndarray] = []
        self.plan_of: list[int] = []
        self.group_of: list[int] = []
        self.dearest = 1e6 * (float(np.abs(problem.cost).max(initial=0.0)) + 1.0)
        largest = [max(load.largest, float(np.abs(load.amount).sum()) * 1e-6, 1e-9) for load in loads.values()]
        self.largest = np.array([*largest, *([float(cells * bands)] * len(problem.blocks))])
        self._state()

    def _state(self) -> None:
        """The master without columns: measures may be missed at a price that no plan would pay."""
        problem = self.problem
        lp = pulp.LpProblem("master", pulp.LpMinimize)
        self.shared = shared = shared_rows(lp, problem, reach=self.reach, own=self.own.pools)
        use = used_rows(lp, problem, shared.signed)
        tied = {**shared.measure, **{f"loss {r}": v for r, v in enumerate(shared.loss)}}
        measures = [*(tied[name] for name in self.names), *use]
        steep = STEEP * (float(np.abs(problem.cost).max(axis=2).sum()) + 1.0) / self.largest
        cost = shared.cost
        self.missed = []
        for m, variable in enumerate(measures):
            more, less = (lp.add_variable(f"{kind}_{m}", lowBound=0) for kind in ("more", "less"))
            lp += more - less - variable == 0, f"tie_{m}"
            cost += float(steep[m]) * more + float(steep[m]) * less
            self.missed += [more, less]
        for g in range(self.groups):
            lp += pulp.lpSum([]) == 1, f"choose_{g}"
        lp.setObjective(cost)
        self.lp = Growing(lp, self.seed)
        self.ties = self.lp.rows([f"tie_{m}" for m in range(len(measures))])
        self.chosen = self.lp.rows([f"choose_{g}" for g in range(self.groups)])
        self.stated = self.lp.stated
        self.now = NodeChoices()

    def objective(self) -> float:
        """Cost of the best plan so far; inf without one."""
        return math.inf if self.best is None else self.best[1].objective

    def offer(self, plan: np.ndarray) -> bool:
        """Remember a plan if it is feasible and the cheapest so far; whether it was."""
        value = evaluate(self.problem, plan)
        if value.broken or value.objective >= self.objective():
            return False
        self.best = plan.astype(np.int64), value
        return True

    def join(self, plan: np.ndarray, cost: np.ndarray, taken: np.ndarray, groups: np.ndarray) -> None:
        """Add a plan's columns for some groups. ``cost``: of each, shape (G,); ``taken``: measures, (G, M)."""
        self.plans.append(plan.astype(np.int8))
        self.plan_of += [len(self.plans) - 1] * len(groups)
        self.group_of += groups.tolist()
        which, some = np.nonzero(taken[groups])
        # Of each column what it takes, then the group it is of.
        ends = np.searchsorted(which, np.arange(len(groups)), side="right")
        rows = np.insert(self.ties[some], ends, self.chosen[groups])
        amounts = np.insert(taken[groups[which], some], ends, 1.0)
        starts = np.searchsorted(which, np.arange(len(groups))) + np.arange(len(groups))
        self.lp.add(cost[groups], starts, rows, amounts)

    def know(self, plan: np.ndarray) -> None:
        """Add a plan's columns, and offer it."""
        self.join(plan, *self.pricing.of(plan), np.arange(self.groups))
        self.offer(plan)

    def _decide(self, decided: NodeChoices) -> None:
        """Put the master at a node."""
        for block in self.problem.blocks:
            signed = decided.signed.get(block.name)
            if signed != self.now.signed.get(block.name):
                low, high = (0, 1) if signed is None else (int(signed), int(signed))
                self.lp.hold(self.shared.signed[block.name], low, high)
        for key, rows in self.shared.periods.items():
            room = decided.segments.get(key)
            if room == self.now.segments.get(key):
                continue
            for k, z in rows.segment.items():
                self.lp.hold(z, 0, int(room is None or room.first <= k <= room.last))
            self.lp.tie(rows.once, 0.0 if room is not None and room.reached else -math.inf, 0.0)
        self.now = decided

    def mixed(self, decided: NodeChoices) -> float:
        """What a mix of known plans costs where this is decided; inf where there is none."""
        self._decide(decided)
        found = self.lp.solve()
        return math.inf if found is None else found[0]

    def price(self, decided: NodeChoices, bound: float, cutoff: float, settle: bool) -> Node | None:
        """Column generation at a node; None where no plan there costs less than ``cutoff``.

        ``bound``: one that holds already. Unless it is to ``settle``, it ends as soon as no bound could reach the
        cutoff, which takes no pricing at all where known plans mix to less.
        """
        self._decide(decided)
        tolerance = max(0.1 * self.gap, 1e-7)
        for _ in range(ROUNDS):
            found = self.lp.solve()
            if found is None:
                return None
            value, x, dual = found
            node = self._node(decided, bound, value, x, -dual[self.ties])
            if not settle and value < cutoff and sum(x[v.index] for v in self.missed) <= 1e-7:
                return node
            answer = self.pricing.answer(node.prices)
            bound = max(bound, answer.least + value - float(dual[self.chosen].sum()))
            if bound >= cutoff:
                return None
            gains = dual[self.chosen] - answer.cost - answer.taken @ node.prices
            if value - bound <= tolerance * abs(value) or gains.max() <= 1e-9 * abs(value):
                break
            self.join(answer.plan, answer.cost, answer.taken, np.flatnonzero(gains > 1e-12 * abs(value)))
        return replace(node, bound=bound)

    def _node(self, decided: NodeChoices, bound: float, value: float, x: np.ndarray, prices: np.ndarray) -> Node:
        shared = self.shared
        for i, block in enumerate(self.problem.blocks):
            if False in (block.forced, decided.signed.get(block.name)):
                prices[len(self.names) + i] = self.dearest
        volumes = {name: float(x[v.index]) for name, v in shared.measure.items()}
        segments = {
            key: {k: float(x[z.index]) for k, z in rows.segment.items()} for key, rows in shared.periods.items()
        }
        errors = {}
        for block in self.problem.blocks:
            for number, period in enumerate(block.periods):
                key = block.name, number
                if key in self.alone and sum(segments[key].values()) > 1e-6:
                    said = shared.periods[key].cost
                    mixed = sum(c * x[v.index] for v, c in said.items()) + said.constant
                    errors[key] = period_cost(period, volumes) - mixed
        signed = {name: float(x[v.index]) for name, v in shared.signed.items()}
        return Node(decided, bound, value, prices, volumes, signed, segments, errors, x[self.stated :])


def used_rows(lp: pulp.LpProblem, problem: ProgramData, signed: Mapping[str, pulp.LpVariable]) -> list[pulp.LpVariable]:
    """Bands that use each block: none unless it is signed; one at least where a desk among several is."""
    cells, bands, _ = problem.shape
    found = []
    for i, block in enumerate(problem.blocks):
        found.append(lp.add_variable(f"use_{i}", lowBound=0))
        lp += found[-1] <= cells * bands * signed[block.name], f"using_{i}"
        if block.one_of_several and block.forced is None:
            lp += signed[block.name] <= found[-1], f"used_{i}"
    return found
