"""What holds a rule, and what one more of what is scarce is worth, in words with their units."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from warrantysim.locale.wording import Lang, named, period, say
from warrantysim.report import figures
from warrantysim.report.rule_text import testers
from warrantysim.schema.dispositions import BY_PARTNER, TEST_AND_SWAP

if TYPE_CHECKING:
    from warrantysim.decision.binding import Bound
    from warrantysim.decision.decide import Decision
    from warrantysim.schema.root import Scenario

MOST_PRICES = 8
"""Scarce things that are told, dearest first."""
OWN = ("law", "law_days", "power_bank", "battery", "hours", "refunds", "days", "disputes")
"""Bounds that take something from a cell; contracts and the order of zones are told elsewhere."""
SHARED = ("minimum", "contract", "hours", "refunds", "days", "disputes")
"""Bounds that come from what cells share."""
WHOLE_YEAR = {
    "refunds": "refunds",
    "days beyond the longest mean": "days",
    "disputes beyond the highest share": "disputes",
}
"""Constraints on the whole year: how their measures are called in texts."""


def bound_text(bound: Bound, scenario: Scenario, lang: Lang = "en", brief: bool = False) -> str:
    """One thing that holds a rule: ``bench hours of china in 2027-02``; ``brief``: of many articles the first."""
    first, *more = bound.article.split("; ")
    article = say("bind.more_articles", lang, first=first) if brief and len(more) > 1 else bound.article
    text = say(
        f"bind.{bound.kind}",
        lang,
        what=_what(bound.what, scenario, lang),
        article=article,
        months=months_text(bound.months, scenario, lang),
        n=len(bound.months),
    )
    return say("bind.share", lang, bound=text, share=figures.share(bound.share, 0)) if bound.share < 1 else text


def bounds_text(
    bounds: Sequence[Bound], scenario: Scenario, lang: Lang = "en", kinds: Sequence[str] = (), brief: bool = False
) -> str:
    """Everything that holds a rule, or what is of some kinds; empty for nothing."""
    found = [bound_text(bound, scenario, lang, brief) for bound in bounds if not kinds or bound.kind in kinds]
    return say("bind.and", lang).join(found)


def months_text(months: Sequence[int], scenario: Scenario, lang: Lang = "en") -> str:
    """Months by their labels."""
    return say("rule.and", lang).join(scenario.clock.month_label(month) for month in months)


def scarce(decision: Decision, scenario: Scenario, lang: Lang = "en") -> Iterator[str]:
    """What one more of each real limit is worth, dearest first, and minimums whose work is paid for but not given.

    One sentence says so where nothing is scarce.
    """
    found = sorted(decision.solver.prices.items(), key=lambda item: -item[1])
    facts = {"currency": decision.currency, "period": period(scenario.horizon.days, lang)}
    for measure, price in found[:MOST_PRICES]:
        yield limit_text(measure, price, scenario, lang, facts)
    if len(found) > MOST_PRICES:
        yield say("scarce.more", lang, n=len(found) - MOST_PRICES)
    for partner, months in decision.solver.unmet.items():
        yield say(
            "scarce.minimum", lang, partner=partner, n=len(months), months=months_text(months, scenario, lang), **facts
        )
    if not found:
        yield say("scarce.nothing", lang)


def limit_text(measure: str, price: float, scenario: Scenario, lang: Lang, facts: dict[str, Any]) -> str:
    """``One more bench hour at china in 2027-02 is worth USD 12.40.``"""
    worth = figures.cents(price)
    if measure in WHOLE_YEAR:
        return say(f"scarce.{WHOLE_YEAR[measure]}", lang, price=worth, **facts)
    _, bench, month = measure.split()
    return say("scarce.hours", lang, price=worth, bench=bench, month=scenario.clock.month_label(int(month)), **facts)


def _what(what: str, scenario: Scenario, lang: Lang) -> str:
    """A disposition, an arm (``return_china sea``), a way or somebody's name."""
    disposition, _, partner = what.partition(" ")
    if partner:
        act = TEST_AND_SWAP if disposition == BY_PARTNER and partner in testers(scenario) else disposition
        return say(f"do.{act}", lang, partner=named("way", partner, lang))
    return named("disposition", what, lang) if named("way", what, lang) == what else named("way", what, lang)
