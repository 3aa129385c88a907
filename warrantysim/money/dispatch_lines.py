"""What units sent to China cost: bills of dispatches, shared out among those on board, and what is done there."""

from __future__ import annotations

import numpy as np

from warrantysim.journeys.model import model_of
from warrantysim.journeys.records import Finding, to_china
from warrantysim.money.case import Booking
from warrantysim.money.categories import Category, Subject
from warrantysim.money.china_customs import ChinaEntry, china_dispatch_bill, china_entry
from warrantysim.money.customs import Reimport
from warrantysim.money.freight_allocation import Boarded
from warrantysim.money.priced import Amounts
from warrantysim.schema.clock import DAY, NEVER


def dispatch_lines(case: Booking, shared: bool) -> None:
    """Freight and entries of every dispatch.

    To China: freight, the market's export entry, then, where the goods arrive, the broker, the inspection and the
    truck to the bench. Back: freight, China's export entry, the market's import entry with its processing fee and, for
    an examined one, the examination.

    A suspect lithium unit that a lane takes to China is packed specially, at the price the lane states.

    Without ``shared`` bills are left out, as they depend on who else is on board; freight back, which rides with
    replenishment, is then charged at its marginal price.
    """
    for group in case.outbound:
        _special_packing(case, group)
        if shared:
            _freight(case, group)
            _export_entry(case, group)
            _into_china(case, group)
    for group in case.homeward:
        if shared:
            _freight(case, group)
            _out_of_china(case, group)
            _import_entry(case, group)
        else:
            marginal_freight(case, group)


def marginal_freight(case: Booking, group: Boarded) -> None:
    """Freight of units at what one more of them costs in a large dispatch: the slope of the last piece of the bill."""
    book, d = case.book, case.dispatches
    departed = d.departed[group.dispatches]
    slope = np.zeros(len(departed))
    days = book.days(departed, group.market)
    for day in np.unique(days):
        pieces = book.freight.marginal_break_points(group.lane, int(day))
        slope[days == day] = pieces.per_unit[-1]
    currency = np.full(len(group.rows), book.fx.index(book.freight.currency(group.lane)), dtype=np.int8)
    amount = Amounts(group.quantity * slope[group.place], currency)
    case.lines.add(Category.FREIGHT, group.rows, amount, departed[group.place], subject=Subject.DISPATCH)


def freight_bills(case: Booking, group: Boarded) -> np.ndarray:
    """Bill of each dispatch of a group, in the lane's currency; shape (dispatches,)."""
    d, of = case.dispatches, group.dispatches
    days = case.book.days(d.departed[of], group.market)
    return case.book.freight.dispatch_bill(group.lane, d.kg[of], d.cbm[of], days)


def _freight(case: Booking, group: Boarded) -> None:
    currency = case.book.fx.index(case.book.freight.currency(group.lane))
    amount = group.shared(freight_bills(case, group), currency)
    at = case.dispatches.departed[group.dispatches][group.place]
    case.lines.add(Category.FREIGHT, group.rows, amount, at, subject=Subject.DISPATCH)


def _special_packing(case: Booking, group: Boarded) -> None:
    book, r = case.book, case.records
    suspect = book.lithium[r.claims.sku[group.rows]] & model_of(book.scenario).suspect[r.symptom[group.rows]]
    rows, at = group.rows[suspect], case.dispatches.departed[group.dispatches][group.place[suspect]]
    if len(rows):
        price = book.scenario.lanes[group.lane].special_packing
        currency = np.full(len(rows), book.fx.index(book.freight.currency(group.lane)), dtype=np.int8)
        case.lines.add(Category.KIT, rows, Amounts(np.full(len(rows), price or 0.0), currency), at)


def _entry(case: Booking, group: Boarded, bill: np.ndarray, currency: int, stamps: np.ndarray) -> None:
    at = stamps[group.place]
    case.lines.add(Category.CUSTOMS_ENTRY, group.rows, group.shared(bill, currency), at, subject=Subject.DISPATCH)


def declared_values(case: Booking, group: Boarded, currency: int, stamps: np.ndarray) -> np.ndarray:
    """Customs value of each dispatch: ex-works prices of the units on board, in a currency; shape (dispatches,)."""
    price = case.book.ex_works.at(case.records.claims.sku[group.rows])
    at = stamps[group.place]
    days = case.book.days(at, group.market)
    worth = price.value * case.book.fx.at(price.currency, days) / case.book.fx.at(currency, days)
    return np.bincount(group.place, weights=worth, minlength=len(group.dispatches))


def _export_entry(case: Booking, group: Boarded) -> None:
    book, departed = case.book, case.dispatches.departed[group.dispatches]
    name, days = book.scenario.market_ids[group.market], book.days(departed, group.market)
    currency = book.customs_currency(name, int(days.min()))
    value = declared_values(case, group, currency, departed)
    _entry(case, group, book.customs.entry_cost(name, "export", value, days).total, currency, departed)


def _import_entry(case: Booking, group: Boarded) -> None:
    book, d = case.book, case.dispatches
    landed, lost = d.landed[group.dispatches], d.lost[group.dispatches]
    name, days = book.scenario.market_ids[group.market], book.days(landed, group.market)
    currency = book.customs_currency(name, int(days.min()))
    value = declared_values(case, group, currency, landed)
    fees = book.customs.entry_cost(name, "import", value, days).total
    exam = np.array([book.customs.terms(name, int(day)).exam_fee for day in days])
    fees = fees + np.where(d.examined[group.dispatches], exam, 0.0)
    _entry(case, group, np.where(lost, 0.0, fees), currency, landed)


def _into_china(case: Booking, group: Boarded) -> None:
    book, d, of = case.book, case.dispatches, group.dispatches
    terms = book.scenario.china_customs
    currency = book.fx.index(terms.currency)
    arrives = ~d.lost[of]
    whole = china_dispatch_bill(terms, d.kg[of], d.examined[of])
    truck = china_dispatch_bill(book.truck_only, d.kg[of])
    _entry(case, group, np.where(arrives, whole - truck, 0.0), currency, d.landed[of])
    at = d.landed[of][group.place]
    case.lines.add(
        Category.FREIGHT,
        group.rows,
        group.shared(np.where(arrives, truck, 0.0), currency),
        at,
        subject=Subject.DISPATCH,
    )


def _out_of_china(case: Booking, group: Boarded) -> None:
    terms = case.book.scenario.china_customs
    if terms.repair_route == "hong_kong":
        return
    departed = case.dispatches.departed[group.dispatches]
    bill = np.full(len(departed), terms.export_entry.value)
    _entry(case, group, bill, case.book.fx.index(terms.currency), departed)


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
    entry = _returned_entry(case, rows, landed, price.value, group.share[there])
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


def _returned_entry(
    case: Booking, rows: np.ndarray, landed: np.ndarray, declared: np.ndarray, share: np.ndarray
) -> ChinaEntry:
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
