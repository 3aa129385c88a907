"""The decision for people: the whole, what to change first, the rules, what they rest on, where the time went."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from warrantysim.locale.wording import Lang, period, say, titled
from warrantysim.report import figures
from warrantysim.report.agent_rules import lines_told
from warrantysim.report.cell_text import CellText
from warrantysim.report.decision_checks import DecisionChecks
from warrantysim.report.decision_tables import DecisionTables
from warrantysim.report.ladder_text import ladder_part
from warrantysim.report.law_report import law_section
from warrantysim.report.rows import rows_of
from warrantysim.report.saving_parts import of_whole, sentence
from warrantysim.report.tables import heading, listed, wrapped

if TYPE_CHECKING:
    from warrantysim.decision.decide import Decision
    from warrantysim.experiment.service import Service
    from warrantysim.schema.root import Scenario

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
    sections = [*page.head(), *changed(changes, lang, width), *page.answer()]
    sections += ladder_part(decision, scenario, lang, width)
    if top := page.tables.top(MOST_ON_TOP):
        sections += [heading(say("decision.top", lang)), listed(top, width)]
    sections += [heading(say("decision.rules", lang)), page.rules(), *page.groups(), *page.legend()]
    if kept := page.tables.kept():
        sections += [heading(say("decision.kept", lang)), kept, *page.kept_legend()]
    if parts := page.tables.parts(decision.parts, decision.shared_parts):
        parts_legend = wrapped(say("decision.parts_legend", lang), width)
        sections += [heading(say("decision.parts", lang)), parts, "", *parts_legend]
    if details := page.tables.details():
        sections += [heading(say("decision.details", lang)), details, *page.details_legend()]
    sections += law_section(decision, scenario, lang, width)
    checks = DecisionChecks(decision, scenario, lang, width)
    sections += [heading(say("decision.checks", lang)), *checks.lines()]
    sections += [heading(say("decision.time", lang)), *checks.times(memory), "", page.provenance()]
    return "\n".join(sections)


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
        taken = [change for change in d.changes if change.taken]
        if taken:
            yield say(
                "decision.acts",
                self.lang,
                changes=len(taken),
                rules=sum(len(change.cells) for change in taken),
                cells=len(d.table),
                currency=d.currency,
                saving=figures.whole(math.fsum(change.saving for change in taken)),
                shared=figures.signed(d.shared),
            )
        if tick := ticked_text(d, self.lang):
            yield tick
        yield service_text(d.service_now, d.service, self.lang)
        if d.robust is not None:
            yield robust_text(d, self.lang)
        yield free_text(d, self.period, self.lang)
        if parts := of_whole(d.parts, self.lang):
            yield sentence(parts, self.lang)

    def rules(self) -> str:
        """The rules, one row a cell, with what cells share and the whole."""
        d = self.decision
        whole = {name: float(getattr(d.saving.interval, name)) for name in ("mean", "low", "high")}
        shared = {"mean": d.shared, "low": math.nan, "high": math.nan}
        return self.tables.rules(shared, whole)

    def groups(self) -> list[str]:
        """The changes that are of several cells, by the names they are ticked by."""
        return [
            line
            for change in self.decision.changes
            if len(change.cells) > 1 and change.taken
            for line in wrapped(
                say(
                    "decision.one_change",
                    self.lang,
                    name=change.name,
                    cells=", ".join(" ".join(map(str, cell)) for cell in change.cells),
                    currency=self.decision.currency,
                    saving=figures.whole(change.saving),
                    period=self.period,
                ),
                self.width,
            )
        ]

    def kept_legend(self) -> list[str]:
        """How to read what is left as it is, and how to tick it."""
        most = self.scenario.decision.max_p90_rise_days
        text = say("decision.kept_legend", self.lang, share=figures.share(self.scenario.decision.robust_share, 0))
        if most is not None:
            text += ("" if self.lang == "zh" else " ") + say("decision.kept_slow", self.lang, most=f"{most:g}")
        return ["", *wrapped(text, self.width)]

    def legend(self) -> list[str]:
        """How to read the rules."""
        from warrantysim.decision.table import FEW_CLAIMS

        step = f"{self.scenario.decision.rounding:g}"
        legend = wrapped(say("decision.legend", self.lang, few=FEW_CLAIMS, step=step), self.width)
        return ["", *legend, *wrapped(lines_told(self.decision.agent_rules, self.lang), self.width)]

    def details_legend(self) -> list[str]:
        """How to read what stands behind them."""
        return ["", *wrapped(say("decision.details_legend", self.lang), self.width)] if self.tables.cut_points else []

    def provenance(self) -> str:
        """Version, scenario and seed."""
        from warrantysim.schema.digest import digest
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


def service_text(now: Service, new: Service, lang: Lang) -> str:
    """How long customers wait by one rule and by another."""
    return say(
        "decision.service",
        lang,
        p50_now=figures.days(now.p50),
        p50=figures.days(new.p50),
        p90_now=figures.days(now.p90),
        p90=figures.days(new.p90),
    )


def robust_text(decision: Decision, lang: Lang) -> str:
    """How the whole saving stands up over what is assumed; nothing where nothing was drawn."""
    found = decision.robust
    if found is None:
        return ""
    shares = {end: figures.share(getattr(found, end), 0) for end in ("share", "low", "high")}
    return say("decision.robust", lang, draws=found.draws, level=figures.level(decision.confidence), **shares)


def free_text(decision: Decision, period: str, lang: Lang) -> str:
    """What the free optimum would save more, and why it is not recommended."""
    found = decision.free.interval
    left = [change for change in decision.changes if not change.taken]
    return say(
        "decision.free",
        lang,
        currency=decision.currency,
        more=figures.signed(float(found.mean)),
        low=figures.signed(float(found.low)),
        high=figures.signed(float(found.high)),
        period=period,
        n=sum(len(change.cells) for change in left),
    )


def ticked_text(decision: Decision, lang: Lang) -> str:
    """What a person ticked otherwise than recommended; empty where nothing."""
    more = [change.name for change in decision.changes if change.taken and not change.recommended]
    fewer = [change.name for change in decision.changes if change.recommended and not change.taken]
    said = [
        say(f"decision.{key}", lang, names=", ".join(names))
        for key, names in (("also", more), ("without", fewer))
        if names
    ]
    return ("" if lang == "zh" else " ").join(said)


def lowered(title: str) -> str:
    """A title inside a sentence: ``Today's rule`` becomes ``today's rule``; names in capitals stay."""
    return title[:1].lower() + title[1:] if title[1:2].islower() else title


def cell_sentences(decision: Decision, scenario: Scenario) -> Mapping[str, list[Any]]:
    """Each row of the table in words, by language."""
    rows = rows_of(decision.table)
    return {lang: [CellText(scenario, lang).sentence(row) for row in rows] for lang in ("en", "zh")}
