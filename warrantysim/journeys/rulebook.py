"""A policy compiled for routing: which rule a claim falls under, and the zone of its value there."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from warrantysim.claims.columns import Claims
from warrantysim.journeys.records import Route
from warrantysim.journeys.world import World
from warrantysim.scenario.markets import DISPOSITIONS
from warrantysim.scenario.policy import Policy, Rule
from warrantysim.scenario.service import EVIDENCE_LEVELS

Cell = Mapping[str, str | int]


def zones_of(rule: Rule, market: int, world: World) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Cut-points in a market's currency, routes and partners of a rule's zones."""
    s = world.scenario
    currency = world.markets[market].currency
    cuts, routes, partners = [], [], []
    for zone in rule.zones:
        amount = zone.from_
        factor = 1.0 if amount.currency == currency else s.usd_per_unit(amount.currency) / s.usd_per_unit(currency)
        cuts.append(amount.value * factor)
        route = DISPOSITIONS.index(zone.do)
        routes.append(route)
        if route == Route.REPAIR_LOCAL:
            assert zone.partner is not None
            partners.append(s.partner_ids.index(zone.partner))
        elif route == Route.RETURN_CHINA:
            partners.append(s.way_ids.index(zone.partner) if zone.partner else int(world.way_default[market]))
        else:
            partners.append(-1)
    return np.array(cuts), np.array(routes, dtype=np.int8), np.array(partners, dtype=np.int16)


@dataclass(frozen=True)
class Step:
    """Rules that state equally many keys; of those that fit a claim, the first in the list applies."""

    table: np.ndarray
    """Rule of each (SKU, market), the cell of by far the most rules; ``none`` without one [int32 (S, M)]."""
    others: tuple[tuple[int, Cell], ...]
    """Rules for other cells, which are matched one by one."""


@dataclass(frozen=True)
class Rulebook:
    """The rules of one policy in one world. R rules, M markets, at most Z zones."""

    world: World
    steps: tuple[Step, ...]
    """From most keys stated to fewest."""
    none: int
    """In place of a rule where none was found yet: the number of rules."""
    cuts: np.ndarray
    """Cut-points in the market's currency; infinite beyond a rule's last zone [float64 (R, M, Z)]."""
    routes: np.ndarray
    """Route of each zone [int8 (R, M, Z)]."""
    partners: np.ndarray
    """Partner or way of each zone [int16 (R, M, Z)]."""

    def rule_of(self, claims: Claims, known: Any) -> np.ndarray:
        """Row of the rule that applies to each claim; ``known``: as in `routing.Known`. Shape (n,), int32."""
        s = self.world.scenario
        keys: dict[str, Callable[[Any], np.ndarray]] = {
            "market": lambda v: claims.market == s.market_ids.index(v),
            "channel": lambda v: claims.channel == s.channel_ids.index(v),
            "sku": lambda v: claims.sku == s.sku_index[v],
            "category": lambda v: np.array([k.category == v for k in s.skus])[claims.sku],
            "symptom": lambda v: known.symptom == s.symptom_ids.index(v),
            "evidence": lambda v: known.evidence == EVIDENCE_LEVELS.index(v),
            "age_band": lambda v: known.age_band == v,
        }
        out = np.full(len(claims), self.none, dtype=np.int32)
        for step in self.steps:
            level = step.table[claims.sku, claims.market]
            for i, cell in step.others:
                rows = level > i
                for key, value in cell.items():
                    rows &= keys[key](value)
                level[rows] = i
            out = np.where(out == self.none, level, out)
        return out

    def zone_of(self, rule: np.ndarray, market: np.ndarray, value: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Route (int8) and partner (int16) at each claim value, in the market's currency. All shape (n,)."""
        # Of two zones with one cut-point the later is meant: the earlier is empty.
        reached = np.count_nonzero(self.cuts[rule, market] <= value[:, None], axis=1)
        at = (rule, market, np.maximum(reached - 1, 0))
        return self.routes[at], self.partners[at]


_WRITTEN: list[tuple[World, Policy, Rulebook]] = []


def rulebook(policy: Policy, world: World) -> Rulebook:
    """The compiled form of a policy; the last few are kept, found by identity."""
    for its_world, its_policy, book in _WRITTEN:
        if its_world is world and its_policy is policy:
            return book
    book = _write(policy, world)
    _WRITTEN.insert(0, (world, policy, book))
    del _WRITTEN[8:]
    return book


def _write(policy: Policy, world: World) -> Rulebook:
    s = world.scenario
    cells = [rule.cell.stated() for rule in policy.rules]
    none = len(cells)
    steps = []
    for count in sorted({len(cell) for cell in cells}, reverse=True):
        table = np.full((len(s.skus), len(s.market_ids)), none, dtype=np.int32)
        others: list[tuple[int, Cell]] = []
        for i, cell in enumerate(cells):
            if len(cell) != count:
                continue
            if set(cell) == {"sku", "market"}:
                table[s.sku_index[str(cell["sku"])], s.market_ids.index(str(cell["market"]))] = i
            else:
                others.append((i, cell))
        steps.append(Step(table, tuple(others)))
    shape = (none, len(world.markets), max(len(rule.zones) for rule in policy.rules))
    cuts = np.full(shape, np.inf)
    routes, partners = np.zeros(shape, dtype=np.int8), np.full(shape, -1, dtype=np.int16)
    for i, (rule, cell) in enumerate(zip(policy.rules, cells, strict=True)):
        for m, name in enumerate(s.market_ids):
            if cell.get("market", name) == name:
                here = np.s_[i, m, : len(rule.zones)]
                cuts[here], routes[here], partners[here] = zones_of(rule, m, world)
    return Rulebook(world, tuple(steps), none, cuts, routes, partners)
