"""Settlements are read row by row, in their own locale, and hold against their total to the cent."""

from __future__ import annotations

import pytest

from tests.files.importers.reading import left_out as left
from tests.files.importers.reading import said as remarks
from tests.files.importers.written import read, records

HEAD = {
    "settlement-id": "19000000001",
    "settlement-start-date": "14.03.2026 07:49:55 UTC",
    "settlement-end-date": "28.03.2026 07:49:55 UTC",
    "deposit-date": "30.03.2026 07:49:55 UTC",
    "total-amount": "1141,18",
    "currency": "EUR",
}


def posting(
    amount: str,
    kind: str = "Order",
    amount_type: str = "ItemPrice",
    description: str = "Principal",
    store: str = "Amazon.de",
    at: str = "15.03.2026 01:59:59 UTC",
    **more: str,
) -> dict[str, str]:
    return {
        "settlement-id": "19000000001",
        "transaction-type": kind,
        "order-id": "302-0000001-0000001",
        "merchant-order-id": "",
        "marketplace-name": store,
        "amount-type": amount_type,
        "amount-description": description,
        "amount": amount,
        "posted-date": at.split(" ")[0],
        "posted-date-time": at,
        "sku": "PRJ-FHD",
        "quantity-purchased": "",
    } | more


GERMAN = [
    HEAD | posting("", "", "", "", "", "", **{"order-id": "", "sku": ""}) | HEAD,
    posting("1.299,00", **{"quantity-purchased": "1"}),
    posting("246,81", description="Tax"),
    posting("-149,99", "Refund", store="Amazon.fr", at="29.03.2026 01:30:00 UTC", sku="CAM-2CH"),
    posting("-2,40", "Refund", "ItemFees", "RefundCommission", "Amazon.fr", "29.03.2026 01:30:00 UTC", sku="CAM-2CH"),
    posting("-30,00", "Refund", description="Goodwill", at="29.03.2026 02:30:00 UTC", sku="VAC-L10"),
    posting(
        "-12,34", "other-transaction", "FBA Inventory Reimbursement", "REVERSAL_REIMBURSEMENT", "",
        "27.03.2026 10:00:00 UTC", sku="CAM-2CH", **{"order-id": ""},
    ),
]  # fmt: skip


def test_a_german_settlement_is_read_figure_by_figure() -> None:
    found = read(GERMAN)
    assert found.report == "settlement"
    assert (found.read, found.used) == (7, 6)
    assert records(found, "postings", "day", "market", "sku", "kind", "amount", "currency") == [
        ("2026-03-15", "DE", "PRJ-FHD", "sale", 1299.00, "EUR"),
        ("2026-03-15", "DE", "PRJ-FHD", "tax", 246.81, "EUR"),
        ("2026-03-29", "FR", "CAM-2CH", "refund", -149.99, "EUR"),
        ("2026-03-29", "FR", "CAM-2CH", "refund_commission", -2.40, "EUR"),
        ("2026-03-29", "DE", "VAC-L10", "goodwill", -30.00, "EUR"),
        ("2026-03-27", "", "CAM-2CH", "reimbursement", -12.34, "EUR"),
    ]
    assert left(found) == {"the total of a settlement, which is no transaction": 1}


def test_the_rows_are_held_against_the_total_and_a_difference_is_said() -> None:
    told = remarks(read(GERMAN))
    assert "the rows sum to 1,351.08 EUR; its total is 1,141.18, and +209.90 of the sum is not in it" in told
    fitting = [GERMAN[0] | {"total-amount": "1.351,08"}, *GERMAN[1:]]
    assert "the rows sum to 1,351.08 EUR, which is its total" in remarks(read(fitting))


def test_refunds_are_in_full_in_part_or_goodwill_by_what_was_paid() -> None:
    sale = posting("149,99", sku="A", **{"order-id": "302-1"})
    rows = [
        *GERMAN,
        sale,
        posting("-149,99", "Refund", sku="A", **{"order-id": "302-1"}),
        sale | {"order-id": "302-2"},
        posting("-50,00", "Refund", sku="A", **{"order-id": "302-2"}),
    ]
    assert "1 refunds are in full, 1 in part, 1 of unknown share, 1 are goodwill" in remarks(read(rows))


def test_a_posting_falls_on_the_day_of_its_own_market() -> None:
    evening = {"at": "15.03.2026 23:30:00 UTC"}
    found = read([HEAD, posting("1,00", **evening), posting("2,00", store="Amazon.co.uk", **evening)])
    assert records(found, "postings", "day", "market") == [("2026-03-16", "DE"), ("2026-03-15", "UK")]


def test_a_settlement_whose_rows_have_no_days_falls_on_its_end() -> None:
    found = read([HEAD, posting("10,50", at=""), posting("1.000,00", at="")])
    assert [day for (day,) in records(found, "postings", "day")] == ["2026-03-28", "2026-03-28"]
    assert "2 postings have no day of their own; the end of their settlement stands for it" in remarks(found)


def test_several_settlements_in_one_file_each_have_their_currency_and_total() -> None:
    other = HEAD | {"settlement-id": "2", "currency": "SEK", "total-amount": "5,00"}
    found = read([HEAD, posting("1141,18"), other, posting("5,00", store="Amazon.se", **{"settlement-id": "2"})])
    assert records(found, "postings", "amount", "currency") == [(1141.18, "EUR"), (5.0, "SEK")]
    assert remarks(found).count("which is its total") == 2


@pytest.mark.parametrize(
    ("stated", "kind"),
    [
        (("Order", "ItemFees", "Commission"), "commission"),
        (("Order", "ItemFees", "FBAPerUnitFulfillmentFee"), "fulfilment"),
        (("Order", "ItemWithheldTax", "MarketplaceFacilitatorTax-Principal"), "tax"),
        (("Order", "Promotion", "Principal"), "promotion"),
        (("A-to-z Guarantee Refund", "ItemPrice", "Principal"), "refund"),
        (("other-transaction", "other-transaction", "HRR_Non-Apparel"), "returns_processing"),
        (("other-transaction", "other-transaction", "FBACustomerReturnPerUnitFee"), "returns_processing"),
        (("other-transaction", "other-transaction", "Re-Commerce Grading Charge"), "grading"),
        (("other-transaction", "FBA Inventory Reimbursement", "WAREHOUSE_LOST"), "reimbursement"),
        (("other-transaction", "FBA Inventory Reimbursement", "FREE_REPLACEMENT_REFUND_ITEMS"), "replacement"),
        (("other-transaction", "other-transaction", "ReturnPostageBilling_Postage"), "label"),
        (("other-transaction", "other-transaction", "DisposalComplete"), "removal"),
        (("other-transaction", "other-transaction", "Current Reserve Amount"), "other"),
    ],
)
def test_a_posting_is_of_the_kind_its_words_say(stated: tuple[str, str, str], kind: str) -> None:
    found = read([HEAD, posting("-1,50", *stated)])
    assert records(found, "postings", "kind", "amount") == [(kind, -1.5)]
    assert not found.unknown


def test_a_kind_nobody_knows_keeps_its_money_and_is_counted() -> None:
    found = read([HEAD, posting("-7,25", "Oddity", "NewThing", "Unheard"), posting("1,00")])
    assert records(found, "postings", "kind", "amount") == [("other", -7.25), ("sale", 1.0)]
    assert found.unknown == {"transaction|amount-type|amount-description": {"Oddity|NewThing|Unheard": 1}}


def test_equal_rows_are_two_postings_and_the_same_file_again_is_none() -> None:
    rows = [HEAD, posting("-3,00"), posting("-3,00")]
    first, second = read(rows).rows["postings"], read(rows, separator=";").rows["postings"]
    assert len(first) == 2
    assert first["key"].nunique() == 2
    assert first["key"].tolist() == second["key"].tolist()
