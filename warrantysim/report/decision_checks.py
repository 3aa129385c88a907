"""What a decision rests on: prediction against simulation, other starting points, what is scarce, rounding, time."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from warrantysim.locale.wording import Lang, known, named, period, say
from warrantysim.report import figures
from warrantysim.report.cell_text import CellText
from warrantysim.report.decision_binds import scarce
from warrantysim.report.rows import rows_of
from warrantysim.report.tables import Column, indented, table, wrapped

if TYPE_CHECKING:
    from warrantysim.decision.decide import Decision
    from warrantysim.schema.root import Scenario

NOTHING = 0.5
"""Amounts below this are not worth a line [reporting currency]."""


@dataclass(frozen=True)
class DecisionChecks:
    """One decision in one language at one width."""

    decision: Decision
    scenario: Scenario
    lang: Lang
    width: int

    def lines(self) -> list[str]:
        """Everything, line by line."""
        lines = [line for text in self.sentences() for line in wrapped(text, self.width)]
        lines += ["", self.say("decision.tried"), indented(self.tried())]
        lines += ["", self.say("decision.scarce")]
        for text in scarce(self.decision, self.scenario, self.lang):
            lines += indented("\n".join(wrapped(text, self.width - 2))).split("\n")
        return lines

    def sentences(self) -> Iterator[str]:
        """Years, prediction, rounding, order, cash alone, solver."""
        d = self.decision
        yield self.say(
            "decision.years",
            learned=str(d.learned_on),
            chosen=str(d.chosen_on),
            judged=str(d.judged_on),
            confirmed=str(d.replications),
            n=str(len(d.tried)),
        )
        yield self.say(
            "decision.predicted",
            predicted=figures.whole(d.predicted_saving),
            selected=figures.whole(d.selected_saving),
            confirmed=figures.whole(float(d.saving.interval.mean)),
        )
        rough = d.rounding_cost.interval
        yield self.say(
            "decision.rounded",
            step=f"{self.scenario.decision.rounding:g}",
            cost=figures.whole(float(rough.mean)),
            low=figures.whole(float(rough.low)),
            high=figures.whole(float(rough.high)),
        )
        yield from self.order()
        yield from self.cash_only()
        status = named("status", d.solver.status, self.lang)
        yield self.say("decision.solver", status=status, gap=figures.share(d.solver.gap, 3))
        if not d.solver.reproducible:
            yield self.say("decision.clock")
        elif d.solver.status == "gap":
            yield self.say("decision.nodes")

    def cash_only(self) -> Iterator[str]:
        """What rules chosen for cash alone would cost beside the recommendation."""
        alone = self.decision.cash_only
        if alone is None:
            return
        if alone.policy.rules == self.decision.policy.rules:
            yield self.say("decision.cash_same")
            return
        cash, full = alone.cash.interval, alone.total.interval
        yield self.say(
            "decision.cash_only",
            cash=figures.signed(-float(cash.mean)),
            cash_low=figures.signed(-float(cash.high)),
            cash_high=figures.signed(-float(cash.low)),
            full=figures.signed(-float(full.mean)),
            full_low=figures.signed(-float(full.high)),
            full_high=figures.signed(-float(full.low)),
        )

    def order(self) -> Iterator[str]:
        """What the canonical order costs; nothing where the scenario does not ask for it."""
        if not self.scenario.decision.canonical_order:
            return
        rows = rows_of(self.decision.order_regret)
        cost = sum(row["regret"] for row in rows)
        if cost < NOTHING:
            yield self.say("decision.order_free")
            return
        dearest = max(rows, key=lambda row: row["regret"])
        cell = CellText(self.scenario, self.lang).name(dearest)
        yield self.say("decision.order", cost=figures.whole(cost), cell=cell)

    def tried(self) -> str:
        """Rules simulated on the choosing replications, cheapest first."""
        tried = sorted(self.decision.tried, key=lambda t: t.cost)
        rows = [[tried_name(t.name, self.lang), figures.whole(t.cost)] for t in tried]
        columns = [Column(say("column.policy", self.lang)), Column(say("column.simulated", self.lang), "right")]
        return table(columns, rows, self.width - 2)

    def times(self, memory: float | None = None) -> list[str]:
        """Where the time went, and the most memory taken where it is known [MB]."""
        spent = {stage: seconds for stage, seconds in self.decision.seconds.items() if stage}
        parts = [
            say("decision.part", self.lang, stage=named("stage", stage, self.lang), seconds=f"{seconds:.1f}")
            for stage, seconds in spent.items()
        ]
        text = say(
            "decision.seconds",
            self.lang,
            total=f"{math.fsum(spent.values()):.0f}",
            parts=say("rule.and", self.lang).join(parts),
        )
        lines = wrapped(text, self.width)
        if memory is not None:
            lines += wrapped(say("decision.memory", self.lang, memory=figures.whole(memory)), self.width)
        return lines

    def say(self, key: str, **facts: str) -> str:
        """A text with the facts every line may need."""
        days = self.scenario.horizon.days
        return say(key, self.lang, currency=self.decision.currency, period=period(days, self.lang), **facts)


def tried_name(name: str, lang: Lang) -> str:
    """What a starting point of the search is called."""
    if known(f"tried.{name}"):
        return say(f"tried.{name}", lang)
    if only := re.fullmatch(r"repair only by (.+)", name):
        return say("tried.only", lang, partner=only[1])
    if later := re.fullmatch(r"round (\d+)", name):
        return say("tried.round", lang, n=later[1])
    return name
