"""Who is here, in which workspace, reading in which light: what every page may ask."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Literal

import streamlit as st

from warrantysim.report.charts.theme import Look
from warrantysim.store.jobs import Jobs
from warrantysim.store.workspace import Workspace
from warrantysim.ui.language import lang

SCENARIOS = "WARRANTYSIM_SCENARIOS"
"""Environment variable that names the folder of scenario files."""
EDITORS = "WARRANTYSIM_EDITORS"
"""Environment variable with the addresses of those who may change things, separated by commas; all where not set."""
Role = Literal["viewer", "editor"]


def workspace() -> Workspace:
    """The workspace of this server."""
    return _workspace(os.environ.get("WARRANTYSIM_WORKSPACE", ""))


@st.cache_resource(show_spinner=False)
def _workspace(folder: str) -> Workspace:
    return Workspace.at(folder or None)


def jobs() -> Jobs:
    """The jobs of the workspace."""
    return Jobs(workspace())


def scenarios_folder() -> Path:
    """Where shipped scenario files are: as set, else beside the package."""
    stated = os.environ.get(SCENARIOS)
    return Path(stated) if stated else Path(__file__).resolve().parents[2] / "scenarios"


def signed_in() -> bool:
    """Whether sign-in is configured and somebody has signed in."""
    return bool(getattr(st.user, "is_logged_in", False))


def sign_in_configured() -> bool:
    """Whether the server knows an identity provider."""
    try:
        return "auth" in st.secrets
    except FileNotFoundError:
        return False


def who() -> str:
    """Who acts, for the record: the signed-in address, else the name given on the page."""
    if signed_in():
        return str(st.user.get("email") or st.user.get("name") or "")
    return str(st.session_state.get("who", "")).strip()


def role() -> Role:
    """Editors may run and change things. Everybody is one where no list of editors is set."""
    listed = {each.strip().lower() for each in os.environ.get(EDITORS, "").split(",") if each.strip()}
    if not listed:
        return "viewer" if sign_in_configured() and not signed_in() else "editor"
    return "editor" if signed_in() and who().lower() in listed else "viewer"


def may_edit() -> bool:
    """Whether buttons that change something are live."""
    return role() == "editor"


def look() -> Look:
    """Language and light of charts."""
    theme = getattr(st.context, "theme", None)
    return Look(lang(), "dark" if getattr(theme, "type", None) == "dark" else "light")
