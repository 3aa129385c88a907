"""What a denial offers instead, as facts of a message: the paid repairs and the discount of `money.denial_offers`."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import cast

from warrantysim import packs
from warrantysim.money.denial_offers import DenialOffers, Quote
from warrantysim.money.price_book import price_book
from warrantysim.promise.facts import Fact, Unit
from warrantysim.promise.terms import StatementSubject
from warrantysim.schema.products import SkuMarket


def offer_figure(name: str) -> Fact:
    """A figure of the rule for offers, `packs/promise/offers.csv`."""
    stated = packs.row("promise/offers", name=name)
    value, unit = float(stated["value"]), cast("Unit", stated["unit"])
    return Fact(name, int(value) if value.is_integer() else value, unit, f"offers.csv: {name}", stated["currency"])


@dataclass(frozen=True)
class Prices:
    """Prices in a market on the day its warranty begins to hold."""

    of: StatementSubject
    """The market."""

    @cached_property
    def offers(self) -> DenialOffers:
        """The rule, as the ledger books it."""
        book = price_book(self.of.scenario)
        return DenialOffers(self.of.scenario, book.fx, book.markets)

    @property
    def currency(self) -> str:
        """Of the market."""
        return self.of.scenario.markets[self.of.market].currency

    def quotes(self) -> Iterator[Quote]:
        """Every repair that a partner of the market has the skill for, product by product and level by level."""
        return self.offers.quotes(self.of.market, self.of.products)

    def discount(self, terms: SkuMarket) -> Fact | None:
        """What a product's discount or concession is worth; None where none is offered."""
        value = self.offers.coupon(terms)
        if math.isnan(value):
            return None
        stated = self.of.scenario.triage.denial.coupon_share is not None
        share = "triage.denial.coupon_share and coupon" if stated else offer_figure("discount_share").source
        row = f"sku_markets[{terms.sku},{terms.market}].list_price and landed_cost"
        source = f"{share}, {offer_figure('least_discount').source}, {row}"
        return Fact("discount", value, "money", source, self.currency)
