"""Units sold by month: as stated for a calendar month, else the level times the season, else as a year before.

A seller knows what he sold in each month, and plans the next ones; a study of what might be states a level. A row of
`sales` with a ``month`` states that month's units, and wins. Months without one are the level times the season's
multiplier where a level holds then. Where none does, months before the first stated one sold nothing, and those after
the last stated one repeat the last twelve stated; where fewer are stated, a calendar month without one sells the mean
of those, the season taken out of it and put back.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, Any

import numpy as np
from pydantic import BeforeValidator

from warrantysim.schema.dated import RowsByDate
from warrantysim.schema.errors import BadInput

if TYPE_CHECKING:
    from warrantysim.schema.products import Sales
    from warrantysim.schema.root import Scenario

YEAR = 12
"""Months a year."""
SalesKey = tuple[str, str, str]
"""Product, market and channel."""


def _month(value: Any) -> str:
    """A month as ``2026-03``; a day is that of its month, where it is the first."""
    text = "" if value is None else str(value).strip()
    parts = text.replace("/", "-").split(" ")[0].split("-")
    if not text:
        return ""
    figures = [int(part) for part in parts if part.isdecimal() and len(part) <= 4]
    if len(figures) != len(parts) or not 2 <= len(parts) <= 3 or figures[2:] not in ([], [1]):
        raise BadInput("expected a month such as 2026-03, got {value!r}", value=text)
    if not 1990 <= figures[0] < 2200 or not 1 <= figures[1] <= YEAR:
        raise BadInput("expected a month such as 2026-03, got {value!r}", value=text)
    return f"{figures[0]}-{figures[1]:02d}"


CalendarMonth = Annotated[str, BeforeValidator(_month)]
"""A calendar month, 2026-03; empty where there is none."""


def month_number(month: str) -> int:
    """Months since year 0 of 2026-03."""
    return int(month[:4]) * YEAR + int(month[5:]) - 1


def first_day(month: str) -> dt.date:
    """The first day of 2026-03."""
    return dt.date(int(month[:4]), int(month[5:]), 1)


def month_name(number: int) -> str:
    """The month of a number as text, 2026-03."""
    return f"{number // YEAR}-{number % YEAR + 1:02d}"


def season(scenario: Scenario, market: str) -> np.ndarray:
    """Multipliers January to December of a market, mean 1; all 1 where no season is stated. Shape (12,)."""
    own = [row for row in scenario.season if row.market == market]
    rows = own or [row for row in scenario.season if not row.market]
    if not rows:
        return np.ones(YEAR)
    multipliers = np.zeros(YEAR)
    multipliers[[row.month - 1 for row in rows]] = [row.multiplier for row in rows]
    if not multipliers.sum() > 0:
        raise ValueError(f"expected a season multiplier above 0 in at least one month of {market}")
    return multipliers / multipliers.mean()


class SoldUnits:
    """What a scenario says of units sold, by product, market and channel, in the order in which their rows begin."""

    def __init__(self, scenario: Scenario) -> None:
        rows = sorted(scenario.sales, key=lambda row: row.from_)
        self.keys: list[SalesKey] = list(dict.fromkeys(map(_key, rows)))
        """Products, markets and channels that are sold."""
        self._levels = RowsByDate((row for row in rows if not row.month), _key)
        self._stated: dict[SalesKey, dict[int, float]] = {}
        for row in rows:
            if row.month:
                self._stated.setdefault(_key(row), {})[month_number(row.month)] = row.units_per_month
        self._season = {market: season(scenario, market) for market in dict.fromkeys(key[1] for key in self.keys)}

    def by_month(self, key: SalesKey, months: np.ndarray) -> np.ndarray:
        """Expected units of months (months since year 0), shape of ``months`` [units]."""
        season, stated = self._season[key[1]], self._stated.get(key, {})
        found = self._level(key, months) * season[months % YEAR]
        if stated:
            after = np.isnan(found) & (months > max(stated))
            found[after] = self._repeated(stated, season)[months[after] % YEAR]
            own = np.array([stated.get(month, np.nan) for month in months.tolist()])
            found = np.where(np.isnan(own), found, own)
        return np.nan_to_num(found)

    def a_month(self, key: SalesKey, day: dt.date) -> float:
        """Units of a mean month if sales went on as on a day: the level, or a twelfth of twelve months from its own."""
        if key in self._stated:
            months = day.year * YEAR + day.month - 1 + np.arange(YEAR)
            return float(self.by_month(key, months).mean())
        held = self._levels.on(key, day)
        return 0.0 if held is None else held.units_per_month

    def _level(self, key: SalesKey, months: np.ndarray) -> np.ndarray:
        days = np.array([dt.date(m // YEAR, m % YEAR + 1, 1).toordinal() for m in months.tolist()], dtype=np.int64)
        return self._levels.column(key, lambda row: row.units_per_month, days)

    @staticmethod
    def _repeated(stated: Mapping[int, float], season: np.ndarray) -> np.ndarray:
        """Units January to December after the last stated month, shape (12,)."""
        last = max(stated)
        year = {month % YEAR: units for month, units in stated.items() if month > last - YEAR}
        at = list(year)
        usual = season[at].mean()
        units = np.fromiter(year.values(), dtype=float)
        found = season * (units.mean() / usual) if usual > 0 else np.full(YEAR, units.mean())
        found[at] = units
        return found


def _key(row: Sales) -> SalesKey:
    return row.sku, row.market, row.channel
