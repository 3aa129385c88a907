"""What design should fix first: the worth of one point less of each product's fault.

A fault with share f of a product's failures makes claims in proportion to f. One point less of it, the others as they
are, takes away min(0.01, f) / f of those claims, and with them what they and their descendants cost. Queues are as
simulated; claims filed without a failure count to no fault.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from warrantysim.analysis.cases import Cancel, Case, Progress, per_year
from warrantysim.claims.columns import Origin
from warrantysim.experiment.births import births
from warrantysim.experiment.intervals import t_interval
from warrantysim.experiment.outcomes import SimulatedYear
from warrantysim.experiment.pace import Cancelled
from warrantysim.experiment.simulate import run_replications
from warrantysim.experiment.workers import Workers

if TYPE_CHECKING:
    import pandas as pd

POINT = 0.01
"""One point [share of a product's failures]."""
BATCH = 4
"""Replications run between two questions whether to stop."""


@dataclass(frozen=True)
class FaultWorth:
    """Costs and claims of each row of the faults table, by replication; arrays of shape (faults, R), a year."""

    case: Case
    """The scenario and rule."""
    costs: np.ndarray = field(repr=False)
    """Cost of its claims with their descendants [reporting currency a year]."""
    claims: np.ndarray = field(repr=False)
    """Its claims [claims a year]."""
    seed: int
    """Seed of every draw."""
    cancelled: bool = False
    """Whether it was stopped before the last replication."""

    @property
    def worth(self) -> np.ndarray:
        """Worth of one point less, shape (faults, R) [reporting currency a year]."""
        shares = np.array([row.share for row in self.case.scenario.faults])
        part = np.divide(np.minimum(POINT, shares), shares, out=np.zeros_like(shares), where=shares > 0)
        return np.asarray(self.costs * part[:, None])

    def table(self) -> pd.DataFrame:
        """A row a fault that makes claims, most worth first: sku, fault, kind, share, claims, cost (a year), per_claim,
        worth, low, high, detectable.
        """
        import pandas as pd

        found = t_interval(self.worth, self.case.scenario.plan.confidence)
        rows, claims, costs = self.case.scenario.faults, self.claims.mean(axis=1), self.costs.mean(axis=1)
        frame = pd.DataFrame(
            {
                "sku": [row.sku for row in rows],
                "fault": [row.fault for row in rows],
                "kind": [row.kind for row in rows],
                "share": [row.share for row in rows],
                "claims": claims,
                "cost": costs,
                "per_claim": np.divide(costs, claims, out=np.full(len(rows), np.nan), where=claims > 0),
                "worth": found.mean,
                "low": found.low,
                "high": found.high,
                "detectable": (np.asarray(found.low) > 0) | (np.asarray(found.high) < 0),
            }
        )
        frame = frame[frame["claims"] > 0]
        return frame.sort_values("worth", ascending=False, ignore_index=True, kind="stable")


def fault_worth(
    case: Case,
    replications: range,
    seed: int,
    *,
    jobs: Workers = 1,
    progress: Progress | None = None,
    cancel: Cancel | None = None,
) -> FaultWorth:
    """Simulate a case and book every claim to the fault it began with; stopped, it keeps the replications done.

    Raises
    ------
    Cancelled
        If it was stopped before the first replication.
    ReplicationFailed
        If a run broke.
    """
    costs, claims = [], []
    for start in range(0, len(replications), BATCH):
        if cancel is not None and cancel():
            break
        some = replications[start : start + BATCH]
        try:
            years = run_replications(case.scenario, [case.policy], some, seed, jobs=jobs)[0]
        except Cancelled:
            break
        for year in years:
            cost, count = _by_fault(case, year, seed)
            costs.append(cost)
            claims.append(count)
        if progress is not None:
            progress(len(costs), len(replications))
    if not costs:
        raise Cancelled("stopped before the first replication")
    return FaultWorth(case, np.array(costs).T, np.array(claims).T, seed, len(costs) < len(replications))


def _by_fault(case: Case, year: SimulatedYear, seed: int) -> tuple[np.ndarray, np.ndarray]:
    born = births(case.scenario, seed, year.replication)
    failed = born.origin[year.root] != Origin.OPPORTUNISTIC
    fault = born.fault[year.root][failed].astype(np.int64)
    size, scale = len(case.scenario.faults), per_year(case.scenario)
    cost = np.bincount(fault, (year.cash + year.expected)[failed], minlength=size)
    return cost * scale, np.bincount(fault, minlength=size) * scale
