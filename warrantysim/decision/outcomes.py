"""What the loop asks of a scenario: outcomes to learn from, and years to judge by."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from concurrent.futures import Executor
from typing import Literal, Protocol, runtime_checkable

import numpy as np

from warrantysim.experiment.outcomes import PotentialOutcomes, SimulatedYear, YearSums
from warrantysim.experiment.summary import Failure
from warrantysim.experiment.turned_scenarios import Measure
from warrantysim.experiment.uncertain import Turn
from warrantysim.schema.errors import ScenarioError
from warrantysim.schema.policy import Policy

Compared = tuple[list[list[SimulatedYear]], list[list[YearSums]]]
"""Years of some policies, and what those of others come to: a list a policy, in it an entry a replication."""


def compared(years: Sequence[Sequence[SimulatedYear | YearSums]], whole: Collection[int]) -> Compared:
    """Years that are there, as `Outcomes.compare` gives them; those at the places ``whole`` are."""
    sides = enumerate(years)
    full = {k: [year for year in side if isinstance(year, SimulatedYear)] for k, side in sides if k in whole}
    return list(full.values()), [[year.sums for year in side] for k, side in enumerate(years) if k not in whole]


class Outcomes(Protocol):
    """A scenario and a seed, to be asked; tests state small ones by hand."""

    def potential(self, replications: range, incumbent: Policy) -> Iterable[PotentialOutcomes]:
        """Potential outcomes, one a replication as they come, with descendants under the incumbent."""

    def simulate(self, policies: Sequence[Policy], replications: range) -> list[list[SimulatedYear]]:
        """Simulated years with queues: a list a policy, in it a year a replication, in order."""

    def compare(self, policies: Sequence[Policy], whole: Collection[int], replications: range) -> Compared:
        """The same of the policies at the places ``whole``; and of the others, which are only compared, what theirs
        come to."""


class Worlds(Outcomes, Protocol):
    """The same, in scenarios beside the stated one too, and in one where nobody queues."""

    def booked(self, policies: Sequence[Policy], replications: range) -> np.ndarray:
        """What the ledger books of each policy where nobody queues, shape (policies, replications)."""

    def turned(
        self, policies: Sequence[Policy], replications: range, turns: Sequence[Turn], measure: Measure
    ) -> Iterator[np.ndarray | Failure | ScenarioError]:
        """A measure of each policy's years at each turn; see `measured_at`."""


@runtime_checkable
class Lawful(Protocol):
    """A scenario that can also be asked what would happen without its law."""

    def by_law(self, law: bool) -> Outcomes:
        """The same as it is or without a legal floor, of which only claims alone are learned."""


Question = Literal["simulate", "compare", "booked"]
"""What can be found out of a policy."""


@runtime_checkable
class Foreseeing(Protocol):
    """A scenario of which some can be found out while a solver works."""

    def foresee(self, beside: Executor, question: Question, replications: range) -> None:
        """Begin to find out of today's policy what will be asked of it."""
