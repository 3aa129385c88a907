"""What an answer is made of, whoever shows it: sentences, typed tables and charts.

A study answers in blocks, once, in one language. Terminal, page and files render the same blocks, so they agree.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    import pandas as pd

    from warrantysim.report.charts.theme import Look, Picture

Role = Literal["title", "basis", "answer", "text", "head", "legend", "note", "warn", "command", "provenance"]
"""What a sentence is for: the headline, what the figures rest on, the answer, the heading of what follows, how to read
a table, what is said besides, what to type next (on terminals alone), or which model and scenario made them."""
Kind = Literal[
    "text", "whole", "signed", "one", "cents", "fine", "share", "tenth", "percent", "days", "number", "plus_minus"
]  # fmt: skip
"""How a figure is written: whole or signed money and counts, with one decimal, to the cent, with three decimals, a
share with none, one or two decimals, days, as it is, or as what a figure may be off by."""


@dataclass(frozen=True)
class Sentence:
    """One sentence, or a few that belong together."""

    text: str
    """What is said."""
    role: Role = "text"
    """What it is for."""


@dataclass(frozen=True)
class Points:
    """Sentences a line each, in order."""

    texts: Sequence[str]
    """What is said."""
    numbered: bool = False
    """Whether their order counts."""


@dataclass(frozen=True)
class Column:
    """One column of a table: where its figures are, what it is called and how they are written."""

    key: str
    """Column of the frame."""
    title: str
    """What stands above it."""
    kind: Kind = "text"
    """How its figures are written."""
    ends: tuple[str, str] | None = None
    """Columns of the interval of its figures, which is then shown with them."""
    only_ends: bool = False
    """Whether the interval stands in place of the figure."""
    adds: tuple[str, ...] = ()
    """Columns of its row that add up to its figures; a workbook adds them up live."""
    then: str = ""
    """Column of what its figures become, which is then shown behind an arrow."""
    infinite: str = ""
    """What stands where a figure is infinite."""
    digits: str = ""
    """Column of the decimals its figures have, where rows have units of their own [count]."""
    give_up: int = 0
    """Where there is too little room, columns are left out in falling order of this; 0 is never left out."""
    least: int = 0
    """Width below which a terminal breaks no text of it; the usual where 0 [columns of text]."""


@dataclass(frozen=True)
class TableOf:
    """A table: its frame has every column, those for people are listed."""

    name: str
    """Name of its file."""
    title: str
    """What it shows."""
    frame: pd.DataFrame
    """Rows; further columns go to files only."""
    columns: Sequence[Column]
    """What people see, in order."""
    most: int | None = None
    """Rows a terminal shows; None for all, 0 for a table that is left to pages and files."""
    more: str = ""
    """What is said where rows are left out."""
    total: bool = False
    """Whether the last row is the sum of the others."""


@dataclass(frozen=True)
class Chart:
    """A chart; drawn when it is shown, since drawing takes time."""

    name: str
    """Name of its file."""
    draw: Callable[[Look], Picture]
    """Draws it in a language and mode."""


@dataclass(frozen=True)
class Figure:
    """One headline figure."""

    title: str
    """What it is."""
    value: str
    """The figure."""
    where: str = ""
    """Where or when it was found."""
    beside: str = ""
    """The same under another rule."""


@dataclass(frozen=True)
class Figures:
    """A few headline figures, side by side where there is room."""

    figures: Sequence[Figure]
    """In order."""


@dataclass(frozen=True)
class Part:
    """A part of a long answer; a page shows one at a time, a terminal all of them."""

    name: str
    """What the address calls it."""
    title: str
    """What it is called where one is chosen."""
    blocks: Callable[[], Sequence[Block]]
    """Makes its blocks; made when it is shown, since some take time."""


@dataclass(frozen=True)
class Choice:
    """What a reader may choose while an answer is shown. What is chosen is a fact of the study by this name."""

    name: str
    """The fact."""
    title: str
    """What is chosen."""
    values: Mapping[str, str] | range
    """What each value is called; or whole numbers."""
    usual: str = ""
    """The value where nothing is chosen; the first where empty."""
    part: str = ""
    """Part of the answer it belongs to; empty for the whole."""

    @property
    def first(self) -> str:
        """The value where nothing is chosen."""
        return self.usual or str(next(iter(self.values)))


Block = Sentence | Points | Figures | TableOf | Chart | Part
