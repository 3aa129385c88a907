"""One scenario: its differences as old and new, versions, runs that used it, and what can be done with it."""

from __future__ import annotations

from functools import partial

import streamlit as st

from warrantysim.analysis.cases import Case
from warrantysim.files.writing import NotAsDifferences, what_if_text, whole_text
from warrantysim.locale.wording import named
from warrantysim.schema.errors import ScenarioError
from warrantysim.store.inputs import Asked, Inputs
from warrantysim.store.pins import pin, pinned
from warrantysim.store.stored_run import Damaged
from warrantysim.store.study import AskedQuestion
from warrantysim.store.versions import NoSuchVersion
from warrantysim.ui import reading
from warrantysim.ui.compared import KIND, comparison
from warrantysim.ui.components import worlds
from warrantysim.ui.components.differences import refused, show_changes, single_line
from warrantysim.ui.components.month_end import CANNOT_ASK, USUAL, follow, month_end
from warrantysim.ui.components.pictures import escaped, show_table
from warrantysim.ui.components.run_names import label_text
from warrantysim.ui.components.running import submit
from warrantysim.ui.components.trouble import permitted
from warrantysim.ui.components.worlds import KnownScenario
from warrantysim.ui.language import lang, t
from warrantysim.ui.pages import SHOWN_ON, go
from warrantysim.ui.session import may_edit, when, who, workspace

RUNS = 10
"""Runs listed at most."""
YAML = "application/yaml"


def show(ref: str) -> None:
    """Draw one scenario."""
    one = worlds.find_scenario(ref)
    if one is None:
        return
    st.subheader(escaped(single_line(one.title if one.shipped else ref)))
    try:
        worlds.scenario_by_ref(ref)
    except (ScenarioError, Damaged, NoSuchVersion, OSError) as error:
        st.error(t("inputs.unreadable", ref=escaped(ref), problem=refused(error)))
        return
    _facts(one)
    _differences(one)
    _actions(one)
    _runs(one)
    if not one.shipped:
        _versions(one)


def _facts(one: KnownScenario) -> None:
    if one.why:
        st.markdown(t("scenarios.because", why=escaped(single_line(one.why, 2000))))
    if one.version is None:
        st.caption(t("scenarios.shipped_is"))
        return
    v = one.version
    told = t("scenarios.version_is", ref=escaped(v.ref), who=escaped(v.who), at=when(v.at))
    st.caption(f"{told} {t('scenarios.never_changed', next=v.number + 1)}")


def _differences(one: KnownScenario) -> None:
    parent = one.parent
    if not parent:
        st.info(t("scenarios.is_base"))
        return
    st.markdown(f"**{t('scenarios.differs_from', parent=escaped(parent))}**")
    try:
        show_changes(worlds.changes_between(one.ref, parent), "scenarios_differences", worlds.scenario_by_ref(one.ref))
    except (ScenarioError, Damaged, NoSuchVersion, OSError):
        st.warning(t("scenarios.parent_gone", parent=escaped(parent)))


def _actions(one: KnownScenario) -> None:
    """Run, compare, duplicate, pin, take away."""
    edit = may_edit()
    with st.container(horizontal=True):
        if st.button(
            t("scenarios.simulate"), key="scenarios_simulate", disabled=not edit, icon=":material/play_arrow:"
        ):
            _ask(one, "simulate")
        if st.button(t("scenarios.decide"), key="scenarios_decide", disabled=not edit, icon=":material/rule:"):
            _ask(one, "decide")
        for place, other in enumerate(comparable(one)):
            label = t("scenarios.compare", parent=escaped(single_line(other, 40)))
            key = "scenarios_compare" if not place else f"scenarios_compare_{place}"
            if st.button(label, key=key, disabled=not edit, icon=":material/compare_arrows:"):
                _ask(one, KIND, other)
        st.button(
            t("scenarios.duplicate"), key="scenarios_duplicate", disabled=not edit, on_click=_duplicate, args=(one,),
            icon=":material/content_copy:",
        )  # fmt: skip
        pins = pinned(workspace())
        held = one.ref in pins
        st.button(
            t("scenarios.unpin" if held else "scenarios.pin"), key="scenarios_pin", disabled=not edit,
            on_click=_pin, args=(one.ref, not held), icon=":material/keep_off:" if held else ":material/keep:",
            help=t("scenarios.pin_help"),
        )  # fmt: skip
    page, query = SHOWN_ON.get(str(st.session_state.get("scenarios_asked", "")), ("runs", "runs_run"))
    if st.session_state.get("scenarios_asked_of") == one.ref:
        follow("scenarios_job", t("scenarios.open_result"), page, query)
    _downloads(one)
    if one.version is not None and one.version.details.get("upload") and one.parent:
        month_end(one.ref, one.parent, f"scenarios_month_{one.version.digest[:8]}")


def comparable(one: KnownScenario) -> list[str]:
    """What a scenario is worth comparing with: what it was made from, and the base."""
    return [other for other in dict.fromkeys((one.parent, worlds.BASE)) if other and other != one.ref]


def _ask(one: KnownScenario, kind: str, other: str = "") -> None:
    """Ask for a run; what stands against it is told."""
    try:
        asked, label = _asked(one, kind, other)
    except CANNOT_ASK as error:
        st.error(t("month.cannot", problem=refused(error)))
        return
    job = submit(asked, label, [str(change) for change in _changes_or_none(one)])
    st.session_state["scenarios_job"] = job.id
    st.session_state["scenarios_asked"] = kind
    st.session_state["scenarios_asked_of"] = one.ref


def _asked(one: KnownScenario, kind: str, other: str) -> tuple[Asked, str]:
    """What to ask for, and what people call it."""
    scenario = worlds.scenario_by_ref(one.ref)
    if kind == "simulate":
        return Inputs.of(scenario), one.ref
    if kind == "decide":
        return AskedQuestion.of("decide", scenario), one.ref
    cases = [Case.of(worlds.scenario_by_ref(other), name=other), Case.of(scenario, name=one.ref)]
    return comparison(cases, USUAL), f"{one.ref} / {other}"


def _changes_or_none(one: KnownScenario) -> tuple[object, ...]:
    try:
        return worlds.changes_between(one.ref, one.parent) if one.parent else ()
    except (ScenarioError, Damaged, NoSuchVersion):
        return ()


def _duplicate(one: KnownScenario) -> None:
    """Open the form with what this one states."""
    stated = [] if one.version is None else [str(line) for line in one.version.details.get("changes", ())]
    again = bool(stated) and bool(one.parent)
    st.session_state["scenarios_part"] = "new"
    st.session_state["scenarios_parent"] = one.parent if again else one.ref
    st.session_state["scenarios_changes"] = stated if again else []
    st.session_state["scenarios_new_name"] = f"{one.name}-copy"[:60]
    st.session_state["scenarios_new_why"] = one.why


def _pin(ref: str, on: bool) -> None:
    others = [each for each in pinned(workspace()) if each != ref]
    permitted(lambda: pin(workspace(), [*others, ref] if on else others, who()))


def _downloads(one: KnownScenario) -> None:
    file = one.ref.replace("@", "-")
    with st.container(horizontal=True):
        if one.parent:
            st.download_button(
                t("scenarios.yaml_differences"), partial(differences_file, one), file_name=f"{file}.yaml", mime=YAML,
                key="scenarios_yaml", on_click="ignore", icon=":material/download:", help=t("scenarios.yaml_help"),
            )  # fmt: skip
        st.download_button(
            t("scenarios.yaml_whole"), partial(_whole, one.ref), file_name=f"{file}-whole.yaml", mime=YAML,
            key="scenarios_whole", on_click="ignore", icon=":material/download:",
        )  # fmt: skip
        go("inputs", t("scenarios.to_inputs"), inputs_scenario=one.ref)


def _whole(ref: str) -> bytes:
    return whole_text(worlds.scenario_by_ref(ref)).encode()


def differences_file(one: KnownScenario) -> bytes:
    """A scenario as a what-if on the shipped file it goes back to; whole where it cannot be told so."""
    origin = one.parent
    while origin and "@" in origin:
        above = worlds.find_scenario(origin)
        origin = above.parent if above is not None else worlds.BASE
    stated = [] if one.version is None or origin != one.parent else list(one.version.details.get("changes", ()))
    scenario = worlds.scenario_by_ref(one.ref)
    try:
        base = worlds.scenario_by_ref(origin or worlds.BASE)
        return what_if_text(base, scenario, f"{origin or worlds.BASE}.yaml", stated).encode()
    except (NotAsDifferences, ScenarioError, NoSuchVersion, Damaged):
        return whole_text(scenario).encode()


def _runs(one: KnownScenario) -> None:
    ids = worlds.runs_using(one.ref, worlds.usage())
    st.markdown(f"**{t('scenarios.runs_of', n=len(ids))}**")
    found = [run for run in reading.finished_runs() if run.id in set(ids)]
    if not found:
        st.caption(t("scenarios.never_run"))
        return
    rows = [{"id": run.id, "kind": named("kind", run.kind, lang()),
             "made": when(run.made), "label": label_text(run.label)} for run in found[:RUNS]]  # fmt: skip
    show_table(
        rows, key="scenarios_runs", alt=t("scenarios.runs_of", n=len(ids)),
        column_config={"id": t("scenarios.run"), "kind": t("scenarios.kind"), "made": t("scenarios.at"),
                       "label": t("scenarios.label")},
    )  # fmt: skip


def _versions(one: KnownScenario) -> None:
    versions = [
        other.version for other in worlds.known_scenarios() if other.name == one.name and other.version is not None
    ]
    st.markdown(f"**{t('scenarios.versions_of', name=escaped(one.name), n=len(versions))}**")
    rested = worlds.usage()
    rows = [
        {"version": v.ref, "who": v.who, "at": when(v.at), "why": v.note,
         "runs": len(worlds.runs_using(v.ref, rested))}
        for v in versions
    ]  # fmt: skip
    show_table(
        rows, key="scenarios_versions", alt=t("scenarios.versions_of", name=one.name, n=len(rows)),
        column_config={"version": t("scenarios.version"), "who": t("scenarios.who"), "at": t("scenarios.at"),
                       "why": st.column_config.TextColumn(t("scenarios.why"), width="large"),
                       "runs": t("scenarios.runs")},
    )  # fmt: skip
