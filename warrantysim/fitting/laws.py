"""Laws of life: the share of units that has failed by an age.

A law is written in free parameters (any real number), so that a search needs no bounds: logarithms of what is positive,
log-odds of shares. Ages and lives are in one unit, whichever it is.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
from scipy.special import expit, log_ndtr, logit

Floats = npt.NDArray[np.float64]

LEAST = 1e-300
"""Stands for zero where a logarithm is taken."""


class Law(ABC):
    """A family of lives."""

    name: str
    """What it is called."""
    parameters: tuple[str, ...]
    """Its parameters, in the order of the free ones."""

    def values(self, free: Floats) -> Floats:
        """Parameters people know, of free ones: these are their logarithms where a law says nothing else."""
        return np.exp(free)

    def free(self, values: Sequence[float]) -> Floats:
        """Free parameters of those people know."""
        return np.log(np.asarray(values, dtype=float))

    @abstractmethod
    def log_survival(self, age: Floats, free: Floats) -> Floats:
        """Logarithm of the share alive at ages; ages at or below 0 give 0, infinite ones what never fails."""

    @abstractmethod
    def log_density(self, age: Floats, free: Floats) -> Floats:
        """Logarithm of the density at positive ages [1/unit of age]."""

    @abstractmethod
    def starts(self, typical: float, failed: float) -> list[Floats]:
        """Where a search begins, for failures about an age and a share that failed."""

    def failed(self, age: npt.ArrayLike, free: Floats) -> Floats:
        """Share failed by ages."""
        return -np.expm1(self.log_survival(np.asarray(age, dtype=float), free))


def _log_age(age: Floats) -> Floats:
    with np.errstate(divide="ignore"):
        return np.log(np.maximum(age, 0.0))


@dataclass(frozen=True)
class Weibull(Law):
    """S(t) = exp(-(t / eta)^beta): characteristic life and shape."""

    name = "weibull"
    parameters = ("eta", "beta")

    def log_survival(self, age: Floats, free: Floats) -> Floats:
        """As the class says."""
        power = np.clip(np.exp(free[1]) * (_log_age(age) - free[0]), -700, 700)
        return np.where(age > 0, -np.exp(power), 0.0)

    def log_density(self, age: Floats, free: Floats) -> Floats:
        """Its derivative."""
        power = np.exp(free[1]) * (_log_age(age) - free[0])
        return free[1] + power - _log_age(age) - np.exp(np.clip(power, -700, 700))

    def starts(self, typical: float, failed: float) -> list[Floats]:
        """Three shapes, each with the life that gives the share failed."""
        cumulative = -np.log1p(-min(max(failed, 1e-6), 0.98))
        return [np.array([np.log(typical) - np.log(cumulative) / shape, np.log(shape)]) for shape in (0.6, 1.0, 2.0)]


@dataclass(frozen=True)
class Exponential(Law):
    """S(t) = exp(-t / mean)."""

    name = "exponential"
    parameters = ("mean",)

    def log_survival(self, age: Floats, free: Floats) -> Floats:
        """As the class says."""
        return -np.maximum(age, 0.0) * np.exp(-free[0])

    def log_density(self, age: Floats, free: Floats) -> Floats:
        """Its derivative."""
        return -free[0] - age * np.exp(-free[0])

    def starts(self, typical: float, failed: float) -> list[Floats]:
        """The mean that gives the share failed."""
        return [Weibull().starts(typical, failed)[1][:1]]


@dataclass(frozen=True)
class Lognormal(Law):
    """S(t) = 1 - Phi(log(t / median) / sigma): median, and standard deviation of the logarithm."""

    name = "lognormal"
    parameters = ("median", "sigma")

    def log_survival(self, age: Floats, free: Floats) -> Floats:
        """As the class says."""
        return np.where(age > 0, log_ndtr((free[0] - _log_age(age)) * np.exp(-free[1])), 0.0)

    def log_density(self, age: Floats, free: Floats) -> Floats:
        """Its derivative."""
        z = (_log_age(age) - free[0]) * np.exp(-free[1])
        return -0.5 * z * z - free[1] - _log_age(age) - 0.5 * np.log(2 * np.pi)

    def starts(self, typical: float, failed: float) -> list[Floats]:
        """Three spreads, each with the median that gives the share failed."""
        from scipy.special import ndtri

        z = ndtri(min(max(failed, 1e-6), 0.98))
        return [np.array([np.log(typical) - z * sigma, np.log(sigma)]) for sigma in (0.5, 1.0, 2.0)]


@dataclass(frozen=True)
class Limited(Law):
    """A share of units can fail, by another law; the rest never does: S(t) = 1 - share + share S0(t)."""

    of: Law
    name: str = field(init=False)
    parameters: tuple[str, ...] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "name", f"limited {self.of.name}")
        object.__setattr__(self, "parameters", (*self.of.parameters, "share"))

    def values(self, free: Floats) -> Floats:
        """Those of the law, and the share that can fail."""
        return np.append(self.of.values(free[:-1]), expit(free[-1]))

    def free(self, values: Sequence[float]) -> Floats:
        """Those of the law, and log-odds."""
        return np.append(self.of.free(values[:-1]), logit(values[-1]))

    def log_survival(self, age: Floats, free: Floats) -> Floats:
        """As the class says."""
        share = expit(free[-1])
        return np.log1p(-share * -np.expm1(self.of.log_survival(age, free[:-1])))

    def log_density(self, age: Floats, free: Floats) -> Floats:
        """Its derivative."""
        return np.log(expit(free[-1])) + self.of.log_density(age, free[:-1])

    def starts(self, typical: float, failed: float) -> list[Floats]:
        """A little more than those failed, or many more, can fail."""
        shares = [min(failed * more, 0.98) for more in (1.05, 2.0, 10.0)]
        return [np.append(s, logit(p)) for p in shares for s in self.of.starts(typical, min(failed / p, 0.9))]


@dataclass(frozen=True)
class EarlyMain(Law):
    """Two Weibulls as `schema.products` has them: S(t) = p S_early(t) + (1 - p) S_main(t); the early kind is given."""

    early_eta: float = 30.0
    """Characteristic life of the early kind [unit of age]."""
    early_beta: float = 0.9
    """Shape of the early kind [number]."""
    name = "early and main"
    parameters = ("early_share", "eta", "beta")

    def values(self, free: Floats) -> Floats:
        """Share of the early kind, characteristic life and shape of the others."""
        return np.array([expit(free[0]), np.exp(free[1]), np.exp(free[2])])

    def free(self, values: Sequence[float]) -> Floats:
        """Log-odds and logarithms."""
        return np.array([logit(values[0]), np.log(values[1]), np.log(values[2])])

    def _early(self) -> Floats:
        return np.log([self.early_eta, self.early_beta])

    def log_survival(self, age: Floats, free: Floats) -> Floats:
        """As the class says."""
        early, main = (np.exp(Weibull().log_survival(age, of)) for of in (self._early(), free[1:]))
        share = expit(free[0])
        return np.log(np.maximum(share * early + (1 - share) * main, LEAST))

    def log_density(self, age: Floats, free: Floats) -> Floats:
        """Its derivative."""
        early, main = (np.exp(Weibull().log_density(age, of)) for of in (self._early(), free[1:]))
        share = expit(free[0])
        return np.log(np.maximum(share * early + (1 - share) * main, LEAST))

    def starts(self, typical: float, failed: float) -> list[Floats]:
        """A tenth or half of what failed is of the early kind."""
        return [
            np.concatenate(([logit(failed * part)], start))
            for part in (0.1, 0.5)
            for start in Weibull().starts(typical, failed * (1 - part))
        ]
