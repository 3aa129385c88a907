"""The cells of a report as whoever reads it asks for them: texts, figures, days, orders, SKUs, markets.

Only columns a report names are kept, as Arrow text. What a file leaves open is asked here, and what is left out, not
known or worth knowing is noted here, so that a report says what its columns mean and nothing else.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from warrantysim.files.importers import figures
from warrantysim.files.importers.form import Form, plain_name
from warrantysim.files.importers.report import (
    Context,
    Left,
    Question,
    Report,
    near_sku,
    resold_sku,
    stores,
)
from warrantysim.schema.errors import Message, told

BLOCK = 100_000
"""Cells taken up at a time [cells]."""
ROWS = 20_000
"""Rows whose texts are changed at a time [rows]."""
UNKNOWN = ("--", "-", "n/a", "#n/a", "null", "none", "nan")
"""Texts that say a cell is unknown."""
PERSONAL = re.compile(
    r"buyer|recipient|(ship|bill)(ping|ing)?-?(to-?)?(-address|-name|-city|-state|-county|-postal|-phone)|address|phone|"
    r"e-?mail|postal-?code|postcode|zip-?code|\bcpf\b|customer-name|contact|(first|last|full|sur)-?name|iban|tax-id|"
    r"purchase-order-number|customi[sz]ed|\bvat-?number|invoice-(number|url)|comment"
)
"""Names of columns that lead to a person, as `form.plain_name` writes them; a comment may hold a name."""
_CONTACT = re.compile(
    r"(?P<mail>[\w.+-]+\s?(?:@|\(at\)|\[at\])\s?[\w-]+(?:\s?(?:\.|\(dot\))\s?[\w-]+)+)"
    r"|(?P<link>(?:https?://|www\.)\S+)"
    r"|(?P<order>\b[0-9A-Z]{3}-[0-9]{7}-[0-9]{7}\b)"
    r"|(?P<phone>(?:\+|\b00|\()?[0-9](?:[\s()./-]{0,2}[0-9]){6,14}\b)"
    r"|(?P<handle>(?<!\w)@\w{3,})",
    re.IGNORECASE,
)


_TEXT = pd.StringDtype("pyarrow", na_value=np.nan)


@dataclass
class ReportSheet:
    """The cells of one file. Built by `sheet_of`."""

    report: Report
    form: Form
    context: Context
    cells: Mapping[str, pd.Series]
    """Columns by the name the report has for them."""
    n: int
    """Rows [rows]."""
    taken: tuple[str, ...] = ()
    """Columns that are read, as the file names them [text]."""
    orders_of_dates: dict[str, str] = field(default_factory=dict)
    left: pd.Series = field(init=False)
    """Which rows are left out."""
    left_out: list[Left] = field(default_factory=list)
    not_known: dict[str, Counter[str]] = field(default_factory=dict)
    questions: dict[str, Question] = field(default_factory=dict)
    remarks: list[Message] = field(default_factory=list)
    _signs: dict[str, frozenset[str]] = field(default_factory=dict)
    _instants: dict[str, tuple[pd.Series, pd.Series]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.left = pd.Series(False, index=pd.RangeIndex(self.n))

    def has(self, column: str) -> bool:
        """Whether the file has a column."""
        return column in self.cells

    def text(self, column: str) -> pd.Series:
        """A column as text; empty where a cell is unknown or the file has no such column."""
        found = self.cells.get(column)
        return pd.Series("", index=self.left.index, dtype="str") if found is None else found

    def number(self, column: str, by: pd.Series | None = None) -> pd.Series:
        """A column of figures; NaN where unknown. A cell that is no figure is counted as not known.

        ``by``: rows whose figures share their form, such as the store, where a file mixes several.
        """
        cells = self.text(column)
        groups = [cells] if by is None else [cells[by == one] for one in by.unique()]
        found = pd.Series(np.nan, index=cells.index)
        for group in groups:
            found[group.index] = figures.column_figures(group, self._decimal(column, group))
        self.unknown(column, cells[found.isna() & (cells != "")])
        return found

    def stamps(self, column: str) -> tuple[pd.Series, pd.Series]:
        """Instants of a column, and which of them state their zone: these are in UTC, others as the clock showed."""
        if column not in self._instants:
            cells = self.text(column)
            self._instants[column] = at, _ = figures.stamps(cells, self._order(column, cells))
            self.unknown(column, cells[at.isna() & (cells != "")])
        return self._instants[column]

    def days(self, column: str, zones: pd.Series | str = "") -> pd.Series:
        """The date of each instant of a column; in a zone where the file states instants with theirs.

        ``zones``: IANA names or markets by row, or one for all; empty for UTC.
        """
        at, zoned = self.stamps(column)
        return figures.column_days(at, zoned, zoned_markets(zones))

    def orders(self, column: str) -> pd.Series:
        """A column of order ids as the hashes they go by in the books."""
        return by_row(self.text(column), lambda one: self.context.hashed(one.upper()) if one else "")

    def skus(self, column: str) -> tuple[pd.Series, pd.Series]:
        """A column of SKUs, and which of them are graded returns sold again, which go by the SKU they are a unit of.

        A SKU that differs from one of the seller's by its case or by zeros in front is proposed to be that one.
        """
        cells = self.text(column)
        known = self.context.skus
        resold = self.mapped(cells, lambda one: resold_sku(one, known))
        found = cells.where(resold == "", resold)
        near = {one: close for one in found.unique() if one and one not in known and (close := near_sku(one, known))}
        if near:
            shown = ", ".join(f"{one} = {close}" for one, close in islice(near.items(), 6))
            asked = told("{n} SKUs differ from yours by case or leading zeros only: {shown}", n=len(near), shown=shown)
            options = {"take": told("they are yours"), "leave": told("they are other products")}
            if self.ask("near_skus", asked, options, "take") == "take":
                found = self.mapped(found, lambda one: near.get(one, one))
        return found, resold != ""

    def markets(self, column: str) -> pd.Series:
        """A column of stores or markets as markets: Amazon.fr and FR are FR; empty where not known."""
        known = stores()
        cells = self.text(column)
        found = self.mapped(cells, lambda one: known[one.lower()].market if one.lower() in known else "")
        self.unknown(column, cells[(found == "") & (cells != "")])
        return found

    def currencies(self, column: str) -> pd.Series:
        """A column of currencies as ISO codes."""
        return self.text(column).str.upper()

    @staticmethod
    def mapped(cells: pd.Series, by: Mapping[str, str] | Callable[[str], str]) -> pd.Series:
        """A column with each distinct text mapped once.

        ``by``: a function, or a mapping; what it does not have is empty.
        """
        codes, distinct = pd.factorize(cells)
        found = pd.Series([by(one) if callable(by) else by.get(one, "") for one in distinct], dtype="str")
        return pd.Series(found.to_numpy()[codes] if len(found) else [], index=cells.index, dtype="str")

    def leave_out(self, rows: pd.Series, reason: Message) -> None:
        """Leave rows out, unless they are already."""
        now = rows.reindex(self.left.index, fill_value=False).astype(bool) & ~self.left
        if now.any():
            self.left_out.append(Left(reason, int(now.sum())))
            self.left |= now

    def unknown(self, what: str, codes: pd.Series) -> None:
        """Count codes that nobody knows; texts are cut short."""
        if len(codes):
            self.not_known[what] = Counter({str(one)[:40]: int(n) for one, n in codes.value_counts().items()})

    def ask(self, name: str, message: Message, options: Mapping[str, Message], default: str) -> str:
        """Ask what the file leaves open. ``name`` is what the answer is remembered by.

        Returns
        -------
        The answer a person gave, or the default.
        """
        self.questions[name] = question = self.context.answer(name, message, options, default)
        return question.answer

    def ask_figure(self, name: str, message: Message, default: float, low: float, high: float) -> float:
        """Ask for a figure."""
        self.questions[name] = question = self.context.answer(name, message, {}, f"{default:g}", low, high)
        return float(question.answer)

    def remark(self, message: Message) -> None:
        """Note what is worth knowing."""
        if message not in self.remarks:
            self.remarks.append(message)

    def remark_rows(self, rows: pd.Series, code: str) -> None:
        """Note how many rows something holds for, where it does for any; ``code`` tells them as its fact ``n``."""
        if n := int(rows.sum()):
            self.remark(told(code, n=n))

    def _decimal(self, column: str, cells: pd.Series) -> str | None:
        """The decimal sign of a column: what its cells tell, else the file's, else what a person says."""
        told_here = figures.told_by_figures(cells.unique())
        if len(told_here.sure) == 1:
            self.form.decimal, self.form.decimal_how = self.form.decimal or next(iter(told_here.sure)), "column"
            return next(iter(told_here.sure))
        if not told_here.open:
            return None  # each cell reads one way only
        elsewhere = self._signs_of_file()
        if len(elsewhere) == 1:
            self.form.decimal, self.form.decimal_how = self.form.decimal or next(iter(elsewhere)), "file"
            return next(iter(elsewhere))
        shown = ", ".join(islice((one for one in cells.unique() if one), 3))
        asked = told("figures of {column} may be read two ways: {shown}", column=column, shown=shown)
        options = {"point": told("1.234 is a little more than 1"), "comma": told("1.234 is more than a thousand")}
        answer = self.ask(f"{self.report.name}.decimal", asked, options, "point")
        self.form.decimal = "." if answer == "point" else ","
        self.form.decimal_how = "answer" if self.questions[f"{self.report.name}.decimal"].answered else "default"
        return self.form.decimal

    def _signs_of_file(self) -> frozenset[str]:
        found: frozenset[str] = frozenset()
        for column in self.report.columns:
            if column.kind == "number" and column.name in self.cells:
                if column.name not in self._signs:
                    self._signs[column.name] = figures.told_by_figures(self.cells[column.name].unique()).sure
                found |= self._signs[column.name]
        return found

    def _order(self, column: str, cells: pd.Series) -> str:
        """The order of day and month in a column: as `_decimal`."""
        if column in self.orders_of_dates:
            return self.orders_of_dates[column]
        here = figures.told_by_dates(cells.unique())
        elsewhere = [self._dates_of(one.name) for one in self.report.columns if one.kind == "day"]
        sure = here.sure or frozenset().union(*elsewhere)
        if len(sure) == 1:
            order, how = next(iter(sure)), "column" if here.sure else "file"
        elif not here.open:
            order, how = "dmy", ""
        else:
            order, how = self._asked_order(column, cells)
        if how:
            self.form.dates, self.form.dates_how = order, how
        self.orders_of_dates[column] = order
        return order

    def _dates_of(self, column: str) -> frozenset[str]:
        return figures.told_by_dates(self.cells[column].unique()).sure if column in self.cells else frozenset()

    def _asked_order(self, column: str, cells: pd.Series) -> tuple[str, str]:
        shown = ", ".join(islice((one for one in cells.unique() if one), 3))
        asked = told("dates of {column} may be read two ways: {shown}", column=column, shown=shown)
        options = {"mdy": told("the month comes first"), "dmy": told("the day comes first")}
        name = f"{self.report.name}.date_order"
        order = self.ask(name, asked, options, figures.shorter_order(cells.unique()))
        return order, "answer" if self.questions[name].answered else "default"


def by_row(cells: pd.Series, change: Callable[[str], str]) -> pd.Series:
    """A column with each of its texts changed, block by block: for columns whose texts are nearly all different."""
    blocks = (cells.iloc[start : start + ROWS] for start in range(0, len(cells), ROWS))
    parts = [pa.array([change(one) for one in pa.array(block).to_pylist()], type=pa.string()) for block in blocks]
    return texts_of(parts, cells.index)


def zoned_markets(zones: pd.Series | str) -> pd.Series | str:
    """Time zones by row, where markets may stand for theirs."""
    known = stores()

    def zone(one: str) -> str:
        return known[one.lower()].zone if one.lower() in known else one

    return zone(zones) if isinstance(zones, str) else ReportSheet.mapped(zones, zone)


def without_contacts(text: str) -> str:
    """A text with ways to reach a person taken out."""
    return _CONTACT.sub(lambda found: "" if found["handle"] else f"[{found.lastgroup}]", text)


def sheet_of(
    report: Report, form: Form, rows: Iterator[list[str]], context: Context, progress: Callable[[int], None] | None
) -> ReportSheet:
    """The columns a report names, as Arrow text; rows are taken up in blocks and never kept.

    ``progress``: told the rows read so far.
    """
    names = {name: column.name for name, column in report.names.items()}
    renamed = report.renamed(form.header, context) if report.renamed else None
    places: dict[str, int] = {}
    taken = []
    for i, cell in enumerate(form.header):
        wanted = names.get(plain_name(cell), "") if renamed is None else renamed.get(cell, "")
        if wanted:
            taken.append(cell)
            places.setdefault(wanted, i)
    blocks: dict[str, list[pa.Array]] = {name: [] for name in places}
    n = 0
    at_once = max(BLOCK // max(len(form.header), 1), 100)
    while block := list(islice(rows, at_once)):
        n += len(block)
        if progress is not None:
            progress(n)
        for name, i in places.items():
            blocks[name].append(_texts([row[i] for row in block]))
    cells = {name: texts_of(parts, pd.RangeIndex(n)) for name, parts in blocks.items()}
    pa.default_memory_pool().release_unused()  # else what blocks needed in passing stays ours
    return ReportSheet(report, form, context, cells, n, tuple(taken))


def _texts(cells: Sequence[str]) -> pa.Array:
    """Cells without blanks around them; empty where they say unknown."""
    found = pc.utf8_trim_whitespace(pa.array(cells, type=pa.string()))
    wrapped = pc.match_substring_regex(found, '^="[^"]*"$')
    if pc.any(wrapped).as_py():  # a spreadsheet's way to keep zeros
        found = pc.if_else(wrapped, pc.replace_substring_regex(found, '^="([^"]*)"$', r"\1"), found)
    return pc.if_else(pc.is_in(pc.utf8_lower(found), value_set=pa.array(UNKNOWN)), "", found)


def texts_of(parts: Sequence[pa.Array], index: pd.Index) -> pd.Series:
    """A column of texts of its blocks."""
    if not parts:
        return pd.Series([], dtype="str", index=index)
    return pd.Series(pd.array(pa.chunked_array(parts), dtype=_TEXT), index=index)
