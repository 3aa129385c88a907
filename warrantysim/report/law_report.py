"""What the law costs, as a table of text: each market as a whole, then its rows by article."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from warrantysim.locale.wording import Lang, period, say, titled
from warrantysim.report import figures
from warrantysim.report.rows import rows_of
from warrantysim.report.tables import Column, heading, table, wrapped

if TYPE_CHECKING:
    from warrantysim.decision.decide import Decision
    from warrantysim.scenario.root import Scenario


def law_section(decision: Decision, scenario: Scenario, lang: Lang = "en", width: int = 110) -> Iterator[str]:
    """Lines of the report; none where nothing is demanded."""
    rows = rows_of(decision.law)
    if not rows:
        return
    when = period(scenario.horizon.days, lang)
    columns = [
        Column(say("column.market", lang)),
        Column(say("column.article", lang), wraps=True, least=24),
        Column(say("column.ages", lang), wraps=True, give_up=1),
        Column(say("column.bound", lang), "right", give_up=2),
        Column(say("column.cost_period", lang, currency=decision.currency, period=when), "right"),
    ]
    cells = []
    for row in rows:
        market = scenario.markets[str(row["market"])].title
        name = titled(market, str(row["market"]), lang) if not row["article"] else ""
        claims, cost = figures.whole(row["claims"]), figures.whole(row["cost"])
        cells.append([name, _article(row, lang), _ages(row, lang), claims, cost])
    yield heading(say("law.title", lang))
    yield table(columns, cells, width)
    yield ""
    yield from wrapped(say("law.legend", lang, period=when), width)


def _article(row: Any, lang: Lang) -> str:
    if not row["article"]:
        return say("law.whole", lang)
    return say("law.region", lang, region=row["region"], article=row["article"]) if row["region"] else row["article"]


def _ages(row: Any, lang: Lang) -> str:
    if not row["article"]:
        return ""
    ages = say("law.ages", lang, low=figures.whole(row["age_from_days"]), high=figures.whole(row["age_to_days"]))
    sold = row["sold_from"]
    return ages if sold == dt.date.min.isoformat() else say("law.sold", lang, ages=ages, day=sold)
