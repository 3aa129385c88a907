"""Consolidated dispatches as those who send them see them: what was on board, how long it waited, what it cost."""

from __future__ import annotations

import numpy as np
import pandas as pd

from warrantysim.journeys.records import Run
from warrantysim.money.categories import Subject
from warrantysim.money.ledger import Ledger
from warrantysim.schema.clock import DAY, NEVER
from warrantysim.schema.root import Scenario


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
