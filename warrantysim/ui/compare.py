"""*Compare & sensitivity*: what differs, what that costs and how sure it is; what would change the answer.

The page asks (`what_if`), shows what was found, and what was asked beside it (`compare_studies`).
"""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from warrantysim.analysis.comparison import all_inputs
from warrantysim.report.field_names import full_name, unit_name
from warrantysim.schema.errors import BadInput
from warrantysim.store.stored_run import Damaged, StoredRun
from warrantysim.studies import STUDIES
from warrantysim.studies.study import Stored
from warrantysim.ui import reading
from warrantysim.ui.compare_studies import show_studies
from warrantysim.ui.compared import BETWEEN, Compared, beside, compared
from warrantysim.ui.demo import ask_for_demo
from warrantysim.ui.language import lang, t
from warrantysim.ui.pieces import worlds
from warrantysim.ui.pieces.address import asked, copy_link, pick
from warrantysim.ui.pieces.answer import show_answer, show_stored
from warrantysim.ui.pieces.exports import offer_csv
from warrantysim.ui.pieces.held import held
from warrantysim.ui.pieces.pictures import plain
from warrantysim.ui.pieces.running import watch
from warrantysim.ui.session import jobs, may_edit, scenarios_folder, who
from warrantysim.ui.what_if import ask_for_more, ask_what_if

RUN = "compare_run"
"""What the address calls the comparison on screen."""
TOLD, LONGEST = 2, 40
"""Cases told in a list, and the longest name of one [characters]."""
BESIDE = {"drivers": "bridge_by_driver", "react": "readings"}
"""Studies asked of the baseline and one case, each with the table of a comparison that holds it already."""
LABELS = ("policy.title", "policy.why")
"""Paths that say what a rule is called, not what it does."""


def show() -> None:
    """Draw the page."""
    st.title(t("compare.title"))
    stored, wished = reading.listed("compare"), asked(RUN)
    if not stored and wished is None:
        _empty()
        return
    with st.container(border=True):
        key, corner = _choose(stored, wished)
        one = _read(key)
        ask_what_if(one, RUN)
    if one is not None:
        _show(one)
    with corner:
        # Drawn last: what was chosen further down belongs to the link.
        copy_link("compare_link")


def _show(one: Compared) -> None:
    """The answer, and what was asked beside it."""
    try:
        show_stored("compare", one.stored, "compare", one.key, more=_parts(one))
    except Damaged as error:
        st.error(t("compare.damaged", message=plain(str(error)[:300])))
    else:
        _rests(one)


def _parts(one: Compared) -> dict[str, tuple[str, Callable[[Stored], None]]]:
    """Parts of the page besides those of the answer."""
    asked_beside = {
        kind: (t(f"compare.part_{kind}"), lambda stored, kind=kind: _beside(one, kind, stored))
        for kind, table in BESIDE.items()
        if kind in STUDIES and one.stored.table(table) is None
    }
    return {
        **asked_beside,
        "sensitivity": (t("compare.part_sensitivity"), lambda stored: show_studies(one, _case(one, stored))),
        "inputs": (t("compare.inputs_all"), lambda stored: _all_inputs(one)),
    }


def _case(one: Compared, stored: Stored) -> str:
    """The case looked at closely."""
    return str(stored.facts.get("case") or one.names[1])


def _beside(one: Compared, kind: str, stored: Stored) -> None:
    """A study of the baseline and the case looked at."""
    run = beside(one, kind, _case(one, stored))
    if run is not None:
        show_answer(run)


def _all_inputs(one: Compared) -> None:
    """Everything that is stated, a column a case."""
    frame = held(("all inputs", one.key), lambda: all_inputs(one.cases))
    frame = frame[~frame["path"].str.startswith(LABELS)].reset_index(drop=True)
    frame.insert(0, "what", [full_name(path, lang()) for path in frame["path"]])
    frame["unit"] = [unit_name(unit, lang()) for unit in frame["unit"]]
    config = {
        "what": st.column_config.TextColumn(t("compare.col_what"), width="large", pinned=True),
        "unit": st.column_config.TextColumn(t("compare.col_unit"), width="small"),
        **{name: st.column_config.TextColumn(one.title(name)[:80], width="medium") for name in one.names},
        "path": st.column_config.TextColumn(t("compare.col_path"), width="large"),
    }
    alt = t("compare.inputs_alt", n=len(frame))
    st.dataframe(frame, hide_index=True, column_config=config, column_order=list(config), alt=alt)
    offer_csv(frame, f"warrantysim_inputs_{one.key.replace(BETWEEN, '_').replace(':', '-')}", "compare_all_inputs_csv")


def _rests(one: Compared) -> None:
    """Which run it is, of which model."""
    if one.run is None:
        st.caption(t("compare.pair_note"))
    else:
        made = t("piece.run_made", id=one.run.id, made=one.run.made)
        st.caption(f"{made} {t('compare.model', version=plain(one.run.version))}")


def _empty() -> None:
    """Nothing was compared yet: say what a comparison is, and offer the demo."""
    st.write(t("compare.empty"))
    active = jobs().listed(active=True)
    for job in active:
        watch(job.id, f"compare_{job.id}")
    if not active:
        if st.button(t("piece.demo"), type="primary", disabled=not may_edit()):
            ask_for_demo(jobs(), scenarios_folder(), who=who())
            st.rerun()
        st.caption(t("piece.demo_why"))


def _choose(stored: list[StoredRun], wished: str | None) -> tuple[str, DeltaGenerator]:
    """Which comparison is on screen, also one that is under way or that the address asks for; the link's place."""
    labels = {run.id: _label(run) for run in stored}
    if wished is not None and wished not in labels:
        job = jobs().attach(wished)
        if job is not None and job.result in labels and job.result is not None:
            st.session_state[RUN] = job.result
        else:
            name = job.label if job is not None else t("what_if.two_runs") if BETWEEN in wished else wished[:40]
            labels[wished] = f"{name[:80]} · {wished[:6]}"
    left, more, right = st.columns([6, 2, 1.4], vertical_alignment="bottom")
    with left:
        key = pick(st.selectbox, t("compare.choose"), list(labels), RUN, told=True, format_func=labels.__getitem__)
    with more:
        ask_for_more(RUN)
    return key, right.container()


def _label(run: StoredRun) -> str:
    """A comparison in a list: its first cases by their titles, how many more there are, when it was made."""
    titles = {one.name: one.title for one in worlds.known()}
    names = [str(name) for name in run.manifest.get("cases", [])]
    told = [titles.get(name, name)[:LONGEST] for name in names[:TOLD]]
    if len(names) > TOLD:
        told.append(t("differences.more", n=len(names) - TOLD))
    return f"{', '.join(told) or run.label[:LONGEST]} · {run.made[:16].replace('T', ' ')} · {run.id[:6]}"


def _read(key: str) -> Compared | None:
    """The comparison of a key; while it is under way, or where it cannot be shown, why not."""
    try:
        return compared(key)
    except LookupError:
        job = jobs().attach(key)
        if job is None:
            st.warning(t("compare.gone", id=plain(key[:40])))
        else:
            watch(job.id, f"compare_job_{job.id}")
    except Damaged as error:
        st.error(t("compare.damaged", message=plain(str(error)[:300])))
    except BadInput as error:
        st.warning(t("compare.unpaired", message=plain(str(error)[:300])))
    return None
