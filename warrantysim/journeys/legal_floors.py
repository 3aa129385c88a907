"""The legal floors of a scenario, compiled: whom each binds, from when on, and what it accepts."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import numpy as np

from warrantysim.claims.columns import Claims
from warrantysim.scenario.law import LegalFloorRow
from warrantysim.scenario.markets import DISPOSITIONS
from warrantysim.scenario.root import Scenario


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

    def covers(self, claims: Claims, age_days: np.ndarray, opened: np.ndarray, sold: np.ndarray) -> np.ndarray:
        """Claims it would bind were it the only row. ``opened``, ``sold``: day numbers. Shape (n,), bool."""
        row = self.row
        here = (claims.market == self.market) & (age_days >= row.age_from_days) & (age_days < row.age_to_days)
        here &= (opened >= row.from_.toordinal()) & (sold >= row.sold_from.toordinal()) & self.goods[claims.sku]
        if row.share < 1:
            # Keys of units are evenly mixed: bits that nothing else looks at are as good as a draw, and a unit's own.
            here &= (claims.unit & np.uint64(0xFFFFFF)).astype(float) < row.share * 2.0**24
        return here


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
