"""The law of a market as journeys meet it: which floor binds a claim, what it allows, and what money it asks for."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from warrantysim.claims.columns import Claims
from warrantysim.journeys.legal_floors import Floor
from warrantysim.journeys.model import Model
from warrantysim.journeys.records import comes_back, to_china, to_partner
from warrantysim.schema.dispositions import DISPOSITIONS, MONEY, NEW_UNIT
from warrantysim.schema.law import LegalFloorRow
from warrantysim.schema.markets import Customer


@dataclass(frozen=True)
class Binding:
    """What binds each claim by its dates; arrays of shape (n,)."""

    opened_day: np.ndarray
    """Day number of its opening, in its market [int64]."""
    sold_day: np.ndarray
    """Day number of the order, in its market [int64]."""
    term: np.ndarray
    """Row of the terms of sale: those of the day of order [int64]."""
    floor: np.ndarray
    """Place in `FloorColumns.floors` of the floor that binds it, -1 for none [int64]."""

    def take(self, rows: np.ndarray) -> Binding:
        """The named rows (index or mask)."""
        return Binding(self.opened_day[rows], self.sold_day[rows], self.term[rows], self.floor[rows])


_FOUND: list[tuple[Model, np.ndarray, Binding]] = []


def bound(model: Model, claims: Claims) -> Binding:
    """What binds claims: by market, age of the order, day of opening, and day of sale where the law says so.

    One wave of claims is asked about several times; the last answers are kept, found by identity.
    """
    for known, opened, found in _FOUND:
        if known is model and opened is claims.opened:
            return found
    return _keep(model, claims, _bound(model, claims))


def some(model: Model, claims: Claims, rows: np.ndarray) -> Claims:
    """Some of the claims, of which it is known from all of them what binds them."""
    mine = claims.take(rows)
    _keep(model, mine, bound(model, claims).take(rows))
    return mine


def _keep(model: Model, claims: Claims, found: Binding) -> Binding:
    _FOUND.insert(0, (model, claims.opened, found))
    del _FOUND[6:]
    return found


def _bound(model: Model, claims: Claims) -> Binding:
    calendar, m = model.scenario.market_days, claims.market
    opened, sold = calendar.ordinals(claims.opened, m), calendar.ordinals(claims.sold, m)
    floor, age = np.full(len(claims), -1, dtype=np.int64), claims.order_age_days
    for market, law in model.law.by_market.items():
        rows = np.flatnonzero(m == market)
        if len(rows):
            floor[rows] = law.binding(age[rows], opened[rows], sold[rows], claims.sku[rows], claims.unit[rows])
    return Binding(opened, sold, model.terms.row(claims.sku, m, sold), floor)


def floors(model: Model, claims: Claims) -> list[tuple[Floor, np.ndarray]]:
    """Each floor that binds some of the claims, with a mask of those; a claim is bound by one floor at most."""
    binds = bound(model, claims).floor
    return [(model.law.floors[k], binds == k) for k in np.unique(binds[binds >= 0]).tolist()]


def in_full(model: Model, claims: Claims, part: np.ndarray) -> np.ndarray:
    """Whether no part of a refund can be offered instead of it: the law sets its sum, or a least share of the price
    above the part. ``part``: offered [share of the price net of tax]. Both of shape (n,); bool.
    """
    law, floor = model.law, bound(model, claims).floor
    # An offer of just the least share is made, whatever its last digit.
    return np.asarray(law.sets_refund[floor] | (part < law.least_refund[floor] - 1e-9))


def replaced_anyway(model: Model, claims: Claims, route: np.ndarray, partner: np.ndarray) -> np.ndarray:
    """Whether a unit is asked for but the customer gets another in its place: exchange, or test and swap.

    Shape (n,), bool.
    """
    repair = comes_back(route)
    out = repair & model.service_advance[claims.market, np.clip(route, 0, 3)]
    return np.asarray(out | must_exchange(model, claims, route, partner) | model.is_test_only(route, partner))


def must_exchange(model: Model, claims: Claims, route: np.ndarray, partner: np.ndarray) -> np.ndarray:
    """Whether a repair is planned to take longer than the law allows, so that a replacement leaves at once.

    The plan is the mean time of the disposition (`planned_days`), not the claim's own luck, which nobody knows when the
    label is issued. Shape (n,), bool.
    """
    local, china = to_partner(route), to_china(route)
    if not (local | china).any():
        return np.zeros(len(claims), dtype=bool)
    at_partner, by_way = model.planned_days
    m = claims.market
    planned = np.where(
        local,
        at_partner[m, np.where(local, partner, 0)] if at_partner.size else 0.0,
        by_way[m, np.where(china, partner, 0)] if by_way.size else 0.0,
    )
    return np.asarray((local | china) & (planned > model.law.max_days[bound(model, claims).floor]))


def ever_lawful(model: Model, market: int, sku: int, route: int) -> bool:
    """Whether the law of a market lets any first claim on a product in the horizon go a way, at some age of it.

    Money that needs the customer's wish counts where a share of customers is stated to wish it.
    """
    s = model.scenario
    mine = [f for f in model.floors if f.market == market and f.goods[sku] and f.row.share == 1]
    warranty = next(
        row.warranty_days for row in s.sku_markets if (row.sku, row.market) == (s.sku_ids[sku], s.market_ids[market])
    )
    first = s.horizon.first_day.toordinal()
    last = first + s.horizon.days - 1
    days = {first, last, *(f.row.from_.toordinal() for f in mine if first < f.row.from_.toordinal() <= last)}
    for day in days:
        # What binds changes with age at the edges of rows, and where a row by day of sale begins.
        edges = {0.0, *(f.row.age_from_days for f in mine), *(f.row.age_to_days for f in mine)}
        edges |= {day - f.row.sold_from.toordinal() + step for f in mine for step in (0.0, 1.0)}
        for age in sorted(edge for edge in edges if 0 <= edge < warranty):
            row = next((f.row for f in mine if _covers(f.row, age, day)), None)
            if row is None or not _closed(row, route, model.markets[market].customer):
                return True
    return False


def _covers(row: LegalFloorRow, age: float, day: int) -> bool:
    begun = row.from_.toordinal() <= day and row.sold_from.toordinal() <= day - age
    return begun and row.age_from_days <= age < row.age_to_days


def _closed(row: LegalFloorRow, route: int, customer: Customer) -> bool:
    """Whether a row closes a way to every first claim."""
    name = DISPOSITIONS[route]
    if name == MONEY:
        wishes = max(step.value for step in customer.consent_to_money_share.steps)
        wishes = max(wishes, customer.insist_money_early_share, customer.insist_money_late_share)
        return (row.chooser == "customer" or name not in row.dispositions) and wishes == 0 and row.max_repairs != 0
    return name not in row.dispositions or (name != NEW_UNIT and row.max_repairs == 0)
