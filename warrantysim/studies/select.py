"""Which of several scenarios or rules is the best, or within a stated amount of it, with a stated probability."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from pydantic import Field

from warrantysim.analysis.cases import Case, yearly_costs
from warrantysim.analysis.selection import FIRST, Selection, select_best
from warrantysim.locale.wording import Lang, named
from warrantysim.present.blocks import Block, Sentence, TableOf
from warrantysim.report import figures
from warrantysim.studies.study import Options, Say, Stored, Study, Work, basis

if TYPE_CHECKING:
    import pandas as pd

MOST = 500
"""Replications at most, where not stated [count]."""


class SelectOptions(Options):
    """What is promised, and how many replications it may take."""

    within: float = Field(gt=0)
    """Difference not worth knowing about [reporting currency a year]."""
    begin: int = Field(0, ge=0)
    """First replication, beyond those in which the rules were chosen [count]."""
    first: int = Field(FIRST, ge=2)
    """Replications before any case is dropped [count]."""
    batch: int = Field(5, ge=1)
    """Replications between two looks [count]."""
    replications: int | None = Field(None, ge=2, le=100_000)
    """Years simulated at most; 500 where not given [count]."""


class Select(Study[SelectOptions, Selection]):
    """Cases that compete on the same replications."""

    name = "select"
    Options = SelectOptions
    cases = (2, None)
    scenarios = True

    def run(self, cases: Sequence[Case], ask: SelectOptions, work: Work) -> Selection:
        """As `analysis.selection.select_best`, on the costs of a year."""

        def sample(places: Sequence[int], replications: range) -> np.ndarray:
            return yearly_costs([cases[i] for i in places], replications, work.seed, jobs=work.jobs)

        return select_best(
            sample,
            [case.name for case in cases],
            ask.within,
            confidence=cases[0].scenario.plan.confidence,
            first=min(ask.first, ask.replications or MOST),
            batch=ask.batch,
            most=ask.replications or MOST,
            begin=ask.begin,
            progress=work.stage("select"),
            cancel=work.cancel,
        )

    def tables(self, found: Selection) -> Mapping[str, pd.DataFrame]:
        """``ranking``, a row a case, the selected one first."""
        return {"ranking": found.table()}

    def facts(self, found: Selection) -> Mapping[str, Any]:
        """Which is selected, and what is promised of it."""
        return {
            "best": found.names[found.best],
            "guaranteed": found.guaranteed,
            "within": found.within,
            "confidence": found.confidence,
            "runs": found.runs,
            "replications": int(found.effort.max()),
            "cancelled": found.cancelled,
        }

    def upgrade(self, stored: Stored, version: int, cases: Sequence[Case]) -> Stored:
        """Before tables had a version, it was not told how many years it took."""
        rests = {**basis(cases, stored.facts["seed"]), "version": stored.facts["version"]}
        most = int(stored.tables["ranking"]["replications"].max())
        return Stored(stored.tables, {**stored.facts, **rests, "replications": most})

    def answer(self, stored: Stored, lang: Lang) -> list[Block]:
        """The selected case and the promise, then how far the others are behind."""
        page, f = Say(self.name, lang, stored.facts), stored.facts
        frame = stored.tables["ranking"]
        promise = {"within": figures.whole(f["within"]), "level": figures.level(f["confidence"]), "n": f["runs"]}
        key = "best" if f["guaranteed"] else "open"
        columns = [
            page.headed("case"),
            page.headed("mean", "whole", title="cost"),
            page.headed("behind", "signed"),
            page.headed("half_width", "plus_minus", title="width", give_up=2),
            page.headed("replications", "whole", give_up=1),
            page.headed("still", title="survived"),
        ]
        shown = frame.assign(
            case=[page.case(name) for name in frame["name"]],
            still=[named("answer", str(bool(yes)).lower(), lang) for yes in frame["survived"]],
        )
        return [
            Sentence(page("title"), "title"),
            *page.basis(),
            Sentence(page(key, case=page.case(f["best"]), currency=f["currency"], **promise)),
            TableOf("ranking", page("table"), shown, columns),
            page.provenance(),
        ]


STUDY = Select()
