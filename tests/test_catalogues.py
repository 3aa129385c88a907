"""Every problem and every field is told in every language that is whole, and nothing is translated that nobody says."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from babel.messages.catalog import Message

from tests.catalogues import MEANING, codes, meanings, wanted
from tests.texts import written
from warrantysim.locale.wording import CATALOGUES, LANGUAGES
from warrantysim.schema.errors import CONTEXTS, told

PLACE = re.compile(r"\{(\w+)(?:![rs])?(?::[^}]*)?\}")
AS_IT_IS = re.compile(r"\{column: value\}|\{table: \{add")
"""Braces of a YAML mapping, in sentences without places."""
TRANSLATED = sorted(CATALOGUES.keys() - {"en"})


def ours(lang: str) -> Iterator[Message]:
    """Entries whose key is their English text."""
    return (entry for entry in written(lang) if entry.context in CONTEXTS)


def test_codes_and_meanings_are_found_in_the_sources() -> None:
    assert "duplicate key {names}; first stated in {earlier}" in codes()
    assert "Packed weight" in meanings()
    assert not {code for code in codes() if PLACE.sub("", code).isspace()}


@pytest.mark.parametrize("lang", TRANSLATED)
def test_nothing_is_translated_that_nobody_says_and_nothing_is_a_guess(lang: str) -> None:
    entries = list(ours(lang))
    assert not [entry.id for entry in entries if entry.id not in wanted()[entry.context or ""]]
    assert not [entry.id for entry in entries if entry.fuzzy or not entry.string]
    assert len({(entry.context, entry.id) for entry in entries}) == len(entries)


@pytest.mark.parametrize("lang", [lang for lang in LANGUAGES if lang != "en"])
def test_every_problem_and_every_field_is_told_in_a_language_that_is_whole(lang: str) -> None:
    there = {(entry.context, entry.id) for entry in ours(lang)}
    assert not {(context, key) for context, keys in wanted().items() for key in keys} - there


@pytest.mark.parametrize("lang", TRANSLATED)
def test_a_sentence_has_the_places_of_its_code_in_every_language(lang: str) -> None:
    odd = [
        (entry.id, entry.string)
        for entry in ours(lang)
        if set(PLACE.findall(entry.id)) != set(PLACE.findall(entry.string)) and not AS_IT_IS.search(entry.id)
    ]
    assert not odd


def test_a_message_is_made_at_the_end_in_the_language_that_is_asked() -> None:
    message = told("unknown {kind} {name!r}", kind=told("SKU"), name="C") + told("did you mean {close!r}?", close="B")
    assert message.text() == "unknown SKU 'C'; did you mean 'B'?"
    assert message.text("zh") == "未知产品编号 'C'；是否为 'B'？"
    assert message.text("de") == "unbekannt: SKU 'C'; gemeint: 'B'?"


def test_what_a_language_does_not_say_is_said_in_english() -> None:
    assert told("something nobody foresaw").text("zh") == "something nobody foresaw"
    assert [
        entry for entry in ours("zh") if entry.context == MEANING and re.search("[a-z]{4} [a-z]{4}", entry.string)
    ] == []
