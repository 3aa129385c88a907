"""Comparisons as the page reads them: a stored one by its run, or two stored simulations beside each other.

Two simulations are a comparison without being run: their key is ``id:policy~id:policy``, the baseline first.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pandas as pd
import streamlit as st

from warrantysim.analysis.bridge import Bridge, category_bridge
from warrantysim.analysis.cases import Case
from warrantysim.analysis.compare import Comparison, comparison_of
from warrantysim.analysis.spread import days_spread
from warrantysim.report.case_titles import case_titles
from warrantysim.report.inputs_table import all_inputs
from warrantysim.store.stored_run import StoredRun
from warrantysim.ui import reading
from warrantysim.ui.language import lang, t
from warrantysim.ui.session import workspace

BETWEEN = "~"
"""What stands between the two runs of a key."""


@dataclass(frozen=True)
class Shown:
    """A comparison on the page."""

    key: str
    """Id of its run, or of two simulations."""
    found: Comparison
    """What was found."""
    run: StoredRun | None
    """Its run; None for two simulations."""

    @property
    def currency(self) -> str:
        """ISO code of all money."""
        return self.base.world.reporting_currency

    @property
    def base(self) -> Case:
        """The case others are compared with."""
        return self.found.cases[self.found.baseline]

    @property
    def file(self) -> str:
        """What names of files from it begin with."""
        return f"warrantysim_compare_{self.key.replace(BETWEEN, '_').replace(':', '-')}"

    def title(self, case: int | str) -> str:
        """What a case is called in the session's language."""
        return case_titles(self.found.cases, lang())[self.found.place(case)]

    def frame(self, name: str) -> pd.DataFrame:
        """One of its tables, as stored, else as they would be."""
        return _frame(str(workspace().folder), self.key, name)

    def of(self, name: str, case: str) -> pd.DataFrame:
        """Rows of one case."""
        frame = self.frame(name)
        return frame[frame["case"] == case].reset_index(drop=True)

    def bridge(self, case: str) -> Bridge:
        """From the baseline to a case by kind of cost."""
        return _bridge(str(workspace().folder), self.key, case)


def shown(key: str) -> Shown:
    """The comparison of a key.

    Raises
    ------
    LookupError
        If there is no such run.
    ValueError
        If two simulations cannot be paired.
    Damaged
        If files of a run are not those that were written.
    """
    if BETWEEN in key:
        return Shown(key, _pair(str(workspace().folder), key), None)
    run = reading.stored(key)
    if run is None or run.kind != "compare":
        raise LookupError(key)
    return Shown(key, reading.found(run), run)


def pair_key(base: tuple[str, int], other: tuple[str, int]) -> str:
    """The key of two simulations, each by its id and the place of one of its policies."""
    return BETWEEN.join(f"{id}:{policy}" for id, policy in (base, other))


def policies(run: StoredRun) -> list[str]:
    """Names of the policies of a stored simulation."""
    return [str(name) for name in run.manifest.get("policies", [])] or list(reading.found(run).names)


@st.cache_resource(max_entries=8, show_spinner=False)
def _pair(folder: str, key: str) -> Comparison:
    sides: list[tuple[str, Any, int | str]] = []
    for part in key.split(BETWEEN):
        id, _, policy = part.partition(":")
        run = reading.stored(id)
        if run is None or run.kind != "simulate" or not policy.isdecimal():
            raise LookupError(part)
        result = reading.found(run)
        if int(policy) >= len(result.names):
            raise LookupError(part)
        sides.append((t("compare.of_run", name=result.names[int(policy)], id=id[:6]), result, int(policy)))
    return comparison_of(sides)


@st.cache_resource(max_entries=120, show_spinner=False)
def _frame(folder: str, key: str, name: str) -> pd.DataFrame:
    one = shown(key)
    if one.run is not None and name in one.run.frames:
        return one.run.frame(name)
    found = one.found
    if name.startswith("cost_by_"):
        return found.costs((name.removeprefix("cost_by_"),))
    makers: dict[str, Callable[[], pd.DataFrame]] = {
        "inputs": found.inputs,
        "yearly": found.yearly,
        "service": found.service,
        "days": lambda: days_spread(found),
        "all_inputs": lambda: all_inputs(found),
    }
    return makers[name]()


@st.cache_resource(max_entries=60, show_spinner=False)
def _bridge(folder: str, key: str, case: str) -> Bridge:
    return category_bridge(shown(key).found, case)
