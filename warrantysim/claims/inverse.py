"""From a uniform draw to a time, a share or an amount: inverse distribution functions only.

One uniform, one value, monotone in the uniform: so two scenarios that differ in a mean alone stay coupled draw by
draw. Rejection samplers take an unknown number of uniforms and would break that.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
from scipy.special import gammaincinv, ndtri

if TYPE_CHECKING:
    from warrantysim.schema.distribution import Distribution


def quantile(dist: Distribution, u: np.ndarray) -> np.ndarray:
    """Values of a distribution at probabilities ``u`` [0, 1), in the unit of the field that holds it.

    Lognormal ``median x exp(sigma z)``; Weibull ``eta (-ln(1-u))**(1/beta)``; gamma of shape ``1/cv**2``;
    hyperexponential of two phases with balanced means, ``p = (1 + sqrt((cv2-1)/(cv2+1))) / 2`` and rates ``2p/mean``,
    ``2(1-p)/mean``; empirical the step function of its sorted values. The shift ``min`` is added to all.

    Returns float64 of the shape of ``u``.
    """
    u = np.asarray(u, dtype=np.float64)
    n = dist.number
    match dist.kind:
        case "constant":
            base = np.full(u.shape, n("value"))
        case "uniform":
            base = n("low") + (n("high") - n("low")) * u
        case "exponential":
            base = -n("mean") * np.log1p(-u)
        case "gamma":
            shape = n("cv") ** -2
            base = gamma_value(u, n("mean"), shape)
        case "lognormal":
            base = lognormal_value(u, n("median"), n("sigma"))
        case "weibull":
            base = weibull_life(u, n("eta"), n("beta"))
        case "hyperexponential":
            base = _hyperexponential(u, n("mean"), n("cv"))
        case "triangular":
            base = _triangular(u, n("low"), n("mode"), n("high"))
        case _:
            values = np.sort(np.asarray(dist.params["values"], dtype=np.float64))
            base = values[np.minimum((u * len(values)).astype(np.int64), len(values) - 1)]
    return base + dist.shift if dist.shift else base


def gamma_value(u: np.ndarray, mean: np.ndarray | float, shape: np.ndarray | float) -> np.ndarray:
    """Gamma quantile at probability ``u``, in the unit of ``mean``; all broadcast."""
    return np.asarray(gammaincinv(shape, u) * (mean / shape))


def lognormal_value(u: np.ndarray, median: np.ndarray | float, sigma: np.ndarray | float) -> np.ndarray:
    """Lognormal quantile at probability ``u``: ``median x exp(sigma z)``, in the unit of ``median``; all broadcast."""
    return np.asarray(median * np.exp(sigma * ndtri(u)))


def weibull_failed(age: np.ndarray, eta: np.ndarray | float, beta: np.ndarray | float) -> np.ndarray:
    """Share failed by an age: ``1 - exp(-(age/eta)**beta)``. ``age``, ``eta`` in one unit; all broadcast."""
    return -np.expm1(-np.power(np.asarray(age, dtype=np.float64) / eta, beta))


def weibull_life(u: np.ndarray, eta: np.ndarray | float, beta: np.ndarray | float) -> np.ndarray:
    """Life at probability ``u``: ``eta (-ln(1-u))**(1/beta)``, in the unit of ``eta``; all broadcast."""
    return np.asarray(eta * np.power(-np.log1p(-np.asarray(u)), 1.0 / np.asarray(beta)))


def residual_life(u: np.ndarray, age: np.ndarray, eta: np.ndarray | float, beta: np.ndarray | float) -> np.ndarray:
    """Further life of a unit that has reached an age and was put back as it was (minimal repair).

    Weibull, given survival: ``eta ((age/eta)**beta - ln(1-u))**(1/beta) - age``; with beta 1 age does not matter.
    All broadcast; returns the unit of ``eta``, never below 0.
    """
    reached = np.power(np.asarray(age, dtype=np.float64) / eta, beta)
    life = eta * np.power(reached - np.log1p(-np.asarray(u)), 1.0 / np.asarray(beta))
    return np.maximum(life - age, 0.0)


def mixture_failed(
    age: np.ndarray,
    early_share: np.ndarray | float,
    early_eta: np.ndarray | float,
    early_beta: np.ndarray | float,
    eta: np.ndarray | float,
    beta: np.ndarray | float,
) -> np.ndarray:
    """Share of a mixed population failed by an age: early kind x its Weibull + rest x theirs. All broadcast."""
    early = weibull_failed(age, early_eta, early_beta)
    return np.asarray(early_share * early + (1.0 - np.asarray(early_share)) * weibull_failed(age, eta, beta))


def mixture_life(
    u: np.ndarray,
    early_share: np.ndarray | float,
    early_eta: np.ndarray | float,
    early_beta: np.ndarray | float,
    eta: np.ndarray | float,
    beta: np.ndarray | float,
) -> np.ndarray:
    """Life of a unit from a mixed population, by one uniform.

    The uniform's lowest ``early_share`` are the early kind; within each kind it is stretched back to (0, 1) and goes
    through that kind's own inverse. So a unit fails within W exactly when ``u < e F_early(W)`` or
    ``e <= u < e + (1-e) F(W)``, which lets births sift units by comparisons alone. All broadcast; unit of ``eta``.
    """
    u, share = np.asarray(u, dtype=np.float64), np.asarray(early_share, dtype=np.float64)
    early = u < share
    below = np.where(early, 0.0, share)
    width = np.where(early, share, 1.0 - share)
    # Rounding of the quotient must not reach 1, which would be a unit that never fails.
    within = np.minimum((u - below) / width, 1.0 - 2.0**-53)
    return weibull_life(within, np.where(early, early_eta, eta), np.where(early, early_beta, beta))


def _triangular(u: np.ndarray, low: float, mode: float, high: float) -> np.ndarray:
    if high == low:
        return np.full(u.shape, low)
    rising = u * (high - low) < mode - low
    return np.where(
        rising,
        low + np.sqrt(u * (high - low) * (mode - low)),
        high - np.sqrt((1.0 - u) * (high - low) * (high - mode)),
    )


def _hyperexponential(u: np.ndarray, mean: float, cv: float) -> np.ndarray:
    """Solve ``-ln S(t) = -ln(1-u)`` by Newton's method from 0.

    The hazard of a hyperexponential falls, so ``-ln S`` is concave and each step stays left of the root: the iteration
    rises to it without overshooting.
    """
    balance = math.sqrt((cv * cv - 1.0) / (cv * cv + 1.0))
    p = (1.0 + balance) / 2.0
    fast, slow = 2.0 * p / mean, 2.0 * (1.0 - p) / mean
    target = -np.log1p(-u)
    t = np.zeros_like(target)
    for _ in range(100):
        # S(t) exp(slow t) = 1 + p (exp(-(fast-slow) t) - 1): no digits are lost in either tail.
        gone = p * np.expm1(-(fast - slow) * t)
        hazard = slow + (fast - slow) * (p + gone) / (1.0 + gone)
        step = (target - (slow * t - np.log1p(gone))) / hazard
        t += step
        if np.all(np.abs(step) <= 1e-13 * t):
            break
    return t
