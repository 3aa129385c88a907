"""Open claims over the year, stacked by the stage they are in."""

from __future__ import annotations

from collections.abc import Mapping

import altair as alt
import pandas as pd

from warrantysim.locale.wording import named
from warrantysim.report import figures
from warrantysim.report.charts.rules import panels, sentences
from warrantysim.report.charts.theme import LIGHT, Look, Picture, picture

STAGE_COLOURS = {
    "answering": "#56B4E9",
    "deciding": "#0072B2",
    "closing": "#E69F00",
    "label_out": "#F0E442",
    "parcel_in": "#b8860b",
    "to_bench": "#009E73",
    "consolidating": "#8c6bb1",
    "freight": "#CC79A7",
    "queueing": "#D55E00",
    "on_bench": "#7f7f7f",
    "back_to_customer": "#a6cee3",
}
"""Colour of each stage, in the order of a journey; names stand beside them wherever they are used."""


def open_chart(open_claims: pd.DataFrame, titles: Mapping[str, str], *, look: Look = LIGHT) -> Picture:
    """An area a stage, a panel a rule.

    Parameters
    ----------
    open_claims : columns case, day (ISO), stage, claims; of the markets chosen, summed or not.
    titles : what rules are called, in order.
    """
    frame = open_claims.groupby(["case", "day", "stage"], sort=False)["claims"].sum().reset_index()
    frame["rule"] = frame["case"].map(dict(titles))
    used = frame.groupby("stage")["claims"].sum()
    stages = [stage for stage in STAGE_COLOURS if used.get(stage, 0) > 0]
    frame = frame[frame["stage"].isin(stages)]
    frame["part"] = [named("claim_stage", s, look.lang) for s in frame["stage"]]
    frame["order"] = frame["stage"].map({stage: k for k, stage in enumerate(stages)})
    rules = list(dict.fromkeys(titles.values()))
    parts = [named("claim_stage", s, look.lang) for s in stages]
    chart = (
        alt.Chart(frame)
        .mark_area(stroke=look.colour("paper"), strokeWidth=0.5)
        .encode(
            x=alt.X("day:T", axis=alt.Axis(title=None, format="%m", tickCount="month")),
            y=alt.Y("claims:Q", stack="zero", axis=alt.Axis(title=look.say("open_claims"), tickCount=5)),
            color=alt.Color(
                "part:N",
                sort=parts,
                scale=alt.Scale(domain=parts, range=[STAGE_COLOURS[s] for s in stages]),
                legend=alt.Legend(title=None, columns=4),
            ),
            order=alt.Order("order:Q", sort="ascending"),
            tooltip=["rule", "part", "day:T", alt.Tooltip("claims:Q", format=",.0f")],
        )
    )
    said = [_said(frame[frame["rule"] == rule], rule, look) for rule in rules]
    return picture(panels(chart, "rule", rules, 880, 240), look.say("open"), sentences(said, look), look)


def _said(frame: pd.DataFrame, rule: str, look: Look) -> str:
    days, stages = frame.groupby("day")["claims"].sum(), frame.groupby("part")["claims"].sum()
    whole = float(stages.sum())
    return look.say(
        "open.said",
        rule=rule,
        mean=figures.whole(float(days.mean()) if len(days) else 0.0),
        most=figures.whole(float(days.max()) if len(days) else 0.0),
        day=days.idxmax() if len(days) else "",
        stage=stages.idxmax() if len(stages) else "",
        share=figures.share(float(stages.max()) / whole if whole else 0.0, 0),
    )
