"""Contracts in pictures: winning prices, what a good unit costs, bills by month, and the price of a unit by volume."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import altair as alt
import pandas as pd

from warrantysim.locale.wording import say
from warrantysim.report import figures
from warrantysim.report.charts.rules import panels
from warrantysim.report.charts.theme import LIGHT, SERIES, Look, Picture, money_axis, picture, roomy

PARTS = ("bill", "around", "replaced", "waiting", "payment")
"""What a good unit's landed cost is made of."""
DASHES = ([1, 0], [6, 3], [2, 2], [8, 3, 2, 3], [10, 4], [4, 2, 1, 2])
"""Lines told apart without colour."""
COSTLY = 4.0
"""Prices beyond so many times the least one are cut off a picture of prices by volume."""


def _names() -> alt.Axis:
    """An axis of names alone."""
    return alt.Axis(title=None, ticks=False, domain=False)


def price_chart(prices: Sequence[tuple[float, float, float]], names: Sequence[str], *, look: Look = LIGHT) -> Picture:
    """A point a quote: the share of its prices at which it would be signed, with the interval, against the list price.

    ``prices``: (share, low, high) of each.
    """
    rows = [(n, f, max(low, 0.0), high, figures.share(f)) for n, (f, low, high) in zip(names, prices, strict=True)]
    frame = pd.DataFrame(rows, columns=["name", "at", "low", "high", "text"])
    top = max(1.1, float(frame[["at", "high"]].replace(float("inf"), 0.0).max().max()) * 1.05)
    frame["high"] = frame["high"].clip(upper=top)
    x = alt.X("at:Q", axis=alt.Axis(title=look.say("contract.of_list"), format=".0%"), scale=alt.Scale(domain=[0, top]))
    y = alt.Y("name:N", sort=list(names), axis=_names())
    base = alt.Chart(frame).encode(y=y)
    colour = look.colour("saving")
    layers = [
        base.mark_rule(strokeWidth=3, color=colour).encode(x=alt.X("low:Q"), x2="high:Q"),
        base.mark_point(size=110, filled=True, opacity=1, color=colour).encode(x=x, tooltip=["name", "text"]),
        base.mark_text(align="center", dy=-14, color=look.colour("ink")).encode(x="at:Q", text="text:N"),
        alt.Chart(pd.DataFrame({"at": [1.0]})).mark_rule(strokeDash=[5, 4], color=look.colour("soft")).encode(x="at:Q"),
    ]
    parts = [
        look.say("contract.price_part", quote=n, at=text, low=figures.share(low), high=figures.share(high))
        for n, _, low, high, text in rows
    ]
    takeaway = look.say("contract.prices_told", parts=look.say("and").join(parts))
    chart = alt.layer(*layers).properties(width=640, height=alt.Step(46))
    return picture(chart, look.say("contract.prices"), takeaway, look)


def landed_chart(frame: pd.DataFrame, names: Mapping[str, str], currency: str, *, look: Look = LIGHT) -> Picture:
    """A bar a quote and volume, a part a kind of cost, the interval of the whole above it.

    ``frame``: rows of one reading, as `good_unit_costs`.
    """
    labels = [
        f"{names[q]}  {v} · {look.say('contract.month_units', units=f'{n:.1f}')}"
        for q, v, n in zip(frame["quote"], frame["volume"], frame["units_a_month"], strict=True)
    ]
    rows = []
    for label, row in zip(labels, frame.to_dict("records"), strict=True):
        right = left = 0.0
        for part in PARTS:
            amount = float(row[part])
            start = right if amount >= 0 else left
            rows.append(
                {"row": label, "part": look.say(f"contract.{part}"), "from": start, "to": start + amount, "is": amount}
            )
            right, left = (start + amount, left) if amount >= 0 else (right, start + amount)
    parts = pd.DataFrame(rows)
    whole = frame.assign(row=labels)
    whole["text"] = [figures.cents(x) for x in whole["landed"]]
    whole["end"] = whole[["landed", "high"]].max(axis=1)
    told = [look.say(f"contract.{part}") for part in PARTS]
    colours = alt.Scale(domain=told, range=list(SERIES[: len(PARTS)]))
    axis = money_axis(look, look.say("contract.good_unit", currency=currency))
    scale = roomy(min(0.0, float(parts["from"].min())), float(whole["end"].max()), whole["text"])
    y = alt.Y("row:N", sort=labels, axis=_names())
    bars = (
        alt.Chart(parts)
        .mark_bar(height=20, stroke=look.colour("paper"), strokeWidth=1)
        .encode(
            x=alt.X("from:Q", axis=axis, scale=scale),
            x2="to:Q",
            y=y,
            color=alt.Color("part:N", scale=colours, sort=told, legend=alt.Legend(title=None, columns=5)),
            tooltip=["row", "part", alt.Tooltip("is", format=",.2f")],
        )
    )
    ends = alt.Chart(whole).mark_rule(color=look.colour("ink"), strokeWidth=2).encode(x="low:Q", x2="high:Q", y=y)
    dots = alt.Chart(whole).mark_point(color=look.colour("ink"), filled=True, size=50).encode(x="landed:Q", y=y)
    words = (
        alt.Chart(whole)
        .mark_text(align="left", dx=8, color=look.colour("ink"), fontWeight="bold")
        .encode(x="end:Q", y=y, text="text:N")
    )
    least = whole.iloc[int(whole["landed"].to_numpy().argmin())]
    takeaway = look.say(
        "contract.landed_told",
        quote=names[str(least["quote"])],
        volume=str(least["volume"]),
        currency=currency,
        cost=figures.cents(float(least["landed"])),
        low=figures.cents(float(least["low"])),
        high=figures.cents(float(least["high"])),
    )
    chart = alt.layer(bars, ends, dots, words).properties(width=560, height=alt.Step(34))
    return picture(chart, look.say("contract.landed"), takeaway, look)


def statement_chart(
    frame: pd.DataFrame, charges: Sequence[str], name: str, currency: str, *, look: Look = LIGHT
) -> Picture:
    """A column a month, a part a kind of charge; discounts and credits lie below 0.

    ``frame``: a row a month of one desk: month, the ``charges``, and total, their sum [currency].
    """
    rows = [
        (row["month"], look.say(f"contract.bill_{c}"), float(row[c]), k)
        for row in frame.to_dict("records")
        for k, c in enumerate(charges)
        if abs(row[c]) > 0.005
    ]
    parts = pd.DataFrame(rows, columns=["month", "part", "is", "order"])
    months = list(frame["month"])
    told = [look.say(f"contract.bill_{c}") for c in charges]
    shown = [part for part in told if part in set(parts["part"])]
    colours = alt.Scale(domain=shown, range=[SERIES[told.index(part)] for part in shown])
    chart = (
        alt.Chart(parts)
        .mark_bar(stroke=look.colour("paper"), strokeWidth=1)
        .encode(
            x=alt.X("month:O", sort=months, axis=alt.Axis(title=None, labelAngle=0)),
            y=alt.Y("is:Q", axis=money_axis(look, currency)),
            color=alt.Color("part:N", scale=colours, sort=shown, legend=alt.Legend(title=None)),
            order=alt.Order("order:Q"),
            tooltip=["month", "part", alt.Tooltip("is", format=",.0f")],
        )
        .properties(width=640, height=240)
    )
    short = frame[frame["shortfall"] > 0.5]
    facts = {"quote": name, "currency": currency, "total": figures.whole(float(frame["total"].sum()))}
    if len(short):
        missed = figures.whole(float(short["shortfall"].sum()))
        takeaway = look.say("contract.bill_short", **facts, shortfall=missed, n=len(short))
    else:
        takeaway = look.say("contract.bill_told", **facts)
    return picture(chart, look.say("contract.statement", quote=name), takeaway, look)


def volume_chart(
    frame: pd.DataFrame, names: Mapping[str, str], sku: str, currency: str, *, look: Look = LIGHT
) -> Picture:
    """A line a quote: the price of one repaired unit by units a month; a panel a desk, as only quotes for the same desk
    can stand in for each other.

    ``frame``: as `quote_volumes.unit_prices`.
    """
    shown = frame.assign(name=[names[q] for q in frame["quote"]])
    top = COSTLY * float(shown["price"].min())
    lines, desks = list(dict.fromkeys(shown["name"])), list(dict.fromkeys(shown["desk"]))
    scale = alt.Scale(domain=lines, range=[SERIES[k % len(SERIES)] for k in range(len(lines))])
    dashes = alt.Scale(domain=lines, range=[DASHES[k % len(DASHES)] for k in range(len(lines))])
    legend = alt.Legend(title=None, symbolSize=400)
    chart = (
        alt.Chart(shown)
        .mark_line(clip=True, strokeWidth=2.5)
        .encode(
            x=alt.X("units:Q", axis=alt.Axis(title=look.say("contract.units_month"))),
            y=alt.Y(
                "price:Q",
                axis=alt.Axis(title=look.say("contract.unit_price", currency=currency)),
                scale=alt.Scale(domain=[0, top]),
            ),
            color=alt.Color("name:N", scale=scale, sort=lines, legend=legend),
            strokeDash=alt.StrokeDash("name:N", scale=dashes, sort=lines, legend=legend),
            tooltip=["name", "desk", "units", alt.Tooltip("price", format=",.2f")],
        )
    )
    last, first = shown["units"].max(), shown["units"].min()
    parts = []
    for desk in desks:
        least = [
            shown[(shown["desk"] == desk) & (shown["units"] == at)].sort_values("price", kind="stable").iloc[0]
            for at in (first, last)
        ]
        told = {
            key: text
            for end, row in zip(("first", "last"), least, strict=True)
            for key, text in ((end, row["name"]), (f"{end}_price", figures.cents(float(row["price"]))))
        }
        parts.append(look.say("contract.volume_part", desk=desk, currency=currency, **told))
    said = look.say(
        "contract.volume_told",
        sku=sku,
        at_first=f"{first:.0f}",
        at_last=f"{last:.0f}",
        parts=say("bind.and", look.lang).join(parts),
    )
    drawn = panels(chart, "desk", desks, 640, 200, titled=True)
    return picture(drawn, look.say("contract.volume", sku=sku), said, look)
