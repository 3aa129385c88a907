"""The frame around every page: all pages can be reached, the language is chosen, who may not change things is told."""

from __future__ import annotations

import ast
import pkgutil
import sqlite3
from dataclasses import replace
from importlib import import_module
from pathlib import Path
from types import SimpleNamespace

import pytest
from streamlit.testing.v1 import AppTest

import warrantysim.ui
from tests.test_architecture import calls
from tests.ui.opening import TIMEOUT, page, sound, words
from warrantysim.store.audit import account
from warrantysim.store.pins import HEADLINE, pinned
from warrantysim.store.runs import list_runs
from warrantysim.store.stored_run import StoredRun
from warrantysim.store.workspace import Workspace
from warrantysim.studies.decide import STUDY
from warrantysim.ui import session
from warrantysim.ui.pages import PAGES
from warrantysim.ui.reading import DECISION

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


def test_the_header_says_whose_result_stands_under_which_rule_with_the_figures_of_home(filled: Path) -> None:
    at = app()
    run = finished_decision(filled)
    about, told = (str(each.value).replace("\\", "") for each in at.markdown[:2])
    assert "**Tiny** · in force: **tiny**" in about
    assert f"result: **{run.label}**, {run.made[:16].replace('T', ' ')}, by Lin" in about
    for metric in at.metric:
        if metric.label in {"Saving a year", "Rules to change", "Nine in ten within"}:
            assert f"{metric.label} **{metric.value}** ({metric.delta})" in told
            told = told.replace(metric.label, "", 1)
    assert not any(label in told for label in ("Saving", "Rules", "Nine in"))


def finished_decision(folder: Path) -> StoredRun:
    """The decision of the small workspace."""
    return next(run for run in list_runs(Workspace.at(folder)) if run.kind == "decide")


def test_a_newer_decision_takes_the_headline_only_when_somebody_says_so(
    filled: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = finished_decision(filled)
    newer = StoredRun(first.folder, {**first.manifest, "id": "f" * 16, "made": "2999-01-01T00:00:00Z", "label": "new"})
    monkeypatch.setattr(
        "warrantysim.ui.reading.finished_runs", lambda kind=None: [newer, first] if kind == "decide" else []
    )
    monkeypatch.setattr("warrantysim.ui.reading.told_of_run", lambda run: replace(STUDY.told(first.stored, "en")))
    at = app()
    sound(at)
    assert f"result: **{first.label}**" in at.markdown[0].value
    assert "A newer decision is there: new, 2999-01-01" in words(at)
    at.button(key="frame_show").click().run()
    assert "result: **new**" in at.markdown[0].value
    assert "This is not the headline" in words(at)
    assert at.query_params[DECISION] == newer.id
    at.button(key="frame_make").click().run()
    assert "headline:" not in words(at)
    assert pinned(Workspace.at(filled), HEADLINE) == (newer.id,)
    assert "result: **new**" in app().markdown[0].value


def test_times_are_the_readers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(session.st, "context", SimpleNamespace(timezone="Asia/Shanghai"))
    assert session.when("2027-01-04T20:30:00.000000Z") == "2027-01-05 04:30"
    monkeypatch.setattr(session.st, "context", SimpleNamespace(timezone=None))
    assert session.when("2027-01-04T20:30:00.000000Z") == "2027-01-04 20:30"
    assert session.when(None) == ""


def test_every_record_names_who_gave_the_name_before_else_the_account(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(session.st, "session_state", {})
    monkeypatch.setattr(session.st, "context", SimpleNamespace(cookies={session.COOKIE: "Zhang%20%E6%95%8F%0A"}))
    assert session.who() == session.person() == "Zhang 敏"
    monkeypatch.setattr(session.st, "context", SimpleNamespace(cookies={}))
    assert session.person() == ""
    assert session.who() == account() != ""


def test_a_page_that_breaks_says_a_sentence_and_a_reference(filled: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("secret **path**")

    monkeypatch.setattr("warrantysim.ui.reading.decision_shown", broken)
    at = page("home")
    assert not at.exception
    assert "Reference" in at.error[0].value
    assert "Traceback" not in at.error[0].value


LISTED = "lin@example.com, wu@example.com, 00aa-Lin"
LIN = {
    "email": "Lin@Example.com",
    "email_verified": True,
    "name": "Lin",
    "oid": "00aa-Lin",
    "preferred_username": "Lin",
}


def as_user(monkeypatch: pytest.MonkeyPatch, claims: dict[str, object] | None, configured: bool = True) -> None:
    """Somebody who has signed in with these claims; nobody where None."""
    told = claims or {}
    user = SimpleNamespace(is_logged_in=claims is not None, get=told.get)
    monkeypatch.setattr(session.st, "user", user)
    monkeypatch.setattr(session, "sign_in_configured", lambda: configured)


@pytest.mark.parametrize(
    ("configured", "claims", "editors", "claim", "role"),
    [
        (False, None, "", "", "editor"),
        (False, None, LISTED, "", "viewer"),
        (True, None, "", "", "viewer"),
        (True, None, LISTED, "", "viewer"),
        (True, LIN, LISTED, "", "editor"),
        (True, {**LIN, "email": "zhao@example.com"}, LISTED, "", "viewer"),
        (True, {**LIN, "email": "zhao@example.com"}, "", "", "editor"),
        # Not verified, or nothing that could be.
        (True, {**LIN, "email_verified": False}, LISTED, "", "viewer"),
        (True, {**LIN, "email_verified": "false"}, LISTED, "", "viewer"),
        (True, {**LIN, "email_verified": None}, LISTED, "", "viewer"),
        (True, {**LIN, "email_verified": 1}, LISTED, "", "editor"),
        (True, {**LIN, "email_verified": "true"}, LISTED, "", "editor"),
        (True, {k: v for k, v in LIN.items() if k != "email_verified"}, LISTED, "", "viewer"),
        (True, {**LIN, "email_verified": False}, "", "", "viewer"),
        # No address: the display name is not who it is, whatever it says.
        (True, {"name": "lin@example.com"}, LISTED, "", "viewer"),
        (True, {"name": "lin@example.com"}, "", "", "viewer"),
        (True, {"name": "lin@example.com", "email": "", "email_verified": True}, LISTED, "", "viewer"),
        (True, {"email": ["lin@example.com"], "email_verified": True}, LISTED, "", "viewer"),
        # Another claim, where the settings name it and it is the provider's.
        (True, {"oid": "00aa-Lin"}, LISTED, "oid", "editor"),
        (True, {"oid": "11bb"}, LISTED, "oid", "viewer"),
        (True, {**LIN, "oid": None}, LISTED, "oid", "viewer"),
        (True, LIN, "Lin", "name", "viewer"),
        (True, LIN, "Lin", "preferred_username", "viewer"),
        # A letter that only looks alike.
        (True, {"email": "\u212ain@example.com", "email_verified": True}, "kin@example.com", "", "viewer"),
    ],
)
def test_who_may_change_things(
    empty: Path,
    monkeypatch: pytest.MonkeyPatch,
    configured: bool,
    claims: dict[str, object] | None,
    editors: str,
    claim: str,
    role: str,
) -> None:
    as_user(monkeypatch, claims, configured)
    monkeypatch.setenv(session.EDITORS, editors)
    monkeypatch.setenv(session.CLAIM, claim)
    assert session.role() == role
    assert session.workspace().closed == ("" if role == "editor" else "role")


def test_the_record_names_who_was_verified_and_never_a_name_of_their_own(
    empty: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(session.st, "session_state", {"who": "Wu\n\x1b[2J"})
    as_user(monkeypatch, LIN)
    assert session.who() == "Lin@Example.com"
    as_user(monkeypatch, {"name": "Boss"})
    assert session.who() == ""
    as_user(monkeypatch, None)
    assert session.who() == ""
    as_user(monkeypatch, None, configured=False)
    assert session.who() == "Wu [2J"


def test_who_signs_in_unverified_is_told(filled: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    as_user(monkeypatch, {"name": "Lin", "is_logged_in": True})
    told = []
    monkeypatch.setattr(session.st, "warning", told.append)
    from warrantysim.ui import frame

    monkeypatch.setattr(frame, "signed_in", lambda: True)
    monkeypatch.setattr(frame, "sign_in_configured", lambda: True)
    frame._who()
    assert "no verified email" in told[0]


def test_pages_come_by_their_workspace_in_one_place() -> None:
    broken = []
    for path in (APP.parent / "warrantysim" / "ui").rglob("*.py"):
        for line, name in calls(ast.parse(path.read_text("utf-8"))):
            if name in {"Workspace", "Workspace.at", "Jobs", "_workspace", "replace", "dataclasses.replace"}:
                # demo.py makes what ships, outside any session.
                own = name.endswith("replace") or path.name in {"session.py", "demo.py"}
                broken += [] if own else [f"{path.name}:{line} calls {name}; pages ask `session`, which knows the role"]
            if name.endswith(".own"):
                broken.append(f"{path.name}:{line} opens what is closed")
    assert not broken


@pytest.mark.parametrize("name", NAMES)
def test_a_viewer_who_presses_what_should_not_be_live_changes_nothing(
    filled: Path, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every button of the page is live and pressed, as if pages forgot to look: the functions that write look."""
    monkeypatch.setenv(session.EDITORS, "lin@example.com")
    for _, named, _ in pkgutil.walk_packages(warrantysim.ui.__path__, "warrantysim.ui."):
        module = import_module(named)
        if module is not session and hasattr(module, "may_edit"):
            monkeypatch.setattr(module, "may_edit", lambda: True)
    before = state(filled)
    labels = [button.key or button.label for button in page(name, who="Lin").button]
    refused = 0
    for place in range(len(labels)):
        at = page(name, who="Lin")
        if place < len(at.button) and not at.button[place].disabled:
            at.button[place].click().run()
            assert not at.exception
            refused += any("Nothing was changed" in error.value for error in at.error)
    assert state(filled) == before
    if name in {"home", "inputs"}:
        return
    assert refused or not labels


def state(folder: Path) -> list[object]:
    """All that is kept in a workspace."""
    kept: list[object] = [
        str(path) for part in ("runs", "jobs", "parts", "versions") for path in (folder / part).rglob("*")
    ]
    with sqlite3.connect(folder / "warrantysim.db") as db:
        kept += list(db.iterdump())
    return sorted(map(str, kept))
