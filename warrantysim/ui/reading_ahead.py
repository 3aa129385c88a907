"""Reads ahead what pages ask for first, while somebody looks at the first one: at the first click it is there."""

from __future__ import annotations

import logging
import os
from collections.abc import Callable, Iterator
from functools import partial
from importlib import import_module
from itertools import product
from threading import Thread

import streamlit as st
from streamlit.runtime.scriptrunner import add_script_run_ctx

from warrantysim.locale.wording import LANGUAGES
from warrantysim.report.charts.theme import MEANINGS, Look
from warrantysim.ui import reading
from warrantysim.ui.pages import PAGES
from warrantysim.ui.session import workspace

SETTING = "WARRANTYSIM_READ_AHEAD"
"""Environment variable that turns it off where it is 0."""


def read_ahead() -> None:
    """Begin, once while the server runs."""
    if os.environ.get(SETTING) != "0":
        _begun(str(workspace().folder))


@st.cache_resource(show_spinner=False)
def _begun(folder: str) -> Thread:
    thread = Thread(target=_read, name="read ahead", daemon=True)
    add_script_run_ctx(thread)
    thread.start()
    return thread


def _read() -> None:
    for step in _steps():
        try:
            step()
        except Exception:  # Whatever is wrong with a run, its page tells when somebody opens it.
            logging.getLogger(__name__).debug("not read ahead", exc_info=True)


def _steps() -> Iterator[Callable[[], object]]:
    for name in [name for pages in PAGES.values() for name in pages]:
        yield partial(import_module, f"warrantysim.ui.{name}")
    yield _home
    yield _decision
    yield _comparison
    yield _scenarios


def _home() -> None:
    from warrantysim.ui.home import savings

    run = reading.headline()
    if run is not None:
        for language, mode in product(LANGUAGES, MEANINGS):
            savings(run, Look(language, mode))


def _decision() -> None:
    from warrantysim.ui.thresholds_shown import DecisionShown

    run = reading.headline()
    if run is None:
        return
    shown = DecisionShown.of(run)
    shown.years()
    _ = shown.curves, shown.detail
    if shown.confirmed is not None:
        reading.scenario_behind(shown.confirmed)
        reading.to_count(shown.confirmed)


def _comparison() -> None:
    from warrantysim.ui.compared import KIND

    run = reading.latest(KIND)
    if run is not None:
        reading.scenario_behind(run)
        reading.found_in_run(run)


def _scenarios() -> None:
    from warrantysim.ui.components import worlds

    rested = worlds.usage()
    for one in worlds.known_scenarios():
        worlds.runs_using(one.ref, rested)
