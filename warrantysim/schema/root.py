"""The scenario: one world as stated, complete, checked as a whole, never changed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from functools import cached_property
from typing import Any, ClassVar, Literal, Self, TypeVar

from pydantic import Field, ValidationInfo, field_validator, model_validator

from warrantysim.schema.amounts import Currency
from warrantysim.schema.assumptions import Assumption
from warrantysim.schema.clock import Clock
from warrantysim.schema.contracts import Partners
from warrantysim.schema.customs import ChinaCustoms, CustomsRow, TariffRow
from warrantysim.schema.dispositions import ACTIONS
from warrantysim.schema.errors import BadInput, ScenarioProblems
from warrantysim.schema.fx import FxRow
from warrantysim.schema.law import LegalFloorRow
from warrantysim.schema.market_time import MarketTime
from warrantysim.schema.markets import Channel, Market, Rail, Title, WindowRow
from warrantysim.schema.network import (
    ChinaBench,
    ClosureRow,
    DecisionSettings,
    DeliveryRow,
    PartnerLogistics,
    PlanDefaults,
    Stock,
    StockRow,
    WorkingHours,
)
from warrantysim.schema.paths import tree_of
from warrantysim.schema.platform import PlatformFee
from warrantysim.schema.policy import Policy
from warrantysim.schema.products import Births, ClaimRow, Fault, Lot, Sales, Season, Sku, SkuMarket, Symptom
from warrantysim.schema.promise import ProductFact, ProductName, Promise, PromisedTime
from warrantysim.schema.service import Experience, Recovery, Triage
from warrantysim.schema.shipping import FreightBreak, FreightLane, LabelRate, PeakSurcharge, RateCard
from warrantysim.schema.strict import FreeText, Row, Strict


class Horizon(Strict):
    """The days a run answers for, and the days before and after that fill and empty its queues."""

    first_day: dt.date
    """First day in scope; second 0 of every stamp is its midnight UTC [date]."""
    days: int = Field(ge=1, le=3650)
    """Claims opened on these days are in scope [days, 1-3650]."""
    run_in_days: int = Field(ge=0, le=3650)
    """Claims are born this long before, so that benches, pools and dispatches are full on day 0 [days, 0-3650]."""
    run_out_days: int = Field(ge=0, le=3650)
    """Claims are born this long after, so that the last claims in scope meet usual queues [days, 0-3650]."""

    @field_validator("first_day")
    @classmethod
    def _this_century(cls, day: dt.date) -> dt.date:
        if not 2000 <= day.year < 2100:
            raise BadInput("expected a day from 2000-01-01 to 2099-12-31, got {day}", day=day)
        return day

    @property
    def begins(self) -> dt.date:
        """First day on which claims are born."""
        return self.first_day - dt.timedelta(days=self.run_in_days)

    @property
    def ends(self) -> dt.date:
        """The day after the last one on which claims are born."""
        return self.first_day + dt.timedelta(days=self.days + self.run_out_days)


R = TypeVar("R", SkuMarket, StockRow)


class Scenario(Strict):
    """A seller's world. Index properties (``market_ids`` ...) give the order that columns of integers refer to."""

    TABLES: ClassVar[dict[str, type[Row]]] = {
        "skus": Sku,
        "sku_markets": SkuMarket,
        "sales": Sales,
        "season": Season,
        "faults": Fault,
        "symptoms": Symptom,
        "lots": Lot,
        "claims_table": ClaimRow,
        "rate_cards": RateCard,
        "label_rates": LabelRate,
        "peak": PeakSurcharge,
        "freight_lanes": FreightLane,
        "freight_breaks": FreightBreak,
        "tariffs": TariffRow,
        "customs": CustomsRow,
        "platform_fees": PlatformFee,
        "fx": FxRow,
        "windows": WindowRow,
        "legal_floors": LegalFloorRow,
        "closures": ClosureRow,
        "stock": StockRow,
        "deliveries": DeliveryRow,
        "promised_times": PromisedTime,
        "product_names": ProductName,
        "product_facts": ProductFact,
        "assumptions": Assumption,
    }

    schema_version: Literal[1]
    """Version of the form this file is written in [1]."""
    name: str = Field(pattern=r"^[a-z0-9][a-z0-9_-]*$")
    """Short name, in file names and results [id]."""
    title: Title
    """Name for people."""
    why: FreeText = ""
    """What the scenario is for [text]."""
    horizon: Horizon
    """The days a run answers for."""
    reporting_currency: Currency
    """Currency of every total [ISO code]."""
    tariff_preset: str
    """Which preset of the tariffs table holds; without meaning where that table is empty [preset id]."""

    markets: Mapping[str, Market] = Field(min_length=1)
    """Markets by id."""
    channels: Mapping[str, Channel] = Field(min_length=1)
    """Sales channels by id."""
    rails: Mapping[str, Rail]
    """How money goes back where the platform no longer does it, by market."""
    triage: Triage
    """First contact: guide, evidence, denial."""
    experience: Experience
    """What waiting costs beside cash."""
    recovery: Recovery
    """What units that come back are worth."""
    births: Births
    """From the sale of a unit to its claim."""
    partners: Partners = Field(default_factory=dict)
    """Quotes of repair partners by id."""
    partner_logistics: Mapping[str, PartnerLogistics] = Field(default_factory=dict)
    """What reaches and leaves each partner, by partner; the defaults where one is not stated."""
    china_bench: ChinaBench
    """The factory bench."""
    china_customs: ChinaCustoms
    """Entry into China."""
    stock_rules: Stock
    """How replacement stock is kept and picked."""
    calendars: Mapping[str, WorkingHours]
    """Working calendars by id; closures are in the table of that name."""
    plan: PlanDefaults = PlanDefaults()
    """How much luck is simulated; informative: it says how sure a figure is, not what it is."""
    decision: DecisionSettings
    """How the optimizer works and what it must respect; informative: it chooses rules, no ledger line reads it."""
    policy: Policy
    """Today's rule."""
    promise: Promise = Promise()
    """What the seller says of himself in warranty statements, and what he leaves out of his warranty."""

    skus: tuple[Sku, ...] = Field(min_length=1)
    """Products."""
    sku_markets: tuple[SkuMarket, ...]
    """Terms of every product in every market, put in order of products, then markets, then dates."""
    sales: tuple[Sales, ...] = ()
    """Sales levels; empty where claims come from a table alone."""
    season: tuple[Season, ...] = ()
    """Calendar months against the year; empty means level sales."""
    faults: tuple[Fault, ...]
    """True faults and their shares."""
    symptoms: tuple[Symptom, ...]
    """What true faults look like to the customer."""
    lots: tuple[Lot, ...] = ()
    """Production lots that fail otherwise."""
    claims_table: tuple[ClaimRow, ...] = ()
    """Claims stated one by one."""
    claims_table_mode: Literal["instead", "added"] | None = None
    """Where a product has both sales and listed claims in a market: listed claims take the place of those drawn from
    sales there, or are added to them; must be said where both are stated [instead|added]."""
    rate_cards: tuple[RateCard, ...]
    """Carriers' parcel cards."""
    label_rates: tuple[LabelRate, ...]
    """Their prices."""
    peak: tuple[PeakSurcharge, ...] = ()
    """Their peak surcharges."""
    freight_lanes: tuple[FreightLane, ...] = ()
    """Consolidated freight to and from China."""
    freight_breaks: tuple[FreightBreak, ...] = ()
    """Its rates."""
    tariffs: tuple[TariffRow, ...] = ()
    """Duties on top of the ordinary ones, by preset."""
    customs: tuple[CustomsRow, ...] = ()
    """Each market's customs."""
    platform_fees: tuple[PlatformFee, ...] = ()
    """What the marketplace platform charges."""
    fx: tuple[FxRow, ...]
    """Exchange rates."""
    windows: tuple[WindowRow, ...] = ()
    """Return windows of the platform; no window where no row holds."""
    legal_floors: tuple[LegalFloorRow, ...] = ()
    """What the law demands; nothing where no row holds."""
    closures: tuple[ClosureRow, ...] = ()
    """Days on which calendars stand still or work at a lower rate."""
    stock: tuple[StockRow, ...]
    """Replacement stock of every product in every market, put in order of products, then markets."""
    deliveries: tuple[DeliveryRow, ...] = ()
    """Stated deliveries of new stock."""
    promised_times: tuple[PromisedTime, ...] = ()
    """Times customers are told; informative: held against what is simulated. Empty: what is simulated is proposed."""
    product_names: tuple[ProductName, ...] = ()
    """Names of products in further languages; informative: shown to customers."""
    product_facts: tuple[ProductFact, ...] = ()
    """What products are and were put to; informative: shown to customers."""
    assumptions: tuple[Assumption, ...] = ()
    """How uncertain figures are; informative: decisions are held against the ranges, no ledger line reads them."""

    @field_validator("sku_markets", "stock")
    @classmethod
    def _in_order(cls, rows: tuple[R, ...], info: ValidationInfo) -> tuple[R, ...]:
        """Products outermost, then markets: columns refer to row ``sku * markets + market``."""
        skus = {row.sku: i for i, row in enumerate(info.data.get("skus", ()))}
        markets = {market: i for i, market in enumerate(info.data.get("markets", ()))}
        last = len(skus) + len(markets)

        def place(row: R) -> tuple[int, int, dt.date]:
            began = row.from_ if isinstance(row, SkuMarket) else dt.date.min
            return skus.get(row.sku, last), markets.get(row.market, last), began

        return tuple(sorted(rows, key=place))

    @model_validator(mode="after")
    def _coherent(self) -> Self:
        from warrantysim.schema.coherence import problems_in

        if problems := list(problems_in(self)):
            raise ScenarioProblems(problems)
        return self

    def __hash__(self) -> int:
        return hash((self.name, self.horizon.first_day, self.sku_ids))

    def __reduce__(self) -> tuple[Any, ...]:
        """Travels between processes in plain form, as it stands in files: without what was computed from it."""
        return type(self).model_validate, (tree_of(self),)

    @cached_property
    def market_ids(self) -> tuple[str, ...]:
        """Markets in stated order."""
        return tuple(self.markets)

    @cached_property
    def channel_ids(self) -> tuple[str, ...]:
        """Channels in stated order."""
        return tuple(self.channels)

    @cached_property
    def partner_ids(self) -> tuple[str, ...]:
        """Partners in stated order."""
        return tuple(self.partners)

    def doers(self, action: str) -> tuple[str, ...]:
        """Who may do a disposition: partners, ways to China, or nobody outside, in the order of their numbers."""
        by = ACTIONS[action].by
        return self.partner_ids if by == "partner" else self.way_ids if by == "way" else ()

    @cached_property
    def way_ids(self) -> tuple[str, ...]:
        """Ways to China that any market has, sorted: ``("air", "sea")``."""
        return tuple(sorted({way for market in self.markets.values() for way in market.china}))

    @cached_property
    def symptom_ids(self) -> tuple[str, ...]:
        """Symptoms in the order they first appear in the table."""
        return tuple(dict.fromkeys(row.symptom for row in self.symptoms))

    @cached_property
    def sku_ids(self) -> tuple[str, ...]:
        """Products in stated order."""
        return tuple(row.sku for row in self.skus)

    @cached_property
    def sku_index(self) -> Mapping[str, int]:
        """Row of each product in ``skus``."""
        return {sku: i for i, sku in enumerate(self.sku_ids)}

    @cached_property
    def market_index(self) -> Mapping[str, int]:
        """Row of each market in ``market_ids``."""
        return {market: i for i, market in enumerate(self.market_ids)}

    @cached_property
    def clock(self) -> Clock:
        """Seconds of the horizon to dates and back."""
        return Clock(self.horizon.first_day)

    @cached_property
    def market_days(self) -> MarketTime:
        """Stamps to the days of the markets, in the order of ``market_ids``: what every dated table is read by."""
        return MarketTime(self.clock, [self.markets[m].time_zone for m in self.market_ids])

    @cached_property
    def lanes(self) -> Mapping[str, FreightLane]:
        """The freight lanes by id; of dated rows the first."""
        return {row.lane: row for row in sorted(self.freight_lanes, key=lambda row: row.from_, reverse=True)}

    def lane_flies(self, lane: str) -> bool:
        """Whether a freight lane goes by air."""
        return self.lanes[lane].mode == "air"

    def logistics(self, partner: str) -> PartnerLogistics:
        """What reaches and leaves a partner."""
        return self.partner_logistics.get(partner, PartnerLogistics())

    def usd_per_unit(self, currency: str, day: dt.date | None = None) -> float:
        """US dollars for one unit of a currency on a day, by default the first of the horizon.

        Raises
        ------
        ValueError
            If the fx table says nothing about the currency on that day.
        """
        if currency == "USD":
            return 1.0
        on = day or self.horizon.first_day
        held = [row for row in self.fx if row.currency == currency and row.from_ <= on]
        if not held:
            raise ValueError(f"no exchange rate of {currency} is stated for {on}")
        return max(held, key=lambda row: row.from_).usd_per_unit
