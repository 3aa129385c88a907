"""Claims as news for design: which product and fault costs most, where no fault is found, which sales cohorts fail."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from warrantysim.claims.cohorts import cohorts
from warrantysim.claims.lots import lots
from warrantysim.claims.terms import terms
from warrantysim.experiment.births import births
from warrantysim.experiment.intervals import t_interval
from warrantysim.experiment.replicate import priced_run
from warrantysim.experiment.workers import results
from warrantysim.journeys.records import Finding, Run
from warrantysim.money.ledger import Ledger
from warrantysim.scenario.clock import NEVER
from warrantysim.scenario.policy import Policy
from warrantysim.scenario.root import Scenario

FAULTS_BY = ["sku", "fault", "market"]
"""What faults are counted by."""


@dataclass(frozen=True)
class Quality:
    """Means over replications."""

    faults: pd.DataFrame
    """Columns `FAULTS_BY`, claims, cost, cost_low, cost_high (reporting currency), inspected,
    nff (share of inspected)."""
    cohorts: pd.DataFrame
    """Columns sku, sold_month, sold (units), claims, cost, per_thousand (claims a thousand units sold)."""
    months: pd.DataFrame
    """Columns sku, fault, month (opened), claims."""
    replications: int
    """Replications behind them."""


def quality(
    scenario: Scenario,
    policy: Policy | None = None,
    replications: range | None = None,
    *,
    seed: int | None = None,
    jobs: int = 1,
    backend: str | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Quality:
    """Count and cost root claims in scope by what failed; descendants and their costs count where their root does.

    A claim's fault is the true one; for claims never inspected only a simulation knows it.

    Raises
    ------
    ValueError
        For no replication.
    """
    asked = replications if replications is not None else range(scenario.plan.replications)
    if not len(asked):
        raise ValueError("expected at least one replication")
    seed = scenario.plan.seed if seed is None else seed
    found: list[pd.DataFrame] = []
    stream = results(_counted, scenario, (policy or scenario.policy,), seed, asked, jobs=jobs, backend=backend)
    for done, frame in enumerate(stream, start=1):
        found.append(frame.assign(replication=done))
        if progress is not None:
            progress(done, len(asked))
    counts = pd.concat(found, ignore_index=True)
    n = len(asked)
    return Quality(_faults(counts, n, scenario.plan.confidence), _cohorts(counts, n, scenario), _months(counts, n), n)


def _counted(scenario: Scenario, policies: Sequence[Policy], seed: int, replication: int) -> pd.DataFrame:
    run, ledger = priced_run(scenario, policies[0], births(scenario, seed, replication), seed, replication)
    return counted(run, ledger, scenario)


def counted(run: Run, ledger: Ledger, scenario: Scenario) -> pd.DataFrame:
    """Root claims in scope of one run, a row a group of equal sku, fault, market, months of sale and opening.

    Returns
    -------
    Columns sku, fault, market, sold_month, month, claims, cost, inspected, nff.
    """
    r, clock = run.records, scenario.clock
    cost = ledger.grid(("root",), (len(r),), in_scope=True)[:-1]
    rows = np.flatnonzero(r.in_scope & (r.claims.generation == 0))
    zones = [scenario.markets[name].time_zone for name in scenario.market_ids]
    sold, opened = np.zeros(len(rows), dtype=np.int64), np.zeros(len(rows), dtype=np.int64)
    for m, zone in enumerate(zones):
        here = r.claims.market[rows] == m
        sold[here] = clock.months(r.claims.sold[rows][here], zone)
        opened[here] = clock.months(r.claims.opened[rows][here], zone)
    finding = r.finding[rows]
    frame = pd.DataFrame(
        {
            "sku": np.array(scenario.sku_ids, dtype=object)[r.claims.sku[rows]],
            "fault": np.array([row.fault for row in scenario.faults], dtype=object)[r.claims.fault[rows]],
            "market": np.array(scenario.market_ids, dtype=object)[r.claims.market[rows]],
            "sold_month": sold,
            "month": opened,
            "claims": 1.0,
            "cost": cost[rows],
            "inspected": ((finding != Finding.NONE) & (finding != Finding.LOST) & (r.arrived[rows] > NEVER)).astype(
                float
            ),
            "nff": (finding == Finding.NFF).astype(float),
        }
    )
    grouped = frame.groupby([*FAULTS_BY, "sold_month", "month"], sort=True).sum().reset_index()
    for name in ("sold_month", "month"):
        grouped[name] = [clock.month_label(int(m)) for m in grouped[name]]
    return grouped


def _faults(counts: pd.DataFrame, n: int, level: float) -> pd.DataFrame:
    wide = counts.pivot_table("cost", FAULTS_BY, "replication", aggfunc="sum", fill_value=0.0)
    wide = wide.reindex(columns=range(1, n + 1), fill_value=0.0)
    interval = t_interval(wide.to_numpy(dtype=float), level)
    sums = counts.groupby(FAULTS_BY)[["claims", "cost", "inspected", "nff"]].sum() / n
    frame = sums.assign(cost_low=interval.low, cost_high=interval.high)
    frame["nff"] = sums["nff"] / sums["inspected"].where(sums["inspected"] > 0)
    columns = [*FAULTS_BY, "claims", "cost", "cost_low", "cost_high", "inspected", "nff"]
    return frame.reset_index()[columns].sort_values("cost", ascending=False, ignore_index=True)


def _cohorts(counts: pd.DataFrame, n: int, scenario: Scenario) -> pd.DataFrame:
    claims = counts.groupby(["sku", "sold_month"])[["claims", "cost"]].sum() / n
    frame = claims.join(_sold(scenario), how="left").reset_index()
    frame["per_thousand"] = 1000 * frame["claims"] / frame["sold"]
    return frame[["sku", "sold_month", "sold", "claims", "cost", "per_thousand"]]


def _sold(scenario: Scenario) -> pd.Series:
    """Units sold by product and month."""
    stated = terms(scenario)
    found = cohorts(scenario, stated, lots(scenario))
    first = scenario.clock.date(0)
    shift = first.year * 12 + first.month - 1
    labels = [scenario.clock.month_label(int(m) - shift) for m in found.month]
    names = np.array(scenario.sku_ids, dtype=object)[found.sku]
    frame = pd.DataFrame({"sku": names, "sold_month": labels, "sold": found.units})
    return frame.groupby(["sku", "sold_month"])["sold"].sum()


def _months(counts: pd.DataFrame, n: int) -> pd.DataFrame:
    return (counts.groupby(["sku", "fault", "month"])["claims"].sum() / n).reset_index()
