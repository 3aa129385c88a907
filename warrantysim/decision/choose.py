"""Solve the choice by whichever way is exact and quick enough: alone, whole, or priced."""

from __future__ import annotations

import math
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
import pulp

from warrantysim.claims.inverse import quantile
from warrantysim.claims.philox import uniforms
from warrantysim.decision.columns import GROUPS, Columns, grouped
from warrantysim.decision.master import Decided, Master, Node
from warrantysim.decision.problem import (
    Evaluated,
    ProgramData,
    allows,
    evaluate,
    present_in,
    restricted,
    units_counted,
)
from warrantysim.decision.program import linear, program, shared_rows
from warrantysim.decision.reach import Key, Range, Room
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
FREE_CELLS = 400
"""Most cells the closing integer program may still change: those whose best plans are closest."""


class Closing(Master):
    """From a priced node to whole plans."""

    def close(self, node: Node, guesses: int = GUIDES) -> None:
        """Choose for single cells among plans that are best at prices near the node's; offer what comes out.

        Cells whose best plan leads by most keep it; the `FREE_CELLS` others, the nearly indifferent, are chosen for.
        ``guesses``: most choices of segments that are tried.
        """
        problem, variants = self.problem, self._variants(node)
        base = variants[0]
        cost = np.array([self.cell_costs(plan) for plan in variants])
        taken = [self.taken(plan) for plan in variants]
        charged = np.array([cost[v] + self.by_cell @ (taken[v] @ node.prices) for v in range(len(variants))])
        lead = np.where(charged > charged[0] + 1e-9, charged, np.inf).min(axis=0) - charged[0]
        free = np.sort(np.argsort(lead, kind="stable")[:FREE_CELLS])
        held = np.setdiff1d(np.arange(problem.shape[0]), free)
        vectors = np.array([(self.by_cell[free] @ t).toarray() for t in taken])
        menu: list[list[tuple[float, np.ndarray, np.ndarray]]] = []
        for i, c in enumerate(free):
            found: dict[bytes, tuple[float, np.ndarray, np.ndarray]] = {}
            for v in np.argsort(charged[:, c], kind="stable"):
                found.setdefault(variants[v][c].tobytes(), (cost[v, c], vectors[v, i], variants[v][c]))
            menu.append(list(found.values())[:MENU])
        constant = np.asarray((self.by_cell[held] @ taken[0]).sum(axis=0)).reshape(-1)
        present = present_in(problem, base)
        present[free] = False
        guides = [node.volumes, self.problem.measures(base)]
        if self.best is not None:
            guides.append(self.best[1].measures)
        tried: list[dict[Key, int]] = []
        while guides and len(tried) < guesses:
            segments = self._segments(guides.pop(0))
            if segments in tried:
                continue
            tried.append(segments)
            lp, picks = self._closing(menu, free, constant, present, node.decided, segments)
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

    def _segments(self, measures: Mapping[str, float]) -> dict[Key, int]:
        """Segment of every period that volumes lie in. With segments decided the rest is nearly linear."""
        found = {}
        for block in self.problem.blocks:
            for number, period in enumerate(block.periods):
                found[block.name, number] = period.terms.segment(units_counted(period, measures))
        return found

    def _variants(self, node: Node) -> list[np.ndarray]:
        """Whole plans: the best at the node's prices, at scaled and shaken prices, and those known of single cells."""
        vector = node.prices
        shake = Distribution(kind="lognormal", params={"median": 1.0, "sigma": SHAKE})
        keys = np.arange(len(vector), dtype=np.uint64)
        shaken = [vector * quantile(shake, uniforms(self.seed, 0, keys, k, 0)) for k in range(SHAKEN)]
        plans = []
        for prices in [vector, *(vector * f for f in FACTORS), *shaken]:
            plans.append(self.best_at(prices, node.entry)[0])
            if not prices.any():
                break
        if self.problem.shape[0] <= GROUPS:
            plans.extend(self.columns.whole())
        if self.best is not None:
            plans.append(self.best[0])
        return plans

    def _closing(
        self,
        menu: list[list[tuple[float, np.ndarray, np.ndarray]]],
        cells: np.ndarray,
        held: np.ndarray,
        present: np.ndarray,
        decided: Decided,
        segments: Mapping[Key, int],
    ) -> tuple[pulp.LpProblem, dict[tuple[int, int], pulp.LpVariable]]:
        """One plan of its menu (cost, measures, plan) for each cell. ``held``: what all other cells add, (M,);
        ``present``: the arms they use, (C, A)."""
        lp = pulp.LpProblem("closing", pulp.LpMinimize)
        room = Room({key: Range(k, k) for key, k in segments.items()}, decided.room.most)
        shared = shared_rows(lp, self.problem, fixed=decided.signed, room=room, own=self.own.pools)
        picks: dict[tuple[int, int], pulp.LpVariable] = {}
        ties: list[list[tuple[pulp.LpVariable, float]]] = [[] for _ in self.names]
        users: dict[str, list[pulp.LpVariable]] = {block.name: [] for block in self.problem.blocks}
        for i, (cell, plans) in enumerate(zip(cells, menu, strict=True)):
            for j, (_, vector, plan) in enumerate(plans):
                v = picks[i, j] = lp.add_variable(f"pick_{i}_{j}", cat="Binary")
                for m in np.flatnonzero(vector).tolist():
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
        for k, name in enumerate(self.names):
            lp += linear([*ties[k], (tied[name], -1.0)]) == -float(held[k])
        costs = [(v, menu[i][j][0]) for (i, j), v in picks.items()]
        lp.setObjective(linear(costs) + shared.cost)
        return lp, picks


NODES = 240
"""Most nodes of branching on contracts."""


def solve_large(
    problem: ProgramData,
    *,
    gap: float = 0.001,
    node_limit: int | None = None,
    time_limit: float | None = None,
    seed: int = 0,
    columns: Columns | None = None,
    starts: Sequence[np.ndarray] = (),
) -> Solution | None:
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
    return Solution(plan, value, solved, search.prices, "priced")


POLISHED = 4
"""How often cells are decided anew at the end."""
AT_ONCE = 24
"""Cells that are then decided at once."""
POLISH_NODES = 2_000
"""Most nodes of each such program."""


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
        root = self.price(Decided(room=self.reach.room()))
        self.prices = dict(zip(self.names, root.prices.tolist(), strict=True))
        if not root.feasible:
            return math.inf
        self.close(root)
        bound = self._branched(root)
        return max(bound, self.polish(root)) if self._worth(bound) else bound

    def polish(self, node: Node) -> float:
        """Decide some cells anew, all others held, by the whole program: those nearest to another plan, then others.

        Returns a bound: that of the whole problem where it has no more cells than are decided at once.
        """
        if self.best is None:
            return -math.inf
        cells = self.problem.shape[0]
        _, least = self.best_at(node.prices, node.entry)
        for turn in range(POLISHED):
            plan = self.best[0]
            lost = self.cell_costs(plan) + self.by_cell @ (self.taken(plan) @ node.prices) - least
            nearest = np.argsort(-lost if turn % 2 else np.abs(lost), kind="stable")
            free = np.sort(nearest[turn // 2 * AT_ONCE :][:AT_ONCE])
            if not len(free):
                break
            part = restricted(self.problem, plan, free)
            built = program(part)
            nodes = POLISH_NODES if self.nodes is None else min(POLISH_NODES, self.nodes)
            solved = solve(built.lp, gap=self.gap / 2, node_limit=nodes, time_limit=self.seconds, seed=self.seed)
            self.reproducible &= solved.reproducible
            if solved.has_solution:
                better = plan.copy()
                better[free] = built.plan(solved.values, part.shape)[: len(free)]
                self.offer(better)
            if len(free) == cells:
                return solved.bound
        return -math.inf

    def _branched(self, root: Node) -> float:
        """The bound of all nodes left open, the most promising split first."""
        open_nodes: list[tuple[float, Node]] = [(root.bound, root)]
        closed: list[float] = []
        for _ in range(NODES):
            open_nodes.sort(key=lambda item: item[0])
            if not open_nodes or not self._worth(open_nodes[0][0]):
                break
            bound, node = open_nodes.pop(0)
            children = self._branches(node)
            if children is None:
                closed.append(bound)
                continue
            for decided in children:
                child = self.price(decided)
                child = replace(child, bound=max(bound, child.bound))
                if child.feasible and self._worth(child.bound):
                    if sum(child.errors.values()) <= self.gap * abs(child.value):
                        self.close(child, 1)
                    open_nodes.append((child.bound, child))
        return min([*closed, *(bound for bound, _ in open_nodes)], default=self.objective())

    def _worth(self, bound: float) -> bool:
        """Whether a node could still improve the best plan by more than the gap."""
        best = self.objective()
        return bound < best - self.gap * abs(best) - 1e-9

    def _branches(self, node: Node) -> list[Decided] | None:
        """Both sides of what is least clear in a node: a contract that is signed in part, else the period of which the
        mix of segments errs most; None where nothing is unclear."""
        decided = node.decided
        undecided = [b.name for b in self.problem.blocks if b.forced is None and b.name not in decided.signed]
        unclear = {name: min(node.signed[name], 1 - node.signed[name]) for name in undecided}
        name = max(unclear, key=lambda n: unclear[n], default=None)
        if name is not None and unclear[name] > 1e-6:
            return [replace(decided, signed={**decided.signed, name: choice}) for choice in (False, True)]
        mixed = [key for key, error in node.errors.items() if error > 1e-9 * abs(node.value)]
        for key in sorted(mixed, key=lambda key: -node.errors[key]):
            if sides := self._sides(node, key):
                return sides
        return None

    def _sides(self, node: Node, key: Key) -> list[Decided]:
        """A period below the end of the segment its volume lies in, and above it (or its beginning, where nothing of
        the mix lies above); nothing where the mix is one segment."""
        block = next(b for b in self.problem.blocks if b.name == key[0])
        here = block.periods[key[1]].terms.segment(units_counted(block.periods[key[1]], node.volumes))
        part = [k for k, share in node.segments[key].items() if share > 1e-6]
        if part == [here] or not part:
            return []
        split = here + 1 if max(part) > here else here
        last = len(block.periods[key[1]].terms.lower) - 1
        sides = []
        for side in (Range(0, split - 1), Range(split, last, reached=True)):
            room = self.reach.narrowed(node.decided.room, key, side)
            if room is not None:
                signed = {**node.decided.signed, key[0]: True} if side.reached else node.decided.signed
                sides.append(Decided(signed, room))
        return sides


WHOLE = 12_000
"""Most binaries the whole program is solved with; above that cells are priced."""


class Undecided(Exception):
    """No plan was found: the constraints conflict, or the solver stopped before it had one."""

    def __init__(self, solved: Solved) -> None:
        self.solved = solved
        if solved.conflicts:
            text = f"no decision meets all constraints; in conflict: {', '.join(solved.conflicts)}"
        else:
            text = "the solver stopped before it found any decision; raise node_limit or time_limit_s"
        super().__init__(text)


@dataclass(frozen=True)
class Solution:
    """A plan and what is known about it."""

    plan: np.ndarray
    """Arm of each band, shape (C, B)."""
    evaluated: Evaluated
    """Its cost by the program's own terms."""
    solved: Solved
    """Status, bound, gap and time."""
    prices: Mapping[str, float]
    """Value of one unit less of each measure's limit being there: LP duals with only contracts fixed, >= 0 for limits
    [reporting currency per unit]."""
    method: Literal["alone", "whole", "priced"]
    """How it was found."""


def choose(
    problem: ProgramData,
    *,
    gap: float = 0.001,
    node_limit: int | None = None,
    time_limit: float | None = None,
    seed: int = 0,
    columns: Columns | None = None,
    starts: Sequence[np.ndarray] = (),
) -> Solution:
    """The cheapest plan of a problem.

    Cells that share nothing, or nothing that binds, are decided one by one without a solver: exactly. Otherwise the
    whole program, if small, or the decomposition. ``starts``: plans known to be good, such as the answers to problems
    with fewer choices; the answer costs no more than the cheapest of them that keeps all limits, shape (C, B) each.

    Raises
    ------
    Undecided
        If the constraints conflict, with those that do, or if the solver stops without a plan.
    """
    begun = time.perf_counter()
    if not problem.blocks and not problem.cvar_weight:
        plan, _ = best_plans(problem.cost, problem.rank, problem.allowed, canonical=problem.canonical)
        value = evaluate(problem, plan)
        # Pools only ever add to the cost: where they add nothing, nothing is cheaper.
        if not value.broken and not any(value.shared.values()):
            exact = Solved("optimal", value.objective, value.objective, True, time.perf_counter() - begun)
            return Solution(plan, value, exact, {}, "alone")
    if fits_whole(problem):
        return bettered(problem, _whole(problem, gap, node_limit, time_limit, seed), starts, seed)
    priced = solve_large(
        problem, gap=gap, node_limit=node_limit, time_limit=time_limit, seed=seed, columns=columns, starts=starts
    )
    if priced is None:
        raise Undecided(_conflicts(problem, node_limit, time_limit, seed))
    return priced


def fits_whole(problem: ProgramData) -> bool:
    """Whether the whole program is small enough to be solved as it is."""
    return int(problem.allowed.sum()) * problem.shape[1] <= WHOLE


def bettered(problem: ProgramData, choice: Solution, starts: Sequence[np.ndarray], seed: int = 0) -> Solution:
    """The choice, or the cheapest of some plans where that costs less: a solver stops within its gap."""
    known = [(plan, evaluate(problem, plan)) for plan in starts if allows(problem, plan)]
    best = min((one for one in known if not one[1].broken), key=lambda one: one[1].objective, default=None)
    if best is None or best[1].objective >= choice.evaluated.objective:
        return choice
    plan, value = best
    solved = replace(choice.solved, objective=value.objective, bound=min(choice.solved.bound, value.objective))
    # The prices of a decomposition are those of its bound, whatever the plan.
    prices = choice.prices if choice.method == "priced" else shadow_prices(problem, plan, seed)
    return replace(choice, plan=plan, evaluated=value, solved=solved, prices=prices)


def _whole(problem: ProgramData, gap: float, nodes: int | None, seconds: float | None, seed: int) -> Solution:
    built = program(problem)
    solved = solve(built.lp, gap=gap, node_limit=nodes, time_limit=seconds, seed=seed)
    if solved.status == "infeasible":
        raise Undecided(_conflicts(problem, nodes, seconds, seed))
    if not solved.has_solution:
        raise Undecided(solved)
    plan = built.plan(solved.values, problem.shape)
    value = evaluate(problem, plan)
    # Shared ends of segments and idle contracts are read more kindly by `evaluate`; its figure is the one reported.
    solved = replace(solved, objective=value.objective, bound=min(solved.bound, value.objective))
    return Solution(plan, value, solved, shadow_prices(problem, plan, seed), "whole")


def shadow_prices(problem: ProgramData, plan: np.ndarray, seed: int = 0) -> dict[str, float]:
    """Price of one more of each measure: duals of the relaxed program with only the plan's contracts fixed.

    Fixing every integer would let the dual of a binding capacity row read 0.
    """
    from warrantysim.decision.problem import used

    fixed = {block.name: used(block, plan) for block in problem.blocks}
    built = program(problem, fixed=fixed)
    solved = solve(built.lp, relax=True, seed=seed)
    if not solved.has_solution:
        return {}
    return {name: -solved.duals[f"measure_{v.name}"] for name, v in built.shared.measure.items()}


def _conflicts(problem: ProgramData, nodes: int | None, seconds: float | None, seed: int) -> Solved:
    """Which limits cannot all hold: those exceeded where the total excess is least."""
    built = program(problem, elastic=True)
    solved = solve(built.lp, gap=0.01, node_limit=nodes, time_limit=seconds, seed=seed)
    names = tuple(name for name, v in built.shared.over.items() if solved.values.get(v.name, 0.0) > 1e-7)
    return Solved("infeasible", np.nan, np.inf, solved.reproducible, solved.seconds, conflicts=names)
