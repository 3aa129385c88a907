"""Exchange rates as one dense table, so that a hundred thousand lines are converted by one look-up."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from warrantysim.money.fx import Fx

MONTH = 32
"""Days before a run on which something may be booked: the rest of its first month, wherever it is midnight [days]."""


@dataclass(frozen=True)
class FxTable:
    """Reporting currency per unit of each currency, day by day."""

    currencies: tuple[str, ...]
    """ISO codes, in alphabetical order."""
    reporting: str
    """Currency of every total [ISO code]."""
    first: int
    """Day of the first column [day number]."""
    rates: np.ndarray
    """Rates, shape (currencies, days)."""

    @staticmethod
    def of(fx: Fx, first: int, last: int) -> FxTable:
        """Rates on every day from ``first`` to ``last``, day numbers; the last one holds on.

        What is booked on the first of the month a run begins in, as a retainer is, goes by the rate of ``first``.
        """
        days = np.maximum(np.arange(first - MONTH, last + 1), first)
        rates = np.stack([fx.rate(code, days) for code in fx.currencies])
        return FxTable(fx.currencies, fx.reporting, first - MONTH, rates)

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

    def at(self, currency: np.ndarray | int, ordinals: np.ndarray) -> np.ndarray:
        """Rate of each currency (row) on each day number. Float array, shape of ``ordinals``.

        Raises
        ------
        ValueError
            If a day lies before the table's first day.
        """
        day = ordinals - self.first
        if day.size and int(day.min()) < 0:
            raise ValueError(f"a line is booked {-int(day.min())} days before the first day of the run-in")
        found: np.ndarray = self.rates[currency, np.minimum(day, self.rates.shape[1] - 1)]
        return found

    def steady(self, since: int) -> bool:
        """Whether no rate changes, and all are known on a day number and ever after."""
        return since >= self.first and bool((self.rates == self.rates[:, :1]).all())
