"""Threshold heat map: what is done with a claim of which value, a row a cell, now above recommended."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import altair as alt
import pandas as pd

from warrantysim.locale.wording import named
from warrantysim.report.charts.theme import DONE, LIGHT, Look, Picture, picture, text_width
from warrantysim.report.doers import Titles, doer
from warrantysim.report.rule_text import ZoneLike, age_text

WIDTH = 640
"""Length of the axis in files [pixels]."""
MARK = "|"
"""Parts the place of a cell from what its line is called."""
SAID = 3
"""Texts a bar may say, the longest first [count]."""
FITTING = " : ".join(
    [*(f"datum.width_{k} < scale('x', datum.to) - scale('x', datum.from) ? datum.text_{k}" for k in range(SAID)), "''"]
)
"""The longest text that fits into its bar at the width that is drawn, as a Vega expression."""
TEXTS = [f"{what}_{k}" for k in range(SAID) for what in ("text", "width")]
"""Columns of these texts and how wide each is drawn [pixels]."""


def threshold_chart(
    rows: Sequence[Mapping[str, Any]],
    labels: Sequence[str],
    currency: str,
    *,
    partners: Titles,
    reach: float | None = None,
    look: Look = LIGHT,
) -> Picture:
    """Two bars a cell, of today's zones and the recommended ones, along the claim value.

    Parameters
    ----------
    rows : rows of a decision table (see `decision.table`) of cells in one currency.
    labels : what each row is called.
    currency : of the claim values.
    partners : what partners are called.
    reach : largest claim value drawn; a quarter beyond the last cut-point where not given [currency].

    Raises
    ------
    ValueError
        If a row is in another currency.
    """
    if any(row["currency"] != currency for row in rows):
        raise ValueError(f"expected rows in {currency} only: claim values of several currencies have no common axis")
    cuts = [z.start for row in rows for name in ("zones_now", "zones") for z in row[name]]
    end = reach or 1.25 * max([*cuts, 1.0])
    names = {"zones_now": look.say("now"), "zones": look.say("new")}
    bars, lines = [], []
    for place, (row, label) in enumerate(zip(rows, labels, strict=True)):
        # A line for what it is called, above its bars: beside them there is too little room.
        lines.append(f"{place}{MARK}")
        for name, when in names.items():
            for bar in _bars(row[name], label, f"{place}{MARK}{when}", end, partners, look):
                bars.append(bar)
                lines.append(bar[1])
    frame = pd.DataFrame(bars, columns=["cell", "line", "from", "to", "do", "who", "middle", *TEXTS])
    frame["when"] = frame["line"].str.partition(MARK)[2]
    done = [d for d in DONE if d in set(frame["do"])]
    words = {d: named("disposition", d, look.lang) for d in done}
    frame["done"] = [words[d] for d in frame["do"]]
    x = alt.X(
        "from:Q",
        axis=alt.Axis(title=look.say("value", currency=currency), grid=False),
        scale=alt.Scale(domain=[0, end], nice=False),
    )
    y = alt.Y(
        "line:N",
        axis=alt.Axis(
            title=None, ticks=False, domain=False, labelFontSize=11, labelExpr=f"split(datum.label, '{MARK}')[1]"
        ),
        scale=alt.Scale(domain=list(dict.fromkeys(lines)), paddingInner=0.08, paddingOuter=0.1),
    )
    base = alt.Chart(frame)
    drawn = base.mark_bar(stroke=look.colour("paper"), strokeWidth=1.5).encode(
        x=x,
        x2="to:Q",
        y=y,
        color=alt.Color(
            "done:N",
            sort=list(words.values()),
            scale=alt.Scale(domain=list(words.values()), range=[DONE[d] for d in done]),
            legend=alt.Legend(title=None),
        ),
        tooltip=[
            "cell",
            "when",
            "done",
            "who",
            alt.Tooltip("from:Q", format=",.2f"),
            alt.Tooltip("to:Q", format=",.2f"),
        ],
    )
    texts = base.mark_text(color="#111111", fontSize=11, text=alt.ExprRef(FITTING)).encode(x="middle:Q", y=y)
    heads = pd.DataFrame({"line": [f"{place}{MARK}" for place in range(len(labels))], "label": list(labels)})
    called = (
        alt.Chart(heads)
        .mark_text(
            align="left",
            baseline="middle",
            dy=3,
            fontWeight="bold",
            color=look.colour("ink"),
            limit=alt.ExprRef("width"),
        )
        .encode(x=alt.value(0), y=y, text="label:N")
    )
    chart = alt.layer(drawn, texts, called).properties(width=WIDTH, height=alt.Step(22))
    changed = sum(row["zones"] != row["zones_now"] for row in rows)
    said = look.say("thresholds.said", n=changed, cells=len(rows))
    return picture(chart, look.say("thresholds"), said, look)


def _bars(
    zones: Sequence[ZoneLike], cell: str, when: str, end: float, partners: Titles, look: Look
) -> list[tuple[Any, ...]]:
    """Bars of a rule, a row an age of the order where it differs by that."""
    aged = len({zone.ages for zone in zones}) > 1
    out = []
    for k, zone in enumerate(zones):
        after = zones[k + 1] if k + 1 < len(zones) and zones[k + 1].ages == zone.ages else None
        start, stop = min(zone.start, end), min(after.start if after else end, end)
        if stop <= start:
            continue
        row = " ".join(filter(None, (when, age_text(zone.ages, look.lang) if aged else "")))
        who = doer(zone.partner, partners, look.lang)
        done = named("disposition", zone.act, look.lang)
        texts = [each for each in (f"{done} {who}".strip(), done, who) if each]
        # Columns of their own: what draws a page's charts reads no lists.
        said = [(text, text_width(f"  {text}")) for text in texts] + [("", 0.0)] * (SAID - len(texts))
        out.append((cell, row, start, stop, zone.act, who, (start + stop) / 2, *(each for one in said for each in one)))
    return out
