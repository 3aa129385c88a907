"""The evidence file of a claim: what a marketplace's dispute asks for, in its order, from the claim's story.

Dispatch, return, correspondence, photos, concessions; then test, decision and promises kept. What only the case holds
(order number, tracking, files) stays a placeholder. A claim's text box takes no files: a message carries them. What
the claim cost is for the seller's own files: a document apart, which goes to nobody.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from warrantysim.journeys.records import Closure, Finding, Records, Route, Run
from warrantysim.money.categories import Category, Kind
from warrantysim.money.ledger import Ledger
from warrantysim.money.story import story
from warrantysim.present.blocks import Points, Sentence
from warrantysim.promise.document import Block, Document, TextTable
from warrantysim.promise.document_files import files
from warrantysim.promise.facts import Fact, day, facts_by_name, stated_text
from warrantysim.promise.terms import StatementSubject, time_fact
from warrantysim.promise.texts import Said, said, stated
from warrantysim.promise.times import days_between, step_spans
from warrantysim.report.export import zipped
from warrantysim.schema.clock import NEVER
from warrantysim.schema.promise import STEPS

STAMPS = ("opened", "answered", "routed", "scanned", "arrived", "tested", "shipped", "refunded", "closed")
"""Stamps told, in the order of a claim."""
COSTS = {
    "money": ("REFUND", "COUPON", "DISPUTE"),
    "unit": ("REPLACEMENT_UNIT", "FULFILMENT"),
    "parcels": ("LABEL", "KIT", "RETURN_SHIPPING", "FREIGHT"),
    "work": ("INSPECTION", "REPAIR_LABOUR", "PARTS", "HUB"),
}
"""Categories of cost by what they are told as; what is not listed is told as the rest."""
PLACEHOLDERS = ("order_id", "tracking", "proof", "fault", "sent_on", "clause")
"""What the case alone knows."""


@dataclass(frozen=True)
class Evidence:
    """The file of one claim of a simulated year, in a language."""

    of: StatementSubject
    """Its market, with the times promised there."""
    run: Run
    """Its year."""
    ledger: Ledger
    """What that year cost."""
    root: int
    """Number of the claim in its year, `Claims.root`."""
    lang: str
    """Language, by the name of its catalogue."""

    @property
    def records(self) -> Records:
        """Of its year."""
        return self.run.records

    @property
    def row(self) -> int:
        """Row of the claim itself among the records."""
        return int(first_rows(self.records, [self.root])[0])

    def __call__(self, key: str, *more: Fact) -> Said:
        """A text of it."""
        case = (stated_text(name, f"{{{{{name}}}}}", "the case") for name in PLACEHOLDERS)
        root = Fact("claim", str(self.root), "text", "the claim")
        return said(key, self.lang, facts_by_name(*case, root, *more))

    def _row(self, label: str, fact: Fact) -> list[str]:
        return [self(f"evidence.{label}"), stated(fact, self.lang)]

    def _case(self, label: str, name: str = "") -> list[str]:
        return self._row(label, stated_text(name or label, f"{{{{{name or label}}}}}", "the case"))

    def _day(self, label: str, at: int) -> list[str]:
        return self._row(label, day(label, self.of.scenario.clock.date(at), f"the claim: {label}"))

    def document(self) -> Document:
        """All of it."""
        parts = ("dispatch", "return", "letters", "photos", "paid", "test", "decision", "kept")
        blocks: list[Block] = [Sentence(self("evidence.lead"))]
        for name in parts:
            if inside := list(getattr(self, f"_{name}")()):
                blocks += [Sentence(self(f"evidence.head_{name}"), "head"), *inside]
        name = f"evidence-{self.root}-{self.lang}"
        return Document(name, self.lang, self("evidence.title"), blocks)

    def internal(self) -> Document:
        """What the claim cost the seller; for nobody else."""
        blocks = [Sentence(self("evidence.internal"), "warn"), *self._costs()]
        return Document(f"internal-{self.root}-{self.lang}", self.lang, self("evidence.head_costs"), blocks)

    def _dispatch(self) -> Iterator[Block]:
        r, claims = self.records, self.records.claims
        sku = self.of.scenario.skus[int(claims.sku[self.row])]
        rows = [
            self._case("order", "order_id"),
            self._row("model", stated_text("model", sku.sku, f"skus[{sku.sku}]")),
            self._day("delivered", int(claims.delivered[self.row])),
            self._case("tracking"),
            self._case("proof"),
        ]
        if r.shipped[self.row] > NEVER:
            rows.append(self._day("shipped", int(r.shipped[self.row])))
        yield TextTable(rows)

    def _return(self) -> Iterator[Block]:
        r, claims = self.records, self.records.claims
        rows = [
            self._row(
                "age", Fact("age", self._days(claims.delivered, claims.opened), "days", "the claim: opened - delivered")
            ),
            self._day("term_end", int(claims.warranty_end[self.row])),
        ]
        if r.label_issued[self.row]:
            rows.append(self._day("label", int(r.routed[self.row])))
        yield TextTable(rows)
        if not r.label_issued[self.row]:
            yield Sentence(self("evidence.no_label"))

    def _letters(self) -> Iterator[Block]:
        rows = [(name, self._at(name)) for name in STAMPS]
        yield TextTable([self._day(name, at) for name, at in rows if at > NEVER])

    def _at(self, name: str) -> int:
        """When something was, `NEVER` where it was not; closed once the customer has what he was due."""
        of: Any = self.records.claims if name == "opened" else self.records
        at = int(getattr(of, name)[self.row])
        if name == "tested" and at <= NEVER:
            return int(of.bench_start[self.row])
        due = int(step_spans(self.records)[STEPS.index("closed")][1][self.row])
        return due if name == "closed" and due > NEVER else at

    def _days(self, begin: np.ndarray, end: np.ndarray, working: bool = False) -> int:
        """Days between two stamps of the claim, counted as those promised are."""
        first = np.datetime64(self.of.scenario.clock.date(0), "D")
        return int(days_between(first, begin[[self.row]], end[[self.row]], working)[0])

    def _photos(self) -> Iterator[Block]:
        level = ("none", "photo", "video")[int(self.records.evidence[self.row])]
        shown = [self(f"evidence.has_{level}")]
        if self._at("tested") > NEVER or self._at("arrived") > NEVER:
            shown += [self("evidence.of_parcel"), self("evidence.of_test")]
        yield Points(shown)

    def _paid(self) -> Iterator[Block]:
        value, share = float(self.records.value[self.row]), float(self.records.refund_share[self.row])
        if self._at("refunded") > NEVER and share > 0:
            currency = self.of.scenario.markets[self.of.market].currency
            source = "the claim: value x refund_share"
            yield TextTable([self._row("refund", Fact("refund", round(value * share, 2), "money", source, currency))])
        else:
            yield Sentence(self("evidence.nothing_paid"))

    def _test(self) -> Iterator[Block]:
        found = Finding(int(self.records.finding[self.row])).name.lower()
        yield Sentence(self(f"finding.{found}"))

    @property
    def denied(self) -> str:
        """On what the claim was denied: what was ``seen`` before anything was sent, what was ``tested``; else empty."""
        r, row = self.records, self.row
        if r.closure[row] == Closure.RETURNED_UNREPAIRED:
            return "tested"
        return "seen" if r.route[row] == Route.DENIED or r.closure[row] == Closure.DENIED else ""

    def _decision(self) -> Iterator[Block]:
        if self.denied:
            yield Sentence(self(f"evidence.denied_{self.denied}"))
        if self.records.dispute_lost[self.row]:
            decided = self.of.scenario.clock.date(int(self.records.closed[self.row]))
            yield Sentence(self("evidence.dispute_lost", day("decided", decided, "the claim: closed")))
        elif self.records.disputed[self.row]:
            yield Sentence(self("evidence.disputed"))

    def _kept(self) -> Iterator[Block]:
        rows, places = [], list[str](STEPS)
        for time in self.of.times:
            begin, end = step_spans(self.records)[places.index(time.step)]
            if begin[self.row] <= NEVER or end[self.row] <= NEVER:
                continue
            took = self._days(begin, end, time.working)
            promised = time_fact(time)
            rows.append([
                self(f"evidence.step_{time.step}"), stated(promised, self.lang),
                stated(Fact("took", took, promised.unit, f"the claim: {time.step}"), self.lang),
                self("evidence.yes" if took <= time.days else "evidence.no"),
            ])  # fmt: skip
        if rows:
            yield TextTable(rows, [self(f"evidence.col_{name}") for name in ("step", "promised", "took", "kept")])
        else:
            yield Sentence(self("evidence.no_times"))

    def _costs(self) -> Iterator[Block]:
        names = {Category[one]: name for name, each in COSTS.items() for one in each}
        sums: dict[tuple[str, str], float] = {}
        for line in story(self.run, self.ledger, self.root):
            if line.category is not None and line.kind is Kind.CASH:
                key = names.get(line.category, "rest"), line.currency
                sums[key] = sums.get(key, 0.0) + line.amount
        yield TextTable(
            [
                self._row(f"cost_{name}", Fact("cost", round(total, 2), "money", f"ledger: {name}", currency))
                for (name, currency), total in sorted(sums.items())
            ]
        )
        yield Sentence(self("evidence.costs_note"), "note")

    def messages(self) -> dict[str, Said]:
        """What to write: the message that carries the files there are, and the text of the claim that refers to it."""
        there = {
            "proof": True,
            "label": bool(self.records.label_issued[self.row]),
            "letters": True,
            "photos": bool(self.records.evidence[self.row]) or self._at("arrived") > NEVER,
            "test": self._at("tested") > NEVER,
        }
        named = [self(f"evidence.file_{name}") for name, is_there in there.items() if is_there]
        files_ = Fact("files", named, "list", "the claim: label_issued, evidence, arrived, tested")
        return {"message.txt": self("evidence.message", files_), "claim_box.txt": self("evidence.claim_box", files_)}

    def files(self, forms: Sequence[str]) -> dict[str, bytes]:
        """The document in its forms, and the two texts; photos go into the folder of that name."""
        made = files([self.document()], forms)
        return made | {f"{self.lang}-{name}": f"{said}\n".encode() for name, said in self.messages().items()}


def first_rows(r: Records, roots: Sequence[int]) -> np.ndarray:
    """Rows of root claims by their numbers; a number nothing has is left out."""
    found = np.flatnonzero((r.claims.generation == 0) & np.isin(r.claims.root, roots))
    return found[np.argsort([list(roots).index(int(r.claims.root[row])) for row in found], kind="stable")]


def evidence_files(each: Sequence[Evidence], forms: Sequence[str]) -> dict[str, bytes]:
    """A ZIP a claim for the marketplace, and one with what it cost that stays with the seller."""
    packed: dict[str, dict[str, bytes]] = {}
    for one in each:
        packed.setdefault(f"evidence-{one.root}.zip", {}).update(one.files(forms))
        packed.setdefault(f"internal-{one.root}.zip", {}).update(files([one.internal()], forms))
    return {name: zipped(inside) for name, inside in packed.items()}
