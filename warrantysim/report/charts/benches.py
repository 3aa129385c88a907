"""Benches by month as a grid: how much of their time is used, how long units wait."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import altair as alt
import pandas as pd

from warrantysim.report import figures
from warrantysim.report.charts.rules import nothing, panels, row_at, sentences
from warrantysim.report.charts.theme import LIGHT, NARROW, Look, Picture, picture

MARK = "*"
"""Stands by the months in which the factory is closed for long."""


def bench_grid(
    benches: pd.DataFrame, measure: str, titles: Mapping[str, str], closed: Sequence[str] = (), *, look: Look = LIGHT
) -> Picture:
    """A row a bench, a field a month, a panel a rule; the figure stands in the field, darker is more.

    Parameters
    ----------
    benches : columns case, bench, month, visits and the measure.
    measure : ``utilisation`` [share], ``wait_days`` (mean), or ``wait_p90`` [days].
    titles : what rules are called, in order.
    closed : months in which the factory's calendar stands still for long (Chinese New Year); marked.
    """
    title = look.say(f"grid_{measure}")
    frame = benches[(benches["visits"] > 0) & benches[measure].notna()].copy()
    if not len(frame):
        return nothing(look.say("benches.idle"), title, look)
    frame["rule"] = frame["case"].map(dict(titles))
    frame["bench"] = [look.say("bench.china") if b == "china" else b for b in frame["bench"]]
    share = measure == "utilisation"
    frame["text"] = [figures.share(v, 0) if share else figures.days(v) for v in frame[measure]]
    frame["close"] = frame["text"].str.replace(" ", "")
    frame["short"] = [m[5:] + (MARK if m in closed else "") for m in frame["month"]]
    months = [m[5:] + (MARK if m in closed else "") for m in sorted(benches["month"].unique())]
    rules, names = list(dict.fromkeys(titles.values())), list(dict.fromkeys(frame["bench"]))
    dark, top = look.mode == "dark", max(float(frame[measure].max()), 1e-9)
    frame["on_light"] = [(v < 0.55 * top) != dark for v in frame[measure]]
    base = alt.Chart(frame).encode(
        x=alt.X("short:O", sort=months, axis=alt.Axis(title=look.say("month"), labelAngle=0)),
        y=alt.Y("bench:N", sort=names, axis=alt.Axis(title=None, ticks=False, domain=False)),
    )
    fields = base.mark_rect(stroke=look.colour("paper"), strokeWidth=2).encode(
        color=alt.Color(
            f"{measure}:Q", scale=alt.Scale(scheme="blues", domain=[0, top], reverse=dark, nice=False), legend=None
        ),
        tooltip=["rule", "bench", "month", "text", alt.Tooltip("visits:Q", format=",.0f")],
    )
    texts = base.mark_text(
        fontSize=alt.ExprRef(f"{NARROW} ? 8 : 11"), text=alt.ExprRef(f"{NARROW} ? datum.close : datum.text")
    ).encode(color=alt.condition("datum.on_light", alt.value("#111111"), alt.value("#ffffff")))
    chart = panels(alt.layer(fields, texts), "rule", rules, 820, alt.Step(26))
    said = [_said(frame[frame["rule"] == rule], rule, measure, look) for rule in rules]
    if closed:
        said.append(look.say("grid.closed", mark=MARK))
    return picture(chart, title, sentences(said, look), look)


def _said(frame: pd.DataFrame, rule: str, measure: str, look: Look) -> str:
    if not len(frame):
        return look.say("grid.idle", rule=rule)
    top = row_at(frame, measure)
    return look.say(f"grid_{measure}.said", rule=rule, bench=top["bench"], month=top["month"], value=top["text"])
