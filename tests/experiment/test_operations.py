"""Operations count what the records say: every waiting claim in one stage, every unit of stock once."""

from __future__ import annotations

import numpy as np
import pytest

from tests.experiment.tiny import roomy
from warrantysim.experiment.births import births
from warrantysim.experiment.operations import operations
from warrantysim.experiment.replicate import priced_run
from warrantysim.journeys.records import Run
from warrantysim.scenario.clock import DAY
from warrantysim.scenario.loading import load_scenario
from warrantysim.scenario.root import Scenario


@pytest.fixture(scope="module")
def base() -> tuple[Scenario, Run]:
    scenario = load_scenario("scenarios/base.yaml", policy="scenarios/policies/all-home.yaml")
    return scenario, priced_run(scenario, scenario.policy, births(scenario, 1, 0), 1, 0)[0]


def test_every_claim_whose_customer_waits_is_in_exactly_one_stage(base: tuple[Scenario, Run]) -> None:
    scenario, run = base
    found = operations(run, scenario, every_days=30).open_claims.groupby("day")["claims"].sum()
    r = run.records
    for day, claims in found.items():
        now = scenario.clock.stamp(day)
        assert claims == int(((r.claims.opened <= now) & (r.resolved > now)).sum())
    assert found.min() > 50


def test_dispatches_are_those_of_the_run_and_land_after_they_leave(base: tuple[Scenario, Run]) -> None:
    scenario, run = base
    found = operations(run, scenario).dispatches
    assert len(found) == len(run.dispatches.units) > 10
    assert found["units"].sum() == run.dispatches.units.sum()
    assert (found["days"] > 0).all()


def test_the_pool_ends_at_what_went_in_less_what_came_out(base: tuple[Scenario, Run]) -> None:
    scenario, run = base
    last = (scenario.horizon.days - 1) * DAY
    pool = operations(run, scenario, every_days=1).pool
    ends = pool.groupby(["sku", "market"])["units"].last()
    moves = run.stock
    for (sku, market), units in ends.items():
        own = (
            moves.pool
            & (moves.sku == scenario.sku_ids.index(sku))
            & (moves.market == scenario.market_ids.index(market))
            & (getattr(moves, "at") <= last)  # noqa: B009
        )
        assert units == moves.change[own].sum()
    assert (pool["units"] >= 0).all()


def test_a_promise_is_kept_by_the_claims_that_met_it(base: tuple[Scenario, Run]) -> None:
    scenario, run = base
    found = operations(run, scenario, resolved_days=10).promises.set_index(["promise", "market"])
    r = run.records
    for m, market in enumerate(scenario.market_ids):
        own = r.in_scope & (r.claims.market == m) & (r.resolved > np.iinfo(np.int64).min // 4)
        days = (r.resolved[own] - r.claims.opened[own]) / DAY
        assert found.loc[("resolved", market), "kept"] == pytest.approx((days <= 10).mean())
    assert found.loc["reply", "kept"].between(0.5, 1).all()


def test_days_below_one_are_refused(base: tuple[Scenario, Run]) -> None:
    with pytest.raises(ValueError, match="expected days from 1 on"):
        operations(base[1], base[0], every_days=0)


def test_a_seller_without_freight_and_pool_has_empty_tables_and_no_error() -> None:
    scenario = roomy(50)
    run, _ = priced_run(scenario, scenario.policy, births(scenario, 1, 0), 1, 0)
    found = operations(run, scenario)
    assert found.dispatches.empty
    assert found.pool.empty
