"""Finished runs, and one of them: what it rests on, whether it can be reproduced, how to take it away."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import pandas as pd
import streamlit as st

from warrantysim.locale.wording import Lang, named
from warrantysim.report.export import bundle, csv_bytes, parquet_bytes
from warrantysim.report.policy_change import policy_change
from warrantysim.report.run_text import facts_text
from warrantysim.store import approvals, runs
from warrantysim.store.deciding import confirmation_of
from warrantysim.store.inputs import Inputs
from warrantysim.store.memos import memo_of
from warrantysim.store.reproduce import reproduction_of
from warrantysim.store.stored_run import Damaged, StoredRun
from warrantysim.store.study import AskedQuestion
from warrantysim.store.workspace import Workspace
from warrantysim.studies import ALL, OF_RUNS
from warrantysim.studies.decide.memo import decision_memo
from warrantysim.ui import reading
from warrantysim.ui.components.address import from_address, pick, pick_many, search_text
from warrantysim.ui.components.answer import show_answer
from warrantysim.ui.components.decision import memo_languages, offer_decision_workbook, offer_file
from warrantysim.ui.components.held import held
from warrantysim.ui.components.pictures import escaped, show_list, show_table
from warrantysim.ui.components.run_names import LONGEST, label_text, option, outcome, scenario_titles
from warrantysim.ui.components.running import ask_once
from warrantysim.ui.language import lang, t, under_titles
from warrantysim.ui.pages import SHOWN_ON, go
from warrantysim.ui.session import may_edit, when, who, workspace
from warrantysim.version import MODEL


def show_decision_files(run: StoredRun) -> None:
    """Draw it; nothing for runs of other kinds."""
    if run.kind != "decide":
        return
    confirmed = confirmation_of(run, workspace())
    if confirmed is None:
        st.caption(t("runs.no_confirmation"))
        return
    langs = memo_languages("runs")
    made = partial(_memo, workspace(), run, confirmed, langs)
    offer_file(t("approvals.file.memo"), f"memo_{run.id}_{'-'.join(langs)}.html", "text/html", made, "runs_take_memo")
    offer_decision_workbook(run, confirmed, "runs")


def _memo(home: Workspace, run: StoredRun, confirmed: StoredRun, langs: Sequence[Lang]) -> bytes:
    change = policy_change(confirmed.result, decision=run.found)
    memo = memo_of(change, run, simulated=(confirmed,), studies=runs.list_runs(home))
    return decision_memo(memo, langs).encode()


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
    if there is not None:
        _told(there)
    else:
        label = t("runs.reproduce_job", id=run.id[:8])
        ask_once(study, label, t("runs.reproduce_ask"), "runs_reproduce", "runs_{id}")
    st.caption(t("runs.reproduce_command"))
    st.code(f"warrantysim runs reproduce {run.id}", language=None, wrap_lines=True)


def _again(run: StoredRun) -> AskedQuestion | None:
    """What would make it again; None for one that was stopped and kept. Reading its scenarios takes a while."""
    if not isinstance(run.asked, Inputs) and run.study.stopped_after is not None:
        return None
    return reproduction_of(run)


def _told(there: StoredRun) -> None:
    """What came of it."""
    st.caption(t("runs.reproduced_on", made=when(there.made)))
    show_answer(there)


MOST_ROWS = 500
"""Rows of a table that are drawn; files hold all."""


def show_run(run: StoredRun) -> None:
    """Draw it."""
    st.header(escaped(label_text(run.label, 120)))
    damage = run.damage()
    _chips(run, damage)
    if damage:
        st.error(t("runs.damaged_one", id=run.id[:8]))
        st.caption(escaped(t("runs.damaged_files", files=", ".join(damage)[:400])))
        _remove(run)
        return
    if told := outcome(run):
        st.markdown(f"**{escaped(told[:300])}**")
    if run.kind in SHOWN_ON:
        page, key = SHOWN_ON[run.kind]
        go(page, t("runs.shown_on", page=t(f"frame.{page}")), **{key: run.id})
    elif run.kind in ALL and run.kind not in OF_RUNS:
        show_answer(run)
    left, right = st.columns([3, 2], gap="large")
    with left:
        _rests_on(run)
    with right:
        st.subheader(t("runs.take"))
        _take(run)
        show_decision_files(run)
    _tables(run)
    show_reproduction(run)
    with st.expander(t("runs.log")):
        st.code(run.log()[-20_000:] or t("runs.log_none"), language=None, wrap_lines=True)
    _remove(run)


def _chips(run: StoredRun, damage: tuple[str, ...]) -> None:
    """Whether its files are sound and its model is today's."""
    today = str(MODEL)
    with st.container(horizontal=True):
        if damage:
            st.badge(t("runs.chip.damaged"), icon=":material/error:", color="orange")
        else:
            st.badge(t("runs.chip.sound"), icon=":material/check:", color="blue")
        if run.version == today:
            st.badge(t("runs.chip.same"), icon=":material/check:", color="blue")
        else:
            text = t("runs.chip.other", then=run.version, now=today)
            st.badge(text, icon=":material/history:", color="orange")


def _rests_on(run: StoredRun) -> None:
    st.subheader(t("runs.rests_on"))
    facts = facts_text({**run.manifest, "kind": run.kind}, lang())
    frame = pd.DataFrame(
        {t("runs.column.fact"): list(facts), t("runs.column.value"): [v[:2000] for v in facts.values()]}
    )
    widths = {t("runs.column.fact"): st.column_config.TextColumn(width="medium")}
    show_table(frame, widths, alt=t("runs.facts_alt", id=run.id[:8]), height="content")
    changes = run.manifest["changes"]
    with st.expander(t("runs.changes")):
        if changes:
            st.code("\n".join(changes)[:20_000], language=None, wrap_lines=True)
        else:
            st.caption(t("runs.no_changes"))
    with st.expander(t("runs.details")):
        m = run.manifest
        told = {
            "scenario": m["scenario"]["digest"],
            "results": run.results,
            "model": run.version,
            "python": m["python"],
            "platform": m["platform"],
            **m["packages"],
            **m.get("options", {}),
            **(m.get("plan") or {}),
        }
        st.code("\n".join(f"{key}: {value}" for key, value in told.items())[:20_000], language=None, wrap_lines=True)


def _take(run: StoredRun) -> None:
    """All tables in one file."""
    if run.frames:
        st.download_button(
            t("runs.take.zip"), partial(_zip, run), file_name=f"run_{run.id}.zip", mime="application/zip",
            on_click="ignore", icon=":material/download:", key="runs_zip", width="stretch",
        )  # fmt: skip
    else:
        st.caption(t("runs.no_tables"))


def _zip(run: StoredRun) -> bytes:
    return bundle(((name, run.frame(name)) for name in run.frames), {**run.manifest, "found": run.record})


def _tables(run: StoredRun) -> None:
    st.subheader(t("runs.tables"))
    if not run.frames:
        st.caption(t("runs.no_tables"))
        return
    name = pick(st.selectbox, t("runs.table"), run.frames, "runs_table")
    try:
        frame = run.frame(name)
    except Damaged as error:
        st.warning(escaped(str(error))[:300])
        return
    show_table(frame.head(MOST_ROWS), alt=name)
    if len(frame) > MOST_ROWS:
        st.caption(t("runs.table_rows", n=len(frame), shown=MOST_ROWS))
    with st.container(horizontal=True):
        for key, mime, data in (
            ("csv", "text/csv", partial(csv_bytes, frame)),
            ("parquet", "application/vnd.apache.parquet", partial(parquet_bytes, frame)),
        ):
            st.download_button(
                t(f"runs.take.{key}"), data, file_name=f"{name}_{run.id}.{key}", mime=mime, on_click="ignore",
                icon=":material/download:", type="tertiary", key=f"runs_table_{key}",
            )  # fmt: skip


def _remove(run: StoredRun) -> None:
    """Remove it, once it was confirmed."""
    with st.popover(t("runs.remove"), icon=":material/delete:", disabled=not may_edit(), key=f"runs_remove_{run.id}"):
        st.write(t("runs.remove_how"))
        speaking = [str(v.number) for v in approvals.policy_versions(workspace()) if v.run_id == run.id]
        if speaking:
            st.warning(t("runs.remove_speaks", numbers=", ".join(speaking)))
        if st.button(
            t("runs.remove_sure", id=run.id[:8]), key=f"runs_sure_{run.id}", type="primary", disabled=not may_edit()
        ):
            runs.remove(workspace(), run.id, who())
            for key in ("runs_run", "runs_run_next"):
                st.session_state.pop(key, None)
            st.query_params.pop("runs_run", None)
            st.toast(t("runs.removed", id=run.id[:8]))
            st.rerun()


def show_finished() -> None:
    """Draw them."""
    _damaged()
    every = reading.finished_runs()
    found = _runs_chosen(every)
    st.caption(t("runs.shown", n=len(found), of=len(every)))
    wished = from_address("runs_run")
    if wished and wished not in {run.id for run in every}:
        st.warning(t("runs.gone", id=escaped(wished[:40])))
    if not found:
        st.info(t("runs.none_found"))
        return
    show_list(_table(found), t("runs.list_alt"))
    by_id, titles = {run.id: run for run in found}, scenario_titles()
    id = pick(
        st.selectbox, t("runs.run"), list(by_id), "runs_run", told=True,
        format_func=lambda id: option(by_id[id], titles),
    )  # fmt: skip
    show_run(by_id[id])


def _runs_chosen(every: list[StoredRun]) -> list[StoredRun]:
    left, right = st.columns(2)
    with left:
        known = list(dict.fromkeys(run.kind for run in every))
        kinds = pick_many(
            t("runs.kinds"), known, "runs_kinds", placeholder=t("runs.any"),
            format_func=lambda kind: named("kind", kind, lang()),
        )  # fmt: skip
    with right:
        text = search_text(t("runs.search"), "runs_text")
    titles = scenario_titles()
    return [
        run
        for run in every
        if (not kinds or run.kind in kinds)
        and text in f"{option(run, titles)} {run.id} {run.label} {run.name} {run.manifest['who']}".casefold()
    ]


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
