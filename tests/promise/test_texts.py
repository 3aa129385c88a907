"""Texts for customers are whole in every language they are written in, and their figures are facts alone."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from string import Formatter

import pytest
from babel.messages.catalog import Message

from tests.catalogues import said_to_customers
from tests.texts import written
from warrantysim.promise.facts import Fact, day, facts_by_name, term
from warrantysim.promise.texts import BUYER_LANGUAGES, DOMAIN, said, spelled

WHOLE = [lang for lang in BUYER_LANGUAGES if lang == lang[:2] or lang[:2] not in BUYER_LANGUAGES]
FIGURE = re.compile(r"\d|[一二三四五六七八九十百]+(?:年|个月|か月|天|日(?!常|本|光|时)|週|周)")
"""A figure in digits, or written out before a time."""
FORM = re.compile(r"unit\.\w+\.\w+$")
"""A form of a unit's word, which each language has of its own."""


def entries(lang: str) -> Iterator[tuple[str, str, Message]]:
    for entry in written(lang, DOMAIN):
        if entry.id:
            key = entry.id[0] if isinstance(entry.id, tuple) else entry.id
            for text in entry.string if isinstance(entry.string, tuple) else (entry.string,):
                yield key, text, entry


def places(text: str) -> set[str]:
    return {place for _, place, _, _ in Formatter().parse(text) if place}


def test_customers_of_the_reference_seller_read_their_own_language() -> None:
    assert {"en", "en_GB", "de", "es", "fr", "it", "ja", "nl", "pl", "sv", "zh_CN"} <= set(BUYER_LANGUAGES)


@pytest.mark.parametrize("lang", BUYER_LANGUAGES)
def test_no_text_is_empty_or_a_guess_or_holds_a_figure(lang: str) -> None:
    assert [key for key, text, entry in entries(lang) if not text or entry.fuzzy or FIGURE.search(text)] == []


@pytest.mark.parametrize("lang", BUYER_LANGUAGES)
def test_a_language_says_every_text_of_english_and_no_other(lang: str) -> None:
    english = {key for key, _, _ in entries("en") if not FORM.match(key)}
    mine = {key for key, _, _ in entries(lang) if not FORM.match(key)}
    assert mine - english == set()
    assert lang not in WHOLE or english - mine == set()


@pytest.mark.parametrize("lang", BUYER_LANGUAGES)
def test_a_text_has_the_same_places_in_every_language(lang: str) -> None:
    english = {key: places(text) for key, text, _ in entries("en")}
    assert {key for key, text, _ in entries(lang) if key in english and places(text) != english[key]} == set()


def test_every_text_is_said_somewhere() -> None:
    words, begin = said_to_customers()
    assert [key for key, _, _ in entries("en") if key not in words and not key.startswith(begin)] == []


def test_yen_have_no_hundredths() -> None:
    refund = Fact("refund", 20453.64, "money", "", "JPY")
    assert [spelled(refund, lang) for lang in ("ja", "en")] == ["20,454円", "JPY 20,454"]


def test_no_space_stands_between_chinese_signs() -> None:
    facts = facts_by_name(
        day("valid_from", dt.date(2027, 1, 1), ""),
        term("full", 365, ""),
        term("term", 365, ""),
        Fact("legal_term", 6, "years", ""),
        Fact("legal_term_scotland", 5, "years", ""),
        Fact("law", "Consumer Rights Act", "text", ""),
        Fact("product", {"en": "cable", "zh": "数据线"}, "text", ""),
        Fact("decided", dt.date(2027, 1, 1), "date", ""),
    )
    named = [key for key, text, _ in entries("zh_CN") if places(text) and places(text) <= facts.keys()]
    assert {"terms.valid", "remedy.falls_later", "law.uk.rights", "description.fact"} <= set(named)
    told = {key: str(said(key, "zh_CN", facts)) for key in named}
    assert {key for key, text in told.items() if re.search("[\u4e00-\u9fff] [\u4e00-\u9fff]", text)} == set()


def test_a_figure_is_written_as_the_language_writes_it() -> None:
    facts = [
        Fact("price", 1234.5, "money", "", "EUR"),
        Fact("price", 1500, "money", "", "JPY"),
        day("day", dt.date(2026, 11, 29), ""),
        Fact("share", 0.9, "share", ""),
        Fact("wait", 1, "working_days", ""),
    ]
    assert {lang: [spelled(fact, lang) for fact in facts] for lang in BUYER_LANGUAGES} == {
        "en": ["€1,234.50", "JPY 1,500", "Nov 29, 2026", "90%", "1 business day"],
        "en_GB": ["€1,234.50", "JPY 1,500", "29 November 2026", "90%", "1 working day"],
        "de": ["1.234,50 EUR", "1.500 JPY", "29.11.2026", "90\u00a0%", "1 Arbeitstag"],
        "ja": ["EUR 1,234.50", "1,500円", "2026年11月29日", "90%", "1営業日"],
        "es": ["1.234,50 EUR", "1.500 JPY", "29 de noviembre de 2026", "90\u00a0%", "1 día hábil"],
        "fr": ["1\u202f234,50 EUR", "1\u202f500 JPY", "29 novembre 2026", "90\u00a0%", "1 jour ouvré"],
        "it": ["1.234,50 EUR", "1.500 JPY", "29 novembre 2026", "90%", "1 giorno lavorativo"],
        "nl": ["EUR 1.234,50", "JPY 1.500", "29 november 2026", "90%", "1 werkdag"],
        "pl": ["1\u00a0234,50 EUR", "1\u00a0500 JPY", "29 listopada 2026", "90%", "1 dzień roboczy"],
        "sv": ["1\u00a0234,50 EUR", "1\u00a0500 JPY", "29 november 2026", "90\u00a0%", "1 arbetsdag"],
        "zh_CN": ["EUR 1,234.50", "JPY 1,500", "2026年11月29日", "90%", "1 个工作日"],
    }


@pytest.mark.parametrize(
    ("days", "value", "unit"),
    [(365, 12, "months"), (366, 12, "months"), (548, 18, "months"), (730, 24, "months"), (731, 24, "months"),
     (1095, 36, "months"), (540, 540, "days"), (90, 90, "days"), (400, 400, "days"), (20.9, 20, "days")],
)  # fmt: skip
def test_a_term_is_told_in_months_where_it_is_a_whole_number_of_them_and_no_day_more_is_promised(
    days: float, value: int, unit: str
) -> None:
    assert (term("term", days, "").value, term("term", days, "").unit) == (value, unit)


def test_the_first_of_a_month_is_written_as_french_does() -> None:
    days = [day("day", dt.date(2026, 12, one), "") for one in (1, 11)]
    assert [spelled(one, "fr") for one in days] == ["1er décembre 2026", "11 décembre 2026"]


def test_a_text_without_its_fact_or_its_key_is_never_sent() -> None:
    with pytest.raises(KeyError, match="n"):
        said("unit.months", "en")
    with pytest.raises(KeyError, match="no text is written for 'nobody'"):
        said("nobody", "de", facts_by_name())
