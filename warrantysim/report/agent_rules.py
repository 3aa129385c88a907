"""The rules as those who answer claims get them: the table of what is to be done, each line in words too."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from warrantysim.report import figures
from warrantysim.report.rows import rows_of
from warrantysim.report.rule_text import age_text
from warrantysim.report.wording import LANGUAGES, Lang, named, say, titled

if TYPE_CHECKING:
    import pandas as pd

    from warrantysim.scenario.policy import Policy
    from warrantysim.scenario.root import Scenario


def agent_rules(policy: Policy, scenario: Scenario, effective_from: str = "") -> pd.DataFrame:
    """A policy as `decision.rule_table` tells it, with the title of each line in both languages."""
    from warrantysim.decision.rule_table import rule_table
    from warrantysim.journeys.world import world_of

    return with_titles(rule_table(policy, world_of(scenario), effective_from), scenario)


def with_titles(table: pd.DataFrame, scenario: Scenario) -> pd.DataFrame:
    """A rule table with columns title_en and title_zh."""
    rows = rows_of(table)
    return table.assign(**{f"title_{lang}": [line_title(row, scenario, lang) for row in rows] for lang in LANGUAGES})


def line_title(row: Mapping[str, Any], scenario: Scenario, lang: Lang) -> str:
    """``robot vacuum, Germany, order 365 days old or more, order price below EUR 120: refund``."""
    where = [_key(row, key, scenario, lang) for key in ("sku", "category", "market", "channel", "symptom", "evidence")]
    last = math.inf if math.isnan(row["age_to_days"]) else row["age_to_days"]
    ages = age_text((row["age_from_days"], last), lang)
    parts = list(filter(None, (*where, ages, _prices(row, lang))))
    whom = say("rule.and", lang).join(parts) or say("cell.everything", lang)
    return say("line.title", lang, whom=whom, act=act_text(row["action"], row["partner"], lang))


def act_text(action: str, partner: str, lang: Lang) -> str:
    """What is done: ``test and swap at hub-test-us``."""
    return say(f"do.{action}", lang, partner=named("way", partner, lang))


def _key(row: Mapping[str, Any], key: str, s: Scenario, lang: Lang) -> str:
    value = str(row[key])
    if not value:
        return ""
    if key == "sku":
        sku = s.skus[s.sku_index[value]]
        return sku.name_zh if lang == "zh" else sku.name_en
    if key in {"market", "channel"}:
        held = (s.markets if key == "market" else s.channels)[value]
        return titled(held.title, value, lang)
    return named(key, value, lang)


def _prices(row: Mapping[str, Any], lang: Lang) -> str:
    low, high = row["price_from"], row["price_to"]
    facts = {"currency": row["currency"], "low": figures.value(low), "high": figures.value(high)}
    if math.isnan(high):
        return say("line.dearer", lang, **facts) if low > 0 else ""
    return say("line.prices" if low > 0 else "line.cheaper", lang, **facts)
