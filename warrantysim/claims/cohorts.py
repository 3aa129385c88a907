"""Units sold: one cohort for each SKU, market, channel and month, as far back as a warranty can reach.

Expected units of a cohort are those of its month (`schema.sold_units`): as stated, or ``sales level x season
multiplier``. Whole units are ``floor(expected + v)`` with ``v`` a uniform that belongs to the cohort for ever, not to
a seed or a replication: sales history is a fact, the mean over cohorts is exact, and a change of level only adds or
removes the last units of a cohort.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from warrantysim.claims.digest import mixed, stable_number
from warrantysim.claims.inverse import quantile
from warrantysim.claims.lots import Lots
from warrantysim.claims.philox import uniforms
from warrantysim.claims.stream_ids import Purpose
from warrantysim.claims.terms import Terms
from warrantysim.schema.clock import DAY
from warrantysim.schema.dated import BEGINNING
from warrantysim.schema.recent import recent
from warrantysim.schema.sold_units import SoldUnits

if TYPE_CHECKING:
    from warrantysim.schema.root import Scenario

LAG_REACH = 0.9999
"""Sales history goes back far enough for this share of delivery and report lags, each."""


@dataclass(frozen=True)
class Cohorts:
    """Cohorts with at least one unit, a column an attribute, shape (cohorts,)."""

    sku: np.ndarray
    """Row in ``scenario.skus`` [int16]."""
    market: np.ndarray
    """Row in ``scenario.market_ids`` [int8]."""
    channel: np.ndarray
    """Row in ``scenario.channel_ids`` [int8]."""
    terms: np.ndarray
    """Row in `Terms` that binds them [int64]."""
    month: np.ndarray
    """Month of sale, months since year 0 [int64]."""
    start: np.ndarray
    """When the month begins in market time [int64 s]."""
    length: np.ndarray
    """How long it is [int64 s]."""
    key: np.ndarray
    """Permanent key [uint64]."""
    units: np.ndarray
    """Units sold [int64, >= 1]."""
    fails_below: np.ndarray
    """Units whose life draw is not below this outlive the warranty, or the run [share, 0-1]."""
    files_from: np.ndarray
    """Units whose life draw reaches this are latent opportunistic candidates, if they outlive the warranty [share]."""


@recent(4)
def cohorts(scenario: Scenario, terms: Terms, lots: Lots) -> Cohorts:
    """All cohorts from which a claim can open between the run-in and the end of the run-out.

    Raises
    ------
    ValueError
        If units are sold before any terms of sale hold.
    """
    first, last = _months(scenario, terms)
    months = np.arange(first, last + 1)
    days = np.array([dt.date(m // 12, m % 12 + 1, 1).toordinal() for m in months.tolist()], dtype=np.int64)
    clock = scenario.clock
    zero = clock.first_day.year * 12 + clock.first_day.month - 1
    edges = {
        market: clock.month_starts(scenario.markets[market].time_zone, zero - first, last + 1 - zero)
        for market in scenario.market_ids
    }
    sales = SoldUnits(scenario)
    names, sku_at = sorted(sales.keys), {row.sku: i for i, row in enumerate(scenario.skus)}
    numbers = np.array([stable_number("cohort", *name) for name in names], dtype=np.uint64)
    key = mixed(numbers[:, None], months).ravel()
    rounding = uniforms(0, 0, key, 0, Purpose.COHORT_ROUNDING)
    units = np.floor(sales.table(names, months).ravel() + rounding).astype(np.int64)
    held = np.flatnonzero(units > 0)
    which, when = np.divmod(held, len(months))
    codes = [[sku_at[a], scenario.market_ids.index(b), scenario.channel_ids.index(c)] for a, b, c in names]
    of_sku, of_market, of_channel = np.array(codes, dtype=np.int64).reshape(-1, 3)[which].T
    row = _binding(scenario, terms, of_sku, of_market, months[when], days[when])
    edge = np.array([edges[market] for market in scenario.market_ids])
    start = edge[of_market, when]
    end = (scenario.horizon.days + scenario.horizon.run_out_days) * DAY
    return Cohorts(
        sku=of_sku.astype(np.int16),
        market=of_market.astype(np.int8),
        channel=of_channel.astype(np.int8),
        terms=row,
        month=months[when],
        start=start,
        length=edge[of_market, when + 1] - start,
        key=key[held],
        units=units[held],
        fails_below=_fails_below(terms, lots, row, months[when], (end - start + 1) / DAY),
        files_from=1.0 - terms.opportunistic[row],
    )


def _binding(
    scenario: Scenario, terms: Terms, sku: np.ndarray, market: np.ndarray, month: np.ndarray, day: np.ndarray
) -> np.ndarray:
    row = terms.row(sku, market, day)
    if np.any(row < 0):
        i = int(np.flatnonzero(row < 0)[0])
        raise ValueError(
            f"{scenario.skus[sku[i]].sku} is sold in {scenario.market_ids[market[i]]} in "
            f"{month[i] // 12}-{month[i] % 12 + 1:02d}, but no row of sku_markets holds then"
        )
    return row


def _fails_below(terms: Terms, lots: Lots, row: np.ndarray, month: np.ndarray, left: np.ndarray) -> np.ndarray:
    """The widest reach of the product's own life and of every lot the cohort may hold units of, within its warranty and
    the days that are ``left``."""
    life, warranty = terms.life.take(row), np.clip(left, 0.0, terms.warranty_days[row])
    bound = life.outlives_from(warranty)
    for lot in range(len(lots)):
        mine = np.flatnonzero(lots.touches(lot, terms.sku[row], terms.market[row], month))
        theirs = life.take(mine).over(np.full(len(mine), lot), lots.life)
        bound[mine] = np.maximum(bound[mine], theirs.outlives_from(warranty[mine]))
    return bound


def _months(scenario: Scenario, terms: Terms) -> tuple[int, int]:
    """First and last month of sale that can matter, months since year 0."""
    births, horizon, clock = scenario.births, scenario.horizon, scenario.clock
    reach = np.array([LAG_REACH])
    delivery = max((float(quantile(lag, reach)[0]) for lag in births.delivery_days.values()), default=0.0)
    lags = delivery + float(quantile(births.report_lag_days, reach)[0])
    back = horizon.run_in_days + float(terms.warranty_days.max(initial=0.0)) + lags
    # A market's month can begin most of a day before or after the same month in UTC.
    first = clock.date(-int((back + 1) * DAY))
    # Repairs prolong further back only what was sold since the terms or the law say so.
    since = [(row.sold_from, row.repair_extends_days) for row in scenario.legal_floors]
    since += [(BEGINNING, m.extension_days) for m in scenario.markets.values() if m.renewal.get("repair") == "extended"]
    for day, days in since:
        first = min(first, max(day, clock.date(-int((back + days + 1) * DAY))))
    last = clock.date((horizon.days + horizon.run_out_days + 1) * DAY)
    return first.year * 12 + first.month - 1, last.year * 12 + last.month - 1
