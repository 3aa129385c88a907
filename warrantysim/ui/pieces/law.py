"""What the law costs, on a page."""

from __future__ import annotations

import streamlit as st

from warrantysim.studies.decide.told import Told
from warrantysim.ui.language import t
from warrantysim.ui.pieces.answer import as_shown
from warrantysim.ui.pieces.pictures import plain


def show_law(told: Told) -> None:
    """Draw it, folded; nothing where nothing is demanded."""
    block = told.law()
    if block is None:
        return
    with st.expander(t("piece.law")):
        st.dataframe(as_shown(block), hide_index=True, height="content", alt=t("piece.law"))
        st.caption(plain(told.law_legend()))
