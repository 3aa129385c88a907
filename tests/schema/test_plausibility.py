"""What is odd is warned of, with its place, and used as it stands; what is usual is not."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests import worlds
from tests.files.broken import problems_of
from warrantysim.files.loading import load
from warrantysim.schema.errors import SHOWN_PER_RULE
from warrantysim.schema.paths import tree_of
from warrantysim.schema.plausibility import warnings_in
from warrantysim.schema.root import Scenario

YEN = [{"currency": "JPY", "usd_per_unit": 0.0066}, {"currency": "CNY", "usd_per_unit": 0.14}]
CLAIM = {"claim": "c", "opened_day": 10, "sku": "A", "market": "US", "value": 100}
CASES: dict[str, tuple[dict[str, Any], str]] = {
    "a price below its cost": (
        {"terms_of": {"list_price": 0.99, "landed_cost": 57}},
        "sku_markets[A,US].list_price: a list price of USD 0.99 beside a landed cost of USD 57.00",
    ),
    "a price in dollars in another market": (
        {
            "markets": ("US", "DE", "UK"),
            "sku_markets": [
                worlds.terms("A", market, list_price=price, landed_cost=1.0)
                for market, price in {"US": 150.0, "DE": 149.0, "UK": 20.0}.items()
            ],
        },
        "sku_markets[A,UK].list_price: a list price of USD 20.00; in other markets the product costs about USD 149.50",
    ),
    "the total of two units": (
        {"claims_table": [CLAIM | {"value": 200}]},
        "claims_table[c].value: a price paid of USD 200.00 for a product listed at 100.00",
    ),
    "a unit out of warranty": (
        {"claims_table": [CLAIM | {"age_days": 900}]},
        "claims_table[c].age_days: a unit 900 days old under a warranty of 365 days is out of warranty",
    ),
    "a rate the wrong way round": (
        {"fx": [{"currency": "CNY", "usd_per_unit": 7.1}]},
        "fx[CNY].usd_per_unit: 7.1 dollars for one CNY is far from the usual 0.1408; it looks like the inverse, 0.14",
    ),
    "a weight in grams": (
        {"sku_of": {"weight_kg": 25, "length_cm": 20}},
        "skus[A].weight_kg: 25 kg in size class small; expected 0.01 to 5 kg",
    ),
    "a size in millimetres": (
        {"sku_of": {"length_cm": 300, "width_cm": 200, "height_cm": 100, "weight_kg": 0.1}},
        "skus[A].weight_kg: 0.1 kg in 6,000.00 litres is 1.67e-05 kg per litre",
    ),
}


@pytest.mark.parametrize(("changes", "told"), CASES.values(), ids=CASES)
def test_what_is_odd_is_warned_of(changes: dict[str, Any], told: str) -> None:
    assert any(str(one).startswith(told) for one in warnings_in(worlds.world(**changes)))


def test_the_reference_seller_and_a_plain_world_are_not_odd(base: Scenario) -> None:
    assert not warnings_in(base)
    assert not warnings_in(worlds.world(claims_table=[CLAIM]))


def test_a_warning_names_the_file_and_the_line(scenarios: Path) -> None:
    found = load(scenarios / "base.yaml", ["sku_markets[CAM-2CH,JP].list_price=149.99", "skus[CHG-65].weight_kg=10"])
    assert {one.where for one in found.warnings} == {
        "--set sku_markets[CAM-2CH,JP].list_price=149.99",
        "--set skus[CHG-65].weight_kg=10",
    }


def test_sales_and_listed_claims_of_one_product_are_not_added_up_unasked() -> None:
    sold = [{"sku": "A", "market": "US", "channel": "OWN", "units_per_month": 10}]
    (told,) = problems_of(sales=sold, claims_table=[CLAIM])
    assert told == (
        "claims_table: A in US has sales and listed claims; set claims_table_mode to instead (listed claims in place "
        "of drawn ones there) or added (both count)"
    )
    for mode in ("instead", "added"):
        assert worlds.world(sales=sold, claims_table=[CLAIM], claims_table_mode=mode).claims_table_mode == mode


@pytest.mark.parametrize(
    ("stated", "day", "age"),
    [
        ({"opened": "2027-01-05T00:00"}, 1.0, None),
        ({"opened": "2027-01-05T06:00+06:00"}, 1.0, None),
        ({"opened": "2027-01-14", "delivered": "2027-01-04T12:00:00Z"}, 10.0, 9.5),
        ({"opened_day": 10, "delivered": "2027-01-04"}, 10.0, 10.0),
    ],
)
def test_a_claim_says_by_dates_when_it_was_opened_and_delivered(stated: Any, day: float, age: float | None) -> None:
    plain = {key: value for key, value in CLAIM.items() if key != "opened_day"}
    s = worlds.world(claims_table=[plain | stated])
    (row,) = s.claims_table
    assert (row.opened_on(s.horizon.first_day), row.age(s.horizon.first_day)) == (day, age)


@pytest.mark.parametrize(
    ("stated", "told"),
    [
        ({"opened": "2027-01-05"}, "claims_table[c].opened_day: expected opened_day or opened, got both"),
        ({"opened_day": None}, "claims_table[c].opened_day: expected opened_day or opened, got neither"),
        (
            {"age_days": 3, "delivered": "2027-01-01"},
            "claims_table[c].age_days: expected age_days or delivered, got both",
        ),
        ({"delivered": "2027-02-01"}, "claims_table[c].delivered: expected a delivery before the claim was opened"),
        ({"opened_day": None, "opened": "2029-02-01"}, "claims_table[c].opened: expected a day from -30 to 394"),
    ],
)
def test_dates_are_stated_once_and_in_order(stated: Any, told: str) -> None:
    assert problems_of(claims_table=[CLAIM | stated])[0].startswith(told)


def test_many_odd_claims_are_placed_by_their_rows_as_far_as_they_are_printed(tmp_path: Path) -> None:
    s = worlds.world()
    tree = tree_of(s) | {"tables": {"claims_table": "claims.csv"}}
    del tree["claims_table"]
    (tmp_path / "base.yaml").write_text(json.dumps(tree), "utf-8")
    rows = "".join(f"c{i},10,A,US,300\n" for i in range(50))
    (tmp_path / "claims.csv").write_text("claim,opened_day,sku,market,value\n" + rows, "utf-8")
    found = load(tmp_path / "base.yaml").warnings
    assert len(found) == 50
    assert [one.where.rpartition("/")[2] for one in found[:2]] == [
        "claims.csv row 2, column value",
        "claims.csv row 3, column value",
    ]
    assert not any(one.where for one in found[SHOWN_PER_RULE:])
