"""One version of a policy: what it brings against the one it replaces, who signed it, and its files."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

import pandas as pd
import streamlit as st

from warrantysim.locale.wording import Lang, period, titled
from warrantysim.report import figures
from warrantysim.report.agent_rules import lines_told
from warrantysim.report.charts.savings import saving_chart
from warrantysim.report.export import csv_bytes
from warrantysim.report.policy_change import PolicyChange
from warrantysim.report.policy_file import Stamp, version_policy, version_rules
from warrantysim.schema.digest import digest
from warrantysim.schema.policy import Policy
from warrantysim.schema.root import Scenario
from warrantysim.store import approvals, runs
from warrantysim.store.approvals import NotInOrder, PolicyVersion, State, StepTaken, same_person
from warrantysim.store.deciding import confirmation_of
from warrantysim.store.effect import SharedLuck, effect_inputs, find_effect
from warrantysim.store.inputs import KIND
from warrantysim.store.memos import decided, from_day, memo_of, status_of
from warrantysim.store.stored_run import Damaged, StoredRun
from warrantysim.store.workspace import Workspace
from warrantysim.studies.decide.files import changes_in
from warrantysim.studies.decide.memo import Memo, decision_memo
from warrantysim.studies.decide.words import MOST_CELLS, CaseWords, CellText, lowered
from warrantysim.ui import reading
from warrantysim.ui.components.bounded import any_day, fits
from warrantysim.ui.components.decision import card, memo_languages, offer_decision_workbook, offer_file
from warrantysim.ui.components.differences import refused
from warrantysim.ui.components.held import held
from warrantysim.ui.components.pictures import escaped, held_picture, show_picture, show_table
from warrantysim.ui.components.running import ask_once
from warrantysim.ui.language import lang, t, under_titles
from warrantysim.ui.pages import go
from warrantysim.ui.session import look, may_edit, person, roles, when, who, workspace

WIDTHS = {"cell": 138, "saving": 90, "ends": 112, "verdict": 85, "now": 178, "new": 178, "changing": 99}
"""Columns of the table of rules, which a window of 1280 pixels has room for [pixels]."""
ROW_HEIGHT = 112
"""Five lines of a rule [pixels]."""


@dataclass(frozen=True)
class Base:
    """What a version is held against."""

    policy: Policy
    called: str
    """What it is called in a sentence, safe in Markdown."""


def show_version(version: PolicyVersion, versions: list[PolicyVersion], state: State) -> None:
    """Draw it."""
    st.header(t("approvals.heading", number=version.number, state=t(f"approvals.state.{state}")))
    run = _speaking(version)
    change: PolicyChange | None = None
    found: SharedLuck | None = None
    if run is not None:
        scenario = _world(run)
        base = _base(version, versions, scenario)
        found = _found(version, base.policy, scenario)
        if found is None:
            _ask(version, base, scenario, run)
        else:
            change = _change(found, run)
            _answer(change, base)
    if run is not None and run.kind == "decide":
        _ticked(version, run)
    left, right = st.columns([3, 2], gap="large")
    with left:
        show_steps(version, state)
    with right:
        show_version_files(version, run, change, found)
    if change is not None and found is not None:
        _differences(change, found)
    if run is not None:
        go("runs", t("approvals.to_run"), runs_view="finished", runs_run=run.id)


def _speaking(version: PolicyVersion) -> StoredRun | None:
    """The run that speaks for a version; where there is none it is said why."""
    try:
        run = reading.stored(version.run_id) if version.run_id else None
        if run is None:
            st.warning(t("approvals.no_run"))
            return None
        if not (files := run.damage()):
            return run
        st.warning(t("approvals.damaged", why=escaped(", ".join(files))[:300]))
    except Damaged as error:
        st.warning(t("approvals.damaged", why=escaped(str(error))[:300]))
    return None


def _world(run: StoredRun) -> Scenario:
    """The scenario a version's effect is simulated in: that of the decision's confirmation where it is stored."""
    confirmed = confirmation_of(run, workspace()) if run.kind == "decide" else None
    return reading.scenario_behind(run if confirmed is None else confirmed)


def _base(version: PolicyVersion, versions: list[PolicyVersion], scenario: Scenario) -> Base:
    """The version it replaces, else what its run calls today's rule."""
    before = approvals.replaces(versions, version)
    policy = scenario.policy if before is None else before.policy
    name = titled(policy.title, policy.name, lang())[:60]
    if before is None:
        return Base(policy, escaped(lowered(name)))
    return Base(policy, t("approvals.against_version", number=before.number, name=escaped(name)))


def _found(version: PolicyVersion, base: Policy, scenario: Scenario) -> SharedLuck | None:
    here = digest(scenario)
    stood = [run for run in runs.list_runs(workspace()) if run.kind == KIND]
    ids = tuple(run.id for run in stood if run.manifest["scenario"]["digest"] == here)
    return _pair(
        str(workspace().folder), ids, here, digest(base), version.digest, (stood, scenario, base, version.policy)
    )


@st.cache_resource(max_entries=64, show_spinner=False)
def _pair(
    folder: str,
    ids: tuple[str, ...],
    world: str,
    base: str,
    new: str,
    _given: tuple[list[StoredRun], Scenario, Policy, Policy],
) -> SharedLuck | None:
    """Kept by folder, runs and digests, which tell everything it depends on."""
    return find_effect(*_given)


def _change(found: SharedLuck, run: StoredRun) -> PolicyChange | None:
    rests_on = tuple((one.id, one.results) for one in (*found.runs, run))
    try:
        return _read(str(workspace().folder), rests_on, (found.now.place, found.new.place), found, run)
    except Damaged as error:
        st.warning(t("approvals.damaged", why=escaped(str(error))[:300]))
        return None


@st.cache_resource(max_entries=8, show_spinner=False)
def _read(
    folder: str, rests_on: tuple[tuple[str, str], ...], places: tuple[int, int], _found: SharedLuck, _run: StoredRun
) -> PolicyChange:
    return _found.change(_run.found if _run.kind == "decide" else None)


def _ticked(version: PolicyVersion, run: StoredRun) -> None:
    """The changes of its decision that a version takes up: those that were ticked, read from its rules."""
    try:
        decision, scenario = reading.found_in_run(run), reading.scenario_behind(run)
    except Damaged:
        return
    names = held(("ticked", run.id, version.digest), lambda: changes_in(decision, scenario, version.policy))
    taken = [change for change in decision.changes if change.name in names]
    st.subheader(t("approvals.ticked", n=len(taken), of=len(decision.changes)))
    if not taken:
        return
    words = CellText(CaseWords.of(scenario), lang())
    frame = pd.DataFrame(
        {
            t("approvals.tick.change"): [words.names(change.cells, MOST_CELLS) for change in taken],
            t("approvals.column.rules"): [len(change.cells) for change in taken],
            t("approvals.tick.saving"): [f"{decision.currency} {figures.whole(change.in_all[0])}" for change in taken],
            t("approvals.column.low"): [figures.whole(change.in_all[1]) for change in taken],
            t("approvals.column.high"): [figures.whole(change.in_all[2]) for change in taken],
        }
    )
    show_table(frame, alt=t("approvals.ticked", n=len(taken), of=len(decision.changes)))
    told = reading.told_of_run(run).shared_bills([cell for change in taken for cell in change.cells])
    for text in (*told, t("approvals.ticked_how")):
        st.caption(escaped(text))


def _ask(version: PolicyVersion, base: Base, scenario: Scenario, run: StoredRun) -> None:
    """No run tells: offer one."""
    st.info(t("approvals.not_simulated", base=base.called))
    confirmed = confirmation_of(run, workspace()) if run.kind == "decide" else run
    asked = effect_inputs(scenario, base.policy, version.policy, confirmed)
    label = t("approvals.job", number=version.number)
    ask_once(asked, label, t("approvals.work_out"), "approvals_work_out", "approvals_{id}", primary=True)


def _answer(change: PolicyChange | None, base: Base) -> None:
    """What it brings, in a sentence and four cards."""
    if change is None:
        return
    found, kind = change.saving.interval, change.kind
    ends = sorted(figures.magnitude(float(x), kind) for x in (found.low, found.high))
    text = t(
        f"approvals.{kind}",
        base=base.called,
        currency=change.currency,
        amount=figures.whole(figures.magnitude(float(found.mean), kind)),
        low=figures.whole(ends[0]),
        high=figures.whole(ends[1]),
        level=figures.level(change.result.level),
        period=period(change.scenario.horizon.days, lang()),
    )
    st.markdown(f"**{text}**")
    cash, expected, days, refunds = st.columns(4)
    for place, key, saving in (
        (cash, "cash", change.saving_cash.interval),
        (expected, "expected", change.saving_expected.interval),
    ):
        ends_text = t("approvals.range", low=figures.whole(float(saving.low)), high=figures.whole(float(saving.high)))
        amount = f"{change.currency} {figures.whole(float(saving.mean))}"
        card(place, t(f"approvals.card.{key}"), amount, ends_text)
    line = change.line("days")
    before = t("approvals.before", figure=figures.days(line.now))
    card(days, t("approvals.card.days"), t("approvals.days", days=figures.days(line.new)), before)
    line = change.line("refund")
    before = t("approvals.before", figure=figures.whole(line.now))
    card(refunds, t("approvals.card.refunds"), figures.whole(line.new), before)


def _differences(change: PolicyChange, found: SharedLuck) -> None:
    """Each rule that changes, before and after, with what that saves."""
    st.subheader(t("approvals.differences"))
    rows = change.rows
    if not rows:
        st.write(t("approvals.differences_none"))
        return
    text = CellText(CaseWords.of(change.scenario), lang())
    names = [text.name(row) for row in rows]
    table = pd.DataFrame(
        [
            {
                "cell": name[:120],
                "saving": row["saving"],
                "ends": figures.interval(row["saving_low"], row["saving_high"]),
                "verdict": text.verdict(row),
                "now": text.now(row),
                "new": text.new(row),
                "changing": row["claims_changing"],
            }
            for row, name in zip(rows, names, strict=True)
        ]
    )
    money = {"saving": f"{change.currency} %,.0f", "changing": "%,.0f"}
    show_table(
        table,
        alt=t("approvals.differences_alt", n=len(rows)),
        # Rules before and after are read side by side, broken into lines.
        row_height=ROW_HEIGHT,
        column_config={
            name: st.column_config.NumberColumn(t(f"approvals.column.{name}"), format=money[name], width=WIDTHS[name])
            if name in money
            else st.column_config.TextColumn(t(f"approvals.column.{name}"), width=WIDTHS[name])
            for name in table.columns
        },
    )
    st.caption(
        t(
            "approvals.differences_how",
            n=len(rows),
            currency=change.currency,
            shared=figures.signed(change.shared),
            years=len(change.result.complete),
            runs=", ".join(run.id[:8] for run in found.runs),
        )
    )
    shows = (*(run.id for run in found.runs), str(found.now.place), str(found.new.place), "approvals")
    days = change.scenario.horizon.days
    rest = change.shared
    picture = held_picture(
        shows, look(), lambda: saving_chart(rows, names, change.currency, shared=rest, days=days, look=look())
    )
    show_picture(picture, "approvals_savings")


OPEN: tuple[State, ...] = ("draft", "approved", "scheduled")
"""States in which something is left to sign or to take back."""


def step_text(step: StepTaken) -> str:
    """A step in words, with the day it is about."""
    key = "draft_from" if step.step == "draft" and step.from_day else step.step
    return t(f"approvals.step.{key}", day=step.from_day or "")


def show_steps(version: PolicyVersion, state: State) -> None:
    """Draw it."""
    st.subheader(t("approvals.sign_off"))
    rows = [{"step": step_text(s), "who": s.who, "at": when(s.at), "note": s.note} for s in version.steps]
    show_table(under_titles(rows, lambda name: t(f"approvals.column.{name}")), alt=t("approvals.sign_alt"))
    if version.alone:
        st.warning(t("approvals.approved_alone"), icon=":material/person_alert:")
    if state not in OPEN:
        st.caption(t("approvals.ends" if state == "effective" else "approvals.over"))
    elif not person():
        st.info(t("approvals.name_first"))
    else:
        _next(version, state)


def _next(version: PolicyVersion, state: State) -> None:
    """The step that can be taken now."""
    own = state == "draft" and same_person(version.steps[0].who, who())
    apart = own and roles()
    if own:
        st.warning(t("approvals.apart" if apart else "approvals.four_eyes"), icon=":material/person_alert:")
    key = f"approvals_{version.id}"
    live = may_edit()
    alone = not own or (not apart and st.checkbox(t("approvals.alone"), key=f"{key}_alone", disabled=not live))
    note = st.text_input(t("approvals.note"), key=f"{key}_note", max_chars=500, disabled=not live)
    day = dt.datetime.now(dt.UTC).date()
    if state == "approved":
        wished = max(day, version.proposed_from or day)
        stated = any_day(t("approvals.day"), wished, key=f"{key}_day", disabled=not live)
        live, day = live and fits(stated), stated or wished
    go, back, _ = st.columns([1, 1, 2])
    if state == "draft":
        if go.button(t("approvals.approve"), key=f"{key}_approve", type="primary", disabled=not (live and alone)):
            _take("approved", version, lambda: approvals.approve(workspace(), version.id, who=who(), note=note))
    elif state == "approved" and go.button(
        t("approvals.put_in_force"), key=f"{key}_force", type="primary", disabled=not live
    ):
        _take(
            "effective",
            version,
            lambda: approvals.put_in_force(workspace(), version.id, day, who=who(), note=note),
            day=day,
        )
    if back.button(t("approvals.withdraw"), key=f"{key}_withdraw", disabled=not may_edit()):
        _take("withdrawn", version, lambda: approvals.withdraw(workspace(), version.id, who=who(), note=note))


def _take(step: str, version: PolicyVersion, act: Callable[[], PolicyVersion], **facts: dt.date) -> None:
    """Take a step and draw the page again; somebody else may have been faster."""
    try:
        act()
    except NotInOrder as error:
        st.error(t("approvals.not_in_order", why=refused(error)))
        return
    st.toast(t(f"approvals.done.{step}", number=version.number, **facts))
    st.rerun()


def show_version_files(
    version: PolicyVersion, run: StoredRun | None, change: PolicyChange | None, found: SharedLuck | None
) -> None:
    """Draw it."""
    st.subheader(t("approvals.files"))
    status = status_of(version)
    st.caption(t("approvals.files_how", status=t(f"approvals.status.{status}")))
    stamp = Stamp(status, version.number, version.run_id or "", from_day(version), decided(version))
    end = f"v{version.number}_{status}_{(version.run_id or '')[:12]}".rstrip("_")
    _offer("policy", f"policy_{end}.yaml", "application/yaml", partial(_yaml, version.policy, stamp))
    if run is None:
        return
    scenario = reading.scenario_behind(run)
    if run.kind == "decide":
        st.caption(t("piece.covers", n=len(reading.found_in_run(run).table)))
    _offer("rules", f"agent_rules_{end}.csv", "text/csv", partial(_rules, version.policy, scenario, stamp))
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


def _rules(policy: Policy, scenario: Scenario, stamp: Stamp) -> bytes:
    return csv_bytes(version_rules(policy, scenario, stamp))


def _memo(home: Workspace, made: Callable[..., Memo], langs: Sequence[Lang]) -> bytes:
    return decision_memo(made(studies=runs.list_runs(home)), langs).encode()


def _workbook(version: PolicyVersion, run: StoredRun, end: str) -> None:
    """The workbook of the decision behind a version; its quantities are counted by a job."""
    if run.kind != "decide":
        st.caption(t("approvals.workbook_none"))
        return
    confirmed = confirmation_of(run, workspace())
    if confirmed is not None:
        offer_decision_workbook(run, confirmed, "approvals", status_of(version), f"_{end}")
        st.caption(t("approvals.workbook_of"))
