"""What contact, markets and channels charge, as arrays."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import get_args

import numpy as np

from warrantysim.money.fx_table import FxTable
from warrantysim.money.priced import Priced
from warrantysim.money.rate_cards import LabelTable, RateCards
from warrantysim.schema.markets import BySize, Market
from warrantysim.schema.root import Scenario
from warrantysim.schema.service import Evidence

LEVELS: tuple[Evidence, ...] = get_args(Evidence)
"""Evidence levels, least first."""
DAYS_AFTER = 900
"""Days beyond the run-out for which dated prices are listed; the last one holds on after that."""


@dataclass(frozen=True)
class ContactPrices:
    """First contact and denial, each a single amount but for evidence."""

    contact: Priced
    """Answering one claim."""
    guide: Priced
    """Walking a claimant through the guide."""
    evidence: Priced
    """Handling, by evidence level; shape (3,)."""
    coupon: Priced
    """What a redeemed coupon costs."""
    paid_repair: Priced
    """Margin of a paid repair."""
    dispute_fee: Priced
    """Fee of a dispute."""


@dataclass(frozen=True)
class MarketPrices:
    """Prices of a market's parcels, hub and payments; arrays of shape (markets,) or (markets, skus)."""

    currency: np.ndarray
    """Row of the local currency [int8]."""
    tax_share: np.ndarray
    """VAT on top of the net price, reversed by a refund; 0 where list prices hold no tax [share]."""
    fulfilment: Priced
    """Sending one unit to a customer, (markets, skus)."""
    kit: Priced
    """Packing kit, (markets, skus); 0 for goods without lithium."""
    hub_receive: Priced
    """Receiving at the hub, (markets, skus)."""
    hub_test: Priced
    """Test at the hub, (markets, skus)."""
    storage: Priced
    """Storage of one unit at the hub for a month, (markets, skus)."""
    disposal: Priced
    """Disposal of one unit, (markets, skus)."""
    labels: tuple[LabelTable, ...]
    """Return label of each SKU over time."""
    label_currency: np.ndarray
    """Row of its currency [int8]."""
    billed_on_issue: np.ndarray
    """Whether a label is billed when issued, used or not [bool]."""
    rail_share: np.ndarray
    """Fee and conversion loss of a payment outside the platform [share]."""
    rail_fixed: Priced
    """Fixed fee of such a payment."""


@dataclass(frozen=True)
class ChannelPrices:
    """What the channels cost; arrays of shape (channels,)."""

    platform: np.ndarray
    """Whether orders run over a marketplace [bool]."""
    by_platform: np.ndarray
    """Whether the platform decides claims inside its window, and so takes their units back [bool]."""
    rail_days: np.ndarray
    """Age of the order to which the platform refunds [days]."""
    path: Priced
    """Fixed cost of a claim the platform decides; 0 where not stated."""
    path_stated: np.ndarray
    """Whether it is stated; else the platform's removal fee holds [bool]."""
    recovery_share: np.ndarray
    """Landed cost recovered from a unit the platform takes back [share]."""


def contact_prices(s: Scenario, fx: FxTable) -> ContactPrices:
    """Amounts of first contact and denial."""
    denial, triage = s.triage.denial, s.triage
    levels = [found.cost if (found := triage.evidence.get(level)) is not None else None for level in LEVELS]
    return ContactPrices(
        contact=Priced.one(triage.contact_cost, fx.index),
        guide=Priced.one(triage.guide.cost_per_claim, fx.index),
        evidence=Priced.of(levels, fx.index),
        coupon=Priced.one(denial.coupon * denial.coupon_cost_share, fx.index),
        paid_repair=Priced.one(denial.paid_repair_margin, fx.index),
        dispute_fee=Priced.one(denial.dispute_fee, fx.index),
    )


def market_prices(s: Scenario, fx: FxTable) -> MarketPrices:
    """Prices of every market."""
    markets, skus = [s.markets[m] for m in s.market_ids], s.skus
    volume = np.array([k.volume_cm3 / 1e6 for k in skus])
    weight = np.array([k.weight_kg for k in skus])
    lithium = np.array([k.battery in {"in_equipment", "standalone"} for k in skus])

    def by_size(pick: Callable[[Market], BySize]) -> Priced:
        return Priced.of([[getattr(pick(m), k.size_class) for k in skus] for m in markets], fx.index)

    def single(pick: Callable[[Market], object]) -> Priced:
        return Priced.of([pick(m) for m in markets], fx.index)

    cards = RateCards(s.rate_cards, s.label_rates, s.peak)
    dims = np.array([[k.length_cm, k.width_cm, k.height_cm] for k in skus])
    first = s.clock.ordinal - s.horizon.run_in_days - 2
    span = (first, s.clock.ordinal + s.horizon.days + s.horizon.run_out_days + DAYS_AFTER)
    rails = [s.rails[m] for m in s.market_ids]
    kit = single(lambda m: m.parcel.kit)
    store = single(lambda m: m.hub.storage_per_m3_month)
    return MarketPrices(
        currency=np.array([fx.index(m.currency) for m in markets], dtype=np.int8),
        tax_share=np.array([m.tax_share if m.prices_include_tax else 0.0 for m in markets]),
        fulfilment=by_size(lambda m: m.parcel.fulfilment),
        kit=Priced(kit.value[:, None] * lithium, np.repeat(kit.currency[:, None], len(skus), axis=1)),
        hub_receive=by_size(lambda m: m.hub.receive),
        hub_test=by_size(lambda m: m.hub.test),
        storage=Priced(store.value[:, None] * volume, np.repeat(store.currency[:, None], len(skus), axis=1)),
        disposal=_disposal(markets, weight, lithium, fx),
        labels=tuple(cards.table(m.parcel.card, weight, dims, m.parcel.zone, span) for m in markets),
        label_currency=np.array([fx.index(cards.currency(m.parcel.card)) for m in markets], dtype=np.int8),
        billed_on_issue=np.array([m.parcel.billed == "on_issue" for m in markets]),
        rail_share=np.array([r.fee_share + r.fx_spread_share for r in rails]),
        rail_fixed=Priced.of([r.fee_fixed for r in rails], fx.index),
    )


def _disposal(markets: list[Market], weight: np.ndarray, lithium: np.ndarray, fx: FxTable) -> Priced:
    """Disposal of each SKU in each market: per unit + per kg, lithium goods at their own rate."""
    value, currency = np.zeros((len(markets), len(weight))), np.zeros((len(markets), len(weight)), dtype=np.int8)
    for m, market in enumerate(markets):
        hub = market.hub
        codes = {hub.disposal_per_unit.currency, hub.disposal_per_kg.currency, hub.disposal_lithium_per_kg.currency}
        if len(codes) > 1:
            raise ValueError(f"expected one currency in the disposal prices of {market.title.en}, got {sorted(codes)}")
        per_kg = np.where(lithium, hub.disposal_lithium_per_kg.value, hub.disposal_per_kg.value)
        value[m] = hub.disposal_per_unit.value + per_kg * weight
        currency[m] = fx.index(codes.pop())
    return Priced(value, currency)


def channel_prices(s: Scenario, fx: FxTable) -> ChannelPrices:
    """Prices of every channel."""
    channels = [s.channels[c] for c in s.channel_ids]
    return ChannelPrices(
        platform=np.array([c.platform for c in channels]),
        by_platform=np.array([c.window_decider == "platform" for c in channels]),
        rail_days=np.array([c.rail_days for c in channels]),
        path=Priced.of([c.platform_cost for c in channels], fx.index),
        path_stated=np.array([c.platform_cost is not None for c in channels]),
        recovery_share=np.array([c.platform_recovery_share for c in channels]),
    )
