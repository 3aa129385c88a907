"""Which disposition a claim gets: rules by cell and value, then what is possible and what the law allows.

A rule sees only what is known when the claim is routed: market, channel, category, SKU, reported symptom, evidence
level, age of the order, order price and refund due. The true fault never enters here.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from warrantysim.claims.columns import Claims
from warrantysim.journeys.legal import floors
from warrantysim.journeys.records import Fallback, Route
from warrantysim.journeys.rulebook import rulebook
from warrantysim.journeys.world import World
from warrantysim.scenario.markets import DISPOSITIONS
from warrantysim.scenario.policy import Policy
from warrantysim.scenario.service import EVIDENCE_LEVELS


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
    """Insists on money."""
    repairs: np.ndarray
    """Repair attempts behind the unit."""
    in_window: np.ndarray | None = None
    """Inside the platform's return window, where the customer has a right to money; None where nobody is."""

    def take(self, rows: np.ndarray) -> Known:
        """The named rows."""
        columns: dict[str, Any] = {k: None if column is None else column[rows] for k, column in vars(self).items()}
        return Known(**columns)


@dataclass(frozen=True)
class Routed:
    """The outcome of routing; arrays of shape (n,)."""

    rule: np.ndarray
    route: np.ndarray
    partner: np.ndarray
    fallback: np.ndarray


def bound_by(policy: Policy, world: World, claims: Claims) -> np.ndarray:
    """Whether a policy binds each claim already: by the day of order or of the claim, as its channel says. Shape (n,).

    Claims it does not bind follow the scenario's own policy.
    """
    if policy.effective == "horizon":
        return np.ones(len(claims), dtype=bool)
    s = world.scenario
    by_order = np.array([s.channels[c].binding == "order_date" for c in s.channel_ids])[claims.channel]
    moment = np.where(by_order, claims.sold, claims.opened)
    begins = dt.date.fromisoformat(policy.effective)
    return moment >= np.array([s.market_days.midnight(begins, m) for m in range(len(s.market_ids))])[claims.market]


def evidence_asked(policy: Policy, world: World, claims: Claims, value: np.ndarray) -> np.ndarray:
    """Evidence level asked of each claim: the last rule whose value is reached. Shape (n,), int8."""
    bound = bound_by(policy, world, claims)
    level = _evidence(policy, world, claims.market, value)
    return (
        level if bound.all() else np.where(bound, level, _evidence(world.scenario.policy, world, claims.market, value))
    )


def _evidence(policy: Policy, world: World, market: np.ndarray, value: np.ndarray) -> np.ndarray:
    s = world.scenario
    level = np.zeros(len(value), dtype=np.int8)
    for m, name in enumerate(s.market_ids):
        rows = market == m
        stated = [r for r in policy.evidence if r.market in {None, name}]
        if not stated or not rows.any():
            continue
        local = s.usd_per_unit(world.markets[m].currency)
        for rule in sorted(stated, key=lambda r: r.from_.value * s.usd_per_unit(r.from_.currency)):
            reached = value * local >= rule.from_.value * s.usd_per_unit(rule.from_.currency)
            level[rows & reached] = EVIDENCE_LEVELS.index(rule.level)
    return level


def wanted(policy: Policy, world: World, claims: Claims, known: Known) -> Routed:
    """What the rules say, before anything is found impossible: most keys stated, then first in the list."""
    book = rulebook(policy, world)
    rule = book.rule_of(claims, known)
    route, partner = book.zone_of(rule, claims.market, known.value, claims.price_gross)
    return Routed(rule, route, partner, np.zeros(len(claims), dtype=np.int8))


def obstacle(world: World, claims: Claims, known: Known, route: np.ndarray, partner: np.ndarray) -> np.ndarray:
    """Why each claim cannot go the given way; `Fallback` NONE where it can. Shape (n,), int8."""
    out = np.zeros(len(claims), dtype=np.int8)

    def stop(rows: np.ndarray, why: Fallback) -> None:
        out[rows & (out == 0)] = why

    local = route == Route.REPAIR_LOCAL
    if local.any():
        desks = world.desks
        p = np.where(local, partner, 0)
        day = world.scenario.market_days.ordinals(claims.opened, claims.market)
        served = desks.serves[p, claims.market] & desks.takes[p, claims.sku]
        stop(local & ~(served & (desks.valid_from[p] <= day) & (day <= desks.valid_to[p])), Fallback.PARTNER_SKU)
    china = route == Route.RETURN_CHINA
    if china.any():
        w = np.where(china & (partner >= 0), partner, 0)
        has = (partner >= 0) & (world.ways[claims.market, w] if world.ways.size else False)
        stop(china & ~has, Fallback.NO_LANE)
        stop(china & world.power_bank[claims.sku], Fallback.POWER_BANK)
        suspect = world.lithium[claims.sku] & (known.symptom == world.hot)
        if world.way_flies.size:
            stop(china & suspect & world.way_flies[claims.market, w], Fallback.BATTERY_AIR)
    money = known.insists & (route == Route.RESHIP)
    if known.in_window is not None:
        money |= known.insists & known.in_window & (route != Route.REFUND)
    stop(money, Fallback.INSISTS)
    _legal(world, claims, known, route, stop)
    return out


def _legal(
    world: World, claims: Claims, known: Known, route: np.ndarray, stop: Callable[[np.ndarray, Fallback], None]
) -> None:
    """Floors under the rules. Money is never less than the law asks for; what it allows first, it may limit."""
    repair = (route == Route.REPAIR_LOCAL) | (route == Route.RETURN_CHINA)
    for floor, here in floors(world, claims):
        row = floor.row
        stop(here & ~floor.accepts[np.clip(route, 0, 3)] & (route != Route.REFUND), Fallback.LEGAL)
        if row.max_repairs is not None:
            spent = here & (known.repairs >= row.max_repairs)
            # After its repairs, the customer who chooses has a right to money; else only repairs are over.
            stop(spent & (route != Route.REFUND if row.chooser == "customer" else repair), Fallback.LEGAL)
        if row.chooser == "customer" and floor.accepts[Route.REFUND]:
            stop(here & repair & known.insists, Fallback.INSISTS)


def route_claims(
    policy: Policy,
    world: World,
    claims: Claims,
    known: Known,
    forced: tuple[np.ndarray, np.ndarray] | None = None,
) -> Routed:
    """Disposition and partner of each claim, with the reason where the rule could not be followed.

    ``forced``: route and partner that take the place of the rules' word. Claims the policy does not bind yet follow the
    scenario's own; rows of its rules count on from those of the policy.
    """
    bound = bound_by(policy, world, claims)
    if bound.all():
        return _routed(policy, world, claims, known, forced)
    out = [np.zeros(len(claims), dtype=kind) for kind in (np.int32, np.int8, np.int16, np.int8)]
    for one, mine, first in ((policy, bound, 0), (world.scenario.policy, ~bound, len(policy.rules))):
        rows = np.flatnonzero(mine)
        part = None if forced is None else (forced[0][rows], forced[1][rows])
        found = _routed(one, world, claims.take(rows), known.take(rows), part)
        columns = (found.rule + first, found.route, found.partner, found.fallback)
        for column, values in zip(out, columns, strict=True):
            column[rows] = values
    return Routed(*out)


def _routed(
    policy: Policy, world: World, claims: Claims, known: Known, forced: tuple[np.ndarray, np.ndarray] | None
) -> Routed:
    """What a policy says, or else what its fallback order leaves: the first that is possible, money last of all."""
    said = wanted(policy, world, claims, known)
    if forced is not None:
        said = Routed(said.rule, forced[0].astype(np.int8), forced[1].astype(np.int16), said.fallback)
    why = obstacle(world, claims, known, said.route, said.partner)
    route, partner = said.route.copy(), said.partner.copy()
    left = np.flatnonzero(why)
    for name in (*policy.fallback, "refund"):
        if not len(left):
            break
        if name == "repair_local":
            continue  # A fallback names no partner.
        mine = claims.take(left)
        option = np.full(len(left), DISPOSITIONS.index(name), dtype=np.int8)
        way = np.where(option == Route.RETURN_CHINA, world.way_default[mine.market], -1).astype(np.int16)
        # Who insists on money, and may, is offered nothing else.
        free = (obstacle(world, mine, known.take(left), option, way) == 0) & (why[left] != Fallback.INSISTS)
        taken = free | (name == "refund")
        route[left[taken]], partner[left[taken]] = option[taken], way[taken]
        left = left[~taken]
    return Routed(said.rule, route, partner, why)
