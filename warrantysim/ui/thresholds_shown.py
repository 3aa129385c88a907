"""The decision a page of thresholds shows, with everything that is read for it once and held."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import pandas as pd
import streamlit as st

from warrantysim.decision.cell_years import CellYears, cell_flows, cell_years
from warrantysim.decision.cells import CellKey
from warrantysim.decision.decide import Decision
from warrantysim.decision.manual_price import ProgramEstimate, estimate
from warrantysim.decision.training_sample import Taught
from warrantysim.experiment.result import Result
from warrantysim.experiment.summary import Summary
from warrantysim.journeys.model import Model, model_of
from warrantysim.report.rule_text import testers
from warrantysim.schema.root import Scenario
from warrantysim.store.deciding import confirmation_of, curves_of, taught_of
from warrantysim.store.stored_run import Damaged, StoredRun
from warrantysim.studies.decide.cells import flows_frame, key_of
from warrantysim.studies.decide.told import Told
from warrantysim.studies.decide.words import CellText
from warrantysim.ui import reading
from warrantysim.ui.components.held import held
from warrantysim.ui.language import lang
from warrantysim.ui.session import workspace

NOW, NEW = 0, 1
"""Places of today's rule and the recommended one in the confirming simulation."""


@dataclass(frozen=True)
class DecisionShown:
    """One stored decision."""

    run: StoredRun
    told: Told
    scenario: Scenario

    @staticmethod
    def of(run: StoredRun) -> DecisionShown:
        """Read what is always needed.

        Raises
        ------
        Damaged
            If the run is.
        """
        return DecisionShown(run, reading.told_of_run(run), reading.scenario_behind(run))

    @property
    def decision(self) -> Decision:
        """What was found."""
        return self.told.d

    @cached_property
    def rows(self) -> list[dict[str, Any]]:
        """Rows of the decision table."""
        return self.told.rows

    @cached_property
    def cells(self) -> list[CellKey]:
        """Their cells."""
        return [key_of(row, self.scenario) for row in self.rows]

    @property
    def words(self) -> CellText:
        """Words for rows, in the session's language."""
        return self.told.cells

    @property
    def model(self) -> Model:
        """The compiled scenario."""
        return model_of(self.scenario)

    def known(self, cell: CellKey) -> dict[str, str | int]:
        """Keys of a cell with their values."""
        return dict(zip(self.scenario.decision.cell, cell, strict=True))

    @cached_property
    def confirmed(self) -> StoredRun | None:
        """The simulation that confirmed it, if it is there and sound."""
        return confirmation_of(self.run, workspace())

    @cached_property
    def curves(self) -> pd.DataFrame | None:
        """Cost by value; None for a run of before they were kept, or a damaged one."""
        try:
            return _curves(str(self.run.folder), self.run.id)
        except Damaged:
            return None

    @property
    def taught(self) -> Taught | None:
        """What it was learned from; None likewise."""
        try:
            return _taught(str(self.run.folder), self.run.id)
        except Damaged:
            return None

    def estimates(self) -> tuple[ProgramEstimate, ProgramEstimate] | None:
        """Today's rule and the recommended one by the program; None where nothing to estimate from is kept."""
        return None if self.taught is None else _estimates(str(self.run.folder), self.run.id, self)

    def confirmed_result(self) -> Result | None:
        """The confirming simulation; None where it cannot be read."""
        try:
            return None if self.confirmed is None else reading.found_in_run(self.confirmed)
        except (Damaged, LookupError):
            return None

    def years(self) -> CellYears | None:
        """Cost of cells under today's rule and the recommended one, by replication."""
        result = self.confirmed_result()
        return None if result is None else _cell_years(str(self.run.folder), self.run.id, self, result)

    def flows(self, cell: CellKey) -> pd.DataFrame | None:
        """How claims of a cell go under both, in words; shared, copy it before changing it."""
        result = self.confirmed_result()
        if result is None:
            return None
        rules: dict[str, tuple[Summary, ...]] = {"now": result.of(NOW), "new": result.of(NEW)}
        return held(
            ("flows", self.run.id, *map(str, cell)),
            lambda: flows_frame(
                cell_flows(self.model, self.known(cell), rules),
                lang(),
                self.told.words.partners,
                testers(self.scenario),
            ),
        )

    @cached_property
    def detail(self) -> pd.DataFrame | None:
        """Every cost of the confirming simulation, means."""
        try:
            return None if self.confirmed is None else _detail(str(self.confirmed.folder), self.confirmed.id)
        except (Damaged, KeyError):
            return None


@st.cache_resource(max_entries=24, show_spinner=False)
def _curves(folder: str, id: str) -> pd.DataFrame | None:
    run = reading.stored(id)
    return None if run is None else curves_of(run)


@st.cache_resource(max_entries=8, show_spinner=False)
def _detail(folder: str, id: str) -> pd.DataFrame | None:
    run = reading.stored(id)
    return None if run is None else run.frame("cost_detail")


@st.cache_resource(max_entries=3, show_spinner=False)
def _taught(folder: str, id: str) -> Taught | None:
    run = reading.stored(id)
    return None if run is None else taught_of(run)


@st.cache_resource(max_entries=24, show_spinner=False)
def _estimates(folder: str, id: str, _shown: DecisionShown) -> tuple[ProgramEstimate, ProgramEstimate]:
    taught = _shown.taught
    assert taught is not None
    d = _shown.decision
    return estimate(_shown.model, taught, d.now), estimate(_shown.model, taught, d.policy)


@st.cache_resource(max_entries=8, show_spinner=False)
def _cell_years(folder: str, id: str, _shown: DecisionShown, _result: Result) -> CellYears:
    sides = [[summary.year for summary in _result.of(k)] for k in (NOW, NEW)]
    return cell_years(_shown.model, sides)
