"""Branch and price: contracts that are signed in part, then periods whose segments are mixed, then whole plans."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
import pulp

from warrantysim.claims.inverse import quantile
from warrantysim.claims.philox import uniforms
from warrantysim.decision.columns import GROUPS
from warrantysim.decision.master import BranchDecisions, Master, Node
from warrantysim.decision.problem import present_in, restricted, units_counted
from warrantysim.decision.program import linear, program, shared_rows
from warrantysim.decision.reach import Key, Range, Room
from warrantysim.decision.solver import solve
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
        decided: BranchDecisions,
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
        root = self.price(BranchDecisions(room=self.reach.room()))
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

    def _branches(self, node: Node) -> list[BranchDecisions] | None:
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

    def _sides(self, node: Node, key: Key) -> list[BranchDecisions]:
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
                sides.append(BranchDecisions(signed, room))
        return sides
