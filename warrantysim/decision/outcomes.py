"""What the loop asks of a scenario: outcomes to learn from, and years to judge by."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from warrantysim.experiment.outcomes import PotentialOutcomes, SimulatedYear
from warrantysim.scenario.policy import Policy


class World(Protocol):
    """A scenario and a seed, to be asked; tests state small ones by hand."""

    def potential(self, replications: range, incumbent: Policy) -> list[PotentialOutcomes]:
        """Potential outcomes, one a replication, with descendants under the incumbent."""

    def simulate(self, policies: Sequence[Policy], replications: range) -> list[list[SimulatedYear]]:
        """Simulated years with queues: a list a policy, in it a year a replication, in order."""
