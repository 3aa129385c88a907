"""What a denial offers, a coupon and a paid repair, for the messages that write it and the ledger that books it.

A coupon is a share of the list price, never below a least amount, never above the landed cost. A repair is quoted from
the partner's price list: work, parts, both parcels, the seller's margin, and the tax customers pay. What the scenario
states of either (`triage.denial`) goes before `packs/promise/offers.csv`.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from warrantysim import packs
from warrantysim.money.fx_table import FxTable
from warrantysim.schema.desk_terms import Desk
from warrantysim.schema.products import Fault, Sku, SkuMarket
from warrantysim.schema.root import Scenario

if TYPE_CHECKING:
    from warrantysim.money.price_book import MarketPrices

STEP = {"JPY": 10.0}
"""What an amount offered is a multiple of; half of the unit where not listed [currency of the market]."""


@dataclass(frozen=True)
class Quote:
    """A paid repair of a product in a market; money in the market's currency, net but for the quote."""

    market: str
    """Market [id]."""
    sku: str
    """Product [id]."""
    partner: str
    """Who repairs [id]."""
    level: int
    """Level of the repair [level, 1-4]."""
    work: float
    """The partner's fees: receiving and repair; NaN where a retainer covers the repair."""
    parts: float
    """Parts, with mark-up or handling."""
    parcels: float
    """Label to the partner and parcel back."""
    margin: float
    """The seller's margin, before the quote is rounded."""
    quote: float
    """What the customer is told, tax included where prices are; NaN where there is no price of the work."""
    price: float
    """List price of a new one."""

    @property
    def offered(self) -> bool:
        """Whether it is worth offering: at most so much of the price of a new one."""
        return bool(self.quote <= offer_rule("quote_share")[0] * self.price)


def offer_rule(name: str) -> tuple[float, str]:
    """A figure of `packs/promise/offers.csv`, and its currency where it is money."""
    stated = packs.row("promise/offers", name=name)
    return float(stated["value"]), stated["currency"]


def cheapest(quotes: Iterator[Quote] | Sequence[Quote]) -> dict[tuple[str, int], Quote]:
    """The quote that is offered of each product and level: of those worth offering the cheapest."""
    found: dict[tuple[str, int], Quote] = {}
    for quote in quotes:
        if quote.offered:
            key = quote.sku, quote.level
            found[key] = min(found.get(key, quote), quote, key=lambda one: one.quote)
    return found


@dataclass(frozen=True)
class DenialOffers:
    """The offers of a scenario, at the prices of the day its warranty begins to hold."""

    scenario: Scenario
    fx: FxTable
    markets: MarketPrices

    @cached_property
    def day(self) -> dt.date:
        """Whose prices and rates hold; those of the horizon's first day where the warranty has held before."""
        first = self.scenario.horizon.first_day
        return max(self.scenario.promise.valid_from or first, first)

    @cached_property
    def _rates(self) -> np.ndarray:
        """Rate of each currency on the day, looked up once: every amount offered asks for two."""
        return self.fx.at(np.arange(len(self.fx.currencies)), np.array([self.day.toordinal()]))

    def local(self, value: float, currency: str, market: str) -> float:
        """An amount in the currency of a market."""
        stated, here = (self._rates[self.fx.index(c)] for c in (currency, self.scenario.markets[market].currency))
        return float(value * stated / here)

    def coupon(self, terms: SkuMarket) -> float:
        """Face value of a product's coupon, in its market's currency: rounded up to what customers are told, then down
        where the most or the landed cost is reached; NaN where that leaves less than the least coupon."""
        denial, currency = self.scenario.triage.denial, self.scenario.markets[terms.market].currency
        least = self.local(*offer_rule("least_discount"), terms.market)
        bounds = [self.local(terms.landed_cost, terms.landed_currency, terms.market)]
        share = denial.coupon_share
        if share is None:
            share = offer_rule("discount_share")[0]
        else:
            bounds.append(self.local(denial.coupon.value, denial.coupon.currency, terms.market))
        step = _step(currency)
        wanted = _up(max(share * terms.list_price, least), currency)
        face = min(wanted, *(math.floor(bound / step + 1e-9) * step for bound in bounds))
        return face if face >= least else math.nan

    @cached_property
    def coupons(self) -> np.ndarray:
        """Face value by row of the terms of sale, in the market's currency; NaN where none is offered."""
        return np.array([self.coupon(terms) for terms in self.scenario.sku_markets])

    @cached_property
    def margins(self) -> np.ndarray:
        """Margin of the paid repair that is offered, by market and row of the faults, in the market's currency: of the
        level that mends the fault, an excluded one as it would be if it were covered. NaN where nothing mends it or no
        partner's quote is worth offering. Shape (markets, faults)."""
        s = self.scenario
        by_name = {(row.sku, row.fault): row for row in s.faults}
        mended = [by_name.get((row.sku, row.covered_as), row) if row.kind == "excluded" else row for row in s.faults]
        found = np.full((len(s.market_ids), len(s.faults)), np.nan)
        for m, market in enumerate(s.market_ids):
            best = cheapest(self.quotes(market, self._sold(market)))
            for f, row in enumerate(mended):
                if row.kind == "repairable" and (quote := best.get((row.sku, row.skill))) is not None:
                    found[m, f] = quote.margin
        return found

    def _sold(self, market: str) -> list[tuple[Sku, SkuMarket]]:
        """Each product of a market with its terms on the day."""
        found: dict[str, SkuMarket] = {}
        for row in self.scenario.sku_markets:
            if row.market == market and (row.from_ <= self.day or row.sku not in found):
                found[row.sku] = row
        return [(sku, found[sku.sku]) for sku in self.scenario.skus if sku.sku in found]

    def quotes(self, market: str, products: Sequence[tuple[Sku, SkuMarket]]) -> Iterator[Quote]:
        """Every repair that a partner of a market has the skill for, product by product and level by level."""
        s = self.scenario
        for sku, terms in products:
            faults = self._repairable.get(sku.sku, [])
            for name, partner in s.partners.items():
                desk = partner.desk_for(market)
                if desk is None or partner.test_only or not partner.takes(sku.sku, sku.category):
                    continue
                for level in sorted({row.skill for row in faults if row.skill <= partner.skill}):
                    alike = [row for row in faults if row.skill == level]
                    yield self._quote(sku, terms, name, partner.desks[desk], level, alike)

    @cached_property
    def _repairable(self) -> dict[str, list[Fault]]:
        found: dict[str, list[Fault]] = {}
        for row in self.scenario.faults:
            if row.kind == "repairable":
                found.setdefault(row.sku, []).append(row)
        return found

    def _quote(self, sku: Sku, terms: SkuMarket, name: str, desk: Desk, level: int, alike: Sequence[Fault]) -> Quote:
        here = self.scenario.markets[terms.market]
        work, parts = self._work(desk, sku, level, terms.market), self._parts(desk, terms, alike)
        parcels = self._parcels(sku, terms.market)
        margin = self._margin(work + parts + parcels, terms.market)
        tax = 1 + here.tax_share if here.prices_include_tax else 1.0
        total = (work + parts + parcels + margin) * tax
        quote = math.nan if math.isnan(total) else _up(total, here.currency)
        return Quote(terms.market, sku.sku, name, level, work, parts, parcels, margin, quote, terms.list_price)

    def _margin(self, cost: float, market: str) -> float:
        """The share of the net quote, or the least where that is more; without a share the stated amount."""
        denial = self.scenario.triage.denial
        stated = self.local(denial.paid_repair_margin.value, denial.paid_repair_margin.currency, market)
        share = denial.paid_repair_margin_share
        return stated if share is None or math.isnan(cost) else max(stated, cost * share / (1 - share))

    def _parcels(self, sku: Sku, market: str) -> float:
        m, k = self.scenario.market_ids.index(market), self.scenario.sku_index[sku.sku]
        label = float(self.markets.labels[m].at(np.array([k]), np.array([self.day.toordinal()]))[0])
        back, codes = self.markets.fulfilment.at(m, k), self.fx.currencies
        out = self.local(label, codes[int(self.markets.label_currency[m])], market)
        return out + self.local(float(back.value), codes[int(back.currency)], market)

    def _work(self, desk: Desk, sku: Sku, level: int, market: str) -> float:
        price = desk.repaired
        if price is None:
            return math.nan
        found = price.flat or price.by_sku.get(sku.sku) or price.by_level.get(level)
        if found is None:
            return math.nan
        more = desk.receiving.on(self.day).value if desk.receiving is not None else 0.0
        if desk.receiving_by_size is not None:
            more = getattr(desk.receiving_by_size, sku.size_class).value
        return self.local(found.on(self.day).value + more, desk.currency, market)

    def _parts(self, desk: Desk, terms: SkuMarket, alike: Sequence[Fault]) -> float:
        """Mean parts of the faults of a level, as the desk charges them."""
        weight, market = sum(row.share for row in alike), terms.market
        costs = sum(row.share * self.local(row.parts_cost, row.currency, market) for row in alike)
        mean = costs / weight if weight else 0.0
        how = desk.parts
        if how is None:
            return mean
        handling = (
            self.local(how.handling.on(self.day).value, desk.currency, market) if how.handling is not None else 0.0
        )
        if how.mode == "included":
            return max(0.0, mean - how.cap_share * terms.list_price) * (1 + how.markup_share)
        if how.mode == "cost_plus":
            return mean * (1 + how.markup_share) + handling
        own = self.local(how.mean.on(self.day).value, desk.currency, market) if how.mean is not None else mean
        return own + handling


def _step(currency: str) -> float:
    return STEP.get(currency, 0.5)


def _up(value: float, currency: str) -> float:
    """The next amount a customer is told."""
    return math.ceil(value / _step(currency) - 1e-9) * _step(currency)
