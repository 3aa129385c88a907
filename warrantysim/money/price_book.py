"""A scenario's prices as arrays, prepared once and read by every ledger."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import get_args

import numpy as np

from warrantysim.claims.fault_mix import FaultKinds, fault_kinds
from warrantysim.claims.lots import lots
from warrantysim.claims.terms import Terms, terms
from warrantysim.money.contracts import Segments
from warrantysim.money.customs import Customs
from warrantysim.money.denial_offers import DenialOffers
from warrantysim.money.fx import Fx
from warrantysim.money.fx_table import FxTable
from warrantysim.money.platform_fees import PlatformFees
from warrantysim.money.priced import Amounts
from warrantysim.money.sale_lines import UnitsSold
from warrantysim.money.stock_value import UnitValues, unit_values
from warrantysim.money.transport import FreightTariffs, LabelTable, RateCards
from warrantysim.schema.amounts import Amount
from warrantysim.schema.clock import Clock
from warrantysim.schema.customs import ChinaCustoms
from warrantysim.schema.markets import BySize, Market
from warrantysim.schema.recent import recent
from warrantysim.schema.root import Scenario
from warrantysim.schema.service import Evidence

LEVELS: tuple[Evidence, ...] = get_args(Evidence)
"""Evidence levels, least first."""
DAYS_AFTER = 900
"""Days beyond the run-out for which dated prices are listed; the last one holds on after that."""


@dataclass(frozen=True)
class ContactPrices:
    """First contact and denial."""

    contact: Amounts
    """Answering one claim."""
    guide: Amounts
    """Walking a claimant through the guide."""
    evidence: Amounts
    """Handling, by evidence level; shape (3,)."""
    coupon: Amounts
    """What a redeemed coupon costs, by row of the terms; NaN where none is offered."""
    paid_repair: Amounts
    """Margin of a paid repair, (markets, faults); NaN where none is offered."""
    dispute_fee: Amounts
    """Fee of a dispute."""


@dataclass(frozen=True)
class MarketPrices:
    """Prices of a market's parcels, hub and payments; arrays of shape (markets,) or (markets, skus)."""

    currency: np.ndarray
    """Row of the local currency [int8]."""
    tax_share: np.ndarray
    """VAT on top of the net price, reversed by a refund; 0 where list prices hold no tax [share]."""
    fulfilment: Amounts
    """Sending one unit to a customer, (markets, skus)."""
    kit: Amounts
    """Packing kit, (markets, skus); 0 for goods without lithium."""
    hub_receive: Amounts
    """Receiving at the hub, (markets, skus)."""
    hub_test: Amounts
    """Test at the hub, (markets, skus)."""
    storage: Amounts
    """Storage of one unit at the hub for a month, (markets, skus)."""
    disposal: Amounts
    """Disposal of one unit, (markets, skus)."""
    labels: tuple[LabelTable, ...]
    """Return label of each SKU over time."""
    label_currency: np.ndarray
    """Row of its currency [int8]."""
    billed_on_issue: np.ndarray
    """Whether a label is billed when issued, used or not [bool]."""
    rail_share: np.ndarray
    """Fee and conversion loss of a payment outside the platform [share]."""
    rail_fixed: Amounts
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
    path: Amounts
    """Fixed cost of a claim the platform decides; 0 where not stated."""
    path_stated: np.ndarray
    """Whether it is stated; else the platform's removal fee holds [bool]."""
    recovery_share: np.ndarray
    """Landed cost recovered from a unit the platform takes back [share]."""


def contact_prices(s: Scenario, fx: FxTable, markets: MarketPrices) -> ContactPrices:
    """Amounts of first contact and denial."""
    denial, triage, offers = s.triage.denial, s.triage, DenialOffers(s, fx, markets)
    coupon = _everywhere(denial.coupon, (len(s.sku_markets),), fx)
    if denial.coupon_share is not None:
        at = [s.market_ids.index(row.market) for row in s.sku_markets]
        coupon = Amounts(offers.coupons, markets.currency[at])
    paid_repair = _everywhere(denial.paid_repair_margin, (len(s.market_ids), len(s.faults)), fx)
    if denial.paid_repair_margin_share is not None:
        paid_repair = Amounts(offers.margins, np.repeat(markets.currency[:, None], len(s.faults), axis=1))
    levels = [found.cost if (found := triage.evidence.get(level)) is not None else None for level in LEVELS]
    return ContactPrices(
        contact=Amounts.one(triage.contact_cost, fx.index),
        guide=Amounts.one(triage.guide.cost_per_claim, fx.index),
        evidence=Amounts.of(levels, fx.index),
        coupon=coupon.times(denial.coupon_cost_share),
        paid_repair=paid_repair,
        dispute_fee=Amounts.one(denial.dispute_fee, fx.index),
    )


def _everywhere(amount: Amount, shape: tuple[int, ...], fx: FxTable) -> Amounts:
    """The same amount in every cell."""
    return Amounts(np.full(shape, amount.value), np.full(shape, fx.index(amount.currency), dtype=np.int8))


def market_prices(s: Scenario, fx: FxTable) -> MarketPrices:
    """Prices of every market."""
    markets, skus = [s.markets[m] for m in s.market_ids], s.skus
    volume = np.array([k.volume_cm3 / 1e6 for k in skus])
    weight = np.array([k.weight_kg for k in skus])
    lithium = np.array([k.battery in {"in_equipment", "standalone"} for k in skus])

    def by_size(pick: Callable[[Market], BySize]) -> Amounts:
        return Amounts.of([[getattr(pick(m), k.size_class) for k in skus] for m in markets], fx.index)

    def single(pick: Callable[[Market], object]) -> Amounts:
        return Amounts.of([pick(m) for m in markets], fx.index)

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
        kit=Amounts(kit.value[:, None] * lithium, np.repeat(kit.currency[:, None], len(skus), axis=1)),
        hub_receive=by_size(lambda m: m.hub.receive),
        hub_test=by_size(lambda m: m.hub.test),
        storage=Amounts(store.value[:, None] * volume, np.repeat(store.currency[:, None], len(skus), axis=1)),
        disposal=_disposal(markets, weight, lithium, fx),
        labels=tuple(cards.table(m.parcel.card, weight, dims, m.parcel.zone, span) for m in markets),
        label_currency=np.array([fx.index(cards.currency(m.parcel.card)) for m in markets], dtype=np.int8),
        billed_on_issue=np.array([m.parcel.billed == "on_issue" for m in markets]),
        rail_share=np.array([r.fee_share + r.fx_spread_share for r in rails]),
        rail_fixed=Amounts.of([r.fee_fixed for r in rails], fx.index),
    )


def _disposal(markets: list[Market], weight: np.ndarray, lithium: np.ndarray, fx: FxTable) -> Amounts:
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
    return Amounts(value, currency)


def channel_prices(s: Scenario, fx: FxTable) -> ChannelPrices:
    """Prices of every channel."""
    channels = [s.channels[c] for c in s.channel_ids]
    return ChannelPrices(
        platform=np.array([c.platform for c in channels]),
        by_platform=np.array([c.window_decider == "platform" for c in channels]),
        rail_days=np.array([c.rail_days for c in channels]),
        path=Amounts.of([c.platform_cost for c in channels], fx.index),
        path_stated=np.array([c.platform_cost is not None for c in channels]),
        recovery_share=np.array([c.platform_recovery_share for c in channels]),
    )


@dataclass(frozen=True)
class PriceBook:
    """Everything pricing looks up, by index."""

    scenario: Scenario
    clock: Clock
    fx: FxTable
    time_zones: tuple[str, ...]
    """Of the markets, in order."""
    terms: Terms
    """Terms of sale, for finding the row that binds."""
    values: UnitValues
    """Landed cost, transfer value and what units fetch, by row of the terms."""
    referral_share: np.ndarray
    """Referral fee, by row of the terms; NaN where the platform's table holds [share]."""
    referral_tier: tuple[str, ...]
    """Tier of the platform's referral fee, by SKU."""
    ex_works: Amounts
    """Price ex works, by SKU."""
    kg: np.ndarray
    """Packed weight, by SKU [kg]."""
    cbm: np.ndarray
    """Packed volume, by SKU [cubic metres]."""
    lithium: np.ndarray
    """Whether a SKU holds lithium cells [bool]."""
    battery: np.ndarray
    """Whether a SKU is itself a battery [bool]."""
    size: np.ndarray
    """Size class, by SKU [int8]."""
    kinds: FaultKinds
    """What each fault is handled as."""
    supplier_share: np.ndarray
    """The maker's credit for each fault [share of ex-works price]."""
    contact: ContactPrices
    markets: MarketPrices
    channels: ChannelPrices
    china_hour: Amounts
    """An hour on the China bench."""
    china_unit: Amounts
    """Handling and retest of a unit there."""
    china_disposal: Amounts
    """Disposal of a unit scrapped there; 0 where the factory bears it."""
    shadow: Amounts
    """Shadow cost of a counted defect."""
    patience: np.ndarray
    """When a customer without a remedy gives up waiting, by market [days from the opening]."""
    lead_days: np.ndarray
    """From leaving China to stock in the market, (skus, markets) [whole days, int64]."""
    mfn: np.ndarray
    """Ordinary duty, by SKU [share of customs value]."""
    s301: np.ndarray
    """Section 301 rate, by SKU [share of customs value]."""
    sold: UnitsSold
    """Units sold."""
    guide_copy: Amounts
    """The guide in the box of one unit, by SKU; 0 where none comes with it."""
    tables: dict[tuple[int, tuple[str, ...], int, int], Segments]
    """Contract tables compiled so far: not a price, only kept work."""
    truck_only: ChinaCustoms
    """China's terms with nothing but the truck to the bench in a dispatch's bill."""
    freight: FreightTariffs
    customs: Customs
    platform: PlatformFees

    def days(self, stamps: np.ndarray, market: np.ndarray | int) -> np.ndarray:
        """Day number of each stamp in its market, by which every dated price is read; shapes broadcast."""
        return self.scenario.market_days.ordinals(stamps, market)

    def rate(self, currency: np.ndarray | int, stamps: np.ndarray, market: np.ndarray | int) -> np.ndarray:
        """Reporting currency for one unit of each currency (row) on the market's day of each stamp."""
        return self.fx.at(currency, self.days(stamps, market))

    def landed(self, rows: np.ndarray) -> Amounts:
        """Landed cost of units by row of the terms."""
        return self.values.landed.at(rows)

    def customs_currency(self, market: str, day: int) -> int:
        """Row of the currency of a market's customs on a day number."""
        return self.fx.index(self.customs.terms(market, day).currency)

    def terms_row(self, sku: np.ndarray, market: np.ndarray, stamps: np.ndarray) -> np.ndarray:
        """Row of the terms that bind a SKU in a market on the day of a stamp; the first one before any has begun."""
        row = self.terms.row(sku, market, self.days(stamps, market))
        early = np.flatnonzero(row < 0)
        if len(early):
            row[early] = self.terms.row(sku[early], market[early], np.full(len(early), 1 << 22))
        return row


PATIENCE = 45.0
"""Days a customer waits for a remedy where neither his market nor its law says so."""


def patience_days(scenario: Scenario, market: str) -> float:
    """Days from opening a claim after which a customer of a market gives up waiting for a remedy."""
    stated = scenario.markets[market].customer.patience_days
    if stated is not None:
        return stated
    rows = (row for row in scenario.legal_floors if row.market == market and not row.region)
    by_law = [row.max_days for row in rows if row.max_days is not None]
    return max(by_law, default=PATIENCE)


@recent(4)
def price_book(scenario: Scenario) -> PriceBook:
    """The price book of a scenario."""
    return compile_book(scenario)


def compile_book(scenario: Scenario) -> PriceBook:
    """Turn a scenario's prices into arrays.

    Raises
    ------
    ValueError
        For a currency without an exchange rate, or an unknown card, zone or lane.
    """
    s = scenario
    fx = Fx(s.fx, s.reporting_currency)
    last = s.horizon.days + s.horizon.run_out_days + DAYS_AFTER
    table = FxTable.of(fx, s.clock.ordinal - s.horizon.run_in_days, s.clock.ordinal + last)
    skus = s.skus
    sale, fees = terms(s), PlatformFees(s.platform_fees)
    bench, markets = s.china_bench, market_prices(s, table)
    return PriceBook(
        scenario=s,
        clock=s.clock,
        fx=table,
        time_zones=tuple(s.markets[m].time_zone for m in s.market_ids),
        terms=sale,
        values=unit_values(s, table.index, fx, fees),
        referral_share=np.array([np.nan if r.referral_share is None else r.referral_share for r in s.sku_markets]),
        referral_tier=tuple(k.referral_tier for k in skus),
        ex_works=Amounts(np.array([k.ex_works for k in skus]), np.array([table.index(k.currency) for k in skus])),
        kg=np.array([k.weight_kg for k in skus]),
        cbm=np.array([k.volume_cm3 / 1e6 for k in skus]),
        lithium=np.array([k.battery in {"in_equipment", "standalone"} for k in skus]),
        battery=np.array([k.battery == "standalone" for k in skus]),
        size=np.array([("small", "mid", "large").index(k.size_class) for k in skus], dtype=np.int8),
        kinds=fault_kinds(s),
        supplier_share=np.array([f.supplier_recovery_share for f in s.faults]),
        contact=contact_prices(s, table, markets),
        markets=markets,
        channels=channel_prices(s, table),
        china_hour=Amounts.one(bench.transfer_price_per_hour, table.index),
        china_unit=Amounts.one(bench.fixed_per_unit, table.index),
        china_disposal=Amounts.of([bench.disposal_per_unit], table.index).at(0),
        shadow=Amounts.one(s.experience.dispute_shadow, table.index),
        patience=np.array([patience_days(s, m) for m in s.market_ids]),
        lead_days=np.array([round(row.lead_days) for row in s.stock]).reshape(len(skus), len(s.market_ids)),
        mfn=np.array([k.mfn_share for k in skus]),
        s301=np.array([k.s301_share for k in skus]),
        sold=UnitsSold.of(s, sale, lots(s)),
        guide_copy=Amounts(
            np.array([k.guide_cost_per_unit if k.guide_on else 0.0 for k in skus]),
            np.array([table.index(k.currency) for k in skus], dtype=np.int8),
        ),
        tables={},
        truck_only=s.china_customs.replace(
            import_entry=Amount(0.0, s.china_customs.currency), inspection_fee=Amount(0.0, s.china_customs.currency)
        ),
        freight=FreightTariffs(s.freight_lanes, s.freight_breaks),
        customs=Customs(s.customs, s.tariffs, s.tariff_preset),
        platform=fees,
    )
