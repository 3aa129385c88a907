"""How savings stand up over what is assumed: all stated ranges drawn together, and the inputs that could turn them.

A draw is one world, in which today's policy and the one judged meet the same luck. Luck is not to be taken for an
assumption: what a draw changes is the difference of its saving from that of the world as stated on the same
replications, and this difference is put upon what the judging replications found.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np

from warrantysim.decision.cells import CellKey, number_cells
from warrantysim.decision.changes import Robust, known, zones_of
from warrantysim.decision.outcomes import Worlds
from warrantysim.experiment.intervals import share_interval
from warrantysim.experiment.outcomes import SimulatedYear
from warrantysim.experiment.summary import Failure
from warrantysim.experiment.uncertain import Turn, UncertainInput, at, drawn_together, stated_inputs
from warrantysim.journeys.world import World, world_of
from warrantysim.scenario.policy import Policy
from warrantysim.scenario.root import Scenario

YEARS = 1
"""Replications of each draw: what luck does is taken out by pairs [count]."""
TURNED = 8
"""Most ends of single inputs that are simulated: those that by the draws take most of a saving [count]."""

Group = tuple[CellKey, ...]


def cell_costs(scenario: Scenario, year: SimulatedYear, *, cells: Sequence[CellKey]) -> np.ndarray:
    """Cost of the claims of each cell, and last of what belongs to none of these, shape (cells + 1,)."""
    place = {cell: k for k, cell in enumerate(cells)}
    found, (number,) = number_cells(world_of(scenario), scenario.decision.cell, [year])
    where = np.array([place.get(cell, len(cells)) for cell in found], dtype=np.int64)
    cost = np.bincount(where[number], year.cash + year.expected, len(cells) + 1)
    cost[-1] = year.total - cost[:-1].sum()
    return cost


@dataclass(frozen=True)
class Drawn:
    """Savings of cells at draws of all inputs; D draws, I inputs, C cells and what belongs to none."""

    inputs: tuple[UncertainInput, ...]
    """The inputs."""
    cells: tuple[CellKey, ...]
    """The cells."""
    draws: np.ndarray
    """Inputs drawn, of the draws that make a valid world, shape (D, I)."""
    shifts: np.ndarray
    """What each draw adds to a saving, shape (D, C + 1); -inf where the new policy chokes a bench [reporting
    currency]."""

    def of(self, group: Group) -> np.ndarray:
        """What each draw adds to the saving of some cells together, shape (D,)."""
        return np.asarray(self.shifts[:, [self.cells.index(cell) for cell in group]].sum(axis=1))

    @property
    def beside(self) -> np.ndarray:
        """What each draw adds to the saving that belongs to none of the cells, shape (D,)."""
        return np.asarray(self.shifts[:, -1])


def stability(saved: np.ndarray, level: float) -> Robust:
    """How often a saving is above 0, with the interval of that share; ``saved``: at each draw, shape (D,)."""
    n, up = len(saved), int((saved > 0).sum())
    return Robust(n, up / n if n else float("nan"), *share_interval(up, n, level))


def draw(world: World, asked: Worlds, policy: Policy, cells: Sequence[CellKey], replications: range) -> Drawn | None:
    """All stated ranges drawn together under today's policy and another one; None where nothing is stated or asked."""
    s = world.scenario
    if not s.assumptions or not s.decision.robust_draws:
        return None
    inputs = stated_inputs(s)
    draws = drawn_together(s, inputs, s.decision.robust_draws, s.plan.seed)
    shifts = list(_shifts(world, asked, policy, cells, replications, [at(inputs, one) for one in draws]))
    valid = [k for k, shift in enumerate(shifts) if shift is not None]
    rows = np.array([shifts[k] for k in valid], dtype=float).reshape(len(valid), len(cells) + 1)
    return Drawn(inputs, tuple(cells), draws[valid], rows)


def _shifts(
    world: World, asked: Worlds, policy: Policy, cells: Sequence[CellKey], replications: range, turns: Sequence[Turn]
) -> Iterator[np.ndarray | None]:
    """What each turn adds to the savings of cells; None where it makes no valid world, or today's policy chokes."""
    measure = partial(cell_costs, cells=tuple(cells))
    policies = (world.scenario.policy, policy)
    stream = asked.turned(policies, replications[:YEARS], [(), *turns], measure)
    stated = next(stream)
    if not isinstance(stated, np.ndarray):
        yield from (None for _ in turns)
        return
    before = (stated[0] - stated[1]).mean(axis=0)
    for found in stream:
        if isinstance(found, np.ndarray):
            yield (found[0] - found[1]).mean(axis=0) - before
        elif isinstance(found, Failure) and found.policy == 1:
            yield np.full(len(before), -np.inf)
        else:
            yield None


def robust(
    world: World, asked: Worlds, policy: Policy, savings: Mapping[Group, float], drawn: Drawn, replications: range
) -> dict[Group, Robust]:
    """How the savings of some changes stand up, and which input alone would turn them.

    ``savings``: what each saves in the world as stated. Inputs are looked at by what the draws say of them, and told
    only as they were simulated: the others as stated, one at the end of its range.
    """
    ends = _ends(world, policy, savings, drawn)
    turns = [((drawn.inputs[i].lever, x),) for i, x in ends]
    shifts = list(_shifts(world, asked, policy, drawn.cells, replications, turns)) if ends else []
    level = world.scenario.plan.confidence
    out = {}
    for group, saving in savings.items():
        found = stability(saving + drawn.of(group), level)
        where = [drawn.cells.index(cell) for cell in group]
        left = [
            (saving + float(shift[where].sum()), i, x)
            for (i, x), shift in zip(ends, shifts, strict=True)
            if shift is not None and _touches(world, policy, drawn.inputs[i], group)
        ]
        out[group] = _with_weakest(world, found, saving, drawn, min(left)) if left else found
    return out


def _with_weakest(
    world: World, found: Robust, saving: float, drawn: Drawn, weakest: tuple[float, int, float]
) -> Robust:
    """With the end that takes most of a saving, and the value at which it is 0 where that is beyond it."""
    left, i, end = weakest
    one = drawn.inputs[i]
    stated = one.lever.stated(world.scenario)
    flip, flip_at = "", float("nan")
    if saving > 0 >= left:
        flip = one.name
        flip_at = end if np.isinf(left) else stated + (end - stated) * saving / (saving - left)
    return Robust(found.draws, found.share, found.low, found.high, flip, flip_at, one.name, end, left)


def _ends(world: World, policy: Policy, savings: Mapping[Group, float], drawn: Drawn) -> list[tuple[int, float]]:
    """(input, end of its range) that by the draws take most of a saving, one a change in turn, nearest to 0 first."""
    if len(drawn.draws) < 2:
        return []
    low, high = (np.array([getattr(one, end) for one in drawn.inputs]) for end in ("low", "high"))
    stated = np.array([one.lever.stated(world.scenario) for one in drawn.inputs])
    apart = drawn.draws - drawn.draws.mean(axis=0)
    spread = np.maximum((apart**2).sum(axis=0), 1e-300)
    ranked = []
    for group, saving in savings.items():
        shift = drawn.of(group)
        slope = apart.T @ np.where(np.isfinite(shift), shift, -abs(saving)) / spread
        end = np.where(slope > 0, low, high)
        left = saving + slope * (end - stated)
        mine = [i for i in np.argsort(left, kind="stable") if _touches(world, policy, drawn.inputs[i], group)]
        ranked.append(sorted((float(left[i] / max(abs(saving), 1.0)), int(i), float(end[i])) for i in mine))
    out: list[tuple[int, float]] = []
    for place in range(max(map(len, ranked), default=0)):
        for _, i, x in sorted(row[place] for row in ranked if place < len(row)):
            if (i, x) not in out and len(out) < TURNED:
                out.append((i, x))
        if len(out) >= TURNED:
            break
    return out


def _touches(world: World, policy: Policy, one: UncertainInput, group: Group) -> bool:
    """Whether an input can have to do with some cells: not if it is of another market, or of a partner not used."""
    s = world.scenario
    parts = one.lever.path.replace("[", ".").split(".")
    markets = {str(known(world, cell).get("market", "")) for cell in group}
    named = [part for part in parts if part in s.market_ids and parts[0] != "partners"]
    if named and "" not in markets and not markets & set(named):
        return False
    if parts[0] == "partners" and len(parts) > 1:
        rules = (world.scenario.policy, policy)
        return any(z.partner == parts[1] for rule in rules for cell in group for z in zones_of(world, rule, cell))
    return True
