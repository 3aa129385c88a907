"""A study's answer on a page: the blocks the terminal prints, with charts, and every table as a file."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import pandas as pd
import streamlit as st

from warrantysim.present.blocks import Chart, Column, Sentence, TableOf
from warrantysim.present.cells import cell
from warrantysim.report.rows import rows_of
from warrantysim.store.stored_run import StoredRun
from warrantysim.studies import study_of
from warrantysim.ui.language import lang, t
from warrantysim.ui.pieces.exports import exported_picture, offer_csv
from warrantysim.ui.pieces.pictures import held_picture, plain
from warrantysim.ui.session import look

FORMATS = {
    "whole": "%,.0f",
    "signed": "%+,.0f",
    "cents": "%,.2f",
    "fine": "%,.3f",
    "days": "%.1f",
    "number": "%g",
    "share": "percent",
    "tenth": "percent",
    "percent": "percent",
    "plus_minus": "± %,.0f",
}
"""How a page writes each kind of figure."""
SHOWN: dict[str, Callable[[str], object]] = {
    "text": lambda text: st.markdown(plain(text)),
    "basis": lambda text: st.caption(plain(text)),
}
"""Sentences a page shows; headline, version and seed stand elsewhere on it."""


def _unsaid(text: str) -> None:
    """Said elsewhere on the page."""


def show_answer(run: StoredRun, facts: Mapping[str, Any] | None = None) -> None:
    """Everything a stored study answers; ``facts``: what this page calls cases and levers."""
    file = f"warrantysim_{run.kind}_{run.id}"
    stored = run.stored if facts is None else replace(run.stored, facts={**run.stored.facts, **facts})
    for block in study_of(run.kind).answer(stored, lang()):
        key = f"answer_{run.kind}_{getattr(block, 'name', '')}"
        if isinstance(block, Sentence):
            SHOWN.get(block.role, _unsaid)(block.text)
        elif isinstance(block, Chart):
            picture = held_picture((run.id, block.name, repr(facts)), look(), lambda block=block: block.draw(look()))  # type: ignore[misc]
            exported_picture(picture, f"{file}_{block.name}", f"{key}_chart")
        else:
            _table(block, run.stored.tables.get(block.name, block.frame), f"{file}_{block.name}", key)


def _table(block: TableOf, whole: pd.DataFrame, file: str, key: str) -> None:
    """The columns for people; the file has all of them under their English keys."""
    shown: dict[str, list[Any]] = {}
    config: dict[str, Any] = {}
    for column in block.columns:
        for name, title in _parts(column):
            if column.kind == "text" or (column.ends and not column.only_ends):
                shown[name] = [cell(row, column) for row in rows_of(block.frame)]
                config[name] = st.column_config.TextColumn(title)
            else:
                shown[name] = block.frame[name].to_list()
                config[name] = st.column_config.NumberColumn(title, format=FORMATS[column.kind])
    st.markdown(f"**{plain(block.title)}**")
    st.dataframe(pd.DataFrame(shown), hide_index=True, column_config=config, alt=block.title, key=key, placeholder="")
    offer_csv(whole, file, f"{key}_csv")


def _parts(column: Column) -> list[tuple[str, str]]:
    """Columns of figures of one column, with their titles: both ends where it is an interval alone."""
    if column.ends is None or not column.only_ends:
        return [(column.key, column.title)]
    return [(column.ends[0], t("compare.col_low")), (column.ends[1], t("compare.col_high"))]
