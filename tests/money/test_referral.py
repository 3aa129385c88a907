"""One truth for what the platform takes: a product's own figure where stated, else the platform's dated table."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from tests.worlds import claims_at, policy_of, world
from warrantysim.journeys.events import simulate_run
from warrantysim.money.categories import Category
from warrantysim.money.price import price
from warrantysim.money.price_book import price_book
from warrantysim.schema.root import Scenario

BANDS: list[dict[str, Any]] = [
    {"fee": "referral", "market": "US", "tier": "gadgets", "up_to": 100, "unit": "price", "share": 0.15},
    {"fee": "referral", "market": "US", "tier": "gadgets", "unit": "price", "share": 0.08, "minimum": 2},
]


def platform(share: float | None, *rows: dict[str, Any], **changes: Any) -> Scenario:
    """A platform that pays refunds out for a year; its table speaks dollars."""
    channel = {"platform": True, "window_decider": "seller", "binding": "order_date", "rail_days": 999}
    return world(
        ways=(),
        sku_of={"platform_category": "gadgets"},
        terms_of={"referral_share": share},
        channels={"OWN": {"title": {"en": "P", "zh": "P"}, **channel}},
        platform_fees=[{"currency": "USD", **row} for row in rows],
        **changes,
    )


def given_back(s: Scenario, paid: float, **claim: Any) -> float:
    ledger = price(simulate_run(s, policy_of("refund"), claims_at(s, [50.0], price=paid, **claim), 1, 0), s)
    return -float(ledger.amount[ledger.category == Category.REFERRAL_RETURN].sum())


@pytest.mark.parametrize(("paid", "fee"), [(80.0, 12.0), (150.0, 15 + 4), (10.0, 2.0)])
def test_a_refund_brings_back_what_the_platforms_table_took(paid: float, fee: float) -> None:
    assert given_back(platform(None, *BANDS), paid) == pytest.approx(fee)


def test_a_products_own_share_goes_before_the_table() -> None:
    assert given_back(platform(0.05, *BANDS), 80.0) == pytest.approx(4.0)


def test_a_part_of_the_money_brings_back_that_part_of_the_fee() -> None:
    s = platform(None, *BANDS)
    pro_rata = s.replace(sku_markets=[row.replace(refund_basis="pro_rata") for row in s.sku_markets])
    assert given_back(pro_rata, 150.0, age=365 / 2) == pytest.approx(19 / 2, rel=0.02)


def test_the_fee_is_that_of_the_day_of_the_order() -> None:
    """The claim opens on 23 February 2027, a hundred days after the order."""
    later = [row | {"share": 0.5, "from": day} for row in BANDS for day in ("2026-11-15",)]
    assert given_back(platform(None, *BANDS, *later), 80.0) == pytest.approx(40.0)
    after = [row | {"from": "2026-11-16"} for row in later]
    assert given_back(platform(None, *BANDS, *after), 80.0) == pytest.approx(12.0)


def test_a_product_sold_over_the_platform_without_any_fee_is_refused_by_name() -> None:
    sales = [{"sku": "A", "market": "US", "channel": "OWN", "units_per_month": 10}]
    with pytest.raises(ValueError, match=r"referral row of platform_fees for US and 'gadgets'; it has toys"):
        platform(None, {**BANDS[0], "tier": "toys"}, sales=sales)


def test_a_fee_that_begins_after_the_oldest_order_refunded_over_the_platform_is_refused() -> None:
    """Claims are born from 5 December 2026 on, and orders are refunded over the platform for 999 days."""
    sales = [{"sku": "A", "market": "US", "channel": "OWN", "units_per_month": 10}]
    begun, late = ([row | {"from": day} for row in BANDS] for day in ("2024-03-11", "2024-03-12"))
    platform(None, *begun, sales=sales)
    platform(0.1, *late, sales=sales)
    with pytest.raises(ValueError, match=r"holds on 2024-03-11, .* or one without a date; the first begins 2024-03-12"):
        platform(None, *late, sales=sales)


def test_liquidation_leaves_what_the_platforms_table_leaves_unless_a_fee_is_stated() -> None:
    """A fifth of 100 dollars; the unit weighs a kilogram."""
    rows = [
        {"fee": "liquidation_share", "market": "US", "share": 0.15},
        {"fee": "liquidation_processing", "market": "US", "unit": "kg", "amount": 0.5, "per_unit": 0.4},
    ]

    def worth(fee: float | None, *stated: dict[str, Any]) -> np.ndarray:
        recovery = {"liquidation_fee_share": fee, "trade_share_of_price": {"none": 0}}
        return price_book(platform(0.1, *stated, recovery=recovery)).values.b_stock.value

    assert worth(None, *rows).tolist() == pytest.approx([20 * 0.85 - 0.9])
    assert worth(0.1, *rows).tolist() == pytest.approx([18.0])
    assert worth(None).tolist() == [0.0]
