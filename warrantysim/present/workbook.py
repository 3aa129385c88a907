"""Typed tables as sheets of a workbook: keys and labels above, each column written as its kind says."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from xlsxwriter.worksheet import Worksheet

from warrantysim.present.blocks import Column, TableOf
from warrantysim.report.rows import rows_of
from warrantysim.report.workbook.book import FIRST, Book

FORMATS = {
    "text": "wrap",
    "signed": "money",
    "cents": "price",
    "fine": "price",
    "days": "days",
    "share": "share",
    "tenth": "share",
    "percent": "share",
}
"""Formats of kinds; of all others whole numbers."""
USUAL = 12.0
"""Width of a column where none is stated [characters]."""


def table_sheet(book: Book, name: str, block: TableOf, widths: Mapping[str, float] | None = None) -> Worksheet:
    """A sheet of a table, with filters; ``widths``: of columns by key [characters]. Its notes follow two rows below."""
    columns = [one for column in block.columns for one in _each(column)]
    sheet = book.sheet(name, [(widths or {}).get(key, USUAL) for key, _, _ in columns], freeze=FIRST)
    book.heads(sheet, [(key, title) for key, title, _ in columns])
    for row, cells in enumerate(rows_of(block.frame), start=FIRST):
        for place, (key, _, kind) in enumerate(columns):
            value = plain(cells[key])
            text = isinstance(value, bool) or not isinstance(value, int | float)
            book.write(sheet, row, place, value, "wrap" if text else FORMATS.get(kind, "whole"))
    if len(block.frame):
        sheet.autofilter(FIRST - 1, 0, FIRST + len(block.frame) - 1, len(columns) - 1)
    return sheet


def _each(column: Column) -> Iterator[tuple[str, str, str]]:
    """Columns of figures of one column: key, title, kind."""
    if not column.only_ends:
        yield column.key, column.title, column.kind
    for key in (*(column.ends or ()), *([column.then] if column.then else [])):
        yield key, column.title, column.kind


def plain(value: Any) -> Any:
    """A value of plain Python: NumPy's unwrapped, truth as yes or an empty cell."""
    value = value.item() if hasattr(value, "item") else value
    if isinstance(value, bool):
        return "yes" if value else ""
    return value
