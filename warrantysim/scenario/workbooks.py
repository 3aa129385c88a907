"""Sheets of an uploaded .xlsx workbook as rows of text, after the archive was checked for its unpacked size."""

from __future__ import annotations

import datetime as dt
import io
import zipfile
from pathlib import Path
from typing import Any

from warrantysim.scenario.errors import suggestion
from warrantysim.scenario.source_text import MIB, refuse

MAX_UNPACKED = 256 * MIB
"""Unpacked size of a workbook [bytes]."""
MAX_PARTS = 5_000
"""Files inside a workbook [files]."""
EXACT = 10**15
"""Whole numbers from here on have lost digits in a spreadsheet."""


def check_archive(content: bytes, where: str) -> None:
    """Refuse what is no .xlsx archive, or would unpack to more than the limit.

    The stated sizes are summed first; then every part is unpacked once, so that a false statement fails its check sum.

    Raises
    ------
    ScenarioError
        Naming the workbook.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            parts = archive.infolist()
            unpacked = sum(part.file_size for part in parts)
            if unpacked > MAX_UNPACKED or len(parts) > MAX_PARTS:
                raise refuse(
                    where, f"the workbook unpacks to {unpacked / MIB:,.0f} MiB, at most {MAX_UNPACKED // MIB} are read"
                )
            if archive.testzip() is not None:
                raise refuse(where, "the workbook is damaged; save it again")
            if "xl/workbook.xml" not in archive.namelist():
                raise refuse(where, "not an .xlsx workbook; save it as .xlsx or .csv")
    except (zipfile.BadZipFile, zipfile.LargeZipFile, NotImplementedError, EOFError, RuntimeError, ValueError, OSError):
        raise refuse(where, "not an .xlsx workbook, or damaged; save it again as .xlsx or .csv") from None


def cell_text(value: Any) -> str:
    """A spreadsheet cell as the text a CSV would hold: 5.0 is 5, dates are ISO, true and false in lower case."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < EXACT else repr(value)
    if isinstance(value, dt.datetime):
        return value.date().isoformat() if value.time() == dt.time() else value.isoformat()
    if isinstance(value, dt.date | dt.time):
        return value.isoformat()
    return str(value)


def sheet_names(content: bytes, path: Path) -> list[str]:
    """Sheets of a workbook in their order.

    Raises
    ------
    ScenarioError
        If the workbook cannot be read.
    """
    from python_calamine import CalamineError, CalamineWorkbook

    check_archive(content, path.as_posix())
    try:
        return list(CalamineWorkbook.from_filelike(io.BytesIO(content)).sheet_names)
    except (CalamineError, OSError) as error:
        raise refuse(path.as_posix(), f"the workbook cannot be read: {error}; save it again as .xlsx or .csv") from None


def sheet_rows(content: bytes, sheet: str | None, path: Path, max_rows: int) -> list[list[str]]:
    """All rows of one sheet as text; the first sheet where none is named.

    Raises
    ------
    ScenarioError
        If the workbook cannot be read, holds no such sheet or too many rows.
    """
    from python_calamine import CalamineError, CalamineWorkbook

    where = path.as_posix()
    check_archive(content, where)
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(content))
        names = book.sheet_names
        if sheet is not None and sheet not in names:
            raise refuse(where, f"no sheet {sheet!r}{suggestion(sheet, names)}")
        found = book.get_sheet_by_name(sheet) if sheet is not None else book.get_sheet_by_index(0)
        if found.total_height > max_rows:
            raise refuse(where, f"the sheet has {found.total_height:,} rows, at most {max_rows:,} are read")
        return [[cell_text(cell) for cell in row] for row in found.to_python(skip_empty_area=False)]
    except (CalamineError, OSError, IndexError) as error:
        raise refuse(where, f"the workbook cannot be read: {error}; save it again as .xlsx or .csv") from None
