"""Shared rows: bench capacity by month, and the scenario's own constraints on refunds, days and disputes."""

from __future__ import annotations

import numpy as np

from warrantysim.decision.claim_table import ClaimTable
from warrantysim.decision.measuring import columned, measured, settled_use
from warrantysim.decision.problem import Block, Limit, Load
from warrantysim.experiment.bench_months import offered_minutes
from warrantysim.scenario.amounts import Amount
from warrantysim.scenario.network import Decision
from warrantysim.scenario.root import Scenario

Found = tuple[dict[str, Load], list[Limit], list[Block]]
"""Measures, limits and blocks that belong together."""
RESTS = 0.6
"""A bench month that offers less than this share of the mean month shares its row with the month that follows: work
that arrives while the bench rests is done after."""
YEAR_DAYS = 365.0


def capacity_limits(scenario: Scenario, table: ClaimTable, band: np.ndarray, bands: int) -> Found:
    """Bench hours by month, wherever a plan could need more than there are."""
    loads: dict[str, Load] = {}
    limits: list[Limit] = []
    offered = offered_minutes(scenario) / 60.0
    hours = table.bench.amounts[0] / 60.0
    everything = range(len(table.arms))
    for b, name in enumerate(table.benches):
        for months in rows_of_months(offered[b]):
            most = float(offered[b, months].sum())
            inside = np.isin(table.bench.place, b * table.months + np.array(months))
            load = measured(table, band, bands, table.bench, hours, inside, everything)
            most -= settled_use(table, table.bench, hours, inside)
            if load.largest <= most:
                continue
            label = " and ".join(scenario.clock.month_label(m) for m in months)
            measure = f"hours {name} {months[0]}"
            loads[measure] = load
            limits.append(Limit(f"bench hours of {name} in {label}", measure, max(most, 0.0)))
    return loads, limits, []


def rows_of_months(offered: np.ndarray) -> list[list[int]]:
    """Months grouped into rows: each by itself, resting months with the next (the last with those before)."""
    rows: list[list[int]] = []
    carried: list[int] = []
    mean = float(offered.mean()) if len(offered) else 0.0
    for month, hours in enumerate(offered):
        carried.append(month)
        if hours >= RESTS * mean:
            rows.append(carried)
            carried = []
    if carried:
        rows = [*rows[:-1], [*rows[-1], *carried]] if rows else [carried]
    return rows


def constraint_limits(
    scenario: Scenario, table: ClaimTable, band: np.ndarray, bands: int, decision: Decision
) -> Found:
    """Refund budget, mean days to resolution, share of claims in dispute."""
    loads: dict[str, Load] = {}
    limits: list[Limit] = []
    settled, weight = ~table.routed, table.weight

    def add(measure: str, name: str, column: np.ndarray, most: float) -> None:
        loads[measure] = columned(table, band, bands, column)
        limits.append(Limit(name, measure, most - float(column[settled, 0].sum())))

    years = scenario.horizon.days / YEAR_DAYS
    if decision.refund_budget is not None:
        budget = reporting(scenario, decision.refund_budget) * years
        add("refunds", f"refund budget of {decision.refund_budget} a year", table.refund, budget)
    if decision.max_mean_days is not None:
        beyond = np.where(table.filed, table.days - decision.max_mean_days, 0.0) * weight
        add("days", f"mean time to resolution of {decision.max_mean_days:g} days", beyond, 0.0)
    if decision.max_dispute_share is not None:
        beyond = np.where(table.filed, table.disputed - decision.max_dispute_share, 0.0) * weight
        add("disputes", f"dispute share of {decision.max_dispute_share:.2%}", beyond, 0.0)
    return loads, limits, []


def reporting(scenario: Scenario, amount: Amount) -> float:
    """An amount in the reporting currency, at the rate of the horizon's first day."""
    return amount.value * rate(scenario, amount.currency)


def rate(scenario: Scenario, currency: str) -> float:
    """Reporting currency per unit of a currency on the horizon's first day."""
    return scenario.usd_per_unit(currency) / scenario.usd_per_unit(scenario.reporting_currency)
