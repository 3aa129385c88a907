"""What the program says is what the simulation says, wherever claims do not meet; and money has no scale of its own."""

from __future__ import annotations

from itertools import combinations_with_replacement
from typing import Any

import numpy as np
import pytest

from tests.experiment.tiny import roomy
from tests.worlds import merged, partner, policy_of, terms
from warrantysim.decision.asking import Experiments
from warrantysim.decision.choose import Undecided, choose
from warrantysim.decision.decide import decide
from warrantysim.decision.forecast import forecast
from warrantysim.decision.policies import draw
from warrantysim.decision.problem import evaluate
from warrantysim.decision.training import Candidates, Learned, build, learn
from warrantysim.decision.zones import zones_from_plan
from warrantysim.journeys.model import model_of
from warrantysim.journeys.records import Route
from warrantysim.schema.policy import Policy
from warrantysim.schema.root import Scenario

SEED = 7
YEARS = range(100_000, 100_001)
SMALL = {
    "training_replications": len(YEARS),
    "selection_replications": 2,
    "confirm_replications": 2,
    "iterations": 3,
    "materiality": "1 USD",
    "bands": 6,
    "neighbours": 0,
}
ASKED = (Route.REFUND, Route.RESHIP, Route.REPAIR_LOCAL, Route.RETURN_CHINA)
"""Routes a rule decides."""


def falling(**changes: Any) -> Scenario:
    """Refunds fall with age, so that claim values spread; room for everyone."""
    stated: dict[str, Any] = {
        "sku_markets": [terms(refund_basis="pro_rata", life_eta_days=700.0)],
        "decision": SMALL,
        "horizon": {"first_day": "2027-01-01", "run_in_days": 0, "run_out_days": 0},
        "ways": (),
    }
    return roomy(60, **merged(stated, changes))


UNCONGESTED = {
    "a ladder": (falling(), [(0, "refund"), (30, "reship"), (50, "repair_local P")]),
    "everything repaired": (falling(), "repair_local P"),
    "a monthly minimum": (
        falling(partners={"P": partner(40, desk={"minimum_per_month": "400 USD"})}),
        [(0, "refund"), (35, "repair_local P")],
    ),
    "money back at first asking": (
        falling(markets={"US": {"customer": {"insist_money_late_share": 0.3}}}),
        [(0, "reship"), (45, "repair_local P")],
    ),
}


def asked_cost(scenario: Scenario, policy: Policy) -> float:
    """Simulated cost of a mean training year, less that of claims no rule was asked about."""
    years = Experiments(scenario, SEED).simulate([policy], YEARS)[0]
    return float(np.mean([y.total - (y.cash + y.expected)[~np.isin(y.route, ASKED)].sum() for y in years]))


@pytest.mark.parametrize("name", sorted(UNCONGESTED))
def test_the_programs_objective_is_the_simulated_cost_where_claims_do_not_meet(name: str) -> None:
    scenario, stated = UNCONGESTED[name]
    policy = policy_of(stated)
    world = model_of(scenario)
    learned = learn(world, Experiments(scenario, SEED).potential(YEARS, policy), cash_only=False)
    objective = forecast(world, learned, build(world, learned).problem, policy)
    assert objective == pytest.approx(asked_cost(scenario, policy), rel=1e-9)


@pytest.mark.parametrize("name", sorted(UNCONGESTED))
def test_what_the_program_says_of_its_own_choice_is_what_is_simulated(name: str) -> None:
    scenario, stated = UNCONGESTED[name]
    world, asked = model_of(scenario), Experiments(scenario, SEED)

    def posed(policy: Policy) -> tuple[Learned, Candidates]:
        learned = learn(world, asked.potential(YEARS, policy), cash_only=False)
        return learned, build(world, learned)

    learned, candidates = posed(policy_of(stated))
    plan = choose(candidates.problem, gap=0.0, node_limit=10_000, time_limit=None).plan
    chosen = zones_from_plan(candidates.edges[0][np.isfinite(candidates.edges[0])], plan[0])
    policy = policy_of([(start, str(learned.arms[arm])) for start, arm in zip(chosen.starts, chosen.arms, strict=True)])
    # Learned anew under its own choice, so that the claims that follow from a claim meet it too.
    assert evaluate(posed(policy)[1].problem, plan).objective == pytest.approx(asked_cost(scenario, policy), rel=1e-9)


def test_over_separate_claims_the_optimizer_is_the_lower_envelope_and_the_best_of_all_plans() -> None:
    scenario = falling()
    world = model_of(scenario)
    learned = learn(world, Experiments(scenario, SEED).potential(YEARS, scenario.policy), cash_only=False)
    candidates = build(world, learned)
    problem = candidates.problem
    cost = problem.cost[0]
    bands, arms = cost.shape
    order = np.argsort(problem.rank, kind="stable")
    plans = (
        np.repeat(order, np.diff([0, *cuts, bands]))
        for cuts in combinations_with_replacement(range(bands + 1), arms - 1)
    )
    best = min(float(cost[np.arange(bands), plan].sum()) for plan in plans)
    choice = choose(problem, gap=0.0, node_limit=10_000, time_limit=None)
    assert choice.evaluated.objective == pytest.approx(best, rel=1e-9)
    assert choice.solved.status == "optimal"
    drawn = draw(world, learned, candidates, choice.plan, choice.prices, "drawn")
    # Cut-points between the edges of bands only do better, but for rounding within a few ten-thousandths.
    assert forecast(world, learned, problem, drawn.policy) <= best * (1 + 3e-4)


def test_a_decision_in_another_money_is_the_same_decision() -> None:
    scenario = falling()
    first, second = decide(scenario, seed=SEED), decide(in_money_of(scenario, 0.4), seed=SEED)
    assert [r.model_dump() for r in first.policy.rules] == [r.model_dump() for r in second.policy.rules]
    assert float(second.saving.interval.mean) == pytest.approx(2.5 * float(first.saving.interval.mean), rel=1e-9)


def in_money_of(scenario: Scenario, usd_per_unit: float) -> Scenario:
    """The same world reported in another currency, of which each is worth so many dollars."""
    rows = (*scenario.fx, type(scenario.fx[0]).model_validate({"currency": "EUR", "usd_per_unit": usd_per_unit}))
    return scenario.replace(fx=rows, reporting_currency="EUR")


def test_limits_that_cannot_hold_together_are_named() -> None:
    scenario = falling(decision=SMALL | {"refund_budget": "1 USD", "max_mean_days": 0.6})
    with pytest.raises(Undecided, match=r"refunds|days"):
        decide(scenario, seed=SEED)
