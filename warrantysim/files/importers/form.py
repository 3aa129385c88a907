"""The form a report came in: packed or not, which encoding, what parts its columns, where its header is.

Nothing is known of a file by its name or ending. Bytes are unpacked in pieces up to a limit, the encoding is told by a
mark, by validity or by evidence (`files.encoding`), and of all ways to part the first lines into columns that one is
taken whose header a report knows best. Rows come out as lists of cells, one at a time, so that a large file is never
a large table of Python texts.
"""

from __future__ import annotations

import codecs
import csv
import io
import itertools
import re
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from warrantysim.files.encoding import MARKS, SAMPLE, odd_words, ranked_encodings
from warrantysim.files.source_text import MIB
from warrantysim.files.workbooks import sheets_of
from warrantysim.schema.errors import ScenarioError, refuse

MAX_BYTES = 256 * MIB
"""Size of a report, unpacked [bytes]."""
MAX_COLUMNS = 2_000
"""Columns of a report [columns]."""
MAX_ROWS = 5_000_000
"""Rows of a report [rows]."""
MAX_LINE = 4 * MIB
"""Length of a line [letters]."""
HEAD = 256 * 1024
"""What is looked at to tell the form [bytes]."""
PREAMBLE = 12
"""Lines before the header that are looked at [lines]."""
SEPARATORS = "\t,;|"
"""What may part columns; the first where several do as well."""
NAMES = {"\t": "tab", ",": "comma", ";": "semicolon", "|": "bar", "": ""}
"""What separators are called."""

How = Literal["mark", "valid", "evidence", "hint", "answer", "workbook"]
Quoting = Literal[0, 3]
"""What a quote is to `csv`: one, or a letter."""
Judge = Callable[[Sequence[str]], float]
"""How well some report knows a row as its header [0-1]."""
Headless = Callable[[Sequence[str]], Sequence[str]]
"""Names of the columns of a file without a header, by its first row; nothing where that is a header."""

_TOLD = re.compile('"?sep=(?P<mark>[,;\t|])"?[,;\t| ]*\\Z', re.IGNORECASE)
_JAPAN = re.compile(rb"Amazon\.co\.jp|\tJPY\t|,JPY,|\"JPY\"|;JPY;", re.IGNORECASE)


@dataclass
class Form:
    """How a report was written."""

    packed: str = ""
    """What it was packed in [gz|zip], empty where it was not [text]."""
    encoding: str = "utf-8"
    """Encoding by its name in Python; xlsx for a workbook [text]."""
    how: How = "valid"
    """How the encoding was told."""
    others: tuple[str, ...] = ()
    """Encodings it might be read in instead [text]."""
    sample: tuple[str, ...] = ()
    """Some words that rest on the encoding, as they were read [text]."""
    separator: str = ""
    """What parts its columns [tab|comma|semicolon|bar], empty in a workbook [text]."""
    sheet: str = ""
    """The sheet of a workbook [text]."""
    header: tuple[str, ...] = ()
    """Names of the columns as they stand in the file [text]."""
    header_row: int = 1
    """Row of the header, 0 where the file has none [1-based]."""
    short: int = 0
    """Rows with fewer cells than the header, filled up [rows]."""
    long: list[int] = field(default_factory=list)
    """Rows with more cells than the header, left out [row numbers]."""
    replaced: int = 0
    """Characters the encoding does not have [characters]."""
    decimal: str = ""
    """The decimal sign of its figures, empty where no figure has one [text]."""
    decimal_how: str = ""
    """How it was told [column|file|answer|default]."""
    dates: str = ""
    """The order of its dates [iso|dmy|mdy|ymd], several where columns differ [text]."""
    dates_how: str = ""
    """How it was told [column|file|answer|default]."""


def plain_name(name: str) -> str:
    """The name of a column as reports are compared by: ``Order ID``, ``order_id`` and ``order-id`` are one."""
    return re.sub(r"[\s_]+", "-", name.strip().strip('"').strip().lower())


def open_report(
    content: bytes, where: str, judge: Judge, encoding: str = "", headless: Headless | None = None
) -> tuple[Form, Iterator[list[str]]]:
    """The form of a report, and its rows below the header as lists of cells, as many as the header has.

    Parameters
    ----------
    where : the file as errors call it.
    encoding : the encoding somebody has said it is in.
    headless : gives names for the columns of a file without a header, by its first row.

    Raises
    ------
    ScenarioError
        If it cannot be read as a table at all, or no report knows any of its first rows.
    """
    form = Form()
    content = _unpacked(content, where, form)
    if content.isspace() or not content:
        raise refuse(where, "the file is empty")
    if content[:4] == b"PK\x03\x04":
        return form, _sheet(content, where, judge, form, headless)
    if b"\0" in content and not content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        raise refuse(where, "the file is binary (it holds NUL bytes); expected text", "encoding")
    _tell_encoding(content, where, form, encoding)
    with _text(content, form) as text:
        head = text.read(HEAD)
    marks, row, quoting = _header(head.lstrip("\ufeff"), where, judge, form)
    names = _without_header(form, headless)
    return form, _rows(content, where, form, marks, row - bool(names), quoting)


def _without_header(form: Form, headless: Headless | None) -> Sequence[str]:
    """Name the columns of a file that has no header."""
    names = headless(form.header) if headless else ()
    if names:
        form.header, form.header_row = tuple(names), 0
    return names


def _unpacked(content: bytes, where: str, form: Form) -> bytes:
    if content.startswith(b"\x1f\x8b"):
        form.packed = "gz"
        reader = zlib.decompressobj(31)
        try:
            found = reader.decompress(content, MAX_BYTES + 1)
        except zlib.error:
            raise refuse(where, "the packed file is damaged; download it again") from None
        if len(found) <= MAX_BYTES and not reader.eof:
            raise refuse(where, "the packed file is damaged; download it again")
    elif content.startswith(b"PK\x03\x04") and (inner := _inner(content, where)) is not None:
        form.packed = "zip"
        found = inner
    else:
        found = content
    if len(found) > MAX_BYTES:
        raise refuse(where, "the file has more than {limit} MiB, unpacked", limit=MAX_BYTES // MIB)
    return found


def _inner(content: bytes, where: str) -> bytes | None:
    """The one file of an archive; None for a workbook."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            parts = [part for part in archive.infolist() if not part.is_dir()]
            if any(part.filename in ("xl/workbook.xml", "[Content_Types].xml") for part in parts):
                return None
            if len(parts) != 1:
                raise refuse(where, "the archive holds {n} files; give each file by itself", n=len(parts))
            with archive.open(parts[0]) as file:
                return file.read(MAX_BYTES + 1)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, zlib.error, ValueError, OSError):
        raise refuse(where, "the packed file is damaged; download it again") from None


def _tell_encoding(content: bytes, where: str, form: Form, stated: str) -> None:
    """The encoding of a text: by its mark, strict UTF-8, else by evidence, else by what the file says of Japan."""
    for mark, encoding, _ in MARKS:
        if content.startswith(mark):
            form.encoding, form.how = encoding, "mark"
            return
    decoder = codecs.getincrementaldecoder("utf-8")()
    view = memoryview(content)
    try:
        for start in range(0, len(view), MIB):
            decoder.decode(view[start : start + MIB])
        decoder.decode(b"", True)
        return
    except UnicodeDecodeError:
        pass
    words = odd_words(content)
    ranked, clear = ranked_encodings(b"\n".join(words), words)
    hint = "cp932" if _JAPAN.search(content) and "cp932" in ranked else "cp1252"
    form.encoding, form.how = (ranked[0], "evidence") if clear else (hint, "hint")
    if stated:
        try:
            form.encoding, form.how = codecs.lookup(stated).name, "answer"
        except LookupError:
            raise refuse(where, "no encoding is called {name!r}", name=stated) from None
    form.others = tuple(one for one in dict.fromkeys((*ranked, "cp1252")) if one != form.encoding)
    read = (word.decode(form.encoding, "replace") for word in words)
    form.sample = tuple(itertools.islice(dict.fromkeys(re.sub(r"[\s|;,]+", " ", word)[:40] for word in read), SAMPLE))


def _text(content: bytes, form: Form) -> io.TextIOWrapper:
    return io.TextIOWrapper(io.BytesIO(content), form.encoding, errors="replace", newline="")


def _header(head: str, where: str, judge: Judge, form: Form) -> tuple[str, int, Quoting]:
    """Separator, row of the header and quoting that some report knows best."""
    lines = list(io.StringIO(head, newline=""))
    if len(head) >= HEAD and len(lines) == 1:
        raise refuse(where, "the first line is longer than {n:,} letters; this is no report", n=HEAD)
    told = _TOLD.match(lines[0].rstrip("\r\n")) if lines else None
    marks = told["mark"] if told else SEPARATORS
    best: tuple[float, str, int, list[str]] = (0.0, "", 0, [])
    for number, line in enumerate(lines[:PREAMBLE], 1):
        for mark in marks:
            if line.count(mark) > MAX_COLUMNS:
                raise refuse(where, "the file has more than {n:,} columns; this is no report", n=MAX_COLUMNS)
            try:
                cells = next(csv.reader([line], delimiter=mark), [])
            except csv.Error:
                continue
            score = judge(cells)
            if score > best[0]:
                best = (score, mark, number, cells)
    if not best[0]:
        raise ScenarioError(_unknown(lines, marks, where).problems)
    _, mark, number, cells = best
    form.separator, form.header, form.header_row = NAMES[mark], tuple(cell.strip() for cell in cells), number
    while form.header and not form.header[-1]:
        form.header = form.header[:-1]
    return mark, number, _quoting(lines[number - 1 :], mark)


def _unknown(lines: Sequence[str], marks: str, where: str) -> ScenarioError:
    first = next((line.strip() for line in lines if line.strip()), "")
    mark = max(marks, key=first.count)
    names = [cell.strip().strip('"') for cell in first.split(mark)]
    shown = ", ".join(name[:30] for name in names[:6]) + (", ..." if len(names) > 6 else "")
    return refuse(
        where,
        "no report is known with the columns {names}; docs/import.md lists the reports that are read",
        "unknown report",
        names=shown,
    )


def _quoting(lines: Sequence[str], mark: str) -> Quoting:
    """Whether quotes are quotes. In tab files they rarely are: a comment may begin with one, a name end in inches.

    What gives fewer rows of another length than the header is taken; where both do as well, a quote is a letter in a
    tab file whose header has none, and a quote elsewhere.
    """
    whole = lines[:-1] or lines
    plain: Quoting = csv.QUOTE_NONE if mark == "\t" and '"' not in lines[0] else csv.QUOTE_MINIMAL
    if mark != "\t" or not any(f'{mark}"' in line or line.startswith('"') for line in whole):
        return plain

    def odd(quoting: Quoting) -> int:
        try:
            counts = [len(row) for row in csv.reader(whole, delimiter=mark, quoting=quoting) if row]
        except csv.Error:
            return len(whole)
        return sum(n > counts[0] for n in counts) + abs(len(whole) - len(counts)) * (quoting == plain)

    both: tuple[Quoting, Quoting] = (csv.QUOTE_NONE, csv.QUOTE_MINIMAL)
    return min(both, key=lambda one: (odd(one), one != plain))


def _rows(content: bytes, where: str, form: Form, mark: str, header_row: int, quoting: Quoting) -> Iterator[list[str]]:
    with _text(content, form) as text:
        reader = csv.reader(_bounded(text, where), delimiter=mark, quoting=quoting)
        stream = enumerate(reader, 1)
        try:
            if header_row:
                next(itertools.islice(stream, header_row - 1, header_row), None)
            yield from _even(stream, where, form)
        except csv.Error as error:
            said = "a cell has more than {n:,} letters; this is no report"
            if "field larger" in str(error):
                raise refuse(f"{where}:{reader.line_num}", said, n=csv.field_size_limit()) from None
            raise refuse(f"{where}:{reader.line_num}", "not valid CSV: {error}", "csv", error=error) from None


def _bounded(lines: Iterable[str], where: str) -> Iterator[str]:
    for line in lines:
        if len(line) > MAX_LINE:
            raise refuse(where, "a line is longer than {n:,} letters; this is no report", n=MAX_LINE)
        yield line


def _even(stream: Iterable[tuple[int, list[str]]], where: str, form: Form) -> Iterator[list[str]]:
    """Rows as long as the header: short ones are filled up, long ones noted and left out, empty ones passed over."""
    n = len(form.header)
    for number, row in stream:
        if number > MAX_ROWS:
            raise refuse(where, "the file has more than {n:,} rows", n=MAX_ROWS)
        if len(row) == n:
            yield row
        elif len(row) < n:
            if any(map(str.strip, row)):
                form.short += 1
                yield row + [""] * (n - len(row))
        elif any(map(str.strip, row[n:])):
            form.long.append(number)
        else:
            yield row[:n]


def _sheet(content: bytes, where: str, judge: Judge, form: Form, headless: Headless | None) -> Iterator[list[str]]:
    """The rows of the sheet whose header a report knows best."""
    form.encoding, form.how = "xlsx", "workbook"
    best: tuple[float, str, int] = (0.0, "", 0)
    sheets = sheets_of(content, Path(where), 1_048_576)
    for name, rows in sheets.items():
        for number, row in enumerate(rows[:PREAMBLE], 1):
            score = judge(row)
            if score > best[0]:
                best = (score, name, number)
    if not best[0]:
        first = next((row for rows in sheets.values() for row in rows), [])
        raise _unknown(["\t".join(first)], "\t", where)
    _, form.sheet, form.header_row = best
    rows = sheets[form.sheet]
    form.header = tuple(cell.strip() for cell in rows[form.header_row - 1])
    while form.header and not form.header[-1]:
        form.header = form.header[:-1]
    start = form.header_row - bool(_without_header(form, headless))
    return _even(enumerate(rows[start:], start + 1), where, form)
