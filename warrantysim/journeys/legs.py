"""From first contact to a plan: every choice, outcome and duration of a claim's way, drawn before it begins."""

from __future__ import annotations

import numpy as np

from warrantysim.claims.columns import Claims
from warrantysim.claims.inverse import quantile, residual_life
from warrantysim.claims.purposes import Purpose
from warrantysim.journeys.plan import Luck, Plan
from warrantysim.journeys.records import Finding, Route
from warrantysim.journeys.routing import Known, route_claims
from warrantysim.journeys.triage import contact, filed
from warrantysim.journeys.world import EXCLUDED, NO_FAULT, REPAIRABLE, USER_FIXABLE, World
from warrantysim.scenario.clock import DAY, seconds
from warrantysim.scenario.distribution import Distribution
from warrantysim.scenario.markets import Market
from warrantysim.scenario.policy import Policy

AGE_FLOOR = 0.5
"""Youngest age from which a further life is drawn [days]; a shape below 1 has an infinite hazard at 0."""


def prepare(
    claims: Claims,
    parent: np.ndarray,
    repairs: np.ndarray,
    in_scope: np.ndarray,
    policy: Policy,
    world: World,
    luck: Luck,
    forced: tuple[np.ndarray, np.ndarray] | None = None,
) -> Plan:
    """The plan of claims under a policy; opportunistic claims that are not filed are left out.

    ``forced``: (route, partner) in place of the rules' word. All arrays have shape (n,).
    """
    s = world.scenario
    met = contact(claims, policy, world, luck)
    bands = np.searchsorted(np.array(s.triage.age_bands_days), met.age_days, side="right")
    known = Known(met.value, met.symptom, met.evidence, bands, met.age_days, met.insists, repairs)
    routed = route_claims(policy, world, claims, known, forced)
    ended = met.ended >= 0
    route = np.where(ended, met.ended, routed.route).astype(np.int8)
    keep = filed(claims, met, route, world, luck)
    partner = np.where(ended, -1, routed.partner).astype(np.int16)
    repair = (route == Route.REPAIR_LOCAL) | (route == Route.RETURN_CHINA)
    advance = repair & world.service_advance[claims.market, np.clip(route, 0, 3)]
    way_in = _way_in(claims, route, world, luck)
    bench = _bench(claims, route, partner, way_in["arrives"], world, luck)
    way_out = _way_out(claims, advance, world, luck)
    fees = s.rails
    d_refund = np.array([fees[m].days * DAY for m in s.market_ids])[claims.market].astype(np.int64)
    lapse = seconds(world.per_market(lambda m: m.customer.lapse_days)[claims.market])
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
        fallback=np.where(ended, 0, routed.fallback).astype(np.int8),
        advance=advance,
        guide_used=met.guide_used,
        disputed=met.disputed,
        dispute_lost=met.dispute_lost,
        coupon=met.coupon,
        paid_repair=met.paid_repair,
        d_answer=met.d_answer,
        d_route=met.d_route,
        d_end=np.where(repair, lapse, met.d_end),
        d_refund=d_refund,
        insists=met.insists,
        **way_in,
        **bench,
        **way_out,
        **_afterlife(claims, met.age_days, partner, route, world, luck),
    )
    return plan if keep.all() else plan.take(np.flatnonzero(keep))


def _days(claims: Claims, luck: Luck, world: World, purpose: Purpose, pick: object) -> np.ndarray:
    return world.by_market(claims.market, luck.of(claims, purpose), pick)  # type: ignore[arg-type]


def _way_in(claims: Claims, route: np.ndarray, world: World, luck: Luck) -> dict[str, np.ndarray]:
    """Label, customer, carrier."""

    def share(pick: object) -> np.ndarray:
        return world.per_market(pick)[claims.market]  # type: ignore[arg-type]

    arrives = np.zeros(len(claims), dtype=np.int8)
    damaged = luck.of(claims, Purpose.DAMAGE_IN) < share(lambda m: m.parcel.damage_share)
    arrives[damaged] = Finding.BER
    arrives[luck.of(claims, Purpose.WRONG_BOX) < share(lambda m: m.customer.wrong_box_share)] = Finding.WRONG_BOX
    arrives[luck.of(claims, Purpose.LOSS_IN) < share(lambda m: m.parcel.loss_share)] = Finding.LOST
    return {
        "label_used": luck.of(claims, Purpose.LABEL_USED) >= share(lambda m: m.customer.label_unused_share),
        "d_scan": _days(claims, luck, world, Purpose.SHIP_LAG, lambda m: m.customer.ship_lag_days),
        "d_transit_in": _days(claims, luck, world, Purpose.TRANSIT_IN, lambda m: m.parcel.transit_days),
        "arrives": arrives,
        "kg": np.maximum(world.kg, world.cbm * 1e6 / 6000)[claims.sku],
    }


def _bench(
    claims: Claims, route: np.ndarray, partner: np.ndarray, arrives: np.ndarray, world: World, luck: Luck
) -> dict[str, np.ndarray]:
    """What hub and bench find and how long the work takes."""
    s = world.scenario
    n = len(claims)
    china = route == Route.RETURN_CHINA
    kind = world.kind[claims.fault]
    works = (kind == NO_FAULT) | (kind == USER_FIXABLE)
    test = luck.of(claims, Purpose.HUB_TEST)
    sees_nff = world.per_market(lambda m: m.hub.nff_sensitivity)[claims.market]
    sees_misuse = world.per_market(lambda m: m.hub.excluded_sensitivity)[claims.market]
    misuse = (kind == EXCLUDED) & (test < sees_misuse)

    hub = np.zeros(n, dtype=np.int8)
    hub[works & (test < sees_nff)] = Finding.NFF
    hub[misuse] = Finding.EXCLUDED
    hub = np.where(arrives > 0, arrives, hub).astype(np.int8)

    p = np.where(route == Route.REPAIR_LOCAL, partner, 0)
    has_partner = len(s.partner_ids) > 0
    yield_share = np.where(china, s.china_bench.first_pass_yield, world.desks.yield_share[p] if has_partner else 0.0)
    skill = np.where(china, s.china_bench.skill, world.desks.skill[p] if has_partner else 0)
    test_only = ~china & (world.desks.test_only[p] if has_partner else np.zeros(n, dtype=bool))
    able = (kind == REPAIRABLE) & (world.skill[claims.fault] <= skill) & ~test_only
    mended = able & (luck.of(claims, Purpose.BENCH_YIELD) < yield_share)
    finding = np.full(n, int(Finding.BER), dtype=np.int8)
    finding[kind == REPAIRABLE] = Finding.NOT_REPAIRED
    finding[mended] = Finding.REPAIRED
    finding[misuse] = Finding.EXCLUDED
    finding[works] = Finding.NFF
    finding = np.where(arrives > 0, arrives, finding).astype(np.int8)

    u = luck.of(claims, Purpose.BENCH_MINUTES)
    minutes = np.zeros(n)
    for cv in np.unique(world.minutes_cv[claims.fault]):
        rows = world.minutes_cv[claims.fault] == cv
        mean = world.minutes[claims.fault[rows]]
        unit = (
            np.ones(rows.sum())
            if cv == 0
            else quantile(Distribution(kind="gamma", params={"mean": 1.0, "cv": float(cv)}), u[rows])
        )
        minutes[rows] = mean * unit
    stated = ~np.isnan(claims.bench_minutes)
    triage = np.full(n, s.china_bench.nff_minutes)
    for (q, m), (_, bench) in world.desks.bench.items():
        triage[~china & (p == q) & (claims.market == m)] = bench.triage_minutes
    worked = np.isin(finding, (Finding.REPAIRED, Finding.NOT_REPAIRED)) & ~test_only
    minutes = np.where(stated, claims.bench_minutes, np.where(worked, minutes, triage))

    handling = np.zeros(n, dtype=np.int64)
    u = luck.of(claims, Purpose.HUB_HANDLING)
    to_hub = world.by_market(claims.market, u, lambda m: m.hub.handling_days)
    for (q, m), (_, bench) in world.desks.bench.items():
        rows = ~china & (p == q) & (claims.market == m)
        if rows.any():
            handling[rows] = seconds(quantile(bench.handling_days, u[rows]))
    waits = china & mended & (luck.of(claims, Purpose.PARTS_STOCKOUT) < s.china_bench.parts_stockout_share)
    d_parts = np.where(
        waits, seconds(quantile(s.china_bench.parts_delay_days, luck.of(claims, Purpose.PARTS_DELAY))), 0
    )
    return {
        "d_handling": np.where(china, to_hub, handling),
        "hub_finding": hub,
        "finding": finding,
        "level": np.where(worked, world.skill[claims.fault], 0).astype(np.int8),
        "bench_minutes": minutes,
        "parts": np.where(finding == Finding.REPAIRED, world.parts[claims.fault], 0.0),
        "d_parts": d_parts,
    }


def _way_out(claims: Claims, advance: np.ndarray, world: World, luck: Luck) -> dict[str, np.ndarray]:
    """Replacement or repaired unit to the customer."""
    s = world.scenario
    loss = world.per_market(lambda m: m.parcel.loss_share)[claims.market]
    resent = luck.of(claims, Purpose.LOSS_OUT) < loss

    def transit(m: Market) -> Distribution:
        return m.parcel.transit_days

    once = _days(claims, luck, world, Purpose.TRANSIT_OUT, transit)
    again = world.by_market(claims.market, luck.of(claims, Purpose.TRANSIT_OUT, lane=1), transit)
    # A lost parcel is given up a week after it was due.
    d_out = once + np.where(resent, again + 7 * DAY, 0)
    willing = luck.of(claims, Purpose.POOL_REFUSAL) >= s.stock_rules.pool_refused_share
    allowed = world.pool_ok[claims.sku, claims.market] & _refurbished_ok(claims, world)
    uptake = world.per_market(lambda m: m.partial_uptake_share)[claims.market]
    return {
        "d_pick": seconds(quantile(s.stock_rules.pick_days, luck.of(claims, Purpose.FULFILMENT_LAG))),
        "d_transit_out": d_out,
        "resent": resent.astype(np.int8),
        "pool_accepted": allowed & willing,
        "partial_taken": luck.of(claims, Purpose.PARTIAL_OFFER) < uptake,
    }


def _refurbished_ok(claims: Claims, world: World) -> np.ndarray:
    s = world.scenario
    ok = np.ones(len(claims), dtype=bool)
    day = s.clock.ordinals(claims.opened)
    age = (claims.opened - claims.delivered) / DAY
    for rows in world.legal.rows.values():
        for row in rows:
            if not row.refurbished_ok:
                here = (claims.market == s.market_ids.index(row.market)) & (day >= row.from_.toordinal())
                ok &= ~(here & (age >= row.age_from_days) & (age < row.age_to_days))
    return ok


def _afterlife(
    claims: Claims, age: np.ndarray, partner: np.ndarray, route: np.ndarray, world: World, luck: Luck
) -> dict[str, np.ndarray]:
    """When the unit, or its replacement, would fail again, counted from the day the customer has it."""
    s = world.scenario
    never = np.int64(-1)
    china = route == Route.RETURN_CHINA
    p = np.where(route == Route.REPAIR_LOCAL, partner, 0)
    has = len(s.partner_ids) > 0
    share = np.where(china, s.china_bench.bounce_share, world.desks.bounce_share[p] if has else 0.0)
    window = np.where(china, s.china_bench.bounce_days, world.desks.bounce_days[p] if has else 0.0)
    bounces = luck.of(claims, Purpose.BOUNCE) < share
    bounce = np.where(bounces, seconds(luck.of(claims, Purpose.BOUNCE_LAG) * window), never)

    row = world.terms.row(claims.sku, claims.market, s.clock.ordinals(claims.sold))
    life = world.terms.life
    unit_age = np.maximum((claims.opened - claims.born) / DAY, AGE_FLOOR)
    further = residual_life(luck.of(claims, Purpose.REFAIL), unit_age, life.eta[row], life.beta[row])
    anew = life.take(row).quantile(luck.of(claims, Purpose.REPLACEMENT_LIFE))
    claim_again = world.propensity.at(claims.market, claims.channel, claims.price_gross, age)
    reports = luck.of(claims, Purpose.REFAIL_PROPENSITY) < claim_again
    reports_new = luck.of(claims, Purpose.REPLACEMENT_PROPENSITY) < claim_again
    lag = seconds(quantile(s.births.report_lag_days, luck.of(claims, Purpose.REFAIL_REPORT_LAG)))
    back = luck.of(claims, Purpose.NFF_RETURN) < s.triage.nff_return_share
    nff_days = luck.of(claims, Purpose.NFF_RETURN_LAG) * s.triage.nff_return_days
    reopen = luck.of(claims, Purpose.REOPEN) < world.per_market(lambda m: m.customer.reopen_share)[claims.market]
    first = claims.generation == 0
    reopen_lag = _days(claims, luck, world, Purpose.REOPEN_LAG, lambda m: m.customer.reopen_lag_days)
    far = 20_000.0
    replace = np.array([m.renewal.get("replace", "non_renewing") for m in world.markets])[claims.market]
    repair = np.array([m.renewal.get("repair", "non_renewing") for m in world.markets])[claims.market]
    term = seconds(world.terms.warranty_days[row])
    extension = seconds(world.per_market(lambda m: m.extension_days)[claims.market])
    # Extended once in a life: the end still is the one the sale gave.
    unextended = claims.warranty_end <= claims.delivered + term
    return {
        "bounce_after": bounce,
        "refail_after": np.where(reports & (further < far), seconds(np.minimum(further, far)), never),
        "replaced_after": np.where(reports_new & (anew < far), seconds(np.minimum(anew, far)), never),
        "nff_after": np.where(back, seconds(nff_days), never),
        "reopen_after": np.where(reopen & first, reopen_lag, never),
        "report_lag": lag,
        "renewed_end": np.where(replace == "restarts", term, never),
        "extra_end": np.where((repair == "extended") & unextended, extension, np.where(repair == "restarts", term, 0)),
    }
