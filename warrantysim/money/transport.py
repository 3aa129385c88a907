"""What transport costs: parcels by rate card, dispatches by air and sea.

A label: billed weight by each carrier's own rounding, then zone, steps, fuel and peak. A dispatch: air by weight breaks
with the next break declared where cheaper, sea by weight or measure.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from warrantysim.schema.shipping import (
    SLACK,
    FreightBreak,
    FreightLane,
    LabelRate,
    PeakSurcharge,
    RateCard,
    billed_size,
    round_up,
)

CM3_PER_CBM = 1e6


def chargeable(lane: FreightLane, kg: np.ndarray, cbm: np.ndarray) -> np.ndarray:
    """Chargeable quantity of whole dispatches, in the lane's unit; 0 for an empty one. Shape (n,).

    Per kg: the larger of actual weight and volume over ``cm3_per_kg``. Per cbm: the larger of volume and weight over
    ``kg_per_cbm`` (W/M). Then at least ``min_quantity``, rounded up to ``round_to``.
    """
    raw = unit_quantity(lane, kg, cbm)
    return np.where(raw > 0, round_up(np.maximum(raw, lane.min_quantity), lane.round_to), 0.0)


def unit_quantity(lane: FreightLane, kg: np.ndarray, cbm: np.ndarray) -> np.ndarray:
    """The same for single units, without minimum and rounding, which belong to the dispatch. Shape (n,).

    Summed over a dispatch it is at least the dispatch's own quantity, and equal to it when all units are heavy, or
    all are bulky.
    """
    kg, cbm = np.asarray(kg, dtype=float), np.asarray(cbm, dtype=float)
    if lane.per == "kg":
        return kg if lane.cm3_per_kg is None else np.maximum(kg, cbm * CM3_PER_CBM / lane.cm3_per_kg)
    return cbm if lane.kg_per_cbm is None else np.maximum(cbm, kg / lane.kg_per_cbm)


def freight_bill(lane: FreightLane, breaks: Iterable[FreightBreak], quantity: np.ndarray) -> np.ndarray:
    """Bill for chargeable quantities: max(minimum, min over breaks b of max(q, b) x rate_b) x (1 + fuel) + fixed.

    Where the lane does not allow the next break to be declared, the rate is that of the highest break not above the
    quantity. An empty dispatch costs nothing. ``quantity`` and the result have shape (n,).
    """
    steps = sorted(breaks, key=lambda row: row.from_quantity)
    quantity = np.asarray(quantity, dtype=float)
    if lane.declare_next:
        freight = np.min([np.maximum(quantity, row.from_quantity) * row.rate for row in steps], axis=0)
    else:
        starts = np.array([row.from_quantity for row in steps])
        rates = np.array([row.rate for row in steps])
        freight = quantity * rates[np.searchsorted(starts, quantity, side="right") - 1]
    bill = np.maximum(freight, lane.minimum) * (1 + lane.fuel_share) + lane.fixed
    return np.where(quantity > 0, bill, 0.0)


@dataclass(frozen=True)
class BillSegments:
    """A bill as a piecewise linear function of the chargeable quantity: ``fixed + per_unit x q`` from each start on.

    Segment i holds for start[i] <= q < start[i + 1] and q > 0; the last has no end. Exact but for the rounding of the
    quantity itself. With *declare the next break* the bill is continuous: flat where a heavier break is declared.
    """

    start: np.ndarray
    """Quantity the segment begins at, rising from 0; shape (k,), kg or cbm."""
    fixed: np.ndarray
    """Intercept; shape (k,), lane currency."""
    per_unit: np.ndarray
    """Slope: what one more kg or cbm costs; shape (k,), lane currency per kg or cbm."""
    unit: str
    """kg or cbm."""

    def bill(self, quantity: np.ndarray) -> np.ndarray:
        """The bill read off the segments; 0 for an empty dispatch. Shape of ``quantity``."""
        which = np.searchsorted(self.start, quantity, side="right") - 1
        return np.where(quantity > 0, self.fixed[which] + self.per_unit[which] * quantity, 0.0)


def bill_segments(lane: FreightLane, breaks: Iterable[FreightBreak]) -> BillSegments:
    """`freight_bill` as segments, for programs that charge freight by its structure."""
    steps = sorted(breaks, key=lambda row: row.from_quantity)
    corners = {0.0, lane.min_quantity, *(row.from_quantity for row in steps)}
    corners |= {lane.minimum / row.rate for row in steps if row.rate > 0}
    if lane.declare_next:
        corners |= {b.from_quantity * b.rate / a.rate for a in steps for b in steps if a.rate > 0}
    starts = sorted(corners)
    pieces: list[tuple[float, float, float]] = []
    for begin, end in zip(starts, [*starts[1:], starts[-1] * 2 + 2], strict=True):
        fixed, slope = _line_at(lane, steps, (begin + end) / 2)
        if not pieces or (fixed, slope) != pieces[-1][1:]:
            pieces.append((begin, fixed, slope))
    start, intercept, slopes = (np.array(column) for column in zip(*pieces, strict=True))
    return BillSegments(start, intercept, slopes, lane.per)


def _line_at(lane: FreightLane, steps: list[FreightBreak], quantity: float) -> tuple[float, float]:
    """Intercept and slope of the bill at a quantity that is no corner."""
    billed = max(quantity, lane.min_quantity)
    usable = steps if lane.declare_next else [[row for row in steps if row.from_quantity <= billed][-1]]
    lines = []
    for row in usable:
        flat = max(row.from_quantity if lane.declare_next else 0.0, lane.min_quantity)
        lines.append((flat * row.rate, 0.0) if quantity < flat else (0.0, row.rate))
    fixed, slope = min(lines, key=lambda line: line[0] + line[1] * quantity)
    if fixed + slope * quantity < lane.minimum:
        fixed, slope = lane.minimum, 0.0
    return fixed * (1 + lane.fuel_share) + lane.fixed, slope * (1 + lane.fuel_share)


class FreightTariffs:
    """Every freight lane of a scenario, ready to bill dispatches on any day."""

    def __init__(self, lanes: Iterable[FreightLane], breaks: Iterable[FreightBreak]) -> None:
        self._lanes: dict[str, list[FreightLane]] = {}
        for lane in sorted(lanes, key=lambda row: row.from_):
            self._lanes.setdefault(lane.lane, []).append(lane)
        self._breaks: dict[str, list[FreightBreak]] = {}
        for row in sorted(breaks, key=lambda row: row.from_):
            self._breaks.setdefault(row.lane, []).append(row)

    def currency(self, lane: str) -> str:
        """Currency of a lane's bills."""
        return self._versions(lane)[-1].currency

    def terms(self, lane: str, day: int) -> tuple[FreightLane, tuple[FreightBreak, ...]]:
        """The lane and its breaks as they hold on a day number, breaks in rising order.

        Raises
        ------
        ValueError
            For an unknown lane, or a day before its terms or its first break.
        """
        held = [row for row in self._versions(lane) if row.from_.toordinal() <= day]
        steps = {row.from_quantity: row for row in self._breaks.get(lane, ()) if row.from_.toordinal() <= day}
        if not held or 0.0 not in steps:
            raise ValueError(f"freight lane {lane!r} has no rate from 0 {held[-1].per if held else 'kg'} on day {day}")
        return held[-1], tuple(steps[quantity] for quantity in sorted(steps))

    def dispatch_bill(self, lane: str, kg: np.ndarray, cbm: np.ndarray, ordinals: np.ndarray) -> np.ndarray:
        """Bill of each dispatch in the lane's currency.

        ``kg``, ``cbm``: actual weight and volume of whole dispatches, shape (n,). ``ordinals``: day numbers of
        departure, shape (n,). Returns shape (n,).
        """
        kg, cbm = np.asarray(kg, dtype=float), np.asarray(cbm, dtype=float)
        days = np.asarray(ordinals, dtype=np.int64)
        rows = (*self._versions(lane), *self._breaks.get(lane, ()))
        changes = np.array(sorted({row.from_.toordinal() for row in rows}), dtype=np.int64)
        version = np.searchsorted(changes, days, side="right") - 1
        out = np.zeros(kg.shape)
        for index in np.unique(version):
            chosen = version == index
            terms, steps = self.terms(lane, int(changes[index]) if index >= 0 else 0)
            out[chosen] = freight_bill(terms, steps, chargeable(terms, kg[chosen], cbm[chosen]))
        return out

    def marginal_break_points(self, lane: str, day: int) -> BillSegments:
        """The bill of a lane on a day as a piecewise linear function of the chargeable quantity."""
        return bill_segments(*self.terms(lane, day))

    def unit_quantity(self, lane: str, kg: np.ndarray, cbm: np.ndarray, day: int) -> np.ndarray:
        """Chargeable quantity of single units on a lane, shape (n,); see the function of the same name."""
        return unit_quantity(self.terms(lane, day)[0], kg, cbm)

    def _versions(self, lane: str) -> list[FreightLane]:
        if lane not in self._lanes:
            raise ValueError(f"unknown freight lane {lane!r}; known are {', '.join(sorted(self._lanes))}")
        return self._lanes[lane]


def transport_price(card: RateCard, rates: Sequence[LabelRate], size: np.ndarray) -> np.ndarray:
    """Price of the cells of one zone before minimum, fuel and fees; NaN where the parcel is too heavy or too large.

    ``size``: billed weight or size, shape (n,). A parcel takes the first cell whose ``up_to`` holds it; beyond the
    last cell each further step begun costs ``step_price``.
    """
    cells = sorted(rates, key=lambda rate: rate.up_to)
    if not cells:
        return np.full(size.shape, np.nan)
    up_to = np.array([cell.up_to for cell in cells])
    which = np.searchsorted(up_to, size * (1 - SLACK), side="left")
    prices = np.array([*(cell.price for cell in cells), np.nan])[which]
    last = cells[-1]
    if last.step is not None and last.step_price is not None:
        further = round_up(size - last.up_to, last.step) / last.step
        prices = np.where(which == len(cells), last.price + further * last.step_price, prices)
    return prices * size if card.kind == "per_kg" else prices


@dataclass(frozen=True)
class LabelTable:
    """Label prices of a list of parcels over time: they change only on ``starts``."""

    starts: np.ndarray
    """Days on which a price changes, rising; shape (k,), day numbers. The first is day 1."""
    prices: np.ndarray
    """Price of parcel i from starts[j] on, card currency; NaN where the card does not carry it. Shape (n, k)."""

    def at(self, parcel: np.ndarray, ordinals: np.ndarray) -> np.ndarray:
        """Price of each parcel on its day. Both arguments and the result have shape (m,)."""
        return self.prices[parcel, np.searchsorted(self.starts, ordinals, side="right") - 1]


class RateCards:
    """Every rate card of a scenario, ready to price labels."""

    def __init__(
        self, cards: Iterable[RateCard], rates: Iterable[LabelRate], peaks: Iterable[PeakSurcharge] = ()
    ) -> None:
        self._cards: dict[str, list[RateCard]] = {}
        for card in sorted(cards, key=lambda row: row.from_):
            self._cards.setdefault(card.card, []).append(card)
        self._rates: dict[str, list[LabelRate]] = {}
        for rate in sorted(rates, key=lambda row: row.from_):
            self._rates.setdefault(rate.card, []).append(rate)
        self._peaks: dict[str, list[PeakSurcharge]] = {}
        for peak in peaks:
            self._peaks.setdefault(peak.card, []).append(peak)

    def currency(self, card: str) -> str:
        """Currency of a card's prices."""
        return self._versions(card)[-1].currency

    def zones(self, card: str) -> tuple[str, ...]:
        """Zones a card has prices for."""
        return tuple(sorted({rate.zone for rate in self._rates.get(card, ())}))

    def label_cost(
        self,
        card: str,
        weight_kg: np.ndarray,
        dims_cm: np.ndarray,
        zone: str,
        ordinals: np.ndarray,
        parcel: np.ndarray | None = None,
    ) -> np.ndarray:
        """Cost of each label in the card's currency: max(transport, minimum) x (1 + fuel) + handling + peak.

        Parameters
        ----------
        card, zone
            Rate card and zone of it ("" where it has none).
        weight_kg, dims_cm
            Parcels, shapes (s,) and (s, 3); usually one a SKU.
        ordinals
            Day numbers on which labels are billed, shape (n,).
        parcel
            Which parcel each label is for, shape (n,); None when labels and parcels run side by side.

        Returns
        -------
        Shape (n,). NaN where the card does not carry the parcel, or has no price yet on that day.

        Raises
        ------
        ValueError
            For an unknown card or zone.
        """
        days = np.asarray(ordinals, dtype=np.int64)
        which = np.arange(len(days)) if parcel is None else parcel
        if days.size == 0:
            return np.zeros(0)
        return self.table(card, weight_kg, dims_cm, zone, (int(days.min()), int(days.max()))).at(which, days)

    def table(
        self, card: str, weight_kg: np.ndarray, dims_cm: np.ndarray, zone: str, days: tuple[int, int]
    ) -> LabelTable:
        """Prices of parcels on every day of a span (first and last day number, inclusive); see `label_cost`."""
        versions = self._versions(card)
        if zone not in self.zones(card):
            known = ", ".join(map(repr, self.zones(card)))
            raise ValueError(f"rate card {card!r} has no zone {zone!r}; it has {known}")
        rates = [rate for rate in self._rates[card] if rate.zone == zone]
        windows = [
            (peak, *window)
            for peak in self._peaks.get(card, ())
            if peak.zone in ("", zone)
            for window in _windows(peak, *days)
        ]
        changes = {1} | {row.from_.toordinal() for row in (*versions, *rates)}
        changes |= {day for _, first, last in windows for day in (first, last + 1)}
        starts = np.array(sorted(changes), dtype=np.int64)
        weight, dims = np.asarray(weight_kg, dtype=float), np.asarray(dims_cm, dtype=float)
        columns = []
        for day in starts:
            held = [row for row in versions if row.from_.toordinal() <= day]
            if not held:
                columns.append(np.full(weight.shape, np.nan))
                continue
            rules = held[-1]
            size = billed_size(rules, weight, dims)
            cells = {rate.up_to: rate for rate in rates if rate.from_.toordinal() <= day}
            price = np.maximum(transport_price(rules, list(cells.values()), size), rules.minimum)
            peak = _peak([p for p, first, last in windows if first <= day <= last], size)
            columns.append(price * (1 + rules.fuel_share) + rules.handling + peak)
        return LabelTable(starts, np.stack(columns, axis=1))

    def _versions(self, card: str) -> list[RateCard]:
        if card not in self._cards:
            raise ValueError(f"unknown rate card {card!r}; known are {', '.join(sorted(self._cards))}")
        return self._cards[card]


def _windows(peak: PeakSurcharge, first: int, last: int) -> Iterator[tuple[int, int]]:
    """The window, or its yearly returns that touch the span, as first and last day numbers."""
    length = peak.last_day.toordinal() - peak.first_day.toordinal()
    start = peak.first_day
    until = dt.date.fromordinal(last).year if peak.yearly else start.year
    for year in range(start.year, max(until, start.year) + 1):
        leap = (start.month, start.day) == (2, 29)
        begins = dt.date(year, 3, 1) if leap and year != start.year else start.replace(year=year)
        if begins.toordinal() <= last and begins.toordinal() + length >= first:
            yield begins.toordinal(), begins.toordinal() + length


def _peak(rows: Sequence[PeakSurcharge], size: np.ndarray) -> np.ndarray:
    """Surcharges in force: of each carrier's window the lightest band that holds the parcel; windows add up."""
    total = np.zeros(size.shape)
    for window in {(row.first_day, row.last_day, row.zone) for row in rows}:
        bands = [row for row in rows if (row.first_day, row.last_day, row.zone) == window]
        bands.sort(key=lambda row: np.inf if row.up_to is None else row.up_to)
        up_to = np.array([np.inf if row.up_to is None else row.up_to for row in bands])
        amounts = np.array([*(row.amount for row in bands), 0.0])
        total = total + amounts[np.searchsorted(up_to, size * (1 - SLACK), side="left")]
    return total
