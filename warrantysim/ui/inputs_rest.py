"""What the page *Data & assumptions* says of one scenario, and how its parts are searched."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd
import streamlit as st

from warrantysim.report.input_frames import MARKS, Touched, mark_name, marks_of
from warrantysim.schema.root import Scenario
from warrantysim.ui.components.address import pick_many
from warrantysim.ui.language import lang, t


@dataclass(frozen=True)
class Rest:
    """All that a scenario rests on."""

    ref: str
    """Which scenario."""
    digest: str
    """Digest of it."""
    scenario: Scenario
    """The scenario."""
    tables: pd.DataFrame
    """A row a table."""
    figures: pd.DataFrame
    """A row a figure outside tables."""
    register: pd.DataFrame
    """A row an assumption."""
    touched: Mapping[str, Touched]
    """Who changed what last, by path."""
    since: str
    """Day of the files it goes back to."""

    def stated(self) -> pd.DataFrame:
        """Figures that have a value."""
        return self.figures[self.figures["value"] != ""]

    def row_marks(self) -> dict[str, int]:
        """Rows of tables and stated figures by mark [count]."""
        found: Counter[str] = Counter(self.stated()["mark"])
        for table in Scenario.TABLES:
            found.update(marks_of(self.scenario, table))
        return {mark: found[mark] for mark in MARKS if found[mark]}


def searched(frame: pd.DataFrame, text: str, marks: list[str]) -> pd.DataFrame:
    """The rows in which every word occurs in some cell and whose mark is among those chosen; all where none is."""
    kept = frame
    if words := text.casefold().split():
        whole = kept.astype(str).agg(" ".join, axis=1).str.casefold() if len(kept) else pd.Series(dtype=str)
        for word in words:
            hit = whole.str.contains(word, regex=False)
            kept, whole = kept[hit], whole[hit]
    return kept[kept["mark"].isin(marks)] if marks and "mark" in kept else kept


def ask_search(key: str) -> tuple[str, list[str]]:
    """A search field and a choice of marks; both in the address."""
    left, right = st.columns([3, 2], vertical_alignment="bottom")
    text = left.text_input(
        t("inputs.search"), key=f"{key}_search", bind="query-params", placeholder=t("inputs.search_in"), max_chars=200
    )
    with right:
        marks = pick_many(
            t("inputs.marks"), [mark for mark in MARKS if mark], f"{key}_mark",
            format_func=lambda mark: mark_name(mark, lang()), placeholder=t("inputs.any_mark"),
        )  # fmt: skip
    return text, marks


def marked(frame: pd.DataFrame) -> pd.DataFrame:
    """A frame whose marks are letters with words."""
    return frame.assign(mark=[mark_name(mark, lang()) for mark in frame["mark"]])
