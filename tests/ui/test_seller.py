"""*My seller*: from an empty workspace to a seller whose steps, gaps and workbook are shown; every mistake is told."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from tests.files.seller_books import fresh
from tests.ui.opening import page, said_on, sound, tables
from warrantysim.analysis.cases import Case
from warrantysim.files.books import FOLDER, Books
from warrantysim.files.importers.importing import import_files
from warrantysim.files.loading import load
from warrantysim.files.seller_edits import with_product
from warrantysim.present.seller_workbook import seller_workbook
from warrantysim.store.saving import save_study
from warrantysim.store.seller_folder import SellerFolder, make_seller, seller_folder
from warrantysim.store.study import AskedQuestion
from warrantysim.store.workspace import Workspace
from warrantysim.studies.study import Stored


def _orders() -> bytes:
    """All Orders of ninety days, one camera a day."""
    head = "amazon-order-id\tpurchase-date\torder-status\tfulfillment-channel\tsales-channel\tproduct-name\tsku\t"
    head += "quantity\tcurrency\titem-price\tship-country\n"
    begin = dt.date(2026, 9, 20)
    rows = (
        f"114-{n:07d}-0000000\t{begin + dt.timedelta(n)}T08:00:00+00:00\tShipped\tAmazon\tAmazon.com\t"
        "Dash camera\tCamera-9\t1\tUSD\t79.99\tUS\n"
        for n in range(90)
    )
    return (head + "".join(rows)).encode()


ORDERS = _orders()


@pytest.fixture
def seller(empty: Path) -> SellerFolder:
    return make_seller(empty / "sellers" / "mine", ["US", "DE"], dt.date(2027, 1, 1), "en")


def pressed(at: AppTest, label: str) -> AppTest:
    """The page after a button."""
    (button,) = [one for one in at.button if one.label == label]
    return button.click().run()


def test_an_empty_workspace_asks_for_markets_and_makes_the_workbook(empty: Path) -> None:
    at = page("seller")
    sound(at)
    (markets,) = at.multiselect
    assert markets.value == ["US", "DE"]
    at = pressed(at, "Make my workbook")
    sound(at)
    made = seller_folder(empty / "sellers" / "my-seller")
    assert load(made.scenario).scenario.market_ids == ("US", "DE")
    assert "3 products in US, DE; rows of sales: 6." in said_on(at)


def test_a_name_that_cannot_be_a_folder_makes_nothing(empty: Path) -> None:
    at = page("seller")
    at.text_input[0].input("../x")
    at = pressed(at, "Make my workbook")
    assert "cannot be used" in said_on(at)
    assert not (empty / "sellers").exists()


@pytest.mark.parametrize(("lang", "words"), [("en", ("to do", "Still example rows")), ("zh", ("待办", "仍有示例行"))])
def test_every_step_tells_its_state(seller: SellerFolder, lang: str, words: tuple[str, ...]) -> None:
    at = page("seller", lang)
    sound(at)
    said = said_on(at)
    assert all(word in said for word in words)
    assert [head for head in range(1, 6) if f"#### {head}. " in said] == [1, 2, 3, 4, 5]
    assert "EXAMPLE-3" in set(tables(at)[0]["SKU"])


def test_a_workbook_with_mistakes_is_told_by_cell(seller: SellerFolder) -> None:
    broken = with_product(fresh(), {("sku", ""): "X", ("archetype", ""): "tyo", ("price", "US"): "12"}, {})
    seller.workbook.write_bytes(seller_workbook(broken))
    at = page("seller")
    assert not at.exception
    (wrong,) = [one.value for one in at.dataframe]
    assert wrong["message"].str.contains("did you mean 'toy'").any()
    assert (wrong["row"] == 6).all()


def test_a_product_and_a_market_are_added_by_form(seller: SellerFolder) -> None:
    at = page("seller")
    at.text_input[0].input("CAM-3")
    (kind,) = [one for one in at.selectbox if one.label == "Kind of product"]
    kind.select("camera")
    next(one for one in at.text_input if one.label == "Price in US [USD]").input("79.99")
    next(one for one in at.text_input if one.label == "Units a month in US").input("300")
    at = _first(at)
    assert "CAM-3 is added" in said_on(at)
    market = next(one for one in at.selectbox if one.label == "Market")
    market.select("JP")
    at = [one for one in at.button if one.label == "Add"][1].click().run()
    assert "JP is added" in said_on(at)
    scenario = load(seller.scenario).scenario
    assert scenario.sku_ids[-1] == "CAM-3"
    assert scenario.market_ids == ("US", "DE", "JP")


def _first(at: AppTest) -> AppTest:
    return next(one for one in at.button if one.label == "Add").click().run()


def test_what_the_books_say_otherwise_is_taken_over_once_somebody_says_so(seller: SellerFolder) -> None:
    books = Books(seller.scenario.parent / FOLDER)
    import_files(books, [("orders.txt", ORDERS)], when="2027-01-01")
    at = page("seller")
    sound(at)
    assert "1 file imported" in said_on(at)
    assert "Your books say otherwise" in said_on(at)
    assert {"Fit my history", "Hold the model against my books"} <= {one.label for one in at.button}
    at.selectbox(key="seller_kind_Camera-9").select("camera")
    at = pressed(pressed(at, "Remember"), "Take over into the workbook")
    sound(at)
    assert "taken over from your books" in said_on(at)
    scenario = load(seller.scenario).scenario
    assert scenario.sku_ids == ("Camera-9",)
    assert {row.list_price for row in scenario.sku_markets if row.market == "US"} == {79.99}


def test_a_viewer_sees_the_seller_and_changes_nothing(seller: SellerFolder, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WARRANTYSIM_EDITORS", "lin@example.com")
    at = page("seller")
    sound(at)
    assert all(one.disabled for one in at.button)


def test_no_decision_of_an_own_seller_hides_that_no_books_were_held_against_it(seller: SellerFolder) -> None:
    assert "Not held against your books yet" in said_on(page("seller"))


@pytest.mark.parametrize(
    ("lang", "words", "button"),
    [
        ("en", ("What to measure next", "1. ", "never used", "USD 4,300"), "Forecast the next twelve months"),
        ("zh", ("接下来测量什么", "1. ", "4,300"), "预测未来十二个月"),
    ],
)
def test_the_last_step_says_what_to_measure_and_offers_a_forecast(
    empty: Path, seller: SellerFolder, lang: str, words: tuple[str, ...], button: str
) -> None:
    scenario = load(seller.scenario).scenario
    other = scenario.policy.replace(name="other")
    asked = AskedQuestion.of("sensitivity", [Case.of(scenario), Case.of(scenario, other)], draws=32)
    worth = pd.DataFrame({"input": ["markets.US.customer.label_unused_share"], "net": [4300.0]})
    save_study(Workspace.at(empty), asked, Stored({"information": worth}, {"currency": "USD"}))
    at = page("seller", lang)
    sound(at)
    said = said_on(at)
    assert all(word in said for word in words)
    assert button in {one.label for one in at.button}


def test_before_a_decision_nothing_is_asked_to_be_measured(seller: SellerFolder) -> None:
    at = page("seller")
    assert "Once there is a decision" in said_on(at)
    assert "Find what to measure" not in {one.label for one in at.button}
