"""Figures outside tables, and how uncertain they are: searched by words in either language, by path or by mark."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from warrantysim.ui.components.exports import offer_csv
from warrantysim.ui.inputs_rest import Rest, ask_search, marked, searched
from warrantysim.ui.language import t


def show_figures(rest: Rest) -> None:
    """Every single figure with its unit, source, mark, and who changed it when."""
    text, marks = ask_search("inputs")
    every = st.toggle(t("inputs.also_unset"), key="inputs_unset", bind="query-params")
    frame = rest.figures if every else rest.stated()
    found = searched(frame, text, marks)
    st.caption(t("inputs.found", n=len(found), rows=len(frame)))
    if found.empty:
        st.info(t("inputs.no_rows"))
        return
    st.dataframe(
        marked(found),
        hide_index=True,
        key="inputs_figures",
        height=520,
        alt=t("inputs.figures_alt", n=len(found)),
        column_config={
            "section": t("inputs.section"),
            "path": st.column_config.TextColumn(t("inputs.path"), width="medium"),
            "called": st.column_config.TextColumn(t("inputs.called"), width="medium"),
            "value": t("inputs.value"),
            "unit": t("inputs.unit"),
            "range": t("inputs.range"),
            "mark": t("inputs.mark"),
            "source": st.column_config.TextColumn(t("inputs.source"), width="medium"),
            "doc": st.column_config.TextColumn(t("inputs.doc"), width="large"),
            **_changed(),
        },
        column_order=(
            "called", "value", "unit", "mark", "source", "changed", "who", "version", "path", "range", "doc", "section",
        ),
    )  # fmt: skip
    offer_csv(found, f"figures-{rest.ref.replace('@', '-')}-{rest.digest[:8]}", "inputs_figures_csv")
    st.caption(t("inputs.figures_note"))


def show_register(rest: Rest) -> None:
    """How low and how high uncertain figures may lie, and why."""
    if rest.register.empty:
        st.info(t("inputs.no_register"))
        return
    text, marks = ask_search("inputs")
    found = searched(rest.register, text, marks)
    st.caption(t("inputs.found", n=len(found), rows=len(rest.register)))
    if found.empty:
        st.info(t("inputs.no_rows"))
        return
    shown: pd.DataFrame = marked(found).drop(columns="why")
    st.dataframe(
        shown,
        hide_index=True,
        key="inputs_register",
        height=520,
        alt=t("inputs.register_alt", n=len(found)),
        column_config={
            "called": st.column_config.TextColumn(t("inputs.called"), width="medium"),
            "path": st.column_config.TextColumn(t("inputs.path"), width="medium"),
            "value": t("inputs.stated"),
            "unit": t("inputs.unit"),
            "low": t("inputs.low"),
            "high": t("inputs.high"),
            "reason": st.column_config.TextColumn(t("inputs.reason"), width="medium"),
            "mark": t("inputs.mark"),
            "source": t("inputs.source"),
            **_changed(),
        },
        column_order=(
            "called", "value", "unit", "low", "high", "reason", "mark", "source", "changed", "who", "version", "path",
        ),
    )  # fmt: skip
    offer_csv(found, f"assumptions-{rest.ref.replace('@', '-')}-{rest.digest[:8]}", "inputs_register_csv")
    st.caption(t("inputs.register_note"))


def _changed() -> dict[str, str]:
    return {"changed": t("inputs.changed"), "who": t("inputs.who"), "version": t("inputs.version")}
