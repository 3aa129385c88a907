"""Exchange rates by day: every amount is priced in its own currency and reported in one."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from warrantysim.schema.fx import FxRow


class Fx:
    """Reporting currency per unit of any other: USD per unit of it over USD per unit of the reporting currency.

    Parameters
    ----------
    rows
        The dated table; a row holds from its day until the next row of the same currency.
    reporting
        Currency of every total [ISO code].
    """

    def __init__(self, rows: Iterable[FxRow], reporting: str) -> None:
        self.reporting = reporting
        self._steps: dict[str, tuple[np.ndarray, np.ndarray]] = {}
        table = sorted(rows, key=lambda row: row.from_)
        for currency in {row.currency for row in table}:
            held = [row for row in table if row.currency == currency]
            starts = np.array([row.from_.toordinal() for row in held], dtype=np.int64)
            self._steps[currency] = starts, np.array([row.usd_per_unit for row in held])
        self._steps.setdefault("USD", (np.array([1], dtype=np.int64), np.array([1.0])))
        if reporting not in self._steps:
            raise ValueError(self._unknown(reporting))

    @property
    def currencies(self) -> tuple[str, ...]:
        """The currencies that have a rate, in alphabetical order."""
        return tuple(sorted(self._steps))

    def rate(self, currency: str, ordinals: np.ndarray | int) -> np.ndarray:
        """Reporting currency for one unit of ``currency`` on each day. Float array, shape of ``ordinals``.

        The reporting currency itself is exactly 1.

        Raises
        ------
        ValueError
            For a currency without a row, or a day before its first row.
        """
        if currency not in self._steps:
            raise ValueError(self._unknown(currency))
        days = np.asarray(ordinals, dtype=np.int64)
        if currency == self.reporting:
            return np.ones(days.shape)
        return self._usd(currency, days) / self._usd(self.reporting, days)

    def _usd(self, currency: str, days: np.ndarray) -> np.ndarray:
        starts, values = self._steps[currency]
        which = np.searchsorted(starts, days, side="right") - 1
        if which.size and int(which.min()) < 0:
            raise ValueError(f"no exchange rate is stated for {currency} before its first row in the fx table")
        return values[which]

    def _unknown(self, currency: str) -> str:
        return f"no exchange rate is stated for {currency}; the fx table knows {', '.join(self.currencies)}"
