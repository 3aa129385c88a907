"""A scenario that can be asked by simulation, and where the time goes meanwhile."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Iterator, Sequence
from concurrent.futures import Executor, Future
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np

from warrantysim.decision.outcomes import Compared, Question
from warrantysim.experiment.beside import booked
from warrantysim.experiment.on_disk import kept_on_disk, placed
from warrantysim.experiment.outcomes import PotentialOutcomes, SimulatedYear
from warrantysim.experiment.simulate import expected_claims, run_compared, run_potential
from warrantysim.experiment.summary import Failure
from warrantysim.experiment.turned_scenarios import Measure, measured_at
from warrantysim.experiment.uncertain import Turn
from warrantysim.experiment.workers import Watched, Workers, give_back, here_alone, results, silent
from warrantysim.schema.errors import ScenarioError
from warrantysim.schema.policy import Policy
from warrantysim.schema.root import Scenario

Progress = Callable[[str, int, int], None]
"""Told (stage, done, total)."""

MANY = 50_000
"""Claims born in a replication from which what is found is kept on disk: of fewer a process keeps enough [count]."""


@dataclass(frozen=True)
class Experiments:
    """A scenario that can be asked, by simulation."""

    scenario: Scenario
    seed: int
    jobs: Workers = 1
    progress: Progress | None = None
    alone: bool = False
    """Whether what stands beside claims is left out of what is learned of them."""
    place: Path | None = None
    """Where on disk is kept what is found of the scenario; None where nothing is."""
    place_of_turns: Path | None = None
    """The same of it with levers turned, of which a process keeps nothing."""
    today: dict[tuple[Question, range], Future[Any]] = field(default_factory=dict, compare=False)
    """What is found out of today's policy meanwhile, by question and replications, until somebody asks."""

    @contextmanager
    def keeping(self) -> Iterator[Experiments]:
        """The same, of which processes of this machine find on disk what others found, where claims are many or levers
        are turned."""
        workers = self.jobs.workers if isinstance(self.jobs, Watched) else self.jobs
        if not isinstance(workers, int):
            yield self
            return
        with kept_on_disk() as place:
            # Without a disk everything is found anew.
            many = expected_claims(self.scenario) >= MANY
            yield replace(self, place=place if many else None, place_of_turns=place)

    def foresee(self, beside: Executor, question: Question, replications: range) -> None:
        """Begin to find out of today's policy what will be asked of it, which depends on nothing that is still looked
        for, while this process waits for a solver. Without other processes it is left for when somebody asks."""
        # One replication alone would be run in this process.
        if not here_alone(self.jobs) and len(replications) > 1:
            beside_this = replace(self, jobs=silent(self.jobs), progress=None, today={})
            asks: dict[Question, Callable[..., Any]] = {
                "simulate": beside_this.simulate,
                "compare": lambda now, span: beside_this.compare(now, (), span)[1],
                "booked": beside_this.booked,
            }
            self.today[question, replications] = beside.submit(asks[question], [self.scenario.policy], replications)

    def _foreseen(self, question: Question, policies: Sequence[Policy], replications: range) -> Any:
        """What is known of the first policy; None where nothing is."""
        if policies[0] is not self.scenario.policy or (question, replications) not in self.today:
            return None
        return self.today.pop((question, replications)).result()[0]

    def _watch(self, stage: str) -> Callable[[int, int], None] | None:
        progress = self.progress
        return None if progress is None else lambda done, total: progress(stage, done, total)

    def potential(self, replications: range, incumbent: Policy) -> Iterator[PotentialOutcomes]:
        """Potential outcomes, one a replication, as they come."""
        return run_potential(
            self.scenario,
            incumbent,
            replications,
            self.seed,
            jobs=self.jobs,
            alone=self.alone,
            progress=self._watch("learn"),
            place=self.place,
        )

    def by_law(self, law: bool) -> Experiments:
        """The same scenario as it is or without a legal floor, of which only claims alone are learned."""
        if law:
            return replace(self, alone=True)
        return replace(self, scenario=self.scenario.replace(legal_floors=()), alone=True, place=None)

    def simulate(self, policies: Sequence[Policy], replications: range) -> list[list[SimulatedYear]]:
        """Simulated years: a list a policy, in it a year a replication."""
        return self.compare(policies, range(len(policies)), replications)[0]

    def compare(self, policies: Sequence[Policy], whole: Collection[int], replications: range) -> Compared:
        """Simulated years of the policies at the places ``whole``, and what those of the others come to."""
        known = self._foreseen("simulate" if 0 in whole else "compare", policies, replications)
        if known is not None:
            left = [k - 1 for k in whole if k]
            found, sums = self.compare(policies[1:], left, replications) if policies[1:] else ([], [])
            return ([known, *found], sums) if 0 in whole else (found, [known, *sums])
        return run_compared(
            self.scenario,
            policies,
            whole,
            replications,
            self.seed,
            jobs=self.jobs,
            progress=self._watch("simulate"),
            place=self.place,
        )

    def booked(self, policies: Sequence[Policy], replications: range) -> np.ndarray:
        """What the ledger books of each policy where nobody queues, see `booked`."""
        known = self._foreseen("booked", policies, replications)
        if known is not None:
            return np.stack([known, *(self.booked(policies[1:], replications) if policies[1:] else [])])
        stream = results(placed(booked, self.place), self.scenario, policies, self.seed, replications, jobs=self.jobs)
        return np.array(list(stream)).T

    def turned(
        self, policies: Sequence[Policy], replications: range, turns: Sequence[Turn], measure: Measure
    ) -> Iterator[np.ndarray | Failure | ScenarioError]:
        """A measure of each policy's years at each turn."""
        stream = measured_at(
            self.scenario, policies, replications, self.seed, turns, measure, jobs=self.jobs, place=self.place_of_turns
        )
        told = self._watch("draw")
        for done, found in enumerate(stream, 1):
            yield found
            if told is not None:
                told(done, len(turns))


class StageTimes:
    """Where the time goes."""

    def __init__(self, progress: Progress | None = None) -> None:
        self.seconds: dict[str, float] = {}
        self.progress = progress
        self._name, self._since = "", time.perf_counter()

    def __call__(self, name: str) -> None:
        """Book the time so far to the stage that ends, and begin another; memory only that one took is given back."""
        give_back()
        now = time.perf_counter()
        if self._name:
            self.seconds[self._name] = self.seconds.get(self._name, 0.0) + now - self._since
        self._name, self._since = name, now
        if name and self.progress is not None:
            self.progress(name, 0, 0)

    @contextmanager
    def whole(self) -> Iterator[StageTimes]:
        """Close the last stage at the end."""
        yield self
        self("")
