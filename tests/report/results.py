"""Results made by hand: what a simulation found where every number is known beforehand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from warrantysim.experiment.bench_months import bench_names
from warrantysim.experiment.outcomes import BenchMonths, SimulatedYear
from warrantysim.experiment.result import Result
from warrantysim.experiment.summary import COST_KEYS, JOURNEY_KEYS, Failure, Summary
from warrantysim.journeys.records import Closure, Route
from warrantysim.money.categories import Category
from warrantysim.money.ledger import Totals
from warrantysim.schema.policy import Policy
from warrantysim.schema.root import Scenario

MONTHS = 12
CLAIMS = 10
"""Claims in every made-up year: half refunded within 2 days, half sent a replacement within 4."""


def totals(by: Sequence[str], rows: Sequence[tuple[Mapping[str, int], float]]) -> Totals:
    """Sums by group; keys that a row does not state are 0, a partner -1."""
    keys = [np.array([row.get(name, -1 if name == "partner" else 0) for row, _ in rows]) for name in by]
    return Totals(tuple(by), tuple(keys), np.array([amount for _, amount in rows], dtype=float))


def year(scenario: Scenario, replication: int, cost: float) -> SimulatedYear:
    """`CLAIMS` claims of product 0 in market 0, each of the same cost, a tenth of it expected."""
    zeros = np.zeros(CLAIMS, dtype=np.int64)
    half = np.arange(CLAIMS) < CLAIMS // 2
    shape = (len(bench_names(scenario)), MONTHS)
    busy = np.zeros(shape)
    busy[0, 3] = 600.0
    return SimulatedYear(
        replication=replication,
        root=np.arange(CLAIMS),
        sku=zeros,
        market=zeros,
        channel=zeros,
        symptom=zeros,
        evidence=zeros,
        age_band=zeros,
        value=np.full(CLAIMS, 50.0),
        price_gross=np.full(CLAIMS, 50.0),
        order_age_days=np.full(CLAIMS, 100.0),
        route=np.where(half, Route.REFUND, Route.RESHIP).astype(np.int8),
        partner=np.full(CLAIMS, -1, dtype=np.int16),
        cash=np.full(CLAIMS, 0.9 * cost / CLAIMS),
        expected=np.full(CLAIMS, 0.1 * cost / CLAIMS),
        handling=np.full(CLAIMS, 0.2 * cost / CLAIMS),
        stock=np.full(CLAIMS, 0.1 * cost / CLAIMS),
        supplier=np.full(CLAIMS, 0.1 * cost / CLAIMS),
        customers=np.full(CLAIMS, 0.6 * cost / CLAIMS),
        days=np.where(half, 2.0, 4.0),
        unassigned=0.0,
        unassigned_parts=np.zeros(4),
        benches=BenchMonths(busy, busy / 60, np.where(busy > 0, 1.5, 0.0), np.full(shape, 1200.0)),
    )


def summary(scenario: Scenario, policy: int, replication: int, cost: float) -> Summary:
    """A year of which nine tenths are refunds paid in cash and one tenth is expected waiting."""
    route = {"route": int(Route.REFUND)}
    lines: list[tuple[Mapping[str, int], float]] = [
        ({**route, "category": int(Category.REFUND)}, 0.9 * cost),
        ({**route, "category": int(Category.WAITING)}, 0.1 * cost),
    ]
    met: list[tuple[Mapping[str, int], float]] = [
        ({**route, "closure": int(Closure.REFUNDED)}, CLAIMS / 2),
        ({"route": int(Route.RESHIP), "closure": int(Closure.REPLACED)}, CLAIMS / 2),
    ]
    closed = np.where(np.arange(CLAIMS) < CLAIMS // 2, Closure.REFUNDED, Closure.REPLACED)
    found = year(scenario, replication, cost)
    return Summary(policy, replication, found, closed, totals(COST_KEYS, lines), totals(JOURNEY_KEYS, met))


def result(
    scenario: Scenario, costs: Sequence[Sequence[float]], policies: Sequence[Policy] = (), failed: Sequence[int] = ()
) -> Result:
    """A result from the cost of each policy in each replication; ``failed`` replications broke for all."""
    chosen = tuple(policies) or (scenario.policy,)
    found = Result(scenario, chosen, seed=7)
    for replication in range(len(costs[0])):
        rows: list[Summary | Failure] = [
            Failure(k, replication, "ValueError", "a bench closed for ever", "Traceback: here")
            if replication in failed
            else summary(scenario, k, replication, costs[k][replication])
            for k in range(len(chosen))
        ]
        found = found.with_rows(replication, rows)
    return found
