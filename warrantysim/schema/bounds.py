"""What no single field can bound: money below zero, durations beyond reason, days beyond the calendar's reach."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel

from warrantysim.schema.amounts import Amount
from warrantysim.schema.dated import Dated
from warrantysim.schema.distribution import Distribution
from warrantysim.schema.errors import Problem, told, wrong
from warrantysim.schema.fields import arms, words
from warrantysim.schema.ranges import LONGEST_DAYS, LONGEST_MINUTES
from warrantysim.schema.references import Checked, row_path

if TYPE_CHECKING:
    from warrantysim.schema.products import ClaimRow
    from warrantysim.schema.root import Scenario

SOLD_BEFORE_DAYS = 7000
"""Longest run-in and warranty together: units sold before are beyond the calendar [days]."""
_MOST = {"days": LONGEST_DAYS, "minutes": LONGEST_MINUTES, "share of list price": 1}
"""Greatest mean of a distribution by its unit."""
WAITS = 4
"""Longest waits one after the other that must fit between the end of a run and the end of a calendar [count]."""
MAY_BE_NEGATIVE = frozenset({"triage.denial.paid_repair_margin"})
"""Amounts that may be a loss."""


def amounts_not_negative(s: Scenario) -> Checked:
    """Costs, prices and fees are at least 0; what is a credit has a field of its own."""
    for path, leaf, _ in leaves(s):
        if isinstance(leaf, Amount) and leaf.value < 0 and path not in MAY_BE_NEGATIVE:
            yield wrong(path, "expected an amount of at least 0, got {leaf}", leaf=leaf)


def distributions_meant(s: Scenario) -> Checked:
    """No duration is longer on average than a plain figure may be: one in seconds or hours was meant as days. A share
    that varies is at most the whole on average."""
    for path, leaf, unit in leaves(s):
        if isinstance(leaf, Distribution) and leaf.mean() > (most := _MOST[unit]):
            message = told(
                "expected {unit}, {most:,} at most on average, got a mean of {mean:,.6g}",
                unit=unit,
                most=most,
                mean=leaf.mean(),
            )
            yield Problem(path, message, rule=f"long {unit}")


def delays_end_within_calendars(s: Scenario) -> Checked:
    """What a claim waits for is over long before the first working calendar ends: work beyond it would be an error."""
    if not s.calendars:
        return
    name, hours = min(s.calendars.items(), key=lambda item: item[1].until)
    most = min((hours.until - s.horizon.ends).days // WAITS, LONGEST_DAYS)
    for path, days in _delays(s):
        if days > most:
            yield wrong(
                path,
                "expected at most {most:,} days, a quarter of the time from the end of the run-out to the last day "
                "calendar {name!r} knows, {until}; state a later calendars.{name}.until, got {days:,.6g}",
                most=most,
                name=name,
                until=hours.until,
                days=days,
            )


def _delays(s: Scenario) -> Iterator[tuple[str, float]]:
    """Times a claim may wait for, with their paths: means of distributions, and waits of a fixed length."""
    for path, leaf, unit in leaves(s):
        if isinstance(leaf, Distribution) and unit == "days":
            yield path, min(leaf.mean(), LONGEST_DAYS)
    for row in s.legal_floors:
        yield row_path("legal_floors", row, "inform_days"), row.inform_days
    for key, market in s.markets.items():
        yield f"markets.{key}.customer.lapse_days", market.customer.lapse_days
        yield f"markets.{key}.customer.patience_days", market.customer.patience_days or 0.0
        yield f"markets.{key}.stock_wait_days", market.stock_wait_days
        for way, lane in market.china.items():
            yield f"markets.{key}.china.{way}.back_every_days", lane.back_every_days
            yield f"markets.{key}.china.{way}.consolidation.age_days", lane.consolidation.age_days or 0.0


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


def leaves(s: Scenario) -> Iterator[tuple[str, Any, str]]:
    """Every amount and distribution of the sections and tables, with its path and unit."""
    for name, field in type(s).model_fields.items():
        value = getattr(s, name)
        if name not in s.TABLES:
            yield from _within(value, name, words(field.description).unit)
            continue
        columns = {
            column: words(of.description).unit
            for column, of in s.TABLES[name].model_fields.items()
            if {Amount, Distribution} & set(arms(of.annotation))
        }
        for row in value if columns else ():
            for column, unit in columns.items():
                if isinstance(cell := getattr(row, column), Amount | Distribution):
                    yield row_path(name, row, column), cell, unit


def _within(value: Any, path: str, unit: str) -> Iterator[tuple[str, Any, str]]:
    if isinstance(value, Amount | Distribution):
        yield path, value, unit
    elif isinstance(value, Dated):
        for step in value.steps:
            yield from _within(step.value, path, unit)
    elif isinstance(value, BaseModel):
        for name, field in type(value).model_fields.items():
            yield from _within(getattr(value, name), f"{path}.{field.alias or name}", words(field.description).unit)
    elif isinstance(value, Mapping):
        for key, item in value.items():
            yield from _within(item, f"{path}.{key}", unit)
    elif isinstance(value, tuple):
        for i, item in enumerate(value):
            yield from _within(item, f"{path}[{i}]", unit)
