"""What contracts cost at a volume, by the code that prices runs: crossovers, pools of products, the price of a unit.

The scenario that defines a crossover: one desk of each quote, n units of one SKU (or a mix) repaired a month, nothing
else. A crossover is the n at which the two monthly bills, parts the seller consigns included, are equal. In the same
scenario, with levels and parts by the SKU's own repairable faults within the partner's skill,

    unit price = (bill(n) + consigned parts) / n + onboarding / (12 n)

with the bill by the contract's own segments: a retainer, a minimum not filled and a discount not reached show as what
they add to a unit. Nothing is simulated; yield, returns, turnaround and freight are in `good_unit_costs`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy.optimize import brentq

from warrantysim.money.contracts import YEAR, compile_quote
from warrantysim.money.price_book import price_book
from warrantysim.money.settlement import monthly_bill
from warrantysim.money.unit_charges import REPAIRED, price_at, repair_fee, unit_charges
from warrantysim.schema.contracts import Partner
from warrantysim.schema.errors import BadInput
from warrantysim.schema.markets import SIZE_CLASSES
from warrantysim.schema.root import Scenario

if TYPE_CHECKING:
    import pandas as pd

MOST = 2_000
"""Volumes looked at [units a month]."""
ENDLESS = 1_000_000
"""Included units that no month reaches."""
MONTH = 1
"""Month compared: the second of the horizon, in which no onboarding falls."""


@dataclass(frozen=True)
class Side:
    """One quote at one desk."""

    quote: str
    """Partner id."""
    desk: str
    """Desk id."""


def monthly_cost(scenario: Scenario, side: Side, mix: Mapping[str, float], terms: Partner) -> Callable[[float], float]:
    """What n repaired units a month cost at a desk: its bill and consigned parts [reporting currency a month].

    Parameters
    ----------
    mix
        Shares of the SKUs among the units, adding up to 1.
    terms
        The quote's terms, or a variation of them.

    Raises
    ------
    BadInput
        If the desk's repair price depends on the level, which a mix of SKUs does not tell.
    """
    book = price_book(scenario)
    pool = compile_quote(side.quote, terms, (side.desk,), book.clock, horizon=MONTH + 1)
    desk = terms.desks[side.desk]
    day = np.array([scenario.horizon.first_day.toordinal() + 31])
    if desk.repaired is not None and desk.repaired.by_level:
        raise BadInput(
            "the repair price of {quote} depends on the level; a mix of SKUs does not tell it", quote=side.quote
        )
    skus, shares = list(mix), np.array(list(mix.values()))
    rows = np.array([scenario.sku_ids.index(sku) for sku in skus])
    level = np.ones(len(skus), dtype=int)
    fees = repair_fee(desk.repaired, rows, scenario.sku_ids, level, np.repeat(day, len(skus)))
    fee = float((fees * shares).sum())
    parts = desk.parts
    own = float(price_at(parts.mean, day)[0]) if parts is not None and parts.mode == "consigned" else 0.0
    if parts is not None and parts.mode == "consigned" and parts.handling is not None:
        own += float(price_at(parts.handling, day)[0])
    rate = scenario.usd_per_unit(desk.currency) / scenario.usd_per_unit(scenario.reporting_currency)

    def cost(units: float) -> float:
        volume = np.zeros((MONTH + 1, 1))
        volume[MONTH] = units
        bill = monthly_bill(pool, volume, volume * fee).by_month[MONTH, 0]
        return float(bill + own * units) * rate

    return cost


def crossover(one: Callable[[float], float], other: Callable[[float], float], most: int = MOST) -> float:
    """The volume from which on ``other`` is the cheaper one up to ``most``; NaN where it is not at ``most``.

    Bills may jump, so the last whole volume at which ``one`` is not dearer is found first, then the place behind it.
    """
    apart = np.array([one(n) - other(n) for n in range(1, most + 1)])
    if apart[-1] <= 0:
        return float("nan")
    behind = np.flatnonzero(apart <= 0)
    if not len(behind):
        return 0.0
    n = int(behind[-1]) + 1
    found: Any = brentq(lambda x: one(x) - other(x), n, n + 1, xtol=1e-9)
    return float(found)


def volume_readings(scenario: Scenario, flat: Side, retainer: Side, sku: str) -> pd.DataFrame:
    """Four readings of one comparison, each with the next term of the contracts: reading, flat_terms, retainer_terms,
    crossover [units a month].

    ``endless`` included units and no discount; the stated included units; the first discount tier; all tiers.
    """
    import pandas as pd

    one, other = scenario.partners[flat.quote], scenario.partners[retainer.quote]
    desk = other.desks[retainer.desk]
    if desk.retainer is None:
        raise BadInput("{quote} has no retainer at {desk}", quote=retainer.quote, desk=retainer.desk)
    endless = desk.replace(
        retainer=desk.retainer.replace(included_units=type(desk.retainer.included_units).model_validate(ENDLESS))
    )
    unlimited = other.replace(desks={**other.desks, retainer.desk: endless})
    plain = one.replace(tiers=None)
    first = plain if one.tiers is None else one.replace(tiers=one.tiers.replace(steps=one.tiers.steps[:1]))
    mix = {sku: 1.0}
    rows = [
        ("endless", plain, unlimited),
        ("list price", plain, other),
        ("first tier", first, other),
        ("all tiers", one, other),
    ]
    found = [
        (name, crossover(monthly_cost(scenario, flat, mix, a), monthly_cost(scenario, retainer, mix, b)))
        for name, a, b in rows
    ]
    return pd.DataFrame(found, columns=["reading", "crossover"])


def pooling(scenario: Scenario, flat: Side, retainer: Side, units: Mapping[str, float]) -> pd.DataFrame:
    """When pooling SKUs makes the retainer pay: each SKU alone, and SKUs pooled from the highest fee down.

    Parameters
    ----------
    units
        Repaired units a month by SKU.

    Returns
    -------
    A row a pool: skus, units (a month, as they are), mean_fee (of the flat quote), crossover (of this mix), flat_cost
    and retainer_cost (a month at those units) [reporting currency], pays (whether the retainer is cheaper there),
    times (factor on the volume from which it pays; NaN where it never does).
    """
    import pandas as pd

    one, other = scenario.partners[flat.quote], scenario.partners[retainer.quote]
    unit_price = {s: monthly_cost(scenario, flat, {s: 1.0}, one.replace(tiers=None))(1.0) for s in units}
    ranked = sorted((s for s in units if units[s] > 0), key=lambda s: -unit_price[s])
    pools = [[s] for s in ranked] + [ranked[:k] for k in range(2, len(ranked) + 1)]
    rows = []
    for skus in pools:
        n = sum(units[s] for s in skus)
        mix = {s: units[s] / n for s in skus}
        a, b = monthly_cost(scenario, flat, mix, one), monthly_cost(scenario, retainer, mix, other)
        at = crossover(a, b)
        fee = sum(mix[s] * unit_price[s] for s in skus)
        rows.append((" + ".join(skus), n, fee, at, a(n), b(n), b(n) < a(n), at / n))
    columns = ["skus", "units", "mean_fee", "crossover", "flat_cost", "retainer_cost", "pays", "times"]
    return pd.DataFrame(rows, columns=columns)


def retainer_pairs(scenario: Scenario) -> list[tuple[Side, Side]]:
    """Pairs of a quote by price and a quote by retainer whose desks serve a market in common, at prices a mix of SKUs
    tells."""
    sides = [
        (Side(name, place), desk, quote)
        for name, quote in scenario.partners.items()
        if not quote.test_only
        for place, desk in quote.desks.items()
    ]
    return [
        (a, b)
        for a, one, _ in sides
        for b, two, _ in sides
        if one.retainer is None and one.repaired is not None and not one.repaired.by_level
        if two.retainer is not None and set(one.serves) & set(two.serves)
    ]


ELEMENTS = ("labour", "service", "parts", "extra", "fixed", "shortfall", "onboarding")
"""What a unit price is made of: repair fee after discounts, receiving, parts with mark-up and handling, units beyond
the included ones, retainer, shortfall to the minimum, onboarding over a year."""


@dataclass(frozen=True)
class RepairWork:
    """What repairing one unit of a SKU takes at a desk, in the mean over its faults."""

    fee: float
    """List price of the repair [desk currency per unit]."""
    service: float
    """Receiving and triage [desk currency per unit]."""
    parts: float
    """Parts and handling, billed or consigned [desk currency per unit]."""


def work_of(scenario: Scenario, quote: str, desk: str, sku: str) -> RepairWork | None:
    """None where the desk repairs no fault of the SKU, or has no price for it."""
    partner = scenario.partners[quote]
    row = next(r for r in scenario.skus if r.sku == sku)
    if not partner.takes(sku, row.category):
        return None
    faults = [f for f in scenario.faults if f.sku == sku and f.kind == "repairable" and f.skill <= partner.skill]
    weights = np.array([f.share for f in faults])
    if not weights.sum() > 0:
        return None
    terms = partner.desks[desk]
    rate = scenario.usd_per_unit(terms.currency)
    day = np.full(len(faults), scenario.horizon.first_day.toordinal() + 31)
    charges = unit_charges(
        partner,
        desk,
        outcome=np.full(len(faults), REPAIRED),
        sku=np.full(len(faults), scenario.sku_ids.index(sku)),
        sku_ids=scenario.sku_ids,
        level=np.array([f.skill for f in faults]),
        ordinals=day,
        size=SIZE_CLASSES.index(row.size_class),
        part_cost=np.array([f.parts_cost * scenario.usd_per_unit(f.currency) for f in faults]) / rate,
        price_net=_net_price(scenario, sku, terms.serves[0]) / rate,
    )

    def mean(values: np.ndarray) -> float:
        return float((values * weights).sum() / weights.sum())

    return RepairWork(mean(charges.labour), mean(charges.receiving), mean(charges.parts + charges.own_parts))


def _net_price(scenario: Scenario, sku: str, market: str) -> float:
    """List price net of tax of a SKU in a market, where it is sold there [USD]."""
    rows = [r for r in scenario.sku_markets if r.sku == sku]
    here = next((r for r in rows if r.market == market), rows[0] if rows else None)
    if here is None:
        return 0.0
    place = scenario.markets[here.market]
    tax = place.tax_share if place.prices_include_tax else 0.0
    return here.list_price * scenario.usd_per_unit(here.currency) / (1.0 + tax)


class Price:
    """The price of one repaired unit of a SKU at a desk, for any volume."""

    def __init__(self, scenario: Scenario, quote: str, desk: str, work: RepairWork) -> None:
        partner = scenario.partners[quote]
        # The price holds while the quote does, whenever that is.
        lasting = partner.replace(valid_from=None, valid_to=None)
        self.work = work
        self.pool = compile_quote(quote, lasting, (desk,), price_book(scenario).clock, horizon=MONTH + 1)
        self.rate = scenario.usd_per_unit(partner.desks[desk].currency) / scenario.usd_per_unit(
            scenario.reporting_currency
        )

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


def unit_prices(scenario: Scenario, quotes: Sequence[str], sku: str, volumes: Sequence[float]) -> pd.DataFrame:
    """A row a desk that repairs the SKU and a volume: quote, desk, units, the `ELEMENTS`, and price, their sum
    [reporting currency per unit].

    A quote whose tiers count by dispatch has no rows: a monthly volume does not tell its price.
    """
    import pandas as pd

    rows = []
    for quote in quotes:
        partner = scenario.partners[quote]
        by_dispatch = partner.tiers is not None and partner.tiers.basis == "dispatch"
        for desk in partner.desks if not by_dispatch else ():
            work = work_of(scenario, quote, desk, sku)
            if work is not None:
                price = Price(scenario, quote, desk, work)
                found = [(float(units), price.at(float(units))) for units in volumes]
                rows += [(quote, desk, units, *parts.values(), sum(parts.values())) for units, parts in found]
    return pd.DataFrame(rows, columns=["quote", "desk", "units", *ELEMENTS, "price"])
