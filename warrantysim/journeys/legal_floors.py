"""The legal floors of a scenario, compiled: whom each binds, from when on, and what it accepts."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from warrantysim.schema.dispositions import DISPOSITIONS
from warrantysim.schema.law import LegalFloorRow
from warrantysim.schema.root import Scenario


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

    floors: tuple[Floor, ...]
    """The floors."""
    age: np.ndarray
    """First age each is about, and the first it is no longer about [days (2, f)]."""
    since: np.ndarray
    """Day numbers of opening and of sale from which each holds [int (2, f)]."""
    goods: np.ndarray
    """Products each is about [bool (f, S)]."""
    share: np.ndarray
    """Share of units each binds [share, 0-1 (f,)]."""

    @staticmethod
    def of(floors: Sequence[Floor]) -> MarketFloors:
        """Put floors side by side."""
        rows = [floor.row for floor in floors]
        return MarketFloors(
            tuple(floors),
            np.array([[row.age_from_days, row.age_to_days] for row in rows]).T,
            np.array([[row.from_.toordinal(), row.sold_from.toordinal()] for row in rows]).T,
            np.array([floor.goods for floor in floors]),
            np.array([row.share for row in rows]),
        )

    def binding(
        self, age_days: np.ndarray, opened: np.ndarray, sold: np.ndarray, sku: np.ndarray, unit: np.ndarray
    ) -> np.ndarray:
        """Place of the strongest floor that binds each claim of the market, -1 for none. Arrays of shape (n,).

        ``age_days``: of the order; ``opened``, ``sold``: day numbers; ``unit``: keys.
        """
        hit = (self.age[0][:, None] <= age_days) & (age_days < self.age[1][:, None])
        hit &= (self.since[0][:, None] <= opened) & (self.since[1][:, None] <= sold)
        hit &= self.goods[:, sku]
        if (self.share < 1).any():
            # Keys of units are evenly mixed: bits that nothing else looks at are as good as a draw, and a unit's own.
            hit &= (unit & np.uint64(0xFFFFFF)).astype(float) < self.share[:, None] * 2.0**24
        return np.where(hit.any(axis=0), hit.argmax(axis=0), -1)


def legal_floors(s: Scenario) -> tuple[Floor, ...]:
    """All floors, strongest first: those of a region, then those that began last."""
    out = []
    for row in s.legal_floors:
        accepts = np.array([name in row.dispositions for name in DISPOSITIONS])
        goods = np.array([not row.about or sku.category in row.about for sku in s.skus], dtype=bool)
        out.append(Floor(row, s.market_ids.index(row.market), accepts, goods))

    def strength(floor: Floor) -> tuple[bool, dt.date, dt.date]:
        row = floor.row
        return row.region != "", max(row.from_, row.sold_from), row.sold_from

    return tuple(sorted(out, key=strength, reverse=True))
