"""Differences with intervals: who costs less, who more, and where luck explains it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import altair as alt
import pandas as pd

from warrantysim.locale.wording import YEAR, period
from warrantysim.report import figures
from warrantysim.report.charts.theme import LIGHT, Look, Picture, money_axis, picture, roomy, told_beside

MOST = 15
"""Rows drawn, largest differences first."""
KINDS = ("saves", "no_difference", "costs_more")
"""What a difference can be, in the order of their colours and marks."""


class DifferenceMark(NamedTuple):
    """One difference, alternative less baseline; low and high are NaN where nothing is known of luck."""

    label: str
    mean: float
    low: float
    high: float

    @property
    def kind(self) -> str:
        """Which of `KINDS` it is: told from luck only where the interval keeps clear of 0."""
        if self.high < 0:
            return "saves"
        return "costs_more" if self.low > 0 else "no_difference"


def difference_chart(
    rows: Sequence[DifferenceMark],
    currency: str,
    title: str,
    *,
    sort: bool = True,
    look: Look = LIGHT,
    most: int = MOST,
    savings: bool = False,
) -> Picture:
    """A mark a row with its interval; left of 0 it saves.

    ``sort``: whether the largest difference stands first; else rows stand as given.
    ``savings``: draw what rows save, where the table beside it tells that: right of 0 it saves.
    """
    shown = sorted(rows, key=lambda row: -abs(row.mean)) if sort else list(rows)
    shown = shown[:most]
    frame = pd.DataFrame(
        [(r.label, *_drawn(r, savings), r.kind, _figure(r, look, savings), _signed(r, savings)) for r in shown],
        columns=["label", "mean", "low", "high", "kind", "text", "short"],
    )
    frame["low"], frame["high"] = frame["low"].fillna(frame["mean"]), frame["high"].fillna(frame["mean"])
    colours = [look.colour(c) for c in ("saving", "unsure", "extra")]
    colour = alt.Color("kind:N", scale=alt.Scale(domain=list(KINDS), range=colours), legend=None)
    more = "triangle-left" if savings else "triangle-right"
    shape = alt.Shape("kind:N", scale=alt.Scale(domain=list(KINDS), range=["circle", "diamond", more]), legend=None)
    low, high = (float(frame[c].agg(f)) if len(frame) else 0.0 for c, f in (("low", "min"), ("high", "max")))
    left = frame["high"] < 0
    scale = roomy(min(low, 0.0), max(high, 0.0), frame["text"][~left], frame["text"][left], frame["short"])
    axis = look.say("money_year", currency=currency, period=period(YEAR, look.lang))
    x = alt.X("low:Q", axis=money_axis(look, axis), scale=scale)
    y = alt.Y("label:N", sort=list(frame["label"]), axis=alt.Axis(title=None, ticks=False, domain=False))
    base = alt.Chart(frame)
    layers = [
        alt.Chart(pd.DataFrame({"at": [0.0]})).mark_rule(color=look.colour("soft")).encode(x="at:Q"),
        base.mark_rule(strokeWidth=3).encode(x=x, x2="high:Q", y=y, color=colour),
        base.mark_point(filled=True, size=80, opacity=1).encode(
            x="mean:Q", y=y, color=colour, shape=shape, tooltip=["label", "text"]
        ),
        *told_beside(base, y, look),
    ]
    chart = alt.layer(*layers).properties(width=520, height=alt.Step(26))
    return picture(chart, title, _takeaway(rows, currency, look), look)


def _drawn(row: DifferenceMark, savings: bool) -> tuple[float, float, float]:
    return (-row.mean, -row.high, -row.low) if savings else (row.mean, row.low, row.high)


def _signed(row: DifferenceMark, savings: bool) -> str:
    return figures.signed(_drawn(row, savings)[0])


def _figure(row: DifferenceMark, look: Look, savings: bool) -> str:
    return look.say("marked", figure=_signed(row, savings), word=look.say(row.kind))


def _takeaway(rows: Sequence[DifferenceMark], currency: str, look: Look) -> str:
    """How many save and cost more, and the largest of each."""
    facts = {"currency": currency, "period": period(YEAR, look.lang), "n": len(rows)}
    parts = []
    for kind in ("saves", "costs_more"):
        mine = [row for row in rows if row.kind == kind]
        if mine:
            first = max(mine, key=lambda row: abs(row.mean))
            amount = figures.whole(abs(first.mean))
            parts.append(look.say(f"differences.{kind}", first=first.label, amount=amount, of=len(mine), **facts))
    return look.say("and").join(parts) + look.say("break_even.stop") if parts else look.say("differences.none", **facts)
