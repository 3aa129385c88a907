"""What the year looks like to operations, in a few sentences and figures."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from warrantysim.locale.wording import Lang, say
from warrantysim.report import figures
from warrantysim.report.charts.rules import row_at

if TYPE_CHECKING:
    import pandas as pd

Titles = Mapping[str, str]
"""What rules are called, by name; today's first."""


@dataclass(frozen=True)
class Headline:
    """One figure of the last rule, and that of the first beside it."""

    key: str
    """What it is: ``resolved``, ``open``, ``busy`` or ``freight``."""
    value: str
    """The figure."""
    beside: str
    """The same under the first rule; empty where there is but one."""
    where: str = ""
    """Where and when it was found, of the last rule."""


def answer(promises: pd.DataFrame, titles: Titles, days: int, lang: Lang) -> str:
    """Which share of claims each rule resolves within so many days, and whether they differ by more than luck."""
    rows = [_resolved(promises, case, days) for case in titles]
    parts = [
        say(
            "floor.resolved",
            lang,
            rule=title,
            days=days,
            kept=figures.share(float(row["kept"])),
            low=figures.share(float(row["low"])),
            high=figures.share(float(row["high"])),
        )
        for title, row in zip(titles.values(), rows, strict=True)
    ]
    if len(rows) > 1:
        now, new = rows[0], rows[-1]
        key = "better" if new["low"] > now["high"] else "worse" if new["high"] < now["low"] else "same"
        parts.append(say(f"floor.{key}", lang, rule=list(titles.values())[-1]))
    return (" " if lang == "en" else "").join(parts)


def _resolved(promises: pd.DataFrame, case: str, days: int) -> pd.Series:
    mine = promises[(promises["case"] == case) & (promises["market"] == "")]
    return mine[(mine["promise"] == "resolved") & (mine["days"] == days)].iloc[0]


def headlines(
    tables: Mapping[str, pd.DataFrame], titles: Titles, days: int, currency: str, lang: Lang
) -> list[Headline]:
    """Resolved in time, open claims on an ordinary day, the busiest month of a bench, freight a unit.

    ``tables``: promises, open_in_all, dispatches as `Operated` has them, and benches as `Result.benches`.
    """
    told = [_told(tables, case, days, currency, lang) for case in titles]
    first, last = told[0], told[-1]
    return [Headline(key, value, first[key][0] if len(told) > 1 else "", where) for key, (value, where) in last.items()]


def _told(
    tables: Mapping[str, pd.DataFrame], case: str, days: int, currency: str, lang: Lang
) -> dict[str, tuple[str, str]]:
    many = tables["open_in_all"][tables["open_in_all"]["case"] == case]
    most = row_at(many, "claims")
    found = {
        "resolved": (figures.share(float(_resolved(tables["promises"], case, days)["kept"])), ""),
        "open": (
            figures.whole(float(many["claims"].mean())),
            say("floor.at_most", lang, n=figures.whole(float(most["claims"])), day=most["day"]),
        ),
    }
    busy = tables["benches"]
    busy = busy[(busy["policy"] == case) & (busy["visits"] > 0) & busy["utilisation"].notna()]
    if len(busy):
        top = row_at(busy, "utilisation")
        bench = say("chart.bench.china", lang) if top["bench"] == "china" else str(top["bench"])
        found["busy"] = (figures.share(float(top["utilisation"]), 0), f"{bench}, {top['month']}")
    else:
        found["busy"] = (say("floor.none", lang), "")
    sent = tables["dispatches"][tables["dispatches"]["case"] == case]
    units = float(sent["units"].sum())
    if units:
        cost = figures.cents(float(sent["cost"].sum()) / units)
        found["freight"] = (f"{currency} {cost}", say("floor.sent", lang, units=figures.whole(units)))
    else:
        found["freight"] = (say("floor.none", lang), "")
    return found
