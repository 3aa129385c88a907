"""Settling a pool: what its units and months are billed, given everything that was completed."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from warrantysim.money.contracts import YEAR, Segments, contract_year
from warrantysim.money.unit_charges import UnitCharges


@dataclass(frozen=True)
class Billed:
    """Completed units of one pool, a row a unit (or a group of like units), arrays of shape (n,)."""

    desk: np.ndarray
    """Index into the pool's desks."""
    month: np.ndarray
    """Month the work was completed, market time, since the horizon's first."""
    counted: np.ndarray
    """Units that count towards tiers and included units: 0 or 1, or the size of a group [units]."""
    repair_fee: np.ndarray
    """Repair fee before discount [desk currency]."""
    service: np.ndarray
    """Other charges that count towards a minimum [desk currency]."""
    promised: np.ndarray
    """Units with a promised turnaround [bool]."""
    late: np.ndarray
    """Those of them that were late [bool]."""
    dispatch: np.ndarray
    """Inbound dispatch, read for tiers by dispatch only; each negative number is a unit by itself [id]."""

    @staticmethod
    def of(
        charges: UnitCharges,
        month: np.ndarray,
        desk: np.ndarray | int = 0,
        *,
        promised: np.ndarray | bool = False,
        late: np.ndarray | bool = False,
        dispatch: np.ndarray | int = -1,
    ) -> Billed:
        """Units with their charges, completed in ``month``."""
        shape = (len(charges),)
        return Billed(
            desk=np.broadcast_to(desk, shape),
            month=np.broadcast_to(month, shape),
            counted=charges.counted.astype(float),
            repair_fee=charges.labour,
            service=charges.service,
            promised=np.broadcast_to(promised, shape),
            late=np.broadcast_to(late, shape),
            dispatch=np.broadcast_to(dispatch, shape),
        )


@dataclass(frozen=True)
class Settlement:
    """What depends on how many units there were. Unit columns follow the rows of `Billed`, shape (n,); month columns
    have shape (M, D); amounts in the desk's currency, credits and rebates negative."""

    extra: np.ndarray
    """The unit's part of the charge for units beyond the included ones."""
    rebate: np.ndarray
    """Volume discount on the unit's repair fee, <= 0."""
    credit: np.ndarray
    """Credit for late work, <= 0."""
    onboarding: np.ndarray
    """Onboarding."""
    retainer: np.ndarray
    """Retainer."""
    shortfall: np.ndarray
    """What the month lacks to the minimum."""

    @property
    def fixed(self) -> np.ndarray:
        """Charges that follow no unit, shape (M, D)."""
        return self.onboarding + self.retainer + self.shortfall


def settle(pool: Segments, units: Billed) -> Settlement:
    """Settle a pool over all its units, those of run-in and run-out among them.

    Tiers and included units look at everything completed in a period; each unit then bears the period's mean discount
    on its own fee and its part of the units beyond the included ones, so that a root claim keeps its share whatever
    the order. Fixed charges fall in the months the table says. The minimum counts retainer, repair fees after
    discount, units beyond the included ones, receiving and assessment; not parts, storage, disposal or credits. A
    discount by the year is paid out at its end, so a month's minimum looks at fees before it.

    Raises
    ------
    ValueError
        If a unit was completed in a month outside the table.
    """
    row = pool.rows(units.month)
    period, terms_row, inside = _periods(pool, units, row)
    n = np.bincount(period, weights=units.counted * inside, minlength=len(terms_row))
    discount, beyond = pool.shares(terms_row, n)
    rebate = -discount[period] * units.repair_fee
    extra = beyond[period] * pool.extra_unit[row, units.desk] * units.counted
    shape = pool.retainer.shape
    cell = row * shape[1] + units.desk
    invoiced = units.repair_fee + extra + units.service + (rebate if pool.rebate_on_invoice else 0.0)
    counts = np.bincount(cell, weights=invoiced, minlength=pool.retainer.size)
    shortfall = np.maximum(pool.minimum - pool.retainer - counts.reshape(shape), 0.0)
    return Settlement(
        extra=extra,
        rebate=rebate + 0.0,
        credit=_credits(pool, units, row, cell) + 0.0,
        onboarding=pool.onboarding,
        retainer=pool.retainer,
        shortfall=np.where(pool.minimum > 0, shortfall, 0.0),
    )


def _periods(pool: Segments, units: Billed, row: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """(period of each unit, table row whose terms hold in each period, whether the unit is counted there)."""
    everything = np.ones(len(row))
    if pool.basis == "month":
        return row, np.arange(len(pool.months)), everything
    if pool.basis == "dispatch":
        alone = units.dispatch < 0
        own = np.where(alone, np.arange(len(row)), units.dispatch)
        _, first, period = np.unique(np.stack([alone, own]), axis=1, return_index=True, return_inverse=True)
        return period.reshape(-1), row[first], everything
    years = np.array([contract_year(int(m), pool.horizon) for m in pool.months])
    first_rows = np.array([int(np.flatnonzero(pool.months == y * YEAR)[0]) for y in range(int(years.max()) + 1)])
    return years[row], first_rows, ((units.month >= 0) & (units.month < pool.horizon)).astype(float)


def _credits(pool: Segments, units: Billed, row: np.ndarray, cell: np.ndarray) -> np.ndarray:
    """Credit of each late unit: only in a desk's month that misses the promised share."""
    credit = np.zeros(len(row))
    promised = np.bincount(cell, weights=units.promised, minlength=pool.retainer.size)
    missed = np.bincount(cell, weights=units.promised & units.late, minlength=pool.retainer.size)
    for desk, sla in enumerate(pool.slas):
        if sla is None:
            continue
        rows = np.flatnonzero((units.desk == desk) & units.promised & units.late)
        total, late = promised[cell[rows]], missed[cell[rows]]
        allowed = (1.0 - sla.share) * total
        failed = late > allowed * (1 + 1e-12)
        part = np.ones(len(rows)) if sla.credited == "all_late" else (late - allowed) / late
        amount = pool.late_credit[row[rows], desk] + sla.credit_share * units.repair_fee[rows]
        credit[rows] = -np.where(failed, amount * part, 0.0)
    return credit


@dataclass(frozen=True)
class MonthlyBill:
    """A pool's bill by month and desk, shape (M, D), in the desk's currency; rebates negative."""

    repair_fees: np.ndarray
    """Repair fees before discount."""
    service: np.ndarray
    """Receiving and assessment."""
    extra: np.ndarray
    """Units beyond the included ones."""
    rebate: np.ndarray
    """Volume discount."""
    onboarding: np.ndarray
    """Onboarding."""
    retainer: np.ndarray
    """Retainer."""
    shortfall: np.ndarray
    """Shortfall to the minimum."""

    @property
    def by_month(self) -> np.ndarray:
        """The whole bill, shape (M, D)."""
        fees = self.repair_fees + self.service + self.extra + self.rebate
        return fees + self.onboarding + self.retainer + self.shortfall

    @property
    def total(self) -> float:
        """The sum over months and desks; one currency only, the caller's duty."""
        return math.fsum(self.by_month.ravel().tolist())


def monthly_bill(
    pool: Segments, units: np.ndarray, repair_fees: np.ndarray, service: np.ndarray | float = 0.0
) -> MonthlyBill:
    """The bill of a pool from monthly volumes: ``units`` counted, ``repair_fees`` before discount, other ``service``
    charges, each of shape (M, D). Tiers by dispatch need single units: use `settle`.

    Raises
    ------
    ValueError
        For tiers by dispatch, or volumes of another shape.
    """
    shape = pool.retainer.shape
    if pool.basis == "dispatch":
        raise ValueError("tiers by dispatch cannot be billed from monthly volumes")
    if np.shape(units) != shape or np.shape(repair_fees) != shape:
        raise ValueError(f"expected volumes of shape {shape}, got {np.shape(units)} and {np.shape(repair_fees)}")
    months, desks = np.meshgrid(pool.months, np.arange(shape[1]), indexing="ij")
    flat = np.zeros(units.size, dtype=bool)
    other = np.broadcast_to(service, shape).astype(float)
    groups = Billed(
        desk=desks.ravel(),
        month=months.ravel(),
        counted=np.asarray(units, dtype=float).ravel(),
        repair_fee=np.asarray(repair_fees, dtype=float).ravel(),
        service=other.ravel(),
        promised=flat,
        late=flat,
        dispatch=np.full(units.size, -1),
    )
    done = settle(pool, groups)
    return MonthlyBill(
        repair_fees=np.asarray(repair_fees, dtype=float),
        service=other,
        extra=done.extra.reshape(shape),
        rebate=done.rebate.reshape(shape),
        onboarding=done.onboarding,
        retainer=done.retainer,
        shortfall=done.shortfall,
    )
