"""Claims to expect in the long run, by integration instead of by luck: the yardstick births are held to.

Per unit sold: the integral of the claim propensity over the ages at which units fail within the warranty, averaged
over the prices paid. Times sales a month it is the steady-state claims a month. Bad lots and opportunistic claims come
on top.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import numpy as np

from warrantysim.claims.fault_mix import fault_mix
from warrantysim.claims.inverse import quantile, weibull_failed, weibull_life
from warrantysim.claims.propensity import claim_propensity
from warrantysim.claims.terms import terms
from warrantysim.schema.sold_units import SoldUnits

if TYPE_CHECKING:
    from warrantysim.schema.root import Scenario

_POINTS = 256
"""Mid-points of each integral."""


def claims_per_unit(scenario: Scenario) -> np.ndarray:
    """Expected claims of one unit sold, by row of ``scenario.sku_markets`` and channel.

    Returns float64, shape (rows, channels), each from 0 to 1.
    """
    sale, propensity = terms(scenario), claim_propensity(scenario)
    life, more = sale.life, fault_mix(scenario).more
    middle = (np.arange(_POINTS) + 0.5) / _POINTS
    out = np.zeros((len(sale.sku), len(scenario.channel_ids)))
    births = scenario.births
    depths = np.clip(quantile(births.promotion_depth, middle[:: _POINTS // 16]), 0.0, 1.0)
    paid = [(1.0 - births.promotion_share, 0.0)]
    paid += [(births.promotion_share / len(depths), float(depth)) for depth in depths]
    kinds = (
        (life.early_share, life.early_eta, life.early_beta),
        (1.0 - life.early_share, life.eta, life.beta),
    )
    for share, eta, beta in kinds:
        fails = weibull_failed(sale.warranty_days, eta, beta)
        ages = weibull_life(fails[:, None] * middle, eta[:, None], beta[:, None])
        for channel in range(out.shape[1]):
            for weight, discount in paid:
                price = (sale.list_price * (1.0 - discount))[:, None]
                chance = propensity.at(sale.market[:, None], np.array(channel), price, ages)
                chance = np.minimum(chance * (1.0 + more[sale.sku])[:, None], 1.0)
                out[:, channel] += weight * share * fails * chance.mean(axis=1)
    return out


def claims_per_month(scenario: Scenario, day: dt.date | None = None) -> np.ndarray:
    """Steady-state claims a month if the sales and terms of one day (default: the first of the horizon) held for ever.

    Returns float64, shape (skus, markets).
    """
    when = scenario.clock.first_day if day is None else day
    sale, per_unit = terms(scenario), claims_per_unit(scenario)
    sku_at = {row.sku: i for i, row in enumerate(scenario.skus)}
    out = np.zeros((len(scenario.skus), len(scenario.market_ids)))
    sales = SoldUnits(scenario)
    for key in sales.keys:
        sku, market = sku_at[key[0]], scenario.market_ids.index(key[1])
        row = int(sale.row(np.array(sku), np.array(market), np.array(when.toordinal())))
        if row >= 0:
            out[sku, market] += sales.a_month(key, when) * per_unit[row, scenario.channel_ids.index(key[2])]
    return out
