"""What becomes of units that are not handed back: the swap pool, B-stock, scrap, and the maker's credit."""

from __future__ import annotations

import numpy as np

from warrantysim.journeys.records import Closure, Fate, Finding, to_partner
from warrantysim.money.case import Booking
from warrantysim.money.categories import Category, Subject
from warrantysim.money.parcel_lines import pool_transfer
from warrantysim.money.priced import Amounts
from warrantysim.money.stock_value import decayed, pool_on_hand, write_down
from warrantysim.schema.clock import DAY, NEVER
from warrantysim.schema.products import FAULT_KINDS

MAKER_FAULTS = tuple(FAULT_KINDS.index(kind) for kind in ("battery_safety", "repairable", "unrepairable"))
"""Kinds of fault the maker answers for."""


def fate_lines(case: Booking) -> None:
    """Pool: transfer value, less what it lost since the customer posted it. B-stock: its price, less the same.

    Scrap: disposal in the market, unless the partner that holds the unit bills it, or in China, where a price for it is
    stated; parts harvested anywhere.
    """
    r, book, lines = case.records, case.book, case.lines
    claims, s = r.claims, book.scenario
    decay = s.recovery.decay_share_per_month
    rows = np.flatnonzero((r.fate == Fate.POOL) & (r.pooled > NEVER))
    at = r.pooled[rows]
    left = decayed(decay, at - r.scanned[rows])
    value = book.values.transfer.at(book.terms_row(claims.sku[rows], claims.market[rows], at))
    pool_transfer(case, Category.STOCK_IN, rows, value.times(-left), at)
    rows = np.flatnonzero((r.fate == Fate.B_STOCK) & (r.scanned > NEVER))
    at = _unit_done(case, rows)
    price = book.values.b_stock.at(book.terms_row(claims.sku[rows], claims.market[rows], at))
    lines.add(Category.UNIT_RECOVERY, rows, price.times(-decayed(decay, at - r.scanned[rows])), at)
    scrap = np.flatnonzero((r.fate == Fate.SCRAP_MARKET) | (r.fate == Fate.SCRAP_CHINA))
    at = _unit_done(case, scrap)
    harvest = book.values.harvest.at(book.terms_row(claims.sku[scrap], claims.market[scrap], at))
    lines.add(Category.UNIT_RECOVERY, scrap, harvest.times(-1.0), at)
    here = (r.fate[scrap] == Fate.SCRAP_MARKET) & ~_partner_disposes(case, scrap)
    rows = scrap[here]
    lines.add(Category.DISPOSAL, rows, book.markets.disposal.at(claims.market[rows], claims.sku[rows]), at[here])
    there = r.fate[scrap] == Fate.SCRAP_CHINA
    lines.add(Category.DISPOSAL, scrap[there], book.china_disposal, at[there])


def _unit_done(case: Booking, rows: np.ndarray) -> np.ndarray:
    """When the last thing happened to each unit that is known to its way: bench, test or arrival, else closure."""
    r = case.records
    last = np.maximum(np.maximum(r.bench_out[rows], r.tested[rows]), r.arrived[rows])
    back = r.back_dispatch[rows]
    home = back >= 0
    last[home] = np.maximum(last[home], case.dispatches.landed[back[home]])
    return np.where(last > NEVER, last, r.closed[rows])


def _partner_disposes(case: Booking, rows: np.ndarray) -> np.ndarray:
    """Whether the desk that holds each unit bills its disposal: not where it had no room for it. Shape of ``rows``."""
    r, s = case.records, case.book.scenario
    billed = np.zeros((len(s.partner_ids) + 1, len(s.market_ids)), dtype=bool)
    for p, name in enumerate(s.partner_ids):
        partner = s.partners[name]
        for m, market in enumerate(s.market_ids):
            desk = partner.desk_for(market)
            billed[p, m] = desk is not None and partner.desks[desk].disposal is not None
    ended = np.isin(r.finding[rows], (Finding.BER, Finding.NOT_REPAIRED))
    partner_row = np.where(to_partner(r.route[rows]), r.partner[rows], -1)
    return billed[partner_row, r.claims.market[rows]] & ended & (r.bench_out[rows] > NEVER)


def supplier_lines(case: Booking) -> None:
    """The maker's credit for a true fault of his: a share of the ex-works price, paid some days after the claim closed.

    Where the maker wants to see the unit, only units that a bench found faulty count; else every valid claim that the
    seller settled himself.
    """
    r, book, s = case.records, case.book, case.book.scenario
    claims = r.claims
    share = book.supplier_share[claims.fault] * np.isin(book.kinds.of(claims), MAKER_FAULTS)
    if s.recovery.supplier_needs_unit:
        proven = np.isin(r.finding, (Finding.REPAIRED, Finding.NOT_REPAIRED, Finding.BER)) & (r.bench_out > NEVER)
    else:
        proven = np.isin(r.closure, (Closure.REFUNDED, Closure.REPLACED, Closure.REPAIRED))
    rows = np.flatnonzero(proven & (share > 0))
    at = r.closed[rows]
    credit = book.ex_works.at(claims.sku[rows]).times(-share[rows])
    cash = at + round(s.recovery.supplier_days * DAY)
    case.lines.add(Category.SUPPLIER_RECOVERY, rows, credit, at, cash)


def closing_stock_lines(case: Booking) -> None:
    """Pool stock beyond its stated need at the end of the horizon, against that at its beginning, is written down from
    transfer value to what it would fetch; one line a product and market."""
    book, s, stock = case.book, case.book.scenario, case.stock
    if not stock.pool.any():
        return
    shape = (len(s.skus), len(s.market_ids))
    end = s.horizon.days * DAY
    need = np.array([row.pool_need for row in s.stock], dtype=float).reshape(shape)
    sku, market = (axis.ravel() for axis in np.indices(shape))
    term = book.terms_row(sku, market, np.full(len(sku), end))
    transfer, closing = book.values.transfer.at(term), book.values.closing.at(term)
    loss = (transfer.value - closing.value).reshape(shape)
    change = write_down(pool_on_hand(stock, -1, *shape), pool_on_hand(stock, end - 1, *shape), need, loss)
    case.lines.add_other(
        Category.STOCK_WRITE_DOWN,
        Amounts(change.ravel(), transfer.currency),
        np.full(len(sku), end - 1),
        subject=Subject.STOCK,
        in_scope=True,
        market=market,
        sku=sku,
    )
