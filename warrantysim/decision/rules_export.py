"""A policy as the people who answer claims use it: one line a zone, at round numbers, with the cost of rounding."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from warrantysim.decision.cells import CellKey, zones_for
from warrantysim.decision.table import agent_key
from warrantysim.journeys.world import World
from warrantysim.scenario.amounts import Amount
from warrantysim.scenario.policy import Policy

COLUMNS = (
    "cell", "currency", "from", "to", "from_order_price", "to_order_price", "action", "partner", "evidence", "fallback",
    "effective_from", "binds_by",
)  # fmt: skip
"""Columns of the export, stable for spreadsheets and other programs."""


def rounded(policy: Policy, step: float) -> Policy:
    """The policy with every cut-point at a multiple of ``step`` of its currency (ties to even); 0 stays 0.

    Zones that come to share a cut-point keep their order, so that the later one holds.
    """
    rules = []
    for rule in policy.rules:
        zones = [
            zone.replace(from_=Amount(round(zone.from_.value / step) * step, zone.from_.currency))
            for zone in rule.zones
        ]
        # A first zone must begin at 0 even where its successor is rounded down to it.
        rules.append(rule.replace(zones=tuple(zones)))
    return policy.replace(rules=tuple(rules), name=policy.name)


def agent_rules(policy: Policy, world: World, cells: Sequence[CellKey], effective_from: str) -> pd.DataFrame:
    """One line a zone of every cell, in the market's currency; ``to`` is empty for the last zone of a cell.

    ``from`` and ``to`` are refunds due, ``from_order_price`` and ``to_order_price`` the order prices an agent sees
    while the refund is full. ``effective_from`` holds where the policy states no day of its own. ``binds_by`` says
    whether a rule counts by order or by claim date, for each channel of the cell.
    """
    s = world.scenario
    keys = s.decision.cell
    since = effective_from if policy.effective == "horizon" else policy.effective
    rows: list[dict[str, Any]] = []
    for cell in cells:
        known: dict[str, str | int] = dict(zip(keys, cell, strict=True))
        zones = zones_for(policy, world, known)
        market = s.markets[str(known["market"])] if "market" in known else world.markets[0]
        binding = ", ".join(
            f"{name}: {channel.binding}" for name, channel in s.channels.items() if known.get("channel", name) == name
        )
        ends = [zone.start for zone in zones[1:]] + [None]
        for zone, end in zip(zones, ends, strict=True):
            rows.append(
                {
                    "cell": " ".join(str(v) for v in cell) or "everything",
                    "currency": market.currency,
                    "from": zone.start,
                    "to": end,
                    "from_order_price": round(agent_key(world, known, zone.start), 2),
                    "to_order_price": None if end is None else round(agent_key(world, known, end), 2),
                    "action": zone.do,
                    "partner": zone.partner,
                    "evidence": _evidence(policy, world, known, zone.start, end),
                    "fallback": " > ".join(
                        (*policy.fallback, "refund") if "refund" not in policy.fallback else policy.fallback
                    ),
                    "effective_from": since,
                    "binds_by": binding,
                }
            )
    return pd.DataFrame(rows, columns=list(COLUMNS))


def _evidence(policy: Policy, world: World, cell: Mapping[str, str | int], start: float, end: float | None) -> str:
    """Evidence asked for within a zone, from the value it is asked from: ``photo from 30 USD``."""
    s = world.scenario
    market = str(cell["market"]) if "market" in cell else s.market_ids[0]
    local = s.markets[market].currency
    said: list[str] = []
    for rule in sorted(policy.evidence, key=lambda r: r.from_.value * s.usd_per_unit(r.from_.currency)):
        if rule.market not in {None, market}:
            continue
        cut = rule.from_.value * s.usd_per_unit(rule.from_.currency) / s.usd_per_unit(local)
        if end is not None and cut >= end:
            continue
        if cut <= start:
            said = [rule.level]
        else:
            said.append(f"{rule.level} from {cut:.0f} {local}")
    return ", ".join(said) or "none"
