"""The journey where claims wait for each other: one SimPy process a claim, over its gates.

All choices, outcomes and durations are drawn before (`legs.prepare`); in the event loop there are only additions and
what depends on others: agents, stock, departures, benches, and the opening of claims that follow.
"""

from __future__ import annotations

from collections.abc import Generator
from typing import Any

import numpy as np
import simpy
from simpy.events import Event

from warrantysim.claims.columns import Claims
from warrantysim.claims.inverse import quantile
from warrantysim.claims.purposes import Purpose
from warrantysim.journeys.dispatches import back_freight
from warrantysim.journeys.legs import prepare
from warrantysim.journeys.log import records
from warrantysim.journeys.nursery import Nursery
from warrantysim.journeys.places import Places
from warrantysim.journeys.plan import Luck, Plan
from warrantysim.journeys.records import Closure, Fate, Finding, Route, Run, Source
from warrantysim.journeys.rows import Rows
from warrantysim.journeys.solo import LOST_AFTER, roots, walk
from warrantysim.journeys.world import World, first_stamp, world_of
from warrantysim.scenario.policy import Policy
from warrantysim.scenario.root import Scenario

Steps = Generator[Event, Any, None]


def simulate_run(scenario: Scenario, policy: Policy, claims: Claims, seed: int, replication: int) -> Run:
    """All claims of one replication under one policy, with queues, to the end of every descendant."""
    world, luck = world_of(scenario), Luck(seed, replication)
    plan = prepare(*roots(scenario, claims), policy, world, luck)
    model = Journeys(world, policy, luck)
    model.begin(plan)
    model.env.run()
    while model.places.leftovers():
        model.env.run()
    out = records(model.rows.plans, model.rows.columns(), model.rows.partners())
    out, dispatches = back_freight(out, world, luck, model.places.dispatches())
    return Run(out, dispatches, model.places.stock_moves())


class Journeys:
    """The claims under way: rows by number, the places they wait at, and those yet to be born."""

    def __init__(self, world: World, policy: Policy, luck: Luck) -> None:
        self.world = world
        self.luck = luck
        self.env = simpy.Environment(initial_time=first_stamp(world.scenario))
        self.rows = Rows()
        self.places = Places(self.env, world, luck, self.rows)
        self.nursery = Nursery(self.env, world, policy, luck, self.rows, self.begin)
        self.agents = self.places.agents()

    def begin(self, plan: Plan) -> None:
        """Take claims in: those who wait for nobody are done at once, the others become processes."""
        first = len(self.rows)
        alone = walk(plan, self.world, self.luck)
        returns = (plan.route == Route.REPAIR_LOCAL) | (plan.route == Route.RETURN_CHINA)
        waits = (returns & plan.label_used) | ((plan.route == Route.RESHIP) & self.places.scarce(plan))
        if self.agents is not None:
            waits |= plan.route != Route.PLATFORM
        self.rows.add(plan, alone, waits, self.world)
        for i in np.flatnonzero(waits) + first:
            self.env.process(self.claim(int(i)))
        self.nursery.expect(np.flatnonzero(~waits) + first)

    def until(self, stamp: int) -> Event:
        """The moment ``stamp``."""
        return self.env.timeout(stamp - int(self.env.now))

    def claim(self, i: int) -> Steps:
        """One claim from opening to the last thing it waits for."""
        r = self.rows
        if self.agents is not None:
            yield self.until(r.opened[i])
            _, answered = yield self.agents.visit(r.key[i], self.agent_minutes(i))
            r.answer(i, answered)
        if r.terminal[i]:
            r.finish_alone(i)
        elif r.route[i] == Route.RESHIP:
            yield self.until(r.routed[i])
            yield from self.settle(i)
        else:
            yield from self.returned(i)
            if r.advance[i]:
                return
        self.nursery.expect_one(i)

    def returned(self, i: int) -> Steps:
        """The unit comes in; under advance exchange a replacement leaves as soon as its parcel is scanned."""
        r = self.rows
        scanned = r.scanned[i] = r.routed[i] + r.d_scan[i]
        swap = None
        if r.advance[i]:
            yield self.until(scanned)
            swap = self.env.process(self.swapped(i))
        if r.arrives[i] == Finding.LOST:
            yield self.until(scanned + r.d_transit_in[i] + LOST_AFTER)
            yield from self.unit_end(i, Finding.LOST)
        else:
            r.arrived[i] = scanned + r.d_transit_in[i]
            yield from self.to_china(i) if r.route[i] == Route.RETURN_CHINA else self.at_partner(i)
        if swap is not None:
            yield swap

    def swapped(self, i: int) -> Steps:
        """The replacement of an advance exchange; it may fail in its turn long before the unit's own way ends."""
        yield from self.settle(i)
        self.nursery.expect_one(i)

    def at_partner(self, i: int) -> Steps:
        """Bench of a repair partner, or of the one it overflows to."""
        r = self.rows
        if r.arrives[i] == Finding.WRONG_BOX:
            yield self.until(r.arrived[i])
            yield from self.unit_end(i, Finding.WRONG_BOX)
            return
        r.bench_in[i] = r.arrived[i] + r.d_handling[i]
        yield self.until(r.bench_in[i])
        turn = None
        for desk in self.places.desks_for(i):
            turn = yield desk.gate.visit(r.key[i], r.bench_minutes[i])
            if turn is not None:
                r.partner[i] = desk.partner
                break
        if turn is None:
            yield from self.unit_end(i, Finding.NOT_REPAIRED)
            return
        r.worked(i, *turn)
        yield from self.unit_end(i, r.finding[i])

    def to_china(self, i: int) -> Steps:
        """Hub, batch, China bench, regular freight back."""
        r = self.rows
        r.tested[i] = r.arrived[i] + r.d_handling[i]
        yield self.until(r.tested[i])
        if r.hub_finding[i] != Finding.NONE:
            yield from self.unit_end(i, r.hub_finding[i])
            return
        dispatch = yield self.places.batch_for(i).board(r.key[i], i, r.kg[i])
        r.dispatch[i] = dispatch
        if self.places.lost[dispatch]:
            yield from self.unit_end(i, Finding.LOST)
            return
        r.bench_in[i] = int(self.env.now)
        turn = yield self.places.china.visit(r.key[i], r.bench_minutes[i])
        r.worked(i, *turn)
        if r.finding[i] in {Finding.REPAIRED, Finding.NFF, Finding.EXCLUDED}:
            left, landed, lost = self.places.way_back(i, r.bench_out[i] + r.d_parts[i])
            r.back_left[i], r.back_dispatch[i] = left, 0
            yield self.until(landed)
            yield from self.unit_end(i, Finding.LOST if lost else r.finding[i])
        else:
            yield from self.unit_end(i, r.finding[i], in_china=True)

    def unit_end(self, i: int, finding: int, in_china: bool = False) -> Steps:
        """The unit's way is decided: to its owner, to stock, to scrap; the owner is settled if still owed."""
        r, now = self.rows, int(self.env.now)
        r.found[i] = finding
        works = finding in {Finding.REPAIRED, Finding.NFF}
        own = not r.advance[i]
        to_owner = own and not r.test_only[i] and (works or finding == Finding.EXCLUDED)
        r.closed[i] = max(r.closed[i], now)
        if to_owner:
            r.fate[i] = Fate.CUSTOMER
            wait = r.d_parts[i] if works and r.route[i] == Route.REPAIR_LOCAL else 0
            r.send(i, now + wait, Closure.REPAIRED if works else Closure.RETURNED_UNREPAIRED, Source.NONE)
            return
        if works:
            r.fate[i] = Fate.POOL if r.poolable[i] else Fate.B_STOCK
            if r.poolable[i]:
                r.pooled[i] = now
                self.places.shelf_for(i).add_pool(i)
        elif finding in {Finding.LOST, Finding.WRONG_BOX}:
            r.fate[i] = Fate.LOST if finding == Finding.LOST else Fate.KEPT
        else:
            r.fate[i] = Fate.SCRAP_CHINA if in_china else Fate.SCRAP_MARKET
        if own and finding == Finding.WRONG_BOX:
            r.closure[i], r.resolved[i] = Closure.DENIED, now
        elif own:
            yield from self.settle(i)

    def settle(self, i: int) -> Steps:
        """The ladder: a replacement if there is one in time, a partial refund if taken, money back."""
        r = self.rows
        for step in r.ladder(i, self.world):
            if step == "reship":
                got = yield from self.places.replacement(i)
                if got is not None:
                    r.send(i, int(self.env.now), Closure.REPLACED, Source.POOL if got == "pool" else Source.NEW)
                    return
                r.fell_short(i)
            elif step == "partial_refund" and r.partial_taken[i]:
                r.refund(i, int(self.env.now), self.world.markets[r.market[i]].partial_offer_share)
                return
            elif step == "refund":
                r.refund(i, int(self.env.now), 1.0)
                return

    def agent_minutes(self, i: int) -> float:
        """Working time the claim takes of an agent [minutes]."""
        agents = self.world.scenario.triage.agents
        assert agents is not None
        plan, k = self.rows.plan_of(i)
        u = self.luck.of(plan.claims.take(np.array([k])), Purpose.AGENT_MINUTES)
        return float(quantile(agents.minutes, u)[0])
