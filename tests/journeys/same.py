"""Comparing runs: what must be equal whatever the order of rows and the numbers of dispatches."""

from __future__ import annotations

from dataclasses import fields, is_dataclass
from typing import Any

import numpy as np

from warrantysim.claims.columns import Claims
from warrantysim.journeys.records import Records, Run
from warrantysim.schema.clock import NEVER

NUMBERED = frozenset({"claims", "parent", "dispatch", "back_dispatch"})
"""Columns that point to rows, compared by what they point to."""


def apart(one: Any, other: Any, at: str = "run") -> list[str]:
    """Where two runs differ, row for row: every column of every part, in type, length and each value."""
    if is_dataclass(one) and is_dataclass(other):
        names = [f.name for f in fields(one) if f.name != "events"]
        return [d for name in names for d in apart(getattr(one, name), getattr(other, name), f"{at}.{name}")]
    if isinstance(one, np.ndarray):
        same = one.dtype == other.dtype and np.array_equal(one, other, equal_nan=one.dtype.kind == "f")
        return [] if same else [at]
    return [] if one is other else [at]


def order(r: Records) -> np.ndarray:
    """Rows in the order of (unit, generation)."""
    return np.lexsort((r.claims.generation, r.claims.unit))


def differences(one: Run, two: Run) -> list[str]:
    """Names of all columns of records in which two runs differ, dispatches and parents by what they are."""
    a, b = one.records, two.records
    if len(a) != len(b):
        return [f"{len(a)} records against {len(b)}"]
    rows_a, rows_b = order(a), order(b)
    found = [
        f.name
        for f in fields(Records)
        if f.name not in NUMBERED and not np.array_equal(getattr(a, f.name)[rows_a], getattr(b, f.name)[rows_b])
    ]
    for f in fields(Claims):
        same = np.array_equal(
            getattr(a.claims, f.name)[rows_a], getattr(b.claims, f.name)[rows_b], equal_nan=f.name == "bench_minutes"
        )
        found += [] if same else [f"claims.{f.name}"]
    for name in ("dispatch", "back_dispatch"):
        for column in ("departed", "landed", "units", "kg", "cbm", "examined", "lost", "market", "way", "back"):
            if not np.array_equal(_of(one, name, column)[rows_a], _of(two, name, column)[rows_b]):
                found.append(f"{name}.{column}")
    if not np.array_equal(_parents(a)[rows_a], _parents(b)[rows_b]):
        found.append("parent")
    return found


def _of(run: Run, name: str, column: str) -> np.ndarray:
    rows = getattr(run.records, name)
    values = getattr(run.dispatches, column)
    empty = np.full(len(rows), int(NEVER), dtype=np.float64)
    if len(values):
        empty[rows >= 0] = np.round(values[rows[rows >= 0]].astype(np.float64), 9)
    return empty


def _parents(r: Records) -> np.ndarray:
    """Generation of the parent, after checking that it is of the same unit; -1 for roots."""
    born = r.parent >= 0
    assert np.array_equal(r.claims.unit[born], r.claims.unit[r.parent[born]])
    out = np.full(len(r), -1)
    out[born] = r.claims.generation[r.parent[born]]
    return out
