"""The ladder: a rule a market over all its products, and rules of their own only where these save their keep."""

from __future__ import annotations

from functools import cache

import pytest

from tests.decision.sellers import agreement, random_seller
from warrantysim.decision.asking import Experiments
from warrantysim.decision.executable import executable
from warrantysim.decision.forecast import forecast
from warrantysim.decision.ladder import KEYS, Ladder, ladder_of
from warrantysim.decision.loop import SearchResult, search
from warrantysim.journeys.model import Model, model_of
from warrantysim.schema.policy import Policy

TRAINING, FRESH = range(100_000, 100_002), range(200_000, 200_002)
MATERIALITY = 500.0
SEEDS = (1, 2)


@cache
def found(seed: int) -> tuple[Model, Experiments, SearchResult]:
    """A seller and what a search found for it."""
    s = random_seller(seed)
    s = s.replace(decision=s.decision.replace(training_replications=2, selection_replications=2, iterations=1))
    asked = Experiments(s, 1)
    return model_of(s), asked, search(model_of(s), asked, TRAINING, FRESH, lambda stage: None)


@cache
def made(seed: int, materiality: float = MATERIALITY) -> Ladder:
    """Its ladder."""
    return ladder_of(*found(seed), FRESH, materiality)


def cost(seed: int, policy: Policy) -> float:
    """What the program expects of a policy, a mean year."""
    world, _, it = found(seed)
    return forecast(world, it.learned, it.candidates.problem, policy)


@pytest.mark.parametrize("seed", SEEDS)
def test_every_market_has_one_rule_and_every_other_saves_its_keep_on_both_kinds_of_luck(seed: int) -> None:
    own = [step for step in made(seed).steps if len(step.cell) == 1]
    assert [step.cell["market"] for step in own] == ["US", "DE"]
    for step in made(seed).steps:
        if step not in own:
            assert min(step.saves, step.held) > MATERIALITY
            assert len(set(step.cell) & set(KEYS)) == 1


@pytest.mark.parametrize("seed", SEEDS)
def test_it_is_short_and_costs_at_most_what_its_missing_rules_are_worth(seed: int) -> None:
    world, _, it = found(seed)
    rules = executable(it.best.policy, world, it.learned, it.choice.prices if it.choice else {})
    assert made(seed).lines < sum(len(rule.zones) for rule in rules.rules)
    assert cost(seed, made(seed).policy) < cost(seed, rules) + MATERIALITY * len(it.learned.cells)
    assert cost(seed, made(seed).policy) < cost(seed, world.scenario.policy)


def test_nothing_has_a_rule_of_its_own_where_none_is_worth_it() -> None:
    assert made(1).exceptions
    coarse = made(1, 1e6)
    assert [dict(step.cell) for step in coarse.steps] == [{"market": "US"}, {"market": "DE"}]
    assert coarse.lines < made(1).lines
    assert cost(1, coarse.policy) > cost(1, made(1).policy)


@pytest.mark.parametrize("seed", SEEDS)
def test_the_ladder_can_be_followed_by_what_an_agent_sees(seed: int) -> None:
    world, _, _ = found(seed)
    assert agreement(world.scenario, made(seed).policy, 0) >= 0.99
