"""Terms of the quotes side by side, what they leave open, and the price of one repaired unit by volume."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from warrantysim.files.quote_writing import quote_csv
from warrantysim.locale.wording import known, say
from warrantysim.report.charts.quotes import volume_chart
from warrantysim.report.quotes_sheet import read_sheet
from warrantysim.ui.language import lang, t
from warrantysim.ui.pieces.address import asked, pick, put
from warrantysim.ui.pieces.exports import exported_picture, offer_csv
from warrantysim.ui.pieces.pictures import held_picture
from warrantysim.ui.quotes_reading import Shown, prices, sheet
from warrantysim.ui.session import look

MOST = ("120", "300", "900", "3000")
"""Units a month the picture may reach to."""
USUAL = "300"


def show(one: Shown) -> None:
    """Draw the part."""
    if not one.quotes:
        st.info(t("quotes.no_quotes"))
        return
    frame = sheet(one.digest, one.quotes, one.world)
    flagged = frame[frame["flag"].isin(["missing", "ambiguous", "partial"])]
    foreign = frame[frame["flag"] == "foreign"].drop_duplicates(["quote", "desk"])
    st.markdown(f"**{t('quotes.terms_told', n=len(one.quotes), open=len(flagged), foreign=len(foreign))}**")
    st.subheader(t("quotes.terms"))
    told = read_sheet(one.world, one.quotes, lang(), frame)
    st.dataframe(told, hide_index=True, alt=t("quotes.terms_alt", n=len(told)), height=560)
    st.caption(t("quotes.terms_note", currency=one.currency))
    left, right, _ = st.columns([1, 1, 2])
    with left:
        offer_csv(told, f"{one.file}_terms", "quotes_terms_csv")
    with right:
        chosen = {q: one.world.partners[q] for q in one.quotes}
        st.download_button(
            t("quotes.as_file"), lambda: quote_csv(chosen).encode("utf-8-sig"), file_name=f"{one.file}_quotes.csv",
            mime="text/csv", key="quotes_as_file", on_click="ignore", type="tertiary", icon=":material/download:",
            help=t("quotes.as_file_help"),
        )  # fmt: skip
    _open(one, flagged)
    _by_volume(one)


def _open(one: Shown, flagged: pd.DataFrame) -> None:
    """What purchasing should ask for, and how the figures read it until then."""
    st.subheader(t("quotes.open"))
    if flagged.empty:
        st.write(t("quotes.nothing_open"))
        return
    rows = []
    for (quote, code, flag), here in flagged.groupby(["quote", "code", "flag"], sort=False):
        key = f"open.{code}.{flag}"
        text = say(key if known(key) else f"open.{code}", lang())
        rows.append((one.names[str(quote)], ", ".join(dict.fromkeys(here["desk"])), say(f"qflag.{flag}", lang()), text))
    told = pd.DataFrame(rows, columns=["quote", "desk", "flag", "term"])
    st.dataframe(
        told, hide_index=True, alt=t("quotes.open_alt", n=len(told)),
        column_config={
            "quote": say("qfile.quote", lang()), "desk": say("qfile.desk", lang()), "flag": t("quotes.col_flag"),
            "term": st.column_config.TextColumn(say("qfile.term", lang()), width="large"),
        },
    )  # fmt: skip
    offer_csv(told, f"{one.file}_open_terms", "quotes_open_csv")


def _by_volume(one: Shown) -> None:
    """The price of one repaired unit at every volume: all terms in one figure, nothing simulated."""
    st.subheader(t("quotes.volume"))
    skus = [
        row.sku for row in one.world.skus if any(one.world.partners[q].takes(row.sku, row.category) for q in one.quotes)
    ]
    if not skus:
        st.caption(t("quotes.no_rows"))
        return
    left, right = st.columns([2, 1])
    with left:
        sku = pick(st.selectbox, t("quotes.volume_sku"), skus, "quotes_sku")
    with right:
        if asked("quotes_most") is None:
            st.session_state["quotes_most"] = USUAL
        most = int(pick(st.segmented_control, t("quotes.volume_most"), MOST, "quotes_most"))
    frame = prices(one.digest, one.quotes, sku, most, one.world)
    if frame.empty:
        put("quotes_sku", "")
        st.caption(t("quotes.no_rows"))
        return
    picture = held_picture(
        (one.digest, *one.quotes, sku, str(most)),
        look(),
        lambda: volume_chart(frame, one.names, sku, one.currency, look=look()),
    )
    exported_picture(picture, f"{one.file}_by_volume", "quotes_by_volume")
    with st.expander(t("piece.data")):
        names = [str(name) for name in frame.columns]
        config = {name: st.column_config.NumberColumn(t(f"quotes.element_{name}"), format="%.2f") for name in names}
        config |= {"quote": st.column_config.TextColumn(say("qfile.quote", lang()))}
        config |= {"desk": st.column_config.TextColumn(say("qfile.desk", lang()))}
        config |= {"units": st.column_config.NumberColumn(t("quotes.element_units"), format="%d")}
        told = frame.assign(quote=[one.names[q] for q in frame["quote"]])
        st.dataframe(told, hide_index=True, column_config=config, alt=picture.title)
        offer_csv(told, f"{one.file}_by_volume", "quotes_by_volume_csv")
    st.caption(t("quotes.volume_note"))
