"""What a seller's books say otherwise than his workbook and his scenario: products, prices, sales by month and exchange
rates, to be taken or not.

Nothing is changed here. A proposal names a cell of the workbook, what stands there, what the books say and why. All is
made of the tables of the books, never of a file, so that it is the same whichever report came first.
"""

from __future__ import annotations

import datetime as dt
import math
import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import pandas as pd

from warrantysim.files.importers.report import stores
from warrantysim.files.seller_cells import choices, plain_cell
from warrantysim.files.seller_edits import SellerSheets, without_examples
from warrantysim.packs.archetypes import archetypes
from warrantysim.schema.errors import NOTHING, Message, told
from warrantysim.schema.figure_advice import WITHOUT_CENTS

if TYPE_CHECKING:
    from warrantysim.files.books import Books
    from warrantysim.files.seller_book import Place, SellerBook
    from warrantysim.schema.root import Scenario

SAME = 0.02
"""How far a weight or a side may be from what is stated and say the same [share]."""
SAME_PRICE = 0.005
"""The same of a price [share]."""
SAME_LEVEL = 0.1
"""The same of the units of a usual month [share]."""
YEAR, FEW = 12, 3
"""Last months a usual month is the mean of, and how few of them tell nothing [months]."""
SAME_RATE = 0.001
"""The same of an exchange rate [share]."""
RATES = "rates"
"""Stands for exchange rates where a sheet is named: they are rows of the scenario's table fx."""
RECENT = 90
"""Days of orders whose median price is the price where no fee preview states one [days]."""
HOLE = 3.0
"""How many usual gaps between days with orders two files may lie apart and still have no hole between them [gaps]."""
_SKU = re.compile(r"[^\s,\[\]\"'*|]+(?: [^\s,\[\]\"'*|]+)*\Z")
KIND = "kind"
"""Beginning of the answers which kind of product a SKU is: ``kind.CAM-2CH``."""


@dataclass(frozen=True)
class Proposal:
    """One cell that would change."""

    sheet: str
    """Sheet of the workbook [products|sales], or rates."""
    row: tuple[str, ...]
    """What the row is of: its SKU; of sales SKU, market and channel; of rates the currency and the day."""
    column: Place
    """Column, and the market or month it is for."""
    old: str
    """What stands there, empty where nothing does [text]."""
    new: str
    """What the books say, as it is typed [text]."""
    why: Message
    """Where the books have it from."""
    lacks: Message = NOTHING
    """What must be known before it can be taken; empty where nothing lacks."""


def proposals(
    books: Books, book: SellerBook, markets: Sequence[str], scenario: Scenario | None = None
) -> tuple[Proposal, ...]:
    """Everything the books say otherwise, products first.

    Parameters
    ----------
    markets : the seller's markets; what the books say of others is left aside.
    scenario : whose exchange rates are held against those of the books; none are proposed without.
    """
    sold = _sold(books, markets)
    products = list(_products(books, book, markets, _prices(sold)))
    lacking = {one.row[0]: one.lacks for one in products if one.lacks}
    priced = {(one.row[0], one.column[1]) for one in products if one.column[0] == "price"}
    priced |= {(str(row["sku"]), market) for row in book.products for market in row.markets_of("price")}
    rates = () if scenario is None else _rates(books, scenario)
    return (*products, *_sales(sold, months_covered(books), book, lacking, priced), *rates)


def months_left_out(books: Books, markets: Sequence[str]) -> tuple[Message, ...]:
    """Months with orders that are not proposed, since no file covers them from the first to the last day."""
    return tuple(
        told(
            "{market}: sales of {months} are not proposed, since the orders do not cover the month from its "
            "first to its last day", market=market, months=", ".join(map(str, part)),
        )
        for market, part in unfinished_months(books, markets).items()
    )  # fmt: skip


def unfinished_months(books: Books, markets: Sequence[str] | None = None) -> dict[str, list[pd.Period]]:
    """Months with orders that no file covers from the first to the last day, by market; of all where none is named."""
    whole = months_covered(books)
    found: dict[str, list[pd.Period]] = {}
    sold = _sold(books, books.table("orders")["market"].unique().tolist() if markets is None else markets)
    for market, days in sold.groupby("market")["day"]:
        if part := sorted(set(days.dropna().dt.to_period("M")) - set(whole.get(region(str(market)), ()))):
            found[str(market)] = part
    return found


def accepted(sheets: SellerSheets, chosen: Iterable[Proposal]) -> SellerSheets:
    """A workbook with proposals taken; those that lack something are passed over.

    The rows a new workbook came with go as soon as a product is taken.
    """
    taken = [one for one in chosen if not one.lacks and one.sheet != RATES]
    if any(one.sheet == "products" for one in taken):
        sheets = without_examples(sheets)
    rows = {sheet: [dict(row) for row in found] for sheet, found in sheets.rows.items()}
    known = {(sheet, _named(row, sheet)): row for sheet in ("products", "sales") for row in rows.get(sheet, ())}
    for one in taken:
        name = (one.sheet, tuple(part.casefold() for part in one.row))
        if name not in known:
            keys = [("sku", ""), ("market", ""), ("channel", "")][: len(one.row)]
            known[name] = dict(zip(keys, one.row, strict=True))
            rows.setdefault(one.sheet, []).append(known[name])
        known[name][one.column] = one.new
    months = {column[1] for row in rows.get("sales", ()) for column in row if column[0] == "month"}
    return replace(sheets, rows=rows, months=sorted({*sheets.months, *months}))


def _named(row: Mapping[Place, str], sheet: str) -> tuple[str, ...]:
    """What a row is of, as it is compared: its SKU; of sales SKU, market and channel by its key."""
    sku, market, channel = (row.get((key, ""), "").strip() for key in ("sku", "market", "channel"))
    if sheet == "products":
        return (sku.casefold(),)
    known = {word.casefold(): key for key, words in choices("channel").items() for word in (key, *words)}
    return sku.casefold(), market.casefold(), known.get(channel.casefold(), channel or "FBA").casefold()


def _products(
    books: Books, book: SellerBook, markets: Sequence[str], prices: Mapping[tuple[str, str], float]
) -> Iterator[Proposal]:
    listed = books.table("products")
    stated = {str(row["sku"]): row for row in book.products}
    for sku in dict.fromkeys((*listed["sku"], *(sku for sku, _ in prices))):
        rows, row = listed[listed["sku"] == sku], stated.get(sku)
        said = row.values if row is not None else {}
        lacks, cells = NOTHING, list(_measures(rows, said))
        if row is None:
            if not _SKU.match(sku):
                continue
            name = next((text for text in rows["name"] if text), "")
            kind = books.answers.get(f"{KIND}.{sku}", "") or likely_kind(name)
            if kind not in archetypes():
                lacks = told("its kind: --answer {name}=KIND", name=f"{KIND}.{sku}")
            begin = [(("name", ""), "", name or sku, told("sold, and not in the workbook"))]
            begin += [(("archetype", ""), "", kind, told("by its name, or as you said"))] if kind else []
            cells = [*begin, *cells]
        for market in markets:
            price, why = _price(rows[rows["market"] == market], prices.get((sku, market)))
            before = (row.of("price", market) or (None,))[0] if row is not None else None
            if _differs(price, before, SAME_PRICE):
                cells.append((("price", market), _text(before), _money(price, market), why))
        for column, old, new, why in cells:
            yield Proposal("products", (sku,), column, old, new, why, lacks)


Cell = tuple["Place", str, str, Message]
"""Column, what stands there, what the books say, and why."""


def _measures(rows: pd.DataFrame, said: Mapping[str, Any]) -> Iterator[Cell]:
    """Weight and size of a product, the median of its stores, where they are not what is said."""
    if rows.empty:
        return
    why = told("fee preview")
    weight = float(rows["weight_kg"].median())
    if _differs(weight, said.get("weight")):
        yield ("weight", ""), _text(said.get("weight")), plain_cell(weight), why
    sides = sorted((float(rows[side].median()) for side in ("length_cm", "width_cm", "height_cm")), reverse=True)
    known = sorted(said.get("size") or (), reverse=True)
    if all(map(math.isfinite, sides)) and any(map(_differs, sides, known or [None])):
        yield ("size", ""), " x ".join(map(_text, known)), " x ".join(map(plain_cell, sides)), why


def likely_kind(name: str) -> str:
    """The kind of product a name most likely is of: the kind whose longest word it holds; empty where it holds none."""
    said = f" {re.sub('[^a-z0-9]+', ' ', name.lower())} "
    found: list[tuple[int, str]] = []
    for key, kind in archetypes().items():
        words = {key.replace("_", " "), *(part.strip().lower() for part in re.split("[,/]", kind.name_en))}
        found += [(len(word), key) for word in words if f" {word} " in said or f" {word}s " in said]
        found += [(len(kind.name_zh), key)] if kind.name_zh in name else []
    return max(found)[1] if found else ""


def _price(rows: pd.DataFrame, paid: float | None) -> tuple[float, Message]:
    """Price of the fee preview, else of the orders."""
    stated = rows["price"].dropna()
    if len(stated):
        return float(stated.iloc[-1]), told("fee preview")
    return (math.nan, NOTHING) if paid is None else (paid, told("median price of the last orders"))


def _prices(orders: pd.DataFrame) -> dict[tuple[str, str], float]:
    """Median price of the last orders of each product and market, before promotions."""
    orders = orders[orders["unit_price"] > 0]
    if orders.empty:
        return {}
    last = orders.groupby(["sku", "market"])["day"].transform("max")
    found = orders[orders["day"] > last - pd.Timedelta(days=RECENT)].groupby(["sku", "market"])["unit_price"].median()
    return {(str(sku), str(market)): float(price) for (sku, market), price in zip(found.index, found, strict=True)}


def _sold(books: Books, markets: Sequence[str]) -> pd.DataFrame:
    """Lines that were sold as new units in the seller's markets; those of no store are sales of the own shop."""
    orders = books.table("orders")
    orders = orders[(orders["status"] == "sold") & (orders["kind"] == "sale") & orders["market"].isin(list(markets))]
    return orders.assign(channel=orders["channel"].replace({"MCF": "OWN"}))


def _sales(
    orders: pd.DataFrame, whole: Mapping[str, Sequence[pd.Period]], book: SellerBook,
    lacking: Mapping[str, Message], priced: Collection[tuple[str, str]],
) -> Iterator[Proposal]:  # fmt: skip
    """Units of each whole month, a month without a line among them as 0 from the first sale on; and of a usual month,
    where one is stated: it fills the months nobody states, those of the plan among them."""
    said = {_named(row.texts, "sales"): row for row in book.rows.get("sales", ())}
    why = told("orders")
    for key, lines in orders.groupby(["sku", "market", "channel"], sort=True):
        sku, market, channel = map(str, key)
        lacks = lacking.get(sku, NOTHING) or (
            NOTHING if (sku, market) in priced else told("its price in {market}", market=market)
        )
        by_month = lines.groupby(lines["day"].dt.to_period("M"))["units"].sum()
        row = said.get((sku.casefold(), market.casefold(), channel.casefold()))
        before: Mapping[Any, Any] = (row.values.get("month") or {}) if row is not None else {}
        begin = min([by_month.index.min(), *(pd.Period(month, "M") for month in before)])
        months = [month for month in whole.get(region(market), ()) if month >= begin]
        for month in months:
            units, first = float(by_month.get(month, 0.0)), dt.date(month.year, month.month, 1)
            old = before.get(first)
            if old is None or abs(units - float(old)) > 0.5:
                yield Proposal(
                    "sales", (sku, market, channel), ("month", first), _text(old), f"{units:.0f}", why, lacks
                )
        last, level = months[-YEAR:], row["level"] if row is not None else None
        if level is not None and len(last) >= FEW:
            mean = sum(float(by_month.get(month, 0.0)) for month in last) / len(last)
            if _differs(mean, float(level), SAME_LEVEL):
                whence = told("mean of the last {n} whole months of the orders", n=len(last))
                yield Proposal(
                    "sales",
                    (sku, market, channel),
                    ("level", ""),
                    _text(level),
                    plain_cell(round(mean, 1)),
                    whence,
                    lacks,
                )


def _rates(books: Books, scenario: Scenario) -> Iterator[Proposal]:
    """Rates of the scenario's currencies: the last one before its claims or the orders begin, and all later ones."""
    quoted, orders = books.table("rates"), books.table("orders")
    begins = min(pd.Timestamp(scenario.horizon.begins), orders["day"].min() if len(orders) else pd.Timestamp.max)
    why = told("reference rate of the European Central Bank")
    for currency in dict.fromkeys(row.currency for row in scenario.fx):
        first = min(row.from_ for row in scenario.fx if row.currency == currency)
        mine = quoted[quoted["currency"] == currency].sort_values("day")
        before = mine[mine["day"] <= begins].tail(1)
        held = pd.concat([before, mine[(mine["day"] > begins) | mine["day"].isna()]])
        for day, new in zip(held["day"].dt.strftime("%Y-%m-%d").fillna(""), held["usd_per_unit"], strict=True):
            usd = scenario.usd_per_unit(currency, max(dt.date.fromisoformat(day) if day else first, first))
            if _differs(float(new), usd, SAME_RATE):
                lacks = NOTHING if day else told("its day: --answer ecb_rates.day=2026-11-27")
                cell = ("usd_per_unit", ""), f"{usd:.6g}", f"{new:.6g}"
                yield Proposal(RATES, (currency, day), *cell, why, lacks)


def region(market: str) -> str:
    """The region a market's reports are of: All Orders covers a region, and says nothing of others."""
    store = stores().get(market.lower())
    return store.zone.split("/")[0] if store else ""


def months_covered(books: Books) -> dict[str, list[pd.Period]]:
    """Months that the orders of each region cover from the first to the last day in the market's time, so that no line
    means none was sold. What lies before the first line or behind the last is unknown, and so is a hole between files.
    """
    orders, periods = books.table("orders"), books.periods("all_orders")
    found: dict[str, list[pd.Period]] = {}
    dated = orders[orders["day"].notna()]
    for name, lines in dated.groupby(dated["market"].map(region)):
        days = pd.DatetimeIndex(lines["day"].unique()).normalize().sort_values()
        usual = days.to_series().diff().median() if len(days) > 1 else pd.Timedelta(days=1)
        ends = [(last, begin) for (_, last), (begin, _) in pairwise(periods)]
        holes = [(last, begin) for last, begin in ends if begin - last > HOLE * usual]
        found[str(name)] = [
            month
            for month in pd.period_range(days[0], days[-1], freq="M")
            if days[0] <= month.start_time
            and month.end_time.normalize() <= days[-1]
            and not any(last < month.end_time.normalize() and month.start_time < begin for last, begin in holes)
        ]
    return found


def _differs(new: float, old: float | None, same: float = SAME) -> bool:
    if not math.isfinite(new):
        return False
    return old is None or abs(new - old) > same * max(abs(old), 1e-9)


def _money(price: float, market: str) -> str:
    store = stores().get(market.lower())
    return f"{price:.0f}" if store and store.currency in WITHOUT_CENTS else f"{price:.2f}"


def _text(value: Any) -> str:
    return "" if value is None else f"{value:g}" if isinstance(value, int | float) else str(value)
