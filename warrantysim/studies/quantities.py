"""What two rules are billed, as quantity and price: the counts behind a workbook that finance can recalculate."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from pydantic import Field

from warrantysim.analysis.cases import Case
from warrantysim.experiment.pace import Cancelled
from warrantysim.experiment.quantities import quantities
from warrantysim.locale.wording import Lang, named, period, say
from warrantysim.present.blocks import Block, Column, Sentence, TableOf
from warrantysim.report import figures
from warrantysim.studies.study import Options, Say, Stored, Study, Work, replications_of

if TYPE_CHECKING:
    import pandas as pd

TABLE = "quantities"
"""Its table."""


class QuantitiesOptions(Options):
    """The years counted."""

    first: int = Field(0, ge=0)
    """First year of luck [index, >= 0]."""


class QuantitiesStudy(Study[QuantitiesOptions, "pd.DataFrame"]):
    """Two rules of one scenario. Asked of the luck that confirmed a decision, its sums are the decision's."""

    name = "quantities"
    Options = QuantitiesOptions
    cases = (2, 2)
    unsaid = frozenset({"first"})

    def run(self, cases: Sequence[Case], ask: QuantitiesOptions, work: Work) -> pd.DataFrame:
        """As `experiment.quantities`."""

        def told(done: int, total: int) -> None:
            work.progress("count", done, total)
            if work.cancel():
                raise Cancelled("cancelled")

        years = range(ask.first, ask.first + len(replications_of(cases[0], ask)))
        rules = [case.policy for case in cases]
        return quantities(cases[0].scenario, rules, years, seed=work.seed, jobs=work.jobs, progress=told)

    def tables(self, found: pd.DataFrame) -> Mapping[str, pd.DataFrame]:
        """``quantities``, a row a rule (its place), product, market, disposition, partner, category and currency."""
        return {TABLE: found}

    def facts(self, found: pd.DataFrame) -> Mapping[str, Any]:
        """What each rule came to."""
        sums = found.groupby("policy")["reporting"].sum()
        return {"totals": [float(sums.get(k, 0.0)) for k in range(2)]}

    def record(self, stored: Stored) -> dict[str, Any]:
        """Facts; the quantities are in files."""
        return dict(stored.facts)

    def answer(self, stored: Stored, lang: Lang) -> list[Block]:
        """What each rule came to, then lines and amounts by kind of cost."""
        page, f, frame = Say(self.name, lang, stored.facts), stored.facts, stored.tables[TABLE]
        blocks: list[Block] = [Sentence(page("title", name=page.title("scenario")), "title"), *page.basis()]
        when = period(f["days"], lang)
        for case, total in zip(f["cases"], f["totals"], strict=True):
            facts = {"rule": page.case(case), "currency": f["currency"], "total": figures.whole(total)}
            blocks.append(Sentence(page("total", period=when, **facts)))
        sums = frame.pivot_table(
            ["lines", "reporting"], "category", "policy", aggfunc="sum", fill_value=0.0, sort=False
        )
        sums.columns = ["_".join(map(str, one)) for one in sums.columns]
        shown = sums.reset_index().sort_values("reporting_0", ascending=False, kind="stable")
        shown["category"] = [named("category", name, lang) for name in shown["category"]]
        columns = [Column("category", say("column.cost_category", lang))]
        for k, case in enumerate(f["cases"]):
            rule = page.case(case)
            columns += [
                Column(f"lines_{k}", page("lines", rule=rule), "whole", give_up=1),
                Column(f"reporting_{k}", page("amount", rule=rule, currency=f["currency"]), "whole"),
            ]
        return [*blocks, TableOf("by_category", page("table"), shown, columns), page.provenance()]


STUDY = QuantitiesStudy()
