"""The one small workbook a seller fills in: products, sales by month, and if there are any claims, partners, stock.

Sheets, columns and their words in each language are in ``packs/seller``. A heading is known by its word in any
language, with or without its unit in brackets; a column may be one a market (``price DE [EUR]``) or one a month
(``2027-01``). Everything that is wrong is told at once, by sheet, row and column.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from warrantysim import packs
from warrantysim.files import seller_cells as cells
from warrantysim.files.source_text import SourceFile, read_bytes, sha256
from warrantysim.files.tables import MAX_BYTES, NOTE, cell_place
from warrantysim.files.workbooks import sheets_of
from warrantysim.schema.errors import BadInput, Message, Problem, ScenarioError, nearest, suggestion, told
from warrantysim.schema.figure_advice import codes_of
from warrantysim.schema.plain_text import CONTROL, uncell

MAX_ROWS = 20_000
"""Rows of a sheet [rows]."""
EXAMPLE = "EXAMPLE-"
"""How the SKUs of example rows begin."""
START = ("start", "开始", "lists")
"""Sheets that are not read: what to do, and the lists cells choose from."""
_UNIT = re.compile(r"\s*[\[(（【](?P<unit>[^\])）】]*)[\])）】]\s*\Z")
_ID = re.compile(r"[^\s,\[\]\"'*|]+(?: [^\s,\[\]\"'*|]+)*\Z")


@dataclass(frozen=True)
class BookColumn:
    """A column a sheet may have."""

    key: str
    """Its key."""
    per: str
    """One a ``market``, one for all or one a market (``maybe``), one a ``month``, or empty: one."""
    kind: str
    """What its cells hold."""
    unit: str
    """Unit of its figures; money: whose currency [text]."""
    needed: bool
    """Whether a row must state it."""
    width: int
    """How wide it is written [characters]."""
    words: tuple[str, str]
    """Its heading in English and Chinese."""
    about: tuple[str, str]
    """What it holds, in both."""


def _columns() -> dict[str, dict[str, BookColumn]]:
    out: dict[str, dict[str, BookColumn]] = {}
    for row in packs.rows("seller/columns"):
        column = BookColumn(
            row["key"], row["per"], row["kind"], row["unit"], row["needed"] == "true", int(row["width"]),
            (row["en"], row["zh"]), (row["about_en"], row["about_zh"]),
        )  # fmt: skip
        out.setdefault(row["sheet"], {})[column.key] = column
    return out


COLUMNS = _columns()
"""Columns of each sheet by key, in the order they are written."""
SHEETS: Mapping[str, Mapping[str, str]] = {row["sheet"]: row for row in packs.rows("seller/sheets")}
"""The sheets, each with its word and what it is for in both languages."""


Place = tuple[str, Any]
"""A column of a sheet: its key, and the market or month it is for, else empty."""


@dataclass(frozen=True)
class BookRow:
    """One row of a sheet."""

    sheet: str
    """The sheet it stands on: ``seller.xlsx#products`` [text]."""
    number: int
    """Its number there [1-based]."""
    values: Mapping[str, Any]
    """What it states, by key of the column; by market or by month where there is a column for each."""
    texts: Mapping[Place, str]
    """Its cells as they were typed, by column."""

    @property
    def place(self) -> str:
        """Where it stands: ``seller.xlsx#products row 3``."""
        return f"{self.sheet} row {self.number}"

    def __getitem__(self, key: str) -> Any:
        return self.values.get(key)

    def markets_of(self, key: str) -> list[str]:
        """Markets it says something of in a column a market, right or wrong."""
        return [market for name, market in self.texts if name == key]

    def of(self, key: str, market: str) -> Any:
        """What a column of all markets, or that of one, states for a market."""
        stated = self.values.get(key, {})
        return stated.get(market, stated.get(""))


@dataclass(frozen=True)
class SellerBook:
    """What a seller said."""

    file: SourceFile
    """The workbook."""
    rows: Mapping[str, Sequence[BookRow]]
    """The rows of each sheet."""
    headings: Mapping[str, Mapping[Place, str]] = field(default_factory=dict)
    """The headings of each sheet as they stand, by column."""
    lang: str = "en"
    """The language its sheets are called in."""
    remarks: tuple[Problem, ...] = ()
    """What is worth knowing of what was read."""

    @property
    def products(self) -> Sequence[BookRow]:
        """The products."""
        return self.rows.get("products", ())

    @property
    def examples(self) -> tuple[str, ...]:
        """Products that are still those the workbook came with."""
        return tuple(row["sku"] for row in self.products if str(row["sku"]).startswith(EXAMPLE))

    @property
    def claims(self) -> list[tuple[str, str, dt.date, float]]:
        """Claims opened as a person counted them: SKU, market, month, claims."""
        return [
            (row["sku"], row["market"], month, count)
            for row in self.rows.get("claims", ())
            for month, count in row.values.get("month", {}).items()
        ]


def read_seller(path: Path, currencies: Mapping[str, str]) -> SellerBook:
    """The workbook of a seller.

    Parameters
    ----------
    currencies : currency of each market he sells in, by market.

    Raises
    ------
    ScenarioError
        With every problem.
    """
    return seller_in(read_bytes(path, MAX_BYTES), path, currencies)


def seller_in(content: bytes, path: Path, currencies: Mapping[str, str]) -> SellerBook:
    """As `read_seller`, from the bytes of a workbook; ``path``: what errors call it."""
    sheets = sheets_of(content, path, MAX_ROWS)
    return seller_of(sheets, SourceFile(path.as_posix(), "xlsx", sha256(content)), currencies)


def seller_of(
    sheets: Mapping[str, Sequence[Sequence[str]]], file: SourceFile, currencies: Mapping[str, str]
) -> SellerBook:
    """As `read_seller`, from rows of text by sheet."""
    reading = _Reading(file.path, currencies)
    found: dict[str, Sequence[BookRow]] = {}
    headings: dict[str, Mapping[Place, str]] = {}
    lang = "en"
    for name, rows in sheets.items():
        sheet = reading.sheet(name)
        if sheet is not None and sheet in found:
            reading.wrong(f"{file.path}#{name}", told("the sheet {sheet!r} is there twice", sheet=sheet))
        elif sheet is not None:
            found[sheet] = list(reading.rows(sheet, f"{file.path}#{name}", rows))
            headings[sheet] = reading.headings
            reading.months |= set(reading.headings) if sheet == "sales" else set()
            lang = "zh" if name.strip() == SHEETS[sheet]["zh"] != SHEETS[sheet]["en"] else lang
    if "products" not in found:
        reading.wrong(file.path, told("no sheet 'products'; the workbook made by warrantysim new has one"))
    elif not found["products"] and not reading.problems:
        reading.wrong(f"{file.path}#products", told("no product; state at least one, a row each"))
    book = SellerBook(file, found, headings, lang)
    reading.check(book)
    if reading.problems:
        raise ScenarioError(reading.problems)
    return replace(book, remarks=tuple(reading.remarks))


@dataclass
class _Reading:
    """A workbook as it is read."""

    file: str
    currencies: Mapping[str, str]
    problems: list[Problem] = field(default_factory=list)
    remarks: list[Problem] = field(default_factory=list)
    headings: dict[Place, str] = field(default_factory=dict)
    months: set[Place] = field(default_factory=set)

    def wrong(self, where: str, message: Message) -> None:
        self.problems.append(Problem("", message, where))

    def sheet(self, name: str) -> str | None:
        """The key of a sheet; None where it is not one that is read."""
        words = {word.casefold(): key for key, row in SHEETS.items() for word in (key, row["en"], row["zh"])}
        plain = name.strip().casefold()
        if plain not in words and plain not in START:
            self.wrong(f"{self.file}#{name}", told("no sheet is called {name!r}", name=name) + suggestion(name, words))
        return words.get(plain)

    def rows(self, sheet: str, place: str, rows: Sequence[Sequence[str]]) -> Iterator[BookRow]:
        """The rows of a sheet that state something; `headings` then holds those of the sheet."""
        columns = self.columns(sheet, place, rows[0] if rows else ())
        self.headings = {(column.key, part): heading for heading, column, part, _ in columns.values()}
        for number, record in enumerate(rows[1:], start=2):
            texts = {i: uncell(text) for i, cell in enumerate(record) if (text := " ".join(cell.split()))}
            if not texts or record[0].startswith(NOTE):
                continue
            values: dict[str, Any] = {}
            for i, text in texts.items():
                if i not in columns:
                    continue
                heading, column, part, currency = columns[i]
                if column.per:
                    values.setdefault(column.key, {})
                try:
                    value = self.value(column, text, part, currency)
                except BadInput as error:
                    self.wrong(cell_place(place, number, heading), error.message)
                    value = None
                if column.per:
                    values[column.key] |= {} if value is None else {part: value}
                else:
                    values[column.key] = value
            for heading, column, *_ in columns.values():
                if column.needed and column.key not in values:
                    self.wrong(cell_place(place, number, heading), told("empty; every row states it"))
            stated = {(columns[i][1].key, columns[i][2]): text for i, text in texts.items() if i in columns}
            yield BookRow(place, number, values, stated)

    def columns(self, sheet: str, place: str, cells_: Sequence[str]) -> dict[int, tuple[str, BookColumn, Any, str]]:
        """Each heading by its place, with its column, the market or month it is for, and the currency it names."""
        known = COLUMNS[sheet]
        words = {word.casefold(): column for column in known.values() for word in (column.key, *column.words) if word}
        out: dict[int, tuple[str, BookColumn, Any, str]] = {}
        taken: set[Place] = set()
        for i, cell in enumerate(cells_):
            heading = " ".join(cell.split())
            found = _UNIT.search(heading)
            plain = heading[: found.start()] if found else heading
            currency = next(iter(codes_of(found["unit"])), "") if found and len(codes_of(found["unit"])) == 1 else ""
            where = f"{place} row 1, column {heading}"
            column, part = self._column(plain, words, known, where)
            if column is None:
                continue
            if column.unit == "market" and currency not in ("", own := self.currencies[part]):
                code = "expected {expected}, the market's currency, got {found}"
                self.wrong(where, told(code, expected=own, found=currency))
            if (column.key, part) in taken:
                self.wrong(f"{place} row 1", told("column {column!r} is stated twice", column=heading))
            taken.add((column.key, part))
            out[i] = (heading, column, part, currency)
        for column in known.values():
            if column.needed and (column.key, "") not in taken:
                name = column.words[0]
                self.wrong(f"{place} row 1", told("missing column {column!r}", column=name))
        return out

    def _column(
        self, plain: str, words: Mapping[str, BookColumn], known: Mapping[str, BookColumn], where: str
    ) -> tuple[BookColumn | None, Any]:
        """The column of a heading, and the market or month it is for."""
        column = words.get(plain.casefold())
        if column is not None and column.per != "market":
            return column, ""
        month = cells.month(plain)
        if month is not None and "month" in known:
            return known["month"], month
        name, _, market = plain.rpartition(" ")
        column = column or words.get(name.casefold())
        if column is not None and column.per in ("market", "maybe"):
            markets = {market.casefold(): market for market in self.currencies}
            if market.casefold() in markets:
                return column, markets[market.casefold()]
            asked = market or plain
            self.wrong(
                where,
                told("{market!r} is no market of this seller", market=asked)
                + suggestion(asked, self.currencies)
                + told("markets are listed under packs: in the scenario file"),
            )
        elif plain:
            usual = [one.words[0] for one in known.values() if one.words[0]]
            message = told("unknown column {column!r}", column=plain)
            if "month" in known:
                message += told("a month is written 2027-01")
            self.wrong(where, message + (suggestion(plain, usual) if nearest(plain, usual) else Message()))
        return None, None

    def value(self, column: BookColumn, text: str, part: Any, currency: str) -> Any:
        """What a cell states.

        Raises
        ------
        BadInput
            Where it cannot be read.
        """
        if CONTROL.search(text):
            raise BadInput("control characters in {text!r}", text=text)
        match column.kind:
            case "text":
                return text
            case "sku":
                if not _ID.match(text):
                    raise BadInput("expected a code without commas, brackets, quotes, * and |, got {text!r}", text=text)
                return text
            case "market":
                known = {market.casefold(): market for market in self.currencies}
                if text.casefold() not in known:
                    raise BadInput(
                        told("{market!r} is no market of this seller", market=text) + suggestion(text, self.currencies)
                    )
                return known[text.casefold()]
            case "money":
                if column.unit == "market":
                    return cells.money(text, self.currencies[part], own=True)
                return cells.money(text, currency or ("" if column.unit == "desk" else column.unit), own=False)
            case "months":
                return cells.months(text)
            case "size":
                return cells.size(text)
            case "figure" | "days" | "share" | "count":
                return self._figure(column, text)
            case _:
                return cells.choice(text, column.kind)

    def _figure(self, column: BookColumn, text: str) -> float:
        value = cells.typed_figure(text, column.unit)
        if column.kind == "share" and value > 1:
            raise BadInput("expected a share of at most 1, or a percentage such as 85%, got {text!r}", text=text)
        if column.kind == "figure" and value <= 0:
            raise BadInput("expected a figure above 0, got {text!r}", text=text)
        return value

    def check(self, book: SellerBook) -> None:
        """What is wrong between rows."""
        first: dict[str, str] = {}
        for row in book.products:
            sku = row["sku"]
            if sku in first:
                message = told("the product {sku} is stated in {earlier} already", sku=sku, earlier=first[sku])
                self.wrong(row.place, message)
            elif sku:
                first[sku] = row.place
            if sku and not row.markets_of("price"):
                markets = ", ".join(self.currencies)
                self.wrong(row.place, told("no price; state it in at least one of {markets}", markets=markets))
        priced = {row["sku"]: row.markets_of("price") for row in book.products if row["sku"]}
        seen: dict[tuple[str, ...], str] = {}
        for sheet in ("sales", "claims", "stock"):
            for row in book.rows.get(sheet, ()):
                if row["sku"] and row["market"]:
                    self._of_product(sheet, row, priced, seen)
        if not any(_sold(row) for row in book.rows.get("sales", ())) and not self.problems:
            self.wrong(f"{self.file}#sales", told("no sales; state a usual month, or units by month, of one product"))
        self._today(book)
        for row in book.rows.get("promise", ())[1:]:
            self.wrong(row.place, told("a second row; who gives the warranty is stated in one"))
        if examples := [row for row in book.products if row["sku"] in book.examples]:
            message = told("still example rows: {names}; put your own in their place", names=", ".join(book.examples))
            self.remarks.append(Problem("", message, examples[0].place))

    def _of_product(
        self, sheet: str, row: BookRow, priced: Mapping[str, Sequence[str]], seen: dict[tuple[str, ...], str]
    ) -> None:
        """What is wrong with a row of a product in a market. ``seen``: rows before, by what they are of."""
        sku, market = row["sku"], row["market"]
        if sku not in priced:
            message = told("no product {sku!r} on the sheet of products", sku=sku)
            self.wrong(row.place, message + suggestion(sku, priced))
        elif sheet == "sales" and market not in (priced[sku] or [market]) and _sold(row):
            message = told("{sku} is sold in {market}, but has no price there", sku=sku, market=market)
            self.wrong(row.place, message + told("fill in the column price {market}", market=market))
        if sheet == "sales" and row["level"] is None:
            self._gaps(row)
        key = (sheet, str(sku), str(market), str(row["channel"] or ("FBA" if sheet == "sales" else "")))
        if key in seen:
            self.wrong(row.place, told("stated in {earlier} already", earlier=seen[key]))
        seen.setdefault(key, row.place)

    def _today(self, book: SellerBook) -> None:
        """What is wrong with the rule of today."""
        partners = {str(row["name"]) for row in book.rows.get("partners", ())}
        rule = book.rows.get("today", ())
        for row in rule:
            if row["do"] == "repair_local" and row["partner"] not in partners:
                asked = str(row["partner"] or "")
                message = told("repair near the customer needs one of the partners, got {asked!r}", asked=asked)
                self.wrong(row.place, message + suggestion(asked, partners))
        values = [row["from"][0] for row in rule if row["from"]]
        if rule and values and 0 not in values:
            self.wrong(rule[0].place, told("the rule says nothing of small claims; its first row begins at 0"))
        if len(set(values)) < len(values):
            self.wrong(rule[0].place, told("two rows begin at the same value; state one a value"))

    def _gaps(self, row: BookRow) -> None:
        """Months without units between months with them: nobody can tell whether none was sold."""
        stated = row.values.get("month", {})
        columns = sorted(part for key, part in self.months if key == "month") if stated else []
        if gaps := [month for month in columns if min(stated) < month < max(stated) and month not in stated]:
            names = ", ".join(f"{month:%Y-%m}" for month in gaps[:6]) + (" ..." if len(gaps) > 6 else "")
            message = told("empty between months that are stated; write 0 where none was sold, or fill in usual month")
            self.wrong(f"{row.place}, column {names}", message)


def _sold(row: BookRow) -> bool:
    return bool(row["level"]) or any(row.values.get("month", {}).values())
