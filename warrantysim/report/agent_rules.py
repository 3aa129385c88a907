"""The rules as those who answer claims get them: the table of what is to be done, each line in words too."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from warrantysim.locale.wording import LANGUAGES, Lang, named, say, titled
from warrantysim.report import figures
from warrantysim.report.doers import Titles, partner_titles
from warrantysim.report.rows import rows_of
from warrantysim.report.rule_text import act_text, age_text

if TYPE_CHECKING:
    import pandas as pd

    from warrantysim.schema.policy import Policy
    from warrantysim.schema.root import Scenario


MOST_NAMED = 4
"""Products of a category that are named; of more their number is told [count]."""


def agent_rules(policy: Policy, scenario: Scenario, effective_from: str = "") -> pd.DataFrame:
    """A policy as `decision.rule_table` tells it, with the title of each line in both languages."""
    from warrantysim.decision.rule_table import rule_table
    from warrantysim.journeys.model import model_of

    return with_titles(rule_table(policy, model_of(scenario), effective_from), scenario)


def with_titles(table: pd.DataFrame, scenario: Scenario) -> pd.DataFrame:
    """A rule table with columns title_en and title_zh. A title is true by itself: a line that holds only for what
    earlier lines leave says so."""
    rows, left, partners = rows_of(table), list(_left(table, scenario)), partner_titles(scenario)
    titles = {
        f"title_{lang}": [
            line_title(row, scenario, partners, lang, words) for row, words in zip(rows, left, strict=True)
        ]
        for lang in LANGUAGES
    }
    return table.assign(**titles)


def lines_told(table: pd.DataFrame, lang: Lang) -> str:
    """How many lines there are, and why so many of them state an age of the order."""
    aged = (table["age_from_days"] > 0) | table["age_to_days"].notna()
    many = int((aged & table["refund_from"].notna()).sum())
    return say("lines.aged" if many else "lines.told", lang, n=len(table), aged=many)


def _left(table: pd.DataFrame, scenario: Scenario) -> Iterator[frozenset[str]]:
    """Of what each line is the rest, since earlier lines do otherwise: ``products``, ``markets`` or the ``rest``."""
    import numpy as np

    category = {k.sku: k.category for k in scenario.skus}
    at = {name: table[name].to_numpy() for name in table}
    of_sku = [one or category.get(sku, "") for one, sku in zip(at["category"], at["sku"], strict=True)]
    at["category"] = np.array(of_sku, dtype=object)
    ends = {name: np.nan_to_num(at[name].astype(float), nan=np.inf) for name in ("age_to_days", "price_to")}
    for i in range(len(table)):
        here = (at["action"][:i] != at["action"][i]) | (at["partner"][:i] != at["partner"][i])
        for key in KEYS:
            one, others = at[key][i], at[key][:i]
            here &= (others == one) | (others == "") | (one == "")
        for first, last in (("age_from_days", "age_to_days"), ("price_from", "price_to")):
            here &= (at[first][:i] < ends[last][i]) & (at[first][i] < ends[last][:i])
        stated = {key: table[key].to_numpy()[:i] != "" for key in KEYS if not table[key].iloc[i]}
        product, market, case = (
            np.logical_or.reduce([np.zeros(i, dtype=bool), *(stated[key] for key in keys if key in stated)])
            for keys in (KEYS[:2], KEYS[2:3], KEYS[3:])
        )
        found = {
            "products": product & ~market & ~case,
            "markets": market & ~product & ~case,
            "rest": (product == market) | case,
        }
        yield frozenset(name for name, rows in found.items() if (here & rows).any())


KEYS = ("sku", "category", "market", "channel", "symptom", "evidence")
"""Keys of a line in the order they are told."""


def line_title(
    row: Mapping[str, Any], scenario: Scenario, partners: Titles, lang: Lang, left: frozenset[str] = frozenset()
) -> str:
    """``robot vacuum, Germany, order 365 days old or more, order price below EUR 120: refund``; ``left``: of what the
    line is the rest, such as ``Germany, other products: reship``."""
    parts = [_key(row, key, scenario, lang) for key in KEYS]
    if left and not any(parts):
        parts, left = [say("line.else", lang)], frozenset()
    last = math.inf if math.isnan(row["age_to_days"]) else row["age_to_days"]
    parts += [say(f"line.other_{what}", lang) for what in ("products", "markets") if what in left]
    parts += [age_text((row["age_from_days"], last), lang), _prices(row, lang)]
    parts += [say("line.otherwise", lang)] if "rest" in left else []
    whom = say("rule.and", lang).join(filter(None, parts)) or say("cell.everything", lang)
    return say("line.title", lang, whom=whom, act=act_text(row["action"], row["partner"], partners, lang))


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
    if key == "category":
        return _category(value, s, lang)
    return named(key, value, lang)


def _category(value: str, s: Scenario, lang: Lang) -> str:
    """A category with its products, as its name is a code: ``accessories (charger, cable, case)``."""
    mine = [sku.name_zh if lang == "zh" else sku.name_en for sku in s.skus if sku.category == value]
    told = say("rule.and", lang).join(mine) if len(mine) <= MOST_NAMED else say("line.products", lang, n=len(mine))
    return say("line.category", lang, category=named("product_category", value, lang), products=told)


def _prices(row: Mapping[str, Any], lang: Lang) -> str:
    low, high = row["price_from"], row["price_to"]
    facts = {"currency": row["currency"], "low": figures.value(low), "high": figures.value(high)}
    if math.isnan(high):
        return say("line.dearer", lang, **facts) if low > 0 else ""
    return say("line.prices" if low > 0 else "line.cheaper", lang, **facts)
