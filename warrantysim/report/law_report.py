"""What the law costs: each market as a whole, then its rows by article; one table, shown everywhere."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, NamedTuple

from warrantysim.locale.wording import Lang, period, say, titled
from warrantysim.report import figures
from warrantysim.report.rows import rows_of
from warrantysim.report.tables import Column, heading, table, wrapped

if TYPE_CHECKING:
    import pandas as pd

    from warrantysim.decision.decide import Decision
    from warrantysim.schema.markets import DatedShare
    from warrantysim.schema.root import Scenario

CONSENTS = ("consent_to_money_share", "refurbished_consent_share")
"""Shares of a market's customers that are told: who takes money, who takes a repaired unit."""


class LawRow(NamedTuple):
    """One row of the law, or all of a market's, in words."""

    market: str
    """Title of the market."""
    article: str
    """Where it is written, and where it holds."""
    ages: str
    """Ages of the order it holds for."""
    bound: str
    """Claims it binds."""
    cost: str
    """What the rules would save without it [reporting currency]."""
    consent: str
    """Customers who take money, and who take a repaired unit, when asked; told for the market as a whole."""


def law_rows(decision: Decision, scenario: Scenario, lang: Lang) -> list[LawRow]:
    """Every row, a market as a whole before its rows; none where nothing is demanded."""
    out = []
    for row in rows_of(law_frame(decision, scenario)):
        whole = not row["article"]
        market = titled(scenario.markets[str(row["market"])].title, str(row["market"]), lang)
        agreed = " / ".join(figures.share(row[name], 0) for name in CONSENTS) if whole else ""
        claims, cost = figures.whole(row["claims"]), figures.whole(row["cost"])
        out.append(LawRow(market, _article(row, lang), _ages(row, lang), claims, cost, agreed))
    return out


def law_heads(decision: Decision, scenario: Scenario, lang: Lang) -> list[str]:
    """What the columns of these rows are called."""
    when = period(scenario.horizon.days, lang)
    heads = [say(f"column.{key}", lang) for key in ("market", "article", "ages", "bound")]
    return [*heads, say("column.cost_period", lang, currency=decision.currency, period=when), say("column.agree", lang)]


def law_legend(scenario: Scenario, lang: Lang) -> str:
    """How to read them."""
    return say("law.legend", lang, period=period(scenario.horizon.days, lang))


def law_frame(decision: Decision, scenario: Scenario) -> pd.DataFrame:
    """The same for programs, with the shares of a market's customers who consent, as on the first day."""
    first = scenario.horizon.first_day
    customers = {name: market.customer for name, market in scenario.markets.items()}
    shares = {
        name: [_on(getattr(customers[market], name), first) for market in decision.law["market"]] for name in CONSENTS
    }
    return decision.law.assign(**shares)


def _on(share: DatedShare, day: dt.date) -> float:
    """A dated share on a day; 0 before the first that is stated."""
    return max([(step.from_, step.value) for step in share.steps if step.from_ <= day], default=(day, 0.0))[1]


def law_section(decision: Decision, scenario: Scenario, lang: Lang = "en", width: int = 110) -> Iterator[str]:
    """Lines of the report; none where nothing is demanded."""
    rows = law_rows(decision, scenario, lang)
    if not rows:
        return
    market, article, ages, bound, cost, agree = law_heads(decision, scenario, lang)
    columns = [
        Column(market),
        Column(article, wraps=True, least=24),
        Column(ages, wraps=True, give_up=1),
        Column(bound, "right", wraps=True, least=6, give_up=2),
        Column(cost, "right"),
        Column(agree, "right", wraps=True, least=13, give_up=3),
    ]
    yield heading(say("law.title", lang))
    shown = [
        row if not k or row.market != rows[k - 1].market else row._replace(market="") for k, row in enumerate(rows)
    ]
    yield table(columns, [list(row) for row in shown], width)
    yield ""
    yield from wrapped(law_legend(scenario, lang), width)


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
