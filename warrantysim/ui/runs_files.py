"""Memo and workbook of a stored decision."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from functools import partial

import streamlit as st

from warrantysim.locale.wording import LANGUAGES, Lang
from warrantysim.report.policy_change import policy_change
from warrantysim.store import runs
from warrantysim.store.deciding import confirmation_of
from warrantysim.store.memos import memo_of
from warrantysim.store.stored_run import StoredRun
from warrantysim.store.workspace import Workspace
from warrantysim.studies.decide.book import decision_workbook, workbook_name
from warrantysim.studies.decide.memo import decision_memo
from warrantysim.ui import reading
from warrantysim.ui.language import lang, t
from warrantysim.ui.pieces.address import pick
from warrantysim.ui.pieces.running import submit, watch
from warrantysim.ui.session import jobs, may_edit, workspace

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
BOTH = "both"


def show_decision_files(run: StoredRun) -> None:
    """Draw it; nothing for runs of other kinds."""
    if run.kind != "decide":
        return
    confirmed = confirmation_of(run, workspace())
    if confirmed is None:
        st.caption(t("runs.no_confirmation"))
        return
    wanted = pick(
        st.segmented_control, t("runs.memo_in"), [lang(), *(one for one in LANGUAGES if one != lang()), BOTH],
        "runs_memo", format_func=lambda one: t(f"approvals.memo.{one}"),
    )  # fmt: skip
    langs = LANGUAGES if wanted == BOTH else (wanted,)
    name = f"memo_{run.id}_{'-'.join(langs)}.html"
    _offer("memo", name, "text/html", partial(_memo, workspace(), run, confirmed, langs))
    _workbook(run, confirmed)


def _offer(key: str, name: str, mime: str, data: Callable[[], bytes]) -> None:
    st.download_button(
        t(f"runs.take.{key}"), data, file_name=name, mime=mime, on_click="ignore", icon=":material/download:",
        key=f"runs_take_{key}", width="stretch",
    )  # fmt: skip


def _memo(home: Workspace, run: StoredRun, confirmed: StoredRun, langs: Sequence[Lang]) -> bytes:
    change = policy_change(confirmed.result, decision=run.found)
    memo = memo_of(change, run, simulated=(confirmed,), studies=runs.listed(home))
    return decision_memo(memo, langs).encode()


def _workbook(run: StoredRun, confirmed: StoredRun) -> None:
    """The workbook; its quantities are counted by a job, once."""
    asked = reading.to_count(confirmed)
    counted = reading.stored(asked.id)
    if counted is not None:
        decision, made = reading.found(run), datetime.fromisoformat(run.made).replace(tzinfo=None)
        book = partial(
            decision_workbook, decision, reading.world(confirmed), reading.frame(counted, "quantities"),
            lang=lang(), changes=tuple(run.manifest["changes"]), run_id=run.id, made=made,
        )  # fmt: skip
        _offer("workbook", workbook_name(decision, run.id, made), XLSX, book)
        return
    job = jobs().attach(asked.id)
    if job is not None and job.state != "finished":
        watch(job.id, f"runs_{job.id}")
    elif st.button(t("runs.workbook_ask"), disabled=not may_edit(), key="runs_book", width="stretch"):
        submit(asked, t("runs.workbook_job"))
        st.rerun()
