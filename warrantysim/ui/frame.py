"""The frame around every page: navigation, language, who is here, what is running."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path

import streamlit as st

from warrantysim.locale.wording import LANGUAGES
from warrantysim.ui.components.address import pick
from warrantysim.ui.components.pictures import escaped
from warrantysim.ui.components.trouble import guarded_page
from warrantysim.ui.language import KEY, NAMES, lang, t
from warrantysim.ui.pages import PAGES, go, page_of
from warrantysim.ui.reading_ahead import read_ahead
from warrantysim.ui.session import claim, jobs, look, may_edit, sign_in_configured, signed_in, who, workspace

NEEDED = ("ArrowVegaLiteChart", "embed", "DataFrame")
"""Parts of Streamlit's front end that pages load when they first show a chart or a table."""
FETCH = """<script>
(() => {
    const fetch = () => NAMES.forEach(name => import(new URL('static/js/' + name, document.baseURI)).catch(() => {}));
    (window.requestIdleCallback ?? setTimeout)(fetch);
})();
</script>"""


def fetch_ahead() -> None:
    """Once in a session, when the first page stands. Where a part goes by another name, the next page loads it."""
    if not st.session_state.get("fetched"):
        st.session_state["fetched"] = True
        st.html(FETCH.replace("NAMES", json.dumps(_names())), unsafe_allow_javascript=True)


@cache
def _names() -> list[str]:
    folder = Path(st.__file__).parent / "static" / "static" / "js"
    return [file.name for part in NEEDED for file in sorted(folder.glob(f"{part}.*.js"))]


ICON = Path(__file__).with_name("icon.svg")
"""The tab's icon; one of Streamlit's own would be fetched from elsewhere."""


DARK = """<style>
[data-testid^=stBaseButton-primary] *, [data-testid=stMultiSelect] span[title] { color: #0e1117 !important; }
</style>"""
"""On dark ground what lies on the bright first colour is written dark; Streamlit writes it white."""


OURS = """<style>[data-testid=stElementToolbar] [aria-label^="Download as CSV"] { display: none; }</style>"""
"""Streamlit's own way to take a table away guards no cell; ours is below each table."""


def show() -> None:
    """Draw the app: frame first, then the page that was chosen."""
    st.set_page_config(page_title=t("frame.app"), page_icon=str(ICON), layout="wide")
    chosen = st.navigation([page_of(name) for pages in PAGES.values() for name in pages], position="hidden")
    st.html(OURS)
    if look().mode == "dark":
        st.html(DARK)
    _side()
    guarded_page(chosen.run)
    fetch_ahead()
    read_ahead()


def _ways() -> None:
    """Links to all pages by section; a list of Streamlit's own with sections is not read as one by screen readers."""
    for section, pages in PAGES.items():
        with st.container(gap="xxsmall"):
            st.caption(t(f"frame.{section}"))
            for name in pages:
                go(name, t(f"frame.{name}"))


def _side() -> None:
    with st.sidebar:
        _ways()
        st.divider()
        st.session_state.setdefault(KEY, lang())
        pick(st.segmented_control, t("frame.language"), LANGUAGES, KEY, told=True, format_func=NAMES.__getitem__)
        st.caption(t("frame.workspace", name=workspace().folder.name))
        _busy()
        _who()


def _who() -> None:
    """Who is here, and what they may not do."""
    if not sign_in_configured():
        st.text_input(t("frame.who"), key="who", max_chars=80, persist_state="session")
    elif signed_in():
        st.button(t("frame.sign_out"), on_click=st.logout)
    else:
        st.button(t("frame.sign_in"), on_click=st.login)
    if signed_in() and not who():
        st.warning(t("frame.unverified", claim=escaped(claim())))
    elif not may_edit():
        st.info(t("frame.viewer"))


@st.fragment(run_every=3.0)
def _busy() -> None:
    """How many jobs are under way; looked at every few seconds."""
    n = len(jobs().listed(active=True))
    st.caption(t("frame.busy", n=n) if n else t("frame.idle"))
