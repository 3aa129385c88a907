"""Tornado: how far each uncertain input by itself moves the difference between two cases."""

from __future__ import annotations

import pickle
import traceback
from collections.abc import Generator, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from functools import lru_cache, partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import numpy as np

from warrantysim.analysis.cases import Cancel, Case, Progress, comparable_cases, families, per_year
from warrantysim.claims.births import born_with_earlier
from warrantysim.experiment.births import births, earlier
from warrantysim.experiment.intervals import t_interval
from warrantysim.experiment.levers import turned
from warrantysim.experiment.pace import Cancelled
from warrantysim.experiment.reads import Place, places_differing, read_of, watched
from warrantysim.experiment.simulate import ReplicationFailed
from warrantysim.experiment.summary import Failure
from warrantysim.experiment.uncertain import Turn, UncertainInput
from warrantysim.experiment.workers import Workers, results
from warrantysim.experiment.year import simulated_year
from warrantysim.journeys.events import simulate_run
from warrantysim.journeys.records import Run
from warrantysim.money.price import price
from warrantysim.schema.errors import BadInput
from warrantysim.schema.policy import Policy
from warrantysim.schema.root import Scenario

if TYPE_CHECKING:
    import pandas as pd

AT_HAND = 24
"""Runs a process keeps in memory; one of the base scenario takes 7 MB."""


@dataclass(frozen=True)
class _Kept:
    """What is known of the runs of some cases of one scenario."""

    places: tuple[int, ...]
    """Places among the cases."""
    born_of: frozenset[Place]
    """What births read, in all replications together."""
    reads: tuple[frozenset[Place], ...]
    """What births or the run read, by case."""

    def untouched(self, changed: frozenset[Place] | None) -> tuple[bool, ...]:
        """Whether the run of each case stays as it is where a scenario states some places otherwise."""
        return tuple(_clear(read, changed) for read in self.reads)


@dataclass(frozen=True)
class _Family:
    """Cases of one scenario."""

    scenario: Scenario
    policies: tuple[Policy, ...]
    kept: _Kept


@dataclass(frozen=True)
class KnownRuns:
    """Runs of some cases as stated. Made by `known_runs`."""

    families: tuple[_Family, ...]
    replications: range
    seed: int
    folder: Path
    """Where the runs are kept while they are needed."""
    stated: np.ndarray
    """Cost a year as stated, shape (cases, replications) [reporting currency a year]."""
    jobs: Workers = 1

    def at(self, turns: Sequence[Turn]) -> Generator[np.ndarray, None, None]:
        """Cost a year of each case with levers turned, for one turn after the other.

        Yields
        ------
        Shape (cases, replications), reporting currency a year: as `yearly_costs` of `cases_at`, to the last digit.

        Raises
        ------
        ReplicationFailed
            If a run broke.
        ScenarioError
            If a turn makes no valid world.
        """
        # One family goes through all turns in one stream; several take turns, so that what is done is done for all.
        chunk = len(turns) if len(self.families) == 1 else 1
        for first in range(0, len(turns), max(chunk, 1)):
            some = turns[first : first + chunk]
            streams = [self._costs(family, some) for family in self.families]
            if len(streams) == 1:
                yield from streams[0]
                continue
            found = np.empty_like(self.stated)
            for family, stream in zip(self.families, streams, strict=True):
                for costs in stream:
                    found[list(family.kept.places)] = costs
            yield found

    def _costs(self, family: _Family, turns: Sequence[Turn]) -> Iterator[np.ndarray]:
        work = partial(
            _turned, turns=tuple(turns), kept=family.kept, folder=self.folder, replications=self.replications
        )
        # A generator, though its type says less: what is under way ends when it is closed.
        stream: Any = results(work, family.scenario, family.policies, self.seed, range(len(turns)), jobs=self.jobs)
        for found in stream:
            if isinstance(found, Exception):
                raise found
            if isinstance(found, Failure):
                raise ReplicationFailed(found)
            yield found


@contextmanager
def known_runs(cases: Sequence[Case], replications: range, seed: int, *, jobs: Workers = 1) -> Iterator[KnownRuns]:
    """Simulate cases as stated and keep their runs, in a folder that goes when the context ends.

    Raises
    ------
    ValueError
        If the cases cannot be compared.
    ReplicationFailed
        If a run broke.
    """
    chosen = comparable_cases(cases)
    stated = np.empty((len(chosen), len(replications)))
    found = []
    with TemporaryDirectory(prefix="warrantysim-") as name:
        folder = Path(name)
        for world, places in families(chosen):
            policies = tuple(chosen[i].policy for i in places)
            work = partial(_stated, places=tuple(places), folder=folder)
            rows = list(results(work, world, policies, seed, replications, jobs=jobs))
            for row in rows:
                if isinstance(row, Failure):
                    raise ReplicationFailed(row)
            whole = [row for row in rows if not isinstance(row, Failure)]
            for k, i in enumerate(places):
                stated[i] = [totals[k] * per_year(world) for totals, *_ in whole]
            born_of = frozenset().union(*(born_of for _, born_of, _ in whole))
            reads = tuple(born_of.union(*(reads[k] for *_, reads in whole)) for k in range(len(places)))
            found.append(_Family(world, policies, _Kept(tuple(places), born_of, reads)))
        yield KnownRuns(tuple(found), replications, seed, folder, stated, jobs)


def _stated(
    scenario: Scenario,
    policies: Sequence[Policy],
    seed: int,
    replication: int,
    *,
    places: tuple[int, ...],
    folder: Path,
) -> tuple[list[float], set[Place], list[set[Place]]] | Failure:
    """Totals of one replication, what births read, and what the run of each case did; its runs are in the folder."""
    k = -1
    try:
        there, born_of = watched(scenario)
        claims, before = born_with_earlier(there, seed, replication)
        totals, reads = [], []
        for k, policy in enumerate(policies):
            # A scenario of its own for each: what one run has computed of it, another one would not be seen to read.
            there, read = watched(scenario)
            run = simulate_run(there, policy, claims, seed, replication, earlier=before)
            if folder.is_dir():  # On another machine it is not, and runs are simulated again where they are asked for.
                _file(folder, places[k], replication).write_bytes(pickle.dumps(run, protocol=pickle.HIGHEST_PROTOCOL))
            totals.append(_total(run, scenario, policy, replication))
            reads.append(read)
    except Exception as error:
        return _failure(k, replication, error)
    return totals, born_of, reads


def _turned(
    scenario: Scenario,
    policies: Sequence[Policy],
    seed: int,
    turn: int,
    *,
    turns: Sequence[Turn],
    kept: _Kept,
    folder: Path,
    replications: range,
) -> np.ndarray | Failure | Exception:
    """Costs a year of one family with levers turned. Shape (cases of the family, replications)."""
    k, replication = -1, replications[0]
    try:
        there = turned(scenario, turns[turn])
        changed = places_differing(scenario, there)
        known = kept.untouched(changed)
        # Claims of the scenario as stated are at hand; see `births`.
        cradle = scenario if _clear(kept.born_of, changed) else there
    except Exception as error:
        return error
    try:
        found = np.empty((len(policies), len(replications)))
        for column, replication in enumerate(replications):
            for k, policy in enumerate(policies):
                run = _seen(_file(folder, kept.places[k], replication)) if known[k] else None
                if run is None:
                    claims, before = births(cradle, seed, replication), earlier(cradle, seed, replication)
                    run = simulate_run(there, policy, claims, seed, replication, earlier=before)
                found[k, column] = _total(run, there, policy, replication) * per_year(there)
    except Exception as error:
        return _failure(k, replication, error)
    return found


def _clear(reads: frozenset[Place], changed: frozenset[Place] | None) -> bool:
    """Whether nothing that was read has changed."""
    return changed is not None and not read_of(reads, changed)


def _total(run: Run, scenario: Scenario, policy: Policy, replication: int) -> float:
    return simulated_year(run, price(run, scenario, policy), scenario, replication).total


def _file(folder: Path, place: int, replication: int) -> Path:
    return folder / f"{place}-{replication}.run"


def _seen(file: Path) -> Run | None:
    """A run that is kept; None on a machine that does not see the folder, where it is simulated anew."""
    return _loaded(file) if file.exists() else None


@lru_cache(maxsize=AT_HAND)
def _loaded(file: Path) -> Run:
    run: Run = pickle.loads(file.read_bytes())  # Our own bytes, of this study.
    return run


def _failure(policy: int, replication: int, error: Exception) -> Failure:
    text = "".join(traceback.format_exception(error))
    return Failure(policy, replication, type(error).__name__, str(error), text)


@dataclass(frozen=True)
class Tornado:
    """The difference, new less now, with one input at a time at its ends; arrays of shape (inputs,)."""

    inputs: tuple[UncertainInput, ...]
    """The inputs."""
    stated: np.ndarray
    """Difference as stated, by replication, shape (R,) [reporting currency a year]."""
    at_low: np.ndarray
    """Differences with the input at its low, shape (inputs, R) [reporting currency a year]."""
    at_high: np.ndarray
    """Likewise at its high."""
    level: float
    """Level of the intervals [share, 0-1]."""
    left: int = 0
    """Inputs that were not turned, since it was stopped [count]."""

    def table(self) -> pd.DataFrame:
        """A row an input, widest swing first.

        Returns
        -------
        Columns input, unit, low, high, at_low, at_high (differences), swing, swing_half_width, flips (whether the
        cheaper case changes at either end), detectable (whether the interval of the swing keeps clear of 0), reason.
        """
        import pandas as pd

        swing = t_interval(self.at_high - self.at_low, self.level)
        low, high = self.at_low.mean(axis=1), self.at_high.mean(axis=1)
        frame = pd.DataFrame(
            {
                "input": [one.name for one in self.inputs],
                "unit": [one.unit for one in self.inputs],
                "low": [one.low for one in self.inputs],
                "high": [one.high for one in self.inputs],
                "at_low": low,
                "at_high": high,
                "swing": np.abs(high - low),
                "swing_half_width": swing.half_width,
                "flips": (np.sign([low, high]) * np.sign(self.stated.mean()) < 0).any(axis=0),
                "detectable": (swing.low > 0) | (swing.high < 0),
                "reason": [one.reason for one in self.inputs],
            }
        )
        return frame.sort_values("swing", ascending=False, ignore_index=True, kind="stable")


def tornado_of(
    now: Case,
    new: Case,
    inputs: Sequence[UncertainInput],
    replications: range,
    seed: int,
    *,
    jobs: Workers = 1,
    progress: Progress | None = None,
    cancel: Cancel | None = None,
) -> Tornado:
    """How far each input moves the yearly cost of ``new`` less that of ``now``, turned in the scenarios of both.

    Inputs that no run reads, such as prices, are priced anew on the runs as stated; see `known_runs`. Stopped, it holds
    the inputs that were turned by then.

    Raises
    ------
    BadInput
        If there are no inputs.
    Cancelled
        If it was stopped before the first input was turned both ways.
    """
    if not inputs:
        raise BadInput("expected at least one uncertain input")
    turns = [((one.lever, position),) for one in inputs for position in (one.low, one.high)]
    with (
        known_runs([now, new], replications, seed, jobs=jobs) as known,
        closing(known.at(turns)) as found,
    ):
        ends: list[np.ndarray] = []
        while len(ends) < len(turns) and not (cancel is not None and cancel()):
            try:
                costs = next(found)
            except Cancelled:
                break
            ends.append(costs[1] - costs[0])
            if progress is not None and len(ends) % 2 == 0:
                progress(len(ends) // 2, len(inputs))
        stated = known.stated[1] - known.stated[0]
    done = len(ends) // 2
    if not done:
        raise Cancelled("the tornado was stopped before its first input was through")
    low, high = np.array(ends[: 2 * done : 2]), np.array(ends[1 : 2 * done : 2])
    return Tornado(tuple(inputs[:done]), stated, low, high, now.scenario.plan.confidence, len(inputs) - done)
