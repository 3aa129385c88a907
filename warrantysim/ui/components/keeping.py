"""A changed scenario is kept: as a new version with a name and a reason, never over another."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Sequence

import streamlit as st

from warrantysim.schema.markets import Title
from warrantysim.schema.plain_text import id_of
from warrantysim.schema.root import Scenario
from warrantysim.store.scenarios import keep_scenario, kept_scenarios
from warrantysim.store.versions import Version
from warrantysim.ui.components.bounded import any_day, fits
from warrantysim.ui.components.pictures import escaped
from warrantysim.ui.language import t
from warrantysim.ui.session import may_edit, person, who, workspace

NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,59}")
"""What a what-if may be called, so that it is a file name everywhere."""
LONGEST = 2000
"""Longest reason [characters]."""


def named_and_why(key: str, name: str, title: str = "", why: str = "") -> tuple[str, str, str]:
    """Ask for name, title and reason; an empty name is made from the title. ``key``: begins the keys of the three."""
    for word, usual in (("name", name), ("title", title), ("why", why)):
        st.session_state.setdefault(f"{key}_{word}", usual)
    left, right = st.columns([1, 2])
    chosen = left.text_input(t("keeping.name"), key=f"{key}_name", help=t("keeping.name_help"), max_chars=60)
    called = right.text_input(t("keeping.title"), key=f"{key}_title", max_chars=200)
    reason = st.text_area(t("keeping.why"), key=f"{key}_why", help=t("keeping.why_help"), max_chars=LONGEST, height=80)
    if st.session_state.get(f"{key}_keep"):  # Said beside its field, once somebody has pressed the button.
        if not NAME.fullmatch(chosen.strip()):
            left.error(t("keeping.bad_name", name=escaped(chosen)))
        if not reason.strip():
            st.error(t("keeping.why_missing"))
    return chosen.strip() or (id_of(called) if called.strip() else ""), called.strip(), reason.strip()


def asked_day(key: str) -> tuple[dt.date | None, bool]:
    """Ask from which day on a rule is to be in force, None where nobody says; and whether it can be."""
    day = any_day(
        t("keeping.from_day"), None, key=f"{key}_from_day", help=t("keeping.from_day_help"), disabled=not may_edit()
    )
    return day, fits(day)


def fit(name: str, why: str) -> bool:
    """Whether nothing is missing before a version can be kept."""
    return NAME.fullmatch(name) is not None and bool(why)


def keep(
    changed: Scenario, parent: str, name: str, title: str, why: str, changes: Sequence[str] = (), upload: str = ""
) -> Version:
    """Keep a changed scenario under a name. ``parent``: what it was made from."""
    shown = Title(en=title, zh=title) if title else changed.title
    labelled = changed.replace(name=name, title=shown, why=why)
    return keep_scenario(workspace(), name, labelled, parent=parent, changes=changes, why=why, who=who(), upload=upload)


def keep_button(
    key: str,
    changed: Scenario | Callable[[], Scenario],
    parent: str,
    asked: tuple[str, str, str],
    changes: Sequence[str] = (),
    upload: str = "",
) -> Version | None:
    """The button that keeps; the version once it was pressed and nothing is missing.

    ``changed``: what is kept, or what makes it, where that takes long.
    """
    if not person():
        st.caption(t("keeping.nobody"))
    if not st.button(t("keeping.keep"), key=f"{key}_keep", type="primary", disabled=not may_edit()):
        return None
    name, title, why = asked
    if not fit(name, why):
        return None
    before = {version.ref for version in kept_scenarios(workspace(), name)}
    made = changed if isinstance(changed, Scenario) else changed()
    version = keep(made, parent, name, title, why, changes, upload)
    st.session_state[f"{key}_kept"] = (version.ref, version.ref in before)
    return version


def tell_kept(key: str) -> str | None:
    """Say what was kept last here; its reference, None where nothing was."""
    kept = st.session_state.get(f"{key}_kept")
    if kept is None:
        return None
    ref, known = kept
    st.success(t("keeping.same" if known else "keeping.kept", ref=escaped(ref)), icon=":material/check_circle:")
    return str(ref)
