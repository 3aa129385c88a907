"""Blocks as a workbook: the answer on the first sheet, a sheet a table, sums as live formulas."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from io import BytesIO
from typing import TYPE_CHECKING, Any

from warrantysim.locale.wording import Lang, say, with_value
from warrantysim.present.blocks import Column, Sentence, TableOf
from warrantysim.present.book import FIRST, LABELS, Book
from warrantysim.present.terminal import flat
from warrantysim.report.rows import rows_of

if TYPE_CHECKING:
    from xlsxwriter.worksheet import Worksheet

    from warrantysim.present.blocks import Block

FORMATS = {
    "text": "wrap", "cents": "price", "fine": "price", "one": "days", "days": "days", "share": "share",
    "tenth": "share", "percent": "share", "number": "text",
    "whole": "whole", "signed": "signed",
}  # fmt: skip
"""How a workbook writes a kind of figure; others are money."""
MEANS = frozenset({"days", "number", "percent", "plus_minus"})
"""Kinds of figures that never add up."""
WIDE, NARROW = 34.0, 15.0
READ_WIDTH = 100
"""Letters of a line on the sheet of the answer."""
LONGEST = 31
"""Letters the name of a sheet may have."""


def blocks_workbook(blocks: Iterable[Block], lang: Lang, made: datetime, id: str = "") -> bytes:
    """An answer as an xlsx file; ``made``: when, part of the file; ``id``: the run it rests on."""
    target, every = BytesIO(), list(flat(blocks))
    said = [block for block in every if isinstance(block, Sentence)]
    title = next((one.text for one in said if one.role == "title"), id)
    book = Book(target, lang, {"title": title, "comments": id}, made)
    sheet = book.sheet("Answer", [READ_WIDTH * 1.1], about=title)
    book.write(sheet, 0, 0, title, "title")
    lines = [one.text.strip() for one in said if one.role not in ("title", "legend", "command")]
    for row, line in enumerate([*lines, *([id] if id else [])], start=2):
        book.write(sheet, row, 0, line, "wrap")
        book.fit(sheet, row, (line, READ_WIDTH))
    names: set[str] = set()
    for block in every:
        if isinstance(block, TableOf) and len(block.frame):
            name = _free(block.name, names)
            names.add(name.lower())
            table_sheet(book, block, name, about=block.title)
    book.file.close()
    return target.getvalue()


def _free(table: str, taken: set[str]) -> str:
    """A sheet's name that no other has: ``good_units`` is GoodUnits."""
    plain = "".join(letter if letter.isalnum() or letter in "_- " else " " for letter in table)
    name = "".join(word[:1].upper() + word[1:] for word in plain.replace("_", " ").split()) or "Table"
    return next(
        one
        for k in range(1, len(taken) + 2)
        if (one := name[:LONGEST] if k == 1 else f"{name[: LONGEST - 3]} {k}").lower() not in taken
    )


def table_sheet(
    book: Book, block: TableOf, name: str, widths: Mapping[str, float] | None = None, about: str = ""
) -> Worksheet:
    """A sheet of a table: keys and labels above, filters on them, each column as its kind says. Notes may follow.

    Parameters
    ----------
    widths
        Of columns by key, where not the usual [characters].
    about
        What the sheet is for, where no text of the workbook says.
    """
    columns = [one for column in block.columns for one in _columns(column, book.lang)]
    place = {column.key: k for k, column in enumerate(columns)}
    usual = {column.key: WIDE if column.kind == "text" else NARROW for column in columns}
    sheet = book.sheet(name, list({**usual, **(widths or {})}.values()), freeze=FIRST, about=about)
    book.heads(sheet, [(column.key, column.title) for column in columns])
    rows = rows_of(block.frame)
    sums = _sums(rows) if block.total else {}
    for k, row in enumerate(rows):
        last = block.total and k == len(rows) - 1
        for column in columns:
            _cell(book, sheet, FIRST + k, column, row, place, sums if last else None)
    if rows and not block.total:
        sheet.autofilter(LABELS, 0, FIRST + len(rows) - 1, len(columns) - 1)
    return sheet


def _columns(column: Column, lang: Lang) -> list[Column]:
    """A column of figures, then both ends of its interval."""
    own = [] if column.only_ends else [column, *([replace(column, key=column.then)] if column.then else [])]
    if column.ends is None:
        return own
    ends = zip(column.ends, ("from", "to"), strict=True)
    return [
        *own,
        *(Column(key, with_value(column.title, say(f"interval.{end}", lang), lang), column.kind) for key, end in ends),
    ]


def _sums(rows: Sequence[Mapping[str, Any]]) -> dict[str, float]:
    """What the figures of each column above the last row add up to; empty cells and texts count for nothing."""
    values = {key: [cell_value(row[key]) for row in rows[:-1]] for key in (rows[0] if rows else ())}
    return {key: sum(filter(_counts, column)) for key, column in values.items()}


def _counts(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


def _cell(
    book: Book, sheet: Worksheet, at: int, column: Column, row: Mapping[str, Any], place: Mapping[str, int],
    sums: Mapping[str, float] | None,
) -> None:  # fmt: skip
    """A cell; a sum of its row, or in the last row of a table with a total (``sums`` of its columns) that of its
    column, as a formula where it is what the table states: ends of intervals, days and means do not add up."""
    from xlsxwriter.utility import xl_rowcol_to_cell

    value, here = cell_value(row[column.key]), place[column.key]
    how, last = FORMATS.get(column.kind, "money"), sums is not None
    if column.kind == "text" or not _counts(value):
        book.write(sheet, at, here, value, "total" if last else "wrap" if isinstance(value, str) else how)
        return
    cells, stated = "", math.nan
    if sums is not None and column.kind not in MEANS:
        cells, stated = f"{xl_rowcol_to_cell(FIRST, here)}:{xl_rowcol_to_cell(at - 1, here)}", sums[column.key]
    elif sums is None and column.adds:
        cells = ",".join(xl_rowcol_to_cell(at, place[key]) for key in column.adds)
        stated = sum(filter(_counts, (cell_value(row[key]) for key in column.adds)))
    how = f"{how}_total" if last else how
    if math.isclose(stated, value, rel_tol=1e-9, abs_tol=1e-6):
        book.formula(sheet, at, here, f"SUM({cells})", float(value), how)
    else:
        book.write(sheet, at, here, value, how)


def cell_value(value: Any) -> Any:
    """A value of plain Python: NumPy's unwrapped, truth as yes or an empty cell."""
    value = value.item() if hasattr(value, "item") else value
    if isinstance(value, bool):
        return "yes" if value else ""
    return value
