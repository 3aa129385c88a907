"""The files of one version: rules for agents, the policy, the memo and the workbook, each with its status in it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from functools import partial

import streamlit as st

from warrantysim.locale.wording import LANGUAGES, Lang
from warrantysim.report.agent_rules import lines_told
from warrantysim.report.export import csv_bytes
from warrantysim.report.policy_change import PolicyChange
from warrantysim.report.version_files import Stamp, version_policy, version_rules
from warrantysim.schema.policy import Policy
from warrantysim.schema.root import Scenario
from warrantysim.store import runs
from warrantysim.store.approvals import PolicyVersion
from warrantysim.store.deciding import confirmation_of
from warrantysim.store.effect import Found
from warrantysim.store.memos import from_day, memo_of, status_of
from warrantysim.store.stored_run import Damaged, StoredRun
from warrantysim.store.workspace import Workspace
from warrantysim.studies.decide.book import decision_workbook, workbook_name
from warrantysim.studies.decide.memo import Memo, decision_memo
from warrantysim.ui import reading
from warrantysim.ui.language import lang, t
from warrantysim.ui.pieces.address import pick
from warrantysim.ui.pieces.pictures import plain
from warrantysim.ui.pieces.running import submit, watch
from warrantysim.ui.session import jobs, may_edit, workspace

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
BOTH = "both"


def show_version_files(
    version: PolicyVersion, run: StoredRun | None, change: PolicyChange | None, found: Found | None
) -> None:
    """Draw it."""
    st.subheader(t("approvals.files"))
    status = status_of(version)
    st.caption(t("approvals.files_how", status=t(f"approvals.status.{status}")))
    stamp = Stamp(status, version.number, version.run_id or "", from_day(version))
    end = f"v{version.number}_{status}_{(version.run_id or '')[:12]}".rstrip("_")
    _offer("policy", f"policy_{end}.yaml", "application/yaml", partial(_yaml, version.policy, stamp))
    if run is None:
        return
    world = reading.world(run)
    _offer("rules", f"agent_rules_{end}.csv", "text/csv", partial(_rules, version.policy, world, stamp))
    if change is not None and change.decided is not None:
        st.caption(lines_told(change.decided.agent_rules, lang()))
    if change is not None and found is not None:
        wanted = pick(
            st.segmented_control, t("approvals.memo_in"), [lang(), *(one for one in LANGUAGES if one != lang()), BOTH],
            "approvals_memo", format_func=lambda one: t(f"approvals.memo.{one}"),
        )  # fmt: skip
        langs = LANGUAGES if wanted == BOTH else (wanted,)
        made = partial(memo_of, change, run, simulated=found.runs, version=version)
        _offer("memo", f"memo_{end}_{'-'.join(langs)}.html", "text/html", partial(_memo, workspace(), made, langs))
    _workbook(version, run, end)


def _offer(key: str, name: str, mime: str, data: Callable[[], bytes]) -> None:
    st.download_button(
        t(f"approvals.file.{key}"), data, file_name=name, mime=mime, on_click="ignore", icon=":material/download:",
        key=f"approvals_file_{key}", width="stretch",
    )  # fmt: skip


def _yaml(policy: Policy, stamp: Stamp) -> bytes:
    return version_policy(policy, stamp).encode()


def _rules(policy: Policy, world: Scenario, stamp: Stamp) -> bytes:
    return csv_bytes(version_rules(policy, world, stamp))


def _memo(home: Workspace, made: Callable[..., Memo], langs: Sequence[Lang]) -> bytes:
    return decision_memo(made(studies=runs.listed(home)), langs).encode()


def _workbook(version: PolicyVersion, run: StoredRun, end: str) -> None:
    """The workbook of the decision behind a version; its quantities are counted by a job."""
    if run.kind != "decide":
        st.caption(t("approvals.workbook_none"))
        return
    confirmed = confirmation_of(run, workspace())
    if confirmed is None:
        return
    asked = reading.to_count(confirmed)
    try:
        counted = reading.stored(asked.id)
        quantities = None if counted is None else reading.frame(counted, "quantities")
        decision = reading.found(run)
    except Damaged as error:
        st.warning(t("approvals.damaged", why=plain(str(error))[:300]))
        return
    if quantities is not None:
        made = datetime.fromisoformat(run.made).replace(tzinfo=None)
        status, changes = status_of(version), tuple(run.manifest["changes"])
        name = workbook_name(decision, run.id, made).removesuffix(".xlsx") + f"_{end}.xlsx"
        book = partial(
            decision_workbook, decision, reading.world(confirmed), quantities,
            lang=lang(), changes=changes, status=status, run_id=run.id, made=made,
        )  # fmt: skip
        _offer("workbook", name, XLSX, book)
        st.caption(t("approvals.workbook_of"))
        return
    job = jobs().attach(asked.id)
    if job is not None and job.state != "finished":
        watch(job.id, f"approvals_{job.id}")
    elif st.button(t("approvals.workbook_ask"), disabled=not may_edit(), key="approvals_book", width="stretch"):
        submit(asked, t("approvals.workbook_job"))
        st.rerun()
