"""What the seller may promise his customers: times that hold, what faster ones cost, warranty statements to sign."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

from pydantic import Field

from warrantysim.analysis.cases import Case
from warrantysim.experiment.pace import Cancelled
from warrantysim.locale.wording import Lang, listed
from warrantysim.present.blocks import Block, Choice, Column, Part, Points, Sentence, TableOf
from warrantysim.promise.document import Box, Document, TextTable, document_record, recorded, texts
from warrantysim.promise.document_files import FORMS, HEAVY, files
from warrantysim.promise.evidence import Evidence, evidence_files
from warrantysim.promise.kit import Kit, kit_files
from warrantysim.promise.law import no_texts
from warrantysim.promise.lint import copied
from warrantysim.promise.messages import Message
from warrantysim.promise.terms import StatementSubject, problems, seller_reads, unread, warranty_statement
from warrantysim.promise.texts import BUYER_LANGUAGES, Said, spelled
from warrantysim.promise.times import (
    FRESH,
    Time,
    again,
    at_once,
    became,
    measured_times,
    price_of_faster,
    times,
)
from warrantysim.report import figures
from warrantysim.report.export import csv_bytes
from warrantysim.report.rows import rows_of
from warrantysim.schema.errors import Problem, suggestion, told
from warrantysim.studies.promise.helpdesk import (
    evidence_of,
    message_blocks,
    message_files,
    message_tables,
    messages_of,
)
from warrantysim.studies.promise.kit import card_worth, kit_blocks, kit_tables, kits_of
from warrantysim.studies.study import Options, Say, Stored, Study, Work, WrongOption, names_of, replications_of

if TYPE_CHECKING:
    import pandas as pd

LIBRARIES = {"docx": "docx", "pdf": "typst"}
"""What makes the files that take a library."""


LATE = "late"
"""Verdict on a time that no longer holds."""


class PromiseOptions(Options):
    """For whom, in which languages, and whether what is stated must hold."""

    market: tuple[str, ...] = ()
    """Markets; all where not given [ids]."""
    sku: tuple[str, ...] = ()
    """Products of the statements; all where not given [ids]."""
    languages: tuple[str, ...] = ()
    """Languages of the statements (de, en, es, fr, it, ja, nl, pl, sv, zh); each market's own and Chinese where not
    given [languages]."""
    forms: tuple[str, ...] = ()
    """Files of the statements (html, md, docx, pdf); all that can be made where not given [endings]."""
    check: bool = False
    """Whether every time is held against fresh years, and the command fails where one no longer holds [true|false]."""
    kit: bool = False
    """Whether each product's kit is made, too: listing texts and pictures, card in the box, shop data [true|false]."""
    messages: bool = False
    """Whether messages to customers are made, too, for the helpdesk, from the first answer to a denial [true|false]."""
    claim: tuple[str, ...] = ()
    """Claims of the first year simulated to make evidence files of, for a marketplace's dispute [numbers]."""
    share: float = Field(0.9, ge=0.5, le=0.99)
    """Share of claims that times are proposed for, where the scenario states none [share, 0.5-0.99]."""


@dataclass(frozen=True)
class Promised:
    """What was found."""

    stored: Stored
    """Tables and facts."""
    documents: Sequence[Document] = field(repr=False)
    """Statements."""
    forms: Sequence[str]
    """Files wanted of them."""
    times: Sequence[Time] = field(default=(), repr=False)
    """Times of every market, whichever were asked for."""
    kits: Sequence[Kit] = field(default=(), repr=False)
    """Kits of products, where they were asked for."""
    messages: Sequence[Sequence[Message]] = field(default=(), repr=False)
    """Messages by market and language, where they were asked for."""
    evidence: Sequence[Evidence] = field(default=(), repr=False)
    """Evidence files of claims, where they were asked for."""


class PromiseStudy(Study[PromiseOptions, Promised]):
    """A scenario under the rule in force: how fast claims are handled, and what customers may be told of it."""

    name = "promise"
    version = 2
    Options = PromiseOptions

    def run(self, cases: Sequence[Case], ask: PromiseOptions, work: Work) -> Promised:
        """Measure the times, today's and with another unit at once; check them; write the statements."""
        case = cases[0]
        scenario = case.scenario
        if scenario.policy != case.policy:
            scenario = scenario.replace(policy=case.policy)
        markets, skus = _known("market", ask.market, scenario.market_ids), _known("sku", ask.sku, scenario.sku_ids)
        _known("languages", ask.languages, sorted({*BUYER_LANGUAGES, "zh"}))
        forms = _known("forms", ask.forms, tuple(FORMS)) if ask.forms else possible_forms()
        if strange := [name for name in ask.claim if not name.isdecimal()]:
            raise WrongOption("claim", told("expected the number of a claim, got {name!r}", name=strange[0]))
        years = replications_of(case, ask)
        faster = at_once(case.policy)
        policies = [case.policy, *filter(None, [faster])]
        how: dict[str, Any] = {"seed": work.seed, "jobs": work.jobs, "cancel": work.cancel}
        found = measured_times(scenario, policies, years, progress=work.stage("promise"), **how)
        if not found:
            raise Cancelled
        level = scenario.plan.confidence
        every = times(scenario, found[0], level, ask.share)
        promised = [t for t in every if t.market in markets]
        fresh = None
        if ask.check:
            afresh = range(FRESH, FRESH + len(years))
            held = measured_times(scenario, policies[:1], afresh, progress=work.stage("promise_check"), **how)
            if held and len(held[0].costs) == len(afresh):  # A check that was stopped judges nothing.
                fresh = [again(scenario, time, held[0], level) for time in promised]
        subjects = [
            StatementSubject(
                scenario, m, skus, became(scenario, found[0], m, skus), [t for t in promised if t.market == m]
            )
            for m in markets
        ]
        lacking = _lacking(subjects, ask.languages)
        late = {time.market for time in fresh or promised if time.verdict == LATE}
        withheld = [it.market for it in subjects if it.market in late]
        standing = [it for it in subjects if it.market not in late]
        langs = {it.market: _languages(it, ask.languages) for it in subjects}
        stating = [it for it in standing if not problems(it)]
        documents = [warranty_statement(it, lang) for it in stating for lang in langs[it.market]]
        odd = unread(stating, langs)
        tables = {
            "times": _times(promised, fresh),
            "faster": _frame(price_of_faster(scenario, found, promised, level) if faster is not None else []),
            "demands": _demands(subjects, documents),
            "facts": _facts(documents),
        }
        made = messages_of(standing, langs) if ask.messages else []
        tables |= message_tables(standing, made) if made else {}
        evidence = evidence_of(scenario, subjects, langs, ask.claim, years[0], work.seed)
        kits: Sequence[Kit] = ()
        if ask.kit and standing:
            asked_of = Case(case.name, scenario, case.policy)
            worth = card_worth(asked_of, skus, years, work.seed, work.jobs)
            kits = kits_of(standing, langs, worth, lambda m, sku: became(scenario, found[0], m, (sku,)))
            tables |= kit_tables(asked_of, standing, kits, worth)
        facts = {
            "replications": len(found[0].costs),
            "cancelled": len(found[0].costs) < len(years),
            "checked": fresh is not None,
            **names_of(scenario),
            "changes": list(work.changes),
            "withheld": withheld,
            "copies": [f"{m}: {lang}" for m, mine in langs.items() for lang in mine
                       if ask.languages and copied(m, lang) not in ("", seller_reads()[:2])],
            "unstated": sorted({kit.of.market for kit in kits if not kit.stands}),
            "lacking": {lang: [problem.line(lang) for problem in lacking] for lang in ("en", "zh")},
            "unread": {lang: [problem.line(lang) for problem in odd] for lang in ("en", "zh")},
            "documents": {document.name: document_record(document) for document in documents},
        }  # fmt: skip
        return Promised(Stored(tables, facts), documents, forms, every, kits, made, evidence)

    def tables(self, found: Promised) -> Mapping[str, pd.DataFrame]:
        """As found."""
        return found.stored.tables

    def facts(self, found: Promised) -> Mapping[str, Any]:
        """As found."""
        return found.stored.facts

    def contents(self, found: Promised, work: Work, lang: Lang) -> Mapping[str, bytes]:
        """The statements, in each form wanted, the kits, and the times in the form a scenario states them."""
        made = files(found.documents, found.forms) | (kit_files(found.kits, found.forms) if found.kits else {})
        made |= message_files(found.messages) if found.messages else {}
        made |= evidence_files(found.evidence, found.forms)
        return {**made, "promised_times.csv": _as_stated(_times(found.times, None))}

    def broken(self, stored: Stored) -> bool:
        """Whether a time that was checked no longer holds, or a statement lacks what the law demands."""
        frame = stored.table("times")
        late = frame is not None and bool((frame["verdict"] == LATE).any())
        return bool(stored.facts["checked"]) and (late or bool(stored.facts["lacking"]["en"]))

    def upgrade(self, stored: Stored, version: int, cases: Sequence[Case]) -> Stored:
        """Older runs flagged every share below the one stated, whatever luck explains."""
        frame = stored.table("times")
        if frame is None or "verdict" in frame:
            return stored
        told = frame.assign(verdict=["holds" if held else LATE for held in frame["holds"]])
        return Stored({**stored.tables, "times": told}, stored.facts)

    def choices(self, stored: Stored, lang: Lang) -> Sequence[Choice]:
        """Which statement is shown."""
        names = {name: name for name in stored.facts["documents"]}
        return [Choice("statement", Say(self.name, lang, stored.facts)("statement"), names)] if names else []

    def answer(self, stored: Stored, lang: Lang) -> list[Block]:
        """Whether the times hold, what a faster one costs, what the law demands, and a statement."""
        return _Answer(stored, lang).blocks()


def _known(option: str, asked: Sequence[str], known: Sequence[str]) -> tuple[str, ...]:
    for name in asked:
        if name not in known:
            raise WrongOption(option, told("unknown {name!r}", name=name) + suggestion(name, known))
    return tuple(name for name in known if name in asked) if asked else tuple(known)


def possible_forms() -> tuple[str, ...]:
    """Forms that can be made here."""
    return tuple(form for form in FORMS if form not in HEAVY or find_spec(LIBRARIES[form]) is not None)


def _languages(it: StatementSubject, asked: Sequence[str]) -> list[str]:
    """Catalogues of a market's statements: English as its customers write it, Chinese as the seller reads it."""
    if not asked:
        return [lang for lang in dict.fromkeys((*it.regime.languages, seller_reads())) if lang in BUYER_LANGUAGES]
    own = {"zh": seller_reads(), "en": "en" if "US" in it.regime.names else "en_GB"}
    return list(dict.fromkeys(own.get(lang, lang) for lang in asked))


def _lacking(subjects: Sequence[StatementSubject], asked: Sequence[str]) -> list[Problem]:
    """Why markets have no statement of their own."""
    untold = [] if asked else [problem for it in subjects for problem in no_texts(it.market, it.regime)]
    return [*problems(*subjects), *untold]


def _frame(rows: Sequence[Mapping[str, Any]]) -> pd.DataFrame:
    import pandas as pd

    return pd.DataFrame(list(rows))


def _times(promised: Sequence[Time], fresh: Sequence[Time] | None) -> pd.DataFrame:
    """A row a time: what is promised, what was measured, and what fresh years make of it where they were asked."""
    rows = []
    for time, held in zip(promised, fresh or promised, strict=True):
        row = {**vars(time), "verdict": held.verdict}
        if fresh is not None:
            row |= {"fresh": held.kept, "fresh_low": held.low, "fresh_high": held.high, "needs": held.needs}
        rows.append(row)
    return _frame(rows)


def _demands(subjects: Sequence[StatementSubject], documents: Sequence[Document]) -> pd.DataFrame:
    made = {document.name.split("-")[1] for document in documents}
    return _frame(
        [
            {"market": d.market, "item": d.item, "article": d.article, "source": d.source, "said": d.market in made,
             "needs": ", ".join(f"promise.{name}" for name in d.needs)}
            for it in subjects for d in it.demands
        ]
    )  # fmt: skip


def _facts(documents: Sequence[Document]) -> pd.DataFrame:
    """Every figure and name of every statement, with where it comes from."""
    rows: dict[tuple[str, ...], dict[str, Any]] = {}
    for document in documents:
        for one in texts(document):
            for name, fact in one.facts.items() if isinstance(one, Said) else ():
                written = spelled(fact, document.lang)
                rows[document.name, name, written] = {
                    "statement": document.name, "place": name, "written": written, "unit": fact.unit,
                    "source": fact.source,
                }  # fmt: skip
    return _frame(list(rows.values()))


def _as_stated(frame: pd.DataFrame) -> bytes:
    """The times in the form of the scenario's table of that name."""
    out = frame[["market", "step", "days", "working", "quantile"]].assign(
        working=frame["working"].map({True: "true", False: "false"}),
        source=[f"simulated: kept for {kept:.1%} of claims" for kept in frame["kept"]],
        mark="D",
    )
    return csv_bytes(out)


class _Answer:
    """The answer in one language."""

    def __init__(self, stored: Stored, lang: Lang) -> None:
        self.stored, self.lang, self.page = stored, lang, Say("promise", lang, stored.facts)

    def blocks(self) -> list[Block]:
        """The verdict first."""
        page, stored = self.page, self.stored
        blocks: list[Block] = [
            Sentence(page("title", name=page.title("scenario")), "title"),
            *page.basis(policy=page.title("policy")),
            *self.verdict,
        ]
        if lacking := stored.facts["lacking"].get(self.lang, stored.facts["lacking"]["en"]):
            blocks += [Sentence(page("lacking")), Points(lacking)]
        if odd := stored.facts.get("unread", {}).get(self.lang):
            blocks += [Sentence(page("unread")), Points(odd)]
        for name, key in (("withheld", "withheld"), ("unstated", "kit_unstated"), ("copies", "copies")):
            if told := listed(map(page.market, stored.facts[name]), self.lang):
                blocks.append(Sentence(page(key, names=told)))
        for table in (self.times, self.faster, self.demands):
            if table is not None:
                blocks.append(table)
        blocks += kit_blocks(page, stored, self.lang)
        blocks += message_blocks(page, stored, self.lang)
        if "statement" in stored.facts:  # chosen on a page; a terminal has the files
            blocks.append(Part("statement", page("statement"), self.statement))
        elif names := listed(stored.facts["documents"], self.lang):
            blocks.append(Sentence(page("statements", names=names), "note"))
        return [*blocks, page.provenance()]

    @cached_property
    def verdict(self) -> list[Block]:
        """How many times hold, and each that does not."""
        frame = self.stored.table("times")
        if frame is None:
            return [Sentence(self.page("none"))]
        rows = rows_of(frame)
        late = [row for row in rows if row["verdict"] == LATE]
        few, luck = (sum(row["verdict"] == name for row in rows) for name in ("few", "luck"))
        key = "late" if late else "checked" if self.stored.facts["checked"] else "proposed"
        said = [self._late(row) for row in late]
        n = len(late) or len(rows) - few
        found: list[Block] = [Sentence(self.page(key, n=n, of=len(rows)))] if n else []
        if said:
            found.append(Points(said))
            if changes := self.stored.facts["changes"]:
                found += [Sentence(self.page("moved")), Points(changes)]
        if luck:
            found.append(Sentence(self.page("by_luck", n=luck)))
        if few:
            found.append(Sentence(self.page("too_few", n=few, replications=self.stored.facts["replications"])))
        return found

    def _late(self, row: Mapping[str, Any]) -> str:
        kept = row["fresh"] if self.stored.facts["checked"] else row["kept"]
        return self.page(
            "broken", market=self.page.market(row["market"]), step=self.step(row), days=self.days(row, "days"),
            quantile=figures.share(row["quantile"], 0), kept=figures.share(kept, 1), needs=self.days(row, "needs"),
        )  # fmt: skip

    def step(self, row: Mapping[str, Any]) -> str:
        """What a step is called."""
        return self.page(f"step_{row['step']}")

    def days(self, row: Mapping[str, Any], column: str) -> str:
        """A number of days, of which kind."""
        return self.page("working" if row["working"] else "days", n=int(row[column]))

    @property
    def times(self) -> TableOf | None:
        """What is promised and kept."""
        frame = self.stored.table("times")
        if frame is None:
            return None
        rows = rows_of(frame)
        told = self.page.called(frame).assign(
            step=[self.step(row) for row in rows],
            days=[self.days(row, "days") for row in rows],
            needs=[self.days(row, "needs") for row in rows],
            verdict=[self.page(f"time_{row['verdict']}") for row in rows],
        )
        fresh = [Column("fresh", self.page("col_fresh"), "tenth", ends=("fresh_low", "fresh_high"))]
        columns = [
            Column("market", self.page.column("market")),
            Column("step", self.page.column("step"), least=24),
            Column("days", self.page("col_days")),
            Column("quantile", self.page("col_quantile"), "share"),
            Column("kept", self.page("col_kept"), "tenth", give_up=2),
            *(fresh if "fresh" in frame else []),
            Column("needs", self.page("col_needs"), give_up=1),
            Column("shorter", self.page("col_shorter"), "tenth", give_up=3),
            Column("verdict", self.page("col_verdict")),
        ]
        return TableOf("times", self.page("times"), told, columns)

    @property
    def faster(self) -> TableOf | None:
        """What a faster promise costs."""
        frame = self.stored.table("faster")
        if frame is None:
            return None
        columns = [
            Column("market", self.page.column("market")),
            Column("days", self.page("col_now"), "whole"),
            Column("then_days", self.page("col_then"), "whole"),
            Column("cost", self.page("col_cost"), "whole", ends=("low", "high")),
            Column("per_day", self.page("col_per_day"), "whole"),
            Column("per_claim", self.page("col_per_claim"), "cents", give_up=1),
        ]
        return TableOf("faster", self.page("faster"), self.page.called(frame), columns)

    @property
    def demands(self) -> TableOf | None:
        """What the law wants said."""
        frame = self.stored.table("demands")
        if frame is None:
            return None
        told = frame.assign(said=[self.page("is_said" if said else "is_missing") for said in frame["said"]])
        columns = [
            Column("market", self.page.column("market")),
            Column("item", self.page("col_item"), least=30),
            Column("article", self.page("col_article"), give_up=1),
            Column("said", self.page("col_said")),
        ]
        return TableOf("demands", self.page("demands"), self.page.called(told), columns, most=0)

    def statement(self) -> Sequence[Block]:
        """One statement, as its customers read it."""
        documents = self.stored.facts["documents"]
        chosen = self.stored.facts.get("statement")
        made = recorded(documents[chosen if chosen in documents else next(iter(documents))])
        return [Sentence(made.title, "head"), *_shown(made.blocks)]


def _shown(blocks: Sequence[Any]) -> Iterator[Block]:
    """Blocks of a document as every answer has them: a grid as points, a box as what it holds."""
    for block in blocks:
        if isinstance(block, TextTable):
            yield Points([": ".join(filter(None, row)) for row in block.rows])
        elif isinstance(block, Box):
            yield from _shown(block.blocks)
        else:
            yield block


STUDY = PromiseStudy()
