"""What units cost that are sold and may never fail: the guide in their box."""

from __future__ import annotations

import numpy as np

from warrantysim.claims.cohorts import cohorts
from warrantysim.claims.lots import Lots
from warrantysim.claims.terms import Terms
from warrantysim.money.categories import Category, Subject
from warrantysim.money.lines import Lines
from warrantysim.money.priced import CurrencyIndex, Priced
from warrantysim.scenario.clock import DAY
from warrantysim.scenario.root import Scenario


def guide_copies(scenario: Scenario, terms: Terms, lots: Lots, index: CurrencyIndex) -> tuple[np.ndarray, ...]:
    """Guides sold with units in the horizon: (amount, currency, stamp, sku, market, channel), shape (cohorts,) each."""
    skus = scenario.skus
    each = np.array([k.guide_cost_per_unit if k.guide_on else 0.0 for k in skus])
    currency = np.array([index(k.currency) for k in skus], dtype=np.int8)
    if not scenario.sales or not each.any():
        none = np.zeros(0, dtype=np.int64)
        return none.astype(float), none, none, none, none, none
    sold = cohorts(scenario, terms, lots)
    # A cohort belongs to the horizon if most of its month does: markets' months begin hours apart.
    middle = sold.start + sold.length // 2
    here = np.flatnonzero((middle >= 0) & (middle < scenario.horizon.days * DAY) & (each[sold.sku] > 0))
    sku = sold.sku[here].astype(np.int64)
    amount = sold.units[here] * each[sku]
    return amount, currency[sku], np.maximum(sold.start[here], 0), sku, sold.market[here], sold.channel[here]


def sale_lines(lines: Lines, copies: tuple[np.ndarray, ...]) -> None:
    """One line a product, market, channel and month."""
    amount, currency, at, sku, market, channel = copies
    lines.add_other(
        Category.GUIDE,
        Priced(amount, currency),
        at,
        subject=Subject.SALE,
        in_scope=True,
        sku=sku,
        market=market,
        channel=channel,
    )
