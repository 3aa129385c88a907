"""What the people who answer, test and repair see: claims in hand, queues, promises kept, freight and the swap pool.

Everything is counted from the journey records of one run; nothing is modelled again.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from warrantysim.experiment.bench_months import bench_names, months_of_horizon, visits
from warrantysim.experiment.stages import count_at, spans
from warrantysim.experiment.year import days_to_resolved
from warrantysim.journeys.records import Records, Run, StockMoves
from warrantysim.money.categories import Subject
from warrantysim.money.ledger import Ledger
from warrantysim.money.price_book import price_book
from warrantysim.money.stock_value import pool_on_hand
from warrantysim.schema.clock import DAY, HOUR, NEVER
from warrantysim.schema.root import Scenario

REPLY_HOURS, INSPECTION_DAYS = 24, 5
"""First answer within so many hours, inspection within so many weekdays of arrival."""
LONGEST = 60
"""Days up to which resolution is counted."""
PROMISE_COLUMNS = ["market", "promise", "days", "claims", "met"]
"""Columns of the table of promises; an empty market stands for all of them."""


def promises(r: Records, scenario: Scenario, resolved_days: range = range(1, LONGEST + 1)) -> pd.DataFrame:
    """Claims in scope a promise was made to, and those it was kept to, by market and in all.

    ``resolved`` has a row for every number of days asked about; a claimant who never uses the label waits for nobody
    once he has it.

    Returns
    -------
    Columns market, promise (reply, inspection, resolved), days (its limit: calendar days, weekdays for inspection),
    claims, met.
    """
    inspected = np.where(r.tested > NEVER, r.tested, r.bench_start)
    came = r.in_scope & (r.arrived > NEVER) & (inspected > NEVER)
    reply = (r.answered - r.claims.opened) <= REPLY_HOURS * HOUR
    rows = [
        *_kept("reply", 1, r.in_scope & (r.answered > NEVER), reply, r, scenario),
        *_kept("inspection", INSPECTION_DAYS, came, _weekdays(scenario, r.arrived, inspected, came), r, scenario),
    ]
    ended = r.in_scope & (r.resolved > NEVER)
    days = np.full(len(r), np.inf)
    days[ended] = days_to_resolved(r, np.flatnonzero(ended))
    for n in resolved_days:
        rows += _kept("resolved", n, ended, days <= n, r, scenario)
    return pd.DataFrame(rows, columns=PROMISE_COLUMNS)


def _kept(
    promise: str, days: int, among: np.ndarray, kept: np.ndarray, r: Records, scenario: Scenario
) -> list[tuple[str, str, int, int, int]]:
    counts = [
        np.bincount(r.claims.market[rows].astype(np.int64), minlength=len(scenario.market_ids))
        for rows in (among, among & kept)
    ]
    each = [(name, promise, days, int(counts[0][m]), int(counts[1][m])) for m, name in enumerate(scenario.market_ids)]
    return [("", promise, days, int(counts[0].sum()), int(counts[1].sum())), *each]


def _weekdays(scenario: Scenario, begin: np.ndarray, end: np.ndarray, among: np.ndarray) -> np.ndarray:
    """Whether at most `INSPECTION_DAYS` days from Monday to Friday lie between two stamps; closures do not excuse."""
    first = np.datetime64(scenario.clock.date(0), "D")
    kept = np.zeros(len(begin), dtype=bool)
    days = [first + (stamps[among] // (24 * HOUR)).astype("timedelta64[D]") for stamps in (begin, end)]
    kept[among] = np.busday_count(days[0], days[1]) <= INSPECTION_DAYS
    return kept


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
    """As `promises.promises`."""
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
