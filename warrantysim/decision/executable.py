"""A policy as it can be carried out: cut-points at round order prices, and ages of the order where refunds fall.

A cut-point of refund due says to an agent only what it is worth at an age: where the refund falls, each becomes a table
of age bands and order prices. The bands and prices are those that cost least on the training claims among round ones;
a line more has to save its keep.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from warrantysim.decision.cells import CellZone, tests_only, zones_as_rules, zones_for
from warrantysim.decision.manual_policy import steps
from warrantysim.decision.policies import priced_claims
from warrantysim.decision.refund_curve import days_of_months
from warrantysim.decision.training import Learned
from warrantysim.decision.zones import best_plans
from warrantysim.journeys.model import Model
from warrantysim.schema.policy import Policy, Rule

KEEP = 0.02
"""What a line must save, as a share of what a change must be worth."""
MOST_PRICES = 40
"""Most round order prices a cut-point may be put at in a cell [count]."""
REFUSED = 1e-3
"""A trifle for an arm that would be refused and end as another: of two that cost the same, what is done is said
[reporting currency]."""


def executable(policy: Policy, model: Model, learned: Learned, prices: Mapping[str, float]) -> Policy:
    """The policy with every rule of a training cell at round order prices and, where the refund falls with age, by age
    of the order; what always does one thing stays one line, and rules for other cells stay as they are.

    ``prices``: shadow prices of what cells share, as `policies.draw` weighs it.
    """
    keys = model.scenario.decision.cell
    cost = priced_claims(learned, prices) + REFUSED * ~learned.feasible
    place = {tuple(arm): a for a, arm in enumerate(learned.arms)}
    stated = {tuple(sorted(cell.stated().items())) for cell in policy.by_cell()}
    rules: dict[tuple[object, ...], tuple[Rule, ...]] = {}
    for c, cell in enumerate(learned.cells):
        known: dict[str, str | int] = dict(zip(keys, cell, strict=True))
        name = tuple(sorted(known.items()))
        zones = zones_for(policy, model, known)
        rows = learned.rows(c)
        if name not in stated or len(zones) == 1 or zones[0].by == "order_price" or not len(rows):
            continue
        arms = sorted({place[zone.arm] for zone in zones}, key=lambda a: learned.arms[a].rank)
        mine = cost[np.ix_(rows, np.array(arms))] / learned.replications
        if "sku" in known:
            mine = _expected(
                mine, learned.value[rows], learned.price[rows], learned.feasible[np.ix_(rows, np.array(arms))]
            )
        found = carried_out(model, learned, known, rows, mine, arms, keep=_keep(model))
        rules[name] = zones_as_rules(model, known, found)
    out: list[Rule] = []
    for rule in policy.rules:
        name = tuple(sorted(rule.cell.stated().items()))
        if name not in rules:
            out.append(rule)
        elif rules[name][0] not in out:
            out += rules[name]
    return policy.replace(rules=tuple(out))


@dataclass(frozen=True)
class Grid:
    """Round places a rule of a cell may change at."""

    ages: np.ndarray
    """Ages of the order from which a band may begin, the first 0 [days]."""
    prices: np.ndarray
    """Order prices from which a zone may begin, the first 0 [market currency]."""


def carried_out(
    model: Model,
    learned: Learned,
    cell: Mapping[str, str | int],
    rows: np.ndarray,
    cost: np.ndarray,
    arms: Sequence[int],
    *,
    keep: float,
    band: float = 0.0,
    months: int = 1,
) -> tuple[CellZone, ...]:
    """Zones by order price, and by age where the refund falls, that cost least on some training claims.

    Parameters
    ----------
    rows
        Claims of the cell, shape (m,).
    cost
        Cost a year of each under each arm, shape (m, K) [reporting currency].
    arms
        The K arms that may be used, in canonical order.
    keep, band
        What a zone, and what an age band more, must save [reporting currency a year].
    months
        Ages are multiples of so many months.
    """
    price, age, value = learned.price[rows], learned.age[rows], learned.value[rows]
    grid, mine = _grid(model, cell, price, age, value, months), cost
    at_age = np.searchsorted(grid.ages, age, side="right") - 1
    at_price = np.searchsorted(grid.prices, price, side="right") - 1
    bands, slots = len(grid.ages), len(grid.prices)
    sums = np.stack(
        [np.bincount(at_age * slots + at_price, column, bands * slots).reshape(bands, slots) for column in mine.T],
        axis=2,
    )
    sums = np.concatenate([np.zeros((1, slots, len(arms))), np.cumsum(sums, axis=0)])
    first, last = np.triu_indices(bands + 1, k=1)
    ranks = np.array([learned.arms[a].rank for a in arms])
    plans, costs = best_plans(
        sums[last] - sums[first],
        ranks if len(set(ranks.tolist())) == len(ranks) else np.arange(len(arms)),
        np.ones((len(first), len(arms)), dtype=bool),
        canonical=model.scenario.decision.canonical_order,
        entry=np.full((len(first), len(arms)), keep),
    )
    slab = {(int(i), int(j)): k for k, (i, j) in enumerate(zip(first, last, strict=True))}
    best, begin = [0.0], [0]
    for j in range(1, bands + 1):
        total = [best[i] + float(costs[slab[i, j]]) + (band if i else 0.0) for i in range(j)]
        begin.append(int(np.argmin(total)))
        best.append(total[begin[-1]])
    ends = [bands]
    while ends[-1] > 0:
        ends.append(begin[ends[-1]])
    zones: list[CellZone] = []
    for i, j in zip(ends[:0:-1], ends[-2::-1], strict=True):
        ages = float(grid.ages[i]), float(grid.ages[j]) if j < bands else math.inf
        zones += _zones_of(model, learned, arms, plans[slab[i, j]], grid, ages)
    return tuple(zones)


def _zones_of(
    model: Model, learned: Learned, arms: Sequence[int], plan: np.ndarray, grid: Grid, ages: tuple[float, float]
) -> list[CellZone]:
    """Zones of one age band of a plan over order prices."""
    starts = [0, *(np.flatnonzero(np.diff(plan)) + 1)]
    out = []
    for k in starts:
        arm = learned.arms[arms[int(plan[k])]]
        tests = tests_only(model, arm.disposition, arm.partner)
        out.append(CellZone(float(grid.prices[k]), *arm, "order_price", *ages, tests_only=tests))
    return out


def _keep(model: Model) -> float:
    """What a line must save [reporting currency a year]."""
    s = model.scenario
    least = s.decision.materiality
    return KEEP * least.value * s.usd_per_unit(least.currency) / s.usd_per_unit(s.reporting_currency)


def _grid(
    model: Model, cell: Mapping[str, str | int], price: np.ndarray, age: np.ndarray, value: np.ndarray, months: int
) -> Grid:
    """Months of age where the refund is not the same share of the price for all, and multiples of the step of the
    cell's currency between the prices paid."""
    currency = (model.scenario.markets[str(cell["market"])] if "market" in cell else model.markets[0]).currency
    step = steps(model, model.scenario.decision.rounding)[currency]
    first, last = math.floor(price.min() / step) + 1, math.floor(price.max() / step)
    places = np.arange(first, last + 1) * step
    if len(places) > MOST_PRICES:
        wanted = np.quantile(price, np.linspace(0, 1, MOST_PRICES + 2)[1:-1])
        places = np.unique(np.clip(np.rint(wanted / step), first, last)) * step
    share = value / np.maximum(price, 1e-9)
    ages = [0.0]
    if share.max(initial=0.0) - share.min(initial=np.inf) > 1e-6 * share.max(initial=0.0):
        month = months
        while days_of_months(month) <= age.max():
            ages.append(float(days_of_months(month)))
            month += months
    return Grid(np.array(ages), np.concatenate([[0.0], places]))


def _expected(cost: np.ndarray, value: np.ndarray, price: np.ndarray, feasible: np.ndarray) -> np.ndarray:
    """Costs without the luck of single claims: on average a straight line of refund due and price, another one where
    the arm is refused. Shape of ``cost``."""
    out = np.empty_like(cost)
    plain = np.stack([np.ones(len(value)), value, price], axis=1)
    for a in range(cost.shape[1]):
        x = np.concatenate([plain, plain * ~feasible[:, a, None]], axis=1)
        scale = np.maximum(np.abs(x).max(axis=0), 1e-12)
        found, *_ = np.linalg.lstsq(x / scale, cost[:, a], rcond=1e-9)
        out[:, a] = (x / scale) @ found
    return out
