"""*Runs & audit*: what was run and is running, what each figure rests on down to one claim, and who changed what."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd
import streamlit as st

from warrantysim.locale.wording import named
from warrantysim.store import runs
from warrantysim.store.audit import audit_log
from warrantysim.store.job import BACKGROUND, Job
from warrantysim.store.runs import damaged
from warrantysim.store.stored_run import StoredRun
from warrantysim.ui import reading
from warrantysim.ui.components.address import copy_link, from_address, pick, pick_many, put
from warrantysim.ui.components.decision import offer_demo
from warrantysim.ui.components.exports import offer_csv
from warrantysim.ui.components.pictures import escaped, show_table
from warrantysim.ui.components.run_names import LONGEST, label_text, option, outcome, scenario_titles
from warrantysim.ui.components.running import show_job
from warrantysim.ui.components.trouble import permitted
from warrantysim.ui.language import lang, t, under_titles
from warrantysim.ui.pages import go
from warrantysim.ui.runs_claim import show_claim
from warrantysim.ui.runs_one import show_run
from warrantysim.ui.session import jobs, may_edit, when, who, workspace
from warrantysim.version import MODEL

MOST_JOBS = 300
"""Ended jobs in the table, the latest."""


def show_jobs() -> None:
    """Draw them."""
    st.subheader(t("runs.at_work"))
    active = sorted(jobs().listed(active=True), key=lambda job: (job.state == "queued", job.turn, job.submitted))
    if not active:
        st.caption(t("runs.at_work_none"))
    queued = [job.id for job in active if job.state == "queued"]
    for job in active:
        with st.container(border=True):
            st.markdown(f"**{escaped(label_text(job.label))}**")
            place = "" if job.id not in queued else t("runs.place", place=queued.index(job.id) + 1)
            behind = t("runs.background") if job.turn >= BACKGROUND else ""
            st.caption(f"{_asked_by(job)} {place} {behind}")
            if job.id in queued[1:] or (place and behind):
                st.button(
                    t("runs.first"), key=f"runs_{job.id}_first", icon=":material/arrow_upward:",
                    disabled=not may_edit(), on_click=_first, args=(job.id,),
                )  # fmt: skip
            show_job(job.id, f"runs_{job.id}")
            _log(job)
    st.subheader(t("runs.ended"))
    ended = jobs().listed(active=False)[:MOST_JOBS]
    if not ended:
        st.caption(t("runs.ended_none"))
        return
    _list(_jobs_table(ended), t("runs.ended_alt"))
    by_id, titles = {job.id: job for job in ended}, scenario_titles()
    id = pick(
        st.selectbox, t("runs.job"), list(by_id), "runs_job", told=True,
        format_func=lambda id: _option(by_id[id], titles),
    )  # fmt: skip
    job = by_id[id]
    st.caption(_asked_by(job))
    if job.state not in {"finished", "kept"}:
        show_job(job.id, f"runs_{job.id}")
    if job.result:
        go("runs", t("runs.open_result"), runs_view="finished", runs_run=job.result)
    _log(job)


def _first(id: str) -> None:
    permitted(lambda: jobs().first(id, who()))


def _asked_by(job: Job) -> str:
    return escaped(
        t(
            "runs.asked_by",
            kind=named("kind", job.kind, lang()),
            who=job.who[:LONGEST] or t("runs.nobody"),
            at=when(job.submitted),
        )
    )


def _option(job: Job, titles: Mapping[str, str]) -> str:
    return t(
        "runs.job_option",
        label=label_text(job.label, titles=titles),
        state=named("state", job.state, lang()),
        at=when(job.submitted),
        id=job.id[:8],
    )


def _jobs_table(ended: list[Job]) -> pd.DataFrame:
    titles = scenario_titles()
    rows = [
        {
            "label": label_text(job.label, titles=titles),
            "kind": named("kind", job.kind, lang()),
            "state": named("state", job.state, lang()),
            "message": job.message[:300],
            "who": job.who[:LONGEST],
            "submitted": when(job.submitted),
            "ended": when(job.ended),
        }
        for job in ended
    ]
    return under_titles(rows, lambda name: t(f"runs.column.{name}"))


def _log(job: Job) -> None:
    with st.expander(t("runs.log"), key=f"runs_log_{job.id}", on_change="rerun") as opened:
        if opened.open:
            st.code(jobs().log(job.id)[-20_000:] or t("runs.log_none"), language=None, wrap_lines=True)


def show_finished() -> None:
    """Draw them."""
    _damaged()
    every = reading.finished_runs()
    found = _chosen(every)
    st.caption(t("runs.shown", n=len(found), of=len(every)))
    wished = from_address("runs_run")
    if wished and wished not in {run.id for run in every}:
        st.warning(t("runs.gone", id=escaped(wished[:40])))
    if not found:
        st.info(t("runs.none_found"))
        return
    _list(_table(found), t("runs.list_alt"))
    by_id, titles = {run.id: run for run in found}, scenario_titles()
    id = pick(
        st.selectbox, t("runs.run"), list(by_id), "runs_run", told=True,
        format_func=lambda id: option(by_id[id], titles),
    )  # fmt: skip
    show_run(by_id[id])


def _chosen(every: list[StoredRun]) -> list[StoredRun]:
    left, right = st.columns(2)
    with left:
        known = list(dict.fromkeys(run.kind for run in every))
        kinds = pick_many(
            t("runs.kinds"), known, "runs_kinds", placeholder=t("runs.any"),
            format_func=lambda kind: named("kind", kind, lang()),
        )  # fmt: skip
    with right:
        text = _search(t("runs.search"), "runs_text")
    titles = scenario_titles()
    return [
        run
        for run in every
        if (not kinds or run.kind in kinds)
        and text in f"{option(run, titles)} {run.id} {run.label} {run.name} {run.manifest['who']}".casefold()
    ]


def _search(label: str, key: str) -> str:
    """A text to look for, kept in the address."""
    st.session_state.setdefault(key, st.query_params.get(key, ""))
    text = str(st.text_input(label, key=key, max_chars=80) or "")
    put(key, text)
    return text.strip().casefold()


def _list(frame: pd.DataFrame, alt: str, most: int = 8) -> None:
    """A table as high as its rows, up to so many."""
    show_table(frame, alt=alt, height=37 + 35 * min(len(frame), most))


def _table(found: list[StoredRun]) -> pd.DataFrame:
    titles = scenario_titles()
    rows = [
        {
            "run": run.id[:8],
            "kind": named("kind", run.kind, lang()),
            "label": label_text(run.label, titles=titles),
            "outcome": outcome(run),
            "made": when(run.made),
            "who": str(run.manifest["who"])[:LONGEST],
            "model": t("runs.model.same" if run.version == str(MODEL) else "runs.model.other"),
        }
        for run in found
    ]
    return under_titles(rows, lambda name: t(f"runs.column.{name}"))


def _damaged() -> None:
    """Runs whose manifest cannot be read: nothing is known of them but their id."""
    known = {run.id for run in reading.finished_runs()}
    for id in runs.damaged(workspace(), thorough=False):
        if id in known:
            continue
        left, right = st.columns([5, 1], vertical_alignment="center")
        left.warning(t("runs.damaged_one", id=escaped(id[:40])))
        if right.button(t("runs.remove"), key=f"runs_drop_{id}", disabled=not may_edit()):
            runs.remove(workspace(), id, who())
            st.toast(t("runs.removed", id=id[:8]))
            st.rerun()


MOST = 5000
"""Entries looked at, the latest."""


def show_audit() -> None:
    """Draw it."""
    st.caption(t("runs.audit_how"))
    entries = audit_log(workspace(), most=MOST)
    left, middle, right = st.columns(3)
    with left:
        whos = pick_many(t("runs.audit_whos"), sorted({e.who for e in entries}), "runs_whos", placeholder=t("runs.any"))
    with middle:
        whats = pick_many(
            t("runs.audit_whats"),
            sorted({e.what for e in entries}),
            "runs_whats",
            placeholder=t("runs.any"),
            format_func=lambda what: named("did", what, lang()),
        )
    with right:
        wanted = _search(t("runs.audit_search"), "runs_audit")
    rows = [
        {
            "number": e.number,
            "at": when(e.at),
            "who": e.who,
            "what": named("did", e.what, lang()),
            "subject": e.subject,
            "details": "; ".join(f"{key}: {value}" for key, value in e.details.items() if value),
        }
        for e in entries
        if (not whos or e.who in whos) and (not whats or e.what in whats)
    ]
    found = [row for row in rows if wanted in " ".join(map(str, row.values())).casefold()]
    st.caption(t("runs.audit_said", n=len(found), of=len(entries)))
    if not found:
        st.info(t("runs.audit_none"))
        return
    frame = under_titles(found, lambda name: t(f"runs.column.{name}"))
    _list(frame, t("runs.audit_alt"), 14)
    offer_csv(frame, "audit", "runs_audit_csv")


VIEWS = {"finished": show_finished, "jobs": show_jobs, "claim": show_claim, "audit": show_audit}
"""What can be looked at."""


def show() -> None:
    """Draw the page."""
    st.title(t("runs.title"))
    jobs().tend()
    active, finished = jobs().listed(active=True), reading.finished_runs()
    broken = damaged(workspace(), thorough=False)
    if not (active or finished or broken or jobs().listed()):
        st.write(t("runs.empty"))
        offer_demo("runs")
        return
    st.write(t("runs.standing", n=len(finished), active=len(active), broken=len(broken)))
    left, right = st.columns([4, 1], vertical_alignment="bottom")
    with left:
        view = pick(
            st.segmented_control, t("runs.view"), list(VIEWS), "runs_view",
            format_func=lambda one: t(f"runs.view.{one}"),
        )  # fmt: skip
    with right:
        copy_link("runs_link")
    VIEWS[view]()
