"""What moves between a market's customers and its hub costs: replacements, labels, receiving, storage, the way back."""

from __future__ import annotations

import numpy as np

from warrantysim.journeys.records import Fate, Source, to_china, to_partner
from warrantysim.money.case import Booking
from warrantysim.money.categories import Category, Subject
from warrantysim.money.priced import Amounts
from warrantysim.money.stock_value import MONTH_DAYS
from warrantysim.schema.clock import DAY, NEVER


def replacement_lines(case: Booking) -> None:
    """A new unit costs its landed cost, a pool unit its transfer value, either its fulfilment.

    A parcel lost on its way to the customer is sent once more, and what was in it is replaced by a new unit, whether
    it held a replacement or the customer's own.
    """
    r, book, lines = case.records, case.book, case.lines
    claims = r.claims
    fulfilment = book.markets.fulfilment
    rows = np.flatnonzero((r.source == Source.NEW) & (r.shipped > NEVER))
    _new_units(case, rows)
    rows = np.flatnonzero((r.source == Source.POOL) & (r.shipped > NEVER))
    term = book.terms_row(claims.sku[rows], claims.market[rows], r.shipped[rows])
    pool_transfer(case, Category.STOCK_OUT, rows, book.values.transfer.at(term), r.shipped[rows])
    rows = np.flatnonzero((r.source != Source.NONE) & (r.shipped > NEVER))
    lines.add(Category.FULFILMENT, rows, fulfilment.at(claims.market[rows], claims.sku[rows]), r.shipped[rows])
    again = np.flatnonzero((r.resent > 0) & (r.shipped > NEVER))
    count = r.resent[again].astype(float)
    parcels = fulfilment.at(claims.market[again], claims.sku[again])
    lines.add(Category.FULFILMENT, again, parcels.times(count), r.shipped[again])
    _new_units(case, again, count)


def _new_units(case: Booking, rows: np.ndarray, count: np.ndarray | float = 1.0) -> None:
    r, book = case.records, case.book
    if not len(rows):
        return
    at = r.shipped[rows]
    landed = book.landed(book.terms_row(r.claims.sku[rows], r.claims.market[rows], at))
    case.lines.add(Category.REPLACEMENT_UNIT, rows, landed.times(count), at)


def pool_transfer(case: Booking, category: Category, rows: np.ndarray, amount: Amounts, at: np.ndarray) -> None:
    """The claim's side of a move of pool stock and the pool's own side, which add up to nothing.

    The pool's side belongs to no claim and is never in scope: a total in scope holds what its claims use up and bring.
    """
    case.lines.add(category, rows, amount, at)
    claims = case.records.claims
    case.lines.add_other(
        category,
        amount.times(-1.0),
        at,
        subject=Subject.STOCK,
        in_scope=False,
        market=claims.market[rows],
        sku=claims.sku[rows],
        record=rows,
    )


def own_unit_lines(case: Booking) -> None:
    """The claimant's own unit goes back to him: by label where its repair partner sends it so, else by fulfilment."""
    r, book, lines = case.records, case.book, case.lines
    s, claims = book.scenario, r.claims
    by_label = np.array([s.logistics(p).outbound == "label" for p in s.partner_ids], dtype=bool)
    rows = np.flatnonzero((r.fate == Fate.CUSTOMER) & (r.shipped > NEVER))
    local = to_partner(r.route[rows])
    labelled = np.zeros(len(rows), dtype=bool)
    labelled[local] = by_label[r.partner[rows[local]]]
    # With a replacement sent ahead, the unit itself travels when the claim closes.
    at = np.where(r.source[rows] == Source.NONE, r.shipped[rows], r.closed[rows])
    picked = rows[~labelled]
    fee = book.markets.fulfilment.at(claims.market[picked], claims.sku[picked])
    lines.add(Category.RETURN_SHIPPING, picked, fee, at[~labelled])
    sent = rows[labelled]
    lines.add(Category.RETURN_SHIPPING, sent, label_prices(case, sent, at[labelled]), at[labelled])


def label_lines(case: Booking) -> None:
    """Return labels by rate card: billed when scanned, or when issued where the carrier does so; kits go out always.

    A unit that a full bench sends on to another travels by one more label each time.
    """
    r, book, lines = case.records, case.book, case.lines
    claims = r.claims
    issued = np.flatnonzero(r.label_issued)
    on_issue = book.markets.billed_on_issue[claims.market[issued]]
    at = np.where(on_issue, r.routed[issued], r.scanned[issued])
    billed = at > NEVER
    rows, at = issued[billed], at[billed]
    lines.add(Category.LABEL, rows, label_prices(case, rows, at), at)
    rows = np.flatnonzero(r.hops > 0)
    price = label_prices(case, rows, r.forwarded[rows])
    lines.add(Category.LABEL, rows, price.times(r.hops[rows].astype(float)), r.forwarded[rows])
    lines.add(Category.KIT, issued, book.markets.kit.at(claims.market[issued], claims.sku[issued]), r.routed[issued])


def label_prices(case: Booking, rows: np.ndarray, at: np.ndarray) -> Amounts:
    """Price of one parcel of each claim's product on its market's card.

    Raises
    ------
    ValueError
        If the card does not carry the product.
    """
    book, claims = case.book, case.records.claims
    value = np.zeros(len(rows))
    market = claims.market[rows]
    days = book.days(at, market)
    for m, table in enumerate(book.markets.labels):
        mine = np.flatnonzero(market == m)
        value[mine] = table.at(claims.sku[rows[mine]], days[mine])
    if np.isnan(value).any():
        row = int(rows[np.flatnonzero(np.isnan(value))[0]])
        s = book.scenario
        name = s.market_ids[claims.market[row]]
        raise ValueError(f"rate card {s.markets[name].parcel.card!r} does not carry {s.skus[claims.sku[row]].sku}")
    return Amounts(value, book.markets.label_currency[market])


def hub_lines(case: Booking) -> None:
    """Units bound for China: receiving and test at the hub, and storage until their dispatch leaves."""
    r, book, lines = case.records, case.book, case.lines
    claims, prices = r.claims, book.markets
    rows = np.flatnonzero(to_china(r.route) & (r.arrived > NEVER))
    if not len(rows):
        return
    lines.add(Category.HUB, rows, prices.hub_receive.at(claims.market[rows], claims.sku[rows]), r.arrived[rows])
    rows = rows[r.tested[rows] > NEVER]
    lines.add(Category.INSPECTION, rows, prices.hub_test.at(claims.market[rows], claims.sku[rows]), r.tested[rows])
    rows = rows[r.dispatch[rows] >= 0]
    left = case.dispatches.departed[r.dispatch[rows]]
    months = np.maximum(left - r.tested[rows], 0) / (MONTH_DAYS * DAY)
    lines.add(Category.STORAGE, rows, prices.storage.at(claims.market[rows], claims.sku[rows]).times(months), left)
