"""What fails and what it costs: products and faults by cost, sales cohorts, worth of a point less, ends of claims, and
what goes back to design and suppliers."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from warrantysim.analysis.cases import Case, per_year
from warrantysim.analysis.fault_worth import FaultWorth
from warrantysim.experiment.bench_months import horizon_months, whole_months
from warrantysim.experiment.quality import Quality
from warrantysim.experiment.quality import quality as counted_quality
from warrantysim.experiment.quality import quality_names as with_names
from warrantysim.locale.wording import LANGUAGES, Lang, named, period, say
from warrantysim.present.blocks import Block, Chart, Choice, Column, Part, Sentence
from warrantysim.report import figures
from warrantysim.report.rows import rows_of
from warrantysim.studies.counted import CountedOptions, CountedStudy, Page, fault_name
from warrantysim.studies.quality.feedback import Feedback, workbooks
from warrantysim.studies.study import Stored, Work, basis

if TYPE_CHECKING:
    import pandas as pd

    from warrantysim.report.charts.theme import Look, Picture

GROUPS = {
    "fault": ["sku", "fault"],
    "product": ["sku"],
    "kind": ["kind"],
    "market": ["sku", "fault", "market"],
}
"""What claims can be ranked by."""
MEASURES = ("cost", "claims", "nff", "recovery")
"""What they can be ranked by the size of."""
MONEY = ("cost", "recovery")
"""Measures that are money."""
AGE, OLDEST = 3, 11
"""Age at which cohorts are compared unless said otherwise, and the greatest [months]."""
SENTENCES = 5
"""Faults told in a sentence."""
COUNTED = ("claims", "cohorts", "sold", "control")
"""Tables as counted."""
TOLD = 0.005
"""Units without fault found of fewer of those inspected are not told [share]."""
WORTH = {"worth": "worth", "low": "worth_low", "high": "worth_high"}
"""Columns of what one point less of a fault is worth, beside those of its cost."""


class QualityStudy(CountedStudy):
    """Rules of one scenario on the same claims. Can be stopped and kept."""

    name = "quality"
    version = 3

    def run(self, cases: Sequence[Case], ask: CountedOptions, work: Work) -> Stored:
        """As `experiment.quality`."""
        import pandas as pd

        found = self.counted(counted_quality, cases, ask, work)
        worth = [worth_of(found, case, work.seed).table().assign(case=case.name) for case in cases]
        tables = {name: with_names(getattr(found, name), cases[0].scenario) for name in COUNTED}
        tables["worth"] = pd.concat(worth, ignore_index=True)
        rests = {**basis(cases, work.seed), **self.about(cases, Stored({}, {}))}
        return Stored(tables, {**rests, "replications": found.replications, "cancelled": found.cancelled})

    def contents(self, found: Stored, work: Work, lang: Lang) -> Mapping[str, bytes]:
        """Workbooks for design and for suppliers, in every language, about the first rule."""
        made = datetime.now(UTC).replace(tzinfo=None, microsecond=0)
        return workbooks({one: _Answer.of(self.name, found, one).feedback_sheet() for one in LANGUAGES}, made)

    def about(self, cases: Sequence[Case], found: Stored) -> Mapping[str, Any]:
        """Names, kinds of faults, months of the horizon."""
        scenario = cases[0].scenario
        makers = [[row.sku, row.fault, "", row.supplier] for row in scenario.faults if row.supplier]
        makers += [
            [row.sku, fault.fault, row.lot, row.supplier]
            for row in scenario.lots if row.supplier
            for fault in scenario.faults if fault.sku == row.sku and row.fault in ("", fault.fault)
        ]  # fmt: skip
        return {
            **super().about(cases, found),
            "kinds": [[row.sku, row.fault, row.kind] for row in scenario.faults],
            **({"makers": makers} if makers else {}),
            "months": horizon_months(scenario),
            "whole_months": whole_months(scenario),
        }

    def upgrade(self, stored: Stored, version: int, cases: Sequence[Case]) -> Stored:
        """Older runs did not tell claims by lot, either."""
        claims = stored.tables["claims"]
        tables = stored.tables if "lot" in claims else {**stored.tables, "claims": claims.assign(lot="")}
        return super().upgrade(Stored(tables, stored.facts), version, cases)

    def record(self, stored: Stored) -> dict[str, Any]:
        """Facts and the worth of points; claims are in files."""
        return super().record(Stored({"worth": stored.tables["worth"]}, stored.facts))

    def choices(self, stored: Stored, lang: Lang) -> Sequence[Choice]:
        """Rule, market and product; then what each part is about."""
        page = _Answer.of(self.name, stored, lang)
        measures = {name: named("measure", name, lang) for name in MEASURES}
        faults = sorted(set(page.claims["fault"]))
        products = {"": say("counted.all_products", lang), **{sku: page.product(sku) for sku in page.facts["products"]}}
        return [
            Choice("rule", say("counted.rules", lang), page.titles),
            page.markets("claims"),
            Choice("product", page("product"), products),
            Choice("by", page("by"), {name: page(f"by_{name}") for name in GROUPS}, part="pareto"),
            Choice("measure", page("measure"), measures, part="pareto"),
            Choice("fault", page("fault"), {"": page("all_faults"), **{one: one for one in faults}}, part="trend"),
            Choice("age", page("age"), range(OLDEST + 1), str(AGE), part="trend"),
            Choice("measure", page("measure"), measures, part="trend"),
            Choice("fault", page("fault"), {"": page("dearest"), **{one: one for one in faults}}, part="feedback"),
            Choice("ends", page("by"), {"market": page("per_market"), "sku": page("per_product")}, part="customers"),
        ]

    def answer(self, stored: Stored, lang: Lang) -> list[Block]:
        """The dearest faults, a sentence each, then each part."""
        page = _Answer.of(self.name, stored, lang)
        blocks: list[Block] = [
            Sentence(page("title", name=page.title("scenario")), "title"),
            *page.basis(policy=page.titles[page.rule]),
            *(Sentence(f"{k}. {text}") for k, text in enumerate(page.sentences(), 1)),
        ]
        if not len(page.claims):
            blocks.append(Sentence(page("no_claims")))
        parts = {"pareto": page.pareto, "trend": page.trend, "worth": page.worth, "customers": page.customers}
        if "control" in stored.tables:
            parts["feedback"] = lambda: page.feedback_sheet().blocks()
        return [*blocks, *(Part(name, page(f"view_{name}"), of) for name, of in parts.items()), page.provenance()]


def worth_of(found: Quality, case: Case, seed: int) -> FaultWorth:
    """Worth of one point less of each fault under a rule, from the claims counted."""
    own = found.claims[found.claims["case"] == case.name]
    shape = (len(case.scenario.faults), found.replications)
    cell = own["fault"].to_numpy() * shape[1] + own["replication"].to_numpy()
    cost, count = (
        np.bincount(cell, own[name].to_numpy(), minlength=shape[0] * shape[1]).reshape(shape) * per_year(case.scenario)
        for name in ("failure_cost", "failures")
    )
    return FaultWorth(case, cost, count, seed, found.cancelled)


class _Answer(Page):
    """The parts of the answer, for what the reader chose."""

    @cached_property
    def rule(self) -> str:
        """The rule on screen."""
        chosen = self.chosen("rule")
        return chosen if chosen in self.titles else next(iter(self.titles))

    @cached_property
    def claims(self) -> pd.DataFrame:
        """Claims of rule, market and product on screen, with kinds of faults."""
        frame = self.stored.tables["claims"]
        frame = frame[frame["case"] == self.rule]
        for column, chosen in (("market", self.chosen("market")), ("sku", self.chosen("product"))):
            frame = frame[frame[column] == chosen] if chosen else frame
        return frame.assign(kind=self.kinds_of(frame))

    @property
    def points(self) -> pd.DataFrame:
        """What one point less of each fault is worth under the rule on screen."""
        frame = self.stored.tables["worth"]
        return frame.loc[frame["case"] == self.rule]

    @cached_property
    def kinds(self) -> dict[tuple[str, str], str]:
        """Kind of each product's faults."""
        return {(sku, fault): kind for sku, fault, kind in self.facts["kinds"]}

    def kinds_of(self, frame: pd.DataFrame) -> list[str]:
        """Kind of the fault of each row."""
        return [self.kinds[pair] for pair in zip(frame["sku"], frame["fault"], strict=True)]

    def ranked(self, by: Sequence[str], measure: str, claims: pd.DataFrame | None = None) -> pd.DataFrame:
        """Groups by a measure, with kinds and, for all markets together, what a point less is worth."""
        from warrantysim.experiment.quality_tables import ranked

        claims = self.claims if claims is None else claims
        table = ranked(claims, by, measure, self.facts["replications"], self.facts["confidence"])
        if "fault" in by:
            table = table.assign(kind=self.kinds_of(table))
        if list(by) == GROUPS["fault"] and not self.chosen("market"):
            worth = self.points.rename(columns=WORTH)
            table = table.merge(worth[["sku", "fault", *WORTH.values()]], on=["sku", "fault"], how="left")
        return table

    def groups(self, table: pd.DataFrame, by: Sequence[str]) -> list[str]:
        """What each row is called: product, fault and market as far as they were asked about."""
        if list(by) == ["kind"]:
            return [named("fault_kind", kind, self.lang) for kind in table["kind"]]
        short = {sku: self.own(names) for sku, names in self.facts["products"].items()}
        called = Counter(short.values())
        found = []
        for row in rows_of(table[list(by)]):
            sku = row["sku"]
            words = [short[sku] if called[short.get(sku, "")] == 1 else self.product(sku)]
            if "fault" in row:
                words.append(fault_name(row["fault"], self.kinds[sku, row["fault"]], self.lang))
            words += [self.market(row["market"])] if "market" in row else []
            found.append(say("fault.between", self.lang).join(words))
        return found

    def sentences(self) -> list[str]:
        """A sentence a fault, the dearest first."""
        if not len(self.claims):
            return []
        return [self.sentence(row) for row in rows_of(self.ranked(GROUPS["fault"], "cost").head(SENTENCES))]

    def sentence(self, row: Mapping[str, Any]) -> str:
        """All that stands behind one fault."""
        text = say(
            "fault.costs",
            self.lang,
            product=self.product(row["sku"]),
            fault=fault_name(row["fault"], row["kind"], self.lang),
            share=figures.share(row["share"]),
            currency=self.currency,
            period=period(self.facts["days"], self.lang),
            each=figures.whole(row["cost_a_claim"]),
            **{name: figures.whole(row[name]) for name in ("cost", "low", "high", "claims")},
        )
        more = []
        if row["inspected"] >= 1 and row["nff_share"] >= TOLD:
            more.append(say("fault.nff", self.lang, share=figures.share(row["nff_share"], 0)))
        for key, amount in (("recovery", row["recovery"]), ("worth", row.get("worth", math.nan))):
            if amount >= 1:
                more.append(say(f"fault.{key}", self.lang, currency=self.currency, amount=figures.whole(amount)))
        return text + "".join(say("fault.also", self.lang) + each for each in more) + say("fault.stop", self.lang)

    def terms(self, table: pd.DataFrame) -> pd.DataFrame:
        """Products, markets, faults, kinds and ends by their names."""
        groups = {"kind": "fault_kind", "end": "end"}
        words = {
            name: [named(groups[name], str(word), self.lang) for word in table[name]]
            for name in groups
            if name in table
        }
        if "fault" in table:
            pairs = zip(table["sku"], table["fault"], strict=True)
            words["fault"] = [fault_name(fault, self.kinds[sku, fault], self.lang) for sku, fault in pairs]
        return self.called(table.assign(**words))

    def measure(self) -> tuple[str, str]:
        """The measure chosen, and its name."""
        chosen = self.chosen("measure", MEASURES[0])
        return chosen, named("measure", chosen, self.lang)

    def bars(self, name: str, table: pd.DataFrame, by: Sequence[str], measure: str, unit: str, title: str) -> Chart:
        """Bars of a measure, the largest first."""

        def draw(look: Look) -> Picture:
            from warrantysim.report.charts.pareto import pareto_chart

            names, days = self.groups(table, by), 365 if measure == "worth" else self.facts["days"]
            return pareto_chart(names, list(table[measure]), unit, title=title, days=days, look=look, rest=False)

        return Chart(name, draw)

    def pareto(self) -> list[Block]:
        """Which few make up most of cost, claims, units without fault found or what suppliers pay back."""
        by, (measure, term) = GROUPS[self.chosen("by", "fault")], self.measure()
        table = self.ranked(by, measure)
        unit = self.currency if measure in MONEY else self("units") if measure == "nff" else self("claims")
        interval = Column("low", named("acol", "interval", self.lang), "whole", ends=("low", "high"), only_ends=True)
        keys: list[str | Column] = [
            *by,
            *([self.measured("kind", give_up=4)] if "fault" in by else []),
            "claims",
            "cost",
            interval,
            "share",
            "cost_a_claim",
        ]
        last = [
            self.measured("inspected", give_up=3),
            self.measured("nff_share", give_up=1),
            self.measured("recovery", give_up=2),
        ]
        last += [self.measured("worth")] if "worth" in table else []
        return [
            self.bars("pareto", table, by, measure, unit, say("chart.pareto_of", self.lang, measure=term)),
            self.table("ranked", self("head_pareto"), self.terms(table), *keys, *last),
            Sentence(self("table_why", measure=term), "legend"),
        ]

    def trend(self) -> list[Block]:
        """How claims move: by month of claim, by month of sale at equal age, by sale and age."""
        from warrantysim.experiment.quality_tables import at_age, by_age, trend
        from warrantysim.report.charts.trend import age_chart, cohort_chart, trend_chart

        claims, (measure, term) = self.claims, self.measure()
        cohorts, sold = self.stored.tables["cohorts"], self.stored.tables["sold"]
        if sku := self.chosen("product"):
            cohorts, sold = cohorts[cohorts["sku"] == sku], sold[sold["sku"] == sku]
        if fault := self.chosen("fault"):
            claims, cohorts = claims[claims["fault"] == fault], cohorts[cohorts["fault"] == fault]
        n, level, age = self.facts["replications"], self.facts["confidence"], int(self.chosen("age", str(AGE)))
        monthly = trend(claims[claims["month"].isin(self.facts["months"])], measure, n, level)
        same_age = at_age(cohorts, sold, self.facts["whole_months"], age, n, level)
        unit = self.currency if measure in MONEY else ""
        columns = ("sold_month", "sold", "claims", self.measured("per_thousand", ends=("low", "high")))
        return [
            Chart("months", lambda look: trend_chart(monthly, term, unit, look=look)),
            Sentence(self("cohorts_why"), "basis"),
            Chart("equal_age", lambda look: age_chart(same_age, age, look=look)),
            self.table("equal_age", self("head_trend"), same_age, *columns),
            Chart("cohorts", lambda look: cohort_chart(by_age(cohorts, sold, n), look=look)),
        ]

    def worth(self) -> list[Block]:
        """What one point less of each fault is worth a year."""
        table = self.points
        if sku := self.chosen("product"):
            table = table[table["sku"] == sku]
        table = table.reset_index(drop=True)
        interval = Column("low", named("acol", "interval", self.lang), "whole", ends=("low", "high"), only_ends=True)
        keys: list[str | Column] = ["sku", "fault", "kind", "share", "claims", "cost", "worth", interval]
        return [
            self.bars("worth", table, GROUPS["fault"], "worth", self.currency, say("chart.worth", self.lang)),
            self.table("worth", self("head_worth"), self.terms(table), *keys),
            Sentence(self("worth_why"), "legend"),
        ]

    def feedback_sheet(self) -> Feedback:
        """What goes back to design and suppliers, of all markets."""
        control = self.stored.tables["control"]
        control = control[control["case"] == self.rule]
        if sku := self.chosen("product"):
            control = control[control["sku"] == sku]
        whole = _Answer(self.group, self.lang, {**self.facts, "market": ""}, self.stored)

        def rank(claims: pd.DataFrame) -> pd.DataFrame:
            return whole.ranked(GROUPS["fault"], "cost", claims) if len(claims) else claims

        def called(sku: str, fault: str) -> str:
            return say("fault.between", self.lang).join(
                (self.product(sku), fault_name(fault, self.kinds[sku, fault], self.lang))
            )

        suppliers = {(sku, fault, lot): name for sku, fault, lot, name in self.facts.get("makers", [])}
        return Feedback(self, control, whole.claims, rank, self.terms, called, suppliers)

    def customers(self) -> list[Block]:
        """How claims end for customers: solved by the guide, denied, disputed, lapsed."""
        from warrantysim.experiment.quality_tables import ends
        from warrantysim.report.charts.ends import ends_chart

        by = self.chosen("ends", "market")
        table = ends(self.claims, by, self.facts["replications"], self.facts["confidence"])
        columns = (by, "end", "claims", self.measured("share", ends=("low", "high")))
        return [
            Chart("ends", lambda look: ends_chart(self.called(table), by, look=look)),
            self.table("ends", self("head_customers"), self.terms(table), *columns),
            Sentence(self("customers_why"), "legend"),
        ]


STUDY = QualityStudy()
