"""A policy cell by cell, a cell being a product in a market: where two say the same, the same is done."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import chain, product
from operator import itemgetter

from warrantysim.money.partner_lines import signed_desks
from warrantysim.schema.dispositions import BY_PARTNER, BY_WAY
from warrantysim.schema.policy import CELL_KEYS, Policy
from warrantysim.schema.recent import recent
from warrantysim.schema.root import Scenario

PLACE = ("sku", "category", "market")
"""Keys of a rule that a cell settles."""


@dataclass(frozen=True)
class Rules:
    """A policy cell by cell; cells are numbered product by product, markets within."""

    beside: tuple[object, ...]
    """What it says of all cells."""
    by_cell: tuple[object, ...]
    """What it says in each cell."""
    names: tuple[frozenset[int], ...]
    """Places each cell's zones name: partners by row, then China."""
    signed: Mapping[int, tuple[str, ...]]
    """Desks of each partner it signs."""


@recent(32)
def rules_of(policy: Policy, scenario: Scenario) -> Rules:
    """A policy cell by cell: the rules that can hold there, those before which come others left out."""
    # The rules of each place, which is a product or none, a category or none, and a market or none.
    book: dict[tuple[object, ...], list[tuple[tuple[int, int], tuple[object, ...], tuple[object, ...], set[int]]]] = {}
    for order, (cell, rules) in enumerate(policy.by_cell().items()):
        stated = cell.stated()
        named = {zone.partner for rule in rules for zone in rule.zones if zone.do == BY_PARTNER}
        places = {scenario.partner_ids.index(name) for name in named if name is not None}
        if any(zone.do == BY_WAY for rule in rules for zone in rule.zones):
            places.add(len(scenario.partner_ids))
        told = tuple((r.by, r.age_from_days, r.age_to_days, r.zones) for r in rules)
        further = tuple((key, stated[key]) for key in CELL_KEYS[1:] if key in stated and key not in PLACE)
        at = tuple(stated.get(key) for key in PLACE)
        book.setdefault(at, []).append(((-len(stated), order), further, told, places))
    by_cell: list[object] = []
    names: list[frozenset[int]] = []
    for sku in scenario.skus:
        for market in scenario.market_ids:
            around = product(*((own, None) for own in (sku.sku, sku.category, market)))
            here: list[object] = []
            places = set[int]()
            for _, keys, says, named_here in sorted(chain(*(book.get(at, ()) for at in around)), key=itemgetter(0)):
                here.append((keys, says))
                places |= named_here
                if not keys:
                    break  # No claim of the cell is left for what states fewer keys.
            by_cell.append(tuple(here))
            names.append(frozenset(places))
    signed = {scenario.partner_ids.index(name): desks for name, desks in signed_desks(policy, scenario).items()}
    return Rules((policy.fallback, policy.evidence, policy.effective), tuple(by_cell), tuple(names), signed)
