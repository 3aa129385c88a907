"""Months: in which of them an alternative costs more or less, and how sure that is."""

from __future__ import annotations

import altair as alt
import numpy as np
import pandas as pd

from warrantysim.report import figures
from warrantysim.report.charts.differences import KINDS, DifferenceMark
from warrantysim.report.charts.theme import LIGHT, Look, Picture, money_axis, picture
from warrantysim.report.rows import rows_of

MARGINAL = 0.02
"""Months at the ends of the year that cost less than this share of the dearest are those of claims that spill over."""


def months_chart(frame: pd.DataFrame, currency: str, *, look: Look = LIGHT) -> Picture:
    """The difference of each month's claims with the band of its interval; below 0 the alternative saves.

    ``frame``: of one case, columns month (``2027-03``), baseline, value, difference, low, high, see `Comparison.costs`.
    """
    shown = frame[frame["month"] != ""].sort_values("month", ignore_index=True)
    size = shown[["baseline", "value"]].abs().max(axis=1)
    told = np.flatnonzero(size > MARGINAL * size.max())
    shown = shown.iloc[told[0] : told[-1] + 1].reset_index(drop=True) if len(told) else shown[:0]
    ends = [(float(low), float(high)) for low, high in zip(shown["low"], shown["high"], strict=True)]
    shown["text"] = [
        f"{figures.signed(float(mean))} ({figures.interval(low, high)})"
        for mean, (low, high) in zip(shown["difference"], ends, strict=True)
    ]
    shown["kind"] = [DifferenceMark("", 0.0, low, high).kind for low, high in ends]
    x = alt.X("month:O", axis=alt.Axis(title=look.say("month"), labelAngle=0))
    y = alt.Y("difference:Q", axis=money_axis(look, look.say("months.axis", currency=currency)))
    kinds = list(KINDS)
    colours = [look.colour(c) for c in ("saving", "unsure", "extra")]
    legend = alt.Legend(title=None, symbolType="circle", labelExpr=_named(kinds, look))
    colour = alt.Color("kind:N", scale=alt.Scale(domain=kinds, range=colours), legend=legend)
    shape = alt.Shape("kind:N", scale=alt.Scale(domain=kinds, range=["circle", "diamond", "triangle-up"]), legend=None)
    base = alt.Chart(shown)
    layers = [
        base.mark_area(opacity=0.22, color=look.colour("base")).encode(x=x, y=alt.Y("low:Q"), y2="high:Q"),
        alt.Chart(pd.DataFrame({"at": [0.0]})).mark_rule(color=look.colour("soft")).encode(y="at:Q"),
        base.mark_line(color=look.colour("base"), strokeWidth=2).encode(x=x, y=y),
        base.mark_point(filled=True, size=75, opacity=1).encode(
            x=x, y=y, color=colour, shape=shape, tooltip=["month", "text"]
        ),
    ]
    chart = alt.layer(*layers).properties(width=600, height=240)
    return picture(chart, look.say("months"), _takeaway(shown, currency, look), look)


def _named(kinds: list[str], look: Look) -> str:
    """A Vega expression that calls each kind by its words."""
    words = ", ".join(f"'{kind}': '{look.say(kind)}'" for kind in kinds)
    return f"{{{words}}}[datum.label]"


def _takeaway(shown: pd.DataFrame, currency: str, look: Look) -> str:
    if not len(shown) or not shown["difference"].any():
        return look.say("months.same")
    first = rows_of(shown)[int(np.argmax(np.abs(shown["difference"])))]
    facts = {"currency": currency, "amount": figures.whole(abs(float(first["difference"]))), "month": first["month"]}
    clear = int((shown["kind"] != "no_difference").sum())
    key = "months.saves" if first["difference"] < 0 else "months.costs"
    return look.say(key, clear=clear, months=len(shown), **facts)
