"""The legal floors of a scenario, compiled: whom each binds, from when on, and what it accepts."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from warrantysim.schema.dispositions import DISPOSITIONS
from warrantysim.schema.law import LegalFloorRow
from warrantysim.schema.root import Scenario


class Seen(NamedTuple):
    """What a floor looks at of some claims; arrays of shape (n,)."""

    age_days: np.ndarray
    """Age of the order [days]."""
    opened: np.ndarray
    """Day number of opening [int]."""
    sold: np.ndarray
    """Day number of sale [int]."""
    sku: np.ndarray
    """Row of the product [int]."""
    unit: np.ndarray
    """Key of the unit [uint64]."""

    def take(self, rows: np.ndarray) -> Seen:
        """The named rows."""
        return Seen(*(column[rows] for column in self))


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

    def covers(self, claims: Seen) -> np.ndarray:
        """Claims of its market that it would bind were it the only row. Shape (n,), bool."""
        row = self.row
        here = (claims.age_days >= row.age_from_days) & (claims.age_days < row.age_to_days)
        here &= (claims.opened >= row.from_.toordinal()) & (claims.sold >= row.sold_from.toordinal())
        here &= self.goods[claims.sku]
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
