"""What a page works out from stored runs, held in memory: at the next click it is there."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar, cast

import streamlit as st

from warrantysim.locale.wording import Lang
from warrantysim.ui.language import lang
from warrantysim.ui.session import workspace

Found = TypeVar("Found")
HELD = 256
"""Things held in memory at once."""


def held(of: tuple[str, ...], work_out: Callable[[], Found], language: Lang | None = None) -> Found:
    """Something worked out the first time it is asked for. Everybody shares it: copy it before changing it.

    ``of``: what it is and all it depends on besides workspace and language, such as the id of its run and what was
    chosen; ``language``: that of the page where none is stated.
    """
    return cast(Found, _held(str(workspace().folder), of, language or lang(), work_out))


@st.cache_resource(max_entries=HELD, show_spinner=False)
def _held(folder: str, of: tuple[str, ...], language: str, _work_out: Callable[[], Any]) -> Any:
    return _work_out()
