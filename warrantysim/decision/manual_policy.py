"""Rules set by hand: whether they can be followed, what else a zone could do, and cut-points at marketable steps."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from warrantysim.decision.cells import CellKey, CellZone, rival, zones_as_rules
from warrantysim.decision.refund_curve import tax_factor
from warrantysim.journeys.legal import ever_lawful
from warrantysim.journeys.model import Model
from warrantysim.schema.amounts import Amount
from warrantysim.schema.dispositions import ACTIONS, BY_WAY, DISPOSITIONS, RETURNLESS
from warrantysim.schema.policy import Policy, Rule
from warrantysim.schema.policy import Zone as ZoneStated

NAME = "by hand"
"""Name of a policy set by hand, the same for all of them: equal rules are one run."""
MOST_ZONES = 6
"""Zones a cell may be given by hand [count]."""
GREATEST = 1e9
"""Greatest cut-point [market currency]."""

Kind = Literal[
    "none", "many", "number", "first", "order", "disposition", "no_partner", "partner", "needless", "desk", "product",
    "expired", "way", "same", "law", "rival",
]  # fmt: skip
"""What can be wrong with a zone."""


@dataclass(frozen=True)
class Wrong:
    """One thing that keeps a rule set by hand from being followed."""

    kind: Kind
    """What kind of thing."""
    zone: int
    """Which zone, 1 the first; 0 for the rule as a whole."""
    facts: Mapping[str, str]
    """What a text about it names: value, partner, other, market, sku."""


def wrongs(model: Model, cell: Mapping[str, str | int], zones: Sequence[CellZone]) -> tuple[Wrong, ...]:
    """Everything that is wrong with zones set by hand for a cell; none if they can be followed."""
    if not zones:
        return (Wrong("none", 0, {}),)
    if len(zones) > MOST_ZONES:
        return (Wrong("many", 0, {"value": str(MOST_ZONES)}),)
    found: list[Wrong] = []
    for k, zone in enumerate(zones):
        before = zones[k - 1] if k else None
        if not (math.isfinite(zone.start) and 0.0 <= zone.start <= GREATEST):
            found.append(Wrong("number", k + 1, {"value": f"{zone.start:g}"}))
        elif before is None and zone.start != 0.0:
            found.append(Wrong("first", 1, {"value": f"{zone.start:g}"}))
        elif before is not None and not zone.start > before.start:
            found.append(Wrong("order", k + 1, {"value": f"{zone.start:g}", "before": f"{before.start:g}"}))
        if before is not None and (before.do, before.partner) == (zone.do, zone.partner):
            found.append(Wrong("same", k + 1, {}))
        found += _who(model, cell, zone, k + 1) or _unlawful(model, cell, zone, k + 1)
    if not found and (second := rival(zones)) is not None:
        other = next(zone.partner for zone in zones if zone.do == zones[second].do)
        found.append(Wrong("rival", second + 1, {"partner": zones[second].partner, "other": other}))
    return tuple(found)


def _unlawful(model: Model, cell: Mapping[str, str | int], zone: CellZone, place: int) -> list[Wrong]:
    """Whether the law closes what a zone does to every claim of the cell."""
    s = model.scenario
    markets = [m for m, name in enumerate(s.market_ids) if cell.get("market", name) == name]
    skus = [
        k
        for k, sku in enumerate(s.skus)
        if cell.get("sku", sku.sku) == sku.sku and cell.get("category", sku.category) == sku.category
    ]
    route = DISPOSITIONS.index(zone.do)
    if not skus or any(ever_lawful(model, m, k, route) for m in markets for k in skus):
        return []
    return [Wrong("law", place, {"disposition": zone.do, "market": ", ".join(s.market_ids[m] for m in markets)})]


def _who(model: Model, cell: Mapping[str, str | int], zone: CellZone, place: int) -> list[Wrong]:
    """What is wrong with what a zone does and who does it."""
    return list(_doing(model, cell, zone, place))


def _doing(model: Model, cell: Mapping[str, str | int], zone: CellZone, place: int) -> Iterator[Wrong]:
    s, facts = model.scenario, {"partner": zone.partner, "disposition": zone.do}
    markets = [str(cell["market"])] if "market" in cell else list(s.market_ids)
    if zone.do not in DISPOSITIONS:
        yield Wrong("disposition", place, facts)
    elif zone.do in RETURNLESS:
        if zone.partner:
            yield Wrong("needless", place, facts)
    elif not zone.partner:
        yield Wrong("no_partner", place, facts)
    elif zone.do == BY_WAY:
        if not any(zone.partner in s.markets[m].china for m in markets):
            yield Wrong("way", place, {**facts, "market": ", ".join(markets)})
    elif zone.partner not in s.partners:
        yield Wrong("partner", place, facts)
    else:
        partner = s.partners[zone.partner]
        skus = [k for k in s.skus if cell.get("sku", k.sku) == k.sku and cell.get("category", k.category) == k.category]
        if not any(partner.desk_for(m) for m in markets):
            yield Wrong("desk", place, {**facts, "market": ", ".join(markets)})
        elif skus and not any(partner.takes(k.sku, k.category) for k in skus):
            yield Wrong("product", place, {**facts, "sku": ", ".join(k.sku for k in skus)})
        elif not _holds(partner.valid_from, partner.valid_to, model):
            yield Wrong("expired", place, facts)


def _holds(first: dt.date | None, last: dt.date | None, model: Model) -> bool:
    """Whether a quote holds on any day of the horizon."""
    horizon = model.scenario.horizon
    end = horizon.first_day + dt.timedelta(days=horizon.days - 1)
    return (first or dt.date.min) <= end and (last or dt.date.max) >= horizon.first_day


def possible_actions(model: Model, cell: Mapping[str, str | int]) -> list[tuple[str, str]]:
    """Everything a zone of a cell can do, as (disposition, partner or way), in canonical order."""
    s = model.scenario
    every = [(do, by) for do in DISPOSITIONS for by in (s.doers(do) if ACTIONS[do].by else ("",))]
    zones = [CellZone(0.0, do, by) for do, by in every]
    return [(z.do, z.partner) for z in zones if not (_who(model, cell, z, 1) or _unlawful(model, cell, z, 1))]


def by_refund(
    model: Model, cell: Mapping[str, str | int], zones: Sequence[CellZone], exact: Sequence[CellZone]
) -> tuple[CellZone, ...]:
    """Zones to begin with where a cell is set by hand, which is done in refunds due: those given where they are, else
    the optimizer's ``exact`` ones, else those of the youngest orders at the whole refund."""
    for known in (zones, exact):
        if all(zone.by == "refund_due" and zone.ages == (0.0, math.inf) for zone in known):
            return tuple(known)
    market = model.scenario.market_ids.index(str(cell["market"])) if "market" in cell else 0
    young = [zone for zone in zones if zone.ages == zones[0].ages]
    factor = tax_factor(model, market) if young[0].by == "order_price" else 1.0
    return tuple(CellZone(round(zone.start / factor, 2), *zone.arm, tests_only=zone.tests_only) for zone in young)


def set_by_hand(policy: Policy, model: Model, chosen: Mapping[CellKey, Sequence[CellZone]]) -> Policy:
    """A policy with the zones of some cells set by hand; its own where none are.

    Raises
    ------
    ValueError
        If zones cannot be followed.
    """
    if not chosen:
        return policy
    keys = model.scenario.decision.cell
    rules: list[Rule] = []
    for cell, zones in chosen.items():
        known: dict[str, str | int] = dict(zip(keys, cell, strict=True))
        if found := wrongs(model, known, zones):
            raise ValueError(f"{cell}: zone {found[0].zone} cannot be followed ({found[0].kind})")
        rules += zones_as_rules(model, known, zones)
    mine = [rule.cell.stated() for rule in rules]
    kept = [rule for rule in policy.rules if rule.cell.stated() not in mine]
    return policy.replace(name=NAME, title=None, why="", rules=(*rules, *kept))


def steps(model: Model, step: float) -> dict[str, float]:
    """A step of the same size in every currency that occurs: the nearest of 1, 2, 5 x 10^k to what it converts to.

    ``step``: [reporting currency, > 0], kept as it is in this one. Five dollars are five euro and 1,000 yen: prices end
    differently.
    """
    s = model.scenario
    base = s.usd_per_unit(s.reporting_currency)
    found = {m.currency: _marketable(step * base / s.usd_per_unit(m.currency)) for m in model.markets}
    return found | {s.reporting_currency: step}


def _marketable(amount: float) -> float:
    tens = 10.0 ** math.floor(math.log10(amount))
    return float(min((f * tens for f in (1.0, 2.0, 5.0, 10.0)), key=lambda x: abs(math.log(x / amount))))


def to_steps(policy: Policy, model: Model, step: float) -> Policy:
    """A policy with every cut-point at a multiple of its currency's step, zones that come to nothing left out.

    ``step`` as in `steps`; 0 leaves the policy as it is.
    """
    if step <= 0:
        return policy
    size = steps(model, step)
    rules = []
    for rule in policy.rules:
        zones: list[ZoneStated] = []
        for zone in rule.zones:
            each = size.get(zone.from_.currency, step)
            moved = zone.replace(from_=Amount(round(zone.from_.value / each) * each, zone.from_.currency))
            if zones and moved.from_.value <= zones[-1].from_.value:
                zones.pop()
            if not zones or (zones[-1].do, zones[-1].partner) != (moved.do, moved.partner):
                zones.append(moved)
        rules.append(rule.replace(zones=tuple(zones)))
    return policy.replace(rules=tuple(rules))
