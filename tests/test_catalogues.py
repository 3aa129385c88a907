"""Every problem and every field is told in every language that is whole, and nothing is translated that nobody says."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from babel.messages.catalog import Message

from tests.catalogues import MEANING, PROBLEM, codes, meanings, wanted
from tests.texts import texts, written
from warrantysim.locale.wording import CATALOGUES, LANGUAGES, say, text
from warrantysim.report.agent_rules import line_title
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


def test_a_message_has_a_blank_between_chinese_and_latin_words_put_into_it() -> None:
    message = told("expected {what}, got {found}", what="ISO", found="x")
    assert " ISO" in message.text("zh")


def test_what_a_language_does_not_say_is_said_in_english() -> None:
    assert told("something nobody foresaw").text("zh") == "something nobody foresaw"
    assert [
        entry for entry in ours("zh") if entry.context == MEANING and re.search("[a-z]{4} [a-z]{4}", entry.string)
    ] == []


COUNTS = re.compile(r"(?<!last )\{n(:[,g])?\} (\w+ )?([a-z]+|SKU)s\b")
LIMITS = re.compile("expected|at most|more than|longer than|stopped after|holds|is made of")


def test_one_thing_is_not_told_as_several() -> None:
    counted = [code for code in codes() if COUNTS.search(code) and not LIMITS.search(code)]
    assert not [code for code in counted if text(code, "en", PROBLEM, 1) in (None, code)]
    assert (
        told("{n} rows state no refund: unknown, not zero", n=1).text() == "1 row states no refund: unknown, not zero"
    )
    assert told("{n} rows state no refund: unknown, not zero", n=2).text().startswith("2 rows state")


SEVERAL = {
    # As many years as it would take, products and inputs where more than a few are left out, what is merged or cut.
    "simulate.no_difference", "decision.unsure", "cell.unsure", "verdict.needed", "cell.and_more", "line.products",
    "faults.more", "sensitivity.more", "compare.method_merged", "drivers.method_merged", "runs.table_rows",
    # A weight: claims of the category count in part.
    "fit.how.findings",
}  # fmt: skip
"""Texts whose number is never one."""


def test_every_text_that_counts_has_a_form_for_one() -> None:
    counting = {
        entry.id if isinstance(entry.id, str) else entry.id[0]: entry.pluralizable
        for entry in written("en")
        if entry.id and entry.context not in CONTEXTS
        for text in (entry.string if entry.pluralizable else [entry.string])
        if COUNTS.search(text)
    }
    assert {key for key, forms in counting.items() if not forms} == SEVERAL


@pytest.mark.parametrize(
    ("key", "context", "plural"),
    [
        ("app.filling", "", "studies"),
        ("so_many.partners", "", "partners"),
        ("decision.acts", "", "changes"),
        ("approvals.ticked", "app", "changes are"),
        ("home.hold", "app", "changes"),
    ],
)
def test_a_count_of_one_is_told_in_the_singular(key: str, context: str, plural: str) -> None:
    one, many = (str(text(key, "en", context, n)) for n in (1, 2))
    assert plural in many
    assert plural not in one


PROMISED = ("memo.", "line.", "lines.", "do.", "rule.", "rules.", "disposition.", "verdict.", "part.", "period.")
"""What a language that is not whole says at least, beside problems: the agents' card and the memo."""


@pytest.mark.parametrize("lang", sorted(CATALOGUES.keys() - set(LANGUAGES)))
def test_a_language_that_is_not_whole_has_the_agents_card_the_memo_and_nearly_all_problems(lang: str) -> None:
    mine, english = texts(lang), texts("en")
    assert not [key for key in english if key.startswith(PROMISED) and not mine.get(key)]
    assert not mine.keys() - english.keys()
    # What is asked and remarked of report files is said in English.
    assert len(codes() - texts(lang, PROBLEM).keys()) < len(codes()) / 2
    for key, said in mine.items():
        assert set(PLACE.findall(said)) == set(PLACE.findall(english[key])), key


def test_a_card_in_a_language_that_is_not_whole_is_in_it_and_the_rest_is_english() -> None:
    row = {
        **dict.fromkeys(("sku", "category", "market", "channel", "symptom"), ""),
        "evidence": "photo", "age_from_days": 0.0, "age_to_days": 365.0, "price_from": 0.0, "price_to": 120.0,
        "currency": "EUR", "action": "refund", "partner": "",
    }  # fmt: skip
    assert line_title(row, None, {}, "de") == (  # type: ignore[arg-type]
        "Foto, Bestellung jünger als 365 Tage, Bestellpreis unter EUR 120: erstatten"
    )
    assert say("runs.goes_on", "de", job="x") == say("runs.goes_on", "en", job="x")
