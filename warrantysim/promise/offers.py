"""What a denial offers instead: a paid repair by product, level and partner, and a discount by what the product costs.

A repair is quoted from the partner's price list: work, parts, both parcels, the seller's margin, and the tax customers
pay. A discount is a share of the list price, never below a least amount, never above the landed cost.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import cast

import numpy as np

from warrantysim import packs
from warrantysim.money.price_book import price_book
from warrantysim.promise.facts import Fact, Unit
from warrantysim.promise.terms import StatementSubject
from warrantysim.schema.desk_terms import Desk
from warrantysim.schema.products import Fault, Sku, SkuMarket

STEP = {"JPY": 10.0}
"""What a price offered is a multiple of; half of the unit where not listed [currency of the market]."""


def offer_figure(name: str) -> Fact:
    """A figure of the rule for offers, `packs/promise/offers.csv`."""
    stated = packs.row("promise/offers", name=name)
    value, unit = float(stated["value"]), cast("Unit", stated["unit"])
    return Fact(name, int(value) if value.is_integer() else value, unit, f"offers.csv: {name}", stated["currency"])


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
    """The seller's margin, `triage.denial.paid_repair_margin`."""
    quote: float
    """What the customer is told, tax included where prices are; NaN where there is no price of the work."""
    price: float
    """List price of a new one."""

    @property
    def offered(self) -> bool:
        """Whether it is worth offering: at most so much of the price of a new one."""
        return bool(self.quote <= offer_figure("quote_share").value * self.price)


@dataclass(frozen=True)
class Prices:
    """Prices in a market on the day its warranty begins to hold."""

    of: StatementSubject
    """The market."""

    def local(self, value: float, currency: str) -> float:
        """An amount in the market's currency."""
        book, day = price_book(self.of.scenario), np.array([self.of.day.toordinal()])
        there = self.of.scenario.markets[self.of.market].currency
        rates = [float(book.fx.at(book.fx.index(code), day)[0]) for code in (currency, there)]
        return value * rates[0] / rates[1]

    @property
    def currency(self) -> str:
        """Of the market."""
        return self.of.scenario.markets[self.of.market].currency

    def up(self, value: float) -> float:
        """The next amount a customer is told."""
        step = STEP.get(self.currency, 0.5)
        return math.ceil(value / step - 1e-9) * step

    def quotes(self) -> Iterator[Quote]:
        """Every repair that a partner of the market has the skill for, product by product and level by level."""
        s, market = self.of.scenario, self.of.market
        for sku, terms in self.of.products:
            faults = [row for row in s.faults if row.sku == sku.sku and row.kind == "repairable"]
            for name, partner in s.partners.items():
                desk = partner.desk_for(market)
                if desk is None or partner.test_only or not partner.takes(sku.sku, sku.category):
                    continue
                for level in sorted({row.skill for row in faults if row.skill <= partner.skill}):
                    alike = [row for row in faults if row.skill == level]
                    yield self._quote(sku, terms, name, partner.desks[desk], level, alike)

    def _quote(self, sku: Sku, terms: SkuMarket, name: str, desk: Desk, level: int, alike: Sequence[Fault]) -> Quote:
        s, m = self.of.scenario, self.of.scenario.market_ids.index(self.of.market)
        book, k = price_book(s), s.sku_index[sku.sku]
        day, margin = np.array([self.of.day.toordinal()]), s.triage.denial.paid_repair_margin
        labels = book.markets.labels[m].at(np.array([k]), day)[0]
        back = book.markets.fulfilment.at(m, k)
        codes = book.fx.currencies
        parcels = self.local(float(labels), codes[int(book.markets.label_currency[m])])
        parcels += self.local(float(back.value), codes[int(back.currency)])
        found = {
            "work": self._work(desk, sku, level),
            "parts": self._parts(desk, terms, alike),
            "parcels": parcels,
            "margin": self.local(margin.value, margin.currency),
        }
        here = s.markets[self.of.market]
        tax = 1 + here.tax_share if here.prices_include_tax else 1.0
        total = sum(found.values()) * tax
        return Quote(
            self.of.market, sku.sku, name, level, **found, price=terms.list_price,
            quote=math.nan if math.isnan(total) else self.up(total),
        )  # fmt: skip

    def _work(self, desk: Desk, sku: Sku, level: int) -> float:
        price, day = desk.repaired, self.of.day
        if price is None:
            return math.nan
        found = price.flat or price.by_sku.get(sku.sku) or price.by_level.get(level)
        if found is None:
            return math.nan
        more = desk.receiving.on(day).value if desk.receiving is not None else 0.0
        if desk.receiving_by_size is not None:
            more = getattr(desk.receiving_by_size, sku.size_class).value
        return self.local(found.on(day).value + more, desk.currency)

    def _parts(self, desk: Desk, terms: SkuMarket, alike: Sequence[Fault]) -> float:
        """Mean parts of the faults of a level, as the desk charges them."""
        weight = sum(row.share for row in alike)
        mean = sum(row.share * self.local(row.parts_cost, row.currency) for row in alike) / weight if weight else 0.0
        how = desk.parts
        if how is None:
            return mean
        handling = self.local(how.handling.on(self.of.day).value, desk.currency) if how.handling is not None else 0.0
        if how.mode == "included":
            return max(0.0, mean - how.cap_share * terms.list_price) * (1 + how.markup_share)
        if how.mode == "cost_plus":
            return mean * (1 + how.markup_share) + handling
        own = self.local(how.mean.on(self.of.day).value, desk.currency) if how.mean is not None else mean
        return own + handling

    def discount(self, terms: SkuMarket) -> Fact | None:
        """What a product's discount or concession is worth; None where its landed cost is below the least one."""
        share, least = offer_figure("discount_share"), offer_figure("least_discount")
        landed = self.local(terms.landed_cost, terms.landed_currency)
        value = self.up(max(share.value * terms.list_price, self.local(least.value, least.currency)))
        step = STEP.get(self.currency, 0.5)
        value = min(value, math.floor(landed / step) * step)
        if value < self.local(least.value, least.currency):
            return None
        source = f"{share.source}, {least.source}, sku_markets[{terms.sku},{terms.market}].list_price and landed_cost"
        return Fact("discount", value, "money", source, self.currency)
