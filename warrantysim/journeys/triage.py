"""First contact: claim value, return window, evidence, symptom, remote help and courteous denial."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from warrantysim.claims.columns import Claims, Origin
from warrantysim.claims.inverse import quantile
from warrantysim.claims.purposes import Purpose
from warrantysim.journeys.plan import Luck
from warrantysim.journeys.records import Route
from warrantysim.journeys.routing import evidence_asked
from warrantysim.journeys.world import EXCLUDED, USER_FIXABLE, World
from warrantysim.scenario.clock import DAY, seconds
from warrantysim.scenario.dated import RowsByDate
from warrantysim.scenario.policy import Policy
from warrantysim.scenario.service import EVIDENCE_LEVELS


@dataclass(frozen=True)
class Contact:
    """What first contact brings; arrays of shape (n,)."""

    age_days: np.ndarray
    value: np.ndarray
    symptom: np.ndarray
    evidence: np.ndarray
    in_window: np.ndarray
    insists: np.ndarray
    ended: np.ndarray
    """Route of claims that end here (PLATFORM, SOLVED, DENIED, DROPPED); -1 for those to be routed [int8]."""
    guide_used: np.ndarray
    disputed: np.ndarray
    dispute_lost: np.ndarray
    coupon: np.ndarray
    paid_repair: np.ndarray
    d_answer: np.ndarray
    d_route: np.ndarray
    d_end: np.ndarray


def refund_due(world: World, claims: Claims, age_days: np.ndarray) -> np.ndarray:
    """Claim value: price paid net of tax x refund fraction at this age, never below the law's least share.

    Fraction: full; pro rata to 0 at the end of the warranty; or full for n days, then pro rata. Shape (n,).
    """
    s = world.scenario
    row = world.terms.row(claims.sku, claims.market, s.clock.ordinals(claims.sold))
    basis = np.array([r.refund_basis for r in s.sku_markets])[row]
    term = world.terms.warranty_days[row]
    whole = np.where(basis == "full_then_pro_rata", np.array([r.full_days for r in s.sku_markets])[row], 0.0)
    left = np.clip((term - age_days) / np.maximum(term - whole, 1e-9), 0.0, 1.0)
    fraction = np.where((basis == "full") | ((basis == "full_then_pro_rata") & (age_days <= whole)), 1.0, left)
    day = s.clock.ordinals(claims.opened)
    for rows in world.legal.rows.values():
        for floor in rows:
            if floor.min_refund_share <= 0:
                continue
            here = (claims.market == s.market_ids.index(floor.market)) & (day >= floor.from_.toordinal())
            here &= (age_days >= floor.age_from_days) & (age_days < floor.age_to_days)
            fraction = np.where(here, np.maximum(fraction, floor.min_refund_share), fraction)
    return claims.price_net * fraction


def _in_window(world: World, claims: Claims, age_days: np.ndarray) -> np.ndarray:
    s = world.scenario
    rows = RowsByDate(s.windows, key=lambda row: (row.market, row.channel))
    out = np.zeros(len(claims), dtype=bool)
    sold = s.clock.ordinals(claims.sold)
    for m, market in enumerate(s.market_ids):
        for c, channel in enumerate(s.channel_ids):
            if (market, channel) not in rows:
                continue
            here = (claims.market == m) & (claims.channel == c) & (claims.generation == 0)
            if here.any():
                days = rows.column((market, channel), lambda row: row.window_days, sold[here])
                out[here] = age_days[here] < np.nan_to_num(days)
    return out


def contact(claims: Claims, policy: Policy, world: World, luck: Luck) -> Contact:
    """Everything up to routing. An excluded claim that the evidence shows is denied, a user's slip is solved."""
    s = world.scenario
    t = s.triage
    n = len(claims)
    age = (claims.opened - claims.delivered) / DAY
    value = refund_due(world, claims, age)
    in_window = _in_window(world, claims, age)
    decided = np.array([s.channels[c].window_decider == "platform" for c in s.channel_ids])[claims.channel]
    platform = in_window & decided

    asked = evidence_asked(policy, world, claims.market, value)
    levels = [t.evidence.get(name) for name in EVIDENCE_LEVELS]  # type: ignore[call-overload]

    def per_level(pick: str) -> np.ndarray:
        return np.array([0.0 if level is None else getattr(level, pick) for level in levels])[asked]

    dropped = luck.of(claims, Purpose.EVIDENCE_DROPOUT) < per_level("dropout_share")
    kind = world.kind[claims.fault]
    seen = luck.of(claims, Purpose.EVIDENCE_RECOGNISED)
    denied = np.where(
        kind == EXCLUDED, seen < per_level("excluded_sensitivity"), seen < per_level("false_denial_share")
    )
    symptom = _symptom(world, kind, asked, luck.of(claims, Purpose.SYMPTOM))

    guided = np.array([k.guide_on for k in s.skus])[claims.sku]
    solved = guided & (kind == USER_FIXABLE) & (luck.of(claims, Purpose.GUIDE) < t.guide.effectiveness)

    ended = np.full(n, -1, dtype=np.int8)
    for rows, route in (
        (platform, Route.PLATFORM),
        (dropped, Route.DROPPED),
        (denied, Route.DENIED),
        (solved, Route.SOLVED),
    ):
        ended[(ended < 0) & rows] = route
    is_denied = ended == Route.DENIED

    uptake = luck.of(claims, Purpose.DENIAL_UPTAKE)
    paid = is_denied & (uptake < t.denial.paid_repair_uptake_share)
    coupon = is_denied & ~paid & (uptake >= 1 - t.denial.coupon_uptake_share)
    dispute_share = np.array([t.denial.dispute_share.get(name, 0.0) for name in EVIDENCE_LEVELS])[asked]  # type: ignore[call-overload]
    quarrel = luck.of(claims, Purpose.DISPUTE)
    disputed = is_denied & ~paid & (quarrel < dispute_share)
    # The same draw, stretched, decides the dispute: conditional on a dispute it is uniform again.
    lost = disputed & (quarrel < dispute_share * t.denial.dispute_lost_share)

    insist_early = world.per_market(lambda m: m.customer.insist_money_early_share)[claims.market]
    insist_late = world.per_market(lambda m: m.customer.insist_money_late_share)[claims.market]
    young = age < world.per_market(lambda m: m.customer.insist_early_days)[claims.market]
    insists = luck.of(claims, Purpose.INSIST_MONEY) < np.where(young, insist_early, insist_late)

    u = luck.of(claims, Purpose.CONTACT_DELAY)
    d_route = np.zeros(n, dtype=np.int64)
    for k, level in enumerate(levels):
        rows = (asked == k) & ~platform
        if level is not None and rows.any():
            d_route[rows] += seconds(quantile(level.delay_days, 1 - u[rows]))
    guide_used = guided & (ended != Route.PLATFORM) & (ended != Route.DROPPED)
    d_route[guide_used] += seconds(quantile(t.guide.delay_days, u[guide_used]))
    d_end = np.where(disputed, round(t.denial.dispute_days * DAY), 0).astype(np.int64)
    platform_days = np.array([s.channels[c].platform_days for c in s.channel_ids])[claims.channel]
    d_end = np.where(platform, seconds(platform_days), d_end)
    return Contact(
        age_days=age,
        value=value,
        symptom=symptom,
        evidence=asked,
        in_window=in_window,
        insists=insists,
        ended=ended,
        guide_used=guide_used,
        disputed=disputed,
        dispute_lost=lost,
        coupon=coupon,
        paid_repair=paid,
        d_answer=np.where(platform, 0, seconds(quantile(t.contact_delay_days, u))),
        d_route=d_route,
        d_end=d_end,
    )


def _symptom(world: World, kind: np.ndarray, evidence: np.ndarray, u: np.ndarray) -> np.ndarray:
    cdf = world.symptom_cdf[kind, evidence]
    return np.minimum((u[:, None] >= cdf[:, :-1]).sum(axis=1), cdf.shape[1] - 1).astype(np.int8)


def filed(claims: Claims, contact_: Contact, route: np.ndarray, world: World, luck: Luck) -> np.ndarray:
    """Whether each claim is filed at all: opportunistic ones only where nothing need be returned. Shape (n,), bool."""
    latent = claims.origin == Origin.OPPORTUNISTIC
    if not latent.any():
        return np.ones(len(claims), dtype=bool)
    t = world.scenario.triage
    factor = np.array([t.evidence[e].opportunistic_factor if e in t.evidence else 1.0 for e in EVIDENCE_LEVELS])  # type: ignore[index]
    files = luck.of(claims, Purpose.OPPORTUNISTIC) < factor[contact_.evidence]
    returnless = (route == Route.REFUND) | (route == Route.RESHIP)
    return ~latent | (files & returnless & (contact_.ended < 0))
