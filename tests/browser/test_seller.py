"""From nothing to a decision, in a real browser: a seller of three products in two markets, in at most ten steps."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.browser.serving import A_RUN, PATIENCE, Server, Visit, smaller_seller, visit
from warrantysim.files.seller_book import seller_in
from warrantysim.files.seller_edits import sheets_of_book, with_product, without_examples
from warrantysim.files.seller_rows import currencies_of
from warrantysim.present.seller_workbook import seller_workbook

pytestmark = pytest.mark.browser
MOST = 10
"""Steps a person may need [steps]."""
PRODUCTS = (("BUD-1", "earbuds", "49.99"), ("VAC-1", "robot_vacuum", "299"), ("PRJ-1", "projector", "199"))
"""What is typed into the workbook: SKU, kind, price."""
WORDS = {
    "en": ("Make my workbook", "Decide now", "Not held against your books yet"),
    "zh": ("生成我的工作簿", "立即决策", "尚未与账目核对"),
}


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
def test_from_nothing_to_a_decision(browser: Browser, nothing: Server, lang: str, tmp_path: Path) -> None:
    make, decide, unheld = WORDS[lang]
    with visit(browser, nothing, lang, "journey-seller") as here:
        steps = _journey(here, make, decide, tmp_path / "filled.xlsx")
        assert steps <= MOST
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
    here.page.locator("input[type=file]").first.set_input_files(path)  # 5
    here.page.locator("[data-testid=stAlert]").filter(has_text=path.name).first.wait_for(timeout=PATIENCE)
    here.settle()
    here.shot("filled-in")
    here.press("seller_decide")  # 6
    here.page.locator("a[href*=decision=]").first.wait_for(timeout=A_RUN)
    here.settle()
    here.shot("decided")
    return 6
