"""How busy benches were and how long units waited for them, over replications, with intervals.

What a table says of waits is of all visits that ended in the horizon, in scope or not: a bench does not ask whose unit
it has. A quantile is the mean of the replications' quantiles; a share or a mean wait is a ratio of sums, its interval
that of the ratio (delta method), so that a year with more visits weighs more.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from warrantysim.experiment.bench_months import bench_names
from warrantysim.experiment.intervals import t_interval
from warrantysim.experiment.outcomes import BenchMonths

if TYPE_CHECKING:
    from warrantysim.experiment.result import Result
    from warrantysim.schema.root import Scenario

BENCH_BY = ("bench", "month")
"""What the table can have a row for: each bench and month, or each bench."""
WAIT_QUANTILES = {"wait_p50": 0.5, "wait_p90": 0.9, "wait_p95": 0.95}
"""Quantiles of waits shown."""
MEASURES = ("utilisation", "wait_days", "waited_share", *WAIT_QUANTILES)
"""Measures that luck has a say in: each has columns with its ends, ``_low`` and ``_high``."""
SHARES = frozenset({"utilisation", "waited_share"})
"""Of these, those that are shares of a whole."""
BENCH_COLUMNS = [
    "policy", *BENCH_BY, "minutes", "offered_minutes", "visits",
    *(f"{name}{end}" for name in MEASURES for end in ("", "_low", "_high")),
]  # fmt: skip
"""Columns of the table of benches."""


def bench_table(result: Result, by: Sequence[str] = BENCH_BY) -> pd.DataFrame:
    """How busy benches were, a row a policy and bench, and a month where ``by`` names it.

    Returns
    -------
    Columns policy, bench, month (unless left out), minutes, offered_minutes, visits (means of a replication), then
    each of `MEASURES` with its interval: utilisation and waited_share (shares), waits of a visit (mean, P50, P90, P95)
    [days]. NaN where nothing is offered, nobody came, or the years were stored without waits.

    Raises
    ------
    ValueError
        If ``by`` is neither ``("bench",)`` nor ``("bench", "month")``.
    """
    if tuple(by) not in {BENCH_BY, BENCH_BY[:1]}:
        raise ValueError(f"expected by to be ('bench',) or ('bench', 'month'), got {tuple(by)}")
    columns = [name for name in BENCH_COLUMNS if name != "month" or "month" in by]
    frames = []
    for k, name in enumerate(result.names):
        if years := [s.year.benches for s in result.of(k)]:
            frames.append(bench_use_of_rule(result.scenario, years, "month" in by).assign(policy=name)[columns])
    return pd.concat(frames, ignore_index=True) if frames else pd.DataFrame(columns=columns)


def bench_use_of_rule(s: Scenario, years: Sequence[BenchMonths], monthly: bool) -> pd.DataFrame:
    """The same of one rule: columns as in `bench_table`, without policy."""
    level = s.plan.confidence
    visits, minutes, waited = (_grid(years, name, monthly) for name in ("visits", "minutes", "wait"))
    offered = years[0].offered_minutes if monthly else years[0].offered_minutes.sum(axis=1, keepdims=True)
    benches, months = np.indices(offered.shape)
    found: dict[str, np.ndarray | list[str]] = {
        "bench": np.array(bench_names(s), dtype=object)[benches.ravel()],
        "minutes": minutes.mean(axis=-1).ravel(),
        "offered_minutes": offered.ravel(),
        "visits": visits.mean(axis=-1).ravel(),
    }
    if monthly:
        found["month"] = [s.clock.month_label(int(m)) for m in months.ravel()]
    waits = np.stack([_waits(year, monthly) for year in years], axis=-1)
    measured = {
        "utilisation": _ratio(minutes, np.broadcast_to(offered[..., None], minutes.shape), level),
        "wait_days": _ratio(waited, visits, level),
        "waited_share": _ratio(waits[0], np.where(np.isnan(waits[0]), np.nan, visits), level),
        **{name: _means(waits[1 + q], level) for q, name in enumerate(WAIT_QUANTILES)},
    }
    for name, (mean, half) in measured.items():
        # A wait or a share is never below nothing, a share never above the whole. What a bench has done is counted in
        # the month the work ends, so that a month may say that more than its time was used; its end then is that.
        most = np.maximum(mean, 1.0) if name in SHARES else np.inf
        ends = {"": mean, "_low": np.maximum(mean - half, 0.0), "_high": np.minimum(mean + half, most)}
        found |= {f"{name}{end}": values.ravel() for end, values in ends.items()}
    return pd.DataFrame(found)


def _grid(years: Sequence[BenchMonths], name: str, monthly: bool) -> np.ndarray:
    """Visits, minutes or days waited by bench, month (one for all where not monthly) and replication."""
    each = [y.visits * y.wait_days if name == "wait" else getattr(y, name).astype(float) for y in years]
    grid = np.stack(each, axis=-1)
    return grid if monthly else grid.sum(axis=1, keepdims=True)


def _waits(year: BenchMonths, monthly: bool) -> np.ndarray:
    """Visits that waited, then the quantiles of all visits' waits. Shape (1 + quantiles, benches, months or 1)."""
    count = year.visits if monthly else year.visits.sum(axis=1, keepdims=True)
    out = np.full((1 + len(WAIT_QUANTILES), count.size), np.nan)
    if len(year.waits) == year.visits.sum():
        ends = np.cumsum(count)
        for k, (end, n) in enumerate(zip(ends.tolist(), count.ravel().tolist(), strict=True)):
            mine = year.waits[int(end - n) : int(end)]
            out[0, k] = (mine > 0).sum()
            if n:
                out[1:, k] = np.quantile(mine, list(WAIT_QUANTILES.values()))
    return out.reshape(-1, *count.shape)


def _ratio(part: np.ndarray, whole: np.ndarray, level: float) -> tuple[np.ndarray, np.ndarray]:
    """Ratio of sums over replications (the last axis) with its half-width; NaN where the whole is nothing."""
    size = np.where(whole.mean(axis=-1) > 0, whole.mean(axis=-1), np.nan)
    ratio = part.mean(axis=-1) / size
    return ratio, t_interval(part - ratio[..., None] * whole, level).half_width / size


def _means(samples: np.ndarray, level: float) -> tuple[np.ndarray, np.ndarray]:
    """Mean with half-width over those replications that have a figure."""
    mean, half = (np.full(samples.shape[:-1], np.nan) for _ in range(2))
    for place in np.ndindex(mean.shape):
        told = samples[place][~np.isnan(samples[place])]
        if len(told):
            interval = t_interval(told, level)
            mean[place], half[place] = interval.mean, interval.half_width
    return mean, half
