"""Lives of all products of a seller from his books, those of a kind together, as figures of a scenario with intervals.

A scenario has one early share, one characteristic life and one shape a product. The life stated is the one that makes
as many claims of the units sold as the fit expects on average; its range keeps the shape and spans the claims the fit
allows, since shape and characteristic life move together and would, drawn apart, allow far too much.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.optimize import brentq

from warrantysim.fitting.fit import NotIdentified, averaged, fitted
from warrantysim.fitting.history import History, ProductHistory
from warrantysim.fitting.laws import EarlyMain, Floats, Law, Limited, Lognormal, Weibull
from warrantysim.fitting.observed import ClaimCounts
from warrantysim.fitting.pooled import YEAR, Lives, Prior, fitted_together
from warrantysim.packs.archetypes import archetypes

if TYPE_CHECKING:
    from warrantysim.schema.root import Scenario

ANY = "any"
"""Kind of a product whose archetype nobody stated."""
LEVEL = 0.95
"""Confidence of intervals [share]."""
DRAWS = 400
"""Lives drawn of each product [count]."""
FEWEST_OF_LAWS = 20
"""Claims from which laws of life are held against each other [claims]."""
LONGEST = 1e9
"""The longest characteristic life a scenario states: units that do not fail [days]."""
LAWS: tuple[Law, ...] = (Weibull(), Lognormal(), Limited(Weibull()), EarlyMain())
"""Laws held against each other."""


@dataclass(frozen=True)
class FittedLife:
    """The life of one product, and what it rests on."""

    product: ProductHistory
    kind: str
    """Archetype; `ANY` where none is known."""
    prior: Prior
    """What was known of the kind."""
    lives: Lives
    """Lives the books allow, each as likely."""
    early_share: float
    """Units of the early kind [share]."""
    eta: float
    """Characteristic life of the others [days]."""
    beta: float
    """Its shape [number]."""
    eta_ends: tuple[float, float]
    """Its interval whatever the shape [days]."""
    eta_range: tuple[float, float]
    """Its interval with the shape kept: of claims, least last [days]."""
    borrowed: float
    """Weight of what was known of the kind beside the product's own claims [share]."""
    spoken: bool
    """Whether its units have claimed, or could have been expected to: if not, its life is its kind's."""

    @property
    def sku(self) -> str:
        """The product."""
        return self.product.sku

    def failed(self, age: float) -> tuple[float, float, float]:
        """Share failed by an age as stated, and the ends of its interval."""
        law = EarlyMain(self.lives.early_eta, self.lives.early_beta)
        value = float(law.failed(age, law.free((self.early_share, self.eta, self.beta))))
        low, high = self.ends(self.lives.failed(age)[:, 0])
        return value, low, high

    def ends(self, values: Floats) -> tuple[float, float]:
        """Ends of the interval of draws."""
        low, high = np.quantile(values, [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
        return float(low), float(high)


def archetype_of(scenario: Scenario, sku: str) -> str:
    """The archetype of a product: its recovery grade or category, where that is one."""
    stated = scenario.skus[scenario.sku_index[sku]]
    return next((kind for kind in (stated.recovery_grade, stated.category) if kind in archetypes()), ANY)


def prior_of(kind: str) -> Prior:
    """What is known of a kind beforehand; of any kind, as much as holds of all of them."""
    if kind in archetypes():
        return Prior.of(archetypes()[kind])
    each = [Prior.of(one) for one in archetypes().values()]
    middle = {name: float(np.median([getattr(p, name) for p in each])) for name in ("first_year", "early", "beta")}
    ends = min(p.first_year_low for p in each), max(p.first_year_high for p in each)
    return Prior(middle["first_year"], *ends, middle["early"], middle["beta"], scatter=0.6)


def groups_of(scenario: Scenario, found: History) -> Mapping[tuple[str, str], Sequence[ProductHistory]]:
    """Products fitted together: those of an archetype, else of a category; by (archetype, category)."""
    groups: dict[tuple[str, str], list[ProductHistory]] = {}
    for product in found.products:
        kind = archetype_of(scenario, product.sku)
        category = "" if kind != ANY else scenario.skus[scenario.sku_index[product.sku]].category
        groups.setdefault((kind, category), []).append(product)
    return groups


def fitted_lives(scenario: Scenario, found: History, seed: int = 0, draws: int = DRAWS) -> list[FittedLife]:
    """The life of every product that the books say something of, in the scenario's order.

    Of a product that is sold and never claimed, it is what is known of its kind, less what no claim among its units
    says against it. The same books give the same lives.
    """
    fits: dict[str, FittedLife] = {}
    for place, ((kind, _), products) in enumerate(groups_of(scenario, found).items()):
        prior = prior_of(kind)
        generator = np.random.Generator(np.random.PCG64(np.random.SeedSequence(seed, spawn_key=(place,))))
        lives = fitted_together([product.counts for product in products], prior, generator, draws)
        fits |= {p.sku: _stated(p, kind, prior, each) for p, each in zip(products, lives, strict=True)}
    return [fits[product.sku] for product in found.products]


def _stated(product: ProductHistory, kind: str, prior: Prior, lives: Lives) -> FittedLife:
    beta, early = float(np.median(lives.beta)), float(np.median(lives.early_share))
    counts, law = product.counts, EarlyMain(lives.early_eta, lives.early_beta)
    centre = law.free((max(prior.early * prior.first_year, 1e-6), *_main(prior)))
    expected = float(counts.expected(law.failed(counts.ages, centre)).sum()) if counts.units else 0.0
    # The claims its units make on average; of units that can have made none yet, the middle of those of the whole
    # warranty, since the mean of what is hardly known lies above all that is likely.
    spoken = max(expected, counts.failures) >= 1
    weights = counts.exposure.sum(axis=0) if spoken else np.eye(len(counts.ages))[-1]
    each = lives.failed(counts.ages) @ weights
    claims = float(each.mean() if spoken else np.median(each))

    def off(log_eta: float, made: float) -> float:
        return float(weights @ law.failed(counts.ages, law.free((early, np.exp(log_eta), beta)))) - made

    def eta_of(made: float) -> float:
        least, most = np.log(YEAR / 20), min(np.log(YEAR) + 25.0 / beta, np.log(LONGEST))
        if off(most, made) >= 0:
            return float(np.exp(most))
        return float(np.exp(brentq(off, least, most, args=(made,), xtol=1e-9)))

    ends = np.quantile(each, [(1 + LEVEL) / 2, (1 - LEVEL) / 2])
    weight = 1 / np.expm1(prior.spread[0] ** 2 + prior.scatter**2)
    own = np.quantile(lives.eta, [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    return FittedLife(
        product, kind, prior, lives, early, eta_of(claims), beta,
        (float(own[0]), float(own[1])), (eta_of(float(ends[0])), eta_of(float(ends[1]))),
        weight / (weight + expected), spoken,
    )  # fmt: skip


def _main(prior: Prior) -> tuple[float, float]:
    """Characteristic life and shape of units that are not of the early kind."""
    hazard = -np.log1p(-min((1 - prior.early) * prior.first_year, 0.999))
    return float(YEAR * hazard ** (-1 / prior.beta)), prior.beta


@dataclass(frozen=True)
class LawWeight:
    """One law of life held against the others on the claims of a kind."""

    law: str
    weight: float
    """By Akaike's criterion [share]."""
    year: float
    """Share failed by a year."""
    term: float
    """Share failed by the end of the longest warranty."""


def laws_of(products: Sequence[ProductHistory]) -> list[LawWeight]:
    """Laws of life fitted to the claims of products together, best first; none where there are too few claims.

    Where two fit alike and differ at the end of the warranty, what lies beyond the claims seen is not known.
    """
    claims = sum((p.counts.claims for p in products), start=np.zeros(1))
    if float(claims.sum()) < FEWEST_OF_LAWS:
        return []
    first = products[0].counts
    counts = ClaimCounts(
        first.ages,
        np.sum([p.counts.exposure for p in products], axis=0),
        claims,
        sum(p.counts.sold for p in products),
        np.sum([np.broadcast_to(p.counts.beside, claims.shape) for p in products], axis=0),
    )
    term, fits = max(p.term for p in products), []
    for law in LAWS:
        try:
            fits.append(fitted(counts, law))
        except NotIdentified:
            continue
    if not fits:
        return []
    found = [
        LawWeight(fit.law.name, float(weight), float(fit.failed(YEAR)), float(fit.failed(term)))
        for fit, weight in zip(fits, averaged(fits), strict=True)
    ]
    return sorted(found, key=lambda one: -one.weight)
