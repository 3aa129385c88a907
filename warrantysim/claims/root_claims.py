"""Root claims: claims that no other claim brought about."""

from __future__ import annotations

import numpy as np

from warrantysim.claims.columns import DTYPES, Claims, time_order


def as_roots(**columns: np.ndarray) -> Claims:
    """Root claims from their own columns; generation, root and birth of the unit follow, a lot where
    none is given is none. Types as `DTYPES` says."""
    count = len(columns["unit"])
    follow = {"generation": np.zeros(count), "root": np.arange(count), "born": columns["delivered"]}
    columns = follow | {"lot": np.full(count, -1)} | columns
    return Claims(**{name: columns[name].astype(dtype, copy=False) for name, dtype in DTYPES.items()})


def in_order(claims: Claims, chosen: np.ndarray | None = None) -> Claims:
    """Root claims in rising order of (opened, unit), each its own root; of all, or of those chosen (a mask)."""
    rows = np.arange(len(claims)) if chosen is None else np.flatnonzero(chosen)
    ordered = claims.take(rows[time_order(claims.opened[rows], claims.unit[rows])])
    return Claims(**{**vars(ordered), "root": np.arange(len(ordered), dtype=np.int64)})
