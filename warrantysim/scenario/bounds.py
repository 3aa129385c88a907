"""What no single field can bound: money below zero, durations beyond reason, days beyond the calendar's reach."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel

from warrantysim.scenario.amounts import Amount
from warrantysim.scenario.dated import Dated
from warrantysim.scenario.distribution import Distribution
from warrantysim.scenario.errors import Problem
from warrantysim.scenario.fields import arms
from warrantysim.scenario.references import Checked, row_path

if TYPE_CHECKING:
    from warrantysim.scenario.products import ClaimRow
    from warrantysim.scenario.root import Scenario

LONGEST_DAYS = 3650.0
"""Longest mean duration that is taken for meant [days]."""
SOLD_BEFORE_DAYS = 7000
"""Longest run-in and warranty together: units sold before are beyond the calendar [days]."""
MAY_BE_NEGATIVE = frozenset({"triage.denial.paid_repair_margin"})
"""Amounts that may be a loss."""


def amounts_not_negative(s: Scenario) -> Checked:
    """Costs, prices and fees are at least 0; what is a credit has a field of its own."""
    for path, leaf in leaves(s):
        if isinstance(leaf, Amount) and leaf.value < 0 and path not in MAY_BE_NEGATIVE:
            yield Problem(path, f"expected an amount of at least 0, got {leaf}", rule="negative amount")


def durations_meant(s: Scenario) -> Checked:
    """No duration is longer than ten years on average: a figure in seconds or hours was meant as days."""
    for path, leaf in leaves(s):
        if isinstance(leaf, Distribution) and path.rpartition(".")[2].endswith("_days") and leaf.mean() > LONGEST_DAYS:
            message = f"expected days, {LONGEST_DAYS:,.0f} at most on average, got a mean of {leaf.mean():,.0f}"
            yield Problem(path, message, rule="long duration")


def within_the_calendar(s: Scenario) -> Checked:
    """Units whose claims count were sold within the calendar's reach."""
    most = SOLD_BEFORE_DAYS - s.horizon.run_in_days
    for row in s.sku_markets:
        if row.warranty_days > most:
            message = f"expected at most {most:,} days, or the calendar ends before the sale, got {row.warranty_days:g}"
            yield Problem(row_path("sku_markets", row, "warranty_days"), message, rule="calendar reach")


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
                message = f"expected a delivery before the claim was opened, got {row.delivered}"
                yield Problem(row_path("claims_table", row, "delivered"), message, rule="delivered after the claim")
                continue
        if not first <= opened < end:
            message = f"expected a day from {first} to {end - 1} (run-in to run-out), got {opened:g}"
            column = "opened_day" if row.opened is None else "opened"
            yield Problem(row_path("claims_table", row, column), message, rule="claim outside the run")
        elif age is None:
            continue
        elif age > (oldest := SOLD_BEFORE_DAYS + opened):
            message = f"expected at most {oldest:,.0f} days, or the calendar ends before the sale, got {age:g}"
            yield Problem(row_path("claims_table", row, "age_days"), message, rule="claim before the calendar")
        elif (sold := day + math.floor(opened - age)) < starts[row.sku, row.market]:
            message = (
                f"expected a sale from {began[row.sku, row.market]} on, when the first terms of sku_markets hold, "
                f"got one on {dt.date.fromordinal(sold)}"
            )
            yield Problem(row_path("claims_table", row, "age_days"), message, rule="claim before terms")


def _dates_told_once(row: ClaimRow) -> Problem | None:
    """A claim says once when it was opened, and at most once when its unit was delivered."""
    if (row.opened is None) == (row.opened_day is None):
        told = "both" if row.opened else "neither"
        message = f"expected opened_day or opened, got {told}"
        return Problem(row_path("claims_table", row, "opened_day"), message, rule="when opened")
    if row.delivered is not None and row.age_days is not None:
        message = "expected age_days or delivered, got both"
        return Problem(row_path("claims_table", row, "age_days"), message, rule="when delivered")
    return None


def leaves(s: Scenario) -> Iterator[tuple[str, Any]]:
    """Every amount and distribution of the sections and tables, with its path."""
    for name in type(s).model_fields:
        value = getattr(s, name)
        if name not in s.TABLES:
            yield from _within(value, name)
            continue
        columns = [
            c for c, f in s.TABLES[name].model_fields.items() if {Amount, Distribution} & set(arms(f.annotation))
        ]
        for row in value if columns else ():
            for column in columns:
                if isinstance(cell := getattr(row, column), Amount | Distribution):
                    yield row_path(name, row, column), cell


def _within(value: Any, path: str) -> Iterator[tuple[str, Any]]:
    if isinstance(value, Amount | Distribution):
        yield path, value
    elif isinstance(value, Dated):
        for step in value.steps:
            yield from _within(step.value, path)
    elif isinstance(value, BaseModel):
        for name, field in type(value).model_fields.items():
            yield from _within(getattr(value, name), f"{path}.{field.alias or name}")
    elif isinstance(value, Mapping):
        for key, item in value.items():
            yield from _within(item, f"{path}.{key}")
    elif isinstance(value, tuple):
        for i, item in enumerate(value):
            yield from _within(item, f"{path}[{i}]")
