"""Stock that does not run short is settled after the run as if every claim had asked in its turn."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.journeys.same import differences
from tests.worlds import claims_at, partner, world
from warrantysim.claims.columns import Claims
from warrantysim.journeys import events
from warrantysim.journeys.events import simulate_run
from warrantysim.journeys.model import Model, model_of
from warrantysim.journeys.pools import _served, most_within, plentiful, ran_short, stated_stock
from warrantysim.journeys.records import Fallback, Fate, Source

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


MOMENTS = st.lists(st.tuples(st.integers(0, 5), st.integers(0, 30)), max_size=50)


@given(MOMENTS)
def test_moments_within_a_window_are_counted_as_one_by_one(moments: list[tuple[int, int]]) -> None:
    window = np.array([[5, 1, 10], [2, 7, 3]])
    expected = np.zeros(window.size, dtype=int)
    for cell, at in moments:
        span = window.flat[cell]
        expected[cell] = max(expected[cell], sum(c == cell and at - span < other <= at for c, other in moments))
    cells, at = (np.array([m[k] for m in moments], dtype=np.int64) for k in (0, 1))
    assert most_within(cells, at, window).reshape(-1).tolist() == expected.tolist()


def unit_by_unit(world: Model, _: Claims) -> np.ndarray:
    """Takes no stock to suffice that states how much there is."""
    return np.isinf(stated_stock(world)[0])


def test_stock_that_suffices_is_served_alike_unit_by_unit_and_after_the_run(monkeypatch: pytest.MonkeyPatch) -> None:
    rng = np.random.default_rng(4)
    opened = np.round(rng.uniform(0, 60, 300), 1)
    fault = rng.choice(["no_fault_found", "unrepairable"], 300)
    found = []
    for stock in ({}, {"base_stock": 300, "lead_days": 1}):
        s = world(
            policy=[(0, "reship"), (60, "repair_local T")],
            partners={"T": partner(50, test_only=True)},
            stock_of={"pool": True, "pool_start": 3, **stock},
            stock_rules={"pool_refused_share": 0.2},
        )
        claims = claims_at(s, opened, fault=fault, price=np.linspace(40, 80, 300))
        assert plentiful(model_of(s), claims).all()
        found.append(simulate_run(s, s.policy, claims, 1, 0))
    endless, one = found
    monkeypatch.setattr(events, "plentiful", unit_by_unit)
    two = simulate_run(s, s.policy, claims, 1, 0)
    assert differences(endless, one) == []
    assert differences(one, two) == []
    assert np.array_equal(one.records.source, two.records.source)
    assert 20 < (one.records.source == Source.POOL).sum() < (one.records.source == Source.NEW).sum() * 5
    assert (one.records.fate == Fate.POOL).sum() > 20
    for other in (endless, two):
        for name in ("sku", "market", "pool", "change", "at", "record"):
            assert np.array_equal(np.sort(getattr(one.stock, name)), np.sort(getattr(other.stock, name))), name


def test_stock_that_did_not_suffice_after_all_is_followed_unit_by_unit(monkeypatch: pytest.MonkeyPatch) -> None:
    # One claim a day is covered; a dispatch lands a week of them at once, two within a lead time.
    s = world(
        policy="return_china sea",
        markets={"US": {"stock_wait_days": 1}},
        stock_of={"base_stock": 12, "lead_days": 10},
    )
    claims = claims_at(s, np.arange(100.0), fault="unrepairable")
    assert plentiful(model_of(s), claims).all()
    runs = []
    once = events._finished
    monkeypatch.setattr(events, "_finished", lambda *given: runs.append(once(*given)) or runs[-1])
    found = simulate_run(s, s.policy, claims, 1, 0)
    assert len(runs) == 2
    assert ran_short(runs[0].stock, model_of(s)).all()
    assert (found.records.fallback == Fallback.STOCK_OUT).sum() > 5
    monkeypatch.setattr(events, "plentiful", unit_by_unit)
    assert differences(found, simulate_run(s, s.policy, claims, 1, 0)) == []


def test_claims_nothing_is_sent_for_use_up_no_stock(monkeypatch: pytest.MonkeyPatch) -> None:
    s = world(
        policy=[(0, "refund"), (60, "reship")],
        stock_of={"base_stock": 20, "lead_days": 10, "pool": True, "pool_start": 4},
    )
    some = claims_at(s, np.arange(0, 60, 0.2), price=np.tile([40.0, 40.0, 40.0, 80.0], 75))
    assert not plentiful(model_of(s), some).any()
    one = simulate_run(s, s.policy, some, 1, 0)
    monkeypatch.setattr(events, "plentiful", unit_by_unit)
    two = simulate_run(s, s.policy, some, 1, 0)
    assert (one.events, two.events) == (None, "stock")
    assert differences(one, two) == []
    assert np.array_equal(one.records.source, two.records.source)
    more = claims_at(s, np.arange(0, 60, 0.2), price=80.0)
    monkeypatch.undo()
    assert simulate_run(s, s.policy, more, 1, 0).events == "stock"


def test_deliveries_by_a_table_are_never_taken_to_suffice() -> None:
    rows = [{"sku": "A", "market": "US", "day": "2027-03-01", "units": 1}]
    s = world(policy="reship", stock_of={"base_stock": 1000}, stock_rules={"deliveries": "table"}, deliveries=rows)
    assert not plentiful(model_of(s), claims_at(s, [1.0, 2.0])).any()
