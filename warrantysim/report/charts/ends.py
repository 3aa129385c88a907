"""How claims end for customers: shares of claims by end, a bar a group."""

from __future__ import annotations

import altair as alt
import pandas as pd

from warrantysim.locale.wording import named
from warrantysim.report import figures
from warrantysim.report.charts.costs import FITS
from warrantysim.report.charts.rules import nothing
from warrantysim.report.charts.theme import LIGHT, SERIES, Look, Picture, ink_on, picture

BESIDE = ("disputed", "dispute_lost")
"""What can happen to a claim besides its end, and so is no part of the whole."""
LEGIBLE = 0.04
"""Parts narrower than this share carry no figure."""


def ends_chart(ends: pd.DataFrame, by: str, *, look: Look = LIGHT) -> Picture:
    """A bar a group, a part an end.

    ``ends``: columns ``by``, end, claims, share, as `quality_tables.ends`.
    """
    frame = ends[~ends["end"].isin(BESIDE)].copy()
    totals = frame.groupby("end", sort=False)["claims"].sum().sort_values(ascending=False, kind="stable")
    if not totals.sum():
        return nothing(look.say("pareto.nothing"), look.say("ends"), look)
    order = [end for end in totals.index if totals[end] > 0]
    frame = frame[frame["end"].isin(order) & frame["share"].notna()]
    frame["part"] = [named("end", end, look.lang) for end in frame["end"]]
    parts = [named("end", end, look.lang) for end in order]
    frame["order"] = frame["end"].map({end: k for k, end in enumerate(order)})
    frame = frame.sort_values([by, "order"])
    frame["to"] = frame.groupby(by, sort=False)["share"].cumsum()
    frame["from"] = frame["to"] - frame["share"]
    frame["middle"] = (frame["from"] + frame["to"]) / 2
    frame["text"] = [figures.share(s, 0) if s > LEGIBLE else "" for s in frame["share"]]
    colours = {part: SERIES[k % len(SERIES)] for k, part in enumerate(parts)}
    frame["ink"] = [ink_on(colours[part]) for part in frame["part"]]
    y = alt.Y(f"{by}:N", sort=list(dict.fromkeys(frame[by])), axis=alt.Axis(title=None, ticks=False, domain=False))
    x = alt.X("from:Q", axis=alt.Axis(title=look.say("share_claims"), format="%"), scale=alt.Scale(domain=[0, 1]))
    bars = (
        alt.Chart(frame)
        .mark_bar(height=22, stroke=look.colour("paper"), strokeWidth=1)
        .encode(
            x=x,
            x2="to:Q",
            y=y,
            color=alt.Color(
                "part:N",
                sort=parts,
                scale=alt.Scale(domain=parts, range=list(colours.values())),
                legend=alt.Legend(title=None, columns=4),
            ),
            tooltip=[by, "part", alt.Tooltip("share:Q", format=".1%"), alt.Tooltip("claims:Q", format=",.0f")],
        )
    )
    inside = (
        alt.Chart(frame)
        .mark_text(fontSize=11, opacity=alt.expr(FITS))
        .encode(x="middle:Q", y=y, text="text:N", color=alt.Color("ink:N", scale=None))
    )
    whole = float(totals.sum())
    said = look.say(
        "ends.said",
        first=named("end", order[0], look.lang),
        share=figures.share(float(totals.iloc[0]) / whole),
        **{end: figures.share(float(totals.get(end, 0.0)) / whole) for end in ("solved", "denied", "lapsed")},
    )
    return picture(alt.layer(bars, inside).properties(width=560, height=alt.Step(30)), look.say("ends"), said, look)
