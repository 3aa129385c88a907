"""CSV and XLSX tables as rows of stated cells, each remembered by its row number in the file.

The header must name the columns of the row model exactly (spaces around a name and a byte order mark aside). An
empty cell is not stated: it takes the column's default, or is reported as missing. Every problem is reported.

Rows right below the header whose first cell begins with `NOTE` are notes of a template (units, what a column means)
and are not read. The apostrophes that our exports put before text a spreadsheet would run are taken off again.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import itertools
import re
import typing
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from warrantysim.scenario.dated import BEGINNING, DatedRow
from warrantysim.scenario.errors import Problem, suggestion
from warrantysim.scenario.fields import arms
from warrantysim.scenario.plain_text import uncell
from warrantysim.scenario.source_text import MIB, SourceFile, decode, read_bytes, refuse, sha256
from warrantysim.scenario.strict import Row
from warrantysim.scenario.workbooks import sheet_rows

MAX_BYTES = 64 * MIB
"""Size of a table file [bytes]."""
MAX_ROWS = 2_000_000
"""Rows of a table [rows]."""

NOTE = "# "
"""How the first cell of a row of notes begins."""

_ALWAYS = BEGINNING.isoformat()
_FULL_WIDTH = re.compile("[\uff0b-\uff0e\uff10-\uff19\uff05]")
_SEPARATED = re.compile(r"[0-9],[0-9]")


@dataclass(frozen=True)
class Table:
    """The rows of a file, before the row model has seen them."""

    name: str
    """The file as errors show it [text]."""
    rows: list[dict[str, Any]]
    """Stated cells by column name, as text."""
    numbers: list[int]
    """Row number of each row in its file, the header being row 1."""
    problems: list[Problem]
    """What is wrong with the header, the shape and the form of numbers."""
    missing: frozenset[str]
    """Required columns the header lacks."""
    file: SourceFile
    """How the file was read."""
    header: tuple[str, ...] = ()
    """Columns in the order of the file [text]."""


def columns(model: type[Row]) -> dict[str, str]:
    """Field names of a row model by the names its table uses (``from`` for ``from_``)."""
    return {field.alias or name: name for name, field in model.model_fields.items()}


def split_sheet(stated: str) -> tuple[str, str | None]:
    """``book.xlsx#Quotes`` as a file name and a sheet."""
    file, mark, sheet = stated.partition("#")
    return (file, sheet) if mark else (stated, None)


def read_table(path: Path, model: type[Row], sheet: str | None = None) -> Table:
    """Read a table for a row model.

    Parameters
    ----------
    path : a .csv or .xlsx file.
    model : the row model that names the columns.
    sheet : sheet of a workbook; the first where None.

    Raises
    ------
    ScenarioError
        If the file cannot be read as a table at all. Problems of its content are returned in ``problems``.
    """
    name = path.as_posix() + (f"#{sheet}" if sheet else "")
    refuse_other_endings(path, name)
    return table_of(read_bytes(path, MAX_BYTES), path, model, sheet)


def refuse_other_endings(path: Path, name: str) -> None:
    """Refuse what is neither CSV nor XLSX by its name, whatever it holds.

    Raises
    ------
    ScenarioError
        Naming the file and what to do; a workbook with macros is told apart.
    """
    suffix = path.suffix.lower()
    if suffix == ".xlsm":
        raise refuse(name, "workbooks with macros are not read; save it as .xlsx")
    if suffix not in {".csv", ".xlsx"}:
        raise refuse(name, f"expected a .csv or .xlsx file, got {suffix or 'no ending'!r}; save it as .xlsx or .csv")


def table_of(content: bytes, path: Path, model: type[Row], sheet: str | None = None) -> Table:
    """The table some bytes hold. ``path``: the file as errors show it; its ending says which form it has.

    Raises
    ------
    ScenarioError
        As `read_table`.
    """
    name = path.as_posix() + (f"#{sheet}" if sheet else "")
    refuse_other_endings(path, name)
    if not content.strip():
        raise refuse(name, "the file is empty")
    if len(content) > MAX_BYTES:
        raise refuse(name, f"the file has {len(content) / MIB:.1f} MiB, at most {MAX_BYTES // MIB} MiB are read")
    if path.suffix.lower() == ".xlsx":
        return table_of_sheet(sheet_rows(content, sheet, path, MAX_ROWS + 1), content, path, model, sheet)
    text, encoding = decode(content, name)
    file = SourceFile(path.as_posix(), encoding, sha256(content))
    return _assemble(name, _csv_records(text, name), model, file)


def table_of_sheet(
    rows: Iterable[Sequence[str]], content: bytes, path: Path, model: type[Row], sheet: str | None
) -> Table:
    """The table of a sheet whose rows were read. ``content``: the workbook's bytes."""
    name = path.as_posix() + (f"#{sheet}" if sheet else "")
    return _assemble(name, rows, model, SourceFile(path.as_posix(), "xlsx", sha256(content)))


def table_from_rows(name: str, header: Sequence[str], rows: Mapping[int, Sequence[str]], model: type[Row]) -> Table:
    """A table that was typed rather than read. ``rows``: cells by the number a row is called by in errors."""
    file = SourceFile(name, "utf-8", sha256(b""))
    return _assemble(name, [header, *rows.values()], model, file, rows)


def _csv_records(text: str, name: str) -> Iterator[list[str]]:
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        yield from reader
    except csv.Error as error:
        raise refuse(f"{name}:{reader.line_num}", f"not valid CSV: {error}", "csv") from None


def _assemble(
    name: str,
    records: Iterable[Sequence[str]],
    model: type[Row],
    file: SourceFile,
    called: Iterable[int] | None = None,
) -> Table:
    known = columns(model)
    stream = iter(records)
    header = [cell.strip().lstrip("\ufeff") for cell in next(stream, [])]
    while header and not header[-1]:
        header.pop()
    problems = list(_header_problems(name, header, known, model))
    missing = frozenset(
        column for column, field in known.items() if model.model_fields[field].is_required() and column not in header
    )
    wanted = [(i, column) for i, column in enumerate(header) if column in known]
    strict_columns = _columns_of_figures(model)
    # A whole number would be read as seconds since 1970, and 0 as that very day.
    days = {column for column, field in known.items() if dt.date in arms(model.model_fields[field].annotation)}
    rows: list[dict[str, Any]] = []
    numbers: list[int] = []
    notes = True
    for number, record in zip(itertools.count(2) if called is None else called, stream, strict=False):
        if not any(cell and not cell.isspace() for cell in record):
            continue
        if notes := notes and record[0].startswith(NOTE):
            continue
        if number > MAX_ROWS + 1:
            raise refuse(name, f"the table has more than {MAX_ROWS:,} rows")
        if len(record) < len(header) or any(cell.strip() for cell in record[len(header) :]):
            expected = f"expected {len(header)} cells as in the header, got {len(record)}"
            hint = "; put text with commas in double quotes" if len(record) > len(header) else ""
            problems.append(Problem("", expected + hint, f"{name} row {number}", "ragged rows"))
            continue
        row = {column: uncell(cell) if "'" in cell else cell for i, column in wanted if (cell := record[i].strip())}
        for column in strict_columns & row.keys():
            if column in days and row[column].isdigit():
                fix: str | None = f"expected a date such as 2027-03-01, got {row[column]!r}"
            else:
                fix = figure_fix(row[column])
            if fix:
                problems.append(Problem("", fix, cell_place(name, number, column), f"form of figures {column}"))
        rows.append(row)
        numbers.append(number)
    return Table(name, rows, numbers, problems, missing, file, tuple(header))


def _header_problems(name: str, header: list[str], known: dict[str, str], model: type[Row]) -> Iterator[Problem]:
    if not any(header):
        yield Problem("", f"expected a header row, such as {','.join(list(known)[:4])},...", f"{name} row 1", "header")
        return
    left = [column for column in known if column not in header]
    if len(header) == 1 and (mark := next((m for m in ";\t|" if m in header[0]), "")):
        parted = {";": "semicolons", "\t": "tabs", "|": "bars"}[mark]
        raise refuse(f"{name} row 1", f"the columns are parted by {parted}; save the file with commas", "header")
    for i, column in enumerate(header):
        if not column:
            yield Problem("", f"column {i + 1} has no name", f"{name} row 1", "header")
        elif column not in known:
            message = f"unknown column {column!r}{suggestion(column, left or known)}"
            yield Problem("", message, f"{name} row 1", "header")
        elif column in header[:i]:
            yield Problem("", f"column {column!r} is stated twice", f"{name} row 1", "header")
    for column in left:
        field = model.model_fields[known[column]]
        if field.is_required():
            doc = f" ({field.description})" if field.description else ""
            yield Problem("", f"missing column {column!r}{doc}", f"{name} row 1", "header")


def _columns_of_figures(model: type[Row]) -> set[str]:
    """Columns that cannot be free text: numbers, amounts, dates, distributions."""
    out = set()
    for column, field in columns(model).items():
        annotation = model.model_fields[field].annotation
        kinds = set(typing.get_args(annotation)) or {annotation}
        if str not in kinds and typing.get_origin(annotation) is not typing.Literal:
            out.add(column)
    return out


def figure_fix(text: str) -> str | None:
    """The fix for a figure people write but no reader can be sure of; None where the form is fine."""
    if _FULL_WIDTH.search(text):
        return f"full-width characters in {text!r}; write {text.translate(_HALF_WIDTH)!r}"
    if "(" in text or not _SEPARATED.search(text):
        return None
    head, _, tail = text.rpartition(",")
    digits = re.match(r"[0-9]*", tail)
    if digits is not None and len(digits[0]) != 3 and "." not in tail:
        return f"a comma in {text!r}; write {head.replace(',', '') + '.' + tail!r} with a decimal point"
    return f"a thousands separator in {text!r}; write {text.replace(',', '')!r}"


_HALF_WIDTH = {code: code - 0xFEE0 for code in (*range(0xFF0B, 0xFF0F), *range(0xFF10, 0xFF1A), 0xFF05)}


def cell_place(name: str, number: int, column: str) -> str:
    """``tables/skus.csv row 4, column weight_kg``."""
    return f"{name} row {number}, column {column}"


def key_text(row: Mapping[str, Any], model: type[Row]) -> tuple[str, ...]:
    """The key of a plain row as text, with its date where it has one; numbers in their shortest form."""
    parts, dated = _key_recipe(model)
    key = []
    for column, default, numeric in parts:
        value = row.get(column)
        key.append(_key_part(default if value is None else value, numeric))
    if dated:
        day = str(row.get("from") or "")
        if day and day != _ALWAYS:
            key.append(day)
    return tuple(key)


def key_part(value: Any, model: type[Row], name: str) -> str:
    """One part of a row's key as text: ``2`` for 2.0, and for the text ``2.0`` of a column of numbers."""
    parts, _ = _key_recipe(model)
    return _key_part(value, parts[model.key_fields.index(name)][2])


@lru_cache(maxsize=256)
def _key_recipe(model: type[Row]) -> tuple[tuple[tuple[str, Any, bool], ...], bool]:
    """Column, default and whether it holds numbers, for each part of a model's key; whether its rows are dated."""
    parts = []
    for name in model.key_fields:
        field = model.model_fields[name]
        kinds = set(arms(field.annotation))
        default = None if field.is_required() else field.default
        parts.append((field.alias or name, default, str not in kinds and bool(kinds & {int, float})))
    return tuple(parts), issubclass(model, DatedRow)


def _key_part(value: Any, numeric: bool) -> str:
    if isinstance(value, float) or (numeric and isinstance(value, str)):
        try:
            number = float(value)
        except ValueError:
            return str(value)
        return str(int(number)) if number.is_integer() else repr(number)
    return str(value)
