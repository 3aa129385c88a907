"""What scenarios and rules cost against a baseline, on the same luck: how sure it is, what makes it up, and where."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from pydantic import Field

from warrantysim.analysis.bridge import Bridge, driver_bridge
from warrantysim.analysis.cases import Case
from warrantysim.analysis.comparison import Comparison, compare, days_spread
from warrantysim.experiment.pace import Cancelled
from warrantysim.experiment.simulate import ReplicationFailed
from warrantysim.experiment.summary import Failure
from warrantysim.locale.wording import LANGUAGES, Lang, named, say, titled
from warrantysim.present.blocks import Block, Chart, Choice, Part, Sentence, TableOf
from warrantysim.report import figures
from warrantysim.report.field_names import full_name, unit_name
from warrantysim.report.input_frames import YES_OR_NO
from warrantysim.report.rows import rows_of
from warrantysim.report.verdicts import verdict
from warrantysim.schema.diff import ABSENT
from warrantysim.schema.digest import digest
from warrantysim.schema.errors import told
from warrantysim.studies.bridges import bridge_blocks
from warrantysim.studies.react.both import Decide, both_readings, readings, worth
from warrantysim.studies.study import Options, Say, Stored, Study, Work, WrongOption, basis
from warrantysim.studies.waiting import WAITING, cases_waiting, compared_waiting

if TYPE_CHECKING:
    import pandas as pd

    from warrantysim.report.charts.theme import Look, Picture

BY = ("market", "product_category", "sku")
"""What costs and service are told by."""
RULES = "policy."
"""What paths of rules begin with: rules are told by their titles."""
MOST_INPUTS = 30
"""Input differences of a case a terminal shows; further ones are counted."""


class CompareOptions(Options):
    """What is compared with what, and what else is asked."""

    baseline: int = Field(1, ge=1)
    """Case the others are compared with, counted from 1 [count]."""
    drivers: bool = False
    """Also say which changed inputs make the difference (Shapley values)."""
    react: bool = False
    """Also decide the rules anew for every case."""
    target: float | None = Field(None, gt=0, le=1e12)
    """Go on until every half-width is this small [reporting currency a year]."""


@dataclass(frozen=True)
class WhatIf:
    """A comparison with what else was asked of it, as far as it came."""

    comparison: Comparison
    """Cases on the same luck."""
    drivers: Mapping[str, Bridge] = field(default_factory=dict)
    """Bridges by changed inputs, by name of the case."""
    readings: pd.DataFrame | None = None
    """Both readings of every case; None where nobody asked."""
    cancelled: bool = False
    """Whether it was stopped before its end."""

    @property
    def ordered(self) -> list[Case]:
        """The baseline, then the others."""
        found = self.comparison
        return [found.cases[i] for i in (found.baseline, *found.others)]


def what_if(
    cases: Sequence[Case], ask: CompareOptions, work: Work, replications: int | range | None = None,
    decide: Decide | None = None,
) -> WhatIf:  # fmt: skip
    """Compare, then bridge by changed inputs, then react, each only as far as asked for and not stopped.

    Raises
    ------
    BadInput
        For cases that cannot be compared.
    ReplicationFailed
        If no replication came through, or a run of a bridge or a reaction broke.
    Cancelled
        If it was stopped before the first replication was through.
    """
    if ask.baseline > len(cases):
        raise WrongOption(
            "baseline", told("expected a case from 1 to {most}, got {value}", most=len(cases), value=ask.baseline)
        )
    found = compare(
        cases, ask.baseline - 1, replications=ask.replications if replications is None else replications,
        seed=work.seed, target=ask.target, **work.means("simulate")
    )  # fmt: skip
    if not found.replications:
        raise ReplicationFailed(found.failures[0])
    ordered, n = WhatIf(found).ordered, len(found.replications)
    bridges: dict[str, Bridge] = {}
    try:
        for case in ordered[1:] if ask.drivers else ():
            bridges[case.name] = driver_bridge(ordered[0], case, range(n), work.seed, **work.means("bridge"))
    except Cancelled:
        return WhatIf(found, bridges, cancelled=True)
    judged = readings(ordered, n, work, decide) if ask.react else None
    unfinished = judged is not None and judged["case"].nunique() < len(ordered) - 1
    return WhatIf(found, bridges, judged, found.cancelled or unfinished)


class Compare(Study[CompareOptions, WhatIf]):
    """Scenarios, each under its own rule, against one of them."""

    name = "compare"
    Options = CompareOptions
    cases = (2, None)
    scenarios = True

    def run(self, cases: Sequence[Case], ask: CompareOptions, work: Work) -> WhatIf:
        """As `what_if`."""
        return what_if(cases, ask, work)

    def stored(self, found: WhatIf, cases: Sequence[Case], ask: CompareOptions, seed: int) -> Stored:
        """The figures rest on the baseline, which stands first."""
        return super().stored(found, found.ordered, ask, seed)

    def tables(self, found: WhatIf) -> Mapping[str, pd.DataFrame]:
        """Inputs that differ, then a row a case and measure, as a whole and by group; see `Comparison.table`."""
        import pandas as pd

        result = found.comparison
        frames = {"inputs": result.inputs(), "yearly": result.yearly(), "service": result.service()}
        frames |= {f"cost_by_{by}": result.costs((by,)) for by in (*BY, "category", "month")}
        frames |= {f"service_by_{by}": result.service((by,)) for by in BY}
        steps = [bridge.table().assign(case=name) for name, bridge in found.drivers.items()]
        frames["bridge_by_driver"] = pd.concat(steps or [pd.DataFrame()], ignore_index=True)
        frames[WAITING] = compared_waiting(result)
        if found.readings is not None:
            frames["readings"] = found.readings
        return {**frames, "days": days_spread(result)}

    def facts(self, found: WhatIf) -> Mapping[str, Any]:
        """Which case is the baseline, what every case rests on, and what went wrong."""
        result, base = found.comparison, found.ordered[0]
        return {
            "baseline": base.name,
            "digests": {case.name: digest(case.whole) for case in found.ordered},
            "policy_titles": _policy_titles(found.ordered),
            "replications": len(result.replications),
            "carbon_method": result.carbon,
            "failures": [str(failure) for failure in result.failures],
            "cancelled": found.cancelled,
        }

    def failures(self, found: WhatIf) -> Sequence[Failure]:
        """Runs that broke; their replications are left out for every case."""
        return found.comparison.failures

    def upgrade(self, stored: Stored, version: int, cases: Sequence[Case]) -> Stored:
        """Before tables had a version, the baseline was told by its place, and no case by its title."""
        place = stored.facts["baseline"] or 0
        ordered = [cases[place], *(case for case in cases if case is not cases[place])]
        rests = {**basis(ordered, stored.facts["seed"]), "version": stored.facts["version"]}
        titles = {"baseline": ordered[0].name, "policy_titles": _policy_titles(ordered)}
        return Stored(stored.tables, {**stored.facts, **rests, **titles})

    def choices(self, stored: Stored, lang: Lang) -> Sequence[Choice]:
        """Which case is looked at closely."""
        page = _Answer(self.name, lang, stored.facts)
        names = [name for name in stored.facts["cases"] if name != page.base]
        return [Choice("case", page("case"), {name: page.case(name) for name in names})] if len(names) > 1 else []

    def answer(self, stored: Stored, lang: Lang) -> list[Block]:
        """What differs in the inputs, always above what it costs; then what makes it up, where, and what reacting is
        worth. Of one case where one is chosen, but for what is said of all."""
        page = _Answer(self.name, lang, stored.facts)
        blocks: list[Block] = [
            Sentence(page("title", name=page.case(page.base)), "title"),
            *page.basis(name=page.case(page.base)),
            *page.ids(),
            *page.inputs(stored),
            *page.verdicts(stored),
            *cases_waiting(stored.table(WAITING), page.apart(stored), page.case, lang, told=True, market=page.placed),
            *worth(stored, lang),
        ]
        if failures := stored.facts.get("failures"):
            blocks.append(Sentence(page("failures", n=len(failures), first=failures[0]), "note"))
        if page.apart(stored):
            blocks.append(Part("answer", page("answer"), lambda: list(page.composition(stored))))
            blocks.append(Part("where", page("where"), lambda: list(page.places(stored))))
        if stored.table("readings") is not None:
            blocks.append(Part("readings", page("readings"), lambda: list(both_readings(stored, lang))))
        return [*blocks, page.provenance()]


class _Answer(Say):
    """Texts of this study."""

    @property
    def base(self) -> str:
        """Name of the baseline."""
        return str(self.facts["baseline"])

    @property
    def shown(self) -> list[str]:
        """Names of the cases that are told of: the one chosen, or all."""
        others = [name for name in self.facts["cases"] if name != self.base]
        chosen = self.facts.get("case")
        return [str(chosen)] if chosen in others else others

    def apart(self, stored: Stored) -> list[str]:
        """Cases that differ from the baseline in anything; of the others all there is to say is that they do not."""
        rows = [*rows_of(stored.tables["yearly"]), *rows_of(stored.tables["service"])]
        differing = {row["case"] for row in rows if row["verdict"] != "identical"}
        return [name for name in self.shown if name in differing]

    def ids(self) -> Iterator[Block]:
        """By which name files and programs know each case, where that is not what it is called here."""
        told = [self("id", name=n, title=self.case(n)) for n in self.facts["cases"] if self.case(n) != n]
        if told:
            yield Sentence(self("ids", names=self("id_and").join(told)), "basis")

    def inputs(self, stored: Stored) -> Iterator[Block]:
        """What every case states otherwise than the baseline."""
        frame = stored.table("inputs")
        for name in self.shown:
            case = self.case(name)
            stated = [] if frame is None else rows_of(frame[frame["case"] == name])
            figured = [row for row in stated if not row["path"].startswith(RULES)]
            if not stated:
                yield Sentence(self("inputs_none", case=case))
            elif len(figured) < len(stated):
                rules = {key: self.rule(who) for key, who in (("old", self.base), ("new", name))}
                yield Sentence(self("inputs_rules", n=len(stated) - len(figured), case=case, **rules))
            if figured:
                yield self.input_table(figured, case)

    def rule(self, name: str) -> str:
        """What the rule of a case is called."""
        return str(self.facts["policy_titles"][name][self.lang])

    def input_table(self, rows: Sequence[Mapping[str, Any]], case: str) -> TableOf:
        """Input differences of one case."""
        import pandas as pd

        told = [(full_name(row["path"], self.lang, self.partners), *self.values(row)) for row in rows]
        columns = [self.headed(name) for name in ("path", "old", "new")]
        columns.append(self.headed("unit", give_up=1))
        more = self("inputs_more", n=len(rows) - MOST_INPUTS)
        frame = pd.DataFrame(told, columns=[column.key for column in columns])
        return TableOf("inputs", self("inputs", case=case), frame, columns, MOST_INPUTS, more)

    def values(self, row: Mapping[str, Any]) -> list[str]:
        """Baseline, case and unit of one input; what is either so or not, or not there, is told by a word."""
        sides = [
            named("answer", row[side], self.lang)
            if row["unit"] == YES_OR_NO or row[side] == repr(ABSENT)
            else figures.decimals_cut(row[side])
            for side in ("old", "new")
        ]
        return [*sides, "" if row["unit"] == YES_OR_NO else unit_name(row["unit"], self.lang)]

    def verdicts(self, stored: Stored) -> Iterator[Block]:
        """One sentence a case, and how much the shared luck helped."""
        inputs = stored.table("inputs")
        for row in totals(stored):
            yield Sentence(self.verdict(row))
            if row["verdict"] in ("lower", "higher"):
                widths = {"paired": "half_width", "unpaired": "unpaired_half_width"}
                yield Sentence(self("paired", **{k: figures.plus_minus(row[c]) for k, c in widths.items()}))
            elif row["verdict"] == "identical" and inputs is not None and row["case"] in set(inputs["case"]):
                yield Sentence(self("unused"))

    def verdict(self, row: Mapping[str, Any]) -> str:
        """What a case costs more or less than the baseline, and how sure that is."""
        return self(row["verdict"], case=self.case(row["case"]), base=self.case(self.base), **self.amounts(row))

    def amounts(self, row: Mapping[str, Any]) -> dict[str, str]:
        """Figures of one difference, sizes of what it is called less or more by."""
        sign = -1.0 if row["verdict"] == "lower" else 1.0
        low, high = sorted((sign * row["low"], sign * row["high"]))
        return {
            "currency": self.facts["currency"],
            "amount": figures.whole(sign * row["difference"]),
            "signed": figures.signed(row["difference"]),
            "low": figures.whole(low),
            "high": figures.whole(high),
            "p": figures.share(row["p_lower"], 0),
            "needed": figures.count(row["needed"]),
        }

    def composition(self, stored: Stored) -> Iterator[Block]:
        """Cash, expected and stock apart, what customers notice, and the steps from the baseline to each case."""
        apart, tables = self.apart(stored), stored.tables
        yield self.differences("yearly", tables["yearly"], self("kinds"), apart)
        yield self.differences("service", tables["service"], self("service"), apart, p="p_lower")
        yield from cases_waiting(stored.table(WAITING), apart, self.case, self.lang, market=self.placed)
        if method := self.facts.get("carbon_method"):
            parts = self("carbon_and").join(named("carbon", part, self.lang) for part in method.split(", "))
            yield Sentence(self("carbon", method=parts), "note")
        costs, drivers = tables["cost_by_category"], stored.table("bridge_by_driver")
        yield Chart("costs", lambda look: _costs_chart(stored, look))
        if stored.table("days") is not None:
            yield Chart("days", lambda look: _days_chart(stored, look))
        for name in apart:
            ends = {"base": self.case(self.base), "case": self.case(name)}
            steps = costs[costs["case"] == name].rename(columns={"difference": "adds"})
            steps = steps.assign(step=steps["category"], contents=steps["category"])
            yield from self.bridge(stored, "bridge_by_category", self("by_category", **ends), steps, name)
        for name in [] if drivers is None else apart:
            ends = {"base": self.case(self.base), "case": self.case(name)}
            steps = stored.tables["bridge_by_driver"].query("case == @name")
            yield from self.bridge(stored, "bridge_by_driver", self("by_driver", **ends), steps, name)
            key = "method_merged" if "other" in set(steps["step"]) else "method"
            yield Sentence(self(key, n=len(steps)), "note")

    def bridge(self, stored: Stored, name: str, title: str, steps: pd.DataFrame, case: str) -> Iterator[Block]:
        """From the baseline's cost to that of a case."""
        whole = next(row for row in totals(stored) if row["case"] == case)
        ends = {"start": "baseline", "end": "value", "apart_low": "low", "apart_high": "high"}
        told = steps.assign(**{key: whole[column] for key, column in ends.items()})
        yield from bridge_blocks(self, name, title, told, case)

    def places(self, stored: Stored) -> Iterator[Block]:
        """Which markets, categories and products make the difference, and which months."""
        apart = self.apart(stored)
        for by in BY:
            frame = stored.tables[f"cost_by_{by}"]
            for name in [name for name in apart if frame[frame["case"] == name]["difference"].any()]:
                yield Chart(f"by_{by}_{name}", lambda look, by=by, name=name: _places_chart(stored, by, name, look))  # type: ignore[misc]
            yield self.differences(f"cost_by_{by}", frame, self(f"by_{by}"), apart, by=by)
        for name in apart:
            yield Chart(f"months_{name}", lambda look, name=name: _months_chart(stored, name, look))  # type: ignore[misc]

    def placed(self, market: str) -> str:
        """What a market is called."""
        return self.place("market", market)

    def place(self, by: str, word: str) -> str:
        """What a market, category, product or measure is called: by its name where the facts tell it (``called``)."""
        own = self.facts.get("called", {}).get(by, {}).get(word)
        return own or named(by, word, self.lang) or say("disposition.", self.lang)

    def differences(
        self, name: str, frame: pd.DataFrame, title: str, apart: Sequence[str], p: str = "p", by: str = "measure"
    ) -> TableOf:
        """Rows of paired differences; the case named only where there are several, on its first row."""
        rows = rows_of(frame[frame["case"].isin(apart)])
        before = ["", *(row["case"] for row in rows)]
        shown = frame[frame["case"].isin(apart)].assign(
            called=[
                self.case(row["case"]) if row["case"] != last else "" for row, last in zip(rows, before, strict=False)
            ],
            what=[self.place(by, row[by]) for row in rows],
            digits=[_digits(row) for row in rows],
            # No year tells apart what is identical.
            p_lower=[math.nan if row["verdict"] == "identical" else row["p_lower"] for row in rows],
            told=[verdict(row, self.lang) for row in rows],
        )
        columns = [
            self.headed("what"),
            self.headed("baseline", "whole", digits="digits"),
            self.headed("value", "whole", digits="digits", give_up=3),
            self.headed("difference", "signed", digits="digits"),
            self.headed("low", "whole", title="interval", ends=("low", "high"), only_ends=True, digits="digits"),
            self.headed("p_lower", "share", title=p, give_up=2),
            self.headed("told", title="verdict", give_up=1),
        ]
        if len(self.shown) > 1:
            columns.insert(0, self.headed("called", title="case"))
        return TableOf(name, title, shown, columns)


def totals(stored: Stored) -> list[dict[str, Any]]:
    """The whole cost of every case against the baseline's."""
    frame = stored.tables["yearly"]
    return rows_of(frame[frame["measure"] == "total"])


def verdicts(stored: Stored, lang: Lang) -> list[str]:
    """What every case costs more or less than the baseline, a sentence each."""
    page = _Answer(STUDY.name, lang, stored.facts)
    return [page.verdict(row) for row in totals(stored)]


def _policy_titles(cases: Sequence[Case]) -> dict[str, dict[Lang, str]]:
    return {
        case.name: {lang: titled(case.policy.title, case.policy.name, lang) for lang in LANGUAGES} for case in cases
    }


def _digits(row: Mapping[str, Any]) -> int:
    """Decimals of a row: none for money and what is large, more for shares."""
    size = max(abs(row["baseline"]), abs(row["value"]))
    if row["unit"] == "money" or not size < 100:
        return 0
    return 4 if size < 1 else 1


def _costs_chart(stored: Stored, look: Look) -> Picture:
    import pandas as pd

    from warrantysim.report.charts.costs import cost_chart

    page, frame = _Answer(STUDY.name, look.lang, stored.facts), stored.tables["cost_by_category"]
    first = frame[frame["case"] == page.shown[0]]
    rows = [(page.base, row["category"], row["baseline"]) for row in rows_of(first)]
    rows += [(row["case"], row["category"], row["value"]) for row in rows_of(frame[frame["case"].isin(page.shown)])]
    titles = {name: page.case(name) for name in (page.base, *page.shown)}
    costs = pd.DataFrame(rows, columns=["policy", "category", "mean"])
    return cost_chart(costs, page.facts["currency"], titles=titles, look=look)


def _days_chart(stored: Stored, look: Look) -> Picture:
    from warrantysim.report.charts.days import days_chart

    page = _Answer(STUDY.name, look.lang, stored.facts)
    titles = {name: page.case(name) for name in (page.base, *page.shown)}
    frame = stored.tables["days"].query("policy in @titles")
    return days_chart(frame, titles=titles, look=look)


def _places_chart(stored: Stored, by: str, case: str, look: Look) -> Picture:
    from warrantysim.report.charts.differences import DifferenceMark, difference_chart

    page, frame = _Answer(STUDY.name, look.lang, stored.facts), stored.tables[f"cost_by_{by}"]
    marks = [
        DifferenceMark(page.place(by, row[by]), row["difference"], row["low"], row["high"])
        for row in rows_of(frame[(frame["case"] == case) & (frame["difference"] != 0)])
    ]
    return difference_chart(marks, page.facts["currency"], page(f"by_{by}_chart"), look=look)


def _months_chart(stored: Stored, case: str, look: Look) -> Picture:
    from warrantysim.report.charts.months import months_chart

    frame, page = stored.tables["cost_by_month"], _Answer(STUDY.name, look.lang, stored.facts)
    found = months_chart(frame[frame["case"] == case], page.facts["currency"], look=look)
    return replace(found, takeaway=found.takeaway + page("months_note"))


STUDY = Compare()
