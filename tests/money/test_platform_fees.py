"""What the platform keeps and charges per unit."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.money.shipped import day, shipped
from warrantysim.money.platform_fees import (
    PlatformFees,
    rail_fee,
    referral_return,
    refund_administration,
    returns_processing,
)
from warrantysim.schema.platform import PlatformFee

POUND = 0.45359237
TODAY = day("2027-03-01")


def demo() -> PlatformFees:
    return PlatformFees(shipped(PlatformFee, "platform_fees"))


def removal(market: str, tier: str, kg: float, on: int = TODAY) -> float:
    return float(demo().removal_fee(market, tier, np.array([kg]), np.array([on]))[0])


def band(**terms: object) -> PlatformFee:
    return PlatformFee.model_validate({"fee": "removal", "market": "US", "currency": "USD", **terms})


@pytest.mark.parametrize(
    ("price", "rate", "fee"),
    [
        (345.0, 0.15, 5.00),  # 20 % of 51.75, capped
        (50.0, 0.08, 0.80),  # 20 % of 4.00
    ],
)
def test_of_a_referral_fee_given_back_the_platform_keeps_a_fifth_up_to_a_cap(
    price: float, rate: float, fee: float
) -> None:
    back = referral_return(np.array([price]), rate)
    assert refund_administration(back, 5.0)[0] == pytest.approx(fee)
    assert demo().refund_administration("US", back, np.array([TODAY]))[0] == pytest.approx(fee)


@pytest.mark.parametrize(
    ("date", "pounds", "fee"),
    [
        ("2027-03-01", 3.4, 5.01),  # 2.89 + 1.06 x 2: by the whole pound begun
        ("2027-03-01", 2.0, 2.27),
        ("2027-03-01", 3.0, 3.95),
        ("2027-03-01", 0.5, 0.84),
        ("2026-01-14", 0.5, 1.04),
        ("2026-01-15", 0.5, 0.84),
        ("2022-06-01", 3.4, 1.51 + 2 * 0.63),
    ],
)
def test_removal_of_a_standard_unit_follows_the_card_of_the_day(date: str, pounds: float, fee: float) -> None:
    assert removal("US", "standard", pounds * POUND, day(date)) == pytest.approx(fee)


@pytest.mark.parametrize(("pounds", "fee"), [(1, 3.12), (2, 4.30), (4, 6.36), (10, 10.04), (20.9, 14.32 + 11 * 1.06)])
def test_removal_of_a_bulky_unit_has_its_own_bands(pounds: float, fee: float) -> None:
    assert removal("US", "bulky", pounds * POUND) == pytest.approx(fee)


@pytest.mark.parametrize(
    ("market", "kg", "fee"),
    [("UK", 0.2, 0.45), ("UK", 1.2, 1.66 + 0.76), ("DE", 0.75, 1.36), ("DE", 3.0, 2.01 + 2 * 0.82), ("JP", 0.6, 60)],
)
def test_removal_in_other_markets_is_by_kilogram_in_local_currency(market: str, kg: float, fee: float) -> None:
    assert removal(market, "standard", kg) == pytest.approx(fee)


def test_before_its_first_card_a_fee_has_no_price() -> None:
    assert np.isnan(removal("US", "standard", 1.0, day("2021-12-31")))


def test_referral_of_accessories_falls_to_eight_percent_on_the_part_above_a_hundred_dollars() -> None:
    price = np.array([29.99, 100.0, 149.99, 1.0, 0.0])
    fee = demo().referral_fee("US", "accessories", price, np.full(5, TODAY))
    assert fee == pytest.approx([4.4985, 15.0, 15.0 + 0.08 * 49.99, 0.30, 0.0])
    assert demo().referral_fee("US", "consumer_electronics", np.array([50.0]), np.array([TODAY]))[0] == pytest.approx(4)


def test_only_units_returned_above_the_threshold_pay_for_processing() -> None:
    shipped_units, returned = np.array([100, 100, 24, 100]), np.array([15, 10, 20, 0])
    assert returns_processing(shipped_units, returned, 1.78, 0.10).tolist() == [5 * 1.78, 0, 0, 0]
    assert demo().threshold("US", "standard", TODAY) == 0.10
    before = day("2024-05-31")
    assert demo().threshold("US", "standard", before) == 0.10
    assert np.isnan(demo().weight_fee("returns_processing", "US", "standard", np.ones(1), np.array([before]))).all()


def test_liquidation_leaves_gross_less_fifteen_percent_and_processing() -> None:
    got = demo().liquidation_proceeds("DE", np.array([10.0, 10.0]), np.array([0.4, 2.5]), np.full(2, TODAY))
    assert got == pytest.approx([10 - 1.5 - 0.25, 10 - 1.5 - (0.50 + 2 * 0.40)])


def test_a_payment_rail_costs_its_share_its_spread_and_a_fixed_fee_and_nothing_when_nothing_is_paid() -> None:
    assert rail_fee(np.array([100.0, 0.0]), 0.01, 0.3, 0.02) == pytest.approx([3.3, 0.0])


@given(st.floats(0, 5000), st.floats(0, 1))
def test_the_administration_fee_never_exceeds_what_is_given_back(price: float, rate: float) -> None:
    back = referral_return(np.array([price]), rate)
    assert 0 <= refund_administration(back, 5.0)[0] <= back[0]


def test_fees_are_priced_row_by_row_whatever_the_order_of_days() -> None:
    days = np.array([day("2026-01-15"), day("2026-01-14"), day("2026-01-15")])
    got = demo().removal_fee("US", "standard", np.full(3, 0.4 * POUND), days)
    assert got.tolist() == [0.84, 1.04, 0.84]


def test_a_fee_the_table_does_not_state_is_named() -> None:
    assert not demo().has("fulfilment", "JP")
    with pytest.raises(ValueError, match="no fulfilment fee is stated for JP standard"):
        demo().weight_fee("fulfilment", "JP", "standard", np.array([1.0]), np.array([TODAY]))


@pytest.mark.parametrize(
    ("terms", "message"),
    [
        ({"up_to": 2}, "expected a unit"),
        ({"per_unit": 1, "unit": "price"}, "expected a share instead"),
        ({"minimum": 3, "cap": 2}, "cap of at least the minimum"),
        ({"share": 1.5}, "less than or equal to 1"),
    ],
)
def test_a_row_that_cannot_be_priced_is_refused(terms: dict[str, object], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        band(**terms)
