"""Products of a kind are fitted together: few claims borrow from siblings, many speak for themselves."""

from __future__ import annotations

import numpy as np
import pytest

from tests.fitting.forecast import month_edges
from warrantysim.fitting.fit import fitted
from warrantysim.fitting.laws import EarlyMain, Weibull
from warrantysim.fitting.observed import ClaimsTable
from warrantysim.fitting.pooled import Lives, Prior, fitted_together

EARBUDS = Prior(first_year=0.024, first_year_low=0.012, first_year_high=0.05, early=0.25, beta=1.09)
TRUE = (0.006, 9_000.0, 1.2)
"""Share of the early kind, characteristic life and shape of the others."""
LAW = EarlyMain()
LAG = [3.0, 8.0, 14.0, 20.0, 40.0]
"""Days from a failure to its claim."""


def table(units: float, *, months: int = 24, by_sale: bool = False, seed: int = 1, term: float = 730.0) -> ClaimsTable:
    """Claims drawn for a product of the true life, sold evenly."""
    empty = np.zeros((months, months) if by_sale else months)
    plan = ClaimsTable.of(month_edges([30.4] * months), np.full(months, units), empty, term, LAG)
    claims = np.random.default_rng(seed).poisson(plan.expected(LAW.failed(plan.ages, LAW.free(TRUE))))
    return ClaimsTable.of(plan.edges, plan.sold, claims, term, LAG)


def together(tables: list[ClaimsTable], kind: Prior = EARBUDS, draws: int = 400, seed: int = 1) -> list[Lives]:
    return fitted_together(tables, kind, np.random.default_rng(seed), draws)


def product_of(shared: np.ndarray, generator: np.random.Generator, most: float) -> np.ndarray:
    """Life of a product of a kind, as free parameters of the law; at most so many units fail in the first year."""
    level = min(shared[0] + np.exp(shared[1]) * generator.standard_normal(), np.log(most))
    first, early, beta = np.exp(level), 1 / (1 + np.exp(-shared[3])), np.exp(shared[2])
    p = min(first * early / Weibull().failed(365.0, np.log([30.0, 0.9])), 0.99)
    main = min(first * (1 - early) / (1 - p), 0.999)
    return LAW.free([p, 365 * (-np.log1p(-main)) ** (-1 / beta), beta])


def first_year(lives: Lives) -> np.ndarray:
    return np.asarray(lives.failed(365.0)[:, 0])


def test_expected_claims_are_those_of_units_followed_one_by_one() -> None:
    months, n = 6, 400_000
    plan = ClaimsTable.of(
        month_edges([30.0] * months), [1000, 0, 0, 500, 0, 0], np.zeros((months, months)), 100.0, [10.0]
    )
    expected = plan.expected(Weibull().failed(plan.ages, np.log([60.0, 1.3])))
    generator = np.random.default_rng(2)
    for month, units in ((0, 1000), (3, 500)):
        sold = 30 * month + 30 * generator.random(n)
        life = 60 * generator.weibull(1.3, n)
        claimed = np.where(life <= 100, sold + life + 10, np.inf)
        seen = np.histogram(claimed, plan.edges)[0] * units / n
        assert expected[month] == pytest.approx(seen, abs=0.004 * units)


def test_claims_after_the_warranty_are_not_expected() -> None:
    plan = ClaimsTable.of(month_edges([30.0] * 12), [100.0] + [0.0] * 11, np.zeros((12, 12)), term=60.0)
    assert plan.expected(np.minimum(plan.ages / 1000, 1.0))[0, 3:].max() == pytest.approx(0.0, abs=1e-9)


def test_a_month_without_a_report_says_nothing_and_one_without_a_claim_does() -> None:
    seen = table(400)
    unknown, none = seen.claims.copy(), seen.claims.copy()
    unknown[12:], none[12:] = np.nan, 0.0
    at = [ClaimsTable.of(seen.edges, seen.sold, claims, 730, LAG) for claims in (unknown, none)]
    told = [float(np.median(first_year(together([t])[0]))) for t in at]
    truth = LAW.failed(365, LAW.free(TRUE))
    assert told[0] == pytest.approx(truth, rel=0.35)
    assert told[1] < 0.6 * told[0]


def test_many_claims_speak_for_themselves() -> None:
    lives = together([table(20_000, by_sale=True)])[0]
    low, high = np.quantile(first_year(lives), [0.025, 0.975])
    truth = LAW.failed(365, LAW.free(TRUE))
    assert low < truth < high
    assert high / low < 1.06
    assert lives.middle()["beta"] == pytest.approx(1.2, abs=0.06)
    assert lives.middle()["early_share"] == pytest.approx(0.006, rel=0.15)


def test_a_product_with_few_claims_borrows_from_its_siblings() -> None:
    # The kind is stated at half of what its products do: siblings say so.
    kind = Prior(0.012, 0.006, 0.024, 0.25, 1.09)
    small = table(4, seed=3)
    assert small.failures <= 4
    siblings = [table(units, seed=n) for n, units in enumerate((800, 1500, 2500, 900))]
    alone, *_ = together([small], kind)
    among, *_ = together([small, *siblings], kind)
    truth = LAW.failed(365, LAW.free(TRUE))
    ratio = [float(np.median(first_year(lives)) / truth) for lives in (alone, among)]
    width = [float(np.subtract(*np.log(np.quantile(first_year(lives), [0.975, 0.025])))) for lives in (alone, among)]
    assert abs(np.log(ratio[1])) < abs(np.log(ratio[0]))
    assert width[1] < width[0]


def test_a_product_not_yet_sold_has_the_life_of_its_kind() -> None:
    plan = ClaimsTable.of(month_edges([30.4] * 3), np.zeros(3), np.zeros(3))
    share = first_year(together([plan], draws=4000)[0])
    low, high = np.quantile(share, [0.1, 0.9])
    assert np.median(share) == pytest.approx(0.024, rel=0.2)
    assert low < 0.014
    assert high > 0.042


def test_the_same_history_gives_the_same_lives() -> None:
    once, again = (together([table(300)])[0] for _ in range(2))
    assert np.array_equal(once.eta, again.eta)


def test_a_law_of_one_product_can_be_fitted_to_its_table_alone() -> None:
    fit = fitted(table(5_000, by_sale=True), LAW)
    low, high = fit.failed_interval(365.0)
    assert low < LAW.failed(365, LAW.free(TRUE)) < high


def test_shapes_that_do_not_fit_are_refused() -> None:
    with pytest.raises(ValueError, match="expected 4 rising edges"):
        ClaimsTable.of([0, 30, 60], [1, 2, 3], [0, 0, 0])


@pytest.mark.slow
@pytest.mark.parametrize("by_sale", [False, True], ids=["by month of claim", "by month of sale"])
def test_intervals_cover(by_sale: bool) -> None:
    """Sixty kinds of five products, drawn from what is known before: 95 % intervals cover in 90 to 98 %."""
    generator, months = np.random.default_rng(11), 24
    inside = []
    for kind_no in range(60):
        shared = EARBUDS.middle + EARBUDS.spread * generator.standard_normal(4)
        tables, truths = [], []
        for product in range(5):
            free = product_of(shared, generator, most=0.6)
            sold = generator.poisson(np.exp(generator.uniform(np.log(15), np.log(1500))), months).astype(float)
            term = 730.0 if product % 2 else 365.0
            empty = np.zeros((months, months) if by_sale else months)
            plan = ClaimsTable.of(month_edges([30.4] * months), sold, empty, term, LAG)
            claims = generator.poisson(plan.expected(LAW.failed(plan.ages, free)))
            tables.append(ClaimsTable.of(plan.edges, sold, claims, term, LAG))
            truths.append(LAW.failed([365.0, 730.0], free))
        for lives, truth in zip(together(tables, seed=kind_no), truths, strict=True):
            low, high = np.quantile(lives.failed([365.0, 730.0]), [0.025, 0.975], axis=0)
            inside.append((low <= truth) & (truth <= high))
    assert ((np.mean(inside, axis=0) >= 0.90) & (np.mean(inside, axis=0) <= 0.98)).all(), np.mean(inside, axis=0)
