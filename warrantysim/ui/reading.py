"""Stored runs for pages: kept by id, which is the digest of their inputs, so that nothing shown is ever stale."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pandas as pd
import streamlit as st

from warrantysim.schema.root import Scenario
from warrantysim.store import runs
from warrantysim.store.counting import quantities_of
from warrantysim.store.pins import HEADLINE, pinned
from warrantysim.store.stored_run import StoredRun
from warrantysim.store.study import AskedQuestion
from warrantysim.studies.decide import STUDY
from warrantysim.studies.decide.told import Told
from warrantysim.ui.language import lang
from warrantysim.ui.session import workspace
from warrantysim.version import MODEL

READABLE = 24
"""Runs whose findings are held in memory at once."""
DECISION = "decision"
"""What session and address call the decision on screen, on every page."""


def finished_runs(kind: str | None = None) -> list[StoredRun]:
    """Finished runs of the workspace, the latest first; of one kind where asked for."""
    return [run for run in runs.list_runs(workspace()) if kind is None or run.kind == kind]


def latest(kind: str) -> StoredRun | None:
    """The latest finished run of a kind."""
    return next(iter(finished_runs(kind)), None)


def headline() -> StoredRun | None:
    """The decision everybody sees first: the one somebody chose for it, else the first that today's model made. A newer
    one never takes its place by itself. None where nothing was decided."""
    found = finished_runs("decide")
    chosen = pinned(workspace(), HEADLINE)
    today = [run for run in found if run.version == str(MODEL)] or found
    return next((run for run in found if run.id in chosen), today[-1] if today else None)


def decision_shown() -> StoredRun | None:
    """The decision on screen, the same on every page: as chosen here or as the address says, else the headline."""
    by_id = {run.id: run for run in finished_runs("decide")}
    for id in (st.session_state.get(DECISION), st.query_params.get(DECISION)):
        if id in by_id:
            return by_id[id]
    return headline()


def stored(id: str) -> StoredRun | None:
    """A run by id; None where there is none."""
    return runs.find(workspace(), id)


def found_in_run(run: StoredRun) -> Any:
    """What a study found, as the object it returned; what a simulation found, as a `Result`."""
    return _found(str(run.folder), run.id)


def _there(folder: str, id: str) -> StoredRun:
    run = stored(id)
    if run is None:
        raise LookupError(f"run {id} is gone from {folder}")
    return run


@st.cache_resource(max_entries=READABLE, show_spinner=False)
def _found(folder: str, id: str) -> Any:
    run = _there(folder, id)
    return run.result if run.kind == "simulate" else run.found


def told_of_run(run: StoredRun) -> Told:
    """A decision's sentences and tables, in the language of the page."""
    return replace(_told(str(run.folder), run.id), lang=lang())


@st.cache_resource(max_entries=READABLE, show_spinner=False)
def _told(folder: str, id: str) -> Told:
    return STUDY.told(_there(folder, id).stored, "en")


def frame(run: StoredRun, name: str) -> pd.DataFrame:
    """A table a run has kept. Everybody who looks at it shares it: copy it before changing it."""
    return _frame(str(run.folder), run.id, name)


@st.cache_resource(max_entries=4 * READABLE, show_spinner=False)
def _frame(folder: str, id: str, name: str) -> pd.DataFrame:
    return _there(folder, id).frame(name)


def scenario_behind(run: StoredRun) -> Scenario:
    """The scenario a run rests on."""
    return _world(str(run.folder), run.id)


@st.cache_resource(max_entries=READABLE, show_spinner=False)
def _world(folder: str, id: str) -> Scenario:
    return _there(folder, id).asked.scenario


def to_count(confirmed: StoredRun) -> AskedQuestion:
    """The study that counts what a workbook needs of a decision's confirmation; reading its scenario takes long."""
    return _to_count(str(confirmed.folder), confirmed.id, confirmed)


@st.cache_resource(max_entries=READABLE, show_spinner=False)
def _to_count(folder: str, id: str, _confirmed: StoredRun) -> AskedQuestion:
    return quantities_of(_confirmed)
