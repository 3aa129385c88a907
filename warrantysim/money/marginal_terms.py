"""A pool's terms as straight pieces for a program that chooses volumes: jumps and slopes by segment.

The pieces state what a period costs **on top of** its unit charges at list price. With the pool's counted units
n = sum of n_d over its desks, repair fees before discount F_d and other service charges S_d (see
``UnitCharges.service``), a signed contract costs in a period of months m

    sum over m, d of fixed[m, d]
    + for the one segment k with lower[k] <= n <= upper[k]: sum over d of jump[k, d] + per_unit[k, d] n_d
      + per_fee[k, d] F_d
    + sum over m, d of max(0, minimum[m, d] - retainer[m, d] - invoiced[m, d])

where ``invoiced`` is F + S of the month plus, if ``rebate_on_invoice``, the second line of that desk. As a
multiple-choice model: one binary z_k a segment with sum of z_k = signed, copies n_dk and F_dk of the volumes with
lower[k] z_k <= sum of n_dk <= upper[k] z_k and F_dk <= (largest F) z_k, and one continuous shortfall a month and desk.
Neighbouring segments share their end: there the cheaper one is the true one, because discounts never fall.

Exact for all-units tiers (a jump down, carried by per_fee alone), for a retainer's included units and for incremental
tiers (continuous) whenever the mean fee and the desks' mix are those stated: with one desk and one fee always, else at
the point of linearisation, which the caller moves along.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from warrantysim.money.contracts import YEAR, Segments

Beside = tuple[np.ndarray, np.ndarray, np.ndarray]
"""Counted units, repair fees and other service charges of claims that are not chosen for, each of shape (P, D)."""


@dataclass(frozen=True)
class MarginalTerms:
    """One period of a pool: P months, K segments, D desks; amounts in one currency a desk."""

    months: tuple[int, ...]
    """Months of the period since the horizon's first: one, or a contract year."""
    lower: np.ndarray
    """Least counted units of each segment, shape (K,) [units per period]."""
    upper: np.ndarray
    """Most counted units of each segment, the next one's least; last inf, shape (K,) [units per period]."""
    jump: np.ndarray
    """Charge for being in a segment, shape (K, D) [currency]."""
    per_unit: np.ndarray
    """Charge for each counted unit, shape (K, D) [currency per unit]."""
    per_fee: np.ndarray
    """Charge for each unit of repair fees before discount, shape (K, D) [share, -1-0]."""
    fixed: np.ndarray
    """Onboarding and retainer, due when signed, shape (P, D) [currency]."""
    retainer: np.ndarray
    """The retainer within it, which counts towards the minimum, shape (P, D) [currency]."""
    minimum: np.ndarray
    """Least service charges of a month, 0 where none, shape (P, D) [currency]."""
    rebate_on_invoice: bool
    """Whether the segment's charges count towards the minimum."""

    def segment(self, units: float) -> int:
        """The segment a count of units lies in; at a shared end the upper one."""
        return int(np.searchsorted(self.lower, units, side="right")) - 1

    def cost(
        self,
        units: np.ndarray,
        fees: np.ndarray,
        service: np.ndarray | float = 0.0,
        *,
        beside: Beside | None = None,
        signed: np.ndarray | bool = True,
    ) -> np.ndarray:
        """What a signed contract costs on top of unit charges; ``units``, ``fees``, ``service``: shape (..., P, D).

        ``beside`` fills segments and minimums too, but bears its own part of them; ``signed``: desks whose minimum is
        due, shape (D,). Returns shape (...).
        """
        fees, own_units = np.asarray(fees), units.sum(axis=-2)
        counted, paid = (units, fees) if beside is None else (units + beside[0], fees + beside[1])
        number = counted.sum(axis=(-2, -1))
        k = np.searchsorted(self.lower, number, side="right") - 1
        some = own_units.sum(axis=-1) / np.maximum(number, 1e-12)
        own = some[..., None] * self.jump[k] + self.per_unit[k] * own_units + self.per_fee[k] * fees.sum(axis=-2)
        invoiced = paid + service if beside is None else paid + service + beside[2]
        if self.rebate_on_invoice:
            invoiced = invoiced + self.adjusted(k, counted, paid)[..., None, :]
        short = np.maximum(self.minimum - self.retainer - invoiced, 0.0)
        short = np.where((self.minimum > 0) & signed, short, 0.0)
        return np.asarray(self.fixed.sum() + own.sum(axis=-1) + short.sum(axis=(-2, -1)))

    def adjusted(self, k: int | np.ndarray, units: np.ndarray, fees: np.ndarray) -> np.ndarray:
        """What segment ``k`` adds to unit charges at list price, by desk: rebates and units beyond the included ones.

        ``units``, ``fees``: of everybody, shape (..., P, D); ``k``: shape (...). Returns shape (..., D).
        """
        by_desk = units.sum(axis=-2)
        some = by_desk.sum(axis=-1) > 0
        return np.asarray(
            some[..., None] * self.jump[k] + self.per_unit[k] * by_desk + self.per_fee[k] * fees.sum(axis=-2)
        )

    def converted(self, rates: Sequence[float] | np.ndarray, last: np.ndarray | None = None) -> MarginalTerms:
        """The same in a common currency; ``rates``: its units per unit of each desk's currency, shape (D,), or by month
        of the period, shape (P, D). ``last``: those at the months' ends, when a shortfall is due; as ``rates`` if not
        given."""
        begin = np.asarray(rates, dtype=float)
        end = begin if last is None else last
        middle = ((begin + end) / 2).reshape(-1, begin.shape[-1]).mean(axis=0)
        by_rate = {"jump": middle, "per_unit": middle, "fixed": begin, "retainer": end, "minimum": end}
        return replace(self, **{name: getattr(self, name) * rate for name, rate in by_rate.items()})


def marginal_terms(
    pool: Segments,
    mean_fee: np.ndarray | float | None = None,
    mix: np.ndarray | None = None,
    units_per_dispatch: float | None = None,
) -> tuple[MarginalTerms, ...]:
    """A pool's terms period by period, in the order of the table's months; a contract year is one period.

    Parameters
    ----------
    mean_fee
        Mean repair fee before discount of a counted unit, by desk; needed for incremental tiers [desk currency].
    mix
        Share of the counted units by desk, shape (D,); needed where a pool has several desks and its bill depends on
        their mix [share].
    units_per_dispatch
        Mean size of an inbound dispatch; needed for tiers by dispatch, which then are one segment [units].

    Raises
    ------
    ValueError
        If a number that the terms depend on is not given.
    """
    desks = len(pool.desks)
    if mix is None and desks > 1 and (pool.discount_units.any() or pool.extra_units.any()):
        raise ValueError(f"the pooled contract of {pool.partner} needs the mix of its desks")
    if mean_fee is None and pool.discount_units.any():
        raise ValueError(f"the incremental tiers of {pool.partner} need the mean repair fee")
    if units_per_dispatch is None and pool.basis == "dispatch":
        raise ValueError(f"the tiers of {pool.partner} need the mean size of a dispatch")
    mix_ = np.ones(desks) / desks if mix is None else np.asarray(mix, dtype=float)
    fee = np.broadcast_to(0.0 if mean_fee is None else np.asarray(mean_fee, dtype=float), (desks,))
    return tuple(_terms(pool, rows, fee * mix_, mix_, units_per_dispatch) for rows in _period_rows(pool))


def _period_rows(pool: Segments) -> list[np.ndarray]:
    """Table rows of each period; a contract year holds only months of the horizon."""
    rows = np.arange(len(pool.months))
    if pool.basis != "year":
        return [rows[i : i + 1] for i in rows]
    within = rows[(pool.months >= 0) & (pool.months < pool.horizon)]
    return [within[i : i + YEAR] for i in range(0, len(within), YEAR)]


def _terms(
    pool: Segments, rows: np.ndarray, fee_of_unit: np.ndarray, mix: np.ndarray, dispatch: float | None
) -> MarginalTerms:
    """``fee_of_unit``: each desk's repair fees over all counted units of the pool, shape (D,)."""
    row = int(rows[0])
    lower, discount = pool.lower[row], pool.discount[row]
    short, extra, included = pool.discount_units[row], pool.extra[row], pool.extra_units[row]
    if dispatch is not None and pool.basis == "dispatch":
        share, _ = pool.shares(rows[:1], np.array([dispatch]))
        lower, discount = lower[:1], share
        short, extra, included = np.zeros(1), np.zeros(1), np.zeros(1)
    extra_unit = pool.extra_unit[row]
    return MarginalTerms(
        months=tuple(int(m) for m in pool.months[rows]),
        lower=lower,
        upper=np.append(lower[1:], np.inf),
        jump=np.outer(short, fee_of_unit) - np.outer(included, mix * extra_unit),
        per_unit=np.outer(extra, extra_unit),
        per_fee=np.repeat(-discount[:, None], len(pool.desks), axis=1),
        fixed=pool.onboarding[rows] + pool.retainer[rows],
        retainer=pool.retainer[rows],
        minimum=pool.minimum[rows],
        rebate_on_invoice=pool.rebate_on_invoice,
    )
