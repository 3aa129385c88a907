"""The decision for people: the whole, what to change first, the rules, what they rest on, where the time went."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from warrantysim.report import figures
from warrantysim.report.cell_text import CellText
from warrantysim.report.decision_checks import DecisionChecks
from warrantysim.report.decision_tables import DecisionTables
from warrantysim.report.rows import rows_of
from warrantysim.report.tables import heading, listed, wrapped
from warrantysim.report.wording import Lang, period, say, titled

if TYPE_CHECKING:
    from warrantysim.decision.decide import Decision
    from warrantysim.scenario.root import Scenario

MOST_ON_TOP = 5
"""Changes told as sentences before the table."""


def decision_report(
    decision: Decision,
    scenario: Scenario,
    lang: Lang = "en",
    width: int = 110,
    changes: Sequence[str] = (),
    memory: float | None = None,
) -> str:
    """The decision as text.

    ``scenario``: the one decided for; ``changes``: what it changes of its base; ``memory``: the most it took, where
    that is known [MB].
    """
    from warrantysim.report.cost_report import changed

    page = DecisionPage(decision, scenario, lang, width)
    parts = [*page.head(), *changed(changes, lang, width), *page.answer()]
    if top := page.tables.top(MOST_ON_TOP):
        parts += [heading(say("decision.top", lang)), listed(top, width)]
    parts += [heading(say("decision.rules", lang)), page.rules(), *page.legend()]
    if details := page.tables.details():
        parts += [heading(say("decision.details", lang)), details, *page.details_legend()]
    checks = DecisionChecks(decision, scenario, lang, width)
    parts += [heading(say("decision.checks", lang)), *checks.lines()]
    parts += [heading(say("decision.time", lang)), *checks.times(memory), "", page.provenance()]
    return "\n".join(parts)


@dataclass(frozen=True)
class DecisionPage:
    """One decision in one language at one width."""

    decision: Decision
    scenario: Scenario
    lang: Lang
    width: int

    @property
    def tables(self) -> DecisionTables:
        """Its tables."""
        return DecisionTables(rows_of(self.decision.table), CellText(self.scenario, self.lang), self.width)

    def head(self) -> list[str]:
        """What this is and what it rests on."""
        d, s = self.decision, self.scenario
        title = say("decision.title", self.lang, title=titled(s.title, s.name, self.lang))
        basis = say(
            "decision.basis",
            self.lang,
            replications=d.replications,
            days=s.horizon.days,
            seed=d.seed,
            level=figures.level(d.confidence),
            currency=d.currency,
        )
        verdicts = say(
            "decision.verdicts", self.lang, currency=d.currency, floor=figures.whole(d.materiality), period=self.period
        )
        return [title, *wrapped(basis, self.width), *wrapped(verdicts, self.width), ""]

    def answer(self) -> list[str]:
        """The whole in a sentence or two."""
        return [line for text in self.sentences() for line in wrapped(text, self.width)]

    def sentences(self) -> Iterator[str]:
        """What switching as a whole brings, and how much of it the cells marked ACT do."""
        d = self.decision
        kind = answer_kind(d)
        mean, low, high = (float(x) for x in (d.saving.interval.mean, d.saving.interval.low, d.saving.interval.high))
        cash = float(d.saving_cash.interval.mean)
        sign = -1.0 if kind == "worse" else 1.0
        needed = float(d.saving.needed)
        yield say(
            f"decision.{kind}",
            self.lang,
            currency=d.currency,
            saving=figures.whole(sign * mean),
            low=figures.whole(min(sign * low, sign * high)),
            high=figures.whole(max(sign * low, sign * high)),
            period=self.period,
            now=self.now,
            share=figures.share(mean / d.cost_now if d.cost_now else math.nan),
            cost_now=figures.whole(d.cost_now),
            cash=figures.whole(cash),
            expected=figures.whole(mean - cash),
            n=len(d.tried) if kind == "keep" else figures.count(needed),
        )
        acts = d.table[d.table["verdict"] == "ACT"]
        if kind == "saves":
            yield say(
                "decision.acts",
                self.lang,
                acts=len(acts),
                cells=len(d.table),
                currency=d.currency,
                saving=figures.whole(float(acts["saving"].sum())),
            )

    def rules(self) -> str:
        """The rules, one row a cell, with what cells share and the whole."""
        d = self.decision
        whole = {name: float(getattr(d.saving.interval, name)) for name in ("mean", "low", "high")}
        shared = {"mean": d.shared, "low": math.nan, "high": math.nan}
        return self.tables.rules(shared, whole)

    def legend(self) -> list[str]:
        """How to read the rules."""
        from warrantysim.decision.table import FEW_CLAIMS

        step = f"{self.scenario.decision.rounding:g}"
        return ["", *wrapped(say("decision.legend", self.lang, few=FEW_CLAIMS, step=step), self.width)]

    def details_legend(self) -> list[str]:
        """How to read what stands behind them."""
        return ["", *wrapped(say("decision.details_legend", self.lang), self.width)]

    def provenance(self) -> str:
        """Version, scenario and seed."""
        from warrantysim.scenario.digest import digest
        from warrantysim.version import __version__

        facts = {"version": __version__, "name": self.scenario.name, "digest": digest(self.scenario)[:12]}
        return say("provenance", self.lang, **facts, seed=self.decision.seed)

    @property
    def now(self) -> str:
        """Today's rule by its title."""
        return lowered(titled(self.decision.now.title, self.decision.now.name, self.lang))

    @property
    def period(self) -> str:
        """``a year``, or the days of the horizon."""
        return period(self.scenario.horizon.days, self.lang)


def answer_kind(decision: Decision) -> str:
    """saves, unsure, worse, or keep where today's rule won."""
    if decision.policy.rules == decision.now.rules:
        return "keep"
    if not bool(decision.saving.detectable):
        return "unsure"
    return "saves" if float(decision.saving.interval.mean) > 0 else "worse"


def lowered(title: str) -> str:
    """A title inside a sentence: ``Today's rule`` becomes ``today's rule``; names in capitals stay."""
    return title[:1].lower() + title[1:] if title[1:2].islower() else title


def cell_sentences(decision: Decision, scenario: Scenario) -> Mapping[str, list[Any]]:
    """Each row of the table in words, by language."""
    rows = rows_of(decision.table)
    return {lang: [CellText(scenario, lang).sentence(row) for row in rows] for lang in ("en", "zh")}
