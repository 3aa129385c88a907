"""A simulated year: what each claim in scope came to, with all that followed it."""

from __future__ import annotations

import numpy as np

from warrantysim.experiment.bench_months import bench_months
from warrantysim.experiment.outcomes import SimulatedYear
from warrantysim.journeys.records import Closure, Records, Run
from warrantysim.money.categories import MONEY, PARTS, Kind
from warrantysim.money.ledger import Ledger, YearLines
from warrantysim.schema.clock import DAY
from warrantysim.schema.root import Scenario


def root_rows(records: Records) -> np.ndarray:
    """Rows of the root claims in scope, in the order they were born."""
    rows = np.flatnonzero((records.claims.generation == 0) & records.in_scope)
    return rows[np.argsort(records.claims.root[rows], kind="stable")]


def age_bands(scenario: Scenario, age_days: np.ndarray) -> np.ndarray:
    """Age band of each claim, 0 for the youngest. int8, shape of ``age_days``."""
    ends = np.array(scenario.triage.age_bands_days)
    return np.searchsorted(ends, age_days, side="right").astype(np.int8)


def days_to_resolved(records: Records, rows: np.ndarray) -> np.ndarray:
    """Opening to resolved. float64 days, shape of ``rows``.

    A claimant who never uses the label waits for nobody: his days end when he has the label.
    """
    ended = np.where(records.closure[rows] == Closure.LAPSED, records.routed[rows], records.resolved[rows])
    days: np.ndarray = (ended - records.claims.opened[rows]) / DAY
    return days


def simulated_year(run: Run, ledger: Ledger | YearLines, scenario: Scenario, replication: int) -> SimulatedYear:
    """Costs of each root claim in scope, its descendants booked to it, and how busy the benches were.

    Costs and unassigned cost together are the total of the ledger's lines in scope.
    """
    r = run.records
    rows = root_rows(r)
    claims = r.claims
    sizes = (int(claims.root.max(initial=-1)) + 1,)
    root = claims.root[rows]
    cash = ledger.grid(("root",), sizes, kind=MONEY, in_scope=True)
    expected = ledger.grid(("root",), sizes, kind=Kind.EXPECTED, in_scope=True)
    parts = ledger.grid(("root", "part"), (*sizes, len(PARTS)), in_scope=True)[:, :-1]
    return SimulatedYear(
        replication=replication,
        root=root,
        sku=claims.sku[rows],
        market=claims.market[rows],
        channel=claims.channel[rows],
        symptom=r.symptom[rows],
        evidence=r.evidence[rows],
        age_band=age_bands(scenario, r.age_days[rows]),
        value=r.value[rows],
        price_gross=claims.price_gross[rows],
        order_age_days=r.age_days[rows],
        route=r.route[rows],
        partner=r.partner[rows],
        cash=cash[root],
        expected=expected[root],
        days=days_to_resolved(r, rows),
        unassigned=float(cash[-1]),
        unassigned_parts=parts[-1],
        **{name: parts[root, k] for k, name in enumerate(PARTS)},
        benches=bench_months(r, scenario),
    )
