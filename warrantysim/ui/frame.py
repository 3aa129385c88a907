"""The frame around every page: navigation, language, who is here, what is running."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from importlib import import_module

import streamlit as st

from warrantysim.report.wording import LANGUAGES
from warrantysim.ui.language import KEY, NAMES, lang, t
from warrantysim.ui.pieces.trouble import guarded
from warrantysim.ui.session import jobs, may_edit, sign_in_configured, signed_in, workspace

PAGES = {
    "overview": {"home": ":material/home:"},
    "decide": {
        "thresholds": ":material/rule:",
        "quotes": ":material/request_quote:",
        "approvals": ":material/approval:",
    },
    "analyse": {
        "compare": ":material/compare_arrows:",
        "operations": ":material/local_shipping:",
        "quality": ":material/troubleshoot:",
    },
    "model": {"inputs": ":material/table_view:", "scenarios": ":material/account_tree:"},
    "record": {"runs": ":material/history:"},
}
"""Pages by section, each with its icon; a page is the module of that name beside this one."""


def show() -> None:
    """Draw the app: frame first, then the page that was chosen."""
    st.set_page_config(page_title=t("frame.app"), page_icon=":material/verified_user:", layout="wide")
    sections = {
        t(f"frame.{section}"): [
            st.Page(_page(name), title=t(f"frame.{name}"), icon=icon, url_path=name, default=name == "home")
            for name, icon in pages.items()
        ]
        for section, pages in PAGES.items()
    }
    chosen = st.navigation(sections)
    _side()
    guarded(chosen.run)


def _page(name: str) -> Callable[[], None]:
    """A page, imported when it is first shown."""

    def page() -> None:
        import_module(f"warrantysim.ui.{name}").show()

    page.__name__ = name
    return partial(page)


def _side() -> None:
    with st.sidebar:
        if KEY not in st.session_state:
            st.session_state[KEY] = lang()
        st.segmented_control(
            t("frame.language"), LANGUAGES, format_func=NAMES.__getitem__, key=KEY, bind="query-params"
        )
        st.caption(t("frame.workspace", name=workspace().folder.name))
        _busy()
        if sign_in_configured():
            if signed_in():
                st.button(t("frame.sign_out"), on_click=st.logout)
            else:
                st.button(t("frame.sign_in"), on_click=st.login)
        else:
            st.text_input(t("frame.who"), key="who", max_chars=80, persist_state="session")
        if not may_edit():
            st.info(t("frame.viewer"))


@st.fragment(run_every=3.0)
def _busy() -> None:
    """How many jobs are under way; looked at every few seconds."""
    n = len(jobs().listed(active=True))
    st.caption(t("frame.busy", n=n) if n else t("frame.idle"))
