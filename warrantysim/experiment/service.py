"""How long customers wait, how many wait longer, and what promises are kept: the one measure of service."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from warrantysim.experiment.intervals import LEVEL, Interval, t_interval
from warrantysim.experiment.outcomes import SimulatedYear
from warrantysim.experiment.year import days_to_resolved
from warrantysim.journeys.records import Records
from warrantysim.schema.clock import HOUR, NEVER
from warrantysim.schema.root import Scenario

if TYPE_CHECKING:
    import pandas as pd

HALF, NINE_IN_TEN = 0.5, 0.9
"""Shares of customers that are done within P50 and P90."""
LONGER_DAYS = 1.0
"""By how much a customer waits longer before it counts [days]."""
WEEK_PER_WORKING_DAY = 7.0 / 5.0
"""Calendar days of a working day."""


@dataclass(frozen=True)
class Service:
    """Days from opening to resolved that half and nine in ten of the root claims in scope do not exceed.

    A quantile a simulated year, and the mean of the years; NaN where no year has a claim.
    """

    p50: float
    """Days within which half the customers are done [days]."""
    p90: float
    """Days within which nine in ten are done [days]."""


def days_quantile(years: Sequence[SimulatedYear], share: float, of: Sequence[np.ndarray] | None = None) -> np.ndarray:
    """A quantile of the days to resolved in each year, shape (years,); NaN for a year without a claim.

    ``of``: which claims of each year count; all where not given.
    """
    days = [y.days for y in years] if of is None else [y.days[mine] for y, mine in zip(years, of, strict=True)]
    return np.array([float(np.quantile(each, share)) if len(each) else np.nan for each in days])


def service(years: Sequence[SimulatedYear], of: Sequence[np.ndarray] | None = None) -> Service:
    """How long customers wait; ``of`` as in `days_quantile`."""
    return Service(*(_mean(days_quantile(years, share, of)) for share in (HALF, NINE_IN_TEN)))


def rise(now: Sequence[SimulatedYear], new: Sequence[SimulatedYear], level: float = LEVEL) -> Interval:
    """By how many days nine in ten customers wait longer, paired year by year."""
    return t_interval(days_quantile(new, NINE_IN_TEN) - days_quantile(now, NINE_IN_TEN), level)


def _mean(values: np.ndarray) -> float:
    known = values[~np.isnan(values)]
    return float(known.mean()) if len(known) else float("nan")


def service_table(
    now: Sequence[SimulatedYear], new: Sequence[SimulatedYear], scenario: Scenario, level: float = LEVEL
) -> pd.DataFrame:
    """Service under one rule or scenario and another, as a whole and by market, replication by replication.

    Returns
    -------
    A row for the whole (``market`` empty), then one a market with claims: market, claims a year simulated, p50_now,
    p50, p90_now, p90 [days], rise with rise_low and rise_high (of the P90), longer (customers who wait more than
    `LONGER_DAYS` longer; NaN where the claims are not the same), promised [days], kept_now and kept (shares within it;
    NaN where nothing is promised), waits (whether nine in ten surely wait longer, by more than `LONGER_DAYS`).
    """
    import pandas as pd

    places = [m for m in range(len(scenario.market_ids)) if any((year.market == m).any() for year in new)]
    within = _promised(scenario)
    rows = []
    for market in (None, *places):
        before, after = ([_in(year, market) for year in each] for each in (now, new))
        was, then = service(now, before), service(new, after)
        change = t_interval(days_quantile(new, NINE_IN_TEN, after) - days_quantile(now, NINE_IN_TEN, before), level)
        rise = float(change.mean), float(change.low), float(change.high)
        promise = float(within[market]) if market is not None else float("nan")
        rows.append({
            "market": "" if market is None else scenario.market_ids[market],
            "claims": float(np.mean([mine.sum() for mine in after])) if after else 0.0,
            "p50_now": was.p50, "p50": then.p50, "p90_now": was.p90, "p90": then.p90,
            "rise": rise[0], "rise_low": rise[1], "rise_high": rise[2],
            "longer": _longer(now, new, before, after),
            "promised": promise,
            "kept_now": _kept(now, before, within), "kept": _kept(new, after, within),
            "waits": rise[1] > 0 and rise[0] > LONGER_DAYS,
        })  # fmt: skip
    return pd.DataFrame(rows)


def _in(year: SimulatedYear, market: int | None) -> np.ndarray:
    """Which claims are of a market, or all."""
    found: np.ndarray = year.market == market if market is not None else np.ones(len(year), dtype=bool)
    return found


def _promised(scenario: Scenario) -> np.ndarray:
    """Days within which claims of each market are promised to be closed; NaN where nothing is [days]."""
    found = np.full(len(scenario.market_ids), np.nan)
    for row in scenario.promised_times:
        if row.step == "closed" and row.market in scenario.market_ids:
            found[scenario.market_ids.index(row.market)] = row.days * (WEEK_PER_WORKING_DAY if row.working else 1.0)
    return found


def _kept(years: Sequence[SimulatedYear], of: Sequence[np.ndarray], within: np.ndarray) -> float:
    """Share of the claims with a promise that are closed within it."""
    promised = [within[y.market[mine]] for y, mine in zip(years, of, strict=True)]
    known = [~np.isnan(each) for each in promised]
    count = sum(int(each.sum()) for each in known)
    kept = sum(int((y.days[mine][k] <= p[k]).sum()) for y, mine, p, k in zip(years, of, promised, known, strict=True))
    return kept / count if count else float("nan")


def _longer(
    now: Sequence[SimulatedYear], new: Sequence[SimulatedYear], before: Sequence[Any], after: Sequence[Any]
) -> float:
    waits: list[np.ndarray] = []
    for a, b, mine, theirs in zip(now, new, before, after, strict=True):
        if not all(np.array_equal(getattr(a, name), getattr(b, name)) for name in ("root", "sku", "market", "channel")):
            return float("nan")
        waits.append(b.days[theirs] > a.days[mine] + LONGER_DAYS)
    every = np.concatenate(waits or [np.zeros(0, dtype=bool)])
    return float(every.mean()) if len(every) else float("nan")


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
    import pandas as pd

    inspected = np.where(r.tested > NEVER, r.tested, r.bench_start)
    came = r.in_scope & (r.arrived > NEVER) & (inspected > NEVER)
    reply = (r.answered - r.claims.opened) <= REPLY_HOURS * HOUR
    rows = [
        *_kept_to("reply", 1, r.in_scope & (r.answered > NEVER), reply, r, scenario),
        *_kept_to("inspection", INSPECTION_DAYS, came, _weekdays(scenario, r.arrived, inspected, came), r, scenario),
    ]
    ended = r.in_scope & (r.resolved > NEVER)
    days = np.full(len(r), np.inf)
    days[ended] = days_to_resolved(r, np.flatnonzero(ended))
    for n in resolved_days:
        rows += _kept_to("resolved", n, ended, days <= n, r, scenario)
    return pd.DataFrame(rows, columns=PROMISE_COLUMNS)


def _kept_to(
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
