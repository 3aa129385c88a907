"""Switching map: which alternative is cheapest at each place of a grid of two levers."""

from __future__ import annotations

from typing import TYPE_CHECKING

import altair as alt
import pandas as pd

from warrantysim.report import figures
from warrantysim.report.charts.theme import LIGHT, SERIES, Look, Picture, ink_on, picture
from warrantysim.report.figures import position
from warrantysim.report.lever_text import lever_words

if TYPE_CHECKING:
    from warrantysim.analysis.switching import SwitchingMap


def switching_chart(found: SwitchingMap, *, x_name: str = "", y_name: str = "", look: Look = LIGHT) -> Picture:
    """A field a place with the winner's letter; fields that are too close to call are pale and marked ``?``."""
    frame = found.table()
    letters = {name: chr(65 + k) for k, name in enumerate(found.names)}
    frame["x"], frame["y"] = [position(v) for v in frame["x"]], [position(v) for v in frame["y"]]
    frame["letter"] = [
        letters[w] + ("" if clear else "?") for w, clear in zip(frame["winner"], frame["clear"], strict=True)
    ]
    frame["named"] = [f"{letters[w]}  {w}" for w in frame["winner"]]
    fields_of = {name: SERIES[k % len(SERIES)] for k, name in enumerate(found.names)}
    # A pale field shows the ground through.
    frame["ink"] = [
        ink_on(fields_of[w]) if clear else look.colour("ink")
        for w, clear in zip(frame["winner"], frame["clear"], strict=True)
    ]
    frame["ahead"] = [figures.whole(m) for m in frame["margin"]]
    won = [name for name in found.names if name in set(frame["winner"])]
    domain = [f"{letters[name]}  {name}" for name in won]
    colours = [fields_of[name] for name in won]
    x = alt.X(
        "x:O",
        sort=[position(v) for v in found.x],
        axis=alt.Axis(title=x_name or lever_words(found.x_lever, look.lang), labelAngle=0),
    )
    y = alt.Y(
        "y:O",
        sort=[position(v) for v in reversed(found.y)],
        axis=_above(y_name or lever_words(found.y_lever, look.lang)),
    )
    fields = (
        alt.Chart(frame)
        .mark_rect(stroke=look.colour("paper"), strokeWidth=2)
        .encode(
            x=x,
            y=y,
            color=alt.Color("named:N", scale=alt.Scale(domain=domain, range=colours), legend=_legend(look)),
            opacity=alt.Opacity("clear:N", scale=alt.Scale(domain=[True, False], range=[0.9, 0.35]), legend=None),
            tooltip=["x", "y", "winner", "ahead"],
        )
    )
    words = (
        alt.Chart(frame)
        .mark_text(fontWeight="bold")
        .encode(x=x, y=y, text="letter:N", color=alt.Color("ink:N", scale=None))
    )
    chart = alt.layer(fields, words).properties(width=alt.Step(58), height=alt.Step(40))
    return picture(chart, look.say("switching"), _takeaway(frame, look), look)


def _legend(look: Look) -> alt.Legend:
    """Fields, not the marks of the letters, above the title of the upright axis."""
    return alt.Legend(title=None, symbolType="square", offset=30)


def _above(title: str) -> alt.Axis:
    """An upright title above its axis: paths and Chinese are hard to read sideways."""
    return alt.Axis(title=title, titleAngle=0, titleAlign="left", titleBaseline="bottom", titleX=0, titleY=-8)


def _takeaway(frame: pd.DataFrame, look: Look) -> str:
    wins = frame["winner"].value_counts(sort=True)
    facts = {"unclear": int((~frame["clear"].astype(bool)).sum()), "places": len(frame)}
    if len(wins) == 1:
        return look.say("switching.one", winner=wins.index[0], **facts)
    parts = [look.say("switching.part", winner=name, n=int(n)) for name, n in wins.items()]
    return look.say("switching.many", winners=look.say("and").join(parts), **facts)
