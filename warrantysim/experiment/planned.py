"""What claims of a replication are going to do, kept while further policies meet them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from warrantysim.claims.columns import Claims, time_order
from warrantysim.experiment.births import earlier
from warrantysim.journeys.events import first_plans
from warrantysim.journeys.plan import Plan
from warrantysim.schema.policy import Policy
from warrantysim.schema.recent import recent
from warrantysim.schema.root import Scenario

PLANNED = 60_000
"""Most claims whose plans are kept at hand, 0.4 kB each [count]."""


@dataclass
class PlannedClaims:
    """Claims of a replication as they were planned: those of a cell of which a further policy says the same need not be
    planned again. Which row of its rules said it (`Plan.rule`) is that of the policy they were planned under."""

    scenario: Scenario
    seed: int
    replication: int
    parts: list[tuple[list[Plan], Mapping[int, object]]] = field(default_factory=list)
    """What was planned together, the last first: its `first_plans`, and what was said in each of its cells."""

    def under(self, policy: Policy, said: Mapping[int, object], claims: Claims) -> list[Plan]:
        """The first plans of some cells under a policy, with what it says in each. ``claims``: all that are born."""
        left = dict(said)
        found: list[list[Plan]] = []
        for plans, known in self.parts:
            if same := [cell for cell, says in left.items() if known.get(cell) == says]:
                whole = len(same) == len(known)
                found.append(plans if whole else [plan.take(self._rows(plan.claims, same)) for plan in plans])
                left = {cell: says for cell, says in left.items() if cell not in same}
        if left or not found:
            found.append(self._planned(policy, claims, list(left)))
            parts = [(found[-1], left), *self.parts]
            counts = np.cumsum([len(plans[0]) for plans, _ in parts])
            self.parts = [part for part, count in zip(parts, counts, strict=True) if count <= PLANNED]
        if len(found) == 1:
            return found[0]
        born, young = (Plan.concat(parts) for parts in zip(*found, strict=True))
        return [born.take(np.argsort(born.claims.root)), young.take(time_order(young.claims.opened, young.claims.unit))]

    def _planned(self, policy: Policy, claims: Claims, cells: Sequence[int]) -> list[Plan]:
        s, beyond = self.scenario, int(claims.root.max(initial=-1)) + 1
        both = claims, earlier(s, self.seed, self.replication)
        born, before = (one.take(self._rows(one, cells)) for one in both)
        first, *young = first_plans(s, policy, born, self.seed, self.replication, before, beyond)
        return [first, *(young or [first.take(np.arange(0))])]

    def _rows(self, claims: Claims, cells: Sequence[int]) -> np.ndarray:
        """Rows of claims in some cells."""
        wanted = np.zeros(len(self.scenario.skus) * len(self.scenario.market_ids), dtype=bool)
        wanted[cells] = True
        return np.flatnonzero(wanted[cell_of(claims.sku, claims.market, self.scenario)])


@recent(1)
def planned_claims(scenario: Scenario, seed: int, replication: int) -> PlannedClaims:
    """What was planned of the replication that was simulated last."""
    return PlannedClaims(scenario, seed, replication)


def cell_of(sku: np.ndarray, market: np.ndarray, scenario: Scenario) -> np.ndarray:
    """Number of the cell of each claim: products one after the other, markets within. Shape (n,), int64."""
    return np.asarray(sku.astype(np.int64) * len(scenario.market_ids) + market)
