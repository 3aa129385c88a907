"""What part of the price is still due as a refund, by age of the order: what turns a refund due into an order price."""

from __future__ import annotations

import math

import numpy as np

from warrantysim.claims.columns import Claims, Origin, as_roots
from warrantysim.journeys.model import Model
from warrantysim.journeys.triage import refund_due
from warrantysim.schema.clock import DAY, seconds

WHOLE_MARKET = 0xFFFFFF
"""Key of a unit that is sold in no region of its own."""
YEAR = 365
"""Days of twelve months."""


def days_of_months(k: int) -> int:
    """Days of ``k`` months, each a twelfth of a year, the last begun day whole."""
    return math.ceil(k * YEAR / 12)


def refund_shares(model: Model, sku: int, market: int, ages: np.ndarray) -> np.ndarray:
    """Refund due as a share of the price net of tax, of claims that open in the middle of the horizon. Shape of
    ``ages`` [days].
    """
    return refund_due(model, claims_of_age(model, sku, market, ages), ages)


def claims_of_age(model: Model, sku: int, market: int, ages: np.ndarray) -> Claims:
    """A claim of a product in a market at each age of the order, in the middle of the horizon, paid 1 net of tax; of
    the market as a whole, not of a region with a law of its own.
    """
    s, n = model.scenario, len(ages)
    opened = np.full(n, s.horizon.days // 2 * DAY, dtype=np.int64)
    delivered = opened - seconds(ages)
    # Orders from before the first terms of sale are read by the terms there are.
    known = model.terms.row(np.array(sku), np.array(market), s.market_days.ordinals(delivered, np.full(n, market))) >= 0
    return as_roots(
        unit=np.full(n, WHOLE_MARKET),
        origin=np.full(n, Origin.FIELD),
        sku=np.full(n, sku),
        market=np.full(n, market),
        channel=np.zeros(n),
        fault=np.zeros(n),
        bench_minutes=np.full(n, np.nan),
        sold=np.where(known, delivered, opened),
        delivered=delivered,
        warranty_end=opened,
        opened=opened,
        price_gross=np.ones(n),
        price_net=np.ones(n),
    )


def tax_factor(model: Model, market: int) -> float:
    """Order price over price net of tax: above 1 where prices carry it."""
    here = model.markets[market]
    return 1.0 + here.tax_share if here.prices_include_tax else 1.0


def warranty_of(model: Model, sku: int, market: int) -> float:
    """Longest warranty of a product in a market [days]; NaN where it is not sold."""
    mine = (model.terms.sku == sku) & (model.terms.market == market)
    return float(model.terms.warranty_days[mine].max()) if mine.any() else math.nan
