"""Repair partners as arrays: whom they serve, what they take, how well they repair, on which bench."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from warrantysim.journeys.durations import Durations, Sampler
from warrantysim.schema.desk_terms import Bench
from warrantysim.schema.root import Scenario


@dataclass(frozen=True)
class Desks:
    """What routing and benches need of the repair partners; arrays of shape (partners, markets) or (partners, skus)."""

    serves: np.ndarray
    """Whether a partner has a desk for a market [bool (P, M)]."""
    takes: np.ndarray
    """Whether it takes a SKU [bool (P, S)]."""
    valid_from: np.ndarray
    """First day of service, as day number [int64 (P,)]."""
    valid_to: np.ndarray
    """Last day [int64 (P,)]."""
    test_only: np.ndarray
    """[bool (P,)]."""
    skill: np.ndarray
    """[int8 (P,)]."""
    yield_share: np.ndarray
    """[float64 (P,)]."""
    bounce_share: np.ndarray
    """[float64 (P,)]."""
    bounce_days: np.ndarray
    """[float64 (P,)]."""
    bench: Mapping[tuple[int, int], tuple[str, Bench]]
    """Desk id and bench of (partner, market), a row each of the columns below."""
    rows: np.ndarray
    """Row of (partner, market); -1 where there is no desk [int64 (P, M)]."""
    handling: Durations
    """Arrival to the bench's queue, by row."""
    triage_minutes: Sampler
    """Bench minutes of a unit that is only tested, by row."""

    @cached_property
    def places(self) -> tuple[list[tuple[int, int]], np.ndarray]:
        """(Partner, market) of each row, and the first row that stands for the same bench as (partner, market): one
        desk may serve several markets, with the same technicians [int64 (P, M)]."""
        first: dict[tuple[int, str], int] = {}
        same = self.rows.copy()
        for row, ((p, m), (name, _)) in enumerate(self.bench.items()):
            same[p, m] = first.setdefault((p, name), row)
        return list(self.bench), same

    def open_on(self, partner: int, day: int) -> bool:
        """Whether a partner's quote holds on a day number."""
        return bool(self.valid_from[partner] <= day <= self.valid_to[partner])


def desks_of(s: Scenario) -> Desks:
    """The desks of a scenario's partners as arrays."""
    partners = [s.partners[p] for p in s.partner_ids]
    shape = (len(partners), len(s.market_ids))
    bench = {
        (p, m): (name, partner.desks[name].bench)
        for p, partner in enumerate(partners)
        for m, market in enumerate(s.market_ids)
        if (name := partner.desk_for(market)) is not None
    }
    rows = np.full(shape, -1)
    for row, place in enumerate(bench):
        rows[place] = row
    return Desks(
        serves=rows >= 0,
        takes=np.array([[q.takes(k.sku, k.category) for k in s.skus] for q in partners]).reshape(
            len(partners), len(s.skus)
        ),
        valid_from=np.array([(q.valid_from or dt.date(1, 1, 1)).toordinal() for q in partners], dtype=np.int64),
        valid_to=np.array([(q.valid_to or dt.date(9999, 1, 1)).toordinal() for q in partners], dtype=np.int64),
        test_only=np.array([q.test_only for q in partners], dtype=bool),
        skill=np.array([q.skill for q in partners], dtype=np.int8),
        yield_share=np.array([q.yield_share for q in partners]),
        bounce_share=np.array([q.bounce_share for q in partners]),
        bounce_days=np.array([q.bounce_days for q in partners]),
        bench=bench,
        rows=rows,
        handling=Durations([b.handling_days for _, b in bench.values()]),
        triage_minutes=Sampler([b.triage_minutes for _, b in bench.values()]),
    )
