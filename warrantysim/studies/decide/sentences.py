"""A decision in sentences, each told once: of them terminal, pages, memo and workbook show what they have room for."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from warrantysim.decision.training import FEW_CLAIMS
from warrantysim.locale.wording import Lang, joined, listed, named, say
from warrantysim.money.categories import PARTS
from warrantysim.report import figures
from warrantysim.report.agent_rules import lines_told
from warrantysim.report.policy_change import sign_of
from warrantysim.report.rows import rows_of
from warrantysim.studies.decide.words import MOST_NAMED, CaseWords, CellText, in_language, lowered
from warrantysim.studies.waiting import WAITING, done_within, service_sentences, slow_sentences

if TYPE_CHECKING:
    import pandas as pd

    from warrantysim.decision.cells import CellKey
    from warrantysim.decision.changes import SharedBill
    from warrantysim.decision.decide import Decision
    from warrantysim.experiment.intervals import Difference
    from warrantysim.experiment.service import Service

Row = Mapping[str, Any]
NOTHING = 0.5
"""Amounts below this are not worth a line [reporting currency]."""


@dataclass(frozen=True)
class Sentences:
    """One decision in one language."""

    d: Decision
    words: CaseWords
    lang: Lang
    tables: Mapping[str, pd.DataFrame]
    """Its flat tables, as stored: ``ladder`` and ``law`` at least."""

    def say(self, key: str, **facts: Any) -> str:
        """A text with the facts most of them need."""
        return say(key, self.lang, currency=self.d.currency, period=self.period, **facts)

    @property
    def period(self) -> str:
        """``a year``, or the days of the horizon."""
        return self.words.period(self.lang)

    @property
    def cells(self) -> CellText:
        """Words for rows."""
        return CellText(self.words, self.lang)

    @cached_property
    def rows(self) -> list[dict[str, Any]]:
        """Rows of the decision table."""
        return rows_of(self.d.table)

    @cached_property
    def taken(self) -> list[Row]:
        """Rows whose rule changes, the most money first."""
        return sorted((row for row in self.rows if row["taken"]), key=lambda row: -row["saving"])

    # Sentences.

    @property
    def kind(self) -> str:
        """saves, unsure, worse, or keep where today's rule won."""
        return "keep" if self.d.policy.rules == self.d.now.rules else sign_of(self.d.saving)

    def title(self) -> str:
        """What this is."""
        return self.say("decision.title", title=in_language(self.words.title, self.lang))

    def basis(self) -> str:
        """What it rests on."""
        d = self.d
        level = figures.level(d.confidence)
        return self.say("decision.basis", replications=d.replications, days=self.words.days, seed=d.seed, level=level)

    def verdicts(self) -> str:
        """What its verdicts mean."""
        return self.say("decision.verdicts", floor=figures.whole(self.d.materiality))

    def now(self) -> str:
        """Today's rule by its title."""
        title = self.d.now.title
        return lowered(self.d.now.name if title is None else str(getattr(title, self.lang, title.en)))

    def answer(self) -> Iterator[str]:
        """What comes first, wherever a decision is told."""
        yield from self.summary().values()

    def summary(self) -> dict[str, str]:
        """The same by what it is about; what has nothing to say is not there."""
        told = {
            "decision": self.whole(),
            "acts": self.acts(),
            "ticked": self.ticked(),
            "service": self.service(),
            "robust": self.robust(),
            "free": self.free(),
            "in_parts": self.in_parts(),
        }
        return {key: text for key, text in told.items() if text}

    def whole(self) -> str:
        """What switching as a whole brings."""
        d, kind = self.d, self.kind
        mean, cash = float(d.saving.interval.mean), float(d.saving_cash.interval.mean)
        return self.say(
            f"decision.{self.kept_why() if kind == 'keep' else kind}",
            held=say("decision.or", self.lang).join(self.waiting_for_a_tick()),
            **amounts(d.saving, kind == "worse"),
            now=self.now(),
            share=figures.share(mean / d.cost_now if d.cost_now else math.nan),
            cost_now=figures.whole(d.cost_now),
            cash=figures.whole(cash),
            expected=figures.whole(mean - cash),
            n=len(d.tried) if kind == "keep" else figures.count(float(d.saving.needed)),
        )

    def acts(self) -> str:
        """How much of it the changes that are taken do; empty where none is."""
        taken = [change for change in self.d.changes if change.taken]
        facts = {
            "rules": sum(len(change.cells) for change in taken),
            "cells": len(self.d.table),
            "saving": figures.whole(math.fsum(change.saving for change in taken)),
            "shared": figures.signed(self.d.shared),
        }
        return self.say("decision.acts", n=len(taken), **facts) if taken else ""

    def kept_why(self) -> str:
        """Why today's rule stays: a person unticked what is recommended, what saves lets customers wait, or nothing
        surely saves."""
        if any(change.recommended for change in self.d.changes):
            return "keep_by_hand"
        return "keep_waits" if any(self.waiting_for_a_tick()) else "keep"

    def waiting_for_a_tick(self) -> Iterator[str]:
        """Each change that surely saves what it must be worth, with every bill counted, and is held because customers
        would wait longer: alone, or with all that bring its contract."""
        slow = [change for change in self.d.changes if change.because == "slow" and not change.taken]
        told: dict[object, str] = {}
        for change in slow:
            bill = change.bill
            mean, low, high = change.in_all if bill is None else (bill.saving, bill.low, bill.high)
            cells = change.cells if bill is None else bill.cells
            if not (low > 0 and mean >= self.d.materiality) or cells in told:
                continue
            ends = {
                name: figures.whole(x) for name, x in zip(("saving", "low", "high"), (mean, low, high), strict=True)
            }
            key = "waits" if bill is None else "waits_contract" if bill.new else "waits_dearer"
            contract = "" if bill is None else self.cells.contract(bill.name)
            names = self.cells.names(cells, MOST_NAMED)
            told[cells] = self.say(f"decision.{key}", names=names, contract=contract, n=len(cells), **ends)
        yield from told.values()

    def ticked(self) -> str:
        """What a person ticked otherwise than recommended; empty where nothing."""
        named = [(self.cells.contract(change.name), change) for change in self.d.changes]
        more = [name for name, change in named if change.taken and not change.recommended]
        fewer = [name for name, change in named if change.recommended and not change.taken]
        pairs = (("also", more), ("without", fewer))
        return joined(
            [self.say(f"decision.{key}", names=listed(names, self.lang)) for key, names in pairs if names], self.lang
        )

    def service(self) -> str:
        """How long customers wait by one rule and by another; with who waits longer and which promises are kept."""
        waiting = self.tables.get(WAITING)
        if waiting is not None and len(waiting):
            return joined(service_sentences(waiting, self.lang, market=self.market), self.lang)
        return service_text(self.d.service_now, self.d.service, self.lang)

    def waits_longer(self) -> Iterator[str]:
        """Where nine in ten customers surely wait longer; nothing where nobody does."""
        waiting = self.tables.get(WAITING)
        if waiting is not None:
            yield from slow_sentences(waiting, self.lang, market=self.market)

    def market(self, id: str) -> str:
        """What a market is called."""
        return in_language(self.words.markets[id], self.lang)

    def robust(self) -> str:
        """How the whole saving stands up over what is assumed; nothing where nothing was drawn."""
        found = self.d.robust
        if found is None:
            return ""
        shares = {end: figures.share(getattr(found, end), 0) for end in ("share", "low", "high")}
        return self.say("decision.robust", draws=found.draws, level=figures.level(self.d.confidence), **shares)

    def free(self) -> str:
        """What the free optimum would save more, and why it is not recommended."""
        found = self.d.free.interval
        less = figures.whole(float(found.mean)).startswith("-")
        ends = (-found.mean, -found.high, -found.low) if less else (found.mean, found.low, found.high)
        told = {name: figures.whole(float(x)) for name, x in zip(("more", "low", "high"), ends, strict=True)}
        left = sum(len(change.cells) for change in self.d.changes if not change.taken)
        return self.say("decision.free_less" if less else "decision.free", n=left, **told)

    def in_parts(self) -> str:
        """The saving in its four parts; nothing for one stored without, or where nothing changes."""
        if self.kind == "keep":
            return ""
        told = [
            say("parts.each", self.lang, part=row[0], saving=figures.signed(row[1]), interval=row[2])
            for row in whole_parts(self.d.parts, self.lang)
        ]
        return say("parts.sentence", self.lang, parts=say("bind.and", self.lang).join(told)) if told else ""

    def legend(self) -> str:
        """How to read the rules."""
        texts = [self.say("decision.legend", few=FEW_CLAIMS, step=f"{self.words.step:g}")]
        if any(row.get("bill_new") for row in self.taken):
            texts.append(self.say("decision.contract_legend"))
        return joined(texts, self.lang)

    @cached_property
    def cells_taken(self) -> frozenset[CellKey]:
        """The cells whose rule changes."""
        return frozenset(cell for change in self.d.changes if change.taken for cell in change.cells)

    def lines(self) -> str:
        """How many lines the rules for agents have."""
        return lines_told(self.d.agent_rules, self.lang)

    def groups(self) -> Iterator[str]:
        """The changes that are of several cells, by the names they are ticked by."""
        for change in self.d.changes:
            if len(change.cells) > 1 and change.taken:
                cells = listed((" ".join(map(str, cell)) for cell in change.cells), self.lang)
                saving = figures.whole(change.saving)
                yield self.say("decision.one_change", name=self.cells.contract(change.name), cells=cells, saving=saving)

    def shared_bills(self, taken: Collection[CellKey]) -> Iterator[str]:
        """What cells save with a contract that is signed for them alone, or with another bill they make dearer, of
        those a policy takes up; what is said of all of them is not said of a part."""
        for one in self._bills():
            mine = [cell for cell in one.cells if cell in taken]
            if not mine:
                continue
            facts = {"contract": self.cells.contract(one.name), "cells": self.cells.names(one.cells, MOST_NAMED)}
            if len(mine) < len(one.cells):
                yield self.say("decision.bill_part", **facts, part=self.cells.names(mine, MOST_NAMED))
                continue
            ends = {name: figures.whole(getattr(one, name)) for name in ("saving", "low", "high")}
            key = "decision.new_contract" if one.new else "decision.dearer"
            yield self.say(key, n=len(one.cells), **facts, **ends)

    def _bills(self) -> Collection[SharedBill]:
        """Each bill that changes make dearer, once."""
        return {(one.name, one.cells): one for change in self.d.changes if (one := change.bill) is not None}.values()

    def bills_unknown(self) -> str:
        """That an older decision does not tell who brings a contract; empty for one that does."""
        return "" if "bill_name" in self.d.table else self.say("decision.bills_not_stored")

    def held_bills(self) -> Iterator[str]:
        """What is left of changes that are held once such a bill is counted."""
        for one in self._bills():
            if not self.cells_taken.isdisjoint(one.cells):
                continue
            facts = {name: figures.whole(getattr(one, name)) for name in ("saving", "low", "high")}
            key = "decision.held_contract" if one.new else "decision.held_bill"
            cells = self.cells.names(one.cells, MOST_NAMED)
            text = self.say(key, contract=self.cells.contract(one.name), cells=cells, n=len(one.cells), **facts)
            drawn = (
                [] if math.isnan(one.share) else [self.say("decision.held_drawn", share=figures.share(one.share, 0))]
            )
            yield joined([text, *drawn], self.lang)

    def kept_legend(self) -> str:
        """How to read what is left as it is, and how to tick it."""
        texts = [self.say("decision.kept_legend", share=figures.share(self.words.robust_share, 0))]
        if (most := self.words.longest_rise) is not None:
            texts.append(self.say("decision.kept_slow", most=f"{most:g}"))
        return joined(texts, self.lang)

    def head(self, name: str) -> str:
        """The heading of a column."""
        return say(f"column.{name}", self.lang)

    # The ladder.

    def ladder(self) -> Iterator[str]:
        """What the ladder saves and costs, and how many rows of their own it has; nothing without one."""
        found = self.d.ladder
        if found is None or found.saving is None or found.dearer is None:
            return
        yield self.say("ladder.answer", lines=found.lines, **amounts(found.saving))
        mean, *ends = (float(getattr(found.dearer.interval, end)) for end in ("mean", "low", "high"))
        if ends[0] <= 0 <= ends[1]:
            key, told = "alike", [figures.signed(x) for x in ends]
        else:
            key = "dearer" if mean > 0 else "cheaper"
            told = [figures.whole(x) for x in sorted(abs(x) for x in ends)]
        sizes = {"size": figures.whole(abs(mean)), "difference": figures.signed(mean)}
        yield self.say(f"ladder.{key}", **sizes, size_low=told[0], size_high=told[1])
        own = sum(len(step.cell) > 1 for step in found.steps)
        floor = figures.whole(self.d.materiality)
        yield self.say("ladder.exceptions" if own else "ladder.none", n=own, floor=floor)

    def ladder_lines(self) -> list[str]:
        """Its lines in words, in the order they apply."""
        lines = []
        for row in rows_of(self.tables["ladder"]):
            line = str(row.get(f"title_{self.lang}", row["title_en"]))
            own = math.isfinite(row["saves"])
            lines.append(self.say("ladder.line", line=line, saves=figures.whole(row["saves"])) if own else line)
        return lines

    # What it rests on.

    def checks(self) -> Iterator[str]:
        """Years, prediction, rounding, order, cash alone, solver."""
        d = self.d
        years = {"learned": d.learned_on, "chosen": d.chosen_on, "judged": d.judged_on, "confirmed": d.replications}
        yield self.say("decision.years", n=len(d.tried), **{name: str(n) for name, n in years.items()})
        fresh = float(d.saving.interval.mean)
        saved = {"predicted": d.predicted_saving, "selected": d.selected_saving, "confirmed": fresh}
        yield self.say("decision.predicted", **{name: figures.whole(x) for name, x in saved.items()})
        rough = amounts(d.rounding_cost)
        yield self.say("decision.rounded", step=f"{self.words.step:g}", cost=rough.pop("saving"), **rough)
        yield from self._order()
        yield from self._cash_only()
        status = named("status", d.solver.status, self.lang)
        yield self.say("decision.solver", status=status, gap=figures.share(d.solver.gap, 3))
        if not d.solver.reproducible:
            yield self.say("decision.clock")
        elif d.solver.status == "gap":
            yield self.say("decision.nodes")

    def _order(self) -> Iterator[str]:
        """What the canonical order costs; nothing where the scenario does not ask for it."""
        if not self.words.ordered:
            return
        rows = rows_of(self.d.order_regret)
        cost = sum(row["regret"] for row in rows)
        if cost < NOTHING:
            yield self.say("decision.order_free")
            return
        dearest = max(rows, key=lambda row: row["regret"])
        yield self.say("decision.order", cost=figures.whole(cost), cell=self.cells.name(dearest))

    def _cash_only(self) -> Iterator[str]:
        """What rules chosen for cash alone would cost beside the recommendation."""
        alone = self.d.cash_only
        if alone is None:
            return
        if alone.policy.rules == self.d.policy.rules:
            yield self.say("decision.cash_same")
            return
        told: dict[str, str] = {}
        for name, difference in (("cash", alone.cash), ("full", alone.total)):
            found = difference.interval
            ends = {name: found.mean, f"{name}_low": found.high, f"{name}_high": found.low}
            told |= {key: figures.signed(-float(x)) for key, x in ends.items()}
        yield self.say("decision.cash_only", **told)

    def times(self, memory: float | None = None) -> Iterator[str]:
        """Where the time went, and the most memory taken where it is known [MB]."""
        spent = {stage: seconds for stage, seconds in self.d.seconds.items() if stage}
        parts = [
            self.say("decision.part", stage=named("stage", stage, self.lang), seconds=f"{seconds:.1f}")
            for stage, seconds in spent.items()
        ]
        total = f"{math.fsum(spent.values()):.0f}"
        yield self.say("decision.seconds", total=total, parts=say("rule.and", self.lang).join(parts))
        if memory is not None:
            yield self.say("decision.memory", memory=figures.whole(memory))


def service_text(now: Service, new: Service, lang: Lang) -> str:
    """How long customers wait by one rule and by another."""
    days = {"p50_now": now.p50, "p50": new.p50, "p90_now": now.p90, "p90": new.p90}
    return done_within(days, lang)


def amounts(found: Difference, turned: bool = False) -> dict[str, str]:
    """A saving with its ends as text; ``turned``: told as what is paid more."""
    sign = -1.0 if turned else 1.0
    low, high = sorted((sign * float(found.interval.low), sign * float(found.interval.high)))
    mean = sign * float(found.interval.mean)
    return {"saving": figures.whole(mean), "low": figures.whole(low), "high": figures.whole(high)}


def whole_parts(parts: Mapping[str, Difference], lang: Lang) -> list[tuple[str, float, str]]:
    """The parts of a whole saving: title, amount [reporting currency], interval; nothing for one stored without."""
    found = [(named("part", name, lang), parts[name].interval) for name in PARTS if name in parts]
    return [(name, float(one.mean), figures.interval(float(one.low), float(one.high))) for name, one in found]


def cell_parts(row: Row, lang: Lang) -> list[tuple[str, float, str]]:
    """The same of a row of a decision table."""
    if math.isnan(row.get(f"part_{PARTS[0]}", math.nan)):
        return []
    ends = [figures.interval(row[f"part_{name}_low"], row[f"part_{name}_high"]) for name in PARTS]
    return [(named("part", n, lang), float(row[f"part_{n}"]), text) for n, text in zip(PARTS, ends, strict=True)]
