"""What a desk charges for single units, before anything that depends on how many there were."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from warrantysim.journeys.records import Finding
from warrantysim.schema.contracts import OUTCOMES, Partner
from warrantysim.schema.desk_terms import Desk, PartsTerms, Price, RepairPrice, Sla
from warrantysim.schema.markets import SIZE_CLASSES, BySize

REPAIRED, NO_FAULT, BEYOND_REPAIR, EXCLUDED, TESTED = range(len(OUTCOMES))


@dataclass(frozen=True)
class UnitCharges:
    """Charges by kind, one row a unit, in the desk's currency [amount]; all arrays have shape (n,)."""

    receiving: np.ndarray
    """Receiving and triage."""
    assessment: np.ndarray
    """Fee of a unit that was not repaired: no fault, beyond repair, excluded or only tested."""
    labour: np.ndarray
    """Repair fee before any discount; 0 where a retainer covers repairs."""
    parts: np.ndarray
    """Parts and their handling, billed by the partner."""
    own_parts: np.ndarray
    """Consigned parts, paid by the seller to others."""
    storage: np.ndarray
    """Storage beyond the free days."""
    disposal: np.ndarray
    """Disposal at the desk."""
    counted: np.ndarray
    """Whether the unit counts towards tiers and included units [bool]."""

    def __len__(self) -> int:
        return len(self.labour)

    @property
    def service(self) -> np.ndarray:
        """Charges beside the repair fee that count towards a monthly minimum: receiving and assessment."""
        return self.receiving + self.assessment

    @property
    def total(self) -> np.ndarray:
        """Everything a unit costs here, consigned parts included."""
        return (
            self.receiving + self.assessment + self.labour + self.parts + self.own_parts + self.storage + self.disposal
        )


def price_at(price: Price | None, ordinals: np.ndarray) -> np.ndarray:
    """A dated amount on many days, 0 where there is none. ``ordinals``: proleptic day numbers; same shape out.

    Raises
    ------
    ValueError
        If a day lies before the first step.
    """
    if price is None:
        return np.zeros(np.shape(ordinals))
    starts = np.array([step.from_.toordinal() for step in price.steps])
    which = np.searchsorted(starts, ordinals, side="right") - 1
    if which.size and int(which.min()) < 0:
        raise ValueError(f"no amount is stated before {price.steps[0].from_}")
    return np.array([step.value.value for step in price.steps])[which]


def repair_fee(
    prices: RepairPrice | None, sku: np.ndarray, sku_ids: Sequence[str], level: np.ndarray, ordinals: np.ndarray
) -> np.ndarray:
    """List price of repairing each unit, before discounts; NaN where the price list has no price for it."""
    if prices is None:
        return np.zeros(len(ordinals))
    if prices.flat is not None:
        return price_at(prices.flat, ordinals)
    fee = np.full(len(ordinals), np.nan)
    known = {code: name for code, name in enumerate(sku_ids) if name in prices.by_sku}
    for code, name in known.items():
        rows = sku == code
        fee[rows] = price_at(prices.by_sku[name], ordinals[rows])
    for step, price in prices.by_level.items():
        rows = level == step
        fee[rows] = price_at(price, ordinals[rows])
    return fee


def unit_charges(
    partner: Partner,
    desk: str,
    *,
    outcome: np.ndarray,
    sku: np.ndarray,
    sku_ids: Sequence[str],
    level: np.ndarray,
    ordinals: np.ndarray,
    size: np.ndarray | int = 0,
    part_cost: np.ndarray | float = 0.0,
    price_net: np.ndarray | float = 0.0,
    storage_days: np.ndarray | float = 0.0,
    redone: np.ndarray | bool = False,
    kept: np.ndarray | bool = False,
) -> UnitCharges:
    """Charges of single units, vectorised over rows of shape (n,).

    Parameters
    ----------
    outcome
        Index into ``OUTCOMES``.
        Rows that never reached the desk are left out (see `outcomes`).
    sku, sku_ids
        Index of each unit's SKU into ``sku_ids``.
    level
        Repair level of the true fault, 1-4 (read for repaired units only).
    ordinals
        Day the work was completed, proleptic day number in the market's time zone.
    size
        Index of each unit's size class into ``SIZE_CLASSES``.
    part_cost, price_net
        Cost of the parts used and the unit's price net of tax [desk currency].
    storage_days
        Days the unit was kept at the desk; started days count [days].
    redone
        Whether the unit is redone under the partner's repair warranty.
    kept
        Whether a unit beyond repair goes back to its owner, so that nobody disposes of it.

    Raises
    ------
    ValueError
        If a repaired unit has no price: the desk does not repair that SKU or level.
    """
    terms = partner.desks[desk]
    repaired = outcome == REPAIRED
    free = repaired & np.broadcast_to(redone, outcome.shape)
    listed = repair_fee(terms.repaired, sku, sku_ids, level, ordinals)
    if np.isnan(listed[repaired]).any():
        row = int(np.flatnonzero(repaired & np.isnan(listed))[0])
        raise ValueError(f"desk {desk} has no price for repairing {sku_ids[int(sku[row])]} at level {int(level[row])}")
    billed, own = _parts(terms, np.broadcast_to(part_cost, outcome.shape), price_net, ordinals)
    parts_free = free if partner.repair_warranty.covers == "labour_and_parts" else np.zeros_like(free)
    return UnitCharges(
        receiving=np.where(free, 0.0, _sized(terms.receiving, terms.receiving_by_size, size, ordinals)),
        assessment=_assessment(terms, outcome, size, ordinals),
        labour=np.where(repaired & ~free, listed, 0.0),
        parts=np.where(repaired & ~parts_free, billed, 0.0),
        own_parts=np.where(repaired, own, 0.0),
        storage=_storage(terms, np.broadcast_to(storage_days, outcome.shape), ordinals),
        disposal=np.where((outcome == BEYOND_REPAIR) & ~np.asarray(kept), price_at(terms.disposal, ordinals), 0.0),
        counted=np.isin(outcome, [OUTCOMES.index(name) for name in partner.counts]) & ~free,
    )


def outcomes(partner: Partner, finding: np.ndarray) -> np.ndarray:
    """What the partner bills each `Finding` as: index into ``OUTCOMES``, -1 where no unit reached the desk.

    A unit that could not be repaired is billed as one beyond repair, a wrong or empty box as an excluded unit; a
    test-only partner bills every unit as tested.
    """
    table = np.full(len(Finding), -1, dtype=np.int8)
    table[[Finding.NFF, Finding.EXCLUDED, Finding.REPAIRED]] = NO_FAULT, EXCLUDED, REPAIRED
    table[[Finding.NOT_REPAIRED, Finding.BER, Finding.WRONG_BOX]] = BEYOND_REPAIR, BEYOND_REPAIR, EXCLUDED
    if partner.test_only:
        table[table >= 0] = TESTED
    return table[finding]


def _sized(price: Price | None, by_size: BySize | None, size: np.ndarray | int, ordinals: np.ndarray) -> np.ndarray:
    if by_size is None:
        return price_at(price, ordinals)
    amounts = np.array([getattr(by_size, name).value for name in SIZE_CLASSES])
    return amounts[np.broadcast_to(size, ordinals.shape)]


def _assessment(terms: Desk, outcome: np.ndarray, size: np.ndarray | int, ordinals: np.ndarray) -> np.ndarray:
    fee = np.where(outcome == TESTED, _sized(terms.tested, terms.tested_by_size, size, ordinals), 0.0)
    by_outcome = {
        NO_FAULT: terms.no_fault,
        BEYOND_REPAIR: terms.beyond_repair,
        EXCLUDED: terms.excluded,
    }
    for code, price in by_outcome.items():
        rows = outcome == code
        fee[rows] = price_at(price, ordinals[rows])
    return fee


def _parts(
    terms: Desk, cost: np.ndarray, price_net: np.ndarray | float, ordinals: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Parts of a repaired unit: (billed by the partner, paid by the seller to others)."""
    parts: PartsTerms | None = terms.parts
    nothing = np.zeros(cost.shape)
    if parts is None:
        return nothing, nothing
    if parts.mode == "consigned":
        return price_at(parts.handling, ordinals), cost if parts.mean is None else price_at(parts.mean, ordinals)
    covered = parts.cap_share * np.asarray(price_net) if parts.mode == "included" else 0.0
    return np.maximum(cost - covered, 0.0) * (1.0 + parts.markup_share), nothing


def _storage(terms: Desk, days: np.ndarray, ordinals: np.ndarray) -> np.ndarray:
    if terms.storage is None:
        return np.zeros(days.shape)
    return np.maximum(np.ceil(days - terms.storage.free_days), 0.0) * price_at(terms.storage.per_day, ordinals)


def under_promise(sla: Sla | None, arrivals: np.ndarray) -> np.ndarray:
    """Units a promise holds for: ``arrivals`` is the number of units that reached the desk on the unit's own day."""
    if sla is None:
        return np.zeros(arrivals.shape, dtype=bool)
    return np.ones(arrivals.shape, dtype=bool) if sla.units_per_day is None else arrivals <= sla.units_per_day


def late(
    sla: Sla | None, arrived: np.ndarray, shipped: np.ndarray, closed_days: Sequence[int] | np.ndarray = ()
) -> np.ndarray:
    """Units shipped later than promised; the day of arrival is day 0.

    Parameters
    ----------
    arrived, shipped
        Local days as proleptic day numbers, shape (n,).
    closed_days
        Day numbers of holidays on weekdays, which are no business days.
    """
    if sla is None:
        return np.zeros(arrived.shape, dtype=bool)
    if sla.day_kind == "calendar":
        return (shipped - arrived) > sla.days
    epoch = np.datetime64("0001-01-01", "D") - 1
    start, end = epoch + arrived.astype("timedelta64[D]"), epoch + shipped.astype("timedelta64[D]")
    holidays = epoch + np.asarray(closed_days, dtype=np.int64).astype("timedelta64[D]")
    return np.busday_count(start, end, holidays=holidays) > sla.days
