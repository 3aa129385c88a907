"""A workbook stands for a whole scenario that states what the seller said, and what is usual for the rest."""

from __future__ import annotations

import datetime as dt
from typing import Any

import numpy as np
import pytest

from tests.files.seller_books import SALES, expanded, problems
from warrantysim.files.seller_rows import SellerStated
from warrantysim.packs import rows
from warrantysim.packs.archetypes import archetypes
from warrantysim.packs.markets import CODES
from warrantysim.schema.products import FAULT_KINDS


def row(found: SellerStated, table: str, **key: str) -> dict[str, Any]:
    """The one row of a key."""
    one = [row for row in found.tables[table].rows if all(row.get(name) == value for name, value in key.items())]
    assert len(one) == 1, one
    return one[0]


def test_what_is_stated_stands_there_and_nothing_of_it_is_filled_in() -> None:
    found = expanded([["A", "robot_vacuum", "399", "59980", "150", "9.5 kg", "46 x 42 x 24", "18"]])
    sku = row(found, "skus", sku="A")
    assert (sku["weight_kg"], sku["length_cm"], sku["size_class"]) == ("9.5", "46", "large")
    terms = row(found, "sku_markets", sku="A", market="US")
    assert (terms["list_price"], terms["landed_cost"], terms["warranty_days"]) == ("399", "150", "548")
    assert {one.column for one in found.filled} == {"battery"}
    assert row(found, "sales", sku="A")["units_per_month"] == "100"


def test_what_is_left_empty_is_usual_for_the_kind_marked_and_ranged() -> None:
    found = expanded([["A", "robot_vacuum", "400"]])
    kind = archetypes()["robot_vacuum"]
    terms = next(one for one in found.tables["sku_markets"].rows if one["market"] == "US")
    assert float(terms["landed_cost"]) == pytest.approx(400 * kind.ex_works_share * 1.25)
    said = {one.column: one for one in found.filled if one.market in ("", "US")}
    assert set(said) == {"weight", "size", "battery", "landed_cost", "warranty"}
    assert all(one.mark == "A" and one.why for one in said.values())
    ranged = {one["path"] for one in found.tables["assumptions"].rows}
    assert {
        "skus[A].weight_kg",
        "sku_markets[A,US].landed_cost",
        next(path for path in ranged if path.endswith("life_eta_days")),
    } <= ranged


def test_a_weight_nobody_stated_is_ranged_no_further_than_the_parcel_cards_of_its_markets_carry() -> None:
    def most(*prices: str) -> float:
        found = expanded([["A", "robot_vacuum", *prices]], [["A", "JP" if len(prices) > 1 else "US", "9"]])
        rows = found.tables["assumptions"].rows
        return next(float(one["high"]) for one in rows if one["path"] == "skus[A].weight_kg")

    assert most("400") == pytest.approx(25 * 0.45359237, abs=0.001)
    assert most("400") < archetypes()["robot_vacuum"].kg_high == most("", "60000")


@pytest.mark.parametrize("kind", list(archetypes()))
def test_every_kind_has_all_its_rows(kind: str) -> None:
    found = expanded([["A", kind, "99"]])
    faults = found.tables["faults"].rows
    assert sum(float(one["share"]) for one in faults) == pytest.approx(1)
    assert {one["kind"] for one in faults} <= set(FAULT_KINDS)
    assert len({(one["sku"], one["market"]) for one in found.tables["sku_markets"].rows}) == 3
    assert len(found.tables["stock"].rows) == 3
    for one in found.tables["assumptions"].rows:
        assert float(one["low"]) < float(one["high"])


def test_lives_give_the_claims_of_the_kind_and_what_the_platform_refunds_early_on() -> None:
    """Year-1 claims of earbuds: 2.4 % reach the seller; with early failures refunded in the window 4.5 %."""
    found = expanded([["A", "earbuds", "60"]])
    terms = next(one for one in found.tables["sku_markets"].rows if one["market"] == "US")
    early, eta, beta = (float(terms[key]) for key in ("early_share", "life_eta_days", "life_beta"))
    failed = early * (1 - np.exp(-((365 / 30) ** 0.9))) + (1 - early) * (1 - np.exp(-((365 / eta) ** beta)))
    claimed = 0.95 * (0.35 + 0.65 * 60 / 100) * (1 - 0.06 / 2)
    assert failed * claimed == pytest.approx(0.045, rel=0.02)


def test_a_warranty_of_whole_years_has_the_days_the_calendar_has() -> None:
    found = expanded([["A", "earbuds", "60", "", "", "", "", "2 years"]])
    days = [
        (one.get("from"), float(one["warranty_days"]))
        for one in found.tables["sku_markets"].rows
        if one["market"] == "US"
    ]
    assert days == [(None, 730), ("2026-03-01", 731), ("2028-03-01", 730)]


def test_the_sheet_of_the_promise_states_who_gives_the_warranty_and_products_their_names_there() -> None:
    found = expanded(
        [["A", "earbuds", "60", "Bluetooth-Kopfhörer", "耳机", "0.08"]],
        headings=["SKU", "kind of product", "price US", "sold as DE", "sold as JP", "printed card"],
        promise=[["brand", "claims to", "where it holds", "battery below"], ["Lumen", "a@b.example", "全球", "80%"]],
    )
    assert found.values["promise"] == {
        "brand": "Lumen", "contact": "a@b.example", "territory": "worldwide", "battery_capacity_share": 0.8,
    }  # fmt: skip
    names = [(one["language"], one["name"]) for one in found.tables["product_names"].rows]
    assert names == [("de", "Bluetooth-Kopfhörer"), ("ja", "耳机")]
    assert float(found.tables["skus"].rows[0]["guide_cost_per_unit"]) == 0.08
    assert problems(promise=[["brand"], ["A"], ["B"]]) == [
        "seller.xlsx#promise row 3: a second row; who gives the warranty is stated in one"
    ]


def test_where_the_law_gives_more_the_law_holds() -> None:
    found = expanded([["A", "earbuds", "60", "", "", "", "", "12"]])
    by_market = {one["market"]: one for one in found.tables["sku_markets"].rows if not one.get("from")}
    assert float(by_market["US"]["warranty_days"]) in (365, 366)
    assert float(by_market["DE"]["warranty_days"]) in (730, 731)
    assert "24 months by law" in by_market["DE"]["source"]
    assert [by_market[market].get("promised_days") for market in ("US", "DE")] == [None, "365"]


def test_months_stated_are_rows_of_sales_by_month() -> None:
    found = expanded(sales=[["A", "US", "", "50", "70"]], sold=[*SALES, "2027-01", "2027-02"])
    assert [(one["month"], one["units_per_month"]) for one in found.tables["sales"].rows] == [
        ("2027-01", "50"), ("2027-02", "70"),
    ]  # fmt: skip
    assert {one["mark"] for one in found.tables["sales"].rows} == {"S"}


def test_a_partner_repairs_where_he_serves_alone() -> None:
    found = expanded(
        partners=[["partner", "market", "repaired"], ["FixIt GmbH", "DE", "30"]],
        today=[
            ["claim value from", "what is done", "partner"],
            ["0", "refund"], ["25 USD", "reship"], ["80", "repair near the customer", "FixIt GmbH"],
        ],
    )  # fmt: skip
    desk = found.values["partners"]["fixit-gmbh"]["desks"]["DE"]
    assert desk["repaired"] == {"flat": "30.0 EUR"}
    everywhere, germany = found.values["policy"]["rules"]
    assert [zone["do"] for zone in everywhere["zones"]] == ["refund", "reship"]
    assert [zone.get("partner") for zone in germany["zones"]] == [None, None, "fixit-gmbh"]


def test_every_kind_and_every_market_there_is_a_pack_of_has_its_line() -> None:
    assert [one["archetype"] for one in rows("seller/goods")] == list(archetypes())
    assert {one["market"] for one in rows("seller/terms")} >= set(CODES)


def test_the_day_terms_begin_is_the_first_of_a_month() -> None:
    found = expanded([["A", "monitor", "300"]])
    for one in found.tables["sku_markets"].rows:
        assert not one.get("from") or dt.date.fromisoformat(one["from"]).day == 1
