"""Where claims are in each other's way, a decision is as good as trying everything out."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np
import pytest

from tests.decision.congested import (
    REPLICATIONS,
    SEED,
    SMALL,
    WORLDS,
    Fresh,
    best_of_grid,
    busy,
    by_product,
    cell_rules,
    cost_of,
    grid,
    kept_rules,
    random_world,
)
from tests.worlds import partner
from warrantysim.decision import local_search
from warrantysim.decision.asking import Experiments
from warrantysim.decision.cells import CellZone, zones_as_rules, zones_for
from warrantysim.decision.decide import decide
from warrantysim.decision.local_search import NOT_IDLE, Neighbours, Plan, applies, contested, improved
from warrantysim.decision.loop import SearchResult, search
from warrantysim.experiment.intervals import t_quantile
from warrantysim.journeys.model import model_of
from warrantysim.schema.policy import Policy
from warrantysim.schema.root import Scenario


@pytest.mark.slow
@pytest.mark.parametrize("name", sorted(WORLDS))
def test_a_decision_is_within_half_a_percent_of_the_best_of_all_combinations_on_fresh_luck(
    name: str, record_property: Callable[[str, object], None]
) -> None:
    scenario = WORLDS[name]()
    ours = decide(scenario, seed=SEED).optimum
    _, best, simulated = best_of_grid(scenario)
    assert simulated >= 81
    (saved,), (error,), (cost,) = Fresh.of(scenario, ours, ALONE).apart(ours, [best], FRESH)
    record_property("gap", f"{saved / cost:+.2%} +- {error / cost:.2%} against {cost:,.1f}, the best of {simulated}")
    assert saved <= 0.005 * cost, best.rules


FRESH = range(96)
"""Luck that neither side has seen."""
ALONE = 200
"""Years of it of which claims alone are known: a gap is then known to less than half a percent."""
FEWER = 24
"""How many of them a policy without one of the zones is simulated on."""


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(12))
def test_above_few_cells_a_decision_is_within_half_a_percent_of_trying_cell_by_cell_on_fresh_luck(
    seed: int, record_property: Callable[[str, object], None]
) -> None:
    scenario = random_world(seed)
    ours, theirs = decide(scenario, seed=SEED).optimum, kept_rules(scenario, seed)
    fresh = Fresh.of(scenario, ours, ALONE)
    (saved,), (error,), (cost,) = fresh.apart(ours, [theirs], FRESH)
    mean, half = saved / cost, t_quantile(0.9, len(FRESH)) * error / cost
    record_property("gap", f"{mean:+.2%}, known to {half:.2%}")
    assert mean <= 0.005
    assert half <= 0.005, "too little luck to tell"
    cells = [dict(rule.cell.stated()) for rule in ours.rules if rule.cell.stated()]
    fewer = [without_zone for cell in cells for without_zone in with_one_zone_less(scenario, ours, cell)]
    saves, errors, _ = fresh.apart(ours, fewer, FRESH[:FEWER])
    assert (saves <= t_quantile(0.95, FEWER) * errors).all(), "a zone whose removal would surely save"


def test_what_trying_cell_by_cell_ended_at_is_kept_for_every_world_and_still_one_of_its_rules() -> None:
    for seed in range(12):
        scenario = random_world(seed)
        every = [by_product(scenario, [zones] * len(scenario.sku_ids)).rules[0].zones for zones in cell_rules(scenario)]
        rules = [rule for rule in kept_rules(scenario, seed).rules if rule.cell.stated()]
        assert [rule.cell.sku for rule in rules] == list(scenario.sku_ids)
        assert all(rule.zones in every for rule in rules)


def with_one_zone_less(scenario: Scenario, policy: Policy, cell: dict[str, str | int]) -> list[Policy]:
    """The policy with one zone of a cell gone to its neighbour."""
    world = model_of(scenario)
    zones = zones_for(policy, world, cell)
    out = []
    for k in range(len(zones) if len(zones) > 1 else 0):
        rest = (*zones[:k], *zones[k + 1 :])
        rules = zones_as_rules(world, cell, (replace(rest[0], start=0.0), *rest[1:]))
        out.append(policy.replace(rules=(*rules, *(rule for rule in policy.rules if rule.cell.stated() != cell))))
    return out


def test_cells_without_a_scarce_bench_are_not_tried_but_their_zones_must_earn_their_place() -> None:
    landed = {name: 40.0 + 10 * k for k, name in enumerate("ABCDE")}
    easy = busy(landed, minutes=20, units=8, ways=())
    found = searched(easy)
    assert contested(found, NOT_IDLE) == []
    thin = improved(model_of(easy), Experiments(easy, SEED), REPLICATIONS, found)
    zones = [sum(len(rule.zones) for rule in each.best.policy.rules) for each in (found, thin)]
    assert zones[1] <= zones[0]


def test_cells_that_share_a_bench_half_of_which_is_used_are_tried_where_there_is_time_to_learn_them_alone() -> None:
    found = searched(random_world(11))
    used = np.mean([year.benches.minutes for year in found.years], axis=0) / found.years[0].benches.offered_minutes
    assert 0.4 < used.max() < 0.6
    could = replace(found, learned=replace(found.learned, replications=2 * found.learned.replications))
    assert contested(could) == []
    assert contested(could, NOT_IDLE) == [0, 1, 2, 3, 4]


def test_above_few_cells_those_that_share_the_short_bench_are_tried_and_a_change_is_proved_elsewhere(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(local_search, "LUCK", 24)
    landed = {name: 80.0 + 8 * k for k, name in enumerate("ABCDE")}
    short = partner(1, bench={"calendar": "office", "units_per_day": 4})
    limits = SMALL | {"neighbours": 60}
    scenario = busy(
        landed, minutes=800, units=6, ways=(), partners={"P": short}, decision=limits, horizon={"days": 180}
    )
    found = searched(scenario)
    asked = Experiments(scenario, SEED)
    world, one = model_of(scenario), REPLICATIONS[:1]
    assert contested(found)
    better = improved(world, asked, one, found)
    luck = Neighbours(world, asked, one, found)
    before, after = (luck.whole(luck.zones(each.best.policy)) for each in (found, better))
    assert better.best.name == "neighbours"
    assert after < before


def test_the_rule_of_a_cell_by_every_other_partner_is_among_those_that_are_tried_of_it() -> None:
    scenario = random_world(1).replace(decision=random_world(1).decision.replace(training_replications=1, iterations=1))
    it = Neighbours(model_of(scenario), Experiments(scenario, SEED), REPLICATIONS, searched(scenario))
    for partner_now, other in (("P", "Q"), ("Q", "P")):
        here = tuple((CellZone(0.0, "refund", ""), CellZone(50.0, "repair_local", partner_now)) for _ in it.start)
        wanted = (CellZone(0.0, "refund", ""), CellZone(50.0, "repair_local", other))
        assert all(wanted in [plan[c] for plan in it.options(here, c, 6)] for c in range(len(here)))
    assert all(len(it.options(it.start, 0, most)) <= most for most in (2, 12))


def raced(scenario: Scenario, costs: dict[int, tuple[float, float]], options: list[int]) -> tuple[Plan, float]:
    """What wins against 0, and how many were simulated for it, where each costs so much (on the luck that suggests, on
    that which proves) and a little more or less by the replication."""
    it = Neighbours(model_of(scenario), Experiments(scenario, SEED), REPLICATIONS, searched(scenario))
    it.budget, it.controlled, plans = 1e9, False, {k: ((CellZone(float(k), "refund", ""),),) for k in costs}

    def simulated(asked: Sequence[Plan], replications: range) -> list[np.ndarray]:
        by = [costs[int(plan[0][0].start)][int(replications[0] not in REPLICATIONS)] for plan in asked]
        return [cost + np.arange(len(replications)) % 3 for cost in by]

    it.simulated = simulated  # type: ignore[method-assign, assignment]
    return it.race(plans[0], [plans[k] for k in options]), it.spent


def test_a_race_is_won_by_what_saves_on_luck_that_did_not_suggest_it_and_losers_are_simulated_little() -> None:
    scenario = busy({"A": 70.0}, minutes=300, units=7, ways=())
    costs = {0: (100.0, 100.0), 1: (50.0, 101.0), 2: (90.0, 95.0)} | dict.fromkeys(range(3, 20), (200.0, 1.0))
    won, spent = raced(scenario, costs, list(range(1, 20)))
    assert won[0][0].start == 2.0
    whole = raced(scenario, costs, [1, 2])[1]
    assert spent == whole + 17, "what the first luck speaks against is simulated on that alone"
    assert raced(scenario, costs, [1])[0][0][0].start == 0.0


def test_without_the_luck_of_claims_alone_policies_are_told_apart_sooner_and_cost_the_same_in_the_mean() -> None:
    scenario = busy({"A": 70.0, "B": 50.0}, minutes=500, units=4, ways=())
    it = Neighbours(model_of(scenario), Experiments(scenario, SEED), REPLICATIONS, searched(scenario))
    it.proof = it.proof[:15]
    one, other = (
        tuple((CellZone(0.0, "refund", ""), CellZone(at, "repair_local", "P")) for at in cuts)
        for cuts in ((30.0, 40.0), (30.0, 55.0))
    )
    first, plans = len(REPLICATIONS), (one, other)
    a, b = (costs[first:] for costs in it.costs(plans, first + len(it.proof)))
    raw = [it.known[plan][first:] for plan in plans]
    assert [a.mean(), b.mean()] == pytest.approx([side.mean() for side in raw])
    assert np.std(a - b) < 0.7 * np.std(raw[0] - raw[1])


def test_two_policies_that_are_close_are_simulated_on_more_luck_until_it_tells() -> None:
    scenario = busy({"A": 70.0}, minutes=300, units=7, ways=())
    it = Neighbours(model_of(scenario), Experiments(scenario, SEED), REPLICATIONS, searched(scenario))
    here, close, clear = (((CellZone(float(k), "refund", ""),),) for k in range(3))
    it.controlled = False  # Costs are stated.

    def simulated(asked: Sequence[Plan], replications: range) -> list[np.ndarray]:
        luck = np.where(np.array(replications) % 2, 6.0, -6.0)
        apart = {here: 0.0 * luck, close: luck - 0.5, clear: luck - 30.0}
        return [1000.0 + apart[plan] for plan in asked]

    it.simulated = simulated  # type: ignore[method-assign, assignment]
    it.budget = 1e9
    for plan, more in ((clear, False), (close, True)):
        assert it.race(here, [plan]) == plan
        assert (len(it.known[plan]) > it.stages[-1]) == more


def searched(scenario: Scenario) -> SearchResult:
    """What the search finds before neighbours are tried."""
    asked = Experiments(scenario, SEED)
    return search(model_of(scenario), asked, range(100_000, 100_004), REPLICATIONS, lambda stage: None)


def test_neighbours_are_told_on_the_replications_that_choose_and_are_better_on_all_that_was_seen() -> None:
    half_a_year = {"days": 180}
    scenario = busy(
        {"A": 70.0}, minutes=900, units=7, ways=(), decision=SMALL | {"neighbours": 23}, horizon=half_a_year
    )
    decision = decide(scenario, seed=SEED)
    costs = {tried.name: tried.cost for tried in decision.tried}
    assert decision.tried[-1].name == "neighbours"
    assert cost_of(scenario, decision.optimum) == pytest.approx(costs["neighbours"])
    found, asked = searched(scenario), Experiments(scenario, SEED)
    luck = Neighbours(model_of(scenario), asked, REPLICATIONS, found)
    assert luck.whole(luck.zones(decision.optimum)) < min(luck.whole(luck.zones(t.policy)) for t in found.tried)
    zones = next(rule.zones for rule in decision.optimum.rules if rule.cell.stated())
    assert len(decision.table["flat"][0]) == len(zones) - 1


def test_a_limit_on_the_whole_keeps_the_programs_answer() -> None:
    limited = busy({"A": 70.0}, ways=(), decision=SMALL | {"max_mean_days": 60})
    assert not applies(model_of(limited))
    assert applies(model_of(busy({"A": 70.0}, ways=())))


def test_the_grid_holds_each_rule_once_and_every_rule_in_canonical_order() -> None:
    policies = grid(WORLDS["short_bench"]())
    keys = {tuple(policy.rules[:-1]) for policy in policies}
    assert len(keys) == len(policies) == 400
