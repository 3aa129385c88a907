"""Rules in operation: claims in hand, queues, promises kept, freight and the swap pool, as the people who answer, test
and repair see them; of a run, and over replications, with intervals where luck has a say.

Everything is counted from the journey records of runs; nothing is modelled again.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, fields
from functools import partial

import numpy as np
import pandas as pd

from warrantysim.experiment.bench_months import bench_months, bench_names, horizon_months, months_of_horizon, visits
from warrantysim.experiment.bench_use import bench_use_of_rule
from warrantysim.experiment.births import births
from warrantysim.experiment.intervals import paired, t_interval
from warrantysim.experiment.outcomes import BenchMonths
from warrantysim.experiment.replay import journey_table, journeys_named
from warrantysim.experiment.replicate import priced_run
from warrantysim.experiment.service import LONGEST, promises
from warrantysim.experiment.stages import count_at, spans
from warrantysim.experiment.workers import Workers, followed
from warrantysim.journeys.records import Records, Run, StockMoves
from warrantysim.money.categories import Subject
from warrantysim.money.ledger import Ledger
from warrantysim.money.price_book import price_book
from warrantysim.money.stock_value import pool_on_hand
from warrantysim.schema.clock import DAY, NEVER
from warrantysim.schema.policy import Policy
from warrantysim.schema.root import Scenario

POOL_COLUMNS = ["sku", "market", "month", "came_in", "went_out", "level", "value"]
"""Columns of the table of the pool."""


def pool_table(moves: StockMoves, scenario: Scenario) -> pd.DataFrame:
    """Swap pools that ever held a unit, a row a product, market and month of the horizon (UTC).

    Returns
    -------
    Columns sku, market, month, came_in, went_out (units in the month), level (units at its end), value (of these: at
    transfer value, beyond the stated need at what they would fetch [reporting currency]).
    """
    shape = (len(scenario.skus), len(scenario.market_ids))
    months = months_of_horizon(scenario)
    starts = scenario.clock.month_starts("UTC", before=0, after=months)[: months + 1]
    ends = np.minimum(starts[1:], scenario.horizon.days * DAY)
    used = np.zeros(shape, dtype=bool)
    pooled, stamps = np.flatnonzero(moves.pool), vars(moves)["at"]
    used[moves.sku[pooled], moves.market[pooled]] = True
    frames = []
    for k in range(months):
        here = pooled[(stamps[pooled] >= max(0, starts[k])) & (stamps[pooled] < ends[k])]
        level = pool_on_hand(moves, int(ends[k]) - 1, *shape)
        sku, market = np.nonzero(used)
        frames.append(
            pd.DataFrame(
                {
                    "sku": np.array(scenario.sku_ids, dtype=object)[sku],
                    "market": np.array(scenario.market_ids, dtype=object)[market],
                    "month": scenario.clock.month_label(k),
                    "came_in": _moved(moves, here[moves.change[here] > 0], shape)[used],
                    "went_out": _moved(moves, here[moves.change[here] < 0], shape)[used],
                    "level": level[used],
                    "value": pool_values(level, scenario, int(ends[k]) - 1)[used],
                }
            )
        )
    return pd.concat(frames, ignore_index=True) if used.any() else pd.DataFrame(columns=POOL_COLUMNS)


def _moved(moves: StockMoves, rows: np.ndarray, shape: tuple[int, int]) -> np.ndarray:
    cell = moves.sku[rows].astype(np.int64) * shape[1] + moves.market[rows]
    return np.bincount(cell, minlength=shape[0] * shape[1]).astype(float).reshape(shape)


def pool_values(level: np.ndarray, scenario: Scenario, at: int) -> np.ndarray:
    """Worth of the units in each pool, as the ledger closes its books [reporting currency].

    ``level``: units, shape (skus, markets); ``at``: stamp whose terms and exchange rates hold [s].
    """
    book = price_book(scenario)
    sku, market = (axis.ravel() for axis in np.indices(level.shape))
    when = np.full(len(sku), at)
    term = book.terms_row(sku, market, when)
    transfer, closing = book.values.transfer.at(term), book.values.closing.at(term)
    rate = book.rate(transfer.currency, when, market)
    need = np.array([row.pool_need for row in scenario.stock], dtype=float).reshape(level.shape)
    beyond = np.maximum(level - need, 0.0).ravel()
    value: np.ndarray = (level.ravel() * transfer.value - beyond * (transfer.value - closing.value)) * rate
    return value.reshape(level.shape)


def dispatch_table(run: Run, scenario: Scenario, ledger: Ledger | None = None) -> pd.DataFrame:
    """Every dispatch of a run, a row each, in order of departure.

    Returns
    -------
    Columns market, way, back (from China), departed, landed (dates), month (of departure, UTC), days (door to door),
    units, kg, cbm, waited_days (mean of a unit, from tested or repaired to departure), cost (freight and entries of all
    on board [reporting currency]; NaN without a ledger), examined, lost.
    """
    d, clock = run.dispatches, scenario.clock
    markets, ways = np.array(scenario.market_ids, dtype=object), np.array(scenario.way_ids or ("",), dtype=object)
    frame = pd.DataFrame(
        {
            "market": markets[d.market],
            "way": ways[d.way],
            "back": d.back,
            "departed": [clock.date(int(t)) for t in d.departed],
            "landed": [clock.date(int(t)) for t in d.landed],
            "month": [clock.month_label(int(m)) for m in clock.months(d.departed, "UTC")],
            "days": (d.landed - d.departed) / DAY,
            "units": d.units,
            "kg": d.kg,
            "cbm": d.cbm,
            "waited_days": _waited(run),
            "cost": dispatch_costs(run, ledger) if ledger is not None else np.full(len(d.units), np.nan),
            "examined": d.examined,
            "lost": d.lost,
        }
    )
    return frame.sort_values(["departed", "market", "way"], ignore_index=True)


def _waited(run: Run) -> np.ndarray:
    """Mean wait of the units on board of each dispatch [days]."""
    r, d = run.records, run.dispatches
    size = len(d.units)
    total, units = np.zeros(size), np.zeros(size)
    for number, ready in (
        (r.dispatch, np.where(r.tested > NEVER, r.tested, r.arrived)),
        (r.back_dispatch, r.bench_out),
    ):
        rows = np.flatnonzero((number >= 0) & (ready > NEVER))
        on = number[rows]
        total += np.bincount(on, (d.departed[on] - ready[rows]) / DAY, minlength=size)
        units += np.bincount(on, minlength=size)
    return np.divide(total, units, out=np.full(size, np.nan), where=units > 0)


def dispatch_costs(run: Run, ledger: Ledger) -> np.ndarray:
    """What each dispatch cost, claims out of scope included: the lines of its bills [reporting currency]."""
    r, d = run.records, run.dispatches
    lines = np.flatnonzero((ledger.subject == Subject.DISPATCH) & (ledger.record >= 0))
    row = ledger.record[lines]
    out, back = r.dispatch[row].astype(np.int64), r.back_dispatch[row].astype(np.int64)
    # A claim has a way out before its way back: what arose until it had landed in China is of the way out.
    homeward = (out < 0) | ((back >= 0) & (ledger.incurred[lines] > d.landed[np.maximum(out, 0)]))
    number = np.where(homeward, back, out)
    known = number >= 0
    cost: np.ndarray = np.bincount(number[known], ledger.reporting[lines][known], minlength=len(d.units))
    return cost


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
    """As `service.promises`."""
    dispatches: pd.DataFrame
    """As `dispatch_table`."""
    pool: pd.DataFrame
    """As `pool_table`."""


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
    resolved_apart: pd.DataFrame = field(repr=False)
    """Columns case, days, apart, low, high: share of claims of all markets resolved within so many days, less that of
    the first rule."""
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

    claims, promised = gathered("open_claims"), gathered("promises")
    return Operated(
        open_claims=means(claims, [CASE, "day", "market", "stage"], ["claims"], n),
        open_in_all=with_interval(claims, [CASE, "day"], "claims", n, level),
        queues=with_interval(gathered("queues"), [CASE, "bench", "day"], "waiting", n, level),
        waits=waits(gathered("visits"), n),
        promises=kept(promised, level),
        resolved_apart=apart(promised, names, level),
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


def apart(frame: pd.DataFrame, names: Sequence[str], level: float) -> pd.DataFrame:
    """By how much rules differ from the first in the share they resolve within so many days: the interval is of the
    differences by replication, as luck that rules share is no difference between them."""
    whole = frame[(frame["promise"] == "resolved") & (frame["market"] == "")]
    sums = whole.groupby([CASE, "days"])[["claims", "met"]].sum()
    mean = sums["met"] / sums["claims"].where(sums["claims"] > 0)
    share = whole.assign(share=whole["met"] / whole["claims"].where(whole["claims"] > 0))
    each = share.pivot_table("share", [CASE, "days"], "replication", dropna=False)
    rows = []
    for name in names[1:]:
        for days in sorted(whole["days"].unique()):
            samples = each.loc[[(name, days), (names[0], days)]].to_numpy(dtype=float)
            new, now = samples[:, np.isfinite(samples).all(axis=0)]
            half = float(paired(new, now, level).interval.half_width)
            middle = float(mean.loc[(name, days)] - mean.loc[(names[0], days)])
            rows.append((name, int(days), middle, max(middle - half, -1.0), min(middle + half, 1.0)))
    return pd.DataFrame(rows, columns=[CASE, "days", "apart", "low", "high"])


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
