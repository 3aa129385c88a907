"""Rule cells: which claims a row of the decision is about, and which rule of a policy speaks for it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from warrantysim.journeys.rulebook import zones_of
from warrantysim.journeys.world import World
from warrantysim.scenario.markets import DISPOSITIONS
from warrantysim.scenario.policy import CELL_KEYS, Policy, Rule
from warrantysim.scenario.service import EVIDENCE_LEVELS

CellKey = tuple[str | int, ...]
"""Values of a cell's keys, in the order of the names that make it."""


class Claimed(Protocol):
    """What tells claims apart when they are routed; arrays of shape (n,)."""

    @property
    def sku(self) -> np.ndarray:
        """Row in ``scenario.skus``."""

    @property
    def market(self) -> np.ndarray:
        """Row in ``scenario.market_ids``."""

    @property
    def channel(self) -> np.ndarray:
        """Row in ``scenario.channel_ids``."""

    @property
    def symptom(self) -> np.ndarray:
        """Row in ``scenario.symptom_ids``."""

    @property
    def evidence(self) -> np.ndarray:
        """Evidence level, 0 none."""

    @property
    def age_band(self) -> np.ndarray:
        """Age band, 0 the youngest."""


@dataclass(frozen=True)
class Zone:
    """One zone as it reads for a market."""

    start: float
    """Least claim value [market currency]."""
    do: str
    """Disposition."""
    partner: str
    """Partner or way; empty where there is none."""


def labels(world: World, key: str, claims: Claimed) -> np.ndarray:
    """The value of one cell key for each claim. Shape (n,)."""
    s = world.scenario
    match key:
        case "sku":
            return np.array(s.sku_ids)[claims.sku]
        case "market":
            return np.array(s.market_ids)[claims.market]
        case "channel":
            return np.array(s.channel_ids)[claims.channel]
        case "category":
            return np.array([k.category for k in s.skus])[claims.sku]
        case "symptom":
            return np.array(s.symptom_ids)[claims.symptom]
        case "evidence":
            return np.array(EVIDENCE_LEVELS)[claims.evidence]
        case _:
            return np.asarray(claims.age_band)


def number_cells(world: World, keys: Sequence[str], years: Sequence[Claimed]) -> tuple[list[CellKey], list[np.ndarray]]:
    """The cells that occur in some years, in the order of their keys, and the cell of each claim of each year."""
    columns = [[labels(world, key, year) for year in years] for key in keys]
    seen: set[CellKey] = set()
    rows = []
    for y in range(len(years)):
        # Without keys every claim is of the one cell.
        here = list(zip(*(column[y].tolist() for column in columns), strict=True)) if keys else [()] * len(years[y].sku)
        rows.append(here)
        seen.update(here)
    order = _stated_order(world, keys)
    cells = sorted(seen, key=lambda cell: tuple(order[k].get(v, v) for k, v in zip(keys, cell, strict=True)))
    number = {cell: i for i, cell in enumerate(cells)}
    return cells, [np.array([number[cell] for cell in here], dtype=np.int64) for here in rows]


def _stated_order(world: World, keys: Sequence[str]) -> dict[str, dict[str | int, int]]:
    s = world.scenario
    stated: dict[str, Sequence[str | int]] = {
        "sku": s.sku_ids,
        "market": s.market_ids,
        "channel": s.channel_ids,
        "category": tuple(dict.fromkeys(k.category for k in s.skus)),
        "symptom": s.symptom_ids,
        "evidence": EVIDENCE_LEVELS,
        "age_band": range(len(s.triage.age_bands_days) + 1),
    }
    return {key: {value: i for i, value in enumerate(stated[key])} for key in keys}


def rule_for(policy: Policy, world: World, cell: Mapping[str, str | int]) -> Rule:
    """The rule a policy applies to a whole cell: of those that do not contradict it the one that states most keys.

    A rule that states a key the cell leaves open speaks for a part of it only and is passed over.
    """
    category = {k.sku: k.category for k in world.scenario.skus}
    known = dict(cell)
    if "sku" in known:
        known.setdefault("category", category[str(known["sku"])])
    fitting = [
        rule for rule in policy.rules if all(known.get(k) == v for k, v in rule.cell.stated().items() if k in CELL_KEYS)
    ]
    return max(fitting, key=lambda rule: len(rule.cell.stated()))


def zones_for(policy: Policy, world: World, cell: Mapping[str, str | int]) -> tuple[Zone, ...]:
    """The zones a policy applies to a cell, in the market's currency; empty and repeated ones left out.

    A cell without a market is read in the currency of the first market.
    """
    s = world.scenario
    market = s.market_ids.index(str(cell["market"])) if "market" in cell else 0
    starts, routes, partners = zones_of(rule_for(policy, world, cell), market, world)
    out: list[Zone] = []
    for k, start in enumerate(starts):
        if k + 1 < len(starts) and starts[k + 1] <= start:
            continue
        do = DISPOSITIONS[routes[k]]
        names = {"repair_local": s.partner_ids, "return_china": s.way_ids}.get(do)
        zone = Zone(float(start), do, names[partners[k]] if names and partners[k] >= 0 else "")
        if not out or (out[-1].do, out[-1].partner) != (zone.do, zone.partner):
            out.append(zone)
    return tuple(out)
