"""One claim's story: what happened to it and its descendants, day by day, and what each day cost."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from warrantysim.journeys.records import Records, Run
from warrantysim.money.categories import Category, Kind
from warrantysim.money.ledger import Ledger
from warrantysim.schema.clock import DAY, NEVER

EVENTS = (
    "answered",
    "routed",
    "scanned",
    "arrived",
    "tested",
    "bench_in",
    "bench_start",
    "bench_out",
    "pooled",
    "shipped",
    "refunded",
    "resolved",
    "closed",
)
"""Stamps of a record, in the order of a journey; those of one instant are told in this order, costs after them."""


@dataclass(frozen=True)
class StoryLine:
    """One thing that happened, or one ledger line."""

    at: int
    """When [s since the horizon's first day]."""
    record: int
    """Row of the claim."""
    generation: int
    """0 for the root claim, then its descendants."""
    event: str | None
    """Name of the stamp; None for a ledger line."""
    category: Category | None
    """Category of the ledger line; None for an event."""
    kind: Kind | None
    """Whether the line is cash, expected or stock; None for an event."""
    amount: float
    """Amount of the line [its own currency]; 0 for an event."""
    currency: str
    """ISO code of the amount; empty for an event."""
    reporting: float
    """The amount in the reporting currency."""

    @property
    def day(self) -> float:
        """When, in days since the horizon's first."""
        return self.at / DAY


def story(run: Run, ledger: Ledger, root: int) -> tuple[StoryLine, ...]:
    """Events and ledger lines of a root claim and all that followed it, in order of time.

    Its amounts add up to what the ledger books to the root claim.

    Raises
    ------
    ValueError
        If the run has no such claim.
    """
    records = run.records
    rows = np.flatnonzero(records.claims.root == root)
    if not len(rows):
        raise ValueError(f"no claim of this run has the root {root}")
    told = [*_events(records, rows), *_lines(records, ledger, root)]
    return tuple(sorted(told, key=lambda line: (line.at, line.generation, line.event is None)))


def _events(records: Records, rows: np.ndarray) -> Iterator[StoryLine]:
    for row in rows.tolist():
        generation = int(records.claims.generation[row])
        stamps = [("opened", int(records.claims.opened[row]))]
        stamps += [(name, int(getattr(records, name)[row])) for name in EVENTS]
        for name, at in stamps:
            if at > NEVER:
                yield StoryLine(at, row, generation, name, None, None, 0.0, "", 0.0)


def _lines(records: Records, ledger: Ledger, root: int) -> Iterator[StoryLine]:
    for line in np.flatnonzero(ledger.root == root).tolist():
        row = int(ledger.record[line])
        yield StoryLine(
            at=int(ledger.incurred[line]),
            record=row,
            generation=int(records.claims.generation[row]),
            event=None,
            category=Category(ledger.category[line]),
            kind=Kind(ledger.kind[line]),
            amount=float(ledger.amount[line]),
            currency=ledger.currencies[ledger.currency[line]],
            reporting=float(ledger.reporting[line]),
        )
