"""Rules taken away: files for agents, platforms and programs, the workbook, a scenario or a draft for approval."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import pandas as pd
import streamlit as st

from warrantysim.decision.manual_policy import NAME
from warrantysim.decision.platform_rules import platform_rules
from warrantysim.locale.wording import say
from warrantysim.report.agent_rules import agent_rules, lines_told
from warrantysim.report.export import csv_bytes, tab_bytes
from warrantysim.report.policy_file import policy_text
from warrantysim.report.rule_files import rule_texts
from warrantysim.schema.digest import digest
from warrantysim.schema.policy import Policy
from warrantysim.schema.root import Scenario
from warrantysim.store import approvals
from warrantysim.store.deciding import by_hand_inputs
from warrantysim.store.scenarios import keep_scenario
from warrantysim.store.stored_run import StoredRun
from warrantysim.studies.decide.files import CHOICES, policy_chosen
from warrantysim.ui import reading
from warrantysim.ui.components.address import pick
from warrantysim.ui.components.decision import offer_decision_workbook, offer_file
from warrantysim.ui.components.differences import refused
from warrantysim.ui.components.keeping import NAME as KEPT
from warrantysim.ui.components.keeping import asked_day
from warrantysim.ui.components.pictures import escaped
from warrantysim.ui.language import lang, t
from warrantysim.ui.pages import go
from warrantysim.ui.session import may_edit, person, who, workspace
from warrantysim.ui.thresholds_hand import by_hand_policy, set_anything
from warrantysim.ui.thresholds_shown import DecisionShown


def show_files(shown: DecisionShown) -> None:
    """Draw it."""
    options = [one for one in CHOICES if one != "hand" or set_anything(shown)]
    st.subheader(t("thresholds.files"))
    labels = {one: t(f"thresholds.which.{one}") for one in options}
    label = t("thresholds.which")
    choice = pick(st.segmented_control, label, options, "thresholds_which", format_func=labels.__getitem__)
    st.caption(t(f"thresholds.which_how.{choice}", rounding=f"{shown.scenario.decision.rounding:g}"))
    by_hand = by_hand_policy(shown) if choice == "hand" else None
    policy = policy_chosen(choice, shown.decision, shown.scenario, by_hand)
    left, right = st.columns(2, gap="large")
    with left:
        _files(shown, policy, choice)
        _workbook(shown)
    with right:
        _apply(shown, policy, choice)


def _files(shown: DecisionShown, policy: Policy, choice: str) -> None:
    """Rules as files, named by the run."""
    s = shown.scenario
    end = shown.run.id if choice == "recommended" else f"{shown.run.id}_{choice}"
    platform = partial(platform_rules, policy, shown.model)
    offers: list[tuple[str, str, str, Callable[[], bytes]]] = [
        ("agents", f"agent_rules_{end}.csv", "text/csv",
         partial(_csv, partial(agent_rules, policy, s))),
        ("platform", f"platform_rules_{end}.csv", "text/csv", partial(_csv, platform)),
        ("platform_text", f"platform_rules_{end}.txt", "text/tab-separated-values", partial(_tab, platform)),
        ("json", f"policy_{end}.json", "application/json", partial(_text, "policy.json", policy, s)),
        ("dmn", f"rules_{end}.dmn", "application/xml", partial(_text, "rules.dmn", policy, s)),
        ("python", f"rules_{end}.py", "text/x-python", partial(_text, "rules.py", policy, s)),
        ("policy", f"policy_{end}.yaml", "application/yaml", partial(_yaml, policy, shown.run, s)),
        ("decision", f"decision_{shown.run.id}.csv", "text/csv", partial(_csv, partial(shown.run.frame, "decision"))),
    ]  # fmt: skip
    st.markdown(f"#### {t('thresholds.take')}")
    st.caption(t("piece.covers", n=len(shown.rows)))
    if choice == "recommended":
        st.caption(lines_told(shown.decision.agent_rules, lang()))
    for key, name, mime, data in offers:
        label, help = (t(f"thresholds.{part}.{key}") for part in ("file", "file_help"))
        offer_file(label, name, mime, data, f"thresholds_file_{key}", help)


def _csv(frame: Callable[[], pd.DataFrame]) -> bytes:
    return csv_bytes(frame())


def _tab(frame: Callable[[], pd.DataFrame]) -> bytes:
    return tab_bytes(frame())


def _text(name: str, policy: Policy, scenario: Scenario) -> bytes:
    return rule_texts(policy, scenario)[name].encode()


def _yaml(policy: Policy, run: StoredRun, scenario: Scenario) -> bytes:
    comment = say(
        "provenance", version=run.version, name=scenario.name, digest=digest(scenario)[:12], seed=run.asked.seed
    )
    return policy_text(policy, f"{comment}\nrun {run.id}").encode()


def _workbook(shown: DecisionShown) -> None:
    """The workbook: its quantities are counted by a job, then it can be downloaded at once."""
    st.markdown(f"#### {t('thresholds.workbook')}")
    st.caption(t("thresholds.workbook_how"))
    if shown.confirmed is None:
        st.info(t("thresholds.no_confirmation"))
        return
    offer_decision_workbook(shown.run, shown.confirmed, "thresholds", _status(shown))


def _status(shown: DecisionShown) -> str:
    """APPROVED where a version of this decision was signed, else DRAFT."""
    signed = [v for v in approvals.policy_versions(workspace()) if v.run_id == shown.run.id]
    return "APPROVED" if any(v.last.step in {"approved", "effective"} for v in signed) else "DRAFT"


def _apply(shown: DecisionShown, policy: Policy, choice: str) -> None:
    """A version of a scenario with this policy as today's rule, or a draft for approval."""
    st.markdown(f"#### {t('thresholds.apply')}")
    with st.form("thresholds_apply", border=False):
        name = st.text_input(
            t("thresholds.name"), value=f"{shown.scenario.name}-{t(f'thresholds.name.{choice}')}"[:60], max_chars=60,
            key=f"thresholds_name_{choice}",
        )  # fmt: skip
        beside = st.empty()
        day, right = asked_day("thresholds")
        why = st.text_area(t("thresholds.why"), key="thresholds_why", max_chars=2000, height=120)
        scenario = st.form_submit_button(t("thresholds.to_scenario"), disabled=not may_edit(), width="stretch")
        draft = st.form_submit_button(
            t("thresholds.to_draft"), type="primary", disabled=not (may_edit() and person()), width="stretch"
        )
        if not person():
            st.caption(t("approvals.name_first"))
    if not may_edit():
        return
    if scenario and KEPT.fullmatch(str(name).strip()):
        _keep(shown, policy, str(name).strip(), str(why))
    elif scenario:
        beside.error(t("keeping.bad_name", name=escaped(str(name))))
    if draft and person() and right:
        run_id = _speaks(shown, choice)
        version = approvals.draft(workspace(), policy, run_id=run_id, note=str(why), who=who(), from_day=day)
        st.success(t("thresholds.drafted", number=version.number))
        go("approvals", t("thresholds.see_approvals"))


def _keep(shown: DecisionShown, policy: Policy, name: str, why: str) -> None:
    try:
        scenario = shown.scenario.replace(policy=policy)
        version = keep_scenario(workspace(), name, scenario, parent=shown.scenario.name, why=why, who=who())
    except (ValueError, OSError) as error:
        st.error(refused(error))
        return
    st.success(t("thresholds.kept", ref=escaped(version.ref)))
    go("scenarios", t("thresholds.see_scenarios"))


def _speaks(shown: DecisionShown, choice: str) -> str:
    """The run that speaks for a policy: its own simulation where there is one, else the decision."""
    if choice == "hand" and shown.confirmed is not None:
        run = by_hand_inputs(shown.confirmed, by_hand_policy(shown).replace(name=NAME))
        if reading.stored(run.id) is not None:
            return run.id
    return shown.run.id
