"""A saving in its four parts."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
import streamlit as st

from warrantysim.report import figures
from warrantysim.ui.language import t


def show_parts(rows: Sequence[tuple[str, float, str]], currency: str, whole: float) -> None:
    """The parts with their intervals and the whole; nothing for a decision stored without."""
    if not rows:
        return
    heads = [t("piece.part"), t("piece.part_saves", currency=currency), t("piece.part_interval")]
    told = [
        (title, figures.signed(saving), ends) for title, saving, ends in (*rows, (t("piece.part_whole"), whole, ""))
    ]
    frame = pd.DataFrame(told, columns=heads)
    st.dataframe(frame, hide_index=True, alt=t("piece.parts_alt"))
    st.caption(t("piece.parts_how"))
