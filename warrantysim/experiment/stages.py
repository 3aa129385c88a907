"""Stages of a claim while its customer waits: every moment of that wait lies in exactly one of them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from warrantysim.journeys.records import Closure, Dispatches, Records
from warrantysim.schema.clock import NEVER

STAGES = (
    "answering",
    "deciding",
    "closing",
    "label_out",
    "parcel_in",
    "to_bench",
    "consolidating",
    "freight",
    "queueing",
    "on_bench",
    "back_to_customer",
)
"""In the order of a journey. ``closing``: money or a replacement is under way and nothing comes back. ``to_bench``:
received and tested, for China at the hub; ``consolidating``: waits there for its dispatch; ``freight``: until it has
landed and cleared."""


class Span(NamedTuple):
    """When each claim is in a stage: for no time where ``end`` is ``begin``. Arrays of shape (n,) [int64 s]."""

    stage: str
    begin: np.ndarray
    end: np.ndarray
    entered: np.ndarray
    """Whether it came to the stage at all, if only for an instant [bool]."""


def spans(r: Records, d: Dispatches) -> Iterator[Span]:
    """The stages of every claim, one after the other, until its customer has what was promised."""
    leaves, sent = _departed(r, d), r.scanned > NEVER
    # Who has a label and never uses it still has the label, until it expires.
    labelled = sent | (r.label_issued & (r.closure == Closure.LAPSED))
    for stage, begin, end in (
        ("answering", r.claims.opened, _or_end(r, r.answered)),
        ("deciding", r.answered, _or_end(r, r.routed)),
        ("closing", np.where(labelled, NEVER, r.routed), r.resolved),
        ("label_out", np.where(labelled, r.routed, NEVER), np.where(sent, r.scanned, r.resolved)),
        ("parcel_in", r.scanned, _or_end(r, r.arrived)),
        ("to_bench", r.arrived, np.where(leaves > NEVER, r.tested, _or_end(r, r.bench_in))),
        ("consolidating", np.where(leaves > NEVER, r.tested, NEVER), leaves),
        ("freight", leaves, _or_end(r, r.bench_in)),
        ("queueing", r.bench_in, r.bench_start),
        ("on_bench", r.bench_start, r.bench_out),
        ("back_to_customer", r.bench_out, r.resolved),
    ):
        held = (begin > NEVER) & (end > NEVER)
        first = np.maximum(begin, r.claims.opened)
        last = np.minimum(end, r.resolved)
        entered = held & (last >= first)
        yield Span(stage, np.where(held, first, 0), np.where(held, np.maximum(last, first), 0), entered)


def _or_end(r: Records, stamp: np.ndarray) -> np.ndarray:
    """The stamp, or the end of the wait where it never came."""
    return np.where(stamp > NEVER, stamp, r.resolved)


def _departed(r: Records, d: Dispatches) -> np.ndarray:
    """When each claim's unit left for China; `NEVER` where it did not."""
    out = np.full(len(r), NEVER)
    on = r.dispatch >= 0
    out[on] = d.departed[r.dispatch[on]]
    return out


def count_at(begin: np.ndarray, end: np.ndarray, at: np.ndarray) -> np.ndarray:
    """How many spans hold each moment: begun at or before it and ending after it. Shape of ``at``, int64."""
    held = end > begin
    begun = np.searchsorted(np.sort(begin[held]), at, "right")
    return np.asarray(begun - np.searchsorted(np.sort(end[held]), at, "right"))
