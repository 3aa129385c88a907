"""What the product says, in English and Chinese: looked up by key, filled with facts, never put together elsewhere.

Keys and the columns of files stay English; only what people read is translated.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal, get_args

from warrantysim.report.breakeven_phrases import BREAKEVEN_PHRASES
from warrantysim.report.charts.differences_texts import DIFFERENCE_TEXTS
from warrantysim.report.charts.floor_texts import FLOOR_TEXTS
from warrantysim.report.charts.texts import CHART_TEXTS
from warrantysim.report.compare_phrases import COMPARE_PHRASES
from warrantysim.report.decision_phrases import DECISION_PHRASES
from warrantysim.report.driver_terms import DRIVER_TERMS
from warrantysim.report.input_phrases import INPUT_PHRASES
from warrantysim.report.ladder_phrases import LADDER_PHRASES
from warrantysim.report.law_phrases import LAW_PHRASES
from warrantysim.report.memo_phrases import MEMO_PHRASES
from warrantysim.report.phrases import PHRASES
from warrantysim.report.quotes_phrases import QUOTES_PHRASES
from warrantysim.report.quotes_terms import QUOTES_TERMS
from warrantysim.report.run_phrases import RUN_PHRASES
from warrantysim.report.sentences import SENTENCES
from warrantysim.report.simplify_phrases import SIMPLIFY_PHRASES
from warrantysim.report.sweep_phrases import SWEEP_PHRASES
from warrantysim.report.terms import TERMS
from warrantysim.report.workbook_phrases import WORKBOOK_PHRASES

Lang = Literal["en", "zh"]
"""A language people can read the product in."""
LANGUAGES: tuple[Lang, ...] = get_args(Lang)

CATALOGUE: Mapping[str, tuple[str, str]] = {
    **TERMS,
    **PHRASES,
    **DECISION_PHRASES,
    **SENTENCES,
    **WORKBOOK_PHRASES,
    **QUOTES_PHRASES,
    **QUOTES_TERMS,
    **CHART_TEXTS,
    **DIFFERENCE_TEXTS,
    **FLOOR_TEXTS,
    **RUN_PHRASES,
    **MEMO_PHRASES,
    **COMPARE_PHRASES,
    **SIMPLIFY_PHRASES,
    **SWEEP_PHRASES,
    **INPUT_PHRASES,
    **BREAKEVEN_PHRASES,
    **LAW_PHRASES,
    **DRIVER_TERMS,
    **LADDER_PHRASES,
}
"""Every text by key: (English, Chinese)."""

ONE = ".one"
"""Ending of the key that is used where ``n`` is 1."""


def say(key: str, lang: Lang = "en", **facts: Any) -> str:
    """The text of a key, its ``{places}`` filled with facts; with ``n=1`` the key's ``.one`` form where there is one.

    Raises
    ------
    KeyError
        For an unknown key, or a place without its fact: a text with holes is never shown.
    """
    singular = key + ONE
    if facts.get("n") == 1 and singular in CATALOGUE:
        key = singular
    if key not in CATALOGUE:
        raise KeyError(f"no text is written for {key!r}")
    return CATALOGUE[key][LANGUAGES.index(lang)].format(**facts)


def named(group: str, word: str, lang: Lang = "en") -> str:
    """The term for a word of a group (``named("category", "refund")``); the word itself where none is written.

    Identifiers of the user (a partner, a product) have no term and are shown as stated.
    """
    key = f"{group}.{word}"
    return CATALOGUE[key][LANGUAGES.index(lang)] if key in CATALOGUE else word


def titled(title: Any, fallback: str, lang: Lang = "en") -> str:
    """A scenario's own title in a language, or ``fallback`` where it has none."""
    return fallback if title is None else str(getattr(title, lang))


YEAR_DAYS = (365, 366)
"""Horizons that are called a year [days]."""


def period(days: int, lang: Lang = "en") -> str:
    """``a year``, or ``in 181 days`` for another horizon."""
    return say("period.year", lang) if days in YEAR_DAYS else say("period.days", lang, days=days)
