"""A policy as it can be carried out: round order prices, whole months of age, few lines, and hardly dearer."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest

from tests.decision.sellers import agreement, random_seller
from warrantysim.decision.asking import Experiments
from warrantysim.decision.cells import zones_for
from warrantysim.decision.choose import choose
from warrantysim.decision.executable import executable
from warrantysim.decision.forecast import forecast
from warrantysim.decision.manual_policy import steps
from warrantysim.decision.policies import draw
from warrantysim.decision.refund_curve import days_of_months
from warrantysim.decision.training import Candidates, Learned, build, learn
from warrantysim.journeys.model import Model, model_of
from warrantysim.schema.policy import Policy

SEEDS = (1, 2, 3)
MONTHS = {float(days_of_months(k)) for k in range(60)}


@cache
def found(seed: int) -> tuple[Model, Learned, Candidates, Policy, Policy]:
    """A seller, what was learned of it, and the program's rule, exact and as it can be carried out."""
    s = random_seller(seed)
    w = model_of(s)
    learned = learn(w, Experiments(s, 1).potential(range(100_000, 100_002), s.policy), cash_only=False)
    candidates = build(w, learned)
    choice = choose(candidates.problem)
    exact = draw(w, learned, candidates, choice.plan, choice.prices, "exact").policy
    return w, learned, candidates, exact, executable(exact, w, learned, choice.prices)


@pytest.mark.parametrize("seed", SEEDS)
def test_every_cut_point_is_a_round_order_price_and_every_age_whole_months(seed: int) -> None:
    w, learned, _, _, policy = found(seed)
    step = steps(w, w.scenario.decision.rounding)
    for cell in learned.cells:
        zones = zones_for(policy, w, dict(zip(w.scenario.decision.cell, cell, strict=True)))
        assert len(zones) == 1 or {zone.by for zone in zones} == {"order_price"}
        assert {zone.age_from for zone in zones} <= MONTHS
        size = step[w.scenario.markets[str(cell[1])].currency]
        assert all(zone.start % size == 0 for zone in zones)


@pytest.mark.parametrize("seed", SEEDS)
def test_where_one_thing_is_always_done_one_line_says_so(seed: int) -> None:
    w, learned, _, exact, policy = found(seed)
    for cell in learned.cells:
        known = dict(zip(w.scenario.decision.cell, cell, strict=True))
        if len(zones_for(exact, w, known)) == 1:
            assert zones_for(policy, w, known) == zones_for(exact, w, known)


@pytest.mark.parametrize("seed", SEEDS)
def test_ages_and_round_prices_cost_next_to_nothing(seed: int) -> None:
    w, learned, candidates, exact, policy = found(seed)
    free, rough = (forecast(w, learned, candidates.problem, p) for p in (exact, policy))
    now = forecast(w, learned, candidates.problem, w.scenario.policy)
    assert rough - free < 0.01 * (now - free)


def test_cut_points_by_age_are_there_where_refunds_fall() -> None:
    _, _, _, exact, policy = found(2)
    assert any(rule.age_from_days > 0 for rule in policy.rules)
    assert not any(rule.age_from_days > 0 for rule in exact.rules)
    assert len(policy.rules) < 3 * len(exact.rules)


@pytest.mark.parametrize("seed", SEEDS)
def test_what_an_agent_does_by_the_table_is_what_the_engine_does(seed: int) -> None:
    w, _, _, _, policy = found(seed)
    assert agreement(w.scenario, policy, 0) >= 0.99


def test_a_policy_of_order_prices_stays_as_it_is() -> None:
    w, learned, _, _, policy = found(1)
    again = executable(policy, w, learned, {})
    assert again.rules == policy.rules
    assert np.isfinite(learned.price).all()
