"""The reference seller's statements, for tests of what they say."""

from __future__ import annotations

from functools import cache

from warrantysim.files.loading import load
from warrantysim.packs import REFERENCE
from warrantysim.promise.terms import StatementSubject
from warrantysim.promise.times import MeasuredTimes, became, measured_times, times
from warrantysim.schema.root import Scenario

MARKETS = ("US", "DE", "UK", "JP")


@cache
def seller() -> Scenario:
    return load(REFERENCE).scenario


@cache
def years() -> MeasuredTimes:
    """Three years under today's rule."""
    return measured_times(seller(), [seller().policy], range(3), seed=7)[0]


def subject(market: str, scenario: Scenario | None = None, skus: tuple[str, ...] = ()) -> StatementSubject:
    """A market's statement, with what three years of the reference seller say of times and ends."""
    it = scenario or seller()
    found = [time for time in times(it, years(), 0.95) if time.market == market]
    return StatementSubject(it, market, skus or it.sku_ids, became(seller(), years(), market, it.sku_ids), found)
