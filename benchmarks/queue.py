"""The queueing part alone, as Ciw does it: exponential work at one bench, claims arriving at random."""

from __future__ import annotations

import ciw
import numpy as np

from tests.behaviour.test_queues import SERVICE, bench_world
from tests.worlds import claims_at
from warrantysim.claims.columns import Claims
from warrantysim.scenario.clock import DAY
from warrantysim.scenario.root import Scenario

TECHNICIANS, LOAD = 3, 0.7


def ours(claims: int) -> tuple[Scenario, Claims]:
    """The bench as a scenario, and its claims."""
    s = bench_world(TECHNICIANS)
    rng = np.random.default_rng(2)
    arrivals = np.cumsum(rng.exponential(SERVICE / (LOAD * TECHNICIANS), claims)) / DAY
    return s, claims_at(s, arrivals, minutes=rng.exponential(SERVICE / 60, claims))


def ciw_mean_wait(claims: int) -> float:
    """Mean wait of about as many customers in Ciw [seconds]."""
    rate = LOAD * TECHNICIANS / SERVICE
    network = ciw.create_network(
        arrival_distributions=[ciw.dists.Exponential(rate=rate)],
        service_distributions=[ciw.dists.Exponential(rate=1 / SERVICE)],
        number_of_servers=[TECHNICIANS],
    )
    ciw.seed(2)
    simulation = ciw.Simulation(network)
    simulation.simulate_until_max_customers(claims, method="Finish")
    return float(np.mean([record.waiting_time for record in simulation.get_all_records()]))
