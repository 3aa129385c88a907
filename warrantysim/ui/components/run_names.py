"""What a stored run is called in a list, and what it came to in a few words."""

from __future__ import annotations

import streamlit as st

from warrantysim.locale.wording import Lang, named
from warrantysim.report.run_text import outcome_text
from warrantysim.store.stored_run import Damaged, StoredRun
from warrantysim.ui.language import lang, t
from warrantysim.ui.session import when

LONGEST = 80
"""Characters of a name in a list."""


def option(run: StoredRun) -> str:
    """A run in a list to choose from."""
    return t(
        "runs.option",
        label=run.label[:LONGEST],
        kind=named("kind", run.kind, lang()),
        made=when(run.made),
        id=run.id[:8],
    )


def outcome(run: StoredRun) -> str:
    """What a run came to; a damaged one says so and does not hide the others."""
    if run.damage(thorough=False):
        return t("runs.chip.damaged")
    return _outcome(str(run.folder), run.results, lang(), run)


@st.cache_data(max_entries=2000, show_spinner=False)
def _outcome(folder: str, results: str, language: Lang, _run: StoredRun) -> str:
    try:
        return outcome_text(_run.kind, _run.manifest["currency"], _run.record, language)
    except Damaged:
        return t("runs.chip.damaged")
