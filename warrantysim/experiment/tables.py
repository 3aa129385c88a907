"""Results as tidy frames: one row a group, means over replications with their intervals.

Every amount is of the horizon and in the reporting currency. A group that has no line in a replication counts as 0
there, so that the parts of a table add up to its whole.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from warrantysim.experiment.bench_use import bench_table
from warrantysim.experiment.frames import (
    CLAIMS_BY,
    COST_BY,
    YEAR_BY,
    known_columns,
    labels,
    long_frame,
    partner_codes,
    policies_named,
    side,
    wide_frame,
    with_names,
)
from warrantysim.experiment.intervals import Interval, cvar, paired, t_interval

if TYPE_CHECKING:
    from warrantysim.experiment.result import Result

__all__ = [
    "bench_table",
    "claim_table",
    "cost_table",
    "days_table",
    "labels",
    "partner_codes",
    "saving_table",
    "totals_table",
    "yearly_table",
]
QUANTILES = {"p50": 0.5, "p90": 0.9, "p95": 0.95}
"""Quantiles shown of days and of the cost of a year."""


def cost_table(result: Result, by: Sequence[str] = ("category",), kind: str | None = None) -> pd.DataFrame:
    """Mean cost of each group under each policy, with its interval.

    Parameters
    ----------
    by
        Columns of `frames.COST_BY`; ``month`` is that in which the root claim was opened. Fixed charges of contracts
        belong to no disposition and month; their cells are empty.
    kind
        cash, expected or stock; all where None.

    Returns
    -------
    Columns policy, those of ``by``, mean, low, high, half_width, replications; months in order, then largest groups
    first.
    """
    by = known_columns(by, COST_BY)
    wide = wide_frame(result, long_frame(result, "costs", by, kind), by)
    return _with_intervals(result, wide, by)


def saving_table(
    result: Result, by: Sequence[str], new: int | str = 1, now: int | str = 0, kind: str | None = None
) -> pd.DataFrame:
    """What one policy saves against another, replication by replication.

    Returns
    -------
    Columns of ``by``, now, new (mean costs), saving, low, high, half_width, p_cheaper (share of replications in which
    ``new`` is cheaper, ties by half), detectable (whether the interval keeps clear of 0), needed (replications it would
    take), replications.
    """
    by = known_columns(by, COST_BY)
    wide = wide_frame(result, long_frame(result, "costs", by, kind), by)
    sides = [side(wide, result.place(policy), by) for policy in (now, new)]
    groups = sides[0].index.union(sides[1].index)
    before, after = (each.reindex(groups, fill_value=0.0).to_numpy() for each in sides)
    found = paired(before, after, result.level)
    frame = pd.DataFrame(
        {
            "now": t_interval(before).mean,
            "new": t_interval(after).mean,
            "saving": found.interval.mean,
            "low": found.interval.low,
            "high": found.interval.high,
            "half_width": found.interval.half_width,
            "p_cheaper": 1.0 - found.a_lower,
            "detectable": found.detectable,
            "needed": found.needed,
            "replications": found.interval.replications,
        },
        index=groups,
    )
    frame = frame.reset_index(drop=not by)
    return with_names(result.scenario, frame, by).sort_values("saving", ascending=False, ignore_index=True)


def claim_table(result: Result, by: Sequence[str] = ("closure",)) -> pd.DataFrame:
    """Mean number of claims of each group, descendants among them, with its interval.

    ``by``: columns of `frames.CLAIMS_BY`.

    Returns
    -------
    Columns policy, those of ``by``, mean, low, high, half_width, replications; largest groups first.
    """
    by = known_columns(by, CLAIMS_BY)
    return _with_intervals(result, wide_frame(result, long_frame(result, "journeys", by, None), by), by)


def totals_table(result: Result) -> pd.DataFrame:
    """A row a policy and replication: cash, expected, total, claims (roots in scope), days (mean to resolved)."""
    return pd.DataFrame(
        {
            "policy": [result.names[s.policy] for s in result.kept],
            "replication": [s.replication for s in result.kept],
            "cash": [s.year.cash_total for s in result.kept],
            "expected": [s.year.expected_total for s in result.kept],
            "total": [s.total for s in result.kept],
            "claims": [len(s.year) for s in result.kept],
            "days": [float(s.year.days.mean()) if len(s.year) else np.nan for s in result.kept],
        }
    )


def yearly_table(result: Result) -> pd.DataFrame:
    """Spread of the whole cost over replications, a row a policy.

    Returns
    -------
    Columns policy, mean, low, high, half_width, replications, p50, p90, p95, cvar (mean of the worst tenth).
    """
    totals = result.totals_by_policy()
    interval = t_interval(totals, result.level)
    frame = pd.DataFrame({"policy": result.names, **_interval_columns(interval)})
    for name, share in QUANTILES.items():
        frame[name] = np.quantile(totals, share, axis=1) if totals.shape[1] else np.nan
    frame["cvar"] = [cvar(row, 0.9) if len(row) else np.nan for row in totals]
    return frame


def days_table(result: Result, by: Sequence[str] = ()) -> pd.DataFrame:
    """Days from opening to resolved of the root claims of all replications together.

    ``by``: columns of `frames.YEAR_BY`.

    Returns
    -------
    Columns policy, those of ``by``, mean, p50, p90, p95, claims (a replication).
    """
    by = known_columns(by, YEAR_BY)
    scenario = result.scenario
    if not result.kept:
        return pd.DataFrame(columns=["policy", *by, "mean", *QUANTILES, "claims"])

    def joined(name: str) -> np.ndarray:
        return np.concatenate([getattr(s.year, "route" if name == "disposition" else name) for s in result.kept])

    columns = {name: joined(name) for name in (*by, "days")}
    if "partner" in columns:
        columns["partner"] = partner_codes(scenario, joined("route"), columns["partner"])
    columns["policy"] = np.repeat([s.policy for s in result.kept], [len(s.year) for s in result.kept])
    grouped = pd.DataFrame(columns).groupby(["policy", *by])["days"]
    frame = pd.DataFrame({"mean": grouped.mean()})
    for name, share in QUANTILES.items():
        frame[name] = grouped.quantile(share)
    frame["claims"] = grouped.size() / len(result.complete)
    return with_names(scenario, policies_named(result, frame.reset_index()), by)


def _with_intervals(result: Result, wide: pd.DataFrame, by: list[str]) -> pd.DataFrame:
    interval = t_interval(wide.to_numpy(dtype=float), result.level)
    frame = pd.DataFrame(_interval_columns(interval), index=wide.index).reset_index()
    order = {"policy": True} | ({"month": True} if "month" in by else {}) | {"mean": False}
    frame = frame.sort_values(list(order), ascending=list(order.values()), ignore_index=True)
    return with_names(result.scenario, policies_named(result, frame), by)


def _interval_columns(interval: Interval) -> dict[str, np.ndarray | int]:
    return {
        "mean": interval.mean,
        "low": interval.low,
        "high": interval.high,
        "half_width": interval.half_width,
        "replications": interval.replications,
    }
