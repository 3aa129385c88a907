"""The session's language, and the app's texts in it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import streamlit as st

from warrantysim.locale.wording import APP, LANGUAGES, Lang, say_in

if TYPE_CHECKING:
    import pandas as pd

NAMES: Mapping[Lang, str] = {"en": "English", "zh": "中文"}
"""What each language calls itself."""
KEY = "lang"
"""Name of the choice, in the session and in the address."""


def lang() -> Lang:
    """The session's language: as chosen, else as the address says, else as the browser asks, else English."""
    for chosen in (st.session_state.get(KEY), st.query_params.get(KEY)):
        if chosen in LANGUAGES:
            return chosen
    locale = st.context.locale or ""
    return "zh" if locale.lower().startswith("zh") else "en"


def t(key: str, **facts: Any) -> str:
    """What a page says, in the session's language: the text of a key, its ``{places}`` filled.

    Raises
    ------
    KeyError
        For an unknown key or a place without its fact.
    """
    return say_in(APP, key, lang(), **facts)


def under_titles(rows: Sequence[Mapping[str, Any]], title: Callable[[str], str]) -> pd.DataFrame:
    """Rows with each column under its title."""
    import pandas as pd

    return pd.DataFrame(rows).rename(columns=title)
