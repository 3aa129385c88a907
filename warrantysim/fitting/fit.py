"""A law of life fitted by maximum likelihood, with intervals by likelihood ratio, and several laws averaged.

An interval of any quantity is all its values for laws the data do not contradict: those whose likelihood is not less
than the greatest by more than chi-square allows (profile likelihood). It holds for few failures, where intervals from
a standard error do not (Meeker, Escobar & Pascual 2022, chapter 8).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize
from scipy.special import chdtri

from warrantysim.fitting.laws import Floats, Law
from warrantysim.fitting.observed import Observed

FAR = 40.0
"""Free parameters are not followed further than this: e^40 lives are as good as none."""
STEP = 1e-4
"""Step of numerical derivatives, in units of free parameters [number]."""


class NotIdentified(ValueError):
    """The data say nothing of what was asked."""


@dataclass(frozen=True)
class Fit:
    """A law fitted to data."""

    law: Law
    """The family."""
    observed: Observed
    """What it was fitted to."""
    free: Floats
    """Free parameters at the greatest likelihood."""
    log_likelihood: float
    """There."""
    covariance: Floats
    """Of free parameters, from the curvature there; infinite variances where the data are flat."""

    @property
    def values(self) -> dict[str, float]:
        """Parameters by name."""
        return dict(zip(self.law.parameters, self.law.values(self.free).tolist(), strict=True))

    @property
    def aic(self) -> float:
        """Akaike's information criterion; less is better."""
        return 2 * len(self.free) - 2 * self.log_likelihood

    def failed(self, age: npt.ArrayLike) -> Floats:
        """Share failed by ages."""
        return self.law.failed(age, self.free)

    def interval(self, of: Callable[[Floats], float], confidence: float = 0.95) -> tuple[float, float]:
        """Least and greatest value of a function of free parameters that the data do not contradict."""
        allowed = float(chdtri(1, 1 - confidence)) / 2
        scale = _root(self.covariance)

        def lost(z: Floats) -> float:
            there = self.observed.log_likelihood(self.law, np.clip(self.free + scale @ z, -FAR, FAR))
            return allowed - (self.log_likelihood - there)

        ends = []
        for sign in (1.0, -1.0):
            found = minimize(
                lambda z, sign=sign: sign * of(np.clip(self.free + scale @ z, -FAR, FAR)),
                _towards(of, self.free, scale, -sign),
                method="SLSQP",
                constraints={"type": "ineq", "fun": lost},
                options={"maxiter": 200, "ftol": 1e-9},
            )
            ends.append(of(np.clip(self.free + scale @ found.x, -FAR, FAR)))
        return min(ends), max(ends)

    def value_interval(self, parameter: str, confidence: float = 0.95) -> tuple[float, float]:
        """Interval of a parameter by name."""
        at = self.law.parameters.index(parameter)
        low, high = self.interval(lambda free: float(free[at]), confidence)
        ends = [self.law.values(np.where(np.arange(len(self.free)) == at, end, self.free))[at] for end in (low, high)]
        return float(min(ends)), float(max(ends))

    def failed_interval(self, age: float, confidence: float = 0.95) -> tuple[float, float]:
        """Interval of the share failed by an age."""

        def log_cumulative(free: Floats) -> float:
            survival = float(self.law.log_survival(np.array([age]), free)[0])
            return float(np.log(np.maximum(-survival, 1e-300)))

        low, high = self.interval(log_cumulative, confidence)
        return float(-np.expm1(-np.exp(low))), float(-np.expm1(-np.exp(high)))

    def draws(self, n: int, generator: np.random.Generator) -> Floats:
        """Laws the data allow, as free parameters (n, k), each as likely as the data make it.

        Normal draws about the estimate, drawn anew with chances by how much more likely the data make each than the
        normal law does.
        """
        scale, k = _root(self.covariance), len(self.free)
        # Wider than the curvature says: the likelihood of few failures has a long tail on one side.
        z = 1.5 * generator.standard_normal((8 * n, k))
        at = np.clip(self.free + z @ scale.T, -FAR, FAR)
        weight = np.array([self.observed.log_likelihood(self.law, free) for free in at]) + 0.5 * (
            z / 1.5
        ) ** 2 @ np.ones(k)
        chance = np.exp(weight - weight.max())
        return at[generator.choice(len(at), n, p=chance / chance.sum())]


def fitted(observed: Observed, law: Law) -> Fit:
    """The law of a family that makes what was seen most likely.

    Raises
    ------
    NotIdentified
        Where no unit failed, or none was watched.
    """
    if not observed.failures > 0:
        raise NotIdentified(f"no failure among {observed.units:g} units: a life cannot be fitted, only bounded")

    def lost(free: Floats) -> float:
        if np.abs(free).max() > FAR:
            return 1e12
        value = observed.log_likelihood(law, free)
        return -value if np.isfinite(value) else 1e12

    share = observed.failures / observed.units
    tried = [
        minimize(lost, start, method="Nelder-Mead", options={"maxiter": 4000, "xatol": 1e-8, "fatol": 1e-10})
        for start in sorted(law.starts(observed.typical_age, share), key=lost)[:3]
    ]
    best = min(tried, key=lambda found: found.fun).x
    best = _polished(lost, best)
    return Fit(law, observed, best, -lost(best), _covariance(lost, best))


def averaged(fits: Sequence[Fit]) -> Floats:
    """Weight of each fit by Akaike's criterion; they sum to 1."""
    worse = np.array([fit.aic for fit in fits])
    weight = np.exp(-0.5 * (worse - worse.min()))
    return np.asarray(weight / weight.sum())


def hessian(f: Callable[[Floats], float], at: Floats, step: float = STEP) -> Floats:
    """Second derivatives by central differences."""
    k = len(at)
    found = np.empty((k, k))
    e = np.eye(k) * step
    for i in range(k):
        for j in range(i, k):
            corners = f(at + e[i] + e[j]) - f(at + e[i] - e[j]) - f(at - e[i] + e[j]) + f(at - e[i] - e[j])
            found[i, j] = found[j, i] = corners / (4 * step * step)
    return found


def _polished(f: Callable[[Floats], float], at: Floats) -> Floats:
    """A few steps of Newton from a point near the least."""
    for _ in range(5):
        e = np.eye(len(at)) * STEP
        slope = np.array([(f(at + d) - f(at - d)) / (2 * STEP) for d in e])
        curve = hessian(f, at, 1e-3)
        if not np.isfinite(curve).all() or np.linalg.eigvalsh(curve).min() <= 0:
            break
        there = at - np.linalg.solve(curve, slope)
        if not f(there) <= f(at):
            break
        at = there
    return at


def _covariance(f: Callable[[Floats], float], at: Floats) -> Floats:
    values, vectors = np.linalg.eigh(hessian(f, at, 1e-3))
    return np.asarray((vectors / np.maximum(values, 1e-4)) @ vectors.T)


def _root(covariance: Floats) -> Floats:
    values, vectors = np.linalg.eigh(covariance)
    return np.asarray(vectors * np.sqrt(np.maximum(values, 1e-12)))


def _towards(of: Callable[[Floats], float], free: Floats, scale: Floats, sign: float) -> Floats:
    """A first step that moves a function up or down."""
    k = len(free)
    slope = np.array([of(free + scale @ d) - of(free - scale @ d) for d in np.eye(k) * 1e-3])
    length = float(np.linalg.norm(slope))
    return np.zeros(k) if length == 0 else sign * slope / length
