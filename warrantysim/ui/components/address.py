"""Choices that the address of a page keeps, so that a copied link restores what is on screen.

A choice stands in the address by the option itself, whatever it is called in which language: ``compare_view=where``,
``compare_run=3438caa1...``. A choice that is what the page would show anyway is left out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

import streamlit as st

from warrantysim.ui.components.bounded import number
from warrantysim.ui.language import KEY, lang, t

NEXT = "_next"
"""What the session calls a choice that the page is to turn to."""


def pick(
    widget: Callable[..., Any], label: str, options: Sequence[str], key: str, *, told: bool = False, **more: Any
) -> str:
    """A choice among options, the first where nothing else was chosen.

    Parameters
    ----------
    widget
        ``st.selectbox`` or ``st.segmented_control``; ``more`` is for it.
    told
        Whether the first option stands in the address too: it may be another one tomorrow.
    """
    st.session_state[key] = chosen_or_address(key, options) or options[0]
    if st.session_state.get(f"{key}{NEXT}") in options:
        del st.session_state[f"{key}{NEXT}"]
    if widget is st.segmented_control:
        # Pressed again, one would else be chosen no more; and none is cut where there is too little room for all.
        more |= {"required": True, "wrap": True}
    chosen = str(widget(label, options, key=key, **more) or options[0])
    put(key, chosen if told or chosen != options[0] else "")
    return chosen


def whole_number(label: str, values: range, usual: int, key: str) -> int:
    """A whole number, the usual one where nothing else that may be was chosen."""
    if key not in st.session_state:
        stated = st.query_params.get(key, "")
        st.session_state[key] = min(values[-1], max(values[0], int(stated))) if stated.isdecimal() else usual
    chosen = number(label, values[0], values[-1], key=key, step=1)
    if chosen is None:
        return usual
    put(key, "" if chosen == usual else str(chosen))
    return chosen


def pick_many(label: str, options: Sequence[str], key: str, **more: Any) -> list[str]:
    """Several choices among options, none meaning any; ``more`` is for ``st.multiselect``."""
    asked = st.session_state[key] if key in st.session_state else st.query_params.get_all(key)
    st.session_state[key] = [value for value in asked if value in options]
    chosen = [str(value) for value in st.multiselect(label, options, key=key, **more)]
    if chosen:
        st.query_params[key] = chosen
    else:
        put(key, "")
    return chosen


def chosen_or_address(key: str, options: Sequence[str]) -> str | None:
    """What was chosen here, else what the address asks for, if it is among the options."""
    return next((value for value in _said(key) if value in options), None)


def from_address(key: str) -> str | None:
    """The same, whether or not it is among any options."""
    return next(_said(key), None)


def _said(key: str) -> Iterator[str]:
    for value in (st.session_state.get(f"{key}{NEXT}"), st.session_state.get(key), st.query_params.get(key)):
        if value:
            yield str(value)


def turn_to(key: str, value: str) -> None:
    """Draw the page again with another choice, as soon as it is among the options.

    A widget that is already drawn cannot be given one; a run that was asked for is not there yet.
    """
    st.session_state[f"{key}{NEXT}"] = value
    st.rerun()


def put(key: str, value: str) -> None:
    """Have the address say so; nothing where the value is empty."""
    if not value:
        st.query_params.pop(key, None)
    elif st.query_params.get(key) != value:
        st.query_params[key] = value


def link(query: Mapping[str, str]) -> str:
    """The address of this page as it is on screen, for others."""
    said = {key: value for key, value in {**query, KEY: lang()}.items() if value}
    return f"{(st.context.url or '').partition('?')[0]}?{urlencode(said)}"


def copy_link(key: str) -> None:
    """A button that opens the address of exactly this view, to be copied."""
    with st.popover(t("piece.copy_link"), icon=":material/link:", key=key):
        st.caption(t("piece.link"))
        st.code(link(dict(st.query_params.items())), language=None, wrap_lines=True)


def search_text(label: str, key: str) -> str:
    """A text to look for, kept in the address."""
    st.session_state.setdefault(key, st.query_params.get(key, ""))
    text = str(st.text_input(label, key=key, max_chars=80) or "")
    put(key, text)
    return text.strip().casefold()
