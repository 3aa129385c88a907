"""Which disposition a claim gets: rules by cell and value, then what is possible and what the law allows.

A rule sees only what is known when the claim is routed: market, channel, category, SKU, reported symptom, evidence
level, age of the order, order price and refund due. The true fault never enters here.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from warrantysim.claims.columns import Claims
from warrantysim.journeys.legal import bound, replaced_anyway, some
from warrantysim.journeys.model import Model
from warrantysim.journeys.records import Fallback, Route
from warrantysim.journeys.rulebook import rulebook
from warrantysim.schema.dispositions import DISPOSITIONS
from warrantysim.schema.policy import Policy
from warrantysim.schema.service import EVIDENCE_LEVELS


@dataclass(frozen=True)
class Known:
    """What is known of claims when they are routed; arrays of shape (n,)."""

    value: np.ndarray
    """Claim value, market currency."""
    symptom: np.ndarray
    evidence: np.ndarray
    age_band: np.ndarray
    age_days: np.ndarray
    """Age of the order, see `Claims.order_age_days`."""
    insists: np.ndarray
    """Insists on money, and the seller gives in."""
    consents: np.ndarray
    """Would take money where the law gives another remedy first."""
    chooses_new: np.ndarray
    """Would have a replacement rather than a repair, where the law leaves the choice."""
    repairs: np.ndarray
    """Repair attempts behind the unit."""

    def take(self, rows: np.ndarray) -> Known:
        """The named rows."""
        return Known(**{name: column[rows] for name, column in vars(self).items()})


@dataclass(frozen=True)
class Routed:
    """The outcome of routing; arrays of shape (n,)."""

    rule: np.ndarray
    route: np.ndarray
    partner: np.ndarray
    fallback: np.ndarray


def bound_by(policy: Policy, model: Model, claims: Claims) -> np.ndarray:
    """Whether a policy binds each claim already: by the day of order or of the claim, as its channel says. Shape (n,).

    Claims it does not bind follow the scenario's own policy.
    """
    if policy.effective == "horizon":
        return np.ones(len(claims), dtype=bool)
    s = model.scenario
    by_order = np.array([s.channels[c].binding == "order_date" for c in s.channel_ids])[claims.channel]
    moment = np.where(by_order, claims.sold, claims.opened)
    begins = dt.date.fromisoformat(policy.effective)
    return moment >= np.array([s.market_days.midnight(begins, m) for m in range(len(s.market_ids))])[claims.market]


def evidence_asked(policy: Policy, model: Model, claims: Claims, value: np.ndarray) -> np.ndarray:
    """Evidence level asked of each claim: the last rule whose value is reached. Shape (n,), int8."""
    bound = bound_by(policy, model, claims)
    level = _evidence(policy, model, claims.market, value)
    return (
        level if bound.all() else np.where(bound, level, _evidence(model.scenario.policy, model, claims.market, value))
    )


def _evidence(policy: Policy, model: Model, market: np.ndarray, value: np.ndarray) -> np.ndarray:
    s = model.scenario
    level = np.zeros(len(value), dtype=np.int8)
    for m, name in enumerate(s.market_ids):
        rows = market == m
        stated = [r for r in policy.evidence if r.market in {None, name}]
        if not stated or not rows.any():
            continue
        local = s.usd_per_unit(model.markets[m].currency)
        for rule in sorted(stated, key=lambda r: r.from_.value * s.usd_per_unit(r.from_.currency)):
            reached = value * local >= rule.from_.value * s.usd_per_unit(rule.from_.currency)
            level[rows & reached] = EVIDENCE_LEVELS.index(rule.level)
    return level


def rules_say(policy: Policy, model: Model, claims: Claims, known: Known) -> Routed:
    """What the rules say, before anything is found impossible: most keys stated, then first in the list."""
    book = rulebook(policy, model)
    rule = book.rule_of(claims, known)
    route, partner = book.zone_of(rule, claims.market, known.value, claims.price_gross)
    return Routed(rule, route, partner, np.zeros(len(claims), dtype=np.int8))


def obstacle(model: Model, claims: Claims, known: Known, route: np.ndarray, partner: np.ndarray) -> np.ndarray:
    """Why each claim cannot go the given way; `Fallback` NONE where it can. Shape (n,), int8."""
    out = np.zeros(len(claims), dtype=np.int8)

    def stop(rows: np.ndarray, why: Fallback) -> None:
        if rows.any():
            out[rows & (out == 0)] = why

    local = route == Route.REPAIR_LOCAL
    if local.any():
        desks = model.desks
        p = np.where(local, partner, 0)
        day = bound(model, claims).opened_day
        served = desks.serves[p, claims.market] & desks.takes[p, claims.sku]
        stop(local & ~(served & (desks.valid_from[p] <= day) & (day <= desks.valid_to[p])), Fallback.PARTNER_SKU)
    china = route == Route.RETURN_CHINA
    if china.any():
        w = np.where(china & (partner >= 0), partner, 0)
        has = (partner >= 0) & (model.ways[claims.market, w] if model.ways.size else False)
        stop(china & ~has, Fallback.NO_LANE)
        stop(china & model.power_bank[claims.sku], Fallback.POWER_BANK)
        suspect = model.lithium[claims.sku] & model.suspect[known.symptom]
        if model.way_packs.size:
            stop(china & suspect & ~model.way_packs[claims.market, w], Fallback.BATTERY)
    stop(known.insists & (route != Route.REFUND), Fallback.INSISTS)
    _legal(model, claims, known, route, partner, stop)
    return out


def _legal(
    model: Model,
    claims: Claims,
    known: Known,
    route: np.ndarray,
    partner: np.ndarray,
    stop: Callable[[np.ndarray, Fallback], None],
) -> None:
    """Floors under every remedy. Money that is not the seller's to give needs the customer's wish or a failed repair;
    who may choose and wants a replacement is not sent to a bench to wait for his own unit."""
    money = route == Route.REFUND
    repair = (route == Route.REPAIR_LOCAL) | (route == Route.RETURN_CHINA)
    waits = repair & known.chooses_new
    if waits.any():
        waits &= ~replaced_anyway(model, claims, route, partner)
    law, floor = model.law, bound(model, claims).floor
    failed = known.repairs >= law.max_repairs[floor]
    choice, accepts = law.customer_chooses[floor], law.accepts[floor]
    barred = ~money & ~accepts[np.arange(len(floor)), np.clip(route, 0, 3)]
    barred |= failed & repair
    barred |= money & (choice | ~accepts[:, Route.REFUND]) & ~(known.insists | known.consents | failed)
    barred |= waits & choice & accepts[:, Route.RESHIP]
    stop(barred, Fallback.LEGAL)


def route_claims(
    policy: Policy,
    model: Model,
    claims: Claims,
    known: Known,
    forced: tuple[np.ndarray, np.ndarray] | None = None,
) -> Routed:
    """Disposition and partner of each claim, with the reason where the rule could not be followed.

    ``forced``: route and partner that take the place of the rules' word. Claims the policy does not bind yet follow the
    scenario's own; rows of its rules count on from those of the policy.
    """
    bound = bound_by(policy, model, claims)
    if bound.all():
        return _routed(policy, model, claims, known, forced)
    out = [np.zeros(len(claims), dtype=kind) for kind in (np.int32, np.int8, np.int16, np.int8)]
    for one, mine, first in ((policy, bound, 0), (model.scenario.policy, ~bound, len(policy.rules))):
        rows = np.flatnonzero(mine)
        part = None if forced is None else (forced[0][rows], forced[1][rows])
        found = _routed(one, model, claims.take(rows), known.take(rows), part)
        columns = (found.rule + first, found.route, found.partner, found.fallback)
        for column, values in zip(out, columns, strict=True):
            column[rows] = values
    return Routed(*out)


def _routed(
    policy: Policy, model: Model, claims: Claims, known: Known, forced: tuple[np.ndarray, np.ndarray] | None
) -> Routed:
    """What a policy says, or else the first of `instead` that is possible; money where nothing is."""
    said = rules_say(policy, model, claims, known)
    if forced is not None:
        said = Routed(said.rule, forced[0].astype(np.int8), forced[1].astype(np.int16), said.fallback)
    why = obstacle(model, claims, known, said.route, said.partner)
    route, partner = said.route.copy(), said.partner.copy()
    left = np.flatnonzero(why)
    for option, by in instead(policy, model):
        if not len(left):
            break
        mine = some(model, claims, left)
        to = np.full(len(left), option, dtype=np.int8)
        way = model.way_default[mine.market] if option == Route.RETURN_CHINA else np.full(len(left), by, dtype=np.int16)
        taken = obstacle(model, mine, known.take(left), to, way) == 0
        route[left[taken]], partner[left[taken]] = option, way[taken]
        left = left[~taken]
    # Where nothing is possible the law asks for money, and the seller has nothing else to give.
    route[left], partner[left] = Route.REFUND, -1
    return Routed(said.rule, route, partner, why)


def instead(policy: Policy, model: Model) -> list[tuple[int, int]]:
    """What is tried, in order, where a rule cannot be followed, as (route, partner).

    The policy's own order, then money, then whatever else the law may still allow. A return to China goes the market's
    default way.
    """
    order = [name for name in (*policy.fallback, "refund", "reship", "return_china") if name != "repair_local"]
    routes = [(DISPOSITIONS.index(name), -1) for name in dict.fromkeys(order)]
    return [*routes, *((int(Route.REPAIR_LOCAL), p) for p in range(len(model.scenario.partner_ids)))]
