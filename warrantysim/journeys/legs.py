"""From first contact to a plan: every choice, outcome and duration of a claim's way, drawn before it begins."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from warrantysim.claims.columns import Claims
from warrantysim.claims.fault_mix import EXCLUDED, NO_FAULT, REPAIRABLE, USER_FIXABLE
from warrantysim.claims.stream_ids import Purpose
from warrantysim.journeys.afterlife import afterlife, bounce
from warrantysim.journeys.legal import bound, in_full, must_exchange, some
from warrantysim.journeys.luck import Luck
from warrantysim.journeys.model import Model
from warrantysim.journeys.plan import Plan
from warrantysim.journeys.records import Finding, comes_back, reships, to_china
from warrantysim.journeys.routing import Known, Routed, route_claims
from warrantysim.journeys.triage import Contact, contact, filed
from warrantysim.schema.clock import DAY, seconds
from warrantysim.schema.policy import Policy


@dataclass(frozen=True)
class BenchWork:
    """Arrays of shape (n,); durations int64 seconds."""

    hub_finding: np.ndarray
    """What the hub's test finds, for China; `Finding` NONE lets the unit go on [int8]."""
    finding: np.ndarray
    """What the bench finds [int8]."""
    level: np.ndarray
    """Repair level worked at, 0 where nothing is repaired [int8]."""
    bench_minutes: np.ndarray
    """[float64 minutes]."""
    parts: np.ndarray
    """Parts used [float64 USD]."""
    d_handling: np.ndarray
    """Arrival to tested at the hub, or to the partner's bench queue."""
    d_parts: np.ndarray
    """Wait for a part after the China bench."""


def work_at(
    claims: Claims, china: np.ndarray, partner: np.ndarray, arrives: np.ndarray, model: Model, luck: Luck
) -> BenchWork:
    """What happens to units at the China bench (mask ``china``) or else at a partner's, given what arrives.

    Units that work are found without fault. Misuse is recognised with the market's sensitivity; what is not recognised
    looks beyond repair. A repairable fault above the bench's skill, or missed by its yield, is not repaired; a bench
    that only tests repairs nothing. The hub sees less than the bench: no-fault units only with its own sensitivity.
    """
    s, desks = model.scenario, model.desks
    kind = model.kinds.of(claims)
    works = (kind == NO_FAULT) | (kind == USER_FIXABLE)
    excluded = kind == EXCLUDED
    sees = np.where(excluded, model.here.excluded_seen[claims.market], model.here.nff_seen[claims.market])
    tells = luck.below(claims, Purpose.HUB_TEST, sees, among=excluded | works)
    misuse, seen = excluded & tells, works & tells
    hub = np.where(arrives > 0, arrives, np.where(misuse, Finding.EXCLUDED, np.where(seen, Finding.NFF, Finding.NONE)))

    def stated(at_china: float, at_partner: np.ndarray) -> np.ndarray:
        return np.where(china, at_china, at_partner[np.where(china, 0, partner)] if len(at_partner) else at_china)

    test_only = stated(0, desks.test_only) > 0
    able = (kind == REPAIRABLE) & (model.skill[claims.fault] <= stated(s.china_bench.skill, desks.skill)) & ~test_only
    share = stated(s.china_bench.first_pass_yield, desks.yield_share)
    mended = luck.below(claims, Purpose.BENCH_YIELD, share, among=able)
    tried = np.where(mended, Finding.REPAIRED, np.where(kind == REPAIRABLE, Finding.NOT_REPAIRED, Finding.BER))
    known = np.where(works, Finding.NFF, np.where(misuse, Finding.EXCLUDED, tried))
    finding = np.where(arrives > 0, arrives, known)
    # A fault above the skill is tried for as long as its repair would take: only then is it known.
    worked = ((finding == Finding.REPAIRED) | (finding == Finding.NOT_REPAIRED)) & ~test_only
    handling, own = _at_desks(claims, china, partner, model, luck)
    repaired = np.flatnonzero(worked)
    own[repaired] = model.minutes.drawn(
        claims.fault[repaired], lambda: luck.of(claims, Purpose.BENCH_MINUTES, rows=repaired)
    )
    waits = np.flatnonzero(
        luck.below(claims, Purpose.PARTS_STOCKOUT, s.china_bench.parts_stockout_share, among=china & mended)
    )
    delay = np.zeros(len(claims), dtype=np.int64)
    delay[waits] = seconds(luck.quantile(s.china_bench.parts_delay_days, claims, Purpose.PARTS_DELAY, rows=waits))
    return BenchWork(
        hub_finding=hub.astype(np.int8),
        finding=finding.astype(np.int8),
        level=np.where(worked, model.skill[claims.fault], 0).astype(np.int8),
        bench_minutes=np.where(np.isnan(claims.bench_minutes) | test_only, own, claims.bench_minutes),
        parts=np.where(finding == Finding.REPAIRED, model.parts[claims.fault], 0.0),
        d_handling=handling,
        d_parts=delay,
    )


def _at_desks(
    claims: Claims, china: np.ndarray, partner: np.ndarray, model: Model, luck: Luck
) -> tuple[np.ndarray, np.ndarray]:
    """Handling [int64 s] and bench time of units that are only tested [minutes], by hub or desk."""
    handling, minutes = np.zeros(len(claims), dtype=np.int64), np.zeros(len(claims))

    def draws(purpose: Purpose, rows: np.ndarray) -> Callable[[], np.ndarray]:
        return lambda: luck.of(claims, purpose, rows=rows)

    rows = np.flatnonzero(china)
    handling[rows] = model.here.hub_handling.takes(claims.market[rows], draws(Purpose.HUB_HANDLING, rows))
    rows = np.flatnonzero(~china) if len(model.desks.rows) else rows[:0]
    desk = model.desks.rows[partner[rows], claims.market[rows]] if len(rows) else rows
    rows, desk = rows[desk >= 0], desk[desk >= 0]
    handling[rows] = model.desks.handling.takes(desk, draws(Purpose.HUB_HANDLING, rows))
    minutes[rows] = model.desks.triage_minutes.drawn(desk, draws(Purpose.BENCH_MINUTES, rows))
    elsewhere = np.ones(len(claims), dtype=bool)
    elsewhere[rows] = False
    rows = np.flatnonzero(elsewhere)
    minutes[rows] = luck.quantile(model.scenario.china_bench.nff_minutes, claims, Purpose.BENCH_MINUTES, rows=rows)
    return handling, minutes


def plan_claims(
    claims: Claims,
    parent: np.ndarray,
    repairs: np.ndarray,
    in_scope: np.ndarray,
    policy: Policy,
    model: Model,
    luck: Luck,
    forced: tuple[np.ndarray, np.ndarray] | None = None,
    patience: np.ndarray | None = None,
) -> Plan:
    """The plan of claims under a policy; opportunistic claims that are not filed are left out.

    ``forced``: (route, partner) in place of the rules' word. ``patience``: where each customer goes on whatever his
    luck says, see `contact`. All arrays have shape (n,).
    """
    luck = luck.among(claims)
    met = contact(claims, policy, model, luck, patience)
    routed = route_claims(policy, model, claims, known_of(met, repairs, model), forced)
    return planned(claims, parent, repairs, in_scope, met, routed, model, luck, patience)


def known_of(met: Contact, repairs: np.ndarray, model: Model) -> Known:
    """What is known of claims once they are met, with ``repairs`` behind each unit; shape (n,)."""
    return Known(
        value=met.value,
        symptom=met.symptom,
        evidence=met.evidence,
        age_band=np.searchsorted(np.array(model.scenario.triage.age_bands_days), met.age_days, side="right"),
        age_days=met.age_days,
        insists=met.insists,
        consents=met.consents,
        chooses_new=met.chooses_new,
        repairs=repairs,
    )


def planned(
    claims: Claims,
    parent: np.ndarray,
    repairs: np.ndarray,
    in_scope: np.ndarray,
    met: Contact,
    routed: Routed,
    model: Model,
    luck: Luck,
    patience: np.ndarray | None = None,
    drawn: dict[str, np.ndarray] | None = None,
) -> Plan:
    """As `plan_claims`, of claims that were met and routed already.

    ``drawn``: columns of `drawn_alike` where they are known; claims that send nothing never come to need them.
    """
    m = claims.market.astype(np.intp)
    ended = met.ended >= 0
    route = np.where(ended, met.ended, routed.route).astype(np.int8)
    partner = np.where(ended, -1, routed.partner).astype(np.int16)
    keep = filed(claims, met, route, model, luck)
    repair = comes_back(route)
    advance = repair & model.service_advance[m, np.clip(route, 0, 3)]
    advance |= must_exchange(model, claims, route, partner)
    own = repair & ~advance & ~model.is_test_only(route, partner)
    china = to_china(route)
    sends = repair | reships(route)
    lapse = model.here.lapse[m]
    bench = np.where(repair, partner, 0)
    if drawn is None:
        columns = _drawn_for(
            repair, lambda rows: _returned(claims.take(rows), china[rows], partner[rows], model, luck.at(rows))
        ) | _drawn_for(
            sends,
            lambda rows: _sent(
                some(model, claims, rows),
                met.value[rows],
                china[rows],
                bench[rows],
                repair[rows],
                model,
                luck.at(rows),
            ),
        )
    else:
        again = bounce(drawn["bounce_draw"], drawn["bounce_part"], china, bench, model)
        work = _drawn_for(
            repair,
            lambda rows: vars(
                work_at(claims.take(rows), china[rows], partner[rows], drawn["arrives"][rows], model, luck.at(rows))
            ),
        )
        columns = drawn | {"bounce_after": again} | work
    plan = Plan(
        claims=claims,
        parent=parent,
        repairs=repairs,
        in_scope=in_scope,
        age_days=met.age_days,
        value=met.value,
        symptom=met.symptom,
        evidence=met.evidence,
        in_window=met.in_window,
        rule=np.where(ended, -1, routed.rule).astype(np.int32),
        route=route,
        partner=partner,
        said_route=routed.route.astype(np.int8),
        said_partner=routed.partner.astype(np.int16),
        fallback=np.where(ended, 0, routed.fallback).astype(np.int8),
        advance=advance,
        guide_used=met.guide_used,
        disputed=met.disputed,
        dispute_lost=met.dispute_lost,
        coupon=met.coupon,
        paid_repair=met.paid_repair,
        agent_minutes=met.agent_minutes,
        d_answer=met.d_answer,
        d_route=met.d_route,
        d_end=np.where(repair, lapse, met.d_end),
        d_refund=model.here.refund_takes[m],
        insists_again=luck.below(claims, Purpose.INSIST_MONEY, met.insist_share, 1, among=own),
        **columns,
    )
    if patience is not None:
        used, partial = plan.label_used | (repair & (patience >= 3)), plan.partial_taken & (patience < 4)
        plan = replace(plan, label_used=used, partial_taken=partial)
    return plan if keep.all() else plan.take(np.flatnonzero(keep))


def drawn_alike(claims: Claims, value: np.ndarray, model: Model, luck: Luck) -> dict[str, np.ndarray]:
    """Columns of the plan that are the same whichever way each claim goes, as far as it comes to need them."""
    nowhere, partner = np.zeros(len(claims), dtype=bool), np.zeros(len(claims), dtype=np.int16)
    return _way_in(claims, model, luck) | _sent(claims, value, nowhere, partner, ~nowhere, model, luck)


def at_another_bench(plan: Plan, partner: int, model: Model, luck: Luck) -> Plan:
    """The plan of claims whose unit goes on from a full bench to another partner's.

    ``d_transit_in`` is then the parcel from bench to bench.
    """
    claims = plan.claims
    here, nowhere = np.full(len(plan), partner, dtype=np.int16), np.zeros(len(plan), dtype=bool)
    work = work_at(claims, nowhere, here, plan.arrives, model, luck)
    u = luck.of(claims, Purpose.TRANSIT_PARTNER_OUT)
    return replace(
        plan,
        partner=here,
        bounce_after=bounce(plan.bounce_draw, plan.bounce_part, nowhere, here, model),
        d_transit_in=model.here.parcel_transit.at(claims.market, u),
        **vars(work),
    )


def _drawn_for(whom: np.ndarray, draw: Callable[[np.ndarray], dict[str, np.ndarray]]) -> dict[str, np.ndarray]:
    """Columns drawn for some of the claims (a mask), zero for all others, who never come to need them."""
    rows = np.flatnonzero(whom)
    out = {}
    for name, column in draw(rows).items():
        out[name] = np.zeros(len(whom), dtype=column.dtype)
        out[name][rows] = column
    return out


def _returned(
    claims: Claims, china: np.ndarray, partner: np.ndarray, model: Model, luck: Luck
) -> dict[str, np.ndarray]:
    """Way in and bench of claims whose unit is to come back."""
    way_in = _way_in(claims, model, luck)
    return way_in | vars(work_at(claims, china, partner, way_in["arrives"], model, luck))


def _sent(
    claims: Claims,
    value: np.ndarray,
    china: np.ndarray,
    partner: np.ndarray,
    returns: np.ndarray,
    model: Model,
    luck: Luck,
) -> dict[str, np.ndarray]:
    """Way out, and what may follow, of claims that something is sent for."""
    return _way_out(claims, value, model, luck) | afterlife(claims, china, partner, returns, model, luck)


def _way_in(claims: Claims, model: Model, luck: Luck) -> dict[str, np.ndarray]:
    """Label, customer, carrier."""
    here, m = model.here, claims.market.astype(np.intp)
    arrives = np.zeros(len(claims), dtype=np.int8)
    arrives[luck.below(claims, Purpose.DAMAGE_IN, here.damaged[m])] = Finding.BER
    arrives[luck.below(claims, Purpose.WRONG_BOX, here.wrong_box[m])] = Finding.WRONG_BOX
    arrives[luck.below(claims, Purpose.LOSS_IN, here.parcel_lost[m])] = Finding.LOST
    return {
        "label_used": ~luck.below(claims, Purpose.LABEL_USED, here.label_unused[m]),
        "d_scan": here.ship_lag.takes(m, lambda: luck.of(claims, Purpose.SHIP_LAG)),
        "d_transit_in": here.parcel_transit.takes(m, lambda: luck.of(claims, Purpose.TRANSIT_IN)),
        "arrives": arrives,
        "kg": np.maximum(model.kg, model.cbm * 1e6 / 6000)[claims.sku],
    }


def pool_accepted(claims: Claims, model: Model, luck: Luck) -> np.ndarray:
    """Whether a replacement may be a repaired unit: hygiene, the law and the claimant allow it. Shape (n,), bool.

    One draw says who refuses, and who asks for it where the law wants that: who would refuse does not ask.
    """
    binds = bound(model, claims)
    said = model.law.refurbished[binds.floor]
    refused = np.where(said == "no", 1.0, model.scenario.stock_rules.pool_refused_share)
    asking = np.flatnonzero(said == "consent")
    asked = model.here.asks_refurbished.on(claims.market[asking], binds.opened_day[asking])
    refused[asking] = np.maximum(refused[asking], 1.0 - asked)
    may = model.pool_ok[claims.sku, claims.market]
    return np.asarray(may & ~luck.below(claims, Purpose.POOL_REFUSAL, refused, among=may))


def _way_out(claims: Claims, value: np.ndarray, model: Model, luck: Luck) -> dict[str, np.ndarray]:
    """Replacement or repaired unit to the customer. ``value``: claim value, shape (n,) [currency of the market]."""
    s, m = model.scenario, claims.market.astype(np.intp)
    resent = luck.below(claims, Purpose.LOSS_OUT, model.here.parcel_lost[m])
    again = np.flatnonzero(resent)

    def transit(lane: int, rows: np.ndarray | None = None) -> np.ndarray:
        where = m if rows is None else m[rows]
        return model.here.parcel_transit.takes(where, lambda: luck.of(claims, Purpose.TRANSIT_OUT, lane, rows))

    d_out = transit(0)
    # A lost parcel is given up a week after it was due.
    part = model.here.partial_offered[m] * value / np.maximum(claims.price_net, 1e-9)
    d_out[again] += transit(1, again) + 7 * DAY
    return {
        "d_pick": seconds(luck.quantile(s.stock_rules.pick_days, claims, Purpose.FULFILMENT_LAG)),
        "d_transit_out": d_out,
        "resent": resent.astype(np.int8),
        "pool_accepted": pool_accepted(claims, model, luck),
        "partial_taken": luck.below(
            claims,
            Purpose.PARTIAL_OFFER,
            model.here.partial_uptake[m],
            among=~in_full(model, claims, part),
        ),
    }
