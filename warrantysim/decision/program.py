"""The choice as a mixed integer program in PuLP, written to be read: x[cell, band, arm] and the rows that share it.

    minimise    sum cost x + contracts and lanes by segment + loss x unasked units of pools  (+ weight x CVaR)
    one arm     sum over arms x[c, b, .] = 1
    order       sum over arms of rank >= k of x[c, b, .] <= the same of band b + 1          (canonical order)
    team        x[c, b, a] <= y[c, a],  at most one y a disposition                         (one partner a cell)
    limits      measure <= most
    contracts   one segment of each signed period: lower z <= units <= upper z
    pools       unasked units >= units that join - units asked for

`program` builds it whole: the reference, right up to some thousand binaries. `shared_rows` is also the master of the
decomposition in `master`.
"""

from __future__ import annotations

import math
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pulp

from warrantysim.decision.problem import Period, Pool, ProgramData
from warrantysim.decision.reach import Reach
from warrantysim.decision.solver import Solved, solve


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
    periods: Mapping[tuple[str, int], PeriodRows]
    """Segments and cost of each period, by contract and number."""
    decided: Mapping[str, str]
    """Row that has a contract signed or not as the caller fixed it, by contract."""


@dataclass(frozen=True)
class PeriodRows:
    """One period of a contract in a program."""

    segment: Mapping[int, pulp.LpVariable]
    """Whether its units lie in each segment."""
    cost: pulp.LpAffineExpression
    """What it costs."""
    once: str
    """Name of the row that has it in one segment at most."""


Choices = Mapping[tuple[int, int, int], pulp.LpVariable]
"""x[cell, band, arm], rising; none for an arm that is forbidden."""


@dataclass(frozen=True)
class Program:
    """A whole program, stated once for whatever is decided of its contracts, and where its choices are."""

    lp: pulp.LpProblem
    x: Choices
    shared: Shared

    def solve(self, *, signed: Mapping[str, bool] | None = None, **how: Any) -> Solved:
        """Solve it as `solver.solve`; ``signed``: whether each contract is signed, where that is decided, by name."""
        if signed is None:
            return solve(self.lp, without=self.shared.decided.values(), **how)
        for name, row in self.shared.decided.items():
            self.lp.get_constraint_by_name(row).changeRHS(int(signed[name]))
        return solve(self.lp, **how)

    def plan(self, values: Mapping[str, float], shape: tuple[int, int, int]) -> np.ndarray:
        """The plan of a solution, shape (C, B)."""
        chosen = np.zeros(shape[:2], dtype=np.int64)
        for (c, b, a), variable in self.x.items():
            if values[variable.name] > 0.5:
                chosen[c, b] = a
        return chosen


def program(problem: ProgramData, *, elastic: bool = False) -> Program:
    """Build the whole program.

    Parameters
    ----------
    elastic
        Let limits be exceeded and minimise by how much, instead of cost.
    """
    lp = pulp.LpProblem("dispositions", pulp.LpMinimize)
    shared = shared_rows(lp, problem, slack=elastic, fixed={b.name: False for b in problem.blocks if b.forced is None})
    x = _choices(lp, problem)
    cells, bands, arms = problem.shape
    may = np.broadcast_to(problem.allowed[:, None, :], problem.shape)
    at = np.full(problem.shape, -1)
    at[may] = np.arange(len(x))  # The place of each choice among all of them.
    flat, choices = at.reshape(cells * bands, arms), list(x.values())
    for name, variable in shared.measure.items():
        load = problem.loads[name]
        order = np.argsort(load.arm, kind="stable")
        places = flat[load.place[order], load.arm[order]]
        amounts = load.amount[order][places >= 0].tolist()
        terms = [(choices[k], amount) for k, amount in zip(places[places >= 0].tolist(), amounts, strict=True)]
        lp.addConstraint(linear([*terms, (variable, -1.0)]) == 0, f"measure_{variable.name}")
    for year, variable in enumerate(shared.loss):
        assert problem.years is not None
        lp += linear([*zip(choices, problem.years[year][may].tolist(), strict=True), (variable, -1.0)]) == 0
    _sign(lp, problem, x, shared.signed)
    _used(lp, problem, x, shared.signed)
    if elastic:
        lp.setObjective(pulp.lpSum(shared.over.values()))
    else:
        alone = zip(choices, problem.cost[may].tolist(), strict=True)
        lp.setObjective(pulp.LpAffineExpression([*alone, *shared.cost.items()], shared.cost.constant))
    return Program(lp, x, shared)


def tagged(kind: str, number: int, name: str) -> str:
    """A variable or row name that PuLP takes as it is, and that stays one to one."""
    return f"{kind}_{number}_{re.sub('[^A-Za-z0-9]+', '_', name)}"


def linear(terms: Sequence[tuple[pulp.LpVariable, float]]) -> pulp.LpAffineExpression:
    """Sum of coefficient times variable. `lpSum` over such pairs would add the coefficients as constants instead."""
    return pulp.LpAffineExpression([(variable, coefficient) for variable, coefficient in terms])


def _choices(lp: pulp.LpProblem, problem: ProgramData) -> Choices:
    """One arm a band, in order, one partner a disposition."""
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
            lp.addConstraint(linear([(x[c, b, a], 1.0) for a in may]) == 1, f"one_arm_{c}_{b}")
        if problem.canonical:
            for level in np.unique(problem.rank[may])[1:].tolist():
                above = [a for a in may if problem.rank[a] >= level]
                for b in range(bands - 1):
                    now, then = ([(x[c, at, a], sign) for a in above] for at, sign in ((b, 1.0), (b + 1, -1.0)))
                    lp.addConstraint(linear(now + then) <= 0, f"order_{c}_{b}_{level}")
        for level in np.unique(problem.rank[may]).tolist():
            rivals = [a for a in may if problem.rank[a] == level]
            if len(rivals) > 1:
                y = {a: lp.add_variable(f"y_{c}_{a}", cat="Binary") for a in rivals}
                lp.addConstraint(linear([(variable, 1.0) for variable in y.values()]) <= 1, f"team_{c}_{level}")
                for a in rivals:
                    for b in range(bands):
                        lp.addConstraint(linear([(x[c, b, a], 1.0), (y[a], -1.0)]) <= 0, f"member_{c}_{b}_{a}")
    return x


def _sign(lp: pulp.LpProblem, problem: ProgramData, x: Choices, signed: Mapping[str, pulp.LpVariable]) -> None:
    """An arm that needs a contract needs it signed."""
    bands = problem.shape[1]
    for i, block in enumerate(problem.blocks):
        for c, a in np.argwhere(block.uses & problem.allowed).tolist():
            for b in range(bands):
                lp.addConstraint(linear([(x[c, b, a], 1.0), (signed[block.name], -1.0)]) <= 0, f"sign_{i}_{c}_{b}_{a}")


def _used(lp: pulp.LpProblem, problem: ProgramData, x: Choices, signed: Mapping[str, pulp.LpVariable]) -> None:
    """Where another desk would be dearer alone, a desk is signed only by whoever uses it."""
    for i, block in enumerate(problem.blocks):
        if block.one_of_several and block.forced is None:
            mine = zip(*np.nonzero(block.uses & problem.allowed), strict=True)
            users = [x[c, b, a] for c, a in mine for b in range(problem.shape[1])]
            lp += signed[block.name] <= pulp.lpSum(users), f"used_{i}"


def shared_rows(
    lp: pulp.LpProblem,
    problem: ProgramData,
    *,
    slack: bool = False,
    fixed: Mapping[str, bool] | None = None,
    reach: Reach | None = None,
    own: Collection[Pool] = (),
) -> Shared:
    """Add what cells share: limits, contracts, lanes, pools, risk. The caller ties the measures to its choices.

    With ``slack`` a limit may be exceeded; the caller prices by how much. ``reach``: bounds on measures, so that less
    is lost where segments are mixed; ``own``: pools that the caller charges cells for.
    """
    names = sorted(looked_at(problem, own))
    periods: dict[tuple[str, int], PeriodRows] = {}
    measure = {name: lp.add_variable(tagged("q", i, name)) for i, name in enumerate(names)}
    over: dict[str, pulp.LpVariable] = {}
    for i, limit in enumerate(problem.limits):
        left = linear([(measure[limit.measure], 1.0)])
        if slack:
            over[limit.name] = lp.add_variable(tagged("over", i, limit.name), lowBound=0)
            left = left - max(abs(limit.most), 1.0) * over[limit.name]
        lp += left <= limit.most, tagged("limit", i, limit.name)
    signed: dict[str, pulp.LpVariable] = {}
    fixing: dict[str, str] = {}
    costs: list[pulp.LpAffineExpression] = []
    for i, block in enumerate(problem.blocks):
        signed[block.name] = lp.add_variable(tagged("signed", i, block.name), cat="Binary")
        decided = block.forced if block.forced is not None else (fixed or {}).get(block.name)
        if decided is not None:
            lp += signed[block.name] == int(decided), f"decided_{i}"
            if block.forced is None:
                fixing[block.name] = f"decided_{i}"
    costs += _contracts(lp, problem, measure, signed, reach, periods)
    for i, pool in enumerate(pool for pool in problem.pools if pool not in own):
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
    return Shared(measure, signed, loss, pulp.lpSum(costs), over, periods, fixing)


def looked_at(problem: ProgramData, own: Collection[Pool] = ()) -> set[str]:
    """Measures that some shared row looks at, that of ``own`` pools left out."""
    names = {limit.measure for limit in problem.limits} | {pool.measure for pool in problem.pools if pool not in own}
    for block in problem.blocks:
        for period in block.periods:
            for table in (period.units, period.fees, period.service):
                names |= {name for row in table for name in row if name}
    return names


def _contracts(
    lp: pulp.LpProblem,
    problem: ProgramData,
    measure: Mapping[str, pulp.LpVariable],
    signed: Mapping[str, pulp.LpVariable],
    reach: Reach | None,
    periods: dict[tuple[str, int], PeriodRows],
) -> list[pulp.LpAffineExpression]:
    """Cost of every block. Blocks of one contract share its volumes: they go to the one that is charged."""
    costs: list[pulp.LpAffineExpression] = []
    for first, block in enumerate(problem.blocks):
        if block.earlier:
            continue
        contract = [(first, block)] + [(i, b) for i, b in enumerate(problem.blocks) if block.name in b.earlier]
        charged = {}
        for i, one in contract:
            charged[one.name] = signed[one.name]
            if len(contract) > 1:
                on = charged[one.name] = lp.add_variable(f"charged_{i}", lowBound=0, upBound=1)
                lp += on <= signed[one.name], f"charged_needs_{i}"
                lp += on >= signed[one.name] - pulp.lpSum(signed[e] for e in one.earlier), f"charged_first_{i}"
                for e in one.earlier:
                    lp += on <= 1 - signed[e], tagged("charged_not", i, e)
            costs.append(one.offset * charged[one.name])
        volumes: dict[str, list[pulp.LpVariable]] = {}
        for i, one in contract:
            due = [signed[name] for name in one.desks] or None
            for number, period in enumerate(one.periods):
                rows = _Rows(lp, problem, measure, f"{i}_{number}", reach)
                found = periods[one.name, number] = rows.add(period, charged[one.name], due, volumes)
                costs.append(found.cost)
        for k, (name, copies) in enumerate(volumes.items()):
            lp += pulp.lpSum(copies) == measure[name], f"copies_{first}_{k}"
    return costs


@dataclass(frozen=True)
class _Rows:
    """One period of one block: its rows and its cost."""

    lp: pulp.LpProblem
    problem: ProgramData
    measure: Mapping[str, pulp.LpVariable]
    tag: str
    reach: Reach | None

    def add(
        self,
        period: Period,
        charged: pulp.LpVariable,
        due: Sequence[pulp.LpVariable] | None,
        volumes: dict[str, list[pulp.LpVariable]],
    ) -> PeriodRows:
        """Multiple choice over the segments; copies of the measures it takes are added to ``volumes``."""
        lp, terms, tag = self.lp, period.terms, self.tag
        desks = range(terms.fixed.shape[1])
        beside = period.beside or tuple(np.zeros((len(period.units), len(desks))) for _ in range(3))
        others, other_fees = float(beside[0].sum()), beside[1].sum(axis=0)
        units_most = others + sum(self._largest(name) for row in period.units for name in row if name)
        usable = [k for k, lower in enumerate(terms.lower) if lower <= units_most]
        z = {k: lp.add_variable(f"z_{tag}_{k}", cat="Binary") for k in usable}
        lp += pulp.lpSum(z.values()) <= charged, f"segment_{tag}"
        cost = float(terms.fixed.sum()) * charged
        whole = [pulp.LpAffineExpression() for _ in desks]
        for k in usable:
            own, total = pulp.LpAffineExpression(), others * z[k]
            for d in desks:
                units = self._copies(f"n_{k}_{d}", [row[d] for row in period.units], z[k], volumes)
                fees = pulp.LpAffineExpression()
                if terms.per_fee[:, d].any():
                    fees = self._copies(f"f_{k}_{d}", [row[d] for row in period.fees], z[k], volumes)
                    both = (tuple(row[d] for row in table if row[d]) for table in (period.fees, period.units))
                    for line in self.reach.lines(*both) if self.reach else ():
                        lp += fees <= line.slope * units + line.above * z[k]
                        lp += fees >= line.slope * units - line.below * z[k]
                slopes = float(terms.per_unit[k, d]) * units + float(terms.per_fee[k, d]) * fees
                jump = float(terms.jump[k, d])
                cost += slopes
                rest = jump + float(terms.per_unit[k, d]) * float(beside[0][:, d].sum())
                whole[d] += (rest + float(terms.per_fee[k, d] * other_fees[d])) * z[k] + slopes
                own += units
            # All units bear their part of what a segment charges at once: where others are there, by a typical number.
            total += own
            cost += float(terms.jump[k].sum()) * (own / period.typical if others else z[k])
            lp += total >= float(terms.lower[k]) * z[k]
            if math.isfinite(terms.upper[k]):
                lp += total <= float(terms.upper[k]) * z[k]
        for p, d in zip(*np.nonzero(terms.minimum > 0), strict=True):
            short = lp.add_variable(f"short_{tag}_{p}_{d}", lowBound=0)
            invoiced = pulp.lpSum(self.measure[t[p][d]] for t in (period.fees, period.service) if t[p][d])
            if terms.rebate_on_invoice:
                invoiced = invoiced + whole[d]
            least = float(terms.minimum[p, d] - terms.retainer[p, d] - beside[1][p, d] - beside[2][p, d])
            # Due where the block is charged and the desk signed: both are 1, or their sum less one is no more than 0.
            owing = charged if due is None else charged + due[d] - 1
            if least > 0:
                lp += short + invoiced >= least * owing
                cost += short
        return PeriodRows(z, cost, f"segment_{tag}")

    def _largest(self, name: str) -> float:
        """More than any plan can reach of a measure."""
        return self.reach.most(name) if self.reach else self.problem.loads[name].largest

    def _copies(
        self, kind: str, names: Sequence[str], here: pulp.LpVariable, volumes: dict[str, list[pulp.LpVariable]]
    ) -> pulp.LpAffineExpression:
        """The part of these measures that lies in one segment, which is ``here`` or nowhere."""
        found = []
        for p, name in enumerate(names):
            if name:
                found.append(self.lp.add_variable(f"{kind}_{self.tag}_{p}", lowBound=0))
                self.lp.addConstraint(found[-1] <= self._largest(name) * here)
                volumes.setdefault(name, []).append(found[-1])
        return pulp.lpSum(found)


def _risk(lp: pulp.LpProblem, problem: ProgramData, loss: Sequence[pulp.LpVariable]) -> pulp.LpAffineExpression:
    """weight x (CVaR - mean) of the separate cost: eta + sum of excess / ((1 - level) R)."""
    eta = lp.add_variable("eta")
    excess = [lp.add_variable(f"excess_{year}", lowBound=0) for year in range(len(loss))]
    for year, above in enumerate(excess):
        lp += above >= loss[year] - eta, f"tail_{year}"
    share = 1.0 / len(loss)
    tail = eta + (share / (1.0 - problem.cvar_level)) * pulp.lpSum(excess)
    return problem.cvar_weight * (tail - share * pulp.lpSum(loss))
