"""What a command prints and writes, as texts that can be kept and compared: figures to ten digits, no times, no paths.

A part is a text by name; the end of its name tells its form: a table (.csv), a record (.json), else lines of text.
"""

from __future__ import annotations

import csv
import io
import json
import re
import zipfile
from html.parser import HTMLParser
from typing import Any
from xml.etree import ElementTree

DIGITS = 10
"""Significant digits kept of a figure: platforms agree on fewer than there are."""
NOISE = 1e-8
"""Figures below are what is left of sums that cancel out; they are kept as 0."""

MASKED_KEYS = frozenset({"version", "digest", "seconds", "peak_memory_mb", "made"})
"""Keys of a record whose values depend on the machine, the hour or the version."""
MASKS = (
    (re.compile(r"\bwarrantysim \d+\.\d+\.\d+[\w.+]*"), "warrantysim VERSION"),
    (re.compile(r"\b\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d)?(\.\d+)?(Z|\+00:00| UTC)?"), "TIME"),
    (re.compile(r"\b(?<![.\d])(?:[0-9a-f]{64}|[0-9a-f]{12})\b"), "DIGEST"),
)
"""What depends on the hour, the version or the text of the schema, wherever it is said."""
OF_THE_MACHINE = re.compile(r"\d MB\b")
"""A paragraph with this tells times and memory."""
SHEETS = {"m": "http://schemas.openxmlformats.org/spreadsheetml/2006/main"}
RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"


def masked(text: str) -> str:
    """A text without what changes from run to run."""
    for pattern, word in MASKS:
        text = pattern.sub(word, text)
    return text


def figure(value: float) -> str:
    """A figure as it is kept."""
    return "0" if abs(value) < NOISE else f"{value:.{DIGITS}g}"


def number_of(text: str) -> float | None:
    """The figure a cell holds, if it holds one and nothing else."""
    try:
        return float(text) if text and text[0] in "-+.0123456789" and "_" not in text else None
    except ValueError:
        return None


def report(text: str) -> str:
    """What a terminal shows, without the paragraphs of times and memory."""
    paragraphs = re.split(r"\n\n+", text.rstrip())
    kept = ["TIMES AND MEMORY" if OF_THE_MACHINE.search(p) else p for p in paragraphs]
    return masked("\n\n".join(kept)) + "\n"


def table(text: str) -> str:
    """A table: quoted where it must be, figures to ten digits."""
    return _csv([[_cell(cell) for cell in row] for row in _rows(text.removeprefix("\ufeff"))])


def _cell(text: str) -> str:
    number = number_of(text)
    return masked(text) if number is None else figure(number)


def _rows(text: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(text, newline="")))


def _csv(rows: list[list[str]]) -> str:
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows(rows)
    return out.getvalue()


def record(text: str) -> str:
    """A record: a value a line, figures to ten digits."""
    return json.dumps(_plain(json.loads(text)), ensure_ascii=False, indent=0) + "\n"


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: "MASKED" if key in MASKED_KEYS else _plain(child) for key, child in value.items()}
    if isinstance(value, list):
        return [_plain(child) for child in value]
    if isinstance(value, float):
        return float(figure(value))
    return masked(value) if isinstance(value, str) else value


class _Page(HTMLParser):
    """The words of a page, a piece a line; no pictures."""

    SILENT = frozenset({"style", "script", "svg"})

    def __init__(self, html: str) -> None:
        super().__init__()
        self.silent = 0
        self.lines: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.silent += tag in self.SILENT

    def handle_endtag(self, tag: str) -> None:
        self.silent -= tag in self.SILENT

    def handle_data(self, data: str) -> None:
        if not self.silent and data.strip():
            self.lines.append(" ".join(data.split()))


def page(html: str) -> str:
    """The words of a page."""
    return masked("\n".join(_Page(html).lines)) + "\n"


def workbook(content: bytes) -> str:
    """Every cell of every sheet as a table, a row a row; what a column shows and, beside it, its formulas.

    A row of a formula is told from its own row, as ``D[-1]``: a row set in above it changes none below.
    """
    found: list[dict[str, str]] = []
    with zipfile.ZipFile(io.BytesIO(content)) as parts:
        words = _words(parts) if "xl/sharedStrings.xml" in parts.namelist() else []
        targets = {r.get("Id"): r.get("Target", "") for r in _tree(parts, "xl/_rels/workbook.xml.rels")}
        for sheet in _tree(parts, "xl/workbook.xml").iterfind("m:sheets/m:sheet", SHEETS):
            for row in _tree(parts, f"xl/{targets[sheet.get(RELATION)]}").iterfind("m:sheetData/m:row", SHEETS):
                cells = {"sheet": sheet.get("name", ""), "row": row.get("r", "")}
                for cell in row.iterfind("m:c", SHEETS):
                    value, formula = (cell.findtext(f"m:{tag}", "", SHEETS) for tag in ("v", "f"))
                    column = cell.get("r", "").rstrip("0123456789")
                    shown = words[int(value)] if cell.get("t") == "s" else value
                    cells |= {column: _cell(shown), f"{column}=": masked(_relative(formula, int(cells["row"])))}
                found.append({key: text for key, text in cells.items() if text})
    rest = sorted(
        {key for cells in found for key in cells} - {"sheet", "row"}, key=lambda key: (len(key.rstrip("=")), key)
    )
    header = ["sheet", "row", *rest]
    return _csv([header, *([cells.get(key, "") for key in header] for cells in found)])


REFERENCE = re.compile(r"(?<![A-Za-z_.$])(\$?[A-Z]{1,3})(\d+)(?![\w(])")
"""A cell of a formula whose row moves with it."""


def _relative(formula: str, row: int) -> str:
    return REFERENCE.sub(lambda found: f"{found[1]}[{int(found[2]) - row:+d}]", formula)


def without(text: str, known: str) -> str:
    """A table without the rows that are in another one too; both have the same header."""
    seen = {tuple(row) for row in _rows(known)[1:]}
    header, *rows = _rows(text)
    return _csv([header, *(row for row in rows if tuple(row) not in seen)])


def _words(parts: zipfile.ZipFile) -> list[str]:
    text = f"{{{SHEETS['m']}}}t"
    return ["".join(t.text or "" for t in one.iter(text)) for one in _tree(parts, "xl/sharedStrings.xml")]


def _tree(parts: zipfile.ZipFile, name: str) -> ElementTree.Element:
    return ElementTree.fromstring(parts.read(name))


FORMS = {
    ".csv": lambda content: table(content.decode("utf-8")),
    ".json": lambda content: record(content.decode("utf-8")),
    ".html": lambda content: page(content.decode("utf-8")),
    ".xlsx": workbook,
}
"""How the content of a file becomes a text, by the end of its name."""
KEPT_AS = {".html": ".html.txt", ".xlsx": ".xlsx.csv"}
"""Ends of names that change with it."""
BY_NAME_ALONE = frozenset({".parquet", ".svg", ".png", ".zip"})
"""Files of which the name is held: tables that are there as CSV too, pictures and archives."""


def part(name: str, content: bytes) -> tuple[str, str] | None:
    """A file that was written, as a part; None where its name is all that is held."""
    end = name[name.rfind(".") :]
    if end in BY_NAME_ALONE:
        return None
    form = FORMS.get(end)
    text = form(content) if form else masked(content.decode("utf-8").replace("\r\n", "\n"))
    return name.removesuffix(end) + KEPT_AS.get(end, end), text
