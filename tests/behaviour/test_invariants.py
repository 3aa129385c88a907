"""What holds of every run, whatever the world: claims close once, stamps never run backwards, stock is conserved."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.journeys.test_alone import MIXED, lucky, some
from tests.worlds import partner
from warrantysim.journeys.events import simulate_run
from warrantysim.journeys.records import Closure, Fate, Finding, Route, Run, Source
from warrantysim.schema.clock import NEVER
from warrantysim.schema.root import Scenario

SCARCE = {
    "partners": {
        "P": partner(
            1,
            ("US", "DE"),
            bench={"waiting_places": 2, "overflow": "T", "units_per_day": 3.0},
            yield_share=0.7,
            bounce_share=0.3,
        ),
        "T": partner(1, ("US", "DE"), test_only=True, bench={"calendar": "office", "units_per_day": 6.0}),
    },
    "stock_of": {"pool": True, "pool_start": 2, "base_stock": 2, "lead_days": 30},
}


def scarce(policy: Any = MIXED) -> Scenario:
    """The lucky world with small benches, pools and stock."""
    s = lucky(policy, **SCARCE)
    modes = {"US": {"service": {"repair_local": "advance_exchange"}}}
    return s.replace(
        china_bench=s.china_bench.replace(technicians=1, calendar="office"),
        markets={m: v.replace(**modes.get(m, {})) for m, v in s.markets.items()},
    )


WORLD = scarce()


def run(seed: int, n: int = 250) -> Run:
    """A run of the scarce world."""
    return simulate_run(WORLD, WORLD.policy, some(WORLD, n, seed), seed, 0)


RUNS = [run(seed) for seed in (1, 2)]


@pytest.fixture(params=RUNS, ids=["one", "two"])
def any_run(request: pytest.FixtureRequest) -> Run:
    """One of the runs."""
    found: Run = request.param
    return found


def test_scarcity_is_felt_in_this_world(any_run: Run) -> None:
    r = any_run.records
    assert (r.bench_start > r.bench_in + 86_400).sum() > 10
    assert (r.source == Source.POOL).sum() > 5
    assert ((r.fallback == 7) & (r.closure == Closure.REFUNDED)).sum() > 5
    assert any_run.dispatches.units.max() > 1


def test_every_claim_closes_once_and_every_root_is_there(any_run: Run) -> None:
    r = any_run.records
    assert ((r.closure >= 0) & (r.closed > NEVER) & (r.resolved > NEVER)).all()
    assert (r.claims.generation == 0).sum() == 250
    pairs = np.stack([r.claims.unit, r.claims.generation.astype(np.uint64)], axis=1)
    assert len(np.unique(pairs, axis=0)) == len(r)


CHAINS = (
    ("answered", "routed", "scanned", "arrived", "tested", "bench_in", "bench_start", "bench_out", "back_left"),
    ("routed", "shipped", "closed"),
    ("routed", "resolved", "closed"),
    ("routed", "refunded", "resolved", "closed"),
    ("arrived", "pooled", "closed"),
    ("bench_out", "closed"),
)


@pytest.mark.parametrize("chain", CHAINS, ids="-".join)
def test_stamps_never_run_backwards(any_run: Run, chain: tuple[str, ...]) -> None:
    r = any_run.records
    last = r.claims.opened.copy()
    for name in chain:
        stamp = getattr(r, name)
        happened = stamp > NEVER
        assert (stamp[happened] >= last[happened]).all(), name
        last = np.where(happened, stamp, last)


def test_a_child_opens_after_its_parent_is_resolved(any_run: Run) -> None:
    r = any_run.records
    born = np.flatnonzero(r.parent >= 0)
    assert len(born) > 20
    assert (r.claims.opened[born] >= r.resolved[r.parent[born]]).all()
    assert (r.claims.generation[born] == r.claims.generation[r.parent[born]] + 1).all()


def test_closures_and_what_was_paid_or_sent_agree(any_run: Run) -> None:
    r = any_run.records
    sent = np.isin(r.closure, (Closure.REPLACED, Closure.REPAIRED, Closure.RETURNED_UNREPAIRED))
    kept = (r.closure == Closure.REFUNDED) & (r.fate == Fate.CUSTOMER)
    assert ((r.shipped > NEVER) == (sent | kept)).all()
    assert (r.refund_share[kept] < 1).all()
    assert (r.resolved >= r.shipped)[sent].all()
    paid = (r.closure == Closure.REFUNDED) | r.dispute_lost
    assert ((r.refunded > NEVER) == paid).all()
    assert ((r.refund_share > 0) == paid).all()
    assert ((r.source != Source.NONE) == (r.closure == Closure.REPLACED)).all()
    back = np.isin(r.closure, (Closure.REPAIRED, Closure.RETURNED_UNREPAIRED))
    assert ((r.fate == Fate.CUSTOMER) == (back | kept)).all()
    assert ((r.pooled > NEVER) == (r.fate == Fate.POOL)).all()
    assert (r.level[r.finding == Finding.REPAIRED] > 0).all()


def test_no_pool_ever_lends_what_it_does_not_have(any_run: Run) -> None:
    moves = any_run.stock
    order = np.argsort(moves.at, kind="stable")
    for sku in range(2):
        for market in range(2):
            mine = order[(moves.sku[order] == sku) & (moves.market[order] == market) & moves.pool[order]]
            level = np.cumsum(moves.change[mine])
            assert len(level) > 3
            assert level.min() >= 0
            assert moves.change[mine][moves.record[mine] < 0].sum() == 2


def test_every_replacement_and_every_pooled_unit_is_a_move_of_stock(any_run: Run) -> None:
    r, moves = any_run.records, any_run.stock
    for source, pool in ((Source.POOL, True), (Source.NEW, False)):
        issued = moves.record[(moves.change < 0) & (moves.pool == pool)]
        assert np.array_equal(np.sort(issued), np.flatnonzero(r.source == source))
    entered = moves.record[(moves.change > 0) & (moves.record >= 0)]
    assert np.array_equal(np.sort(entered), np.flatnonzero(r.fate == Fate.POOL))


def test_dispatches_hold_exactly_those_who_travelled(any_run: Run) -> None:
    r, d = any_run.records, any_run.dispatches
    size = len(d.units)
    for name, back in (("dispatch", False), ("back_dispatch", True)):
        rows = getattr(r, name)
        there = rows[rows >= 0]
        assert (d.back[there] == back).all()
        counted = np.bincount(there, minlength=size)
        assert np.array_equal(counted[d.back == back], d.units[d.back == back])
        assert (d.market[there] == r.claims.market[rows >= 0]).all()
    china = r.dispatch >= 0
    assert (d.departed[r.dispatch[china]] >= r.tested[china]).all()
    landed = china & (r.bench_in > NEVER)
    assert (r.bench_in[landed] == d.landed[r.dispatch[landed]]).all()
    assert d.lost[r.dispatch[china & ~landed]].all()


def test_a_bench_serves_in_order_of_arrival(any_run: Run) -> None:
    r = any_run.records
    china = np.flatnonzero((r.route == Route.RETURN_CHINA) & (r.bench_in > NEVER))
    order = china[np.lexsort((r.claims.unit[china], r.bench_in[china]))]
    assert (np.diff(r.bench_start[order]) >= 0).all()
    # One technician: the next begins when the last is done, or later.
    assert (r.bench_start[order][1:] >= r.bench_out[order][:-1]).all()


@settings(max_examples=5)
@given(st.integers(0, 2**32 - 1))
def test_all_that_holds_whatever_the_luck(seed: int) -> None:
    found = run(seed, 60)
    for chain in CHAINS:
        test_stamps_never_run_backwards(found, chain)
    test_closures_and_what_was_paid_or_sent_agree(found)
    test_every_replacement_and_every_pooled_unit_is_a_move_of_stock(found)
    test_dispatches_hold_exactly_those_who_travelled(found)
