"""From nothing to a decision, in a real browser: a seller of three products in two markets, in at most ten steps; and
the month end of a seller who has books."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.browser.serving import A_RUN, PATIENCE, Server, Told, Visit, smaller_seller, visit
from tests.fitting.drawn_books import drawn, written
from warrantysim.files.books import IMPORTS
from warrantysim.files.loading import load_scenario
from warrantysim.files.seller_book import seller_in
from warrantysim.files.seller_edits import sheets_of_book, with_product, without_examples
from warrantysim.files.seller_rows import currencies_of
from warrantysim.present.seller_workbook import seller_workbook
from warrantysim.schema.plain_text import delimited
from warrantysim.store.seller_folder import make_seller

pytestmark = pytest.mark.browser
MOST = 10
"""Steps a person may need [steps]."""
PRODUCTS = (("BUD-1", "earbuds", "49.99"), ("VAC-1", "robot_vacuum", "299"), ("PRJ-1", "projector", "199"))
"""What is typed into the workbook: SKU, kind, price."""
WORDS = {
    "en": ("Make my workbook", "Decide now", "Not held against your books yet"),
    "zh": ("生成我的工作簿", "立即决策", "尚未与账目核对"),
}


MONTH_END = {"en": r"2027-1[12] cost USD .* against 2027-1[01]", "zh": r"2027-1[12].*2027-1[01]"}
"""Begins the answer of month end; the last days of the books may be without a row."""


@pytest.fixture
def nothing(tmp_path: Path) -> Iterator[Server]:
    """A server with an empty workspace."""
    here = Server(tmp_path / "workspace", smaller_seller(tmp_path / "scenarios")).start()
    yield here
    here.kill()


def filled(content: bytes) -> bytes:
    """The workbook as a person would fill it in."""
    currencies = currencies_of(["US", "DE"])
    sheets = without_examples(sheets_of_book(seller_in(content, Path("seller.xlsx"), currencies), currencies))
    for sku, kind, price in PRODUCTS:
        row = {("sku", ""): sku, ("archetype", ""): kind, ("price", "US"): price, ("price", "DE"): price}
        sheets = with_product(sheets, row, {"US": "90", "DE": "40"})
    return seller_workbook(sheets)


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_from_nothing_to_a_decision(browser: Browser, nothing: Server, lang: str, tmp_path: Path, told: Told) -> None:
    make, decide, unheld = WORDS[lang]
    with visit(browser, nothing, lang, "journey-seller") as here:
        steps = _journey(here, make, decide, tmp_path / "filled.xlsx")
        assert steps <= MOST
        told(here, "new seller")
        words = here.words()
        assert re.search(r"USD [0-9]", words)
        assert unheld in words
        assert "EXAMPLE" not in words
        here.open("thresholds")
        assert unheld in here.words()
        here.shot("rules")


def _journey(here: Visit, make: str, decide: str, path: Path) -> int:
    """The steps, one by one; how many there were."""
    here.open("seller")  # 1
    here.shot("begin")
    here.page.get_by_role("button", name=make).click()  # 2
    here.page.get_by_role("button", name=decide).wait_for(timeout=PATIENCE)
    here.settle()
    path.write_bytes(filled(here.take("seller_download")))  # 3: download; 4: fill in
    here.typed += 1
    here.page.locator("input[type=file]").first.set_input_files(path)  # 5
    here.page.locator("[data-testid=stAlert]").filter(has_text=path.name).first.wait_for(timeout=PATIENCE)
    here.settle()
    here.shot("filled-in")
    here.press("seller_decide")  # 6
    with here.waiting():
        here.page.locator("a[href*='decision=']").first.wait_for(timeout=A_RUN)
    here.settle()
    here.shot("decided")
    return 6


@pytest.fixture
def with_books(nothing: Server) -> Server:
    """The same with a seller whose books cover two years: what a simulated year of his own scenario would have left."""
    folder = nothing.workspace / "sellers" / "my-seller"
    seller = make_seller(folder, ["US", "DE"], dt.date(2027, 1, 1), "en")
    seller.workbook.write_bytes(filled(seller.workbook.read_bytes()))
    scenario = load_scenario(seller.scenario)
    sold = drawn(scenario)
    orders, claims = (
        rows[rows[day] < "2028"] for rows, day in ((sold.table("orders"), "day"), (sold.table("claims"), "opened"))
    )
    paid = claims.assign(refunded=40.0, currency="USD", closed=claims["opened"], decision="refund")
    written(sold.with_(orders=orders, claims=paid), folder / "books")
    row = ("2028-01-01", "log.csv", "0", "claims", len(paid), len(paid), "2025-02-01", "2027-12-31")
    (folder / "books" / "imports.csv").write_text(delimited([IMPORTS, row]), "utf-8")
    return nothing


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_month_end(browser: Browser, with_books: Server, lang: str, told: Told) -> None:
    with visit(browser, with_books, lang, "journey-month-end-books") as here:
        here.open("seller")
        here.press("seller_ask_month_end")
        answer = here.page.locator("[data-testid=stMain] p").filter(has_text=re.compile(MONTH_END[lang])).first
        with here.waiting():
            answer.wait_for(timeout=A_RUN)
        here.settle()
        here.shot("month-end")
        assert re.search(r"USD [0-9]", answer.inner_text())
        told(here, "month end from books")
