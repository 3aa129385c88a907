"""Quotes as contracts: one segment table a pool, and what a month's units are billed by it.

A pool is the set of desks whose units count together: every signed desk of a pooled contract, a single desk otherwise.
Amounts stay in the currency of each desk; exchange rates come later.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from warrantysim.money.unit_charges import price_at
from warrantysim.schema.clock import DAY, REACH, Clock
from warrantysim.schema.contracts import Partner, Tiers
from warrantysim.schema.desk_terms import Desk, Retainer, Sla

YEAR = 12
"""Months in a contract year."""


@dataclass(frozen=True)
class Segments:
    """The segment table of one pool over a run of months: M months, K segments, D desks.

    In a period with n counted units, segment k holds for ``lower[k] <= n < lower[k + 1]``. With F the repair fees of a
    desk before discount and G the list price of its counted units beyond the included ones (``extra_unit`` times its
    units), the desk is billed there

        F - (discount F - discount_units F / n) + (extra G - extra_units G / n).

    All-units tiers have ``discount_units`` = 0, so the bill jumps down at a tier; incremental tiers keep it continuous.
    """

    partner: str
    """Partner id."""
    desks: tuple[str, ...]
    """Desk ids; the first bills what is due once a contract."""
    currencies: tuple[str, ...]
    """Currency of each desk [ISO code]."""
    basis: str
    """Period the units are counted over [month|year|dispatch]."""
    months: np.ndarray
    """Months since the horizon's first, consecutive, shape (M,)."""
    labels: tuple[str, ...]
    """The months as 2027-01."""
    horizon: int
    """Months of the horizon: 0 to horizon - 1."""
    lower: np.ndarray
    """First unit count of each segment, rising; shape (M, K) [units per period]."""
    discount: np.ndarray
    """Discount on repair fees, shape (M, K) [share]."""
    discount_units: np.ndarray
    """Mean fees the discount falls short by, shape (M, K) [units]."""
    extra: np.ndarray
    """1 where units lie beyond the included ones, else 0; shape (M, K)."""
    extra_units: np.ndarray
    """Included units of such a segment, shape (M, K) [units]."""
    extra_unit: np.ndarray
    """Price of a unit beyond the included ones, shape (M, D) [desk currency per unit]."""
    onboarding: np.ndarray
    """Charged in the month, shape (M, D) [desk currency]."""
    retainer: np.ndarray
    """Charged in the month, shape (M, D) [desk currency]."""
    minimum: np.ndarray
    """Least service charges of the month, shape (M, D) [desk currency]."""
    slas: tuple[Sla | None, ...]
    """The promise of each desk."""
    late_credit: np.ndarray
    """Credit for each late unit, shape (M, D) [desk currency per unit]."""

    @property
    def rebate_on_invoice(self) -> bool:
        """Whether discounts are on the monthly invoice, and so count against a minimum, or paid at the year's end."""
        return self.basis != "year"

    def rows(self, months: np.ndarray) -> np.ndarray:
        """Row of each month in the table.

        Raises
        ------
        ValueError
            If a month lies outside the table.
        """
        rows = np.asarray(months, dtype=np.int64) - self.months[0]
        if rows.size and (rows.min() < 0 or rows.max() >= len(self.months)):
            raise ValueError(
                f"the contract of {self.partner} is compiled for {self.labels[0]} to {self.labels[-1]} only"
            )
        return rows

    def shares(self, rows: np.ndarray, units: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """(discount, share beyond the included units) of periods with ``units`` counted units under the terms of
        ``rows``; both in [0, 1], 0 for an empty period; shape (n,)."""
        segment = (self.lower[rows] <= units[:, None]).sum(axis=1) - 1
        some = np.where(units > 0, units, np.inf)
        discount = self.discount[rows, segment] - self.discount_units[rows, segment] / some
        extra = self.extra[rows, segment] - self.extra_units[rows, segment] / some
        return np.where(units > 0, discount, 0.0), np.where(units > 0, extra, 0.0)


def month_begins(clock: Clock, month: int) -> dt.date:
    """First day of a month counted from the horizon's first."""
    year, index = divmod(clock.first_day.year * 12 + clock.first_day.month - 1 + int(month), 12)
    return dt.date(year, index + 1, 1)


def pools(partner: Partner, signed: Sequence[str]) -> tuple[tuple[str, ...], ...]:
    """Signed desks grouped by what counts together, each in the quote's own order."""
    desks = tuple(name for name in partner.desks if name in signed)
    return (desks,) if partner.retainer_scope == "contract" and desks else tuple((name,) for name in desks)


def technicians_under(lead: Desk) -> int:
    """Technicians a retainer is charged for: those at the first desk, where the quote offers further ones."""
    further = lead.retainer is not None and lead.retainer.technician_per_month is not None
    return lead.bench.technicians if further else 1


def charged_months(partner: Partner, clock: Clock, horizon: int, start: int = 0, stop: int | None = None) -> range:
    """Months of the horizon with fixed charges: from the start to the end of notice and term, within the quote's dates.

    ``stop`` is the month in which notice is given; None means the contract goes on. A month that the quote's dates
    touch is charged in full.
    """
    end = horizon
    if stop is not None:
        end = min(horizon, max(stop + math.ceil(partner.notice_days / 30), start + partner.term_months))
    first = max(start, 0)
    while first < end and not _touched(partner, clock, first):
        first += 1
    last = first
    while last < end and _touched(partner, clock, last):
        last += 1
    return range(first, last)


def _touched(partner: Partner, clock: Clock, month: int) -> bool:
    begins, ends = month_begins(clock, month), month_begins(clock, month + 1) - dt.timedelta(days=1)
    starts_late = partner.valid_from is not None and partner.valid_from > ends
    ended_before = partner.valid_to is not None and partner.valid_to < begins
    return not (starts_late or ended_before)


def payable(
    partner: Partner, clock: Clock, time_zone: str, months: np.ndarray, *, retainer: bool = False
) -> np.ndarray:
    """When charges of each month are paid [int64 s]: so many days after its end in the desk's time zone.

    A retainer in advance, and onboarding with it, is paid when its month begins. Shape of ``months``.
    """
    starts = clock.month_starts(time_zone)
    if retainer and partner.retainer_in_advance:
        return starts[REACH + months]
    return starts[REACH + months + 1] + partner.payment_days * DAY


def compile_quote(
    name: str,
    partner: Partner,
    desks: Sequence[str],
    clock: Clock,
    *,
    horizon: int,
    before: int = 0,
    after: int = 0,
    technicians: int = 1,
    start: int = 0,
    stop: int | None = None,
) -> Segments:
    """The segment table of one pool.

    Parameters
    ----------
    name, partner, desks
        Partner id, its quote, and the pool's desks (see `pools`).
    horizon, before, after
        Months of the horizon, and months of run-in and run-out around it: those carry no fixed charges, but units
        completed in them are billed by the same tiers and included units.
    technicians
        Technicians under the retainer, 1 for those it names.
    start, stop
        Month in which the contract begins and month in which notice is given, within the horizon.

    Raises
    ------
    ValueError
        If further technicians are asked for that the quote does not offer.
    """
    terms = [partner.desks[desk] for desk in desks]
    lead = terms[0].retainer
    if technicians > 1 and (lead is None or lead.technician_per_month is None):
        raise ValueError(f"the quote of {name} offers no further technician")
    months = range(-before, horizon + after)
    days = np.array([month_begins(clock, m).toordinal() for m in months])
    charged = charged_months(partner, clock, horizon, start, stop)
    active = np.array([m in charged for m in months])
    table = np.array([_breaks(partner.tiers, lead, technicians, clock, m, horizon) for m in months])
    once, monthly = np.zeros((len(months), len(desks))), np.zeros((len(months), len(desks)))
    if charged and not partner.onboarded:
        row = charged[0] + before
        once[row, 0] = price_at(terms[0].onboarding, days[row : row + 1])[0]
    if lead is not None:
        further = (technicians - 1) * price_at(lead.technician_per_month, days)
        monthly[:, 0] = np.where(active, price_at(lead.per_month, days) + further, 0.0)
    basis = partner.tiers.basis if partner.tiers is not None else "month"
    return Segments(
        partner=name,
        desks=tuple(desks),
        currencies=tuple(desk.currency for desk in terms),
        basis=basis,
        months=np.array(months),
        labels=tuple(clock.month_label(m) for m in months),
        horizon=horizon,
        lower=table[:, 0],
        discount=table[:, 1],
        discount_units=table[:, 2],
        extra=table[:, 3],
        extra_units=table[:, 4],
        extra_unit=np.column_stack([price_at(d.retainer.extra_unit if d.retainer else None, days) for d in terms]),
        onboarding=once,
        retainer=monthly,
        minimum=np.column_stack([np.where(active, price_at(d.minimum_per_month, days), 0.0) for d in terms]),
        slas=tuple(d.sla for d in terms),
        late_credit=np.column_stack([price_at(d.sla.credit_per_unit if d.sla else None, days) for d in terms]),
    )


def _breaks(
    tiers: Tiers | None, retainer: Retainer | None, technicians: int, clock: Clock, month: int, horizon: int
) -> list[list[float]]:
    """One month's segments as rows: lower, discount, discount_units, extra, extra_units."""
    own_day = month_begins(clock, month)
    incremental = tiers is not None and tiers.kind == "incremental"
    steps: list[tuple[float, float]] = []
    if tiers is not None:
        agreed = month_begins(clock, contract_year(month, horizon) * YEAR) if tiers.basis == "year" else own_day
        steps = [(tier.from_units - int(incremental), tier.discount.on(agreed)) for tier in tiers.steps]
    included = math.inf
    if retainer is not None:
        included = retainer.included_units.on(own_day) + (technicians - 1) * retainer.technician_units
    lower = sorted([0.0, *(begin for begin, _ in steps), *([included] if retainer is not None else [])])
    discount, short = [], []
    for at in lower:
        held = [(begin, share) for begin, share in steps if begin <= at]
        discount.append(held[-1][1] if held else 0.0)
        rises = np.diff([0.0, *(share for _, share in held)])
        short.append(sum(rise * begin for rise, (begin, _) in zip(rises, held, strict=True)) if incremental else 0.0)
    beyond = [float(at >= included) for at in lower]
    return [lower, discount, short, beyond, [included if flag else 0.0 for flag in beyond]]


def contract_year(month: int, horizon: int) -> int:
    """Contract year of a month; months outside the horizon take the terms and the discount of the nearest year."""
    return min(max(month // YEAR, 0), max(horizon - 1, 0) // YEAR)
