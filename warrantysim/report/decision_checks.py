"""What a decision rests on: prediction against simulation, other starting points, what is scarce, rounding, time."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from warrantysim.report import figures
from warrantysim.report.cell_text import CellText
from warrantysim.report.rows import rows_of
from warrantysim.report.tables import Column, indented, table, wrapped
from warrantysim.report.wording import CATALOGUE, Lang, named, period, say

if TYPE_CHECKING:
    from warrantysim.decision.decide import Decision
    from warrantysim.scenario.root import Scenario

MOST_PRICES = 8
"""Scarce things that are printed, dearest first."""
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
        if prices := self.prices():
            lines += ["", self.say("decision.scarce"), indented(prices)]
        return lines

    def sentences(self) -> Iterator[str]:
        """Prediction, rounding, order, cash alone, solver."""
        d = self.decision
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
        if d.cash_only:
            cash = d.cash_only["cash of the recommendation"] - d.cash_only["cash of the cash-only optimum"]
            full = d.cash_only["full cost of the cash-only optimum"] - d.cash_only["full cost of the recommendation"]
            yield self.say("decision.cash_only", cash=figures.whole(cash), full=figures.whole(full))
        status = named("status", d.solver.status, self.lang)
        yield self.say("decision.solver", status=status, gap=figures.share(d.solver.gap, 3))
        if not d.solver.reproducible:
            yield self.say("decision.clock")

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

    def prices(self) -> str:
        """What one more of each scarce thing would save; empty where nothing is scarce."""
        found = sorted(self.decision.solver.prices.items(), key=lambda item: -abs(item[1]))[:MOST_PRICES]
        if not found:
            return ""
        columns = [Column(say("column.scarce", self.lang)), Column(say("column.saving", self.lang), "right")]
        return table(
            columns, [[self.measure(name), figures.cents(abs(price))] for name, price in found], self.width - 2
        )

    def measure(self, name: str) -> str:
        """A shared limit in words."""
        hour = re.fullmatch(r"hours (\S+) (\d+)", name)
        if hour is None:
            return named("measure", name, self.lang)
        month = self.scenario.clock.month_label(int(hour[2]))
        return say("decision.hour", self.lang, bench=hour[1], month=month)

    def times(self) -> list[str]:
        """Where the time went, on one line."""
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
        return wrapped(text, self.width)

    def say(self, key: str, **facts: str) -> str:
        """A text with the facts every line may need."""
        days = self.scenario.horizon.days
        return say(key, self.lang, currency=self.decision.currency, period=period(days, self.lang), **facts)


def tried_name(name: str, lang: Lang) -> str:
    """What a starting point of the search is called."""
    if f"tried.{name}" in CATALOGUE:
        return say(f"tried.{name}", lang)
    if only := re.fullmatch(r"repair only by (.+)", name):
        return say("tried.only", lang, partner=only[1])
    if later := re.fullmatch(r"round (\d+)", name):
        return say("tried.round", lang, n=later[1])
    return name
