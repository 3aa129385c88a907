"""Runs written by hand in the tiny seller's world: what happened is stated, so every line can be checked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import fields
from typing import Any

import numpy as np

from tests.money.tiny import AIR, BROKEN, DE, OWN, TOY, US, VAC, day
from warrantysim.claims.columns import DTYPES, Claims, Origin
from warrantysim.journeys.log import blank
from warrantysim.journeys.records import Closure, Dispatches, Finding, Records, Route, Run, StockMoves
from warrantysim.schema.clock import DAY

CLAIM: dict[str, Any] = {
    "unit": 0,
    "generation": 0,
    "origin": Origin.FIELD,
    "sku": TOY,
    "market": US,
    "channel": OWN,
    "fault": BROKEN,
    "lot": -1,
    "bench_minutes": np.nan,
    "sold": day(-100),
    "delivered": day(-98),
    "born": day(-98),
    "warranty_end": day(-98 + 730),
    "opened": day(40),
}
OWN_PRICE = {(TOY, US): 100.0, (TOY, DE): 100.0, (VAC, US): 400.0, (VAC, DE): 400.0}
"""List price net of tax, in the market's currency."""


def run_of(*claims: Mapping[str, Any], trips: Sequence[Mapping[str, Any]] = (), stock: Sequence[Any] = ()) -> Run:
    """A run of claims stated by what differs from a plain one: a TOY sold in the US shop, opened on day 40.

    What is not stated did not happen. ``trips`` are dispatches, ``stock`` moves as (sku, market, pool, change, at,
    record).
    """
    n = len(claims)
    columns = blank(n)
    columns |= {
        "in_scope": np.zeros(n, dtype=bool),
        "parent": np.full(n, -1, dtype=np.int64),
        "age_days": np.zeros(n),
        "value": np.zeros(n),
        "symptom": np.zeros(n, dtype=np.int8),
        "evidence": np.zeros(n, dtype=np.int8),
        "rule": np.zeros(n, dtype=np.int32),
        "route": np.zeros(n, dtype=np.int8),
        "partner": np.full(n, -1, dtype=np.int16),
        "fallback": np.zeros(n, dtype=np.int8),
    }
    flags = ("in_window", "advance", "guide_used", "disputed", "dispute_lost", "coupon", "paid_repair")
    columns |= {name: np.zeros(n, dtype=bool) for name in flags}
    born = {name: np.zeros(n, dtype=kind) for name, kind in DTYPES.items()}
    for i, stated in enumerate(claims):
        claim = {**CLAIM, "unit": i, "root": i, **stated}
        net = OWN_PRICE[claim["sku"], claim["market"]]
        claim = {"price_net": net, "price_gross": net * (1.2 if claim["market"] == DE else 1.0), **claim}
        if claim["sku"] == VAC and "fault" not in stated:
            claim["fault"] = 4 + BROKEN
        for name, column in born.items():
            column[i] = claim[name]
        opened = claim["opened"]
        plain = {
            "in_scope": 0 <= opened < 365 * DAY,
            "age_days": (opened - claim["delivered"]) / DAY,
            "value": claim["price_net"],
            "answered": opened,
            "routed": opened,
            "resolved": opened,
            "closed": opened,
            "closure": Closure.REFUNDED,
            "route": Route.REFUND,
        }
        for name, value in {**plain, **claim}.items():
            if name in columns:
                columns[name][i] = value
    return Run(Records(claims=Claims(**born), **columns), trips_of(trips), moves_of(stock))


def trips_of(trips: Sequence[Mapping[str, Any]]) -> Dispatches:
    """Dispatches stated by what differs from an uneventful one out of the US."""
    plain = {
        "market": US,
        "way": AIR,
        "back": False,
        "departed": day(50),
        "landed": day(60),
        "units": 1,
        "kg": 1.0,
        "cbm": 0.001,
        "examined": False,
        "lost": False,
    }
    return Dispatches(**{name: np.array([{**plain, **t}[name] for t in trips], dtype=_KINDS[name]) for name in plain})


_KINDS = {
    "market": np.int8,
    "way": np.int16,
    "back": bool,
    "departed": np.int64,
    "landed": np.int64,
    "units": np.int32,
    "kg": float,
    "cbm": float,
    "examined": bool,
    "lost": bool,
}


def moves_of(stock: Sequence[Any]) -> StockMoves:
    """Stock moves from tuples."""
    kinds = (np.int16, np.int8, bool, np.int8, np.int64, np.int64)
    columns = list(zip(*stock, strict=True)) or [()] * 6
    return StockMoves(*(np.array(c, dtype=k) for c, k in zip(columns, kinds, strict=True)))


def permuted(run: Run, order: np.ndarray) -> Run:
    """The same run with its claims in another order; row numbers that point to claims follow."""
    place = np.empty(len(order), dtype=np.int64)
    place[order] = np.arange(len(order))
    r = run.records.take(order)
    parent = np.where(r.parent >= 0, place[r.parent], -1)
    record = np.where(run.stock.record >= 0, place[run.stock.record], -1)
    moved = StockMoves(**{f.name: getattr(run.stock, f.name) for f in fields(StockMoves)} | {"record": record})
    records = Records(**{f.name: getattr(r, f.name) for f in fields(Records)} | {"parent": parent})
    return Run(records, run.dispatches, moved)


def repaired(partner: int, done: float, **more: Any) -> dict[str, Any]:
    """A claim repaired by a partner: in on the day before ``done``, out and shipped on it."""
    stated = {
        "route": Route.REPAIR_LOCAL,
        "partner": partner,
        "closure": Closure.REPAIRED,
        "finding": Finding.REPAIRED,
        "fate": 1,
        "label_issued": True,
        "scanned": day(done - 4),
        "arrived": day(done - 1),
        "bench_in": day(done - 1),
        "bench_start": day(done - 1),
        "bench_out": day(done),
        "shipped": day(done),
        "resolved": day(done + 2),
        "closed": day(done + 2),
        "level": 1,
        "bench_minutes": 30.0,
        "parts": 6.0,
    }
    return {**stated, **more}
