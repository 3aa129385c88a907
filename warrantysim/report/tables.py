"""Tables of plain text that fit a terminal, whatever the language: a Chinese character takes two columns."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Literal

from warrantysim import locale

GAP = 2
"""Blanks between columns [columns of text]."""
_WIDE = frozenset("WF")
PARTING = "._,]/"
"""Marks after which a word that is too long is cut."""
OPENING, CLOSING = "（《【“", "，。；：、）》】”！？"
"""Chinese marks that no line ends with, and that none begins with."""
HAN = re.compile("[\u3400-\u9fff]+")
WORDS = Path(locale.__file__).with_name("zh_CN") / "LC_MESSAGES" / "words.csv"
"""Chinese words that stand in headings, which no line breaks."""
UNKNOWN = {1: 1.2, 2: 1.5}
"""What a word costs that is in no list, by its letters; one that is costs 1, and the cheapest reading is taken."""


@dataclass(frozen=True)
class TextColumn:
    """How one column is set."""

    heading: str
    """What stands above it [text]."""
    align: Literal["left", "right"] = "left"
    """Numbers stand right."""
    wraps: bool = False
    """Whether long texts may go on in the next line; without it the column keeps its width."""
    least: int = 12
    """Width a wrapping column is never cut below [columns of text]."""
    give_up: int = 0
    """Where the table is too wide, columns are left out in falling order of this; 0 is never left out."""


def width_of(text: str) -> int:
    """Columns of a terminal a text takes: two for wide characters, none for combining ones."""
    return sum(_width(character) for character in text)


def _width(character: str) -> int:
    if unicodedata.combining(character):
        return 0
    return 2 if unicodedata.east_asian_width(character) in _WIDE else 1


def padded(text: str, width: int, align: Literal["left", "right"] = "left") -> str:
    """A text filled up with blanks to a width."""
    blanks = " " * max(0, width - width_of(text))
    return blanks + text if align == "right" else text + blanks


def wrapped(text: str, width: int, whole: bool = False) -> list[str]:
    """Lines of at most ``width``: broken at blanks, and anywhere inside Chinese text; longer words are cut, after a
    mark that parts them (the dots of a path) where there is one. ``whole``: whether Chinese words, too, stay whole."""
    lines: list[str] = []
    for paragraph in text.split("\n"):
        line = ""
        for piece in _pieces(paragraph, width, word_ends(paragraph) if whole else None):
            if line.strip() and width_of(line + piece.rstrip()) > width:
                lines.append(line.rstrip())
                line = ""
            line += piece.lstrip() if not line else piece
        lines.append(line.rstrip())
    return lines


def _pieces(text: str, width: int, ends: Collection[int] | None = None) -> Iterator[str]:
    """What may not be broken: a word with the blanks before it, one wide character, or, where ``ends`` says where
    Chinese words end, one of these; a too long word in cuts."""
    word = ""
    for at, character in enumerate(text):
        wide = unicodedata.east_asian_width(character) in _WIDE
        # No line begins with a closing mark or ends with an opening one: they stay with what they enclose.
        opened = bool(word) and word[-1] in OPENING
        whole = ends is not None and at not in ends and HAN.match(character) is not None
        if (wide and character not in CLOSING and not opened and not whole) or (character == " " and word.strip()):
            if word:
                yield word
            word = ""
        elif word and width_of(word.strip() + character) > width:
            cut = max(map(word.rfind, PARTING)) + 1 or len(word)
            yield word[:cut]
            word = word[cut:]
        word += character
    if word:
        yield word


def word_ends(text: str) -> frozenset[int]:
    """Where a text may be broken before a Chinese character: at the beginning of words of at least two."""
    found = set()
    for run in HAN.finditer(text):
        at = run.start()
        found.add(at)
        for word in _chinese(run[0])[:-1]:
            at += len(word)
            found.add(at)
    return frozenset(at for at in found if not text[:at].endswith(tuple(OPENING)))


def words_of(text: str) -> list[str]:
    """A text in parts that no line breaks, but at the blanks in them: Chinese words, and what stands between them."""
    ends = [0, *sorted(word_ends(text) - {0}), len(text)]
    return [text[start:end] for start, end in pairwise(ends)]


@cache
def _chinese(run: str) -> tuple[str, ...]:
    """The words of Chinese characters without a mark between them, by the cheapest reading; none is of one letter."""
    words = _words()
    best: list[tuple[float, tuple[str, ...]]] = [(0.0, ())]
    for end in range(1, len(run) + 1):
        options = []
        for start in range(max(0, end - max(map(len, words))), end):
            word = run[start:end]
            if word in words or len(word) in UNKNOWN:
                cost, before = best[start]
                options.append((cost + (1.0 if word in words else UNKNOWN[len(word)]), (*before, word)))
        best.append(min(options, key=lambda one: one[0]))
    out: list[str] = []
    for word in best[-1][1]:
        if out and (len(word) == 1 or len(out[-1]) == 1):
            out[-1] += word
        else:
            out.append(word)
    return tuple(out)


@cache
def _words() -> frozenset[str]:
    return frozenset(WORDS.read_text("utf-8").split()[1:])


def table(columns: Sequence[TextColumn], rows: Sequence[Sequence[str]], width: int = 100, total: bool = False) -> str:
    """Rows of text under headings, at most ``width`` wide where columns can wrap or be given up.

    Parameters
    ----------
    rows : one text a column; ``total`` sets the last row off by a rule.

    Raises
    ------
    ValueError
        If a row has another number of cells than there are columns.
    """
    if any(len(row) != len(columns) for row in rows):
        raise ValueError(f"expected {len(columns)} cells in every row")
    kept = _kept(columns, rows, width)
    columns = [columns[i] for i in kept]
    cells = [[row[i] for i in kept] for row in rows]
    widths = _fitted(columns, cells, width)
    lines = list(_set([c.heading for c in columns], columns, widths, whole=True))
    rule = (" " * GAP).join("-" * w for w in widths)
    lines.append(rule)
    for number, row in enumerate(cells):
        if total and number == len(cells) - 1:
            lines.append(rule)
        lines += _set(row, columns, widths)
    return "\n".join(lines)


def _natural(columns: Sequence[TextColumn], rows: Sequence[Sequence[str]]) -> list[int]:
    return [
        max(_widest(text) for text in (column.heading, *(row[i] for row in rows))) for i, column in enumerate(columns)
    ]


def _least(columns: Sequence[TextColumn], rows: Sequence[Sequence[str]]) -> list[int]:
    """Widths below which no column is cut: what does not wrap may have its heading on two lines."""
    return [
        min(natural, column.least) if column.wraps else max([_narrowest(column.heading), *map(_widest, cells)])
        for column, natural, *cells in zip(columns, _natural(columns, rows), *rows, strict=True)
    ]


def _narrowest(heading: str) -> int:
    """Width at which a heading of one line takes two."""
    pieces = _pieces(heading, width_of(heading), word_ends(heading))
    widths = range(max([width_of(piece.strip()) for piece in pieces], default=0), width_of(heading))
    return next((w for w in widths if len(wrapped(heading, w, whole=True)) == 2), _widest(heading))


def _widest(text: str) -> int:
    return max(map(width_of, text.split("\n")))


def _kept(columns: Sequence[TextColumn], rows: Sequence[Sequence[str]], width: int) -> list[int]:
    """Columns that fit, those first given up left out."""
    least = _least(columns, rows)
    kept = list(range(len(columns)))
    while sum(least[i] + GAP for i in kept) - GAP > width:
        most = max(columns[i].give_up for i in kept)
        if most == 0:
            break
        kept.remove(next(i for i in reversed(kept) if columns[i].give_up == most))
    return kept


def _fitted(columns: Sequence[TextColumn], rows: Sequence[Sequence[str]], width: int) -> list[int]:
    """Widths that fit: wrapping columns share what is left, the widest giving way first; then headings are broken."""
    widths, least = _natural(columns, rows), _least(columns, rows)
    while sum(widths) + GAP * (len(widths) - 1) > width:
        can = [i for i, c in enumerate(columns) if c.wraps and widths[i] > least[i]]
        can = can or [i for i, c in enumerate(columns) if widths[i] > least[i]]
        if not can:
            break
        widths[max(can, key=lambda i: widths[i])] -= 1
    return widths


def _set(
    texts: Sequence[str], columns: Sequence[TextColumn], widths: Sequence[int], whole: bool = False
) -> Iterator[str]:
    """The lines of one row; ``whole``: as of `wrapped`."""
    parts = [
        wrapped(text, width, whole) if column.wraps or width_of(text) > width or "\n" in text else [text]
        for text, column, width in zip(texts, columns, widths, strict=True)
    ]
    for depth in range(max(len(part) for part in parts)):
        pieces = [
            padded(part[depth] if depth < len(part) else "", width, column.align)
            for part, column, width in zip(parts, columns, widths, strict=True)
        ]
        yield (" " * GAP).join(pieces).rstrip()


def numbered(texts: Sequence[str], width: int = 100) -> str:
    """Numbered paragraphs with a hanging indent."""
    digits = len(str(len(texts)))
    lines = []
    for number, text in enumerate(texts, start=1):
        first, *rest = wrapped(text, width - digits - 2)
        lines += [f"{number:>{digits}}. {first}", *(" " * (digits + 2) + line for line in rest)]
    return "\n".join(lines)


def heading(text: str) -> str:
    """A heading on a line of its own."""
    return f"\n{text}\n{'=' * width_of(text)}"
