"""What units are worth when nobody sells them as new: in the swap pool, as B-stock, as parts, at the close.

A pool unit has one transfer value, the lower of landed cost x swap share and its net realisable value; the claim that
supplies it is credited with it, the claim that uses it is charged with it, and the pool's own account takes the other
side of both, so that all transfer lines sum to zero. A unit the seller owns loses value on its way to the pool once,
by a lower credit. Pool stock at the close beyond its stated need is worth only what it fetches as B-stock.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from warrantysim.journeys.records import StockMoves
from warrantysim.money.fx import Fx
from warrantysim.money.platform_fees import PlatformFees
from warrantysim.money.priced import Amounts
from warrantysim.schema.clock import DAY
from warrantysim.schema.root import Scenario

MONTH_DAYS = 365.25 / 12
"""Mean length of a month [days]."""


@dataclass(frozen=True)
class UnitValues:
    """Values of one unit, each of shape (rows of ``scenario.sku_markets``,)."""

    landed: Amounts
    """A new unit in the market's stock."""
    transfer: Amounts
    """A repaired or faultless unit in the swap pool."""
    closing: Amounts
    """The same unit where the pool needs it no more; never above the transfer value."""
    b_stock: Amounts
    """A used unit sold as B-stock."""
    harvest: Amounts
    """Parts of a scrapped unit."""


def unit_values(scenario: Scenario, index: Callable[[str], int], fx: Fx, fees: PlatformFees) -> UnitValues:
    """The values of every SKU in every market.

    Net realisable value is the grade-A trade price (share of list price net of tax), or what liquidation leaves after
    its fees where that is more; liquidators take no lithium. Values in landed and local currency meet at the rates of
    the horizon's first day.
    """
    recovery, skus = scenario.recovery, {k.sku: k for k in scenario.skus}
    rows = scenario.sku_markets
    landed = np.array([row.landed_cost for row in rows])
    landed_in = np.array([index(row.landed_currency) for row in rows], dtype=np.int8)
    local_in = np.array([index(row.currency) for row in rows], dtype=np.int8)
    markets = [scenario.markets[row.market] for row in rows]
    tax = np.array([1.0 + m.tax_share if m.prices_include_tax else 1.0 for m in markets])
    net = np.array([row.list_price for row in rows]) / tax
    trade = net * np.array([recovery.trade_share_of_price.get(skus[row.sku].recovery_grade, 0.0) for row in rows])
    lithium = np.array([skus[row.sku].battery in {"in_equipment", "standalone"} for row in rows])
    liquidated = np.where(lithium, 0.0, _liquidated(scenario, net, fx, fees))
    b_stock = np.maximum(trade * recovery.b_stock_share, liquidated)
    opening = scenario.clock.ordinal
    rate = {code: float(fx.rate(code, opening)) for code in {c for r in rows for c in (r.currency, r.landed_currency)}}
    to_landed = np.array([rate[row.currency] / rate[row.landed_currency] for row in rows])
    transfer = np.minimum(landed * recovery.swap_share, np.maximum(trade, liquidated) * to_landed)
    return UnitValues(
        landed=Amounts(landed, landed_in),
        transfer=Amounts(transfer, landed_in),
        closing=Amounts(np.minimum(transfer, b_stock * to_landed), landed_in),
        b_stock=Amounts(b_stock, local_in),
        harvest=Amounts(landed * recovery.harvest_share, landed_in),
    )


def _liquidated(s: Scenario, net: np.ndarray, fx: Fx, fees: PlatformFees) -> np.ndarray:
    """What liquidating one unit of each row leaves, by the scenario's own fee or by the platform's table, at least 0.

    ``net``: list price net of tax. Shape of ``net``, local currency.
    """
    gross = net * s.recovery.liquidation_share
    if s.recovery.liquidation_fee_share is not None:
        return gross * (1.0 - s.recovery.liquidation_fee_share)
    out, opening = np.zeros(len(net)), s.clock.ordinal
    kg = np.array([s.skus[s.sku_index[row.sku]].weight_kg for row in s.sku_markets])
    for market in s.market_ids:
        if not fees.has("liquidation_share", market):
            continue
        rows = np.flatnonzero([row.market == market for row in s.sku_markets])
        own, table = s.markets[market].currency, fees.currency("liquidation_share", market)
        rate = float(fx.rate(own, opening)) / float(fx.rate(table, opening))
        left = fees.liquidation_proceeds(market, gross[rows] * rate, kg[rows], np.full(len(rows), opening)) / rate
        out[rows] = np.maximum(np.nan_to_num(left), 0.0)
    return out


def decayed(share_per_month: float, seconds: np.ndarray) -> np.ndarray:
    """What is left of a unit's value after a time on the way: (1 - share) ^ months. Shape of ``seconds``."""
    months = np.maximum(seconds, 0) / (MONTH_DAYS * DAY)
    left: np.ndarray = (1.0 - share_per_month) ** months
    return left


def pool_on_hand(stock: StockMoves, at: int, n_skus: int, n_markets: int) -> np.ndarray:
    """Units in each swap pool at a stamp, moves of that second included; shape (skus, markets)."""
    moves = np.flatnonzero(stock.pool & (stock.at <= at))
    cell = stock.sku[moves].astype(np.int64) * n_markets + stock.market[moves]
    units = np.bincount(cell, weights=stock.change[moves], minlength=n_skus * n_markets)
    return units.reshape(n_skus, n_markets)


def write_down(opening: np.ndarray, closing: np.ndarray, need: np.ndarray, loss: np.ndarray) -> np.ndarray:
    """What the horizon bears of surplus pool stock: the change of (units beyond need) x loss per unit.

    ``opening``, ``closing``, ``need``: units of each pool; ``loss``: transfer value less closing value. Any one shape.
    Surplus that was there at the beginning was an earlier year's loss; surplus used up comes back as a gain.
    """
    surplus = np.maximum(closing - need, 0.0) - np.maximum(opening - need, 0.0)
    change: np.ndarray = surplus * loss
    return change
