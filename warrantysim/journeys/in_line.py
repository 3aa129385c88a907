"""Queues at benches had nobody given up: those who leave shorten the line of the others.

A bench serves first come, first served, so its queue follows from who comes when. It is gone through once more with the
units of a run and those of its claims gone on together, each coming when it came, or would have. Where a bench has
places for only so many who wait, or would not be done before its calendar ends, it is left as it was.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from warrantysim.journeys.benches import first_come
from warrantysim.journeys.freight_days import next_back
from warrantysim.journeys.hubs import concatenated, had_nobody_given_up
from warrantysim.journeys.model import Model, first_stamp
from warrantysim.journeys.operational_clock import BeyondCalendar, OperationalClock
from warrantysim.journeys.records import InLine, Records, Run, to_china, to_partner
from warrantysim.schema.clock import NEVER


def in_line(run: Run, model: Model) -> InLine | None:
    """Claims of the benches at which those gone on would have queued, see `Run.in_line`; None where nobody would."""
    (own, _), *others = had_nobody_given_up(run, lambda r: r.bench_out > NEVER)
    gone = [replace(r, claims=replace(r.claims, root=rows)) for r, rows in others]
    if not sum(map(len, gone)):
        return None
    both = concatenated([replace(own, claims=replace(own.claims, root=np.full(len(own), -1))), *gone])
    out = both.bench_out.copy()
    bench = np.full(len(both), -1)
    for number, (clock, technicians, rows) in enumerate(_benches(both, model)):
        if not (both.claims.root[rows] >= 0).any():
            continue
        try:
            out[rows] = first_come(
                clock, technicians, both.bench_in[rows], both.bench_minutes[rows], both.claims.unit[rows]
            )[1]
        except BeyondCalendar:
            continue
        if (out[rows] != both.bench_out[rows]).any():
            bench[rows] = number
    kept = np.flatnonzero(bench >= 0)
    if not len(kept):
        return None
    both, out = both.take(kept), out[kept]
    waits = ~both.advance & (both.resolved > both.bench_out)
    later = np.where(waits, both.resolved + _delay(both, out, model), both.resolved)
    return InLine(replace(both, parent=np.full(len(both), -1)), np.maximum(later, both.claims.opened), bench[kept])


def _benches(r: Records, model: Model) -> Iterator[tuple[OperationalClock, int, np.ndarray]]:
    """Clock, technicians and visits of each bench anybody came to that holds all who wait."""
    start = first_stamp(model.scenario)
    places: dict[tuple[int, str], tuple[OperationalClock, int, np.ndarray]] = {}
    for p, m in sorted(set(zip(r.partner.tolist(), r.claims.market.tolist(), strict=True))):
        if (p, m) in model.desks.bench:
            name, stated = model.desks.bench[p, m]
            here = to_partner(r.route) & (r.partner == p) & (r.claims.market == m)
            before = places[p, name][2] if (p, name) in places else np.zeros(len(r), dtype=bool)
            if stated.waiting_places is None:
                places[p, name] = (model.clock_of((p, m), start), stated.technicians, before | here)
    for clock, technicians, here in places.values():
        yield clock, technicians, np.flatnonzero(here)
    china = np.flatnonzero(to_china(r.route))
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
