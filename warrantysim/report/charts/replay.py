"""A replay of claims: a row a claim, a bar a stage, and the day that is being looked at."""

from __future__ import annotations

import datetime as dt

import altair as alt
import pandas as pd

from warrantysim.locale.wording import named
from warrantysim.report import figures
from warrantysim.report.charts.open_claims import STAGE_COLOURS
from warrantysim.report.charts.rules import nothing
from warrantysim.report.charts.theme import LIGHT, Look, Picture, picture

MOST_MARKS = 1900
"""Bars drawn at most; charts with more than 2,000 marks cannot be read by screen readers."""
ROW = 14
"""Height of a claim's row [px]."""


def replay_chart(
    journeys: pd.DataFrame,
    day: float,
    counts: pd.DataFrame,
    first_day: dt.date,
    window: tuple[float, float],
    *,
    look: Look = LIGHT,
) -> Picture:
    """Claims from the first opened down; a vertical line stands at the day.

    Parameters
    ----------
    journeys : stages of the claims drawn: claim, sku, stage, begin, end [days since the horizon's first].
    day : the day looked at, its noon [days].
    counts : claims in each stage at that moment, of all claims chosen, with a row ``all`` of how many these are;
        columns stage, claims.
    first_day : date of day 0.
    window : first and last day shown [days].
    """
    title, date = look.say("replay"), (first_day + dt.timedelta(days=int(day))).isoformat()
    if not len(journeys):
        return nothing(look.say("replay.none"), title, look)
    frame = journeys.head(MOST_MARKS).copy()
    low, high = window
    frame = frame[(frame["end"] > low) & (frame["begin"] < high)]
    origin = pd.Timestamp(first_day)
    for name in ("begin", "end"):
        frame[name] = origin + pd.to_timedelta(frame[name].clip(low, high), unit="D")
    frame["row"] = [f"{sku}  #{claim}" for sku, claim in zip(frame["sku"], frame["claim"], strict=True)]
    frame["part"] = [named("claim_stage", s, look.lang) for s in frame["stage"]]
    stages = [s for s in STAGE_COLOURS if s in set(frame["stage"])]
    parts = [named("claim_stage", s, look.lang) for s in stages]
    rows = list(dict.fromkeys(frame["row"]))
    x = alt.X("begin:T", axis=alt.Axis(title=None, format="%m-%d", tickCount=12, orient="top"))
    bars = (
        alt.Chart(frame)
        .mark_bar(height=ROW - 4)
        .encode(
            x=x,
            x2="end:T",
            y=alt.Y("row:N", sort=rows, axis=alt.Axis(title=None, labelFontSize=10, ticks=False, domain=False)),
            color=alt.Color(
                "part:N",
                sort=parts,
                scale=alt.Scale(domain=parts, range=[STAGE_COLOURS[s] for s in stages]),
                legend=alt.Legend(title=None, columns=4),
            ),
            tooltip=["row", "part", alt.Tooltip("begin:T", format="%Y-%m-%d"), alt.Tooltip("end:T", format="%Y-%m-%d")],
        )
    )
    here = pd.DataFrame({"at": [origin + pd.to_timedelta(day, unit="D")], "text": [date]})
    line = alt.Chart(here).mark_rule(color=look.colour("ink"), strokeWidth=2).encode(x="at:T")
    chart = alt.layer(bars, line).properties(width=700, height=alt.Step(ROW))
    return picture(chart, title, replay_words(counts, date, look), look)


def with_all(counts: pd.DataFrame, claims: int) -> pd.DataFrame:
    """Counts by stage with a row ``all``: how many claims they are of."""
    return pd.concat([counts, pd.DataFrame({"stage": ["all"], "claims": [claims]})], ignore_index=True)


def replay_words(counts: pd.DataFrame, date: str, look: Look = LIGHT) -> str:
    """How many of the claims chosen are open on a day, and where most of them are."""
    told = counts.set_index("stage")["claims"]
    claims, stages = int(told["all"]), told.drop("all")
    if not int(stages.sum()):
        return look.say("replay.done", day=date, claims=figures.whole(claims))
    return look.say(
        "replay.said",
        day=date,
        open=figures.whole(float(stages.sum())),
        claims=figures.whole(claims),
        stage=named("claim_stage", str(stages.idxmax()), look.lang),
        n=figures.whole(float(stages.max())),
    )
