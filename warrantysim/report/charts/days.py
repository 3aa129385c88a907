"""Days distribution: which share of claims is resolved within how many days, one line a policy."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import altair as alt
import numpy as np
import pandas as pd

from warrantysim.locale.wording import say
from warrantysim.report import figures
from warrantysim.report.charts.theme import LIGHT, MARGIN, SERIES, Look, Picture, picture, text_width

POINTS = 100
"""Quantiles a line is drawn through."""
SEEN = 0.99
"""The slowest share beyond this is cut off the drawing."""


def days_quantiles(days: Mapping[str, Sequence[np.ndarray]]) -> pd.DataFrame:
    """Quantiles of days by policy or case, over all replications of each: policy, share [0-1], days."""
    shares = np.linspace(0.0, 1.0, POINTS + 1)
    frames = []
    for name, parts in days.items():
        held = np.concatenate([*parts, np.zeros(0)])
        if len(held):
            frames.append(pd.DataFrame({"policy": name, "share": shares, "days": np.quantile(held, shares)}))
    return pd.concat(frames, ignore_index=True) if frames else pd.DataFrame(columns=["policy", "share", "days"])


def days_chart(days: pd.DataFrame, *, titles: dict[str, str] | None = None, look: Look = LIGHT) -> Picture:
    """Steep lines further left are quicker; the marks are where half and nine in ten are done.

    ``days``: as `days_quantiles` makes them.
    """
    frame = days[days["share"] <= SEEN].copy()
    frame["policy"] = [(titles or {}).get(p, p) for p in frame["policy"]]
    policies = list(dict.fromkeys(frame["policy"]))
    colours = [look.colour("base"), look.colour("saving"), *SERIES[1:]][: len(policies)]
    dashes = ([6, 4], [1, 0], [2, 2], [8, 3, 2, 3], [4, 1])[: len(policies)]
    rule = look.say("rule")
    legend = alt.Legend(title=None, symbolType="stroke", symbolStrokeWidth=3, symbolSize=400)
    colour = alt.Color("policy:N", sort=policies, scale=alt.Scale(domain=policies, range=colours), legend=legend)
    shades = alt.Color("policy:N", sort=policies, scale=alt.Scale(domain=policies, range=colours), legend=None)
    dash = alt.StrokeDash(
        "policy:N", sort=policies, scale=alt.Scale(domain=policies, range=list(dashes)), legend=legend
    )
    marks = _marks(days, titles or {}, policies, look)
    # As far as lines go, and the words of the slowest mark.
    most, at = float(frame["days"].max()), float(marks["days"].max())
    beyond = f"{at!r} * width / max(width - {MARGIN + max(map(text_width, marks['text'])):.0f}, 40)"
    scale = alt.Scale(domain=[0, alt.ExprRef(f"max({most!r}, {beyond})")], nice=False)
    x = alt.X("days:Q", axis=alt.Axis(title=look.say("days")), scale=scale)
    y = alt.Y(
        "share:Q", axis=alt.Axis(title=look.say("share_done"), format="%", tickCount=5), scale=alt.Scale(domain=[0, 1])
    )
    lines = (
        alt.Chart(frame)
        .mark_line(strokeWidth=2.5)
        .encode(x=x, y=y, color=colour, strokeDash=dash, tooltip=[alt.Tooltip("policy", title=rule), "days", "share"])
    )
    dots = alt.Chart(marks).mark_point(filled=True, size=70, opacity=1).encode(x="days:Q", y="share:Q", color=shades)
    texts = [
        alt.Chart(marks[marks["first"] == first])
        .mark_text(
            align="right" if first else "left", dx=-9 if first else 9, dy=-9 if first else 11, color=look.colour("ink")
        )
        .encode(x="days:Q", y="share:Q", text="text:N")
        for first in (True, False)
    ]
    parts = [
        look.say(
            "days.part",
            policy=p,
            **{
                q: figures.days(float(marks[(marks["policy"] == p) & (marks["mark"] == q)]["days"].iloc[0]))
                for q in ("p50", "p90")
            },
        )
        for p in policies
    ]
    said = look.say("and").join(parts) + look.say("break_even.stop")
    return picture(alt.layer(lines, dots, *texts).properties(width=560, height=260), look.say("days_title"), said, look)


def _marks(days: pd.DataFrame, titles: dict[str, str], policies: list[str], look: Look) -> pd.DataFrame:
    rows = []
    for policy, part in days.groupby("policy", sort=False):
        for mark, share in (("p50", 0.5), ("p90", 0.9)):
            at = float(np.interp(share, part["share"], part["days"]))
            rows.append({"policy": titles.get(str(policy), str(policy)), "mark": mark, "share": share, "days": at})
    frame = pd.DataFrame(rows)
    quick = frame["days"] == frame.groupby("mark")["days"].transform("min")
    frame["first"] = quick & (len(policies) > 1)
    # Of several, the quickest and the slowest are named, once each: words of others would lie on these.
    slowest = frame["days"] == frame.groupby("mark")["days"].transform("max")
    named = frame["first"] | (slowest & (~quick | (len(policies) == 1)))
    frame["text"] = [
        say("named.text", look.lang, name=look.say(m)) + figures.days(d)
        for m, d in zip(frame["mark"], frame["days"], strict=True)
    ]
    named &= ~frame.assign(named=named).duplicated(["named", "text"])
    frame.loc[~named, "text"] = ""
    return frame
