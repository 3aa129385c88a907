"""Freight of a run: who travelled with whom, out and back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from warrantysim.journeys.freight_days import land
from warrantysim.journeys.luck import Luck
from warrantysim.journeys.model import Model
from warrantysim.journeys.records import Dispatches, Records, StockMoves
from warrantysim.schema.clock import NEVER


def no_stock_moves() -> StockMoves:
    """Stock that never moved."""
    return StockMoves(
        sku=np.zeros(0, dtype=np.int16),
        market=np.zeros(0, dtype=np.int8),
        pool=np.zeros(0, dtype=bool),
        change=np.zeros(0, dtype=np.int8),
        at=np.zeros(0, dtype=np.int64),
        record=np.zeros(0, dtype=np.int64),
    )


def _group(
    r: Records, rows: np.ndarray, departed: np.ndarray, landed: np.ndarray, examined: np.ndarray, lost: np.ndarray,
    model: Model, back: bool,
) -> tuple[np.ndarray, Dispatches]:  # fmt: skip
    """Number the dispatches of claims that share market, way and departure; returns their number for each row."""
    lane = r.claims.market[rows].astype(np.int64) * len(model.scenario.way_ids) + r.partner[rows]
    begin = departed.min(initial=0)
    unique, first, number = np.unique(
        lane * (departed.max(initial=0) - begin + 1) + departed - begin, return_index=True, return_inverse=True
    )
    sku = r.claims.sku[rows]
    return number, Dispatches(
        market=r.claims.market[rows][first].astype(np.int8),
        way=r.partner[rows][first].astype(np.int16),
        back=np.full(len(unique), back),
        departed=departed[first],
        landed=landed[first],
        units=np.bincount(number, minlength=len(unique)).astype(np.int32),
        kg=np.bincount(number, model.kg[sku], minlength=len(unique)),
        cbm=np.bincount(number, model.cbm[sku], minlength=len(unique)),
        examined=examined[first],
        lost=lost[first],
    )


def concat(parts: list[Dispatches]) -> Dispatches:
    """Dispatches one after the other."""
    names = Dispatches.__dataclass_fields__
    return Dispatches(**{name: np.concatenate([getattr(p, name) for p in parts]) for name in names})


def outbound(
    r: Records, model: Model, luck: Luck, departure: Callable[[int, int, np.ndarray], np.ndarray]
) -> tuple[Records, Dispatches]:
    """Dispatches to China, by market, way and departure. ``departure(market, way, rows)``: when units left the hub."""
    rows = np.flatnonzero(r.dispatch >= 0)
    departed, landed = np.full(len(rows), NEVER), np.full(len(rows), NEVER)
    seen, lost = np.zeros(len(rows), dtype=bool), np.zeros(len(rows), dtype=bool)
    for m in range(len(model.markets)):
        for w, name in enumerate(model.scenario.way_ids):
            mine = (r.claims.market[rows] == m) & (r.partner[rows] == w)
            if mine.any():
                departed[mine] = departure(m, w, rows[mine])
                end = land(model, luck, m, name, departed[mine], back=False)
                landed[mine], seen[mine], lost[mine] = end.landed, end.examined, end.lost
    number, out = _group(r, rows, departed, landed, seen, lost, model, back=False)
    dispatch = r.dispatch.copy()
    dispatch[rows] = number
    return replace(r, dispatch=dispatch), out


def back_freight(r: Records, model: Model, luck: Luck, outbound: Dispatches) -> tuple[Records, Dispatches]:
    """Fill in examinations of ``outbound`` and add the regular freight back, numbered after it."""
    examined = outbound.examined.copy()
    for m in np.unique(outbound.market):
        for w in np.unique(outbound.way[outbound.market == m]):
            mine = (outbound.market == m) & (outbound.way == w)
            name = model.scenario.way_ids[w]
            examined[mine] = land(model, luck, int(m), name, outbound.departed[mine], back=False).examined
    outbound = replace(outbound, examined=examined)
    rows = np.flatnonzero(r.back_dispatch >= 0)
    if not len(rows):
        return r, outbound
    departed = r.back_left[rows]
    landed, seen, lost = departed.copy(), np.zeros(len(rows), dtype=bool), np.zeros(len(rows), dtype=bool)
    for m in np.unique(r.claims.market[rows]):
        for w in np.unique(r.partner[rows]):
            mine = (r.claims.market[rows] == m) & (r.partner[rows] == w)
            if mine.any():
                end = land(model, luck, int(m), model.scenario.way_ids[w], departed[mine], back=True)
                landed[mine], seen[mine], lost[mine] = end.landed, end.examined, end.lost
    number, back = _group(r, rows, departed, landed, seen, lost, model, back=True)
    back_dispatch = r.back_dispatch.copy()
    back_dispatch[rows] = number + len(outbound.market)
    return replace(r, back_dispatch=back_dispatch), concat([outbound, back])
