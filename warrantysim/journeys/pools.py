"""Replacement stock that does not run short: nobody waits there, so the run goes on without asking.

Which stock served, repaired or new, changes no journey, only what it costs. It is settled after the run, all pools at
once: a pool's level is a random walk that is reflected at zero. Stock that could run short, but would have served every
claim that may be sent a unit within one lead time, is taken to suffice, and held against what was really asked of it.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from warrantysim.claims.columns import Claims, time_order
from warrantysim.journeys.model import Model, first_stamp
from warrantysim.journeys.records import Closure, Fate, Records, Source, StockMoves
from warrantysim.schema.clock import DAY


def stated_stock(model: Model) -> tuple[np.ndarray, np.ndarray]:
    """New units stated for (SKU, market), infinite where they never run short, and the lead time of a reorder [s].

    Both of shape (S, M).
    """
    s = model.scenario
    rows = {(row.sku, row.market): row for row in s.stock}
    table = [[rows[k.sku, m] for m in s.market_ids] for k in s.skus]
    units = [[np.inf if row.base_stock is None else row.base_stock for row in line] for line in table]
    return np.array(units), np.array([[max(1, round(row.lead_days * DAY)) for row in line] for line in table])


def plentiful(model: Model, claims: Claims) -> np.ndarray:
    """Where new stock never runs short, or would not if every claim given asked for a unit as it opens. Shape (S, M).

    Deliveries by a table are never taken to suffice: those of a far day are of no use before it.
    """
    units, lead = stated_stock(model)
    if model.scenario.stock_rules.deliveries == "table":
        return np.isinf(units)
    return _most_asked(units, lead, claims.sku, claims.market, claims.opened) <= units


def ran_short(moves: StockMoves, model: Model) -> np.ndarray:
    """Where more new units left within a lead time than were stated. Shape (S, M), bool."""
    units, lead = stated_stock(model)
    left = ~moves.pool & (moves.change < 0)
    return _most_asked(units, lead, moves.sku[left], moves.market[left], moves.at[left]) > units


def _most_asked(units: np.ndarray, lead: np.ndarray, sku: np.ndarray, market: np.ndarray, at: np.ndarray) -> np.ndarray:
    """As `most_within` the lead time of each (SKU, market); 0, without counting, where new units never run short."""
    rows = np.flatnonzero(np.isfinite(units)[sku, market])
    return most_within(sku[rows].astype(np.int64) * units.shape[1] + market[rows], at[rows], lead)


def most_within(cell: np.ndarray, at: np.ndarray, window: np.ndarray) -> np.ndarray:
    """Most moments of a cell in any time span of its length, one end of the span counted.

    Parameters
    ----------
    cell : cell of each moment, number in the flattened ``window`` [int, (n,)].
    at : moments [int64 s, (n,)].
    window : length of the span for each cell [s, any shape].

    Returns
    -------
    Counts, shape of ``window``.
    """
    most = np.zeros(window.size, dtype=np.int64)
    begin = at.min(initial=0)
    span = at.max(initial=0) - begin + 1
    moments = np.sort(cell * span + at - begin)
    cell = moments // span
    # Moments of other cells are in no span: a span ends where its cell begins at the latest.
    before = np.searchsorted(moments, np.maximum(moments - window.reshape(-1)[cell], cell * span - 1), side="right")
    first = np.flatnonzero(np.diff(cell, prepend=-1))
    if len(first):
        most[cell[first]] = np.maximum.reduceat(np.arange(1, len(moments) + 1) - before, first)
    return most.reshape(window.shape)


def settle_pools(
    r: Records, asked: np.ndarray, accepted: np.ndarray, model: Model, plenty: np.ndarray
) -> tuple[Records, StockMoves]:
    """Records with the source of every replacement where new stock does not run short, and the moves of that stock.

    Units that come in serve those who ask at the same second; who asks then is served in the order of unit keys.

    Parameters
    ----------
    asked : when each claim asked for its replacement; read where it was replaced [int64 s, (n,)].
    accepted : whether it takes a repaired unit [bool, (n,)].
    plenty : where new stock does not run short [bool, (S, M)].
    """
    free = plenty[r.claims.sku, r.claims.market]
    enter = np.flatnonzero(free & (r.fate == Fate.POOL))
    leave = np.flatnonzero(free & (r.closure == Closure.REPLACED))
    opening = opening_units(model, plenty)
    # A row an event: units on hand at the beginning, units that come in, claims that ask.
    rows = np.concatenate([np.full(len(opening), -1), enter, leave])
    cell = np.concatenate([opening, _cell(r, enter, model), _cell(r, leave, model)])
    start = np.full(len(opening), first_stamp(model.scenario))
    at = np.concatenate([start, r.pooled[enter], asked[leave]])
    asks = np.arange(len(rows)) >= len(opening) + len(enter)
    takes = asks & model.scenario.stock_rules.pool_first
    takes[asks] &= accepted[rows[asks]]
    key, generation = np.zeros((2, len(rows)), dtype=np.uint64)  # units on hand come before all others
    key[len(opening) :], generation[len(opening) :] = (
        column[rows[len(opening) :]] for column in (r.claims.unit, r.claims.generation)
    )
    when = _moment(at, asks)
    order = time_order(_apart(cell, when), key, generation)
    served = np.zeros(len(rows), dtype=bool)
    served[order] = _served(cell[order], np.where(takes, -1, np.where(asks, 0, 1))[order])
    source = r.source.copy()
    source[rows[asks]] = np.where(served[asks], Source.POOL, Source.NEW)
    sku, market = np.divmod(cell, len(model.markets))
    by_time = time_order(when, key, generation)
    moves = StockMoves(
        sku=sku.astype(np.int16),
        market=market.astype(np.int8),
        pool=~asks | served,
        change=np.where(asks, -1, 1).astype(np.int8),
        at=at,
        record=rows,
    )
    return replace(r, source=source), take(moves, by_time)


def handed(cell: np.ndarray, at: np.ndarray, asks: np.ndarray, key: np.ndarray, generation: np.ndarray) -> np.ndarray:
    """Which unit each that asks gets where units leave in the order in which they came: its place among the events.

    The events are units that come in and claims that ask (mask ``asks``), in any order, ``cell`` their pool. Returns -1
    for those that come, and for those that find nothing. Shape (n,), int64.
    """
    order = time_order(_apart(cell, _moment(at, asks)), key, generation)
    step = np.where(asks, -1, 1)[order]
    takers, units = order[_served(cell[order], step)], order[step > 0]
    nth = np.arange(len(takers)) - np.searchsorted(cell[takers], cell[takers])
    out = np.full(len(cell), -1)
    out[takers] = units[np.searchsorted(cell[units], cell[takers]) + nth]
    return out


def _moment(at: np.ndarray, asks: np.ndarray) -> np.ndarray:
    """Stamps as numbers from 0 on, who comes before who asks: one key sorts faster than two. Shape (n,), int64."""
    return (at - at.min(initial=0)) * 2 + asks


def _apart(cell: np.ndarray, moment: np.ndarray) -> np.ndarray:
    """Moments in the order of cells. Shape (n,), int64."""
    return cell * (moment.max(initial=0) + 1) + moment


def opening_units(model: Model, plenty: np.ndarray) -> np.ndarray:
    """Cell of each unit in the pools at the beginning."""
    s = model.scenario
    free = plenty & model.pool_ok
    stated = {(row.sku, row.market): row.pool_start for row in s.stock}
    units = np.array([[stated[k.sku, m] for m in s.market_ids] for k in s.skus])
    return np.repeat(np.arange(free.size), np.where(free, units, 0).reshape(-1))


def _cell(r: Records, rows: np.ndarray, model: Model) -> np.ndarray:
    return r.claims.sku[rows].astype(np.int64) * len(model.markets) + r.claims.market[rows]


def _served(cell: np.ndarray, step: np.ndarray) -> np.ndarray:
    """Which of the steps down find a unit. ``step``: +1, 0, -1 in order of time, cell after cell; a level never falls
    below 0: a step down that would set a new low of the free walk is the one that finds nothing."""
    walk = np.cumsum(step)
    first = np.flatnonzero(np.diff(cell, prepend=-1))
    before = np.repeat(walk[first] - step[first], np.diff(np.append(first, len(cell))))
    walk = walk - before
    # Running lows of each cell: cells are pushed so far apart that no low of one is seen by the next.
    apart = np.cumsum(np.diff(cell, prepend=cell[:1]) != 0) * (2 * len(cell) + 2)
    low = np.minimum(np.minimum.accumulate(walk - apart) + apart, 0)
    last = np.concatenate([[0], low[:-1]])
    last[first] = 0
    return (step < 0) & (walk >= last)


def take(moves: StockMoves, rows: np.ndarray) -> StockMoves:
    """The named moves."""
    return StockMoves(**{name: column[rows] for name, column in vars(moves).items()})


def merged_moves(one: StockMoves, two: StockMoves) -> StockMoves:
    """All moves, in order of time."""
    joined = StockMoves(**{name: np.concatenate([column, getattr(two, name)]) for name, column in vars(one).items()})
    return take(joined, np.argsort(joined.at, kind="stable"))
