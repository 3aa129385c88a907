"""The frame around every page: all pages can be reached, the language is chosen, who may not change things is told."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import pytest
from streamlit.testing.v1 import AppTest

from tests.ui.opening import TIMEOUT, page, sound, words
from warrantysim.ui import session
from warrantysim.ui.pages import PAGES

APP = Path(__file__).resolve().parents[2] / "app.py"
NAMES = [name for pages in PAGES.values() for name in pages]


def app() -> AppTest:
    """The whole app at its first page."""
    return AppTest.from_file(str(APP), default_timeout=TIMEOUT).run()


def test_every_page_can_be_reached(filled: Path) -> None:
    at = app()
    sound(at)
    assert {link.page for link in at.get("page_link")} >= {name for name in NAMES if name != "home"}


def test_the_language_is_chosen_once_for_everything(filled: Path) -> None:
    at = app()
    at.session_state["lang"] = "zh"
    at.run()
    sound(at)
    assert "保修规则应如何设定" in words(at)
    assert "阈值" in [link.label for link in at.get("page_link")]


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("lang", ["en", "zh"])
def test_every_page_says_what_it_will_show_where_nothing_was_run(empty: Path, name: str, lang: str) -> None:
    at = page(name, lang)
    sound(at)
    assert at.title
    assert len(words(at)) > 60


@pytest.mark.parametrize("name", NAMES)
def test_whoever_may_only_look_finds_no_live_button_that_changes_anything(
    filled: Path, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(session.EDITORS, "lin@example.com")
    at = page(name)
    sound(at)
    assert not [b.label for b in at.button if not b.disabled and b.key not in HARMLESS and not harmless(b.key)]


HARMLESS: frozenset[str | None] = frozenset()
"""Buttons that only change what is shown."""


def harmless(key: str | None) -> bool:
    """Keys of buttons that open, show or prepare something end so."""
    return (key or "").endswith(("_open", "_show", "_prepare", "_back", "_close", "_clear", "_link"))


def test_a_page_that_breaks_says_a_sentence_and_a_reference(filled: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("secret **path**")

    monkeypatch.setattr("warrantysim.ui.reading.latest", broken)
    at = page("home")
    assert not at.exception
    assert "Reference" in at.error[0].value
    assert "Traceback" not in at.error[0].value


@pytest.mark.parametrize(
    ("configured", "address", "editors", "role"),
    [
        (False, None, "", "editor"),
        (False, None, "lin@example.com", "viewer"),
        (True, None, "", "viewer"),
        (True, None, "lin@example.com", "viewer"),
        (True, "Lin@Example.com", "lin@example.com, wu@example.com", "editor"),
        (True, "zhao@example.com", "lin@example.com", "viewer"),
        (True, "zhao@example.com", "", "editor"),
    ],
)
def test_who_may_change_things(
    monkeypatch: pytest.MonkeyPatch, configured: bool, address: str | None, editors: str, role: str
) -> None:
    user = SimpleNamespace(is_logged_in=address is not None, get=lambda key: address if key == "email" else None)
    monkeypatch.setattr(session.st, "user", user)
    monkeypatch.setattr(session, "sign_in_configured", lambda: configured)
    monkeypatch.setenv(session.EDITORS, editors)
    assert session.role() == role
