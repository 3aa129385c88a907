"""The legal floors of a scenario, compiled: whom each binds, from when on, and what it accepts."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from warrantysim.schema.dispositions import DISPOSITIONS
from warrantysim.schema.law import LegalFloorRow
from warrantysim.schema.root import Scenario

_FAR = np.iinfo(np.int64).max
"""After every day [day number]."""


@dataclass(frozen=True)
class Floor:
    """One row of the law."""

    row: LegalFloorRow
    """As stated."""
    market: int
    """Row in ``market_ids``."""
    accepts: np.ndarray
    """Whether it accepts each disposition, in the order of `DISPOSITIONS` [bool (4,)]."""
    goods: np.ndarray
    """Products it is about [bool (S,)]."""


@dataclass(frozen=True)
class MarketFloors:
    """The floors of one market, strongest first, as columns: f floors, S products."""

    number: np.ndarray
    """Place of each in `FloorColumns.floors`, and -1 at the end [int64 (f + 1,)]."""
    age: np.ndarray
    """First age each is about, and the first it is no longer about [days (2, f)]."""
    since: np.ndarray
    """Day numbers of opening and of sale from which each holds [int (2, f)]."""
    goods: np.ndarray
    """Products each is about [bool (f, S)]."""
    share: np.ndarray
    """Share of units each binds [share, 0-1 (f,)]."""

    @staticmethod
    def of(floors: Sequence[Floor], number: Sequence[int]) -> MarketFloors:
        """Put floors side by side. ``number``: their places in `FloorColumns.floors`."""
        rows = [floor.row for floor in floors]
        return MarketFloors(
            np.array([*number, -1]),
            np.array([[row.age_from_days, row.age_to_days] for row in rows]).T,
            np.array([[row.from_.toordinal(), row.sold_from.toordinal()] for row in rows]).T,
            np.array([floor.goods for floor in floors]),
            np.array([row.share for row in rows]),
        )

    def binding(
        self, age_days: np.ndarray, opened: np.ndarray, sold: np.ndarray, sku: np.ndarray, unit: np.ndarray
    ) -> np.ndarray:
        """Place in `FloorColumns.floors` of the strongest floor that binds each claim of the market, -1 for none.

        ``age_days``: of the order; ``opened``, ``sold``: day numbers; ``unit``: keys.
        """
        out = np.full(len(sku), -1, dtype=np.int64)
        # The weakest first, so that the strongest has the last word; what holds for all is asked once, not of each.
        first_opened, first_sold = opened.min(initial=_FAR), sold.min(initial=_FAR)
        for k in range(len(self.share) - 1, -1, -1):
            hit = (self.age[0, k] <= age_days) & (age_days < self.age[1, k])
            for since, day, first in zip(self.since[:, k], (opened, sold), (first_opened, first_sold), strict=True):
                if since > first:
                    hit &= since <= day
            if not self.goods[k].all():
                hit &= self.goods[k][sku]
            if self.share[k] < 1:
                # Keys of units are evenly mixed: bits that nothing else looks at are as good as a draw, and their own.
                hit &= (unit & np.uint64(0xFFFFFF)).astype(float) < self.share[k] * 2.0**24
            out[hit] = self.number[k]
        return out


@dataclass(frozen=True)
class FloorColumns:
    """What every floor says, as columns to be looked up by place; the last entry, at -1, binds nobody."""

    floors: tuple[Floor, ...]
    """The floors, strongest first."""

    def _each(self, pick: Callable[[LegalFloorRow], Any], free: Any) -> np.ndarray:
        return np.array([*(pick(floor.row) for floor in self.floors), free])

    @cached_property
    def by_market(self) -> dict[int, MarketFloors]:
        """Those of each market that has any."""
        mine: dict[int, list[int]] = {}
        for number, floor in enumerate(self.floors):
            mine.setdefault(floor.market, []).append(number)
        return {m: MarketFloors.of([self.floors[k] for k in numbers], numbers) for m, numbers in mine.items()}

    @cached_property
    def accepts(self) -> np.ndarray:
        """Whether each accepts a disposition, in the order of `DISPOSITIONS` [bool (f + 1, 4)]."""
        return np.array([*(floor.accepts for floor in self.floors), np.ones(len(DISPOSITIONS), dtype=bool)])

    @cached_property
    def max_repairs(self) -> np.ndarray:
        """Repair attempts after which no further one may be imposed [float64, infinite without a limit]."""
        return self._each(lambda row: np.inf if row.max_repairs is None else row.max_repairs, np.inf)

    @cached_property
    def customer_chooses(self) -> np.ndarray:
        """Whether the customer chooses the remedy [bool]."""
        return self._each(lambda row: row.chooser == "customer", False)

    @cached_property
    def max_days(self) -> np.ndarray:
        """Longest time a repair may take [float64 days, infinite without a limit]."""
        return self._each(lambda row: np.inf if row.max_days is None else row.max_days, np.inf)

    @cached_property
    def least_refund(self) -> np.ndarray:
        """Least refund, use made of the unit aside [share of the price paid, 0-1; below 0 for none]."""
        return self._each(lambda row: 1.0 if row.deduction == "none" else row.min_refund_share, -1.0)

    @cached_property
    def use_life_days(self) -> np.ndarray:
        """Life over which use is deducted [float64 days, NaN where it is not]."""
        return self._each(lambda row: np.nan if row.use_life_days is None else row.use_life_days, np.nan)

    @cached_property
    def sets_refund(self) -> np.ndarray:
        """Whether it sets the sum of a refund, whatever the seller's terms [bool]."""
        return self._each(lambda row: row.deduction != "terms", False)

    @cached_property
    def refurbished(self) -> np.ndarray:
        """Whether a repaired unit may serve as replacement: yes, no, consent [text]."""
        return self._each(lambda row: row.refurbished, "yes")

    @cached_property
    def inform_days(self) -> np.ndarray:
        """Time it takes to tell the customer of the choice [float64 days]."""
        return self._each(lambda row: row.inform_days, 0.0)

    @cached_property
    def repair_extends_days(self) -> np.ndarray:
        """Days by which a repair prolongs the seller's liability [float64 days]."""
        return self._each(lambda row: row.repair_extends_days, 0.0)

    @cached_property
    def demands(self) -> np.ndarray:
        """Whether it asks anything of the seller [bool]."""
        return self._each(lambda row: row.demands, False)


def legal_floors(s: Scenario) -> FloorColumns:
    """All floors, strongest first: those of a region, then those that began last."""
    out = []
    for row in s.legal_floors:
        accepts = np.array([name in row.dispositions for name in DISPOSITIONS])
        goods = np.array([not row.about or sku.category in row.about for sku in s.skus], dtype=bool)
        out.append(Floor(row, s.market_ids.index(row.market), accepts, goods))

    def strength(floor: Floor) -> tuple[bool, dt.date, dt.date]:
        row = floor.row
        return row.region != "", max(row.from_, row.sold_from), row.sold_from

    return FloorColumns(tuple(sorted(out, key=strength, reverse=True)))
