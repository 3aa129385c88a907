"""Claims read from a table instead of born from sales: a helpdesk export, or a scenario made for a test."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from warrantysim.claims.columns import Claims, Origin, as_roots, in_order
from warrantysim.claims.digest import mixed, stable_number
from warrantysim.claims.fault_mix import fault_mix
from warrantysim.claims.philox import uniforms
from warrantysim.claims.stream_ids import Purpose
from warrantysim.claims.terms import terms
from warrantysim.schema.clock import seconds
from warrantysim.schema.products import ClaimRow

if TYPE_CHECKING:
    from warrantysim.schema.root import Scenario


@dataclass(frozen=True)
class ClaimTable:
    """A claims table as columns, shape (n,), for tables too long to hold as rows; see `claim_columns`."""

    opened_day: np.ndarray
    """When opened, from the first day of the horizon [float64 days]."""
    sku: np.ndarray
    """Row in ``scenario.skus`` [int]."""
    market: np.ndarray
    """Row in ``scenario.market_ids`` [int]."""
    channel: np.ndarray
    """Row in ``scenario.channel_ids`` [int]."""
    value: np.ndarray
    """Price paid in the market's currency, tax included where prices are [float64]."""
    fault: np.ndarray
    """Row in ``scenario.faults``; -1 to be drawn [int]."""
    symptom: np.ndarray
    """Row in ``scenario.symptom_ids``; -1 not stated [int]."""
    bench_minutes: np.ndarray
    """Bench work; NaN drawn from the fault [float64 minutes]."""
    age_days: np.ndarray
    """Age of the unit since delivery; NaN half its warranty [float64 days]."""


def claim_columns(scenario: Scenario, rows: Sequence[ClaimRow]) -> ClaimTable:
    """Rows of a claims table as columns.

    Raises
    ------
    ValueError
        Naming the claim whose SKU, market, channel, fault or symptom the scenario does not know.
    """
    faults = {(row.sku, row.fault): i for i, row in enumerate(scenario.faults)}
    skus = {row.sku: i for i, row in enumerate(scenario.skus)}
    markets = {name: i for i, name in enumerate(scenario.market_ids)}
    channels = {name: i for i, name in enumerate(scenario.channel_ids)}
    symptoms = {name: i for i, name in enumerate(scenario.symptom_ids)}

    def known(index: dict[str, int], name: str, what: str, claim: str) -> int:
        if name not in index:
            raise ValueError(f"claim {claim} names an unknown {what} {name!r}")
        return index[name]

    def fault(row: ClaimRow) -> int:
        if row.fault and (row.sku, row.fault) not in faults:
            raise ValueError(f"claim {row.claim} names a fault {row.fault!r} that {row.sku} does not have")
        return faults[row.sku, row.fault] if row.fault else -1

    first, day = scenario.channel_ids[0], scenario.clock.first_day
    return ClaimTable(
        opened_day=np.array([row.opened_on(day) for row in rows], dtype=np.float64),
        sku=np.array([known(skus, row.sku, "SKU", row.claim) for row in rows], dtype=np.int64),
        market=np.array([known(markets, row.market, "market", row.claim) for row in rows], dtype=np.int64),
        channel=np.array([known(channels, row.channel or first, "channel", row.claim) for row in rows], dtype=np.int64),
        value=np.array([row.value for row in rows], dtype=np.float64),
        fault=np.array([fault(row) for row in rows], dtype=np.int64),
        symptom=np.array(
            [known(symptoms, row.symptom, "symptom", row.claim) if row.symptom else -1 for row in rows], dtype=np.int64
        ),
        bench_minutes=np.array([np.nan if row.bench_minutes is None else row.bench_minutes for row in rows]),
        age_days=np.array([np.nan if (age := row.age(day)) is None else age for row in rows]),
    )


def from_table(scenario: Scenario, table: ClaimTable | Sequence[ClaimRow], seed: int, replication: int) -> Claims:
    """Root claims of a table, in rising order of (opened, unit).

    A claim's permanent key follows from what it says (SKU, market, channel, second of opening, price), and among equal
    claims from their order: moving or adding other rows moves no draw. The sale is taken to be at delivery. A fault not
    stated is drawn for the replication from the product's mix, given the symptom where that is stated; everything else
    is the same in all replications.

    Raises
    ------
    ValueError
        As `claim_columns`, or if no terms of sale hold for a claim's SKU and market on the day of its sale.
    """
    t = table if isinstance(table, ClaimTable) else claim_columns(scenario, table)
    sale = terms(scenario)
    opened = seconds(t.opened_day)
    warranty = _warranty(scenario, t, opened)
    age = np.where(np.isnan(t.age_days), warranty / 2.0, t.age_days)
    delivered = opened - seconds(age)
    row = sale.row(t.sku, t.market, scenario.market_days.ordinals(delivered, t.market))
    if np.any(row < 0):
        i = int(np.flatnonzero(row < 0)[0])
        raise ValueError(
            f"a claim on {scenario.skus[t.sku[i]].sku} in {scenario.market_ids[t.market[i]]} was sold on "
            f"{scenario.clock.date(int(delivered[i]))}, when no row of sku_markets holds"
        )
    unit = _keys(scenario, t, opened)
    claims = as_roots(
        unit=unit,
        origin=np.full(len(unit), Origin.TABLE),
        sku=t.sku,
        market=t.market,
        channel=t.channel,
        fault=_faults(scenario, t, uniforms(seed, replication, unit, 0, Purpose.TABLE_FAULT)),
        bench_minutes=t.bench_minutes,
        sold=delivered,
        delivered=delivered,
        warranty_end=delivered + seconds(sale.warranty_days[row]),
        opened=opened,
        price_gross=t.value,
        price_net=t.value / sale.tax_factor[row],
    )
    return in_order(claims)


def stated_symptoms(scenario: Scenario) -> tuple[np.ndarray, np.ndarray]:
    """Symptoms the scenario's claims table states: unit keys in rising order [uint64], rows of ``symptom_ids`` [int8].

    Claims whose symptom is not stated are left out: theirs is drawn from the true fault.
    """
    t = claim_columns(scenario, scenario.claims_table)
    if not len(t.sku):
        return np.zeros(0, dtype=np.uint64), np.zeros(0, dtype=np.int8)
    unit = _keys(scenario, t, seconds(t.opened_day))
    known = np.flatnonzero(t.symptom >= 0)
    order = known[np.argsort(unit[known])]
    return unit[order], t.symptom[order].astype(np.int8)


def _warranty(scenario: Scenario, t: ClaimTable, opened: np.ndarray) -> np.ndarray:
    """Warranty by the terms on the day of opening, to guess an age from."""
    sale = terms(scenario)
    row = sale.row(t.sku, t.market, scenario.market_days.ordinals(opened, t.market))
    return np.where(row >= 0, sale.warranty_days[row], 0.0)


def _keys(scenario: Scenario, t: ClaimTable, opened: np.ndarray) -> np.ndarray:
    places = np.stack([t.sku, t.market, t.channel], axis=1)
    kinds, of_kind = np.unique(places, axis=0, return_inverse=True)
    names = [
        stable_number("table", scenario.skus[s].sku, scenario.market_ids[m], scenario.channel_ids[c])
        for s, m, c in kinds
    ]
    base = np.array(names, dtype=np.uint64)[of_kind.reshape(-1)]
    said = mixed(mixed(base, opened), t.value.astype(np.float64).view(np.int64))
    _, first, of_said = np.unique(said, return_index=True, return_inverse=True)
    if len(first) == len(said):
        return mixed(said, 0)
    order = np.argsort(of_said, kind="stable")
    counts = np.bincount(of_said)
    nth = np.empty(len(said), dtype=np.int64)
    nth[order] = np.arange(len(said)) - np.repeat(np.cumsum(counts) - counts, counts)
    return mixed(said, nth)


def _faults(scenario: Scenario, t: ClaimTable, u: np.ndarray) -> np.ndarray:
    out = np.array(t.fault, dtype=np.int64)
    mix = fault_mix(scenario)
    for sku in np.unique(t.sku[out < 0]):
        for symptom in np.unique(t.symptom[(t.fault < 0) & (t.sku == sku)]):
            rows = (t.fault < 0) & (t.sku == sku) & (t.symptom == symptom)
            if symptom < 0:
                out[rows] = mix.draw(t.sku[rows], u[rows])
            else:
                seen = _likelihood(scenario, scenario.symptom_ids[symptom])
                out[rows] = mix.draw_given(int(sku), seen, u[rows])
    return out


def _likelihood(scenario: Scenario, symptom: str) -> np.ndarray:
    """Chance that each fault is reported as a symptom without evidence. Shape (faults,)."""
    shares = {row.kind: row.share for row in scenario.symptoms if row.symptom == symptom and row.evidence == "none"}
    return np.array([shares.get(fault.kind, 0.0) for fault in scenario.faults])
