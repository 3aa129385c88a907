"""A control chart: cohorts of sale against the limits of luck."""

from __future__ import annotations

import altair as alt
import pandas as pd

from warrantysim.report import figures
from warrantysim.report.charts.rules import nothing, row_at
from warrantysim.report.charts.theme import LIGHT, Look, Picture, picture


def control_chart(cohorts: pd.DataFrame, what: str, *, look: Look = LIGHT) -> Picture:
    """A mark a month of sale, the failures expected of it as a line, its limits as a band; marks beyond stand out.

    Parameters
    ----------
    cohorts : columns sold_month, per_thousand, expected, limit_low, limit_high, signal, as `quality.judged`.
    what : product and fault, in words.
    """
    title = look.say("control", what=what)
    if not len(cohorts) or not cohorts["per_thousand"].any():
        return nothing(look.say("pareto.nothing"), title, look)
    frame = cohorts.sort_values("sold_month", ignore_index=True)
    kinds = {"": "in", "above": "out", "below": "out", "few": "untold"}
    frame["what"] = [look.say(f"control.{kinds[one]}") for one in frame["signal"]]
    x = alt.X("sold_month:O", axis=alt.Axis(title=look.say("sold_month"), labelAngle=0))
    axis = alt.Axis(title=look.say("per_thousand"), tickCount=5)
    base = alt.Chart(frame)
    figure = [
        alt.Tooltip(f"{name}:Q", format=".2f") for name in ("per_thousand", "expected", "limit_low", "limit_high")
    ]
    told = alt.Chart(frame.dropna(subset=["limit_high"]))
    band = told.mark_bar(opacity=0.25, color=look.colour("base"), width={"band": 1}).encode(
        x=x, y=alt.Y("limit_low:Q", axis=axis), y2="limit_high:Q"
    )
    centre = base.mark_line(color=look.colour("base"), strokeDash=[6, 4]).encode(x=x, y="expected:Q")
    names = [look.say(f"control.{one}") for one in ("in", "out", "untold")]
    colours = [look.colour(one) for one in ("saving", "extra", "base")]
    key = alt.Legend(title=None, orient="top", symbolSize=80)
    colour = alt.Color("what:N", scale=alt.Scale(domain=names, range=colours), legend=key)
    shape = alt.Shape("what:N", scale=alt.Scale(domain=names, range=["circle", "triangle-up", "diamond"]), legend=key)
    marks = base.mark_point(filled=True, size=80, opacity=1).encode(
        x=x, y=alt.Y("per_thousand:Q", axis=axis), color=colour, shape=shape, tooltip=["sold_month", *figure]
    )
    return picture(alt.layer(band, centre, marks).properties(width=560, height=220), title, _said(frame, look), look)


def _said(frame: pd.DataFrame, look: Look) -> str:
    above, told = frame[frame["signal"] == "above"], frame["limit_high"].notna()
    if not told.any():
        return look.say("control.few")
    if not len(above):
        return look.say("control.none", n=int(told.sum()))
    worst = row_at(above.assign(times=above["per_thousand"] / above["expected"]), "times")
    return look.say(
        "control.above",
        months=look.say("control.and").join(above["sold_month"]),
        worst=worst["sold_month"],
        rate=figures.about(float(worst["per_thousand"])),
        expected=figures.about(float(worst["expected"])),
    )
