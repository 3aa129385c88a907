"""The decision table: one row a rule cell, what to do now and what it brings, and a last row for what cells share.

Every figure is a sum over simulated claims of the confirming replications; the rows' savings and what belongs to no row
(contracts, closing stock, what changes elsewhere do to a cell that stays as it is) add up to the whole.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from warrantysim.decision.binding import Bound
from warrantysim.decision.cells import CellKey, CellRows, CellZone, number_cells, zone_at, zones_for
from warrantysim.decision.changes import VERDICTS, WORTH, Because, Robust, SharedBill, reason, verdict_on
from warrantysim.decision.training import FEW_CLAIMS
from warrantysim.experiment.intervals import paired
from warrantysim.experiment.outcomes import SimulatedYear
from warrantysim.experiment.service import service
from warrantysim.journeys.model import Model
from warrantysim.money.categories import PARTS
from warrantysim.schema.policy import Policy


@dataclass(frozen=True)
class Judged:
    """What is known of a cell's change beside the confirming replications."""

    because: Because
    """Why it is worth making or not."""
    change: str
    """The change it is part of; empty where it changes nothing [text]."""
    whole: tuple[float, float, float] = (math.nan, math.nan, math.nan)
    """What all would cost more without it, with its interval, on the years that chose; NaN where its own bills tell."""
    robust: Robust | None = None
    """How the change stands up over what is assumed; None where nothing was drawn."""
    bill: SharedBill | None = None
    """The bill that it makes dearer, alone or with others; None where there is none."""


def agent_cut(model: Model, cell: Mapping[str, str | int], zone: CellZone) -> float:
    """The order price an agent sees where a zone begins; where it reads the refund due, while that is full."""
    return zone.start if zone.by == "order_price" else agent_key(model, cell, zone.start)


def agent_key(model: Model, cell: Mapping[str, str | int], cut: float) -> float:
    """The order price an agent sees at a cut-point while the refund is full: tax-inclusive where prices are."""
    market = model.scenario.markets[str(cell["market"])] if "market" in cell else model.markets[0]
    return cut * (1.0 + market.tax_share) if market.prices_include_tax else cut


def decision_table(
    model: Model,
    policies: tuple[Policy, Policy, Policy],
    years: tuple[Sequence[SimulatedYear], Sequence[SimulatedYear], Sequence[SimulatedYear]],
    *,
    training_claims: Mapping[CellKey, int],
    flat: Mapping[CellKey, Sequence[tuple[float, float]]],
    binds: Mapping[CellKey, tuple[Bound, ...]],
    materiality: float,
    confidence: float,
    judged: Mapping[CellKey, Judged] | None = None,
) -> pd.DataFrame:
    """The table, cells in stated order; money in the reporting currency, cut-points in the market's.

    Today's policy, the recommended one and that with every change (``free``), each with its years, the same
    replications under all three. A cell's claims are those born in it, so descendants and opportunistic claims of any
    policy count where their root belongs. ``judged``: what is known of each cell's change; where not given, its saving
    alone tells. Columns: see docs/files.md.
    """
    keys = model.scenario.decision.cell
    (now, new, free), (years_now, years_new, years_free) = policies, years
    cells, numbers = number_cells(model, keys, [*years_now, *years_new, *years_free])
    count, n = len(years_now), len(cells)
    of_now, of_new, of_free = numbers[:count], numbers[count : 2 * count], numbers[2 * count :]

    def sums(side: Sequence[SimulatedYear], of: Sequence[np.ndarray], pick: str) -> np.ndarray:
        return np.stack([np.bincount(c, getattr(y, pick), n) for y, c in zip(side, of, strict=True)], axis=1)

    claims = np.stack([np.bincount(c, minlength=n) for c in of_now], axis=1)
    claims_new = np.stack([np.bincount(c, minlength=n) for c in of_new], axis=1)
    cash = sums(years_now, of_now, "cash"), sums(years_new, of_new, "cash")
    expected = sums(years_now, of_now, "expected"), sums(years_new, of_new, "expected")
    parts = {
        name: paired(sums(years_now, of_now, name), sums(years_new, of_new, name), confidence).interval
        for name in PARTS
    }
    moved = claims_rerouted(years_now, years_new, of_now, n)
    saving = paired(cash[0] + expected[0], cash[1] + expected[1], confidence)
    cost_free = sums(years_free, of_free, "cash") + sums(years_free, of_free, "expected")
    free_saving = paired(cash[0] + expected[0], cost_free, confidence).interval
    free_moved = claims_rerouted(years_now, years_free, of_now, n)
    rows: list[dict[str, Any]] = []
    met_now, met_new = CellRows(cells, of_now), CellRows(cells, of_new)
    for i, cell in enumerate(cells):
        known: dict[str, str | int] = dict(zip(keys, cell, strict=True))
        old_zones, new_zones, free_zones = (zones_for(policy, model, known) for policy in (now, new, free))
        mine_now, mine_new = met_now.of([cell]), met_new.of([cell])
        met = [
            np.concatenate([getattr(y, name)[its] for y, its in zip(years_new, mine_new, strict=True)])
            for name in ("value", "price_gross", "order_age_days")
        ]
        alike = old_zones == new_zones
        # What changes elsewhere do to the bills of a cell that stays as it is belongs to no row.
        own = (getattr(saving.interval, end)[i] * (not alike) for end in ("mean", "low", "high"))
        mean, low, high = (float(end) for end in own)
        mine = (judged or {}).get(cell)
        if mine is None:
            mine = Judged("same" if alike else reason(float(moved[i]), low, high, mean, materiality), "")
        elif mine.because not in {*WORTH, "unconfirmed"}:
            at = tuple(float(getattr(free_saving, end)[i]) for end in ("low", "high", "mean"))
            shown = at if alike else (low, high, mean)
            mine = replace(mine, because=verdict_on(mine.because, shown[0], shown[1], shown[2], materiality))
        waits = [service(years_now, mine_now), service(years_new, mine_new)]
        stands, bill = mine.robust, mine.bill
        rows.append(
            {
                **known,
                "currency": _currency(model, known),
                "claims": float(claims[i].mean()),
                "zones_now": old_zones,
                "zones": new_zones,
                "zones_free": free_zones,
                "zones_agents": new_zones,
                "cuts": tuple(z.start for z in new_zones[1:] if z.by == "refund_due"),
                "agent_cuts": tuple(agent_cut(model, known, z) for z in new_zones[1:]),
                "claims_new": float(claims_new[i].mean()),
                "claims_beyond": _beyond(new_zones, met[0], met[1], met[2], count),
                "agent_beyond": _beyond(new_zones, met[0], met[1], met[2], count),
                "always": _always(new_zones, met[0], met[1], met[2]),
                "partner": " ".join(dict.fromkeys(z.partner for z in new_zones if z.partner)),
                "verdict": VERDICTS[mine.because],
                "because": mine.because,
                "change": mine.change,
                "taken": not alike,
                "claims_changing": float(moved[i]),
                "cash_now": _per(cash[0][i], claims[i]),
                "cash": _per(cash[1][i], claims_new[i]),
                "expected_now": _per(expected[0][i], claims[i]),
                "expected": _per(expected[1][i], claims_new[i]),
                "saving": mean,
                "saving_low": low,
                "saving_high": high,
                **{f"part_{name}": float(found.mean[i]) for name, found in parts.items()},
                **{f"part_{name}_low": float(found.low[i]) for name, found in parts.items()},
                **{f"part_{name}_high": float(found.high[i]) for name, found in parts.items()},
                "free_changing": float(free_moved[i]),
                "free_saving": float(free_saving.mean[i]),
                "free_low": float(free_saving.low[i]),
                "free_high": float(free_saving.high[i]),
                "whole": mine.whole[0],
                "whole_low": mine.whole[1],
                "whole_high": mine.whole[2],
                "bill_name": "" if bill is None else bill.name,
                "bill_new": bill is not None and bill.new,
                "bill_cells": () if bill is None else bill.cells,
                "bill_saving": math.nan if bill is None else bill.saving,
                "bill_low": math.nan if bill is None else bill.low,
                "bill_high": math.nan if bill is None else bill.high,
                "bill_share": math.nan if bill is None else bill.share,
                "robust_share": math.nan if stands is None else stands.share,
                "robust_low": math.nan if stands is None else stands.low,
                "robust_high": math.nan if stands is None else stands.high,
                "robust_draws": 0 if stands is None else stands.draws,
                "flip": "" if stands is None else stands.flip,
                "flip_at": math.nan if stands is None else stands.flip_at,
                "weakest": "" if stands is None else stands.weakest,
                "explained": math.nan if stands is None else stands.explained,
                "replications_needed": float(saving.needed[i]),
                "days_p50_now": waits[0].p50,
                "days_p50": waits[1].p50,
                "days_p90_now": waits[0].p90,
                "days_p90": waits[1].p90,
                "flat": tuple(flat.get(cell, ())),
                "binds": binds.get(cell, ()),
                "training_claims": training_claims.get(cell, 0),
                "few_claims": training_claims.get(cell, 0) < FEW_CLAIMS,
            }
        )
    return pd.DataFrame(rows)


def claims_rerouted(
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
    zones: Sequence[CellZone], value: np.ndarray, price: np.ndarray, age: np.ndarray, replications: int
) -> tuple[float, ...]:
    """Claims a year at or above each zone's beginning, the first's left out; of orders of its ages."""
    taken = np.bincount(zone_at(zones, value, price, age), minlength=len(zones))
    return tuple(
        float(sum(n for n, other in zip(taken[k:], zones[k:], strict=True) if other.ages == zones[k].ages))
        / replications
        for k in range(1, len(zones))
    )


def _always(zones: Sequence[CellZone], value: np.ndarray, price: np.ndarray, age: np.ndarray) -> str:
    """The disposition that takes every claim seen, where one does; empty else."""
    hit = np.unique(zone_at(zones, value, price, age)) if len(value) else np.array([0])
    arms = {zones[int(k)].arm for k in hit}
    return zones[int(hit[0])].do if len(arms) == 1 else ""


def _currency(model: Model, cell: Mapping[str, str | int]) -> str:
    return model.scenario.markets[str(cell["market"])].currency if "market" in cell else model.markets[0].currency


def _per(cost: np.ndarray, claims: np.ndarray) -> float:
    return float(cost.sum() / claims.sum()) if claims.sum() else float("nan")
