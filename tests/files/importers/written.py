"""Report files written by tests, in any of the forms they come in."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from tests.files.importers.reading import KEY
from warrantysim.files.importers import read_report
from warrantysim.files.importers.report import Context, Imported


def file_of(
    rows: Sequence[Mapping[str, str]],
    separator: str = "\t",
    encoding: str = "utf-8",
    ending: str = "\r\n",
    order: Sequence[int] = (),
    quoted: bool = False,
) -> bytes:
    """Rows as a file; ``order``: places of the columns, as they stand in the first row."""
    header = list(dict.fromkeys(name for row in rows for name in row))
    header = [header[i] for i in order] if order else header
    out = io.StringIO(newline="")
    quoting = csv.QUOTE_ALL if quoted else csv.QUOTE_MINIMAL
    writer = csv.writer(out, delimiter=separator, lineterminator=ending, quoting=quoting)
    writer.writerow(header)
    writer.writerows([row.get(name, "") for name in header] for row in rows)
    return out.getvalue().encode(encoding)


def read(
    rows: Sequence[Mapping[str, str]], meant: str = "", context: Mapping[str, Any] | None = None, **form: Any
) -> Imported:
    """What some rows give, written in a form."""
    return read_bytes(file_of(rows, **form), meant, **(context or {}))


def read_bytes(content: bytes, meant: str = "", **context: Any) -> Imported:
    """What a file gives."""
    return read_report(content, "report.txt", Context(KEY, **context), meant)


def records(imported: Imported, table: str, *columns: str) -> list[tuple[Any, ...]]:
    """Some columns of a table of the books, row by row; days as text, what is unknown as None."""
    found = []
    for row in imported.rows[table][list(columns)].itertuples(index=False):
        found.append(tuple(_plain(value) for value in row))
    return found


def _plain(value: Any) -> Any:
    if isinstance(value, pd.Timestamp):
        return f"{value:%Y-%m-%d}"
    return None if pd.isna(value) else value


def question(imported: Imported, name: str) -> str:
    """What is asked under a name."""
    return next(str(one.message) for one in imported.questions if one.name == name)
