"""Benches as columns: who comes first is served first, by technicians on the bench's own clock, as `BenchGate` does."""

from __future__ import annotations

from heapq import heapreplace

import numpy as np

from warrantysim.claims.columns import time_order
from warrantysim.journeys.operational_clock import UNIT, OperationalClock


def seconds_of_work(minutes: np.ndarray) -> np.ndarray:
    """Bench minutes as whole seconds. int64, shape of ``minutes``."""
    return np.rint(minutes * 60).astype(np.int64)


def first_come(
    clock: OperationalClock, technicians: int, at: np.ndarray, minutes: np.ndarray, keys: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Start and end of work on units that come to a bench which holds all who wait.

    ``at``: stamps [int64 s]; ``minutes``: of work [float64]; ``keys``: unit keys, which tell the order of an instant.
    All of shape (n,).
    """
    order = time_order(at, keys)
    came, work = clock.done_by(at[order]), seconds_of_work(minutes[order]) * UNIT
    begin = came if technicians >= len(order) else _begins(came, work, technicians)
    out = np.empty((2, len(order)), dtype=np.int64)
    out[:, order] = clock.turns(begin, begin + work)
    return out[0], out[1]


def _begins(came: np.ndarray, work: np.ndarray, technicians: int) -> np.ndarray:
    """When each unit's turn comes, on the bench's clock; ``came``, ``work``: in the order of arrival [work units]."""
    if technicians == 1:
        before = np.cumsum(work) - work
        alone: np.ndarray = np.maximum.accumulate(came - before) + before
        return alone
    # Counted as if each took some time, so that nobody is gone before he came.
    gone = np.searchsorted(np.sort(came + np.maximum(work, 1)), came, side="right")
    if (np.arange(len(came)) - gone < technicians).all():
        return came  # A technician is free whenever a unit comes.
    free, begins = [0] * technicians, []
    for now, takes in zip(came.tolist(), work.tolist(), strict=True):
        begin = free[0]
        if begin < now:
            begin = now
        begins.append(begin)
        heapreplace(free, begin + takes)
    return np.array(begins, dtype=np.int64)
