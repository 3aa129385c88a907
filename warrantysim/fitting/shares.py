"""Shares and lags of a seller's own history, with intervals: labels used, no fault found, days in transit."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.optimize import root
from scipy.special import betainc, betaincinv

from warrantysim.fitting.fit import Fit, NotIdentified, averaged, fitted
from warrantysim.fitting.laws import Exponential, Lognormal, Weibull
from warrantysim.fitting.observed import Lifetimes


@dataclass(frozen=True)
class Share:
    """A share: a beta law of what it may be, and what it rests on."""

    a: float
    """First parameter: cases counted for, and what was known before."""
    b: float
    """Second parameter: cases counted against, and what was known before."""
    counted: float
    """Cases it rests on [count]."""

    @property
    def value(self) -> float:
        """Its mean [share]."""
        return self.a / (self.a + self.b)

    def interval(self, confidence: float = 0.95) -> tuple[float, float]:
        """Equal-tailed interval; from 0 where none was counted for, to 1 where none was counted against."""
        tail = (1 - confidence) / 2
        low, high = betaincinv(self.a, self.b, [tail, 1 - tail])
        return (0.0 if self.a <= 0.5 else float(low)), (1.0 if self.b <= 0.5 else float(high))


JEFFREYS = Share(0.5, 0.5, 0)
"""What is known of a share of which nothing is known (Brown, Cai & DasGupta 2001: intervals that cover)."""


def known_before(low: float, value: float, high: float) -> Share:
    """The beta law with a mean and about the 10 % and 90 % points stated.

    Raises
    ------
    ValueError
        For points that are not in order within 0 and 1.
    """
    if not 0 <= low < high <= 1 or not low <= value <= high:
        raise ValueError(f"expected 0 <= low <= value <= high <= 1, got {low:g}, {value:g}, {high:g}")
    value = min(max(value, 1e-4), 1 - 1e-4)

    def missed(log_weight: npt.NDArray[np.float64]) -> float:
        weight = float(np.exp(log_weight[0]))
        within = betainc(value * weight, (1 - value) * weight, [low, high])
        return float(within[1] - within[0] - 0.8)

    found = root(lambda x: [missed(x)], [np.log(10.0)])
    weight = float(np.exp(np.clip(found.x[0], np.log(1.0), np.log(1e6))))
    return Share(value * weight, (1 - value) * weight, 0)


def counted(yes: float, of: float, before: Share = JEFFREYS) -> Share:
    """A share counted, on top of what was known before.

    Raises
    ------
    ValueError
        For more counted for than there were.
    """
    if not 0 <= yes <= of:
        raise ValueError(f"expected 0 <= counted <= {of:g}, got {yes:g}")
    return Share(before.a + yes, before.b + of - yes, of)


def lag(ended: npt.ArrayLike, running: npt.ArrayLike = ()) -> tuple[Fit, npt.NDArray[np.float64]]:
    """The law of a lag that fits best, of days it took where it ended and of days so far where it runs.

    Leaving those out that still run would make every lag look short. Days are whole, so a lag of n days lies between
    n - 1/2 and n + 1/2. Returns the fit with the least criterion, and the weights of exponential, Weibull, lognormal.

    Raises
    ------
    NotIdentified
        Where none has ended.
    """
    days, open_days = (np.atleast_1d(np.asarray(x, dtype=float)) for x in (ended, running))
    if not len(days):
        raise NotIdentified("none has ended: its length cannot be told, only that it is longer than seen")
    low = np.concatenate((np.maximum(days - 0.5, 0.0), np.maximum(open_days - 0.5, 0.0)))
    high = np.concatenate((days + 0.5, np.full(len(open_days), np.inf)))
    seen, count = np.unique(np.column_stack((low, high)), axis=0, return_counts=True)
    data = Lifetimes.of(seen[:, 0], seen[:, 1], count)
    fits = [fitted(data, law) for law in (Exponential(), Weibull(), Lognormal())]
    weights = averaged(fits)
    return fits[int(np.argmax(weights))], weights
