"""What whole dispatches of one way cost, as functions of their size: for programs that decide how much to send.

A ledger with ``shared=False`` holds none of this, since it depends on who else is on board.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np

from warrantysim.money.china_customs import china_dispatch_bill
from warrantysim.money.customs import entry_cost
from warrantysim.money.fx import Fx
from warrantysim.money.price_book import PriceBook, price_book
from warrantysim.money.transport import BillSegments
from warrantysim.schema.root import Scenario


@dataclass(frozen=True)
class DispatchTerms:
    """Costs of dispatches of one market and way, reporting currency."""

    out: BillSegments
    """A dispatch to China by its chargeable quantity: freight, export entry, China's broker, inspections by their
    chance, truck to the bench."""
    back: BillSegments
    """Freight of a dispatch back by its chargeable quantity, beyond what its units are charged each: its price for one
    more unit of a large dispatch."""
    back_entry: float
    """Entries of a dispatch back, whatever its size: China's export, the market's import with its least processing
    fee, examinations by their chance [reporting currency]."""
    back_every_days: float
    """Dispatches back leave so often, if there is anything to send [days]."""
    out_every_days: float | None
    """A dispatch to China leaves at least so often, if there is anything to send; None where only weight or count
    sends it [days]."""


def dispatch_terms(scenario: Scenario, market: str, way: str, day: int | None = None) -> DispatchTerms:
    """The terms as they hold on a day number, by default the first of the horizon.

    The truck goes by actual weight; on a lane per kg the chargeable quantity stands for it, which is the same for
    goods heavier than their volume; on a lane per cubic metre its minimum is taken.

    Raises
    ------
    ValueError
        If the market has no such way, or no rate or customs row holds on that day.
    """
    book, on = price_book(scenario), scenario.clock.ordinal if day is None else day
    stated = scenario.markets[market].china.get(way)
    if stated is None:
        raise ValueError(f"{market} has no way {way!r} to China")
    fx = Fx(scenario.fx, scenario.reporting_currency)
    freight = book.freight.marginal_break_points(stated.out_lane, on)
    rate = float(fx.rate(book.freight.currency(stated.out_lane), on))
    fixed, back = _entries(book, fx, market, on)
    home = book.freight.marginal_break_points(stated.back_lane, on)
    home_rate = float(fx.rate(book.freight.currency(stated.back_lane), on))
    rule = stated.consolidation
    week = 7.0 / len(rule.weekdays) if rule.rule in {"weekday", "hybrid"} and rule.weekdays else math.inf
    aged = rule.age_days if rule.rule in {"age", "hybrid"} and rule.age_days is not None else math.inf
    every = min(week, aged)
    return DispatchTerms(
        out=_with_truck(book, fx, freight, rate, fixed, on),
        back=replace(home, fixed=home.fixed * home_rate, per_unit=(home.per_unit - home.per_unit[-1]) * home_rate),
        back_entry=back,
        back_every_days=stated.back_every_days,
        out_every_days=None if math.isinf(every) else every,
    )


def _entries(book: PriceBook, fx: Fx, market: str, day: int) -> tuple[float, float]:
    """Fixed costs of a dispatch (to China without the truck, back), reporting currency."""
    terms, china = book.customs.terms(market, day), book.scenario.china_customs
    local, yuan = float(fx.rate(terms.currency, day)), float(fx.rate(china.currency, day))
    least = np.array([1e-9])
    out = float(entry_cost(terms, "export", least).total[0]) * local
    back = (float(entry_cost(terms, "import", least).total[0]) + terms.exam_share * terms.exam_fee) * local
    if china.repair_route != "hong_kong":
        out += (china.import_entry.value + china.inspection_share * china.inspection_fee.value) * yuan
        back += china.export_entry.value * yuan
    return out, back


def _with_truck(book: PriceBook, fx: Fx, freight: BillSegments, rate: float, fixed: float, day: int) -> BillSegments:
    """The freight bill plus fixed costs and the truck, in the reporting currency."""
    china = book.scenario.china_customs
    yuan = float(fx.rate(china.currency, day))
    per_kg = china.truck_per_kg.value * yuan if freight.unit == "kg" and china.repair_route != "hong_kong" else 0.0
    minimum = float(china_dispatch_bill(book.truck_only, np.array([1e-9]))[0]) * yuan
    turn = minimum / per_kg if per_kg > 0 else math.inf
    start = np.unique(np.append(freight.start, [turn] if math.isfinite(turn) else []))
    piece = np.searchsorted(freight.start, start, side="right") - 1
    beyond = start >= turn
    return BillSegments(
        start=start,
        fixed=freight.fixed[piece] * rate + fixed + np.where(beyond, 0.0, minimum),
        per_unit=freight.per_unit[piece] * rate + np.where(beyond, per_kg, 0.0),
        unit=freight.unit,
    )
