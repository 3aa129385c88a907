"""*Compare & sensitivity*: what differs, what that costs and how sure it is; what would change the answer.

The page asks (`compare_ask`), shows a comparison (`compare_result`) and what was studied beside it (`compare_studies`).
"""

from __future__ import annotations

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from warrantysim.schema.errors import BadInput
from warrantysim.store.stored_run import Damaged, StoredRun
from warrantysim.ui import reading
from warrantysim.ui.compare_ask import ask_for_more, ask_what_if
from warrantysim.ui.compare_reading import BETWEEN, Shown, shown
from warrantysim.ui.compare_result import show_comparison
from warrantysim.ui.demo import ask_for_demo
from warrantysim.ui.language import t
from warrantysim.ui.pieces import worlds
from warrantysim.ui.pieces.address import asked, copy_link, pick
from warrantysim.ui.pieces.pictures import plain
from warrantysim.ui.pieces.running import watch
from warrantysim.ui.session import jobs, may_edit, scenarios_folder, who

RUN = "compare_run"
"""What the address calls the comparison on screen."""
TOLD, LONGEST = 2, 40
"""Cases told in a list, and the longest name of one [characters]."""


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
        show_comparison(one)
    with corner:
        # Drawn last: what was chosen further down belongs to the link.
        copy_link("compare_link")


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
            name = job.label if job is not None else t("compare.two_runs") if BETWEEN in wished else wished[:40]
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


def _read(key: str) -> Shown | None:
    """The comparison of a key; while it is under way, or where it cannot be shown, why not."""
    try:
        return shown(key)
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
