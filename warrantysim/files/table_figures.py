"""The figures of one column of a table: which decimal sign it uses, and every cell that is no plain figure.

A column tells its decimal sign by the cells that can be read one way only: ``9,80`` and ``1.299,00`` use a comma,
``0.16`` and ``1,200.50`` a point. A column that uses the comma throughout is read so, and this is said; in any other
column a cell with a comma is refused with what to write, or with both figures it may mean.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial

from warrantysim.files.wording import DAY, DAY_AND_TIME, NUMBER, expected
from warrantysim.schema.errors import Message, coded, told
from warrantysim.schema.fields import arms, words
from warrantysim.schema.figure_advice import PLAIN, figure_fix, meanings, width_fix
from warrantysim.schema.strict import Row

Cells = Sequence[str | None]
"""A column as text; None where a cell states nothing."""

_QUIET = re.compile(r"[0-9.eE+\-\n]*\Z")
_BY_POINT = re.compile(r"^[-+]?(?:[0-9]*\.(?:[0-9]{1,2}|[0-9]{4,})|0*\.[0-9]+|[0-9]{4,}\.[0-9]+)$", re.MULTILINE)
_UNSURE = re.compile(r"^[-+]?[1-9][0-9]{0,2}\.[0-9]{2}0$", re.MULTILINE)
_DIGITS = re.compile(r"[^0-9.,]*[-+]?\s?(?P<digits>[0-9][0-9., ']*[0-9])[^0-9]*\Z")


@dataclass
class FigureColumn:
    """A column of figures as it was read."""

    cells: list[str | None]
    """The cells, with a decimal point throughout where the column told its sign."""
    comma: bool = False
    """Whether decimal commas were read."""
    fixes: dict[int, Message] = field(default_factory=dict)
    """What is wrong with cells and what to write, by position."""


def read_figures(cells: Cells, unit: str, currency_of: Callable[[int], str]) -> FigureColumn:
    """Read one column.

    Parameters
    ----------
    unit : unit of the column.
    currency_of : the currency of a row, by position; empty where the row states none.
    """
    joined = "\n".join(filter(None, cells))
    if _QUIET.match(joined):
        unsure = "currency" in unit and _UNSURE.search(joined) and not _BY_POINT.search(joined)
        found = FigureColumn(list(cells))
        if unsure:
            found.fixes = dict(_unsure_points(cells))
        return found
    decimal = decimal_sign(cells)
    out = FigureColumn(list(cells), decimal == ",")
    for i, cell in enumerate(cells):
        if cell is None or (decimal != "," and PLAIN.match(cell)):
            continue
        read = _by_comma(cell) if decimal == "," else None
        if read is not None:
            out.cells[i] = read
        elif fix := figure_fix(cell, unit, currency_of(i), decimal):
            out.fixes[i] = expected(NUMBER, repr(cell)) + fix if fix.code.startswith("write") else fix
    if decimal is None and "currency" in unit:
        out.fixes |= dict(_unsure_points(cells))
    return out


def read_columns(model: type[Row], cells: Mapping[str, Cells]) -> dict[str, FigureColumn]:
    """The columns of a table that hold no free text."""
    fields = {field.alias or name: field for name, field in model.model_fields.items()}
    out: dict[str, FigureColumn] = {}
    for column, column_cells in cells.items():
        kinds = set(arms(fields[column].annotation))
        if kinds & {float, int}:
            unit = words(fields[column].description).unit
            out[column] = read_figures(column_cells, unit, partial(_currency, cells, unit))
        elif kinds & {dt.date, dt.datetime, bool}:
            example = "2027-03-01T09:30" if dt.datetime in kinds else "2027-03-01" if dt.date in kinds else ""
            out[column] = FigureColumn(list(column_cells), fixes=dict(_odd_forms(column_cells, example)))
    return out


def _currency(cells: Mapping[str, Cells], unit: str, row: int) -> str:
    """The currency of an amount in a row: of the column its unit names."""
    if "USD" in unit:
        return "USD"
    stated = cells.get({"row currency": "currency"}.get(unit, unit.replace(" ", "_")))
    return (stated[row] if stated else None) or ""


def _odd_forms(cells: Cells, example: str) -> Iterator[tuple[int, Message]]:
    for i, cell in enumerate(cells):
        if cell is None:
            continue
        # A whole number would be read as seconds since 1970, and 0 as that very day.
        if example and re.fullmatch("[0-9.]+", cell):
            yield i, expected(DAY_AND_TIME if "T" in example else DAY, repr(cell))
        elif not cell.isascii() and (fix := width_fix(cell)):
            yield i, fix


def _unsure_points(cells: Cells) -> Iterator[tuple[int, Message]]:
    """Cells such as ``12.800`` in a column of money that does not show its decimal sign otherwise."""
    for i, cell in enumerate(cells):
        if cell is not None and _UNSURE.match(cell):
            whole, _, rest = cell.partition(".")
            code = coded("{cell!r} may mean {one} or {other}; write {one} or {other}")
            yield i, told(code, cell=cell, one=f"{whole}{rest}", other=f"{whole}.{rest.rstrip('0') or '0'}")


def decimal_sign(cells: Cells) -> str | None:
    """The decimal sign all telling cells of a column share; None where none tells, or they disagree."""
    signs = decimal_signs(cells)
    return signs.pop() if len(signs) == 1 else None


def decimal_signs(cells: Iterable[str | None]) -> set[str]:
    """The decimal signs that cells tell which can be read one way only."""
    signs = set()
    for cell in dict.fromkeys(cells):
        found = _DIGITS.match(cell) if cell else None
        if found is not None and (sign := _told_by(found["digits"])):
            signs.add(sign)
    return signs


def _told_by(digits: str) -> str | None:
    """The decimal sign of digits that can be read one way only."""
    marks = re.sub(r"[^.,]", "", digits)
    if not marks:
        return None
    by_point, by_comma = meanings(digits, "."), meanings(digits, ",")
    if bool(by_point) == bool(by_comma):
        return None
    return "." if by_point else ","


def _by_comma(cell: str) -> str | None:
    """A bare figure with a decimal comma, with a decimal point instead; None where it is not bare."""
    sign = cell[:1] if cell[:1] in "+-" else ""
    digits = cell.removeprefix(sign)
    if not re.fullmatch(r"[0-9](?:[0-9., ']*[0-9])?", digits) or len(found := meanings(digits, ",")) != 1:
        return None
    return f"{sign}{found[0]!r}".removesuffix(".0")
