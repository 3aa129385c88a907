"""Bench work takes any distribution, as every other uncertain time does."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from tests.worlds import claims_at, faults, partner, policy_of, world
from warrantysim.claims.inverse import quantile
from warrantysim.journeys.durations import Sampler
from warrantysim.journeys.events import simulate_run
from warrantysim.schema.distribution import Distribution

KINDS = (
    "7",
    "uniform(low=1, high=3)",
    "exponential(mean=4)",
    "gamma(mean=30, cv=0.5)",
    "gamma(mean=10, cv=1.5, min=2)",
    "lognormal(median=4, sigma=0.8)",
    "lognormal(median=2, sigma=0.1, min=1)",
    "weibull(eta=5, beta=2)",
    "hyperexponential(mean=4, cv=2)",
    "triangular(low=1, mode=2, high=9)",
    "empirical(values=1|5|9)",
)


def test_many_distributions_at_once_are_each_their_own() -> None:
    stated = [Distribution.model_validate(text) for text in KINDS]
    which = np.tile(np.arange(len(KINDS)), 40)
    u = (np.arange(len(which)) + 0.5) / len(which)
    found = Sampler(stated).values(which, u)
    for k, dist in enumerate(stated):
        assert np.array_equal(found[which == k], quantile(dist, u[which == k])), KINDS[k]
        assert np.array_equal(Sampler([dist]).values(which * 0, u), quantile(dist, u))


@pytest.mark.parametrize("kind", ["repairable", "no_fault_found"])
@pytest.mark.parametrize("rule", ["repair_local P", "return_china"])
def test_repair_and_triage_take_the_times_stated(kind: str, rule: str) -> None:
    times = "empirical(values=10|20|30)"
    stated: dict[str, Any] = {
        "faults": [row | {"bench_minutes": times} for row in faults()],
        "partners": {"P": partner(9, bench={"triage_minutes": times})},
        "china_bench": {"nff_minutes": times},
        "markets": {"US": {"hub": {"nff_sensitivity": 0}}},
    }
    s = world(**stated)
    r = simulate_run(s, policy_of(rule), claims_at(s, np.arange(60.0), fault=kind), 1, 0).records
    assert set(r.bench_minutes.tolist()) == {10, 20, 30}
