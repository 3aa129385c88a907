"""Quotes as the page reads them: those of a stored study, or those a scenario states that nobody studied yet."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd
import streamlit as st

from warrantysim.analysis.cases import Case
from warrantysim.analysis.quote_findings import QuoteFindings
from warrantysim.analysis.quote_levers import QuoteLever, levers_of, rivals
from warrantysim.analysis.quote_offers import QuoteStudy, quote_ids
from warrantysim.locale.wording import titled
from warrantysim.report.quotes_report import QuotesPage
from warrantysim.schema.digest import digest
from warrantysim.schema.root import Scenario
from warrantysim.store.stored_run import StoredRun
from warrantysim.ui import reading
from warrantysim.ui.language import lang, t
from warrantysim.ui.pieces import worlds

if TYPE_CHECKING:
    from collections.abc import Sequence

OF = "quotes_of"
"""What the address calls what is on screen: a study's run or a scenario's reference."""
KIND = "quotes"
LONGEST = 80
"""Longest name in a list [characters]."""


@dataclass(frozen=True)
class Shown:
    """What is on the page."""

    key: str
    """Id of the study's run, or reference of the scenario."""
    world: Scenario
    """The world with every quote on its table."""
    run: StoredRun | None
    """The study's run; None where the quotes were not studied."""

    @property
    def found(self) -> QuoteFindings | None:
        """What the study found."""
        if self.run is None:
            return None
        found: QuoteFindings = reading.found(self.run)
        return found

    @property
    def quotes(self) -> tuple[str, ...]:
        """The quotes, those of the study where there is one."""
        found = self.found
        return quote_ids(self.world) if found is None else found.study.quotes

    @property
    def currency(self) -> str:
        """ISO code of the reporting currency."""
        return self.world.reporting_currency

    @property
    def digest(self) -> str:
        """Digest of the world."""
        return worlds.digest_of(self.key) if self.run is None else _digest(self.key, self.world)

    @property
    def file(self) -> str:
        """What names of files from it begin with."""
        return f"warrantysim_quotes_{self.key.replace('@', '-')}"

    @property
    def parent(self) -> str:
        """The scenario it rests on, as versions made from it say; empty where that is not kept."""
        return self.key if self.run is None else parent_of(self.digest)

    @property
    def names(self) -> dict[str, str]:
        """What each quote is called, by id; with its id where two are called alike."""
        called = {q: titled(self.world.partners[q].title, q, lang()) for q in self.world.partners}
        titles = list(called.values())
        return {q: name if titles.count(name) == 1 else f"{name} ({q})" for q, name in called.items()}

    def page(self) -> QuotesPage:
        """The report of the study, whose sentences the page says.

        Raises
        ------
        LookupError
            If there is no study.
        """
        found = self.found
        if found is None:
            raise LookupError("these quotes were not studied")
        return QuotesPage(found, lang(), 110)

    def joined(self, quotes: Sequence[str]) -> str:
        """Several quotes by their names."""
        return " + ".join(self.names[q] for q in quotes) or t("quotes.none")


def shown(key: str) -> Shown:
    """What a key of `choices` stands for.

    Raises
    ------
    LookupError, ScenarioError, Damaged
        If it is not there, or cannot be read.
    """
    run = next((one for one in reading.listed(KIND) if one.id == key), None)
    if run is None:
        if worlds.find(key) is None:
            raise LookupError(f"no study and no scenario {key!r}")
        return Shown(key, worlds.world(key), None)
    return Shown(key, reading.found(run).study.world, run)


def choices() -> dict[str, str]:
    """What can be shown, by key, with its label: studies, the latest first, then scenarios nobody studied."""
    studies = reading.listed(KIND)
    out = {run.id: f"{run.label[:LONGEST]} · {run.made[:16].replace('T', ' ')} · {run.id[:6]}" for run in studies}
    studied = {str(run.manifest["scenario"]["digest"]) for run in studies}
    for one in worlds.known():
        if one.version is None or one.version.digest not in studied:
            out[one.ref] = t("quotes.of_scenario", title=one.title[:LONGEST], ref=one.ref)
    return out


def parent_of(wanted: str) -> str:
    """The kept scenario, or the shipped base, of a digest; empty where there is none."""
    for one in worlds.known():
        if one.version is not None and one.version.digest == wanted:
            return one.ref
    base = worlds.shipped_world(worlds.BASE)
    return worlds.BASE if base is not None and digest(base) == wanted else ""


@st.cache_data(max_entries=256, show_spinner=False)
def _digest(run: str, _world: Scenario) -> str:
    return digest(_world)


@st.cache_data(max_entries=64, show_spinner=False)
def ranking(run: str, _study: QuoteStudy) -> pd.DataFrame:
    """The sets of quotes, cheapest first; held by the study's run."""
    return _study.ranking()


@st.cache_resource(max_entries=64, show_spinner=False)
def competing(run: str, _found: QuoteFindings) -> list[Case]:
    """Rules that compete while a figure moves; held by the study's run."""
    return rivals(_found)


@st.cache_resource(max_entries=64, show_spinner=False)
def levers(wanted: str, quotes: tuple[str, ...], _world: Scenario) -> dict[str, tuple[QuoteLever, float]]:
    """Figures that can be turned, by key, each with the position at which it is stated; ``wanted`` as for `sheet`."""
    return {lever.key: (lever, lever.lever.stated(_world)) for lever in levers_of(_world, quotes)}


@st.cache_data(max_entries=64, show_spinner=False)
def sheet(wanted: str, quotes: tuple[str, ...], _world: Scenario) -> pd.DataFrame:
    """Terms side by side; ``wanted``: digest of the world, by which they are held in memory."""
    from warrantysim.analysis.quote_terms import quote_sheet

    return quote_sheet(_world, quotes)


@st.cache_data(max_entries=64, show_spinner=False)
def prices(wanted: str, quotes: tuple[str, ...], sku: str, most: int, _world: Scenario) -> pd.DataFrame:
    """Prices of a repaired unit up to ``most`` units a month; ``wanted`` as for `sheet`."""
    from warrantysim.analysis.quote_volumes import unit_prices

    return unit_prices(_world, quotes, sku, volumes(most))


def volumes(most: int) -> list[float]:
    """About thirty whole volumes up to ``most``, the steps of even size."""
    step = max(1, most // 30)
    return [float(n) for n in range(step, most + 1, step)]
