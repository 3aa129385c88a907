"""The law of a market as journeys meet it: which floors bind a claim, and how long a remedy may take."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from warrantysim.claims.columns import Claims
from warrantysim.journeys.legal_floors import Floor
from warrantysim.journeys.records import Route
from warrantysim.journeys.world import World

_FOUND: list[tuple[World, np.ndarray, list[tuple[Floor, np.ndarray]]]] = []


def floors(world: World, claims: Claims) -> list[tuple[Floor, np.ndarray]]:
    """Each floor that binds some of the claims, with a mask of those: by market, day of opening and age then.

    One wave of claims is asked about several times; the last answers are kept, found by identity.
    """
    for known, opened, found in _FOUND:
        if known is world and opened is claims.opened:
            return found
    found = list(_floors(world, claims))
    _FOUND.insert(0, (world, claims.opened, found))
    del _FOUND[3:]
    return found


def _floors(world: World, claims: Claims) -> Iterator[tuple[Floor, np.ndarray]]:
    day = world.scenario.market_days.ordinals(claims.opened, claims.market)
    age = claims.order_age_days
    met = np.bincount(claims.market, minlength=len(world.markets)) > 0
    for floor in world.floors:
        if met[floor.market]:
            here = (claims.market == floor.market) & (age >= floor.row.age_from_days) & (age < floor.row.age_to_days)
            here &= (day >= floor.first) & (day < floor.until)
            if here.any():
                yield floor, here


def must_exchange(world: World, claims: Claims, route: np.ndarray, partner: np.ndarray) -> np.ndarray:
    """Whether a repair is planned to take longer than the law allows, so that a replacement leaves at once.

    The plan is the mean time of the disposition (`planned_days`), not the claim's own luck, which nobody knows when the
    label is issued. Shape (n,), bool.
    """
    out = np.zeros(len(claims), dtype=bool)
    local, china = route == Route.REPAIR_LOCAL, route == Route.RETURN_CHINA
    if not (local | china).any():
        return out
    at_partner, by_way = world.planned_days
    m = claims.market
    planned = np.where(
        local,
        at_partner[m, np.where(local, partner, 0)] if at_partner.size else 0.0,
        by_way[m, np.where(china, partner, 0)] if by_way.size else 0.0,
    )
    for floor, here in floors(world, claims):
        if floor.row.max_days is not None:
            out |= here & (local | china) & (planned > floor.row.max_days)
    return out
