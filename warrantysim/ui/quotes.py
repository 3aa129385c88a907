"""*Quotes*: which repair quotes to sign, how sure that is, and what to negotiate with.

The page chooses what is on screen; its parts are `quotes_answer`, `quotes_offers` (terms), `quotes_units` (good units),
`quotes_statement` (bills), `quotes_deal` (negotiation), `quotes_flips` (what would change the answer), `quotes_add`.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module

import streamlit as st

from warrantysim.schema.errors import ScenarioError
from warrantysim.store.stored_run import Damaged
from warrantysim.store.versions import NoSuchVersion
from warrantysim.ui.language import t
from warrantysim.ui.pieces.address import asked, copy_link, pick
from warrantysim.ui.pieces.pictures import plain
from warrantysim.ui.pieces.running import watch
from warrantysim.ui.quotes_reading import KIND, OF, Shown, choices, shown
from warrantysim.ui.session import jobs

PARTS = {
    "answer": "warrantysim.ui.quotes_answer",
    "terms": "warrantysim.ui.quotes_offers",
    "units": "warrantysim.ui.quotes_units",
    "bills": "warrantysim.ui.quotes_statement",
    "deal": "warrantysim.ui.quotes_deal",
    "flips": "warrantysim.ui.quotes_flips",
    "add": "warrantysim.ui.quotes_add",
}
"""Parts of the page, each a module with ``show(one)``, in the order of a negotiation."""
JOB = "quotes_job"
"""What the session calls the job it asked for last."""


def show() -> None:
    """Draw the page."""
    st.title(t("quotes.title"))
    labels = choices()
    _running(labels)
    if not labels:
        st.write(t("quotes.empty"))
        return
    key = _choose(labels)
    one = _read(key)
    if one is None:
        return
    part = pick(
        st.segmented_control, t("quotes.part"), list(PARTS), "quotes_part",
        format_func=lambda name: t(f"quotes.part_{name}"), label_visibility="collapsed",
    )  # fmt: skip
    draw: Callable[[Shown], None] = import_module(PARTS[part]).show
    draw(one)


def _choose(labels: dict[str, str]) -> str:
    """Which study or scenario is on screen; also one that is under way or that the address asks for."""
    wished = asked(OF)
    if wished is not None and wished not in labels:
        job = jobs().attach(wished)
        if job is not None and job.result in labels and job.result is not None:
            st.session_state[OF] = job.result
        else:
            labels[wished] = f"{(job.label if job is not None else wished)[:60]} · {wished[:6]}"
    left, right = st.columns([8, 1.4], vertical_alignment="bottom")
    with left:
        key = pick(st.selectbox, t("quotes.of"), list(labels), OF, told=True, format_func=labels.__getitem__)
    with right:
        copy_link("quotes_link")
    return key


def _read(key: str) -> Shown | None:
    """What a key stands for; while it is under way, or where it cannot be shown, why not."""
    try:
        return shown(key)
    except Damaged as error:
        st.warning(t("quotes.damaged", message=plain(str(error)[:300])))
    except ScenarioError as error:
        st.warning(t("quotes.unreadable", message=plain(str(error)[:300])))
    except (LookupError, NoSuchVersion):
        job = jobs().attach(key)
        if job is None:
            st.warning(t("quotes.gone", id=plain(key[:40])))
        else:
            watch(job.id, f"quotes_wished_{job.id}")
    return None


def _running(labels: dict[str, str]) -> None:
    """Studies under way, and the last one this session asked for if it did not end well."""
    wished = asked(OF)
    active = [job for job in jobs().listed(active=True) if job.kind == KIND]
    for job in active:
        if job.run_id != wished:
            watch(job.id, f"quotes_live_{job.id}")
    mine = st.session_state.get(JOB)
    if mine and mine not in {job.id for job in active}:
        job = jobs().get(mine)
        if job.result in labels:
            st.session_state.pop(JOB)
        elif not job.active and wished not in (job.id, job.run_id):
            watch(job.id, JOB)
