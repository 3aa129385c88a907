"""What replications allow to be said: t intervals, paired differences, and how many more it would take.

Samples are independent, one a replication; the last axis of every array of samples is replications.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from scipy.special import bdtr, betaincinv, stdtrit

LEVEL = 0.95
"""Level of an interval where none is stated."""
MOST_NEEDED = 10_000_000
"""Replications beyond which none is promised."""


@dataclass(frozen=True)
class Interval:
    """Means with their t intervals; arrays of the shape of the samples without their last axis.

    mean +- t(1 - (1 - level) / 2; n - 1) s / sqrt(n). With fewer than two replications the width is NaN: unknown.
    """

    mean: np.ndarray
    """Mean of the samples."""
    half_width: np.ndarray
    """Half the width of the interval."""
    replications: int
    """Samples it rests on, n [count]."""
    level: float
    """Chance that it covers the truth [share, 0-1]."""

    @property
    def low(self) -> np.ndarray:
        """Lower ends."""
        return self.mean - self.half_width

    @property
    def high(self) -> np.ndarray:
        """Upper ends."""
        return self.mean + self.half_width


def t_quantile(level: float, degrees: int) -> float:
    """Two-sided quantile of Student's t: how many standard errors to either side hold ``level`` of it."""
    return float(stdtrit(degrees, 0.5 + level / 2.0))


def t_interval(samples: np.ndarray, level: float = LEVEL) -> Interval:
    """Interval for the mean of each row of samples."""
    values = np.asarray(samples, dtype=float)
    n = values.shape[-1]
    mean = values.mean(axis=-1) if n else np.full(values.shape[:-1], np.nan)
    if n < 2:
        return Interval(mean, np.full(values.shape[:-1], np.nan), n, level)
    half_width = t_quantile(level, n - 1) * _spread(values) / math.sqrt(n)
    return Interval(mean, half_width, n, level)


def _spread(values: np.ndarray) -> np.ndarray:
    """Standard deviation, exactly 0 for equal samples."""
    # The mean of equal numbers may differ from them in the last digit; distances from the first do not.
    return np.std(values - values[..., :1], axis=-1, ddof=1)


@dataclass(frozen=True)
class Difference:
    """Paired differences a - b, replication by replication; arrays as in `Interval`."""

    interval: Interval
    """Mean difference."""
    a_lower: np.ndarray
    """Replications in which a is below b, ties by half [share, 0-1]."""
    needed: np.ndarray
    """Replications it would take to tell a mean this far from 0 apart from it; inf where no number would
    [float64 count]."""

    @property
    def detectable(self) -> np.ndarray:
        """Whether the interval keeps clear of 0; where not, there is no detectable difference [bool]."""
        return np.asarray((self.interval.low > 0) | (self.interval.high < 0))


def paired(a: np.ndarray, b: np.ndarray, level: float = LEVEL) -> Difference:
    """Compare samples that met the same luck.

    Raises
    ------
    ValueError
        If they are not of one shape, and so not pairs.
    """
    a, b = np.asarray(a, dtype=float), np.asarray(b, dtype=float)
    if a.shape != b.shape:
        raise ValueError(f"expected samples in pairs, got shapes {a.shape} and {b.shape}")
    apart = a - b
    lower = ((apart < 0) + 0.5 * (apart == 0)).mean(axis=-1) if apart.shape[-1] else np.full(apart.shape[:-1], np.nan)
    interval = t_interval(apart, level)
    deviation = _spread(apart) if apart.shape[-1] > 1 else np.full(interval.mean.shape, np.nan)
    pairs = zip(np.ravel(deviation), np.ravel(np.abs(interval.mean)), strict=True)
    needed = np.array([replications_needed(s, h, level) for s, h in pairs], dtype=float)
    return Difference(interval, lower, needed.reshape(interval.mean.shape))


def share_by_chance(samples: int, inputs: int, level: float = LEVEL) -> float:
    """Share of a figure's variance that the best of some unrelated inputs stays below with such a probability.

    A straight line through n samples on one unrelated input takes a Beta(1/2, (n - 2) / 2) share, and the best of many
    takes the greatest of theirs. 1 for fewer than three samples: any line goes through two.
    """
    if samples < 3 or inputs < 1:
        return 1.0
    return float(betaincinv(0.5, (samples - 2) / 2, level ** (1.0 / inputs)))


def clustered_share(
    found: np.ndarray, of: np.ndarray, level: float = LEVEL
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Shares of draws that come by replication, and their ends by Wilson's score.

    Draws of one replication meet the same queues. They count for as many independent ones as the spread between
    replications says, never for more than there are; how unsure that spread is, Student's t says in place of the
    normal. One replication says nothing of its spread: its ends are 0 and 1.

    Parameters
    ----------
    found : draws that are so, shape (replications, shares).
    of : all draws, shape (replications,); some are.
    """
    n, shape = of[of > 0].astype(float), found.shape[1]
    each, total = found[of > 0].astype(float), n.sum()
    share = each.sum(axis=0) / total
    if len(n) < 2:
        return share, np.zeros(shape), np.ones(shape)
    plain = share * (1 - share) * total
    seen = np.square(each - n[:, None] * share).sum(axis=0) * len(n) / (len(n) - 1)
    alike = np.maximum(np.divide(seen, plain, out=np.ones(shape), where=plain > 0), 1.0)
    z = t_quantile(level, len(n) - 1) ** 2 * alike / total
    middle, half = share + z / 2, np.sqrt(z * (share * (1 - share) + z / 4))
    return share, (middle - half) / (1 + z), (middle + half) / (1 + z)


def share_interval(found: int, of: int, level: float = LEVEL) -> tuple[float, float]:
    """Ends of the exact interval (Clopper and Pearson) of a share of which ``found`` out of ``of`` draws were seen.

    All shares are possible where nothing was drawn.
    """
    tail = (1.0 - level) / 2.0
    low = float(betaincinv(found, of - found + 1, tail)) if found else 0.0
    high = float(betaincinv(found + 1, of - found, 1.0 - tail)) if found < of else 1.0
    return low, high


def replications_needed(deviation: float, half_width: float, level: float = LEVEL) -> float:
    """Fewest replications, at least 2, whose interval is expected to be at most so wide.

    ``deviation``: standard deviation of one replication. inf where ``half_width`` is 0 but ``deviation`` is not, NaN
    where ``deviation`` is unknown.
    """
    if math.isnan(deviation):
        return math.nan
    if deviation == 0:
        return 2.0
    if half_width <= 0:
        return math.inf
    ratio = deviation / half_width
    n = max(2, math.ceil(ratio * ratio))
    # t exceeds the normal quantile, so n rises until it fits; from above a few steps settle it.
    while n < MOST_NEEDED:
        fits = math.ceil((t_quantile(level, n - 1) * ratio) ** 2)
        if fits <= n:
            break
        n = min(fits, n * 2) if n > 8 else n + 1
    while n > 2 and (t_quantile(level, n - 2) * ratio) ** 2 <= n - 1:
        n -= 1
    return math.inf if n >= MOST_NEEDED else float(n)


def cvar(losses: np.ndarray, level: float = 0.9) -> float:
    """Mean of the worst ``1 - level`` share of equally likely losses, the one on the edge in part."""
    ordered = np.sort(np.asarray(losses, dtype=float))[::-1]
    tail = (1.0 - level) * len(ordered)
    whole = math.floor(tail + 1e-9)
    part = max(tail - whole, 0.0) if whole < len(ordered) else 0.0
    if whole == 0 and part < 1e-9:
        return float(ordered[0])
    edge = part * ordered[whole] if part > 1e-9 else 0.0
    return float((ordered[:whole].sum() + edge) / tail)


def quantile_interval(samples: np.ndarray, share: float, level: float = LEVEL) -> tuple[np.ndarray, np.ndarray]:
    """Interval of a quantile of each row, by order statistics: it holds whatever the law of the samples.

    An end is infinite where the samples are too few to bound it: of 30 years none need be as dear as the dearest of
    twenty (Conover 1999, section 3.2).

    Parameters
    ----------
    samples
        Independent values (..., n).
    share
        Which quantile [share].
    """
    ordered, n, tail = np.sort(samples, axis=-1), samples.shape[-1], (1 - level) / 2
    # The number of samples below the quantile is binomial.
    below = bdtr(np.arange(n + 1), n, share)
    first = int(np.searchsorted(below, tail, side="right"))
    last = int(np.searchsorted(below, 1 - tail, side="left")) + 1
    shape = samples.shape[:-1]
    low = ordered[..., first - 1] if first >= 1 else np.full(shape, -np.inf)
    high = ordered[..., last - 1] if last <= n else np.full(shape, np.inf)
    return low, high
