"""The journey without contention: the stamps and outcomes a claim would have alone, all claims at once.

Nothing is scarce: stock is at hand, benches serve on arrival (on their own calendars), batches leave with others where
it is known who else comes to the hub, else by the rule's clock as if each claim were their first and last.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Protocol

import numpy as np

from warrantysim.claims.columns import Claims, Origin
from warrantysim.claims.fault_mix import EXCLUDED
from warrantysim.journeys.benches import seconds_of_work
from warrantysim.journeys.dispatches import back_freight, no_stock_moves, outbound
from warrantysim.journeys.freight_days import land, next_back
from warrantysim.journeys.hubs import ALONE, Hubs
from warrantysim.journeys.legs import plan_claims
from warrantysim.journeys.log import CLOSURE_OF_ENDED, all_records, blank
from warrantysim.journeys.luck import Luck
from warrantysim.journeys.model import NO_CLOCK, Model, first_stamp, model_of
from warrantysim.journeys.offspring import children
from warrantysim.journeys.plan import Plan
from warrantysim.journeys.records import (
    Closure,
    Fallback,
    Fate,
    Finding,
    Records,
    Route,
    Run,
    Source,
    comes_back,
    is_routed,
    left_at,
    pays,
    reships,
    to_china,
    to_partner,
)
from warrantysim.schema.clock import DAY
from warrantysim.schema.policy import Policy
from warrantysim.schema.root import Scenario

LOST_AFTER = 7 * DAY
"""A parcel is given up so long after it was due."""


def solo_run(
    scenario: Scenario,
    policy: Policy,
    claims: Claims,
    seed: int,
    replication: int,
    forced: tuple[np.ndarray, np.ndarray] | None = None,
    hubs: Hubs = ALONE,
) -> Run:
    """Every claim alone, with all its descendants.

    ``forced``: route (int8) and partner or way (int16) of the root claims in place of the policy's word; descendants
    follow the policy. With it, the potential outcomes of claims: repeat the rows of ``claims`` once a disposition.
    ``hubs``: when the batches of others leave.
    """
    model, luck = model_of(scenario), Luck(seed, replication)
    return alone(plan_claims(*roots(scenario, claims), policy, model, luck, forced), policy, model, luck, hubs)


def alone(plan: Plan, policy: Policy, model: Model, luck: Luck, hubs: Hubs) -> Run:
    """Claims and all that follows them, wave after wave."""
    plans, columns, base = [], [], 0
    while len(plan):
        stamps = walk(plan, model, luck, Alone(hubs))
        plans.append(plan)
        columns.append(stamps)
        young = children(plan, stamps, model, luck, base)
        base += len(plan)
        if not len(young[0]):
            break
        plan = plan_claims(*young, policy, model, luck)
    if not plans:
        plans, columns = [plan], [blank(0)]
    joined = {name: np.concatenate([c[name] for c in columns]) for name in columns[0]}
    joined |= {name: np.concatenate([getattr(p, name) for p in plans]) for name in ("partner", "fallback")}
    out = all_records(plans, joined)
    ready = out.tested
    out, shipped = outbound(out, model, luck, lambda m, w, rows: hubs.departure(model, m, w, ready[rows]))
    out, dispatches = back_freight(out, model, luck, shipped)
    gone = gone_on(out, plans, policy, model, luck, hubs)
    return Run(out, dispatches, no_stock_moves(), gone)


def gone_on(r: Records, plans: list[Plan], policy: Policy, model: Model, luck: Luck, hubs: Hubs) -> Run | None:
    """The claims of customers who gave up, had they gone on where they left, by the route they had or the rules would
    have given them; and those opened again after a lapse. See `Run.gone_on`.

    ``plans``: of the records, in their order. Draws are keyed, so the luck is that of the claims themselves.
    ``hubs``: when the batches of others leave.
    """
    left = left_at(r, model.kinds.of(r.claims) == EXCLUDED)
    gave = np.flatnonzero(left)
    again = np.flatnonzero((r.claims.origin == Origin.REOPEN) & (r.parent >= 0))
    if not len(gave):
        return None
    rows = np.concatenate([gave, again])
    patience = np.concatenate([left[gave], np.zeros(len(again), dtype=np.int8)])
    plan, n = _planned(plans, rows), len(rows)
    going = replace(
        plan,
        claims=replace(plan.claims, root=np.concatenate([gave, again + len(r)])),
        parent=np.full(n, -1, dtype=np.int64),
        fallback=np.zeros(n, dtype=np.int8),
        label_used=plan.label_used | (comes_back(plan.route) & (patience >= 3)),
        partial_taken=plan.partial_taken & (patience < 4),
    )
    # Who left after first contact, by the way he was to go, has all of this plan already.
    route, partner = r.route[rows], r.partner[rows]
    anew = (patience == 1) | (patience == 2) | (plan.route != route) | (plan.partner != partner)
    anew |= (plan.fallback != Fallback.NONE) & pays(route)
    if anew.any():
        old, new = np.flatnonzero(~anew), np.flatnonzero(anew)
        way = np.where(is_routed(route), route, plan.said_route), np.where(is_routed(route), partner, plan.said_partner)
        born = going.claims.take(new), going.parent[new], going.repairs[new], going.in_scope[new]
        other = plan_claims(*born, policy, model, luck, (way[0][new], way[1][new]), patience[new])
        going = Plan.concat([going.take(old), other]).take(np.argsort(np.concatenate([old, new])))
    return alone(going, policy, model, luck, hubs)


def _planned(plans: list[Plan], rows: np.ndarray) -> Plan:
    """Some rows of several plans that stand one after the other."""
    ends = np.cumsum([len(plan) for plan in plans])
    of = np.searchsorted(ends, rows, side="right")
    places = [np.flatnonzero(of == k) for k in range(len(plans))]
    parts = [plan.take(rows[at] - end + len(plan)) for plan, end, at in zip(plans, ends, places, strict=True)]
    return Plan.concat(parts).take(np.argsort(np.concatenate(places)))


def roots(scenario: Scenario, claims: Claims) -> tuple[Claims, np.ndarray, np.ndarray, np.ndarray]:
    """Root claims with parent, repairs and scope. In scope: opened within the horizon."""
    n = len(claims)
    scope = (claims.opened >= 0) & (claims.opened < scenario.horizon.days * DAY)
    return claims, np.full(n, -1, dtype=np.int64), np.zeros(n, dtype=np.int16), scope


class Places(Protocol):
    """Where the units sent in meet others. ``rows``: of the plan that is walked, as many as ``at``."""

    def departed(self, plan: Plan, rows: np.ndarray, at: np.ndarray, lane: tuple[int, int], model: Model) -> np.ndarray:
        """When units ready at a hub leave it, by (market, way); `NO_CLOCK` for those that never do [int64 s]."""
        ...

    def worked(
        self, plan: Plan, rows: np.ndarray, at: np.ndarray, desk: tuple[int, int] | None, model: Model
    ) -> tuple[np.ndarray, np.ndarray]:
        """Start and end of the work on units that come to a desk (partner, market), or to the China bench [int64 s]."""
        ...


@dataclass(frozen=True)
class Alone:
    """Nobody else is there, but for what is known of others at the hubs."""

    hubs: Hubs = ALONE

    def departed(self, plan: Plan, rows: np.ndarray, at: np.ndarray, lane: tuple[int, int], model: Model) -> np.ndarray:
        """As `Hubs.departure`."""
        return self.hubs.departure(model, *lane, at)

    def worked(
        self, plan: Plan, rows: np.ndarray, at: np.ndarray, desk: tuple[int, int] | None, model: Model
    ) -> tuple[np.ndarray, np.ndarray]:
        """At once, on the bench's calendar."""
        return model.clock_of(desk, first_stamp(model.scenario)).alone(at, seconds_of_work(plan.bench_minutes[rows]))


def walk(
    plan: Plan, model: Model, luck: Luck, places: Places = Alone(), *, returned: bool = True
) -> dict[str, np.ndarray]:
    """Stamps and outcomes of claims that wait for nobody but at hubs and benches. Columns as in `log.blank`.

    ``returned``: whether to follow the units that are sent in; without, their claims stay open.
    """
    c = blank(len(plan))
    opened = plan.claims.opened
    c["answered"] = opened + plan.d_answer
    c["routed"] = c["answered"] + plan.d_route
    _end_at_contact(plan, c)
    rows = np.flatnonzero(pays(plan.route))
    _refund(plan, c, rows, c["routed"][rows], np.ones(len(rows)))
    rows = np.flatnonzero(reships(plan.route))
    _send(plan, c, rows, c["routed"][rows], Closure.REPLACED, Source.NEW)
    returns = comes_back(plan.route)
    lapse(plan, c, returns & ~plan.label_used)
    c["label_issued"] = returns
    if not returned:
        return c
    sent = np.flatnonzero(returns & plan.label_used)
    c["scanned"][sent] = c["routed"][sent] + plan.d_scan[sent]
    ahead = sent[plan.advance[sent]]
    _send(plan, c, ahead, c["scanned"][ahead], Closure.REPLACED, Source.NEW)
    lost = plan.arrives == Finding.LOST
    came = sent[~lost[sent]]
    c["arrived"][came] = c["scanned"][came] + plan.d_transit_in[came]
    gone = sent[lost[sent]]
    ends: Ends = [(gone, c["scanned"][gone] + plan.d_transit_in[gone] + LOST_AFTER, plan.arrives[gone], False)]
    local = came[to_partner(plan.route[came])]
    ends += _at_partner(plan, c, local, model, places)
    ends += _to_china(plan, c, came[to_china(plan.route[came])], model, luck, places)
    # All at once: a step costs the more the less it is taken for.
    rows, at, finding = (np.concatenate(column) for column in list(zip(*ends, strict=True))[:3])
    unit_end(plan, c, rows, at, finding, np.repeat([end[3] for end in ends], [len(end[0]) for end in ends]), model)
    return c


Ends = list[tuple[np.ndarray, np.ndarray, np.ndarray, bool]]
"""Units whose way is decided: rows, when, what is known of them then, whether in China."""


_ENDS_AS = np.array([CLOSURE_OF_ENDED.get(route, -1) for route in Route], dtype=np.int8)
"""`Closure` by route of claims that end at first contact."""


def _end_at_contact(plan: Plan, c: dict[str, np.ndarray]) -> None:
    rows = np.flatnonzero(plan.route >= Route.PLATFORM)
    c["closure"][rows] = _ENDS_AS[plan.route[rows]]
    c["resolved"][rows] = c["closed"][rows] = c["routed"][rows] + plan.d_end[rows]
    platform = np.flatnonzero(plan.route == Route.PLATFORM)
    c["fate"][platform] = Fate.PLATFORM
    c["refund_share"][platform] = 1.0
    c["refunded"][platform] = c["closed"][platform]
    paid = plan.dispute_lost
    c["refund_share"][paid] = 1.0
    c["refunded"][paid] = c["closed"][paid]


def lapse(plan: Plan, c: dict[str, np.ndarray], rows: np.ndarray) -> None:
    """Close claims whose label was never used."""
    c["label_issued"][rows] = True
    c["closure"][rows] = Closure.LAPSED
    c["resolved"][rows] = c["closed"][rows] = (c["routed"] + plan.d_end)[rows]


def _refund(plan: Plan, c: dict[str, np.ndarray], rows: np.ndarray, at: np.ndarray, share: np.ndarray) -> None:
    c["closure"][rows] = Closure.REFUNDED
    c["refund_share"][rows] = share
    c["refunded"][rows] = c["resolved"][rows] = at + plan.d_refund[rows]
    c["closed"][rows] = np.maximum(c["closed"][rows], c["resolved"][rows])


def _send(
    plan: Plan, c: dict[str, np.ndarray], rows: np.ndarray, at: np.ndarray, closure: Closure, source: Source
) -> None:
    """A parcel leaves for the customer; he has it after transit."""
    c["closure"][rows] = closure
    c["source"][rows] = source
    c["shipped"][rows] = at + plan.d_pick[rows]
    c["resent"][rows] = plan.resent[rows]
    c["resolved"][rows] = c["shipped"][rows] + plan.d_transit_out[rows]
    c["closed"][rows] = np.maximum(c["closed"][rows], c["resolved"][rows])


def _give_back(plan: Plan, c: dict[str, np.ndarray], rows: np.ndarray, at: np.ndarray) -> None:
    """The unit goes back to claimants who keep it for a part of the money."""
    c["fate"][rows] = Fate.CUSTOMER
    c["shipped"][rows] = at + plan.d_pick[rows]
    c["closed"][rows] = np.maximum(c["closed"][rows], c["shipped"][rows] + plan.d_transit_out[rows])


def _at_partner(plan: Plan, c: dict[str, np.ndarray], rows: np.ndarray, model: Model, places: Places) -> Ends:
    box = plan.arrives[rows] == Finding.WRONG_BOX
    wrong, rows = rows[box], rows[~box]
    c["bench_in"][rows] = c["arrived"][rows] + plan.d_handling[rows]
    desks, bench = model.desks.places
    for row, mine in grouped(bench[plan.partner[rows], plan.claims.market[rows]]) if len(rows) else ():
        here = rows[mine]
        c["bench_start"][here], c["bench_out"][here] = places.worked(plan, here, c["bench_in"][here], desks[row], model)
    note_work(plan, c, rows)
    return [
        (wrong, c["arrived"][wrong], plan.finding[wrong], False),
        (rows, c["bench_out"][rows], plan.finding[rows], False),
    ]


def grouped(number: np.ndarray) -> Iterator[tuple[int, np.ndarray]]:
    """Each number there is, rising, with the places where it stands."""
    order = np.argsort(number, kind="stable")
    begins = np.flatnonzero(np.diff(number[order], prepend=-1))
    for begin, mine in zip(begins.tolist(), np.split(order, begins[1:]), strict=False):
        yield int(number[order[begin]]), mine


def note_work(plan: Plan, c: dict[str, np.ndarray], rows: np.ndarray) -> None:
    """Write down level, minutes and parts of units a bench has worked on."""
    for name in ("level", "bench_minutes", "parts"):
        c[name][rows] = getattr(plan, name)[rows]


def _to_china(plan: Plan, c: dict[str, np.ndarray], rows: np.ndarray, model: Model, luck: Luck, places: Places) -> Ends:
    c["tested"][rows] = c["arrived"][rows] + plan.d_handling[rows]
    stays = plan.hub_finding[rows] != Finding.NONE
    kept, rows = rows[stays], rows[~stays]
    ends: Ends = [(kept, c["tested"][kept], plan.hub_finding[kept], False)]
    ways = model.scenario.way_ids
    lanes = [
        (*divmod(n, len(ways)), at)
        for n, at in grouped(plan.claims.market[rows] * np.int64(len(ways)) + plan.partner[rows])
    ]
    landed = np.zeros(len(rows), dtype=np.int64)
    lost, there = np.zeros(len(rows), dtype=bool), np.zeros(len(rows), dtype=bool)
    for m, w, at in lanes:
        departed = places.departed(plan, rows[at], c["tested"][rows[at]], (m, w), model)
        at, departed = at[departed < NO_CLOCK], departed[departed < NO_CLOCK]
        end = land(model, luck, m, ways[w], departed, back=False)
        landed[at], lost[at], there[at] = end.landed, end.lost, ~end.lost
    c["dispatch"][rows] = 0
    ends.append((rows[lost], landed[lost], np.full(lost.sum(), Finding.LOST, dtype=np.int8), False))
    came = rows[there]
    c["bench_in"][came] = landed[there]
    c["bench_start"][came], c["bench_out"][came] = places.worked(plan, came, landed[there], None, model)
    note_work(plan, c, came)
    finding = plan.finding[rows]
    good = there & ((finding == Finding.REPAIRED) | (finding == Finding.NFF) | (finding == Finding.EXCLUDED))
    bad = rows[there & ~good]
    ends.append((bad, c["bench_out"][bad], plan.finding[bad], True))
    for m, w, at in lanes:
        mine = rows[at[good[at]]]
        left = next_back(c["bench_out"][mine] + plan.d_parts[mine], model.markets[m].china[ways[w]].back_every_days)
        home = land(model, luck, m, ways[w], left, back=True)
        c["back_dispatch"][mine] = 0
        c["back_left"][mine] = left
        found = np.where(home.lost, int(Finding.LOST), plan.finding[mine]).astype(np.int8)
        ends.append((mine, home.landed, found, False))
    return ends


def unit_end(
    plan: Plan,
    c: dict[str, np.ndarray],
    rows: np.ndarray,
    at: np.ndarray,
    finding: np.ndarray,
    in_china: np.ndarray,
    model: Model,
) -> None:
    """The unit's way is decided at ``at``: back to its owner, to stock, to scrap; the owner is settled if still owed.

    ``finding`` says what is known of the unit then, ``in_china`` whether it is there to stay; shape of ``rows``.
    """
    if not len(rows):
        return
    c["finding"][rows] = finding
    advance = plan.advance[rows]
    test_only = model.is_test_only(plan.route[rows], plan.partner[rows])
    works = (finding == Finding.REPAIRED) | (finding == Finding.NFF)
    to_owner = ~advance & ((works & ~test_only) | (finding == Finding.EXCLUDED))
    pooled = works & ~to_owner & model.pool_ok[plan.claims.sku[rows], plan.claims.market[rows]]
    scrap = np.where(in_china, Fate.SCRAP_CHINA, Fate.SCRAP_MARKET)
    c["fate"][rows] = np.select(
        [to_owner, pooled, works, finding == Finding.LOST, finding == Finding.WRONG_BOX],
        [Fate.CUSTOMER, Fate.POOL, Fate.B_STOCK, Fate.LOST, Fate.KEPT],
        scrap,
    )
    c["pooled"][rows[pooled]] = at[pooled]
    c["closed"][rows] = np.maximum(c["closed"][rows], at)
    repaired = to_owner & works
    _send(plan, c, rows[repaired], at[repaired], Closure.REPAIRED, Source.NONE)
    unrepaired = to_owner & ~works
    _send(plan, c, rows[unrepaired], at[unrepaired], Closure.RETURNED_UNREPAIRED, Source.NONE)
    refused = ~advance & (finding == Finding.WRONG_BOX)
    c["closure"][rows[refused]] = Closure.DENIED
    c["resolved"][rows[refused]] = at[refused]
    owed = ~advance & ~to_owner & ~refused
    _settle(plan, c, rows[owed], at[owed], model)


def _settle(plan: Plan, c: dict[str, np.ndarray], rows: np.ndarray, at: np.ndarray, model: Model) -> None:
    """The settlement ladder with stock at hand: the first step that can be taken; money at once for who insists.

    A partial refund is for a unit the claimant can be sent back, to keep: one that would be scrapped in his market.
    """
    left = ~plan.insists_again[rows]
    paid = rows[~left]
    _refund(plan, c, paid, at[~left], np.ones(len(paid)))
    rows, at = rows[left], at[left]
    market = plan.claims.market[rows].astype(np.intp)
    for ladder, climbs in model.ladders.items():
        mine = np.flatnonzero(climbs[market])
        for step in (*ladder, "refund"):
            if not len(mine):
                break
            if step == "partial_refund":
                taken = plan.partial_taken[rows[mine]] & (c["fate"][rows[mine]] == Fate.SCRAP_MARKET)
                part, mine = mine[taken], mine[~taken]
                _give_back(plan, c, rows[part], at[part])
                _refund(plan, c, rows[part], at[part], model.here.partial_offered[market[part]])
                continue
            if step == "reship":
                _send(plan, c, rows[mine], at[mine], Closure.REPLACED, Source.NEW)
            else:
                _refund(plan, c, rows[mine], at[mine], np.ones(len(mine)))
            break
