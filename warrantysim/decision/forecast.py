"""What the program expects a policy to cost: its own sums over the training claims, for any cut-points."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, replace

import numpy as np

from warrantysim.decision.cells import zone_at, zones_for
from warrantysim.decision.problem import Problem, period_cost, pool_cost
from warrantysim.decision.training import Learned
from warrantysim.experiment.outcomes import Arm
from warrantysim.journeys.world import World
from warrantysim.scenario.policy import Policy


def arms_under(world: World, learned: Learned, policy: Policy) -> np.ndarray:
    """Arm a policy gives each training claim. Shape (n,)."""
    keys = world.scenario.decision.cell
    place = {(arm.disposition, arm.partner): a for a, arm in enumerate(learned.arms)}
    out = np.zeros(len(learned), dtype=np.int64)
    for c, cell in enumerate(learned.cells):
        rows = np.flatnonzero(learned.cell == c)
        known: dict[str, str | int] = dict(zip(keys, cell, strict=True))
        zones = zones_for(policy, world, known)
        arms = np.array([place[Arm(z.do, z.partner)] for z in zones])
        out[rows] = arms[zone_at(zones, learned.value[rows], learned.price[rows], learned.age[rows])]
    return out


def forecast(world: World, learned: Learned, problem: Problem, policy: Policy) -> float:
    """Cost of the routed training claims under a policy, contracts, lanes and swap pools included, a mean year.

    On an uncongested world at the fixed point this is what simulating the training replications costs, less what no
    rule is asked about.
    """
    arm = arms_under(world, learned, policy)
    return separate_cost(learned, arm) + shared_cost(learned, problem, arm, measures_under(learned, arm))


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


def shared_cost(learned: Learned, problem: Problem, arm: np.ndarray, measures: Mapping[str, float]) -> float:
    """What contracts, lanes and swap pools cost beside single claims, a mean year; those nobody is sent to cost
    nothing."""
    used_arms = np.zeros((len(learned.cells), len(learned.arms)), dtype=bool)
    used_arms[learned.cell, arm] = True
    charged = sum(
        sum(period_cost(period, measures) for period in block.periods)
        for block in problem.blocks
        if (block.uses & used_arms).any()
    )
    return charged + sum(pool_cost(pool, measures) for pool in problem.pools)
