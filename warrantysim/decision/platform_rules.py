"""A policy in the shape platforms take rules in: price range, product, reason, and what is done without a return.

Platforms match by the order price a buyer paid, so the ranges are those; a range holds from its lower end up to just
below the next one.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd

from warrantysim.decision.cells import CellKey, zones_for
from warrantysim.decision.table import agent_key
from warrantysim.journeys.world import World
from warrantysim.scenario.policy import Policy

PLATFORM_COLUMNS = (
    "rule_name", "marketplace", "sku", "category", "return_reason", "price_min", "price_max", "currency",
    "returnless", "resolution", "return_to",
)  # fmt: skip
"""Columns of the export, stable for spreadsheets and other programs."""
ANY = "any"
"""Stands where a rule holds for every product, category or reason."""
WHOLE_UNITS = frozenset({"JPY", "KRW", "VND", "CLP"})
"""Currencies without a smaller unit."""


def platform_rules(policy: Policy, world: World, cells: Sequence[CellKey]) -> pd.DataFrame:
    """One line a zone of every cell. ``price_max`` is included in the range, and empty for the last one.

    ``returnless``: yes where the customer keeps the unit: a refund, or a new unit without a return.
    """
    s = world.scenario
    category = {k.sku: k.category for k in s.skus}
    rows: list[tuple[Any, ...]] = []
    for cell in cells:
        known: dict[str, str | int] = dict(zip(s.decision.cell, cell, strict=True))
        zones = zones_for(policy, world, known)
        market = s.markets[str(known["market"])] if "market" in known else world.markets[0]
        digits = 0 if market.currency in WHOLE_UNITS else 2
        starts = [round(agent_key(world, known, zone.start), digits) for zone in zones]
        sku = str(known.get("sku", ANY))
        for k, zone in enumerate(zones):
            end = round(starts[k + 1] - 10.0**-digits, digits) if k + 1 < len(zones) else None
            rows.append(
                (
                    f"{' '.join(str(v) for v in cell) or ANY} {k + 1}",
                    str(known.get("market", ANY)),
                    sku,
                    str(known.get("category", category.get(sku, ANY))),
                    str(known.get("symptom", ANY)),
                    starts[k],
                    end,
                    market.currency,
                    "yes" if zone.do in {"refund", "reship"} else "no",
                    zone.do,
                    zone.partner,
                )
            )
    return pd.DataFrame(rows, columns=list(PLATFORM_COLUMNS))
