"""A table under translated headers, with its figures written alike everywhere, and the same as a file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd
import streamlit as st

from warrantysim.report.floor_tables import for_people
from warrantysim.ui.language import lang, t
from warrantysim.ui.pieces.exports import offer_csv


def show_table(
    frame: pd.DataFrame,
    columns: Sequence[str],
    file: str,
    key: str,
    alt: str,
    *,
    titles: Mapping[str, str] | None = None,
    currency: str = "",
    shares: Sequence[str] = (),
    decimals: Sequence[str] = (),
) -> None:
    """Show the columns chosen; the file has all of them under their English keys.

    ``alt``: what the table says, for screen readers; ``shares``: columns that are shares besides those that always are;
    ``decimals``: columns with two decimals.
    """
    shown, formats = for_people(
        frame,
        columns,
        lang(),
        titles=titles,
        currency=currency,
        everywhere=t("counted.everywhere"),
        shares=shares,
        decimals=decimals,
    )
    config = {name: st.column_config.NumberColumn(format=text) for name, text in formats.items()}
    st.dataframe(shown, hide_index=True, column_config=config, alt=alt, key=key, placeholder="")
    offer_csv(frame, file, f"{key}_csv")
