"""The integral births are held to agrees with what can be worked out by hand."""

from __future__ import annotations

import datetime as dt
import math

import pytest

from tests.claims.expected import claims_per_month, claims_per_unit
from tests.claims.worlds import CERTAIN, sold, terms_of, world


def test_when_everyone_claims_it_is_the_share_that_fails_within_the_warranty():
    w = world(changes={"early_share": 0.05, "early_eta_days": 20, "early_beta": 1.0})
    expected = 0.05 * (1 - math.exp(-365 / 20)) + 0.95 * (1 - math.exp(-365 / 1460))
    assert claims_per_unit(w)[0] == pytest.approx([expected, expected], rel=1e-12)


def test_a_propensity_that_falls_with_age_weighs_each_failure_by_its_age():
    w = world(births={"propensity": {"US": {**CERTAIN, "decline_per_year": 0.5}}})
    eta, W = 1460.0, 365.0
    fails = 1 - math.exp(-W / eta)
    mean_age = eta - W * math.exp(-W / eta) / fails
    assert claims_per_unit(w)[0, 0] == pytest.approx(fails * (1 - 0.5 * mean_age / 365), rel=1e-5)


def test_a_month_is_the_sum_over_channels_of_the_sales_that_hold_on_the_day():
    w = world(
        sales=(sold("A", 300), sold("A", 100, channel="FBA"), sold("A", 50, **{"from": "2027-03-01"})),
        births={"visibility": {"FBA": 0.5}},
    )
    per_unit = 1 - math.exp(-365 / 1460)
    assert claims_per_month(w)[0, 0] == pytest.approx(350 * per_unit)
    assert claims_per_month(w, dt.date(2027, 3, 1))[0, 0] == pytest.approx(100 * per_unit)


def test_promotions_count_at_the_price_paid():
    rule = {"base": 1.0, "cheap_factor": 0.0, "half_price": "100 USD", "decline_per_year": 0.0}
    births = {"propensity": {"US": rule}, "promotion_share": 0.4, "promotion_depth": 0.5}
    per_unit = (1 - math.exp(-365 / 1460)) * (0.6 * 0.5 + 0.4 * 50 / 150)
    assert claims_per_unit(world(births=births))[0, 0] == pytest.approx(per_unit)


def test_a_product_without_terms_yet_claims_nothing():
    w = world(sku_markets=(terms_of("A", **{"from": "2028-01-01"}),))
    assert claims_per_month(w)[0, 0] == 0.0
