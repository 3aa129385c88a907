"""The swap pool month by month: what came in, what went out, what is left and what it is worth."""

from __future__ import annotations

import numpy as np
import pandas as pd

from warrantysim.experiment.bench_months import months_of_horizon
from warrantysim.journeys.records import StockMoves
from warrantysim.money.price_book import price_book
from warrantysim.money.stock_value import pool_on_hand
from warrantysim.schema.clock import DAY
from warrantysim.schema.root import Scenario

COLUMNS = ["sku", "market", "month", "came_in", "went_out", "level", "value"]
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
    return pd.concat(frames, ignore_index=True) if used.any() else pd.DataFrame(columns=COLUMNS)


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
