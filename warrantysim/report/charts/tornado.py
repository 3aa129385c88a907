"""Tornado: how far each uncertain input by itself moves the difference between two cases."""

from __future__ import annotations

from typing import Any

import altair as alt
import pandas as pd

from warrantysim.locale.wording import YEAR, period
from warrantysim.report import figures
from warrantysim.report.charts.theme import BRIEF, LIGHT, Look, Picture, money_axis, picture, roomy
from warrantysim.report.doers import NOBODY, Titles
from warrantysim.report.field_names import unit_name
from warrantysim.report.figures import position
from warrantysim.report.lever_text import lever_words

MOST = 12
"""Inputs drawn, widest first."""
BREAK = "|"
"""Where a label goes on in the next line."""


def tornado_chart(
    table: pd.DataFrame,
    stated: float,
    currency: str,
    *,
    partners: Titles = NOBODY,
    look: Look = LIGHT,
    most: int = MOST,
) -> Picture:
    """A bar an input from the difference at its low to that at its high; input values stand at the ends.

    Left of 0 the new case is cheaper. Inputs that would flip the answer say so in their label.

    ``table``: as of `analysis.tornado.Tornado`; ``stated``: the difference as stated [reporting currency a year];
    ``partners``: what they are called.
    """
    # What moves nothing has no bar; labels would lie on each other.
    moving = table["swing"].map(figures.rounded) > 0
    top = table[moving].head(most) if moving.any() else table.head(1)
    rows = []
    for row in top.to_dict("records"):
        name = lever_words(str(row["input"]), look.lang, partners)
        label = f"{name}{BREAK}{look.say('flips')}" if row["flips"] else name
        unit = unit_name(str(row["unit"]), look.lang)
        sides = sorted(("low", "high"), key=lambda side: float(row[f"at_{side}"]))
        below = [float(row[f"at_{side}"]) < stated for side in sides]
        # Ends on one side of the stated difference share a label at the outer end, in order, as they would overlap.
        outer = {(True, True): sides[0], (False, False): sides[1]}.get((below[0], below[1]))
        both = " / ".join(position(float(row[side])) for side in sides)
        # The shorter of two bars on one side lies on the longer.
        for side in sorted(sides, key=lambda side: -abs(float(row[f"at_{side}"]) - stated)):
            value, short = float(row[f"at_{side}"]), position(float(row[side]))
            short = short if outer is None else both if side == outer else ""
            rows.append(
                {
                    "label": label,
                    "side": look.say(side),
                    "from": stated,
                    "to": value,
                    "text": f"{short} {unit}".strip() if short else "",
                    "short": short,
                    "left": value < stated,
                }
            )
    frame = pd.DataFrame(rows)
    order = list(dict.fromkeys(frame["label"]))
    reach = sorted([*frame["to"], stated])
    low, high = reach[0], max(reach[-1], reach[0] + 1e-9)
    left, right = (frame["text"][frame["left"] == side] for side in (True, False))
    axis = look.say("money_year", currency=currency, period=period(YEAR, look.lang))
    x = alt.X("from:Q", axis=money_axis(look, axis), scale=roomy(low, high, right, left, frame["short"]))
    y = alt.Y("label:N", sort=order, axis=_lines())
    ends = [look.say("low"), look.say("high")]
    bars = (
        alt.Chart(frame)
        .mark_bar(height=16)
        .encode(
            x=x,
            x2="to:Q",
            y=y,
            color=alt.Color(
                "side:N",
                scale=alt.Scale(domain=ends, range=[look.colour("unsure"), look.colour("base")]),
                legend=alt.Legend(title=None),
            ),
            tooltip=["label", "side", "text", alt.Tooltip("to:Q", format=",.0f")],
        )
    )
    places: tuple[tuple[bool, Any, int], ...] = ((True, "right", -4), (False, "left", 4))
    texts = [
        alt.Chart(frame[frame["left"] == left])
        .mark_text(align=align, dx=dx, fontSize=11, color=look.colour("ink"), text=BRIEF)
        .encode(x="to:Q", y=y)
        for left, align, dx in places
    ]
    rules = [alt.Chart(pd.DataFrame({"at": [stated]})).mark_rule(color=look.colour("ink")).encode(x="at:Q")]
    if low < 0 < high:
        rules.append(
            alt.Chart(pd.DataFrame({"at": [0.0]}))
            .mark_rule(color=look.colour("extra"), strokeDash=[5, 4], strokeWidth=2)
            .encode(x="at:Q")
        )
        same = pd.DataFrame({"at": [0.0], "text": [look.say("same_cost")]})
        rules.append(
            alt.Chart(same)
            .mark_text(color=look.colour("extra"), baseline="bottom", fontSize=11)
            .encode(x="at:Q", y=alt.value(-3), text="text:N")
        )
    chart = alt.layer(bars, *rules, *texts).properties(width=480, height=alt.Step(34))
    first = table.iloc[0]
    said = look.say(
        "tornado.flips" if table["flips"].any() else "tornado.holds",
        first=lever_words(str(first["input"]), look.lang, partners),
        currency=currency,
        swing=figures.whole(float(first["swing"])),
        period=period(YEAR, look.lang),
        n=int(table["flips"].sum()),
        inputs=len(table),
    )
    return picture(chart, look.say("tornado"), said, look)


def _lines() -> alt.Axis:
    """Labels of one or two lines: what flips the answer says so below its name."""
    return alt.Axis(title=None, ticks=False, domain=False, labelExpr=f"split(datum.label, '{BREAK}')", labelLimit=420)
