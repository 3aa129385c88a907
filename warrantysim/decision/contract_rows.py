"""Contracts and lanes as rows of a program: which segment of each period volumes lie in, and what that costs."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pulp

from warrantysim.decision.problem import Period, Problem


def tagged(kind: str, number: int, name: str) -> str:
    """A variable or row name that PuLP takes as it is, and that stays one to one."""
    return f"{kind}_{number}_{re.sub('[^A-Za-z0-9]+', '_', name)}"


def contract_costs(
    lp: pulp.LpProblem,
    problem: Problem,
    measure: Mapping[str, pulp.LpVariable],
    signed: Mapping[str, pulp.LpVariable],
    segments: Mapping[tuple[str, int], int],
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
                rows = _Rows(lp, problem, measure, f"{i}_{number}", segments.get((one.name, number)))
                costs.append(rows.add(period, charged[one.name], due, volumes))
        for k, (name, copies) in enumerate(volumes.items()):
            lp += pulp.lpSum(copies) == measure[name], f"copies_{first}_{k}"
    return costs


@dataclass(frozen=True)
class _Rows:
    """One period of one block: its rows and its cost."""

    lp: pulp.LpProblem
    problem: Problem
    measure: Mapping[str, pulp.LpVariable]
    tag: str
    only: int | None

    def add(
        self,
        period: Period,
        charged: pulp.LpVariable,
        due: Sequence[pulp.LpVariable] | None,
        volumes: dict[str, list[pulp.LpVariable]],
    ) -> pulp.LpAffineExpression:
        """Multiple choice over the segments; copies of the measures it takes are added to ``volumes``."""
        lp, terms, tag = self.lp, period.terms, self.tag
        desks = range(terms.fixed.shape[1])
        beside = period.beside or tuple(np.zeros((len(period.units), len(desks))) for _ in range(3))
        others, other_fees = float(beside[0].sum()), beside[1].sum(axis=0)
        units_most = others + sum(self.problem.loads[name].largest for row in period.units for name in row if name)
        usable = [k for k in range(len(terms.lower)) if terms.lower[k] <= units_most and self.only in (None, k)]
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
        return cost

    def _copies(
        self, kind: str, names: Sequence[str], here: pulp.LpVariable, volumes: dict[str, list[pulp.LpVariable]]
    ) -> pulp.LpAffineExpression:
        """The part of these measures that lies in one segment, which is ``here`` or nowhere."""
        found = []
        for p, name in enumerate(names):
            if name:
                found.append(self.lp.add_variable(f"{kind}_{self.tag}_{p}", lowBound=0))
                self.lp.addConstraint(found[-1] <= self.problem.loads[name].largest * here)
                volumes.setdefault(name, []).append(found[-1])
        return pulp.lpSum(found)
