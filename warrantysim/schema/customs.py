"""Customs and import tax: the markets' entries and reliefs, tariff presets, and China's routes with their clocks."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, model_validator

from warrantysim.schema.amounts import Amount, Currency
from warrantysim.schema.dated import Dated, DatedRow
from warrantysim.schema.distribution import Distribution
from warrantysim.schema.errors import BadInput
from warrantysim.schema.ranges import Age, Days, Money, Ratio, Share, SomeAge, SomeDays
from warrantysim.schema.strict import Row


class TariffRow(DatedRow):
    """What comes on top of the ordinary duty of goods made in China, under one named preset.

    A market without a row in the chosen preset has no additional duty.
    """

    key_fields = ("preset", "market")
    preset: str
    """Tariff preset [id]."""
    market: str
    """Market [id]."""
    s301_factor: Share
    """Share of each SKU's Section 301 rate in force [share, 0-1]."""
    surcharge_share: Ratio = 0.0
    """Ad-valorem surcharge on all goods, such as Section 122 [share of value, 0-10]."""
    exempt: str = ""
    """SKUs free of the surcharge, joined by | [SKU ids]."""
    de_minimis: Money = 0.0
    """Entry value up to which no duty is due; 0 for none [market customs currency, >= 0]."""

    @property
    def exempt_skus(self) -> frozenset[str]:
        """The SKUs free of the surcharge."""
        return frozenset(part.strip() for part in self.exempt.split("|") if part.strip())


class CustomsRow(DatedRow):
    """One market's customs: what an entry costs, how often it is examined, what goods coming back from China pay."""

    key_fields = ("market",)
    market: str
    """Market [id]."""
    currency: Currency
    """Currency of every amount of the row [ISO code]."""
    export_entry: Money
    """Broker's fee per export entry [currency, >= 0]."""
    import_entry: Money
    """Broker's fee per import entry [currency, >= 0]."""
    processing_share: Share = 0.0
    """Merchandise processing fee of a formal entry [share of entry value, 0-1]."""
    processing_min: Money = 0.0
    """Its minimum [currency, >= 0]."""
    processing_max: Money | None = None
    """Its maximum; empty for none [currency, >= 0]."""
    informal_up_to: Money = 0.0
    """Entry value up to which the entry is informal; 0 where all are formal [currency, >= 0]."""
    informal_fee: Money = 0.0
    """Processing fee of an informal entry [currency, >= 0]."""
    exam_share: Share
    """Import entries examined [share, 0-1]."""
    exam_days: Distribution
    """Delay of an examined entry [days]."""
    exam_fee: Money = 0.0
    """Cost of an examination, per entry [currency, >= 0]."""
    flat_duty_share: Ratio | None = None
    """Ordinary duty on every SKU; empty takes each SKU's own rate [share of value, 0-10]."""
    repaired_duty: Literal["repair_value", "free", "full"] = "repair_value"
    """Base of duty on a unit repaired in China and brought back by serial number [repair_value|free|full]."""
    returned_free_days: Age = 1095.0
    """A unit coming back unrepaired is free of duty within so many days of leaving [days, 0-36500]."""
    import_tax_share: Share
    """VAT or consumption tax on import [share of the taxed value, 0-1]."""
    import_tax_recoverable: bool = True
    """Whether the seller recovers it: then it is cash out and in, no cost [true|false]."""
    repaired_tax: Literal["none", "repair_and_freight", "full"] = "full"
    """Base of import tax on a repaired unit [none|repair_and_freight|full]."""

    @model_validator(mode="after")
    def _bounds_in_order(self) -> CustomsRow:
        if self.processing_max is not None and self.processing_max < self.processing_min:
            raise BadInput(
                "expected processing_max of at least processing_min {processing_min:g}",
                processing_min=self.processing_min,
            )
        return self


class ChinaCustoms(Row):
    """Entry into China: brokers, the route of goods to be repaired, clocks, deposits and what a missed clock costs.

    Shares apply to the declared value in whatever currency it is stated; amounts are all in ``currency``.
    """

    currency: Currency = "CNY"
    """Currency of every amount of this section [ISO code]."""
    import_entry: Amount
    """Broker's fee per import entry [amount]."""
    export_entry: Amount
    """Broker's fee per export entry of goods going back [amount]."""
    truck_per_kg: Amount
    """Truck from Hong Kong to the bench, per kg [amount per kg]."""
    truck_minimum: Amount
    """Least charge of that truck per dispatch [amount]."""
    inspection_share: Share
    """Import entries inspected [share, 0-1]."""
    inspection_days: Distribution
    """Delay of an inspected entry [days]."""
    inspection_fee: Amount
    """Cost of an inspection, per entry [amount]."""
    repair_route: Literal["repair_entry", "bonded", "hong_kong"] = "repair_entry"
    """How goods come in to be repaired: repair entry (trade mode 1300, deposit), bonded maintenance, or a bench in
    Hong Kong without China customs [repair_entry|bonded|hong_kong]."""
    vat_share: Share
    """Import VAT [share of declared value plus duty, 0-1]."""
    duty_share: Ratio
    """Ordinary import duty [share of declared value, 0-10]."""
    repair_clock_days: SomeDays = 180.0
    """Repair entry: days from entry to re-export before the deposit is lost [days, 0.001-3650]."""
    extensions: int = Field(default=0, ge=0, le=2)
    """Extensions of that clock that customs grants when asked [count, 0-2]."""
    extension_days: SomeDays = 180.0
    """Length of one extension [days, 0.001-3650]."""
    extension_fee: Amount
    """Broker's fee for one extension of one entry [amount]."""
    repair_max_days_since_export: SomeAge | None = None
    """Age since export beyond which an office refuses repair entry; empty for none [days, 0.001-36500]."""
    scrapped_forfeits: bool = True
    """Whether a unit scrapped in China loses its deposit, as it is never re-exported [true|false]."""
    guarantee: bool = False
    """Whether a bank guarantee stands in for the cash deposit [true|false]."""
    guarantee_fee_share: Ratio = 0.015
    """Bank's fee for it [share of the deposit a year, 0-10]."""
    capital_cost_share: Ratio
    """Cost of cash locked in deposits [share a year, 0-10]."""
    deposit_refund_days: Days = 0.0
    """From re-export to the deposit back in the account [days, 0-3650]."""
    ecommerce_return_days: Age = 180.0
    """Goods exported as cross-border e-commerce return free in their original state within; informative: every unit
    that goes to China goes there to be repaired [days, 0-36500]."""
    general_return_days: Age = 365.0
    """Goods exported in general trade return free in their original state within; informative: every unit that goes to
    China goes there to be repaired [days, 0-36500]."""
    exported_as: Literal["ecommerce", "general"] = "general"
    """How the goods left China [ecommerce|general]."""
    rebate_share: Dated[Share]
    """Export VAT rebate received, repaid when goods return in their original state; informative: every unit that goes
    to China goes there to be repaired [share of declared value by export date, 0-1]."""
    rebate_battery_share: Dated[Share]
    """The same for lithium batteries and power banks; informative: every unit that goes to China goes there to be
    repaired [share of declared value by export date, 0-1]."""
    ordinary_vat_recoverable: bool = False
    """Whether the importer recovers VAT on goods that come in without any relief [true|false]."""

    @model_validator(mode="after")
    def _one_currency(self) -> ChinaCustoms:
        for name in type(self).model_fields:
            value = getattr(self, name)
            if isinstance(value, Amount) and value.currency != self.currency:
                raise BadInput(
                    "expected {name} in {currency}, got {value}", name=name, currency=self.currency, value=value
                )
        return self
