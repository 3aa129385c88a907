"""Branch and price: contracts that are signed in part, then periods whose segments are mixed, then whole plans."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from math import comb

import numpy as np
import pulp

from warrantysim.claims.philox import uniforms
from warrantysim.decision.master import Key, Master, Node, NodeChoices, Range, used_rows
from warrantysim.decision.problem import Block, present_in, signed_by, units_counted
from warrantysim.decision.program import linear, shared_rows
from warrantysim.decision.reach import Reach
from warrantysim.decision.solver import Solved, solve
from warrantysim.decision.zones import best_plans, teams
from warrantysim.experiment.pace import looking

BRANCHES = 20
"""Most nodes of each integer program over plans: its bound is not used, only its plan."""
MENU = 24
"""Plans of a cell, at least, that an integer program chooses from."""
FREE_CELLS, MORE_CELLS = 100, 400
"""Cells that the closing integer program may still change; and more of them, where these have no way to keep all
limits."""
NODES = 400
"""Most nodes of branching on contracts."""
FEW_CELLS = 700
"""Most cells that begin with their best plan in place of one of the mix."""
CLOSINGS = 6
"""Most nodes of branching that end in whole plans."""
EVERY_PLAN = 4_000
"""Most plans, of all cells together, that are all chosen among at once."""
CLIMBS = 4
"""Most passes over all periods in search of better segments."""
POLISHED = 40
"""How often some cells are decided anew at the end."""
CELLS_POLISHED = 60
"""Cells that are then decided at once."""
MOST_WAVERING = 3_000
"""Most cells among which those are sought that another plan costs little."""


class Closing(Master):
    """From a priced node to whole plans."""

    def close(self, node: Node) -> None:
        """Choose for single cells among plans that cost little at the node's prices; offer what comes out.

        Each cell begins with a plan of the mix, as often as the mix has it. `FREE_CELLS` of them are chosen for, first
        those on which the plans of the mix differ, which all cost the same at these prices; then more, if need be.
        """
        base, torn = self._rounded(node)
        used = signed_by(self.problem, present_in(self.problem, base))
        signed = {name: node.decided.signed.get(name, name in used) for name in node.signed}
        segments = self._at(node.volumes, node.decided)
        if len(base) <= FEW_CELLS:
            # So few may differ from the mix that each begins with its own best plan.
            best = self.pricing.answer(node.prices).plan.astype(np.int64)
            barred = self._barred(signed)
            if barred is None or not np.take_along_axis(barred, best, axis=1).any():
                base = best
        for count in (FREE_CELLS, MORE_CELLS):
            free = [spread(np.flatnonzero(torn), count)]
            free.append(spread(np.flatnonzero(~torn), count - len(free[0])))
            if self.chosen_for(base, np.sort(np.concatenate(free)), node.prices, signed, segments).has_solution:
                break

    def _rounded(self, node: Node) -> tuple[np.ndarray, np.ndarray]:
        """A plan for each cell out of the mix, as often as the mix has it in its group, shape (C, B); and whether the
        mix has several for it, shape (C,)."""
        base = np.zeros(self.problem.shape[:2], dtype=np.int64)
        torn = np.zeros(len(base), dtype=bool)
        some = np.flatnonzero(node.mix > 1e-9)
        group_of, plan_of = np.array(self.group_of)[some], np.array(self.plan_of)[some]
        for g in range(self.groups):
            cells = np.flatnonzero(self.pricing.groups == g)
            plans = np.stack([self.plans[k][cells] for k in plan_of[group_of == g]])
            ends = np.cumsum(node.mix[some[group_of == g]])
            # A golden section apart: any run of cells has each plan about as often as all of them.
            which = np.searchsorted(ends[:-1] / ends[-1], (0.5 + np.arange(len(cells)) * 0.6180339887) % 1)
            base[cells] = plans[which, np.arange(len(cells))]
            torn[cells] = (plans != plans[0]).any(axis=(0, 2))
        return base, torn

    def chosen_for(
        self,
        base: np.ndarray,
        free: np.ndarray,
        prices: np.ndarray,
        signed: Mapping[str, bool],
        segments: Mapping[Key, int],
        *,
        menu: int = MENU,
        nodes: int | None = BRANCHES,
    ) -> Solved:
        """Offer the cheapest plan in which only some cells differ from ``base``.

        ``free``: these cells, rising; each chooses among the ``menu`` plans that cost least at prices.
        """
        near = self.pricing.near(free, prices, self._barred(signed), menu)
        menus = []
        for i, some in enumerate(near):
            menus.append(list({plan.tobytes(): plan for plan in [base[free[i]], *some]}.values()))
        which = np.repeat(np.arange(len(free)), [len(menu) for menu in menus])
        plans = np.concatenate(menus) if menus else np.zeros((0, base.shape[1]), dtype=np.int64)
        cost, taken = self.pricing.of_cells(free[which], plans)
        own = self.pricing.of_cells(free, base[free])
        rest, held = (
            whole.sum(axis=0) - part.sum(axis=0) for whole, part in zip(self.pricing.of(base), own, strict=True)
        )
        lp, picks = self._closing(which, cost, taken, float(rest), held, signed, segments)
        nodes = min((n for n in (nodes, self.nodes) if n is not None), default=None)
        solved = solve(lp, gap=self.gap / 4, node_limit=nodes, time_limit=self.seconds, seed=self.seed, inner=True)
        self.reproducible &= solved.reproducible
        if not solved.has_solution:
            return solved
        plan = base.copy()
        taken_up = np.array([solved.values[v.name] > 0.5 for v in picks], dtype=bool)
        plan[free[which[taken_up]]] = plans[taken_up]
        if self.offer(plan):
            self.prices = dict(zip(self.names, prices.tolist(), strict=False))
        return solved

    def _barred(self, signed: Mapping[str, bool]) -> np.ndarray | None:
        """Arms of cells that need a contract which is not signed, shape (C, A)."""
        without = [block.uses for block in self.problem.blocks if signed.get(block.name) is False]
        return np.logical_or.reduce(without) if without else None

    def _at(self, measures: Mapping[str, float], decided: NodeChoices) -> dict[Key, int]:
        """Segment of every period that volumes lie in. With these decided the rest is nearly linear."""
        found = {}
        for block in self.problem.blocks:
            for number, period in enumerate(block.periods):
                k = period.terms.segment(units_counted(period, measures))
                room = decided.segments.get((block.name, number))
                found[block.name, number] = k if room is None else min(max(k, room.first), room.last)
        return found

    def _closing(
        self,
        which: np.ndarray,
        cost: np.ndarray,
        taken: np.ndarray,
        rest: float,
        held: np.ndarray,
        signed: Mapping[str, bool],
        segments: Mapping[Key, int],
    ) -> tuple[pulp.LpProblem, list[pulp.LpVariable]]:
        """One plan for each cell of those it has: ``which``, ``cost``, ``taken`` are each plan's cell, its cost and its
        measures. ``rest``, ``held``: cost of all other cells, and their measures, shape (M,)."""
        lp = pulp.LpProblem("closing", pulp.LpMinimize)
        shared = shared_rows(lp, self.problem, fixed=signed, own=self.own.pools)
        use = used_rows(lp, self.problem, shared.signed)
        for key, rows in shared.periods.items():
            for k, z in rows.segment.items():
                if key in self.alone and k != segments.get(key, k):
                    lp += z == 0
        picks = [lp.add_variable(f"pick_{i}", cat="Binary") for i in range(len(which))]
        for own in np.split(np.arange(len(which)), np.flatnonzero(np.diff(which)) + 1) if len(which) else []:
            lp += pulp.lpSum(picks[i] for i in own) == 1
        tied = {**shared.measure, **{f"loss {r}": v for r, v in enumerate(shared.loss)}}
        for m, variable in enumerate([*(tied[name] for name in self.names), *use]):
            terms = [(picks[i], float(taken[i, m])) for i in np.flatnonzero(taken[:, m]).tolist()]
            lp += linear([*terms, (variable, -1.0)]) == -float(held[m])
        # The others' cost is a variable: a gap is a share of the whole.
        others = lp.add_variable("others", lowBound=1, upBound=1)
        lp.setObjective(linear([*zip(picks, cost.tolist(), strict=True), (others, rest)]) + shared.cost)
        return lp, picks


def spread(cells: np.ndarray, count: int) -> np.ndarray:
    """So many of some cells, or all of them, evenly spread."""
    if count >= len(cells):
        return cells
    return cells[(np.arange(max(count, 0)) * len(cells)) // max(count, 1)]


class Search(Closing):
    """Branching on contracts, each node priced."""

    def _begin(self, starts: Sequence[np.ndarray]) -> None:
        """First columns: plans to begin with, the best plan of every cell alone, each arm wherever it is allowed."""
        problem = self.problem
        alone, _ = best_plans(problem.cost, problem.rank, problem.allowed, canonical=problem.canonical)
        for plan in (alone, *starts):
            self.know(plan)
        for arm in range(problem.shape[2]):
            self.know(np.where(problem.allowed[:, arm, None], arm, alone))
        for level in np.unique(problem.rank):
            without = problem.allowed & (problem.rank != level)
            if without.any(axis=1).all():
                self.know(best_plans(problem.cost, problem.rank, without, canonical=problem.canonical)[0])

    def run(self, starts: Sequence[np.ndarray] = ()) -> float:
        """Branch and price; returns the proven bound."""
        looking().begins(self.gap)
        self._begin(starts)
        free = {b.name: True for b in self.problem.blocks if b.forced is None and not b.one_of_several and not due(b)}
        root = self.price(NodeChoices(free), -math.inf, math.inf, settle=True)
        assert root is not None
        self.prices = dict(zip(self.names, root.prices.tolist(), strict=False))
        if self.problem.canonical and (count := self._plans()) <= EVERY_PLAN:
            return self._whole(count, root.prices)
        self.close(root)
        self.last = root
        if self.problem.blocks and self._worth(root.bound):
            self._climb(root)
        bound = self._branched(root)
        if self._worth(bound):
            self.polish(replace(self.last, bound=bound))
        return bound

    def _plans(self) -> int:
        """How many plans all cells have."""
        rank, bands = tuple(self.problem.rank.tolist()), self.problem.shape[1]
        each = comb(bands + len(set(rank)) - 1, bands) * len(list(teams(self.problem.rank)))
        return each * self.problem.shape[0]

    def _whole(self, count: int, prices: np.ndarray) -> float:
        """Choose among all plans of few cells, with all that is shared open; returns the proven bound."""
        cells = np.arange(self.problem.shape[0])
        plan = best_plans(self.problem.cost, self.problem.rank, self.problem.allowed)[0]
        solved = self.chosen_for(plan, cells, prices, {}, {}, menu=count, nodes=self.nodes)
        return math.inf if solved.status == "infeasible" else solved.bound

    def _climb(self, root: Node) -> None:
        """Decide every contract and segment as the root has it, by its volumes or by the highest segment of its mix,
        move single periods to the next segment while known plans mix to less, and look for a plan there. What is
        shared is small, whatever the cells."""
        signed = {name: share > 1e-6 for name, share in root.signed.items()}
        by_volume = self._at(root.volumes, root.decided)
        highest = {
            key: max([by_volume[key], *(k for k, z in part.items() if z > 1e-6)]) for key, part in root.segments.items()
        }
        found = [self._climbed(signed, segments) for segments in (by_volume, highest)]
        best = min(found, key=lambda each: each[0])[1]
        if (node := self.price(best, -math.inf, math.inf, settle=True)) is not None:
            self.close(node)
            self.last = node

    def _climbed(self, signed: Mapping[str, bool], segments: Mapping[Key, int]) -> tuple[float, NodeChoices]:
        best = NodeChoices(signed, {key: Range(k, k, k > 0) for key, k in segments.items()})
        value = self.mixed(best)
        for _ in range(CLIMBS):
            before = value
            for block in self.problem.blocks:
                for number, period in enumerate(block.periods):
                    key = block.name, number
                    for step in (1, -1):
                        k = best.segments[key].first + step
                        if key not in self.alone or not 0 <= k < len(period.terms.lower):
                            continue
                        other = replace(best, segments={**best.segments, key: Range(k, k, k > 0)})
                        if (mixed := self.mixed(other)) < value - 1e-9 * abs(value):
                            best, value = other, mixed
            if value == before:
                break
        return value, best

    def polish(self, node: Node) -> None:
        """Choose anew for some cells of the best plan, all others held: other ones each time, of those that another
        plan costs little."""
        pool = np.zeros(0, dtype=np.int64)
        for turn in range(POLISHED if self.problem.shape[0] > CELLS_POLISHED else 1):
            if self.best is None or not self._worth(node.bound):
                return
            plan, value = self.best
            used = signed_by(self.problem, present_in(self.problem, plan))
            signed = {block.name: block.name in used for block in self.problem.blocks}
            if not turn:
                pool = self._wavering(node.prices, signed)
            order = np.argsort(uniforms(self.seed, 0, pool.astype(np.uint64), turn, 0), kind="stable")
            cells = np.sort(pool[order[:CELLS_POLISHED]])
            self.chosen_for(plan, cells, node.prices, signed, self._at(value.measures, NodeChoices()))

    def _wavering(self, prices: np.ndarray, signed: Mapping[str, bool]) -> np.ndarray:
        """The third of all cells, or of many, that another plan costs least; rising."""
        some = spread(np.arange(self.problem.shape[0]), MOST_WAVERING)
        near = self.pricing.near(some, prices, self._barred(signed), 2)
        at = np.repeat(np.arange(len(some)), [len(plans) for plans in near])
        cost, taken = self.pricing.of_cells(some[at], np.concatenate(near))
        priced = cost + taken @ prices
        first = np.searchsorted(at, np.arange(len(some)))
        last = np.searchsorted(at, np.arange(len(some)), side="right") - 1
        other = np.where(last > first, priced[last] - priced[first], np.inf)
        few = max(CELLS_POLISHED, len(some) // 3)
        return some[np.sort(np.argsort(other, kind="stable")[:few])]

    def _branched(self, root: Node) -> float:
        """The bound of all nodes left open: down the cheaper side until a plan is found, then the cheapest node."""
        open_nodes: list[Node] = [root]
        closed: list[float] = []
        closings = 0
        last: NodeChoices | None = root.decided
        for _ in range(NODES):
            open_nodes = [node for node in open_nodes if self._worth(max(node.bound, -math.inf))]
            if not open_nodes:
                break
            best, bound = self.objective(), min([*closed, *(node.bound for node in open_nodes)])
            looking().gap((best - bound) / max(abs(best), 1e-9))
            node = min(open_nodes, key=lambda node: (node.decided is not last, node.value))
            open_nodes = [other for other in open_nodes if other is not node]
            children = self._branches(node)
            if children is None:
                settled = self.price(node.decided, node.bound, self._cutoff(), settle=True)
                if settled is None:
                    continue
                if (closings := closings + 1) <= CLOSINGS:
                    self.close(settled)
                self.last = settled
                if self._branches(settled) is None:
                    closed.append(settled.bound)
                    last = None
                    continue
                node = settled
                children = self._branches(node) or []
            found = [self.price(decided, node.bound, self._cutoff(), settle=False) for decided in children]
            left = sorted((child for child in found if child is not None), key=lambda child: child.value)
            open_nodes += left
            last = left[0].decided if left and (last is not None) else None
        return min([*closed, *(node.bound for node in open_nodes)], default=self._cutoff())

    def _cutoff(self) -> float:
        """No node is of use whose plans cost at least this."""
        best = self.objective()
        return best - self.gap * abs(best) - 1e-9 if best < math.inf else best

    def _worth(self, bound: float) -> bool:
        """Whether a node could still improve the best plan by more than the gap."""
        return bound < self._cutoff()

    def _branches(self, node: Node) -> list[NodeChoices] | None:
        """Both sides of what errs most in a node: a contract that is signed in part, by what would be due, or a period
        by its mix of segments; None where nothing is unclear."""
        open_blocks = [b for b in self.problem.blocks if b.forced is None and b.name not in node.decided.signed]
        in_part = {
            b.name: due(b) * (1 - node.signed[b.name]) for b in open_blocks if 1e-6 < node.signed[b.name] < 1 - 1e-6
        }
        contract = max(in_part, key=lambda name: in_part[name], default=None)
        mixed = [key for key, error in node.errors.items() if error > 1e-9 * abs(node.value)]
        for key in sorted(mixed, key=lambda key: -node.errors[key]):
            if contract is not None and in_part[contract] >= node.errors[key]:
                break
            if sides := self._sides(node, key):
                return sides
        if contract is None:
            return None
        return [replace(node.decided, signed={**node.decided.signed, contract: choice}) for choice in (False, True)]

    def _sides(self, node: Node, key: Key) -> list[NodeChoices]:
        """A period below the end of the segment its volume lies in, and above it (or its beginning, where nothing of
        the mix lies above); empty or not where the mix is a share of one segment; nothing where it is one segment."""
        block = next(b for b in self.problem.blocks if b.name == key[0])
        here = block.periods[key[1]].terms.segment(units_counted(block.periods[key[1]], node.volumes))
        part = [k for k, share in node.segments[key].items() if share > 1e-6]
        room = node.decided.segments.get(key) or Range(0, len(block.periods[key[1]].terms.lower) - 1)
        if part == [here] and not room.reached:
            # In its segment by a share: either nothing comes, or what that segment charges at once is due in full.
            sides = [(Range(room.first, room.first - 1), False), (replace(room, reached=True), False)]
            return self._followed(node.decided, key, sides)
        if part == [here] or not part:
            return []
        split = here + 1 if max(part) > here else here
        if not room.first < split <= room.last:
            return []
        below, above = Range(room.first, split - 1, room.reached), Range(split, room.last, reached=True)
        return self._followed(node.decided, key, [(below, False), (above, True)])

    def _followed(self, decided: NodeChoices, key: Key, sides: Sequence[tuple[Range, bool]]) -> list[NodeChoices]:
        """Both sides of a period with what its volume says of its contract's others; only those that can be.

        ``sides``: the segments it may lie in, and whether its contract is then signed."""
        found = []
        block = next(b for b in self.problem.blocks if b.name == key[0])
        for side, signed in sides:
            segments = along(self.reach, block, {**decided.segments, key: side})
            if segments is not None:
                found.append(NodeChoices({**decided.signed, **({key[0]: True} if signed else {})}, segments))
        return found


def due(block: Block) -> float:
    """What is due at most as soon as a block is signed, whatever comes to it."""
    terms = [period.terms for period in block.periods]
    return abs(block.offset) + sum(float(each.fixed.sum() + np.maximum(each.minimum, 0.0).sum()) for each in terms)


def along(reach: Reach, block: Block, segments: Mapping[Key, Range]) -> Mapping[Key, Range] | None:
    """Segments of a contract's periods, less those that its volumes in other periods leave out; None if none is left.

    A year that brings much to one month brings much to the others: each month goes along with the sum of all.
    """
    names = [tuple(name for row in period.units for name in row if name) for period in block.periods]
    every = tuple(name for of in names for name in of)
    if len(names) < 2 or not all(names):
        return segments
    found, ends, least, most = dict(segments), [], 0.0, np.inf
    lines = [reach.lines(of, every) for of in names]
    for number, (period, of) in enumerate(zip(block.periods, names, strict=True)):
        terms, others = period.terms, units_counted(period, {})
        room = segments.get((block.name, number)) or Range(0, len(terms.lower) - 1)
        low = float(terms.lower[room.first]) - others if room.reached else 0.0
        high = float(terms.upper[room.last]) - others if room.first <= room.last else 0.0
        ends.append((room, others, max(low, 0.0), min(high, sum(reach.most(name) for name in of))))
        least = max([least, *((low - line.above) / line.slope for line in lines[number] if line.slope > 0)])
        most = min([most, *((ends[-1][3] + line.below) / line.slope for line in lines[number] if line.slope > 0)])
    least = max(least, sum(low for _, _, low, _ in ends))
    most = min(most, sum(high for _, _, _, high in ends))
    for number, (room, others, low, high) in enumerate(ends):
        terms = block.periods[number].terms
        low = max([low, *(line.slope * least - line.below for line in lines[number])])
        high = min([high, *(line.slope * most + line.above for line in lines[number])])
        loose = 1e-7 * (abs(low) + abs(high))
        may = range(room.first, room.last + 1)
        touched = [k for k in may if terms.upper[k] - others >= low - loose and terms.lower[k] - others <= high + loose]
        if low > high + loose or (may and not touched):
            return None
        # A volume at a shared end lies in the upper segment, and a range that ends there is below it.
        within = [
            k for k in touched if terms.upper[k] - others > low + loose and terms.lower[k] - others < high - loose
        ]
        left = within or touched
        if left and (left[0], left[-1]) != (room.first, room.last):
            found[block.name, number] = Range(left[0], left[-1], room.reached or left[0] > room.first)
    return found
