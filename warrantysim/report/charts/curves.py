"""Cost by value: what a claim of a cell costs under each disposition, the lower envelope, the cut-points."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import altair as alt
import numpy as np
import pandas as pd

from warrantysim.report.charts.theme import DASHES, DONE, LIGHT, Look, Picture, money_axis, picture
from warrantysim.report.rule_text import rule_text
from warrantysim.report.wording import named

if TYPE_CHECKING:
    from warrantysim.decision.training import Learned

BANDS = 12
"""Points a curve is drawn through, each a mean of equally many claims."""
CURVE_COLUMNS = ("cell", "value", "low", "high", "claims", "do", "partner", "cost", "possible")


def curve_frame(learned: Learned, cost: np.ndarray, bands: int = BANDS) -> pd.DataFrame:
    """Mean cost of claims by cell, band of value and arm.

    Parameters
    ----------
    learned : training claims.
    cost : cost of each under each arm, shape (n, A) [reporting currency]; ``learned.cost``, or with queues and
        shadow prices on top.

    Returns
    -------
    Columns cell (key values joined by a blank), value (mean claim value, market currency), low and high (ends of the
    band), claims (a year), do, partner, cost (mean), possible (share of claims for which the arm is).
    """
    rows: list[tuple[Any, ...]] = []
    order = np.lexsort((learned.value, learned.cell))
    starts = np.searchsorted(learned.cell[order], np.arange(len(learned.cells) + 1))
    for c, cell in enumerate(learned.cells):
        mine = order[starts[c] : starts[c + 1]]
        mine = mine[learned.filed[mine].any(axis=1)]
        name = " ".join(map(str, cell))
        for part in np.array_split(mine, min(bands, max(len(mine) // 5, 1))):
            if not len(part):
                continue
            value = learned.value[part]
            facts = (name, value.mean(), value.min(), value.max(), len(part) / learned.replications)
            for a, arm in enumerate(learned.arms):
                possible = learned.feasible[part, a]
                if possible.mean() > 0.5:
                    rows.append((*facts, arm.disposition, arm.partner, cost[part, a].mean(), possible.mean()))
    return pd.DataFrame(rows, columns=list(CURVE_COLUMNS))


def curve_chart(
    curves: pd.DataFrame, row: Mapping[str, Any], label: str, currency: str, *, look: Look = LIGHT
) -> Picture:
    """Lines of one cell, the cheapest at each value thick beneath; cut-points with the ranges they may lie in.

    Parameters
    ----------
    curves : rows of one cell, as `curve_frame` makes them.
    row : its row of the decision table.
    label : what the cell is called.
    currency : of costs, the reporting one; claim values are in the market's.
    """
    frame = curves.copy()
    frame["arm"] = [_arm(d, p, look) for d, p in zip(frame["do"], frame["partner"], strict=True)]
    arms = frame.drop_duplicates("arm")
    domain = list(arms["arm"])
    colours, dashes = [DONE[d] for d in arms["do"]], _dashes(list(arms["do"]))
    end = float(frame["high"].max()) if len(frame) else 1.0
    x_axis = alt.Axis(title=look.say("value", currency=row["currency"]), grid=False)
    scale = alt.Scale(domain=[0, end * 1.02], nice=False)
    x = alt.X("value:Q", axis=None, scale=scale)
    # A disposition that costs many times the best one would flatten all others: the drawing ends a little above them.
    top = _top(frame)
    y = alt.Y(
        "cost:Q",
        axis=money_axis(look, look.say("each", currency=currency)),
        scale=alt.Scale(domain=[_low(frame), top], clamp=False),
    )
    legend = alt.Legend(title=None, columns=3, symbolStrokeWidth=3, symbolSize=300)
    lines = (
        alt.Chart(frame)
        .mark_line(strokeWidth=2.2, clip=True, point=alt.OverlayMarkDef(size=18, filled=True))
        .encode(
            x=x,
            y=y,
            color=alt.Color("arm:N", sort=domain, scale=alt.Scale(domain=domain, range=colours), legend=legend),
            strokeDash=alt.StrokeDash(
                "arm:N", sort=domain, scale=alt.Scale(domain=domain, range=dashes), legend=legend
            ),
            tooltip=["arm", alt.Tooltip("value:Q", format=",.2f"), alt.Tooltip("cost:Q", format=",.2f")],
        )
    )
    least = frame.loc[frame.groupby("value")["cost"].idxmin()] if len(frame) else frame
    envelope = (
        alt.Chart(least).mark_line(strokeWidth=9, opacity=0.28, color=look.colour("ink"), clip=True).encode(x=x, y=y)
    )
    layers: list[alt.Chart] = [envelope, lines]
    cuts = _cuts(row, end)
    if len(cuts):
        layers = [
            alt.Chart(cuts)
            .mark_rect(color=look.colour("saving"), opacity=0.12, clip=True)
            .encode(x=alt.X("low:Q", scale=scale, axis=None), x2="high:Q"),
            *layers,
            alt.Chart(cuts)
            .mark_rule(color=look.colour("ink"), strokeDash=[4, 3])
            .encode(x=alt.X("cut:Q", scale=scale, axis=None)),
            alt.Chart(cuts)
            .mark_text(align="left", dx=4, baseline="top", color=look.colour("ink"))
            .encode(x=alt.X("cut:Q", scale=scale, axis=None), y=alt.value(4), text="text:N"),
        ]
    upper = alt.layer(*layers).properties(width=600, height=270)
    bands = frame.drop_duplicates("value")
    lower = (
        alt.Chart(bands)
        .mark_bar(color=look.colour("base"), opacity=0.8)
        .encode(
            x=alt.X("low:Q", axis=x_axis, scale=scale),
            x2="high:Q",
            y=alt.Y(
                "density:Q",
                axis=alt.Axis(
                    title=look.say("claims_year"),
                    labels=False,
                    ticks=False,
                    titleAngle=0,
                    titleAlign="left",
                    titleY=-6,
                    titleX=0,
                    grid=False,
                ),
            ),
            tooltip=[alt.Tooltip("claims:Q", format=",.0f"), "low", "high"],
        )
        .transform_calculate(density="datum.claims / max(datum.high - datum.low, 0.001)")
        .properties(width=600, height=46)
    )
    rule = rule_text(
        row["zones"],
        row["currency"],
        look.lang,
        beyond=row["claims_beyond"],
        claims=row["claims"] if row["always"] else 0.0,
    )
    said = look.say("curves.said" if len(cuts) else "curves.one", cell=label, rule=rule)
    return picture(alt.vconcat(upper, lower, spacing=18), look.say("curves"), said, look)


def _arm(do: str, partner: str, look: Look) -> str:
    return " ".join(filter(None, [named("disposition", do, look.lang), named("way", partner, look.lang)]))


def _dashes(dones: list[str]) -> list[list[int]]:
    """A pattern an arm: that of its disposition, longer for each further partner."""
    out: list[list[int]] = []
    seen: dict[str, int] = {}
    for do in dones:
        k = seen.get(do, 0)
        seen[do] = k + 1
        out.append([n + 3 * k for n in DASHES[do]] if k else DASHES[do])
    return out


def _top(frame: pd.DataFrame) -> float:
    if not len(frame):
        return 1.0
    least = frame.groupby("value")["cost"].min()
    return float(min(frame["cost"].max(), 2.6 * max(least.max(), 1.0)) * 1.05)


def _low(frame: pd.DataFrame) -> float:
    return min(0.0, float(frame["cost"].min()) * 1.05) if len(frame) else 0.0


def _cuts(row: Mapping[str, Any], end: float) -> pd.DataFrame:
    flat = list(row["flat"]) or [(cut, cut) for cut in row["cuts"]]
    rows = [
        {"cut": cut, "low": max(low, 0.0), "high": end if math.isinf(high) else min(high, end), "text": f"{cut:,.0f}"}
        for cut, (low, high) in zip(row["cuts"], flat, strict=False)
        if 0 < cut < end
    ]
    return pd.DataFrame(rows, columns=["cut", "low", "high", "text"])
