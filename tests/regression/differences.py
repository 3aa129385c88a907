"""What differs between two texts of one form, in words: place, old -> new."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from typing import Any

from tests.regression.forms import NOISE, number_of

CLOSE = 2e-9
"""Figures that differ by no more than this share are the same: the last of ten digits may go either way."""
SHORT = 160
"""Longest text quoted [characters]."""
NAMED_BY = 3
"""Cells of text that name a row."""
OF_A_SHEET = ["sheet", "row"]
"""Columns with which a table of a workbook begins; the second tells where a row is, which is no difference."""


def differences(name: str, old: str, new: str) -> Iterator[str]:
    """What differs between two texts; ``name``: with the end that tells their form."""
    if old == new:
        return
    if name.endswith(".csv"):
        yield from tables(old, new)
    elif name.endswith(".json"):
        yield from records(json.loads(old), json.loads(new))
    else:
        yield from lines(old.splitlines(), new.splitlines())


def lines(old: Sequence[str], new: Sequence[str]) -> Iterator[str]:
    """By line, counted from 1 in the old text."""
    for here, gone, come in _edits(old, new):
        for k in range(max(len(gone), len(come))):
            before, after = (quoted(side[k]) if k < len(side) else "nothing" for side in (gone, come))
            yield f"line {here + k + 1}: {before} -> {after}"


def tables(old: str, new: str) -> Iterator[str]:
    """By row, counted from 1 below the header of the old table, and column."""
    before, after = _rows(old), _rows(new)
    columns = [*dict.fromkeys([*before[0], *after[0]])]
    for column in columns:
        if column not in after[0]:
            yield f"column {column}: gone"
        elif column not in before[0]:
            yield f"column {column}: new"
    places = OF_A_SHEET[1:] if before[0][:2] == OF_A_SHEET else []
    both = [column for column in columns if column in before[0] and column in after[0] and column not in places]
    here = [[row[before[0].index(c)] for c in both] for row in before[1:]]
    there = [[row[after[0].index(c)] for c in both] for row in after[1:]]
    if len(here) == len(there) and (len(both) == len(columns) or [*map(_key, here)] == [*map(_key, there)]):
        for k, (a, b) in enumerate(zip(here, there, strict=True)):
            yield from _cells(k, a, b, both)
        return
    keys = [_key(row) for row in here], [_key(row) for row in there]
    for tag, a, b, c, d in SequenceMatcher(None, *keys, autojunk=False).get_opcodes():
        pairs = min(b - a, d - c) if tag in {"equal", "replace"} else 0
        for k in range(pairs):
            yield from _cells(a + k, here[a + k], there[c + k], both)
        for k in range(a + pairs, b):
            yield f"row {k + 1} [{_named(here[k])}]: gone"
        for k in range(c + pairs, d):
            yield f"row {b} [{_named(there[k])}]: new below"


def records(old: Any, new: Any, place: str = "") -> Iterator[str]:
    """By key, as ``cells[3].saving``."""
    if isinstance(old, dict) and isinstance(new, dict):
        for key in [*dict.fromkeys([*old, *new])]:
            where = f"{place}.{key}" if place else str(key)
            if key not in new:
                yield f"{where}: {quoted(json.dumps(old[key], ensure_ascii=False))} -> nothing"
            elif key not in old:
                yield f"{where}: nothing -> {quoted(json.dumps(new[key], ensure_ascii=False))}"
            else:
                yield from records(old[key], new[key], where)
    elif isinstance(old, list) and isinstance(new, list):
        if len(old) != len(new):
            yield f"{place}: {len(old)} -> {len(new)} entries"
        for k, (a, b) in enumerate(zip(old, new, strict=False)):
            yield from records(a, b, f"{place}[{k}]")
    elif not same(old, new):
        yield f"{place}: {quoted(json.dumps(old, ensure_ascii=False))} -> {quoted(json.dumps(new, ensure_ascii=False))}"


def same(old: Any, new: Any) -> bool:
    """Whether two values are the same, figures as far as platforms agree."""
    if old == new:
        return True
    figures = [value for value in (old, new) if isinstance(value, int | float) and not isinstance(value, bool)]
    return len(figures) == 2 and abs(old - new) <= CLOSE * max(abs(old), abs(new)) + NOISE


def quoted(text: str) -> str:
    """A text for a message."""
    return f"'{text}'" if len(text) <= SHORT else f"'{text[:SHORT]}...'"


def _cells(k: int, old: Sequence[str], new: Sequence[str], columns: Sequence[str]) -> Iterator[str]:
    for column, a, b in zip(columns, old, new, strict=True):
        if a == b:
            continue
        figures = number_of(a), number_of(b)
        if None in figures or not same(*figures):
            yield f"row {k + 1} [{_named(old)}], column {column}: {quoted(a)} -> {quoted(b)}"


def _named(row: Sequence[str]) -> str:
    return ", ".join([cell for cell in row if cell and number_of(cell) is None][:NAMED_BY])


def _key(row: Sequence[str]) -> tuple[str, ...]:
    return tuple("" if number_of(cell) is not None else cell for cell in row)


def _rows(text: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(text, newline=""))) or [[]]


def _edits(old: Sequence[str], new: Sequence[str]) -> Iterator[tuple[int, Sequence[str], Sequence[str]]]:
    for tag, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag != "equal":
            yield a, old[a:b], new[c:d]
