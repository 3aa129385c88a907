"""From a plan over bands to a policy of cut-points: exact places between claims, how far each may move, and cut-
points at round numbers.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from warrantysim.decision.cells import CellKey, CellZone, zones_as_rules
from warrantysim.decision.training import Candidates, Learned
from warrantysim.decision.zones import between, flat_range, zones_from_plan
from warrantysim.journeys.model import Model
from warrantysim.schema.amounts import Amount
from warrantysim.schema.policy import Policy, Rule

FLAT = 0.01
"""A cut-point may move while the cell's yearly cost stays within this share of its best."""

PLACED = 0.0002
"""Within so little of its best a cut-point is put at the roundest number."""


@dataclass(frozen=True)
class SampledPolicy:
    """A policy and what is known of its cut-points."""

    policy: Policy
    flat: Mapping[CellKey, tuple[tuple[float, float], ...]]
    """Range of each cut-point of a cell within `FLAT` of its cost [market currency]."""


def priced_claims(learned: Learned, prices: Mapping[str, float]) -> np.ndarray:
    """Cost of every claim under every arm with shadow prices on what is shared. Shape (n, A)."""
    cost = learned.cost.copy()
    uses = learned.uses
    b = uses.bench
    hours = b.minutes / 60
    for k, bench in enumerate(uses.benches):
        for month in range(int(b.month.max(initial=-1)) + 1):
            amounts = {f"hours {bench} {month}": (-1, hours)}
            for d, name in enumerate(uses.desks[k] if k < len(uses.desks) else ()):
                amounts |= {
                    f"{kind} {bench} {name} {month}": (d, getattr(b, kind)) for kind in ("units", "fee", "service")
                }
            for measure, (d, amount) in amounts.items():
                if price := prices.get(measure, 0.0):
                    rows = (b.bench == k) & (b.month == month) & ((b.desk == d) | (d < 0))
                    np.add.at(cost, (b.claim[rows], b.arm[rows]), price * amount[rows])
    f = uses.freight
    for k, (market, way) in enumerate(uses.lanes):
        price = prices.get(f"freight {market} {way}", 0.0)
        rows = f.lane == k
        if price:
            np.add.at(cost, (f.claim[rows], f.arm[rows]), price * f.quantity[rows])
    pools = learned.pools
    by_pool = np.array([prices.get(pools.measure(k), 0.0) for k in range(len(pools.names))])
    if by_pool.any():
        of_claim = by_pool[pools.pool]
        for arm in range(cost.shape[1]):
            cost[:, arm] += of_claim * pools.net[:, arm]
    for name, limited in (
        ("refunds", "refund"),
        ("days beyond the longest mean", "days"),
        ("disputes beyond the highest share", "disputed"),
    ):
        if price := prices.get(name, 0.0):
            cost += price * getattr(learned, limited)
    return cost


def draw(
    model: Model, learned: Learned, candidates: Candidates, plan: np.ndarray, prices: Mapping[str, float], name: str
) -> SampledPolicy:
    """The policy a plan stands for: one rule a cell, every cut-point where it costs least between its neighbours."""
    cost = priced_claims(learned, prices)
    keys = model.scenario.decision.cell
    order = np.lexsort((learned.value, learned.cell))
    starts = np.searchsorted(learned.cell[order], np.arange(len(learned.cells) + 1))
    rules: list[Rule] = []
    flat = {}
    for c, cell in enumerate(learned.cells):
        rows = order[starts[c] : starts[c + 1]]
        live = np.isfinite(candidates.edges[c])
        zones = zones_from_plan(candidates.edges[c][live], plan[c][live])
        value = learned.value[rows]
        arms, cuts, ranges = zones.arms, list(zones.cuts), []
        total = sum(
            cost[rows, arm][(value >= low) & (value < high)].sum()
            for arm, low, high in zip(arms, zones.starts, (*zones.cuts, np.inf), strict=True)
        )
        for k in range(len(cuts)):
            low = cuts[k - 1] if k else 0.0
            high = cuts[k + 1] if k + 1 < len(cuts) else float(value.max(initial=low)) + 1.0
            gain = cost[rows, arms[k + 1]] - cost[rows, arms[k]]
            least, most = flat_range(value, gain, low, high, PLACED * abs(float(total)))
            cuts[k] = between(least, most) if least < most else most
            ranges.append(flat_range(value, gain, low, high, FLAT * abs(float(total))))
        flat[cell] = tuple(ranges)
        drawn = [CellZone(start, *learned.arms[arm]) for start, arm in zip([0.0, *cuts], arms, strict=True)]
        rules += zones_as_rules(model, dict(zip(keys, cell, strict=True)), drawn)
    incumbent = model.scenario.policy
    rest = [rule for rule in incumbent.rules if not rule.cell.stated()] if keys else []
    return SampledPolicy(incumbent.replace(name=name, title=None, why="", rules=(*rules, *rest)), flat)


def ranges_of(
    value: np.ndarray, cost: np.ndarray, arms: Sequence[int], cuts: Sequence[float]
) -> tuple[tuple[float, float], ...]:
    """How far each cut-point may move, the others held, within `FLAT` of the cell's cost.

    ``value``: rising, shape (n,); ``cost``: shape (n, A); ``arms``: of the zones; ``cuts``: between them.
    """
    starts = (0.0, *cuts, np.inf)
    total = sum(
        cost[(value >= low) & (value < high), arm].sum()
        for arm, low, high in zip(arms, starts[:-1], starts[1:], strict=True)
    )
    out = []
    for k in range(len(cuts)):
        high = cuts[k + 1] if k + 1 < len(cuts) else float(value.max(initial=starts[k])) + 1.0
        gain = cost[:, arms[k + 1]] - cost[:, arms[k]]
        out.append(flat_range(value, gain, starts[k], high, FLAT * abs(float(total))))
    return tuple(out)


def flat_ranges(learned: Learned, c: int, zones: Sequence[CellZone]) -> tuple[tuple[float, float], ...]:
    """Ranges of the cut-points of a cell's zones within which its training claims cost hardly more."""
    place = {(arm.disposition, arm.partner): a for a, arm in enumerate(learned.arms)}
    rows = learned.rows(c)
    rows = rows[np.argsort(learned.value[rows], kind="stable")]
    arms = [place[zone.do, zone.partner] for zone in zones]
    return ranges_of(learned.value[rows], learned.cost[rows], arms, [zone.start for zone in zones[1:]])


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
