"""Texts of the app in the language of the session, gathered from `texts` and `report`."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib import import_module
from pkgutil import iter_modules
from typing import Any

import streamlit as st

from warrantysim.report.wording import LANGUAGES, ONE, Lang
from warrantysim.ui import texts

NAMES: Mapping[Lang, str] = {"en": "English", "zh": "中文"}
"""What each language calls itself."""
KEY = "lang"
"""Name of the choice, in the session and in the address."""


@cache
def catalogue() -> Mapping[str, tuple[str, str]]:
    """Every text of the app by key: (English, Chinese).

    Raises
    ------
    ValueError
        If two modules state one key.
    """
    found: dict[str, tuple[str, str]] = {}
    for module in iter_modules(texts.__path__):
        stated: Mapping[str, tuple[str, str]] = import_module(f"{texts.__name__}.{module.name}").TEXTS
        if twice := sorted(found.keys() & stated.keys()):
            raise ValueError(f"texts stated twice: {', '.join(twice)}")
        found |= stated
    return found


def lang() -> Lang:
    """The session's language: as chosen, else as the address says, else as the browser asks, else English."""
    for chosen in (st.session_state.get(KEY), st.query_params.get(KEY)):
        if chosen in LANGUAGES:
            return chosen
    locale = st.context.locale or ""
    return "zh" if locale.lower().startswith("zh") else "en"


def t(key: str, **facts: Any) -> str:
    """The text of a key in the session's language, its ``{places}`` filled; with ``n=1`` its ``.one`` form if any.

    Raises
    ------
    KeyError
        For an unknown key or a place without its fact.
    """
    known = catalogue()
    if facts.get("n") == 1 and key + ONE in known:
        key += ONE
    return known[key][LANGUAGES.index(lang())].format(**facts)
