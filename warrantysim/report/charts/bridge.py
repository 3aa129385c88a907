"""Waterfall: how one yearly cost becomes another, step by step."""

from __future__ import annotations

from typing import NamedTuple, Self

import altair as alt
import numpy as np
import pandas as pd

from warrantysim.analysis.bridge import Bridge
from warrantysim.experiment.intervals import t_interval
from warrantysim.locale.wording import period
from warrantysim.report import figures
from warrantysim.report.charts.theme import BRIEF, LIGHT, Look, Picture, money_axis, picture, roomy
from warrantysim.report.lever_text import step_text
from warrantysim.report.rows import rows_of

MOST = 7
"""Steps drawn by themselves; smaller ones are one step together."""
FLOOR = 0.15
"""Where all steps together are a smaller share of the start, the axis does not begin at 0, and says so."""


class Waterfall(NamedTuple):
    """From one yearly cost to another."""

    steps: pd.DataFrame
    """Columns step, contents, adds, as `Bridge.table`."""
    start: float
    """Where it begins."""
    end: float
    """Where it ends."""
    low: float
    """Lower end of the interval of end less start; NaN where nothing is known of luck."""
    high: float
    """Upper end."""

    @classmethod
    def of(cls, bridge: Bridge) -> Self:
        """The means of a bridge."""
        ends = t_interval(bridge.end - bridge.start, bridge.level)
        start, end = (float(side.mean()) for side in (bridge.start, bridge.end))
        return cls(bridge.table(), start, end, float(ends.low), float(ends.high))


def bridge_frame(fall: Waterfall, start: str, end: str, look: Look = LIGHT, most: int = MOST) -> pd.DataFrame:
    """A row a bar: label, from, to, adds, kind (total, saving, extra), figure. The bars add up as the steps do."""
    steps = [
        (step_text(row["step"], tuple(row["contents"].split(", ")), look.lang), float(row["adds"]))
        for row in rows_of(fall.steps)
        if row["adds"]
    ]
    steps.sort(key=lambda step: -abs(step[1]))
    kept, rest = steps[:most], [adds for _, adds in steps[most:]]
    if rest:
        kept.append((look.say("other", n=len(rest)), float(np.sum(rest))))
    at = fall.start
    rows: list[tuple[str, float, float, float, str, str]] = [(start, 0.0, at, at, "total", figures.whole(at))]
    for name, adds in kept:
        word = look.say("saves" if adds < 0 else "costs_more")
        kind = "saving" if adds < 0 else "extra"
        rows.append((name, at, at + adds, adds, kind, look.say("marked", figure=figures.signed(adds), word=word)))
        at += adds
    final = fall.end
    rows.append((end, 0.0, final, final, "total", figures.whole(final)))
    return pd.DataFrame(rows, columns=["label", "from", "to", "adds", "kind", "figure"])


def bridge_chart(
    fall: Waterfall, currency: str, start: str, end: str, *, days: int = 365, look: Look = LIGHT, most: int = MOST
) -> Picture:
    """A bar a step from the cost of ``start`` to that of ``end``, largest first."""
    frame = bridge_frame(fall, start, end, look, most)
    moved = frame[["from", "to"]][frame["kind"] != "total"]
    top = float(frame[["from", "to"]].to_numpy().max())
    floor = 0.0
    if len(moved) and np.ptp(moved.to_numpy()) < FLOOR * top:
        span = float(np.ptp(moved.to_numpy()))
        floor = max(0.0, float(moved.to_numpy().min()) - 0.35 * span)
    frame.loc[frame["kind"] == "total", "from"] = floor
    frame["place"] = range(len(frame))
    frame["short"] = [
        figures.signed(adds) if kind != "total" else text
        for adds, kind, text in zip(frame["adds"], frame["kind"], frame["figure"], strict=True)
    ]
    axis = look.say("money_year", currency=currency, period=period(days, look.lang))
    if floor:
        axis = look.say("truncated", axis=axis, start=figures.whole(floor))
    x = alt.X("from:Q", axis=money_axis(look, axis), scale=roomy(floor, top, frame["figure"], short=frame["short"]))
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
        alt.Chart(frame.rename(columns={"figure": "text"}))
        .mark_text(align="left", dx=5, color=look.colour("ink"), text=BRIEF)
        .encode(x="end:Q", y=y)
    )
    return picture(
        alt.layer(bars, texts).properties(width=560, height=alt.Step(30)),
        look.say("bridge", start=start, end=end),
        _takeaway(fall, frame, currency, start, end, days, look),
        look,
    )


def _takeaway(fall: Waterfall, frame: pd.DataFrame, currency: str, start: str, end: str, days: int, look: Look) -> str:
    apart = fall.end - fall.start
    steps = frame[frame["kind"] != "total"]
    if not len(steps) or figures.whole(abs(apart)) == "0":
        return look.say("bridge.same", start=start, end=end)
    toward = steps[np.sign(steps["adds"]) == np.sign(apart)]
    first = (toward if len(toward) else steps).iloc[0]
    # One replication tells nothing about luck.
    low, high = map(figures.whole, (fall.low, fall.high) if apart > 0 else (-fall.high, -fall.low))
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
