"""Programs of any size, stated as arrays, nothing simulated: ``python -m benchmarks.program_sizes 2000 20000``."""

from __future__ import annotations

import resource
import sys
import time

import numpy as np

from warrantysim.decision.choose import choose
from warrantysim.decision.problem import Block, Limit, Load, Period, ProgramData
from warrantysim.money.marginal_terms import MarginalTerms

BANDS, PARTNERS, MONTHS = 12, 3, 12
"""Value bands of a cell; partners with tiers; months."""
SERVED = 0.5
"""Share of the cells, those of his markets, that send claims to a partner."""
STEPS, DISCOUNT = np.array([0, 0.1, 0.25, 0.4]), np.array([0, 0.05, 0.1, 0.15])
"""Where segments begin, in shares of a mean month's units, and their discounts."""


def program_of(cells: int, seed: int = 0, *, apart: bool = False) -> ProgramData:
    """Refund, reship, three partners and China; 36 tiered periods with minimums, hours of four benches a year.

    ``apart``: every band has its claims in months of its own; otherwise all have the same season.
    """
    rng = np.random.default_rng(seed)
    arms = 3 + PARTNERS
    shape = cells, BANDS
    value = np.sort(rng.uniform(10, 300, shape), axis=1) * rng.uniform(0.3, 1, (cells, 1))
    claims = rng.uniform(2, 20, shape)
    fee = rng.uniform(20, 50, (cells, PARTNERS))
    cost = np.zeros((*shape, arms))
    cost[:, :, 0] = value * claims
    cost[:, :, 1] = (value.mean(axis=1, keepdims=True) * 0.5 + 10) * claims
    cost[:, :, -1] = (rng.uniform(20, 60, (cells, 1)) + 0.12 * value) * claims
    season = rng.dirichlet(np.ones(MONTHS) * 20)
    allowed = np.ones((cells, arms), dtype=bool)
    loads: dict[str, Load] = {}
    limits, blocks = [], []
    for bench in range(PARTNERS + 1):
        served = np.arange(cells) if bench == PARTNERS else np.sort(rng.permutation(cells)[: int(cells * SERVED)])
        # All loads of a bench are of the same bands under the same arm: they share these columns.
        place = (served[:, None] * BANDS + np.arange(BANDS)).ravel().astype(np.int32)
        arm = np.full(len(place), 2 + bench, dtype=np.int8)
        mine = claims[served]
        hours = (mine * rng.uniform(0.5, 1.5, (len(served), 1))).ravel()
        loads[f"hours {bench}"] = Load(place, arm, hours, shape)
        limits.append(Limit(f"hours of {bench}", f"hours {bench}", float(hours.sum()) * 0.3))
        if bench == PARTNERS:
            break
        arms_of_bench = np.arange(arms) == 2 + bench
        cost[served, :, 2 + bench] = (fee[served, bench : bench + 1] + 0.1 * value[served]) * mine
        allowed[:, 2 + bench] = False
        allowed[served, 2 + bench] = True
        typical = float(mine.sum()) / MONTHS
        paid = (mine * fee[served, bench : bench + 1]).ravel()
        share = rng.dirichlet(np.ones(MONTHS) * 20, len(place)).T if apart else season
        periods = []
        for month in range(MONTHS):
            names = f"units {bench} {month}", f"fees {bench} {month}"
            loads[names[0]] = Load(place, arm, mine.ravel() * share[month], shape)
            loads[names[1]] = Load(place, arm, paid * share[month], shape)
            periods.append(Period(_terms(typical, month), ((names[0],),), ((names[1],),), (("",),)))
        blocks.append(Block(f"partner {bench}", tuple(periods), allowed & arms_of_bench))
    rank = np.array([0, 1, *([2] * PARTNERS), 3])
    return ProgramData(cost, rank, allowed, loads, tuple(limits), tuple(blocks))


def _terms(units: float, month: int) -> MarginalTerms:
    """All-units tiers of one month, the same every month, with onboarding in the first and a minimum."""
    lower = STEPS * units
    nothing = np.zeros((len(STEPS), 1))
    return MarginalTerms(
        months=(month,),
        lower=lower,
        upper=np.append(lower[1:], np.inf),
        jump=nothing,
        per_unit=nothing,
        per_fee=-DISCOUNT[:, None],
        fixed=np.array([[units * (4.0 if month == 0 else 1.0)]]),
        retainer=np.zeros((1, 1)),
        minimum=np.array([[units * 4.0]]),
        rebate_on_invoice=True,
    )


def main() -> None:
    """Decide programs of these many cells, to 0.05 %; print what each took and what was proven."""
    for cells in map(int, sys.argv[1:]):
        problem, begin = program_of(cells), time.process_time()
        solved = choose(problem, gap=0.0005).solved
        memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        took = time.process_time() - begin
        print(f"{cells:,} cells: {solved.status}, gap {solved.gap:.4%}, {took:.1f} s of a processor, {memory:,.0f} MB")


if __name__ == "__main__":
    main()
