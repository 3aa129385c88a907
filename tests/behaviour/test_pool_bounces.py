"""A unit repaired for one customer and handed to another fails again early in the share of its bench."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from tests.journeys.same import differences
from tests.worlds import claims_at, partner, policy_of, world
from warrantysim.claims.columns import Origin
from warrantysim.claims.stream_ids import Purpose
from warrantysim.journeys.events import simulate_run
from warrantysim.journeys.luck import Luck
from warrantysim.journeys.records import Closure, Fate, Finding, Records, Run, Source
from warrantysim.money.categories import Kind
from warrantysim.money.price import price
from warrantysim.schema.clock import DAY
from warrantysim.schema.root import Scenario

SHARE, WINDOW = 0.3, 40.0
STOCK = {"plenty": {"pool": True, "pool_start": 5}, "short": {"pool": True, "pool_start": 5, "base_stock": 400}}
"""New stock that never runs short, and stock that is followed unit by unit."""
AHEAD = {"repair_local": "advance_exchange", "return_china": "advance_exchange"}


def seller(stock: str, share: float = SHARE, **changes: Any) -> Scenario:
    """Half of the claims are replaced from stock; the others' units are repaired for whoever comes next."""
    return world(
        markets={"US": {"service": AHEAD}},
        partners={"P": partner(50, bounce_share=share, bounce_days=WINDOW)},
        policy=[(0, "reship"), (100, "repair_local P")],
        stock_of=STOCK[stock],
        fault_shares={"repairable": 0.8, "no_fault_found": 0.2},
        **changes,
    )


def run_of(s: Scenario, rule: Any = None, n: int = 600, **how: Any) -> Run:
    """Claims that come three a day; every second one's unit is dear enough to be repaired."""
    fault = np.where(np.arange(n) % 5 == 0, "no_fault_found", "repairable")
    claims = claims_at(s, np.arange(n) / 3.0, price=np.where(np.arange(n) % 2, 120.0, 80.0), fault=fault, age=10.0)
    return simulate_run(s, policy_of(rule) if rule else s.policy, claims, 5, 0, **how)


def from_the_pool(run: Run) -> list[tuple[int, int]]:
    """Claims served from the pool, and those whose unit each got, by the moves of stock: first in, first out."""
    moves, r = run.stock, run.records
    came = moves.record[moves.pool & (moves.change > 0)]
    went = moves.record[moves.pool & (moves.change < 0)]
    assert set(went.tolist()) == set(np.flatnonzero(r.source == Source.POOL).tolist())
    return list(zip(went.tolist(), came.tolist(), strict=False))


def bounced(r: Records) -> dict[int, int]:
    """What came back after a replacement, by the claim replaced."""
    rows = np.flatnonzero((r.claims.origin == Origin.BOUNCE) & (r.parent >= 0))
    rows = rows[r.closure[r.parent[rows]] == Closure.REPLACED]
    return dict(zip(r.parent[rows].tolist(), rows.tolist(), strict=True))


@pytest.mark.parametrize("stock", STOCK)
def test_customers_who_got_a_repaired_unit_come_back_in_the_share_of_its_bench(stock: str) -> None:
    run = run_of(seller(stock))
    r, back = run.records, bounced(run.records)
    draw = Luck(5, 0).of(r.claims, Purpose.BOUNCE)
    got = from_the_pool(run)
    repaired = {claim: unit for claim, unit in got if unit >= 0 and r.finding[unit] == Finding.REPAIRED}
    assert len(repaired) > 150
    assert set(back) == {claim for claim in repaired if draw[claim] < SHARE}
    assert abs(len(back) / len(repaired) - SHARE) < 3 * np.sqrt(SHARE * (1 - SHARE) / len(repaired))
    for claim, child in back.items():
        assert 0 <= r.claims.opened[child] - r.resolved[claim] <= WINDOW * DAY
        assert r.claims.fault[child] == r.claims.fault[repaired[claim]]
        assert r.claims.born[child] == r.resolved[claim]
        assert r.claims.root[child] == r.claims.root[claim]


@pytest.mark.parametrize("stock", STOCK)
def test_what_holds_for_ever_is_as_it_was(stock: str) -> None:
    s = seller(stock, share=0.0)
    sure = run_of(s)
    assert differences(sure, run_of(s, pool_bounces=False)) == []
    assert differences(sure, run_of(seller(stock), pool_bounces=False)) == []
    assert not bounced(sure.records)


def test_no_claim_waits_or_goes_elsewhere_because_units_are_looked_at() -> None:
    """But for those that come back, all is as if they held: the pool is asked by the same claims at the same times."""
    s = seller("plenty")
    run, sure = run_of(s).records, run_of(s, pool_bounces=False).records
    first, of_sure = (np.flatnonzero(r.claims.generation == 0) for r in (run, sure))
    for name in ("route", "resolved", "closed", "fate"):
        assert np.array_equal(getattr(run, name)[first], getattr(sure, name)[of_sure])


def test_plenty_of_stock_and_so_much_that_it_never_runs_out_give_the_same_claims() -> None:
    """Whether units are followed one by one or settled after the run, the same customers get the same units."""
    free, followed = (run_of(seller(stock)) for stock in STOCK)

    def known(r: Records) -> list[tuple[int, ...]]:
        columns = (r.claims.unit, r.claims.generation, r.claims.opened, r.source)
        return sorted(zip(*(column.tolist() for column in columns), strict=True))

    assert known(free.records) == known(followed.records)


def test_units_found_sound_and_units_the_pool_began_with_hold() -> None:
    s = seller("plenty", share=1.0)
    run = run_of(s)
    got, back = from_the_pool(run), bounced(run.records)
    r = run.records
    held = [claim for claim, unit in got if unit < 0 or r.finding[unit] == Finding.NFF]
    assert len(held) > 20
    assert not set(held) & set(back)
    assert (r.fate[[unit for _, unit in got if unit >= 0]] == Fate.POOL).all()


def test_a_warranty_that_ends_before_the_unit_fails_pays_nothing() -> None:
    s = seller("plenty", share=1.0, terms_of={"warranty_days": 12})
    assert not bounced(run_of(s).records)


def test_a_share_of_bounces_costs_more() -> None:
    costs = []
    for share in (0.0, 0.1, 0.3):
        s = seller("plenty", share)
        costs.append(price(run_of(s), s).total(kind=Kind.CASH, in_scope=True))
    assert costs == sorted(costs)
    assert costs[2] > costs[0] * 1.02
