"""A forecast covers what then happens, and beats what a seller would do without it."""

from __future__ import annotations

import numpy as np
import pytest

from tests.fitting.forecast import forecast_claims, month_edges, pinball
from tests.fitting.test_pooled import EARBUDS, LAG, LAW, TRUE, product_of, table, together
from warrantysim.fitting.fit import NotIdentified, fitted
from warrantysim.fitting.laws import Weibull
from warrantysim.fitting.observed import ClaimsTable
from warrantysim.fitting.pooled import Lives

YEAR = [30.4] * 12


def known(n: int = 400) -> Lives:
    """The true life, as if there were no doubt of it."""
    return Lives(*(np.full(n, value) for value in TRUE), 30.0, 0.9, 0, 0)


def test_claims_to_come_are_those_units_sold_will_make() -> None:
    history = table(1_000, by_sale=True)
    futures = forecast_claims(history, known(4000), YEAR, np.zeros(12), 730, np.random.default_rng(1))
    plan = ClaimsTable.of(
        month_edges([30.4] * 36), np.append(np.full(24, 1000.0), np.zeros(12)), np.zeros(36), 730, LAG
    )
    expected = plan.expected(LAW.failed(plan.ages, LAW.free(TRUE)))[24:]
    assert futures.by_month.mean(axis=0) == pytest.approx(expected, rel=0.02, abs=0.3)
    assert futures.by_sale[:, 24:].sum() == 0


def test_sales_to_come_claim_too_and_the_warranty_ends() -> None:
    history = table(1_000)
    short, long = (
        forecast_claims(history, known(), [30.4] * 30, np.full(30, 500.0), term, np.random.default_rng(1))
        for term in (90, 730)
    )
    assert short.by_sale[:, 24:].sum() < 0.5 * long.by_sale[:, 24:].sum()
    assert short.claims[:, 0, -1].sum() == 0, "units of the first month are out of warranty by then"


def test_sales_may_be_drawn_too() -> None:
    history, generator = table(1_000), np.random.default_rng(1)
    sales = generator.poisson(1000 * np.exp(0.4 * generator.standard_normal((400, 1))), (400, 12)).astype(float)
    wide, narrow = (
        forecast_claims(history, known(), YEAR, sold, 730, np.random.default_rng(2)).by_month.sum(axis=1).std()
        for sold in (sales, np.full(12, 1000.0))
    )
    assert wide > 1.2 * narrow


def test_a_plan_that_misses_months_is_refused() -> None:
    with pytest.raises(ValueError, match="expected sales of 12 months"):
        forecast_claims(table(10), known(), YEAR, [1.0], 730, np.random.default_rng(1))


def test_pinball_is_the_loss_of_a_quantile() -> None:
    futures = np.zeros((5, 1), dtype=np.int64)
    assert pinball([10], futures, [0.9]) == pytest.approx(9.0)
    assert pinball([-10], futures, [0.9]) == pytest.approx(1.0)


@pytest.mark.slow
def test_forecasts_cover_and_beat_growth_and_a_weibull_for_each_product() -> None:
    """Forty kinds of five products: 90 % intervals cover in 85 to 95 %; less pinball loss than either rival has."""
    generator = np.random.default_rng(21)
    inside, loss = [], {"ours": 0.0, "last year times growth": 0.0, "weibull each": 0.0}
    for kind_no in range(40):
        shared = EARBUDS.middle + EARBUDS.spread * generator.standard_normal(4)
        tables, frees, sales = [], [], []
        for _ in range(5):
            free = product_of(shared, generator, most=0.5)
            growth = np.exp(generator.normal(0.02, 0.03))
            sold = generator.poisson(np.exp(generator.uniform(3, 7)) * growth ** np.arange(36)).astype(float)
            plan = ClaimsTable.of(month_edges([30.4] * 24), sold[:24], np.zeros(24), 730, LAG)
            claims = generator.poisson(plan.expected(LAW.failed(plan.ages, free)))
            tables.append(ClaimsTable.of(plan.edges, sold[:24], claims, 730, LAG))
            frees.append(free)
            sales.append(sold)
        for history, lives, free, sold in zip(tables, together(tables, seed=kind_no), frees, sales, strict=True):
            whole = ClaimsTable.of(month_edges([30.4] * 36), sold, np.zeros(36), 730, LAG)
            actual = generator.poisson(whole.expected(LAW.failed(whole.ages, free)))[24:]
            ours = forecast_claims(history, lives, YEAR, sold[24:], 730, generator)
            low, _, high = ours.interval(0.9)
            size = 1 + actual.mean()
            inside.append((low <= actual) & (actual <= high))
            loss["ours"] += pinball(actual, ours.by_month) / size
            last = history.claims[12:]
            grown = last.sum() / max(history.claims[:12].sum(), 1.0) * last
            loss["last year times growth"] += pinball(actual, generator.poisson(grown, (400, 12))) / size
            try:
                alone = fitted(history, Weibull())
                failed = Weibull().failed(whole.ages, alone.free)
                rival = generator.poisson(whole.expected(failed)[24:], (400, 12))
            except NotIdentified:
                rival = np.zeros((400, 12), dtype=np.int64)
            loss["weibull each"] += pinball(actual, rival) / size
    assert 0.85 <= np.mean(inside) <= 0.95, np.mean(inside)
    # Big products speak for themselves, so what is borrowed shows in loss by size of product.
    assert loss["ours"] < min(loss["last year times growth"], loss["weibull each"]), loss
