"""Which thresholds to switch to: the rules, what they save, and how sure that is."""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from concurrent.futures import Executor, Future
from dataclasses import asdict, dataclass, field, fields, is_dataclass, replace
from functools import partial
from types import UnionType
from typing import TYPE_CHECKING, Any, Union, get_args, get_origin, get_type_hints

import numpy as np
import pandas as pd

from warrantysim.decision.asking import Experiments
from warrantysim.decision.binding import Bound
from warrantysim.decision.cells import CellZone
from warrantysim.decision.changes import Ticks
from warrantysim.decision.decide import CONFIRMATION, Decision, decide
from warrantysim.decision.outcomes import Compared, Outcomes, Question, compared
from warrantysim.experiment.components import years_beside
from warrantysim.experiment.on_disk import placed
from warrantysim.experiment.result import Result
from warrantysim.experiment.service import service_table
from warrantysim.experiment.simulate import ReplicationFailed, simulate
from warrantysim.experiment.summary import Failure
from warrantysim.experiment.workers import here_alone, results, silent
from warrantysim.locale.wording import Lang
from warrantysim.present.blocks import Block
from warrantysim.schema.paths import tree_of
from warrantysim.schema.strict import Strict
from warrantysim.studies.decide.files import decision_frames, decision_record, recommended
from warrantysim.studies.decide.told import Told
from warrantysim.studies.decide.words import CaseWords
from warrantysim.studies.study import Options, Stored, Study, Work, by_events
from warrantysim.studies.waiting import WAITING

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

    from warrantysim.analysis.cases import Case
    from warrantysim.experiment.outcomes import PotentialOutcomes, SimulatedYear, YearSums
    from warrantysim.experiment.turned_scenarios import Measure
    from warrantysim.experiment.uncertain import Turn
    from warrantysim.schema.errors import ScenarioError
    from warrantysim.schema.policy import Policy
    from warrantysim.schema.root import Scenario
    from warrantysim.studies.study import Stored

LATER: dict[str, Any] = {"weakest": "", "explained": math.nan, "flip": "", "flip_at": math.nan, "robust_draws": 0}
"""Columns a decision table of before may lack, and what they hold where nothing is known."""
FULL = 2
"""Rules confirmed in full, today's and the recommended one [count]."""
NAMES = ("recommended", "free optimum")
"""Names in the confirming simulation of the decided rule and the optimum behind it; those beside keep their own."""


class DecideOptions(Options):
    """Which changes are taken up, where not those recommended; ``replications`` are those that confirm."""

    only: tuple[str, ...] | None = None
    """Take up these changes alone, in place of those recommended [names]."""
    without: tuple[str, ...] = ()
    """Take up those recommended but for these [names]."""
    also: tuple[str, ...] = ()
    """Take up these too: held ones, as those that lengthen waits [names]."""


@dataclass(frozen=True)
class Decided:
    """A decision with what it was made of."""

    decision: Decision
    scenario: Scenario
    """The one decided for."""
    confirmed: Result | None = field(default=None, repr=False)
    """The confirming simulation: today's rule and the one recommended, where it is kept for later all others too; None
    for one that was read."""
    changes: tuple[str, ...] = ()
    """What the scenario changes of its base, a line each."""
    memory: float | None = None
    """The most it took, where that is known [MB]."""


class Decide(Study[DecideOptions, Decided]):
    """A scenario under the rule in force."""

    name = "decide"
    version = 2
    Options = DecideOptions
    finds_rule = True

    def run(self, cases: Sequence[Case], ask: DecideOptions, work: Work) -> Decided:
        """As `decision.decide.decide`, its confirmation kept."""
        scenario = scenario_of(cases[0], ask)
        ticks = Ticks(ask.only, ask.without, ask.also)
        with Experiments(scenario, work.seed, work.jobs, work.progress).keeping() as experiments:
            asked = Confirming(experiments, scenario, work)
            found = decide(
                scenario,
                seed=work.seed,
                jobs=work.jobs,
                progress=work.progress,
                asked=asked,
                ticks=ticks,
                taught=lambda taught: work.beside("taught", taught),
            )
        return Decided(found, scenario, asked.found[-1], tuple(work.changes), work.memory())

    def tables(self, found: Decided) -> Mapping[str, pd.DataFrame]:
        """``decision`` a row a cell, ``changes``, ``agent_rules``, ``ladder``, ``tried``, ``scarce``, ``order_regret``
        and ``law``."""
        frames = decision_frames(found.decision, found.scenario)
        return {**frames, **({} if found.confirmed is None else {WAITING: _waiting(found.confirmed)})}

    def facts(self, found: Decided) -> Mapping[str, Any]:
        """The decision but for its tables, and words of its scenario."""
        from warrantysim.version import __version__

        words = asdict(CaseWords.of(found.scenario))
        return {
            "version": __version__,
            "state": facts_of(found.decision),
            "words": {name: one for name, one in words.items() if name != "partners"},
            "changed": list(found.changes),
            "peak_memory_mb": found.memory,
            **({} if found.confirmed is None else found.confirmed.by_events),
        }

    def stored(self, found: Decided, cases: Sequence[Case], ask: DecideOptions, seed: int) -> Stored:
        """Tables and facts; a table without a row says that there is none."""
        basis = super().stored(found, cases, ask, seed)
        return replace(basis, tables=self.tables(found))

    def upgraded(self, found: Callable[[], Any], cases: Sequence[Case], seed: int) -> Stored:
        """What is stored today of a decision that was stored as an object."""
        decision: Decision = found()
        table = decision.table.copy()
        for name in LATER.keys() - set(table):
            table[name] = LATER[name]
        decision = replace(decision, table=table)
        ask = DecideOptions(replications=decision.replications)
        return self.stored(Decided(decision, scenario_of(cases[0], ask)), cases, ask, seed)

    def upgrade(self, stored: Stored, version: int, cases: Sequence[Case]) -> Stored:
        """Before the second version, lines of the ladder named partners by their ids."""
        from warrantysim.report.agent_rules import with_titles

        ladder = stored.table("ladder")
        if ladder is None:
            return stored
        return replace(stored, tables={**stored.tables, "ladder": with_titles(ladder, cases[0].scenario)})

    def seen(self, stored: Stored) -> Decision:
        """The decision as an object."""
        return decision_of(stored)

    def told(self, stored: Stored, lang: Lang) -> Told:
        """Its sentences and tables, from what is stored alone."""
        words = CaseWords(**stored.facts["words"], partners=stored.facts["partners"])
        return Told(decision_of(stored), words, lang, stored.tables)

    def answer(self, stored: Stored, lang: Lang) -> list[Block]:
        """The saving, the ladder, what to change first, the rules, what stands behind them and what they rest on."""
        f = stored.facts
        return self.told(stored, lang).blocks(f["changed"], f["peak_memory_mb"], f["version"], by_events(f, lang))

    def record(self, stored: Stored) -> dict[str, Any]:
        """All of it as one plain value, for programs."""
        told = self.told(stored, "en")
        return decision_record(told.d, told.words, told.kind, stored)

    def files(self, found: Decided) -> Mapping[str, str]:
        """The recommended rules for programs."""
        from warrantysim.report.rule_files import rule_texts
        from warrantysim.studies.decide.files import recommended_text

        s = found.scenario
        policy = recommended(found.decision, s.horizon.days)
        return {"policy.yaml": recommended_text(found.decision, CaseWords.of(s)), **rule_texts(policy, s)}

    def contents(self, found: Decided, work: Work, lang: Lang) -> Mapping[str, bytes]:
        """Memo and workbook; what the two rules were billed is counted first."""
        from datetime import UTC, datetime

        from warrantysim.experiment.quantities import quantities
        from warrantysim.studies.decide.book import decision_package

        d, confirmed = found.decision, found.confirmed
        if confirmed is None:
            return {}
        counted = quantities(
            confirmed.scenario,
            confirmed.policies[:2],
            range(d.replications),
            seed=d.seed,
            jobs=work.jobs,
            progress=work.stage("count"),
        )
        made = datetime.now(UTC).replace(tzinfo=None, microsecond=0)
        return decision_package(d, confirmed, counted, lang=lang, changes=found.changes, made=made)


def _waiting(confirmed: Result) -> pd.DataFrame:
    """Service under today's rule and the recommended one."""
    now, new = ([s.year for s in confirmed.of(k)] for k in (0, min(1, len(confirmed.policies) - 1)))
    return service_table(now, new, confirmed.scenario, confirmed.scenario.plan.confidence)


def scenario_of(case: Case, ask: DecideOptions) -> Scenario:
    """The scenario of a case with its rule as today's, and as many confirming replications as asked for."""
    whole = case.whole
    if ask.replications is None:
        return whole
    return whole.replace(decision=whole.decision.replace(confirm_replications=ask.replications))


@dataclass(frozen=True)
class Confirming:
    """Experiments whose confirming replications are simulated in full, so that they can be kept; where nobody keeps
    them, those of today's rule and the recommended one alone."""

    inner: Experiments
    scenario: Scenario
    work: Work
    found: list[Result] = field(default_factory=list)
    """What was confirmed."""
    today: list[Future[Result]] = field(default_factory=list)
    """The confirmation of today's rule, where it was begun meanwhile."""

    def potential(self, replications: range, incumbent: Policy) -> Iterator[PotentialOutcomes]:
        """As the inner experiments."""
        return self.inner.potential(replications, incumbent)

    def by_law(self, law: bool) -> Outcomes:
        """As the inner experiments."""
        return self.inner.by_law(law)

    def foresee(self, beside: Executor, question: Question, replications: range) -> None:
        """As the inner experiments; a confirmation is kept in full."""
        if question != "simulate" or replications.start != CONFIRMATION:
            self.inner.foresee(beside, question, replications)
        elif not here_alone(self.work.jobs) and self.work.simulate is None:
            now, seed, jobs = self.scenario.policy, self.work.seed, silent(self.work.jobs)
            one = beside.submit(simulate, self.scenario, now, replications=replications, seed=seed, jobs=jobs)
            self.today.append(one)

    def booked(self, policies: Sequence[Policy], replications: range) -> np.ndarray:
        """As the inner experiments."""
        return self.inner.booked(policies, replications)

    def simulate(self, policies: Sequence[Policy], replications: range) -> list[list[SimulatedYear]]:
        """As `compare`, all of them whole."""
        return self.compare(policies, range(len(policies)), replications)[0]

    def compare(self, policies: Sequence[Policy], whole: Collection[int], replications: range) -> Compared:
        """As the inner experiments; the same years, whoever asks.

        Raises
        ------
        ReplicationFailed
            If a run broke.
        """
        # Confirmed is what stands beside today's rule; rules without one cell's change are only asked for their cost.
        if replications.start != CONFIRMATION or policies[0].rules != self.scenario.policy.rules:
            return self.inner.compare(policies, whole, replications)
        names = dict(zip(range(1, len(policies)), NAMES, strict=False))
        named = [policy.replace(name=names.get(k, policy.name)) for k, policy in enumerate(policies)]
        beside: list[list[SimulatedYear | YearSums]] = []
        if self.work.simulate is None:
            found, beside = self._simulated(named, whole, replications)
        else:
            found = self.work.simulate(self.scenario, named, replications, self.work.seed)
        if found.failures:
            raise ReplicationFailed(found.failures[0])
        self.found.append(found)
        return compared([*([s.year for s in found.of(k)] for k in range(len(found.policies))), *beside], whole)

    def turned(
        self, policies: Sequence[Policy], replications: range, turns: Sequence[Turn], measure: Measure
    ) -> Iterator[np.ndarray | Failure | ScenarioError]:
        """As the inner experiments."""
        return self.inner.turned(policies, replications, turns, measure)

    def _simulated(
        self, policies: Sequence[Policy], whole: Collection[int], replications: range
    ) -> tuple[Result, list[list[SimulatedYear | YearSums]]]:
        """Today's rule and the next in full, and years of those beside them, or what they come to.

        Raises
        ------
        ReplicationFailed
            If a run beside them broke.
        """
        done: Callable[[int, int], None] = self.work.stage("confirm")
        known = [self.today.pop().result()] if self.today and len(policies) > 1 else []
        rest, full = policies[len(known) :], FULL - len(known)
        asks = partial(years_beside, in_full=full, whole=frozenset(k - len(known) for k in whole))
        work = placed(asks, self.inner.place)
        found = Result(self.scenario, tuple(rest[:full]), self.work.seed)
        beside: list[list[SimulatedYear | YearSums]] = [[] for _ in rest[full:]]
        stream = results(work, self.scenario, rest, self.work.seed, replications, jobs=self.work.jobs)
        for replication, (summed_up, others) in zip(replications, stream, strict=True):
            found = found.with_rows(replication, summed_up)
            for years, row in zip(beside, others, strict=True):
                if isinstance(row, Failure):
                    raise ReplicationFailed(row)
                years.append(row)
            done(len(found.replications), len(replications))
        return known[0].beside(found) if known else found, beside


STUDY = Decide()


NESTED: Mapping[str, Any] = {
    **dict.fromkeys(("zones_now", "zones", "zones_free", "zones_agents"), tuple[CellZone, ...]),
    **dict.fromkeys(("cuts", "agent_cuts", "agent_beyond", "claims_beyond"), tuple[float, ...]),
    "flat": tuple[tuple[float, float], ...],
    "binds": tuple[Bound, ...],
    "bill_cells": tuple[tuple[str | int, ...], ...],
}
"""Columns of the decision table that hold more than a figure or a word."""
TABLES = {"table": "decision", "order_regret": "order_regret", "agent_rules": "agent_rules", "law": "law"}
"""Frames of a decision and the tables they are in."""
INFINITE = {"inf": math.inf, "-inf": -math.inf}


def facts_of(decision: Decision) -> dict[str, Any]:
    """What tables do not hold, as JSON has it."""
    columns = {field: list(getattr(decision, field).columns) for field in TABLES}
    rules = {name: plain_values(decision.table[name].tolist()) for name in NESTED if name in decision.table}
    rest = {f.name: plain_values(getattr(decision, f.name)) for f in fields(decision) if f.name not in TABLES}
    return {**rest, "columns": columns, "rules": rules}


def decision_of(stored: Stored) -> Decision:
    """The decision that was stored."""
    held = stored.facts["state"]
    hints = get_type_hints(Decision)
    found = {name: made(hint, held[name]) for name, hint in hints.items() if name in held}
    for part, name in TABLES.items():
        whole, columns = stored.table(name), held["columns"][part]
        frame = pd.DataFrame(columns=columns) if whole is None else whole.rename(columns={"rule_new": "zones"})
        nested = {key: made(list[NESTED[key]], held["rules"][key]) for key in columns if key in NESTED}  # type: ignore[valid-type]
        found[part] = frame.assign(**{key: pd.Series(cells, dtype=object) for key, cells in nested.items()})[columns]
    return Decision(**found)


def plain_values(value: Any) -> Any:
    """A value as JSON has it; NaN is null, what is infinite its name."""
    if isinstance(value, Strict):
        return tree_of(value)
    if is_dataclass(value) and not isinstance(value, type):
        return {f.name: plain_values(getattr(value, f.name)) for f in fields(value)}
    if isinstance(value, Mapping):
        return {str(key): plain_values(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [plain_values(item) for item in value]
    if isinstance(value, np.ndarray | np.generic):
        return plain_values(value.tolist())
    if isinstance(value, float):
        return None if math.isnan(value) else value if math.isfinite(value) else repr(value)
    return value


def made(hint: Any, value: Any) -> Any:
    """A value of a type from its plain form."""
    kind, inner = get_origin(hint), get_args(hint)
    if kind in (Union, UnionType):
        return None if value is None else next(made(one, value) for one in inner if one is not type(None))
    if kind is tuple:
        each = [inner[0]] * len(value) if inner[-1] is Ellipsis else inner
        return tuple(made(one, item) for one, item in zip(each, value, strict=True))
    if kind is list:
        return [made(inner[0], item) for item in value]
    if isinstance(kind, type) and issubclass(kind, Mapping):
        return {key: made(inner[1], item) for key, item in value.items()}
    if hint is float or hint is np.ndarray:
        number = math.nan if value is None else INFINITE.get(value, value)
        return float(number) if hint is float else np.float64(number)
    if isinstance(hint, type) and issubclass(hint, Strict):
        return hint.model_validate(value)
    if is_dataclass(hint):
        hints = get_type_hints(hint)
        stated: Any = hint
        return stated(**{f.name: made(hints[f.name], value[f.name]) for f in fields(hint) if f.name in value})
    return value
