"""A seller's own folder: the scenario file, the workbook it names, and the copies the workbook had before.

Whatever is changed is read back before anything is written; files take their places together, the old workbook is kept
in ``older``.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from string import Template

from warrantysim.files.documents import parse_document
from warrantysim.files.importers.proposals import RATES, Proposal, accepted
from warrantysim.files.loading import seller_file
from warrantysim.files.reading import MAX_BYTES
from warrantysim.files.seller_book import Place, SellerBook, read_seller, seller_in
from warrantysim.files.seller_edits import SellerSheets, new_sheets, sheets_of_book, with_market, with_product
from warrantysim.files.seller_rows import currencies_of, dollars_of
from warrantysim.files.source_text import read_text, shown_path
from warrantysim.locale.wording import Lang
from warrantysim.packs import shipped_text
from warrantysim.present.seller_workbook import seller_workbook
from warrantysim.schema.errors import refuse
from warrantysim.schema.plain_text import delimited, uncell
from warrantysim.store.atomic import new_files

BOOK = "seller.xlsx"
"""What a new workbook is called."""
FX = "fx.csv"
"""The table of exchange rates that were taken from the books."""
OLDER = "older"
"""Folder of what workbooks were before."""
_MARKETS = re.compile(r"^(\s*(?:packs:\s*\{\s*)?markets:\s*)\[[^\]]*\]", re.MULTILINE)
_NOT_NAME = re.compile(r"[^a-z0-9_-]+")


@dataclass(frozen=True)
class SellerFolder:
    """The files of a seller."""

    scenario: Path
    """The scenario file."""
    workbook: Path
    """The workbook."""
    markets: Sequence[str]
    """Markets he sells in."""

    @property
    def currencies(self) -> Mapping[str, str]:
        """Currency of each market."""
        return currencies_of(self.markets)

    def book(self) -> SellerBook:
        """What the workbook says.

        Raises
        ------
        ScenarioError
            With every problem of it.
        """
        return read_seller(self.workbook, self.currencies)


def seller_folder(folder: Path) -> SellerFolder:
    """The seller of a folder.

    Raises
    ------
    ScenarioError
        Where its scenario file does not name a workbook under ``packs: seller``, or may be one of several.
    """
    path = seller_file(folder)
    if path.exists():
        document = parse_document(read_text(path, MAX_BYTES)[0], shown_path(path))
        stated = document.values.get("packs")
        if isinstance(stated, dict) and isinstance(stated.get("seller"), str):
            markets = stated.get("markets")
            if not isinstance(markets, list):
                raise refuse(document.place(("packs",)), "expected a mapping, such as {markets: [US, DE]}", "packs")
            return SellerFolder(path, folder / stated["seller"], [str(market) for market in markets])
    raise refuse(
        shown_path(folder), "no seller's own files here; make them with: warrantysim new FOLDER --markets US,DE"
    )


def make_seller(folder: Path, markets: Sequence[str], first: dt.date, lang: Lang) -> SellerFolder:
    """A new seller with example rows.

    Parameters
    ----------
    first : first day of the year to decide for.

    Raises
    ------
    ScenarioError
        For a market there is no pack of.
    """
    currencies = currencies_of(markets)
    title = folder.resolve().name
    name = _NOT_NAME.sub("-", title.casefold()).strip("-_") or "my-seller"
    made = SellerFolder(folder / f"{name}.yaml", folder / BOOK, list(markets))
    template = Template(shipped_text("own_seller.zh.yaml" if lang == "zh" else "own_seller.yaml"))
    text = template.substitute(
        name=name,
        title=json.dumps(title, ensure_ascii=False),
        book=BOOK,
        first=first.isoformat(),
        markets=", ".join(markets),
    )
    sheets = new_sheets(currencies, dollars_of(markets), first.replace(day=1), lang)
    with new_files(folder) as aside:
        (aside / made.scenario.name).write_text(text, "utf-8")
        (aside / BOOK).write_bytes(seller_workbook(sheets))
    return made


def add_market(seller: SellerFolder, market: str, like: str = "", share: float = 1.0) -> SellerFolder:
    """Add a market, with empty prices or with prices and sales ``like`` another's as a first guess.

    Raises
    ------
    ScenarioError
        For a market there is no pack of, or where the workbook has problems.
    BadInput
        For a market that is there.
    """
    markets = [*seller.markets, market]
    currency, dollars = currencies_of([market])[market], dollars_of(list(dict.fromkeys(markets)))
    sheets = with_market(sheets_of_book(seller.book(), seller.currencies), market, currency, dollars, like, share)
    text, found = _MARKETS.subn(
        lambda match: f"{match[1]}[{', '.join(markets)}]", seller.scenario.read_text("utf-8"), count=1
    )
    if not found:
        raise refuse(
            shown_path(seller.scenario),
            "the markets under packs: stand in another form than markets: [US, DE]; add {market} by hand",
            market=market,
        )
    _write(seller, sheets, text)
    return SellerFolder(seller.scenario, seller.workbook, markets)


def add_product(seller: SellerFolder, product: Mapping[Place, str], sales: Mapping[str, str]) -> None:
    """Add a product, its row as a person would type it, and units of a usual month by market.

    Raises
    ------
    ScenarioError
        Where the workbook, or the product, has problems.
    BadInput
        For a SKU that is there.
    """
    sheets = with_product(sheets_of_book(seller.book(), seller.currencies), product, sales)
    _write(seller, sheets)


def take_over(seller: SellerFolder, chosen: Iterable[Proposal]) -> None:
    """Take what the books propose into the workbook, exchange rates into `FX` beside it.

    Raises
    ------
    ScenarioError
        Where the workbook has problems, or would have then, or the scenario takes its rates from another table; nothing
        is changed then.
    """
    taken = [one for one in chosen if not one.lacks]
    rates = [one for one in taken if one.sheet == RATES]
    text = _with_rates(seller) if rates else ""
    if len(rates) < len(taken):
        _write(seller, accepted(sheets_of_book(seller.book(), seller.currencies), taken))
    if not rates:
        return
    path = seller.scenario.parent / FX
    known = csv.DictReader(io.StringIO(path.read_text("utf-8-sig"))) if path.is_file() else ()
    rows = {(row["currency"], row["from"]): dict(row) for row in known}
    for one in rates:
        source = f"European Central Bank, reference rate of {one.row[1]}"
        stated = {"currency": one.row[0], "usd_per_unit": one.new, "from": one.row[1], "source": source, "mark": "M"}
        rows[one.row[0], one.row[1]] = stated
    columns = ["currency", "usd_per_unit", "from", "source", "mark"]
    table = delimited([columns, *([uncell(str(rows[key][name])) for name in columns] for key in sorted(rows))])
    with new_files(path.parent) as aside:
        (aside / FX).write_text(table, "utf-8")
        (aside / seller.scenario.name).write_text(text, "utf-8")


def _with_rates(seller: SellerFolder) -> str:
    """The scenario file, naming `FX` as its table of exchange rates."""
    text = seller.scenario.read_text("utf-8")
    document = parse_document(text, shown_path(seller.scenario))
    tables = document.values.get("tables") or {}
    if tables.get("fx") == FX:
        return text
    if tables or "tables" in document.values:
        raise refuse(
            document.place(("tables",)),
            "to take exchange rates over, expected fx: {file} among the tables; add it by hand and accept again",
            "tables", file=FX,
        )  # fmt: skip
    return f"{text.rstrip()}\n\ntables: {{fx: {FX}}} # exchange rates taken from the books\n"


def replace_book(seller: SellerFolder, content: bytes, name: str) -> SellerBook:
    """Put another workbook in the place of the one there is.

    Parameters
    ----------
    name : what errors call it.

    Raises
    ------
    ScenarioError
        With every problem of it; nothing is written then.
    """
    book = seller_in(content, Path(name), seller.currencies)
    _place(seller, content)
    return book


def state_fitted(seller: SellerFolder) -> None:
    """Let the scenario take its fitted figures, where it does not yet."""
    text, line = seller.scenario.read_text("utf-8"), f"  seller: {seller.workbook.name}\n"
    if "fitted:" not in text and line in text:
        with new_files(seller.scenario.parent) as aside:
            (aside / seller.scenario.name).write_text(text.replace(line, f"{line}  fitted: fitted.csv\n"), "utf-8")


def _write(seller: SellerFolder, sheets: SellerSheets, scenario: str = "") -> None:
    content = seller_workbook(sheets)
    seller_in(content, seller.workbook, sheets.currencies)
    _place(seller, content, scenario)


def _place(seller: SellerFolder, content: bytes, scenario: str = "") -> None:
    older = seller.workbook.parent / OLDER
    before = seller.workbook.read_bytes() if seller.workbook.is_file() else b""
    if before and before != content:
        with new_files(older) as aside:
            numbers = [int(n) for path in older.glob("*.xlsx") if (n := path.stem.rpartition("-")[2]).isdecimal()]
            (aside / f"{seller.workbook.stem}-{max(numbers, default=0) + 1}.xlsx").write_bytes(before)
    with new_files(seller.workbook.parent) as aside:
        (aside / seller.workbook.name).write_bytes(content)
        if scenario:
            (aside / seller.scenario.name).write_text(scenario, "utf-8")
