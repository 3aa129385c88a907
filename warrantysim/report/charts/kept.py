"""Promises kept: the share of claims in each market, with its interval, a mark a rule."""

from __future__ import annotations

from collections.abc import Mapping

import altair as alt
import pandas as pd

from warrantysim.locale.wording import named
from warrantysim.report import figures
from warrantysim.report.charts.rules import nothing, panels, row_at, rule_scale, sentences
from warrantysim.report.charts.theme import LIGHT, Look, Picture, picture

SHAPES = ["circle", "square", "diamond", "triangle-up"]
"""Marks of the rules, for those who see no colours."""
EVERYWHERE = ""
"""Market of the row that stands for all."""


def promise_name(promise: str, days: int, look: Look) -> str:
    """``resolved within 14 days``."""
    return named("promise", promise, look.lang).format(days=days)


def kept_chart(promises: pd.DataFrame, titles: Mapping[str, str], everywhere: str, *, look: Look = LIGHT) -> Picture:
    """A panel a promise, a row a market, a mark a rule with its interval.

    Parameters
    ----------
    promises : columns case, market (empty for all), promise, days, kept, low, high; one row of days a promise.
    titles : what rules are called, in order.
    everywhere : what all markets together are called.
    """
    frame = promises[promises["kept"].notna()].copy()
    if not len(frame):
        return nothing(look.say("replay.none"), look.say("promises"), look)
    rules = list(dict.fromkeys(titles.values()))
    frame["rule"] = frame["case"].map(dict(titles))
    frame["what"] = [promise_name(p, int(d), look) for p, d in zip(frame["promise"], frame["days"], strict=True)]
    frame["where"] = [everywhere if m == EVERYWHERE else m for m in frame["market"]]
    frame["text"] = [figures.share(k, 0) for k in frame["kept"]]
    frame["end"] = frame[["kept", "high"]].max(axis=1)
    places, whats = list(dict.fromkeys(frame["where"])), list(dict.fromkeys(frame["what"]))
    least = max(0.0, float(frame["low"].fillna(frame["kept"]).min()) - 0.05)
    x = alt.X(
        "kept:Q",
        axis=alt.Axis(title=look.say("kept"), format="%", tickCount=4),
        scale=alt.Scale(domain=[least, 1.06], nice=False, zero=False),
    )
    y = alt.Y("where:N", sort=places, axis=alt.Axis(title=None, ticks=False, domain=False))
    offset = alt.YOffset("rule:N", sort=rules)
    legend = alt.Legend(title=None, orient="top") if len(rules) > 1 else None
    colour = alt.Color("rule:N", sort=rules, scale=rule_scale(rules, look), legend=legend)
    shape = alt.Shape("rule:N", sort=rules, scale=alt.Scale(domain=rules, range=SHAPES[: len(rules)]), legend=legend)
    base = alt.Chart(frame)
    tooltip = ["rule", "what", "where", *(alt.Tooltip(f"{n}:Q", format=".1%") for n in ("kept", "low", "high"))]
    lines = base.mark_rule(strokeWidth=2).encode(x=alt.X("low:Q"), x2="high:Q", y=y, yOffset=offset, color=colour)
    marks = base.mark_point(filled=True, size=70, opacity=1).encode(
        x=x, y=y, yOffset=offset, color=colour, shape=shape, tooltip=tooltip
    )
    # Beyond the interval, whose line would else run through the figure.
    texts = base.mark_text(align="left", dx=9, fontSize=11, color=look.colour("ink")).encode(
        x=alt.X("end:Q"), y=y, yOffset=offset, text="text:N"
    )
    chart = panels(alt.layer(lines, marks, texts), "what", whats, 640, alt.Step(20), titled=True)
    last = promises[promises["promise"] == "resolved"] if "resolved" in set(promises["promise"]) else promises
    said = [_said(last[last["case"] == case], rule, look) for case, rule in titles.items()]
    return picture(chart, look.say("promises"), sentences(said, look), look)


def _said(frame: pd.DataFrame, rule: str, look: Look) -> str:
    everywhere = frame[frame["market"] == EVERYWHERE]
    whole = (everywhere if len(everywhere) else frame).iloc[0]
    parts = frame[(frame["market"] != EVERYWHERE) & frame["kept"].notna()]
    lowest = row_at(parts, "kept", least=True) if len(parts) else whole
    return look.say(
        "promises.said",
        rule=rule,
        promise=promise_name(whole["promise"], int(whole["days"]), look),
        kept=figures.share(float(whole["kept"])),
        low=figures.share(float(whole["low"])),
        high=figures.share(float(whole["high"])),
        market=lowest["market"],
        least=figures.share(float(lowest["kept"])),
    )
