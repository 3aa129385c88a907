"""Cells that help to carry what others use too: what the whole would cost without their change.

The bill of a dispatch is shared out by weight, and what a contract charges beside its units belongs to no cell. So the
own saving of a cell holds its part of a bill, not what it adds to the bill: a cell may look dear on board of a dispatch
that leaves anyway. Where that could decide the verdict, the recommendation is simulated once more with today's rule in
that cell alone, on the confirming replications, and the difference is what the whole owes to the cell.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from warrantysim.decision.cells import CellKey, number_cells, rules_of, zones_for
from warrantysim.decision.forecast import arms_under
from warrantysim.decision.loop import Found
from warrantysim.decision.outcomes import World as Asked
from warrantysim.decision.table import NOBODY, changed, verdict
from warrantysim.experiment.intervals import Difference, paired
from warrantysim.experiment.outcomes import SimulatedYear
from warrantysim.experiment.simulate import ReplicationFailed
from warrantysim.journeys.world import World
from warrantysim.scenario.policy import Policy, Rule

MOST = 6
"""Most cells that are asked, those in which most claims go another way first [count]."""


def carried(
    world: World,
    asked: Asked,
    found: Found,
    now: Sequence[SimulatedYear],
    new: Sequence[SimulatedYear],
    confirmation: range,
    materiality: float,
) -> dict[CellKey, Difference]:
    """What the whole saves by the change of one cell, for cells that share a bill and do not speak for it themselves.

    ``now``, ``new``: years of today's policy and of the best one on the ``confirmation`` replications. ``materiality``:
    least saving that is worth a change [reporting currency].
    """
    keys, level = world.scenario.decision.cell, world.scenario.plan.confidence
    sharing = sharing_cells(world, found)
    cells, numbers = number_cells(world, keys, [*now, *new])
    of_now, of_new = numbers[: len(now)], numbers[len(now) :]
    costs = [
        np.stack([np.bincount(c, y.cash + y.expected, len(cells)) for y, c in zip(side, of, strict=True)], axis=1)
        for side, of in ((now, of_now), (new, of_new))
    ]
    own = paired(costs[0], costs[1], level).interval
    moved = changed(now, new, of_now, len(cells))
    silent = [
        k
        for k in np.argsort(-moved, kind="stable").tolist()
        if cells[k] in sharing
        and moved[k] >= NOBODY
        and verdict(moved[k], own.low[k], own.high[k], own.mean[k], materiality) != "ACT"
    ][:MOST]
    if not silent:
        return {}
    policies = [without(world, found.best.policy, cells[k]) for k in silent]
    try:
        years = asked.simulate(policies, confirmation)
    except ReplicationFailed:
        return {}
    total = np.array([year.total for year in new])
    return {
        cells[k]: paired(np.array([year.total for year in side]), total, level)
        for k, side in zip(silent, years, strict=True)
    }


def sharing_cells(world: World, found: Found) -> set[CellKey]:
    """Cells that use a contract or lane which another cell uses too, under the best policy."""
    learned = found.learned
    arms = np.zeros((len(learned.cells), len(learned.arms)), dtype=bool)
    arms[learned.cell, arms_under(world, learned, found.best.policy)] = True
    out: set[CellKey] = set()
    for block in found.candidates.problem.blocks:
        users = np.flatnonzero((arms & block.uses).any(axis=1))
        if len(users) > 1:
            out |= {learned.cells[c] for c in users}
    return out


def without(world: World, policy: Policy, cell: CellKey) -> Policy:
    """A policy with today's rule in one of its cells."""
    s = world.scenario
    known: dict[str, str | int] = dict(zip(s.decision.cell, cell, strict=True))
    mine = rules_of(world, known, zones_for(s.policy, world, known))
    rules: list[Rule] = []
    for rule in policy.rules:
        if rule.cell.stated() != known:
            rules.append(rule)
        elif mine[0] not in rules:
            rules += mine
    return policy.replace(rules=tuple(rules))
