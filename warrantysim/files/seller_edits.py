"""A seller's workbook as cells to be written: a new one with example rows, or one with a market or product added.

What a person typed stays as it was typed; what is added is text a person could have typed.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from warrantysim.files.seller_book import COLUMNS, EXAMPLE, Place, SellerBook
from warrantysim.files.seller_cells import amount_in, choices
from warrantysim.files.seller_products import later
from warrantysim.locale.wording import Lang
from warrantysim.schema.errors import BadInput, suggestion, told
from warrantysim.schema.figure_advice import WITHOUT_CENTS

Cells = Mapping[Place, str]
"""A row as it is typed, by column."""
BEFORE, AHEAD = 24, 12
"""Months of history and of plan a new workbook has columns for [months]."""
EXAMPLES = (
    ("earbuds", "ANC earbuds", "降噪耳机", 59.99, "21", "220 g", "13 x 11 x 6", "12", 1200),
    ("robot_vacuum", "Robot vacuum", "扫地机器人", 399.99, "150", "9.5 kg", "46 x 42 x 24", "12", 150),
    ("charger", "65 W charger", "65W 充电器", 29.99, "9.80", "", "", "18", 800),
)
"""Example rows: kind, name in English and Chinese, price and landed cost [USD], weight, size, warranty [months],
units a month."""
OTHERS = 0.5
"""What further markets sell in the examples, of the first [share]."""


@dataclass(frozen=True)
class SellerSheets:
    """A workbook to be written."""

    currencies: Mapping[str, str]
    """Currency of each market, in their order."""
    rows: Mapping[str, Sequence[Cells]]
    """The rows of each sheet."""
    months: Sequence[dt.date]
    """Months there is a column for."""
    lang: Lang = "en"
    """Language of headings, notes and choices."""
    headings: Mapping[str, Mapping[Place, str]] = field(default_factory=dict)
    """Headings that stand already."""

    def columns(self, sheet: str) -> list[Place]:
        """The columns of a sheet in their order."""
        out: list[Place] = []
        stated = self.headings.get(sheet, {})
        for column in COLUMNS[sheet].values():
            if column.per == "market":
                out += [(column.key, market) for market in self.currencies]
            elif column.per == "month":
                out += [(column.key, month) for month in self.months]
            else:
                own = [(column.key, market) for market in self.currencies if (column.key, market) in stated]
                out += [] if own and (column.key, "") not in stated else [(column.key, "")]
                out += own
        return out


def sheets_of_book(book: SellerBook, currencies: Mapping[str, str], lang: Lang = "") -> SellerSheets:
    """A workbook that was read, to be written again."""
    months = sorted({part for columns in book.headings.values() for key, part in columns if key == "month"})
    rows = {sheet: [row.texts for row in found] for sheet, found in book.rows.items()}
    return SellerSheets(currencies, rows, months, lang or book.lang, book.headings)


def new_sheets(currencies: Mapping[str, str], usd: Mapping[str, float], first: dt.date, lang: Lang) -> SellerSheets:
    """A new workbook with example rows.

    Parameters
    ----------
    currencies : currency of each market.
    usd : US dollars for one unit of each currency.
    first : first month of the plan.
    """
    products, sales = [], []
    for number, (kind, en, zh, price, landed, weight, size, warranty, units) in enumerate(EXAMPLES, start=1):
        sku = f"{EXAMPLE}{number}"
        row = {
            ("sku", ""): sku,
            ("name", ""): zh if lang == "zh" else en,
            ("archetype", ""): choices("archetype")[kind][lang == "zh"],
            ("landed_cost", ""): landed,
            ("weight", ""): weight,
            ("size", ""): size,
            ("warranty", ""): warranty,
        }
        products.append(row | {("price", m): local_price(price, code, usd) for m, code in currencies.items()})
        for place, market in enumerate(currencies):
            level = units if place == 0 else round(units * OTHERS)
            sales.append({("sku", ""): sku, ("market", ""): market, ("channel", ""): "FBA", ("level", ""): str(level)})
    action = choices("action")
    today = [
        {("from", ""): value, ("do", ""): action[do][lang == "zh"]} for value, do in (("0", "refund"), ("25", "reship"))
    ]
    months = [later(first, n) for n in range(-BEFORE, AHEAD)]
    return SellerSheets(currencies, {"products": products, "sales": sales, "today": today}, months, lang)


def local_price(price: float, currency: str, usd: Mapping[str, float]) -> str:
    """A price in US dollars as one of another currency, ending as prices do."""
    value = price / usd.get(currency, 1.0)
    if currency in WITHOUT_CENTS:
        return str(max(math.ceil(value / 100) * 100 - 20, 1))
    return f"{math.ceil(value - 0.005) - 0.01:.2f}"


def with_market(
    sheets: SellerSheets,
    market: str,
    currency: str,
    usd: Mapping[str, float],
    like: str = "",
    share: float = 1.0,
) -> SellerSheets:
    """A workbook with one market more: with empty prices, or with the prices and sales of another as a first guess.

    Parameters
    ----------
    like : the market whose prices (at today's rates) and sales are taken over; empty: prices stay empty.
    share : what is sold, of that market's sales [share].

    Raises
    ------
    BadInput
        If it is there already, or ``like`` is none of the seller's.
    """
    if market in sheets.currencies:
        raise BadInput("{market} is a market of this seller already", market=market)
    if like and like not in sheets.currencies:
        raise BadInput(
            told("{market!r} is no market of this seller", market=like) + suggestion(like, sheets.currencies)
        )
    currencies = {**sheets.currencies, market: currency}
    if not like:
        return replace(sheets, currencies=currencies)
    same = sheets.currencies[like] == currency
    rate = usd.get(sheets.currencies[like], 1.0)
    products = []
    for row in sheets.rows.get("products", ()):
        price = row.get(("price", like))
        if price is not None and not same:
            price = local_price(amount_in(price) * rate, currency, usd)
        products.append({**row, **({("price", market): price} if price is not None else {})})
    sales: list[Cells] = []
    for row in sheets.rows.get("sales", ()):
        sales.append(row)
        if row.get(("market", ""), "").casefold() == like.casefold():
            scaled = {p: f"{amount_in(text) * share:.0f}" for p, text in row.items() if p[0] in ("level", "month")}
            sales.append({**row, **scaled, ("market", ""): market})
    return replace(sheets, currencies=currencies, rows={**sheets.rows, "products": products, "sales": sales})


def with_product(sheets: SellerSheets, product: Mapping[Place, str], sales: Mapping[str, str]) -> SellerSheets:
    """A workbook with one product more.

    Parameters
    ----------
    product : its row as it is typed.
    sales : units of a usual month by market; over FBA.

    Raises
    ------
    BadInput
        If its SKU is there already, or it has a price in a market the seller does not sell in.
    """
    sku = product[("sku", "")]
    if any(row.get(("sku", "")) == sku for row in sheets.rows.get("products", ())):
        raise BadInput("{sku} is a product of this seller already", sku=sku)
    for _, market in product:
        if market and market not in sheets.currencies:
            raise BadInput(
                told("{market!r} is no market of this seller", market=market) + suggestion(market, sheets.currencies)
            )
    sold = [
        {("sku", ""): sku, ("market", ""): market, ("channel", ""): "FBA", ("level", ""): units}
        for market, units in sales.items()
    ]
    rows = {
        **sheets.rows,
        "products": [*sheets.rows.get("products", ()), product],
        "sales": [*sheets.rows.get("sales", ()), *sold],
    }
    return replace(sheets, rows=rows)


def without_examples(sheets: SellerSheets) -> SellerSheets:
    """A workbook without the rows it came with."""
    rows = {
        sheet: [row for row in found if not row.get(("sku", ""), "").startswith(EXAMPLE)]
        for sheet, found in sheets.rows.items()
    }
    return replace(sheets, rows=rows)
