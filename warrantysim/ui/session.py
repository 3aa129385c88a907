"""Who is here, in which workspace, reading in which light: what every page may ask."""

from __future__ import annotations

import datetime as dt
import os
from dataclasses import replace
from pathlib import Path
from typing import Literal
from urllib.parse import unquote
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import streamlit as st

from warrantysim import packs
from warrantysim.report.charts.theme import Look
from warrantysim.schema.plain_text import one_line
from warrantysim.store.audit import account
from warrantysim.store.jobs import Jobs
from warrantysim.store.workspace import Workspace
from warrantysim.ui.language import lang

SCENARIOS = "WARRANTYSIM_SCENARIOS"
"""Environment variable that names the folder of scenario files."""
EDITORS = "WARRANTYSIM_EDITORS"
"""Environment variable with the addresses of those who may change things, separated by commas; all where not set."""
CLAIM = "WARRANTYSIM_CLAIM"
"""Environment variable that names the claim by which editors are listed; their address where not set."""
SELF_CHOSEN = frozenset(
    {"name", "given_name", "family_name", "middle_name", "nickname", "preferred_username", "profile", "picture",
     "website", "gender", "birthdate", "zoneinfo", "locale", "address", "updated_at"}
)  # fmt: skip
"""Claims a person sets as they like: none of them says who it is."""
VERIFIED = frozenset({"email", "phone_number"})
"""Claims that count only where the provider says that it has verified them."""
COOKIE = "warrantysim_who"
"""Where a browser keeps the name of whoever works in it."""
LONGEST_NAME = 80
"""Characters of a name."""
Role = Literal["viewer", "editor"]


def workspace() -> Workspace:
    """The workspace of this server; closed to writing for whoever may only look, whatever a page lets them press."""
    found = replace(_workspace(os.environ.get("WARRANTYSIM_WORKSPACE", "")), apart=roles())
    return found if may_edit() else found.for_looking()


@st.cache_resource(show_spinner=False)
def _workspace(folder: str) -> Workspace:
    return Workspace.at(folder or None)


def reader(folder: str) -> Workspace:
    """The workspace of a folder for what is held between visitors: it is only looked at."""
    return Workspace(Path(folder), "role")


def jobs() -> Jobs:
    """The jobs of the workspace."""
    return Jobs(workspace())


def scenarios_folder() -> Path:
    """Where scenario files are: as set, else those that ship."""
    stated = os.environ.get(SCENARIOS)
    return Path(stated) if stated else packs.SCENARIOS


def signed_in() -> bool:
    """Whether sign-in is configured and somebody has signed in."""
    return bool(getattr(st.user, "is_logged_in", False))


def sign_in_configured() -> bool:
    """Whether the server knows an identity provider."""
    try:
        return "auth" in st.secrets
    except FileNotFoundError:
        return False


def roles() -> bool:
    """Whether people sign in, so that it is known who each of them is."""
    return sign_in_configured() or signed_in()


def claim() -> str:
    """The claim by which people are known: `CLAIM`, else their address."""
    return os.environ.get(CLAIM, "").strip() or "email"


def identity() -> str:
    """Who has signed in, by the claim that counts; empty where there is none, or nobody has verified it."""
    named = claim()
    value = st.user.get(named)
    if not signed_in() or named in SELF_CHOSEN or not isinstance(value, str):
        return ""
    if named in VERIFIED and st.user.get(f"{named}_verified") not in (True, "true"):
        return ""
    return one_line(value).strip()


def person() -> str:
    """Who is here, by name: the verified identity where people sign in, else the name given, here or on a visit
    before; empty where there is none."""
    if roles():
        return identity()
    return one_line(st.session_state.get("who", remembered())).strip()


def remembered() -> str:
    """The name given on a visit before, which the browser keeps."""
    return one_line(unquote(st.context.cookies.get(COOKIE, "")))[:LONGEST_NAME].strip()


def who() -> str:
    """Who acts, for the record: by name, else by the account the app runs under, so that no record lacks one."""
    return person() or ("" if roles() else account())


def when(stamp: str | None) -> str:
    """A moment of the record to the minute, where the reader is: ``2027-01-04 09:30``; empty for none."""
    if not stamp:
        return ""
    return f"{dt.datetime.fromisoformat(stamp).astimezone(zone()):%Y-%m-%d %H:%M}"


def zone() -> dt.tzinfo:
    """The reader's time zone as the browser tells it, else UTC."""
    try:
        return ZoneInfo(st.context.timezone or "UTC")
    except (ZoneInfoNotFoundError, ValueError):
        return dt.UTC


def role() -> Role:
    """Editors may run and change things: those listed, by a verified claim; where no list is set, everybody who has
    one, or everybody where nobody signs in. Where the disk takes nothing, everybody looks."""
    if _workspace(os.environ.get("WARRANTYSIM_WORKSPACE", "")).closed:
        return "viewer"
    listed = {_folded(each.strip()) for each in os.environ.get(EDITORS, "").split(",") if each.strip()}
    if not roles():
        return "viewer" if listed else "editor"
    known = identity()
    return "editor" if known and (not listed or _folded(known) in listed) else "viewer"


def _folded(identity: str) -> str:
    """Small letters where that is no more than small letters: other scripts have letters that only look alike."""
    return identity.lower() if identity.isascii() else identity


def may_edit() -> bool:
    """Whether buttons that change something are live."""
    return role() == "editor"


def look() -> Look:
    """Language and light of charts."""
    theme = getattr(st.context, "theme", None)
    return Look(lang(), "dark" if getattr(theme, "type", None) == "dark" else "light")
