"""A policy compiled for routing: which rule a claim falls under, and the zone of its value there."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from warrantysim.claims.columns import Claims
from warrantysim.journeys.model import Model
from warrantysim.journeys.records import to_china, to_partner
from warrantysim.schema.dispositions import DISPOSITIONS
from warrantysim.schema.policy import Policy, Rule
from warrantysim.schema.recent import recent
from warrantysim.schema.service import EVIDENCE_LEVELS

Cell = Mapping[str, str | int]


def zones_of(rule: Rule, market: int, model: Model) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Cut-points in a market's currency, routes and partners of a rule's zones."""
    s = model.scenario
    currency = model.markets[market].currency
    cuts, routes, partners = [], [], []
    for zone in rule.zones:
        amount = zone.from_
        factor = 1.0 if amount.currency == currency else s.usd_per_unit(amount.currency) / s.usd_per_unit(currency)
        cuts.append(amount.value * factor)
        route = DISPOSITIONS.index(zone.do)
        routes.append(route)
        if to_partner(route):
            assert zone.partner is not None
            partners.append(s.partner_ids.index(zone.partner))
        elif to_china(route):
            partners.append(s.way_ids.index(zone.partner) if zone.partner else int(model.way_default[market]))
        else:
            partners.append(-1)
    return np.array(cuts), np.array(routes, dtype=np.int8), np.array(partners, dtype=np.int16)


@dataclass(frozen=True)
class Specificity:
    """Cells that state equally many keys; of those that fit a claim, the first in the list applies."""

    table: np.ndarray
    """Cell for each (SKU, market), the kind by far the most rules are for; ``none`` without one [int32 (S, M)]."""
    others: tuple[tuple[int, Cell], ...]
    """Other cells, which are matched one by one."""


@dataclass(frozen=True)
class Rulebook:
    """The rules of one policy in one world. R rules for C cells, M markets, at most Z zones and K ages a cell."""

    model: Model
    steps: tuple[Specificity, ...]
    """From most keys stated to fewest."""
    none: int
    """In place of a cell where none was found yet: the number of cells."""
    ages: np.ndarray
    """Age of the order from which each rule of a cell applies; infinite beyond the last [float64 days (C, K)]."""
    rules: np.ndarray
    """Those rules [int32 (C, K)]."""
    by_price: np.ndarray
    """Whether a rule reads the order price rather than the refund due [bool (R,)]."""
    cuts: np.ndarray
    """Cut-points in the market's currency; infinite beyond a rule's last zone [float64 (R, M, Z)]."""
    routes: np.ndarray
    """Route of each zone [int8 (R, M, Z)]."""
    partners: np.ndarray
    """Partner or way of each zone [int16 (R, M, Z)]."""

    def rule_of(self, claims: Claims, known: Any) -> np.ndarray:
        """Row of the rule that applies to each claim; ``known``: as in `routing.Known`. Shape (n,), int32."""
        s = self.model.scenario
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
        if self.ages.shape[1] == 1:
            return np.asarray(self.rules[out, 0])
        place = np.count_nonzero(self.ages[out] <= known.age_days[:, None], axis=1) - 1
        return np.asarray(self.rules[out, np.maximum(place, 0)])

    def zone_of(
        self, rule: np.ndarray, market: np.ndarray, value: np.ndarray, price: np.ndarray
    ) -> tuple[np.ndarray, np.ndarray]:
        """Route (int8) and partner (int16) at each claim value or order price, whichever the rule reads, in the
        market's currency. All shape (n,)."""
        read = np.where(self.by_price[rule], price, value)
        # Of two zones with one cut-point the later is meant: the earlier is empty.
        reached = np.count_nonzero(self.cuts[rule, market] <= read[:, None], axis=1)
        at = (rule, market, np.maximum(reached - 1, 0))
        return self.routes[at], self.partners[at]


@recent(8)
def rulebook(policy: Policy, model: Model) -> Rulebook:
    """The compiled form of a policy."""
    s = model.scenario
    by_cell = policy.by_cell()
    place = {id(rule): i for i, rule in enumerate(policy.rules)}
    cells = [cell.stated() for cell in by_cell]
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
        steps.append(Specificity(table, tuple(others)))
    most = max(map(len, by_cell.values()))
    ages, rules = np.full((none, most), np.inf), np.zeros((none, most), dtype=np.int32)
    for i, mine in enumerate(by_cell.values()):
        ages[i, : len(mine)] = [rule.age_from_days for rule in mine]
        rules[i, : len(mine)] = [place[id(rule)] for rule in mine]
    shape = (len(policy.rules), len(model.markets), max(len(rule.zones) for rule in policy.rules))
    cuts = np.full(shape, np.inf)
    routes, partners = np.zeros(shape, dtype=np.int8), np.full(shape, -1, dtype=np.int16)
    for i, rule in enumerate(policy.rules):
        for m, name in enumerate(s.market_ids):
            if rule.cell.market in {None, name}:
                here = np.s_[i, m, : len(rule.zones)]
                cuts[here], routes[here], partners[here] = zones_of(rule, m, model)
    by_price = np.array([rule.by == "order_price" for rule in policy.rules])
    return Rulebook(model, tuple(steps), none, ages, rules, by_price, cuts, routes, partners)
