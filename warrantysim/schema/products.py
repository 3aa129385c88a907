"""What is sold, how it fails and who claims: products, terms of sale, sales, faults, symptoms, bad lots."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Mapping
from typing import Literal, get_args

from pydantic import Field, model_validator

from warrantysim.schema.amounts import Amount, Currency
from warrantysim.schema.dated import BEGINNING, DatedRow
from warrantysim.schema.distribution import Distribution
from warrantysim.schema.errors import BadInput
from warrantysim.schema.promise import Exclusion
from warrantysim.schema.ranges import (
    Age,
    Centimetres,
    Factor,
    Kilograms,
    Level,
    Life,
    Minutes,
    Money,
    Ratio,
    RunDay,
    Shape,
    Share,
    Sold,
    Uplift,
    Warranty,
)
from warrantysim.schema.sold_units import CalendarMonth
from warrantysim.schema.strict import Row, Strict

SizeClass = Literal["small", "mid", "large"]
Battery = Literal["none", "in_equipment", "standalone", "supercap"]
RefundBasis = Literal["full", "pro_rata", "full_then_pro_rata"]
FaultKind = Literal["user_fixable", "no_fault_found", "excluded", "battery_safety", "repairable", "unrepairable"]
FAULT_KINDS: tuple[FaultKind, ...] = get_args(FaultKind)
"""Kinds of true fault, in the order of their numbers in columns."""
SymptomName = Literal["dead", "intermittent", "weak", "no_connection", "hot_or_swollen", "damaged"]
SYMPTOMS: tuple[SymptomName, ...] = get_args(SymptomName)
"""Symptoms a customer can report, in the order of their numbers in columns."""


class Sku(Row):
    """One product: what it is, weighs and costs ex works, and how customs and carriers class it."""

    key_fields = ("sku",)
    sku: str
    """Product code [id]."""
    name_en: str
    """Name in English [text]."""
    name_zh: str
    """Name in Chinese [text]."""
    category: str
    """Product category, one that rules and partners may name [text]."""
    platform_category: str = ""
    """Category by which the platform charges its referral fee, a tier of that fee; empty takes ``category`` [text]."""
    size_class: SizeClass
    """Size class of handling fees [small|mid|large]."""
    weight_kg: Kilograms
    """Packed weight [kg, 0.000001-100000]."""
    length_cm: Centimetres
    """Packed length [cm, 0.001-100000]."""
    width_cm: Centimetres
    """Packed width [cm, 0.001-100000]."""
    height_cm: Centimetres
    """Packed height [cm, 0.001-100000]."""
    battery: Battery
    """Lithium cells: none, inside the equipment, the product itself, or a supercapacitor instead [text]."""
    hts: str
    """US tariff heading [text]."""
    mfn_share: Share
    """Most-favoured-nation duty of that heading [share of customs value, 0-1]."""
    s301_share: Ratio
    """Section 301 surcharge on goods of Chinese origin [share of customs value, 0-10]."""
    currency: Currency = "USD"
    """Currency of this row's amounts [ISO code]."""
    ex_works: Money
    """Price ex works of a new unit [row currency, >= 0]."""
    hygiene_no_pool: bool = False
    """Worn on the body: a used unit never serves as replacement [true|false]."""
    guide_on: bool = False
    """Whether a troubleshooting guide comes with it [true|false]."""
    guide_cost_per_unit: Money
    """Cost of that guide, for each unit sold [row currency, >= 0]."""
    recovery_grade: str = "none"
    """Trade grade of a good used unit, a key of ``recovery.trade_share_of_price`` [id]."""

    @property
    def referral_tier(self) -> str:
        """Tier of the platform's referral fee."""
        return self.platform_category or self.category

    @property
    def volume_cm3(self) -> float:
        """Packed volume [cm3]."""
        return self.length_cm * self.width_cm * self.height_cm


class SkuMarket(DatedRow):
    """Terms of one product in one market, binding by the month of sale: price, cost, warranty, life.

    Life is a mixture of two Weibulls counted from delivery: a small early-failure share, and the rest. A dated row
    begins on the first of a month.
    """

    key_fields = ("sku", "market")
    sku: str
    """Product [id]."""
    market: str
    """Market [id]."""
    list_price: Money
    """List price, tax included where the market's prices are [row currency, >= 0]."""
    currency: Currency
    """Currency of the list price: the market's own [ISO code]."""
    landed_cost: Money
    """Cost of a new unit in the market's stock: freight and duty paid [landed currency, >= 0]."""
    landed_currency: Currency
    """Currency of the landed cost [ISO code]."""
    warranty_days: Warranty
    """Length of the warranty from delivery [days, 0.001-7300]."""
    promised_days: Warranty | None = None
    """Length of the warranty the seller gives himself, where the law makes him stand for longer; empty takes
    ``warranty_days``; informative: statements tell it, claims come for ``warranty_days`` [days, 0.001-7300]."""
    refund_basis: RefundBasis = "full"
    """Refund due by age: in full; falling to 0 at the end; or in full for ``full_days``, then falling [text]."""
    full_days: Age
    """Age to which full_then_pro_rata pays in full [days, 0-36500]."""
    referral_share: Share | None = None
    """Referral fee of the platform; empty takes the ``referral`` rows of platform_fees that hold on the day of the
    order, by market and the product's platform category [share of price, 0-1]."""
    life_eta_days: Life
    """Characteristic life of ordinary units [days, 0.001-1000000000]."""
    life_beta: Shape
    """Shape of their life: below 1 failures thin out with age, above 1 they mount [number, 0.05-100]."""
    early_share: Share
    """Units of the early-failure kind [share, 0-1]."""
    early_eta_days: Life = 30.0
    """Characteristic life of those units [days, 0.001-1000000000]."""
    early_beta: Shape = 0.9
    """Shape of their life [number, 0.05-100]."""

    @property
    def own_days(self) -> float:
        """Length of the warranty the seller gives himself [days]."""
        return self.warranty_days if self.promised_days is None else self.promised_days

    @model_validator(mode="after")
    def _full_days_inside(self) -> SkuMarket:
        if self.from_.day != 1:
            raise BadInput("expected terms of sale to begin on the first of a month, got {begin}", begin=self.from_)
        if self.refund_basis == "full_then_pro_rata" and not self.full_days < self.warranty_days:
            raise BadInput(
                "expected full_days below warranty_days ({warranty_days:g}) for full_then_pro_rata, got {full_days:g}",
                warranty_days=self.warranty_days,
                full_days=self.full_days,
            )
        return self


class Sales(DatedRow):
    """Sales of a product in one channel: units of one calendar month, as sold or planned, or a level before season.

    A dated row is a launch, a change of level or an end. Stated months win; `schema.sold_units` has the whole rule.
    """

    key_fields = ("sku", "market", "channel")
    also_key = ("month",)
    sku: str
    """Product [id]."""
    market: str
    """Market [id]."""
    channel: str
    """Sales channel [id]."""
    month: CalendarMonth = ""
    """Calendar month whose units the row states, the season not applied; empty states a level [YYYY-MM]."""
    units_per_month: Sold
    """Units sold in a mean month, or in the month stated [units per month, 0-100000000]."""

    @model_validator(mode="after")
    def _one_month_or_from_a_day(self) -> Sales:
        if self.month and self.from_ != BEGINNING:
            raise BadInput("expected a month or a day a level holds from, got both {month} and {day}",
                           month=self.month, day=self.from_)  # fmt: skip
        return self


class Season(Row):
    """How one calendar month sells against the year; the twelve of a market are scaled to a mean of 1."""

    key_fields = ("market", "month")
    market: str = ""
    """Market; empty means every market without rows of its own [id]."""
    month: int = Field(ge=1, le=12)
    """Calendar month [1-12]."""
    multiplier: Factor
    """Sales of the month against others [number, 0-1000]."""


class Fault(Row):
    """One true fault of a product and its share of that product's claims; the shares of a product sum to 1."""

    key_fields = ("sku", "fault")
    sku: str
    """Product [id]."""
    fault: str
    """Fault, unique within the product [id]."""
    kind: FaultKind
    """What can be done about it [text]."""
    share: Share
    """Share of the product's claims [share, 0-1]."""
    skill: Level = 1
    """Least repair level that mends it: 1-2 at most partners, 3-4 for specialists or the factory [level, 1-4]."""
    bench_minutes: Distribution
    """Bench time: of the repair, or of finding that there is none to make [minutes]."""
    currency: Currency = "USD"
    """Currency of the parts [ISO code]."""
    parts_cost: Money
    """Parts of one repair [row currency, >= 0]."""
    supplier_recovery_share: Share
    """Credit from the maker for the proven fault [share of ex-works price, 0-1]."""
    supplier: str = ""
    """Who makes what fails, as on the seller's orders; empty where not said; informative: feedback goes out by supplier
    [text]."""
    exclusion: Exclusion | None = None
    """Of an excluded fault: what the warranty calls it. Where ``promise`` covers that, the fault is handled as
    ``covered_as`` says; a fault that names none stays excluded [text]."""
    capacity_share: Share | None = None
    """Of battery_wear: the most that is left of the stated capacity in such claims; covered where
    ``promise.battery_capacity_share`` is as high [share, 0-1]."""
    covered_as: str = ""
    """Fault of the product it is handled as where it is covered: kind, skill, minutes and parts of that one; empty
    means that nothing can be repaired [fault id]."""

    @model_validator(mode="after")
    def _excluded_first(self) -> Fault:
        if self.exclusion is not None and self.kind != "excluded":
            raise BadInput("exclusion: expected none for a fault of kind {kind}; only excluded faults are covered by "
                           "the warranty or left out of it", kind=self.kind)  # fmt: skip
        if self.capacity_share is not None and self.exclusion != "battery_wear":
            raise BadInput("capacity_share: expected none; only faults of exclusion battery_wear have one")
        return self


class Symptom(Row):
    """How often a kind of fault is reported as a symptom; the shares of a kind and evidence level sum to 1."""

    key_fields = ("kind", "evidence", "symptom")
    kind: FaultKind
    """Kind of the true fault [text]."""
    evidence: Literal["none", "photo", "video"]
    """Evidence the symptom is judged by [none|photo|video]."""
    symptom: SymptomName
    """Symptom reported [text]."""
    share: Share
    """Share of the claims of that kind [share, 0-1]."""


class Lot(Row):
    """A production lot that lives or fails otherwise than its product; empty cells keep the product's figures."""

    key_fields = ("sku", "lot")
    sku: str
    """Product [id]."""
    lot: str
    """Lot, unique within the product [id]."""
    markets: str = ""
    """Markets it was sold in, joined by |; empty means all [ids]."""
    sold_from: dt.date
    """First month of sale, any day of it [date]."""
    sold_to: dt.date
    """Last month of sale, any day of it [date]."""
    share: Share
    """Units sold in those months that are of the lot [share, 0-1]."""
    life_eta_days: Life | None = None
    """Characteristic life of its ordinary units [days, 0.001-1000000000]."""
    life_beta: Shape | None = None
    """Shape of their life [number, 0.05-100]."""
    early_share: Share | None = None
    """Units of the early-failure kind [share, 0-1]."""
    early_eta_days: Life | None = None
    """Characteristic life of those [days, 0.001-1000000000]."""
    early_beta: Shape | None = None
    """Shape of their life [number, 0.05-100]."""
    fault: str = ""
    """Fault the lot is known for; empty keeps the product's mix [fault id]."""
    fault_share: Share = 0.0
    """Claims of the lot with that fault; the product's other faults share the rest as ever [share, 0-1]."""
    supplier: str = ""
    """Who made its parts with that fault, or with any where none is named, as on the seller's orders; empty means who
    makes them else; informative: feedback goes out by supplier [text]."""

    @model_validator(mode="after")
    def _in_order(self) -> Lot:
        if self.sold_to < self.sold_from:
            raise BadInput(
                "expected sold_to on or after sold_from, got {sold_to} before {sold_from}",
                sold_to=self.sold_to,
                sold_from=self.sold_from,
            )
        return self


class ClaimRow(Row):
    """One claim of a claims table, in place of or beside those born from sales."""

    key_fields = ("claim",)
    claim: str
    """Claim number [id]."""
    opened_day: RunDay | None = None
    """When it was opened, counted from the first day of the horizon, midnight UTC; or state ``opened`` [days,
    -3650-7300]."""
    sku: str
    """Product [id]."""
    market: str
    """Market [id]."""
    channel: str = ""
    """Sales channel; empty means the first channel of the scenario [id]."""
    value: Money
    """Price paid, tax included where the market's prices are [market currency, >= 0]."""
    symptom: SymptomName | None = None
    """Reported symptom; where the fault is empty, it is drawn from those that show it so [text]."""
    fault: str = ""
    """True fault of the product; empty means drawn from its mix, given the symptom [fault id]."""
    bench_minutes: Minutes | None = None
    """Bench work needed; empty means drawn from the fault [minutes, 0-100000]."""
    age_days: Age | None = None
    """Age of the unit since delivery; empty means half its warranty, where ``delivered`` is not stated
    [days, 0-36500]."""
    opened: dt.datetime | None = None
    """When it was opened, in place of ``opened_day``: 2027-03-01T09:30+01:00; without a zone UTC [date and time]."""
    delivered: dt.datetime | None = None
    """When the unit was delivered, in place of ``age_days``; without a zone UTC [date and time]."""

    def opened_on(self, first_day: dt.date) -> float:
        """When it was opened, counted from midnight UTC of a day [days]; NaN where it does not say."""
        if self.opened is None:
            return math.nan if self.opened_day is None else self.opened_day
        return _days_since(first_day, self.opened)

    def age(self, first_day: dt.date) -> float | None:
        """Age of the unit when the claim was opened [days]; None where it is not stated."""
        if self.delivered is None:
            return self.age_days
        return self.opened_on(first_day) - _days_since(first_day, self.delivered)


def _days_since(day: dt.date, stamp: dt.datetime) -> float:
    start = dt.datetime.combine(day, dt.time(), dt.UTC)
    return ((stamp if stamp.tzinfo else stamp.replace(tzinfo=dt.UTC)) - start) / dt.timedelta(days=1)


class Propensity(Strict):
    """How likely the owner of a failed unit claims, by price and age of the unit."""

    base: Share
    """Owners of a very dear, new unit who claim [share, 0-1]."""
    cheap_factor: Share
    """The same for a unit that cost nothing, against the dear one [factor, 0-1]."""
    half_price: Amount
    """Price half-way between the two, in the market's currency [amount]."""
    decline_per_year: Ratio
    """Share of claimants lost with each year of age [share per year, 0-10]."""


class ValueShare(Strict):
    """A share that holds from a list price on."""

    from_: Amount = Field(alias="from")
    """List price from which it holds, in the market's currency [amount]."""
    share: Share
    """Share of units sold [share, 0-1]."""


class Births(Strict):
    """From the sale of a unit to its claim."""

    delivery_days: Mapping[str, Distribution]
    """From sale to delivery, by channel [days]."""
    report_lag_days: Distribution
    """From failure to the report [days]."""
    propensity: Mapping[str, Propensity]
    """Who claims after a failure, by market."""
    visibility: Mapping[str, Factor] = Field(default_factory=dict)
    """How visible the warranty is, by channel: multiplies the propensity; 1 where not stated [factor, 0-1000]."""
    covered_uplift: Mapping[Exclusion, Uplift] = Field(default_factory=dict)
    """Claims of an exclusion where ``promise`` covers it, against those made although it does not; 1 where not stated
    [factor, 1-1000]."""
    promotion_share: Share = 0.0
    """Units sold below list price [share, 0-1]."""
    promotion_depth: Distribution = Distribution(kind="constant", params={"value": 0.0})
    """Discount on those [share of list price, 0-1]."""
    opportunistic: Mapping[str, tuple[ValueShare, ...]] = Field(default_factory=dict)
    """Units whose owner would claim without a fault if nothing had to be sent back, by market and list price."""
