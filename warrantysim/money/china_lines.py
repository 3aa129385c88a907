"""What a unit's own stay in China costs: entry and deposit, bench and parts, duty and tax on coming home."""

from __future__ import annotations

import numpy as np

from warrantysim.journeys.records import Finding, to_china
from warrantysim.money.case import Booking
from warrantysim.money.categories import Category
from warrantysim.money.china_customs import ChinaEntry, china_entry
from warrantysim.money.customs import Reimport
from warrantysim.money.dispatch_lines import declared_values, freight_bills
from warrantysim.money.freight_allocation import Boarded
from warrantysim.money.priced import Amounts
from warrantysim.schema.clock import DAY, NEVER


def bench_lines(case: Booking) -> None:
    """The China bench: its hours at the transfer price, handling and retest a unit, and parts."""
    r, book = case.records, case.book
    rows = np.flatnonzero(to_china(r.route) & (r.bench_out > NEVER))
    at = r.bench_out[rows]
    case.lines.add(Category.REPAIR_LABOUR, rows, book.china_hour.times(r.bench_minutes[rows] / 60.0), at)
    case.lines.add(Category.REPAIR_LABOUR, rows, book.china_unit, at)
    usd = np.full(len(rows), book.fx.index("USD"), dtype=np.int8)
    case.lines.add(Category.PARTS, rows, Amounts(r.parts[rows], usd), at)


def bench_cost(case: Booking, rows: np.ndarray, currency: int) -> np.ndarray:
    """Value of each repair in a currency: what the bench would charge for it, at the rates of its last day there."""
    book, r = case.book, case.records
    days = book.days(r.bench_out[rows], r.claims.market[rows])
    hours = book.china_hour.value * r.bench_minutes[rows] / 60.0 * book.fx.at(int(book.china_hour.currency), days)
    unit = book.china_unit.value * book.fx.at(int(book.china_unit.currency), days)
    parts = r.parts[rows] * book.fx.at(book.fx.index("USD"), days)
    return (hours + unit + parts) / book.fx.at(currency, days)


def entry_lines(case: Booking) -> None:
    """Entry into China: the deposit is locked on entry and released or forfeited later; what it costs to lock it up;
    extensions of the clock; duty and tax without relief, and rebates paid back."""
    for group in case.outbound:
        rows, at_dispatch = group.rows, case.dispatches
        there = ~at_dispatch.lost[group.dispatches][group.place]
        if there.any():
            _entered(case, rows[there], group, there)


def _entered(case: Booking, rows: np.ndarray, group: Boarded, there: np.ndarray) -> None:
    book, d, lines = case.book, case.dispatches, case.lines
    landed = d.landed[group.dispatches][group.place][there]
    price = book.ex_works.at(case.records.claims.sku[rows])
    entry = _entry(case, rows, landed, price.value, group.share[there])
    settled = landed + (entry.settled - book.days(landed, group.market)) * DAY

    def in_price(value: np.ndarray) -> Amounts:
        return Amounts(value, price.currency)

    lines.add(Category.DEPOSIT, rows, in_price(entry.deposit), landed)
    lines.add(Category.DEPOSIT, rows, in_price(entry.forfeited - entry.deposit), settled)
    lines.add(Category.DEPOSIT_CARRYING, rows, in_price(entry.carrying), settled)
    lines.add(
        Category.UNRECOVERABLE_TAX, rows, in_price(entry.tax + entry.rebate_repaid), landed, tax=entry.tax_recoverable
    )
    fee_in = np.full(len(rows), book.fx.index(book.scenario.china_customs.currency), dtype=np.int8)
    lines.add(Category.CUSTOMS_ENTRY, rows, Amounts(entry.extension_fee, fee_in), settled)


def _entry(case: Booking, rows: np.ndarray, landed: np.ndarray, declared: np.ndarray, share: np.ndarray) -> ChinaEntry:
    """Clocks and deposits of units that landed in China. A unit first left China a replenishment lead before it was
    sold; it leaves again with its dispatch back, or is scrapped when the bench is done with it."""
    book, d, r = case.book, case.dispatches, case.records
    claims = r.claims
    back = r.back_dispatch[rows]
    left = np.maximum(r.bench_out[rows], landed)
    left[back >= 0] = d.departed[back[back >= 0]]
    lead = book.lead_days[claims.sku[rows], claims.market[rows]]
    return china_entry(
        book.scenario.china_customs,
        declared=declared,
        exported=book.days(claims.sold[rows], claims.market[rows]) - lead,
        entered=book.days(landed, claims.market[rows]),
        left=book.days(left, claims.market[rows]),
        for_repair=np.ones(len(rows), dtype=bool),
        reexported=back >= 0,
        original_state=np.zeros(len(rows), dtype=bool),
        battery=book.battery[claims.sku[rows]],
        share=share,
    )


def reimport_lines(case: Booking, shared: bool) -> None:
    """Duty and import tax of units coming home by serial number: repaired ones as such, the others as returned goods.

    Recovered tax is no cost; it is shown beside the duty, be that 0. The freight in its base is the unit's share of
    its dispatches' bills; without ``shared`` it is left out of the base, and no entry is small enough to be free of
    duty, since both depend on who else is on board.
    """
    freight = _freight_out(case) if shared else np.zeros(len(case.records))
    for group in case.homeward:
        landing = ~case.dispatches.lost[group.dispatches][group.place]
        if landing.any():
            _reimported(case, group, landing, freight, shared)


def _exempt(case: Booking, group: Boarded, currency: int) -> np.ndarray:
    """Whether each unit comes home in an entry below the market's de minimis. bool, shape (units,)."""
    book, landed = case.book, case.dispatches.landed[group.dispatches]
    value = declared_values(case, group, currency, landed)
    name = book.scenario.market_ids[group.market]
    return book.customs.exempt(name, value, book.days(landed, group.market))[group.place]


def _freight_out(case: Booking) -> np.ndarray:
    """Each unit's freight to China in the reporting currency, shape (records,)."""
    total = np.zeros(len(case.records))
    for group in case.outbound:
        total[group.rows] = _freight_share(case, group)
    return total


def _freight_share(case: Booking, group: Boarded) -> np.ndarray:
    currency = case.book.fx.index(case.book.freight.currency(group.lane))
    at = case.dispatches.departed[group.dispatches][group.place]
    return group.shared(freight_bills(case, group), currency).value * case.book.rate(currency, at, group.market)


def _reimported(case: Booking, group: Boarded, landing: np.ndarray, freight_out: np.ndarray, shared: bool) -> None:
    book, d, r = case.book, case.dispatches, case.records
    rows, s = group.rows[landing], book.scenario
    name = s.market_ids[group.market]
    landed = d.landed[group.dispatches][group.place][landing]
    days = book.days(landed, group.market)
    currency = book.customs_currency(name, int(days.min()))
    to = book.fx.at(currency, days)
    price = book.ex_works.at(r.claims.sku[rows])
    freight = freight_out[rows] + (_freight_share(case, group)[landing] if shared else 0.0)
    sku = r.claims.sku[rows]
    charges = book.customs.import_charges(
        name,
        np.where(r.finding[rows] == Finding.REPAIRED, Reimport.REPAIRED, Reimport.RETURNED),
        bench_cost(case, rows, currency),
        price.value * book.fx.at(price.currency, days) / to,
        freight / to,
        book.customs.duty_rates(name, book.mfn, book.s301, s.sku_ids, sku, days),
        (landed - d.departed[r.dispatch[rows]]) / DAY,
        days,
        _exempt(case, group, currency)[landing] if shared else False,
    )
    money = np.full(len(rows), currency, dtype=np.int8)
    case.lines.add(Category.DUTY, rows, Amounts(charges.duty, money), landed, tax=charges.tax_recoverable)
    lost_tax = charges.tax - charges.tax_recoverable
    case.lines.add(Category.UNRECOVERABLE_TAX, rows, Amounts(lost_tax, money), landed)
