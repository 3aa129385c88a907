"""Whether a run can be reproduced: asked for as a job, told once it was held against the stored results."""

from __future__ import annotations

import streamlit as st

from warrantysim.report import figures
from warrantysim.store.inputs import Inputs
from warrantysim.store.reproduce import reproduction_of
from warrantysim.store.stored_run import Damaged, StoredRun
from warrantysim.store.study import Study
from warrantysim.ui import reading
from warrantysim.ui.components.answer import show_answer
from warrantysim.ui.components.held import held
from warrantysim.ui.components.pictures import escaped
from warrantysim.ui.components.running import submit, watch
from warrantysim.ui.language import t
from warrantysim.ui.session import jobs, may_edit


def show_reproduction(run: StoredRun) -> None:
    """Draw it."""
    st.subheader(t("runs.reproduce"))
    if run.kind == "reproduce":
        st.caption(t("runs.is_reproduction", id=escaped(str(run.record["run"]))[:40]))
        _told(run)
        return
    study = held(("again", run.id), lambda: _again(run))
    if study is None:
        st.caption(t("runs.cannot_repeat"))
        return
    st.caption(t("runs.reproduce_how"))
    try:
        there = reading.stored(study.id)
    except Damaged as error:
        st.warning(escaped(str(error))[:300])
        return
    job = jobs().attach(study.id)
    if there is not None:
        _told(there)
    elif job is not None and job.state != "finished":
        watch(job.id, f"runs_{job.id}")
    elif st.button(t("runs.reproduce_ask"), disabled=not may_edit(), key="runs_reproduce"):
        submit(study, t("runs.reproduce_job", id=run.id[:8]))
        st.rerun()
    st.caption(t("runs.reproduce_command"))
    st.code(f"warrantysim runs reproduce {run.id}", language=None)


def _again(run: StoredRun) -> Study | None:
    """What would make it again; None for one that was stopped and kept. Reading its scenarios takes a while."""
    if not isinstance(run.asked, Inputs) and run.study.stopped_after is not None:
        return None
    return reproduction_of(run)


def _told(there: StoredRun) -> None:
    """What came of it."""
    st.caption(t("runs.reproduced_on", made=figures.minute(there.made)))
    show_answer(there)
