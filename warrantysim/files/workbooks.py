"""Sheets of an .xlsx workbook as rows of text, read in a process of their own, once it is known how large they are.

What reads workbooks is native code: a hostile file can end its process, or never finish. So it has one, with a limit
of memory and of time, and only text comes back. It lays a sheet out as a full grid: one cell at the far corner of a
file of 5 KB asks for 550 GB. So each part is unpacked here first, in pieces, whatever size it states, and the cells of
each sheet are counted by their references.
"""

from __future__ import annotations

import datetime as dt
import html
import io
import marshal
import os
import re
import struct
import subprocess
import sys
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from warrantysim.files.source_text import MIB
from warrantysim.schema.errors import Message, Problem, ScenarioError, coded, refuse, suggestion, told

MAX_UNPACKED = 256 * MIB
"""Unpacked size of a workbook [bytes]."""
MAX_PARTS = 5_000
"""Files inside a workbook [files]."""
MAX_SHEETS = 200
"""Sheets of a workbook [sheets]."""
MAX_CELLS = 8_000_000
"""Rows times columns of a sheet, up to its last cell that holds something [cells]."""
MAX_COLUMNS = 2_000
"""Columns of a sheet, up to the last that holds something [columns]."""
PIECE = MIB
"""Bytes unpacked at a time; no tag of a sheet is longer [bytes]."""

_RELATIONS = "xl/_rels/workbook.xml.rels"
_ATTRIBUTE = re.compile(rb"([\w:]+)\s*=\s*[\"']([^\"']*)[\"']")
_FORMULA = re.compile(
    rb'<c r="([A-Z]+[0-9]+)"[^>]*>\s*<f(?:\s[^>]*)?(?:/>|>[^<]*</f>)\s*(?:(<v\s*/>|<v>\s*</v>)|(<v[\s>]))?'
)
_OLD = b"\xd0\xcf\x11\xe0"
_LOCAL = struct.Struct("<4s5H3I2H")
_TAG = re.compile(rb"<(?:[\w.-]+:)?(row|c)(?=[\s/>])((?:[^>\"']|\"[^\"]*\"|'[^']*')*)>")
_USUAL = re.compile(rb'<c r="([A-Z]{1,3})([0-9]{1,7})"')
_PREFIXED = re.compile(rb":c[\s/>]")
_BEGINS = tuple(b"<c" + end for end in (b" ", b">", b"/", b"\n", b"\r", b"\t"))
_REFERENCE = re.compile(rb"(?:^|\s)r\s*=\s*[\"']\s*([A-Za-z]*)([0-9]*)\s*[\"']")


def check_archive(content: bytes, where: str) -> None:
    """Refuse what is no .xlsx archive, unpacks to more than the limit, or holds a sheet too large to lay out.

    Raises
    ------
    ScenarioError
        Naming the workbook, and the part where it is one part's.
    """
    if content.startswith(_OLD):
        raise refuse(where, "an old .xls workbook, or one with a password; save it as .xlsx without a password")
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            parts = archive.infolist()
    except (zipfile.BadZipFile, zipfile.LargeZipFile, NotImplementedError, EOFError, RuntimeError, ValueError, OSError):
        raise refuse(where, "not an .xlsx workbook, or damaged; save it again as .xlsx or .csv") from None
    stated = sum(part.file_size for part in parts)
    sheets = sum(part.filename.startswith("xl/worksheets/") for part in parts)
    if sheets > MAX_SHEETS:
        raise refuse(
            where,
            "the workbook has {n:,} sheets, at most {most} are read; save the sheet that is needed as a workbook of "
            "its own, or as .csv",
            n=sheets,
            most=MAX_SHEETS,
        )
    if len(parts) > MAX_PARTS:
        code = coded(
            "the workbook is made of {n:,} parts, at most {most:,} are read; save the sheet that is needed as .csv"
        )
        raise refuse(where, code, n=len(parts), most=MAX_PARTS)
    if stated > MAX_UNPACKED:
        raise _too_large(where, stated)
    if "xl/workbook.xml" not in {part.filename for part in parts}:
        raise refuse(where, "not an .xlsx workbook; save it as .xlsx or .csv")
    left = MAX_UNPACKED
    for part in parts:
        try:
            for rows, columns, size in _extents(_unpacked(content, part, left)):
                left -= size
                if rows * columns > MAX_CELLS or columns > MAX_COLUMNS:
                    raise refuse(
                        f"{where} ({part.filename})",
                        "the sheet reaches to row {rows:,} and column {columns:,}, too far to be a table; delete the "
                        "cells far from it",
                        rows=rows,
                        columns=columns,
                    )
        except (zlib.error, struct.error, ValueError):
            raise refuse(f"{where} ({part.filename})", "the workbook is damaged; save it again") from None
        except OverflowError:
            raise _too_large(where, max(stated, MAX_UNPACKED + MIB)) from None


def _too_large(where: str, size: int) -> Exception:
    return refuse(
        where,
        "the workbook unpacks to {size:,.0f} MiB, at most {most} are read",
        size=size / MIB,
        most=MAX_UNPACKED // MIB,
    )


def _unpacked(content: bytes, part: zipfile.ZipInfo, limit: int) -> Iterator[bytes]:
    """The bytes of a part in pieces, held to its stated size and check sum.

    Raises
    ------
    ValueError
        If they are not what the part states. `OverflowError`: more than the limit.
    """
    head = _LOCAL.unpack_from(content, part.header_offset)
    if head[0] != b"PK\x03\x04" or part.flag_bits & 1 or part.compress_type not in (0, 8):
        raise ValueError("not a plain part of an archive")
    begin = part.header_offset + _LOCAL.size + head[9] + head[10]
    packed = memoryview(content)[begin : begin + part.compress_size]
    if len(packed) != part.compress_size:
        raise ValueError("the part ends early")
    size, checksum = 0, 0
    for piece in _inflated(packed) if part.compress_type == 8 else (packed[i : i + PIECE] for i in _steps(packed)):
        size += len(piece)
        if size > limit:
            raise OverflowError
        checksum = zlib.crc32(piece, checksum)
        yield bytes(piece)
    if size != part.file_size or checksum != part.CRC:
        raise ValueError("the part is not what it states")


def _steps(packed: memoryview) -> range:
    return range(0, len(packed), PIECE)


def _inflated(packed: memoryview) -> Iterator[bytes]:
    unpacker = zlib.decompressobj(-15)
    for i in _steps(packed):
        piece = unpacker.decompress(packed[i : i + PIECE], PIECE)
        yield piece
        while unpacker.unconsumed_tail:
            yield unpacker.decompress(unpacker.unconsumed_tail, PIECE)
    yield unpacker.flush()
    if not unpacker.eof:
        raise ValueError("the part ends early")


def _extents(pieces: Iterable[bytes]) -> Iterator[tuple[int, int, int]]:
    """Last row and last column that hold something so far, and bytes read since the last time; 0 and 0 for a part
    that is no sheet.

    Raises
    ------
    ValueError
        For a tag longer than a piece, or text that is not ASCII-like.
    """
    rest, rows, columns, sheet = b"", 0, 0, False
    at, first = [0, 0], True
    for piece in pieces:
        text = rest + piece
        if first and text[:2] in (b"\xff\xfe", b"\xfe\xff"):
            raise ValueError("text of two bytes a letter")
        first, sheet = False, sheet or b"sheetData" in text
        cut = text.rfind(b"<")
        text, rest = (text[:cut], text[cut:]) if cut >= 0 else (b"", text)
        if len(rest) > PIECE:
            if sheet:
                raise ValueError("a tag without end")
            rest = rest[:1]
        if sheet:
            found = _in_sheet(text, at)
            rows, columns = max(rows, found[0]), max(columns, found[1])
        yield rows, columns, len(piece)


def _in_sheet(text: bytes, at: list[int]) -> tuple[int, int]:
    """Last row and column among the cells of a piece that hold something. ``at``: the row and column before it."""
    usual = _USUAL.findall(text)
    if usual and len(usual) == sum(map(text.count, _BEGINS)) and not _PREFIXED.search(text):
        letters, digits = zip(*usual, strict=True)
        rows, columns = max(map(int, set(digits))), max(map(_column, set(letters)))
        if rows * columns <= MAX_CELLS and columns <= MAX_COLUMNS:
            at[0] = rows
            return rows, columns
    rows = columns = 0
    for found in _TAG.finditer(text):
        name, stated = found[1], found[2]
        reference = _REFERENCE.search(stated)
        if name == b"row":
            at[0] = int(reference[2]) if reference and reference[2] else at[0] + 1
            at[1] = 0
            continue
        at[1] = _column(reference[1].upper()) if reference and reference[1] else at[1] + 1
        if reference and reference[2]:
            at[0] = int(reference[2])
        if not stated.rstrip().endswith(b"/"):
            rows, columns = max(rows, at[0]), max(columns, at[1])
    return rows, columns


def _column(letters: bytes) -> int:
    place = 0
    for letter in letters[:12]:
        place = place * 26 + letter - 64
    return place


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
        _refuse_formulas(content, where, wanted)
        return names, {name: _rows(book.get_sheet_by_name(name), f"{where}#{name}", max_rows) for name in wanted}
    except (CalamineError, OSError, IndexError, ValueError) as error:
        raise refuse(
            where, "the workbook cannot be read: {error}; save it again as .xlsx or .csv", error=str(error)
        ) from None


def _refuse_formulas(content: bytes, where: str, wanted: list[str]) -> None:
    """Refuse formulas that a program wrote without what they come to: they would be read as empty cells."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        parts = set(archive.namelist())
        if not parts >= {"xl/workbook.xml", _RELATIONS}:
            return
        targets = {one["Id"]: one["Target"] for one in _attributes(archive.read(_RELATIONS), b"Relationship")}
        for sheet in _attributes(archive.read("xl/workbook.xml"), b"sheet"):
            target = targets.get(sheet.get("r:id", ""), "")
            part = target.removeprefix("/") if target.startswith("/") else f"xl/{target}"
            if html.unescape(sheet.get("name", "")) not in wanted or part not in parts:
                continue
            text = archive.read(part)
            cells = _FORMULA.finditer(text) if b"<f" in text else ()
            bare = [one[1].decode() for one in cells if not one[3] and not (one[2] and b't="str"' in one[0])]
            if bare:
                raise refuse(
                    f"{where}#{html.unescape(sheet['name'])}",
                    "formulas without a value, in {cells}; open the workbook in a spreadsheet program and save it, or "
                    "type the figures",
                    cells=", ".join(bare[:5]) + (", ..." if len(bare) > 5 else ""),
                )


def _attributes(text: bytes, tag: bytes) -> Iterator[dict[str, str]]:
    """The attributes of each element of a name."""
    for found in re.finditer(rb"<(?:\w+:)?" + tag + rb"\s([^>]*)>", text):
        yield {name.decode(): value.decode("utf-8", "replace") for name, value in _ATTRIBUTE.findall(found[1])}


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
