"""The program's shared terms as they stand in the ledger: what is left at the incumbent is charged with them.

Terms of contracts, lanes and pools look at a mean year and at straight pieces, so that a solver can choose volumes. The
ledger bills every replication by itself, unit by unit and day by day. For the incumbent both are known: the difference,
second-order in the volumes, becomes part of the terms. So the program is right at its fixed point, and its own terms
say how cost changes from there.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from warrantysim.decision.forecast import arms_under, measures_under, signed_under
from warrantysim.decision.problem import Block, Period, ProgramData, block_costs, charged_by, pool_cost
from warrantysim.journeys.model import Model

if TYPE_CHECKING:
    from warrantysim.decision.training import Learned


def settled(model: Model, learned: Learned, problem: ProgramData) -> ProgramData:
    """The problem with its shared terms put right at the incumbent; as it is where the ledger is not known there."""
    if not learned.beside:
        return problem
    years = learned.beside
    incumbent = years[0].incumbent
    arm = arms_under(model, learned, incumbent)
    measures = measures_under(learned, arm)
    signed = signed_under(model, problem, incumbent, measures)
    problem = replace(problem, blocks=tuple(_shares(problem, block, measures) for block in problem.blocks))
    costs = block_costs(problem.blocks, signed, measures)
    left = float(np.mean([y.other + y.pools.sum() for y in years]))
    pooled = learned.pools.credit[np.arange(len(learned)), arm].sum() / learned.replications
    left -= float(pooled) + sum(pool_cost(pool, measures) for pool in problem.pools)
    blocks = {block.name: block for block in problem.blocks}
    for p, partner in enumerate(model.scenario.partner_ids):
        mine = [b for b in problem.blocks if b.desk is not None and b.desk[0] == partner and charged_by(b, signed)]
        rest = float(np.mean([y.contracts[p] for y in years])) - sum(costs[b.name] for b in mine)
        if mine:
            blocks[mine[0].name] = replace(mine[0], offset=mine[0].offset + rest)
        else:
            left += rest
    for k, (market, way) in enumerate(learned.uses.lanes):
        actual = float(np.mean([y.lanes[k] for y in years]))
        block = blocks.get(f"{market} {way}")
        if block is not None and costs[block.name] > 0 and actual > 0:
            blocks[block.name] = _scaled(block, actual / costs[block.name])
        else:
            left += actual - (0.0 if block is None else costs[block.name])
    return replace(problem, blocks=_in_order(problem.blocks, blocks), constant=problem.constant + left)


def _shares(problem: ProgramData, block: Block, measures: Mapping[str, float]) -> Block:
    """A block whose periods know how many units there are: as the incumbent has it, or else with half of all that
    could be chosen for."""

    def known(period: Period) -> Period:
        if period.beside is None or not period.beside[0].sum():
            return period
        names = [name for row in period.units for name in row if name]
        own = sum(measures.get(name, 0.0) for name in names)
        own = own or sum(problem.loads[name].largest for name in names) / 2
        return replace(period, typical=own + float(period.beside[0].sum()))

    return replace(block, periods=tuple(known(period) for period in block.periods))


def _scaled(block: Block, factor: float) -> Block:
    """A lane whose bills are so many times as high: dispatches are not of one size."""
    money = ("jump", "per_unit", "per_fee", "fixed", "retainer", "minimum")

    def times(period: Period) -> Period:
        terms = period.terms
        return replace(period, terms=replace(terms, **{name: getattr(terms, name) * factor for name in money}))

    return replace(block, periods=tuple(times(period) for period in block.periods))


def _in_order(old: Iterable[Block], new: dict[str, Block]) -> tuple[Block, ...]:
    return tuple(new[block.name] for block in old)
