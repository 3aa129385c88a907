"""The choice as a mixed integer program in PuLP, written to be read: x[cell, band, arm] and the rows that share it.

    minimise    sum cost x + contracts and lanes by segment + loss x unasked units of pools  (+ weight x CVaR)
    one arm     sum over arms x[c, b, .] = 1
    order       sum over arms of rank >= k of x[c, b, .] <= the same of band b + 1          (canonical order)
    team        x[c, b, a] <= y[c, a],  at most one y a disposition                         (one partner a cell)
    limits      measure <= most
    contracts   one segment of each signed period: lower z <= units <= upper z
    pools       unasked units >= units that join - units asked for

`program` builds it whole: the reference, right up to some thousand binaries. `shared_rows` is also the master of the
decomposed path in `pricing`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pulp

from warrantysim.decision.contract_rows import contract_costs, tagged
from warrantysim.decision.problem import Problem


@dataclass(frozen=True)
class Shared:
    """The shared part of a program: variables for measures, and the cost they cause."""

    measure: Mapping[str, pulp.LpVariable]
    """A variable for each measure that a row looks at."""
    signed: Mapping[str, pulp.LpVariable]
    """Whether a contract is signed."""
    loss: Sequence[pulp.LpVariable]
    """Separate cost of each training replication; empty without CVaR."""
    cost: pulp.LpAffineExpression
    """Cost of contracts, lanes, swap pools and risk."""
    over: Mapping[str, pulp.LpVariable]
    """How far each limit is exceeded, relative to its size; empty without slack."""


@dataclass(frozen=True)
class Program:
    """A whole program and where its choices are."""

    lp: pulp.LpProblem
    x: Mapping[tuple[int, int, int], pulp.LpVariable]
    """x[cell, band, arm]."""
    shared: Shared

    def plan(self, values: Mapping[str, float], shape: tuple[int, int, int]) -> np.ndarray:
        """The plan of a solution, shape (C, B)."""
        chosen = np.zeros(shape[:2], dtype=np.int64)
        for (c, b, a), variable in self.x.items():
            if values[variable.name] > 0.5:
                chosen[c, b] = a
        return chosen


def program(problem: Problem, *, elastic: bool = False, fixed: Mapping[str, bool] | None = None) -> Program:
    """Build the whole program.

    Parameters
    ----------
    elastic
        Let limits be exceeded and minimise by how much, instead of cost.
    fixed
        Contracts whose signing is decided, by name.
    """
    lp = pulp.LpProblem("dispositions", pulp.LpMinimize)
    shared = shared_rows(lp, problem, slack=elastic, fixed=fixed or {})
    x = _choices(lp, problem)
    for name, variable in shared.measure.items():
        load = problem.loads[name]
        terms = [
            (x[c, b, int(a)], float(load.amount[c, b, k]))
            for k, a in enumerate(load.arms)
            for c, b in zip(*np.nonzero(load.amount[:, :, k]), strict=True)
            if (c, b, int(a)) in x
        ]
        lp += linear([*terms, (variable, -1.0)]) == 0, f"measure_{variable.name}"
    for year, variable in enumerate(shared.loss):
        assert problem.years is not None
        lp += linear([(v, float(problem.years[year][key])) for key, v in x.items()] + [(variable, -1.0)]) == 0
    _sign(lp, problem, x, shared.signed)
    _used(lp, problem, x, shared.signed)
    if elastic:
        lp.setObjective(pulp.lpSum(shared.over.values()))
    else:
        lp.setObjective(linear([(v, float(problem.cost[key])) for key, v in x.items()]) + shared.cost)
    return Program(lp, x, shared)


def linear(terms: Sequence[tuple[pulp.LpVariable, float]]) -> pulp.LpAffineExpression:
    """Sum of coefficient times variable. `lpSum` over such pairs would add the coefficients as constants instead."""
    return pulp.LpAffineExpression([(variable, coefficient) for variable, coefficient in terms])


def _choices(lp: pulp.LpProblem, problem: Problem) -> dict[tuple[int, int, int], pulp.LpVariable]:
    """One arm a band, in order, one partner a disposition. A forbidden arm has no variable."""
    cells, bands, arms = problem.shape
    x = {
        (c, b, a): lp.add_variable(f"x_{c}_{b}_{a}", cat="Binary")
        for c in range(cells)
        for b in range(bands)
        for a in range(arms)
        if problem.allowed[c, a]
    }
    for c in range(cells):
        may = np.flatnonzero(problem.allowed[c]).tolist()
        for b in range(bands):
            lp += pulp.lpSum(x[c, b, a] for a in may) == 1, f"one_arm_{c}_{b}"
        if problem.canonical:
            for level in np.unique(problem.rank[may])[1:]:
                above = [a for a in may if problem.rank[a] >= level]
                for b in range(bands - 1):
                    now, then = (pulp.lpSum(x[c, at, a] for a in above) for at in (b, b + 1))
                    lp += now <= then, f"order_{c}_{b}_{level}"
        for level in np.unique(problem.rank[may]):
            rivals = [a for a in may if problem.rank[a] == level]
            if len(rivals) > 1:
                y = {a: lp.add_variable(f"y_{c}_{a}", cat="Binary") for a in rivals}
                lp += pulp.lpSum(y.values()) <= 1, f"team_{c}_{level}"
                for a in rivals:
                    for b in range(bands):
                        lp += x[c, b, a] <= y[a], f"member_{c}_{b}_{a}"
    return x


def _sign(
    lp: pulp.LpProblem,
    problem: Problem,
    x: Mapping[tuple[int, int, int], pulp.LpVariable],
    signed: Mapping[str, pulp.LpVariable],
) -> None:
    """An arm that needs a contract needs it signed."""
    bands = problem.shape[1]
    for i, block in enumerate(problem.blocks):
        for c, a in zip(*np.nonzero(block.uses & problem.allowed), strict=True):
            for b in range(bands):
                lp += x[c, b, a] <= signed[block.name], f"sign_{i}_{c}_{b}_{a}"


def _used(
    lp: pulp.LpProblem,
    problem: Problem,
    x: Mapping[tuple[int, int, int], pulp.LpVariable],
    signed: Mapping[str, pulp.LpVariable],
) -> None:
    """Where another desk would be dearer alone, a desk is signed only by whoever uses it."""
    for i, block in enumerate(problem.blocks):
        if block.one_of_several and block.forced is None:
            mine = zip(*np.nonzero(block.uses & problem.allowed), strict=True)
            users = [x[c, b, a] for c, a in mine for b in range(problem.shape[1])]
            lp += signed[block.name] <= pulp.lpSum(users), f"used_{i}"


def shared_rows(
    lp: pulp.LpProblem,
    problem: Problem,
    *,
    slack: bool = False,
    fixed: Mapping[str, bool] | None = None,
    segments: Mapping[tuple[str, int], int] | None = None,
) -> Shared:
    """Add what cells share: limits, contracts, lanes, pools, risk. The caller ties the measures to its choices.

    With ``slack`` a limit may be exceeded; the caller prices by how much. ``segments`` decides the segment of periods,
    by contract and number.
    """
    names = sorted(looked_at(problem))
    measure = {name: lp.add_variable(tagged("q", i, name)) for i, name in enumerate(names)}
    over: dict[str, pulp.LpVariable] = {}
    for i, limit in enumerate(problem.limits):
        left = linear([(measure[limit.measure], 1.0)])
        if slack:
            over[limit.name] = lp.add_variable(tagged("over", i, limit.name), lowBound=0)
            left = left - max(abs(limit.most), 1.0) * over[limit.name]
        lp += left <= limit.most, tagged("limit", i, limit.name)
    signed: dict[str, pulp.LpVariable] = {}
    costs: list[pulp.LpAffineExpression] = []
    for i, block in enumerate(problem.blocks):
        signed[block.name] = lp.add_variable(tagged("signed", i, block.name), cat="Binary")
        decided = block.forced if block.forced is not None else (fixed or {}).get(block.name)
        if decided is not None:
            lp += signed[block.name] == int(decided), f"decided_{i}"
    costs += contract_costs(lp, problem, measure, signed, segments or {})
    for i, pool in enumerate(problem.pools):
        unasked = lp.add_variable(tagged("unasked", i, pool.name), lowBound=0)
        lp += unasked >= measure[pool.measure] - pool.start, tagged("pool", i, pool.name)
        costs.append(pool.loss * unasked)
    if problem.constant:
        costs.append(problem.constant * lp.add_variable("always", lowBound=1, upBound=1))
    loss: list[pulp.LpVariable] = []
    if problem.cvar_weight:
        assert problem.years is not None
        loss = [lp.add_variable(f"loss_{year}") for year in range(len(problem.years))]
        costs.append(_risk(lp, problem, loss))
    return Shared(measure, signed, loss, pulp.lpSum(costs), over)


def looked_at(problem: Problem) -> set[str]:
    """Measures that some shared row looks at."""
    names = {limit.measure for limit in problem.limits} | {pool.measure for pool in problem.pools}
    for block in problem.blocks:
        for period in block.periods:
            for table in (period.units, period.fees, period.service):
                names |= {name for row in table for name in row if name}
    return names


def _risk(lp: pulp.LpProblem, problem: Problem, loss: Sequence[pulp.LpVariable]) -> pulp.LpAffineExpression:
    """weight x (CVaR - mean) of the separate cost: eta + sum of excess / ((1 - level) R)."""
    eta = lp.add_variable("eta")
    excess = [lp.add_variable(f"excess_{year}", lowBound=0) for year in range(len(loss))]
    for year, above in enumerate(excess):
        lp += above >= loss[year] - eta, f"tail_{year}"
    share = 1.0 / len(loss)
    tail = eta + (share / (1.0 - problem.cvar_level)) * pulp.lpSum(excess)
    return problem.cvar_weight * (tail - share * pulp.lpSum(loss))
