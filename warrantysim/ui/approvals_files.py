"""The files of one version: rules for agents, the policy, the memo and the workbook, each with its status in it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

import streamlit as st

from warrantysim.locale.wording import Lang
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
from warrantysim.store.stored_run import StoredRun
from warrantysim.store.workspace import Workspace
from warrantysim.studies.decide.memo import Memo, decision_memo
from warrantysim.ui import reading
from warrantysim.ui.language import lang, t
from warrantysim.ui.pieces.handed_out import memo_languages, offer_file, offer_workbook
from warrantysim.ui.session import workspace


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
        langs = memo_languages("approvals")
        made = partial(memo_of, change, run, simulated=found.runs, version=version)
        _offer("memo", f"memo_{end}_{'-'.join(langs)}.html", "text/html", partial(_memo, workspace(), made, langs))
    _workbook(version, run, end)


def _offer(key: str, name: str, mime: str, data: Callable[[], bytes]) -> None:
    offer_file(t(f"approvals.file.{key}"), name, mime, data, f"approvals_file_{key}")


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
    if confirmed is not None:
        offer_workbook(run, confirmed, "approvals", status_of(version), f"_{end}")
        st.caption(t("approvals.workbook_of"))
