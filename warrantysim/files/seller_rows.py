"""What a seller said, as a layer over the packs of his markets: the rows of a scenario his workbook stands for."""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path as FilePath
from typing import Any

from warrantysim.files import market_packs
from warrantysim.files.documents import Document
from warrantysim.files.layers import Ground, Layer, LayerRequest
from warrantysim.files.seller_book import BookRow, SellerBook, read_seller
from warrantysim.files.seller_products import Filled, SellerProduct, Usual, recovery_range
from warrantysim.files.tables import Table
from warrantysim.files.workbooks import cell_text
from warrantysim.schema.errors import refuse
from warrantysim.schema.root import Scenario

USUAL_RULE = ((0.0, "USD", "refund", ""), (25.0, "USD", "reship", ""))
"""The rule of today where the sheet states none; A."""
BENCH = {"yield_share": 0.85, "units_per_day": 20.0, "handling": 5.0}
"""What a quote leaves open; A."""
_NOT_ID = re.compile(r"[^a-z0-9]+")
_OWN = re.compile(r"\.xlsx#\S+ row [0-9]+; kind ")


def layer(asked: LayerRequest) -> Layer:
    """The workbook a scenario names, over the packs of its markets.

    Raises
    ------
    ScenarioError
        With every problem of the workbook, or where no markets are named.
    """
    path = asked.file(asked.stated, (".xlsx",))
    markets = asked.below.get("markets")
    if not markets:
        raise refuse(asked.where, "expected the markets of the seller beside it: markets: [US, DE]", "packs")
    book = read_seller(path, {market: str(stated["currency"]) for market, stated in markets.items()})
    horizon = {"days": 365, **asked.below.get("horizon", {}), **(asked.top.get("horizon") or {})}
    if "first_day" not in horizon:
        raise refuse(asked.where, "expected the first day of the horizon: horizon: {first_day: 2027-01-01}", "packs")
    stated = seller_values(book, {**asked.below, "horizon": horizon})
    return Layer(
        [Document(book.file.path, stated.values, {})], list(stated.tables.items()), (), [book.file], book.remarks
    )


def packs_below(markets: Sequence[str]) -> dict[str, Any]:
    """What packs state of markets, plain, as `seller_values` reads it.

    Raises
    ------
    ScenarioError
        For a market there is no pack of.
    """
    ground = Ground(Scenario.TABLES, tuple(Scenario.model_fields))
    ground.lay(
        market_packs.layer(LayerRequest(list(markets), "markets", lambda name, _: FilePath(name), {}, Scenario.TABLES))
    )
    return ground.plain()


def currencies_of(markets: Sequence[str]) -> dict[str, str]:
    """The currency of each market."""
    return {market: str(stated["currency"]) for market, stated in packs_below(markets)["markets"].items()}


def dollars_of(markets: Sequence[str]) -> dict[str, float]:
    """US dollars for one unit of the currencies of markets."""
    return {"USD": 1.0} | {row["currency"]: float(row["usd_per_unit"]) for row in packs_below(markets)["fx"]}


@dataclass(frozen=True)
class SellerStated:
    """A seller's part of a scenario."""

    values: dict[str, Any]
    """Parts of the document beside tables, to be merged into what packs state."""
    tables: Mapping[str, Table]
    """Rows by table; ``assumptions`` are further ones, the others are the whole table."""
    filled: tuple[Filled, ...] = ()
    """What was left empty."""


def seller_values(book: SellerBook, base: Mapping[str, Any]) -> SellerStated:
    """Expand a workbook.

    Parameters
    ----------
    base : plain values of what packs state: ``markets``, ``fx``, ``births``, ``horizon``, ``calendars``.
    """
    usual = Usual(base)
    products = [SellerProduct(row, usual) for row in book.products]
    sales, monthly = book.rows.get("sales", ()), Counter[tuple[str, str]]()
    for row in sales:
        monthly[row["sku"], row["market"]] += _mean_month(row, usual)  # type: ignore[assignment]
    stock = {(row["sku"], row["market"]): row for row in book.rows.get("stock", ())}
    used = {one.kind.archetype: one for one in products}
    stated: dict[str, list[tuple[BookRow, dict[str, Any]]]] = {
        "skus": [(one.row, one.sku_row()) for one in products],
        "sku_markets": [(one.row, row) for one in products for row in one.terms()],
        "sales": [(stated, row) for stated in sales for row in _sales(stated)],
        "faults": [(one.row, row) for one in products for row in one.faults()],
        "product_names": [(one.row, row) for one in products for row in one.names()],
        "stock": [
            (one.row, one.stock(market, stock.get((one.sku, market)), monthly[one.sku, market]))
            for one in products
            for market in usual.markets
        ],
        "assumptions": [
            *((one.row, row) for one in products for row in one.ranges()),
            *((one.row, row) for one in used.values() for row in recovery_range(one.kind)),
        ],
    }
    values: dict[str, Any] = {
        "recovery": {"trade_share_of_price": {"none": 0, **{key: one.kind.grade_a for key, one in used.items()}}},
        "policy": _policy(book),
    }
    for row in book.rows.get("promise", ()):
        values["promise"] = {key: value for key, value in row.values.items() if value is not None}
    if rows := book.rows.get("partners", ()):
        values["partners"] = _partners(rows, usual)
    tables = {name: _table(book, rows) for name, rows in stated.items() if rows}
    return SellerStated(values, tables, tuple(filled for one in products for filled in one.filled))


def _table(book: SellerBook, rows: Sequence[tuple[BookRow, Mapping[str, Any]]]) -> Table:
    """Rows as a table that was read: each known by the row of the workbook it comes from."""
    names = tuple(dict.fromkeys(name for _, row in rows for name in row))
    cells = {name: [_cell(row.get(name)) for _, row in rows] for name in names}
    first = rows[0][0]
    return Table(first.sheet, cells, [row.number for row, _ in rows], [], frozenset(), book.file, names)


def _cell(value: Any) -> str | None:
    return None if value is None else cell_text(value)


def _mean_month(row: BookRow, usual: Usual) -> float:
    """Units of a mean month of the coming year, as far as stated [units]."""
    stated: Mapping[dt.date, float] = row.values.get("month", {})
    coming = {month: units for month, units in stated.items() if month >= usual.first} or stated
    if not coming or row["level"] is not None:
        return float(row["level"] or 0.0)
    return sum(coming.values()) / len(coming)


def _sales(row: BookRow) -> Iterator[dict[str, Any]]:
    """Rows of sales: a level where a usual month is stated, and each month's units."""
    key = {"sku": row["sku"], "market": row["market"], "channel": row["channel"] or "FBA"}
    of = {"source": row.place, "mark": "S"}
    if row["level"] is not None:
        yield {**key, "units_per_month": row["level"], **of}
    for month, units in sorted(row.values.get("month", {}).items()):
        yield {**key, "month": f"{month:%Y-%m}", "units_per_month": units, **of}


def partner_id(name: str) -> str:
    """The id of a partner by the name on its quote."""
    return _NOT_ID.sub("-", name.casefold()).strip("-") or f"partner-{sum(map(ord, name))}"


def _partners(rows: Iterable[BookRow], usual: Usual) -> dict[str, Any]:
    out: dict[str, Any] = {}
    for row in rows:
        market, name = row["market"], row["name"]
        amounts = {
            key: row[key]
            for key in ("no_fault", "beyond_repair", "receiving", "onboarding", "minimum_per_month")
            if row[key] is not None
        }
        own = usual.currency[market]
        currency = next((code for _, code in [row["repaired"], *amounts.values()] if code), own)
        calendar = f"{market.lower()}_workdays"
        pace = row["units_per_day"] or BENCH["units_per_day"]
        desk = {
            "currency": currency,
            "serves": [market],
            "repaired": {"flat": f"{row['repaired'][0]!r} {currency}"},
            **{key: f"{amount!r} {currency}" for key, (amount, _) in amounts.items()},
            "parts": {"mode": "cost_plus"},
            "bench": {
                "technicians": max(1, round(pace / 10)),
                "units_per_day": pace,
                "handling_days": row["handling"] if row["handling"] is not None else BENCH["handling"],
                **({"calendar": calendar} if calendar in usual.calendars else {}),
            },
        }
        partner = out.setdefault(
            partner_id(name),
            {
                "title": {"en": name, "zh": name},
                "source": f"{row.place}; parts at cost and what else is not stated assumed",
                "home": market,
                "yield_share": row["yield_share"] if row["yield_share"] is not None else BENCH["yield_share"],
                "desks": {},
            },
        )
        partner["desks"][market] = desk
    return out


def _policy(book: SellerBook) -> dict[str, Any]:
    """Today's rule: one for all markets, and one of its own for each market a partner of it serves."""
    zones = [(*row["from"], row["do"], row["partner"] or "") for row in book.rows.get("today", ())]
    zones = sorted(zones or USUAL_RULE)
    serves: dict[str, list[str]] = {}
    for row in book.rows.get("partners", ()):
        serves.setdefault(str(row["name"]), []).append(row["market"])

    def written(market: str) -> list[dict[str, Any]]:
        return [
            {
                "from": f"{value!r} {currency}",
                "do": do,
                **({"partner": partner_id(who)} if do == "repair_local" else {}),
            }
            for value, currency, do, who in zones
            if do != "repair_local" or market in serves.get(who, ())
        ]

    own = sorted({market for *_, do, who in zones if do == "repair_local" for market in serves.get(who, ())})
    return {
        "name": "today",
        "title": {"en": "Today's rule", "zh": "现行规则"},
        "why": "What is done now; every saving is measured against it.",
        "rules": [
            {"cell": {}, "zones": written("")},
            *({"cell": {"market": market}, "zones": written(market)} for market in own),
        ],
        "evidence": [{"from": "25 USD", "level": "photo"}],
        "fallback": ["reship", "refund"],
        "effective": "horizon",
    }


def seller_filled(book: SellerBook, scenario: Scenario) -> tuple[Filled, ...]:
    """What a workbook left empty, and what stands there in its scenario."""
    return seller_values(book, {**packs_below(scenario.market_ids), "horizon": scenario.horizon.model_dump()}).filled


def is_own(scenario: Scenario) -> bool:
    """Whether a scenario's products come from a seller's workbook."""
    return any(_OWN.search(row.source) for row in scenario.skus)
