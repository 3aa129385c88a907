"""What would change the answer: studies asked for beside a comparison, each a stored run of its own."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import streamlit as st

from warrantysim.schema.errors import ScenarioError
from warrantysim.store.stored_run import Damaged, StoredRun
from warrantysim.store.study import Study
from warrantysim.ui import reading
from warrantysim.ui.compare_forms import FORMS
from warrantysim.ui.compared import Compared
from warrantysim.ui.language import t
from warrantysim.ui.pieces.address import pick, turn_to
from warrantysim.ui.pieces.answer import show_answer
from warrantysim.ui.pieces.pictures import plain
from warrantysim.ui.pieces.running import submit, watch
from warrantysim.ui.session import jobs, may_edit

KINDS = {
    "tornado": ("sensitivity",),
    "breakeven": ("breakeven",),
    "map": ("switching",),
    "simplicity": ("simplify",),
    "levers": ("sweep", "faults"),
}
"""Studies of the page, with the kinds of stored runs each shows."""


def show_studies(one: Compared, case: str) -> None:
    """One study: the stored ones to choose from, a form for another, what was found."""
    which = pick(
        st.segmented_control, t("compare.study"), tuple(KINDS), "compare_study",
        format_func=lambda name: t(f"compare.study_{name}"),
    )  # fmt: skip
    st.subheader(t(f"compare.study_{which}"))
    st.write(t(f"compare.study_{which}_what"))
    key, kinds = f"compare_{which}", KINDS[which]
    runs = [run for run in reading.listed() if run.kind in kinds]
    with st.expander(t("compare.ask_anew"), expanded=not runs, icon=":material/add:"):
        _ask(which, one, case, key)
    for job in [job for job in jobs().listed(active=True) if job.kind in kinds]:
        watch(job.id, f"{key}_{job.id}")
    _broken(kinds, runs, key)
    if not runs:
        st.info(t("compare.none_yet"))
        return
    labels = {run.id: study_label(run) for run in runs}
    id = pick(st.selectbox, t("compare.stored"), list(labels), key, told=True, format_func=labels.__getitem__)
    run = next(run for run in runs if run.id == id)
    try:
        show_answer(run)
    except Damaged as error:
        st.error(t("compare.damaged", message=plain(str(error)[:300])))
        return
    _rests(run)


def _ask(which: str, one: Compared, case: str, key: str) -> None:
    """The form, and what cannot be asked said beneath it."""
    try:
        study = FORMS[which](one, case)
    except (ScenarioError, ValueError, LookupError) as error:
        st.error(plain("\n".join(str(error).splitlines()[:5])[:600]))
        return
    if study is not None and may_edit():
        job = submit(study, label_of(study)[:200])
        turn_to(key, job.result or job.run_id)


def label_of(study: Study) -> str:
    """What a study is called: its cases, and what was turned."""
    return " · ".join([", ".join(case.name for case in study.cases), *_about(study.options)])


def study_label(run: StoredRun) -> str:
    """A stored study in a list."""
    cases = ", ".join(str(name) for name in run.manifest.get("cases", []))[:60]
    about = _about(run.manifest.get("options", {}))
    return " · ".join([cases, *about, run.made[:16].replace("T", " "), run.id[:6]])


def _about(options: Any) -> list[str]:
    """What was turned, in short."""
    said = [options.get(name) for name in ("lever", "x_lever", "x", "y_lever", "y", "like", "pattern")]
    paths = [value.get("path", "") if isinstance(value, dict) else value for value in said if value]
    return [path[:50] for path in paths if isinstance(path, str)]


def _broken(kinds: Sequence[str], runs: Sequence[StoredRun], key: str) -> None:
    """The latest job of these kinds, if it did not finish and nothing was stored since."""
    ended = [job for job in jobs().listed(active=False) if job.kind in kinds]
    if ended and ended[0].state not in {"finished", "kept"} and not any(run.made > ended[0].submitted for run in runs):
        watch(ended[0].id, f"{key}_{ended[0].id}")


def _rests(run: StoredRun) -> None:
    """What a study rests on."""
    with st.expander(t("piece.method"), key=f"compare_rests_{run.id}"):
        cases = ", ".join(str(name) for name in run.manifest.get("cases", []))
        years = run.manifest.get("options", {}).get("replications")
        st.caption(t("compare.study_rests", cases=plain(cases[:300]), seed=run.manifest["seed"]))
        if years:
            st.caption(t("compare.study_years", n=years))
        st.caption(t("piece.run_made", id=run.id, made=run.made))
        st.caption(t("compare.model", version=plain(run.version)))
