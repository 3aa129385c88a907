"""Questions to counted claims: what costs most, how it moves, how cohorts compare at equal age, how claims end.

All take frames as `quality.quality_names` gives them. Amounts and counts are means of a replication over the horizon;
``n`` is the number of replications, one without a claim of a group counting as 0.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from warrantysim.experiment.intervals import t_interval
from warrantysim.experiment.quality import CLOSURES

SHOWN = ["claims", "failures", "cost", "cash", "recovery", "inspected", "nff", "disputed", "dispute_lost", *CLOSURES]
"""Measures every table of claims carries."""


def ranked(claims: pd.DataFrame, by: Sequence[str], measure: str, n: int, level: float) -> pd.DataFrame:
    """Groups by a measure, largest first.

    Returns
    -------
    Columns of ``by``, `SHOWN`, low, high (interval of the measure), share (of the measure over all groups), nff_share
    (of inspected; NaN without any), cost_a_claim.
    """
    by = list(by)
    means = claims.groupby(by, sort=True)[SHOWN].sum() / n
    wide = claims.pivot_table(measure, by, "replication", aggfunc="sum", fill_value=0.0)
    interval = t_interval(_all(wide, n).loc[means.index].to_numpy(dtype=float), level)
    whole = float(means[measure].sum())
    found = means.assign(
        low=interval.low,
        high=interval.high,
        share=means[measure] / whole if whole else np.nan,
        nff_share=means["nff"] / means["inspected"].where(means["inspected"] > 0),
        cost_a_claim=means["cost"] / means["claims"].where(means["claims"] > 0),
    )
    return found.reset_index().sort_values(measure, ascending=False, ignore_index=True, kind="stable")


def trend(claims: pd.DataFrame, measure: str, n: int, level: float) -> pd.DataFrame:
    """A measure month by month of opening: columns month, mean, low, high."""
    wide = _all(claims.pivot_table(measure, "month", "replication", aggfunc="sum", fill_value=0.0), n)
    interval = t_interval(wide.to_numpy(dtype=float), level)
    columns = {"mean": interval.mean, "low": interval.low, "high": interval.high}
    return pd.DataFrame(columns, index=wide.index).reset_index().sort_values("month", ignore_index=True)


def ends(claims: pd.DataFrame, by: str, n: int, level: float) -> pd.DataFrame:
    """How claims end for customers: shares of claims with their intervals.

    Returns
    -------
    Columns ``by``, end (a key of `quality.CLOSURES`, or disputed, dispute_lost), claims (that ended so), share, low,
    high.
    """
    frames = []
    asked = _all(claims.pivot_table("claims", by, "replication", aggfunc="sum", fill_value=0.0), n)
    for end in (*CLOSURES, "disputed", "dispute_lost"):
        wide = _all(claims.pivot_table(end, by, "replication", aggfunc="sum", fill_value=0.0), n)
        interval = t_interval((wide / asked.where(asked > 0)).fillna(0.0).to_numpy(dtype=float), level)
        part, whole = wide.sum(axis=1), asked.sum(axis=1)
        mean = part / whole.where(whole > 0)
        frames.append(
            pd.DataFrame(
                {
                    by: wide.index,
                    "end": end,
                    "claims": part.to_numpy() / n,
                    "share": mean.to_numpy(),
                    "low": np.maximum(mean.to_numpy() - interval.half_width, 0.0),
                    "high": np.minimum(mean.to_numpy() + interval.half_width, 1.0),
                }
            )
        )
    return pd.concat(frames, ignore_index=True)


def at_age(
    cohorts: pd.DataFrame, sold: pd.DataFrame, months: Sequence[str], age: int, n: int, level: float
) -> pd.DataFrame:
    """Failures a thousand units sold within the first ``age`` months, by month of sale: cohorts at equal age.

    Only cohorts sold in ``months``, whole ones of the horizon in order, that are seen to this age are told; the month
    of sale itself is age 0.

    Returns
    -------
    Columns sold_month, sold, claims, per_thousand, low, high.
    """
    seen = list(months)[: max(0, len(months) - age)]
    units = sold.groupby("sold_month")["sold"].sum().reindex(seen).dropna()
    units = units[units > 0]
    own = cohorts[cohorts["sold_month"].isin(units.index) & (cohorts["age"] <= age)]
    wide = own.pivot_table("claims", "sold_month", "replication", aggfunc="sum", fill_value=0.0)
    wide = _all(wide.reindex(units.index, fill_value=0.0), n)
    interval = t_interval(1000.0 * wide.to_numpy(dtype=float) / units.to_numpy(dtype=float)[:, None], level)
    return pd.DataFrame(
        {
            "sold_month": units.index,
            "sold": units.to_numpy(),
            "claims": wide.mean(axis=1).to_numpy(),
            "per_thousand": interval.mean,
            "low": np.maximum(interval.low, 0.0),
            "high": interval.high,
        }
    )


def by_age(cohorts: pd.DataFrame, sold: pd.DataFrame, n: int) -> pd.DataFrame:
    """Failures a thousand units sold in each month of age, by month of sale: columns sold_month, age, claims, sold,
    per_thousand. A bad lot is a dark row, wear a dark column."""
    units = sold.groupby("sold_month")["sold"].sum()
    found = (cohorts.groupby(["sold_month", "age"])["claims"].sum() / n).reset_index()
    found["sold"] = found["sold_month"].map(units)
    found = found[found["sold"] > 0]
    return found.assign(per_thousand=1000.0 * found["claims"] / found["sold"]).reset_index(drop=True)


def _all(wide: pd.DataFrame, n: int) -> pd.DataFrame:
    """A column for every replication."""
    return wide.reindex(columns=range(n), fill_value=0.0)
