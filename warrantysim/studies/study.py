"""What a study is: options, a run, tables and facts to be stored, and an answer made of them alone."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Executor
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, Generic, TypedDict, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from warrantysim.analysis.cases import Case
from warrantysim.experiment.pace import Watcher, looked_after
from warrantysim.experiment.workers import Watched
from warrantysim.files.wording import sentence
from warrantysim.locale.wording import LANGUAGES, Lang, listed, say, titled
from warrantysim.present.blocks import Block, Choice, Column, Kind, Sentence
from warrantysim.report import figures
from warrantysim.report.case_titles import titles_by_name
from warrantysim.report.doers import NOBODY, Titles, doer, partner_titles
from warrantysim.schema.errors import BadInput, Message, suggestion, told

if TYPE_CHECKING:
    from pathlib import Path

    import pandas as pd

    from warrantysim.experiment.result import Result
    from warrantysim.experiment.summary import Failure
    from warrantysim.schema.policy import Policy
    from warrantysim.schema.root import Scenario


class Options(BaseModel):
    """What a study needs to know. A field's docstring is its help."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True, allow_inf_nan=False)

    replications: int | None = Field(None, ge=2, le=100_000)
    """Years simulated; the scenario's where not given [count]."""


class WrongOption(BadInput):
    """An option that may not be so."""

    def __init__(self, option: str, message: Message) -> None:
        self.option = option
        """Its name; empty where it is no one option's [text]."""
        super().__init__(told("{option}: {why}", option=option, why=message) if option else message)
        self.why = message


class Telling(TypedDict):
    """Arguments of what runs replications."""

    jobs: Watched
    progress: Callable[[int, int], None]
    cancel: Callable[[], bool]


@dataclass(frozen=True)
class Work:
    """How a study is worked on. Results depend on the seed alone."""

    seed: int
    """Seed of every draw."""
    workers: int | Executor = 1
    """Processes that share the work [count], or an executor that does it."""
    progress: Callable[[str, int, int], None] = lambda stage, done, total: None
    """Told (stage, steps done, steps planned); a stage that begins has no steps planned yet."""
    cancel: Callable[[], bool] = lambda: False
    """Asked between steps; return True to stop."""
    within: Callable[[int, int], None] = lambda done, total: None
    """Told (replications done, replications asked for) within a step."""
    again: Callable[[str], Any] | None = None
    """Runs a stored run again, by its id; None where no runs are stored."""

    changes: Sequence[str] = ()
    """What the scenario changes of its base, a line each."""
    memory: Callable[[], float | None] = lambda: None
    """The most it took so far, where that is known [MB]."""
    simulate: Callable[[Scenario, Sequence[Policy], range, int], Result] | None = None
    """Simulates what is worth keeping: (scenario, policies, replications, seed); None where nothing is kept."""
    beside: Callable[[str, Any], None] = lambda name, found: None
    """Given what was found on the way and may be kept, by name."""

    @property
    def jobs(self) -> Watched:
        """Who does the work; asked to stop, they are waited for no longer."""
        return Watched(self.workers, self.cancel, self.within)

    @contextmanager
    def watched(self) -> Iterator[None]:
        """Solvers of this thread tell how far they are and hear of a stop, too."""
        with looked_after(Watcher(self.within, self.cancel)):
            yield

    def stage(self, name: str) -> Callable[[int, int], None]:
        """Progress of one stage, which begins: told (steps done, steps planned)."""
        self.progress(name, 0, 0)
        return lambda done, total: self.progress(name, done, total)

    def means(self, stage: str) -> Telling:
        """Who does the work of a stage, whom to tell how far it is, and whom to ask whether to stop: by argument."""
        return {"jobs": self.jobs, "progress": self.stage(stage), "cancel": self.cancel}


@dataclass(frozen=True)
class Stored:
    """What a study found, as it is stored: all that an answer is made of."""

    tables: Mapping[str, pd.DataFrame]
    """Tables by name; those without a row are left out."""
    facts: Mapping[str, Any]
    """Single figures and texts, as JSON has them."""

    @property
    def cancelled(self) -> bool:
        """Whether it was stopped before its end."""
        return bool(self.facts.get("cancelled"))

    def table(self, name: str) -> pd.DataFrame | None:
        """A table; None where it had no rows."""
        return self.tables.get(name)


Asked = TypeVar("Asked", bound=Options)
Found = TypeVar("Found")


class Study(ABC, Generic[Asked, Found]):
    """One question. A study is its module's `STUDY`; see `warrantysim.studies.reserve` for the shape of one."""

    name: ClassVar[str]
    """Its command, the kind of its stored runs, the group of its texts."""
    Options: type[Asked]
    """What it needs to know."""
    version: ClassVar[int] = 1
    """Of its stored tables and facts; raised when they change, with what `upgrade` then does for older ones."""
    unsaid: ClassVar[frozenset[str]] = frozenset()
    """Options that pages and other studies state, and nobody types."""
    formerly: ClassVar[frozenset[str]] = frozenset()
    """What stored runs of it were called before."""
    cases: ClassVar[tuple[int, int | None]] = (1, 1)
    """Least and greatest number of cases it is about; None for any [count]."""
    finds_rule: ClassVar[bool] = False
    """Whether the rule is what it finds, so that none is decided first."""
    scenarios: ClassVar[bool] = False
    """Whether its cases are scenarios, each under its own rule; else they are rules in one scenario."""

    def options(self, stated: Mapping[str, Any]) -> Asked:
        """Options as stated, the others as usual.

        Raises
        ------
        WrongOption
            With the first that may not be so.
        """
        try:
            return self.Options.model_validate({name: value for name, value in stated.items() if value is not None})
        except ValidationError as error:
            first = error.errors()[0]
            where = str(first["loc"][0]) if first["loc"] else ""
            raise WrongOption(where, self._why(where, first)) from None

    def _why(self, option: str, error: Any) -> Message:
        """Why an option may not be so, with what it means where it is missing and the nearest where it is unknown."""
        known = self.Options.model_fields
        if error["type"] == "missing" and option in known:
            means = " ".join((known[option].description or "").split()).rstrip(".")
            return told("missing") + told("expected {meaning}", meaning=means)
        if error["type"] == "extra_forbidden":
            return told("no such option") + suggestion(option, known)
        return sentence(error, "")

    brings: ClassVar[str] = ""
    """Flag of the files that put more into the scenario before it is studied; none where empty."""

    def brought(self, scenario: Scenario, files: Sequence[tuple[str, bytes]]) -> Scenario:
        """The scenario with what files state, each by its name and content; what is stored is asked of that one.

        Raises
        ------
        ScenarioError
            With every problem of the first file that has any.
        """
        return scenario

    accepts: ClassVar[str] = ""
    """What accepting its answer writes beside the scenario's file; nothing can be accepted where empty."""

    def accept(self, found: Found, folder: Path) -> Sequence[Path]:
        """Write what is accepted into the folder of the scenario's file; the files written and kept."""
        return ()

    def located(self, ask: Asked, file: Path) -> Asked:
        """Options completed by where the scenario's file stands."""
        return ask

    @abstractmethod
    def run(self, cases: Sequence[Case], ask: Asked, work: Work) -> Found:
        """Do it. Asked to stop, return what there is, or raise `Cancelled` if there is nothing yet."""

    def tables(self, found: Found) -> Mapping[str, pd.DataFrame]:
        """Tables to be stored, by name; columns have English keys. Of a run that gives a `Stored`, its own."""
        assert isinstance(found, Stored), f"{self.name} says no tables of a {type(found).__name__}"
        return found.tables

    def facts(self, found: Found) -> Mapping[str, Any]:
        """What else the answer says, as JSON has it; ``cancelled`` where it was stopped before its end."""
        assert isinstance(found, Stored), f"{self.name} says no facts of a {type(found).__name__}"
        return found.facts

    def upgrade(self, stored: Stored, version: int, cases: Sequence[Case]) -> Stored:
        """What was stored by an older version, 0 for one of before there were any, as today's has it."""
        return stored

    @abstractmethod
    def answer(self, stored: Stored, lang: Lang) -> list[Block]:
        """The answer first, then its tables and charts, from what is stored alone."""

    def offers(self, option: str, scenario: Scenario, stated: Mapping[str, Any]) -> Sequence[Any]:
        """Values a form offers for an option, the first one unasked; others may be typed.

        ``stated``: the options above it that are not as usual.
        """
        return ()

    def choices(self, stored: Stored, lang: Lang) -> Sequence[Choice]:
        """What a reader may choose while the answer is shown; it is then a fact of that name."""
        return ()

    def about(self, cases: Sequence[Case], found: Found) -> Mapping[str, Any]:
        """Facts that take the cases to tell, such as what a lever of theirs is called."""
        return {}

    def broken(self, stored: Stored) -> bool:
        """Whether something it was asked to check does not hold: the command then fails."""
        return False

    def failures(self, found: Found) -> Sequence[Failure]:
        """Runs that broke, the years of which are left out."""
        return ()

    def contents(self, found: Found, work: Work, lang: Lang) -> Mapping[str, bytes]:
        """Further files that take work or a language, by name."""
        return {}

    told_in_memo: ClassVar[int] = 0
    """Its answers about a scenario that a memo of a change in it tells of, the latest first; of a study of just two
    rules those about the two of the change [count]."""

    turns: ClassVar[int] = 0
    """How many figures it turns, each between two ends, to see where they flip a choice [count]."""

    def along(self, *axes: Mapping[str, Any]) -> dict[str, Any]:
        """Its options for these figures, each with path, how, low and high."""
        return {}

    def turning(self, stored: Stored, lang: Lang) -> Iterator[str]:
        """What would turn the choice between rules, in sentences of a memo."""
        return iter(())

    def to_measure(self, stored: Stored, lang: Lang) -> list[str]:
        """What is most worth measuring, a sentence each, most valuable first."""
        return []

    def swings(self, stored: Stored) -> pd.DataFrame | None:
        """How far each assumption moves the second rule's cost less the first's, widest first: columns input, at_low,
        at_high; None where it does not say."""
        return None

    def seen(self, stored: Stored) -> Any:
        """What pages of its own work with; what is stored where they do with that."""
        return stored

    def upgraded(self, found: Callable[[], Any], cases: Sequence[Case], seed: int) -> Stored | None:
        """What is stored today of what was stored as an object before, which ``found`` reads; None where its tables
        tell all of it."""
        return None

    def files(self, found: Found) -> Mapping[str, str]:
        """Further files that go out with the tables, by name."""
        return {}

    def stored(self, found: Found, cases: Sequence[Case], ask: Asked, seed: int) -> Stored:
        """Tables and facts with what the figures rest on."""
        tables = {name: frame for name, frame in self.tables(found).items() if len(frame)}
        rests = {**basis(cases, seed), "replications": len(replications_of(cases[0], ask)), "cancelled": False}
        return Stored(tables, {**rests, **self.about(cases, found), **self.facts(found)})

    def record(self, stored: Stored) -> dict[str, Any]:
        """All of it as one plain value, for programs."""
        from warrantysim.report.export import row_records

        return {**stored.facts, **{name: row_records(frame) for name, frame in stored.tables.items()}}


AnyStudy = Study[Any, Any]


def replications_of(case: Case, ask: Options) -> range:
    """As many replications as asked for, else as the scenario's plan says."""
    return range(ask.replications or case.scenario.plan.replications)


def basis(cases: Sequence[Case], seed: int) -> dict[str, Any]:
    """What figures rest on: version, scenario, rule, seed, currency, days."""
    from warrantysim.schema.digest import digest
    from warrantysim.version import __version__

    first = cases[0]
    titles = {lang: titles_by_name(cases, lang) for lang in LANGUAGES}
    return {
        "version": __version__,
        "scenario": first.scenario.name,
        "scenario_title": _title(first.scenario.title),
        "digest": digest(first.scenario),
        "policy": first.policy.name,
        "policy_title": _title(first.policy.title),
        "cases": [case.name for case in cases],
        "case_titles": {case.name: {lang: titles[lang][case.name] for lang in LANGUAGES} for case in cases},
        "seed": seed,
        "confidence": first.scenario.plan.confidence,
        "currency": first.scenario.reporting_currency,
        "days": first.scenario.horizon.days,
        "partners": partner_titles(*(case.scenario for case in cases)),
    }


def names_of(scenario: Scenario) -> dict[str, Any]:
    """Facts that take the scenario: what it calls its products and its markets."""
    return {
        "products": {row.sku: {"en": row.name_en, "zh": row.name_zh} for row in scenario.skus},
        "places": {
            id: {lang: titled(one.title, id, lang) for lang in LANGUAGES} for id, one in scenario.markets.items()
        },
    }


def _title(title: Any) -> dict[str, str] | None:
    return None if title is None else {"en": title.en, "zh": title.zh}


def by_events(facts: Mapping[str, Any], lang: Lang) -> str:
    """How many years were simulated by the event loop and why, or that all were in stages, to follow the provenance;
    empty for answers that do not tell."""
    told = facts.get("by_events")
    if not facts.get("runs") or told is None:
        return ""
    if not told:
        return say("by_events.none", lang, runs=facts["runs"])
    why = listed((say(f"by_events.{code}", lang) for code in told), lang)
    return say("by_events.told", lang, done=sum(told.values()), runs=facts["runs"], why=why)


@dataclass(frozen=True)
class Say:
    """Texts of one study in one language, with the facts all of them may use."""

    group: str
    """First part of their keys."""
    lang: Lang
    """Language."""
    facts: Mapping[str, Any]
    """What the answer rests on."""

    def __call__(self, key: str, **facts: Any) -> str:
        """The text of a key of this study."""
        return say(f"{self.group}.{key}", self.lang, **facts)

    def column(self, name: str) -> str:
        """What a column is called."""
        return say(f"acol.{name}", self.lang)

    def headed(self, key: str, kind: Kind = "text", *, title: str = "", **more: Any) -> Column:
        """A column under its title, that of its key where none is named; ``more`` as of `Column`."""
        return Column(key, self.column(title or key), kind, **more)

    def own(self, texts: Mapping[str, str]) -> str:
        """A name the user gave in this language, else the first he gave."""
        return str(texts.get(self.lang) or next(iter(texts.values())))

    def title(self, of: str) -> str:
        """What the scenario or the policy is called."""
        stated = self.facts.get(f"{of}_title")
        return str(self.facts[of]) if stated is None else self.own(stated)

    def product(self, sku: str) -> str:
        """``robot vacuum (VAC-L10)``."""
        name = self.own(self.facts.get("products", {}).get(sku, {"en": sku}))
        return sku if name == sku else say("fault.product", self.lang, name=name, sku=sku)

    def market(self, id: str) -> str:
        """``United States``; what is no market of the scenario, as stated."""
        return self.own(self.facts.get("places", {}).get(id, {"en": id}))

    def called(self, frame: pd.DataFrame) -> pd.DataFrame:
        """A table with products and markets by their names."""
        told = {"sku": self.product, "market": self.market}
        return frame.assign(**{name: frame[name].map(call) for name, call in told.items() if name in frame})

    @property
    def partners(self) -> Titles:
        """What partners are called, where the facts tell."""
        return self.facts.get("partners", NOBODY)

    def doer(self, id: str) -> str:
        """``TierWerk (Germany)``, ``factory bench``, ``by sea``: a partner, a bench or a way."""
        return doer(id, self.partners, self.lang)

    def lever(self, name: str) -> str:
        """What is turned, as `lever_words` says it."""
        from warrantysim.report.lever_text import lever_words

        return lever_words(name, self.lang, self.partners)

    def case(self, name: str) -> str:
        """What a case is called."""
        told = self.facts.get("case_titles", {}).get(name)
        return name if told is None else self.own(told)

    def basis(self, **facts: Any) -> list[Block]:
        """What the figures rest on, and that it was stopped where it was."""
        f = self.facts
        rests = {"replications": f["replications"], "seed": f["seed"], "level": figures.level(f["confidence"])}
        blocks: list[Block] = [Sentence(self("basis", **rests, currency=f["currency"], **facts), "basis")]
        if f["cancelled"]:
            blocks.append(Sentence(self("partial", **facts)))
        return blocks

    def provenance(self) -> Sentence:
        """Version, scenario and seed."""
        f = self.facts
        told = {"version": f["version"], "name": f["scenario"], "digest": f["digest"][:12], "seed": f["seed"]}
        return Sentence("\n" + say("provenance", self.lang, **told) + by_events(f, self.lang), "provenance")
