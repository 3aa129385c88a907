"""Queues of benches week by week, with the days their calendars stand still."""

from __future__ import annotations

from collections.abc import Mapping

import altair as alt
import pandas as pd

from warrantysim.locale.wording import listed
from warrantysim.report import figures
from warrantysim.report.charts.rules import nothing, panels, row_at, rule_colour, rule_dash, sentences
from warrantysim.report.charts.theme import LIGHT, Look, Picture, picture

SEEN = 1.0
"""Benches whose queue never reaches so many units are left out [units]."""
NAMED = 5
"""Closures of fewer days are shaded, not named [days]."""


def waiting_chart(
    queues: pd.DataFrame, closures: pd.DataFrame, titles: Mapping[str, str], *, look: Look = LIGHT
) -> Picture:
    """A panel a bench, a line a rule; the days a bench is closed are shaded and named.

    Parameters
    ----------
    queues : columns case, bench, day (ISO), waiting, as `Operated.queues`.
    closures : columns bench, begin, end (ISO), days, name; long closures only.
    titles : what rules are called, in order.
    """
    frame = queues[queues.groupby("bench")["waiting"].transform("max") >= SEEN].copy()
    if not len(frame):
        return nothing(look.say("waiting.none"), look.say("waiting"), look)
    frame["rule"] = frame["case"].map(dict(titles))
    benches = list(dict.fromkeys(frame["bench"]))
    shut = closures[closures["bench"].isin(benches)].copy()
    for each in (frame, shut):
        each["bench"] = [_named(b, look) for b in each["bench"]]
    names = [_named(b, look) for b in benches]
    rules = list(dict.fromkeys(titles.values()))
    x = alt.X("day:T", axis=alt.Axis(title=None, format="%m", tickCount="month"))
    y = alt.Y("waiting:Q", axis=alt.Axis(title=look.say("units_waiting"), tickCount=3), scale=alt.Scale(domainMin=0))
    layers = [
        alt.Chart().mark_line(strokeWidth=2).encode(
            x=x,
            y=y,
            color=rule_colour(rules, look),
            strokeDash=rule_dash(rules),
            tooltip=["rule", "bench", "day:T", alt.Tooltip("waiting:Q", format=".1f")],
        )
    ]  # fmt: skip
    frame["begin"], frame["end"], frame["name"] = None, None, ""
    whole = pd.concat([frame, shut.assign(rule=rules[0])], ignore_index=True) if len(shut) else frame
    if len(shut):
        shade = alt.Chart().transform_filter("datum.begin != null").mark_rect(color=look.colour("grid"), opacity=0.8)
        labels = [
            alt.Chart()
            .transform_filter(f"datum.begin != null && datum.days >= {NAMED}")
            .mark_text(align="left", baseline="top", dx=3, dy=3, fontSize=11, **ink)
            .encode(x="begin:T", y=alt.value(0), text="name:N")
            # On ground of its own, as the line may pass there.
            for ink in ({"stroke": look.colour("paper"), "strokeWidth": 4}, {"color": look.colour("soft")})
        ]
        layers = [
            shade.encode(x=alt.X("begin:T"), x2="end:T"),
            *layers,
            *labels,
        ]
    chart = panels(alt.layer(*layers, data=whole), "bench", names, 880, 90, titled=True, same=False)
    top = row_at(frame, "waiting")
    said = look.say(
        "waiting.said", bench=top["bench"], units=figures.whole(top["waiting"]), day=top["day"], rule=top["rule"]
    )
    short = [b for b in dict.fromkeys(queues["bench"][queues["waiting"] > 0.0]) if b not in benches]
    if short:
        quiet = listed((_named(b, look) for b in short), look.lang)
        said = sentences([said, look.say("waiting.short", benches=quiet, units=figures.whole(SEEN))], look)
    return picture(chart, look.say("waiting"), said, look)


def _named(bench: str, look: Look) -> str:
    return look.say("bench.china") if bench == "china" else bench
