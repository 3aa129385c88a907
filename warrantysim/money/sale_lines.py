"""Units sold, whether they fail or not: how many there were, and what the guide in their box costs."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from warrantysim.claims.cohorts import cohorts
from warrantysim.claims.lots import Lots
from warrantysim.claims.terms import Terms
from warrantysim.money.categories import Category, Subject
from warrantysim.money.lines import Lines
from warrantysim.money.priced import Amounts
from warrantysim.schema.clock import DAY
from warrantysim.schema.root import Scenario


@dataclass(frozen=True)
class UnitsSold:
    """Units by product, market, channel and month of sale; arrays of shape (cohorts,)."""

    sku: np.ndarray
    """Row in ``scenario.skus`` [int16]."""
    market: np.ndarray
    """Row in ``scenario.market_ids`` [int8]."""
    channel: np.ndarray
    """Row in ``scenario.channel_ids`` [int8]."""
    month: np.ndarray
    """Month of sale, market time, months since the horizon's first [int64]."""
    start: np.ndarray
    """When that month begins [int64 s]."""
    middle: np.ndarray
    """Its middle; a month belongs to the horizon where its middle does: months begin at different hours [int64 s]."""
    units: np.ndarray
    """Units sold [int64]."""

    @staticmethod
    def of(scenario: Scenario, terms: Terms, lots: Lots) -> UnitsSold:
        """Everything sold that a claim can come of."""
        if not scenario.sales:
            none = np.zeros(0, dtype=np.int64)
            return UnitsSold(none, none, none, none, none, none, none)
        sold = cohorts(scenario, terms, lots)
        first = scenario.clock.first_day
        month = sold.month - (first.year * 12 + first.month - 1)
        middle = sold.start + sold.length // 2
        return UnitsSold(sold.sku, sold.market, sold.channel, month, sold.start, middle, sold.units)

    def shipped(self, sku: np.ndarray, market: int, month: np.ndarray, channels: np.ndarray) -> np.ndarray:
        """Units of each product sold in a market in each month, over the channels marked. int64, shape of ``sku``."""
        base = int(min(self.month.min(initial=0), month.min(initial=0)))
        span = int(max(self.month.max(initial=0), month.max(initial=0))) - base + 1
        rows = np.flatnonzero((self.market == market) & channels[self.channel])
        code = self.sku[rows].astype(np.int64) * span + self.month[rows] - base
        size = int(max(self.sku.max(initial=0), sku.max(initial=0)) + 1) * span
        return np.bincount(code, weights=self.units[rows], minlength=size)[sku * span + month - base]


def sale_lines(lines: Lines, sold: UnitsSold, guide: Amounts, horizon_days: int) -> None:
    """The guide in the box of every unit sold in the horizon: one line a product, market, channel and month.

    ``guide``: cost of one copy, by product; 0 where none comes with it.
    """
    here = np.flatnonzero((sold.middle >= 0) & (sold.middle < horizon_days * DAY))
    sku = sold.sku[here]
    lines.add_other(
        Category.GUIDE,
        guide.at(sku).times(sold.units[here]),
        np.maximum(sold.start[here], 0),
        subject=Subject.SALE,
        in_scope=True,
        sku=sku,
        market=sold.market[here],
        channel=sold.channel[here],
    )
