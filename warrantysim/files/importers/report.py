"""What a report is: its columns, how it is recognised, and what reading one gives.

A report is told once: the columns it may have, with every name they go by, in ``packs/report_columns.csv``; its name
and a function from its cells (`sheet.ReportSheet`) to rows of the books (`canonical`) in a module. Columns that are
not named are never read: names, addresses and other ways to a person are dropped because nobody asks for them.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, cached_property
from typing import TYPE_CHECKING, Any, Literal

import pandas as pd

from warrantysim.files.importers.form import Form, plain_name
from warrantysim.packs import rows as shipped
from warrantysim.schema.errors import Message, ScenarioError, refuse, suggestion, told
from warrantysim.schema.root import Scenario

if TYPE_CHECKING:
    from warrantysim.files.importers.sheet import ReportSheet

ColumnKind = Literal["text", "number", "day"]
"""A text, a figure, or a date with or without a time."""
KINDS: Mapping[str, ColumnKind] = {"text": "text", "number": "number", "day": "day"}
"""Kinds of columns as `packs/report_columns.csv` names them."""


@dataclass(frozen=True)
class ReportColumn:
    """A column a report may have."""

    name: str
    """What it is called, as `form.plain_name` writes it [text]."""
    kind: ColumnKind = "text"
    """What its cells are; figures and dates of a file tell their form together."""
    also: tuple[str, ...] = ()
    """Other names it goes by [text]."""
    needed: bool = False
    """Whether a file without it is another report."""


def report_columns(report: str) -> tuple[ReportColumn, ...]:
    """The columns of a report as ``packs/report_columns.csv`` lists them."""
    return tuple(
        ReportColumn(
            row["column"], KINDS[row["kind"]], tuple(filter(None, row["also"].split("|"))), bool(row["needed"])
        )
        for row in shipped("report_columns")
        if row["report"] == report
    )


@dataclass(frozen=True)
class ReportRows:
    """Rows of one table of the books, made of a report."""

    table: str
    """The table of `canonical.TABLES`."""
    frame: pd.DataFrame
    """Its columns, as far as the report has them; on the index of the sheet."""
    identity: Sequence[pd.Series]
    """What makes a row that row, such as order and SKU; the same in whatever form the file came."""
    numbered: bool | pd.Series = False
    """Whether equal rows are several events, told apart by their number; else the later ones are left out."""


@dataclass(frozen=True)
class Question:
    """What a file leaves open: asked with a default, and what is answered is remembered in the books."""

    name: str
    """What it is called where it is answered: ``--answer NAME=VALUE`` [text]."""
    message: Message
    """What is asked, and what stands in the file."""
    options: Mapping[str, Message]
    """What may be answered, each with what it means; a figure where there are none."""
    default: str
    """What is taken where nobody answered [text]."""
    answer: str
    """What is in force [text]."""
    answered: bool = False
    """Whether a person said so."""


@dataclass(frozen=True)
class Report:
    """A report of a marketplace, a partner or a system."""

    name: str
    """What it is called in the books [text]."""
    title: Message
    """What people call it."""
    columns: tuple[ReportColumn, ...]
    """The columns that are read."""
    read: Callable[[ReportSheet], Iterable[ReportRows]]
    """Makes rows of the books of its cells; called once a file."""
    personal: tuple[str, ...] = ()
    """Beginnings of names of columns that lead to a person: told as dropped, rather than as unknown [text]."""
    sniff: Callable[[Sequence[str], Context], float] | None = None
    """How surely a row is its header [0-1], where that is not told by its columns."""
    headless: Callable[[Sequence[str]], Sequence[str]] | None = None
    """Names of the columns of a file without a header, by its first row; nothing where that is a header."""
    renamed: Callable[[Sequence[str], Context], Mapping[str, str]] | None = None
    """Columns of the report by the names a file has for them, where a person has said so."""

    @cached_property
    def names(self) -> Mapping[str, ReportColumn]:
        """Its columns by every name they go by."""
        return {name: column for column in self.columns for name in (column.name, *column.also)}

    def score(self, header: Sequence[str], context: Context) -> float:
        """How surely a row is its header [0-1]: all needed columns are there, and most others are known."""
        if self.sniff is not None:
            return self.sniff(header, context)
        names = [plain_name(cell) for cell in header if cell.strip()]
        found = {self.names[name].name for name in names if name in self.names}
        if any(column.needed and column.name not in found for column in self.columns):
            return 0.0
        return len(found) / (len(names) + len(self.columns) - len(found))


MOST_COLUMNS = 40
"""Columns of a file up to which all of them are named [columns]."""


@dataclass(frozen=True)
class Context:
    """What is known beside the file."""

    key: bytes
    """Key of the hashes of orders; it lies in the books and nowhere else."""
    answers: Mapping[str, str] = field(default_factory=dict)
    """What was answered before, by name of the question."""
    books: Mapping[str, pd.DataFrame] = field(default_factory=dict)
    """The tables of the books so far."""
    scenario: Scenario | None = None
    """The seller's scenario, where there is one."""
    skus: frozenset[str] = frozenset()
    """SKUs of the seller's product list [text]."""
    file: str = ""
    """Name of the file, by which problems call it [text]."""

    def hashed(self, text: str) -> str:
        """The hash a text goes by in the books [16 hexadecimal digits]."""
        return hashlib.blake2b(text.encode(), key=self.key, digest_size=8).hexdigest()

    def answer(
        self, name: str, message: Message, options: Mapping[str, Message], default: str, low: float = 0.0,
        high: float = 1e9,
    ) -> Question:  # fmt: skip
        """A question with the answer that is in force.

        Raises
        ------
        ScenarioError
            If what was answered is no option, or no figure from ``low`` to ``high`` where there are none.
        """
        stated = self.answers.get(name)
        if stated is not None and options and stated not in options:
            if name.startswith("map."):
                raise self.no_column(name, stated, options)
            raise refuse(
                f"--answer {name}", told("no such answer: {stated!r}", stated=stated) + suggestion(stated, options)
            )
        if stated is not None and not options and not is_figure(stated, low, high):
            raise refuse(f"--answer {name}", not_within(stated, low, high))
        return Question(name, message, options, default, default if stated is None else stated, stated is not None)

    def no_column(self, name: str, stated: str, header: Iterable[str]) -> ScenarioError:
        """What is raised for a column that somebody said a field is, and the file does not have."""
        shown = [cell for cell in header if cell.strip()]
        wrong = told("{file} has no column {stated!r}", file=self.file, stated=stated)
        return refuse(f"--map {name.removeprefix('map.')}={stated}", wrong + suggestion(stated, shown, MOST_COLUMNS))


def not_within(stated: str, low: float, high: float) -> Message:
    """What is said of an answer that is no figure within its bounds."""
    return told("expected a figure from {low:g} to {high:g}, got {stated!r}", low=low, high=high, stated=stated)


def is_figure(stated: str, low: float, high: float) -> bool:
    """Whether an answer is a figure within its bounds."""
    try:
        return low <= float(stated) <= high
    except ValueError:
        return False


@dataclass(frozen=True)
class Left:
    """Rows that were read and not used."""

    reason: Message
    """Why."""
    rows: int
    """How many [rows]."""


@dataclass(frozen=True)
class Matched:
    """How much of something was found."""

    found: int
    """Rows that have it [rows]."""
    of: int
    """Rows that could have it [rows]."""


@dataclass(frozen=True)
class Imported:
    """What an import of one file gives: the rows, and everything a person should know of how they were read."""

    file: str
    """The file as it was given [text]."""
    digest: str
    """Digest of its bytes [hexadecimal text]."""
    report: str
    """The report it is [text]."""
    form: Form
    """The form it came in."""
    read: int
    """Rows of the file [rows]."""
    used: int
    """Rows that are in the books [rows]."""
    left_out: tuple[Left, ...]
    """Rows that are not, by reason."""
    rows: dict[str, pd.DataFrame]
    """Rows for each table of the books; empty once they are there."""
    covers: tuple[pd.Timestamp, pd.Timestamp] | None
    """First and last day; months between without rows are zeros, months outside are unknown."""
    matched: Mapping[str, Matched]
    """Rows whose SKU, order and market are known."""
    unknown: Mapping[str, Mapping[str, int]]
    """Codes nobody knows, by column, with how often they stand there [rows]."""
    aside: tuple[str, ...]
    """Columns that are not read [text]."""
    personal: tuple[str, ...]
    """Columns that lead to a person and were dropped [text]."""
    missing: tuple[str, ...]
    """Columns of the report the file lacks [text]."""
    questions: tuple[Question, ...]
    """What the file leaves open."""
    remarks: tuple[Message, ...]
    """What else is worth knowing."""
    changes: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    """Rows that are new, and rows that are other than before, by table of the books [rows]."""


@dataclass(frozen=True)
class Store:
    """A marketplace."""

    market: str
    """Its market [text]."""
    currency: str
    """Its currency [ISO code]."""
    zone: str
    """Its time zone [IANA name]."""


@cache
def stores() -> Mapping[str, Store]:
    """The marketplaces by every name reports have for them, in lower case: ``amazon.de``, ``de``."""
    found = {
        row["store"].lower(): Store(row["market"], row["currency"], row["zone"]) for row in shipped("marketplaces")
    }
    return found | {store.market.lower(): store for store in found.values()} | {"gb": found["amazon.co.uk"]}


def zone_of(market: str) -> str:
    """The time zone of a market; empty where it is not known."""
    store = stores().get(market.lower())
    return store.zone if store else ""


_RESOLD = re.compile(r"amzn\.gr\.(?P<rest>.+)", re.IGNORECASE)
_GRADED = re.compile(r"(?P<sku>.+?)-[A-Za-z0-9_]{5,}-[A-Za-z]{1,3}[0-9]?\Z")


def resold_sku(sku: str, known: Iterable[str] = ()) -> str:
    """The SKU a graded return is a unit of: ``amzn.gr.VAC-L10-6sC9n-VG`` is one of VAC-L10; empty for other SKUs."""
    found = _RESOLD.fullmatch(sku)
    if found is None:
        return ""
    rest = found["rest"]
    fits = [one for one in known if rest == one or rest.startswith(f"{one}-")]
    if fits:
        return max(fits, key=len)
    graded = _GRADED.fullmatch(rest)
    return graded["sku"] if graded else rest


def near_sku(sku: str, known: Iterable[str]) -> str:
    """The one SKU of a list a spreadsheet may have made this of: other case, zeros lost; empty where there is none."""
    fits = {one for one in known if one.strip().casefold().lstrip("0") == sku.strip().casefold().lstrip("0")}
    return fits.pop() if len(fits) == 1 else ""


def form_free_key(value: Any) -> str:
    """A value as part of what makes a row that row: the same in whatever form it came."""
    if isinstance(value, float):
        return "" if value != value else f"{value:.6g}"
    return "" if value is pd.NaT or value is None else str(value)
