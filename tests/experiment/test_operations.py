"""Operations count what the records say: every waiting claim in one stage, every unit of stock once."""

from __future__ import annotations

import numpy as np
import pytest

from tests.experiment.tiny import roomy
from warrantysim.experiment.births import births
from warrantysim.experiment.operated import Operations, operations, pool_values
from warrantysim.experiment.replicate import priced_run
from warrantysim.experiment.stages import STAGES, count_at, spans
from warrantysim.experiment.year import days_to_resolved
from warrantysim.files.loading import load_scenario
from warrantysim.journeys.records import Closure, Run
from warrantysim.money.categories import Category, Subject
from warrantysim.money.ledger import Ledger
from warrantysim.money.stock_value import pool_on_hand
from warrantysim.schema.clock import DAY, NEVER
from warrantysim.schema.root import Scenario

Priced = tuple[Scenario, Run, Ledger]


@pytest.fixture(scope="module")
def base() -> Priced:
    """The reference seller sending home what it can."""
    scenario = load_scenario("scenarios/base.yaml", policy="scenarios/policies/all-home.yaml")
    return scenario, *priced_run(scenario, scenario.policy, births(scenario, 1, 0), 1, 0)


@pytest.fixture(scope="module")
def found(base: Priced) -> Operations:
    scenario, run, ledger = base
    return operations(run, scenario, ledger, every_days=30, resolved_days=range(10, 11))


def test_every_claim_whose_customer_waits_is_in_exactly_one_stage(base: Priced, found: Operations) -> None:
    scenario, run, _ = base
    r = run.records
    claims = found.open_claims.groupby("day")["claims"].sum()
    for day, count in claims.items():
        now = scenario.clock.stamp(scenario.clock.first_day.fromisoformat(str(day)))
        assert count == int(((r.claims.opened <= now) & (r.resolved > now)).sum())
    assert claims.min() > 50


def test_stages_follow_each_other_without_a_gap(base: Priced) -> None:
    _, run, _ = base
    r = run.records
    stages = list(spans(r, run.dispatches))
    assert tuple(span.stage for span in stages) == STAGES
    waited = sum(np.maximum(span.end - span.begin, 0) for span in stages)
    assert (waited == r.resolved - r.claims.opened).all()
    home = r.dispatch >= 0
    assert home.sum() > 100
    assert (stages[STAGES.index("freight")].end[home] > 0).any()


def test_a_label_that_is_never_used_is_with_the_customer_not_on_its_way(base: Priced) -> None:
    _, run, _ = base
    r, stages = run.records, {span.stage: span for span in spans(run.records, run.dispatches)}
    unused = r.label_issued & (r.closure == Closure.LAPSED) & (r.scanned == NEVER)
    assert unused.sum() > 100
    assert (stages["closing"].end[unused] <= stages["closing"].begin[unused]).all()
    assert (stages["label_out"].end[unused] == r.resolved[unused]).all()


def test_a_span_holds_its_beginning_but_not_its_end() -> None:
    begin, end = np.array([0, 5, 7]), np.array([5, 9, 7])
    assert count_at(begin, end, np.array([0, 4, 5, 8, 9])).tolist() == [1, 1, 1, 1, 0]


def test_dispatches_are_those_of_the_run_and_land_after_they_leave(base: Priced, found: Operations) -> None:
    d = base[1].dispatches
    assert len(found.dispatches) == len(d.units) > 10
    assert found.dispatches["units"].sum() == d.units.sum()
    assert (found.dispatches["days"] > 0).all()
    assert (found.dispatches["waited_days"].dropna() >= 0).all()


def test_bills_of_dispatches_are_the_ledgers_lines_of_dispatches(base: Priced, found: Operations) -> None:
    ledger = base[2]
    lines = ledger.subject == Subject.DISPATCH
    assert found.dispatches["cost"].sum() == pytest.approx(ledger.reporting[lines].sum())
    assert (found.dispatches["cost"] > 0).all()
    assert set(ledger.category[lines]) == {Category.FREIGHT, Category.CUSTOMS_ENTRY}


def test_the_pool_ends_each_month_at_what_went_in_less_what_came_out(base: Priced, found: Operations) -> None:
    scenario, run, _ = base
    shape = (len(scenario.skus), len(scenario.market_ids))
    opening = pool_on_hand(run.stock, -1, *shape).sum()
    moved = found.pool.groupby("month")[["came_in", "went_out", "level"]].sum().sort_index()
    through = opening + (moved["came_in"] - moved["went_out"]).cumsum()
    assert moved["level"].to_numpy() == pytest.approx(through.to_numpy())
    assert moved["came_in"].sum() > 100


def test_a_pool_unit_is_worth_its_transfer_value_at_most(found: Operations) -> None:
    held = found.pool[found.pool["level"] > 0]
    assert (held["value"] > 0).all()
    assert (found.pool.loc[found.pool["level"] == 0, "value"] == 0).all()


def test_units_beyond_the_pools_need_are_worth_less_by_what_the_ledger_writes_down(base: Priced) -> None:
    scenario, run, ledger = base
    shape, end = (len(scenario.skus), len(scenario.market_ids)), scenario.horizon.days * DAY - 1
    needed = scenario.replace(stock=[row.replace(pool_need=10**6) for row in scenario.stock])
    lost = [
        float((pool_values(level, needed, end) - pool_values(level, scenario, end)).sum())
        for level in (pool_on_hand(run.stock, at, *shape) for at in (-1, end))
    ]
    written = ledger.reporting[ledger.category == Category.STOCK_WRITE_DOWN].sum()
    assert lost[1] - lost[0] == pytest.approx(written)
    assert written > 0


def test_a_promise_is_kept_by_the_claims_that_met_it(base: Priced, found: Operations) -> None:
    scenario, run, _ = base
    told = found.promises.set_index(["promise", "market"])
    r = run.records
    for m, market in enumerate(scenario.market_ids):
        own = np.flatnonzero(r.in_scope & (r.claims.market == m) & (r.resolved > NEVER))
        assert told.loc[("resolved", market), "claims"] == len(own)
        assert told.loc[("resolved", market), "met"] == (days_to_resolved(r, own) <= 10).sum()
    parts = told[told.index.get_level_values("market") != ""].groupby("promise")["met"].sum()
    assert (told.xs("", level="market")["met"] == parts.reindex(told.xs("", level="market").index)).all()
    replied = told.loc["reply"]
    assert (replied["met"] / replied["claims"]).between(0.5, 1).all()


def test_queues_hold_the_units_between_joining_and_bench(base: Priced, found: Operations) -> None:
    scenario, run, _ = base
    r = run.records
    queue = found.queues[found.queues["bench"] == "china"].set_index("day")["waiting"]
    for day, waiting in queue.items():
        now = scenario.clock.stamp(scenario.clock.first_day.fromisoformat(str(day)))
        here = (r.bench_in > NEVER) & (r.bench_in <= now) & (r.bench_start > now) & (r.dispatch >= 0)
        assert waiting == here.sum()
    assert (found.visits["wait_days"] >= 0).all()


def test_days_below_one_are_refused(base: Priced) -> None:
    with pytest.raises(ValueError, match="expected days from 1 on"):
        operations(base[1], base[0], every_days=0)


def test_a_seller_without_freight_and_pool_has_empty_tables_and_no_error() -> None:
    scenario = roomy(50)
    run, ledger = priced_run(scenario, scenario.policy, births(scenario, 1, 0), 1, 0)
    seen = operations(run, scenario, ledger)
    assert seen.dispatches.empty
    assert seen.pool.empty
