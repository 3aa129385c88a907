"""Pareto: which few of many make up most of an amount."""

from __future__ import annotations

from collections.abc import Sequence

import altair as alt
import numpy as np
import pandas as pd

from warrantysim.locale.wording import period
from warrantysim.report import figures
from warrantysim.report.charts.rules import sentences
from warrantysim.report.charts.theme import LIGHT, Look, Picture, money_axis, picture, roomy

MOST = 15
"""Bars drawn by themselves."""
MOSTLY = 0.8
"""The share whose first causes are told."""


def pareto_chart(
    names: Sequence[str],
    amounts: Sequence[float],
    currency: str,
    *,
    title: str | None = None,
    days: int = 365,
    look: Look = LIGHT,
    most: int = MOST,
    rest: bool = True,
) -> Picture:
    """A bar a cause, largest first, with the running share beside it. Amounts not above 0 are left out.

    ``rest``: whether those beyond the first ``most`` are one bar together; of many small ones it dwarfs all others.
    """
    frame = pd.DataFrame({"name": list(names), "amount": np.asarray(amounts, dtype=float)})
    frame = frame[frame["amount"] > 0].sort_values("amount", ascending=False, ignore_index=True, kind="stable")
    title = title or look.say("pareto")
    if not len(frame):
        empty = alt.Chart(pd.DataFrame({"text": [look.say("pareto.nothing")]})).mark_text().encode(text="text:N")
        return picture(empty, title, look.say("pareto.nothing"), look)
    total, all_causes = float(frame["amount"].sum()), len(frame)
    running = frame["amount"].cumsum() / total
    first = int((running < MOSTLY - 1e-12).sum()) + 1
    said = look.say(
        "pareto.said",
        n=first,
        all=all_causes,
        share=figures.share(float(running[first - 1]), 0),
        currency=currency,
        total=figures.whole(total),
        period=period(days, look.lang),
        first=frame["name"][0],
        amount=figures.whole(float(frame["amount"][0])),
    )
    shown = frame.head(most).copy()
    if rest and all_causes > most:
        beyond = pd.DataFrame(
            {"name": [look.say("other", n=all_causes - most)], "amount": [float(frame["amount"][most:].sum())]}
        )
        shown = pd.concat([shown, beyond], ignore_index=True)
    shown["running"] = shown["amount"].cumsum() / total
    if first > most:
        running_shown = figures.share(float(frame["amount"][:most].sum() / total), 0)
        said = sentences([said, look.say("pareto.shown", n=most, share=running_shown)], look)
    shown["few"] = shown.index < first
    shown["text"] = [
        f"{figures.whole(a)}  ({figures.share(r, 0)})" for a, r in zip(shown["amount"], shown["running"], strict=True)
    ]
    y = alt.Y("name:N", sort=list(shown["name"]), axis=alt.Axis(title=None, ticks=False, domain=False))
    axis = look.say("money_year", currency=currency, period=period(days, look.lang))
    x = alt.X("amount:Q", axis=money_axis(look, axis), scale=roomy(0.0, float(shown["amount"].max()), shown["text"]))
    colour = alt.condition("datum.few", alt.value(look.colour("extra")), alt.value(look.colour("unsure")))
    bars = alt.Chart(shown).mark_bar(height=16).encode(x=x, y=y, color=colour, tooltip=["name", "text"])
    texts = alt.Chart(shown).mark_text(align="left", dx=5, color=look.colour("ink")).encode(x=x, y=y, text="text:N")
    return picture(alt.layer(bars, texts).properties(width=520, height=alt.Step(26)), title, said, look)
