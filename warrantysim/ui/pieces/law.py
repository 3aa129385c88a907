"""What the law costs, on a page."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from warrantysim.decision.decide import Decision
from warrantysim.report.law_report import law_heads, law_legend, law_rows
from warrantysim.schema.root import Scenario
from warrantysim.ui.language import lang, t
from warrantysim.ui.pieces.pictures import plain


def show_law(decision: Decision, scenario: Scenario) -> None:
    """Draw it, folded; nothing where nothing is demanded."""
    rows = law_rows(decision, scenario, lang())
    if not rows:
        return
    with st.expander(t("piece.law")):
        frame = pd.DataFrame(rows).set_axis(law_heads(decision, scenario, lang()), axis=1)
        st.dataframe(frame, hide_index=True, height="content", alt=t("piece.law"))
        st.caption(plain(law_legend(scenario, lang())))
