"""Costs of the cases of a study on shared luck, as they come in; a replication is never run twice."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from warrantysim.analysis.cases import Cancel, Case, yearly_costs
from warrantysim.analysis.selection import FIRST, Selection, select_best
from warrantysim.decision.decide import CONFIRMATION

BATCH = 5
"""Replications between two looks at whether to stop."""
MOST_TIMES = 5
"""How many times the replications asked for the selection may take."""


class Draws:
    """Costs by case and replication as they come in; a replication is never run twice."""

    def __init__(
        self,
        cases: tuple[Case, ...],
        seed: int,
        count: int,
        jobs: int,
        backend: str | None,
        tell: Callable[[str, int, int], None],
        cancel: Cancel | None,
    ) -> None:
        self.cases, self.seed, self.jobs, self.backend, self.cancel = cases, seed, jobs, backend, cancel
        self.costs = np.full((len(cases), 0), np.nan)
        self.all_met, self.stopped = 0, False
        everyone = tuple(range(len(cases)))
        for start in range(0, count, BATCH):
            # What was decided is worth an interval even where someone is in a hurry.
            if start and cancel is not None and cancel():
                self.stopped = True
                break
            tell("confirm", start, count)
            self.all_met = min(start + BATCH, count)
            self.sample(everyone, range(start, self.all_met))
        tell("confirm", self.all_met, count)

    def sample(self, places: Sequence[int], replications: range) -> np.ndarray:
        """Costs of some cases in some replications, run where they are not known. Shape (places, replications)."""
        missing = replications.stop - self.costs.shape[1]
        if missing > 0:
            self.costs = np.pad(self.costs, ((0, 0), (0, missing)), constant_values=np.nan)
        todo = [r for r in replications if np.isnan(self.costs[list(places), r]).any()]
        if todo:
            span = range(CONFIRMATION + todo[0], CONFIRMATION + todo[-1] + 1)
            chosen = [self.cases[i] for i in places]
            drawn = yearly_costs(chosen, span, self.seed, jobs=self.jobs, backend=self.backend)
            self.costs[np.ix_(places, range(todo[0], todo[-1] + 1))] = drawn
        return self.costs[np.ix_(places, replications)]

    def select(self, within: float, confidence: float) -> Selection:
        """The best case, from what every case met and, where asked for, further replications."""
        first = max(2, min(FIRST, self.all_met))
        most = self.all_met if self.stopped else MOST_TIMES * self.all_met
        names = [case.name for case in self.cases]
        return select_best(
            self.sample,
            names,
            within,
            confidence=confidence,
            first=first,
            batch=BATCH,
            most=max(most, first),
            cancel=self.cancel,
        )
