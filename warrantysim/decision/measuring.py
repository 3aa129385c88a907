"""Measures from uses: what each band of each cell adds to something shared under each arm."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from warrantysim.decision.claim_table import ClaimTable, Uses
from warrantysim.decision.problem import Load


def measured(
    table: ClaimTable, band: np.ndarray, bands: int, uses: Uses, amount: np.ndarray, rows: np.ndarray, arms: Sequence[int]
) -> Load:
    """Sum of ``amount`` over the uses in ``rows`` (a mask) under some arms, as a measure over cells and bands."""
    wanted = np.asarray(arms)
    column = np.full(len(table.arms), -1)
    column[wanted] = np.arange(len(wanted))
    mine = np.flatnonzero(rows & (column[uses.arm] >= 0) & table.routed[uses.claim])
    claim = uses.claim[mine]
    size = (len(table.cells), bands, len(wanted))
    place = (table.cell[claim] * bands + band[claim]) * len(wanted) + column[uses.arm[mine]]
    total = np.bincount(place, weights=amount[mine], minlength=int(np.prod(size)))
    return Load(wanted, total.reshape(size))


def settled_use(table: ClaimTable, uses: Uses, amount: np.ndarray, rows: np.ndarray) -> float:
    """What claims no rule decides about take; it is the same under every arm."""
    mine = rows & ~table.routed[uses.claim] & (uses.arm == 0)
    return float(amount[mine].sum())


def columned(table: ClaimTable, band: np.ndarray, bands: int, column: np.ndarray) -> Load:
    """A claim column under every arm as a measure; ``column``: (n, A)."""
    cells, arms = len(table.cells), column.shape[1]
    place = np.where(table.routed, table.cell * bands + band, cells * bands)
    sums = [np.bincount(place, weights=column[:, a], minlength=cells * bands + 1)[:-1] for a in range(arms)]
    return Load(np.arange(arms), np.stack(sums, axis=1).reshape(cells, bands, arms))
