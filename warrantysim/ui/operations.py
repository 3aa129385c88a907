"""*Operations*: how a stored simulation's year feels to those who answer, test, repair and ship."""

from __future__ import annotations

import streamlit as st

from warrantysim.experiment.service import service
from warrantysim.store.stored_run import StoredRun
from warrantysim.studies.decide.sentences import service_text
from warrantysim.studies.study import Stored
from warrantysim.ui import reading
from warrantysim.ui.components.answer import show_stored
from warrantysim.ui.components.counted import counted_rules, show_counted, titles_of_rules
from warrantysim.ui.components.pictures import escaped
from warrantysim.ui.language import lang
from warrantysim.ui.operations_replay import show_replay

REPLAY = "replay"
"""The view that follows claims day by day."""


def show() -> None:
    """Draw the page."""
    show_counted("operations", _benches, _service, {REPLAY: show_replay})


def _benches(run: StoredRun) -> None:
    """Before anything was counted: what the simulation itself has kept of its benches."""
    own: list[str] = [name for name in ("benches", "benches_year") if name in run.frames]
    tables = {name: reading.frame(run, name).rename(columns={"policy": "case"}) for name in own}
    titles = counted_rules(run)
    facts = {**run.stored.facts, "cases": list(titles), "case_titles": titles_of_rules(titles)}
    show_stored("operations", Stored(tables, facts), "operations", run.id)


def _service(run: StoredRun, rules: tuple[str, ...]) -> None:
    """The measure of service that decision, memo and approvals tell, of all years of the simulation."""
    if len(rules) > 1:
        result = reading.found_in_run(run)
        sides = [[s.year for s in result.of(name)] for name in (rules[0], rules[-1])]
        st.markdown(escaped(service_text(service(sides[0]), service(sides[1]), lang())))
