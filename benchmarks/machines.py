"""What a seller of any size takes on any machines, from constants measured here: ``python -m benchmarks.machines``.

``--claims`` and ``--cells`` say the size (claims a year; products x markets), ``--replications`` how many years of how
many rules. What is told of sizes nobody has run here is arithmetic: the work of a replication grows like its claims,
and replications are shared out whole.
"""

from __future__ import annotations

import argparse
import math
import pickle
import time
import tracemalloc
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from statistics import median
from typing import Any

from warrantysim.experiment.births import births
from warrantysim.experiment.components import years
from warrantysim.experiment.potential import potential_outcomes
from warrantysim.experiment.workers import Sent, results
from warrantysim.files.loading import load_scenario
from warrantysim.packs import REFERENCE
from warrantysim.schema.policy import Policy
from warrantysim.schema.root import Scenario

RUNS = 3
"""Replications of each measurement; the median counts [count]."""
TASKS = 200
"""Tasks that do nothing, to see what one costs on the way [count]."""
CORES = (1, 16, 256)
"""Cores a plan is told for."""


@dataclass(frozen=True)
class Constants:
    """What was measured of the reference seller."""

    claims: float
    """Claims a year [count]."""
    simulate: float
    """Processor time of a claim in a year simulated and priced [s]."""
    learn: float
    """Processor time of what a claim could have cost each way [s]."""
    memory: float
    """Most memory of a replication, per claim [bytes]."""
    learned: float
    """What a claim's potential outcomes take on the way and where they are put together [bytes]."""
    scenario: float
    """Packed scenario, per product and market [bytes]."""
    task: float
    """What the way there and back costs a task [s]."""


def nothing(scenario: Scenario, policies: Sequence[Policy], seed: int, replication: int) -> int:
    """A task that does nothing."""
    return replication


def _timed(work: Callable[[int], Any]) -> float:
    def one(replication: int) -> float:
        begun = time.process_time()
        work(replication)
        return time.process_time() - begun

    one(0)  # What is compiled of a scenario is compiled once.
    return median(one(replication) for replication in range(1, RUNS + 1))


def measured(executor: Any) -> Constants:
    """The constants; ``executor`` does tasks that do nothing."""
    scenario = load_scenario(REFERENCE)
    policy, seed = scenario.policy, scenario.plan.seed
    claims = float(median(len(births(scenario, seed, r)) for r in range(100, 100 + RUNS)))
    simulate = _timed(lambda r: years(scenario, [policy], seed, r))
    learn = _timed(lambda r: potential_outcomes(scenario, r, seed, policy))
    tracemalloc.start()
    years(scenario, [policy], seed, RUNS + 1)
    memory = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    learned = len(pickle.dumps(potential_outcomes(scenario, 0, seed, policy), protocol=pickle.HIGHEST_PROTOCOL))
    cells = len(scenario.skus) * len(scenario.market_ids)
    list(results(nothing, scenario, [policy], seed, range(8), jobs=executor))
    begun = time.perf_counter()
    list(results(nothing, scenario, [policy], seed, range(TASKS), jobs=executor))
    task = (time.perf_counter() - begun) / TASKS
    packed = len(Sent.of(scenario).content) / cells
    return Constants(claims, simulate / claims, learn / claims, memory / claims, learned / claims, packed, task)


def plan(c: Constants, claims: float, cells: float, years_of_rules: int, learned_years: int, cores: int) -> list[str]:
    """Hours, memory of a process and what goes over the wire, as texts."""
    one, other = claims * c.simulate, claims * c.learn
    rounds = math.ceil(years_of_rules / cores) * one + math.ceil(learned_years / cores) * other
    wire = cells * c.scenario
    sent = (years_of_rules + learned_years) * (c.task + wire / 1e9)
    hours = (rounds + sent) / 3600
    gigabytes = (claims * c.memory / 1e9, learned_years * claims * c.learned / 1e9, wire / 1e6)
    return [f"{cores}", f"{hours:,.2f} h", *(f"{x:,.1f}" for x in gigabytes)]


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.machines", description=__doc__)
    parser.add_argument("--claims", type=float, default=12e6, help="claims a year (default 10 a product and market)")
    parser.add_argument("--cells", type=float, default=1.2e6, help="products x markets (default 100,000 x 12)")
    parser.add_argument("--replications", type=int, default=700, help="years of rules that are simulated")
    parser.add_argument("--learned", type=int, default=24, help="years learned from")
    parser.add_argument("--cluster", default="", help="a Dask scheduler; threads of this process where left out")
    options = parser.parse_args()
    if options.cluster:
        from warrantysim.experiment.cluster import cluster

        found = measured(cluster(options.cluster))
    else:
        with ThreadPoolExecutor(2) as pool:
            found = measured(pool)
    print(f"reference seller: {found.claims:,.0f} claims a year")
    print(f"a claim simulated and priced {found.simulate * 1e6:,.1f} us, learned {found.learn * 1e6:,.1f} us of a core")
    print(f"a claim takes {found.memory:,.0f} bytes in a replication, {found.learned:,.0f} bytes learned")
    print(f"a product in a market takes {found.scenario:,.0f} bytes sent; a task costs {found.task * 1e3:.1f} ms")
    print(f"\n{options.claims:,.0f} claims a year in {options.cells:,.0f} products x markets,")
    print(f"{options.replications} years of rules simulated, {options.learned} learned from:")
    print("cores | time | GB a process | GB learned | MB sent a task")
    for cores in CORES:
        row = plan(found, options.claims, options.cells, options.replications, options.learned, cores)
        print(" | ".join(row))


if __name__ == "__main__":
    main()
