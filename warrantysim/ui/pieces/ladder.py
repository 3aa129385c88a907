"""The ladder on a page: what it saves, and its lines."""

from __future__ import annotations

import streamlit as st

from warrantysim.decision.decide import Decision
from warrantysim.locale.wording import say
from warrantysim.report.ladder_text import ladder_lines, ladder_sentences
from warrantysim.schema.root import Scenario
from warrantysim.ui.language import lang
from warrantysim.ui.pieces.pictures import plain


def show_ladder(decision: Decision, scenario: Scenario, open_at_once: bool = True) -> None:
    """Draw it; nothing where the decision has none."""
    said = list(ladder_sentences(decision, scenario, lang()))
    if not said:
        return
    st.subheader(say("ladder.title", lang()))
    for text in said:
        st.markdown(plain(text))
    lines = "\n".join(f"{k}. {plain(line)}" for k, line in enumerate(ladder_lines(decision, scenario, lang()), start=1))
    with st.expander(say("ladder.fold", lang()), expanded=open_at_once):
        st.markdown(lines)
    st.caption(say("ladder.behind", lang()))
