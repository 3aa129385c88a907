"""Carriers' and forwarders' price lists as tables: parcel rate cards, peak surcharges, freight lanes and breaks."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Literal

import numpy as np
from pydantic import model_validator

from warrantysim.schema.amounts import Currency
from warrantysim.schema.dated import DatedRow
from warrantysim.schema.errors import BadInput, Checked, Message, Problem, coded, told, wrong
from warrantysim.schema.ranges import Money, Quantity, Ratio, SomeQuantity
from warrantysim.schema.row_keys import row_path
from warrantysim.schema.sold_units import first_claim, sold_in
from warrantysim.schema.strict import Row

if TYPE_CHECKING:
    from warrantysim.schema.root import Scenario

KG_PER_UNIT = {"kg": 1.0, "g": 0.001, "lb": 0.45359237, "oz": 0.45359237 / 16}
"""Kilograms in one unit of a card's weight."""
CM_PER_INCH = 2.54
SLACK = 1e-9
"""Relative slack when a weight is held against a step: 0.45359237 kg is one pound, not a hair more."""


def round_up(quantity: np.ndarray, step: float) -> np.ndarray:
    """``quantity`` rounded up to a multiple of ``step``; unchanged where ``step`` is 0. Same shape."""
    return quantity if step == 0 else np.ceil(quantity / step * (1 - SLACK)) * step


def dimensional_weight(card: RateCard, dims_cm: np.ndarray) -> np.ndarray:
    """Weight the volume counts for, in kg: volume over the divisor, 0 at or below the card's threshold volume.

    ``dims_cm``: length, width, height, shape (n, 3). Returns shape (n,).
    """
    if card.divisor is None:
        return np.zeros(len(dims_cm))
    inches = card.divisor_unit == "in3_per_lb"
    sides = dims_cm / CM_PER_INCH if inches else dims_cm
    if card.round_dims == "up":
        sides = round_up(sides, 1.0)
    elif card.round_dims == "nearest":
        sides = np.floor(sides + 0.5)
    volume = np.prod(sides, axis=1)
    weight = volume / card.divisor * (KG_PER_UNIT["lb"] if inches else 1.0)
    return np.where(volume > card.divisor_above, weight, 0.0)


def billed_size(card: RateCard, weight_kg: np.ndarray, dims_cm: np.ndarray) -> np.ndarray:
    """What a card looks its price up by, in its own unit: the larger of actual and dimensional weight, at least
    ``min_weight`` and rounded up to ``round_to``; for size classes length + width + height in cm. Shape (n,)."""
    if card.kind == "size_class":
        return dims_cm.sum(axis=1)
    heavier = np.maximum(weight_kg, dimensional_weight(card, dims_cm)) / KG_PER_UNIT[card.unit]
    return round_up(np.maximum(heavier, card.min_weight), card.round_to)


CardKind = Literal["weight_steps", "size_class", "first_continued", "per_kg"]
CardUnit = Literal["kg", "g", "lb", "oz", "cm"]


class RateCard(DatedRow):
    """How one carrier turns a parcel into a billed weight and adds its extras; the prices are `LabelRate` rows."""

    key_fields = ("card",)
    card: str
    """Rate card [id]."""
    market: str = ""
    """Market the parcels move in; empty for any [market id]."""
    kind: CardKind
    """weight_steps: price of the first step that holds the parcel; size_class: the same on length + width + height;
    first_continued: first weight plus each further step begun; per_kg: price per unit of weight [text]."""
    currency: Currency
    """Currency of every price of the card [ISO code]."""
    unit: CardUnit
    """Unit of ``up_to`` and ``step`` in the card's rates; cm for size classes [kg|g|lb|oz|cm]."""
    divisor: SomeQuantity | None = None
    """Volume that weighs one lb or kg; empty means volume is never billed [in3 per lb or cm3 per kg, > 0]."""
    divisor_unit: Literal["in3_per_lb", "cm3_per_kg"] = "cm3_per_kg"
    """Units of ``divisor`` [in3_per_lb|cm3_per_kg]."""
    divisor_above: Quantity = 0.0
    """Volume is billed only above this volume, in the divisor's cubic unit [in3 or cm3, >= 0]."""
    round_dims: Literal["exact", "nearest", "up"] = "exact"
    """How each side is rounded to a whole inch (or cm) before multiplying [exact|nearest|up]."""
    round_to: Quantity = 0.0
    """Billed weight is rounded up to a multiple of this; 0 leaves it to the steps [card unit, >= 0]."""
    min_weight: Quantity = 0.0
    """Least billed weight [card unit, >= 0]."""
    minimum: Money = 0.0
    """Least transport price, before fuel and fees [card currency, >= 0]."""
    fuel_share: Ratio = 0.0
    """Fuel surcharge on the transport price [share, 0-10]."""
    handling: Money = 0.0
    """Registration or handling fee per parcel, without fuel [card currency, >= 0]."""

    @model_validator(mode="after")
    def _unit_fits_kind(self) -> RateCard:
        if (self.kind == "size_class") != (self.unit == "cm"):
            raise BadInput("expected unit cm for a size_class card and a weight unit for any other")
        return self


class LabelRate(DatedRow):
    """One cell of a rate card: the price of parcels up to a weight (or size) in a zone."""

    key_fields = ("card", "zone", "up_to")
    card: str
    """Rate card [id]."""
    zone: str = ""
    """Zone; empty where the card has none [text]."""
    up_to: SomeQuantity
    """Largest billed weight or size of this cell, inclusive [card unit, > 0]."""
    price: Money
    """Price of a parcel; for per_kg cards the price of one unit of weight [card currency, >= 0]."""
    step: SomeQuantity | None = None
    """In the last cell of a zone: size of each further step begun beyond ``up_to``; empty means that heavier parcels
    are not carried [card unit, > 0]."""
    step_price: Money | None = None
    """Price of each such step [card currency, >= 0]."""

    @model_validator(mode="after")
    def _step_is_whole(self) -> LabelRate:
        if (self.step is None) != (self.step_price is None):
            raise BadInput("expected step and step_price together or neither")
        return self


class PeakSurcharge(Row):
    """An amount added to every label scanned in a window of days."""

    key_fields = ("card", "first_day", "zone", "up_to")
    card: str
    """Rate card [id]."""
    first_day: dt.date
    """First day of the window [date]."""
    last_day: dt.date
    """Last day, inclusive [date]."""
    yearly: bool = False
    """Whether the window returns every year from then on [true|false]."""
    zone: str = ""
    """Zone it holds in; empty for all [text]."""
    up_to: SomeQuantity | None = None
    """Largest billed weight of its band, which begins at the next lighter one; empty for any [card unit, > 0]."""
    amount: Money
    """Surcharge per parcel [card currency, >= 0]."""

    @model_validator(mode="after")
    def _window_is_a_window(self) -> PeakSurcharge:
        if self.last_day < self.first_day:
            raise BadInput("expected last_day on or after first_day {first_day}", first_day=self.first_day)
        if self.yearly and (self.last_day - self.first_day).days > 364:
            raise BadInput("expected a yearly window shorter than a year")
        return self


class FreightLane(DatedRow):
    """How consolidated freight is billed on one way; the rates are `FreightBreak` rows."""

    key_fields = ("lane",)
    lane: str
    """Freight lane [id]."""
    market: str
    """Market at the far end from China [market id]."""
    direction: Literal["to_china", "back"]
    """Which way the goods go [to_china|back]."""
    mode: Literal["air", "sea"]
    """Aeroplane or ship; lithium rules look at it [air|sea]."""
    currency: Currency
    """Currency of the lane's prices [ISO code]."""
    per: Literal["kg", "cbm"]
    """What the rate is multiplied by [kg|cbm]."""
    cm3_per_kg: SomeQuantity | None = None
    """Lanes per kg: volume that weighs one kg; empty means actual weight only [cm3 per kg, > 0]."""
    kg_per_cbm: SomeQuantity | None = None
    """Lanes per cbm: weight that counts as one cubic metre; empty means volume only [kg per cbm, > 0]."""
    round_to: Quantity = 0.0
    """Chargeable quantity is rounded up to a multiple of this; 0 leaves it exact [kg or cbm, >= 0]."""
    min_quantity: Quantity = 0.0
    """Least chargeable quantity [kg or cbm, >= 0]."""
    minimum: Money = 0.0
    """Least freight of a dispatch, before fuel and fixed charge [lane currency, >= 0]."""
    fixed: Money = 0.0
    """Fixed charge per dispatch, such as destination handling [lane currency, >= 0]."""
    fuel_share: Ratio = 0.0
    """Fuel surcharge on the freight, not on the fixed charge [share, 0-10]."""
    declare_next: bool = True
    """Whether a dispatch may be declared at the next break where that is cheaper [true|false]."""
    special_packing: Money | None = None
    """Price of packing one lithium unit that is hot, swollen or damaged so that it may go to China this way; empty
    means that the lane takes none [lane currency per unit, >= 0]."""


class FreightBreak(DatedRow):
    """The rate of a lane from a quantity on."""

    key_fields = ("lane", "from_quantity")
    lane: str
    """Freight lane [id]."""
    from_quantity: Quantity
    """Chargeable quantity from which the rate holds; the first break is 0 [kg or cbm, >= 0]."""
    rate: Money
    """Price per kg or cbm [lane currency, >= 0]."""


def shipping_problems(
    cards: Iterable[RateCard],
    rates: Iterable[LabelRate],
    peaks: Iterable[PeakSurcharge],
    lanes: Iterable[FreightLane],
    breaks: Iterable[FreightBreak],
) -> Iterator[Problem]:
    """What no single row can know is wrong: unknown ids, cards and lanes without prices,
    heavier steps that cost less, higher breaks that cost more."""
    known = {card.card: card for card in cards}
    priced: set[str] = set()
    cells: dict[tuple[str, str], list[LabelRate]] = {}
    for rate in rates:
        if rate.card not in known:
            yield _unknown(f"label_rates[{','.join(rate.key)}].card", told("rate card"), rate.card)
        priced.add(rate.card)
        cells.setdefault((rate.card, rate.zone), []).append(rate)
    for card in known:
        if card not in priced:
            yield wrong(f"rate_cards[{card}]", "expected at least one row in label_rates")
    for (card, _), rows in cells.items():
        if card in known and known[card].kind != "per_kg":
            yield from _falling_prices(rows)
    for peak in peaks:
        if peak.card not in known:
            yield _unknown(f"peak[{','.join(peak.key)}].card", told("rate card"), peak.card)
    ways = {lane.lane for lane in lanes}
    steps: dict[str, list[FreightBreak]] = {}
    for row in breaks:
        if row.lane not in ways:
            yield _unknown(f"freight_breaks[{','.join(row.key)}].lane", told("freight lane"), row.lane)
        steps.setdefault(row.lane, []).append(row)
    for lane in sorted(ways):
        if not any(row.from_quantity == 0 for row in steps.get(lane, [])):
            yield wrong(f"freight_lanes[{lane}]", "expected a freight break from 0")
        yield from _rising_rates(steps.get(lane, []))


def _unknown(path: str, kind: Message, name: str) -> Problem:
    return wrong(path, "unknown {kind} {name!r}", kind=kind, name=name)


def _falling_prices(rows: list[LabelRate]) -> Iterator[Problem]:
    """Steps of one card, zone and date whose price falls with weight: nearly always a slip of the pen."""
    ordered = sorted(rows, key=lambda row: (row.from_, row.up_to))
    for low, high in zip(ordered, ordered[1:], strict=False):
        if low.from_ == high.from_ and high.price < low.price:
            code = coded("expected at least {least:g}, the price up to {up_to:g}, got {price:g}")
            yield wrong(
                f"label_rates[{','.join(high.key)}].price", code, least=low.price, up_to=low.up_to, price=high.price
            )


def _rising_rates(rows: list[FreightBreak]) -> Iterator[Problem]:
    ordered = sorted(rows, key=lambda row: (row.from_, row.from_quantity))
    for low, high in zip(ordered, ordered[1:], strict=False):
        if low.from_ == high.from_ and high.rate > low.rate:
            code = coded("expected at most {most:g}, the rate from {quantity:g}, got {rate:g}")
            yield wrong(
                f"freight_breaks[{','.join(high.key)}].rate",
                code,
                most=low.rate,
                quantity=low.from_quantity,
                rate=high.rate,
            )


def parcels_are_carried(s: Scenario) -> Checked:
    """The parcel card of each market has prices when claims begin, and carries every product sold there."""
    sold = sold_in(s)
    for market_id, market in s.markets.items():
        card, zone = market.parcel.card, market.parcel.zone
        versions = [row for row in s.rate_cards if row.card == card]
        rates = [row for row in s.label_rates if row.card == card and row.zone == zone]
        begins = max(min(row.from_ for row in versions), min((row.from_ for row in rates), default=dt.date.max))
        needed = first_claim(s, market_id)
        if needed is not None and begins > needed:
            path = f"markets.{market_id}.parcel.card"
            where = told("{card!r} of {market}", card=card, market=market_id)
            if zone:
                where = told("{card} in zone {zone}", card=where, zone=zone)
            yield wrong(
                path,
                "card {card} has no price on {day}, the first day claims are born; its first price is from {begins}",
                card=where,
                day=s.horizon.begins,
                begins=begins,
            )
            continue
        skus = [row for row in s.skus if (row.sku, market_id) in sold]
        weight = np.array([row.weight_kg for row in skus])
        dims = np.array([(row.length_cm, row.width_cm, row.height_cm) for row in skus]).reshape(-1, 3)
        seen: set[str] = set()
        for version, largest in _limits(versions, rates, max(begins, s.horizon.begins)):
            size = billed_size(version, weight, dims)
            for i in np.flatnonzero(size * (1 - SLACK) > largest):
                if skus[i].sku not in seen:
                    seen.add(skus[i].sku)
                    column = (
                        "length_cm"
                        if version.kind == "size_class" or size[i] * _kg(version) > 1.01 * weight[i]
                        else "weight_kg"
                    )
                    yield wrong(
                        row_path("skus", skus[i], column),
                        "{sku} is billed as {size}; card {card!r} of {market_id} carries up to {most}; add a rate "
                        "for it, or a card of a carrier that takes it",
                        sku=skus[i].sku,
                        size=_shown(size[i], version),
                        card=card,
                        market_id=market_id,
                        most=_shown(largest, version),
                    )


def freight_has_rates(s: Scenario) -> Checked:
    """Every lane a market uses has a rate from 0 on when claims begin."""
    for market_id, market in s.markets.items():
        needed = first_claim(s, market_id)
        for way, lane in market.china.items():
            for field in ("out_lane", "back_lane"):
                name = getattr(lane, field)
                rates = [row.from_ for row in s.freight_breaks if row.lane == name and row.from_quantity == 0]
                known = [row.from_ for row in s.freight_lanes if row.lane == name]
                begins = max(min(rates, default=dt.date.max), min(known, default=dt.date.max))
                if needed is not None and begins > needed:
                    yield wrong(
                        f"markets.{market_id}.china.{way}.{field}",
                        "freight lane {name!r} has no rate from 0 on {needed}, the first day claims are born; its "
                        "first price is from {begins}",
                        name=name,
                        needed=needed,
                        begins=begins,
                    )


def _limits(versions: list[RateCard], rates: list[LabelRate], first: dt.date) -> Iterator[tuple[RateCard, float]]:
    """Each version of a card that holds in the run, with the largest parcel it carries then, in the card's unit."""
    days = sorted({first} | {row.from_ for row in (*versions, *rates) if row.from_ > first})
    for day in days:
        version = max((row for row in versions if row.from_ <= day), key=lambda row: row.from_)
        cells: dict[float, LabelRate] = {}
        for rate in sorted((r for r in rates if r.from_ <= day), key=lambda row: row.from_):
            cells[rate.up_to] = rate
        last = cells[max(cells)]
        yield version, math.inf if last.step is not None else last.up_to


def _kg(card: RateCard) -> float:
    return KG_PER_UNIT.get(card.unit, 1.0)


def _shown(size: float, card: RateCard) -> str:
    if card.unit in ("cm", "kg"):
        return f"{size:.4g} {card.unit}"
    return f"{size:.4g} {card.unit} ({size * _kg(card):.3g} kg)"
