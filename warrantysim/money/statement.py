"""A statement of a contract: what it billed, month by month and line by line."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from warrantysim.money.contracts import Segments
from warrantysim.money.settlement import Billed, Settlement, settle
from warrantysim.money.unit_charges import UnitCharges

CATEGORIES: Mapping[str, str] = {
    "receiving": "inspection",
    "assessment": "inspection",
    "labour": "repair_labour",
    "extra": "repair_labour",
    "rebate": "tier_rebate",
    "parts": "parts",
    "storage": "storage",
    "disposal": "disposal",
    "credit": "sla_credit",
    "onboarding": "partner_fixed",
    "retainer": "partner_fixed",
    "shortfall": "minimum_shortfall",
}
"""Components of a partner's bill in the order of a statement, and the ledger category each is booked to."""
FIXED = ("onboarding", "retainer", "shortfall")
"""Components that follow no unit."""


@dataclass(frozen=True)
class StatementRow:
    """One line: a desk, a month, a component."""

    desk: str
    """Desk id."""
    month: int
    """Months since the horizon's first."""
    label: str
    """The month as 2027-01."""
    component: str
    """Component of the bill, a key of ``CATEGORIES``."""
    units: int
    """Units that bear the component; 0 for fixed charges."""
    amount: float
    """Amount billed, credits and rebates negative [currency]."""
    currency: str
    """Currency of the desk [ISO code]."""


@dataclass(frozen=True)
class Statement:
    """What a partner billed: rows by month, desk and component, without rows of zero."""

    partner: str
    """Partner id."""
    rows: tuple[StatementRow, ...]
    """Lines in order of month, desk and component."""

    def total(self, currency: str, component: str | None = None, month: int | None = None) -> float:
        """Sum in one currency, of one component or month where stated; exactly rounded, whatever the order."""
        return math.fsum(
            row.amount
            for row in self.rows
            if row.currency == currency and component in {None, row.component} and month in {None, row.month}
        )

    @property
    def currencies(self) -> tuple[str, ...]:
        """Currencies billed, in rising order."""
        return tuple(sorted({row.currency for row in self.rows}))


def unit_lines(charges: UnitCharges, settlement: Settlement) -> dict[str, np.ndarray]:
    """What each unit is billed, by component, shape (n,) each; the parts a seller consigns are not the partner's."""
    return {
        "receiving": charges.receiving,
        "assessment": charges.assessment,
        "labour": charges.labour,
        "extra": settlement.extra,
        "rebate": settlement.rebate,
        "parts": charges.parts,
        "storage": charges.storage,
        "disposal": charges.disposal,
        "credit": settlement.credit,
    }


def fixed_lines(settlement: Settlement) -> dict[str, np.ndarray]:
    """What each month is billed beside its units, by component, shape (M, D) each."""
    return {name: getattr(settlement, name) for name in FIXED}


def statement(pool: Segments, charges: UnitCharges, units: Billed, in_scope: np.ndarray | bool = True) -> Statement:
    """The statement of one pool.

    All units settle tiers, included units, minimum and promises; only rows of units ``in_scope`` are shown, and the
    fixed charges the table holds. Its rows add up to the unit lines and fixed lines, component by component.

    Raises
    ------
    ValueError
        If charges and units are not the same rows, or a month lies outside the table.
    """
    if len(charges) != len(units.month):
        raise ValueError(f"expected as many charges as units, got {len(charges)} and {len(units.month)}")
    settlement = settle(pool, units)
    shape = pool.retainer.shape
    cell = pool.rows(units.month) * shape[1] + units.desk
    shown = np.broadcast_to(in_scope, cell.shape)
    amounts = fixed_lines(settlement)
    counts = {name: np.zeros(shape, dtype=np.int64) for name in FIXED}
    for name, column in unit_lines(charges, settlement).items():
        amounts[name] = _sums(cell[shown], column[shown], shape)
        bearing = cell[shown & (column != 0)]
        counts[name] = np.bincount(bearing, minlength=pool.retainer.size).reshape(shape)
    rows = [
        StatementRow(
            desk=desk,
            month=int(month),
            label=pool.labels[m],
            component=name,
            units=int(counts[name][m, d]),
            amount=float(amounts[name][m, d]),
            currency=pool.currencies[d],
        )
        for m, month in enumerate(pool.months)
        for d, desk in enumerate(pool.desks)
        for name in CATEGORIES
        if amounts[name][m, d] != 0
    ]
    return Statement(partner=pool.partner, rows=tuple(rows))


def _sums(cell: np.ndarray, column: np.ndarray, shape: tuple[int, ...]) -> np.ndarray:
    """Exactly rounded sums by cell, so that the order of units is of no account; shape (M, D)."""
    out = np.zeros(shape)
    order = np.argsort(cell, kind="stable")
    ends = np.searchsorted(cell[order], np.arange(out.size + 1))
    values = column[order]
    for at in np.flatnonzero(np.diff(ends)):
        out.flat[at] = math.fsum(values[ends[at] : ends[at + 1]].tolist())
    return out
