"""What no single row or section can know is wrong: the checks of a scenario as a whole, all problems at once.

What is about one subject is checked in the module of that subject; here is what crosses them, and the list of all.
"""

from __future__ import annotations

import datetime as dt
import math
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel

from warrantysim.schema.amounts import Amount
from warrantysim.schema.dated import Dated
from warrantysim.schema.distribution import Distribution
from warrantysim.schema.errors import Checked, Message, Problem, ScenarioError, told, wrong
from warrantysim.schema.fields import arms, words
from warrantysim.schema.law import law_leaves_a_way
from warrantysim.schema.markets import batches_can_leave, ladders_end_with_money
from warrantysim.schema.network import closures_in_order, time_zones, working_weeks
from warrantysim.schema.paths import match, parse, tree_of
from warrantysim.schema.platform import referral_fees_hold_from_the_first_order, referral_fees_stated
from warrantysim.schema.policy import policy_is_possible
from warrantysim.schema.ranges import LONGEST_DAYS, LONGEST_MINUTES
from warrantysim.schema.references import currencies_used, unknown_names
from warrantysim.schema.row_keys import bracketed, keys_of, row_path, surely_apart
from warrantysim.schema.service import EVIDENCE_LEVELS
from warrantysim.schema.shipping import freight_has_rates, parcels_are_carried, shipping_problems
from warrantysim.schema.sold_units import (
    claims_within_the_run,
    months_without_gaps,
    sold_in,
    terms_hold_when_sold,
    whole_seasons,
    within_the_calendar,
    work_fits_into_memory,
)

if TYPE_CHECKING:
    from warrantysim.schema.root import Scenario

_MOST = {"days": LONGEST_DAYS, "minutes": LONGEST_MINUTES, "share of list price": 1}
"""Greatest mean of a distribution by its unit."""
WAITS = 4
"""Longest waits one after the other that must fit between the end of a run and the end of a calendar [count]."""
MAY_BE_NEGATIVE = frozenset({"triage.denial.paid_repair_margin"})
"""Amounts that may be a loss."""

TOLERANCE = 1e-6
"""How far shares that must sum to 1 may miss it [share]."""


def problems_in(s: Scenario) -> Checked:
    """Everything wrong with a scenario whose sections and rows are each right.

    Names that point to nothing are reported alone: what rests on them could not be judged.
    """
    names = list(unknown_names(s))
    yield from names
    if names:
        return
    for check in CHECKS:
        yield from check(s)


def _keys_once(s: Scenario) -> Checked:
    """No table states one key twice."""
    for table, model in s.TABLES.items():
        if surely_apart(rows := getattr(s, table), model):
            continue
        for key, count in Counter(keys_of(rows, model)).items():
            if count > 1:
                yield Problem(table + bracketed(key), told("duplicate key"), rule=f"duplicate {table}")


def _complete_grids(s: Scenario) -> Checked:
    """Terms of sale and stock are stated for every product in every market."""
    for table in ("sku_markets", "stock"):
        stated = {(row.sku, row.market) for row in getattr(s, table)}
        for sku in s.sku_ids:
            for market in s.market_ids:
                if (sku, market) not in stated:
                    yield Problem(
                        table,
                        told("expected a row for {sku},{market}", sku=sku, market=market),
                        rule=f"missing {table}",
                    )


def _something_happens(s: Scenario) -> Checked:
    if not s.sales and not s.claims_table:
        yield wrong("sales", "expected sales or a claims_table; the scenario has neither")


def _claims_counted_once(s: Scenario) -> Checked:
    """Where sales and listed claims both give claims, the scenario says what is meant."""
    if s.claims_table_mode is not None or not s.claims_table:
        return
    sold = {(row.sku, row.market) for row in s.sales if row.units_per_month > 0}
    if twice := sorted(sold & {(row.sku, row.market) for row in s.claims_table}):
        message = told("{sku} in {market} has sales and listed claims", sku=twice[0][0], market=twice[0][1])
        if len(twice) > 1:
            message = told("{first}, and {n} more", first=message, n=len(twice) - 1)
        yield Problem(
            "claims_table",
            message
            + told(
                "set claims_table_mode to instead (listed claims in place of drawn ones there) or added (both count)"
            ),
        )


def amounts_not_negative(s: Scenario) -> Checked:
    """Costs, prices and fees are at least 0; what is a credit has a field of its own."""
    for path, leaf, _ in leaves(s, lambda leaf, _: isinstance(leaf, Amount) and leaf.value < 0):
        if path not in MAY_BE_NEGATIVE:
            yield wrong(path, "expected an amount of at least 0, got {leaf}", leaf=leaf)


def distributions_meant(s: Scenario) -> Checked:
    """No duration is longer on average than a plain figure may be: one in seconds or hours was meant as days. A share
    that varies is at most the whole on average."""
    for path, leaf, unit in leaves(s, lambda leaf, unit: isinstance(leaf, Distribution) and leaf.mean() > _MOST[unit]):
        message = told(
            "expected {unit}, {most:,} at most on average, got a mean of {mean:,.6g}",
            unit=unit,
            most=_MOST[unit],
            mean=leaf.mean(),
        )
        yield Problem(path, message, rule=f"long {unit}")


def delays_end_within_calendars(s: Scenario) -> Checked:
    """What a claim waits for is over long before the first working calendar ends: work beyond it would be an error."""
    if not s.calendars:
        return
    name, hours = min(s.calendars.items(), key=lambda item: item[1].until)
    most = min((hours.until - s.horizon.ends).days // WAITS, LONGEST_DAYS)
    for path, days in _delays(s, most):
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


def _delays(s: Scenario, most: float) -> Iterator[tuple[str, float]]:
    """Times a claim may wait for, with their paths: means of distributions, where they are above ``most``, and waits of
    a fixed length."""

    def longer(leaf: Any, unit: str) -> bool:
        return isinstance(leaf, Distribution) and unit == "days" and leaf.mean() > most

    for path, leaf, _ in leaves(s, longer):
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


def leaves(s: Scenario, odd: Callable[[Any, str], bool]) -> Iterator[tuple[str, Any, str]]:
    """The amounts and distributions of the sections and tables that are odd by value and unit, with path and unit."""
    for name, field in type(s).model_fields.items():
        value = getattr(s, name)
        if name not in s.TABLES:
            yield from (found for found in _within(value, name, words(field.description).unit) if odd(*found[1:]))
            continue
        columns = {
            column: words(of.description).unit
            for column, of in s.TABLES[name].model_fields.items()
            if {Amount, Distribution} & set(arms(of.annotation))
        }
        for row in value if columns else ():
            for column, unit in columns.items():
                if isinstance(cell := getattr(row, column), Amount | Distribution) and odd(cell, unit):
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


def _own_currency(s: Scenario) -> Checked:
    """Prices are in the market's currency, since cut-points compare before any conversion."""
    for row in s.sku_markets:
        if row.currency != (own := s.markets[row.market].currency):
            yield _own(row_path("sku_markets", row, "currency"), own, row.currency)
    for market, propensity in s.births.propensity.items():
        if propensity.half_price.currency != (own := s.markets[market].currency):
            yield _own(f"births.propensity.{market}.half_price", own, str(propensity.half_price))
    for market, shares in s.births.opportunistic.items():
        own = s.markets[market].currency
        for i, share in enumerate(shares):
            if share.from_.currency != own:
                yield _own(f"births.opportunistic.{market}[{i}].from", own, str(share.from_))
        if any(a.from_.value >= b.from_.value for a, b in pairwise(shares)):
            yield wrong(f"births.opportunistic.{market}", "expected rising 'from' prices")


def _own(path: str, expected: str, found: str) -> Problem:
    return wrong(path, "expected {expected}, the market's currency, got {found}", expected=expected, found=found)


def faults_leave_claims(s: Scenario) -> Checked:
    """Where owners claim without a fault, each product sold has the fault of there being none."""
    free = {row.sku for row in s.faults if row.kind == "no_fault_found"}
    sold = sold_in(s)
    asked = {market for market, shares in s.births.opportunistic.items() if any(one.share > 0 for one in shares)}
    for sku in s.skus:
        if sku.sku not in free and (markets := sorted(market for market in asked if (sku.sku, market) in sold)):
            yield wrong(
                "faults",
                "expected a fault of kind no_fault_found for {sku}, since births.opportunistic has owners in {names} "
                "claim without a fault",
                sku=sku.sku,
                names=", ".join(markets),
            )


def _shares_sum_to_one(s: Scenario) -> Checked:
    by_sku: dict[str, list[float]] = {sku: [] for sku in s.sku_ids}
    for fault in s.faults:
        by_sku[fault.sku].append(fault.share)
    for sku, shares in by_sku.items():
        yield from _sum_is_one("faults", told("the shares of {sku}", sku=sku), shares)
    by_look: dict[tuple[str, str], list[float]] = {}
    for row in s.symptoms:
        by_look.setdefault((row.kind, row.evidence), []).append(row.share)
    for kind in dict.fromkeys(fault.kind for fault in s.faults):
        for level in EVIDENCE_LEVELS:
            yield from _sum_is_one(
                "symptoms",
                told("the shares of {kind} with evidence {level}", kind=kind, level=level),
                by_look.get((kind, level), []),
            )


def _sum_is_one(table: str, what: Message, shares: list[float]) -> Checked:
    total = math.fsum(shares)
    if abs(total - 1.0) > TOLERANCE:
        message = (
            told("expected {what} to sum to 1, got {total:.6g}", what=what, total=total)
            if shares
            else told("expected rows: {what} are not stated", what=what)
        )
        yield Problem(table, message, rule=f"sum of {table}")


def _rising_age_bands(s: Scenario) -> Checked:
    bands = s.triage.age_bands_days
    if any(a >= b for a, b in pairwise((0.0, *bands))):
        yield wrong("triage.age_bands_days", "expected rising ages above 0, got {bands}", bands=list(bands))
    for i, rule in enumerate(s.policy.rules):
        if (band := rule.cell.age_band) is not None and band > len(bands):
            yield wrong(
                f"policy.rules[{i}].cell.age_band", "expected a band from 0 to {n}, got {band}", n=len(bands), band=band
            )


def _rates_cover_the_run(s: Scenario) -> Checked:
    begun: dict[str, dt.date] = {}
    for row in s.fx:
        begun[row.currency] = min(row.from_, begun.get(row.currency, row.from_))
    used = dict.fromkeys(currency for _, currency in currencies_used(s))
    for currency in used:
        if begun.get(currency, dt.date.min) > s.horizon.begins:
            yield wrong(
                f"fx[{currency}]",
                "expected a rate from {begins}, the first day claims are born, got {begun}",
                begins=s.horizon.begins,
                begun=begun[currency],
            )


def _customs_cover_the_run(s: Scenario) -> Checked:
    for market_id, market in s.markets.items():
        starts = [row.from_ for row in s.customs if row.market == market_id]
        if market.china and min(starts, default=dt.date.max) > s.horizon.begins:
            yield wrong(
                "customs",
                "expected a row for {market_id}, which sends to China, that holds on {begins}",
                market_id=market_id,
                begins=s.horizon.begins,
            )


def _shipping(s: Scenario) -> Checked:
    tables = (s.rate_cards, s.label_rates, s.peak, s.freight_lanes, s.freight_breaks)
    yield from shipping_problems(*tables)
    for market_id, market in s.markets.items():
        own = next(row.market for row in s.rate_cards if row.card == market.parcel.card)
        if own not in {"", market_id}:
            yield wrong(
                f"markets.{market_id}.parcel.card",
                "expected a card of {market_id}, got {card!r} of {own}",
                market_id=market_id,
                card=market.parcel.card,
                own=own,
            )


def _deliveries_as_said(s: Scenario) -> Checked:
    if s.stock_rules.deliveries == "table" and not s.deliveries:
        yield wrong("deliveries", "expected rows, since stock_rules.deliveries says table")
    if s.stock_rules.deliveries == "base_stock" and s.deliveries:
        yield wrong("deliveries", "rows would not be read; set stock_rules.deliveries to table, or leave them out")
    for row in s.deliveries:
        if not s.horizon.begins <= row.day < s.horizon.ends:
            yield wrong(
                row_path("deliveries", row, "day"),
                "expected a day from {begins} to {ends}, got {day}",
                begins=s.horizon.begins,
                ends=s.horizon.ends,
                day=row.day,
            )


def _assumed_figures_exist(s: Scenario) -> Checked:
    if not s.assumptions:
        return
    sections = {parse(row.path)[0].parts[0] for row in s.assumptions}
    tree = tree_of(s, sections & set(type(s).model_fields))
    for row in s.assumptions:
        try:
            match(tree, row.path, s.TABLES)
        except ScenarioError as error:
            yield wrong(
                row_path("assumptions", row, "path"),
                "{path}: {message}",
                path=row.path,
                message=error.problems[0].message,
            )


CHECKS: tuple[Callable[[Scenario], Checked], ...] = (
    _keys_once,
    _complete_grids,
    _something_happens,
    _claims_counted_once,
    _own_currency,
    _shares_sum_to_one,
    _rising_age_bands,
    whole_seasons,
    months_without_gaps,
    _rates_cover_the_run,
    _customs_cover_the_run,
    referral_fees_stated,
    referral_fees_hold_from_the_first_order,
    _shipping,
    time_zones,
    working_weeks,
    closures_in_order,
    ladders_end_with_money,
    batches_can_leave,
    law_leaves_a_way,
    policy_is_possible,
    amounts_not_negative,
    distributions_meant,
    within_the_calendar,
    claims_within_the_run,
    delays_end_within_calendars,
    _deliveries_as_said,
    _assumed_figures_exist,
    parcels_are_carried,
    freight_has_rates,
    faults_leave_claims,
    terms_hold_when_sold,
    work_fits_into_memory,
)
"""The checks, in the order their problems are told."""
