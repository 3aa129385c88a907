"""Comparisons as pages ask for them and read them: by their run, or two stored simulations beside each other.

Two simulations are a comparison without being run: their key is ``id:policy~id:policy``, the baseline first.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import streamlit as st

from warrantysim.analysis.cases import Case
from warrantysim.analysis.comparison import comparison_of
from warrantysim.locale.wording import titled, with_aside
from warrantysim.store.stored_run import StoredRun
from warrantysim.store.study import AskedQuestion
from warrantysim.studies.compare import STUDY, CompareOptions, WhatIf, verdicts
from warrantysim.studies.study import Stored
from warrantysim.ui import reading
from warrantysim.ui.language import lang, t
from warrantysim.ui.session import workspace

KIND = STUDY.name
"""What the page and its stored runs are called."""
RUN = f"{KIND}_run"
"""What the address calls the comparison on screen."""
BETWEEN = "~"
"""What stands between the two runs of a key."""


@dataclass(frozen=True)
class Compared:
    """A comparison on the page."""

    key: str
    """Id of its run, or of two simulations."""
    stored: Stored
    """What was found."""
    run: StoredRun | None
    """Its run; None for two simulations."""

    @property
    def cases(self) -> tuple[Case, ...]:
        """The cases, the baseline first."""
        return _cases(str(workspace().folder), self.key)

    @property
    def base(self) -> Case:
        """The case others are compared with."""
        return self.cases[0]

    @property
    def seed(self) -> int:
        """Seed of every draw."""
        return int(self.stored.facts["seed"])

    @property
    def names(self) -> list[str]:
        """Names of the cases, the baseline first."""
        return [str(name) for name in self.stored.facts["cases"]]

    def case(self, name: str) -> Case:
        """A case by name."""
        return self.cases[self.names.index(name)]

    def title(self, name: str) -> str:
        """What a case is called in the session's language."""
        told = self.stored.facts.get("case_titles", {}).get(name)
        return name if told is None else str(told[lang()])

    def called(self) -> dict[str, dict[str, str]]:
        """What the baseline's scenario calls its products and markets."""
        scenario, language = self.base.scenario, lang()
        names = {row.sku: row.name_zh if language == "zh" else row.name_en for row in scenario.skus}
        often = Counter(names.values())
        products = {sku: name if often[name] == 1 else with_aside(name, sku, language) for sku, name in names.items()}
        markets = {id: titled(market.title, id, language) for id, market in scenario.markets.items()}
        return {"sku": products, "market": markets}


def comparison(cases: Sequence[Case], years: int, **options: Any) -> AskedQuestion:
    """Cases against the first of them, to be asked for; ``options`` as of the study, and its seed."""
    return AskedQuestion.of(KIND, cases, replications=years, **options)


def last_verdicts() -> list[str]:
    """What every case of the latest comparison costs more or less, a sentence each; none where nothing was compared."""
    run = reading.latest(KIND)
    return [] if run is None else verdicts(reading.found_in_run(run), lang())


def compared(key: str) -> Compared:
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
        return Compared(key, _pair(str(workspace().folder), key, lang())[0], None)
    run = reading.stored(key)
    if run is None or run.kind != KIND:
        raise LookupError(key)
    return Compared(key, reading.found_in_run(run), run)


def pair_key(base: tuple[str, int], other: tuple[str, int]) -> str:
    """The key of two simulations, each by its id and the place of one of its policies."""
    return BETWEEN.join(f"{id}:{policy}" for id, policy in (base, other))


def policies(run: StoredRun) -> list[str]:
    """Names of the policies of a stored simulation."""
    return [str(name) for name in run.manifest.get("policies", [])] or list(reading.found_in_run(run).names)


@st.cache_resource(max_entries=8, show_spinner=False)
def _pair(folder: str, key: str, language: str) -> tuple[Stored, tuple[Case, ...]]:
    sides: list[tuple[str, Any, int | str]] = []
    for part in key.split(BETWEEN):
        id, _, policy = part.partition(":")
        run = reading.stored(id)
        if run is None or run.kind != "simulate" or not policy.isdecimal():
            raise LookupError(part)
        result = reading.found_in_run(run)
        if int(policy) >= len(result.names):
            raise LookupError(part)
        sides.append((t("compare.of_run", name=result.names[int(policy)], id=id[:6]), result, int(policy)))
    found = comparison_of(sides)
    return STUDY.stored(WhatIf(found), found.cases, CompareOptions(), found.seed), found.cases


@st.cache_resource(max_entries=24, show_spinner=False)
def _cases(folder: str, key: str) -> tuple[Case, ...]:
    if BETWEEN in key:
        return _pair(folder, key, lang())[1]
    one = compared(key)
    assert one.run is not None
    known = {case.name: case for case in one.run.study.cases}
    return tuple(known[name] for name in one.names)
