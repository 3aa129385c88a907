"""Tables of claims by arm that mostly say nothing of their own: 0, or what a table beside them says."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Sparse:
    """A table of floats, shape (n, A), of which only those entries are held that differ from 0 or from those of another
    table, which whoever reads it has. A bit an entry says which."""

    shape: tuple[int, int]
    bits: np.ndarray
    """Whether each entry is held, eight a byte, row by row [uint8]."""
    values: np.ndarray
    """Those held [float64]."""

    @staticmethod
    def of(table: np.ndarray, beside: np.ndarray | float = 0.0) -> Sparse:
        """``beside``: what it is held against, shape (n, A), or one number for all."""
        differs = table != beside
        return Sparse(table.shape, np.packbits(differs), table[differs])

    @staticmethod
    def concat(parts: Sequence[Sparse]) -> Sparse:
        """Rows of all parts, one after the other."""
        if len(parts) == 1:
            return parts[0]
        held = np.concatenate([part.held for part in parts])
        return Sparse(held.shape, np.packbits(held), np.concatenate([part.values for part in parts]))

    def dense(self, beside: np.ndarray | float = 0.0) -> np.ndarray:
        """The whole table. ``beside``: as in `of`."""
        out = np.full(self.shape, beside) if isinstance(beside, float) else beside.copy()
        out[self.held] = self.values
        return out

    @property
    def held(self) -> np.ndarray:
        """Which entries are, shape (n, A), bool."""
        rows, arms = self.shape
        return np.unpackbits(self.bits, count=rows * arms).view(bool).reshape(self.shape)

    def at(self, arm: np.ndarray) -> np.ndarray:
        """Its entry in one column of each row, where it is held against 0. Shape (n,)."""
        rows, columns = np.nonzero(self.held)
        mine, out = columns == arm[rows], np.zeros(len(arm))
        out[rows[mine]] = self.values[mine]
        return out

    def sums(self) -> np.ndarray:
        """Sum of each row, where it is held against 0. Shape (n,)."""
        held = self.held
        some, out = np.flatnonzero(held.any(axis=1)), np.zeros(len(held))
        rows = np.zeros((len(some), self.shape[1]))
        rows[held[some]] = self.values
        out[some] = rows.sum(axis=1)
        return out

    def moved(self, beside: np.ndarray, to: np.ndarray) -> Sparse:
        """The same table, which was held against ``beside``, held against another one."""
        held = self.held | (to != beside)
        values = beside[held]
        values[self.held[held]] = self.values
        return Sparse(self.shape, np.packbits(held), values)
