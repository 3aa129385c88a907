"""What purchasing negotiates with: winning prices, when a retainer pays, shared awards, what leaving costs."""

from __future__ import annotations

import streamlit as st

from warrantysim.report import figures
from warrantysim.report.charts.quotes import price_chart
from warrantysim.ui.language import t
from warrantysim.ui.pieces.exports import exported_picture
from warrantysim.ui.pieces.pictures import held_picture, plain
from warrantysim.ui.quotes_reading import Shown
from warrantysim.ui.quotes_tables import show_table
from warrantysim.ui.session import look


def show(one: Shown) -> None:
    """Draw the part."""
    found = one.found
    if found is None:
        st.info(t("quotes.study_first"))
        return
    st.subheader(t("quotes.prices"))
    if not found.prices:
        st.write(t("quotes.no_losers"))
    else:
        known = [price for price in found.prices if price.factor == price.factor]
        if known:
            names = [one.names[price.quote] for price in known]
            picture = held_picture(
                (one.key, "prices"),
                look(),
                lambda: price_chart([(p.factor, p.low, p.high) for p in known], names, look=look()),
            )
            exported_picture(picture, f"{one.file}_winning_prices", "quotes_prices")
        for price in found.prices:
            if price.factor != price.factor:
                st.markdown(f"- {plain(t('quotes.never', quote=one.names[price.quote]))}")
        show_table(one, "winning_prices")
        st.caption(t("quotes.prices_note"))
    st.subheader(t("quotes.retainer"))
    for sentence in one.page().pool_sentences():
        st.markdown(f"**{plain(sentence)}**")
    show_table(one, "pools")
    st.caption(t("quotes.pools_note"))
    st.markdown(f"**{t('quotes.crossovers')}**")
    show_table(one, "crossovers")
    st.subheader(t("quotes.awards"))
    show_table(one, "awards")
    st.caption(t("quotes.awards_note"))
    st.subheader(t("quotes.exits"))
    due = found.exits[found.exits["due"] > 0] if len(found.exits) else found.exits
    for row in due[due["notice_month"] == 0].to_dict("records"):
        st.markdown("- " + plain(t(
            "quotes.exit_told", quote=one.names[row["quote"]], desk=row["desk"], currency=row["currency"],
            due=figures.whole(row["due"]), n=row["months_due"],
        )))  # fmt: skip
    show_table(one, "exits")
    st.caption(t("quotes.exits_note"))
