"""Running a comparison: every case meets the same replications, until as many are through as asked or needed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from warrantysim.analysis.carbon import CarbonMethod
from warrantysim.analysis.cases import Cancel, Cancelled, Case, Observed, Progress, checked, families, observed
from warrantysim.analysis.compare import Comparison, case_place
from warrantysim.analysis.measures import TOTAL
from warrantysim.experiment.intervals import replications_needed, t_interval
from warrantysim.experiment.simulate import MOST
from warrantysim.experiment.summary import Failure
from warrantysim.schema.errors import BadInput

BATCH = 8
"""Replications handed out together where several processes share them."""


def compare(
    cases: Sequence[Case],
    baseline: int | str = 0,
    *,
    replications: int | range | None = None,
    seed: int | None = None,
    target: float | None = None,
    method: CarbonMethod | None = None,
    jobs: int = 1,
    backend: str | None = None,
    progress: Progress | None = None,
    cancel: Cancel | None = None,
) -> Comparison:
    """Run cases on common random numbers and compare them with a baseline.

    A pure function of cases, seed and replications: a case that states what the baseline states differs from it by
    exactly 0 in every replication.

    Parameters
    ----------
    replications, seed
        As the baseline's plan states where not given. With a ``target`` the least number.
    target
        Half-width at which to stop, of the cost difference of every case [reporting currency a year, > 0].
    method
        How emissions are counted; well-to-wheel with radiative forcing where not given.
    progress, cancel
        Told and asked after every batch of replications; a cancelled comparison keeps those that all cases met.

    Raises
    ------
    BadInput
        For cases that cannot be compared, no replications, or a target not above 0.
    Cancelled
        If it was stopped before the first replication was through.
    """
    chosen = checked(cases)
    base = case_place(chosen, baseline)
    plan = chosen[base].world.plan
    asked = plan.replications if replications is None else replications
    first = range(asked) if isinstance(asked, int) else asked
    if len(first) < 1:
        raise BadInput(f"expected at least one replication, got {replications}")
    if target is not None and not target > 0:
        raise BadInput(f"expected a target half-width above 0, got {target}")
    study = _Study(chosen, base, plan.seed if seed is None else seed, method or CarbonMethod(), jobs, backend)
    todo = first
    while todo:
        chunk = todo[: 1 if jobs == 1 and backend is None else BATCH]
        todo = todo[len(chunk) :]
        study.run(chunk)
        if progress is not None:
            progress(len(study.met), len(study.met) + len(todo))
        if cancel is not None and cancel():
            return study.comparison(cancelled=bool(todo) or target is not None)
        if not todo and target is not None:
            todo = study.further(len(first), target, first.step)
    return study.comparison()


@dataclass
class _Study:
    """Replications as they come in."""

    cases: tuple[Case, ...]
    base: int
    seed: int
    method: CarbonMethod
    jobs: int
    backend: str | None
    met: dict[int, list[Observed | Failure]] = field(default_factory=dict)

    def run(self, chunk: range) -> None:
        rows: dict[int, list[Observed | Failure]] = {r: [None] * len(self.cases) for r in chunk}  # type: ignore[list-item]
        for world, places in families(self.cases):
            policies = [self.cases[i].policy for i in places]
            stream = observed(world, policies, chunk, self.seed, self.method, jobs=self.jobs, backend=self.backend)
            for replication, found in zip(chunk, stream, strict=True):
                for i, one in zip(places, found, strict=True):
                    rows[replication][i] = one
        self.met.update(rows)

    def whole(self) -> dict[int, list[Observed]]:
        """Replications without a failure."""
        kept = {r: [one for one in row if isinstance(one, Observed)] for r, row in self.met.items()}
        return {r: row for r, row in kept.items() if len(row) == len(self.cases)}

    def further(self, least: int, target: float, step: int) -> range:
        """Replications still to run for a target, as many as the spread so far asks for."""
        found = self.comparison()
        allowed = least * MOST - len(self.met)
        if len(found.replications) < 2 or allowed <= 0 or not found.others:
            return range(0)
        totals = [found.samples(TOTAL, i).values[0] for i in range(len(self.cases))]
        apart = np.array([totals[i] - totals[self.base] for i in found.others])
        if (t_interval(apart, found.level).half_width <= target).all():
            return range(0)
        needed = max(replications_needed(float(s), target, found.level) for s in apart.std(axis=-1, ddof=1))
        more = int(min(max(needed - len(found.replications), 1), len(self.met), allowed))
        start = max(self.met) + step if step > 0 else min(self.met) + step
        return range(start, start + more * step, step)

    def comparison(self, cancelled: bool = False) -> Comparison:
        whole = self.whole()
        if cancelled and not whole:
            raise Cancelled("the comparison was stopped before a replication was through")
        broken = [
            Failure(i, one.replication, one.kind, one.message, one.traceback)
            for row in self.met.values()
            for i, one in enumerate(row)
            if isinstance(one, Failure)
        ]
        runs = tuple(tuple(row[i] for row in whole.values()) for i in range(len(self.cases)))
        return Comparison(
            self.cases, self.base, self.seed, tuple(whole), runs, tuple(broken), cancelled, self.method.name
        )
