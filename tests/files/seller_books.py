"""Small workbooks of a seller, as rows of text by sheet."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from warrantysim.files.seller_book import SellerBook, seller_of
from warrantysim.files.seller_edits import SellerSheets, new_sheets
from warrantysim.files.seller_rows import SellerStated, packs_below, seller_values
from warrantysim.files.source_text import SourceFile
from warrantysim.schema.errors import ScenarioError

CURRENCIES = {"US": "USD", "DE": "EUR", "JP": "JPY"}
DOLLARS = {"USD": 1.0, "EUR": 1.16, "JPY": 1 / 152}
PRODUCTS = ["SKU", "kind of product", "price US", "price JP", "landed cost", "weight [kg]", "size", "warranty"]
SALES = ["SKU", "market", "usual month"]
FILE = SourceFile("seller.xlsx", "xlsx", "")


def book(
    products: Sequence[Sequence[str]] = (("A", "earbuds", "59.99"),),
    sales: Sequence[Sequence[str]] = (("A", "US", "100"),),
    *,
    headings: Sequence[str] = PRODUCTS,
    sold: Sequence[str] = SALES,
    **more: Sequence[Sequence[str]],
) -> SellerBook:
    """A workbook that was read."""
    sheets: dict[str, Any] = {"products": [headings, *products], "sales": [sold, *sales], **more}
    return seller_of(sheets, FILE, CURRENCIES)


def problems(*args: Any, **stated: Any) -> list[str]:
    """What is wrong with it, a line each."""
    try:
        book(*args, **stated)
    except ScenarioError as error:
        return [problem.line() for problem in error.problems]
    return []


@cache
def packs() -> Mapping[str, Any]:
    """What packs say of three markets, with a horizon."""
    found = packs_below(("US", "DE", "JP"))
    return {**found, "horizon": {**found["horizon"], "first_day": dt.date(2027, 1, 1), "days": 365}}


def expanded(*args: Any, **stated: Any) -> SellerStated:
    """A workbook expanded."""
    return seller_values(book(*args, **stated), packs())


def fresh(lang: str = "en", markets: Sequence[str] = ("US", "DE")) -> SellerSheets:
    """A new workbook."""
    return new_sheets({m: CURRENCIES[m] for m in markets}, DOLLARS, dt.date(2027, 1, 1), lang)


NAME = Path("seller.xlsx")
