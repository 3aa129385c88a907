"""Waterfall: how one yearly cost becomes another, step by step."""

from __future__ import annotations

from typing import TYPE_CHECKING

import altair as alt
import numpy as np
import pandas as pd

from warrantysim.experiment.intervals import t_interval
from warrantysim.locale.wording import period
from warrantysim.report import figures
from warrantysim.report.charts.theme import LIGHT, Look, Picture, money_axis, picture
from warrantysim.report.step_text import step_text

if TYPE_CHECKING:
    from warrantysim.analysis.bridge import Bridge

MOST = 7
"""Steps drawn by themselves; smaller ones are one step together."""
FLOOR = 0.15
"""Where all steps together are a smaller share of the start, the axis does not begin at 0, and says so."""


def bridge_frame(bridge: Bridge, start: str, end: str, look: Look = LIGHT, most: int = MOST) -> pd.DataFrame:
    """A row a bar: label, from, to, adds, kind (total, saving, extra), figure. The bars add up as the steps do."""
    steps = [
        (step_text(name, parts, look.lang), float(a))
        for name, parts, a in zip(bridge.names, bridge.contents, bridge.steps.mean(axis=1), strict=True)
        if a
    ]
    steps.sort(key=lambda step: -abs(step[1]))
    kept, rest = steps[:most], [adds for _, adds in steps[most:]]
    if rest:
        kept.append((look.say("other", n=len(rest)), float(np.sum(rest))))
    at = float(bridge.start.mean())
    rows: list[tuple[str, float, float, float, str, str]] = [(start, 0.0, at, at, "total", figures.whole(at))]
    for name, adds in kept:
        word = look.say("saves" if adds < 0 else "costs_more")
        kind = "saving" if adds < 0 else "extra"
        rows.append((name, at, at + adds, adds, kind, look.say("marked", figure=figures.signed(adds), word=word)))
        at += adds
    final = float(bridge.end.mean())
    rows.append((end, 0.0, final, final, "total", figures.whole(final)))
    return pd.DataFrame(rows, columns=["label", "from", "to", "adds", "kind", "figure"])


def bridge_chart(
    bridge: Bridge, currency: str, start: str, end: str, *, days: int = 365, look: Look = LIGHT, most: int = MOST
) -> Picture:
    """A bar a step from the cost of ``start`` to that of ``end``, largest first."""
    frame = bridge_frame(bridge, start, end, look, most)
    moved = frame[["from", "to"]][frame["kind"] != "total"]
    top = float(frame[["from", "to"]].to_numpy().max())
    floor = 0.0
    if len(moved) and np.ptp(moved.to_numpy()) < FLOOR * top:
        span = float(np.ptp(moved.to_numpy()))
        floor = max(0.0, float(moved.to_numpy().min()) - 0.35 * span)
    frame.loc[frame["kind"] == "total", "from"] = floor
    frame["place"] = range(len(frame))
    axis = look.say("money_year", currency=currency, period=period(days, look.lang))
    if floor:
        axis = look.say("truncated", axis=axis, start=figures.whole(floor))
    x = alt.X("from:Q", axis=money_axis(look, axis), scale=alt.Scale(domain=[floor, top + 0.12 * (top - floor)]))
    y = alt.Y("label:N", sort=list(frame["label"]), axis=alt.Axis(title=None, ticks=False, domain=False))
    colours = alt.Color(
        "kind:N",
        scale=alt.Scale(
            domain=["total", "saving", "extra"], range=[look.colour(c) for c in ("base", "saving", "extra")]
        ),
        legend=None,
    )
    frame["end"] = frame[["from", "to"]].max(axis=1)
    bars = alt.Chart(frame).mark_bar(height=18).encode(x=x, x2="to:Q", y=y, color=colours, tooltip=["label", "figure"])
    texts = (
        alt.Chart(frame).mark_text(align="left", dx=5, color=look.colour("ink")).encode(x="end:Q", y=y, text="figure:N")
    )
    return picture(
        alt.layer(bars, texts).properties(width=560, height=alt.Step(30)),
        look.say("bridge", start=start, end=end),
        _takeaway(bridge, frame, currency, start, end, days, look),
        look,
    )


def _takeaway(bridge: Bridge, frame: pd.DataFrame, currency: str, start: str, end: str, days: int, look: Look) -> str:
    apart = float((bridge.end - bridge.start).mean())
    steps = frame[frame["kind"] != "total"]
    if not len(steps) or figures.whole(abs(apart)) == "0":
        return look.say("bridge.same", start=start, end=end)
    toward = steps[np.sign(steps["adds"]) == np.sign(apart)]
    first = (toward if len(toward) else steps).iloc[0]
    # One replication tells nothing about luck.
    ends = t_interval(np.sign(apart) * (bridge.end - bridge.start), bridge.level)
    low, high = (figures.whole(float(x)) for x in (ends.low, ends.high))
    return look.say(
        "bridge.saves" if apart < 0 else "bridge.costs",
        ends=look.say("between", low=low, high=high) if low else "",
        start=start,
        end=end[:1].upper() + end[1:],
        currency=currency,
        amount=figures.whole(abs(apart)),
        period=period(days, look.lang),
        first=first["label"],
        first_adds=figures.signed(float(first["adds"])),
    )
