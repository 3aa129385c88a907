"""A saving in its four parts."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
import streamlit as st

from warrantysim.report import figures
from warrantysim.report.saving_parts import PartRow
from warrantysim.ui.language import t


def show_parts(rows: Sequence[PartRow], currency: str, whole: float) -> None:
    """The parts with their intervals and the whole; nothing for a decision stored without."""
    if not rows:
        return
    heads = [t("piece.part"), t("piece.part_saves", currency=currency), t("piece.part_interval")]
    total = PartRow(t("piece.part_whole"), figures.signed(whole), "")
    frame = pd.DataFrame([*rows, total]).set_axis(heads, axis=1)
    st.dataframe(frame, hide_index=True, alt=t("piece.parts_alt"))
    st.caption(t("piece.parts_how"))
