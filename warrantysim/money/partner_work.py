"""What repair partners did: every unit that reached a desk, what it is billed as, when, and its own charges."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields

import numpy as np

from warrantysim.claims.columns import Origin
from warrantysim.journeys.records import Fate, Finding, Records, to_partner
from warrantysim.money.price_book import PriceBook
from warrantysim.money.unit_charges import UnitCharges, late, outcomes, under_promise, unit_charges
from warrantysim.schema.clock import DAY, NEVER
from warrantysim.schema.contracts import Partner
from warrantysim.schema.desk_terms import Desk


@dataclass(frozen=True)
class DeskWork:
    """Units that reached one desk; arrays of shape (n,)."""

    partner: int
    """Row in ``scenario.partner_ids``."""
    desk: str
    """Desk id."""
    rows: np.ndarray
    """Rows of the claims [int64]."""
    done: np.ndarray
    """When the desk was done with the unit [int64 s]."""
    month: np.ndarray
    """Month of that, market time, months since the horizon's first [int64]."""
    charges: UnitCharges
    """What each unit is charged, in the desk's currency."""
    promised: np.ndarray
    """Whether a turnaround was promised [bool]."""
    late: np.ndarray
    """Whether it was missed [bool]."""


def desk_work(records: Records, book: PriceBook, partner: int) -> Iterator[DeskWork]:
    """The work of a partner, desk by desk, markets of a desk together."""
    s = book.scenario
    terms = s.partners[s.partner_ids[partner]]
    mine = to_partner(records.route) & (records.partner == partner) & (records.arrived > NEVER)
    rows = np.flatnonzero(mine)
    if not len(rows):
        return
    billed_as = outcomes(terms, records.finding[rows])
    # A full desk turns a unit away unbilled; of what never comes to the bench only wrong boxes are billed.
    turned_away = (records.bench_out[rows] <= NEVER) & (records.finding[rows] != Finding.WRONG_BOX)
    billed_as = np.where(turned_away, -1, billed_as)
    rows, billed_as = rows[billed_as >= 0], billed_as[billed_as >= 0]
    desk_of = [terms.desk_for(market) for market in s.market_ids]
    market = records.claims.market[rows]
    for name in terms.desks:
        here = np.isin(market, [m for m, desk in enumerate(desk_of) if desk == name])
        if here.any():
            yield _at_desk(records, book, terms, partner, name, rows[here], billed_as[here])


def _at_desk(
    r: Records, book: PriceBook, terms: Partner, partner: int, name: str, rows: np.ndarray, outcome: np.ndarray
) -> DeskWork:
    s, desk, claims = book.scenario, terms.desks[name], r.claims
    done = np.where(r.bench_out[rows] > NEVER, r.bench_out[rows], r.arrived[rows])
    left = _left(r, rows, done)
    market = claims.market[rows]
    month = s.market_days.months(done, market).astype(np.int64)
    arrived_day, done_day, left_day = (book.days(stamps, market) for stamps in (r.arrived[rows], done, left))
    to = book.fx.at(book.fx.index(desk.currency), done_day)
    local = book.markets.currency[market]
    charges = unit_charges(
        terms,
        name,
        outcome=outcome,
        sku=claims.sku[rows],
        sku_ids=s.sku_ids,
        level=r.level[rows],
        ordinals=done_day,
        size=book.size[claims.sku[rows]],
        part_cost=r.parts[rows] * book.fx.at(book.fx.index("USD"), done_day) / to,
        price_net=claims.price_net[rows] * book.fx.at(local, done_day) / to,
        storage_days=(left - r.arrived[rows]) / DAY,
        redone=_redone(r, rows, partner, terms.repair_warranty.days),
        kept=r.fate[rows] == Fate.CUSTOMER,
    )
    promised = under_promise(desk.sla, _arrivals_that_day(arrived_day))
    return DeskWork(
        partner=partner,
        desk=name,
        rows=rows,
        done=done,
        month=month,
        charges=charges,
        promised=promised,
        late=late(desk.sla, arrived_day, left_day, _closed_days(book, desk)) & promised,
    )


def _left(r: Records, rows: np.ndarray, done: np.ndarray) -> np.ndarray:
    """When each unit left the desk: with its parcel to the customer or to the pool, else when the work was done."""
    home = (r.fate[rows] == Fate.CUSTOMER) & (r.shipped[rows] >= done)
    pooled = (r.fate[rows] == Fate.POOL) & (r.pooled[rows] >= done)
    left: np.ndarray = np.select([home, pooled], [r.shipped[rows], r.pooled[rows]], done)
    return left


def _redone(r: Records, rows: np.ndarray, partner: int, days: float) -> np.ndarray:
    """Units that bounced from a repair by the same partner within its repair warranty. bool, shape of ``rows``."""
    before = r.parent[rows]
    known = (r.claims.origin[rows] == Origin.BOUNCE) & (before >= 0)
    same = to_partner(r.route[before]) & (r.partner[before] == partner) & (r.bench_out[before] > NEVER)
    soon = r.claims.opened[rows] - r.bench_out[before] <= days * DAY
    redone: np.ndarray = known & same & soon
    return redone


def _arrivals_that_day(day: np.ndarray) -> np.ndarray:
    """How many units of the desk arrived on each unit's own day. int64, shape of ``day``."""
    _, place, count = np.unique(day, return_inverse=True, return_counts=True)
    found: np.ndarray = count[place]
    return found


def _closed_days(book: PriceBook, desk: Desk) -> np.ndarray:
    """Day numbers on which the desk's calendar stands still, apart from weekends."""
    spans = [
        np.arange(row.first_day.toordinal(), row.last_day.toordinal() + 1)
        for row in book.scenario.closures
        if row.calendar == desk.bench.calendar and row.rate == 0
    ]
    return np.concatenate([np.zeros(0, dtype=np.int64), *spans])


def joined_charges(charges: list[UnitCharges]) -> UnitCharges:
    """Charges of several desks, one after the other."""
    return UnitCharges(**{f.name: np.concatenate([getattr(c, f.name) for c in charges]) for f in fields(UnitCharges)})
