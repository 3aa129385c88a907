"""Pools beside stock that never runs short are settled after the run as if every claim had asked in its turn."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from tests.worlds import claims_at, partner, world
from warrantysim.journeys.model import simulate_run
from warrantysim.journeys.pools import _served
from warrantysim.journeys.records import Fate, Source

STEPS = st.lists(st.tuples(st.integers(0, 3), st.sampled_from([-1, 0, 1])), max_size=60)


@given(STEPS)
def test_a_reflected_walk_serves_whom_a_counter_would(steps: list[tuple[int, int]]) -> None:
    steps.sort(key=lambda item: item[0])
    levels = dict.fromkeys(range(4), 0)
    expected = []
    for cell, step in steps:
        expected.append(step < 0 < levels[cell])
        levels[cell] = max(levels[cell] + step, 0)
    cells, walk = (np.array([s[k] for s in steps], dtype=np.int64) for k in (0, 1))
    assert _served(cells, walk).tolist() == expected


def test_stock_that_hardly_runs_short_and_stock_that_never_does_are_one_and_the_same() -> None:
    rng = np.random.default_rng(4)
    opened = np.round(rng.uniform(0, 60, 300), 1)
    fault = rng.choice(["no_fault_found", "unrepairable"], 300)
    found = []
    for stock in ({}, {"base_stock": 1_000_000, "lead_days": 1}):
        s = world(
            policy=[(0, "reship"), (60, "repair_local T")],
            partners={"T": partner(50, test_only=True)},
            stock_of={"pool": True, "pool_start": 3, **stock},
            stock_rules={"pool_refused_share": 0.2},
        )
        claims = claims_at(s, opened, fault=fault, price=np.linspace(40, 80, 300))
        found.append(simulate_run(s, s.policy, claims, 1, 0))
    one, two = found
    assert np.array_equal(one.records.source, two.records.source)
    assert 20 < (one.records.source == Source.POOL).sum() < (one.records.source == Source.NEW).sum() * 5
    assert (one.records.fate == Fate.POOL).sum() > 20
    for name in ("sku", "market", "pool", "change", "at", "record"):
        assert np.array_equal(np.sort(getattr(one.stock, name)), np.sort(getattr(two.stock, name))), name
