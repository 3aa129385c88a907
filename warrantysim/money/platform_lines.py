"""What the platform charges where it decides a claim inside its return window."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from warrantysim.journeys.records import Route
from warrantysim.money.case import Booking
from warrantysim.money.categories import Category
from warrantysim.money.platform_fees import returns_processing
from warrantysim.money.priced import Amounts

TIERS = ("standard", "standard", "bulky")
"""Tier of the platform's weight-based fees, by size class."""


def platform_lines(case: Booking) -> None:
    """A claim the platform decided: its fixed cost where the channel states one, else its removal fee for the unit;
    and what the platform's resale of the unit brings back."""
    r, book, lines = case.records, case.book, case.lines
    claims = r.claims
    rows = np.flatnonzero(r.route == Route.PLATFORM)
    if not len(rows):
        return
    channel, at = claims.channel[rows], r.closed[rows]
    stated = book.channels.path_stated[channel]
    lines.add(Category.PLATFORM_PATH, rows[stated], book.channels.path.at(channel[stated]), at[stated])
    for mine, name, tier in _by_tier(case, "removal", rows[~stated]):
        days = book.days(r.closed[mine], claims.market[mine])
        fee = book.platform.removal_fee(name, tier, book.kg[claims.sku[mine]], days)
        lines.add(Category.REMOVAL, mine, _charged(case, "removal", name, tier, fee), r.closed[mine])
    landed = book.landed(book.terms_row(claims.sku[rows], claims.market[rows], at))
    lines.add(Category.UNIT_RECOVERY, rows, landed.times(-book.channels.recovery_share[channel]), at)


def returns_processing_lines(case: Booking) -> None:
    """The platform's fee on units returned to it beyond a share of those it shipped, by product and month of sale.

    Of each product and month the units beyond ``threshold`` x shipped are charged; every returned unit bears its part.
    Only returns of claims are known here: a threshold should be stated net of ordinary returns.
    """
    r, book = case.records, case.book
    claims = r.claims
    rows = np.flatnonzero(r.route == Route.PLATFORM)
    for mine, name, tier in _by_tier(case, "returns_processing", rows):
        s = book.scenario
        m = s.market_ids.index(name)
        month = s.market_days.months(claims.sold[mine], claims.market[mine])
        each = np.stack([claims.sku[mine].astype(np.int64), month])
        groups, place, returned = np.unique(each, axis=1, return_inverse=True, return_counts=True)
        place = place.reshape(-1)
        shipped = book.sold.shipped(groups[0], m, groups[1], book.channels.by_platform)
        days = book.days(r.closed[mine], m)
        fee = book.platform.weight_fee("returns_processing", name, tier, book.kg[claims.sku[mine]], days)
        threshold = book.platform.threshold(name, tier, int(days.min()))
        charged = returns_processing(shipped, returned, 1.0, threshold)[place] / returned[place]
        amount = _charged(case, "returns_processing", name, tier, fee * charged)
        case.lines.add(Category.RETURNS_PROCESSING, mine, amount, r.closed[mine])


def _by_tier(case: Booking, fee: str, rows: np.ndarray) -> Iterator[tuple[np.ndarray, str, str]]:
    """Rows of claims with the market and tier of a fee, where the platform states it."""
    book, claims = case.book, case.records.claims
    tiers = np.array(TIERS)[book.size[claims.sku[rows]]]
    for m in np.unique(claims.market[rows]):
        name = book.scenario.market_ids[m]
        for tier in dict.fromkeys(TIERS):
            mine = rows[(claims.market[rows] == m) & (tiers == tier)]
            if len(mine) and book.platform.has(fee, name, tier):
                yield mine, name, tier


def _charged(case: Booking, fee: str, market: str, tier: str, amount: np.ndarray) -> Amounts:
    """Amounts in the currency of a fee's table; nothing before its first row."""
    currency = case.book.fx.index(case.book.platform.currency(fee, market, tier))
    return Amounts(np.nan_to_num(amount), np.full(len(amount), currency, dtype=np.int8))
