"""The catalogues as translators write them, for tests that look at every text."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po

from warrantysim.locale.wording import CATALOGUES, DOMAIN, FOLDER, LANGUAGES, Lang

ONE = ".one"
"""Ending under which the form of a text for one thing is looked at here."""


@cache
def written(lang: Lang, domain: str = DOMAIN) -> Catalog:
    """The catalogue of a language."""
    with (FOLDER / CATALOGUES.get(lang, lang) / "LC_MESSAGES" / f"{domain}.po").open("rb") as file:
        return read_po(file)


@cache
def texts(lang: Lang, context: str = "") -> Mapping[str, str]:
    """Texts of a context by key; the form for one thing under the key with `ONE`."""
    found: dict[str, str] = {}
    for message in written(lang):
        if message.id and (message.context or "") == context:
            if isinstance(message.id, tuple):
                one, many = message.string
                found |= {message.id[0]: many, message.id[0] + ONE: one}
            else:
                found[message.id] = message.string
    return found


@cache
def pairs(context: str = "") -> Mapping[str, tuple[str, ...]]:
    """Texts of a context in every language, by key; a language without it has an empty one."""
    keys = dict.fromkeys(key for lang in LANGUAGES for key in texts(lang, context))
    return {key: tuple(texts(lang, context).get(key, "") for lang in LANGUAGES) for key in keys}
