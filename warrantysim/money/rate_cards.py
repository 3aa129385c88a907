"""What a parcel costs: billed weight by each carrier's own rounding, then zone, steps, fuel and peak."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from warrantysim.schema.shipping import SLACK, LabelRate, PeakSurcharge, RateCard, billed_size, round_up


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
