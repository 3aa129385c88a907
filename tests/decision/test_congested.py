"""Where claims are in each other's way, a decision is as good as trying everything out."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.decision.congested import SEED, SMALL, WORLDS, best_of_grid, busy, cost_of, grid
from warrantysim.decision.decide import decide
from warrantysim.decision.local_search import applies
from warrantysim.journeys.world import world_of


@pytest.mark.slow
@pytest.mark.parametrize("name", sorted(WORLDS))
def test_a_decision_is_within_half_a_percent_of_the_best_of_all_combinations(
    name: str, record_property: Callable[[str, object], None]
) -> None:
    scenario = WORLDS[name]()
    decision = decide(scenario, seed=SEED)
    best, policy, simulated = best_of_grid(scenario)
    assert simulated >= 81
    ours = cost_of(scenario, decision.optimum)
    record_property("gap", f"{ours:,.1f} against {best:,.1f}, the best of {simulated}: {ours / best - 1:+.2%}")
    assert ours <= best * 1.005, policy.rules


def test_neighbours_are_simulated_on_the_replications_that_choose_and_never_make_it_worse() -> None:
    scenario = busy({"A": 70.0}, minutes=900, units=7, ways=())
    decision = decide(scenario, seed=SEED)
    costs = {tried.name: tried.cost for tried in decision.tried}
    assert decision.tried[-1].name == "neighbours"
    assert costs["neighbours"] < min(cost for name, cost in costs.items() if name != "neighbours")
    assert cost_of(scenario, decision.optimum) == pytest.approx(costs["neighbours"])
    zones = next(rule.zones for rule in decision.optimum.rules if rule.cell.stated())
    assert len(decision.table["flat"][0]) == len(zones) - 1


def test_a_limit_on_the_whole_keeps_the_programs_answer() -> None:
    limited = busy({"A": 70.0}, ways=(), decision=SMALL | {"max_mean_days": 60})
    assert not applies(world_of(limited))
    assert applies(world_of(busy({"A": 70.0}, ways=())))


def test_the_grid_holds_each_rule_once_and_every_rule_in_canonical_order() -> None:
    policies = grid(WORLDS["short_bench"]())
    keys = {tuple(policy.rules[:-1]) for policy in policies}
    assert len(keys) == len(policies) == 400
