"""Text that cannot act: neither on a terminal, nor in a log, nor in a spreadsheet.

What is read holds no control characters (`LINE`, `TEXT`); what is written passes `one_line` on its way to a terminal
or a log, and `text_cell` on its way into a table. There is no other way out: tests find every writer.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from typing import Any

_TURNING = "\u202a-\u202e\u2066-\u2069"
"""Characters that turn the direction of what follows."""
LINE = f"^[^\x00-\x1f\x7f-\x9f\u2028\u2029{_TURNING}]*$"
"""Pattern of a name, an id or a title: no control character, no line break."""
TEXT = f"^[^\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029{_TURNING}]*$"
"""Pattern of a longer text, which may have several lines."""
CONTROL = re.compile(f"[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f{_TURNING}\ud800-\udfff\ufffe\uffff]")
"""Characters a terminal obeys, and those no file may hold; breaks of lines and columns are not among them."""
_UNSEEN = re.compile(
    "[\u00ad\u061c\u180e\u200b-\u200f\u2060-\u2064\u206a-\u206f\ufeff\ufff9-\ufffb\U000e0000-\U000e007f]"
)
_BREAKS = re.compile("[\t\n\x0b\x0c\r\x1c-\x1f\x85\u2028\u2029]+")
_BLANKS = re.compile("[\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]")
_PARTING = re.compile(
    r"(?<=[;,|])(?=[\s'\"`]*[=+\-@\uff1d\uff0b\uff0d\uff20\ufe66\ufe62\ufe63\ufe6b\u207a\u207b\u207c\u2212])"
)
_FIGURE = re.compile(r"[+\-\u2212]\s*[0-9][0-9.]*\s*%?(?=\s*(?:$|[;,|])|\s+\w)")
_STARTS = "=+-@"
_SURE = re.compile(r"\w(?:[\w .:/()%#-]*[\w.:/()%#])?")
"""Texts that need no second look: most do not."""


def one_line(text: object) -> str:
    """A text on one line with nothing in it that a terminal obeys: breaks become blanks, the rest goes."""
    return CONTROL.sub("", _BREAKS.sub(" ", str(text)))


def printable(text: str) -> str:
    """A text of several lines with nothing else in it that a terminal obeys."""
    return CONTROL.sub("", re.sub("\r\n?|[\x0b\x0c\x1c-\x1f\x85\u2028\u2029]", "\n", text))


def normal(text: str) -> str:
    """A text as a spreadsheet takes it in: one line, plain blanks, nothing unseen."""
    return _BLANKS.sub(" ", _UNSEEN.sub("", one_line(text))).strip()


def text_cell(value: Any) -> Any:
    """A value as a cell of a table that no spreadsheet runs, whatever separates its cells. What is no text stays.

    A text is made `normal`, then gets an apostrophe where it begins like a formula, and behind every mark that some
    spreadsheet parts cells at (``;`` in German) where a formula would begin. `uncell` takes these off again.
    """
    if not isinstance(value, str) or _SURE.fullmatch(value):
        return value
    text = normal(value)
    if _begins(text):
        text = f"'{text}"
    return _parted(text, lambda rest: f"'{rest}")


def uncell(text: str) -> str:
    """The text that `text_cell` guarded."""
    if "'" not in text:
        return text
    text = _parted(text, lambda rest: rest[1:] if rest.startswith("'") else rest)
    return text[1:] if text.startswith("'") and _begins(text[1:]) else text


def _parted(text: str, change: Any) -> str:
    """The text with what stands behind each parting mark changed, where a formula would begin there."""
    if not any(mark in text for mark in ";,|"):
        return text
    pieces = _PARTING.split(text)
    return pieces[0] + "".join(piece if _figure(piece) else change(piece) for piece in pieces[1:])


def _figure(text: str) -> bool:
    """Whether a text begins with a signed figure and nothing that would reckon with it."""
    return _FIGURE.match(text.lstrip(" '\"`")) is not None


def _begins(text: str) -> bool:
    """Whether a spreadsheet takes a text for a formula; a mark alone is none, nor is a figure with a unit behind it."""
    bare = text.lstrip(" '\"`")
    if len(bare) < 2 or _FIGURE.match(bare):
        return False
    first = unicodedata.normalize("NFKC", bare[0])
    return first[:1] in _STARTS or first == "\u2212"


def text_lines(value: Any) -> Any:
    """A value as a cell of several lines, each of them guarded as `text_cell` guards one."""
    return "\n".join(map(text_cell, printable(value).split("\n"))) if isinstance(value, str) else value


def delimited(
    rows: Iterable[Sequence[Any]], separator: str = ",", end: str = "\n", cell: Callable[[Any], Any] = text_cell
) -> str:
    """Rows as text with every cell guarded and in quotes; None is an empty cell. With `text_lines` breaks stay."""
    return "".join(separator.join(_quoted(cell(value)) for value in row) + end for row in rows)


def _quoted(guarded: Any) -> str:
    text = "" if guarded is None else str(guarded)
    return '"' + text.replace('"', '""') + '"'


LONGEST_ID = 60
"""Longest id made from a title [characters]."""


def id_of(title: str, usual: str = "what-if") -> str:
    """An id made from a title in any language: its Latin letters and digits, and where others were lost, of which the
    title is known again, six more."""
    folded = unicodedata.normalize("NFKD", title).casefold()
    words = re.sub(r"[^a-z0-9]+", "-", "".join(c for c in folded if not unicodedata.combining(c))).strip("-")
    lost = any(c.isalnum() and not c.isascii() for c in folded)
    mark = f"-{hashlib.sha256(title.encode()).hexdigest()[:6]}" if lost else ""
    return f"{(words or usual)[: LONGEST_ID - len(mark)].strip('-')}{mark}"
