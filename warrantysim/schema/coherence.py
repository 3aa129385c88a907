"""What no single row or section can know is wrong: the checks of a scenario as a whole, all problems at once."""

from __future__ import annotations

import datetime as dt
import math
from collections import Counter
from collections.abc import Callable
from itertools import pairwise
from typing import TYPE_CHECKING

from warrantysim.schema.bounds import (
    amounts_not_negative,
    claims_within_the_run,
    delays_end_within_calendars,
    distributions_meant,
    within_the_calendar,
)
from warrantysim.schema.errors import NOTHING, Message, Problem, ScenarioError, told, wrong
from warrantysim.schema.feasibility import (
    batches_can_leave,
    closures_in_order,
    faults_leave_claims,
    freight_has_rates,
    ladders_end_with_money,
    law_leaves_a_way,
    parcels_are_carried,
    policy_is_possible,
    terms_hold_when_sold,
    time_zones,
    work_fits_into_memory,
    working_weeks,
)
from warrantysim.schema.paths import match, parse, tree_of
from warrantysim.schema.references import Checked, currencies_used, row_path, unknown_names
from warrantysim.schema.row_keys import bracketed, keys_of
from warrantysim.schema.service import EVIDENCE_LEVELS
from warrantysim.schema.shipping import shipping_problems
from warrantysim.schema.sold_units import first_day, month_name, month_number

if TYPE_CHECKING:
    from warrantysim.schema.products import Sales
    from warrantysim.schema.root import Scenario

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
        keys = keys_of(getattr(s, table), model)
        if len(set(keys)) == len(keys):
            continue
        for key, count in Counter(keys).items():
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


def _whole_seasons(s: Scenario) -> Checked:
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


def _months_without_gaps(s: Scenario) -> Checked:
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


def _referral_fees_stated(s: Scenario) -> Checked:
    """What is sold over the platform has a referral fee: its own, or one of the platform's category."""
    tiers = {(row.market, row.tier) for row in s.platform_fees if row.fee == "referral"}
    sold = {(row.sku, row.market) for row in s.sales if s.channels[row.channel].platform}
    for row in s.sku_markets:
        tier = s.skus[s.sku_index[row.sku]].referral_tier
        if row.referral_share is None and (row.sku, row.market) in sold and (row.market, tier) not in tiers:
            known = sorted(name for market, name in tiers if market == row.market)
            message = told(
                "expected a share, or a referral row of platform_fees for {market} and {tier!r}",
                market=row.market,
                tier=tier,
            )
            message += told("it has {names}", names=", ".join(known)) if known else NOTHING
            yield Problem(row_path("sku_markets", row, "referral_share"), message)


def _referral_fees_hold_from_the_first_order(s: Scenario) -> Checked:
    """The oldest order that is still refunded over the platform has a referral fee."""
    begun: dict[tuple[str, str], dt.date] = {}
    for fee in s.platform_fees:
        if fee.fee == "referral":
            begun[fee.market, fee.tier] = min(fee.from_, begun.get((fee.market, fee.tier), fee.from_))
    oldest = max((c.rail_days for c in s.channels.values() if c.platform), default=0.0)
    # A thousand years ago there were no orders: rows without a date hold from the beginning of the calendar.
    first = s.horizon.begins - dt.timedelta(days=min(math.ceil(oldest), 365_000))
    sold = {(row.sku, row.market) for row in s.sales if s.channels[row.channel].platform}
    read = {(row.market, s.skus[s.sku_index[row.sku]].referral_tier) for row in s.sku_markets
            if row.referral_share is None and (row.sku, row.market) in sold}  # fmt: skip
    for market, tier in sorted(read & begun.keys()):
        if begun[market, tier] > first:
            yield wrong(
                "platform_fees",
                "expected a referral row for {market} and {tier!r} that holds on {first}, the day of the oldest order "
                "refunded over the platform, or one without a date; the first begins {begun}",
                market=market,
                tier=tier,
                first=first,
                begun=begun[market, tier],
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
    _whole_seasons,
    _months_without_gaps,
    _rates_cover_the_run,
    _customs_cover_the_run,
    _referral_fees_stated,
    _referral_fees_hold_from_the_first_order,
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
