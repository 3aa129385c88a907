"""All Orders: what counts as sold, in which month of which market, and at what price."""

from __future__ import annotations

import pytest

from tests.experiment.tiny import sold
from tests.files.importers.reading import asked, imported, report_file, said
from tests.worlds import world
from warrantysim.files.importers import read_report
from warrantysim.files.importers.report import Context, Imported


@pytest.fixture(scope="module")
def orders() -> Imported:
    return imported(report_file("orders-all-cases.txt"))


def test_the_months_of_each_store_count_what_was_sold_there(orders: Imported) -> None:
    rows = orders.rows["orders"].query("status == 'sold' and kind == 'sale'")
    months = rows.groupby(["market", "channel", rows["day"].dt.strftime("%Y-%m")])["units"].sum()
    assert months.to_dict() == {
        ("DE", "FBA", "2026-04"): 1, ("DE", "FBM", "2026-04"): 1, ("JP", "FBA", "2026-04"): 1,
        ("MX", "FBA", "2026-05"): 1, ("US", "FBA", "2026-01"): 1, ("US", "FBA", "2026-02"): 2,
    }  # fmt: skip


def test_the_day_is_the_markets_own(orders: Imported) -> None:
    days = orders.rows["orders"].groupby("market")["day"].min().dt.strftime("%Y-%m-%d")
    assert days["US"] == "2026-01-31"  # 23:30 UTC is the afternoon in Los Angeles
    assert days["DE"] == "2026-04-01"  # 00:30 UTC is half past two in Berlin


def test_a_line_of_two_units_is_divided_and_its_promotion_kept(orders: Imported) -> None:
    [row] = orders.rows["orders"].query("units == 2").to_dict("records")
    assert row["unit_price"] == 149.99
    assert (row["unit_price"] * 2 - row["promotion"]) / 2 == pytest.approx(134.99)
    assert "prices are of the line" in said(orders)


def test_lines_of_no_store_are_asked_for_and_not_guessed(orders: Imported) -> None:
    assert asked(orders) == {"all_orders.non_amazon": "unknown"}
    [row] = orders.rows["orders"].query("channel == 'MCF'").to_dict("records")
    assert row["kind"] == "unknown"
    answered = imported(report_file("orders-all-cases.txt"), all_orders__non_amazon="replacement")
    assert set(answered.rows["orders"].query("channel == 'MCF'")["kind"]) == {"replacement"}


def test_cancelled_pending_and_resold_lines_are_no_sales(orders: Imported) -> None:
    kinds = orders.rows["orders"].groupby(["status", "kind"]).size().to_dict()
    assert kinds == {
        ("cancelled", "sale"): 1, ("pending", "sale"): 1, ("sold", "resale"): 1, ("sold", "sale"): 6,
        ("sold", "unknown"): 1,
    }  # fmt: skip
    assert set(orders.rows["orders"]["sku"]) == {"CAM-2CH"}


def test_an_order_sent_abroad_counts_for_its_store_and_keeps_where_it_went(orders: Imported) -> None:
    abroad = orders.rows["orders"].query("ship_country == 'FR'")
    assert list(abroad["market"]) == ["DE"]
    assert "1 line went to another country than its store's" in said(orders)


def test_the_file_covers_a_month_without_a_row(orders: Imported) -> None:
    assert orders.covers is not None
    assert [day.strftime("%Y-%m-%d") for day in orders.covers] == ["2026-01-31", "2026-05-06"]


def test_markets_the_seller_does_not_have_are_reported() -> None:
    scenario = world(("A",), ("US", "DE"), sales=sold(40, "US", "DE"))
    found = read_report(report_file("orders-all-cases.txt"), "file", Context(b"k", scenario=scenario))
    assert "rows of markets your scenario does not have: JP (2), MX (1)" in said(found)


def test_names_and_addresses_are_dropped_and_said_to_be(orders: Imported) -> None:
    assert orders.personal == ("ship-city", "ship-state", "ship-postal-code", "cpf", "purchase-order-number")
