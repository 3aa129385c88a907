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

Part = tuple[list[Plan], Mapping[int, object]]
"""The `first_plans` of some cells, and what was said in each of them."""


@dataclass
class PlannedClaims:
    """Claims of a replication as they were planned: those of a cell of which a further policy says the same need not be
    planned again. Which row of its rules said it (`Plan.rule`) is that of the policy they were planned under."""

    scenario: Scenario
    seed: int
    replication: int
    parts: list[Part] = field(default_factory=list)
    """What was planned together, the last first."""

    def under(self, policy: Policy, said: Sequence[object], claims: Claims, cells: Sequence[int]) -> list[Plan]:
        """The first plans of some cells under a policy.

        ``said``: what it says in each of all cells; ``claims``: all that are born.
        """
        left, found = list(cells), list[list[Plan]]()
        for part in self.parts:
            if same := [cell for cell in left if cell in part[1] and part[1][cell] == said[cell]]:
                found.append(self._taken(part, same))
                left = [cell for cell in left if cell not in same]
        if left or not found:
            parts = [self._planned(policy, said, claims, left), *self.parts]
            found.append(self._taken(parts[0], left))
            counts = np.cumsum([len(plans[0]) for plans, _ in parts])
            self.parts = [part for part, count in zip(parts, counts, strict=True) if count <= PLANNED]
        if len(found) == 1:
            return found[0]
        born, young = (Plan.concat(plans) for plans in zip(*found, strict=True))
        return [born.take(np.argsort(born.claims.root)), young.take(time_order(young.claims.opened, young.claims.unit))]

    def _planned(self, policy: Policy, said: Sequence[object], claims: Claims, cells: Sequence[int]) -> Part:
        s, beyond = self.scenario, int(claims.root.max(initial=-1)) + 1
        born, before = claims, earlier(s, self.seed, self.replication)
        rows = self._rows(born, cells)
        if 2 * len(rows) > len(born) and len(born) <= PLANNED:
            cells = range(len(said))  # Of claims met before much is remembered: all of them take no longer.
        else:
            born, before = born.take(rows), before.take(self._rows(before, cells))
        first, *young = first_plans(s, policy, born, self.seed, self.replication, before, beyond)
        return [first, *(young or [first.take(np.arange(0))])], {cell: said[cell] for cell in cells}

    def _taken(self, part: Part, cells: Sequence[int]) -> list[Plan]:
        plans, said = part
        return plans if len(cells) == len(said) else [plan.take(self._rows(plan.claims, cells)) for plan in plans]

    def _rows(self, claims: Claims, cells: Sequence[int]) -> np.ndarray:
        """Rows of claims in some cells."""
        wanted = np.zeros(len(self.scenario.skus) * len(self.scenario.market_ids), dtype=bool)
        wanted[list(cells)] = True
        return np.flatnonzero(wanted[cell_of(claims.sku, claims.market, self.scenario)])


@recent(1)
def planned_claims(scenario: Scenario, seed: int, replication: int) -> PlannedClaims:
    """What was planned of the replication that was simulated last."""
    return PlannedClaims(scenario, seed, replication)


def cell_of(sku: np.ndarray, market: np.ndarray, scenario: Scenario) -> np.ndarray:
    """Number of the cell of each claim: products one after the other, markets within. Shape (n,), int64."""
    return np.asarray(sku.astype(np.int64) * len(scenario.market_ids) + market)
