"""CSV and XLSX tables as rows of stated cells, each remembered by its row number in the file.

The header must name the columns of the row model exactly (spaces around a name and a byte order mark aside). An
empty cell is not stated: it takes the column's default, or is reported as missing. Every problem is reported.

Rows right below the header whose first cell begins with `NOTE` are notes of a template (units, what a column means)
and are not read. The apostrophes that our exports put before text a spreadsheet would run are taken off again.
"""

from __future__ import annotations

import csv
import io
import itertools
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any

from warrantysim.files.encoding import decode, sample
from warrantysim.files.source_text import MIB, SourceFile, read_bytes, sha256
from warrantysim.files.table_figures import read_columns
from warrantysim.files.workbooks import sheet_rows
from warrantysim.schema.errors import NOTHING, Problem, refuse, suggestion, told
from warrantysim.schema.fields import meaning
from warrantysim.schema.plain_text import uncell
from warrantysim.schema.row_keys import key_text
from warrantysim.schema.strict import Row
from warrantysim.schema.typed_rows import typed_rows

MAX_BYTES = 64 * MIB
"""Size of a table file [bytes]."""
MAX_ROWS = 2_000_000
"""Rows of a table [rows]."""

NOTE = "# "
"""How the first cell of a row of notes begins."""

SEPARATORS = ",;\t|"
"""What may part the columns of a file; the first where none is told."""
_TOLD = re.compile('\ufeff?"?sep=(?P<mark>[,;\t|])"?[,;\t| ]*\r?\n', re.IGNORECASE)
"""A first line that tells Excel what parts the columns: ``sep=;``."""
BLOCK = 5_000
"""Rows taken up at a time [rows]."""
KNOWN_CELLS = 50_000
"""Texts of cells that are kept once however often they stand [cells]."""


@dataclass(frozen=True)
class Table:
    """The columns of a file, before the row model has seen them."""

    name: str
    """The file as errors show it [text]."""
    cells: Mapping[str, list[str | None]]
    """Columns by name, as text; None where a cell states nothing."""
    numbers: Sequence[int]
    """Row number of each row in its file, the header being row 1."""
    problems: list[Problem]
    """What is wrong with the header, the shape and the form of numbers."""
    missing: frozenset[str]
    """Required columns the header lacks."""
    file: SourceFile
    """How the file was read."""
    header: tuple[str, ...] = ()
    """Columns in the order of the file [text]."""
    remarks: tuple[Problem, ...] = ()
    """What is worth knowing of how it was read."""

    @cached_property
    def rows(self) -> list[dict[str, Any]]:
        """Stated cells of each row by column name, as text."""
        names = tuple(self.cells)
        return [
            {name: cell for name, cell in zip(names, row, strict=True) if cell is not None}
            for row in zip(*self.cells.values(), strict=True)
        ] or [{} for _ in self.numbers]

    def typed(self, model: type[Row]) -> list[Any]:
        """The rows as instances of their model where they plainly are, else as `rows` has them."""
        names = columns(model)
        found = typed_rows(model, {names[column]: cells for column, cells in self.cells.items()}, len(self.numbers))
        if found is None:
            return self.rows
        return [self.row(i) if row is None else row for i, row in enumerate(found)]

    def kept(self, model: type[Row], before: Sequence[Mapping[str, Any]]) -> Table:
        """The table with the columns its header lacks as rows of the same key had them before: a file from when there
        was no such column changes nothing in it. What a row's figures rest on (``source``, ``mark``) is not kept.

        ``before``: the rows it takes the place of, in plain form.
        """
        optional = columns(model).keys() - set(self.header) - {"from", "source", "mark", *model.key_fields}
        lacking = [name for name in columns(model) if name in optional - set(model.also_key)]
        if not lacking or not before or not self.numbers:
            return self
        known = {key_text(row, model): row for row in before}
        rows = [known.get(key_text(row, model), {}) for row in self.rows]
        kept = {name: [_cell(row.get(name)) for row in rows] for name in lacking}
        names = [name for name, cells in kept.items() if any(cell is not None for cell in cells)]
        if not names:
            return self
        message = told(
            "no column {names}: products and other rows that were there before keep what they had",
            names=", ".join(names),
        )
        remark = Problem("", message, self.name, "kept columns")
        return replace(self, cells={**self.cells, **{n: kept[n] for n in names}}, remarks=(*self.remarks, remark))

    def row(self, i: int) -> dict[str, Any]:
        """Stated cells of one row."""
        return {name: cells[i] for name, cells in self.cells.items() if cells[i] is not None}


def _cell(value: Any) -> str | None:
    """A plain value as a cell states it."""
    return str(value).lower() if isinstance(value, bool) else None if value in (None, "") else str(value)


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


def brought_path(file: str) -> Path:
    """The path of a file that was brought, by the name it came with."""
    return Path(file.replace("\\", "/") or "file")


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
        raise refuse(
            name, "expected a .csv or .xlsx file, got {what!r}; save it as .xlsx or .csv", what=suffix or "no ending"
        )


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
        raise refuse(
            name, "the file has {n:.1f} MiB, at most {most} MiB are read", n=len(content) / MIB, most=MAX_BYTES // MIB
        )
    if path.suffix.lower() == ".xlsx":
        return table_of_sheet(sheet_rows(content, sheet, path, MAX_ROWS + 1), content, path, model, sheet)
    text, encoding = decode(content, name)
    file = SourceFile(path.as_posix(), encoding, sha256(content), sample(text, encoding))
    stated = _TOLD.match(text)
    text = text[stated.end() :] if stated else text
    parted = stated["mark"] if stated else separator(text, columns(model))
    return _assemble(name, _csv_records(text, name, parted), model, file, itertools.count(3) if stated else None)


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


def _csv_records(text: str, name: str, parted: str) -> Iterator[list[str]]:
    reader = csv.reader(io.StringIO(text, newline=""), strict=True, delimiter=parted)
    try:
        yield from reader
    except csv.Error as error:
        raise refuse(f"{name}:{reader.line_num}", "not valid CSV: {error}", "csv", error=error) from None


def separator(text: str, known: Iterable[str]) -> str:
    """What parts the columns of a file: the comma, or the semicolon, tab or bar that parts its header into known
    columns.
    """
    header = text.lstrip("\ufeff\r\n ").partition("\n")[0]
    names = set(known)

    def known_by(mark: str) -> int:
        return len(names & {cell.strip().strip('"').strip() for cell in header.split(mark)})

    return max(SEPARATORS, key=known_by)


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
    wanted = {column: i for i, column in enumerate(header) if column in known}
    cells: dict[str, list[str | None]] = {column: [] for column in wanted}
    numbers: list[int] = []
    same: dict[str, str] = {}
    for block in _blocks(_records(name, stream, header, called, problems)):
        numbers.extend(number for number, _ in block)
        by_column = tuple(zip(*(row[: len(header)] for _, row in block), strict=True))
        if len(same) > KNOWN_CELLS:
            same = {}
        for column, i in wanted.items():
            texts = list(map(str.strip, by_column[i]))
            if "'" in "".join(texts):
                texts = list(map(uncell, texts))
            cells[column] += [same.setdefault(text, text) if text else None for text in texts]
    figures = read_columns(model, cells)
    odd = sorted((i, place) for place, found in enumerate(figures.values()) for i in found.fixes)
    for i, place in odd:
        column, found = list(figures.items())[place]
        problems.append(Problem("", found.fixes[i], cell_place(name, numbers[i], column), f"form of figures {column}"))
    cells |= {column: found.cells for column, found in figures.items()}
    remarks = tuple(
        Problem("", told("decimal commas were read as decimal points"), f"{name}, column {column}", "decimal comma")
        for column, found in figures.items()
        if found.comma
    )
    return Table(name, cells, numbers, problems, missing, file, tuple(header), remarks)


def _blocks(rows: Iterator[tuple[int, Sequence[str]]]) -> Iterator[list[tuple[int, Sequence[str]]]]:
    while block := list(itertools.islice(rows, BLOCK)):
        yield block


def _records(
    name: str,
    stream: Iterable[Sequence[str]],
    header: Sequence[str],
    called: Iterable[int] | None,
    found: list[Problem],
) -> Iterator[tuple[int, Sequence[str]]]:
    """The rows that state something, each with its number; problems of their shape are added to ``found``."""
    notes = True
    for number, record in zip(itertools.count(2) if called is None else called, stream, strict=False):
        if not (record and record[0].strip()) and not "".join(record).strip():
            continue
        if notes := notes and record[0].startswith(NOTE):
            continue
        if number > MAX_ROWS + 1:
            raise refuse(name, "the table has more than {most:,} rows", most=MAX_ROWS)
        if len(record) != len(header) and (len(record) < len(header) or "".join(record[len(header) :]).strip()):
            expected = told("expected {n} cells as in the header, got {n2}", n=len(header), n2=len(record))
            hint = told("put text with commas in double quotes") if len(record) > len(header) else NOTHING
            found.append(Problem("", expected + hint, f"{name} row {number}", "ragged rows"))
            continue
        yield number, record


def _header_problems(name: str, header: list[str], known: dict[str, str], model: type[Row]) -> Iterator[Problem]:
    if not any(header):
        yield Problem(
            "",
            told("expected a header row, such as {names},...", names=",".join(list(known)[:4])),
            f"{name} row 1",
            "header",
        )
        return
    left = [column for column in known if column not in header]
    for i, column in enumerate(header):
        if not column:
            yield Problem("", told("column {i} has no name", i=i + 1), f"{name} row 1", "header")
        elif column not in known:
            message = told("unknown column {column!r}", column=column) + suggestion(column, left or known)
            yield Problem("", message, f"{name} row 1", "header")
        elif column in header[:i]:
            yield Problem("", told("column {column!r} is stated twice", column=column), f"{name} row 1", "header")
    for column in left:
        field = model.model_fields[known[column]]
        if field.is_required():
            yield Problem(
                "",
                told("missing column {column!r} ({meaning})", column=column, meaning=meaning(field.description)),
                f"{name} row 1",
                "header",
            )


def cell_place(name: str, number: int, column: str) -> str:
    """``tables/skus.csv row 4, column weight_kg``."""
    return f"{name} row {number}, column {column}"
