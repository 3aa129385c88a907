"""A denial books the coupon and the paid repair that its message offers: by product, level and partner."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from tests.money.runs import run_of
from tests.money.tiny import BROKEN, DE, MISUSE, SOUND, TOY, US, VAC, seller, seller_with
from warrantysim.journeys.records import Closure, Route
from warrantysim.money.categories import Category
from warrantysim.money.price import price
from warrantysim.money.price_book import compile_book
from warrantysim.schema.root import Scenario

DENIED = {"route": Route.DENIED, "closure": Closure.DENIED, "fault": MISUSE}
OF_VAC = 4
"""Where the faults of the vacuum begin."""


def stating(covered_as: str = "", **denial: Any) -> Scenario:
    """The tiny seller with other offers; misuse is mended as ``covered_as`` says."""

    def change(stated: dict[str, Any]) -> None:
        stated["triage"]["denial"] |= denial
        for row in stated["faults"]:
            if row["kind"] == "excluded" and covered_as:
                row |= {"covered_as": covered_as, "exclusion": "misuse"}

    return seller_with(change)


def booked(scenario: Scenario, category: Category, *claims: Any) -> list[tuple[float, str]]:
    """Amount and currency of the lines of a category, claim by claim."""
    ledger = price(run_of(*claims), scenario)
    rows = np.flatnonzero(ledger.category == category)
    order = rows[np.argsort(ledger.record[rows])]
    return [(round(float(ledger.amount[r]), 6), ledger.currencies[ledger.currency[r]]) for r in order]


def coupons(scenario: Scenario) -> list[tuple[float, str]]:
    places = [(sku, market) for sku in (TOY, VAC) for market in (US, DE)]
    return booked(scenario, Category.COUPON, *(DENIED | {"coupon": True, "sku": s, "market": m} for s, m in places))


def test_without_a_share_every_product_has_the_same_coupon_and_margin() -> None:
    assert coupons(seller()) == [(4.0, "USD")] * 4
    paid = [DENIED | {"paid_repair": True, "sku": sku} for sku in (TOY, VAC)]
    assert booked(seller(), Category.PAID_REPAIR, *paid) == [(-12.0, "USD")] * 2


def test_a_coupon_is_a_share_of_the_list_price_and_at_most_the_most() -> None:
    # Faces 20 USD, 24 EUR, 60 USD and, since the most of 60 USD is 50 EUR, 50 EUR; 40 % of a face is what it costs.
    assert coupons(stating(coupon_share=0.2, coupon="60 USD")) == [(8, "USD"), (9.6, "EUR"), (24, "USD"), (20, "EUR")]


def test_a_coupon_is_never_above_the_landed_cost_and_rounded_up_to_what_customers_are_told() -> None:
    # 33.3 % of 100 USD is above what it cost to land; of 480 EUR it is 159.84, told as 160 EUR, above 150 EUR landed.
    faces = compile_book(stating(coupon_share=0.333, coupon="900 USD")).contact.coupon.value / 0.4
    assert faces == pytest.approx([30.0, 30.0, 133.5, 150.0])


def test_a_product_whose_coupon_would_be_below_the_least_books_none() -> None:
    assert coupons(stating(coupon_share=0.2, coupon="2.50 USD")) == []


def test_shares_move_amounts_and_nobodys_choice() -> None:
    claims = [DENIED | {"coupon": True}, DENIED | {"paid_repair": True}, DENIED | {"disputed": True}]
    before, after = (price(run_of(*claims), s) for s in (seller(), stating("broken", coupon_share=0.2)))
    assert list(zip(before.category, before.record, strict=True)) == list(
        zip(after.category, after.record, strict=True)
    )


def test_the_margin_is_a_share_of_the_net_quote_of_the_repair_that_mends_the_fault() -> None:
    scenario = stating("broken", paid_repair_margin_share=0.2, paid_repair_margin="1 USD")
    margins = compile_book(scenario).contact.paid_repair.value
    # Fee 40 and parts 6 at cost plus a half, label 24 and parcel back 20 USD; in Germany 30 and 4, 5 EUR, 24 and 20.
    assert margins[:, OF_VAC + MISUSE] == pytest.approx([0.25 * (40 + 9 + 24 + 20), 0.25 * (30 + 4 + 5 + 24 + 20)])
    assert margins[:, OF_VAC + BROKEN] == pytest.approx(margins[:, OF_VAC + MISUSE])
    paid = DENIED | {"paid_repair": True, "sku": VAC, "fault": OF_VAC + MISUSE}
    assert booked(scenario, Category.PAID_REPAIR, paid) == [(-0.25 * 93, "USD")]
    least = stating("broken", paid_repair_margin_share=0.2, paid_repair_margin="30 USD")
    assert compile_book(least).contact.paid_repair.value[US, OF_VAC + MISUSE] == 30


@pytest.mark.parametrize(("covered_as", "sku", "fault"), [
    ("broken", TOY, MISUSE),  # 40 + 9 + 7 + 5 and a fifth more: above half of 100 USD
    ("dead", VAC, OF_VAC + MISUSE),
    ("", VAC, OF_VAC + MISUSE),
    ("broken", VAC, OF_VAC + SOUND),
])  # fmt: skip
def test_no_paid_repair_is_booked_where_none_is_worth_it_or_mends_the_fault(
    covered_as: str, sku: int, fault: int
) -> None:
    scenario = stating(covered_as, paid_repair_margin_share=0.2)
    paid = DENIED | {"paid_repair": True, "sku": sku, "fault": fault}
    assert booked(scenario, Category.PAID_REPAIR, paid) == []
