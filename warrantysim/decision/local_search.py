"""The last step of a decision: small changes of the best policy, judged by simulation alone.

What claims do to each other in queues and on board of a departure the program only approximates by charges. So the
neighbours of its answer are simulated, in the cells that share what is scarce: each cut-point moved, a zone dropped,
put in or given to another arm. The most promising by the program go first, on the luck that chooses; a change is taken
only if it also saves on luck that did not suggest it, and on that luck every zone must earn its place in the end.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from warrantysim.decision.cells import Zone, rival, rules_of, zone_at, zones_for
from warrantysim.decision.forecast import forecast
from warrantysim.decision.loop import Found, Tried, objective
from warrantysim.decision.outcomes import World as Asked
from warrantysim.decision.policies import priced_claims, ranges_of
from warrantysim.decision.training import Learned, build, learn
from warrantysim.experiment.outcomes import SimulatedYear
from warrantysim.experiment.simulate import ReplicationFailed
from warrantysim.journeys.world import World
from warrantysim.scenario.markets import DISPOSITIONS
from warrantysim.scenario.policy import Policy, Rule

PROOF = 300_000
"""First of the replications that prove what others suggested."""
PROOFS = 3
"""Replications that prove, for one that suggests [count]."""
FEW_CELLS = 4
"""Cells up to which all of them are tried [count]."""
MOST_CELLS = 12
"""Most cells that are tried, those with most work for scarce benches first [count]."""
SCARCE = 0.6
"""Share of a bench's time used in its busiest month from which it is scarce: queues grow like u / (1 - u)."""
PLACES = 16
"""Places a cut-point may be moved to, at quantiles of a cell's claim values [count]."""
BATCH = 24
"""Neighbours simulated at once [count]."""
STARTS = 3
"""Policies neighbours are tried of: the best, and the next best that the search has simulated [count]."""
ALIKE = (0.6, 0.8, 1.25, 1.6)
"""Factors on the cut-points from which all cells repair."""
PROVED = 3
"""How many of a batch are simulated on the luck that proves [count]."""
EASY = 1_000
"""Claims a replication up to which all `neighbours` are simulated; with more of them as many fewer, and none below a
`BATCH` [count]."""

Zones = tuple[Zone, ...]


def applies(world: World) -> bool:
    """Whether neighbours may be judged by cost alone: no limit is set on the whole."""
    d = world.scenario.decision
    limits = (d.refund_budget, d.max_mean_days, d.max_dispute_share)
    return d.simulate and d.neighbours > 0 and all(limit is None for limit in limits)


def improved(world: World, asked: Asked, selection: range, found: Found) -> Found:
    """The best policy after trying neighbours of the best so far, and without zones that do not earn their place.

    ``selection``: replications that suggest; what was suggested must save on others as well. The
    solver's answer behind ``found`` stays, as it is where the search began; flat ranges are those of the new
    cut-points.
    """
    if not applies(world):
        return found
    cells = found.learned.cells
    it = _Search(world, asked, selection, range(PROOF, PROOF + PROOFS * len(selection)), found)
    here = it.start
    tried_cells = contested(found) if it.budget >= min(BATCH, it.asked_for) else []
    if tried_cells:
        here = it.thinned(it.lowest(tried_cells), tried_cells)
    here, held = it.earned(here, [c for c in range(len(cells)) if c not in tried_cells])
    found = replace(found, held=held)
    if here == it.start:
        return found
    policy = _policy(world, found, here, "neighbours")
    (years,) = it.years([policy], selection)
    best = Tried(
        "neighbours",
        policy,
        objective(world, years),
        forecast(world, found.learned, found.candidates.problem, policy),
    )
    drawn = None
    if found.drawn is not None:
        flat = {cell: _flat(found.learned, c, zones) for c, (cell, zones) in enumerate(zip(cells, here, strict=True))}
        drawn = replace(found.drawn, policy=policy, flat=flat)
    return replace(found, best=best, tried=(*found.tried, best), drawn=drawn, years=years)


def contested(found: Found) -> list[int]:
    """Cells that share what is scarce: claims of theirs go, or could go, to a bench with little time to spare. All
    cells where they are few; else at most `MOST_CELLS`, those with most work for such benches first.

    A bench is scarce where the best policy uses `SCARCE` of its time in some month, or more work could go there than it
    has time for: not to use it at all may be an answer to its queue that a few claims would better.
    """
    learned = found.learned
    if len(learned.cells) <= FEW_CELLS:
        return list(range(len(learned.cells)))
    years = found.years
    if not years:
        return []
    use = learned.uses.bench
    inside = learned.feasible[use.claim, use.arm] & (use.month >= 0)
    offered = np.maximum(years[0].benches.offered_minutes, 1e-9)
    inside &= use.month < offered.shape[1]
    work = np.zeros((len(learned.arms), *offered.shape))
    np.add.at(work, (use.arm[inside], use.bench[inside], use.month[inside]), use.minutes[inside])
    could = work.max(axis=0) / learned.replications / offered
    used = np.mean([year.benches.minutes for year in years], axis=0) / offered
    scarce = ((used >= SCARCE) | (could >= 1.0)).any(axis=1)
    at = inside & scarce[use.bench]
    most = np.bincount(learned.cell[use.claim[at]], use.minutes[at], len(learned.cells))
    order = np.argsort(-most, kind="stable")[:MOST_CELLS]
    return sorted(int(c) for c in order if most[c] > 0)


@dataclass
class _Search:
    """Neighbours of a policy, simulated while there is budget; state is what was seen and spent."""

    world: World
    asked: Asked
    selection: range
    proof: range
    found: Found

    def __post_init__(self) -> None:
        s, learned = self.world.scenario, self.found.learned
        claims = len(learned) / max(learned.replications, 1)
        self.asked_for = s.decision.neighbours
        self.budget = int(self.asked_for * min(1.0, EASY / max(claims, 1.0)))
        self.start = self.zones(self.found.best.policy)
        self.spent = 0
        self.seen = {self.start}
        prices = self.found.choice.prices if self.found.choice else {}
        self.priced = priced_claims(learned, prices)
        self.arm = {(arm.disposition, arm.partner): a for a, arm in enumerate(learned.arms)}

    def cost(self, policies: Sequence[Policy], replications: range) -> list[float]:
        """Simulated cost of each; infinite for one that cannot be simulated to its end."""
        return [objective(self.world, years) for years in self.years(policies, replications)]

    def years(self, policies: Sequence[Policy], replications: range) -> list[Sequence[SimulatedYear]]:
        """Simulated years of each; none of one that cannot be simulated to its end."""
        try:
            return list(self.asked.simulate(list(policies), replications))
        except ReplicationFailed:
            if len(policies) == 1:
                return [[]]
            return [years for policy in policies for years in self.years([policy], replications)]

    def policy(self, zones: tuple[Zones, ...]) -> Policy:
        """The policy of all cells' zones."""
        return _policy(self.world, self.found, zones, "neighbours")

    def guess(self, c: int, zones: Zones) -> float:
        """What the program expects of a cell's claims under some zones, what is shared at its shadow price."""
        rows = self.rows(c)
        value = self.found.learned.value[rows]
        arms = np.array([self.arm[zone.arm] for zone in zones])
        return float(self.priced[rows, arms[zone_at(zones, value, value, value)]].sum())

    def rows(self, c: int) -> np.ndarray:
        """Training claims of a cell."""
        return np.flatnonzero(self.found.learned.cell == c)

    def lowest(self, cells: Sequence[int]) -> tuple[Zones, ...]:
        """The best end of descents from the best policy and from the next best ones, on the luck that proves."""
        others = sorted((t for t in self.found.tried if np.isfinite(t.cost)), key=lambda tried: tried.cost)
        starts = list(dict.fromkeys([self.start, *(self.zones(tried.policy) for tried in others)]))[:STARTS]
        whole, ends = self.budget, []
        for k, start in enumerate(starts):
            # What an earlier descent left over goes to the later ones.
            self.budget = self.spent + (whole - self.spent) // (len(starts) - k)
            ends.append(self.descend(start, cells))
        costs = self.cost([self.policy(end) for end in ends], self.proof)
        return ends[int(np.argmin(costs))]

    def zones(self, policy: Policy) -> tuple[Zones, ...]:
        """A policy's zones in every cell."""
        return tuple(_zones(self.world, policy, cell) for cell in self.found.learned.cells)

    def descend(self, here: tuple[Zones, ...], cells: Sequence[int]) -> tuple[Zones, ...]:
        """Go from neighbour to better neighbour until none is proved better or the budget is spent."""
        (cost,) = self.cost([self.policy(here)], self.selection)
        (proved,) = self.cost([self.policy(here)], self.proof)
        while self.spent < self.budget:
            told = [each for each in self.neighbours(here, cells) if each[1] not in self.seen]
            # Changes of all cells at once come with every batch: a contract pays for many or for none.
            told += [(-np.inf, zones, -1) for zones in _joint(here, cells) if zones not in self.seen]
            order = np.argsort([gain for gain, *_ in told], kind="stable")[: min(3 * BATCH, self.budget - self.spent)]
            moved = False
            for first in range(0, len(order), BATCH):
                batch = [told[k] for k in order[first : first + BATCH]]
                costs = self.cost([self.policy(zones) for _, zones, _ in batch], self.selection)
                self.spent += len(batch)
                self.seen |= {zones for _, zones, _ in batch}
                better = [k for k in np.argsort(costs, kind="stable").tolist() if costs[k] < cost][:PROVED]
                tried = [batch[k][1] for k in better]
                if joined := self.together(here, [batch[k] for k in better]):
                    tried.insert(0, joined)
                if not tried:
                    continue
                proofs = self.cost([self.policy(zones) for zones in tried], self.proof)
                self.spent += len(tried)
                k = int(np.argmin(proofs))
                if proofs[k] < proved:
                    here, proved, moved = tried[k], proofs[k], True
                    (cost,) = self.cost([self.policy(here)], self.selection)
                    break
            if not moved:
                break
        return here

    def together(
        self, here: tuple[Zones, ...], better: Sequence[tuple[float, tuple[Zones, ...], int]]
    ) -> tuple[Zones, ...] | None:
        """The best change of each of several cells at once; None where they are of one cell."""
        first: dict[int, Zones] = {}
        for _, zones, c in better:
            if c >= 0:
                first.setdefault(c, zones[c])
        return tuple(first.get(c, zones) for c, zones in enumerate(here)) if len(first) > 1 else None

    def neighbours(
        self, here: tuple[Zones, ...], cells: Sequence[int]
    ) -> Iterator[tuple[float, tuple[Zones, ...], int]]:
        """Every policy that differs in one of the cells by one change: (what the program expects it to add, zones, the
        cell). Cells whose rule goes by age or price are left alone."""
        learned, ordered = self.found.learned, self.world.scenario.decision.canonical_order
        for c in cells:
            zones = here[c]
            if any(zone.by != "refund_due" or zone.ages != (0.0, np.inf) for zone in zones):
                continue
            value = learned.value[self.rows(c)]
            places = np.unique(np.quantile(value, np.linspace(0, 1, PLACES + 2)[1:-1])) if len(value) else np.zeros(0)
            # An arm no claim of the cell can go is no change.
            arms = [
                (arm.disposition, arm.partner)
                for a, arm in enumerate(learned.arms)
                if learned.feasible[self.rows(c), a].any()
            ]
            base = self.guess(c, zones)
            for changed in _changes(zones, [round(float(x), 2) for x in places], arms):
                if (not ordered or _in_order(changed)) and rival(changed) is None:
                    yield self.guess(c, changed) - base, (*here[:c], changed, *here[c + 1 :]), c

    def thinned(self, here: tuple[Zones, ...], cells: Sequence[int]) -> tuple[Zones, ...]:
        """Without the zones, of the cells that were tried, whose removal saves on the luck that proves."""
        (cost,) = self.cost([self.policy(here)], self.proof)
        while True:
            fewer = [each for c in cells for each in _with_fewer(here, c)]
            if not fewer:
                return here
            costs = self.cost([self.policy(zones) for zones in fewer], self.proof)
            k = int(np.argmin(costs))
            if costs[k] > cost:
                return here
            here, cost = fewer[k], costs[k]

    def earned(self, here: tuple[Zones, ...], cells: Sequence[int]) -> tuple[tuple[Zones, ...], Learned | None]:
        """Without the zones of cells, none of which has a scarce bench, that the program itself finds of no use on luck
        it did not learn from; and what it learned on that, if it had to."""
        several = [c for c in cells if len(here[c]) > 1]
        if not several:
            return here, None
        w, d = self.world, self.world.scenario.decision
        outcomes = self.asked.potential(self.proof[: len(self.selection)], self.policy(here))
        learned = learn(w, outcomes, cash_only=d.cash_only)
        problem = build(w, learned).problem
        cost = forecast(w, learned, problem, self.policy(here))
        for c in several:
            for fewer in sorted(_with_fewer(here, c), key=lambda zones: len(zones[c])):
                without = forecast(w, learned, problem, self.policy(fewer))
                if without <= cost:
                    here, cost = fewer, without
                    break
        return here, learned


def _zones(world: World, policy: Policy, cell: tuple[str | int, ...]) -> Zones:
    return tuple(zones_for(policy, world, dict(zip(world.scenario.decision.cell, cell, strict=True))))


def _joint(here: tuple[Zones, ...], cells: Sequence[int]) -> Iterator[tuple[Zones, ...]]:
    """Every policy in which all of the cells change alike: one partner for another, or all repairs from lower or higher
    values on."""
    plain = [c for c in cells if all(zone.by == "refund_due" and zone.ages == (0.0, np.inf) for zone in here[c])]
    by = sorted({zone.partner for c in plain for zone in here[c] if zone.do == "repair_local"})
    for old in by:
        for new in by:
            if old != new:
                changed = {
                    c: _joined(tuple(replace(zone, partner=new) if zone.partner == old else zone for zone in here[c]))
                    for c in plain
                }
                yield tuple(changed.get(c, zones) for c, zones in enumerate(here))
    for factor in ALIKE:
        moved: dict[int, Zones] = {}
        for c in plain:
            zones = tuple(
                replace(zone, start=round(factor * zone.start, 2)) if zone.do == "repair_local" else zone
                for zone in here[c]
            )
            starts = [zone.start for zone in zones]
            if starts == sorted(set(starts)):
                moved[c] = zones
        yield tuple(moved.get(c, zones) for c, zones in enumerate(here))


def _with_fewer(here: tuple[Zones, ...], c: int) -> Iterator[tuple[Zones, ...]]:
    """Every policy in which one zone of a cell has gone to its neighbour; rules by age or price are left alone."""
    zones = here[c]
    if len(zones) < 2 or any(zone.by != "refund_due" or zone.ages != (0.0, np.inf) for zone in zones):
        return
    for k in range(len(zones)):
        rest = (*zones[:k], *zones[k + 1 :])
        yield (*here[:c], _joined((replace(rest[0], start=0.0), *rest[1:])), *here[c + 1 :])


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


def _policy(world: World, found: Found, chosen: tuple[Zones, ...], name: str) -> Policy:
    keys, s = world.scenario.decision.cell, world.scenario
    rules: list[Rule] = []
    for cell, zones in zip(found.learned.cells, chosen, strict=True):
        known: dict[str, str | int] = dict(zip(keys, cell, strict=True))
        rules += rules_of(world, known, zones)
    rest = [rule for rule in s.policy.rules if not rule.cell.stated()] if keys else []
    return s.policy.replace(name=name, title=None, why="", rules=(*rules, *rest))


def _flat(learned: Learned, c: int, zones: Zones) -> tuple[tuple[float, float], ...]:
    place = {(arm.disposition, arm.partner): a for a, arm in enumerate(learned.arms)}
    rows = np.flatnonzero(learned.cell == c)
    rows = rows[np.argsort(learned.value[rows], kind="stable")]
    arms = [place[zone.do, zone.partner] for zone in zones]
    return ranges_of(learned.value[rows], learned.cost[rows], arms, [zone.start for zone in zones[1:]])
