"""Who is on board of which dispatch, and the part of its bills each unit bears.

Each unit bears the part of a bill that its chargeable weight has in that of all units on board, so that the claims'
lines add up to the bill, whoever is in scope.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from warrantysim.journeys.records import Run
from warrantysim.money.price_book import PriceBook
from warrantysim.money.priced import Amounts
from warrantysim.schema.markets import ChinaLane


@dataclass(frozen=True)
class Boarded:
    """Units of one market and way on board of dispatches in one direction; shapes (units,) or (dispatches,)."""

    market: int
    """Row in ``scenario.market_ids``."""
    back: bool
    """False to China, True from China."""
    lane: str
    """Freight lane [id]."""
    rows: np.ndarray
    """Rows of the claims whose units are on board [int64 (units,)]."""
    dispatches: np.ndarray
    """Rows of the dispatches [int64 (dispatches,)]."""
    place: np.ndarray
    """Which of ``dispatches`` each unit is on [int64 (units,)]."""
    quantity: np.ndarray
    """Chargeable quantity of each unit [float64 kg or cbm (units,)]."""
    share: np.ndarray
    """Part of its dispatch's bills that each unit bears [share (units,)]."""

    def shared(self, bill: np.ndarray, currency: int) -> Amounts:
        """Bills of the dispatches, shared out; shape (units,)."""
        return Amounts(bill[self.place] * self.share, np.full(len(self.rows), currency, dtype=np.int8))


def boarded(run: Run, book: PriceBook, back: bool) -> Iterator[Boarded]:
    """All units on board in one direction, by market and way."""
    r, d, s = run.records, run.dispatches, book.scenario
    number = r.back_dispatch if back else r.dispatch
    rows = np.flatnonzero(number >= 0)
    on = number[rows]
    present = np.unique(on)
    for m, w in sorted(set(zip(d.market[present].tolist(), d.way[present].tolist(), strict=True))):
        mine = (d.market[on] == m) & (d.way[on] == w)
        units = rows[mine]
        dispatches, place = np.unique(on[mine], return_inverse=True)
        stated: ChinaLane = s.markets[s.market_ids[m]].china[s.way_ids[w]]
        lane = stated.back_lane if back else stated.out_lane
        day = int(book.days(d.departed[dispatches], m).min())
        sku = r.claims.sku[units]
        quantity = book.freight.unit_quantity(lane, book.kg[sku], book.cbm[sku], day)
        share = quantity / np.bincount(place, weights=quantity)[place]
        yield Boarded(m, back, lane, units, dispatches, place, quantity, share)
