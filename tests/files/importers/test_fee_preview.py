"""The fee preview gives each product's weight, size, price and fees by store, in kilograms, centimetres and shares."""

from __future__ import annotations

import pytest

from tests.files.importers.reading import left_out as left
from tests.files.importers.reading import said as remarks
from tests.files.importers.written import read, records


def row(store: str, price: str = "149.99", fee: str = "12.00", currency: str = "EUR", **more: str) -> dict[str, str]:
    return {
        "sku": "CAM-2CH",
        "fnsku": "X00",
        "asin": "B0CASE",
        "amazon-store": store,
        "product-name": "A camera",
        "your-price": price,
        "sales-price": price,
        "longest-side": "20",
        "median-side": "15",
        "shortest-side": "8",
        "unit-of-dimension": "centimeters",
        "item-package-weight": "0.5",
        "unit-of-weight": "kilograms",
        "product-size-weight-band": "Standard",
        "currency": currency,
        "estimated-referral-fee-per-unit": fee,
        "expected-domestic-fulfilment-fee-per-unit": "3.81",
    } | {name.replace("_", "-"): cell for name, cell in more.items()}


IMPERIAL = {
    "longest_side": "7.9", "median_side": "5.9", "shortest_side": "3.1", "unit_of_dimension": "inches",
    "item_package_weight": "1.1", "unit_of_weight": "pounds",
}  # fmt: skip


def test_one_file_of_seven_stores_is_read_store_by_store() -> None:
    found = read(
        [
            row("DE"),
            row("FR"),
            row("IT", item_package_weight="500", unit_of_weight="grams"),
            row(""),
            row("UK", "127.49", "10.20", "GBP", **IMPERIAL),
            row("US", "29.95", "4.49", "USD", sku="000123", item_package_weight="3.81", unit_of_weight="pounds"),
            row("SE", "1 699,00", "136,00", "SEK", expected_domestic_fulfilment_fee_per_unit="43,10"),
        ]
    )
    assert left(found) == {"no store, and its currency is that of several": 1}
    assert records(
        found, "products", "sku", "market", "weight_kg", "price", "currency", "referral_share", "fulfilment_fee"
    ) == [
        ("CAM-2CH", "DE", 0.5, 149.99, "EUR", 0.08, 3.81),
        ("CAM-2CH", "FR", 0.5, 149.99, "EUR", 0.08, 3.81),
        ("CAM-2CH", "IT", 0.5, 149.99, "EUR", 0.08, 3.81),
        ("CAM-2CH", "UK", 0.499, 127.49, "GBP", 0.08, 3.81),
        ("000123", "US", 1.7282, 29.95, "USD", 0.1499, 3.81),
        ("CAM-2CH", "SE", 0.5, 1699.0, "SEK", 0.08, 43.10),
    ]
    assert "other weights" not in remarks(found)


@pytest.mark.parametrize(
    ("side", "unit", "centimetres"),
    [("7.9", "inches", 20.066), ("200", "millimeters", 20.0), ("20", "centimetres", 20.0), ("20", "cm", 20.0)],
)
def test_sides_are_read_in_the_unit_their_row_states(side: str, unit: str, centimetres: float) -> None:
    found = read([row("DE", longest_side=side, unit_of_dimension=unit)])
    assert found.rows["products"]["length_cm"].tolist() == pytest.approx([centimetres])


@pytest.mark.parametrize(
    ("weight", "unit", "kg"),
    [("3.81", "pounds", 1.7282), ("16", "ounces", 0.4536), ("160", "grams", 0.16), ("0.5", "kilograms", 0.5)],
)
def test_weights_are_read_in_the_unit_their_row_states(weight: str, unit: str, kg: float) -> None:
    found = read([row("DE", item_package_weight=weight, unit_of_weight=unit)])
    assert found.rows["products"]["weight_kg"].tolist() == pytest.approx([kg])


def test_a_dash_is_unknown_and_never_nought() -> None:
    found = read([row("DE", "--", "--", item_package_weight="--", longest_side="--"), row("FR")])
    assert records(found, "products", "price", "weight_kg", "length_cm", "referral_share")[0] == (None,) * 4


def test_a_unit_nobody_knows_leaves_its_figure_unknown_and_is_counted() -> None:
    found = read([row("DE", item_package_weight="12", unit_of_weight="stones")])
    assert records(found, "products", "weight_kg") == [(None,)]
    assert found.unknown == {"unit-of-weight": {"stones": 1}}


def test_an_older_file_without_stores_tells_them_by_currency_where_one_store_has_it() -> None:
    rows = [row("", currency=currency) for currency in ("GBP", "SEK", "PLN", "TRY", "EUR", "USD")]
    found = read([{name: cell for name, cell in one.items() if name != "amazon-store"} for one in rows])
    assert [market for (market,) in records(found, "products", "market")] == ["UK", "SE", "PL", "TR", "US"]
    assert sum(left(found).values()) == 1


def test_a_product_that_weighs_otherwise_in_another_store_is_named() -> None:
    assert "1 product has other weights or sizes by store: CAM-2CH" in remarks(
        read([row("DE"), row("FR", item_package_weight="0.8")])
    )


def test_the_share_is_of_the_price_the_fee_was_computed_on() -> None:
    found = read([row("DE", "149.99", "8.00", sales_price="100.00")])
    assert records(found, "products", "price", "referral_share") == [(149.99, 0.08)]
