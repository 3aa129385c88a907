"""Cost stack: what a year costs by kind of cost, one bar a policy."""

from __future__ import annotations

import altair as alt
import numpy as np
import pandas as pd

from warrantysim.locale.wording import named, period
from warrantysim.report import figures
from warrantysim.report.charts.theme import LIGHT, SERIES, Look, Picture, ink_on, money_axis, picture, roomy

MOST = 8
"""Kinds of cost told apart; the others are one part together."""
LEGIBLE = 0.075
"""Parts narrower than this share of the widest bar carry no figure."""


FITS = "abs(scale('x', datum.to) - scale('x', datum.from)) > 7 * length(datum.text) + 4 ? 1 : 0"
"""Whether a figure fits into its part at the width that is drawn: it never runs over its neighbours'."""


def cost_chart(
    costs: pd.DataFrame,
    currency: str,
    *,
    titles: dict[str, str] | None = None,
    days: int = 365,
    each: bool = False,
    look: Look = LIGHT,
    most: int = MOST,
) -> Picture:
    """A bar a policy, a part a category; credits lie left of 0.

    Parameters
    ----------
    costs : columns policy, category, mean [currency over the horizon, or a claim where ``each``], as `Result.costs`.
    titles : what policies are called, by name.
    """
    frame = stacked(costs, look, most)
    frame["policy"] = [(titles or {}).get(p, p) for p in frame["policy"]]
    policies = list(dict.fromkeys(frame["policy"]))
    widest = float(frame[frame["mean"] > 0].groupby("policy")["mean"].sum().max()) if len(frame) else 1.0
    frame["middle"] = (frame["from"] + frame["to"]) / 2
    frame["text"] = [figures.whole(m) if abs(m) > LEGIBLE * widest else "" for m in frame["mean"]]
    parts = list(dict.fromkeys(frame["part"]))
    inks = {part: ink_on(SERIES[k % len(SERIES)]) for k, part in enumerate(parts)}
    frame["ink"] = [inks[part] for part in frame["part"]]
    axis = (
        look.say("each", currency=currency)
        if each
        else look.say("money_year", currency=currency, period=period(days, look.lang))
    )
    sums = frame.groupby("policy", sort=False).agg(total=("mean", "sum"), end=("to", "max")).reset_index()
    sums["text"] = [figures.whole(t) for t in sums["total"]]
    low, high = (float(frame[["from", "to"]].to_numpy().min()), float(frame["to"].max())) if len(frame) else (0.0, 1.0)
    x = alt.X("from:Q", axis=money_axis(look, axis), scale=roomy(min(low, 0.0), high, sums["text"]))
    y = alt.Y("policy:N", sort=policies, axis=alt.Axis(title=None, ticks=False, domain=False))
    colours = alt.Scale(domain=parts, range=[SERIES[k % len(SERIES)] for k in range(len(parts))])
    bars = (
        alt.Chart(frame)
        .mark_bar(height=38, stroke=look.colour("paper"), strokeWidth=1)
        .encode(
            x=x,
            x2="to:Q",
            y=y,
            color=alt.Color("part:N", scale=colours, sort=parts, legend=alt.Legend(title=None, columns=4)),
            tooltip=["policy", "part", alt.Tooltip("mean:Q", format=",.0f")],
        )
    )
    inside = (
        alt.Chart(frame)
        .mark_text(fontSize=11, opacity=alt.expr(FITS))
        .encode(x="middle:Q", y=y, text="text:N", color=alt.Color("ink:N", scale=None))
    )
    total = (
        alt.Chart(sums)
        .mark_text(align="left", dx=6, fontWeight="bold", color=look.colour("ink"))
        .encode(x="end:Q", y=y, text="text:N")
    )
    chart = alt.layer(bars, inside, total).properties(width=600, height=alt.Step(54))
    return picture(chart, look.say("costs"), _takeaway(frame, policies, currency, days, look), look)


def stacked(costs: pd.DataFrame, look: Look = LIGHT, most: int = MOST) -> pd.DataFrame:
    """Parts with their ends: policy, part, mean, from, to; costs right of 0, credits left of it."""
    wide = costs.pivot_table("mean", "category", "policy", aggfunc="sum", fill_value=0.0)
    wide = wide.reindex(columns=list(dict.fromkeys(costs["policy"])))
    size = wide.abs().max(axis=1).sort_values(ascending=False, kind="stable")
    kept = list(size.index[:most])
    rest = [c for c in size.index if c not in kept]
    rows = []
    for policy in wide.columns:
        right = left = 0.0
        parts = [(named("category", c, look.lang), float(wide.loc[c, policy])) for c in kept]
        for sign in (1, -1):
            others = [float(wide.loc[c, policy]) for c in rest if np.sign(wide.loc[c, policy]) == sign]
            if others:
                parts.append((look.say("other", n=len(rest)), float(np.sum(others))))
        for part, mean in parts:
            start = right if mean >= 0 else left
            rows.append((str(policy), part, mean, start, start + mean))
            right, left = (start + mean, left) if mean >= 0 else (right, start + mean)
    return pd.DataFrame(rows, columns=["policy", "part", "mean", "from", "to"])


def _takeaway(frame: pd.DataFrame, policies: list[str], currency: str, days: int, look: Look) -> str:
    totals = frame.groupby("policy", sort=False)["mean"].sum()
    last = policies[-1]
    parts = frame[frame["policy"] == last].groupby("part", sort=False)["mean"].sum().sort_values(ascending=False)
    facts = {
        "currency": currency,
        "total": figures.whole(float(totals[last])),
        "period": period(days, look.lang),
        "first": parts.index[0],
        "share": figures.share(float(parts.iloc[0] / totals[last]), 0) if totals[last] else "",
    }
    if len(policies) == 1:
        return look.say("costs.one", policy=last, **facts)
    apart = float(totals[last] - totals[policies[0]])
    key = "costs.more" if apart > 0 else "costs.less"
    return look.say(key, new=last, now=policies[0], apart=figures.whole(abs(apart)), **facts)
