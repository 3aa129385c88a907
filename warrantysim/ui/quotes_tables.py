"""Tables of a study on the page: headings and cells in the session's language, figures as figures, each as CSV too."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd
import streamlit as st

from warrantysim.analysis.quote_findings import QuoteFindings
from warrantysim.locale.wording import Lang
from warrantysim.report import figures
from warrantysim.report.quotes_columns import TABLES, ReadTables, heading
from warrantysim.ui.language import lang, t
from warrantysim.ui.pieces.exports import offer_csv
from warrantysim.ui.quotes_reading import Shown

FORMATS = {"amount": "%,.0f", "share": "percent", "days": "%.1f", "count": "%,.0f", "tenth": "%,.1f"}
"""How figures of a kind are written; money has its currency before it."""


RANGES = {
    "low": "high", "saving_low": "saving_high", "alone_saving_low": "alone_saving_high",
    "added_saving_low": "added_saving_high", "factor_low": "factor_high",
}  # fmt: skip
"""Columns that are the two ends of an interval."""
WHOLE = 40
"""Rows up to which a table is shown without a scroll bar, so that its last row is seen."""
ENDS = {"money": figures.whole, "cents": figures.cents, "share": figures.share}


def read(one: Shown, table: str) -> pd.DataFrame:
    """A table of the study in the session's language; without rows where there is no study."""
    found = one.found
    return pd.DataFrame(columns=list(TABLES[table])) if found is None else _read(one.key, table, lang(), found)


@st.cache_data(max_entries=128, show_spinner=False)
def _read(run: str, table: str, language: Lang, _found: QuoteFindings) -> pd.DataFrame:
    return ReadTables(_found, language).frame(table)


def show_table(
    one: Shown, table: str, frame: pd.DataFrame | None = None, *, file: str = "", hide: Sequence[str] = ()
) -> None:
    """Draw a table, with a button that hands it out.

    ``frame``: rows of it to be shown, all where not given; ``file``: ending of the file's name, the table's own where
    not given; ``hide``: columns that are in the file alone.
    """
    shown = read(one, table) if frame is None else frame
    if not len(shown):
        st.caption(t("quotes.no_rows"))
        return
    codes = set(shown["currency"]) if "amount" in TABLES[table].values() else set()
    alone = [*hide, "currency"] if len(codes) == 1 else list(hide)
    told = with_ranges(shown, table).drop(columns=alone)
    st.dataframe(
        told,
        hide_index=True,
        height="content" if len(told) <= WHOLE else "auto",
        column_config={name: column(one, table, name, *codes) for name in told.columns},
        alt=t(f"quotes.alt_{table}", n=len(shown)),
        placeholder="-",
    )
    name = file or table
    offer_csv(shown, f"{one.file}_{name}", f"quotes_csv_{name}")


def with_ranges(frame: pd.DataFrame, table: str) -> pd.DataFrame:
    """The two ends of an interval in one column, in place of the lower one."""
    out = frame.copy()
    for low, high in RANGES.items():
        if low in out and high in out:
            write = ENDS[TABLES[table][low]]
            ends = zip(frame[low], frame[high], strict=True)
            out[low] = ["" if a != a or b != b else f"{write(a)} .. {write(b)}" for a, b in ends]
            out = out.drop(columns=high)
    return out


def column(one: Shown, table: str, name: str, *codes: str) -> Any:
    """How a column is shown; ``codes``: currencies of its amounts, written before them where there is one alone."""
    if name in RANGES:
        return st.column_config.TextColumn(t("quotes.interval"), alignment="right")
    kind, label = TABLES[table][name], heading(table, name, lang())
    if kind == "text":
        return st.column_config.TextColumn(label)
    if kind == "yes":
        return st.column_config.CheckboxColumn(label)
    if kind in ("money", "cents"):
        digits = 0 if kind == "money" else 2
        return st.column_config.NumberColumn(label, format=f"{one.currency} %,.{digits}f")
    before = f"{codes[0]} " if kind == "amount" and len(codes) == 1 else ""
    return st.column_config.NumberColumn(label, format=f"{before}{FORMATS[kind]}")
