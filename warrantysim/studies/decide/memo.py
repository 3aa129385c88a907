"""The decision memo: one or two printed pages that say what to decide, why, how sure it is, and who signed."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal

from warrantysim.locale.wording import Lang, period, say, so_many, titled
from warrantysim.present.blocks import Block, Chart, Column, Points, Sentence, TableOf
from warrantysim.present.html import Article, html_page
from warrantysim.report import figures
from warrantysim.report.doers import partner_titles
from warrantysim.report.field_names import full_name, unit_name
from warrantysim.report.policy_change import PolicyChange
from warrantysim.report.rows import rows_of
from warrantysim.studies.decide.sentences import amounts, whole_parts
from warrantysim.studies.decide.told import Told
from warrantysim.studies.decide.words import CaseWords, CellText, lowered, widest

if TYPE_CHECKING:
    from warrantysim.decision.decide import Decision
    from warrantysim.report.charts.bridge import Waterfall
    from warrantysim.report.charts.theme import Look, Picture
    from warrantysim.schema.assumptions import Assumption
    from warrantysim.studies.study import AnyStudy, Stored

Status = Literal["DRAFT", "APPROVED"]
MOST_CELLS, MOST_ASSUMED = 8, 5
"""Rules and assumptions that are shown."""
LIMITS = ("luck", "prices", "estimates", "demand", "seller")
"""What is not modelled, most weighty first."""
CONFIRMED = 3
"""Sentences of a decision's checks that say how it was confirmed: years, prediction against simulation, rounding."""
TOLERANCE = 0.01
"""Sums this close are the same [reporting currency]."""
LONGEST = 160
"""Characters of a name that are shown [count]."""
LONGEST_SENTENCE = 2000
"""Characters of what a study tells [count]."""


@dataclass(frozen=True)
class Signature:
    """One line of the sign-off block."""

    role: str
    """proposed, approved, effective or withdrawn."""
    who: str
    """Name; empty where somebody is still to sign [text]."""
    on: str
    """Day [date]; empty likewise."""
    note: str = ""
    """What was said with it [text]."""


TO_SIGN = (Signature("proposed", "", ""), Signature("approved", "", ""))
"""The block of a memo nobody has signed."""


@dataclass(frozen=True)
class Provenance:
    """By which run, of which model, the figures were made."""

    run_id: str = ""
    """The stored run of the decision; empty where nothing was stored."""
    confirmed_by: str = ""
    """The stored run in which the rules were simulated."""
    model: str = ""
    """The model that made it: version and digest of its sources."""
    made: str = ""
    """When [UTC, ISO 8601]."""
    packages: Mapping[str, str] = field(default_factory=dict)
    """Versions of the packages it rests on."""
    intact: bool | None = None
    """Whether the stored files are those that were written; None where nothing was stored."""


@dataclass(frozen=True)
class Memo:
    """Everything a memo says."""

    change: PolicyChange
    """The policies, as simulated on the same claims."""
    decision: Decision | None = None
    """The decision that found the new policy, where one did."""
    provenance: Provenance = Provenance()
    """Where the figures come from."""
    status: Status = "DRAFT"
    """DRAFT, or APPROVED once signed."""
    signatures: tuple[Signature, ...] = TO_SIGN
    """Who answers for it."""
    effective_from: str = ""
    """First day in force, as decided, else as proposed; empty where it is neither [date]."""
    proposed: bool = False
    """Whether that day is only proposed."""
    changes: tuple[str, ...] = ()
    """What the scenario changes of its base, a line each."""
    studies: tuple[tuple[AnyStudy, Stored], ...] = ()
    """What studies of the same scenario found that says how far the change holds."""

    @cached_property
    def checks(self) -> list[Check]:
        """Two ways to the same sum, side by side."""
        return list(_checks(self))


@dataclass(frozen=True)
class Check:
    """One check of a memo."""

    key: str
    """What is held against what, a key of the catalogue after ``memo.check.``."""
    passed: bool
    one: float = math.nan
    """The sum one way; NaN where the check is not about sums [reporting currency]."""
    other: float = math.nan
    """The sum the other way [reporting currency]."""


def _checks(memo: Memo) -> Iterator[Check]:
    change, result = memo.change, memo.change.result
    lines, total = result.costs(("category",)), change.line("total")
    for key, place, told in (("ledger_now", change.now, total.now), ("ledger_new", change.new, total.new)):
        yield _same(key, math.fsum(lines["mean"][lines["policy"] == result.names[place]].astype(float)), told)
    whole = float(change.saving.interval.mean)
    yield _same("cells", math.fsum(change.table["saving"].astype(float)) + change.shared, whole)
    yield _same("parts", float(change.saving_cash.interval.mean) + float(change.saving_expected.interval.mean), whole)
    yield _same("four_parts", math.fsum(float(part.interval.mean) for part in change.parts.values()), whole)
    decision = memo.decision
    if decision is not None and change.policies[1].rules == decision.policy.rules:
        yield _same("decision", whole, float(decision.saving.interval.mean))
    yield Check("complete", not result.failures)
    if memo.provenance.intact is not None:
        yield Check("stored", memo.provenance.intact)


def _same(key: str, one: float, other: float) -> Check:
    return Check(key, abs(one - other) <= TOLERANCE, one, other)


def decision_memo(memo: Memo, langs: Sequence[Lang] = ("en",)) -> str:
    """The memo as HTML.

    Raises
    ------
    ValueError
        If no language is asked for.
    """
    articles = [memo_article(memo, lang) for lang in langs]
    return html_page(f"{articles[0].title if articles else ''} {memo.provenance.run_id[:12]}".strip(), articles)


def memo_article(memo: Memo, lang: Lang) -> Article:
    """The memo in one language."""
    s = memo.change.scenario
    marks = [(say(f"memo.{memo.status.lower()}", lang), f"status {memo.status}")]
    if memo.effective_from:
        key = "memo.effective_proposed" if memo.proposed else "memo.effective"
        marks.append((say(key, lang, day=memo.effective_from), "soft"))
    title = say("memo.title", lang, title=shortened(titled(s.title, s.name, lang)))
    return Article(lang, title, MemoText(memo, lang).blocks(), marks)


@dataclass(frozen=True)
class MemoText:
    """A memo's sections in one language."""

    memo: Memo
    lang: Lang

    def say(self, key: str, **facts: Any) -> str:
        """A text of the memo, with the facts most of them need."""
        c = self.memo.change
        when = period(c.scenario.horizon.days, self.lang)
        return say(key, self.lang, currency=c.currency, period=when, **facts)

    @cached_property
    def told(self) -> Told | None:
        """The decision that found the new policy, told; None where none did."""
        d = self.memo.decision
        return None if d is None else Told.of(d, self.memo.change.scenario, self.lang)

    def blocks(self) -> list[Block]:
        """Every section, those that have nothing to say left out."""
        sections: dict[str, Callable[[], list[Block]]] = {
            "memo.decision": self.asked,
            "memo.recommendation": self.recommendation,
            "ladder.title": lambda: [] if self.told is None else self.told.ladder_blocks(),
            "memo.table": self.compared,
            "memo.parts": self.saved,
            "memo.bridge": lambda: [Chart("bridge", self._bridge)],
            "memo.cells": self.cells,
            "memo.mind": lambda: [Points(list(self._turning()) or [self.say("memo.no_study")])],
            "memo.assumptions": self.assumptions,
            "memo.law": self.law,
            "memo.how": self.confirmed,
            "memo.limits": lambda: [Points([self.say(f"memo.limit.{key}") for key in LIMITS])],
            "memo.checks": self.checked,
            "memo.sign": self.signed,
            "memo.provenance": self.provenance,
        }
        out: list[Block] = []
        for key, section in sections.items():
            if found := section():
                out += [Sentence(say(key, self.lang), "head"), *found]
        return out

    def asked(self) -> list[Block]:
        """What is to be decided; a policy an optimizer found has no name of its own."""
        c, s = self.memo.change, self.memo.change.scenario
        now, new = c.policies
        fallback = say("policy.title", self.lang) if self.memo.decision is not None else new.name
        called = titled(now.title, now.name, self.lang), titled(new.title, fallback, self.lang)
        names = {side: shortened(lowered(name)) for side, name in zip(("now", "new"), called, strict=True)}
        claims = figures.whole(float(c.table["claims"].sum()))
        counts = {
            things: so_many(things, len(rows), self.lang)
            for things, rows in (("products", s.skus), ("markets", s.markets))
        }
        return [Sentence(self.say("memo.asked", claims=claims, **counts, **names))]

    def recommendation(self) -> list[Block]:
        """What the decision that chose exactly these rules says first of them, word for word; of other rules the
        recommendation in a sentence, with its interval, and what of it is cash."""
        c = self.memo.change
        if c.decided is not None:
            first, *more = Told.of(c.decided, c.scenario, self.lang, c.waiting).answer()
            return [Sentence(first, "answer"), *(Sentence(said, "note") for said in more)]
        total, mean = c.line("total").now, float(c.saving.interval.mean)
        level, share = figures.level(c.result.level), figures.share(mean / total if total else math.nan)
        text = self.say(f"memo.{c.kind}", level=level, share=share, **amounts(c.saving, c.kind == "worse"))
        cash, expected = (figures.signed(float(x.interval.mean)) for x in (c.saving_cash, c.saving_expected))
        return [Sentence(text, "answer"), Sentence(self.say("memo.split", cash=cash, expected=expected), "note")]

    def compared(self) -> list[Block]:
        """Today beside the proposal: money with cash and expected apart, days, what becomes of claims."""
        c, rows = self.memo.change, []
        printed = c.as_printed()
        for line in c.lines:
            days = line.measure.startswith("days")
            text, change = (figures.days, "{:+.1f}".format) if days else (figures.whole, figures.signed)
            now, new = printed[line.measure]
            low, high = (change(float(x)) for x in (line.change.low, line.change.high))
            ends = f"{low} .. {high}"
            rows.append((self.say(f"memo.row.{line.measure}"), text(now), text(new), change(new - now), ends))
        level = figures.level(c.result.level)
        caption = self.say("memo.table_caption", replications=len(c.result.complete), level=level)
        return [
            self._table("compared", ("line", "now", "new", "change", "interval"), rows, 4),
            Sentence(caption, "legend"),
        ]

    def saved(self) -> list[Block]:
        """The saving in its four parts, customers who give up among them."""
        c = self.memo.change
        if c.kind == "keep":
            return []
        parts, whole = whole_parts(c.parts, self.lang), c.saving.interval
        told = figures.adding([mean for _, mean, _ in parts], float(whole.mean))
        rows = [(name, figures.signed(mean), ends) for (name, _, ends), mean in zip(parts, told, strict=True)]
        ends = figures.interval(float(whole.low), float(whole.high))
        rows.append((self.say("memo.whole"), figures.signed(float(whole.mean)), ends))
        table = self._table("parts", ("part", "saves", "interval"), rows, 2)
        return [table, Sentence(self.say("memo.parts_caption"), "legend")]

    def _bridge(self, look: Look) -> Picture:
        """The waterfall from today's cost to the proposal's."""
        from warrantysim.report.charts.bridge import bridge_chart

        c, ends = self.memo.change, (self.say("memo.bridge_now"), self.say("memo.bridge_new"))
        return bridge_chart(self.fall(), c.currency, *ends, days=c.scenario.horizon.days, look=look)

    def fall(self) -> Waterfall:
        """The steps between both costs, over the horizon as all else in a memo; a comparison has them a year."""
        from warrantysim.analysis.bridge import category_bridge
        from warrantysim.analysis.cases import per_year
        from warrantysim.analysis.comparison import comparison_of
        from warrantysim.report.charts.bridge import Waterfall

        c = self.memo.change
        steps, *sums = Waterfall.of(
            category_bridge(comparison_of([("now", c.result, c.now), ("new", c.result, c.new)], 0), 1)
        )
        years = per_year(c.scenario)
        return Waterfall(steps.assign(adds=steps["adds"] / years), *(x / years for x in sums))

    def cells(self) -> list[Block]:
        """The rules that change, largest effect first."""
        c = self.memo.change
        rows = sorted(c.rows, key=lambda row: -abs(float(row["saving"])))
        if not rows:
            return []
        text = CellText(CaseWords.of(c.scenario), self.lang)
        savings, left, whole = [float(row["saving"]) for row in rows], rows[MOST_CELLS:], c.saving.interval
        further = [math.fsum(savings[MOST_CELLS:])] if left else []
        shared = float(whole.mean) - math.fsum(savings)
        printed = figures.adding([*savings[:MOST_CELLS], *further, shared], float(whole.mean))
        shown = [
            (shortened(text.name(row)), text.now(row), text.new(row), text.verdict(row),
             f"{figures.days(row['days_p90_now'])} → {figures.days(row['days_p90'])}", figures.signed(saves),
             figures.interval(row["saving_low"], row["saving_high"]))
            for row, saves in zip(rows[:MOST_CELLS], printed, strict=False)
        ]  # fmt: skip
        rest = ("",) * 4
        if left:
            shown.append((self.say("memo.further", n=len(left)), *rest, figures.signed(printed[-2]), ""))
        ends = figures.interval(float(whole.low), float(whole.high))
        shown.append((self.say("memo.shared"), *rest, figures.signed(printed[-1]), ""))
        shown.append((self.say("memo.whole"), *rest, figures.signed(float(whole.mean)), ends))
        caption = self.say("memo.cells_caption", n=len(rows), shown=min(len(rows), MOST_CELLS))
        table = self._table("cells", ("cell", "now", "new", "verdict", "days", "saves", "interval"), shown, 3)
        taken = [tuple(row[key] for key in c.scenario.decision.cell) for row in rows]
        found = () if self.told is None else self.told.shared_bills(taken)
        return [table, Sentence(caption, "legend"), *(Sentence(text, "legend") for text in found)]

    def _turning(self) -> Iterator[str]:
        """What stored studies say would turn the recommendation."""
        for study, stored in self.memo.studies:
            yield from (shortened(text, LONGEST_SENTENCE) for text in study.turning(stored, self.lang))

    def assumptions(self) -> list[Block]:
        """The assumptions that matter most, each with its range, source and mark."""
        scenario = self.memo.change.scenario
        swings = (study.swings(stored) for study, stored in self.memo.studies)
        tornado = next((frame for frame in swings if frame is not None), None)
        stated = {row.path: row for row in scenario.assumptions}
        if not stated and tornado is None:
            return [Sentence(self.say("memo.assumed_none"))]
        heads = ["assumption", "source", "stated", "range"]
        if tornado is None:
            rows = [self._assumed(row, row.path) for row in widest(scenario)[:MOST_ASSUMED]]
        else:
            heads.append("effect")
            # The tornado holds new less now: a saving is the other way round.
            rows = [
                (*self._assumed(stated.get(one["input"]), one["input"]),
                 figures.interval(*sorted((-one["at_low"], -one["at_high"]))))
                for one in rows_of(tornado)[:MOST_ASSUMED]
            ]  # fmt: skip
        caption = self.say("memo.assumed" if tornado is None else "memo.assumed_ranked", n=len(stated))
        return [self._table("assumptions", heads, rows, len(heads) - 2), Sentence(caption, "legend")]

    def _assumed(self, row: Assumption | None, path: str) -> tuple[str, ...]:
        from warrantysim.experiment.levers import Lever
        from warrantysim.schema.errors import ScenarioError

        try:
            value = f"{Lever(path).stated(self.memo.change.scenario):g}"
        except (ValueError, ScenarioError):
            value = ""
        name = shortened(full_name(path, self.lang, partner_titles(self.memo.change.scenario)))
        if row is None:
            return name, "", value, ""
        ends = f"{row.low:g} .. {row.high:g} {shortened(unit_name(row.unit, self.lang))}"
        return f"{name}\n{shortened(row.reason)}", f"{shortened(row.source)} ({row.mark})", value, ends

    def law(self) -> list[Block]:
        """What the law costs; nothing where no decision says or nothing is demanded."""
        table = None if self.told is None else self.told.law()
        return [] if self.told is None or table is None else [table, Sentence(self.told.law_legend(), "legend")]

    def confirmed(self) -> list[Block]:
        """How the figures were come by, and what the scenario changes of its base."""
        said = [self.say("memo.same_claims", n=len(self.memo.change.result.complete))]
        if self.told is not None:
            said += [text for text, _ in zip(self.told.checks(), range(CONFIRMED), strict=False)]
        if self.memo.changes:
            said.append(self.say("memo.changed", changes=shortened("; ".join(self.memo.changes), 600)))
        return [Points(said)]

    def checked(self) -> list[Block]:
        """Every check with both of its sums."""
        found = self.memo.checks
        rows = [
            (self.say(f"memo.check.{one.key}"), figures.cents(one.one), figures.cents(one.other),
             self.say("memo.ok" if one.passed else "memo.not_ok"))
            for one in found
        ]  # fmt: skip
        text = self.say("memo.passed", n=len(found), passed=sum(check.passed for check in found))
        return [self._table("checks", ("check", "first", "other", "result"), rows, 3), Sentence(text, "legend")]

    def signed(self) -> list[Block]:
        """The sign-off block; who proposed and approved alone is told so."""
        signatures = self.memo.signatures
        rows = [(self.say(f"memo.sign.{s.role}"), shortened(s.who), s.on, shortened(s.note, 300)) for s in signatures]
        by = {s.role: s.who.strip().casefold() for s in signatures}
        alone = by.get("approved") and by.get("approved") == by.get("proposed")
        warning = [Sentence(self.say("memo.sign.same"), "warn")] if alone else []
        return [self._table("sign", ("role", "name", "day", "note"), rows, 0), *warning]

    def provenance(self) -> list[Block]:
        """Run, scenario, model, seed and versions."""
        from warrantysim.schema.digest import digest
        from warrantysim.version import __version__

        p, c = self.memo.provenance, self.memo.change
        facts = {
            "run": p.run_id,
            "confirmed_by": p.confirmed_by,
            "scenario": shortened(c.scenario.name),
            "digest": digest(c.scenario),
            "model": p.model or f"warrantysim {__version__}",
            "seed": str(c.result.seed),
            "replications": str(len(c.result.complete)),
            "made": f"{p.made[:10]} {p.made[11:16]} UTC" if p.made else "",
            "packages": ", ".join(f"{name} {version}" for name, version in p.packages.items()),
        }
        return [
            self._table(
                "provenance", ("", ""), [(self.say(f"memo.fact.{k}"), text) for k, text in facts.items() if text], 0
            )
        ]

    def _table(self, name: str, heads: Sequence[str], rows: Sequence[Sequence[str]], numbers: int) -> TableOf:
        """A table of texts whose last columns, ``numbers`` of them, are figures."""
        import pandas as pd

        texts = len(heads) - numbers
        columns = [
            Column(str(k), self.say(f"memo.column.{head}") if head else "", "text" if k < texts else "whole")
            for k, head in enumerate(heads)
        ]
        frame = pd.DataFrame([list(row) for row in rows], columns=[column.key for column in columns])
        return TableOf(name, "", frame, columns)


def shortened(text: str, most: int = LONGEST) -> str:
    """A name as long as a page can bear."""
    return text if len(text) <= most else f"{text[:most]}..."
