"""What acts of a file that was written: cells that run, elements that load, characters a terminal obeys."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections.abc import Callable, Iterator
from xml.etree import ElementTree

import pandas as pd

UNSEEN = "\x00\x07\x0b\x0c\x1b\x1f\x7f\x85\x9b\xa0\xad\u200b\u200e\u2028\u202e\u2060\u2066\u3000\ufeff"
STARTS = "=+-@\uff1d\uff0b\uff0d\uff20"
HOSTILE = (
    *(f"{start}1+1" for start in STARTS),
    *(f"{blank}=1+1" for blank in (*UNSEEN, " ", "\t", "\r", "\n")),
    *(f"x{mark}=HYPERLINK(1);y" for mark in ("\r", "\n", "\t", ";", ",", "|", '";', ";\xa0", "\u2028", "\x85")),
    '=HYPERLINK("http://x.example")',
    "@SUM(A1)\x1b[31m\x1b]0;title\x07",
    "\x9b2J\u202egnp.exe",
    "<script>alert(1)</script>",
)
"""Texts that would act somewhere, each in its own way."""
FRAME = pd.DataFrame({"=sku": list(HOSTILE), "cost": [-1.5] * len(HOSTILE), "of": pd.Categorical(list(HOSTILE))})
"""A table of them."""
OBEYED = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")
"""Characters a terminal, an editor or a parser of lines obeys; tabs and line feeds are looked at by themselves."""
FORMULA = re.compile(rf"[\s{UNSEEN}\"`]*[{re.escape(STARTS)}].")


def cells_run(rows: list[list[str]]) -> list[str]:
    """Cells a spreadsheet would run, or that hold a character that acts."""
    found = []
    for cell in (cell for row in rows for cell in row):
        figure = re.fullmatch(r"-?[0-9.]+(e[+-]?[0-9]+)?", cell)
        if OBEYED.search(cell.replace("\t", "")) or "\n" in cell or (FORMULA.match(cell) and not figure):
            found.append(cell)
    return found


def delimited_runs(content: bytes) -> Iterator[str]:
    """What a spreadsheet would run of delimited text, whatever mark it parts cells at."""
    text = content.decode("utf-8-sig")
    for separator in ",;\t|":
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=separator))
        yield from cells_run(rows)
        if len(rows) != len(text.splitlines()):
            yield f"{len(rows)} rows in {len(text.splitlines())} lines"
    yield from (line for line in text.splitlines() if not (line.startswith('"') and line.endswith('"')))


def workbook_runs(content: bytes) -> Iterator[str]:
    """Texts of a workbook that would run once edited or saved as text, its properties among them."""
    with zipfile.ZipFile(io.BytesIO(content)) as parts:
        for name in parts.namelist():
            root = ElementTree.fromstring(parts.read(name))
            texts = ["".join(one.itertext()) for one in root.iter() if one.tag.endswith(("}si", "}is"))]
            yield from cells_run([texts])
            yield from (text for text in root.itertext() if OBEYED.search(text.replace("\t", "")))
            formulas = [one.text or "" for one in root.iter() if one.tag.endswith("}f")]
            yield from (text for text in formulas if "HYPERLINK" in text or "1+1" in text)
            yield from (text for text in parts.read(name).decode().split("<") if "_x00" in text)


def markup_acts(content: bytes) -> Iterator[str]:
    """Elements that run or load, and characters that act, of HTML or SVG."""
    text = content.decode()
    yield from OBEYED.findall(text.replace("\t", ""))
    yield from re.findall(r"<(?:script|iframe|object|embed|img|link|foreignObject)\b[^>]*>", text)
    if text.startswith("<svg"):
        try:
            ElementTree.fromstring(text)
        except ElementTree.ParseError as error:
            yield str(error)


def plainly(content: bytes) -> Iterator[str]:
    """Characters of a text that act."""
    yield from OBEYED.findall(content.decode())


def zip_runs(content: bytes) -> Iterator[str]:
    """What acts of the files in an archive."""
    with zipfile.ZipFile(io.BytesIO(content)) as parts:
        for name in parts.namelist():
            yield from acts(name, parts.read(name))


CHECKS: dict[str, Callable[[bytes], Iterator[str]]] = {
    "csv": delimited_runs,
    "txt": delimited_runs,
    "xlsx": workbook_runs,
    "html": markup_acts,
    "svg": markup_acts,
    "json": plainly,
    "yaml": plainly,
    "zip": zip_runs,
    "png": lambda _: iter(()),
    "parquet": lambda _: iter(()),
}
"""How a file is looked at, by its ending; one with an ending that is not here fails."""


def acts(name: str, content: bytes) -> Iterator[str]:
    """What acts of a file."""
    yield from CHECKS[name.rpartition(".")[2].lower()](content)
