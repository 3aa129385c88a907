"""Whether a run can be reproduced: asked for as a job, told once it was held against the stored results."""

from __future__ import annotations

import streamlit as st

from warrantysim.report import figures
from warrantysim.store.inputs import Inputs
from warrantysim.store.reproduce import Reproduction
from warrantysim.store.reproducing import NAME, reproduction_of
from warrantysim.store.stored_run import Damaged, StoredRun
from warrantysim.ui import reading
from warrantysim.ui.language import t
from warrantysim.ui.pieces.pictures import plain
from warrantysim.ui.pieces.running import submit, watch
from warrantysim.ui.session import jobs, may_edit


def show_reproduction(run: StoredRun) -> None:
    """Draw it."""
    st.subheader(t("runs.reproduce"))
    asked = run.asked
    if run.kind == NAME:
        st.caption(t("runs.is_reproduction", id=plain(str(run.record["run"]))[:40]))
        _told(run)
        return
    if not isinstance(asked, Inputs) and run.study.stopped_after is not None:
        st.caption(t("runs.cannot_repeat"))
        return
    st.caption(t("runs.reproduce_how"))
    study = reproduction_of(run)
    try:
        there = reading.stored(study.id)
    except Damaged as error:
        st.warning(plain(str(error))[:300])
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


def _told(there: StoredRun) -> None:
    """What came of it."""
    found: Reproduction = reading.found(there)
    made = figures.minute(there.made)
    if found.same:
        st.success(t("runs.same", made=made), icon=":material/check_circle:")
        return
    st.warning(t("runs.differs", made=made, then=found.model_then, now=found.model_now))
    if found.apart:
        st.dataframe(there.frame("apart"), hide_index=True, alt=t("runs.apart_alt"))
