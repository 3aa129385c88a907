"""Consolidated dispatches: units sent month by month and lane, and what a unit costs."""

from __future__ import annotations

from collections.abc import Mapping

import altair as alt
import pandas as pd

from warrantysim.locale.wording import named
from warrantysim.report import figures
from warrantysim.report.charts.rules import nothing, panels, sentences
from warrantysim.report.charts.theme import LIGHT, SERIES, Look, Picture, picture


def lane_name(market: str, way: str, back: bool, look: Look) -> str:
    """``US to China, by sea``."""
    return look.say("from_china" if back else "to_china", market=market, way=named("way", way, look.lang))


def freight_chart(dispatches: pd.DataFrame, titles: Mapping[str, str], currency: str, *, look: Look = LIGHT) -> Picture:
    """Bars of units by month, stacked by lane, a panel a rule; the cost of a unit stands above.

    Parameters
    ----------
    dispatches : columns case, market, way, back, month, dispatches, units, cost, waited_days, as `Operated.dispatches`.
    titles : what rules are called, in order.
    """
    rules = list(dict.fromkeys(titles.values()))
    frame = dispatches.copy()
    frame["rule"] = frame["case"].map(dict(titles))
    said = [_said(frame[frame["rule"] == rule], rule, currency, look) for rule in rules]
    if not frame["units"].sum():
        return nothing(sentences(said, look), look.say("freight"), look)
    frame["lane"] = [
        lane_name(m, w, b, look) for m, w, b in zip(frame["market"], frame["way"], frame["back"], strict=True)
    ]
    lanes = list(dict.fromkeys(frame.sort_values(["back", "market", "way"])["lane"]))
    shown = frame.groupby(["rule", "month", "lane"], sort=False)[["units", "cost"]].sum().reset_index()
    shown = shown[shown["units"] > 0]
    shown["short"] = [m[2:] for m in shown["month"]]
    sums = shown.groupby(["rule", "month", "short"], sort=False)[["units", "cost"]].sum().reset_index()
    shown["top"] = shown.merge(sums, on=["rule", "month"], suffixes=("", "_all"))["units_all"]
    each = dict(zip(zip(sums["rule"], sums["month"], strict=True), sums["cost"] / sums["units"], strict=True))
    first = ~shown.duplicated(["rule", "month"])
    shown["text"] = [
        figures.whole(each[r, m]) if one else "" for r, m, one in zip(shown["rule"], shown["month"], first, strict=True)
    ]
    base, months = alt.Chart(shown), sorted(shown["short"].unique())
    x = alt.X("short:O", sort=months, axis=alt.Axis(title=look.say("month"), labelAngle=0))
    bars = base.mark_bar().encode(
        x=x,
        y=alt.Y("units:Q", axis=alt.Axis(title=look.say("units"), tickCount=4)),
        color=alt.Color(
            "lane:N",
            sort=lanes,
            scale=alt.Scale(domain=lanes, range=[SERIES[k % len(SERIES)] for k in range(len(lanes))]),
            legend=alt.Legend(title=None, columns=4),
        ),
        tooltip=["rule", "lane", "month", alt.Tooltip("units:Q", format=",.1f"), alt.Tooltip("cost:Q", format=",.0f")],
    )
    texts = base.mark_text(dy=-7, fontSize=10, color=look.colour("ink")).encode(x=x, y="top:Q", text="text:N")
    sending = [rule for rule in rules if rule in set(shown["rule"])]
    chart = panels(alt.layer(bars, texts), "rule", sending, 880, 200, titled=len(rules) > 1)
    return picture(chart, look.say("freight"), sentences(said, look), look)


def _said(frame: pd.DataFrame, rule: str, currency: str, look: Look) -> str:
    units = float(frame["units"].sum())
    if not units:
        return look.say("freight.none", rule=rule)
    waited = float((frame["waited_days"].fillna(0.0) * frame["units"]).sum()) / units
    return look.say(
        "freight.said",
        rule=rule,
        dispatches=figures.whole(float(frame["dispatches"].sum())),
        units=figures.whole(units),
        currency=currency,
        cost=figures.cents(float(frame["cost"].sum()) / units),
        days=figures.days(waited),
    )
