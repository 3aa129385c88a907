"""Rules in operation: what operations see of a run, over replications, with intervals where luck has a say."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, fields
from functools import partial

import numpy as np
import pandas as pd

from warrantysim.experiment.bench_months import bench_months, horizon_months
from warrantysim.experiment.bench_use import bench_use_of_rule
from warrantysim.experiment.births import births
from warrantysim.experiment.intervals import t_interval
from warrantysim.experiment.operations import Operations, operations
from warrantysim.experiment.outcomes import BenchMonths
from warrantysim.experiment.replay import journey_table, journeys_named
from warrantysim.experiment.replicate import priced_run
from warrantysim.experiment.workers import Workers, followed
from warrantysim.schema.policy import Policy
from warrantysim.schema.root import Scenario

CASE = "case"
"""Column that names the rule."""
Seen = tuple[Operations, BenchMonths]
"""What is kept of one run."""


@dataclass(frozen=True)
class Operated:
    """Rules that met the same claims. Every table names the rule in column case; counts are means of a replication."""

    open_claims: pd.DataFrame = field(repr=False)
    """Columns case, day, market, stage, claims."""
    open_in_all: pd.DataFrame = field(repr=False)
    """Columns case, day, claims, low, high: all stages and markets."""
    queues: pd.DataFrame = field(repr=False)
    """Columns case, bench, day, waiting, low, high."""
    waits: pd.DataFrame = field(repr=False)
    """Columns case, bench, month, visits, wait_p50, wait_p90 (of the visits of all replications together) [days]."""
    promises: pd.DataFrame = field(repr=False)
    """Columns case, market (empty for all), promise, days, claims, kept, low, high (shares)."""
    dispatches: pd.DataFrame = field(repr=False)
    """Columns case, market, way, back, month, dispatches, units, kg, cbm, cost (reporting currency), cost_a_unit,
    waited_days, days (means of a unit)."""
    pool: pd.DataFrame = field(repr=False)
    """Columns case, sku, market, month, came_in, went_out, level, value (reporting currency)."""
    journeys: pd.DataFrame = field(repr=False)
    """Claims of the first replication, as `replay.journey_table`, with names."""
    benches: pd.DataFrame = field(repr=False)
    """Columns case, bench, month, and those of `bench_use.bench_table`."""
    benches_year: pd.DataFrame = field(repr=False)
    """The same over the horizon, without month."""
    replications: int
    """Replications behind the tables [count]."""
    cancelled: bool = False
    """Whether it was stopped before the last one."""

    def frames(self) -> dict[str, pd.DataFrame]:
        """The tables by name."""
        return {f.name: getattr(self, f.name) for f in fields(self) if f.name not in {"replications", "cancelled"}}


def operated(
    scenario: Scenario,
    policies: Mapping[str, Policy],
    replications: range,
    *,
    seed: int,
    jobs: Workers = 1,
    progress: Callable[[int, int], None] | None = None,
    cancel: Callable[[], bool] | None = None,
) -> Operated:
    """Run each rule on the same claims and count; stopped, it keeps the replications done.

    Raises
    ------
    ValueError
        For no rule or no replication.
    """
    found: list[list[Seen]] = []
    journeys: list[pd.DataFrame] = []
    work = partial(_observed, told_of=next(iter(replications), 0))
    rules = tuple(policies.values())
    for seen, told in followed(work, scenario, rules, seed, replications, jobs=jobs, progress=progress, cancel=cancel):
        found.append(seen)
        journeys += told
    return _together(list(policies), found, journeys, scenario, len(found) < len(replications))


def _observed(
    scenario: Scenario, policies: Sequence[Policy], seed: int, replication: int, *, told_of: int
) -> tuple[list[Seen], list[pd.DataFrame]]:
    claims, seen, told = births(scenario, seed, replication), [], []
    for policy in policies:
        run, ledger = priced_run(scenario, policy, claims, seed, replication)
        seen.append((operations(run, scenario, ledger), bench_months(run.records, scenario)))
        if replication == told_of:
            told.append(journey_table(run, scenario))
    return seen, told


def _together(
    names: list[str],
    found: list[list[Seen]],
    journeys: list[pd.DataFrame],
    scenario: Scenario,
    cancelled: bool,
) -> Operated:
    level, n = scenario.plan.confidence, len(found)
    months = horizon_months(scenario)

    def gathered(table: str) -> pd.DataFrame:
        frames = [
            getattr(one, table).assign(**{CASE: names[k], "replication": r})
            for r, each in enumerate(found)
            for k, (one, _) in enumerate(each)
        ]
        return pd.concat([frame for frame in frames if len(frame)] or frames[:1], ignore_index=True)

    def benches(monthly: bool) -> pd.DataFrame:
        each = [bench_use_of_rule(scenario, [seen[k][1] for seen in found], monthly) for k in range(len(names))]
        return pd.concat([frame.assign(**{CASE: names[k]}) for k, frame in enumerate(each)], ignore_index=True)

    claims = gathered("open_claims")
    return Operated(
        open_claims=means(claims, [CASE, "day", "market", "stage"], ["claims"], n),
        open_in_all=with_interval(claims, [CASE, "day"], "claims", n, level),
        queues=with_interval(gathered("queues"), [CASE, "bench", "day"], "waiting", n, level),
        waits=waits(gathered("visits"), n),
        promises=kept(gathered("promises"), level),
        dispatches=freight(gathered("dispatches"), n, months),
        pool=means(gathered("pool"), [CASE, "sku", "market", "month"], ["came_in", "went_out", "level", "value"], n),
        journeys=journeys_named(
            pd.concat(
                [frame.assign(**{CASE: name}) for name, frame in zip(names, journeys, strict=True)], ignore_index=True
            ),
            scenario,
        ),
        benches=benches(monthly=True),
        benches_year=benches(monthly=False),
        replications=n,
        cancelled=cancelled,
    )


def means(frame: pd.DataFrame, by: list[str], measures: list[str], n: int) -> pd.DataFrame:
    """Mean of a replication of each group; a group absent from one counts as 0 there."""
    return (frame.groupby(by, sort=False)[measures].sum() / n).reset_index()


def with_interval(frame: pd.DataFrame, by: list[str], measure: str, n: int, level: float) -> pd.DataFrame:
    """The same of one measure, with columns low and high: its interval."""
    wide = frame.pivot_table(measure, by, "replication", aggfunc="sum", fill_value=0.0, sort=False)
    wide = wide.reindex(columns=range(n), fill_value=0.0)
    interval = t_interval(wide.to_numpy(dtype=float), level)
    columns = {measure: interval.mean, "low": interval.low, "high": interval.high}
    return pd.DataFrame(columns, index=wide.index).reset_index()


def waits(frame: pd.DataFrame, n: int) -> pd.DataFrame:
    """Visits, and the waits half and nine in ten of them stay within, by bench and month."""
    grouped = frame.groupby([CASE, "bench", "month"], sort=False)["wait_days"]
    columns = {"visits": grouped.size() / n, "wait_p50": grouped.quantile(0.5), "wait_p90": grouped.quantile(0.9)}
    return pd.DataFrame(columns).reset_index()


def kept(frame: pd.DataFrame, level: float) -> pd.DataFrame:
    """Share of claims each promise was kept to; the interval is of the shares of those replications that had any."""
    by = [CASE, "market", "promise", "days"]
    sums = frame.groupby(by, sort=False)[["claims", "met"]].sum()
    share = frame["met"] / frame["claims"].where(frame["claims"] > 0)
    wide = frame.assign(share=share).pivot_table("share", by, "replication", sort=False, dropna=False)
    rows = wide.reindex(sums.index).to_numpy(dtype=float)
    half = np.array([t_interval(row[np.isfinite(row)], level).half_width for row in rows], dtype=float)
    n = frame["replication"].nunique()
    mean = (sums["met"] / sums["claims"].where(sums["claims"] > 0)).to_numpy(dtype=float)
    columns = {
        "claims": sums["claims"] / n,
        "kept": mean,
        "low": np.clip(mean - half, 0.0, 1.0),
        "high": np.clip(mean + half, 0.0, 1.0),
    }
    return pd.DataFrame(columns, index=sums.index).reset_index()


def freight(frame: pd.DataFrame, n: int, months: Sequence[str]) -> pd.DataFrame:
    """Dispatches of these months by lane and month: counts and amounts are means of a replication, days are of a unit
    on board."""
    frame = frame[frame["month"].isin(list(months))]
    by = [CASE, "market", "way", "back", "month"]
    weighed = frame.assign(
        dispatches=1.0,
        waited_units=frame["waited_days"].fillna(0.0) * frame["units"],
        moved_units=frame["days"] * frame["units"],
    )
    summed = ["dispatches", "units", "kg", "cbm", "cost", "waited_units", "moved_units"]
    found = means(weighed, by, summed, n)
    units = found["units"].where(found["units"] > 0)
    found["cost_a_unit"] = found["cost"] / units
    found["waited_days"], found["days"] = found["waited_units"] / units, found["moved_units"] / units
    return found[[*by, "dispatches", "units", "kg", "cbm", "cost", "cost_a_unit", "waited_days", "days"]]
