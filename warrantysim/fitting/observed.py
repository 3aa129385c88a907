"""What was seen of lives: single units whose age is known between two ends, or sales and claims by month.

Both give a log-likelihood of any law of life (`laws.Law`); that is all a fit needs to know of them.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Protocol

import numpy as np
import numpy.typing as npt

from warrantysim.fitting.laws import LEAST, Floats, Law

DAILY, WEEK = 63, 7
"""Ages up to which lives are followed by the day, and how finely after [days]."""
_NODES, _WEIGHTS = np.polynomial.legendre.leggauss(12)


class Observed(Protocol):
    """What a law is fitted to."""

    def log_likelihood(self, law: Law, free: Floats) -> float:
        """Logarithm of the probability of what was seen, up to a constant that no law moves."""
        ...

    @property
    def failures(self) -> float:
        """Failures seen [units]."""
        ...

    @property
    def units(self) -> float:
        """Units at risk [units]."""
        ...

    @property
    def typical_age(self) -> float:
        """An age about which failures were seen, or units ran [unit of age]."""
        ...


@dataclass(frozen=True)
class Lifetimes:
    """Units each of which failed between two ages.

    Columns of length n. ``low`` = ``high``: failed at that age; ``high`` infinite: alive at ``low``; ``low`` 0: failed
    before ``high``. ``entry``: the age from which it was watched (left truncation). ``count``: units alike.
    """

    low: Floats
    high: Floats
    entry: Floats
    count: Floats

    @classmethod
    def of(
        cls,
        low: npt.ArrayLike,
        high: npt.ArrayLike,
        count: npt.ArrayLike = 1.0,
        entry: npt.ArrayLike = 0.0,
    ) -> Lifetimes:
        """Columns of anything that can be made columns of one length.

        Raises
        ------
        ValueError
            For ends the wrong way round, negative ages or counts, units watched only after they failed.
        """
        columns = [np.asarray(x, dtype=float) for x in (low, high, entry, count)]
        a, b, start, units = (np.ravel(x).copy() for x in np.broadcast_arrays(*columns))
        wrong = ~((a >= 0) & (b >= a) & (b > 0) & (units >= 0) & (start >= 0) & (start < b) & (start <= a))
        if wrong.any():
            n = int(np.flatnonzero(wrong)[0])
            raise ValueError(f"row {n}: expected 0 <= entry <= low <= high, got {start[n]:g}, {a[n]:g}, {b[n]:g}")
        return cls(a, b, start, units)

    @classmethod
    def seen(cls, failed_at: npt.ArrayLike, running_at: npt.ArrayLike = ()) -> Lifetimes:
        """Ages at which units failed, and ages of those that run."""
        failed, running = (np.atleast_1d(np.asarray(x, dtype=float)) for x in (failed_at, running_at))
        return cls.of(np.concatenate((failed, running)), np.concatenate((failed, np.full(len(running), np.inf))))

    @property
    def failures(self) -> float:
        """Failures seen [units]."""
        return float(self.count[np.isfinite(self.high)].sum())

    @property
    def units(self) -> float:
        """Units watched [units]."""
        return float(self.count.sum())

    @property
    def typical_age(self) -> float:
        """The middle of ages at failure, else of ages run."""
        failed = np.isfinite(self.high) & (self.count > 0)
        at = np.where(failed, (self.low + np.where(failed, self.high, 0.0)) / 2, self.low)
        return float(np.median(at[failed] if failed.any() else at[at > 0]))

    def log_likelihood(self, law: Law, free: Floats) -> float:
        """Density at known ages, probability between two ages, given alive at entry."""
        exact = self.low == self.high
        each = np.empty(len(self.low))
        each[exact] = law.log_density(self.low[exact], free)
        low, high = (law.log_survival(ends[~exact], free) for ends in (self.low, self.high))
        # S(low) - S(high), without losing the digits of a small difference; nothing fails after infinity.
        gone = np.where(np.isinf(self.high[~exact]), -np.inf, high - low)
        each[~exact] = low + np.log(np.maximum(-np.expm1(gone), LEAST))
        return float(self.count @ (each - law.log_survival(self.entry, free)))


@dataclass(frozen=True)
class WholeDays:
    """Lags between two events of each of which the day alone is known.

    A lag of t days that begins at any hour alike ends n days later on the calendar with a chance of 1 - |t - n|, where
    that is positive: between n - 1 and n + 1 days are possible, and n is the likeliest.
    """

    days: Floats
    """Differences of days, each once [days]."""
    count: Floats
    """Lags of each [count]."""

    @classmethod
    def of(cls, days: npt.ArrayLike, least: float = 0.0) -> WholeDays:
        """Differences in any order; what is fitted is the lag beyond the least one there is."""
        each, count = np.unique(np.maximum(np.asarray(days, dtype=float), 0.0), return_counts=True)
        return cls(each - least, count.astype(float))

    @property
    def failures(self) -> float:
        """Lags seen [count]."""
        return self.units

    @property
    def units(self) -> float:
        """Lags seen [count]."""
        return float(self.count.sum())

    @property
    def typical_age(self) -> float:
        """The middle one [days]."""
        middle = int(np.searchsorted(np.cumsum(self.count), self.units / 2))
        return max(float(self.days[middle]), 0.3)

    def log_likelihood(self, law: Law, free: Floats) -> float:
        """Of every difference: its chance given the lag, over all lags."""
        at = self.days[:, None] + (_NODES + 1) / 2
        before, after = (law.log_survival(ages, free) for ages in (at - 1, at))
        # The integral of what ended over the day ahead less that over the day before; of what runs where most ended,
        # so that a small chance is no difference of two numbers near 1.
        late = (after < np.log(0.5)).all(axis=1)
        gone = (np.expm1(before) - np.expm1(after)) @ _WEIGHTS / 2
        alive = (np.exp(before) - np.exp(after)) @ _WEIGHTS / 2
        return float(self.count @ np.log(np.maximum(np.where(late, alive, gone), LEAST)))


@dataclass(frozen=True)
class ClaimsTable:
    """Sales and claims by month (a Nevada chart where claims are known by month of sale).

    Units of a month are sold evenly over its days and reach claim ``lag`` days after they failed; no claim is made of
    a failure after the warranty. Claims of months without a report are not a number: they say nothing.
    """

    edges: Floats
    """First day of each month, and of the month after the last (J + 1) [day number]."""
    sold: Floats
    """Units sold in each month (J) [units]."""
    claims: Floats
    """Claims by month of claim (J), or by month of sale and month of claim (J, J) [claims]."""
    term: Floats
    """Warranty of the units sold in each month (J) [days]."""
    lag: Floats
    """Days from sale to delivery and from failure to claim, as equally likely values (L) [days]."""
    claimed: float = 1.0
    """Failures that are claimed [share]."""

    @classmethod
    def of(
        cls,
        edges: npt.ArrayLike,
        sold: npt.ArrayLike,
        claims: npt.ArrayLike,
        term: npt.ArrayLike = 1e6,
        lag: npt.ArrayLike = 0.0,
        claimed: float = 1.0,
    ) -> ClaimsTable:
        """Columns of anything that can be made such.

        Raises
        ------
        ValueError
            For shapes that do not fit, or negative figures.
        """
        e, s, c = (np.asarray(x, dtype=float) for x in (edges, sold, claims))
        months = len(s)
        if e.shape != (months + 1,) or c.shape not in {(months,), (months, months)} or not (np.diff(e) > 0).all():
            raise ValueError(
                f"expected {months + 1} rising edges and claims of {months} months, got {e.shape}, {c.shape}"
            )
        if (s < 0).any() or (c < 0).any() or not 0 < claimed <= 1:
            raise ValueError("expected units and claims of 0 or more, and a share claimed above 0")
        days = np.broadcast_to(np.asarray(term, dtype=float), (months,))
        return cls(e, s, c, days, np.atleast_1d(np.asarray(lag, dtype=float)), claimed)

    @property
    def by_sale(self) -> bool:
        """Whether claims are known by month of sale."""
        return self.claims.ndim == 2

    @property
    def failures(self) -> float:
        """Claims seen [claims]."""
        return float(np.nansum(self.claims))

    @property
    def units(self) -> float:
        """Units sold [units]."""
        return float(self.sold.sum())

    @property
    def typical_age(self) -> float:
        """Half the time since the units were sold, on average, within the warranty [days]."""
        middle = (self.edges[1:] + self.edges[:-1]) / 2
        seen = np.minimum(self.edges[-1] - middle, self.term)
        return float(max(np.average(seen, weights=np.maximum(self.sold, 1e-9)) / 2, 1.0))

    @cached_property
    def ages(self) -> Floats:
        """Ages at which the share failed is needed (A) [days]: every day of the first months, then every week."""
        return ages_to(float(self.edges[-1] - self.edges[0]))

    @cached_property
    def exposure(self) -> Floats:
        """How a share failed by age makes claims: (months of sale, months of claim, ages).

        Expected claims of a unit sold in month i, made in month j, are ``exposure[i, j] @ failed(ages)``.
        """
        return claims_by_age(self.edges, self.ages, self.lag, self.term, self.sold > 0) * self.claimed

    def expected(self, failed: Floats) -> Floats:
        """Claims expected where ``failed`` is the share failed by `ages`, in the shape of `claims`."""
        each = self.sold[:, None] * (self.exposure @ failed)
        return each if self.by_sale else each.sum(axis=0)

    @cached_property
    def _rows(self) -> tuple[Floats, Floats, Floats, Floats]:
        """Exposure and claims of cells that say something; the month of sale of each; units of it still running."""
        if not self.by_sale:
            seen = ~np.isnan(self.claims)
            sums = np.einsum("i,ija->ja", self.sold, self.exposure)[seen]
            return sums, self.claims[seen], np.zeros(0), np.zeros(0)
        rows, months = np.nonzero(~np.isnan(self.claims) & (self.exposure.any(axis=2)))
        made = self.claims[rows, months]
        member = (rows[None, :] == np.arange(len(self.sold))[:, None]).astype(float)
        return self.exposure[rows, months], made, member, np.maximum(self.sold - member @ made, 0.0)

    def log_likelihood(self, law: Law, free: Floats) -> float:
        """Of every unit where the month of its sale is known, else of the number of claims of each month."""
        return float(self.log_likelihoods(law.failed(self.ages, free)[:, None])[0])

    def log_likelihoods(self, failed: Floats) -> Floats:
        """For several laws at once: shares failed by `ages`, one law a column."""
        exposure, made, member, running = self._rows
        mean = np.maximum(exposure @ failed, LEAST)
        if not self.by_sale:
            return np.asarray(made @ np.log(mean) - mean.sum(axis=0))
        return np.asarray(made @ np.log(mean) + running @ np.log(np.maximum(1 - member @ mean, LEAST)))


@dataclass(frozen=True)
class ClaimCounts:
    """Claims counted in groups of units, each a Poisson number about what is expected of its units.

    A group may be a month of claim, or the claims at one age in months of all units whose month of sale is known: where
    what is expected of a month of sale is its units times a share of their age, such sums lose nothing.
    """

    ages: Floats
    """Ages at which the share failed is needed (A) [days]."""
    exposure: Floats
    """Claims expected of each group are this times the share failed by `ages` (R, A) [units]."""
    claims: Floats
    """Claims of each group (R) [claims]."""
    sold: float
    """Units they are of [units]."""
    beside: Floats | float = 0.0
    """Claims of each group that no failure makes, where there are any (R) [claims]."""
    claimed: float = 1.0
    """Failures of half a year that are claimed: `exposure` counts these alone [share]."""

    @property
    def failures(self) -> float:
        """Claims seen [claims]."""
        return float(self.claims.sum())

    @property
    def units(self) -> float:
        """Units sold; 0 where none can have made a claim that is seen [units]."""
        return self.sold if self.exposure.any() else 0.0

    @property
    def typical_age(self) -> float:
        """An age by which half of what is seen of the units lies [days]."""
        at = np.maximum(self.exposure, 0.0).sum(axis=0)
        return float(max(self.ages[min(int(np.searchsorted(at.cumsum(), at.sum() / 2)), len(at) - 1)] / 2, 1.0))

    def expected(self, failed: Floats) -> Floats:
        """Claims expected where ``failed`` is the share failed by `ages`, one law a column where there are several."""
        beside = np.asarray(self.beside, dtype=float)
        return self.exposure @ failed + (beside[:, None] if failed.ndim > 1 and beside.ndim else beside)

    def log_likelihood(self, law: Law, free: Floats) -> float:
        """Of the number of claims of each group."""
        return float(self.log_likelihoods(law.failed(self.ages, free)[:, None])[0])

    def log_likelihoods(self, failed: Floats) -> Floats:
        """For several laws at once: shares failed by `ages`, one law a column."""
        mean = np.maximum(self.expected(failed), LEAST)
        return np.asarray(self.claims @ np.log(mean) - mean.sum(axis=0))


def ages_to(longest: float) -> Floats:
    """Every day of the first months, then every week, to an age and a little more [days]."""
    top = int(np.ceil(longest)) + 2
    return np.append(np.arange(min(DAILY, top)), np.arange(min(DAILY, top), top + WEEK, WEEK)).astype(float)


def claims_by_age(
    edges: Floats, ages: Floats, lag: Floats, term: npt.ArrayLike, sold: npt.ArrayLike = True, seen_from: float = 0.0
) -> Floats:
    """How a share failed by age makes claims: (months of sale, months of claim, ages), per unit sold.

    Parameters
    ----------
    edges : first day of each month, and of the month after the last (J + 1) [day number].
    lag : days from sale to delivery and from failure to claim, as equally likely values (L) [days].
    term : ages from which no claim is made, or none is seen, by month of sale [days].
    sold : whether anything is sold in a month; months without are left at 0.
    seen_from : claims of younger units are not seen [days].
    """
    months = len(edges) - 1
    until = np.broadcast_to(np.asarray(term, dtype=float), (months,))
    reached = np.zeros((months, months + 1, len(ages)))
    for i in np.flatnonzero(np.broadcast_to(np.asarray(sold), (months,))):
        first, last = edges[i], edges[i + 1]
        days = max(round(last - first), 1)
        sale = first + (np.arange(days) + 0.5) * (last - first) / days
        age = edges[:, None, None] - sale[None, :, None] - lag[None, None, :]
        age = np.clip(age, min(seen_from, ages[-1]), max(min(until[i], ages[-1]), seen_from)).reshape(months + 1, -1)
        below = np.minimum(np.searchsorted(ages, age, side="right") - 1, len(ages) - 2)
        part = (age - ages[below]) / (ages[below + 1] - ages[below]) / age.shape[1]
        for month in range(months + 1):
            reached[i, month] += np.bincount(below[month], 1 / age.shape[1] - part[month], len(ages))
            reached[i, month] += np.bincount(below[month] + 1, part[month], len(ages))
    return np.diff(reached, axis=1)


def declining(ages: Floats, share: float, per_year: float) -> Floats:
    """Turns shares failed by ages into shares claimed by them (A, A), where ``share`` of new units' failures are
    claimed and so much less with each year of age: G(t) = share (F(t)(1 - d t) + d integral of F to t).

    Of a share that falls to 0 before the last age, ages beyond add nothing.
    """
    years = ages / 365.0
    end = np.minimum(years, np.inf if per_year == 0 else 1 / per_year)
    if per_year == 0:
        return np.eye(len(ages)) * share
    # Integral of F up to each age by the trapezium rule.
    steps = np.diff(end)
    area = np.zeros((len(ages), len(ages)))
    for k, step in enumerate(steps):
        area[k + 1 :, k] += step / 2
        area[k + 1 :, k + 1] += step / 2
    return np.asarray(share * (np.diag(1 - per_year * end) + per_year * area))
