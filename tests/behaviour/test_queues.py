"""Benches are the queues of theory: exponential worlds are M/M/c, fixed repair times M/D/c, and Little's law holds."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy.special import stdtrit

from tests.worlds import claims_at, partner, world
from warrantysim.journeys.events import simulate_run
from warrantysim.journeys.records import Records
from warrantysim.schema.clock import DAY
from warrantysim.schema.root import Scenario

SERVICE = 120.0
"""Mean work of one unit [seconds]: long enough for whole seconds, short enough for a million units."""
AT_ONCE = {
    "customer": {"ship_lag_days": 0},
    "parcel": {"transit_days": 0},
}


def bench_world(technicians: int) -> Scenario:
    """A world that is nothing but a partner's bench: claims arrive there the second they open."""
    quote = partner(technicians, bench={"handling_days": 0})
    return world(
        policy="repair_local P",
        partners={"P": quote},
        markets={"US": AT_ONCE},
        triage={"contact_delay_days": 0},
        calendars={"always": {"until": "2040-12-31"}, "office": {"until": "2040-12-31"}},
    )


def served(technicians: int, load: float, claims: int, exponential: bool, seed: int) -> Records:
    """Poisson arrivals at a bench that is busy a share ``load`` of its time, in order of arrival."""
    s = bench_world(technicians)
    rng = np.random.default_rng(seed)
    arrivals = np.cumsum(rng.exponential(SERVICE / (load * technicians), claims))
    minutes = (rng.exponential(SERVICE, claims) if exponential else np.full(claims, SERVICE)) / 60
    found = simulate_run(s, s.policy, claims_at(s, arrivals / DAY, minutes=minutes), 1, 0).records
    return found.take(np.argsort(found.bench_start, kind="stable"))


def wait_of_mmc(technicians: int, load: float) -> float:
    """Erlang's C formula: mean wait in seconds."""
    offered = load * technicians
    below = sum(offered**k / math.factorial(k) for k in range(technicians))
    queue = offered**technicians / math.factorial(technicians) / (1 - load)
    return queue / (below + queue) * SERVICE / (technicians * (1 - load))


def wait_of_mdc(technicians: int, load: float) -> float:
    """Crommelin: units in the system, seen every service time D, lose c and gain Poisson(load c); wait by Little."""
    offered, size = load * technicians, 400
    arrivals = np.array([math.exp(k * math.log(offered) - offered - math.lgamma(k + 1)) for k in range(size)])
    state = np.zeros(size)
    state[0] = 1.0
    for _ in range(2_000):
        left = np.concatenate([[state[: technicians + 1].sum()], state[technicians + 1 :]])
        state = np.convolve(left, arrivals)[:size]
        state /= state.sum()
    queue = float((np.maximum(np.arange(size) - technicians, 0) * state).sum())
    return queue / (offered / SERVICE)


def interval(r: Records, load: float, batches: int = 25) -> tuple[float, float]:
    """Mean wait and half-width of its 99 % interval by batch means; the first batch warms up.

    What a batch's work and gaps lie above their known means explains part of its waits and is taken out (control
    variates), which narrows the interval.
    """
    gaps = np.diff(r.bench_in, prepend=r.bench_in[0]).astype(float)
    parts = [
        np.array([p.mean() for p in np.array_split(c, batches + 1)[1:]]) for c in (waits(r), gaps, r.bench_minutes)
    ]
    mean, gap, minutes = parts
    controls = [gap - SERVICE / load, minutes * 60 - SERVICE]
    design = np.stack([np.ones(batches), *(c for c in controls if np.ptp(c) > 1e-6)], axis=1)
    fit, *_ = np.linalg.lstsq(design, mean, rcond=None)
    left = batches - design.shape[1]
    spread = np.linalg.inv(design.T @ design)[0, 0] * ((mean - design @ fit) ** 2).sum() / left
    return float(fit[0]), float(stdtrit(left, 0.995) * math.sqrt(spread))


def waits(r: Records) -> np.ndarray:
    """Waits for a technician [seconds]."""
    return (r.bench_start - r.bench_in).astype(float)


def test_the_formulas_agree_with_what_is_known_of_one_technician() -> None:
    assert wait_of_mmc(1, 0.8) == pytest.approx(0.8 / 0.2 * SERVICE)
    assert wait_of_mdc(1, 0.8) == pytest.approx(0.8 / 0.4 * SERVICE, rel=1e-6)


@pytest.mark.parametrize(("technicians", "load"), [(1, 0.5), (2, 0.6), (5, 0.7)])
@pytest.mark.parametrize("exponential", [True, False])
def test_waits_are_near_those_of_theory(technicians: int, load: float, exponential: bool) -> None:
    mean, half_width = interval(served(technicians, load, 12_000, exponential, seed=11), load * technicians)
    expected = (wait_of_mmc if exponential else wait_of_mdc)(technicians, load)
    assert abs(mean - expected) < half_width
    assert half_width < 0.4 * expected


@pytest.mark.slow
@pytest.mark.parametrize(("technicians", "load", "claims"), [(1, 0.7, 450_000), (2, 0.75, 450_000), (5, 0.7, 800_000)])
@pytest.mark.parametrize("exponential", [True, False])
def test_waits_are_those_of_theory_within_three_per_cent(
    technicians: int, load: float, claims: int, exponential: bool
) -> None:
    found = served(technicians, load, claims, exponential, seed=1)
    mean, half_width = interval(found, load * technicians, batches=100)
    expected = (wait_of_mmc if exponential else wait_of_mdc)(technicians, load)
    assert half_width < 0.03 * expected
    assert abs(mean - expected) < half_width


@pytest.mark.parametrize("technicians", [1, 3])
def test_arrivals_see_what_little_s_law_says(technicians: int) -> None:
    r = served(technicians, 0.6, 20_000, exponential=True, seed=5)
    arrived, left = np.sort(r.bench_in), np.sort(r.bench_out)
    # Poisson arrivals see time averages: units met on arrival = arrival rate x time in the system.
    met = np.arange(len(arrived)) - np.searchsorted(left, arrived, side="right")
    rate = len(arrived) / (arrived[-1] - arrived[0])
    assert met.mean() == pytest.approx(rate * (r.bench_out - r.bench_in).mean(), rel=0.05)


def test_a_bench_is_busy_the_share_of_time_its_load_says() -> None:
    r = served(3, 0.6, 20_000, exponential=True, seed=5)
    busy = (r.bench_out - r.bench_start).sum() / (3 * (r.bench_out.max() - r.bench_in.min()))
    assert busy == pytest.approx(0.6, rel=0.03)


def test_half_the_capacity_is_half_the_speed() -> None:
    s = bench_world(1)
    slow = partner(1, bench={"handling_days": 0, "units_per_day": 16.0})
    half = s.replace(partners={"P": slow})
    claims = claims_at(s, np.arange(50) * 0.02, minutes=30.0)
    fast, slowed = (simulate_run(w, w.policy, claims, 1, 0).records for w in (s, half))
    assert (slowed.bench_out - slowed.bench_start == 2 * (fast.bench_out - fast.bench_start)).all()
