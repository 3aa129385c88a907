"""A warranty of so many months put into terms of sale as a seller's workbook puts it there.

Whole years have the days the calendar gives them, by the month of sale; where the law gives more months the law holds,
and what the seller gives himself stands beside it (``promised_days``).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from warrantysim import packs
from warrantysim.files.seller_products import days_of, month_spans
from warrantysim.schema.dated import BEGINNING
from warrantysim.schema.products import SkuMarket
from warrantysim.schema.ranges import LONGEST_DAYS
from warrantysim.schema.root import Scenario


@dataclass(frozen=True)
class MonthsOfWarranty:
    """So many months in a scenario."""

    scenario: Scenario
    """Whose horizon and markets they are."""
    months: float
    """Length the seller states [months]."""

    def held(self, market: str) -> float:
        """Length that holds: the law's where it is longer [months]."""
        return max(self.months, law_months(self.scenario, market))

    def spans(self, market: str) -> list[tuple[dt.date, float]]:
        """First month of sale and days of every stretch."""
        length, horizon = self.held(market), self.scenario.horizon
        if days_of(length, "months") > 2 * LONGEST_DAYS:  # More than terms may state: they refuse it.
            return [(BEGINNING, days_of(length, "months"))]
        found = month_spans(length, "months", horizon.begins, horizon.ends.replace(day=1))
        return [(begun or BEGINNING, days) for begun, days in found]

    def changed(self, row: SkuMarket) -> SkuMarket:
        """Terms with it; terms that state its days without a 29 February keep them."""
        held = self.held(row.market)
        days = [days for begun, days in self.spans(row.market) if begun <= row.from_][-1]
        if row.warranty_days == days_of(held, "months"):
            days = row.warranty_days
        whole = row.refund_basis == "full_then_pro_rata" and row.full_days >= days
        return row.replace(
            warranty_days=days,
            promised_days=days_of(self.months, "months") if self.months < held else None,
            refund_basis="full" if whole else row.refund_basis,
            full_days=0.0 if whole else row.full_days,
        )

    def split(self, rows: Iterable[SkuMarket]) -> Iterator[SkuMarket]:
        """Terms that begin anew where the days change."""
        for same in _by_product(rows):
            begun = {row.from_ for row in same}
            yield from same
            for day in (day for day, _ in self.spans(same[0].market) if day not in begun):
                if before := [row for row in same if row.from_ < day]:
                    yield before[-1].replace(from_=day)

    def joined(self, rows: Iterable[SkuMarket]) -> Iterator[SkuMarket]:
        """Terms without those that begin anew for nothing, unless the scenario states them."""
        stated = {row.key for row in self.scenario.sku_markets}
        for same in _by_product(rows):
            for before, row in zip([None, *same], same, strict=False):
                if row.key in stated or before is None or before.replace(from_=row.from_) != row:
                    yield row


def law_months(scenario: Scenario, market: str) -> float:
    """What the law of a market gives at least; 0 where it sets no term [months]."""
    known = {row["market"]: float(row["law_months"]) for row in packs.rows("seller/terms")}
    country = scenario.markets[market].country if market in scenario.markets else ""
    return known.get(market, known.get(country, 0.0))


def _by_product(rows: Iterable[SkuMarket]) -> Iterator[Sequence[SkuMarket]]:
    """Terms of each product and market in rising order of date."""
    groups: dict[tuple[str, str], list[SkuMarket]] = {}
    for row in rows:
        groups.setdefault((row.sku, row.market), []).append(row)
    for same in groups.values():
        yield sorted(same, key=lambda row: row.from_)
