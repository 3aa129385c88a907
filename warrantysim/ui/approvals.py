"""*Approvals*: what is in force, what is proposed and what that brings, who signed, and the files to hand out."""

from __future__ import annotations

import math

import pandas as pd
import streamlit as st

from warrantysim.decision.changes import RuleChange
from warrantysim.decision.decide import Decision
from warrantysim.locale.wording import say, titled
from warrantysim.report import figures
from warrantysim.store import approvals
from warrantysim.store.approvals import LINE, PolicyVersion, State
from warrantysim.store.stored_run import Damaged, StoredRun
from warrantysim.studies.decide.files import policy_ticked
from warrantysim.studies.decide.told import Told
from warrantysim.studies.decide.words import MOST_CELLS, CellText
from warrantysim.ui import reading
from warrantysim.ui.approvals_version import show_version, step_text
from warrantysim.ui.components.address import pick
from warrantysim.ui.components.decision import offer_demo
from warrantysim.ui.components.exports import offer_csv
from warrantysim.ui.components.keeping import asked_day
from warrantysim.ui.components.pictures import escaped, show_table
from warrantysim.ui.components.run_names import label_text
from warrantysim.ui.language import lang, t, under_titles
from warrantysim.ui.session import may_edit, person, when, who, workspace

LONGEST = 60
"""Characters of a name in a list."""


def show() -> None:
    """Draw the page."""
    st.title(t("approvals.title"))
    st.caption(t("approvals.how"))
    every = approvals.policy_versions(workspace())
    lines = list(dict.fromkeys([version.line for version in every])) or [LINE]
    line = pick(st.selectbox, t("approvals.line"), lines, "approvals_line") if len(lines) > 1 else lines[0]
    versions = [version for version in every if version.line == line]
    if not versions:
        st.write(t("approvals.empty"))
        _propose(line, expanded=True)
        return
    states = approvals.states(versions)
    _standing(versions)
    numbers = [str(version.number) for version in versions]
    by_number = dict(zip(numbers, versions, strict=True))
    st.subheader(t("approvals.versions"))
    show_table(_listed(versions, states), alt=t("approvals.versions"), height=_height(len(versions)))
    chosen = by_number[
        pick(
            st.selectbox, t("approvals.version"), numbers, "approvals_version", told=True,
            format_func=lambda number: _option(by_number[number], states),
        )
    ]  # fmt: skip
    show_version(chosen, versions, states[chosen.id])
    _propose(line, expanded=False)
    _history(versions)


def name_of(version: PolicyVersion) -> str:
    """What a version's rules are called, short enough for a list; not for Markdown."""
    policy = version.policy
    return titled(policy.title, policy.name, lang())[:LONGEST]


def _option(version: PolicyVersion, states: dict[int, State]) -> str:
    return t(
        "approvals.option",
        number=version.number,
        name=name_of(version),
        state=t(f"approvals.state.{states[version.id]}"),
    )


def _standing(versions: list[PolicyVersion]) -> None:
    """The answer first: what is in force."""
    current = approvals.in_force(workspace(), line=versions[0].line)
    if current is None:
        st.info(t("approvals.none_in_force"))
        return
    st.success(
        t(
            "approvals.in_force",
            number=current.number,
            name=escaped(name_of(current)),
            day=current.from_day,
            who=escaped(current.last.who[:LONGEST]),
        ),
        icon=":material/verified:",
    )


def _listed(versions: list[PolicyVersion], states: dict[int, State]) -> pd.DataFrame:
    """The versions, a row each."""

    def by(version: PolicyVersion, step: str) -> str:
        return next((one.who for one in version.steps if one.step == step), "")

    rows = [
        {
            "number": version.number,
            "state": t(f"approvals.state.{states[version.id]}"),
            "rules": name_of(version),
            "proposed": by(version, "draft"),
            "approved": by(version, "approved"),
            "from_day": _day(version),
            "run": version.run_id or "",
        }
        for version in versions
    ]
    return under_titles(rows, lambda name: t(f"approvals.column.{name}"))


def _day(version: PolicyVersion) -> str:
    """First day in force; one that is only proposed is said to be."""
    if version.from_day is None and version.proposed_from is not None:
        return t("approvals.proposed_day", day=version.proposed_from)
    return "" if version.from_day is None else version.from_day.isoformat()


def _height(rows: int) -> int:
    """High enough for the rows, up to eight [px]."""
    return 37 + 35 * min(rows, 8)


def _propose(line: str, expanded: bool) -> None:
    """A decision's rules proposed as the next version."""
    shown = reading.decision_shown()
    decisions = {run.id: run for run in (*([shown] if shown else []), *reading.finished_runs("decide"))}
    if not decisions:
        _no_decision()
        return
    with st.expander(t("approvals.propose"), expanded=expanded):
        id = st.selectbox(
            t("approvals.decision"), list(decisions), key="approvals_decision",
            format_func=lambda id: _decision_option(decisions[id]),
        )  # fmt: skip
        run = decisions[str(id)]
        try:
            decision, scenario = reading.found_in_run(run), reading.scenario_behind(run)
        except Damaged as error:
            st.warning(t("approvals.damaged", why=escaped(str(error))[:300]))
            return
        with st.form("approvals_propose", border=False):
            names = _ticked(reading.told_of_run(run), run.id)
            day, right = asked_day("approvals_propose")
            note = st.text_area(t("approvals.note"), key="approvals_propose_note", max_chars=2000, height=70)
            if not person():
                st.info(t("approvals.name_first"))
            live = bool(may_edit() and person())
            asked = st.form_submit_button(t("approvals.propose_do"), disabled=not live, type="primary")
    if asked and live and right:
        policy = policy_ticked(decision, scenario, names)
        version = approvals.draft(
            workspace(), policy, line=line, run_id=run.id, note=str(note), who=who(), from_day=day
        )
        st.toast(t("approvals.done.draft", number=version.number))
        st.session_state["approvals_version_next"] = str(version.number)
        st.rerun()


def _ticked(told: Told, id: str) -> list[str]:
    """A tick a change, with its price; those recommended are ticked."""
    decision, words = told.d, told.cells
    changes = list(decision.changes)
    frame = pd.DataFrame(
        {
            "taken": [change.taken for change in changes],
            "change": [words.names(change.cells, MOST_CELLS) for change in changes],
            "because": [_why(change, decision, words) for change in changes],
            "saving": [change.in_all[0] for change in changes],
            "ends": [
                t("approvals.tick.range", low=figures.whole(low), high=figures.whole(high))
                for _, low, high in (change.in_all for change in changes)
            ],
            "claims": [change.claims for change in changes],
            "p90": [
                "" if math.isnan(one.p90) else f"{figures.days(one.p90_now)} → {figures.days(one.p90)}"
                for one in changes
            ],
            # A figure that is missing would be shown as None.
            "robust": ["" if change.robust is None else figures.share(change.robust.share, 0) for change in changes],
        }
    )
    formats = {"saving": f"{decision.currency} %,.0f", "claims": "%,.0f"}
    if not frame["robust"].any():
        del frame["robust"]
    column = st.column_config
    edited = st.data_editor(
        frame,
        key=f"approvals_ticks_{id}",
        hide_index=True,
        disabled=[name for name in frame.columns if name != "taken"],
        column_config={
            "taken": column.CheckboxColumn(t("approvals.tick"), pinned=True),
            **{name: column.NumberColumn(t(f"approvals.tick.{name}"), format=shown) for name, shown in formats.items()},
            "change": column.TextColumn(t("approvals.tick.change"), pinned=True),
            **{name: column.TextColumn(t(f"approvals.tick.{name}")) for name in ("because", "ends", "p90", "robust")},
        },
    )
    st.caption(t("approvals.tick_how"))
    if unknown := told.bills_unknown():
        st.caption(unknown)
    return [change.name for change, taken in zip(changes, edited["taken"], strict=True) if taken]


def _why(change: RuleChange, decision: Decision, words: CellText) -> str:
    """Why it is recommended or not, and with what others it brings a contract, or makes another bill dearer."""
    why, bill = say(f"because.{change.because}", lang()), change.bill
    if bill is None:
        return why
    others = [cell for cell in bill.cells if cell not in change.cells]
    facts = {
        "contract": words.contract(bill.name),
        "others": words.names(others, MOST_CELLS),
        "saving": figures.whole(bill.saving),
    }
    key = ("contract" if bill.new else "dearer") + ("_with" if others else "")
    return t(f"approvals.tick.{key}", why=why, currency=decision.currency, **facts)


def _decision_option(run: StoredRun) -> str:
    return t("approvals.decision_option", label=label_text(run.label, LONGEST), made=when(run.made)[:10], id=run.id[:8])


def _no_decision() -> None:
    st.subheader(t("approvals.propose"))
    st.write(t("approvals.no_decision"))
    offer_demo("approvals")


def _history(versions: list[PolicyVersion]) -> None:
    """Every step of every version."""
    st.subheader(t("approvals.history"))
    rows = [
        {"at": when(step.at), "number": version.number, "step": step_text(step), "who": step.who, "note": step.note}
        for version in versions
        for step in version.steps
    ]
    rows.sort(key=lambda row: str(row["at"]), reverse=True)
    frame = under_titles(rows, lambda name: t(f"approvals.column.{name}"))
    show_table(frame, alt=t("approvals.history_alt"), height=_height(len(frame)))
    offer_csv(frame, f"approvals_{versions[0].line}"[:80], "approvals_history_csv")
