"""Which pages there are, and how to get from one to another."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from importlib import import_module

import streamlit as st

from warrantysim.ui.language import KEY, lang, t
from warrantysim.ui.reading import DECISION

PAGES = {
    "overview": {"home": ":material/home:", "seller": ":material/storefront:"},
    "decide": {
        "thresholds": ":material/rule:",
        "quotes": ":material/request_quote:",
        "promise": ":material/verified_user:",
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

WAYS = {"thresholds": {}, "quotes": {}, "compare": {}, "inputs": {"inputs_part": "bring"}, "runs": {}}
"""Where a day's work begins, with what the address says."""


SHOWN_ON = {"decide": ("thresholds", DECISION), "compare": ("compare", "compare_run")}
"""Page that draws a run of a kind, and how its address names the run."""


def page_of(name: str) -> st.Page:
    """A page by name; its module is imported when it is first shown."""
    icon = next(pages[name] for pages in PAGES.values() if name in pages)
    return st.Page(_shown(name), title=t(f"frame.{name}"), icon=icon, url_path=name, default=name == "home")


def go(name: str, label: str, **query: str) -> None:
    """A link to a page, in the session's language and with the decision on screen where it is not the headline;
    ``query``: what its address states besides.

    ``label`` is Markdown: names in it go through `pieces.pictures.plain`.
    """
    shown = st.session_state.get(f"{DECISION}_kept")
    kept = {DECISION: shown} if shown else {}
    st.page_link(page_of(name), label=label, query_params={KEY: lang(), **kept, **query})


def _shown(name: str) -> Callable[[], None]:
    def page() -> None:
        import_module(f"warrantysim.ui.{name}").show()

    page.__name__ = name
    return partial(page)
