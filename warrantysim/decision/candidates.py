"""From training claims to a problem: value bands by cell, what each band costs under each arm, what it takes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from warrantysim.decision.claim_table import ClaimTable
from warrantysim.decision.contract_blocks import contract_blocks
from warrantysim.decision.lane_blocks import lane_blocks
from warrantysim.decision.limits import capacity_limits, constraint_limits
from warrantysim.decision.problem import Block, Limit, Load, Problem
from warrantysim.decision.zones import between
from warrantysim.scenario.network import Decision
from warrantysim.scenario.root import Scenario

FEW_CLAIMS = 400
"""Cells with fewer training claims are flagged."""


@dataclass(frozen=True)
class Bands:
    """Value bands of C cells: B quantile bands each, the last ones empty where a cell has fewer distinct values."""

    lower: np.ndarray
    """Least value of each band, shape (C, B) [market currency]; inf for empty bands."""
    band: np.ndarray
    """Band of each claim of the table, shape (n,)."""

    @property
    def count(self) -> int:
        """Bands a cell, B."""
        return self.lower.shape[1]


@dataclass(frozen=True)
class Congestion:
    """What one more visit to a bench costs others and itself in waiting, by bench and month of the horizon."""

    per_visit: np.ndarray
    """Own waiting, shape (benches, months) [reporting currency a visit]."""
    per_minute: np.ndarray
    """Waiting it causes to others, shape (benches, months) [reporting currency a minute]."""

    @staticmethod
    def none(table: ClaimTable) -> Congestion:
        """No congestion."""
        shape = (len(table.benches), table.months)
        return Congestion(np.zeros(shape), np.zeros(shape))

    def moved(self, to: Congestion, share: float) -> Congestion:
        """A share of the way to another."""
        return Congestion(
            self.per_visit + share * (to.per_visit - self.per_visit),
            self.per_minute + share * (to.per_minute - self.per_minute),
        )


@dataclass(frozen=True)
class Candidates:
    """Training claims in bands, with everything the program needs."""

    table: ClaimTable
    bands: Bands
    rank: np.ndarray
    """Canonical place of each arm's disposition, shape (A,)."""
    allowed: np.ndarray
    """Arms a cell may use: those possible for at least one of its claims, shape (C, A) [bool]."""
    claims: np.ndarray
    """Claims a year that a rule decides about, shape (C, B)."""
    training: np.ndarray
    """Training claims of each cell that a rule decides about, shape (C,)."""
    loads: Mapping[str, Load]
    """Measures of contracts, lanes and limits."""
    limits: tuple[Limit, ...]
    blocks: tuple[Block, ...]
    settled: float = field(default=0.0)
    """Cost a year of claims no rule decides about [reporting currency]."""

    @property
    def few(self) -> np.ndarray:
        """Cells with too few training claims to trust, shape (C,) [bool]."""
        return self.training < FEW_CLAIMS

    def claim_cost(self, congestion: Congestion | None = None, *, cash_only: bool = False) -> np.ndarray:
        """Cost of each claim under each arm, waiting for benches charged, shape (n, A) [reporting currency a year]."""
        cost = self.table.cash.copy() if cash_only else self.table.cash + self.table.expected
        if congestion is not None:
            uses = self.table.bench
            inside = uses.place >= 0
            minutes, visits = uses.amounts[0], uses.amounts[1]
            at = uses.place[inside]
            price = visits[inside] * congestion.per_visit.ravel()[at]
            price += minutes[inside] * congestion.per_minute.ravel()[at]
            np.add.at(cost, (uses.claim[inside], uses.arm[inside]), price)
        return cost

    def problem(
        self, decision: Decision, congestion: Congestion | None = None, *, canonical: bool | None = None,
        cash_only: bool | None = None,
    ) -> Problem:  # fmt: skip
        """The choice as arrays under the scenario's settings, or others where given."""
        cash = decision.cash_only if cash_only is None else cash_only
        cost = self.claim_cost(congestion, cash_only=cash)
        years = None
        if decision.cvar_weight:
            each = [self.banded(np.where((self.table.year == r)[:, None], cost, 0.0)) for r in range(self.years)]
            years = np.array(each) * self.years
        return Problem(
            cost=self.banded(cost),
            rank=self.rank,
            allowed=self.allowed,
            loads=self.loads,
            limits=self.limits,
            blocks=self.blocks,
            canonical=decision.canonical_order if canonical is None else canonical,
            years=years,
            cvar_weight=decision.cvar_weight,
            cvar_level=decision.cvar_level,
        )

    @property
    def years(self) -> int:
        """Training replications, R."""
        return len(self.table.replications)

    def banded(self, column: np.ndarray) -> np.ndarray:
        """Sum of a claim column over cells and bands, rule-decided claims only, shape (C, B, A)."""
        return banded(self.table, self.bands, column)


def candidates(scenario: Scenario, table: ClaimTable, decision: Decision) -> Candidates:
    """Prepare the choice from training claims."""
    bands = value_bands(table, decision.bands)
    cells = len(table.cells)
    possible = np.zeros((cells, len(table.arms)), dtype=bool)
    np.logical_or.at(possible, table.cell[table.routed], table.feasible[table.routed])
    # A cell without any claim that a rule decides about still needs a rule: money back.
    possible[:, [i for i, arm in enumerate(table.arms) if arm.disposition == "refund"]] = True
    ones = np.where(table.routed[:, None], table.weight, 0.0)
    claims = banded(table, bands, np.broadcast_to(ones, table.cash.shape))[:, :, 0]
    training = np.bincount(table.cell[table.routed], minlength=cells)
    rank = np.array([arm.rank for arm in table.arms])
    loads: dict[str, Load] = {}
    limits: list[Limit] = []
    blocks: list[Block] = []
    for found_loads, found_limits, found_blocks in (
        capacity_limits(scenario, table, bands.band, bands.count),
        constraint_limits(scenario, table, bands.band, bands.count, decision),
        contract_blocks(scenario, table, bands.band, bands.count),
        lane_blocks(scenario, table, bands.band, bands.count),
    ):
        loads |= found_loads
        limits += found_limits
        blocks += found_blocks
    settled = float((table.cash + table.expected)[~table.routed, 0].sum())
    return Candidates(table, bands, rank, possible, claims, training, loads, tuple(limits), tuple(blocks), settled)


def value_bands(table: ClaimTable, count: int) -> Bands:
    """Bands at quantiles of each cell's claim values; equal values stay together."""
    lower = np.full((len(table.cells), count), np.inf)
    lower[:, 0] = 0.0
    band = np.zeros(len(table), dtype=np.int64)
    for c in range(len(table.cells)):
        rows = table.rows(c)
        value = table.value[rows]
        held = value[table.routed[rows]]
        distinct = np.unique(held)
        if len(distinct) <= count:
            starts = np.arange(1, len(distinct))
        else:
            # The first distinct value at or above each quantile begins a band.
            cuts = held[(np.arange(1, count) * len(held)) // count]
            starts = np.unique(np.searchsorted(distinct, cuts))
            starts = starts[starts > 0]
        edges = [between(float(distinct[i - 1]), float(distinct[i])) for i in starts]
        lower[c, 1 : len(edges) + 1] = edges
        band[rows] = np.searchsorted(np.array(edges), value, side="right")
    return Bands(lower, band)


def banded(table: ClaimTable, bands: Bands, column: np.ndarray) -> np.ndarray:
    """Sum over cells and bands of claims a rule decides about; ``column``: (n, A), result (C, B, A)."""
    size = len(table.cells) * bands.count
    place = np.where(table.routed, table.cell * bands.count + bands.band, size)
    sums = [np.bincount(place, weights=column[:, a], minlength=size + 1)[:size] for a in range(column.shape[1])]
    return np.stack(sums, axis=1).reshape(len(table.cells), bands.count, column.shape[1])
