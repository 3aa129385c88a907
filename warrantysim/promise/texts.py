"""Texts for customers: a catalogue of their own (``promise.po``) in each language customers read, filled with facts.

These languages are not those of the program: a catalogue is whole, or says what differs from a whole one (``en_GB``).
Templates hold no digit. Babel writes numbers, money, dates and countries; months and days are words of the catalogue,
since a sentence asks for their case: ``{wait:dative}``.
"""

from __future__ import annotations

import gettext
from collections.abc import Mapping
from functools import cache
from string import Formatter
from typing import TYPE_CHECKING, Any, Literal, Self

from warrantysim.locale.wording import FOLDER
from warrantysim.promise.facts import Fact, Facts

if TYPE_CHECKING:
    from babel import Locale

DOMAIN = "promise"
BUYER_LANGUAGES: tuple[str, ...] = tuple(sorted(path.parts[-3] for path in FOLDER.glob(f"*/LC_MESSAGES/{DOMAIN}.po")))
"""Languages customers are written to in; whoever adds a catalogue adds one."""
LOCALES: Mapping[str, str] = {"en": "en_US", "zh_CN": "zh_Hans_CN", "de": "de_DE", "ja": "ja_JP"}
"""What Babel calls a language; by its own name where not listed."""
DATES: Mapping[str, Literal["medium"]] = {"en": "medium", "de": "medium"}
"""Length of a language's usual date, 29.11.2026; in others it is spelled out."""
SIGNED = {"en": ("USD", "GBP", "EUR"), "en_GB": ("GBP", "EUR")}
"""Currencies whose sign says which they are to readers of a language; others are written by their ISO code."""

AFTER = ("de", "es", "fr", "it", "pl", "sv")
"""Languages that write the currency after the amount."""


@cache
def promise_catalogue(lang: str) -> gettext.NullTranslations:
    """The compiled texts of a language; what a variant (``en_GB``) does not say is said as in its language.

    Raises
    ------
    FileNotFoundError
        If they were never compiled, or there are none.
    """
    texts = gettext.translation(DOMAIN, str(FOLDER), [lang])
    if lang[:2] != lang and lang[:2] in BUYER_LANGUAGES:
        texts.add_fallback(promise_catalogue(lang[:2]))
    return texts


def template(key: str, lang: str, n: float | None = None) -> str:
    """What is written for a key, in its form for ``n`` things where it has forms.

    Raises
    ------
    KeyError
        For an unknown key.
    """
    texts = promise_catalogue(lang)
    found = texts.gettext(key) if n is None else texts.ngettext(key, key, int(n) if n == int(n) else 2)
    if found == key:
        raise KeyError(f"no text is written for {key!r} in {lang!r}")
    return found


class Said(str):
    """A text with what it was made of, so that every figure in it can be told from where it comes."""

    __slots__ = ("facts", "key")
    key: str
    """Of its template."""
    facts: Facts
    """What filled its places."""

    def __new__(cls, text: str, key: str, facts: Facts) -> Self:
        """A text of a key, filled with facts."""
        made = super().__new__(cls, text)
        made.key, made.facts = key, facts
        return made


def said(key: str, lang: str, facts: Facts | None = None) -> Said:
    """The text of a key in a language, its ``{places}`` filled with the facts of these names.

    Raises
    ------
    KeyError
        For an unknown key, or a place without its fact: a text with holes is never sent.
    """
    written = template(key, lang)
    used = {place: (facts or {})[place] for _, place, _, _ in Formatter().parse(written) if place}
    return Said(written.format_map({name: Spelled(fact, lang) for name, fact in used.items()}), key, used)


def stated(fact: Fact, lang: str) -> Said:
    """A fact alone, where a table or a form shows it."""
    return Said(spelled(fact, lang), "", {fact.name: fact})


class Spelled(str):
    """A fact as a language writes it; ``{days:dative}`` asks for another form of its unit's word."""

    __slots__ = ("_fact", "_lang")
    _fact: Fact
    _lang: str

    def __new__(cls, fact: Fact, lang: str) -> Self:
        """Write it."""
        made = super().__new__(cls, spelled(fact, lang))
        made._fact, made._lang = fact, lang
        return made

    def __format__(self, form: str) -> str:
        return spelled(self._fact, self._lang, form) if form else str(self)


def spelled(fact: Fact, lang: str, form: str = "") -> str:
    """A fact as a language writes it; ``form``: of its unit's word, ``number`` for the number alone."""
    from babel.dates import format_date
    from babel.lists import format_list
    from babel.numbers import format_decimal, format_percent

    where, value = locale_of(lang), named_in(fact.value, lang)
    match fact.unit:
        case "text":
            return str(value)
        case "list":
            return format_list([str(named_in(one, lang)) for one in value], locale=where)
        case "country":
            return str(where.territories[value])
        case "date":
            first = "er" * (lang == "fr" and value.day == 1)
            return format_date(value, DATES.get(lang, "long"), locale=where).replace("1", f"1{first}", 1)
        case "money":
            return _money(value, fact.currency, lang)
        case "share":
            return format_percent(value, locale=where, decimal_quantization=False)
    number = format_decimal(value, locale=where, decimal_quantization=False)
    if fact.unit == "count" or form == "number":
        return number
    return template(f"unit.{fact.unit}{'.' if form else ''}{form}", lang, value).format(n=number)


@cache
def locale_of(lang: str) -> Locale:
    """How a language writes figures."""
    from babel import Locale

    return Locale.parse(LOCALES.get(lang, lang))


def named_in(value: Any, lang: str) -> Any:
    """A value in a language where people have named it in several, else its first."""
    if isinstance(value, Mapping):
        return value.get(lang) or value.get(lang[:2]) or next(iter(value.values()))
    return value


def decimals(currency: str) -> int:
    """Decimals of an amount in a currency."""
    from babel.numbers import get_currency_precision

    return get_currency_precision(currency)


def _money(value: float, currency: str, lang: str) -> str:
    """Money as a shop of that language prints it: $10, 10 EUR, EUR 10, 1,500円; yen have no hundredths."""
    from babel.numbers import format_currency, format_decimal

    digits = "#,##0" if float(value).is_integer() or not decimals(currency) else "#,##0.00"
    if currency in SIGNED.get(lang, ()):
        return format_currency(value, currency, f"¤{digits}", locale=locale_of(lang), currency_digits=False)
    plain = format_decimal(value, digits, locale=locale_of(lang))
    if lang == "ja" and currency == "JPY":
        return f"{plain}円"
    return f"{plain} {currency}" if lang in AFTER else f"{currency} {plain}"
