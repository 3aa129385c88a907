"""Blocks and documents of the reference seller in every language and market they go out in."""

from __future__ import annotations

import re
from collections.abc import Iterable

from tests.promise.seller import seller
from warrantysim.promise.document import Document
from warrantysim.promise.facts import Fact, Facts, facts_by_name, stated_text, term
from warrantysim.promise.listing import Listing, listing
from warrantysim.promise.texts import Said, spelled
from warrantysim.schema.root import Scenario

PLACES = (
    ("US", "en"),
    ("UK", "en_GB"),
    ("DE", "de"),
    ("JP", "ja"),
    ("FR", "fr"),
    ("IT", "it"),
    ("ES", "es"),
    ("NL", "nl"),
    ("PL", "pl"),
    ("SE", "sv"),
    ("BE", "fr"),
    ("US", "zh_CN"),
    ("DE", "zh_CN"),
)
"""Markets with the languages of their stores, and the copies the seller reads."""


def facts_of(scenario: Scenario, sku: str, market: str = "US", days: float = 365) -> Facts:
    row = scenario.skus[scenario.sku_index[sku]]
    return facts_by_name(
        stated_text("product", {"en": row.name_en, "zh_CN": row.name_zh}, f"skus.{sku}"),
        term("term", days, f"sku_markets.{sku}.{market}"),
        Fact("answer", 2, "working_days", "promised_times"),
    )


def block(sku: str, market: str, lang: str, scenario: Scenario | None = None, days: float = 365) -> Listing:
    here = scenario or seller()
    return listing(here, sku, market, lang, facts_of(here, sku, market, days), Document("none", lang, "", []))


def typed(texts: Iterable[str], lang: str) -> list[str]:
    """Texts with a figure that is not a fact's."""
    return [one for one in texts if re.search(r"\d", without_facts(one, lang))]


def without_facts(one: str, lang: str) -> str:
    if not isinstance(one, Said):
        return one
    left = str(one)
    for fact in sorted(one.facts.values(), key=lambda fact: -len(spelled(fact, lang))):
        for form in ("", "dative", "genitive"):
            try:
                left = left.replace(spelled(fact, lang, form), "")
            except KeyError:
                continue
    return left
