"""Exchange rates as one dense table, so that a hundred thousand lines are converted by one look-up."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from warrantysim.money.fx import Fx
from warrantysim.scenario.clock import DAY


@dataclass(frozen=True)
class FxTable:
    """Reporting currency per unit of each currency, day by day."""

    currencies: tuple[str, ...]
    """ISO codes, in alphabetical order."""
    reporting: str
    """Currency of every total [ISO code]."""
    first: int
    """Day of the first column, days since the horizon's first."""
    rates: np.ndarray
    """Rates, shape (currencies, days)."""

    @staticmethod
    def of(fx: Fx, first: int, last: int) -> FxTable:
        """Rates on every day from ``first`` to ``last``, days since the horizon's first; the last one holds on."""
        days = fx.clock.ordinal + np.arange(first, last + 1)
        rates = np.stack([fx.rate(code, days) for code in fx.currencies])
        return FxTable(fx.currencies, fx.reporting, first, rates)

    def index(self, currency: str) -> int:
        """Row of a currency.

        Raises
        ------
        ValueError
            For a currency without a rate.
        """
        try:
            return self.currencies.index(currency)
        except ValueError:
            known = ", ".join(self.currencies)
            raise ValueError(f"no exchange rate is stated for {currency}; the fx table knows {known}") from None

    def at(self, currency: np.ndarray | int, stamps: np.ndarray) -> np.ndarray:
        """Rate of each currency (row) on the day of each stamp. Float array, shape of ``stamps``.

        Raises
        ------
        ValueError
            If a stamp lies before the table's first day.
        """
        day = np.floor_divide(stamps, DAY) - self.first
        if day.size and int(day.min()) < 0:
            raise ValueError(f"a line is booked {-int(day.min())} days before the first day of the run-in")
        found: np.ndarray = self.rates[currency, np.minimum(day, self.rates.shape[1] - 1)]
        return found
