"""What the people who answer, test and repair see: claims in hand, promises kept, freight and the swap pool over time.

Everything is counted from the journey records of one run; nothing is modelled again.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd

from warrantysim.journeys.records import Records, Run
from warrantysim.scenario.clock import DAY, NEVER
from warrantysim.scenario.root import Scenario

STAGES = (
    ("answering", "opened", ("answered",)),
    ("deciding", "answered", ("routed",)),
    ("label_out", "routed", ("scanned",)),
    ("parcel_in", "scanned", ("arrived",)),
    ("to_bench", "arrived", ("bench_in",)),
    ("queueing", "bench_in", ("bench_start",)),
    ("on_bench", "bench_start", ("bench_out",)),
    ("back_to_customer", "bench_out", ()),
    ("closing", "routed", ()),
)
"""Stages of an open claim: name, stamp it begins at, stamps it ends at. The last two end when it is resolved."""
REPLY_HOURS, INSPECTION_DAYS = 24, 5
"""Promises: first answer within so many hours, inspection within so many weekdays of arrival."""


@dataclass(frozen=True)
class Operations:
    """One run as operations see it."""

    open_claims: pd.DataFrame
    """Columns day (date), market, stage, claims: claims whose customer still waits, at midnight UTC."""
    promises: pd.DataFrame
    """Columns market, promise (reply, inspection, resolved), within (its limit), claims, kept (share)."""
    dispatches: pd.DataFrame
    """Columns market, way, back, departed, landed (dates), days, units, kg, cbm, examined, lost."""
    pool: pd.DataFrame
    """Columns day, sku, market, units: level of the swap pool at midnight UTC."""


def operations(run: Run, scenario: Scenario, *, every_days: int = 7, resolved_days: int = 14) -> Operations:
    """Lay a run out over the horizon.

    Parameters
    ----------
    every_days
        Days between two counts of claims and stock [days, >= 1].
    resolved_days
        Days from opening within which a claim should be resolved [days, > 0].

    Raises
    ------
    ValueError
        If ``every_days`` or ``resolved_days`` is below 1.
    """
    if every_days < 1 or resolved_days < 1:
        raise ValueError(f"expected days from 1 on, got {every_days} and {resolved_days}")
    at = np.arange(0, scenario.horizon.days, every_days, dtype=np.int64) * DAY
    return Operations(
        open_claims=_open(run.records, scenario, at),
        promises=pd.DataFrame(_promises(run.records, scenario, resolved_days)),
        dispatches=_dispatches(run, scenario),
        pool=_pool(run, scenario, at),
    )


def _open(r: Records, scenario: Scenario, at: np.ndarray) -> pd.DataFrame:
    """Claims in each stage at each moment: those that have begun it less those that have ended it."""
    frames = []
    dates = [scenario.clock.date(int(t)) for t in at]
    begins = {"opened": r.claims.opened}
    taken = np.full(len(r), r.claims.opened)
    for name, begin, end in STAGES:
        start = np.asarray(begins.get(begin, getattr(r, begin, None)))
        stop = _end(r, name, end)
        held = (start > NEVER) & (stop > NEVER)
        if name == "closing":
            held &= r.scanned == NEVER
        first = np.maximum(start, taken)
        last = np.where(r.resolved > NEVER, np.minimum(stop, r.resolved), stop)
        held &= last > first
        for m, market in enumerate(scenario.market_ids):
            here = held & (r.claims.market == m)
            count = np.searchsorted(np.sort(first[here]), at, "right") - np.searchsorted(
                np.sort(last[here]), at, "right"
            )
            frames.append(pd.DataFrame({"day": dates, "market": market, "stage": name, "claims": count}))
    return pd.concat(frames, ignore_index=True)


def _end(r: Records, stage: str, ends: tuple[str, ...]) -> np.ndarray:
    """When a claim leaves a stage: its next stamp, or the end of its waiting."""
    if not ends:
        return np.asarray(r.resolved)
    stop = np.asarray(getattr(r, ends[0]))
    if stage == "label_out":
        # Without a parcel there is no label to wait for; such claims are closing.
        return stop
    return np.where(stop > NEVER, stop, r.resolved)


def _promises(r: Records, scenario: Scenario, resolved_days: int) -> Iterator[dict[str, object]]:
    opened = r.claims.opened
    inspected = np.where(r.tested > NEVER, r.tested, r.bench_start)
    had = r.in_scope & (r.arrived > NEVER) & (inspected > NEVER)
    asked = (
        ("reply", f"{REPLY_HOURS} h", r.in_scope & (r.answered > NEVER), (r.answered - opened) <= REPLY_HOURS * 3600),
        ("inspection", f"{INSPECTION_DAYS} weekdays", had, _weekdays(scenario, r.arrived, inspected, had)),
        (
            "resolved",
            f"{resolved_days} d",
            r.in_scope & (r.resolved > NEVER),
            r.resolved - opened <= resolved_days * DAY,
        ),
    )
    for promise, within, among, kept in asked:
        for m, market in enumerate(scenario.market_ids):
            here = among & (r.claims.market == m)
            n = int(here.sum())
            share = float(kept[here].mean()) if n else float("nan")
            yield {"market": market, "promise": promise, "within": within, "claims": n, "kept": share}


def _weekdays(scenario: Scenario, begin: np.ndarray, end: np.ndarray, among: np.ndarray) -> np.ndarray:
    """Whether at most `INSPECTION_DAYS` days from Monday to Friday lie between two stamps; closures do not excuse."""
    first = np.datetime64(scenario.clock.date(0), "D")
    kept = np.zeros(len(begin), dtype=bool)
    days = [first + (stamps[among] // DAY).astype("timedelta64[D]") for stamps in (begin, end)]
    kept[among] = np.busday_count(days[0], days[1]) <= INSPECTION_DAYS
    return kept


def _dispatches(run: Run, scenario: Scenario) -> pd.DataFrame:
    d = run.dispatches
    markets, ways = np.array(scenario.market_ids, dtype=object), np.array(scenario.way_ids or ("",), dtype=object)
    frame = pd.DataFrame(
        {
            "market": markets[d.market],
            "way": ways[d.way],
            "back": d.back,
            "departed": [scenario.clock.date(int(t)) for t in d.departed],
            "landed": [scenario.clock.date(int(t)) for t in d.landed],
            "days": (d.landed - d.departed) / DAY,
            "units": d.units,
            "kg": d.kg,
            "cbm": d.cbm,
            "examined": d.examined,
            "lost": d.lost,
        }
    )
    return frame.sort_values(["departed", "market", "way"], ignore_index=True)


def _pool(run: Run, scenario: Scenario, at: np.ndarray) -> pd.DataFrame:
    moves = run.stock
    when = moves.at
    rows = np.flatnonzero(moves.pool)
    dates = [scenario.clock.date(int(t)) for t in at]
    frames = [pd.DataFrame({"day": [], "sku": [], "market": [], "units": []})]
    pairs = sorted(set(zip(moves.sku[rows].tolist(), moves.market[rows].tolist(), strict=True)))
    for sku, market in pairs:
        own = rows[(moves.sku[rows] == sku) & (moves.market[rows] == market)]
        order = own[np.argsort(when[own], kind="stable")]
        level = np.concatenate([[0], np.cumsum(moves.change[order].astype(np.int64))])
        units = level[np.searchsorted(when[order], at, "right")]
        names = {"sku": scenario.sku_ids[sku], "market": scenario.market_ids[market]}
        frames.append(pd.DataFrame({"day": dates, **names, "units": units}))
    return pd.concat(frames[1:], ignore_index=True) if len(frames) > 1 else frames[0]
