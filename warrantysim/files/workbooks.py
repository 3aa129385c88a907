"""Sheets of an .xlsx workbook as rows of text, read in a process of their own.

What reads workbooks is native code: a hostile file can end its process, or never finish. So it has one, with a limit
of memory and of time, and only text comes back.
"""

from __future__ import annotations

import datetime as dt
import io
import marshal
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from warrantysim.files.source_text import MIB
from warrantysim.files.workbook_size import MAX_SHEETS, check_archive
from warrantysim.schema.errors import Message, Problem, ScenarioError, refuse, suggestion, told

MEMORY = 900 * MIB
"""Memory of the process that reads a workbook [bytes]."""
SECONDS = 60
"""Time it may take [s]."""
EXACT = 10**15
"""Whole numbers from here on have lost digits in a spreadsheet."""

_HOME = Path(__file__).resolve().parents[2]
_MODULE = "warrantysim.files.workbooks"


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
    names: list[str] = _apart(content, path, {"max_rows": 0, "only": []})[0]
    return names


def sheets_of(content: bytes, path: Path, max_rows: int, only: list[str] | None = None) -> dict[str, list[list[str]]]:
    """All rows of the sheets of a workbook as text, by name in their order. ``only``: sheets that are wanted.

    Raises
    ------
    ScenarioError
        If the workbook cannot be read, or a sheet is too large.
    """
    found: dict[str, list[list[str]]] = _apart(content, path, {"max_rows": max_rows, "only": only})[1]
    return found


def sheet_rows(content: bytes, sheet: str | None, path: Path, max_rows: int) -> list[list[str]]:
    """All rows of one sheet as text; the first sheet where none is named.

    Raises
    ------
    ScenarioError
        If the workbook cannot be read, holds no such sheet or too many rows.
    """
    names, found = _apart(content, path, {"max_rows": max_rows, "only": None if sheet is None else [sheet], "first": 1})
    if sheet is not None and sheet not in found:
        raise refuse(path.as_posix(), told("no sheet {sheet!r}", sheet=sheet) + suggestion(sheet, names))
    rows: list[list[str]] = next(iter(found.values()), [])
    return rows


def _apart(content: bytes, path: Path, asked: dict[str, Any]) -> Any:
    """What `_read` gives, from a process that may be ended."""
    where = path.as_posix()
    home = os.pathsep.join([str(_HOME), *filter(None, [os.environ.get("PYTHONPATH")])])
    command = [sys.executable, "-P", "-c", f"from {_MODULE} import serve; serve()"]
    message = marshal.dumps((content, where, asked))
    try:
        done = subprocess.run(
            command,
            input=message,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=2 * SECONDS,
            check=False,
            env=os.environ | {"PYTHONPATH": home},
        )
    except subprocess.TimeoutExpired:
        raise refuse(where, "the workbook takes more than {most} s to read; save it as .csv", most=SECONDS) from None
    except OSError as error:
        raise refuse(where, "the workbook cannot be read: {error}; save it as .csv", error=error.strerror) from None
    if done.returncode == 0:
        return _answered(done.stdout)
    if done.returncode in (-9, -24):  # killed; out of processor time
        raise refuse(where, "the workbook takes more than {most} s to read; save it as .csv", most=SECONDS)
    raise refuse(where, "the workbook is damaged, or too large to read; save it again as .xlsx or .csv")


def _answered(told: bytes) -> Any:
    fine, found = marshal.loads(told)
    if not fine:
        raise ScenarioError(Problem(path, Message(said), *rest) for path, said, *rest in found)
    return found


def serve() -> None:
    """Read the workbook on standard input within the limits, and write what it holds to standard output."""
    content, where, asked = marshal.loads(sys.stdin.buffer.read())
    limit()
    try:
        answer = True, _read(content, where, **asked)
    except ScenarioError as error:
        answer = False, [(p.path, p.message.clauses, p.where, p.rule) for p in error.problems]  # type: ignore[assignment]
    except MemoryError:
        os._exit(3)
    except BaseException:  # a panic of the reader is no Exception
        damaged = told("the workbook is damaged; save it again as .xlsx or .csv")
        answer = False, [("", damaged.clauses, where, "file")]  # type: ignore[assignment]
    sys.stdout.buffer.write(marshal.dumps(answer))
    sys.stdout.buffer.flush()
    os._exit(0)


def limit() -> None:
    """Bound the memory and processor time of this process, where the system can."""
    try:
        import resource
    except ImportError:  # Windows has no limits of this kind; time is limited from outside
        return
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS + 5))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _read(content: bytes, where: str, max_rows: int, only: list[str] | None, first: int = 0) -> tuple[Any, Any]:
    """Names of the sheets, and the rows of those asked for."""
    from python_calamine import CalamineError, CalamineWorkbook

    check_archive(content, where)
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(content))
        names = list(book.sheet_names)
        if len(names) > MAX_SHEETS:
            raise refuse(where, "the workbook has {n} sheets, at most {most} are read", n=len(names), most=MAX_SHEETS)
        wanted = [name for name in names if only is None or name in only][: first or None]
        return names, {name: _rows(book.get_sheet_by_name(name), f"{where}#{name}", max_rows) for name in wanted}
    except (CalamineError, OSError, IndexError, ValueError) as error:
        raise refuse(
            where, "the workbook cannot be read: {error}; save it again as .xlsx or .csv", error=str(error)
        ) from None


def _rows(sheet: Any, where: str, max_rows: int) -> list[list[str]]:
    if sheet.total_height > max_rows:
        raise refuse(
            where,
            "the sheet has {n:,} rows, at most {most:,} are read",
            n=sheet.total_height,
            most=max_rows,
        )
    same: dict[str, str] = {}
    left = [""] * (sheet.start or (0, 0))[1]  # rows come from the first column that holds something
    return [left + [same.setdefault(text, text) for text in map(cell_text, row)] for row in sheet.iter_rows()]
