"""Whoever keeps his unit for a part of the money has it in the end; every parcel and disposal is somebody's bill."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from tests.journeys.same import differences
from tests.worlds import PICK, TRANSIT, claims_at, partner, policy_of, world
from warrantysim.experiment.replay import journey_table, journeys_named
from warrantysim.journeys.events import simulate_run
from warrantysim.journeys.records import Closure, Fate, Records, Run
from warrantysim.journeys.solo import solo_run
from warrantysim.money.categories import Category
from warrantysim.money.price import price
from warrantysim.schema.clock import DAY, NEVER
from warrantysim.schema.root import Scenario

PARTIAL = {"ladder": ["partial_refund", "refund"], "partial_uptake_share": 1.0, "partial_offer_share": 0.4}


def bill(run: Run, s: Scenario, row: int = 0) -> dict[str, float]:
    """Sums of a claim's lines by category, in dollars."""
    ledger = price(run, s)
    mine = ledger.record == row
    return {c.name: float(ledger.reporting[mine & (ledger.category == c)].sum()) for c in Category}


def one(s: Scenario, rule: str, **claim: Any) -> tuple[Run, Records]:
    """One claim by the simulation, which is what it is alone."""
    claims = claims_at(s, [0.0], **claim)
    run = simulate_run(s, policy_of(rule), claims, 1, 0)
    assert differences(run, solo_run(s, policy_of(rule), claims, 1, 0)) == []
    return run, run.records


def test_a_unit_beyond_repair_goes_back_to_whoever_keeps_it_for_a_part_of_the_money() -> None:
    s = world(partners={"P": partner(1, desk={"disposal": "3 USD"})}, ways=(), markets={"US": PARTIAL})
    run, r = one(s, "repair_local P", fault="unrepairable")
    assert (r.closure[0], r.fate[0], r.refund_share[0]) == (Closure.REFUNDED, Fate.CUSTOMER, 0.4)
    assert r.shipped[0] == r.bench_out[0] + PICK * DAY
    assert r.closed[0] == r.shipped[0] + TRANSIT * DAY
    lines = bill(run, s)
    assert (lines["RETURN_SHIPPING"], lines["REFUND"]) == (5, 40)
    assert (lines["UNIT_RECOVERY"], lines["DISPOSAL"], lines["REPLACEMENT_UNIT"]) == (0, 0, 0)


def test_a_kept_unit_that_is_lost_on_its_way_home_is_not_replaced() -> None:
    lossy = PARTIAL | {"parcel": {"loss_share": 0.5}}
    s = world(partners={"P": partner(9)}, ways=(), markets={"US": lossy})
    run = simulate_run(s, policy_of("repair_local P"), claims_at(s, np.arange(60.0), fault="unrepairable"), 1, 0)
    r = run.records
    kept = np.flatnonzero(r.fate == Fate.CUSTOMER)
    assert 20 < len(kept) < 60
    assert not r.resent[kept].any()
    assert sum(bill(run, s, int(row))["REPLACEMENT_UNIT"] for row in kept) == 0


@pytest.mark.parametrize(("case", "rule"), [("lost", "repair_local P"), ("in China", "return_china")])
def test_a_unit_that_is_lost_or_in_china_is_not_there_to_be_kept(case: str, rule: str) -> None:
    changes = PARTIAL | ({"parcel": {"loss_share": 1.0}} if case == "lost" else {})
    s = world(partners={"P": partner(1)}, markets={"US": changes})
    _, r = one(s, rule, fault="unrepairable")
    assert (r.closure[0], r.refund_share[0]) == (Closure.REFUNDED, 1.0)
    assert r.fate[0] == (Fate.LOST if case == "lost" else Fate.SCRAP_CHINA)


def test_a_claimant_whose_unit_is_on_its_way_back_in_exchange_cannot_keep_it() -> None:
    """No replacement is in stock: the unit was posted and ends in the pool, so all the money is due."""
    s = world(
        partners={"P": partner(1)},
        ways=(),
        markets={"US": PARTIAL | {"service": {"repair_local": "advance_exchange"}, "stock_wait_days": 0}},
        stock_of={"base_stock": 0, "pool": True, "lead_days": 400},
    )
    r = simulate_run(s, policy_of("repair_local P"), claims_at(s, [0.0]), 1, 0).records
    assert (r.closure[0], r.refund_share[0], r.fate[0]) == (Closure.REFUNDED, 1.0, Fate.POOL)


def test_whoever_never_sent_his_unit_keeps_it() -> None:
    s = world(ways=(), markets={"US": PARTIAL | {"stock_wait_days": 0}}, stock_of={"base_stock": 0, "lead_days": 400})
    r = simulate_run(s, policy_of("reship"), claims_at(s, [0.0]), 1, 0).records
    assert (r.closure[0], r.refund_share[0], r.fate[0], r.shipped[0]) == (Closure.REFUNDED, 0.4, Fate.KEPT, NEVER)


def full(places: int, overflow: str | None, **other: Any) -> Scenario:
    stated = {"P": partner(1, bench={"waiting_places": places, "overflow": overflow}, desk={"disposal": "3 USD"})}
    return world(partners=stated | other, ways=())


def test_a_unit_that_goes_on_to_another_bench_travels_by_a_label_more() -> None:
    s = full(0, "Q", Q=partner(1))
    run = simulate_run(s, policy_of("repair_local P"), claims_at(s, [0.0, 0.0], minutes=[600, 600]), 1, 0)
    r = run.records
    moved = int(np.flatnonzero(r.hops)[0])
    assert sorted(r.hops.tolist()) == [0, 1]
    assert r.forwarded[moved] == r.arrived[moved] - TRANSIT * DAY
    labels = [bill(run, s, row)["LABEL"] for row in (1 - moved, moved)]
    assert labels == [8, 16]


def test_a_unit_that_no_bench_has_room_for_is_disposed_of_at_the_markets_price() -> None:
    s = full(0, None)
    run = simulate_run(s, policy_of("repair_local P"), claims_at(s, [0.0, 0.0], minutes=[600, 600]), 1, 0)
    away = int(np.flatnonzero(run.records.fate == Fate.SCRAP_MARKET)[0])
    assert bill(run, s, away)["DISPOSAL"] == 1 + 0.5


def test_a_visit_of_no_time_is_a_visit() -> None:
    s = world(partners={"P": partner(1, test_only=True, bench={"triage_minutes": 0})}, ways=())
    run, _ = one(s, "repair_local P", fault="no_fault_found")
    stages = journeys_named(journey_table(run, s), s)
    visit = stages[stages["stage"] == "on_bench"]
    assert len(visit) == 1
    assert (visit["begin"] == visit["end"]).all()
