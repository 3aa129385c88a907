"""A chart with its text alternative, its words and its figures, held in memory, since drawing one takes time; a table
whose first column stays."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import pandas as pd
import streamlit as st

from warrantysim.report.charts.theme import Look, Picture, indent
from warrantysim.report.tables import width_of, wrapped
from warrantysim.ui.components.held import held
from warrantysim.ui.language import t


def held_picture(shows: tuple[str, ...], look: Look, draw: Callable[[], Picture]) -> Picture:
    """A picture, drawn the first time it is asked for; ``shows``: what it is of and depends on, as for `held`."""
    return held(("picture", look.lang, look.mode, *shows), draw)


def show_picture(picture: Picture, key: str, figures: pd.DataFrame | None = None, *, told: bool = False) -> None:
    """Draw a picture under its title; the takeaway is told beneath and read by screen readers.

    ``figures``: the frame behind it, to be opened below; ``told``: whether the page says the takeaway itself.
    """
    st.markdown(f"#### {escaped(picture.title)}")
    # Screen readers are told the takeaway, which the chart carries as its description. Of charts one below the other
    # Streamlit makes each as wide as the place, their axes beyond it: they get a place with room for these.
    room = "stacked_wide" if indent(picture.fitted) > NAMES else "stacked"
    with st.container(key=f"{room}_{key}" if "vconcat" in picture.fitted else None):
        st.vega_lite_chart(spec=picture.fitted, theme=None, key=key, width="stretch")
    if not told:
        st.caption(escaped(picture.takeaway))
    if figures is not None:
        with st.expander(t("piece.data")):
            show_table(figures, alt=picture.title)


def show_table(rows: Any, column_config: Mapping[str, Any] | None = None, **more: Any) -> Any:
    """A table without its index; the first column stays where the others are moved, as a narrow window has them moved.

    ``rows``, ``more``: as for ``st.dataframe``; rows are a frame or mappings.
    """
    config = dict(column_config or {})
    columns = getattr(rows, "columns", None)
    columns = more.get("column_order") or (
        list(columns) if columns is not None else [key for row in rows for key in row]
    )
    for first in columns[:1]:
        stated = config.get(first)
        config[first] = {**(stated if isinstance(stated, dict) else st.column_config.Column(stated)), "pinned": True}
        free = isinstance(rows, pd.DataFrame) and "row_height" not in more and not config[first].get("width")
        if free and (lines := lines_of(rows[first])) > 1:
            rows = rows.assign(**{first: rows[first].map(in_lines)})
            config[first]["width"], more["row_height"] = FIRST, ROW + LINE * (lines - 1)
    for name in columns if isinstance(rows, pd.DataFrame) else ():
        if name not in config and rows[name].map(type).eq(str).all():
            config[name] = st.column_config.Column(width=lone_width(list(rows[name]), str(name)))
    return st.dataframe(rows, hide_index=True, column_config=config, **more)


def lines_of(texts: Sequence[Any]) -> int:
    """Lines that the longest text of a first column is broken into: one where a telephone has room beside it."""
    said = [text for text in texts if isinstance(text, str)]
    if LETTER * max(map(width_of, said), default=0) + ROOM <= WIDEST:
        return 1
    return max(in_lines(text).count("\n") + 1 for text in said)


def in_lines(text: Any) -> Any:
    """A text of a first column in its lines: the grid would begin one with a Chinese comma. It shows their ends as
    blanks, so that what has room on one line is left whole."""
    return "\n".join(wrapped(text, FITTING)) if isinstance(text, str) else text


def lone_width(texts: Sequence[str], title: str) -> int | None:
    """Width that shows every text of a column few of whose cells have one; None where the grid finds it itself."""
    said = [text for text in texts if text]
    if not said or len(said) >= (1.0 - LONE) * len(texts):
        return None
    return min(WIDEST, ROOM + LETTER * max(map(width_of, (title, *said))))


def show_still(drawn: Mapping[str, str], picture: Picture) -> None:
    """Show a picture that was drawn here, under its title and above its takeaway: nothing is left for the browser to
    work out. ``drawn``: SVG of each of the `STILL_WIDTHS`, of which a window shows the one that is for it.
    """
    st.markdown(f"#### {escaped(picture.title)}")
    for window, width in STILL_WIDTHS.items():
        with st.container(key=f"still_{window}"):
            st.image(drawn[window], width=width, alt=picture.takeaway)
    st.caption(escaped(picture.takeaway))


LONE = 0.5
"""Share of empty cells from which on the width of a column is stated: a grid takes what stands alone for an outlier."""
LETTER, ROOM, WIDEST = 8, 20, 320
"""Width of a letter, of what is around a cell's text, and of the widest column of which it is stated [pixels]."""
FIRST, ROW, LINE = 200, 36, 20
"""Width of a first column with longer texts, height of a row and of each further line in it [pixels]."""
FITTING = 28
"""Letters that have room on a line of it, a Chinese one counted twice: measured, not as wide as `LETTER` allows for."""
STILL_WIDTHS = {"wide": 1040, "narrow": 350}
"""Widths of pictures drawn here, where there is room for them [pixels]."""
NAMES = 95
"""Names along the axes of charts one below the other that take more need a wider margin [pixels]."""
MARKS = "\\`*_{}[]()#+-.!|<>$:~"
"""Characters Markdown reads as marks."""


def escaped(text: str) -> str:
    """A text that Markdown shows as it is written: marks escaped, so that a product called ``**x**`` stays so;
    no line ends before a ``%``."""
    kept = re.sub(r"(?<=\d) (?=%)", "\u00a0", text)
    return "".join("\\" + c if c in MARKS else c for c in kept)


def show_list(frame: pd.DataFrame, alt: str, most: int = 8) -> None:
    """A table as high as its rows, up to so many."""
    show_table(frame, alt=alt, height=37 + 35 * min(len(frame), most))
