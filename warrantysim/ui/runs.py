"""*Runs & audit*: what was run and is running, what each figure rests on down to one claim, and who changed what."""

from __future__ import annotations

import streamlit as st

from warrantysim.store.runs import damaged
from warrantysim.ui import reading
from warrantysim.ui.components.address import copy_link, pick
from warrantysim.ui.demo import ask_for_demo
from warrantysim.ui.language import t
from warrantysim.ui.runs_audit import show_audit
from warrantysim.ui.runs_claim import show_claim
from warrantysim.ui.runs_finished import show_finished
from warrantysim.ui.runs_jobs import show_jobs
from warrantysim.ui.session import jobs, may_edit, scenarios_folder, who, workspace

VIEWS = {"finished": show_finished, "jobs": show_jobs, "claim": show_claim, "audit": show_audit}
"""What can be looked at."""


def show() -> None:
    """Draw the page."""
    st.title(t("runs.title"))
    jobs().tend()
    active, finished = jobs().listed(active=True), reading.finished_runs()
    broken = damaged(workspace(), thorough=False)
    if not (active or finished or broken or jobs().listed()):
        _empty()
        return
    st.write(t("runs.standing", n=len(finished), active=len(active), broken=len(broken)))
    left, right = st.columns([4, 1], vertical_alignment="bottom")
    with left:
        view = pick(
            st.segmented_control, t("runs.view"), list(VIEWS), "runs_view",
            format_func=lambda one: t(f"runs.view.{one}"),
        )  # fmt: skip
    with right:
        copy_link("runs_link")
    VIEWS[view]()


def _empty() -> None:
    st.write(t("runs.empty"))
    if st.button(t("piece.demo"), type="primary", disabled=not may_edit()):
        ask_for_demo(jobs(), scenarios_folder(), who=who())
        st.rerun()
    st.caption(t("piece.demo_why"))
