"""Lives of the products of one kind, fitted together, so that a product with three claims borrows from its siblings.

Every product has its own level: the share of units that fail in the first year; what a kind states is claimed, so it
is divided by the share of a product's failures that are. Products of a kind share the shape: which part of the first
year's failures is of the early kind, and the shape of the others' life. Levels of a kind scatter log-normally about
one; how widely is learned too. What is known beforehand of the kind (its archetype) is a prior, which data soon
outweigh. This is an empirical-Bayes fit (Gelman et al. 2013, chapter 5): the few shared parameters by Laplace's
approximation, each product's level on a grid.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize
from scipy.special import expit, logit, logsumexp

from warrantysim.fitting.fit import hessian
from warrantysim.fitting.laws import EarlyMain, Floats, Weibull
from warrantysim.fitting.observed import ClaimCounts, ClaimsTable
from warrantysim.packs.archetypes import Archetype

YEAR = 365.0
"""The first year, whose failures a level counts [days]."""
NORMAL_10_90 = 1.2815515655446004
"""Standard deviations from the middle of a normal law to its 90 % point [number]."""
GRID = 41
"""Levels tried of each product [count]."""
WIDE = 7.0
"""How far levels are tried from the most likely one [standard deviations]."""


@dataclass(frozen=True)
class Prior:
    """What is known of a kind of product beforehand."""

    first_year: float
    """Units that fail within a year [share]."""
    first_year_low: float
    """Its 10 % point [share]."""
    first_year_high: float
    """Its 90 % point [share]."""
    early: float
    """Part of the first year's failures that is of the early kind [share]."""
    beta: float
    """Shape of the other lives [number]."""
    early_spread: float = 0.6
    """Standard deviation of log-odds of `early` [number]."""
    beta_spread: float = 0.2
    """Standard deviation of the logarithm of `beta` [number]."""
    scatter: float = 0.35
    """Scatter of products' levels about the kind's: standard deviation of the logarithm [number]."""
    scatter_spread: float = 0.5
    """Standard deviation of the logarithm of `scatter` [number]."""
    early_eta: float = 30.0
    """Characteristic life of the early kind [days]."""
    early_beta: float = 0.9
    """Shape of the early kind [number]."""

    @classmethod
    def of(cls, archetype: Archetype) -> Prior:
        """What the pack says of a kind of product."""
        kind = archetype
        return cls(kind.year1, kind.year1_low, kind.year1_high, kind.early, kind.life()[2])

    @property
    def middle(self) -> Floats:
        """Shared parameters most likely beforehand: log level, log scatter, log beta, log-odds of early."""
        return np.array([np.log(self.first_year), np.log(self.scatter), np.log(self.beta), logit(self.early)])

    @property
    def spread(self) -> Floats:
        """Their standard deviations."""
        level = np.log(self.first_year_high / self.first_year_low) / 2 / NORMAL_10_90
        return np.array([level, self.scatter_spread, self.beta_spread, self.early_spread])


@dataclass(frozen=True)
class Lives:
    """Lives of one product that the data allow, each as likely as the others (columns of length n)."""

    early_share: Floats
    """Units of the early kind [share]."""
    eta: Floats
    """Characteristic life of the others [days]."""
    beta: Floats
    """Its shape [number]."""
    early_eta: float
    """Characteristic life of the early kind [days]."""
    early_beta: float
    """Its shape [number]."""
    claims: float
    """Claims it rests on [claims]."""
    units: float
    """Units sold it rests on [units]."""

    def failed(self, age: npt.ArrayLike) -> Floats:
        """Share failed by ages: (lives, ages)."""
        at = np.atleast_1d(np.asarray(age, dtype=float))
        law = EarlyMain(self.early_eta, self.early_beta)
        each = zip(self.early_share, self.eta, self.beta, strict=True)
        return np.array([law.failed(at, law.free(values)) for values in each])

    def middle(self) -> dict[str, float]:
        """One life for all: the median of each parameter."""
        return {name: float(np.median(getattr(self, name))) for name in ("early_share", "eta", "beta")}


def fitted_together(
    tables: Sequence[ClaimsTable | ClaimCounts], kind: Prior, generator: np.random.Generator, draws: int = 400
) -> list[Lives]:
    """Lives of each product of a kind, in order.

    A product without a claim, or without a sale, has the life of its kind, as uncertain as that is.
    """
    group = _Group(tables, kind)
    free = group.most_likely()
    curve = hessian(group.lost, free, 0.02)
    values, vectors = np.linalg.eigh(curve)
    # Not wider than beforehand, where the data are flat.
    root = vectors / np.sqrt(np.maximum(values, (1 / kind.spread.max() ** 2) * 0.5))
    shared = free + generator.standard_normal((SHARED_DRAWS, len(free))) @ root.T
    return group.lives(shared, -(-draws // SHARED_DRAWS), generator)


SHARED_DRAWS = 50
"""Draws of what a kind shares [count]."""


class _Group:
    def __init__(self, tables: Sequence[ClaimsTable | ClaimCounts], kind: Prior) -> None:
        self.tables, self.kind = tables, kind

    def most_likely(self) -> Floats:
        """Shared parameters of the greatest posterior, products' levels integrated out."""
        start = self.kind.middle
        simplex = np.vstack([start, start + np.diag(np.minimum(self.kind.spread, 0.5))])
        found = minimize(
            self.lost,
            start,
            method="Nelder-Mead",
            options={"initial_simplex": simplex, "maxiter": 600, "xatol": 2e-3, "fatol": 1e-3},
        )
        return np.asarray(found.x)

    def lost(self, free: Floats) -> float:
        """Minus the logarithm of the posterior of shared parameters."""
        prior = 0.5 * float((((free - self.kind.middle) / self.kind.spread) ** 2).sum())
        return prior - sum(self._levels(table, free)[2] for table in self.tables)

    def _levels(self, table: ClaimsTable | ClaimCounts, free: Floats) -> tuple[Floats, Floats, float]:
        """Log levels tried, the logarithm of each's posterior, and of the probability of the data."""
        level, scatter = free[0] - np.log(table.claimed), np.exp(free[1])
        made = table.failures
        if table.units == 0:
            width = WIDE * scatter
            at = np.linspace(level - width, level + width, GRID)
            told = np.zeros(GRID)
        else:
            best = level
            # Claims are nearly in proportion to the level.
            for _ in range(3):
                expected = table.expected(self._failed(table, best, free))
                seen = expected[~np.isnan(table.claims)].sum()
                best = min(best + np.log(max(made, 0.3)) - np.log(max(seen, 1e-12)), np.log(0.9))
            precise = max(made, 0.3) + 1 / scatter**2
            middle = (max(made, 0.3) * best + level / scatter**2) / precise
            width = WIDE / np.sqrt(precise) + (2.0 if made < 3 else 0.0)
            at = np.linspace(middle - width, min(middle + width, np.log(0.95)), GRID)
            told = table.log_likelihoods(self._failed(table, at, free))
        step = at[1] - at[0]
        posterior = told - 0.5 * ((at - level) / scatter) ** 2 - np.log(scatter * np.sqrt(2 * np.pi)) + np.log(step)
        return at, posterior, float(logsumexp(posterior))

    def _terms(self, at: npt.ArrayLike, free: Floats) -> tuple[Floats, Floats, Floats]:
        """Share of the early kind and cumulative hazard of the others in a year, for log levels; and the shape."""
        first, early = np.exp(np.asarray(at, dtype=float)), expit(free[3])
        of_early = float(Weibull().failed(np.array([YEAR]), np.log([self.kind.early_eta, self.kind.early_beta]))[0])
        share = np.minimum(first * early / of_early, 0.99)
        main = np.minimum(first * (1 - early) / (1 - share), 0.999)
        return share, -np.log1p(-main), np.exp(free[2])

    def _failed(self, table: ClaimsTable | ClaimCounts, at: npt.ArrayLike, free: Floats) -> Floats:
        """Share failed by the table's ages, one level a column."""
        share, hazard, beta = self._terms(at, free)
        early = Weibull().failed(table.ages, np.log([self.kind.early_eta, self.kind.early_beta]))
        main = -np.expm1(-np.multiply.outer((table.ages / YEAR) ** beta, hazard))
        return np.asarray(np.multiply.outer(early, share) + (1 - share) * main)

    def lives(self, shared: Floats, each: int, generator: np.random.Generator) -> list[Lives]:
        """Lives of every product, ``each`` of every draw of what is shared."""
        found = []
        for table in self.tables:
            share, eta, shape = [], [], []
            for free in shared:
                at, posterior, _ = self._levels(table, free)
                chance = np.exp(posterior - posterior.max())
                spot = generator.choice(len(at), each, p=chance / chance.sum())
                levels = at[spot] + (generator.random(each) - 0.5) * (at[1] - at[0])
                early, hazard, beta = self._terms(levels, free)
                share.append(early)
                eta.append(YEAR * hazard ** (-1 / beta))
                shape.append(np.full(each, beta))
            columns = [np.concatenate(x) for x in (share, eta, shape)]
            kind = (self.kind.early_eta, self.kind.early_beta)
            found.append(Lives(columns[0], columns[1], columns[2], *kind, table.failures, table.units))
        return found
