"""What claims hand in for each other is in the program: a pooled unit saves a new one while somebody asks for it."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations_with_replacement, product
from typing import Any

import numpy as np
import pytest

from tests.experiment.tiny import roomy
from tests.worlds import partner, policy_of, terms
from warrantysim.decision.asking import Experiments
from warrantysim.decision.choose import choose, solve_large
from warrantysim.decision.forecast import forecast
from warrantysim.decision.problem import Load, Pool, ProgramData, evaluate
from warrantysim.decision.training import Learned, build, learn
from warrantysim.experiment.births import births
from warrantysim.experiment.replicate import priced_run
from warrantysim.journeys.model import model_of
from warrantysim.journeys.records import Closure, Fate
from warrantysim.schema.root import Scenario

SEED = 7
YEARS = range(100_000, 100_002)
RULE = [(0, "reship"), (50, "repair_local P")]


def desk_that_tests(**changes: Any) -> Scenario:
    """Units worth 50 dollars and more come back to a desk that only tests: sound ones join the pool."""
    stated: dict[str, Any] = {
        "ways": (),
        "fault_shares": {"no_fault_found": 0.4, "unrepairable": 0.6},
        "triage": {"nff_return_share": 0.0},
        "partners": {
            "P": partner(
                40, test_only=True, yield_share=0.0, bounce_share=0.0, desk={"repaired": None, "tested": "6 USD"}
            )
        },
        "stock": [{"sku": "A", "market": "US", "lead_days": 30, "pool": True}],
        "sku_markets": [terms(refund_basis="pro_rata", life_eta_days=700.0)],
        "horizon": {"first_day": "2027-01-01", "run_in_days": 0, "run_out_days": 0},
    }
    return roomy(120, **{**stated, **changes})


def learned_under(scenario: Scenario, rule: Any) -> Learned:
    outcomes = list(Experiments(scenario, SEED).potential(YEARS, policy_of(rule)))
    return learn(model_of(scenario), outcomes, cash_only=False)


def expected_and_simulated(scenario: Scenario, rule: Any) -> tuple[float, float, float]:
    """Cost by the program, the same were the pool worth nothing to others, and the simulated cost; a mean year."""
    policy, world = policy_of(rule), model_of(scenario)
    learned = learned_under(scenario, rule)
    learned.pools.credit_to(credit := np.zeros(learned.cost.shape))
    blind = replace(learned, cost=learned.cost - credit)
    costs = []
    for known, pools in ((learned, True), (blind, False)):
        problem = build(world, known).problem
        costs.append(forecast(world, known, problem if pools else replace(problem, pools=()), policy))
    years = Experiments(scenario, SEED).simulate([policy], YEARS)[0]
    return costs[0], costs[1], float(np.mean([year.total for year in years]))


def test_units_handed_in_and_asked_for_are_those_of_the_run() -> None:
    scenario, policy = desk_that_tests(), policy_of(RULE)
    (found,) = Experiments(scenario, SEED).potential(YEARS[:1], policy)
    r = priced_run(scenario, policy, births(scenario, SEED, YEARS[0]), SEED, YEARS[0])[0].records
    # Claims on units claimed for before the run-in belong to no root that a rule is asked about.
    r = r.take(np.flatnonzero(r.in_scope))
    arm = np.where(found.value >= 50, found.arms.index(("repair_local", "P")), 1)
    rows = np.arange(len(found))
    assert found.pooled[rows, arm].sum() == (r.fate == Fate.POOL).sum() > 20
    assert found.pool_asked[rows, arm].sum() == (r.closure == Closure.REPLACED).sum() > 100


def test_where_all_is_asked_for_the_program_expects_what_is_simulated() -> None:
    expected, blind, simulated = expected_and_simulated(desk_that_tests(), RULE)
    assert blind > 1.02 * simulated
    # Units still on their way when the year ends serve nobody in it.
    assert expected == pytest.approx(simulated, abs=0.1 * (blind - simulated))


def test_where_nobody_takes_repaired_units_the_program_does_not_count_on_them() -> None:
    refusing = desk_that_tests(stock_rules={"pool_refused_share": 1.0})
    expected, _, simulated = expected_and_simulated(refusing, RULE)
    pools = learned_under(refusing, RULE).pools
    lost = float(pools.loss[0] - pools.saved[0]) * float(pools.pooled.max(axis=1).sum()) / len(YEARS)
    assert lost > 500
    # Units still on their way when the year ends lie on no shelf yet.
    assert expected == pytest.approx(simulated, abs=0.1 * lost)


def test_units_that_fail_again_for_whoever_gets_them_save_less() -> None:
    """What bounces out of the pool cost: by the terms of a program that has seen no pooled unit, and as simulated."""

    def at(share: float) -> tuple[float, float]:
        repairs = partner(40, bounce_share=share, bounce_days=30)
        ahead = {"US": {"service": {"repair_local": "advance_exchange"}}}
        s = desk_that_tests(partners={"P": repairs}, markets=ahead, fault_shares={"repairable": 1.0})
        world, learned, policy = model_of(s), learned_under(s, "reship"), policy_of(RULE)
        years = Experiments(s, SEED).simulate([policy], YEARS)[0]
        expected = forecast(world, learned, build(world, learned).problem, policy)
        return expected, float(np.mean([year.total for year in years]))

    hold, fail = at(0.0), at(0.5)
    assert fail[1] > 1.2 * hold[1]
    assert fail[0] - hold[0] == pytest.approx(fail[1] - hold[1], rel=0.1)


def test_a_unit_saves_the_landed_cost_less_its_transfer_value() -> None:
    sold = [terms(life_eta_days=700.0, landed_cost=40.0, list_price=100.0)]
    pools = learned_under(desk_that_tests(sku_markets=sold), RULE).pools
    # Transfer: the lower of 0.8 x 40 and 0.3 x 100. Closing: the higher of half of 30 and 0.2 x 0.9 x 100.
    assert pools.names == ("A US",)
    assert pools.saved.tolist() == [pytest.approx(10.0)]
    assert pools.loss.tolist() == [pytest.approx(22.0)]


def shelf(seed: int, loss: float = 25.0) -> ProgramData:
    """Two cells of three bands on one pool: refunds and reships ask for units, repairs hand more in than they ask."""
    rng = np.random.default_rng(seed)
    cost = rng.uniform(20, 60, (2, 3, 3))
    cost[:, :, 2] -= 12.0
    net = np.stack([np.zeros((2, 3)), -rng.uniform(0, 2, (2, 3)), rng.uniform(0, 2, (2, 3))], axis=2)
    loads = {"pool A US": Load.table(np.array([1, 2]), net[:, :, 1:])}
    allowed = np.ones((2, 3), dtype=bool)
    return ProgramData(cost, np.array([0, 1, 2]), allowed, loads, pools=(Pool("pool of A US", "pool A US", loss),))


def best_by_hand(problem: ProgramData) -> float:
    cells, bands, arms = problem.shape
    cuts = combinations_with_replacement(range(bands + 1), arms - 1)
    plans = [np.repeat(np.arange(arms), np.diff([0, *cut, bands])) for cut in cuts]
    return min(evaluate(problem, np.stack(plan)).objective for plan in product(plans, repeat=cells))


@pytest.mark.parametrize("seed", range(6))
def test_a_pool_is_filled_no_further_than_it_pays(seed: int) -> None:
    problem = shelf(seed)
    best = best_by_hand(problem)
    choice = choose(problem, gap=0.0)
    assert choice.solved.status == "optimal"
    assert choice.evaluated.objective == pytest.approx(best, rel=1e-9)
    priced = solve_large(problem, gap=0.0)
    assert priced is not None
    assert priced.solved.bound <= best + 1e-6
    assert priced.evaluated.objective >= best - 1e-6


def test_without_room_in_the_pool_less_is_handed_in() -> None:
    handed = {loss: choose(shelf(1, loss), gap=0.0).evaluated.measures["pool A US"] for loss in (0.001, 25.0)}
    assert handed[25.0] < handed[0.001]


def test_a_pool_with_room_for_everything_is_decided_cell_by_cell() -> None:
    problem = shelf(0)
    net = np.zeros(problem.cost.shape)
    problem.loads["pool A US"].added(1.0, net)
    roomy_pool = {"pool A US": Load.table(np.array([1, 2]), net[:, :, 1:] - 5.0)}
    assert choose(replace(problem, loads=roomy_pool)).method == "alone"
