"""Savings with intervals: what each change brings, and how sure that is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import altair as alt
import pandas as pd

from warrantysim.locale.wording import period, say
from warrantysim.report import figures
from warrantysim.report.charts.theme import LIGHT, Look, Picture, money_axis, picture, roomy, told_beside
from warrantysim.report.verdicts import saved

DRAWN = {"ACT": "act", "HOLD": "small", "NO DIFFERENCE": "unsure", "LOSS": "loss"}
"""How each verdict is drawn: every one has a mark."""
MOST = 20
"""Rows drawn, largest effects first."""


def saving_chart(
    rows: Sequence[Mapping[str, Any]],
    labels: Sequence[str],
    currency: str,
    *,
    shared: float = 0.0,
    days: int = 365,
    look: Look = LIGHT,
    most: int = MOST,
) -> Picture:
    """A mark a cell whose rule changes, with the interval of its saving; right of 0 it saves. Cells that are acted on
    come before the others where not all can be drawn.

    ``rows``: of a decision table (see `decision.table`); ``labels``: what each is called; ``shared``: what belongs to
    no cell, a mark of its own, so that it and the cells that are acted on add up to the whole that is told.
    """
    frame = pd.DataFrame(
        [
            {
                "label": label,
                "saving": saved(row)[0],
                "low": saved(row)[1],
                "high": saved(row)[2],
                "kind": "act" if row["taken"] else DRAWN[row["verdict"]],
                "verdict": say(f"verdict.{row['verdict']}", look.lang),
                "short": figures.signed(saved(row)[0]),
                "text": f"{figures.signed(saved(row)[0])}  {say('verdict.' + row['verdict'], look.lang)}",
            }
            for row, label in zip(rows, labels, strict=True)
            if row["because"] != "same"
        ],
        columns=["label", "saving", "low", "high", "kind", "verdict", "short", "text"],
    )
    acts = frame[frame["kind"] == "act"].sort_values("saving", ascending=False)
    if not len(acts):
        said = look.say("savings.none")
    else:
        said = look.say(
            "savings.said_shared" if round(shared) else "savings.said",
            n=len(acts),
            currency=currency,
            saving=figures.whole(float(acts["saving"].sum()) + shared),
            rules=figures.whole(float(acts["saving"].sum())),
            shared=figures.signed(shared),
            period=period(days, look.lang),
            first=acts["label"].iloc[0],
            amount=figures.whole(float(acts["saving"].iloc[0])),
        )
    frame = frame.sort_values("saving", key=abs, ascending=False, kind="stable")
    shown = pd.concat([frame[frame["kind"] == "act"], frame[frame["kind"] != "act"]]).head(most)
    shown = shown.sort_values("saving", ascending=False, kind="stable")
    if len(acts) and round(shared):
        # What it is stands before the axis: beside the mark it would take more room than all savings.
        rest = {
            "label": f"{look.say('savings.shared')} ({look.say('savings.shared_what')})",
            "saving": shared,
            "low": shared,
            "high": shared,
            "short": figures.signed(shared),
        }
        shown = pd.concat(
            [shown, pd.DataFrame([rest | {"kind": "act", "verdict": "", "text": figures.signed(shared)}])]
        )
    kinds = ["act", "small", "unsure", "loss"]
    colours = [look.colour(c) for c in ("saving", "base", "unsure", "extra")]
    colour = alt.Color("kind:N", scale=alt.Scale(domain=kinds, range=colours), legend=None)
    shape = alt.Shape(
        "kind:N", scale=alt.Scale(domain=kinds, range=["circle", "square", "diamond", "triangle-left"]), legend=None
    )
    axis = look.say("money_year", currency=currency, period=period(days, look.lang))
    y = alt.Y("label:N", sort=list(shown["label"]), axis=alt.Axis(title=None, ticks=False, domain=False))
    low, high = (float(shown[c].agg(f)) if len(shown) else 0.0 for c, f in (("low", "min"), ("high", "max")))
    left = shown["high"] < 0
    scale = roomy(min(low, 0.0), max(high, 0.0), shown["text"][~left], shown["text"][left], shown["short"])
    x = alt.X("low:Q", axis=money_axis(look, axis), scale=scale)
    base = alt.Chart(shown)
    lines = base.mark_rule(strokeWidth=3).encode(x=x, x2="high:Q", y=y, color=colour)
    marks = base.mark_point(filled=True, size=70, opacity=1).encode(
        x="saving:Q", y=y, color=colour, shape=shape, tooltip=["label", "text"]
    )
    zero = alt.Chart(pd.DataFrame({"at": [0.0]})).mark_rule(color=look.colour("soft")).encode(x="at:Q")
    chart = alt.layer(zero, lines, marks, *told_beside(base, y, look)).properties(width=460, height=alt.Step(24))
    return picture(chart, look.say("savings"), said, look)
