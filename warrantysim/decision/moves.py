"""Small changes of rules: what a search may try of one cell."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import replace
from itertools import product

import numpy as np

from warrantysim.decision.cells import CellZone
from warrantysim.schema.dispositions import BY_PARTNER, DISPOSITIONS

Zones = tuple[CellZone, ...]
"""The zones of a cell."""
Plan = tuple[Zones, ...]
"""The zones of every cell."""

ALIKE = (0.6, 0.8, 1.25, 1.6)
"""Factors on the cut-points from which all cells repair."""


def by_refund_alone(zones: Zones) -> bool:
    """Whether a rule goes by the refund due alone; rules by age or price are left alone."""
    return all(zone.by == "refund_due" and zone.ages == (0.0, np.inf) for zone in zones)


def with_fewer(here: Plan, c: int) -> Iterator[Plan]:
    """Every policy in which one zone of a cell has gone to its neighbour; rules by age or price are left alone."""
    zones = here[c]
    if len(zones) < 2 or not by_refund_alone(zones):
        return
    for k in range(len(zones)):
        rest = (*zones[:k], *zones[k + 1 :])
        yield (*here[:c], joined((replace(rest[0], start=0.0), *rest[1:])), *here[c + 1 :])


def neighbours(zones: Zones, places: list[float], arms: list[tuple[str, str]]) -> Iterator[Zones]:
    """A cell's rule with a cut-point moved, a zone given to another arm, dropped, or put in."""
    for k, zone in enumerate(zones):
        low = zones[k - 1].start if k else 0.0
        high = zones[k + 1].start if k + 1 < len(zones) else np.inf
        if k:
            for place in places:
                if low < place < high and place != zone.start:
                    yield (*zones[:k], replace(zone, start=place), *zones[k + 1 :])
        for do, by in arms:
            if (do, by) == (zone.do, zone.partner):
                continue
            yield joined((*zones[:k], CellZone(zone.start, do, by), *zones[k + 1 :]))
            for place in places:
                if zone.start < place < high:
                    yield joined((*zones[: k + 1], CellZone(place, do, by), *zones[k + 1 :]))
                    yield joined(
                        (*zones[:k], CellZone(zone.start, do, by), replace(zone, start=place), *zones[k + 1 :])
                    )
        if len(zones) > 1:
            rest = (*zones[:k], *zones[k + 1 :])
            yield joined((replace(rest[0], start=0.0), *rest[1:]))


def by_another(zones: Zones, arm: tuple[str, str]) -> Zones:
    """A cell's rule with what a disposition does done by this one of those who do it."""
    return joined(tuple(replace(zone, partner=arm[1]) if zone.do == arm[0] else zone for zone in zones))


def alike(here: Plan, partners: Mapping[int, AbstractSet[str]]) -> list[Plan]:
    """Every policy in which all cells change alike: one partner for another, or all repairs from lower or higher values
    on. ``partners``: who can repair, by cell that may change."""
    found: list[dict[int, Zones]] = []
    used = sorted({zone.partner for c in partners for zone in here[c] if zone.do == BY_PARTNER})
    for old, new in product(used, sorted(set[str]().union(*partners.values()))):
        found.append(
            {
                c: joined(tuple(replace(zone, partner=new) if zone.partner == old else zone for zone in here[c]))
                for c, able in partners.items()
                if new in able
            }
        )
    for factor in ALIKE:
        moved = {
            c: tuple(
                replace(zone, start=round(factor * zone.start, 2)) if zone.do == BY_PARTNER else zone
                for zone in here[c]
            )
            for c in partners
        }
        found.append({c: zones for c, zones in moved.items() if rising(zones)})
    return [tuple(each.get(c, zones) for c, zones in enumerate(here)) for each in found]


def joined(zones: Zones) -> Zones:
    """Neighbouring zones of one arm as one."""
    out: list[CellZone] = []
    for zone in zones:
        if not out or (out[-1].do, out[-1].partner) != (zone.do, zone.partner):
            out.append(zone)
    return tuple(out)


def rising(zones: Zones) -> bool:
    """Whether every zone begins above the one before."""
    starts = [zone.start for zone in zones]
    return starts == sorted(set(starts))


def is_canonical(zones: Zones) -> bool:
    """Whether zones follow the canonical order."""
    ranks = [DISPOSITIONS.index(zone.do) for zone in zones]
    return ranks == sorted(ranks)
