"""A measure month by month with its interval, and cohorts at equal age."""

from __future__ import annotations

import altair as alt
import numpy as np
import pandas as pd

from warrantysim.locale.wording import say
from warrantysim.report import figures
from warrantysim.report.charts.rules import nothing, row_at
from warrantysim.report.charts.theme import LIGHT, Look, Picture, money_axis, picture

ENDS = 3
"""Months at each end that are compared."""


def trend_chart(months: pd.DataFrame, measure: str, currency: str = "", *, look: Look = LIGHT) -> Picture:
    """A line through the months, a band for luck.

    Parameters
    ----------
    months : columns month, mean, low, high, as `quality_tables.trend`.
    measure : what is shown, in words.
    currency : ISO code where it is money.
    """
    title = look.say("trend", measure=measure)
    if not len(months) or not months["mean"].any():
        return nothing(look.say("pareto.nothing"), title, look)
    x = alt.X("month:O", axis=alt.Axis(title=look.say("month"), labelAngle=0))
    unit = say("rule.and", look.lang).join((measure, currency)) if currency else measure
    y = alt.Y("mean:Q", axis=money_axis(look, unit), scale=alt.Scale(domainMin=0))
    base = alt.Chart(months)
    band = base.mark_area(opacity=0.25, color=look.colour("saving")).encode(x=x, y="low:Q", y2="high:Q")
    figure = [alt.Tooltip(f"{name}:Q", format=",.0f") for name in ("mean", "low", "high")]
    line = base.mark_line(point=True, color=look.colour("saving")).encode(x=x, y=y, tooltip=["month", *figure])
    chart = alt.layer(band, line).properties(width=560, height=200)
    return picture(chart, title, _direction(months, measure, look), look)


def _direction(months: pd.DataFrame, measure: str, look: Look) -> str:
    """Whether the last months differ from the first by more than luck: their intervals keep clear of each other."""
    first, last = months.head(ENDS), months.tail(ENDS)
    ends = [float(each["mean"].mean()) for each in (first, last)]
    # The spread of a mean of independent months is the root of the sum of their squares.
    width = [float(np.sqrt((((e["high"] - e["low"]) / 2) ** 2).sum())) / len(e) for e in (first, last)]
    clear = abs(ends[1] - ends[0]) > float(np.hypot(width[0], width[1]))
    key = "trend.flat" if not clear else "trend.up" if ends[1] > ends[0] else "trend.down"
    name = measure[:1].upper() + measure[1:]
    return look.say(key, measure=name, first=figures.whole(ends[0]), last=figures.whole(ends[1]))


def age_chart(cohorts: pd.DataFrame, age: int, *, look: Look = LIGHT) -> Picture:
    """A mark a month of sale with its interval: failures a thousand units within the first months of age.

    ``cohorts``: columns sold_month, per_thousand, low, high, as `quality_tables.at_age`.
    """
    if not len(cohorts) or not cohorts["per_thousand"].any():
        return nothing(look.say("pareto.nothing"), look.say("age"), look)
    x = alt.X("sold_month:O", axis=alt.Axis(title=look.say("sold_month"), labelAngle=0))
    y = alt.Y("per_thousand:Q", axis=alt.Axis(title=look.say("per_thousand"), tickCount=5), scale=alt.Scale(zero=True))
    base = alt.Chart(cohorts)
    figure = [alt.Tooltip(f"{name}:Q", format=".2f") for name in ("per_thousand", "low", "high")]
    lines = base.mark_rule(strokeWidth=2, color=look.colour("saving")).encode(x=x, y="low:Q", y2="high:Q")
    marks = base.mark_point(filled=True, size=70, opacity=1, color=look.colour("saving")).encode(
        x=x, y=y, tooltip=["sold_month", *figure]
    )
    worst, best = row_at(cohorts, "per_thousand"), row_at(cohorts, "per_thousand", least=True)
    # The worst stands out where its interval lies above those of all others.
    others = cohorts[cohorts["sold_month"] != worst["sold_month"]]
    apart = len(others) > 0 and float(worst["low"]) > float(others["high"].max())
    said = look.say(
        "age.worse" if apart else "age.same",
        age=age,
        low=figures.about(float(best["per_thousand"])),
        high=figures.about(float(worst["per_thousand"])),
        **({"worst": worst["sold_month"], "best": best["sold_month"]} if apart else {}),
    )
    return picture(alt.layer(lines, marks).properties(width=560, height=200), look.say("age"), said, look)


def cohort_chart(cohorts: pd.DataFrame, *, look: Look = LIGHT) -> Picture:
    """A field a month of sale and month of age; a bad lot is a dark row, wear a dark column.

    ``cohorts``: columns sold_month, age, per_thousand, as `quality_tables.by_age`.
    """
    if not len(cohorts):
        return nothing(look.say("pareto.nothing"), look.say("cohorts"), look)
    frame = cohorts.copy()
    dark = look.mode == "dark"
    fields = (
        alt.Chart(frame)
        .mark_rect()
        .encode(
            x=alt.X("age:O", axis=alt.Axis(title=look.say("age_months"), labelAngle=0)),
            y=alt.Y("sold_month:O", axis=alt.Axis(title=look.say("sold_month"))),
            color=alt.Color(
                "per_thousand:Q",
                scale=alt.Scale(scheme="blues", reverse=dark, domainMin=0),
                legend=alt.Legend(title=look.say("per_thousand"), gradientLength=200, padding=4),
            ),
            tooltip=[
                "sold_month",
                "age",
                alt.Tooltip("per_thousand:Q", format=".3f"),
                alt.Tooltip("claims:Q", format=".1f"),
            ],
        )
        .properties(width=560, height=alt.Step(13))
    )
    top = row_at(frame, "per_thousand")
    rate = figures.about(float(top["per_thousand"]))
    said = look.say("cohorts.said", month=top["sold_month"], age=int(top["age"]), rate=rate)
    return picture(fields, look.say("cohorts"), said, look)
