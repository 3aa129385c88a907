"""Bench queue over the year: how much of each bench's time is used month by month, and how long units wait."""

from __future__ import annotations

from collections.abc import Sequence

import altair as alt
import pandas as pd

from warrantysim.report import figures
from warrantysim.report.charts.theme import LIGHT, Look, Picture, picture

FULL = 0.85
"""Utilisation from which queues grow fast [share]."""
WAIT_SHOWN = 0.5
"""Waits shorter than this are not written above the bars [days]."""


def queue_chart(benches: pd.DataFrame, *, closed: Sequence[str] = (), look: Look = LIGHT) -> Picture:
    """A panel a bench with a bar a month; waits of half a day and more stand above the bars.

    Parameters
    ----------
    benches : of one policy: bench, month (``2027-01``), utilisation [share], visits, wait_days, as `Result.benches`.
    closed : months in which the factory's calendar stands still for long (Chinese New Year); shaded.
    """
    frame = benches[benches.groupby("bench")["visits"].transform("sum") > 0].copy()
    frame["bench"] = [look.say("bench.china") if b == "china" else b for b in frame["bench"]]
    frame["wait"] = [look.say("wait", days=figures.days(w)) if w >= WAIT_SHOWN else "" for w in frame["wait_days"]]
    frame["short"] = [str(m)[-2:] for m in frame["month"]]
    frame["full"] = frame["utilisation"] >= FULL
    frame["closed"] = frame["month"].isin(list(closed))
    if not len(frame):
        empty = alt.Chart(pd.DataFrame({"text": [look.say("queue.idle")]})).mark_text().encode(text="text:N")
        return picture(empty, look.say("queue"), look.say("queue.idle"), look)
    highest = max(1.05, float(frame["utilisation"].max()) * 1.2)
    x = alt.X("short:O", axis=alt.Axis(title=look.say("month"), labelAngle=0))
    y = alt.Y(
        "utilisation:Q",
        axis=alt.Axis(title=look.say("busy"), format="%", tickCount=3),
        scale=alt.Scale(domain=[0, highest], nice=False),
    )
    base = alt.Chart(frame)
    shade = base.transform_filter("datum.closed").mark_rect(color=look.colour("grid"), opacity=0.7).encode(x=x)
    colour = alt.condition("datum.full", alt.value(look.colour("extra")), alt.value(look.colour("base")))
    bars = base.mark_bar().encode(
        x=x,
        y=y,
        color=colour,
        tooltip=[
            "bench",
            "month",
            alt.Tooltip("utilisation:Q", format=".0%"),
            alt.Tooltip("wait_days:Q", format=".1f"),
            alt.Tooltip("visits:Q", format=",.0f"),
        ],
    )
    texts = base.mark_text(dy=-7, fontSize=10, color=look.colour("ink")).encode(x=x, y=y, text="wait:N")
    line = base.mark_rule(color=look.colour("soft"), strokeDash=[4, 3]).encode(y=alt.datum(FULL))
    benched = list(dict.fromkeys(frame["bench"]))
    chart = (
        alt.layer(shade, bars, line, texts)
        .properties(width=560, height=96)
        .facet(
            row=alt.Row(
                "bench:N",
                sort=benched,
                title=None,
                header=alt.Header(labelAngle=0, labelAlign="left", labelOrient="top"),
            ),
            spacing=12,
        )
    )
    strain = (frame["wait_days"] + frame["utilisation"].fillna(0)).to_numpy(dtype=float)
    top = frame.iloc[int(strain.argmax())]
    said = look.say(
        "queue.said",
        bench=top["bench"],
        month=top["month"],
        busy=figures.share(float(top["utilisation"]), 0),
        days=figures.days(float(top["wait_days"])),
    )
    return picture(chart, look.say("queue"), said, look)
