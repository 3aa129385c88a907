"""How much money to set aside for the warranty claims of a year, month by month, so that it lasts in most years."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from pydantic import Field

from warrantysim.analysis.cases import Case
from warrantysim.experiment.frames import long_frame, side, wide_frame
from warrantysim.experiment.frames import with_names as names_of
from warrantysim.experiment.intervals import quantile_interval, t_interval
from warrantysim.experiment.result import Result
from warrantysim.experiment.simulate import simulate
from warrantysim.locale.wording import Lang
from warrantysim.present.blocks import Block, Column, Sentence, TableOf
from warrantysim.report import figures
from warrantysim.report.rows import rows_of
from warrantysim.studies.study import Options, Say, Stored, Study, Work, replications_of

if TYPE_CHECKING:
    import pandas as pd

KEYS = {"year": (), "months": ("month",), "markets": ("market",)}
"""Tables by the column they have a row for each value of."""


class ReserveOptions(Options):
    """How sure the money must last."""

    share: float = Field(0.9, ge=0.5, le=0.99)
    """Years in which the money must last [share, 0.5-0.99]."""


class ReserveStudy(Study[ReserveOptions, Stored]):
    """A scenario under the rule in force: what is paid for claims, without losses that are expected only."""

    name = "reserve"
    Options = ReserveOptions

    def run(self, cases: Sequence[Case], ask: ReserveOptions, work: Work) -> Stored:
        """The cash cost of every year simulated, of the whole year and by month of claim and market."""
        case = cases[0]
        years = replications_of(case, ask)
        found = simulate(case.scenario, case.policy, replications=years, seed=work.seed, **work.means("reserve"))
        tables = {name: _spread(found, list(by), ask.share) for name, by in KEYS.items()}
        facts = {"replications": len(found.replications), "cancelled": found.cancelled, "share": ask.share}
        return Stored(tables, facts)

    def answer(self, stored: Stored, lang: Lang) -> list[Block]:
        """The sum for the year, then each month and market."""
        page, facts = Say(self.name, lang, stored.facts), stored.facts
        blocks: list[Block] = [
            Sentence(page("title", name=page.title("scenario")), "title"),
            *page.basis(policy=page.title("policy")),
        ]
        share = figures.share(facts["share"], 0)
        year = stored.table("year")
        if year is None:
            return [*blocks, page.provenance()]
        row = rows_of(year)[0]
        about = {name: figures.whole(row[name]) for name in ("enough", "enough_low", "mean", "low", "high")}
        sure = np.isfinite(row["enough_high"])
        about |= {"enough_high": figures.whole(row["enough_high"]) if sure else "", "share": share}
        blocks.append(Sentence(page("answer" if sure else "answer_open", currency=facts["currency"], **about)))
        for name in ("months", "markets"):
            if (frame := stored.table(name)) is not None:
                blocks.append(self._table(page, name, frame, share))
        return [*blocks, Sentence(page("not_a_sum", share=share), "note"), page.provenance()]

    def _table(self, page: Say, name: str, frame: pd.DataFrame, share: str) -> TableOf:
        key = KEYS[name][0]
        columns = [
            Column(key, page.column(key)),
            page.headed("mean", "whole", ends=("low", "high")),
            Column("enough", page("enough", share=share), "whole"),
            page.headed("sure", title="interval", give_up=1),
        ]
        ends = zip(frame["enough_low"], frame["enough_high"], strict=True)
        sure = [figures.interval(a, b) if np.isfinite(b) else page("open", low=figures.whole(a)) for a, b in ends]
        return TableOf(name, page(name), frame.assign(sure=sure), columns)


def _spread(found: Result, by: list[str], share: float) -> pd.DataFrame:
    """Mean and quantile of the cash of each group, with their intervals. Months are those claims were opened in."""
    import pandas as pd

    wide = side(wide_frame(found, long_frame(found, "costs", by, "cash"), by), 0, by)
    years = wide.to_numpy(dtype=float)
    mean, ends = t_interval(years, found.level), quantile_interval(years, share, found.level)
    enough = np.quantile(years, share, axis=1, method="higher") if years.shape[1] else np.full(len(years), np.nan)
    columns = {"mean": mean.mean, "low": mean.low, "high": mean.high, "enough": enough}
    frame = pd.DataFrame({**columns, "enough_low": ends[0], "enough_high": ends[1]}, index=wide.index)
    if not by:
        return frame.reset_index(drop=True)
    named = names_of(found.scenario, frame.reset_index(), by)
    return named[named[by[0]] != ""].reset_index(drop=True)


STUDY = ReserveStudy()
