"""What the program expects a policy to cost: its own sums over the training claims, for any cut-points."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import fields, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from warrantysim.decision.problem import ProgramData, block_costs, pool_cost
from warrantysim.journeys.model import Model
from warrantysim.journeys.rulebook import rulebook
from warrantysim.money.partner_lines import signed_desks
from warrantysim.schema.dispositions import DISPOSITIONS, NEW_UNIT
from warrantysim.schema.policy import Policy

if TYPE_CHECKING:
    from warrantysim.decision.training import Learned


def arms_under(model: Model, learned: Learned, policy: Policy) -> np.ndarray:
    """Arm a policy gives each training claim, by the rules as the journey reads them. Shape (n,).

    An arm the scenario does not have stands for what is done in its place.
    """
    book = rulebook(policy, model)
    claims: Any = learned.claims
    rule = book.rule_of(claims, claims)
    route, partner = book.zone_of(rule, claims.market, claims.value, claims.price_gross)
    s = model.scenario
    place = {(arm.disposition, arm.partner): a for a, arm in enumerate(learned.arms)}
    out = np.zeros(len(learned), dtype=np.int64)
    for r, p in np.unique(np.stack([route, partner], axis=1).astype(np.int64), axis=0).tolist():
        names = s.doers(DISPOSITIONS[r])
        arm = place.get((DISPOSITIONS[r], names[p] if names and p >= 0 else ""), place[NEW_UNIT, ""])
        out[(route == r) & (partner == p)] = arm
    return out


def forecast(model: Model, learned: Learned, problem: ProgramData, policy: Policy) -> float:
    """Cost of the routed training claims under a policy, contracts, lanes and swap pools included, a mean year.

    On an uncongested scenario at the fixed point this is what simulating the training replications costs, less what no
    rule is asked about.
    """
    arm = arms_under(model, learned, policy)
    measures = measures_under(learned, arm)
    return separate_cost(learned, arm) + shared_cost(problem, signed_under(model, problem, policy, measures), measures)


def signed_under(model: Model, problem: ProgramData, policy: Policy, measures: Mapping[str, float]) -> frozenset[str]:
    """Blocks that are signed: contracts of the desks a policy names, and whatever claims take something of."""
    named = signed_desks(policy, model.scenario)
    return frozenset(
        block.name
        for block in problem.blocks
        if any(measures.get(name, 0.0) for name in block.own_measures)
        or (block.desk is not None and block.desk[1] in named.get(block.desk[0], ()))
    )


def separate_cost(learned: Learned, arm: np.ndarray) -> float:
    """Cost of the training claims each alone, a mean year; ``arm``: of each, shape (n,)."""
    return float(learned.cost[np.arange(len(learned)), arm].sum()) / learned.replications


def measures_under(learned: Learned, arm: np.ndarray) -> dict[str, float]:
    """What the claims take of all that is shared, a mean year, by measure; ``arm``: of each, shape (n,)."""
    uses = learned.uses
    mine = uses.bench.arm == arm[uses.bench.claim]
    bench = type(uses.bench)(**{f.name: getattr(uses.bench, f.name)[mine] for f in fields(uses.bench)})
    on = uses.freight.arm == arm[uses.freight.claim]
    freight = type(uses.freight)(**{f.name: getattr(uses.freight, f.name)[on] for f in fields(uses.freight)})
    taken = replace(uses, bench=bench, freight=freight, desk_market=uses.desk_market[mine])
    one = (1, 1, len(learned.arms))
    loads = taken.loads(np.zeros(len(learned), dtype=np.int64), one, learned.replications)
    measures = {name: float(load.amount.sum()) for name, load in loads.items()}
    pools = learned.pools
    net = np.bincount(pools.pool, pools.net[np.arange(len(learned)), arm], len(pools.names)) / learned.replications
    return measures | {pools.measure(k): float(units) for k, units in enumerate(net)}


def shared_cost(problem: ProgramData, signed: Collection[str], measures: Mapping[str, float]) -> float:
    """What contracts, lanes and swap pools cost beside single claims, a mean year; those nobody signed cost nothing."""
    charged = sum(block_costs(problem.blocks, signed, measures).values())
    return charged + sum(pool_cost(pool, measures) for pool in problem.pools) + problem.constant
