"""What one repaired unit costs under a quote at a volume: every term of the contract in one figure, one currency.

The world that defines it: n units of one SKU a month at one desk, all of them repaired, nothing else; levels and parts
by the SKU's own repairable faults within the partner's skill. Then

    unit price = (bill(n) + consigned parts) / n + onboarding / (12 n)

with the bill by the contract's own segments: a retainer, a minimum not filled and a discount not reached show as what
they add to a unit. Nothing is simulated; yield, returns, turnaround and freight are not in it (see `good_unit`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from warrantysim.money.contracts import YEAR, compile_quote
from warrantysim.money.price_book import price_book
from warrantysim.money.settlement import monthly_bill
from warrantysim.money.unit_charges import REPAIRED, unit_charges
from warrantysim.schema.markets import SIZE_CLASSES
from warrantysim.schema.root import Scenario

if TYPE_CHECKING:
    import pandas as pd

MONTH = 1
"""Month looked at: the second of the horizon, in which no onboarding falls."""
ELEMENTS = ("labour", "service", "parts", "extra", "fixed", "shortfall", "onboarding")
"""What a unit price is made of: repair fee after discounts, receiving, parts with mark-up and handling, units beyond
the included ones, retainer, shortfall to the minimum, onboarding over a year."""


@dataclass(frozen=True)
class Work:
    """What repairing one unit of a SKU takes at a desk, in the mean over its faults."""

    fee: float
    """List price of the repair [desk currency per unit]."""
    service: float
    """Receiving and triage [desk currency per unit]."""
    parts: float
    """Parts and handling, billed or consigned [desk currency per unit]."""


def work_of(world: Scenario, quote: str, desk: str, sku: str) -> Work | None:
    """None where the desk repairs no fault of the SKU, or has no price for it."""
    partner = world.partners[quote]
    row = next(r for r in world.skus if r.sku == sku)
    if not partner.takes(sku, row.category):
        return None
    faults = [f for f in world.faults if f.sku == sku and f.kind == "repairable" and f.skill <= partner.skill]
    weights = np.array([f.share for f in faults])
    if not weights.sum() > 0:
        return None
    terms = partner.desks[desk]
    rate = world.usd_per_unit(terms.currency)
    day = np.full(len(faults), world.horizon.first_day.toordinal() + 31)
    charges = unit_charges(
        partner,
        desk,
        outcome=np.full(len(faults), REPAIRED),
        sku=np.full(len(faults), world.sku_ids.index(sku)),
        sku_ids=world.sku_ids,
        level=np.array([f.skill for f in faults]),
        ordinals=day,
        size=SIZE_CLASSES.index(row.size_class),
        part_cost=np.array([f.parts_cost * world.usd_per_unit(f.currency) for f in faults]) / rate,
        price_net=_net_price(world, sku, terms.serves[0]) / rate,
    )

    def mean(values: np.ndarray) -> float:
        return float((values * weights).sum() / weights.sum())

    return Work(mean(charges.labour), mean(charges.receiving), mean(charges.parts + charges.own_parts))


def _net_price(world: Scenario, sku: str, market: str) -> float:
    """List price net of tax of a SKU in a market, where it is sold there [USD]."""
    rows = [r for r in world.sku_markets if r.sku == sku]
    here = next((r for r in rows if r.market == market), rows[0] if rows else None)
    if here is None:
        return 0.0
    place = world.markets[here.market]
    tax = place.tax_share if place.prices_include_tax else 0.0
    return here.list_price * world.usd_per_unit(here.currency) / (1.0 + tax)


class Price:
    """The price of one repaired unit of a SKU at a desk, for any volume."""

    def __init__(self, world: Scenario, quote: str, desk: str, work: Work) -> None:
        partner = world.partners[quote]
        # The price holds while the quote does, whenever that is.
        lasting = partner.replace(valid_from=None, valid_to=None)
        self.work = work
        self.pool = compile_quote(quote, lasting, (desk,), price_book(world).clock, horizon=MONTH + 1)
        self.rate = world.usd_per_unit(partner.desks[desk].currency) / world.usd_per_unit(world.reporting_currency)

    def at(self, units: float) -> dict[str, float]:
        """Its `ELEMENTS` at so many units a month [reporting currency per unit]."""
        volume = np.zeros((MONTH + 1, 1))
        volume[MONTH] = units
        bill = monthly_bill(self.pool, volume, volume * self.work.fee, volume * self.work.service)

        def each(column: np.ndarray) -> float:
            return float(column[MONTH, 0]) * self.rate / units

        return {
            "labour": each(bill.repair_fees + bill.rebate),
            "service": each(bill.service),
            "parts": self.work.parts * self.rate,
            "extra": each(bill.extra),
            "fixed": each(bill.retainer),
            "shortfall": each(bill.shortfall),
            "onboarding": float(bill.onboarding.sum()) * self.rate / (YEAR * units),
        }


def unit_prices(world: Scenario, quotes: Sequence[str], sku: str, volumes: Sequence[float]) -> pd.DataFrame:
    """A row a desk that repairs the SKU and a volume: quote, desk, units, the `ELEMENTS`, and price, their sum
    [reporting currency per unit].

    A quote whose tiers count by dispatch has no rows: a monthly volume does not tell its price.
    """
    import pandas as pd

    rows = []
    for quote in quotes:
        partner = world.partners[quote]
        by_dispatch = partner.tiers is not None and partner.tiers.basis == "dispatch"
        for desk in partner.desks if not by_dispatch else ():
            work = work_of(world, quote, desk, sku)
            if work is not None:
                price = Price(world, quote, desk, work)
                found = [(float(units), price.at(float(units))) for units in volumes]
                rows += [(quote, desk, units, *parts.values(), sum(parts.values())) for units, parts in found]
    return pd.DataFrame(rows, columns=["quote", "desk", "units", *ELEMENTS, "price"])
