"""Cost by value: what a claim of a cell costs under each disposition, the lower envelope, the cut-points."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING, Any

import altair as alt
import numpy as np
import pandas as pd

from warrantysim.report.charts.theme import DASHES, DONE, LIGHT, Look, Picture, money_axis, picture
from warrantysim.report.doers import Titles
from warrantysim.report.rule_text import arm_text, rule_text

if TYPE_CHECKING:
    from warrantysim.decision.training import Learned

BANDS = 12
"""Points a curve is drawn through at most, each a mean of about equally many claims."""
NARROW = 0.02
"""Least width of what a point stands for [share of the range of values]."""
BINS = 40
"""Bars claims are counted in along the value axis."""
FAR = 0.35
"""Where the least claim value is above this share of the greatest, the axis does not begin at 0."""
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
        for part in _parts(mine, learned.value[mine], bands):
            value = learned.value[part]
            facts = (name, value.mean(), value.min(), value.max(), len(part) / learned.replications)
            for a, arm in enumerate(learned.arms):
                possible = learned.feasible[part, a]
                if possible.mean() > 0.5:
                    rows.append((*facts, arm.disposition, arm.partner, cost[part, a].mean(), possible.mean()))
    return pd.DataFrame(rows, columns=list(CURVE_COLUMNS))


def _parts(rows: np.ndarray, value: np.ndarray, bands: int) -> list[np.ndarray]:
    """Rows, of rising value, in about equal parts, none narrower than `NARROW` but the last; equal values together."""
    if not len(rows):
        return []
    count = min(bands, max(len(rows) // 5, 1))
    cuts = value[(np.arange(1, count) * len(rows)) // count]
    least, kept = NARROW * float(value[-1] - value[0]), [0]
    for start in np.unique(np.searchsorted(value, cuts, side="left")).tolist():
        if start and value[start] - value[kept[-1]] >= least:
            kept.append(start)
    return np.split(rows, kept[1:])


def curve_chart(
    curves: pd.DataFrame,
    row: Mapping[str, Any],
    label: str,
    currency: str,
    *,
    partners: Titles,
    aside: Collection[tuple[str, str]] = (),
    only_test: Collection[str] = (),
    look: Look = LIGHT,
) -> Picture:
    """Lines of one cell, the cheapest at each value thick beneath; cut-points with the ranges they may lie in.

    Parameters
    ----------
    curves : rows of one cell, as `curve_frame` makes them.
    row : its row of the decision table.
    label : what the cell is called.
    currency : of costs, the reporting one; claim values are in the market's.
    partners : what partners are called.
    aside : arms (disposition, partner) that stand beside the choice, such as those nobody has a contract with, whose
        fixed charges are in no line: drawn faint, never the cheapest.
    only_test : partners that repair nothing.
    """
    frame = curves.copy()
    frame["aside"] = [arm in set(aside) for arm in zip(frame["do"], frame["partner"], strict=True)]
    told = [arm_text(d, p, partners, only_test, look.lang) for d, p in zip(frame["do"], frame["partner"], strict=True)]
    frame["arm"] = [
        look.say("aside", arm=arm) if beside else arm for arm, beside in zip(told, frame["aside"], strict=True)
    ]
    chosen = frame[~frame["aside"]]
    arms = frame.drop_duplicates("arm")
    domain = list(arms["arm"])
    colours, dashes = [DONE[d] for d in arms["do"]], _dashes(list(arms["do"]))
    end = float(frame["high"].max()) if len(frame) else 1.0
    start = _start(frame, row, end)
    x_axis = alt.Axis(title=look.say("value", currency=row["currency"]), grid=False)
    scale = alt.Scale(domain=[start, end + 0.02 * (end - start)], nice=False)
    x = alt.X("value:Q", axis=None, scale=scale)
    # A disposition that costs many times the best one would flatten all others: the drawing ends a little above them.
    top = _top(chosen)
    y = alt.Y(
        "cost:Q",
        axis=money_axis(look, look.say("each", currency=currency)),
        scale=alt.Scale(domain=[_low(frame), top], clamp=False),
    )
    legend = alt.Legend(title=None, columns=3, symbolType="stroke", symbolStrokeWidth=3, symbolSize=500)
    lines = (
        alt.Chart(frame)
        .mark_line(strokeWidth=2.4, clip=True)
        .encode(
            x=x,
            y=y,
            color=alt.Color("arm:N", sort=domain, scale=alt.Scale(domain=domain, range=colours), legend=legend),
            strokeDash=alt.StrokeDash(
                "arm:N", sort=domain, scale=alt.Scale(domain=domain, range=dashes), legend=legend
            ),
            opacity=alt.Opacity("aside:N", scale=alt.Scale(domain=[False, True], range=[1.0, 0.35]), legend=None),
            tooltip=["arm", alt.Tooltip("value:Q", format=",.2f"), alt.Tooltip("cost:Q", format=",.2f")],
        )
    )
    points = (
        alt.Chart(frame)
        .mark_point(size=30, filled=True, clip=True)
        .encode(
            x=x,
            y=y,
            color=alt.Color("arm:N", sort=domain, scale=alt.Scale(domain=domain, range=colours), legend=None),
            opacity=alt.Opacity("aside:N", scale=alt.Scale(domain=[False, True], range=[1.0, 0.35]), legend=None),
            tooltip=["arm", alt.Tooltip("value:Q", format=",.2f"), alt.Tooltip("cost:Q", format=",.2f")],
        )
    )
    least = chosen.loc[chosen.groupby("value")["cost"].idxmin()] if len(chosen) else chosen
    envelope = (
        alt.Chart(least).mark_line(strokeWidth=9, opacity=0.28, color=look.colour("ink"), clip=True).encode(x=x, y=y)
    )
    layers: list[alt.Chart] = [envelope, lines, points]
    cuts = _cuts(row, start, end)
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
    lower = (
        alt.Chart(_claims(frame, start, end))
        .mark_bar(color=look.colour("base"), opacity=0.8)
        .encode(
            x=alt.X("from:Q", axis=x_axis, scale=scale),
            x2="to:Q",
            y=alt.Y(
                "claims:Q",
                axis=alt.Axis(
                    title=look.say("claims_year"),
                    tickCount=2,
                    titleAngle=0,
                    titleAlign="left",
                    titleY=-8,
                    titleX=0,
                    grid=False,
                ),
            ),
            y2=alt.datum(0),
            tooltip=[alt.Tooltip(f"{name}:Q", format=",.0f") for name in ("from", "to", "claims")],
        )
        .properties(width=600, height=54)
    )
    rule = rule_text(
        row["zones"],
        row["currency"],
        look.lang,
        partners=partners,
        beyond=row["claims_beyond"],
        claims=row["claims"] if row["always"] else 0.0,
    )
    said = look.say("curves.said" if len(cuts) else "curves.one", cell=label, rule=rule)
    return picture(alt.vconcat(upper, lower, spacing=18), look.say("curves"), said, look)


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


def _start(frame: pd.DataFrame, row: Mapping[str, Any], end: float) -> float:
    """Where the value axis begins: at 0, or shortly below the least value and cut-point where both are far from it."""
    if not len(frame):
        return 0.0
    least = min([float(frame["low"].min()), *(cut for cut in row["cuts"] if 0 < cut < end)])
    return max(0.0, least - 0.1 * (end - least)) if least > FAR * end and least < end else 0.0


def _claims(frame: pd.DataFrame, start: float, end: float) -> pd.DataFrame:
    """Claims a year along the value axis: those of a band spread evenly over it. Columns from, to, claims."""
    edges = np.linspace(start, end, BINS + 1) if end > start else np.array([start, start + 1.0])
    count = np.zeros(len(edges) - 1)
    for low, high, claims in frame.drop_duplicates("value")[["low", "high", "claims"]].to_numpy(dtype=float):
        if high > low:
            inside = np.clip(np.minimum(edges[1:], high) - np.maximum(edges[:-1], low), 0.0, None)
            count += claims * inside / max(inside.sum(), 1e-12)
        else:
            count[min(int(np.searchsorted(edges, low, side="right")) - 1, len(count) - 1)] += claims
    return pd.DataFrame({"from": edges[:-1], "to": edges[1:], "claims": count})


def _cuts(row: Mapping[str, Any], start: float, end: float) -> pd.DataFrame:
    flat = list(row["flat"]) or [(cut, cut) for cut in row["cuts"]]
    rows = [
        {"cut": cut, "low": max(low, start), "high": end if math.isinf(high) else min(high, end), "text": f"{cut:,.0f}"}
        for cut, (low, high) in zip(row["cuts"], flat, strict=False)
        if start < cut < end
    ]
    return pd.DataFrame(rows, columns=["cut", "low", "high", "text"])
