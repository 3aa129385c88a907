"""One policy in one replication, summed up: enough for every table, small enough to keep."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from warrantysim.experiment.outcomes import SimulatedYear
from warrantysim.experiment.year import root_rows, simulated_year
from warrantysim.journeys.records import Run
from warrantysim.money.ledger import Ledger, Totals
from warrantysim.schema.root import Scenario

COST_KEYS = ("sku", "market", "channel", "route", "partner", "category", "claim_month")
"""Columns costs are summed by: the finest table of costs there is."""
JOURNEY_KEYS = ("sku", "market", "channel", "route", "partner", "closure", "fate", "disputed", "descendant")
"""Columns claims are counted by; ``partner`` is a row of ``partner_ids`` or ``way_ids``, by route."""


@dataclass(frozen=True)
class Summary:
    """What is kept of a run. Everything in it is in scope."""

    policy: int
    """Which of the policies."""
    replication: int
    """Which replication."""
    year: SimulatedYear
    """What each root claim came to."""
    closure: np.ndarray
    """`Closure` of the root claims, rows as in ``year`` [int8 (n,)]."""
    costs: Totals
    """Ledger lines summed by `COST_KEYS` [reporting currency]."""
    journeys: Totals
    """Claims counted by `JOURNEY_KEYS`, descendants among them [claims]."""
    events: str = ""
    """Why the event loop was asked; empty where stages of columns did, see `Run.events`."""

    @property
    def total(self) -> float:
        """Cost of everything in scope, cash and expected [reporting currency]."""
        return self.year.total


@dataclass(frozen=True)
class Failure:
    """A run that broke: a row with its error."""

    policy: int
    """Which of the policies; -1 where the claims themselves could not be born."""
    replication: int
    """Which replication."""
    kind: str
    """Type of the error."""
    message: str
    """What it says."""
    traceback: str
    """Where it came from, for those who mend it."""

    def __str__(self) -> str:
        return f"replication {self.replication}: {self.kind}: {self.message}"


def summary(run: Run, ledger: Ledger, scenario: Scenario, policy: int, replication: int) -> Summary:
    """Sum up a priced run."""
    r = run.records
    return Summary(
        policy=policy,
        replication=replication,
        year=simulated_year(run, ledger, scenario, replication),
        closure=r.closure[root_rows(r)],
        costs=_narrow(ledger.total(COST_KEYS, in_scope=True)),
        journeys=_journeys(run),
        events=run.events or "",
    )


def _journeys(run: Run) -> Totals:
    r = run.records
    rows = np.flatnonzero(r.in_scope)
    columns = {
        "sku": r.claims.sku,
        "market": r.claims.market,
        "channel": r.claims.channel,
        "descendant": r.claims.generation > 0,
    }
    keys = [columns.get(name, getattr(r, name, None)) for name in JOURNEY_KEYS]
    return combinations(JOURNEY_KEYS, [np.asarray(key)[rows] for key in keys])


def combinations(by: tuple[str, ...], keys: list[np.ndarray]) -> Totals:
    """How often each combination of keys occurs; combinations in rising order."""
    if not len(keys[0]):
        return Totals(by, tuple(np.zeros(0, dtype=np.int64) for _ in by), np.zeros(0))
    lows = [int(key.min()) for key in keys]
    shifted = [key.astype(np.int64) - low for key, low in zip(keys, lows, strict=True)]
    sizes = [int(key.max()) + 1 for key in shifted]
    groups, count = np.unique(np.ravel_multi_index(shifted, sizes), return_counts=True)
    found = np.unravel_index(groups, sizes)
    return _narrow(Totals(by, tuple(key + low for key, low in zip(found, lows, strict=True)), count.astype(float)))


def _narrow(totals: Totals) -> Totals:
    """Keys in two bytes each: there is one such table for every run."""
    return Totals(totals.by, tuple(key.astype(np.int16) for key in totals.keys), totals.amount)
