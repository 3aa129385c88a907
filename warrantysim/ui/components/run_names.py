"""What a run or a job is called in the reader's language, and what it came to in a few words."""

from __future__ import annotations

import re
from collections.abc import Mapping

import streamlit as st

from warrantysim.locale.wording import Lang, named
from warrantysim.report.run_text import outcome_text
from warrantysim.store.stored_run import Damaged, StoredRun
from warrantysim.ui.components import worlds
from warrantysim.ui.language import lang, t
from warrantysim.ui.session import when

LONGEST = 80
"""Characters of a name in a list."""
APART = re.compile(r"(, | / | · |: | x )")
"""What stands between the names a label is made of."""


def scenario_titles() -> dict[str, str]:
    """Titles of the scenarios a page can choose from, by reference; asked for once where many labels are told."""
    return {one.ref: one.title for one in worlds.known_scenarios()}


def label_text(label: str, most: int = LONGEST, titles: Mapping[str, str] | None = None) -> str:
    """What a run or a job is called: scenarios by their titles, the app's own words in the reader's language, and what
    a person typed as it is; cut after ``most`` [characters]."""
    titles = scenario_titles() if titles is None else titles
    return "".join(titles.get(part) or named("called", part, lang()) for part in APART.split(label))[:most]


def option(run: StoredRun, titles: Mapping[str, str] | None = None) -> str:
    """A run in a list to choose from."""
    return t(
        "runs.option",
        label=label_text(run.label, titles=titles),
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
