"""Signing a version: who took which step, and the next one; whoever proposed it is warned before approving it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pandas as pd
import streamlit as st

from warrantysim.report import figures
from warrantysim.store import approvals
from warrantysim.store.approvals import NotInOrder, PolicyVersion, State, same_person
from warrantysim.store.audit import SYSTEM
from warrantysim.ui.language import t
from warrantysim.ui.pieces.pictures import plain
from warrantysim.ui.session import may_edit, who, workspace

OPEN: tuple[State, ...] = ("draft", "approved")
"""States in which something is left to sign."""


def show_steps(version: PolicyVersion, state: State) -> None:
    """Draw it."""
    st.subheader(t("approvals.sign_off"))
    frame = pd.DataFrame(
        [
            {
                "step": t(f"approvals.step.{step.step}", day=step.from_day or ""),
                "who": step.who,
                "at": figures.minute(step.at),
                "note": step.note,
            }
            for step in version.steps
        ]
    )
    frame = frame.rename(columns={name: t(f"approvals.column.{name}") for name in frame.columns})
    st.dataframe(frame, hide_index=True, alt=t("approvals.sign_alt"))
    if version.alone:
        st.warning(t("approvals.approved_alone"), icon=":material/person_alert:")
    if state not in OPEN:
        st.caption(t("approvals.ends" if state in {"effective", "scheduled"} else "approvals.over"))
    elif not who():
        st.info(t("approvals.name_first"))
    else:
        _next(version, state)


def _next(version: PolicyVersion, state: State) -> None:
    """The step that can be taken now."""
    own = state == "draft" and same_person(version.steps[0].who, who())
    if own:
        st.warning(t("approvals.four_eyes"), icon=":material/person_alert:")
    elif version.steps[0].who == SYSTEM:
        st.warning(t("approvals.nobody"), icon=":material/person_alert:")
    key = f"approvals_{version.id}"
    live = may_edit()
    alone = st.checkbox(t("approvals.alone"), key=f"{key}_alone", disabled=not live) if own else True
    note = st.text_input(t("approvals.note"), key=f"{key}_note", max_chars=500, disabled=not live)
    day = dt.datetime.now(dt.UTC).date()
    if state == "approved":
        day = st.date_input(t("approvals.day"), value=day, min_value=day, key=f"{key}_day", disabled=not live)
    go, back, _ = st.columns([1, 1, 2])
    if state == "draft":
        if go.button(t("approvals.approve"), key=f"{key}_approve", type="primary", disabled=not (live and alone)):
            _take("approved", version, lambda: approvals.approve(workspace(), version.id, who=who(), note=note))
    elif go.button(t("approvals.put_in_force"), key=f"{key}_force", type="primary", disabled=not live):
        _take(
            "effective",
            version,
            lambda: approvals.put_in_force(workspace(), version.id, day, who=who(), note=note),
            day=day,
        )
    if back.button(t("approvals.withdraw"), key=f"{key}_withdraw", disabled=not live):
        _take("withdrawn", version, lambda: approvals.withdraw(workspace(), version.id, who=who(), note=note))


def _take(step: str, version: PolicyVersion, act: Callable[[], PolicyVersion], **facts: dt.date) -> None:
    """Take a step and draw the page again; somebody else may have been faster."""
    try:
        act()
    except NotInOrder as error:
        st.error(t("approvals.not_in_order", why=plain(str(error))))
        return
    st.toast(t(f"approvals.done.{step}", number=version.number, **facts))
    st.rerun()
