"""A job on a page: asked for, watched without blocking, stopped, resumed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import streamlit as st

from warrantysim.experiment.pace import progress_text
from warrantysim.locale.wording import say
from warrantysim.report import figures
from warrantysim.store.inputs import Asked
from warrantysim.store.job import Job
from warrantysim.studies import STUDIES
from warrantysim.ui.components.pictures import escaped
from warrantysim.ui.components.run_names import label_text
from warrantysim.ui.language import lang, t
from warrantysim.ui.session import jobs, look, may_edit, who, workspace

LONGEST = 60
"""Characters of a name in a line of several."""
EVERY = 1.0
"""Seconds between two looks at a job."""
KEEPABLE = frozenset({"simulate", *STUDIES})
"""Kinds that can be stopped with what was done kept."""
PROCESSES = 2
"""Processes a job may use."""


def submit(asked: Asked, label: str, changes: Sequence[str] = ()) -> Job:
    """Ask for a run; a stored one answers at once, one that is under way is joined."""
    return jobs().submit(asked, label=label, changes=changes, processes=PROCESSES, who=who())


def ask_once(
    asked: Asked, label: str, button: str, key: str, job_key: str, *, primary: bool = False, width: Any = "content"
) -> None:
    """The job of what was asked for until it ends well; before anybody asked, the button that asks.

    Parameters
    ----------
    label
        What the job is called, as `run_names.label_text` reads it.
    key, job_key
        Of the button, and where the job's own begin.
    """
    job = jobs().attach(asked.id)
    if job is not None and job.state != "finished":
        show_job(job.id, job_key.format(id=job.id))
    elif st.button(button, disabled=not may_edit(), key=key, type="primary" if primary else "secondary", width=width):
        submit(asked, label)
        st.rerun()


def show_job(id: str, key: str) -> None:
    """Show a job's progress until it ends; then the page is drawn again."""
    if jobs().poll(id).active:
        _live(id, key)
    else:
        _state(jobs().get(id), key)


@st.fragment(run_every=EVERY)
def _live(id: str, key: str) -> None:
    job = jobs().poll(id)
    _state(job, key)
    if not job.active:
        st.rerun()


@st.fragment(run_every=3 * EVERY)
def under_way() -> None:
    """What works now, how far it is, and how much waits: a line on every page; the page is drawn again once one has
    ended, or where the reader's ground became another one."""
    jobs().tend()
    active = jobs().listed(active=True)[::-1]
    seen = [job.id for job in active], sum(1 for _ in workspace().runs.iterdir()), look().mode
    before = st.session_state.get("under_way", seen)
    st.session_state["under_way"] = seen
    if set(before[0]) - set(seen[0]) or before[1:] != seen[1:]:
        st.rerun()
    working = [job for job in active if job.state != "queued"]
    if active:
        told = say("bind.and", lang()).join(map(_told, working)) or t("piece.queued")
        waits = len(active) - len(working)
        st.markdown(f":material/progress_activity: {escaped(told)}{t('frame.waits', n=waits) if waits else ''}")


def _state(job: Job, key: str) -> None:
    p = job.progress
    if job.active:
        share = min(1.0, p.done / p.total) if p.total else 0.0
        st.progress(share, text=escaped(_told(job)))
        for estimate in p.estimates:
            facts = {"mean": figures.whole(estimate.mean), "half_width": figures.whole(estimate.half_width)}
            st.caption(t("piece.so_far", policy=estimate.policy, **facts))
        left, right, _ = st.columns([1, 1, 4])
        if left.button(t("piece.cancel"), key=f"{key}_cancel", disabled=not may_edit()):
            jobs().cancel(job.id, who())
        if job.kind in KEEPABLE and right.button(t("piece.keep"), key=f"{key}_keep", disabled=not may_edit()):
            jobs().keep(job.id, who())
    elif job.state != "finished":
        st.warning(escaped(_told(job)))
        if st.button(t("piece.resume"), key=f"{key}_resume", disabled=not may_edit()):
            st.session_state[key] = jobs().resume(job.id, who()).id
            st.rerun()


def _told(job: Job) -> str:
    return t("piece.job", label=label_text(job.label, 200), state=job_text(job))


def job_text(job: Job) -> str:
    """A job's state in words, with how far it is."""
    if job.state != "running":
        return t(f"piece.{job.state}", **({"message": job.message} if job.state == "failed" else {}))
    p = job.progress
    return progress_text(p.stage, p.done, p.total, p.eta_s, lang()) if p.stage else t("piece.running")
