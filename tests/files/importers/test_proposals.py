"""What the books say otherwise than the workbook is proposed cell by cell, and what is taken is a workbook again."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from tests.files.importers.test_fee_preview import row as previewed
from tests.files.importers.written import file_of
from tests.files.seller_books import CURRENCIES, PRODUCTS, SALES, book
from warrantysim.cli import main
from warrantysim.files.books import Books
from warrantysim.files.importers.importing import import_files
from warrantysim.files.importers.proposals import (
    Proposal,
    accepted,
    likely_kind,
    months_covered,
    months_left_out,
    proposals,
)
from warrantysim.files.loading import load_scenario
from warrantysim.files.seller_book import seller_in
from warrantysim.files.seller_cells import amount_in
from warrantysim.files.seller_edits import sheets_of_book, with_market
from warrantysim.present.blocks import TableOf
from warrantysim.present.import_report import proposal_blocks
from warrantysim.present.seller_workbook import seller_workbook
from warrantysim.store.seller_folder import seller_folder

MARKETS = ("US", "DE", "JP")


def sold(day: str, units: str = "1", sku: str = "A", store: str = "Amazon.com", **more: str) -> dict[str, str]:
    price = {"Amazon.com": "59.99", "Amazon.de": "54.99", "Amazon.co.jp": "8999"}[store]
    return {
        "amazon-order-id": f"{store}-{sku}-{day}", "purchase-date": f"{day}T20:00:00+00:00", "order-status": "Shipped",
        "fulfillment-channel": "Amazon", "sales-channel": store, "sku": sku, "quantity": units,
        "item-price": f"{float(price) * float(units):.2f}", "ship-country": "",
    } | more  # fmt: skip


def daily(first: str, last: str, **more: str) -> list[dict[str, str]]:
    return [sold(f"{day:%Y-%m-%d}", **more) for day in pd.date_range(first, last)]


def books_of(folder: Path, *files: Sequence[dict[str, str]], **answers: str) -> Books:
    named = [(f"{n}", file_of(rows)) for n, rows in enumerate(files)]
    import_files(Books(folder), named, {name.replace("__", "."): text for name, text in answers.items()}, when="now")
    return Books(folder)


def shown(found: Sequence[Proposal]) -> dict[tuple[object, ...], tuple[str, str]]:
    return {(*one.row, *one.column): (one.old, one.new) for one in found}


def test_units_of_whole_months_are_proposed_and_a_month_without_a_line_is_none(tmp_path: Path) -> None:
    lines = [*daily("2026-01-01", "2026-02-28"), *daily("2026-04-01", "2026-04-30", sku="B"), sold("2026-05-02")]
    found = shown(proposals(books_of(tmp_path, lines), book(), MARKETS))
    months = {key[4]: new for key, (_, new) in found.items() if key[:4] == ("A", "US", "FBA", "month")}
    assert months == {
        dt.date(2026, 1, 1): "31",
        dt.date(2026, 2, 1): "28",
        dt.date(2026, 3, 1): "0",
        dt.date(2026, 4, 1): "0",
    }


def test_a_usual_month_that_orders_deny_is_proposed_anew(tmp_path: Path) -> None:
    """It fills the months of the plan, so sales taken over beside it would be told on at its level."""
    books = books_of(tmp_path, daily("2026-01-01", "2026-03-31"))
    said = {level: book(sales=[["A", "US", level]]) for level in ("600", "31")}
    key = ("A", "US", "FBA", "level", "")
    assert shown(proposals(books, said["600"], MARKETS))[key] == ("600", "30")
    assert key not in shown(proposals(books, said["31"], MARKETS))
    [shown_as] = proposal_blocks(proposals(books, said["600"], MARKETS))
    assert isinstance(shown_as, TableOf)
    assert ("A, US, FBA", "usual month", "600", "30") in {
        (row["row"], row["column"], row["old"], row["new"]) for row in shown_as.frame.to_dict("records")
    }
    taken = accepted(sheets_of_book(said["600"], CURRENCIES), proposals(books, said["600"], MARKETS))
    assert taken.rows["sales"][0]["level", ""] == "30"
    assert key not in shown(
        proposals(books_of(tmp_path / "few", daily("2026-01-01", "2026-02-28")), said["600"], MARKETS)
    )


def test_months_of_one_region_say_nothing_of_another(tmp_path: Path) -> None:
    lines = [*daily("2026-01-01", "2026-03-31"), *daily("2026-03-01", "2026-03-31", store="Amazon.de")]
    whole = months_covered(books_of(tmp_path, lines))
    assert {name: len(months) for name, months in whole.items()} == {"America": 3, "Europe": 1}


def test_what_the_workbook_says_already_is_not_proposed(tmp_path: Path) -> None:
    lines = daily("2026-01-01", "2026-01-31")
    said = book([["A", "earbuds", "59.99"]], [["A", "US", "", "31"]], sold=[*SALES, "2026-01"])
    assert not proposals(books_of(tmp_path, lines), said, MARKETS)


def test_cancelled_resold_and_replacement_lines_are_no_units_sold(tmp_path: Path) -> None:
    others = [
        sold("2026-01-31", "9", **{"order-status": "Cancelled", "amazon-order-id": "1"}),
        sold("2026-01-31", "9", sku="amzn.gr.A-6sC9nyZuQG-VG", **{"amazon-order-id": "2"}),
        sold("2026-01-31", "9", **{"item-price": "0", "amazon-order-id": "3"}),
    ]
    found = shown(proposals(books_of(tmp_path, [*daily("2026-01-01", "2026-01-31"), *others]), book(), MARKETS))
    assert found[("A", "US", "FBA", "month", dt.date(2026, 1, 1))] == ("", "31")


def test_weight_size_and_prices_of_the_fee_preview_are_proposed_where_they_differ(tmp_path: Path) -> None:
    preview = [previewed("US", "64.99", "5.20", "USD", sku="A"), previewed("FR", "60.00", sku="A")]
    said = book([["A", "earbuds", "59.99", "", "", "160 g", "20 x 15 x 8"]])
    assert shown(proposals(books_of(tmp_path, preview), said, MARKETS)) == {
        ("A", "weight", ""): ("0.16", "0.5"),
        ("A", "price", "US"): ("59.99", "64.99"),
    }


def test_a_product_that_is_not_in_the_workbook_waits_for_its_kind(tmp_path: Path) -> None:
    preview = [previewed("US", "64.99", "5.20", "USD", sku="NEW", product_name="A thing")]
    open_ = proposals(books_of(tmp_path / "open", preview), book(), MARKETS)
    assert {str(one.lacks) for one in open_} == {"its kind: --answer kind.NEW=KIND"}
    assert accepted(sheets_of_book(book(), CURRENCIES), open_).rows["products"] == [dict(book().products[0].texts)]
    said = proposals(books_of(tmp_path / "said", preview, kind__NEW="camera"), book(), MARKETS)
    assert not any(one.lacks for one in said)
    rows = accepted(sheets_of_book(book(), CURRENCIES), said).rows["products"]
    assert [row[("sku", "")] for row in rows] == ["A", "NEW"]


def test_what_is_taken_is_a_workbook_that_says_it(tmp_path: Path) -> None:
    preview = [previewed("US", "64.99", "5.20", "USD", sku="CAM", product_name="Security camera 2K")]
    lines = [*daily("2026-01-01", "2026-02-28"), *daily("2026-01-01", "2026-02-28", sku="CAM")]
    books = books_of(tmp_path, preview, lines)
    before = book([["A", "earbuds", "59.99"]], [["A", "US", "100"]])
    sheets = accepted(sheets_of_book(before, CURRENCIES), proposals(books, before, MARKETS))
    after = seller_in(seller_workbook(sheets), Path("seller.xlsx"), CURRENCIES)
    assert not proposals(books, after, MARKETS)
    sales = {row["sku"]: row.values["month"] for row in after.rows["sales"]}
    assert sales["CAM"] == {dt.date(2026, 1, 1): 31.0, dt.date(2026, 2, 1): 28.0}
    assert {row["sku"]: row["archetype"] for row in after.products} == {"A": "earbuds", "CAM": "camera"}


def test_prices_come_from_the_last_orders_where_no_fee_preview_states_one(tmp_path: Path) -> None:
    lines = [*daily("2026-01-01", "2026-01-31", store="Amazon.co.jp"), *daily("2026-01-01", "2026-01-31")]
    found = shown(proposals(books_of(tmp_path, lines), book([["A", "earbuds", "59.99"]]), MARKETS))
    assert found[("A", "price", "JP")] == ("", "8999")
    assert ("A", "price", "US") not in found


def test_a_name_says_what_kind_of_product_it_is() -> None:
    assert likely_kind("ANC Earbuds Pro, black") == "earbuds"
    assert likely_kind("扫地机器人 L10") == "robot_vacuum"
    assert likely_kind("A thing") == ""
    assert PRODUCTS[0] == "SKU"


def test_the_command_shows_proposals_and_takes_those_that_are_accepted(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder, orders, preview = tmp_path / "mine", tmp_path / "orders.txt", tmp_path / "fees.txt"
    assert main(["new", str(folder), "--markets", "US,DE"]) == 0
    orders.write_bytes(file_of(daily("2026-01-01", "2026-03-31", sku="CAM")))
    preview.write_bytes(
        file_of([previewed("US", "64.99", "5.20", "USD", sku="CAM", product_name="Security camera 2K")])
    )
    assert main(["import", str(folder), str(orders), str(preview)]) == 0
    before = seller_folder(folder).book()
    assert "CAM" in (said := capsys.readouterr().out)
    assert "--accept" in said
    assert before.examples
    assert main(["import", str(folder), "--accept", "all"]) == 0
    after = seller_folder(folder).book()
    assert [row["sku"] for row in after.products] == ["CAM"]
    assert not after.examples
    assert len(list((folder / "older").glob("*.xlsx"))) == 1
    scenario = load_scenario(folder / "mine.yaml")
    assert {(row.sku, row.month) for row in scenario.sales} >= {("CAM", "2026-01"), ("CAM", "2026-03")}
    capsys.readouterr()
    assert main(["import", str(folder)]) == 0
    assert "--accept" not in capsys.readouterr().out


def test_rates_of_the_bank_are_proposed_and_taken_with_source_mark_and_day(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder, file = tmp_path / "mine", tmp_path / "eurofxref.csv"
    assert main(["new", str(folder), "--markets", "US,DE,JP", "--first", "2027-01"]) == 0
    file.write_text("Date, USD, JPY, GBP\n27 November 2026, 1.0946, 159.03, 0.86023\n", "utf-8")
    assert main(["import", str(folder), str(file)]) == 0
    assert "EUR, 2026-11-27" in capsys.readouterr().out
    workbook = (folder / "seller.xlsx").read_bytes()
    for _ in range(2):  # Twice changes nothing.
        assert main(["import", str(folder), "--accept", "rates"]) == 0
        rates = load_scenario(folder / "mine.yaml")
        taken = {row.currency: row for row in rates.fx if row.mark == "M"}
        assert {code: row.usd_per_unit for code, row in taken.items()} == pytest.approx(
            {"EUR": 1.0946, "JPY": 0.00688298}, rel=1e-5
        )
        assert {(row.from_, row.source) for row in taken.values()} == {
            (dt.date(2026, 11, 27), "European Central Bank, reference rate of 2026-11-27")
        }
        assert rates.usd_per_unit("EUR") == 1.0946
        assert rates.usd_per_unit("EUR", dt.date(2026, 11, 26)) == 1.16
    assert (folder / "seller.xlsx").read_bytes() == workbook
    capsys.readouterr()
    assert main(["import", str(folder)]) == 0
    assert "EUR" not in capsys.readouterr().out


def test_rates_are_not_taken_where_the_scenario_has_tables_of_its_own(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder, file = tmp_path / "mine", tmp_path / "eurofxref.csv"
    assert main(["new", str(folder), "--markets", "DE"]) == 0
    scenario = folder / "mine.yaml"
    scenario.write_text(scenario.read_text("utf-8") + "tables: {}\n", "utf-8")
    file.write_text('" USD",1.0946\n" JPY",159.03\n', "utf-8")
    stated = ["--answer", "ecb_rates.day=2026-11-27", "--accept", "rates"]
    assert main(["import", str(folder), str(file), *stated]) == 3
    assert "expected fx: fx.csv among the tables" in capsys.readouterr().err


@pytest.mark.parametrize("seed", range(6))
def test_whatever_is_proposed_reads_back_as_the_figure_that_was_proposed(seed: int, tmp_path: Path) -> None:
    draw = np.random.default_rng(seed)
    weights = [f"{weight:.3f}" for weight in (1.728, *10 ** draw.uniform(-2, 2.5, 11))]
    sides = [sorted((f"{side:.3f}" for side in draw.uniform(1, 400, 3)), key=float) for _ in weights]
    prices = [f"{price:.2f}" for price in draw.uniform(1, 4000, len(weights))]
    preview = [
        previewed("US", price, "1.00", "USD", sku=f"P{k}", product_name="Camera", item_package_weight=weight,
                  longest_side=long, median_side=median, shortest_side=short)
        for k, (weight, price, (short, median, long)) in enumerate(zip(weights, prices, sides, strict=True))
    ]  # fmt: skip
    books = books_of(tmp_path, preview)
    sheets = accepted(sheets_of_book(book(), CURRENCIES), proposals(books, book(), MARKETS))
    after = seller_in(seller_workbook(sheets), Path("seller.xlsx"), CURRENCIES)
    read = {row["sku"]: row for row in after.products}
    for k, (weight, price, mine) in enumerate(zip(weights, prices, sides, strict=True)):
        row = read[f"P{k}"]
        assert row.values["weight"] == pytest.approx(float(weight), rel=1e-5)
        assert sorted(row.values["size"]) == pytest.approx(list(map(float, mine)), rel=1e-5)
        assert row.of("price", "US") == (float(price), "USD")


def test_a_price_taken_over_into_another_market_is_the_price_that_was_typed() -> None:
    sheets = sheets_of_book(book([["A", "earbuds", "59.123"]]), CURRENCIES)
    assert (
        amount_in(
            with_market(sheets, "UK", "GBP", {"USD": 1.0, "GBP": 1.25}, like="US").rows["products"][0]["price", "UK"]
        )
        < 60
    )


def test_months_the_orders_do_not_cover_from_first_to_last_day_are_named_and_not_proposed(tmp_path: Path) -> None:
    days = ["2026-01-31", "2026-02-28", "2026-04-01", "2026-04-03", "2026-05-06"]
    books = books_of(tmp_path, [sold(day) for day in days])
    found = shown(proposals(books, book(), MARKETS))
    months = {key[4]: new for key, (_, new) in found.items() if key[3] == "month"}
    assert months == {dt.date(2026, 2, 1): "1", dt.date(2026, 3, 1): "0", dt.date(2026, 4, 1): "2"}
    [left] = months_left_out(books, MARKETS)
    assert left.text().startswith("US: ")
    assert "sales of 2026-01, 2026-05 are not proposed" in left.text()
    assert left.text("zh") != left.text()


def test_a_hole_between_two_files_is_no_month_without_sales(tmp_path: Path) -> None:
    books = books_of(tmp_path, daily("2026-01-01", "2026-02-10"), daily("2026-04-20", "2026-05-31"))
    assert [str(month) for month in months_covered(books)["America"]] == ["2026-01", "2026-05"]
    joined = books_of(tmp_path / "next", daily("2026-01-01", "2026-01-31"), daily("2026-02-01", "2026-02-28"))
    assert len(months_covered(joined)["America"]) == 2
