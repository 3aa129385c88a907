"""What the people who answer, test and repair see: claims in hand, queues, promises kept, freight and the swap pool.

Everything is counted from the journey records of one run; nothing is modelled again.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from warrantysim.experiment.bench_months import bench_names, months_of_horizon, visits
from warrantysim.experiment.freight_used import dispatch_table
from warrantysim.experiment.pool_use import pool_table
from warrantysim.experiment.promises import LONGEST, promises
from warrantysim.experiment.stages import count_at, spans
from warrantysim.journeys.records import Records, Run
from warrantysim.money.ledger import Ledger
from warrantysim.schema.clock import DAY
from warrantysim.schema.root import Scenario


@dataclass(frozen=True)
class Operations:
    """One run as operations see it. Days are ISO dates, counts are taken at midnight UTC."""

    open_claims: pd.DataFrame
    """Columns day, market, stage, claims: claims whose customer still waits."""
    queues: pd.DataFrame
    """Columns bench, day, waiting: units in the queue of a bench."""
    visits: pd.DataFrame
    """Columns bench, month, wait_days: a row a visit that ended in a month of the horizon."""
    promises: pd.DataFrame
    """As `promises.promises`."""
    dispatches: pd.DataFrame
    """As `freight_used.dispatch_table`."""
    pool: pd.DataFrame
    """As `pool_use.pool_table`."""


def operations(
    run: Run,
    scenario: Scenario,
    ledger: Ledger | None = None,
    *,
    every_days: int = 7,
    resolved_days: range = range(1, LONGEST + 1),
) -> Operations:
    """Lay a run out over the horizon.

    Parameters
    ----------
    ledger
        Of the run, for what dispatches cost.
    every_days
        Days between two counts of claims and queues [days, >= 1].
    resolved_days
        Days from opening within which claims may be resolved, each counted [days, > 0].

    Raises
    ------
    ValueError
        If ``every_days`` or a number of ``resolved_days`` is below 1.
    """
    if every_days < 1 or min(resolved_days, default=1) < 1:
        raise ValueError(f"expected days from 1 on, got {every_days} and {min(resolved_days, default=1)}")
    at = np.arange(0, scenario.horizon.days, every_days, dtype=np.int64) * DAY
    return Operations(
        open_claims=_open(run, scenario, at),
        queues=_queues(run.records, scenario, at),
        visits=_visits(run.records, scenario),
        promises=promises(run.records, scenario, resolved_days),
        dispatches=dispatch_table(run, scenario, ledger),
        pool=pool_table(run.stock, scenario),
    )


def _dates(scenario: Scenario, at: np.ndarray) -> list[str]:
    return [scenario.clock.date(int(t)).isoformat() for t in at]


def _open(run: Run, scenario: Scenario, at: np.ndarray) -> pd.DataFrame:
    days, frames = _dates(scenario, at), []
    for stage, begin, end, _ in spans(run.records, run.dispatches):
        for m, market in enumerate(scenario.market_ids):
            here = run.records.claims.market == m
            counted = {"day": days, "market": market, "stage": stage, "claims": count_at(begin[here], end[here], at)}
            frames.append(pd.DataFrame(counted))
    return pd.concat(frames, ignore_index=True)


def _queues(r: Records, scenario: Scenario, at: np.ndarray) -> pd.DataFrame:
    days, frames = _dates(scenario, at), []
    rows, bench, _ = visits(r, scenario)
    for b, name in enumerate(bench_names(scenario)):
        mine = rows[bench == b]
        waiting = count_at(r.bench_in[mine], r.bench_start[mine], at)
        frames.append(pd.DataFrame({"bench": name, "day": days, "waiting": waiting}))
    return pd.concat(frames, ignore_index=True)


def _visits(r: Records, scenario: Scenario) -> pd.DataFrame:
    rows, bench, month = visits(r, scenario)
    inside = (month >= 0) & (month < months_of_horizon(scenario))
    rows, bench, month = rows[inside], bench[inside], month[inside]
    names = np.array(bench_names(scenario), dtype=object)
    labels = np.array([scenario.clock.month_label(m) for m in range(months_of_horizon(scenario))], dtype=object)
    waited = (r.bench_start[rows] - r.bench_in[rows]) / DAY
    return pd.DataFrame({"bench": names[bench], "month": labels[month], "wait_days": waited})
