"""The journey where claims wait for each other: one SimPy process a claim, over its gates.

All choices, outcomes and durations are drawn before (`legs.plan_claims`); in the event loop there are only additions
and what depends on others: agents, stock, departures, benches, and the opening of claims that follow.
"""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from functools import partial

import numpy as np
import simpy
from simpy.events import Event

from warrantysim.claims.columns import Claims, time_order
from warrantysim.journeys.carried_over import carried_over
from warrantysim.journeys.dispatches import back_freight, no_stock_moves
from warrantysim.journeys.gates import BenchGate, Steps, Walk, at_end_of_instant
from warrantysim.journeys.hubs import all_aboard, hubs_of, in_line
from warrantysim.journeys.legs import at_another_bench, plan_claims
from warrantysim.journeys.log import all_records
from warrantysim.journeys.luck import Luck
from warrantysim.journeys.model import Model, first_stamp, model_of
from warrantysim.journeys.offspring import BARREN, Parents, born_of, endings_of, parents_in
from warrantysim.journeys.plan import Plan
from warrantysim.journeys.pools import merged_moves, plentiful, ran_short, settle_pools
from warrantysim.journeys.records import (
    Closure,
    Dispatches,
    Fate,
    Finding,
    Route,
    Run,
    Source,
    StockMoves,
    comes_back,
    reships,
)
from warrantysim.journeys.resources import Resources
from warrantysim.journeys.rows import Rows, Wave
from warrantysim.journeys.solo import LOST_AFTER, gone_on, roots, walk
from warrantysim.journeys.staged import NotInStages, staged
from warrantysim.schema.policy import Policy
from warrantysim.schema.root import Scenario

OPENING = 0
"""Priority of preparing claims: before anything else of the instant."""


class PendingClaims:
    """Decided claims are asked for what follows them, which waits here until the first of it is due."""

    def __init__(
        self,
        env: simpy.Environment,
        model: Model,
        policy: Policy,
        luck: Luck,
        rows: Rows,
        begin: Callable[[Plan], None],
    ) -> None:
        self.env, self.model, self.policy, self.luck, self.rows, self.begin = env, model, policy, luck, rows, begin
        self.waited: list[int] = []
        self.known: list[Parents] = []
        self.due: int | None = None

    def expect_one(self, i: int) -> None:
        """A claim that waited is decided. ``i``: its entry in the rows."""
        due = self.rows.child_due(i)
        if due is not None:
            self.waited.append(i)
            self._wake_for(due)

    def expect(self, wave: Wave, chosen: np.ndarray) -> None:
        """Claims of a wave that waited for nobody are decided. ``chosen``: mask, shape of the wave."""
        ending = np.where(chosen, endings_of(wave.alone["closure"], wave.alone["finding"]), BARREN)
        parents = parents_in(wave.plan, wave.outlook, ending, wave.alone["resolved"], wave.first)
        if len(parents):
            self.known.append(parents)
            self._wake_for(int(parents.opens.min()))

    def _wake_for(self, stamp: int) -> None:
        if self.due is None or stamp < self.due:
            self.due = stamp
            at_end_of_instant(self.env, OPENING, partial(self._open, stamp), stamp - int(self.env.now))

    def _open(self, stamp: int, _: Event) -> None:
        if self.due != stamp:
            return
        parents = Parents.concat([*self.known, *self.rows.parents(self.waited)])
        self.waited, self.known, self.due = [], [], None
        claims, parent, repairs, scope = born_of(parents, self.model, self.luck)
        order = time_order(claims.opened, claims.unit)
        self.begin(
            plan_claims(
                claims.take(order), parent[order], repairs[order], scope[order], self.policy, self.model, self.luck
            )
        )


RESHIP, CHINA = int(Route.RESHIP), int(Route.RETURN_CHINA)
LOST, WRONG_BOX, EXCLUDED = int(Finding.LOST), int(Finding.WRONG_BOX), int(Finding.EXCLUDED)
NOT_REPAIRED = int(Finding.NOT_REPAIRED)
WORKS = frozenset({int(Finding.REPAIRED), int(Finding.NFF)})
# Plain numbers: naming a member of an enumeration costs as much as several steps of the loop.
TO_CUSTOMER, TO_POOL, TO_B_STOCK = int(Fate.CUSTOMER), int(Fate.POOL), int(Fate.B_STOCK)
GONE, KEPT, SCRAP_CHINA, SCRAP_MARKET = int(Fate.LOST), int(Fate.KEPT), int(Fate.SCRAP_CHINA), int(Fate.SCRAP_MARKET)
REPAIRED, UNREPAIRED = int(Closure.REPAIRED), int(Closure.RETURNED_UNREPAIRED)
REPLACED, DENIED = int(Closure.REPLACED), int(Closure.DENIED)
NO_SOURCE, FROM_POOL, FROM_NEW = int(Source.NONE), int(Source.POOL), int(Source.NEW)


def simulate_run(
    scenario: Scenario,
    policy: Policy,
    claims: Claims,
    seed: int,
    replication: int,
    *,
    earlier: Claims | None = None,
    planned: list[Plan] | None = None,
    queues: bool = True,
    pool_bounces: bool = True,
    in_stages: bool = True,
) -> Run:
    """All claims of one replication under one policy, with queues, to the end of every descendant.

    ``earlier``: claims that opened before the run-in, for what still follows them (see `carried_over`). ``planned``:
    the `first_plans` of both, where they are known. Without ``queues`` benches and agents have room for everyone;
    claims still share dispatches and stock. Without ``pool_bounces`` repaired units that replace others hold like new
    ones, as for a claim alone. Without ``in_stages`` the event loop is asked even where stages find the same at less
    cost (see `staged`); `Run.events` says where it was.
    """
    model, luck = model_of(scenario), Luck(seed, replication)
    with uncollected():
        plans = first_plans(scenario, policy, claims, seed, replication, earlier) if planned is None else planned
        return _followed(plans, policy, model, luck, queues, pool_bounces, in_stages)


def first_plans(
    scenario: Scenario,
    policy: Policy,
    claims: Claims,
    seed: int,
    replication: int,
    earlier: Claims | None,
    beyond: int | None = None,
) -> list[Plan]:
    """The plan of root claims, and that of what still follows those ``earlier``, where there are any.

    ``beyond``: the root these are booked to, which no claim of the run has. A claim's plan is the same whatever others
    are planned with it.
    """
    model, luck = model_of(scenario), Luck(seed, replication)
    plans = [plan_claims(*roots(scenario, claims), policy, model, luck)]
    if earlier is not None and len(earlier):
        beyond = int(claims.root.max(initial=-1)) + 1 if beyond is None else beyond
        young = carried_over(earlier, beyond, policy, model, luck)
        plans.append(plan_claims(*young, policy, model, luck))
    return plans


def _followed(
    plans: list[Plan], policy: Policy, model: Model, luck: Luck, queues: bool, pool_bounces: bool, in_stages: bool
) -> Run:
    """The run. Stock taken to suffice that did not is followed unit by unit in a run of its own, in place of this."""
    born = plans[0]
    surely = plentiful(model, born.claims)
    may_ask = np.flatnonzero(reships(born.route) | (comes_back(born.route) & born.label_used))
    plenty = surely if surely.all() else surely | plentiful(model, born.claims.take(may_ask))
    while True:
        try:
            if not in_stages:
                raise NotInStages("asked")
            found = staged(plans, policy, model, luck, plenty, queues, pool_bounces)
            run = _finished(
                found.plans, found.columns, found.dispatches, no_stock_moves(), policy, model, luck, plenty, surely,
                queues,
            )  # fmt: skip
        except NotInStages as reason:
            run = _with_stock(plans, Journeys(model, policy, luck, plenty, queues, pool_bounces), surely)
            run = replace(run, events=str(reason))
        short = plenty & ran_short(run.stock, model)
        if not short.any():
            return run
        plenty = plenty & ~short


def _with_stock(first: list[Plan], model: Journeys, surely: np.ndarray) -> Run:
    for plan in first:
        model.begin(plan)
    model.env.run()
    while model.places.leftovers():
        model.env.run()
    plans = [wave.plan for wave in model.rows.waves]
    columns, places = model.rows.columns(), model.places
    # The run's parts name each other: without this, its columns would stay until somebody looks for cyclic garbage.
    dispatches, stock = places.dispatches(), places.stock_moves()
    model.rows.clear()
    return _finished(
        plans,
        columns,
        dispatches,
        stock,
        model.policy,
        model.model,
        model.luck,
        places.plenty,
        surely,
        places.gate is BenchGate,
    )


def _finished(
    plans: list[Plan],
    columns: dict[str, np.ndarray],
    dispatches: Dispatches,
    stock: StockMoves,
    policy: Policy,
    model: Model,
    luck: Luck,
    plenty: np.ndarray,
    surely: np.ndarray,
    queues: bool,
) -> Run:
    """Records of journeys, with what is settled once all are known: freight back, pools, and what givers-up cost.

    ``surely``: where new stock would not run short whatever is done with the claims, so not had nobody given up either.
    """
    out = all_records(plans, columns)
    asked = out.shipped - np.concatenate([plan.d_pick for plan in plans])
    out, dispatches = back_freight(out, model, luck, dispatches)
    accepted = np.concatenate([plan.pool_accepted for plan in plans])
    out, moves = settle_pools(out, asked, accepted, model, plenty)
    gone = gone_on(out, plans, policy, model, luck, hubs_of(out, dispatches))
    run = Run(out, dispatches, merged_moves(stock, moves), gone)
    queue = in_line(run, model) if queues else None
    return replace(run, aboard=all_aboard(run, model, luck, plenty & surely), in_line=queue)


@contextmanager
def uncollected() -> Iterator[None]:
    """Without the search for cyclic garbage: events leave hardly any, and looking for it costs a third of a run."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


class Journeys:
    """The claims under way: rows by number, the places they wait at, and those yet to be born."""

    def __init__(
        self, model: Model, policy: Policy, luck: Luck, plenty: np.ndarray, queues: bool, pool_bounces: bool
    ) -> None:
        self.model = model
        self.policy = policy
        self.luck = luck
        self.env = simpy.Environment(initial_time=first_stamp(model.scenario))
        self.rows = Rows()
        self.places = Resources(self.env, model, luck, self.rows, plenty, queues, pool_bounces)
        self.pending = PendingClaims(self.env, model, policy, luck, self.rows, self.begin)
        self.agents = self.places.agents()
        self.ladders = [ladders(market.ladder) for market in model.markets]

    def begin(self, plan: Plan) -> None:
        """Take claims in: those who wait for nobody are done at once, the others become processes."""
        # Units sent in meet others at benches and hubs: those claims are processes.
        alone = walk(plan, self.model, self.luck, returned=False)
        returns = comes_back(plan.route)
        reship, at_risk = reships(plan.route), self.places.at_risk(plan)
        waits = (returns & plan.label_used) | (reship & (self.places.may_run_short(plan) | at_risk))
        if self.agents is not None:
            waits |= plan.route != Route.PLATFORM
        self.places.asked_at_once(plan, alone, reship & ~waits)
        for i in self.rows.add(plan, alone, waits, at_risk, self.places.plenty, self.model):
            Walk(self.routed(i) if self.agents is None else self.answered(i))
        self.pending.expect(self.rows.waves[-1], ~waits)

    def until(self, stamp: int) -> Event:
        """The moment ``stamp``."""
        return self.env.timeout(stamp - int(self.env.now))

    def answered(self, i: int) -> Steps:
        """From opening on, where agents are modelled: a claim may wait for nothing but its answer."""
        r = self.rows
        assert self.agents is not None
        _, answered = yield self.agents.visit(r.key[i], r.agent_minutes[i], r.opened[i])
        r.answer(i, answered)
        if r.terminal[i]:
            r.finish_alone(i)
            self.pending.expect_one(i)
        else:
            yield from self.routed(i)

    def routed(self, i: int) -> Steps:
        """From routing to the last thing the claim waits for."""
        r = self.rows
        return self.settle(i, r.routed[i]) if r.route[i] == RESHIP else self.returned(i)

    def returned(self, i: int) -> Steps:
        """The unit comes in; under advance exchange a replacement leaves as soon as its parcel is scanned."""
        r = self.rows
        scanned = r.scanned[i] = r.routed[i] + r.d_scan[i]
        if r.advance[i]:
            Walk(self.settle(i, scanned))
        if r.arrives[i] == LOST:
            return self.unit_end(i, LOST, scanned + r.d_transit_in[i] + LOST_AFTER)
        r.arrived[i] = scanned + r.d_transit_in[i]
        return self.to_china(i) if r.route[i] == CHINA else self.at_partner(i)

    def at_partner(self, i: int) -> Steps:
        """Bench of a repair partner, or of the one it overflows to."""
        r = self.rows
        if r.arrives[i] == WRONG_BOX:
            yield from self.unit_end(i, WRONG_BOX, r.arrived[i])
            return
        r.bench_in[i] = r.arrived[i] + r.d_handling[i]
        for desk in self.places.desks_for(i):
            if desk.partner != r.partner[i]:
                self.overflow(i, desk.partner)
            turn = yield desk.gate.visit(r.key[i], r.bench_minutes[i], r.bench_in[i])
            if turn is not None:
                r.bench_start[i], r.bench_out[i] = turn
                yield from self.unit_end(i, r.finding[i], r.bench_out[i])
                return
        yield from self.unit_end(i, NOT_REPAIRED, int(self.env.now))

    def overflow(self, i: int, partner: int) -> None:
        """Full: the unit goes on to another partner, with its own skill, yield and bounce share."""
        wave, k = self.rows.place(i)
        there = at_another_bench(wave.plan.take(np.array([k])), partner, self.model, self.luck)
        self.rows.reassign(i, partner, there)
        self.rows.hops[i] += 1
        self.rows.forwarded[i] = int(self.env.now)
        self.rows.arrived[i] = int(self.env.now) + int(there.d_transit_in[0])
        self.rows.bench_in[i] = self.rows.arrived[i] + int(there.d_handling[0])

    def to_china(self, i: int) -> Steps:
        """Hub, batch, China bench, regular freight back."""
        r = self.rows
        tested = r.tested[i] = r.arrived[i] + r.d_handling[i]
        if r.hub_finding[i]:
            yield from self.unit_end(i, r.hub_finding[i], tested)
            return
        dispatch = yield self.places.batch_for(i).board(r.key[i], i, r.kg[i], tested)
        r.dispatch[i] = dispatch
        landed = int(self.env.now)
        if self.places.lost[dispatch]:
            yield from self.unit_end(i, LOST, landed)
            return
        r.bench_in[i] = landed
        r.bench_start[i], r.bench_out[i] = yield self.places.china.visit(r.key[i], r.bench_minutes[i], landed)
        if r.finding[i] in WORKS or r.finding[i] == EXCLUDED:
            r.back_left[i], back, lost = self.places.way_back(i, r.bench_out[i] + r.d_parts[i])
            r.back_dispatch[i] = 0
            yield from self.unit_end(i, LOST if lost else r.finding[i], back)
        else:
            yield from self.unit_end(i, r.finding[i], r.bench_out[i], in_china=True)

    def to_owner(self, i: int, finding: int, at: int) -> bool:
        """Send the claimant's own unit back, if that is its way; it meets nobody, so ``at`` may be to come."""
        r = self.rows
        works = finding in WORKS
        if r.advance[i] or not (finding == EXCLUDED or (works and not r.test_only[i])):
            return False
        r.found[i] = finding
        r.fate[i] = TO_CUSTOMER
        r.closed[i] = max(r.closed[i], at)
        r.send(i, at, REPAIRED if works else UNREPAIRED, NO_SOURCE)
        self.pending.expect_one(i)
        return True

    def unit_end(self, i: int, finding: int, at: int, in_china: bool = False) -> Steps:
        """The unit's way is decided at the stamp ``at``: to its owner, to stock, to scrap; then what is still owed."""
        if self.to_owner(i, finding, at):
            return
        r = self.rows
        if at > self.env.now and not r.at_hand[i]:
            yield self.until(at)  # What is on the shelf then, others may ask for too.
        r.found[i] = finding
        r.closed[i] = max(r.closed[i], at)
        works, own = finding in WORKS, not r.advance[i]
        if works:
            r.fate[i] = TO_POOL if r.poolable[i] else TO_B_STOCK
            if r.poolable[i]:
                r.pooled[i] = at
                self.places.add_to_pool(i)
        elif finding in {LOST, WRONG_BOX}:
            r.fate[i] = GONE if finding == LOST else KEPT
        else:
            r.fate[i] = SCRAP_CHINA if in_china else SCRAP_MARKET
        if own and finding == WRONG_BOX:
            r.closure[i], r.resolved[i] = DENIED, at
        elif own:
            yield from self.settle(i, at)

    def settle(self, i: int, at: int) -> Steps:
        """The ladder from the stamp ``at``: a replacement if one comes in time, a partial refund if taken, money."""
        r = self.rows
        steps = ("refund",) if r.insists_again[i] else self.ladders[r.market[i]][r.route[i] == RESHIP or r.advance[i]]
        for step in steps:
            if step == "reship":
                got = yield from self.places.replacement(i, at)
                if got is not None:
                    r.send(i, max(at, int(self.env.now)), REPLACED, FROM_POOL if got == "pool" else FROM_NEW)
                    break
                r.fell_short(i)
            elif step == "refund":
                r.refund(i, max(at, int(self.env.now)), 1.0)
                break
            elif r.partial_taken[i] and self.may_keep(i):
                now = max(at, int(self.env.now))
                r.refund(i, now, self.model.markets[r.market[i]].partial_offer_share)
                if r.fate[i] == SCRAP_MARKET:
                    r.give_back(i, now)
                break
        self.pending.expect_one(i)

    def may_keep(self, i: int) -> bool:
        """Whether the claimant has his unit or can be sent it: not what is lost, in stock, in China or exchanged."""
        r = self.rows
        here: bool = r.route[i] == RESHIP or (not r.advance[i] and r.fate[i] == SCRAP_MARKET)
        return here


def ladders(steps: Sequence[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Settlement steps as a market states them, and where a replacement is tried first: reship, advance exchange."""
    return (*steps, "refund"), ("reship", *(step for step in steps if step != "reship"), "refund")
