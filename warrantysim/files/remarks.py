"""What a scenario file says beside its figures: where each comes from, in the comment on its line.

A comment reads ``# unit, mark: source``. Its mark is the first letter A (assumed), D (derived) or S (sourced) that
stands alone in it; a code of a register of sources, such as S17 or M3, means sourced where no letter does.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path as FilePath

from warrantysim.files.documents import Document, parse_document
from warrantysim.files.market_packs import documents_of, text_of
from warrantysim.files.reading import MAX_BYTES
from warrantysim.files.source_text import read_text, shown_path
from warrantysim.packs.markets import CODES
from warrantysim.schema.fields import Path

_LETTER = re.compile(r"(?<![\w-])[SDA](?![\w-])")
_CODE = re.compile(r"\b[SM][0-9]+[a-z]?\b")


@dataclass(frozen=True)
class Remark:
    """What is said beside a figure."""

    note: str
    """The comment [text]."""
    mark: str
    """S sourced, D derived, A assumed; empty where it does not say [S|D|A]."""
    place: str
    """``base.yaml:12`` [text]."""


def mark_of(note: str) -> str:
    """The mark a comment states."""
    letter = _LETTER.search(note)
    return letter[0] if letter else "S" if _CODE.search(note) else ""


def comment_of(line: str) -> str:
    """The comment at the end of a line of YAML; a # in quotes or inside a word begins none."""
    quote = ""
    for i, letter in enumerate(line):
        if quote:
            quote = "" if letter == quote else quote
        elif letter in "\"'" and (i == 0 or line[i - 1] in " [{,:("):
            quote = letter
        elif letter == "#" and (i == 0 or line[i - 1].isspace()):
            return line[i + 1 :].strip()
    return ""


def remarks(path: FilePath) -> Mapping[Path, Remark]:
    """What the file says beside the values it states, by path of the value, and where it says nothing, what the packs
    it names say beside theirs.

    Raises
    ------
    ScenarioError
        If it cannot be read.
    """
    text, _ = read_text(path, MAX_BYTES)
    document = parse_document(text, shown_path(path))
    packs = document.values.get("packs")
    stated = packs.get("markets") if isinstance(packs, Mapping) else None
    found: dict[Path, Remark] = {}
    for below in documents_of([code for code in stated if code in CODES]) if isinstance(stated, list) else ():
        found |= _said(below, text_of(below), below.name)
    return {**found, **_said(document, text, path.name)}


def _said(document: Document, text: str, name: str) -> dict[Path, Remark]:
    lines = text.splitlines()
    return {
        stated: Remark(note, mark_of(note), f"{name}:{number}")
        for stated, number in document.lines.items()
        if stated and (note := comment_of(lines[number - 1]))
    }


def remark_on(path: Path, said: Mapping[Path, Remark]) -> Remark | None:
    """The remark on a value, else on the nearest thing it is part of; None where nothing is said."""
    for length in range(len(path), 0, -1):
        if path[:length] in said:
            return said[path[:length]]
    return None
