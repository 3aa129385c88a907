"""What a repair partner's desk asks and promises: fees, parts, storage, retainer, service level, bench."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Literal

from pydantic import BaseModel, Field, model_validator

from warrantysim.schema.amounts import Amount, Currency
from warrantysim.schema.dated import Dated
from warrantysim.schema.distribution import Distribution
from warrantysim.schema.errors import BadInput
from warrantysim.schema.markets import BySize
from warrantysim.schema.ranges import Days, Pace, People, Share, SomeDays, SomeMinutes, Units
from warrantysim.schema.strict import Strict

Price = Dated[Amount]
"""An amount that may change on stated days."""
LEVELS = (1, 2, 3, 4)
"""Repair levels: 1 reflash and outer parts, 2 module swap, 3 soldering on the board, 4 re-manufacture."""
DatedShare = Dated[Share]
DatedCount = Dated[Units]


class RepairPrice(Strict):
    """What one repaired unit costs: one price for all, a price by SKU, or a price by repair level."""

    flat: Price | None = None
    """One price whatever the unit [amount per unit, >= 0]."""
    by_sku: Mapping[str, Price] = Field(default_factory=dict)
    """Price by SKU [amount per unit, >= 0]."""
    by_level: Mapping[int, Price] = Field(default_factory=dict)
    """Price by repair level 1-4 [amount per unit, >= 0]."""

    @model_validator(mode="after")
    def _one_form(self) -> RepairPrice:
        if sum([self.flat is not None, bool(self.by_sku), bool(self.by_level)]) != 1:
            raise BadInput("expected exactly one of flat, by_sku and by_level")
        if wrong := sorted(set(self.by_level) - set(LEVELS)):
            raise BadInput("expected repair levels 1 to 4, got {names}", names=", ".join(map(str, wrong)))
        return self


class PartsTerms(Strict):
    """Who pays for parts, and at what price."""

    mode: Literal["included", "cost_plus", "consigned"]
    """Included up to a cap, charged at cost plus mark-up, or sent by the seller [included|cost_plus|consigned]."""
    cap_share: Share = 1.0
    """Included parts, as a share of the unit's price net of tax; the excess is charged at cost plus [share, 0-1]."""
    markup_share: float = Field(default=0.0, ge=0, le=2)
    """Mark-up on the cost of parts the partner charges [share, 0-2]."""
    handling: Price | None = None
    """Handling of consigned parts [amount per repaired unit, >= 0]."""
    mean: Price | None = None
    """Mean cost of consigned parts; where absent the fault's own parts cost holds [amount per repaired unit, >= 0]."""

    @model_validator(mode="after")
    def _consigned_terms(self) -> PartsTerms:
        if self.mode != "consigned" and self.mean is not None:
            raise BadInput("mean belongs to consigned parts only")
        return self


class Storage(Strict):
    """Units kept at the desk beyond the free days."""

    free_days: Days
    """Days free of charge [days, 0-3650]."""
    per_day: Price
    """Each started day after those [amount per unit and day, >= 0]."""


class Retainer(Strict):
    """A monthly charge with units included."""

    per_month: Price
    """Charge a month for the first technician [amount per month, >= 0]."""
    included_units: DatedCount
    """Counted units a month that the charge covers [units per month, 0-1000000]."""
    extra_unit: Price
    """Each counted unit beyond those [amount per unit, >= 0]."""
    technician_per_month: Price | None = None
    """Each further technician; absent means none can be had [amount per month, >= 0]."""
    technician_units: Units = 0
    """Units a further technician adds to the included ones [units per month, 0-1000000]."""


class Sla(Strict):
    """The turnaround promised, and the credit when a month misses it."""

    days: SomeDays
    """Longest turnaround from arrival to shipping [days, 0.001-3650]."""
    day_kind: Literal["business", "calendar"] = "business"
    """Which days count [business|calendar]."""
    share: Share
    """Units of a month that must be in time [share, 0-1]."""
    units_per_day: Pace | None = None
    """Units that arrived on a day with more arrivals than this carry no promise [units per day, 0.001-1000000]."""
    credit_share: Share = 0.0
    """Credit as a share of a late unit's repair fee [share, 0-1]."""
    credit_per_unit: Price | None = None
    """Credit for each late unit [amount per unit, >= 0]."""
    credited: Literal["all_late", "beyond_share"] = "all_late"
    """In a month that misses the share: all late units, or those beyond it [all_late|beyond_share]."""


class Bench(Strict):
    """What the desk can do: people, capacity and time."""

    technicians: People
    """Technicians who work on the seller's units [people, 1-10000]."""
    units_per_day: Dated[Pace] | None = None
    """Units of ``standard_minutes`` all technicians finish on a working day [units per day, 0.001-1000000]."""
    hours_per_month: Dated[Pace] | None = None
    """Bench hours the technicians give the seller in a month, the other way to state it
    [hours per month, 0.001-1000000]."""
    standard_minutes: SomeMinutes = 45.0
    """Bench time of the unit that ``units_per_day`` counts [minutes, 0.001-100000]."""
    triage_minutes: Distribution = Distribution(kind="constant", params={"value": 12.0})
    """Bench time of a unit that is tested and not repaired [minutes]."""
    ramp: DatedShare = Field(default_factory=lambda: DatedShare.model_validate(1.0))
    """Share of the capacity that is there from a day on [share, 0-1]."""
    handling_days: Distribution
    """Arrival to shipping apart from bench time and waiting for a technician [days]."""
    waiting_places: Units | None = None
    """Units that may wait; further ones go to ``overflow``; absent means any number [units, 0-1000000]."""
    overflow: str | None = None
    """Partner that takes units a full desk turns away; absent means the settlement ladder [partner id]."""
    calendar: str
    """Working calendar of the desk [calendar id]."""

    @model_validator(mode="after")
    def _one_capacity(self) -> Bench:
        if (self.units_per_day is None) == (self.hours_per_month is None):
            raise BadInput("expected exactly one of units_per_day and hours_per_month")
        if self.overflow is not None and self.waiting_places is None:
            raise BadInput("an overflow partner needs waiting_places to overflow from")
        return self


class Desk(Strict):
    """One place of business of a partner, with its own price list in its own currency."""

    currency: Currency
    """Currency of every amount of the desk [ISO code]."""
    serves: tuple[str, ...]
    """Markets whose units the desk takes [market ids]."""
    onboarding: Price | None = None
    """Once, when the contract begins [amount, >= 0]."""
    receiving: Price | None = None
    """Receiving and triage of every unit; absent means within the other fees [amount per unit, >= 0]."""
    receiving_by_size: BySize | None = None
    """The same by size class, instead of one price [amount per unit, >= 0]."""
    repaired: RepairPrice | None = None
    """Fee of a repaired unit; absent means the retainer covers it or the desk only tests."""
    no_fault: Price | None = None
    """Fee of a unit without a fault; absent means free [amount per unit, >= 0]."""
    beyond_repair: Price | None = None
    """Fee of a unit that is beyond economic repair or could not be repaired; absent means free
    [amount per unit, >= 0]."""
    disposal: Price | None = None
    """Disposal of such a unit at the desk, on top [amount per unit, >= 0]."""
    excluded: Price | None = None
    """Fee of a unit found excluded from warranty; absent means free [amount per unit, >= 0]."""
    tested: Price | None = None
    """Fee of a unit that is tested and graded only, the fee of every unit of a test-only partner
    [amount per unit, >= 0]."""
    tested_by_size: BySize | None = None
    """The same by size class, instead of one price [amount per unit, >= 0]."""
    parts: PartsTerms | None = None
    """How parts are paid; absent only where nothing is repaired."""
    storage: Storage | None = None
    """Storage; absent means free."""
    retainer: Retainer | None = None
    """Monthly retainer; absent means none."""
    minimum_per_month: Price | None = None
    """Least sum a month of retainer, repair fees after monthly discounts, units beyond the included ones, receiving
    and assessment; a shortfall is charged [amount per month, >= 0]."""
    sla: Sla | None = None
    """Promised turnaround; absent means none."""
    bench: Bench
    """What the desk can do."""

    @model_validator(mode="after")
    def _own_currency(self) -> Desk:
        if not self.serves:
            raise BadInput("expected at least one market in serves")
        for name in ("receiving", "tested"):
            if getattr(self, name) is not None and getattr(self, f"{name}_by_size") is not None:
                raise BadInput("expected {name} or {name}_by_size, not both", name=name)
        for place, amount in amounts_in(self):
            if amount.currency != self.currency:
                raise BadInput(
                    "{place}: expected an amount in {currency}, got {amount!r}",
                    place=place,
                    currency=self.currency,
                    amount=amount,
                )
            if amount.value < 0:
                raise BadInput("{place}: expected an amount of at least 0, got {amount!r}", place=place, amount=amount)
        return self


def amounts_in(value: object, place: str = "") -> Iterator[tuple[str, Amount]]:
    """Every amount inside a model, mapping or sequence, with its dotted place."""
    if isinstance(value, Amount):
        yield place, value
    elif isinstance(value, Dated):
        for step in value.steps:
            yield from amounts_in(step.value, place)
    elif isinstance(value, BaseModel):
        for name in type(value).model_fields:
            yield from amounts_in(getattr(value, name), f"{place}.{name}" if place else name)
    elif isinstance(value, Mapping):
        for key, item in value.items():
            yield from amounts_in(item, f"{place}.{key}")
