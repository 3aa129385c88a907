"""What sales bring before warranty: the yardstick for a lever that sells more, or costs something a unit sold."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from warrantysim.analysis.exclusions import cover_worth
from warrantysim.analysis.sweeps import Sweep
from warrantysim.experiment.intervals import t_interval
from warrantysim.money.platform_fees import PlatformFees
from warrantysim.schema.dated import RowsByDate
from warrantysim.schema.root import Scenario
from warrantysim.schema.sold_units import SoldUnits

if TYPE_CHECKING:
    import pandas as pd

MONTHS = 12
"""Months a year."""


def units_a_year(scenario: Scenario) -> np.ndarray:
    """Units sold a year of each product and market as the sales table states on the first day, shape (S, M)."""
    found = np.zeros((len(scenario.skus), len(scenario.market_ids)))
    for (sku, market, _), units in _sales(scenario).items():
        found[scenario.sku_index[sku], scenario.market_index[market]] += units
    return found


def contribution(scenario: Scenario) -> float:
    """What a year of sales leaves before warranty and overheads [reporting currency a year].

    By unit: the list price less the mean promotion, less tax; less the platform's referral fee where one sells; less
    the landed cost and the fulfilment of its parcel.
    """
    day, births = scenario.horizon.first_day, scenario.births
    kept = 1.0 - births.promotion_share * births.promotion_depth.mean()
    terms = RowsByDate(scenario.sku_markets, lambda row: (row.sku, row.market))
    total, fees = 0.0, PlatformFees(scenario.platform_fees)
    for (sku, market, channel), units in _sales(scenario).items():
        row, place = terms.on((sku, market), day), scenario.markets[market]
        if row is None:
            continue
        paid = row.list_price * kept
        gross = paid if place.prices_include_tax else paid * (1.0 + place.tax_share)
        product = scenario.skus[scenario.sku_index[sku]]
        fee = 0.0
        if scenario.channels[channel].platform and row.referral_share is not None:
            fee = row.referral_share * gross
        elif scenario.channels[channel].platform:
            price, today = np.array([gross]), np.array([day.toordinal()])
            fee = float(fees.referral_fee(market, product.referral_tier, price, today)[0])
        size = product.size_class
        parcel = getattr(place.parcel.fulfilment, size)
        total += units * (
            (gross / (1.0 + place.tax_share) - fee) * scenario.usd_per_unit(row.currency)
            - row.landed_cost * scenario.usd_per_unit(row.landed_currency)
            - parcel.value * scenario.usd_per_unit(parcel.currency)
        )
    return total / scenario.usd_per_unit(scenario.reporting_currency)


def uplift(more: np.ndarray, cost: np.ndarray, margin: float) -> np.ndarray:
    """Share by which sales must rise for a term that costs ``more`` a year, and then ``cost``, to pay for itself.

    Claims grow with sales, so (1 + u) (margin - cost) = margin - (cost - more). Below 0: the share of sales that a
    cheaper term may lose. Infinite where a unit earns less than its warranty costs.
    """
    left = margin - np.asarray(cost, dtype=float)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(left > 0, np.asarray(more, dtype=float) / left, np.inf)


def _sales(scenario: Scenario) -> dict[tuple[str, str, str], float]:
    """Units a year by product, market and channel, if sales went on as on the first day."""
    sales = SoldUnits(scenario)
    return {key: sales.a_month(key, scenario.horizon.first_day) * MONTHS for key in sales.keys}


def term_uplift(found: Sweep) -> pd.DataFrame:
    """Sales uplift at which each position pays, a row a position: uplift, uplift_low, uplift_high [share]."""
    import pandas as pd

    margin = contribution(found.scenario)
    table = found.table()
    columns = {"uplift": "difference", "uplift_low": "low", "uplift_high": "high"}
    before = table["baseline"].to_numpy()
    return pd.DataFrame(
        {name: uplift(table[c].to_numpy(), before + table[c].to_numpy(), margin) for name, c in columns.items()}
    )


def guide_pays_up_to(found: Sweep) -> pd.DataFrame:
    """Cost of a guide a unit sold up to which it pays, a row a position of lever ``guide``: pays_up_to,
    pays_up_to_low, pays_up_to_high, unit_cost (what it costs where it is on) [reporting currency per unit sold].
    """
    import pandas as pd

    scenario = found.scenario
    units = units_a_year(scenario).sum(axis=1)
    here = [scenario.sku_index[p.item] for p in found.positions]
    skus = [p.case.scenario.skus[k] for p, k in zip(found.positions, here, strict=True)]
    rate = [scenario.usd_per_unit(sku.currency) / scenario.usd_per_unit(scenario.reporting_currency) for sku in skus]
    cost = np.array([sku.guide_cost_per_unit * r for sku, r in zip(skus, rate, strict=True)])
    sign = np.array([-1.0 if sku.guide_on else 1.0 for sku in skus])
    sold = np.where(units[here] > 0, units[here], np.nan)
    worth = found.differences() * (sign / sold)[:, None] + cost[:, None]
    ends = t_interval(worth, found.level)
    return pd.DataFrame(
        {"pays_up_to": ends.mean, "pays_up_to_low": ends.low, "pays_up_to_high": ends.high, "unit_cost": cost}
    )


def priced(found: Sweep) -> pd.DataFrame:
    """The table of a sweep, with what a unit sold makes of it where the lever is a term or a guide, and what claims do
    where it is an exclusion."""
    import pandas as pd

    more = {"warranty": (term_uplift,), "guide": (guide_pays_up_to,), "exclusions": (cover_worth, term_uplift)}
    return pd.concat([found.table(), *(each(found) for each in more.get(found.lever, ()))], axis=1)
