"""What consolidated freight costs: bills of whole dispatches, shared out among the units on board."""

from __future__ import annotations

import numpy as np

from warrantysim.journeys.model import model_of
from warrantysim.money.case import Booking
from warrantysim.money.categories import Category, Subject
from warrantysim.money.china_customs import china_dispatch_bill
from warrantysim.money.freight_allocation import Boarded
from warrantysim.money.priced import Amounts


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
