"""A seller's folder is made, loaded and added to in one step; what a person typed stays, the older workbook is kept."""

from __future__ import annotations

import datetime as dt
import re
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest

from tests.files.seller_books import CURRENCIES, NAME, fresh
from warrantysim.files.loading import load
from warrantysim.files.seller_book import SHEETS, seller_in
from warrantysim.files.seller_edits import sheets_of_book, with_product, without_examples
from warrantysim.present.seller_workbook import seller_workbook
from warrantysim.schema.errors import BadInput, ScenarioError
from warrantysim.store.seller_folder import (
    OLDER,
    SellerFolder,
    add_market,
    add_product,
    make_seller,
    replace_book,
    seller_folder,
)
from warrantysim.studies import study_of

FIRST = dt.date(2027, 1, 1)


@pytest.fixture
def seller(tmp_path: Path) -> SellerFolder:
    return make_seller(tmp_path / "My Shop", ["US", "DE"], FIRST, "en")


def test_a_new_seller_is_a_sound_scenario_that_states_what_the_workbook_says(seller: SellerFolder) -> None:
    found = load(seller.scenario)
    scenario = found.scenario
    assert (scenario.name, scenario.market_ids) == ("my-shop", ("US", "DE"))
    assert scenario.sku_ids == ("EXAMPLE-1", "EXAMPLE-2", "EXAMPLE-3")
    assert {row.units_per_month for row in scenario.sales} == {1200, 600, 150, 75, 800, 400}
    assert scenario.partners == {}
    assert seller.workbook.as_posix() in {file.path for file in found.files}
    assert seller_folder(seller.scenario.parent) == seller


def test_rows_of_examples_are_warned_of_with_their_place_until_they_are_gone(seller: SellerFolder) -> None:
    book = seller.workbook.as_posix()
    (said,) = load(seller.scenario).warnings
    assert str(said) == (
        f"{book}#products row 3: still example rows: EXAMPLE-1, EXAMPLE-2, EXAMPLE-3; put your own in their place"
    )
    assert "仍有示例行" in said.line("zh")
    sheets = without_examples(fresh())
    row = {("sku", ""): "CAM", ("archetype", ""): "camera", ("price", "US"): "149.99"}
    seller.workbook.write_bytes(seller_workbook(with_product(sheets, row, {"US": "10"})))
    assert not load(seller.scenario).warnings


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_a_workbook_reads_back_as_it_was_written(lang: str) -> None:
    content = seller_workbook(fresh(lang))
    book = seller_in(content, NAME, CURRENCIES)
    assert book.lang == lang
    assert book.examples == ("EXAMPLE-1", "EXAMPLE-2", "EXAMPLE-3")
    currencies = {market: CURRENCIES[market] for market in ("US", "DE")}
    assert seller_workbook(sheets_of_book(book, currencies)) == content


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_every_sheet_keeps_its_heading_in_sight_and_offers_choices(lang: str, tmp_path: Path) -> None:
    path = tmp_path / "seller.xlsx"
    path.write_bytes(seller_workbook(fresh(lang)))
    with zipfile.ZipFile(path) as archive:
        names = re.findall('<sheet name="([^"]+)"', archive.read("xl/workbook.xml").decode())
        sheets = [archive.read(f"xl/worksheets/sheet{k}.xml").decode() for k in range(1, len(names) + 1)]
    assert names[1:-1] == [row["zh" if lang == "zh" else "en"] for row in SHEETS.values()]
    for name, sheet in zip(names[1:-1], sheets[1:-1], strict=True):
        assert 'state="frozen"' in sheet, name
        assert "<dataValidation " in sheet, name


def test_a_market_is_added_in_one_step_and_the_older_workbook_is_kept(seller: SellerFolder) -> None:
    before = seller.workbook.read_bytes()
    added = add_market(seller, "JP", like="US", share=0.5)
    scenario = load(added.scenario).scenario
    assert scenario.market_ids == ("US", "DE", "JP")
    assert {row.list_price for row in scenario.sku_markets if row.market == "JP"} == {9180, 60780, 4580}
    assert {row.units_per_month for row in scenario.sales if row.market == "JP"} == {600, 75, 400}
    assert (seller.workbook.parent / OLDER / "seller-1.xlsx").read_bytes() == before
    assert seller_folder(seller.scenario.parent) == added


def test_a_market_without_a_guess_is_sold_in_once_a_price_is_filled_in(seller: SellerFolder) -> None:
    scenario = load(add_market(seller, "UK").scenario).scenario
    assert scenario.market_ids == ("US", "DE", "UK")
    assert not [row for row in scenario.sales if row.market == "UK"]


def test_a_product_is_added_in_one_step(seller: SellerFolder) -> None:
    row = {("sku", ""): "CAM-3", ("archetype", ""): "camera", ("price", "US"): "79.99", ("warranty", ""): "2 years"}
    add_product(seller, row, {"US": "300"})
    scenario = load(seller.scenario).scenario
    assert scenario.sku_ids[-1] == "CAM-3"
    assert [row.units_per_month for row in scenario.sales if row.sku == "CAM-3"] == [300]
    with pytest.raises(BadInput, match="CAM-3 is a product of this seller already"):
        add_product(seller, row, {})


def test_what_was_typed_stays_as_it_was_typed(seller: SellerFolder) -> None:
    book = seller.book()
    typed = {("sku", ""): "X", ("archetype", ""): "Electric toy", ("price", "US"): "US$12", ("weight", ""): "12 oz"}
    replace_book(seller, seller_workbook(with_product(sheets_of_book(book, seller.currencies), typed, {})), "up.xlsx")
    add_market(seller, "JP")
    again = seller_folder(seller.workbook.parent).book()
    assert dict(again.products[-1].texts) == typed


@pytest.mark.parametrize(
    ("market", "like", "said"),
    [("GB", "", "did you mean 'UK'"), ("US", "", "US is a market of this seller already"),
     ("JP", "FR", "'FR' is no market of this seller")],
)  # fmt: skip
def test_a_market_that_cannot_be_added_changes_nothing(seller: SellerFolder, market: str, like: str, said: str) -> None:
    before = {path: path.read_bytes() for path in (seller.scenario, seller.workbook)}
    with pytest.raises((ScenarioError, BadInput), match=re.escape(said)):
        add_market(seller, market, like)
    assert before == {path: path.read_bytes() for path in before}


def test_a_workbook_with_problems_takes_no_place(seller: SellerFolder) -> None:
    before = seller.workbook.read_bytes()
    broken = seller_workbook(with_product(fresh(), {("sku", ""): "X", ("archetype", ""): "tyo"}, {}))
    with pytest.raises(ScenarioError, match="did you mean 'toy'"):
        replace_book(seller, broken, "upload.xlsx")
    with pytest.raises(ScenarioError, match="xlsx"):
        replace_book(seller, b"PK nothing", "upload.xlsx")
    assert seller.workbook.read_bytes() == before


def test_a_problem_of_the_workbook_is_told_by_every_command_with_its_place(seller: SellerFolder) -> None:
    content = seller_workbook(
        with_product(fresh(), {("sku", ""): "X", ("archetype", ""): "toy", ("price", "US"): "-1"}, {})
    )
    seller.workbook.write_bytes(content)
    with pytest.raises(ScenarioError) as raised:
        load(seller.scenario)
    assert f"{seller.workbook.as_posix()}#products row 6, column price US [USD]: expected a figure" in str(raised.value)


def test_a_price_in_dollars_left_in_a_row_of_yen_is_warned_of(seller: SellerFolder) -> None:
    """Case wrong-currency: the same number in another currency is no error, but odd."""
    yen = add_market(seller, "JP")
    row = {("sku", ""): "CAM", ("archetype", ""): "camera", ("price", "US"): "149.99", ("price", "JP"): "149.99"}
    add_product(yen, row, {"JP": "10"})
    said = [str(warning) for warning in load(yen.scenario).warnings]
    assert any("sku_markets" in line or "products row" in line for line in said), said
    assert any("a list price of USD 1" in line or "a list price of USD 0.9" in line for line in said), said


def test_claims_a_seller_counted_reach_the_studies_that_fit_lives(seller: SellerFolder) -> None:
    sheets = fresh()
    first, second = sheets.months[:2]
    row = {("sku", ""): "EXAMPLE-1", ("market", ""): "US", ("month", first): "12", ("month", second): "0"}
    seller.workbook.write_bytes(seller_workbook(replace(sheets, rows={**sheets.rows, "claims": [row]})))
    for kind in ("fit", "forecast"):
        one = study_of(kind)
        ask = one.located(one.options({"books": str(seller.scenario.parent / "books")}), seller.scenario)
        assert ask.counts == (
            ("EXAMPLE-1", "US", f"{first:%Y-%m}", 12.0),
            ("EXAMPLE-1", "US", f"{second:%Y-%m}", 0.0),
        )


def test_a_folder_without_a_seller_is_told(tmp_path: Path) -> None:
    with pytest.raises(ScenarioError, match="no seller's own files here"):
        seller_folder(tmp_path)
