"""The last step for decisions of few cells: small changes of the best policy, judged by simulation alone.

What claims do to each other in queues and on board of a departure the program only approximates by charges. Where
there are few cells, the neighbours of its answer can simply be simulated: each cut-point moved, a zone dropped, put in
or given to another arm. The most promising by the program go first; the best of a batch is the next to start from.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from warrantysim.decision.cells import Zone, rules_of, zones_for
from warrantysim.decision.forecast import forecast
from warrantysim.decision.loop import Found, Tried, objective
from warrantysim.decision.outcomes import World as Asked
from warrantysim.decision.policies import ranges_of
from warrantysim.decision.training import Learned
from warrantysim.experiment.simulate import ReplicationFailed
from warrantysim.journeys.world import World
from warrantysim.scenario.markets import DISPOSITIONS
from warrantysim.scenario.policy import Policy, Rule

MOST_CELLS = 4
"""Cells up to which neighbours are simulated [count]."""
PLACES = 16
"""Places a cut-point may be moved to, at quantiles of a cell's claim values [count]."""
BATCH = 24
"""Neighbours simulated at once [count]."""

Zones = tuple[Zone, ...]


def applies(world: World) -> bool:
    """Whether neighbours may be judged by cost alone: few cells' worth of work, and no limit set on the whole."""
    d = world.scenario.decision
    limits = (d.refund_budget, d.max_mean_days, d.max_dispute_share)
    return d.simulate and d.neighbours > 0 and all(limit is None for limit in limits)


def improved(world: World, asked: Asked, selection: range, found: Found) -> Found:
    """The best policy found after simulating neighbours of the best so far; ``found`` itself where none is better.

    The solver's answer behind ``found`` stays, as it is where the search began; flat ranges are those of the new
    cut-points.
    """
    cells = found.learned.cells
    if len(cells) > MOST_CELLS or not applies(world):
        return found
    here = tuple(_zones(world, found.best.policy, cell) for cell in cells)
    best, spent, seen = found.best, 0, {here}
    budget = world.scenario.decision.neighbours
    while spent < budget:
        neighbours = [each for each in _neighbours(world, found.learned, here) if each not in seen]
        policies = [_policy(world, found, each) for each in neighbours]
        expected = [forecast(world, found.learned, found.candidates.problem, policy) for policy in policies]
        order = np.argsort(expected, kind="stable")[: min(2 * BATCH, budget - spent)]
        moved = False
        for first in range(0, len(order), BATCH):
            batch = order[first : first + BATCH]
            costs = _costs(world, asked, [policies[k] for k in batch], selection)
            spent += len(batch)
            seen |= {neighbours[k] for k in batch}
            k = int(np.argmin(costs))
            if costs[k] < best.cost:
                here = neighbours[batch[k]]
                best = Tried("neighbours", policies[batch[k]], costs[k], expected[batch[k]])
                moved = True
                break
        if not moved:
            break
    if best is found.best:
        return found
    drawn = None
    if found.drawn is not None:
        flat = {cell: _flat(found.learned, c, zones) for c, (cell, zones) in enumerate(zip(cells, here, strict=True))}
        drawn = replace(found.drawn, policy=best.policy, flat=flat)
    return replace(found, best=best, tried=(*found.tried, best), drawn=drawn)


def _zones(world: World, policy: Policy, cell: tuple[str | int, ...]) -> Zones:
    return tuple(zones_for(policy, world, dict(zip(world.scenario.decision.cell, cell, strict=True))))


def _neighbours(world: World, learned: Learned, here: tuple[Zones, ...]) -> Iterator[tuple[Zones, ...]]:
    """Every policy that differs in one cell by one change; cells whose rule goes by age or price are left alone."""
    for c, zones in enumerate(here):
        if any(zone.by != "refund_due" or zone.ages != (0.0, np.inf) for zone in zones):
            continue
        value = learned.value[learned.cell == c]
        places = np.unique(np.quantile(value, np.linspace(0, 1, PLACES + 2)[1:-1])) if len(value) else np.zeros(0)
        arms = [(arm.disposition, arm.partner) for arm in learned.arms]
        for changed in _changes(zones, [round(float(x), 2) for x in places], arms):
            if not world.scenario.decision.canonical_order or _in_order(changed):
                yield (*here[:c], changed, *here[c + 1 :])


def _changes(zones: Zones, places: list[float], arms: list[tuple[str, str]]) -> Iterator[Zones]:
    """A cell's rule with a cut-point moved, a zone given to another arm, dropped, or put in."""
    for k, zone in enumerate(zones):
        low = zones[k - 1].start if k else 0.0
        high = zones[k + 1].start if k + 1 < len(zones) else np.inf
        if k:
            for place in places:
                if low < place < high and place != zone.start:
                    yield (*zones[:k], replace(zone, start=place), *zones[k + 1 :])
        for do, by in arms:
            if (do, by) == (zone.do, zone.partner):
                continue
            yield _joined((*zones[:k], Zone(zone.start, do, by), *zones[k + 1 :]))
            for place in places:
                if zone.start < place < high:
                    yield _joined((*zones[: k + 1], Zone(place, do, by), *zones[k + 1 :]))
                    yield _joined((*zones[:k], Zone(zone.start, do, by), replace(zone, start=place), *zones[k + 1 :]))
        if len(zones) > 1:
            rest = (*zones[:k], *zones[k + 1 :])
            yield _joined((replace(rest[0], start=0.0), *rest[1:]))


def _joined(zones: Zones) -> Zones:
    """Neighbouring zones of one arm as one."""
    out: list[Zone] = []
    for zone in zones:
        if not out or (out[-1].do, out[-1].partner) != (zone.do, zone.partner):
            out.append(zone)
    return tuple(out)


def _in_order(zones: Zones) -> bool:
    ranks = [DISPOSITIONS.index(zone.do) for zone in zones]
    return ranks == sorted(ranks)


def _policy(world: World, found: Found, chosen: tuple[Zones, ...]) -> Policy:
    keys, s = world.scenario.decision.cell, world.scenario
    rules: list[Rule] = []
    for cell, zones in zip(found.learned.cells, chosen, strict=True):
        known: dict[str, str | int] = dict(zip(keys, cell, strict=True))
        rules += rules_of(world, known, zones)
    rest = [rule for rule in s.policy.rules if not rule.cell.stated()] if keys else []
    return s.policy.replace(name="neighbours", title=None, why="", rules=(*rules, *rest))


def _costs(world: World, asked: Asked, policies: list[Policy], selection: range) -> list[float]:
    """Simulated cost of each; infinite for one that cannot be simulated to its end."""
    try:
        return [objective(world, years) for years in asked.simulate(policies, selection)]
    except ReplicationFailed:
        if len(policies) == 1:
            return [np.inf]
        return [cost for policy in policies for cost in _costs(world, asked, [policy], selection)]


def _flat(learned: Learned, c: int, zones: Zones) -> tuple[tuple[float, float], ...]:
    place = {(arm.disposition, arm.partner): a for a, arm in enumerate(learned.arms)}
    rows = np.flatnonzero(learned.cell == c)
    rows = rows[np.argsort(learned.value[rows], kind="stable")]
    arms = [place[zone.do, zone.partner] for zone in zones]
    return ranges_of(learned.value[rows], learned.cost[rows], arms, [zone.start for zone in zones[1:]])
