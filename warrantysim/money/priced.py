"""Amounts as arrays: a value and the row of its currency, side by side."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from warrantysim.schema.amounts import Amount

CurrencyIndex = Callable[[str], int]
"""Row of a currency in the ledger's list."""


@dataclass(frozen=True)
class Amounts:
    """Amounts, each in its own currency; both arrays have the same shape."""

    value: np.ndarray
    """Amounts [currency of the same cell]."""
    currency: np.ndarray
    """Rows of their currencies [int8]."""

    @staticmethod
    def of(amounts: Sequence[Any], index: CurrencyIndex) -> Amounts:
        """Amounts (nested in lists as deep as the array has axes) as arrays; None counts as nothing."""
        flat = np.array(amounts, dtype=object)
        value = np.zeros(flat.shape)
        currency = np.zeros(flat.shape, dtype=np.int8)
        for at, amount in np.ndenumerate(flat):
            if isinstance(amount, Amount):
                value[at], currency[at] = amount.value, index(amount.currency)
        return Amounts(value, currency)

    @staticmethod
    def one(amount: Amount, index: CurrencyIndex) -> Amounts:
        """A single amount, of shape ()."""
        return Amounts(np.array(amount.value), np.array(index(amount.currency), dtype=np.int8))

    def at(self, *where: np.ndarray | int) -> Amounts:
        """The amounts of the named cells."""
        return Amounts(self.value[where], self.currency[where])

    def times(self, factor: np.ndarray | float) -> Amounts:
        """The amounts times a number each."""
        return Amounts(self.value * factor, np.broadcast_to(self.currency, np.broadcast(self.value, factor).shape))
