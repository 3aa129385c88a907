"""Jobs: what is at work and waits, with progress and log; what ended, and how to go on with it."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from warrantysim.locale.wording import named
from warrantysim.report import figures
from warrantysim.store.job import Job
from warrantysim.ui.components.address import pick
from warrantysim.ui.components.pictures import escaped
from warrantysim.ui.components.running import watch
from warrantysim.ui.language import lang, t
from warrantysim.ui.pages import go
from warrantysim.ui.session import jobs

LONGEST = 80
"""Characters of a name in a list."""
MOST = 300
"""Ended jobs in the table, the latest."""


def show_jobs() -> None:
    """Draw them."""
    st.subheader(t("runs.at_work"))
    active = jobs().listed(active=True)[::-1]
    if not active:
        st.caption(t("runs.at_work_none"))
    queued = [job.id for job in active if job.state == "queued"]
    for job in active:
        with st.container(border=True):
            st.markdown(f"**{escaped(job.label[:LONGEST])}**")
            place = "" if job.id not in queued else t("runs.place", place=queued.index(job.id) + 1)
            st.caption(f"{_asked_by(job)} {place}")
            watch(job.id, f"runs_{job.id}")
            _log(job)
    st.subheader(t("runs.ended"))
    ended = jobs().listed(active=False)[:MOST]
    if not ended:
        st.caption(t("runs.ended_none"))
        return
    st.dataframe(_table(ended), hide_index=True, alt=t("runs.ended_alt"), height=37 + 35 * min(len(ended), 8))
    by_id = {job.id: job for job in ended}
    job = by_id[
        pick(st.selectbox, t("runs.job"), list(by_id), "runs_job", told=True, format_func=lambda id: _option(by_id[id]))
    ]
    st.caption(_asked_by(job))
    if job.state not in {"finished", "kept"}:
        watch(job.id, f"runs_{job.id}")
    if job.result:
        go("runs", t("runs.open_result"), runs_view="finished", runs_run=job.result)
    _log(job)


def _asked_by(job: Job) -> str:
    return escaped(
        t(
            "runs.asked_by",
            kind=named("kind", job.kind, lang()),
            who=job.who[:LONGEST] or t("runs.nobody"),
            at=figures.minute(job.submitted),
        )
    )


def _option(job: Job) -> str:
    return t(
        "runs.job_option",
        label=job.label[:LONGEST],
        state=named("state", job.state, lang()),
        at=figures.minute(job.submitted),
        id=job.id[:8],
    )


def _table(ended: list[Job]) -> pd.DataFrame:
    rows = [
        {
            "label": job.label[:LONGEST],
            "kind": named("kind", job.kind, lang()),
            "state": named("state", job.state, lang()),
            "message": job.message[:300],
            "who": job.who[:LONGEST],
            "submitted": figures.minute(job.submitted),
            "ended": figures.minute(job.ended),
        }
        for job in ended
    ]
    frame = pd.DataFrame(rows)
    return frame.rename(columns={name: t(f"runs.column.{name}") for name in frame.columns})


def _log(job: Job) -> None:
    with st.expander(t("runs.log"), key=f"runs_log_{job.id}", on_change="rerun") as opened:
        if opened.open:
            st.code(jobs().log(job.id)[-20_000:] or t("runs.log_none"), language=None)
