"""The luck of claims alone, as a control variate of what policies cost when they are simulated.

A policy is dear in a year in which many claims are filed or repairs fail, whether anybody queues or not. What its
claims cost alone is known for every arm (`experiment.potential`), so for every policy, in as many replications as
wanted:

    cost = simulated cost - (cost alone in that year - cost alone in a mean year)

The mean stays what it was; what is left of the noise is what claims do to each other (Lavenberg and Welch 1981). The
factor is 1, not fitted: of a handful of years a fitted one would be noise itself.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from warrantysim.decision.cells import CellKey, zone_at
from warrantysim.decision.loop import weighed
from warrantysim.decision.moves import Plan, Zones
from warrantysim.decision.training import Learned
from warrantysim.journeys.model import Model


@dataclass
class LuckAlone:
    """What the claims of some cells cost alone, by replication; what was worked out is kept."""

    learned: Learned
    """The claims."""
    cells: Sequence[CellKey]
    """The cells a plan is of."""
    first: int
    """Replications that suggested policies, the first of all: they have no part in what is a mean year [count]."""
    _known: dict[tuple[int, Zones], np.ndarray] = field(default_factory=dict)

    def of(self, plan: Plan) -> np.ndarray:
        """Cost alone of a policy's claims in each replication, less that of a mean year. Shape (replications,)."""
        cost = np.sum([self._cell(c, zones) for c, zones in enumerate(plan)], axis=0)
        return np.asarray(cost - cost[self.first :].mean())

    def noise(self, one: Plan, other: Plan) -> float:
        """Standard error of the difference of two policies' mean years."""
        apart = (self.of(one) - self.of(other))[self.first :]
        return float(np.std(apart, ddof=1)) / math.sqrt(len(apart)) if len(apart) > 1 else 0.0

    def mean(self, c: int, zones: Zones) -> float:
        """Cost alone of a cell's claims in a mean year."""
        return float(self._cell(c, zones)[self.first :].mean())

    def arms(self, c: int, zones: Zones) -> tuple[np.ndarray, np.ndarray]:
        """Claims of a cell, and the arm of each under a rule."""
        x, cell = self.learned, self.cells[c]
        place = {tuple(arm): a for a, arm in enumerate(x.arms)}
        rows = np.flatnonzero(x.cell == x.cells.index(cell)) if cell in x.cells else np.arange(0)
        at = zone_at(zones, x.value[rows], x.price[rows], x.age[rows])
        return rows, np.array([place[zone.arm] for zone in zones])[at]

    def _cell(self, c: int, zones: Zones) -> np.ndarray:
        if (c, zones) not in self._known:
            x = self.learned
            rows, arms = self.arms(c, zones)
            self._known[c, zones] = np.bincount(x.replication[rows], x.cost[rows, arms], x.replications)
        return self._known[c, zones]


def saved_alone(model: Model, base: np.ndarray, cost: np.ndarray) -> float:
    """What one policy saves against another on shared luck; nothing is worse than not to come to an end."""
    return weighed(model, base) - weighed(model, cost) if np.isfinite(cost).all() else -np.inf


def standard_error(base: np.ndarray, cost: np.ndarray) -> float:
    """Standard error of the difference on shared luck."""
    if len(base) < 2 or not np.isfinite([base, cost]).all():
        return 0.0
    return float(np.std(base - cost, ddof=1) / math.sqrt(len(base)))
