"""What a seller's history says of lives, drawn: failures by age beside the fit, and the Nevada chart."""

from __future__ import annotations

import altair as alt
import pandas as pd

from warrantysim.locale.wording import say
from warrantysim.report import figures
from warrantysim.report.charts.rules import nothing, row_at
from warrantysim.report.charts.theme import LIGHT, Look, Picture, picture

MOST_MONTHS = 30
"""Months of sale and of claim drawn, the last ones; fields of more have no room for their figures."""


def hazard_chart(ages: pd.DataFrame, *, look: Look = LIGHT) -> Picture:
    """Claims a thousand units in each month of age: marks with intervals as seen, a line as fitted.

    ``ages``: columns age [months], seen, low, high, fitted, claims, units.
    """
    title = look.say("hazard")
    if not len(ages):
        return nothing(look.say("pareto.nothing"), title, look)
    x = alt.X("age:Q", axis=alt.Axis(title=look.say("age_months"), format="d", tickMinStep=1))
    y = alt.Y("seen:Q", axis=alt.Axis(title=look.say("claims_per_thousand"), tickCount=5), scale=alt.Scale(domainMin=0))
    base = alt.Chart(ages)
    tooltip = ["age", *(alt.Tooltip(f"{name}:Q", format=".2f") for name in ("seen", "low", "high", "fitted"))]
    bars = base.mark_rule(strokeWidth=2, color=look.colour("unsure")).encode(x=x, y="low:Q", y2="high:Q")
    marks = base.mark_point(filled=True, size=45, opacity=1, color=look.colour("base")).encode(
        x=x, y=y, tooltip=tooltip
    )
    line = base.mark_line(strokeWidth=2, color=look.colour("saving")).encode(x=x, y="fitted:Q", tooltip=tooltip)
    outside = int(((ages["fitted"] < ages["low"]) | (ages["fitted"] > ages["high"])).sum())
    said = look.say("hazard.said", n=outside, all=len(ages), claims=figures.whole(float(ages["claims"].sum())))
    return picture(alt.layer(bars, line, marks).properties(width=560, height=240), title, said, look)


def nevada_chart(cells: pd.DataFrame, *, look: Look = LIGHT) -> Picture:
    """The Nevada chart: claims by month of sale and month of claim, a field each.

    ``cells``: columns sold_month, claim_month, claims, units.
    """
    title = look.say("nevada")
    if not len(cells):
        return nothing(look.say("pareto.nothing"), title, look)
    last = sorted(set(cells["sold_month"]) | set(cells["claim_month"]))[-MOST_MONTHS:]
    frame = cells[cells["sold_month"].isin(last) & cells["claim_month"].isin(last)].copy()
    frame["text"] = [figures.whole(claims) for claims in frame["claims"]]
    x = alt.X("claim_month:O", axis=alt.Axis(title=look.say("claim_month"), labelAngle=-60))
    y = alt.Y("sold_month:O", axis=alt.Axis(title=look.say("sold_month")))
    tooltip = [
        "sold_month",
        "claim_month",
        alt.Tooltip("claims:Q", format=",.0f"),
        alt.Tooltip("units:Q", format=",.0f"),
    ]
    colour = alt.Color(
        "claims:Q",
        scale=alt.Scale(scheme="blues", reverse=look.mode == "dark", domainMin=0),
        legend=alt.Legend(title=say("acol.claims", look.lang), gradientLength=200),
    )
    fields = alt.Chart(frame).mark_rect().encode(x=x, y=y, color=colour, tooltip=tooltip)
    top = row_at(frame, "claims")
    said = look.say(
        "nevada.said",
        claims=figures.whole(float(cells["claims"].sum())),
        sold=top["sold_month"],
        made=top["claim_month"],
        most=figures.whole(float(top["claims"])),
    )
    texts = alt.Chart(frame).mark_text(fontSize=8, color=look.colour("ink")).encode(x=x, y=y, text="text:N")
    wide = len(last) <= MOST_MONTHS // 2
    chart = alt.layer(fields, texts) if wide else alt.layer(fields)
    return picture(chart.properties(width=560, height=alt.Step(14)), title, said, look)
