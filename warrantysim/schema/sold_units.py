"""Units sold by month: as stated for a calendar month, else the level times the season, else as a year before.

A seller knows what he sold in each month, and plans the next ones; a study of what might be states a level. A row of
`sales` with a ``month`` states that month's units, and wins. Months without one are the level times the season's
multiplier where a level holds then. Where none does, months before the first stated one sold nothing, and those after
the last stated one repeat the last twelve stated; where fewer are stated, a calendar month without one sells the mean
of those, the season taken out of it and put back.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Annotated, Any

import numpy as np
from pydantic import BeforeValidator

from warrantysim.schema.dated import RowsByDate
from warrantysim.schema.errors import BadInput, Checked, Problem, told, wrong
from warrantysim.schema.ranges import MOST_SOLD
from warrantysim.schema.row_keys import row_path

if TYPE_CHECKING:
    from warrantysim.schema.products import ClaimRow, Sales
    from warrantysim.schema.root import Scenario

MOST_DAYS = 100_000
"""Days that are dates for certain [days]."""
MONTH = 365 / 12
"""Days of a mean month."""
SOLD_BEFORE_DAYS = 7000
"""Longest run-in and warranty together: units sold before are beyond the calendar [days]."""

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
        return np.asarray(self.table([key], months)[0])

    def table(self, keys: Sequence[SalesKey], months: np.ndarray) -> np.ndarray:
        """The same of several, shape (keys, months) [units]."""
        seasons = np.array([self._season[key[1]] for key in keys]).reshape(-1, YEAR)
        found = self._levels_in(keys, months) * seasons[:, months % YEAR]
        for k, key in enumerate(keys):
            if stated := self._stated.get(key):
                after = np.isnan(found[k]) & (months > max(stated))
                found[k, after] = self._repeated(stated, seasons[k])[months[after] % YEAR]
                own = np.array([stated.get(month, np.nan) for month in months.tolist()])
                found[k] = np.where(np.isnan(own), found[k], own)
        return np.nan_to_num(found)

    def a_month(self, key: SalesKey, day: dt.date) -> float:
        """Units of a mean month if sales went on as on a day: the level, or a twelfth of twelve months from its own."""
        if key in self._stated:
            months = day.year * YEAR + day.month - 1 + np.arange(YEAR)
            return float(self.by_month(key, months).mean())
        held = self._levels.on(key, day)
        return 0.0 if held is None else held.units_per_month

    def _levels_in(self, keys: Sequence[SalesKey], months: np.ndarray) -> np.ndarray:
        """Levels that hold when months begin, NaN where none has begun. Shape (keys, months)."""
        days = np.array([dt.date(m // YEAR, m % YEAR + 1, 1).toordinal() for m in months.tolist()], dtype=np.int64)
        found, steps = np.full((len(keys), len(months)), np.nan), [self._levels.rows.get(key, ()) for key in keys]
        # A later level takes the place of an earlier one: all first ones, then all second ones.
        for step in range(max(map(len, steps), default=0)):
            at = [k for k, rows in enumerate(steps) if len(rows) > step]
            begun = np.array([steps[k][step].from_.toordinal() for k in at])[:, None] <= days
            units = np.array([steps[k][step].units_per_month for k in at], dtype=float)
            found[at] = np.where(begun, units[:, None], found[at])
        return found

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


def first_claim(s: Scenario, market: str) -> dt.date | None:
    """The first day on which a claim of a market can open; None where there are none."""
    if any(row.market == market and row.units_per_month > 0 for row in s.sales):
        return s.horizon.begins
    first = s.horizon.first_day
    opened = [row.opened_on(first) for row in s.claims_table if row.market == market]
    known = [day for day in opened if math.isfinite(day) and abs(day) < MOST_DAYS]
    return first + dt.timedelta(days=math.floor(min(known))) if known else None


def sold_in(s: Scenario) -> set[tuple[str, str]]:
    """Products and markets with sales or listed claims."""
    sold = {(row.sku, row.market) for row in s.sales if row.units_per_month > 0}
    return sold | {(row.sku, row.market) for row in s.claims_table}


def terms_hold_when_sold(s: Scenario) -> Checked:
    """Terms of sale hold in every month in which units are sold whose claims count."""
    began: dict[tuple[str, str], dt.date] = {}
    for row in s.sku_markets:
        began[row.sku, row.market] = min(row.from_, began.get((row.sku, row.market), row.from_))
    longest = max((row.warranty_days for row in s.sku_markets), default=0.0)
    seen = s.horizon.begins - dt.timedelta(days=min(longest, 7000))
    for sale in s.sales:
        first = first_day(sale.month) if sale.month else max(sale.from_, seen)
        if sale.units_per_month > 0 and began.get((sale.sku, sale.market), first) > first:
            yield wrong(
                row_path("sales", sale),
                "{sku} is sold in {market} from {first}, but sku_markets has terms only from {began}",
                sku=sale.sku,
                market=sale.market,
                first=first,
                began=began[sale.sku, sale.market],
            )


def work_fits_into_memory(s: Scenario) -> Checked:
    """Units are as many as can be simulated."""
    reach: dict[tuple[str, str], float] = {}
    for terms in s.sku_markets:
        reach[terms.sku, terms.market] = max(terms.warranty_days, reach.get((terms.sku, terms.market), 0.0))
    span = s.horizon.run_in_days + s.horizon.days + s.horizon.run_out_days
    best: dict[tuple[str, str, str], Sales] = {}
    for row in s.sales:
        key = (row.sku, row.market, row.channel)
        best[key] = max(row, best.get(key, row), key=lambda row: row.units_per_month)
    # As if every month were its best one.
    units = {k: row.units_per_month * (reach.get(k[:2], 0.0) + span) / MONTH for k, row in best.items()}
    total = sum(units.values())
    if not total <= MOST_SOLD:
        row = best[max(units, key=lambda key: units[key])]
        yield wrong(
            row_path("sales", row, "units_per_month"),
            "{total:.3g} units are sold in the months a run sees, most of them here; expected at most {most:,}, "
            "state a part of the products, or sales in hundreds",
            total=total,
            most=MOST_SOLD,
        )


def whole_seasons(s: Scenario) -> Checked:
    """A season has all its months, and sells something in one."""
    months: dict[str, dict[int, float]] = {}
    for row in s.season:
        months.setdefault(row.market, {})[row.month] = row.multiplier
    for market, multipliers in months.items():
        where = told("of {market}", market=market) if market else told("of all markets")
        if missing := [str(month) for month in range(1, 13) if month not in multipliers]:
            yield wrong(
                "season",
                "expected 12 months {where}, got {n}; missing {names}",
                where=where,
                n=len(multipliers),
                names=", ".join(missing),
            )
        elif sum(multipliers.values()) <= 0:
            yield wrong("season", "expected some month {where} to be above 0", where=where)


def months_without_gaps(s: Scenario) -> Checked:
    """Between the first and the last month stated of a product's sales, every one is, or a level holds."""
    stated: dict[tuple[str, str, str], list[Sales]] = {}
    for row in s.sales:
        stated.setdefault((row.sku, row.market, row.channel), []).append(row)
    for rows in stated.values():
        months = {month_number(row.month): row for row in rows if row.month}
        levels = [row.from_ for row in rows if not row.month]
        ends = range(min(months, default=0), max(months, default=0))
        gaps = [month_name(month) for month in ends if month not in months]
        if unsaid := [month for month in gaps if not any(day <= first_day(month) for day in levels)]:
            yield wrong(
                row_path("sales", months[ends.start]),
                "expected every month from {first} to {last}, 0 where none was sold, or a level; missing {names}",
                first=month_name(ends.start),
                last=month_name(ends.stop),
                names=", ".join(unsaid[:12]) + (", ..." if len(unsaid) > 12 else ""),
            )


def within_the_calendar(s: Scenario) -> Checked:
    """Units whose claims count were sold within the calendar's reach."""
    most = SOLD_BEFORE_DAYS - s.horizon.run_in_days
    for row in s.sku_markets:
        if row.warranty_days > most:
            yield wrong(
                row_path("sku_markets", row, "warranty_days"),
                "expected at most {most:,} days, or the calendar ends before the sale, got {warranty_days:g}",
                most=most,
                warranty_days=row.warranty_days,
            )


def claims_within_the_run(s: Scenario) -> Checked:
    """Claims of a table open from the run-in to the end of the run-out; others would be lost without a word. A unit of
    a stated age was sold within the calendar, when terms of sale held."""
    if not s.claims_table:
        return
    first, end = -s.horizon.run_in_days, s.horizon.days + s.horizon.run_out_days
    began: dict[tuple[str, str], dt.date] = {}
    for terms in s.sku_markets:
        cell = terms.sku, terms.market
        began[cell] = min(terms.from_, began.get(cell, terms.from_))
    day = s.horizon.first_day.toordinal()
    starts = {cell: on.toordinal() for cell, on in began.items()}
    for row in s.claims_table:
        opened, age = row.opened_day, row.age_days
        if row.opened is not None or row.delivered is not None or opened is None:
            if (odd := _dates_told_once(row)) is not None:
                yield odd
                continue
            opened, age = row.opened_on(s.horizon.first_day), row.age(s.horizon.first_day)
            if age is not None and age < 0:
                yield wrong(
                    row_path("claims_table", row, "delivered"),
                    "expected a delivery before the claim was opened, got {delivered}",
                    delivered=row.delivered,
                )
                continue
        if not first <= opened < end:
            message = told(
                "expected a day from {first} to {end} (run-in to run-out), got {opened:g}",
                first=first,
                end=end - 1,
                opened=opened,
            )
            column = "opened_day" if row.opened is None else "opened"
            yield Problem(row_path("claims_table", row, column), message)
        elif age is None:
            continue
        elif age > (oldest := SOLD_BEFORE_DAYS + opened):
            yield wrong(
                row_path("claims_table", row, "age_days"),
                "expected at most {oldest:,.0f} days, or the calendar ends before the sale, got {age:g}",
                oldest=oldest,
                age=age,
            )
        elif (sold := day + math.floor(opened - age)) < starts[row.sku, row.market]:
            yield wrong(
                row_path("claims_table", row, "age_days"),
                "expected a sale from {began} on, when the first terms of sku_markets hold, got one on {sold}",
                began=began[row.sku, row.market],
                sold=dt.date.fromordinal(sold),
            )


def _dates_told_once(row: ClaimRow) -> Problem | None:
    """A claim says once when it was opened, and at most once when its unit was delivered."""
    if (row.opened is None) == (row.opened_day is None):
        found = told("both") if row.opened else told("neither")
        return wrong(
            row_path("claims_table", row, "opened_day"), "expected opened_day or opened, got {found}", found=found
        )
    if row.delivered is not None and row.age_days is not None:
        return wrong(row_path("claims_table", row, "age_days"), "expected age_days or delivered, got both")
    return None
