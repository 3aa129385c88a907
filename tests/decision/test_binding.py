"""What holds a rule is named: law, safety, hours, minimums; charges of contracts and lanes are no limits."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
import pytest

from tests.decision.instances import one_period, seller, terms
from tests.experiment.tiny import roomy, sold
from tests.worlds import floor, partner, usd
from warrantysim.decision.asking import Experiments, StageTimes
from warrantysim.decision.binding import Bound, bounds_of, is_lane, limit_prices, unmet_minimums
from warrantysim.decision.choose import choose
from warrantysim.decision.loop import search
from warrantysim.decision.problem import Block, Load, ProgramData
from warrantysim.journeys.model import model_of
from warrantysim.schema.root import Scenario

SMALL = {
    "training_replications": 2,
    "selection_replications": 2,
    "iterations": 1,
    "bands": 3,
    "neighbours": 0,
    "materiality": "1 USD",
}


def bounds(**changes: Any) -> tuple[Bound, ...]:
    """What holds the rule of a small seller's only cell."""
    return bounds_in(roomy(60, decision=SMALL, **changes))


def bounds_in(scenario: Scenario) -> tuple[Bound, ...]:
    """The same of a scenario."""
    found = search(model_of(scenario), Experiments(scenario, 7), range(100, 102), range(200, 202), StageTimes())
    (only,) = bounds_of(model_of(scenario), found).values()
    return only


@cache
def free() -> tuple[Bound, ...]:
    """Where nothing is forbidden or scarce."""
    return bounds()


def test_where_nothing_is_forbidden_or_scarce_nothing_holds_a_rule() -> None:
    assert {bound.kind for bound in free()} <= {"order"}


def test_a_disposition_the_law_takes_away_is_named() -> None:
    held = bounds(legal_floors=[floor(allowed="refund|repair_local|return_china")])
    assert Bound("law", "reship", article="art. 1") in held
    assert not any(bound.kind == "law" for bound in free())


def test_a_law_that_forbids_what_no_one_would_do_holds_nothing() -> None:
    assert not any(bound.kind.startswith("law") for bound in bounds(legal_floors=[floor(max_days=500)]))


def test_a_law_holds_nothing_that_nobody_does() -> None:
    """A seller without a repair partner, in a market whose law leaves no repair."""
    stated = roomy(60, decision=SMALL, legal_floors=[floor(allowed="refund|reship|return_china")])
    held = bounds_in(stated.replace(partners={}, partner_logistics={}))
    assert not any(bound.what == "repair_local" for bound in held)


def test_a_repair_that_takes_longer_than_the_law_allows_is_named() -> None:
    held = bounds(legal_floors=[floor(max_days=1)])
    assert {bound.what for bound in held if bound.kind == "law_days"} == {"repair_local P", "return_china sea"}


def test_power_banks_do_not_go_to_china() -> None:
    assert Bound("power_bank") in bounds(sku_of={"battery": "standalone"})


def test_a_bench_without_hours_holds_the_rule_in_the_months_that_are_short() -> None:
    cheap = {"repaired": {"flat": usd(1)}, "beyond_repair": usd(1), "no_fault": usd(1), "excluded": usd(1)}
    slow = partner(desk=cheap, bench={"calendar": "office", "units_per_day": 1.0})
    one = bounds(partners={"P": slow}, sales=sold(200))
    hours = [bound for bound in one if bound.kind == "hours"]
    assert [bound.what for bound in hours] == ["P"]
    assert hours[0].months


def test_prices_are_of_real_limits_only() -> None:
    problem = seller(6, partners=2, months=3, tight=0.2, tiers="incremental", seed=3)
    choice = choose(problem)
    assert {name.split()[0] for name in choice.prices} > {"hours"}
    real = limit_prices(problem, choice.prices)
    assert real
    assert all(name.startswith("hours") and price > 0 for name, price in real.items())
    assert all(real[name] == choice.prices[name] for name in real)


def test_a_limit_that_does_not_bind_has_no_price() -> None:
    problem = seller(6, partners=2, months=3, tight=50.0)
    assert limit_prices(problem, choose(problem).prices) == {}


def contract(minimum: float, service: float) -> ProgramData:
    """One cell, refund or a partner under contract, whose work is worth ``service`` a year."""
    load = Load.table(np.array([1]), np.full((1, 1, 1), service))
    block = Block("P", (one_period("", terms([0.0], minimum=minimum), "", "", "work"),), np.array([[False, True]]))
    return ProgramData(np.zeros((1, 1, 2)), np.array([0, 2]), np.ones((1, 2), dtype=bool), {"work": load}, (), (block,))


@pytest.mark.parametrize(("service", "unmet"), [(40.0, {"P": (0,)}), (50.0, {}), (60.0, {})])
def test_a_minimum_is_unmet_exactly_while_work_stays_below_it(service: float, unmet: dict[str, Any]) -> None:
    problem = contract(50.0, service)
    assert unmet_minimums(problem, problem.measures(np.array([[1]])), {"P"}) == unmet
    assert unmet_minimums(problem, problem.measures(np.array([[0]])), ()) == {}
    short = problem.blocks[0].periods[0].terms.cost(np.zeros((1, 1)), np.zeros((1, 1)), np.array([[service]]))
    assert bool(unmet) == (short > 0)


def test_a_lane_is_no_contract() -> None:
    lane = Block("US sea", (one_period("", terms([0.0]), "freight US sea"),), np.array([[True]]))
    assert is_lane(lane)
    assert not is_lane(contract(1.0, 1.0).blocks[0])
