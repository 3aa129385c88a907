"""The queueing part, as Ciw does it: exponential work at one bench, claims arriving at random.

Two worlds: the bench alone, and the bench with the way to it and back (answer, customer, parcel, handling, parcel),
which in Ciw are nodes with any number of servers.
"""

from __future__ import annotations

import math

import numpy as np

from benchmarks import seller as w
from tests.worlds import claims_at, partner, world
from warrantysim.claims.columns import Claims
from warrantysim.journeys.records import Records
from warrantysim.schema.clock import DAY
from warrantysim.schema.root import Scenario

TECHNICIANS, LOAD = 3, 0.7
SERVICE = 45 * 60.0
"""Mean work of one unit [seconds]."""
RATE = LOAD * TECHNICIANS / SERVICE
"""Claims a second."""
FILLED = 25
"""Days after which nearly all who opened on the first have come to the bench."""
WAY = (w.SHIP_LAG, w.TRANSIT, w.HANDLING)
"""Lognormal durations between answer and bench: median [days] and sigma."""


def bench(way: bool) -> Scenario:
    """A partner's bench as a scenario, with the way to it and back, or with claims that are there as they open."""
    customer = {"ship_lag_days": w.lognormal(w.SHIP_LAG) if way else 0}
    parcel = {"transit_days": w.lognormal(w.TRANSIT) if way else 0}
    handling = w.lognormal(w.HANDLING) if way else 0
    return world(
        policy="repair_local P",
        partners={"P": partner(TECHNICIANS, bench={"handling_days": handling})},
        markets={"US": {"customer": customer, "parcel": parcel}},
        triage={"contact_delay_days": w.CONTACT if way else 0},
        stock_rules={"pick_days": 0},
        calendars={"always": {"until": "2040-12-31"}, "office": {"until": "2040-12-31"}},
    )


def arrivals(s: Scenario, n: int, seed: int) -> Claims:
    """``n`` claims that open at random, with exponential work."""
    rng = np.random.default_rng(seed)
    opened = np.cumsum(rng.exponential(1 / RATE, n)) / DAY
    return claims_at(s, opened, minutes=rng.exponential(SERVICE / 60, n))


def ciw_mean_wait(n: int, seed: int, way: bool) -> float:
    """Mean wait at the bench of ``n`` customers in Ciw [seconds]."""
    import ciw

    def days(pair: tuple[float, float]) -> object:
        # Ciw states a lognormal by the mean and deviation of its logarithm.
        return ciw.dists.Lognormal(mean=math.log(pair[0] * DAY), sd=pair[1])

    before = [ciw.dists.Deterministic(w.CONTACT * DAY), *map(days, WAY)] if way else []
    after = [days(w.TRANSIT)] if way else []
    services = [*before, ciw.dists.Exponential(1 / SERVICE), *after]
    nodes, at = len(services), len(before)
    network = ciw.create_network(
        arrival_distributions=[ciw.dists.Exponential(RATE) if k == 0 else None for k in range(nodes)],
        service_distributions=services,
        number_of_servers=[TECHNICIANS if k == at else math.inf for k in range(nodes)],
        routing=[[1.0 if j == k + 1 else 0.0 for j in range(nodes)] for k in range(nodes)],
    )
    ciw.seed(seed)
    simulation = ciw.Simulation(network)
    simulation.simulate_until_max_customers(n, method="Finish")
    at_bench = [(r.arrival_date, r.waiting_time) for r in simulation.get_all_records() if r.node == at + 1]
    came, waited = np.array(at_bench).T
    return float(waited[steady(came, n, way)].mean())


def our_mean_wait(r: Records, n: int, way: bool) -> float:
    """The same in our records [seconds]."""
    return float((r.bench_start - r.bench_in)[steady(r.bench_in, n, way)].mean())


def steady(came: np.ndarray, n: int, way: bool) -> np.ndarray:
    """Mask of those who come while as many come as open: the ways fill first, and run empty in the end."""
    return (came >= FILLED * DAY) & (came < n / RATE) if way else np.ones(len(came), dtype=bool)


def erlang_wait() -> float:
    """Erlang's C formula: mean wait at the bench [seconds]."""
    offered = LOAD * TECHNICIANS
    below = sum(offered**k / math.factorial(k) for k in range(TECHNICIANS))
    queue = offered**TECHNICIANS / math.factorial(TECHNICIANS) / (1 - LOAD)
    return queue / (below + queue) * SERVICE / (TECHNICIANS * (1 - LOAD))
