"""Memo and workbook of a stored decision."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import streamlit as st

from warrantysim.locale.wording import Lang
from warrantysim.report.policy_change import policy_change
from warrantysim.store import runs
from warrantysim.store.deciding import confirmation_of
from warrantysim.store.memos import memo_of
from warrantysim.store.stored_run import StoredRun
from warrantysim.store.workspace import Workspace
from warrantysim.studies.decide.memo import decision_memo
from warrantysim.ui.components.decision import memo_languages, offer_file, offer_workbook
from warrantysim.ui.language import t
from warrantysim.ui.session import workspace


def show_decision_files(run: StoredRun) -> None:
    """Draw it; nothing for runs of other kinds."""
    if run.kind != "decide":
        return
    confirmed = confirmation_of(run, workspace())
    if confirmed is None:
        st.caption(t("runs.no_confirmation"))
        return
    langs = memo_languages("runs")
    made = partial(_memo, workspace(), run, confirmed, langs)
    offer_file(t("approvals.file.memo"), f"memo_{run.id}_{'-'.join(langs)}.html", "text/html", made, "runs_take_memo")
    offer_workbook(run, confirmed, "runs")


def _memo(home: Workspace, run: StoredRun, confirmed: StoredRun, langs: Sequence[Lang]) -> bytes:
    change = policy_change(confirmed.result, decision=run.found)
    memo = memo_of(change, run, simulated=(confirmed,), studies=runs.list_runs(home))
    return decision_memo(memo, langs).encode()
