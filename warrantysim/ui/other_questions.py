"""What would change the answer: studies asked for beside a comparison, each a stored run of its own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st

from warrantysim.locale.wording import say, text
from warrantysim.report.verdicts import capital
from warrantysim.schema.errors import ScenarioError
from warrantysim.store.stored_run import Damaged, StoredRun
from warrantysim.store.study import Study
from warrantysim.studies import STUDIES, study_of
from warrantysim.studies.study import AnyStudy, WrongOption
from warrantysim.ui import reading
from warrantysim.ui.compared import Compared
from warrantysim.ui.components.address import pick, turn_to
from warrantysim.ui.components.answer import show_answer
from warrantysim.ui.components.options_form import options_form, title
from warrantysim.ui.components.pictures import escaped
from warrantysim.ui.components.running import submit, watch
from warrantysim.ui.language import lang, t
from warrantysim.ui.session import jobs, may_edit

ELSEWHERE = frozenset(
    ("compare", "react", "drivers", "operations", "quality", "decide", "quotes", "simulate", "reproduce", "quantities")
)
"""Studies that other pages, or other parts of this one, ask for and show."""
OFFERED = tuple(name for name in STUDIES if name not in ELSEWHERE)
"""Studies asked for here."""


def show_studies(one: Compared, case: str) -> None:
    """One study: the stored ones to choose from, a form for another, what was found."""
    which = pick(
        st.segmented_control, t("compare.study"), OFFERED, "compare_study",
        format_func=lambda name: capital(say(f"kind.{name}", lang())),
    )  # fmt: skip
    st.subheader(capital(say(f"kind.{which}", lang())))
    st.write(escaped(capital(text(STUDIES[which], lang(), "study") or f"{STUDIES[which]}.")))
    key, runs = f"compare_{which}", reading.finished_runs(which)
    with st.expander(t("compare.ask_anew"), expanded=not runs, icon=":material/add:"):
        try:
            _ask(study_of(which), one, case, key)
        except (ScenarioError, ValueError, LookupError) as error:
            st.error(escaped("\n".join(str(error).splitlines()[:5])[:600]))
    for job in [job for job in jobs().listed(active=True) if job.kind == which]:
        watch(job.id, f"{key}_{job.id}")
    _broken(which, runs, key)
    if not runs:
        st.info(t("compare.none_yet"))
        return
    labels = {run.id: study_label(run) for run in runs}
    id = pick(st.selectbox, t("compare.stored"), list(labels), key, told=True, format_func=labels.__getitem__)
    run = next(run for run in runs if run.id == id)
    try:
        show_answer(run)
    except Damaged as error:
        st.error(t("compare.damaged", message=escaped(str(error)[:300])))
        return
    _rests(run)


def _ask(study: AnyStudy, one: Compared, case: str, key: str) -> None:
    """What it is about, its options, and a button that asks for it."""
    cases = [one.case(name) for name in _cases(study, one, case, key)]
    stated = options_form(study, one.base.scenario, key)
    if not st.button(t("compare.run"), type="primary", disabled=not may_edit(), key=f"{key}_run") or not may_edit():
        return
    try:
        study.options(stated)
    except WrongOption as error:
        why = error.why.text(lang())
        raise ValueError(f"{title(study, error.option)}: {why}" if error.option else why) from None
    asked = Study.of(study.name, cases, seed=one.seed, **stated)
    job = submit(asked, label_of(asked)[:200])
    turn_to(key, job.result or job.run_id)


def _cases(study: AnyStudy, one: Compared, case: str, key: str) -> list[str]:
    """Names of the cases a study is about: both that are looked at, one of all, or several."""
    least, most = study.cases
    if most == 2:
        st.caption(t("compare.two_cases", now=escaped(one.base.name), new=escaped(case)))
        return [one.base.name, case]
    about: dict[str, Any] = {"format_func": lambda name: one.title(name)[:80]}
    if most == 1:
        return [str(st.selectbox(t("compare.in_world"), one.names, key=f"{key}_case", **about))]
    key, usual = f"{key}_cases_{one.key[:6]}_{case[:40]}", [one.base.name, case][: max(1, least)]
    label = t("compare.alternatives")
    return st.multiselect(label, one.names, usual, key=key, placeholder=t("compare.placeholder"), **about)


def label_of(study: Study) -> str:
    """What a study is called: its cases, and what was turned."""
    return " · ".join([", ".join(case.name for case in study.cases), *_about(study.options)])


def study_label(run: StoredRun) -> str:
    """A stored study in a list."""
    cases = ", ".join(str(name) for name in run.manifest.get("cases", []))[:60]
    about = _about(run.manifest.get("options", {}))
    return " · ".join([cases, *about, run.made[:16].replace("T", " "), run.id[:6]])


def _about(options: Mapping[str, Any]) -> list[str]:
    """What was turned or looked at, in short."""
    paths = [value.get("path", "") if isinstance(value, dict) else value for value in options.values()]
    return [path[:50] for path in paths if isinstance(path, str) and path]


def _broken(kind: str, runs: Sequence[StoredRun], key: str) -> None:
    """The latest job of a kind, if it did not finish and nothing was stored since."""
    ended = [job for job in jobs().listed(active=False) if job.kind == kind]
    if ended and ended[0].state not in {"finished", "kept"} and not any(run.made > ended[0].submitted for run in runs):
        watch(ended[0].id, f"{key}_{ended[0].id}")


def _rests(run: StoredRun) -> None:
    """What a study rests on."""
    with st.expander(t("piece.method"), key=f"compare_rests_{run.id}"):
        cases = ", ".join(str(name) for name in run.manifest.get("cases", []))
        years = run.manifest.get("options", {}).get("replications")
        st.caption(t("compare.study_rests", cases=escaped(cases[:300]), seed=run.manifest["seed"]))
        if years:
            st.caption(t("compare.study_years", n=years))
        st.caption(t("piece.run_made", id=run.id, made=run.made))
        st.caption(t("compare.model", version=escaped(run.version)))
