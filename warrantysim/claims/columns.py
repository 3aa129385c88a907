"""What a claim is when it is born: one row a claim, a NumPy column an attribute."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from typing import TypeVar

import numpy as np

from warrantysim.schema.clock import DAY

Codes = TypeVar("Codes", bound=type[IntEnum])


def by_number(codes: Codes) -> Codes:
    """The same enumeration, whose members are plain integers where they are named (``Origin.FIELD``).

    Columns hold numbers: NumPy compares one with a member of an enumeration at five times the cost.
    """
    for name, member in codes.__members__.items():
        type.__setattr__(codes, name, int(member))
    return codes


@by_number
class Origin(IntEnum):
    """Where a claim comes from."""

    FIELD = 0
    """A unit failed under warranty."""
    TABLE = 1
    """Read from a claims table."""
    OPPORTUNISTIC = 2
    """Filed only because nothing need be returned; latent under any other disposition."""
    BOUNCE = 3
    """A repaired unit fails again within the partner's bounce days."""
    REFAIL = 4
    """A repaired or returned unit fails anew at its age (minimal repair)."""
    REPLACEMENT = 5
    """A replacement unit fails in its turn."""
    NFF_RETURN = 6
    """A unit sent back as 'no fault found' comes again."""
    REOPEN = 7
    """A claim that lapsed with its label unused is opened once more."""


@dataclass(frozen=True)
class Claims:
    """Claims of one replication, in rising order of (open, unit); all arrays have shape (n,).

    Indices (``sku``, ``market``, ``channel``, ``fault``) point into the scenario's tuples ``skus``, ``market_ids``,
    ``channel_ids`` and ``faults`` in their stated order. Stamps are seconds since the first day of the horizon.
    """

    unit: np.ndarray
    """Permanent key of the unit sold [uint64]; with ``generation`` it keys every draw of the claim."""
    generation: np.ndarray
    """0 for a root claim, then 1, 2 ... for its descendants [int16]."""
    root: np.ndarray
    """Row of the root claim within the replication [int64]; a root claim's own row."""
    origin: np.ndarray
    """`Origin` [int8]."""
    sku: np.ndarray
    """Row in ``scenario.skus`` [int16]."""
    market: np.ndarray
    """Row in ``scenario.market_ids`` [int8]."""
    channel: np.ndarray
    """Row in ``scenario.channel_ids`` [int8]."""
    fault: np.ndarray
    """Row in ``scenario.faults`` of the true fault, known only at inspection [int16]."""
    lot: np.ndarray
    """Row in `Lots` of the production lot the unit now failing is of; -1 none, or not known [int16]."""
    bench_minutes: np.ndarray
    """Minutes of bench work the true fault needs [float64]; NaN means drawn from the fault's distribution."""
    sold: np.ndarray
    """Day the unit was sold [int64 s]."""
    delivered: np.ndarray
    """When the customer first received the order; the first warranty runs from here [int64 s]."""
    born: np.ndarray
    """When the unit now failing began its life: delivery, or delivery of the replacement [int64 s]."""
    warranty_end: np.ndarray
    """When the warranty of the unit ends [int64 s]."""
    opened: np.ndarray
    """When the customer first reports [int64 s]."""
    price_gross: np.ndarray
    """Price paid in the market's currency, tax included where prices are [float64]."""
    price_net: np.ndarray
    """The same net of tax [float64]."""

    def __len__(self) -> int:
        return len(self.unit)

    @property
    def order_age_days(self) -> np.ndarray:
        """Age of the order when the claim opens, counted from its first delivery, for a replacement too: what an agent
        can see [float64 days]."""
        age: np.ndarray = (self.opened - self.delivered) / DAY
        return age

    def take(self, rows: np.ndarray) -> Claims:
        """The named rows (index or mask), in that order; ``root`` is kept as it is."""
        return Claims(**{name: column[rows] for name, column in vars(self).items()})

    @staticmethod
    def concat(parts: list[Claims]) -> Claims:
        """Rows of all parts, one after the other."""
        return Claims(**{name: np.concatenate([getattr(p, name) for p in parts]) for name in DTYPES})


DTYPES: dict[str, np.dtype] = {
    "unit": np.dtype(np.uint64),
    "generation": np.dtype(np.int16),
    "root": np.dtype(np.int64),
    "origin": np.dtype(np.int8),
    "sku": np.dtype(np.int16),
    "market": np.dtype(np.int8),
    "channel": np.dtype(np.int8),
    "fault": np.dtype(np.int16),
    "lot": np.dtype(np.int16),
    "bench_minutes": np.dtype(np.float64),
    "sold": np.dtype(np.int64),
    "delivered": np.dtype(np.int64),
    "born": np.dtype(np.int64),
    "warranty_end": np.dtype(np.int64),
    "opened": np.dtype(np.int64),
    "price_gross": np.dtype(np.float64),
    "price_net": np.dtype(np.float64),
}
"""Type of each column."""


def time_order(moments: np.ndarray, *ties: np.ndarray) -> np.ndarray:
    """Rows in the order of their moments, at one moment of each of ``ties`` in turn, at last as they stand. Shape (n,).

    As `np.lexsort`, but few moments are shared: one unstable sort, and one of those that are, cost a third of it.
    """
    order = np.argsort(moments)
    sorted_ = moments[order]
    same = sorted_[1:] == sorted_[:-1]
    if same.any():
        tied = np.append(same, False)
        tied[1:] |= same
        rows = order[tied]
        keys = (rows, *(tie[rows] for tie in reversed(ties)), moments[rows])
        order[tied] = rows[np.lexsort(keys)]
    return order


def as_roots(**columns: np.ndarray) -> Claims:
    """Root claims from their own columns; generation, root and birth of the unit follow, a lot where
    none is given is none. Types as `DTYPES` says."""
    count = len(columns["unit"])
    follow = {"generation": np.zeros(count), "root": np.arange(count), "born": columns["delivered"]}
    columns = follow | {"lot": np.full(count, -1)} | columns
    return Claims(**{name: columns[name].astype(dtype, copy=False) for name, dtype in DTYPES.items()})


def in_order(claims: Claims, chosen: np.ndarray | None = None) -> Claims:
    """Root claims in rising order of (opened, unit), each its own root; of all, or of those chosen (a mask)."""
    rows = np.arange(len(claims)) if chosen is None else np.flatnonzero(chosen)
    ordered = claims.take(rows[time_order(claims.opened[rows], claims.unit[rows])])
    return Claims(**{**vars(ordered), "root": np.arange(len(ordered), dtype=np.int64)})
