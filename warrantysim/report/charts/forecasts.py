"""What is to come, drawn: a fan month by month, and claims by month of sale and month of claim."""

from __future__ import annotations

import altair as alt
import pandas as pd

from warrantysim.locale.wording import say
from warrantysim.report import figures
from warrantysim.report.charts.rules import nothing, row_at
from warrantysim.report.charts.theme import LIGHT, Look, Picture, money_axis, picture


def fan_chart(months: pd.DataFrame, of: str, currency: str = "", *, look: Look = LIGHT) -> Picture:
    """A line through the medians of months, a dark band for half of all futures, a light one for nine of ten.

    Parameters
    ----------
    months : columns month, and of `claims` or `cost` the quantiles _05, _25, _50, _75, _95.
    of : which of the two.
    currency : ISO code where it is money.
    """
    named = say(f"forecast.{of}", look.lang)
    title = look.say("fan", measure=named)
    if not len(months) or not months[f"{of}_95"].any():
        return nothing(look.say("pareto.nothing"), title, look)
    x = alt.X("month:O", axis=alt.Axis(title=look.say("claim_month"), labelAngle=0))
    y_title = say("rule.and", look.lang).join((named, currency)) if currency else named
    base = alt.Chart(months.rename(columns={f"{of}_{q}": f"q{q}" for q in ("05", "25", "50", "75", "95")}))
    colour = look.colour("saving")
    axis = alt.Y("q05:Q", axis=money_axis(look, y_title), scale=alt.Scale(domainMin=0))
    wide = base.mark_area(opacity=0.2, color=colour).encode(x=x, y=axis, y2="q95:Q")
    half = base.mark_area(opacity=0.3, color=colour).encode(x=x, y="q25:Q", y2="q75:Q")
    tooltip = ["month", *(alt.Tooltip(f"q{q}:Q", format=",.0f") for q in ("05", "25", "50", "75", "95"))]
    line = base.mark_line(point=True, color=colour).encode(x=x, y="q50:Q", tooltip=tooltip)
    top = row_at(months, f"{of}_50")
    ends = {
        end: figures.whole(float(top[f"{of}_{q}"])) for end, q in {"low": "05", "middle": "50", "high": "95"}.items()
    }
    said = look.say("fan.said", month=top["month"], measure=named, **ends)
    return picture(alt.layer(wide, half, line).properties(width=560, height=220), title, said, look)


def coming_chart(cells: pd.DataFrame, *, look: Look = LIGHT) -> Picture:
    """Claims to expect by month of sale and month of claim, a field each: the Nevada chart of the year to come.

    ``cells``: columns sold, month, claims (mean), claims_05, claims_95.
    """
    title = look.say("coming")
    if not len(cells) or not cells["claims"].any():
        return nothing(look.say("pareto.nothing"), title, look)
    colour = alt.Color(
        "claims:Q",
        scale=alt.Scale(scheme="blues", reverse=look.mode == "dark", domainMin=0),
        legend=alt.Legend(title=say("forecast.claims", look.lang), gradientLength=200),
    )
    ends = [alt.Tooltip(f"{name}:Q", format=",.1f") for name in ("claims", "claims_05", "claims_95")]
    fields = (
        alt.Chart(cells)
        .mark_rect()
        .encode(
            x=alt.X("month:O", axis=alt.Axis(title=look.say("claim_month"), labelAngle=0)),
            y=alt.Y("sold:O", axis=alt.Axis(title=look.say("sold_month"))),
            color=colour,
            tooltip=["sold", "month", *ends],
        )
        .properties(width=560, height=alt.Step(11))
    )
    by_sale = cells.groupby("sold")["claims"].sum()
    said = look.say("coming.said", sold=by_sale.idxmax(), claims=figures.whole(float(by_sale.max())))
    return picture(fields, title, said, look)
