"""Kinds of product and what is known of each beforehand: life, faults, symptoms, repair, recovery, each with its range.

A seller without figures of his own starts from these; his own history soon outweighs them (`warrantysim.fitting`).
``kinds.csv`` has one row a kind, ``faults.csv`` the true faults of each with the symptoms they are reported as,
``sources.csv`` the codes (P1 ...) that rows quote. Marks: D derived from sourced figures, A assumed.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType
from typing import Any, TypeVar, get_type_hints

from warrantysim.packs import rows

EARLY_ETA, EARLY_BETA = 30.0, 0.9
"""Life of the early kind [days], [number]: of it, nearly all is over within a year."""
PSEUDO_CLAIMS, PSEUDO_REPAIRS = 25, 20
"""How many claims the shares of kinds of claim weigh, and how many repairs a yield [count]."""


@dataclass(frozen=True)
class Archetype:
    """One kind of product. ``_low`` and ``_high`` are 10 % and 90 % points of what the kind's products may be."""

    archetype: str
    """Its key."""
    name_en: str
    """Its name in English."""
    name_zh: str
    """Its name in Chinese."""
    price_low: float
    """Usual prices, from [USD]."""
    price_high: float
    """Usual prices, to [USD]."""
    kg_low: float
    """Packed weight, from [kg]."""
    kg_high: float
    """Packed weight, to [kg]."""
    size_class: str
    """Size class of its parcels."""
    battery: str
    """Lithium cells, as `schema.products.Sku.battery`."""
    warranty_months_us: float
    """Usual warranty in the United States [months]."""
    warranty_months_eu: float
    """Usual warranty in the European Union [months]."""
    warranty_months_uk: float
    """Usual warranty in the United Kingdom [months]."""
    warranty_months_jp: float
    """Usual warranty in Japan [months]."""
    ex_works_share: float
    """Price ex works of the list price in the United States [share]."""
    year1: float
    """Units claimed within a year, changes of mind left out [share]."""
    year1_low: float
    """10 % point [share]."""
    year1_high: float
    """90 % point [share]."""
    year2: float
    """Units claimed in the second year [share]."""
    early: float
    """Part of the first year's claims that is of the early kind [share]."""
    beta: float
    """Shape of the other lives [number]."""
    user_fixable: float
    """Claims the customer can mend [share]."""
    user_fixable_low: float
    """10 % point [share]."""
    user_fixable_high: float
    """90 % point [share]."""
    no_fault: float
    """Claims without a fault to be found [share]."""
    no_fault_low: float
    """10 % point [share]."""
    no_fault_high: float
    """90 % point [share]."""
    excluded: float
    """Claims the warranty excludes [share]."""
    excluded_low: float
    """10 % point [share]."""
    excluded_high: float
    """90 % point [share]."""
    partner_yield: float | None
    """Repairs that succeed at a partner; None where none offers it [share]."""
    factory_yield: float | None
    """Repairs that succeed at the factory; None where it is not worth it [share]."""
    grade_a: float
    """What a unit of grade A brings, of the net list price [share]."""
    decay_per_month: float | None
    """What a used unit loses a month; None where it brings nothing [share]."""
    pool: bool
    """Whether a repaired unit may serve as replacement."""
    source: str
    """Where the claim share comes from."""
    mark: str
    """D derived, A assumed."""

    def life(self, propensity: float = 1.0) -> tuple[float, float, float]:
        """Share of the early kind, characteristic life [days] and shape, of units whose faults are claimed so often.

        Parameters
        ----------
        propensity
            Faults that are claimed [share, above 0].

        Returns
        -------
        tuple
            So that ``year1`` and ``year2`` are the claims of the first and the second year.
        """
        early = self.early * self.year1 / propensity
        first = (1 - self.early) * self.year1 / (propensity * (1 - early))
        both = (self.year1 + self.year2 - self.early * self.year1) / (propensity * (1 - early))
        hazard_1, hazard_2 = -math.log1p(-first), -math.log1p(-both)
        beta = math.log(hazard_2 / hazard_1) / math.log(2)
        return early, 365 / hazard_1 ** (1 / beta), beta

    @property
    def true_faults(self) -> float:
        """Claims with a fault the warranty covers and the customer cannot mend [share]."""
        return 1 - self.user_fixable - self.no_fault - self.excluded


@dataclass(frozen=True)
class TrueFault:
    """One fault of a kind of product."""

    archetype: str
    """The kind of product."""
    fault: str
    """Its code."""
    name_zh: str
    """What it is called in Chinese; in English it is called by its code."""
    kind: str
    """What can be done about it, as `schema.products.Fault.kind`."""
    share: float
    """Of true faults [share]."""
    skill: int
    """Least repair level that mends it [level, 1-4]."""
    minutes: float
    """Bench time [minutes]."""
    parts_share: float
    """Parts, of the price ex works [share]."""
    dead: float
    """Reported as dead [share]."""
    intermittent: float
    """Reported as intermittent [share]."""
    weak: float
    """Reported as weak: run time, suction, picture [share]."""
    no_connection: float
    """Reported as not connecting [share]."""
    hot_or_swollen: float
    """Reported as hot or swollen [share]."""
    damaged: float
    """Reported as damaged, broken or leaking [share]."""


@cache
def archetypes() -> Mapping[str, Archetype]:
    """All kinds of product by key."""
    return MappingProxyType({row.archetype: row for row in _rows("kinds", Archetype)})


@cache
def true_faults(archetype: str) -> tuple[TrueFault, ...]:
    """True faults of a kind; their shares sum to 1."""
    return tuple(row for row in _rows("faults", TrueFault) if row.archetype == archetype)


def kind_title(kind: str, lang: str) -> str:
    """What a kind of product is called; the word itself where it is none, such as a category of the seller's own."""
    found = archetypes().get(kind)
    return kind if found is None else found.name_zh if lang == "zh" else found.name_en


@cache
def faults_in_chinese() -> Mapping[str, str]:
    """What the true faults of all kinds are called in Chinese, by code."""
    return MappingProxyType({row.fault: row.name_zh for row in _rows("faults", TrueFault)})


@cache
def sources() -> Mapping[str, str]:
    """What each code stands for."""
    return MappingProxyType({row["code"]: row["source"] for row in rows("archetypes/sources")})


Row = TypeVar("Row", Archetype, TrueFault)


def _rows(table: str, of: type[Row]) -> list[Row]:
    types = get_type_hints(of)
    return [of(**{name: _cell(types[name], text) for name, text in row.items()}) for row in rows(f"archetypes/{table}")]


def _cell(kind: Any, text: str) -> Any:
    if kind is bool:
        return {"true": True, "false": False}[text]
    if kind is str:
        return text
    if kind is int:
        return int(text)
    return float(text) if text or kind is float else None
