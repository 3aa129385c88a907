"""What each contract would have billed, month by month, with its sum and what a minimum not filled adds."""

from __future__ import annotations

from functools import partial

import streamlit as st

from warrantysim.locale.wording import say
from warrantysim.report.charts.quotes import statement_chart
from warrantysim.report.quotes_bills import COLUMNS, bills, with_sums
from warrantysim.ui.language import lang, t
from warrantysim.ui.pieces.address import pick
from warrantysim.ui.pieces.exports import exported_picture
from warrantysim.ui.pieces.pictures import held_picture, plain
from warrantysim.ui.quotes_reading import Shown
from warrantysim.ui.quotes_tables import read, show_table
from warrantysim.ui.session import look


def show(one: Shown) -> None:
    """Draw the part."""
    found = one.found
    if found is None:
        st.info(t("quotes.study_first"))
        return
    if found.months.empty:
        st.info(t("quotes.no_bills"))
        return
    frame = bills(found.months, found.study.world.horizon)
    # Contracts that are signed come first: theirs is the bill to expect.
    quotes = sorted(dict.fromkeys(frame["quote"]), key=lambda q: q not in found.study.best.signed)
    quote = pick(
        st.segmented_control, t("quotes.whose_bill"), quotes, "quotes_bill", format_func=lambda q: plain(one.names[q])
    )
    signed = quote in found.study.best.signed
    whole = read(one, "bills")
    for desk in dict.fromkeys(frame.loc[frame["quote"] == quote, "desk"]):
        rows = (frame["quote"] == quote) & (frame["desk"] == desk)
        name = f"{one.names[quote]} · {desk}"
        picture = held_picture(
            (one.key, "bill", str(quote), str(desk)),
            look(),
            partial(statement_chart, frame[rows], name, look=look()),
        )
        exported_picture(picture, f"{one.file}_bill_{quote}_{desk}", f"quotes_bill_{quote}_{desk}")
        told = with_sums(whole[rows.to_numpy()], say("quotes.sum", lang()))
        empty = [c for c in COLUMNS if c != "shortfall" and not told[c].abs().max() > 0.5]
        show_table(one, "bills", told, file=f"bill_{quote}_{desk}", hide=["quote", "desk", *empty])
    st.caption(t("quotes.bill_note" if signed else "quotes.bill_loser", quote=plain(one.names[quote])))
