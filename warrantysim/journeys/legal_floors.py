"""The legal floors of a scenario, compiled: whom each binds, from when to when, and what it accepts."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import numpy as np

from warrantysim.scenario.dated import RowsByDate
from warrantysim.scenario.markets import DISPOSITIONS, LegalFloorRow
from warrantysim.scenario.root import Scenario


@dataclass(frozen=True)
class Floor:
    """One row of the law for as long as it holds."""

    row: LegalFloorRow
    """As stated."""
    market: int
    """Row in ``market_ids``."""
    first: int
    """First day, as day number."""
    until: int
    """Day on which a later row of the same market and age takes its place, as day number."""
    accepts: np.ndarray
    """Whether it accepts each disposition, in the order of `DISPOSITIONS` [bool (4,)]."""


def legal_floors(s: Scenario) -> tuple[Floor, ...]:
    """All floors, those of one market and age in order of date."""
    out = []
    for rows in RowsByDate(s.legal_floors, key=lambda row: (row.market, row.age_from_days)).rows.values():
        for k, row in enumerate(rows):
            until = rows[k + 1].from_ if k + 1 < len(rows) else dt.date.max
            accepts = np.array([name in row.dispositions for name in DISPOSITIONS])
            out.append(Floor(row, s.market_ids.index(row.market), row.from_.toordinal(), until.toordinal(), accepts))
    return tuple(out)
