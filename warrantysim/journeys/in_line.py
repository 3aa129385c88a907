"""Queues at benches had nobody given up: those who leave shorten the line of the others.

A bench serves first come, first served, so its queue follows from who comes when. It is gone through once more with the
units of a run and those of its claims gone on together, each coming when it came, or would have. Where a bench has
places for only so many who wait, or would not be done before its calendar ends, it is left as it was.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

import numpy as np

from warrantysim.journeys.benches import first_come
from warrantysim.journeys.freight_days import next_back
from warrantysim.journeys.hubs import beside_the_gone, concatenated
from warrantysim.journeys.model import Model, first_stamp
from warrantysim.journeys.operational_clock import BeyondCalendar, OperationalClock
from warrantysim.journeys.records import InLine, Records, Run, to_china, to_partner
from warrantysim.schema.clock import NEVER


def in_line(run: Run, model: Model) -> InLine | None:
    """Claims of the benches at which those gone on would have queued, see `Run.in_line`; None where nobody would."""
    rows, gone = beside_the_gone(run, lambda r: r.bench_out > NEVER)
    if not len(gone):
        return None
    own, n = run.records, len(rows)

    def both(name: str) -> np.ndarray:
        """A column of the run's own claims, then of those gone on."""
        mine, theirs = (getattr(r.claims if name in {"market", "unit"} else r, name) for r in (own, gone))
        return np.concatenate([mine[rows], theirs])

    came, minutes, key, before = (both(name) for name in ("bench_in", "bench_minutes", "unit", "bench_out"))
    out, bench = before.copy(), np.full(len(before), -1)
    for number, (clock, technicians, here) in enumerate(_benches(both, model)):
        if not (here >= n).any():
            continue
        try:
            out[here] = first_come(clock, technicians, came[here], minutes[here], key[here])[1]
        except BeyondCalendar:
            continue
        if (out[here] != before[here]).any():
            bench[here] = number
    kept = np.flatnonzero(bench >= 0)
    if not len(kept):
        return None
    mine = own.take(rows[kept[kept < n]])
    mine = replace(mine, claims=replace(mine.claims, root=np.full(len(mine), -1)))
    line, out = concatenated([mine, gone.take(kept[kept >= n] - n)]), out[kept]
    waits = ~line.advance & (line.resolved > line.bench_out)
    later = np.where(waits, line.resolved + _delay(line, out, model), line.resolved)
    return InLine(replace(line, parent=np.full(len(line), -1)), np.maximum(later, line.claims.opened), bench[kept])


def _benches(column: Callable[[str], np.ndarray], model: Model) -> Iterator[tuple[OperationalClock, int, np.ndarray]]:
    """Clock, technicians and visits of each bench anybody came to that holds all who wait. ``column``: of claims."""
    start, markets = first_stamp(model.scenario), len(model.markets)
    route, place = column("route"), column("partner").astype(np.int64) * markets + column("market")
    local = to_partner(route)
    places: dict[tuple[int, str], tuple[OperationalClock, int, np.ndarray]] = {}
    for p, m in (divmod(code, markets) for code in np.unique(place).tolist()):
        if (p, m) in model.desks.bench:
            name, stated = model.desks.bench[p, m]
            here = local & (place == p * markets + m)
            if (p, name) in places:
                here |= places[p, name][2]
            if stated.waiting_places is None:
                places[p, name] = (model.clock_of((p, m), start), stated.technicians, here)
    for clock, technicians, here in places.values():
        yield clock, technicians, np.flatnonzero(here)
    china = np.flatnonzero(to_china(route))
    yield model.clock_of(None, start), model.scenario.china_bench.technicians, china


def _delay(r: Records, out: np.ndarray, model: Model) -> np.ndarray:
    """How much later customers have their units if benches are done with them at ``out``. Shape (records,), int64 s."""
    delay = out - r.bench_out
    for m, w in sorted(set(zip(r.claims.market.tolist(), r.partner.tolist(), strict=True))):
        rows = np.flatnonzero((r.back_dispatch >= 0) & (r.claims.market == m) & (r.partner == w))
        if len(rows):
            every = model.markets[m].china[model.scenario.way_ids[w]].back_every_days
            delay[rows] = next_back(out[rows], every) - next_back(r.bench_out[rows], every)
    return delay
