"""The last step of a decision: small changes of the best policy, judged by simulation alone.

What claims do to each other in queues and on board of a departure the program only approximates by charges. So the
neighbours of its answer are simulated, in the cells that share what is scarce: cell by cell the rules the program
expects most of, all cells alike, and two cells that change places. They race: all on the same few replications, fewer
and fewer of them on more and more, since what tells two policies apart is the difference on shared luck (sequential
halving; Karnin, Koren and Somekh 2013). Most of that difference is the luck of claims alone, which the program knows
for every arm on much more luck than can be simulated: what a policy's claims cost alone there is its control variate
(Lavenberg and Welch 1981). Where there is time to learn that, what claims do to each other is foretold too, and only
policies that may be best are simulated (`together`). A change is taken only if it also saves on luck that did not
suggest it, on as much of it as it takes to know; and in the end every zone must earn its place.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cache, cached_property
from itertools import combinations, permutations, zip_longest

import numpy as np

from warrantysim.decision.cells import CellZone, rival, zone_at, zones_as_rules, zones_for
from warrantysim.decision.forecast import ForecastByCell, forecast
from warrantysim.decision.loop import SearchResult, Tried, all_compared, costs_of, objective, weighed
from warrantysim.decision.luck_alone import LuckAlone, saved_alone, standard_error
from warrantysim.decision.moves import (
    Plan,
    Zones,
    alike,
    by_another,
    by_refund_alone,
    is_canonical,
    neighbours,
    with_fewer,
)
from warrantysim.decision.outcomes import Outcomes as Asked
from warrantysim.decision.policies import flat_ranges, priced_claims
from warrantysim.decision.together import Together, explored
from warrantysim.decision.training import Learned, build, learn
from warrantysim.experiment.simulate import ReplicationFailed
from warrantysim.journeys.model import Model
from warrantysim.schema.dispositions import BY_PARTNER
from warrantysim.schema.policy import Policy, Rule

PROOF = 300_000
"""First of the replications that prove what others suggested."""
LEAST_PROOFS, MOST_PROOFS = 3, 8
"""Replications that prove, for one that suggests: the more the fewer claims there are, see `EASY` [count]."""
LUCK = 150
"""So many there are where it is learned what claims cost alone: the cut-points are chosen by it [count]."""
EXPLORED = 0.5
"""Part of the neighbours' time for what claims do to each other [share]."""
CLOSE = 0.001
"""Noise of a difference up to which more luck is not worth its time [share of the cost]."""
SURE = 2.0
"""Times its noise from which a difference is known."""
FEW_CELLS = 4
"""Cells up to which all of them are tried [count]."""
MOST_CELLS = 12
"""Most cells that are tried, those with most work for scarce benches first [count]."""
SCARCE = 0.6
"""Share of a bench's time used in its busiest month from which it is scarce: queues grow like u / (1 - u)."""
NOT_IDLE = 0.3
"""The same where there is time to learn what claims cost alone: a queue there may cost some percent [share]."""
PLACES = 16
"""Places a cut-point may be moved to, at quantiles of a cell's claim values [count]."""
FEW_PLACES = 4
"""Places for the cut-points of a rule made anew, likewise [count]."""
MOST_ZONES = 3
"""Most zones of a rule made anew [count]."""
MENU = 12
"""Most rules of one cell that race [count]."""
LAST = 2
"""Fewest that are left of a race by their number alone [count]."""
BATCH = 24
"""Fewest neighbours there must be time for [count]."""
STARTS = 3
"""Policies neighbours are tried of, the best first [count]."""
EASY = 1_000
"""Claims a replication up to which all `neighbours` are simulated; with more of them as many fewer, and none below a
`BATCH` [count]."""


def applies(model: Model) -> bool:
    """Whether neighbours may be judged by cost alone: no limit is set on the whole."""
    d = model.scenario.decision
    limits = (d.refund_budget, d.max_mean_days, d.max_dispute_share)
    return d.simulate and d.neighbours > 0 and all(limit is None for limit in limits)


def improved(model: Model, asked: Asked, selection: range, found: SearchResult) -> SearchResult:
    """The best policy after trying neighbours of the best so far, and without zones that do not earn their place.

    ``selection``: replications that suggest; what was suggested must save on others as well. The
    solver's answer behind ``found`` stays, as it is where the search began; flat ranges are those of the new
    cut-points.
    """
    if not applies(model):
        return found
    cells = found.learned.cells
    it = Neighbours(model, asked, selection, found)
    here = it.start
    scarce = NOT_IDLE if it.controlled else SCARCE
    tried_cells = contested(found, scarce) if it.budget >= min(BATCH, it.asked_for) else []
    if tried_cells:
        here = it.thinned(it.lowest(tried_cells), tried_cells)
    here, held = it.earned(here, [c for c in range(len(cells)) if c not in tried_cells])
    found = replace(found, held=held)
    if here == it.start:
        return found
    policy = _policy(model, found, here, "neighbours")
    (years,) = all_compared(asked, [policy], selection)
    best = Tried(
        "neighbours",
        policy,
        objective(model, years),
        forecast(model, found.learned, found.candidates.problem, policy),
    )
    drawn = None
    if found.drawn is not None:
        flat = {
            cell: flat_ranges(found.learned, c, zones) for c, (cell, zones) in enumerate(zip(cells, here, strict=True))
        }
        drawn = replace(found.drawn, policy=policy, flat=flat)
    return replace(found, best=best, tried=(*found.tried, best), drawn=drawn, years=years)


def contested(found: SearchResult, scarce: float = SCARCE) -> list[int]:
    """Cells that share what is scarce: claims of theirs go, or could go, to a bench with little time to spare. All
    cells where they are few; else at most `MOST_CELLS`, those with most work for such benches first.

    A bench is scarce where the best policy uses ``scarce`` of its time in some month, or work could go there that
    `SCARCE` of which is as much: not to use it at all may be an answer to its queue that a few claims would better.
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
    short = ((used >= scarce) | (SCARCE * could >= scarce)).any(axis=1)
    at = inside & short[use.bench]
    most = np.bincount(learned.cell[use.claim[at]], use.minutes[at], len(learned.cells))
    order = np.argsort(-most, kind="stable")[:MOST_CELLS]
    return sorted(int(c) for c in order if most[c] > 0)


@dataclass
class Neighbours:
    """Neighbours of a policy, simulated while there is budget; state is what was seen and spent.

    All policies are simulated on the same luck, on as much of it as it takes to tell them apart.
    """

    model: Model
    asked: Asked
    selection: range
    found: SearchResult
    _menus: dict[int, list[Zones]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        s, learned = self.model.scenario, self.found.learned
        claims = len(learned) / max(learned.replications, 1)
        easy = EASY / max(claims, 1.0)
        self.asked_for = s.decision.neighbours
        self.budget = float(int(self.asked_for * min(1.0, easy)))
        proofs = int(np.clip(easy, LEAST_PROOFS, MOST_PROOFS))
        one = len(self.selection)
        # Claims alone of all luck are learned in the time of some `BATCH` where there are few of them, else of many.
        self.controlled = easy >= 1.0 and self.budget >= BATCH
        self.proof = range(PROOF, PROOF + max(proofs * one, LUCK if self.controlled else 0))
        self.stages = (one, one * round(math.sqrt(1 + proofs)), one * (1 + proofs))
        self.start = self.zones(self.found.best.policy)
        self.spent = 0.0
        self.known: dict[Plan, np.ndarray] = {}
        prices = self.found.choice.prices if self.found.choice else {}
        self.priced = priced_claims(learned, prices)
        self.arm = {(arm.disposition, arm.partner): a for a, arm in enumerate(learned.arms)}

    def costs(self, plans: Sequence[Plan], n: int) -> list[np.ndarray]:
        """What each costs in the first ``n`` replications, those that suggest before those that prove, but for the luck
        of its claims alone there; infinite for one that cannot be simulated to its end."""
        pieces = (range(len(self.selection)), range(len(self.selection), len(self.selection) + len(self.proof)))
        for piece, luck in zip(pieces, (self.selection, self.proof), strict=True):
            by_had: dict[int, list[Plan]] = {}
            for plan in dict.fromkeys(plans):
                had = max(len(self.known.get(plan, ())), piece.start)
                if had < min(n, piece.stop):
                    by_had.setdefault(had, []).append(plan)
            for had, asked in by_had.items():
                to = min(n, piece.stop)
                new = self.simulated(asked, luck[had - piece.start : to - piece.start])
                for plan, costs in zip(asked, new, strict=True):
                    self.known[plan] = np.append(self.known.get(plan, np.zeros(0)), costs)
                self.spent += len(asked) * (to - had) / len(self.selection)
        return [self.known[plan][:n] - (self.luck.of(plan)[:n] if self.controlled else 0.0) for plan in plans]

    @cached_property
    def luck(self) -> LuckAlone:
        """The luck of claims alone in all replications."""
        policy, cash = self.policy(self.start), self.model.scenario.decision.cash_only
        outcomes = (po for luck in (self.selection, self.proof) for po in self.asked.potential(luck, policy))
        return LuckAlone(learn(self.model, outcomes, cash_only=cash), self.found.learned.cells, len(self.selection))

    def simulated(self, plans: Sequence[Plan], replications: range) -> list[np.ndarray]:
        """Yearly costs of each; infinite for one that cannot be simulated to its end."""
        try:
            _, years = self.asked.compare([self.policy(plan) for plan in plans], (), replications)
        except ReplicationFailed:
            if len(plans) == 1:
                return [np.full(len(replications), np.inf)]
            return [costs for plan in plans for costs in self.simulated([plan], replications)]
        return [costs_of(self.model, each) for each in years]

    def whole(self, plan: Plan) -> float:
        """What a policy costs on all luck."""
        return weighed(self.model, self.costs([plan], self.stages[-1])[0])

    def race(self, here: Plan, options: Sequence[Plan]) -> Plan:
        """The best of some policies where it is proved better than ``here``, else that one.

        They are compared on the same luck, on more and more of it: each stage leaves the third that does best, without
        those that the luck so far speaks against. What wins must save on luck that did not put it in the race, and on
        more of it while the two are too close to tell.
        """
        left = [plan for plan in dict.fromkeys(options) if plan != here]
        for n in self.stages:
            if not left or self.spent >= self.budget:
                return here
            base, *costs = self.costs([here, *left], n)
            gains = [saved_alone(self.model, base, cost) for cost in costs]
            noise = [self.noise(here, plan, base, cost) for plan, cost in zip(left, costs, strict=True)]
            order = sorted(range(len(left)), key=lambda k: -gains[k])[: max(-(-len(left) // 3), LAST)]
            left = [left[k] for k in order if gains[k] > -noise[k]]
        return self.proved(here, left) if left else here

    def proved(self, here: Plan, left: Sequence[Plan]) -> Plan:
        """The best of a few policies where luck that did not suggest them proves it better than ``here``, else that
        one."""
        first, n, most = len(self.selection), self.stages[-1], len(self.selection) + len(self.proof)
        base, *costs = self.costs([here, *left], n)
        best = left[int(np.argmax([saved_alone(self.model, base[first:], cost[first:]) for cost in costs]))]
        while True:
            base, cost = (costs[first:] for costs in self.costs([here, best], n))
            gain, unsure = saved_alone(self.model, base, cost), self.noise(here, best, base, cost)
            known = abs(gain) >= SURE * unsure or unsure <= CLOSE * abs(base.mean())
            if known or n == most or self.spent >= self.budget:
                return best if gain > 0 else here
            n = min(2 * n, most)

    def noise(self, here: Plan, plan: Plan, base: np.ndarray, cost: np.ndarray) -> float:
        """Standard error of the difference of two policies, of what claims cost alone included."""
        return math.hypot(standard_error(base, cost), self.luck.noise(here, plan) if self.controlled else 0.0)

    def policy(self, plan: Plan) -> Policy:
        """The policy of all cells' zones."""
        return _policy(self.model, self.found, plan, "neighbours")

    def guess(self, c: int, zones: Zones) -> float:
        """What the program expects of a cell's claims under some zones, what is shared at its shadow price."""
        rows = self.rows(c)
        value = self.found.learned.value[rows]
        arms = np.array([self.arm[zone.arm] for zone in zones])
        return float(self.priced[rows, arms[zone_at(zones, value, value, value)]].sum())

    def rows(self, c: int) -> np.ndarray:
        """Training claims of a cell."""
        return self.found.learned.rows(c)

    def lowest(self, cells: Sequence[int]) -> Plan:
        """The best end of descents from the best of the policies that the search has simulated, and of those that
        fill one contract."""
        tried = [self.zones(t.policy) for t in self.found.tried if np.isfinite(t.cost)]
        starts = list(dict.fromkeys([self.start, *tried, *self.filled(cells)]))
        if self.controlled and self.found.years and not self.model.scenario.decision.cvar_weight:
            return self.proved(self.start, self.explored(starts, cells)[:1])
        costs = [weighed(self.model, c) for c in self.costs(starts, self.stages[1])]
        starts = [starts[k] for k in np.argsort(costs, kind="stable")[:STARTS]]
        whole, ends = self.budget, [self.start]
        for k, start in enumerate(starts):
            # Each goes down once with what the later ones leave it; the best end has all that is left.
            self.budget = self.spent + (whole - self.spent) / (len(starts) - k + 1)
            ends.append(self.descend(start, cells, once=True))
        self.budget = whole
        return self.descend(min(ends, key=self.whole), cells)

    def explored(self, starts: Sequence[Plan], cells: Sequence[int]) -> list[Plan]:
        """Policies by what they cost with what claims do to each other, the best first."""

        @cache
        def rules(c: int, zones: Zones) -> list[Zones]:
            return [*self.menu(c), *self.changes(c, zones)] if by_refund_alone(zones) else [zones]

        def simulated(plans: Sequence[Plan], years: range) -> list[np.ndarray]:
            self.spent += len(plans) * len(years) / len(self.selection)
            return self.simulated(plans, self.proof[years.start : years.stop])

        offered = np.mean([year.benches.offered_minutes.sum(axis=1) for year in self.found.years], axis=0) / 60
        it = Together(self.luck, self.found.candidates.problem.blocks, offered)
        years = int(EXPLORED * self.budget * len(self.selection))
        return explored(it, starts, cells, rules, simulated, years)

    def filled(self, cells: Sequence[int]) -> Iterator[Plan]:
        """For every partner that repairs: the policy in which every cell sends it claims, by the rule the program
        expects most of. A minimum or a tier is worth nothing to the first cell that goes there alone."""
        for by in self.model.scenario.partner_ids:
            rules = {c: self.of_arm(c, (BY_PARTNER, by)) for c in cells if by_refund_alone(self.start[c])}
            yield tuple(rules.get(c) or zones for c, zones in enumerate(self.start))

    def of_arm(self, c: int, arm: tuple[str, str]) -> Zones | None:
        """The rule of a cell the program expects most of, of those in which some claims go one way."""
        return next((rule for rule in self.menu(c) if any(zone.arm == arm for zone in rule)), None)

    def zones(self, policy: Policy) -> Plan:
        """A policy's zones in every cell."""
        keys = self.model.scenario.decision.cell
        known: list[dict[str, str | int]] = [dict(zip(keys, cell, strict=True)) for cell in self.found.learned.cells]
        return tuple(zones_for(policy, self.model, cell) for cell in known)

    def descend(self, here: Plan, cells: Sequence[int], once: bool = False) -> Plan:
        """Go from policy to better policy, cell by cell, ``once`` or until nothing is proved better or the budget is
        spent."""
        able = [c for c in cells if by_refund_alone(here[c])]
        most = int(np.clip((self.budget - self.spent) / (3 * max(len(able), 1)), LAST, MENU))
        while self.spent < self.budget:
            before = here
            # Changes of all cells at once come first: a contract pays for many or for none.
            partners = {c: {by for do, by in self.arms(c) if do == BY_PARTNER} for c in able}
            here = self.race(here, alike(here, partners))
            for c in able:
                here = self.race(here, self.options(here, c, most))
            if here == before and not once:
                here = self.race(here, self.exchanges(here, able, most))
            if here == before or once:
                break
        return here

    def options(self, here: Plan, c: int, most: int) -> list[Plan]:
        """Rules of one cell: its own by every other partner, whom the program, which knows no queues, may pass over for
        his price; then those the program expects most of, half of them by any rule with few places for its cut-points,
        half by one change of its rule with many."""
        anew, changed = self.menu(c), self.changes(c, here[c])
        others = [by_another(here[c], arm) for arm in self.arms(c)]
        rest = [rule for both in zip_longest(anew, changed) for rule in both if rule is not None]
        chosen = list(dict.fromkeys([*rest[:2], *(rule for rule in others if rule != here[c]), *rest]))[:most]
        return [(*here[:c], zones, *here[c + 1 :]) for zones in chosen if zones != here[c]]

    def menu(self, c: int) -> list[Zones]:
        """Every rule of a cell with up to three zones and few places for cut-points, best guess first."""
        if c not in self._menus:
            places, arms = self.places(c, FEW_PLACES), self.arms(c)
            self._menus[c] = self._ranked(
                c,
                [
                    tuple(CellZone(start, *arm) for start, arm in zip((0.0, *cuts), chosen, strict=True))
                    for k in range(MOST_ZONES)
                    for chosen in permutations(arms, k + 1)
                    for cuts in combinations(places, k)
                ],
            )
        return self._menus[c]

    def changes(self, c: int, zones: Zones) -> list[Zones]:
        """Every rule of a cell that differs from ``zones`` by one change, best guess first."""
        return self._ranked(c, list(neighbours(zones, self.places(c, PLACES), self.arms(c))))

    def _ranked(self, c: int, rules: Sequence[Zones]) -> list[Zones]:
        ordered = self.model.scenario.decision.canonical_order
        fit = [zones for zones in dict.fromkeys(rules) if (not ordered or is_canonical(zones)) and rival(zones) is None]
        return sorted(fit, key=lambda zones: self.guess(c, zones))

    def places(self, c: int, count: int) -> list[float]:
        """Quantiles of a cell's claim values."""
        value = self.found.learned.value[self.rows(c)]
        if not len(value):
            return []
        return sorted({round(float(x), 2) for x in np.quantile(value, np.linspace(0, 1, count + 2)[1:-1])})

    def arms(self, c: int) -> list[tuple[str, str]]:
        """Where some claim of a cell can go: an arm none can go is no change."""
        learned = self.found.learned
        able = learned.feasible[self.rows(c)].any(axis=0)
        return [(arm.disposition, arm.partner) for a, arm in enumerate(learned.arms) if able[a]]

    def exchanges(self, here: Plan, cells: Sequence[int], most: int) -> list[Plan]:
        """Every policy in which one cell leaves a partner and another goes there in its place, best guess first."""
        found: list[tuple[float, Plan]] = []
        for out, into in permutations(cells, 2):
            for by in {zone.partner for zone in here[out] if zone.partner}:
                if any(zone.partner == by for zone in here[into]):
                    continue
                left = next((z for z in self.menu(out) if all(zone.partner != by for zone in z)), None)
                taken = next((z for z in self.menu(into) if any(zone.partner == by for zone in z)), None)
                if left is not None and taken is not None:
                    plan = tuple({out: left, into: taken}.get(c, zones) for c, zones in enumerate(here))
                    found.append((sum(self.guess(c, plan[c]) - self.guess(c, here[c]) for c in (out, into)), plan))
        return [plan for _, plan in sorted(found, key=lambda each: each[0])[:most]]

    def thinned(self, here: Plan, cells: Sequence[int]) -> Plan:
        """Without the zones, of the cells that were tried, whose removal saves on all luck."""
        while fewer := [each for c in cells for each in with_fewer(here, c)]:
            best = min(fewer, key=self.whole)
            if self.whole(best) > self.whole(here):
                break
            here = best
        return here

    def earned(self, here: Plan, cells: Sequence[int]) -> tuple[Plan, Learned | None]:
        """Without the zones of cells, none of which has a scarce bench, that the program itself finds of no use on luck
        it did not learn from; and what it learned on that, if it had to."""
        several = [c for c in cells if len(here[c]) > 1]
        if not several:
            return here, None
        w, d = self.model, self.model.scenario.decision
        outcomes = self.asked.potential(self.proof[: len(self.selection)], self.policy(here))
        learned = learn(w, outcomes, cash_only=d.cash_only)
        it = ForecastByCell(w, learned, build(w, learned).problem, self.policy(here))
        for c in several:
            before = _rules(w, cell := self.found.learned.cells[c], here[c])
            for fewer in sorted(with_fewer(here, c), key=lambda zones: len(zones[c])):
                after = _rules(w, cell, fewer[c])
                if it.tried(cell, before, after) <= it.cost:
                    it.take(cell, before, after)
                    here = fewer
                    break
        return here, learned


def _rules(model: Model, cell: tuple[str | int, ...], zones: Zones) -> tuple[Rule, ...]:
    """The rules that state a cell's zones."""
    return zones_as_rules(model, dict(zip(model.scenario.decision.cell, cell, strict=True)), zones)


def _policy(model: Model, found: SearchResult, chosen: Plan, name: str) -> Policy:
    keys, s = model.scenario.decision.cell, model.scenario
    rules = [
        rule for cell, zones in zip(found.learned.cells, chosen, strict=True) for rule in _rules(model, cell, zones)
    ]
    rest = [rule for rule in s.policy.rules if not rule.cell.stated()] if keys else []
    return s.policy.replace(name=name, title=None, why="", rules=(*rules, *rest))
