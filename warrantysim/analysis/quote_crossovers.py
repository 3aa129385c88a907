"""From which volume a retainer beats a flat price: bills of two contracts side by side, by the code that prices runs.

The world that defines a crossover: one desk of each quote, n units of one SKU (or a mix) repaired a month, nothing
else. A crossover is the n at which the two monthly bills, parts the seller consigns included, are equal.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy.optimize import brentq

from warrantysim.money.contracts import compile_quote
from warrantysim.money.price_book import price_book
from warrantysim.money.settlement import monthly_bill
from warrantysim.money.unit_charges import price_at, repair_fee
from warrantysim.schema.contracts import Partner
from warrantysim.schema.errors import BadInput
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


def monthly_cost(world: Scenario, side: Side, mix: Mapping[str, float], terms: Partner) -> Callable[[float], float]:
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
    book = price_book(world)
    pool = compile_quote(side.quote, terms, (side.desk,), book.clock, horizon=MONTH + 1)
    desk = terms.desks[side.desk]
    day = np.array([world.horizon.first_day.toordinal() + 31])
    if desk.repaired is not None and desk.repaired.by_level:
        raise BadInput(f"the repair price of {side.quote} depends on the level; a mix of SKUs does not tell it")
    skus, shares = list(mix), np.array(list(mix.values()))
    rows = np.array([world.sku_ids.index(sku) for sku in skus])
    level = np.ones(len(skus), dtype=int)
    fees = repair_fee(desk.repaired, rows, world.sku_ids, level, np.repeat(day, len(skus)))
    fee = float((fees * shares).sum())
    parts = desk.parts
    own = float(price_at(parts.mean, day)[0]) if parts is not None and parts.mode == "consigned" else 0.0
    if parts is not None and parts.mode == "consigned" and parts.handling is not None:
        own += float(price_at(parts.handling, day)[0])
    rate = world.usd_per_unit(desk.currency) / world.usd_per_unit(world.reporting_currency)

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


def readings(world: Scenario, flat: Side, retainer: Side, sku: str) -> pd.DataFrame:
    """Four readings of one comparison, each with the next term of the contracts: reading, flat_terms, retainer_terms,
    crossover [units a month].

    ``endless`` included units and no discount; the stated included units; the first discount tier; all tiers.
    """
    import pandas as pd

    one, other = world.partners[flat.quote], world.partners[retainer.quote]
    desk = other.desks[retainer.desk]
    if desk.retainer is None:
        raise BadInput(f"{retainer.quote} has no retainer at {retainer.desk}")
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
        (name, crossover(monthly_cost(world, flat, mix, a), monthly_cost(world, retainer, mix, b)))
        for name, a, b in rows
    ]
    return pd.DataFrame(found, columns=["reading", "crossover"])


def pooling(world: Scenario, flat: Side, retainer: Side, units: Mapping[str, float]) -> pd.DataFrame:
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

    one, other = world.partners[flat.quote], world.partners[retainer.quote]
    unit_price = {s: monthly_cost(world, flat, {s: 1.0}, one.replace(tiers=None))(1.0) for s in units}
    ranked = sorted((s for s in units if units[s] > 0), key=lambda s: -unit_price[s])
    pools = [[s] for s in ranked] + [ranked[:k] for k in range(2, len(ranked) + 1)]
    rows = []
    for skus in pools:
        n = sum(units[s] for s in skus)
        mix = {s: units[s] / n for s in skus}
        a, b = monthly_cost(world, flat, mix, one), monthly_cost(world, retainer, mix, other)
        at = crossover(a, b)
        fee = sum(mix[s] * unit_price[s] for s in skus)
        rows.append((" + ".join(skus), n, fee, at, a(n), b(n), b(n) < a(n), at / n))
    columns = ["skus", "units", "mean_fee", "crossover", "flat_cost", "retainer_cost", "pays", "times"]
    return pd.DataFrame(rows, columns=columns)


def retainer_pairs(world: Scenario) -> list[tuple[Side, Side]]:
    """Pairs of a quote by price and a quote by retainer whose desks serve a market in common, at prices a mix of SKUs
    tells."""
    sides = [
        (Side(name, place), desk, quote)
        for name, quote in world.partners.items()
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
