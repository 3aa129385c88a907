"""What a good unit costs, what that is made of, and the work behind it: units, queues, turnaround."""

from __future__ import annotations

import streamlit as st

from warrantysim.locale.wording import named
from warrantysim.report import figures
from warrantysim.report.charts.quotes import landed_chart
from warrantysim.ui.language import lang, t
from warrantysim.ui.pieces.address import pick
from warrantysim.ui.pieces.exports import exported_picture
from warrantysim.ui.pieces.pictures import held_picture, plain
from warrantysim.ui.quotes_reading import Shown
from warrantysim.ui.quotes_tables import read, show_table
from warrantysim.ui.session import look

READINGS = ("promised", "haircut")


def show(one: Shown) -> None:
    """Draw the part."""
    found = one.found
    if found is None:
        st.info(t("quotes.study_first"))
        return
    units = found.good_units
    if units.empty:
        st.info(t("quotes.no_units"))
    else:
        reading = pick(
            st.segmented_control, t("quotes.reading"), list(READINGS), "quotes_reading",
            format_func=lambda name: named("reading", name, lang()),
        )  # fmt: skip
        picture = held_picture(
            (one.key, "landed", reading),
            look(),
            lambda: landed_chart(units[units["reading"] == reading], one.names, one.currency, look=look()),
        )
        middle = units[(units["reading"] == reading) & (units["volume"] == "P50")].sort_values("landed")
        parts = [
            t("quotes.units_part", quote=one.names[r["quote"]], currency=one.currency, cost=figures.cents(r["landed"]),
              low=figures.cents(r["low"]), high=figures.cents(r["high"]))
            for r in middle.to_dict("records")
        ]  # fmt: skip
        if parts:
            st.markdown(f"**{plain(t('quotes.units_told', parts=t('quotes.and').join(parts)))}**")
        exported_picture(picture, f"{one.file}_good_unit_{reading}", f"quotes_landed_{reading}")
        told = read(one, "good_units")
        mine = told[told["reading"] == named("reading", reading, lang())]
        show_table(one, "good_units", mine, hide=["reading"])
        st.caption(t("quotes.units_note"))
    st.subheader(t("quotes.work"))
    for row in found.work.to_dict("records"):
        st.markdown("- " + plain(t(
            "quotes.work_told" if row["units"] else "quotes.work_none", quote=one.names[row["quote"]],
            units=figures.whole(row["units"]), good=figures.whole(row["good"]), busy=figures.share(row["utilisation"]),
            wait=figures.days(row["wait_days"]), p90=figures.days(row["days_p90"]),
            late=figures.share(row["late_share"]),
        )))  # fmt: skip
    show_table(one, "work")
    st.caption(t("quotes.work_note"))
