"""The decision table: one row a rule cell, what to do now and what it brings, and a last row for what cells share.

Every figure is a sum over simulated claims of the confirming replications; the rows' savings add up to the whole.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal

import numpy as np
import pandas as pd

from warrantysim.decision.binding import Bound
from warrantysim.decision.cells import CellKey, Zone, number_cells, zone_at, zones_for
from warrantysim.experiment.intervals import Difference, paired
from warrantysim.experiment.outcomes import SimulatedYear
from warrantysim.journeys.world import World
from warrantysim.scenario.policy import Policy

Verdict = Literal["ACT", "HOLD", "NO DIFFERENCE"]
FEW_CLAIMS = 400
"""Cells with fewer training claims are flagged."""


NOBODY = 0.5
"""Fewer claims a year that go another way are none."""


def verdict(changing: float, low: float, high: float, mean: float, materiality: float) -> Verdict:
    """ACT on a saving that is certain and worth the trouble; HOLD a certain one that is small, or a certain loss.

    NO DIFFERENCE where the rule sends no claim (``changing``, a year) another way, or the interval of the saving covers
    0 or is unknown.
    """
    if changing < NOBODY or not (low > 0.0 or high < 0.0):
        return "NO DIFFERENCE"
    return "ACT" if mean >= materiality else "HOLD"


def agent_cut(world: World, cell: Mapping[str, str | int], zone: Zone) -> float:
    """The order price an agent sees where a zone begins; where it reads the refund due, while that is full."""
    return zone.start if zone.by == "order_price" else agent_key(world, cell, zone.start)


def agent_key(world: World, cell: Mapping[str, str | int], cut: float) -> float:
    """The order price an agent sees at a cut-point while the refund is full: tax-inclusive where prices are."""
    market = world.scenario.markets[str(cell["market"])] if "market" in cell else world.markets[0]
    return cut * (1.0 + market.tax_share) if market.prices_include_tax else cut


def decision_table(
    world: World,
    policies: tuple[Policy, Policy, Policy],
    years: tuple[Sequence[SimulatedYear], Sequence[SimulatedYear], Sequence[SimulatedYear]],
    *,
    training_claims: Mapping[CellKey, int],
    flat: Mapping[CellKey, Sequence[tuple[float, float]]],
    binds: Mapping[CellKey, tuple[Bound, ...]],
    materiality: float,
    confidence: float,
    carried: Mapping[CellKey, Difference] | None = None,
) -> pd.DataFrame:
    """The table, cells in stated order; money in the reporting currency, cut-points in the market's.

    Today's policy, the recommended one and this one as agents get it (rounded), each with its years, the same
    replications under all three. A cell's claims are those born in it, so descendants and opportunistic claims of any
    policy count where their root belongs. ``carried``: what the whole saves by the change of single cells, which then
    has the say about them. Columns: see README.
    """
    keys = world.scenario.decision.cell
    (now, new, rough), (years_now, years_new, years_rough) = policies, years
    cells, numbers = number_cells(world, keys, [*years_now, *years_new, *years_rough])
    count, n = len(years_now), len(cells)
    of_now, of_new, of_rough = numbers[:count], numbers[count : 2 * count], numbers[2 * count :]

    def sums(side: Sequence[SimulatedYear], of: Sequence[np.ndarray], pick: str) -> np.ndarray:
        return np.stack([np.bincount(c, getattr(y, pick), n) for y, c in zip(side, of, strict=True)], axis=1)

    claims = np.stack([np.bincount(c, minlength=n) for c in of_now], axis=1)
    claims_new = np.stack([np.bincount(c, minlength=n) for c in of_new], axis=1)
    cash = sums(years_now, of_now, "cash"), sums(years_new, of_new, "cash")
    expected = sums(years_now, of_now, "expected"), sums(years_new, of_new, "expected")
    moved = changed(years_now, years_new, of_now, n)
    saving = paired(cash[0] + expected[0], cash[1] + expected[1], confidence)
    coarse = sums(years_rough, of_rough, "cash") + sums(years_rough, of_rough, "expected")
    saving_agents = (cash[0] + expected[0] - coarse).mean(axis=1)
    rows: list[dict[str, Any]] = []
    for i, cell in enumerate(cells):
        known: dict[str, str | int] = dict(zip(keys, cell, strict=True))
        old_zones, new_zones, agent_zones = (zones_for(policy, world, known) for policy in (now, new, rough))
        met = [
            np.concatenate([getattr(y, name)[c == i] for y, c in zip(years_new, of_new, strict=True)])
            for name in ("value", "price_gross", "order_age_days")
        ]
        low, high = float(saving.interval.low[i]), float(saving.interval.high[i])
        mean = float(saving.interval.mean[i])
        whole = _whole(carried, cell)
        told = (low, high, mean) if np.isnan(whole[0]) else (whole[1], whole[2], whole[0])
        days = [
            np.concatenate([y.days[c == i] for y, c in zip(side, of, strict=True)] or [np.zeros(0)])
            for side, of in ((years_now, of_now), (years_new, of_new))
        ]
        rows.append(
            {
                **known,
                "currency": _currency(world, known),
                "claims": float(claims[i].mean()),
                "zones_now": old_zones,
                "zones": new_zones,
                "zones_agents": agent_zones,
                "cuts": tuple(z.start for z in new_zones[1:]),
                "agent_cuts": tuple(agent_cut(world, known, z) for z in agent_zones[1:]),
                "claims_new": float(claims_new[i].mean()),
                "claims_beyond": _beyond(new_zones, met[0], met[1], met[2], count),
                "agent_beyond": _beyond(agent_zones, met[0], met[1], met[2], count),
                "always": _always(new_zones, met[0], met[1], met[2]),
                "partner": " ".join(dict.fromkeys(z.partner for z in new_zones if z.partner)),
                "verdict": verdict(float(moved[i]), *told, materiality),
                "claims_changing": float(moved[i]),
                "cash_now": _per(cash[0][i], claims[i]),
                "cash": _per(cash[1][i], claims_new[i]),
                "expected_now": _per(expected[0][i], claims[i]),
                "expected": _per(expected[1][i], claims_new[i]),
                "saving": mean,
                "saving_low": low,
                "saving_high": high,
                "saving_agents": float(saving_agents[i]),
                "whole": whole[0],
                "whole_low": whole[1],
                "whole_high": whole[2],
                "replications_needed": float(saving.needed[i]),
                "days_p50_now": _quantile(days[0], 0.5),
                "days_p50": _quantile(days[1], 0.5),
                "days_p90_now": _quantile(days[0], 0.9),
                "days_p90": _quantile(days[1], 0.9),
                "flat": tuple(flat.get(cell, ())),
                "binds": binds.get(cell, ()),
                "training_claims": training_claims.get(cell, 0),
                "few_claims": training_claims.get(cell, 0) < FEW_CLAIMS,
            }
        )
    return pd.DataFrame(rows)


def _whole(carried: Mapping[CellKey, Difference] | None, cell: CellKey) -> tuple[float, float, float]:
    """What the whole saves by a cell's change, and its interval; NaN where that was not asked."""
    found = (carried or {}).get(cell)
    if found is None:
        return float("nan"), float("nan"), float("nan")
    return float(found.interval.mean), float(found.interval.low), float(found.interval.high)


def shared_saving(years_now: Sequence[SimulatedYear], years_new: Sequence[SimulatedYear]) -> np.ndarray:
    """What the change saves beside all cells, a replication an element: contracts, closing stock. Shape (r,)."""
    return np.array([a.unassigned - b.unassigned for a, b in zip(years_now, years_new, strict=True)])


def changed(
    years_now: Sequence[SimulatedYear], years_new: Sequence[SimulatedYear], of: Sequence[np.ndarray], n: int
) -> np.ndarray:
    """Claims a year, by cell, whose route or partner differs between the policies; shape (n,)."""
    total = np.zeros(n)
    for a, b, cell in zip(years_now, years_new, of, strict=True):
        _, mine, theirs = np.intersect1d(a.root, b.root, assume_unique=True, return_indices=True)
        differs = (a.route[mine] != b.route[theirs]) | (a.partner[mine] != b.partner[theirs])
        total += np.bincount(cell[mine], differs, n)
    return total / max(len(years_now), 1)


def _beyond(
    zones: Sequence[Zone], value: np.ndarray, price: np.ndarray, age: np.ndarray, replications: int
) -> tuple[float, ...]:
    """Claims a year at or above each zone's beginning, the first's left out; of orders of its ages."""
    taken = np.bincount(zone_at(zones, value, price, age), minlength=len(zones))
    return tuple(
        float(sum(n for n, other in zip(taken[k:], zones[k:], strict=True) if other.ages == zones[k].ages))
        / replications
        for k in range(1, len(zones))
    )


def _always(zones: Sequence[Zone], value: np.ndarray, price: np.ndarray, age: np.ndarray) -> str:
    """The disposition that takes every claim seen, where one does; empty else."""
    hit = np.unique(zone_at(zones, value, price, age)) if len(value) else np.array([0])
    arms = {zones[int(k)].arm for k in hit}
    return zones[int(hit[0])].do if len(arms) == 1 else ""


def _currency(world: World, cell: Mapping[str, str | int]) -> str:
    return world.scenario.markets[str(cell["market"])].currency if "market" in cell else world.markets[0].currency


def _per(cost: np.ndarray, claims: np.ndarray) -> float:
    return float(cost.sum() / claims.sum()) if claims.sum() else float("nan")


def _quantile(days: np.ndarray, share: float) -> float:
    return float(np.quantile(days, share)) if len(days) else float("nan")
