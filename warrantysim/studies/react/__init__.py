"""What a what-if costs if the rule is kept, and if the rule is decided again.

Both are simulated in the what-if on replications that neither rule was chosen on; the difference is the value of
reacting. With the baseline beside them, the what-if's whole effect splits into what happens to us (rule kept) and what
we can do about it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from warrantysim.analysis.cases import Case
from warrantysim.experiment.pace import Cancelled
from warrantysim.locale.wording import Lang
from warrantysim.present.blocks import Block, Sentence
from warrantysim.studies.react.both import both_readings, readings, worth
from warrantysim.studies.study import Options, Say, Stored, Study, Work, basis, replications_of

if TYPE_CHECKING:
    import pandas as pd


class ReactOptions(Options):
    """How many fresh years both rules are judged on."""


class React(Study[ReactOptions, "pd.DataFrame"]):
    """The first case is the baseline, whose rule is kept or not; the others are what-ifs."""

    name = "react"
    Options = ReactOptions
    cases = (2, None)
    scenarios = True

    def run(self, cases: Sequence[Case], ask: ReactOptions, work: Work) -> pd.DataFrame:
        """As `readings`."""
        found = readings(cases, len(replications_of(cases[0], ask)), work)
        if not len(found):
            raise Cancelled("stopped before any case was judged in both readings")
        return found

    def tables(self, found: pd.DataFrame) -> Mapping[str, pd.DataFrame]:
        """``readings``, a row a case and reading."""
        return {"readings": found}

    def about(self, cases: Sequence[Case], found: pd.DataFrame) -> Mapping[str, Any]:
        """Whether it was stopped before every case was judged."""
        return {"cancelled": found["case"].nunique() < len(cases) - 1}

    def facts(self, found: pd.DataFrame) -> Mapping[str, Any]:
        """Nothing that its table does not tell."""
        return {}

    def upgrade(self, stored: Stored, version: int, cases: Sequence[Case]) -> Stored:
        """Before tables had a version, one case was judged, and not named."""
        told = stored.tables["readings"].assign(case=cases[-1].name)
        rests = {**basis(cases, stored.facts["seed"]), "version": stored.facts["version"]}
        return Stored({**stored.tables, "readings": told}, {**stored.facts, **rests})

    def answer(self, stored: Stored, lang: Lang) -> list[Block]:
        """What reacting is worth, then both readings."""
        page = Say(self.name, lang, stored.facts)
        blocks: list[Block] = [
            Sentence(page("title", name=page.case(stored.facts["cases"][0])), "title"),
            *page.basis(),
            *worth(stored, lang),
            *both_readings(stored, lang),
        ]
        return [*blocks, page.provenance()]


STUDY = React()
