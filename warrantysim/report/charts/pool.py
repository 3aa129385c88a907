"""The swap pool over the year: what comes in and goes out, and what is left."""

from __future__ import annotations

from collections.abc import Mapping

import altair as alt
import pandas as pd

from warrantysim.report import figures
from warrantysim.report.charts.rules import nothing, panels, sentences
from warrantysim.report.charts.theme import LIGHT, Look, Picture, picture


def pool_chart(pool: pd.DataFrame, titles: Mapping[str, str], currency: str, *, look: Look = LIGHT) -> Picture:
    """Bars above 0 for units that come in, below for those that go out, a line for the level; a panel a rule.

    Parameters
    ----------
    pool : columns case, month, came_in, went_out, level, value, as `Operated.pool`; of the pools chosen.
    titles : what rules are called, in order.
    """
    rules = list(dict.fromkeys(titles.values()))
    frame = pool.groupby(["case", "month"], sort=False)[["came_in", "went_out", "level", "value"]].sum().reset_index()
    frame["rule"] = frame["case"].map(dict(titles))
    said = [_said(frame[frame["rule"] == rule], rule, currency, look) for rule in rules]
    if not frame[["came_in", "went_out", "level"]].to_numpy().any():
        return nothing(sentences(said, look), look.say("pool"), look)
    names = [look.say(name) for name in ("came_in", "went_out", "level")]
    long = pd.concat(
        [
            frame.assign(what=names[0], units=frame["came_in"]),
            frame.assign(what=names[1], units=-frame["went_out"]),
            frame.assign(what=names[2], units=frame["level"]),
        ],
        ignore_index=True,
    )
    long["short"] = [m[2:] for m in long["month"]]
    long["is_level"] = long["what"] == names[2]
    base = alt.Chart(long)
    x = alt.X("short:O", axis=alt.Axis(title=look.say("month"), labelAngle=0))
    y = alt.Y("units:Q", axis=alt.Axis(title=look.say("units"), tickCount=5))
    colours = alt.Scale(domain=names, range=[look.colour("saving"), look.colour("extra"), look.colour("ink")])
    colour = alt.Color("what:N", sort=names, scale=colours, legend=alt.Legend(title=None))
    tooltip = ["rule", "what", "month", alt.Tooltip("units:Q", format=",.1f"), alt.Tooltip("value:Q", format=",.0f")]
    bars = base.transform_filter("!datum.is_level").mark_bar().encode(x=x, y=y, color=colour, tooltip=tooltip)
    line = (
        base.transform_filter("datum.is_level")
        .mark_line(strokeWidth=2, point=True)
        .encode(x=x, y=y, color=colour, tooltip=tooltip)
    )
    chart = panels(alt.layer(bars, line), "rule", rules, 880, 200)
    return picture(chart, look.say("pool"), sentences(said, look), look)


def _said(frame: pd.DataFrame, rule: str, currency: str, look: Look) -> str:
    if not frame[["came_in", "went_out", "level"]].to_numpy().any():
        return look.say("pool.none", rule=rule)
    last = frame[frame["month"] == frame["month"].max()]
    return look.say(
        "pool.said",
        rule=rule,
        came=figures.whole(float(frame["came_in"].sum())),
        went=figures.whole(float(frame["went_out"].sum())),
        level=figures.whole(float(last["level"].sum())),
        currency=currency,
        value=figures.whole(float(last["value"].sum())),
    )
