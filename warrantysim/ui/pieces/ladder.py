"""The ladder on a page: what it saves, and its lines."""

from __future__ import annotations

import streamlit as st

from warrantysim.present.blocks import Points
from warrantysim.studies.decide.told import Told
from warrantysim.ui.pieces.answer import points
from warrantysim.ui.pieces.pictures import plain


def show_ladder(told: Told, open_at_once: bool = True) -> None:
    """Draw it; nothing where the decision has none."""
    said = list(told.ladder())
    if not said:
        return
    st.subheader(told.say("ladder.title"))
    for text in said:
        st.markdown(plain(text))
    with st.expander(told.say("ladder.fold"), expanded=open_at_once):
        st.markdown(points(Points(told.ladder_lines(), numbered=True)))
    st.caption(told.say("ladder.behind"))
