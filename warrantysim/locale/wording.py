"""What the product says: looked up by key in the catalogue of a language, and filled with facts.

A catalogue is ``<language>/LC_MESSAGES/warrantysim.po``, compiled at installation; a further language is one file more.
Texts of the app's pages are in context ``app``; problems and meanings of fields, in ``problem`` and ``meaning``, have
their English text as key. Keys and the columns of files stay English; only what people read is translated.
"""

from __future__ import annotations

import gettext
import re
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from numbers import Integral
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent
Lang = str
"""A language people can read the product in, by its first two letters: ``zh``."""
DOMAIN = "warrantysim"
CATALOGUES: Mapping[Lang, str] = {
    path.parts[-3][:2]: path.parts[-3] for path in sorted(FOLDER.glob(f"*/LC_MESSAGES/{DOMAIN}.po"))
}
"""The folder of each language's catalogue: whoever adds one adds a language."""
LANGUAGES: tuple[Lang, ...] = ("en", "zh")
"""Languages that everything is said in: files for every reader are written in each of them. What another language
does not say is said in English."""
WORDS, MARKS = "\u3400", "\uff00"
"""The first Chinese character that is a word, and the first mark behind words."""
HAN = "\u3001-\u3011\u3400-\u9fff\uff01-\uff1f"
"""Chinese characters and marks, as a regular expression has them between brackets."""
_IS_HAN, _IS_LATIN = re.compile(f"[{HAN}]"), re.compile("[A-Za-z0-9]")
APP = "app"
"""Context of what pages say."""


@cache
def catalogue(lang: Lang) -> gettext.NullTranslations:
    """The compiled texts of a language.

    Raises
    ------
    FileNotFoundError
        If they were never compiled.
    """
    texts = gettext.translation(DOMAIN, str(FOLDER), [CATALOGUES[lang]])
    if lang not in LANGUAGES:
        texts.add_fallback(catalogue("en"))
    return texts


def text(key: str, lang: Lang = "en", context: str = "", n: Any = None) -> str | None:
    """The text of a key as it is written, in the form for ``n`` things where it has forms; None where there is none."""
    texts = catalogue(lang)
    if isinstance(n, Integral):
        many = texts.npgettext(context, key, key, int(n)) if context else texts.ngettext(key, key, int(n))
        if many != key:
            return many
    found = texts.pgettext(context, key) if context else texts.gettext(key)
    return None if found == key else found


def say(key: str, lang: Lang = "en", **facts: Any) -> str:
    """The text of a key, its ``{places}`` filled with facts; its form for so many things where a fact is called ``n``.

    Raises
    ------
    KeyError
        For an unknown key, or a place without its fact: a text with holes is never shown.
    """
    return _filled(key, lang, "", facts)


def say_in(context: str, key: str, lang: Lang = "en", **facts: Any) -> str:
    """As `say`, with the texts of a context."""
    return _filled(key, lang, context, facts)


def _filled(key: str, lang: Lang, context: str, facts: Mapping[str, Any]) -> str:
    written = text(key, lang, context, facts.get("n"))
    if written is None:
        raise KeyError(f"no text is written for {key!r}")
    return spaced(written, facts, lang).format(**facts)


_BEFORE = re.compile(rf"([{HAN}])( ?)\{{(\w+)\}}")
_BETWEEN = re.compile(r"\{(\w+)\} (?=\{(\w+)\})")
_AFTER = re.compile(rf"\{{(\w+)\}}( ?)(?=([{HAN}]))")


def spaced(written: str, facts: Mapping[str, Any], lang: Lang) -> str:
    """A Chinese text with a blank between a Chinese word and a fact in Latin letters or figures, and none between two
    Chinese ones or beside a Chinese mark; other languages as they are written."""
    if lang != "zh" or "{" not in written:
        return written

    def blank(fact: str, beside: str, as_written: str) -> str:
        return "" if _IS_HAN.match(fact) else " " if _IS_LATIN.match(fact) and WORDS <= beside < MARKS else as_written

    def before(one: re.Match[str]) -> str:
        return f"{one[1]}{blank(str(facts.get(one[3], ''))[:1], one[1], one[2])}{{{one[3]}}}"

    def after(one: re.Match[str]) -> str:
        return f"{{{one[1]}}}{blank(str(facts.get(one[1], ''))[-1:], one[3], one[2])}"

    def between(one: re.Match[str]) -> str:
        ends = (str(facts.get(one[1], ""))[-1:], str(facts.get(one[2], ""))[:1])
        mark = any(_IS_HAN.match(end) and not WORDS <= end < MARKS for end in ends)
        return one[0].rstrip() if mark or all(map(_IS_HAN.match, ends)) else one[0]

    return _BETWEEN.sub(between, _AFTER.sub(after, _BEFORE.sub(before, written)))


def listed(words: Iterable[str], lang: Lang = "en") -> str:
    """Names in a row."""
    return ("、" if lang == "zh" else ", ").join(words)


def joined(texts: Iterable[str], lang: Lang = "en") -> str:
    """Words or sentences one after the other: no blank where Chinese meets Chinese, none behind a Chinese mark."""
    whole = ""
    for one in filter(None, texts):
        close = lang == "zh" and whole and _IS_HAN.match(whole[-1]) and (whole[-1] < WORDS or whole[-1] >= MARKS)
        both = lang == "zh" and whole and _IS_HAN.match(whole[-1]) and _IS_HAN.match(one)
        whole += one if not whole or close or both else f" {one}"
    return whole


def with_value(title: str, value: str, lang: Lang = "en") -> str:
    """A text with what it is after a colon."""
    return f"{title}：{value}" if lang == "zh" else f"{title}: {value}"


def with_aside(text: str, aside: str, lang: Lang = "en") -> str:
    """A text with something in brackets after it."""
    return f"{text}（{aside}）" if lang == "zh" else f"{text} ({aside})"


def translated(english: str, lang: Lang, contexts: Sequence[str], n: Any = None) -> str:
    """A text whose key is its English, in a language; in English where none of the contexts has it. The English
    catalogue holds what is said of one thing (``n``).
    """
    if lang == "en" and n != 1:
        return english
    one = 1 if lang == "en" else None
    return next((said for context in contexts if (said := text(english, lang, context, one))), english)


def known(key: str, context: str = "") -> bool:
    """Whether there is a text of a key."""
    return text(key, "en", context) is not None


def named(group: str, word: str, lang: Lang = "en") -> str:
    """The term for a word of a group (``named("category", "refund")``); the word itself where none is written.

    Identifiers of the user (a partner, a product) have no term and are shown as stated.
    """
    return text(f"{group}.{word}", lang) or word


def so_many(things: str, n: int, lang: Lang = "en") -> str:
    """``1 product``, ``12 products``: a number of things within a sentence that counts several kinds."""
    return say(f"so_many.{things}", lang, n=n)


def titled(title: Any, fallback: str, lang: Lang = "en") -> str:
    """A scenario's own title in a language, or ``fallback`` where it has none."""
    return fallback if title is None else str(getattr(title, lang, title.en))


YEAR = 365
"""Length of what yearly amounts are told of [days]."""
YEAR_DAYS = (YEAR, 366)
"""Horizons that are called a year [days]."""


def period(days: int, lang: Lang = "en") -> str:
    """``a year``, or ``in 181 days`` for another horizon."""
    return say("period.year", lang) if days in YEAR_DAYS else say("period.days", lang, days=days)
