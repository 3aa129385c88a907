"""Replications of a run one after the other, each kept on disk as soon as it is done, so that none is done twice."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from warrantysim.experiment.intervals import replications_needed, t_interval
from warrantysim.experiment.replicate import replicate
from warrantysim.experiment.result import Result
from warrantysim.experiment.simulate import MOST
from warrantysim.experiment.summary import Failure, Summary
from warrantysim.experiment.workers import Workers, results
from warrantysim.store.atomic import AlreadyThere, new_folder, vanish
from warrantysim.store.inputs import Inputs
from warrantysim.store.results import read_tables, results_digest, summaries_of, summary_tables, write_tables
from warrantysim.store.workspace import Workspace

SEAL = "digest.txt"
"""Digest of a replication beside its tables: shows damage."""


@dataclass(frozen=True)
class FinishedReplications:
    """The finished replications of one unfinished run."""

    workspace: Workspace
    run_id: str
    of: str = ""
    """Id of the run it is a part of, where that is what was asked for: they are kept as long as that one's."""

    def __contains__(self, replication: int) -> bool:
        return self._folder(replication).exists()

    def __len__(self) -> int:
        return sum(path.name.isdecimal() for path in self.folder.glob("*"))

    @property
    def folder(self) -> Path:
        """A folder a replication is in here."""
        return self.workspace.parts / self.of / self.run_id

    def keep(self, replication: int, rows: list[Summary | Failure]) -> None:
        """Write one replication; what is there already is left. One that broke is not kept: it may do better."""
        if any(isinstance(row, Failure) for row in rows):
            return
        tables = summary_tables(rows)
        try:
            with new_folder(self._folder(replication), self.workspace.scratch) as draft:
                write_tables(tables, draft)
                (draft / SEAL).write_text(results_digest(tables), "ascii")
        except AlreadyThere:
            pass

    def read(self, replication: int) -> list[Summary | Failure] | None:
        """One replication, as it was given to `keep`; None if there is none. One damaged since then is removed."""
        folder = self._folder(replication)
        if not folder.exists():
            return None
        try:
            tables = read_tables(folder)
            if results_digest(tables) == (folder / SEAL).read_text("ascii"):
                return summaries_of(tables)
        except (OSError, ValueError, KeyError):
            pass  # A file is cut off, missing or not what it was.
        vanish(folder, self.workspace.scratch)
        return None

    def drop(self) -> None:
        """Remove them all: the run is finished, or no longer wanted."""
        vanish(self.folder, self.workspace.scratch)
        if self.of:
            with suppress(OSError):  # There may be others of the same.
                self.folder.parent.rmdir()

    def _folder(self, replication: int) -> Path:
        return self.folder / str(replication)


def growing(inputs: Inputs, parts: FinishedReplications, jobs: Workers = 1) -> Iterator[Result]:
    """The result after every replication; the last is what `experiment.simulate` gives for the same inputs.

    Replications among ``parts`` are read from there, others simulated and kept there. ``jobs`` as in `simulate`.

    Raises
    ------
    Cancelled
        If the workers are stopped.
    """
    plan = inputs.plan
    found = Result(inputs.scenario, inputs.policies, inputs.seed, target=plan.target)
    batch = plan.range
    while batch:
        held = {replication: rows for replication in batch if (rows := parts.read(replication)) is not None}
        left = [replication for replication in batch if replication not in held]
        stream = results(replicate, inputs.scenario, inputs.policies, inputs.seed, left, jobs=jobs) if left else None
        for replication in batch:
            if stream is None or replication in held:
                rows = held[replication]
            else:
                rows = next(stream)
                parts.keep(replication, rows)
            found = found.with_rows(replication, rows)
            yield found
        batch = range(0) if plan.target is None else further(found, plan.replications, plan.target)


def interim_comparison(found: Result) -> list[tuple[str, float, float]]:
    """What is known so far: (policy, mean, half-width) of the first policy's cost and of each other's saving against
    it [reporting currency]; NaN where unknown."""
    totals = found.totals_by_policy()
    totals[1:] = totals[:1] - totals[1:]
    interval = t_interval(totals, found.level)
    rows = zip(found.names, interval.mean.tolist(), interval.half_width.tolist(), strict=True)
    return list(rows)


def further(found: Result, least: int, target: float) -> range:
    """Replications still to run for a target, by the rule of `experiment.simulate`: as many as the spread so far asks
    for, at most as many as there are, at most `MOST` times the least number in all."""
    allowed = least * MOST - len(found.replications)
    n = len(found.complete)
    if n < 2 or allowed <= 0:
        return range(0)
    totals = found.totals_by_policy()
    watched = totals[:1] - totals[1:] if len(totals) > 1 else totals
    if (t_interval(watched, found.level).half_width <= target).all():
        return range(0)
    needed = max(replications_needed(float(s), target, found.level) for s in watched.std(axis=-1, ddof=1))
    start = found.replications[-1] + 1
    return range(start, start + int(min(max(needed - n, 1), len(found.replications), allowed)))
