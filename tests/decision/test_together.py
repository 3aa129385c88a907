"""What claims do to each other, foretold from policies that were simulated."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest

from tests.decision.congested import REPLICATIONS, SEED, random_world
from warrantysim.decision.asking import Experiments
from warrantysim.decision.cells import CellZone, zones_as_rules
from warrantysim.decision.forecast import (
    ForecastByCell,
    arms_under,
    measures_under,
    separate_cost,
    shared_cost,
    signed_under,
)
from warrantysim.decision.local_search import Neighbours
from warrantysim.decision.loop import search
from warrantysim.decision.moves import Plan, Zones
from warrantysim.decision.together import YEARS, QueueFit, Seen, Together, explored
from warrantysim.journeys.model import model_of
from warrantysim.schema.policy import Rule


@pytest.fixture(scope="module")
def it() -> Neighbours:
    """Neighbours in a world of six cells that share a short bench with tiers and a minimum, with little luck."""
    scenario = random_world(1).replace(decision=random_world(1).decision.replace(training_replications=1, iterations=1))
    asked = Experiments(scenario, SEED)
    found = search(model_of(scenario), asked, range(100_000, 100_002), REPLICATIONS, lambda stage: None)
    it = Neighbours(model_of(scenario), asked, REPLICATIONS, found)
    it.proof = it.proof[: 2 * YEARS]
    return it


@pytest.fixture(scope="module")
def together(it: Neighbours) -> Together:
    """What it knows before anything was simulated."""
    offered = it.found.years[0].benches.offered_minutes.sum(axis=1) / 60
    return Together(it.luck, it.found.candidates.problem.blocks, offered)


def plan_of(partners: str, start: float = 50.0) -> Plan:
    """From one value on to a partner by cell, ``-`` for none."""
    refund = CellZone(0.0, "refund", "")
    return tuple((refund,) if by == "-" else (refund, CellZone(start, "repair_local", by)) for by in partners)


def test_contracts_bill_many_policies_at_once_what_the_program_says_of_each(it: Neighbours, together: Together) -> None:
    plans = [plan_of(*each) for each in (("PPPPPP",), ("QQQQQQ",), ("P-----", 70.0), ("PPPQQQ", 20.0), ("------",))]
    problem, learned = it.found.candidates.problem, it.luck.learned
    each = []
    for plan in plans:
        policy = it.policy(plan)
        measures = measures_under(learned, arms_under(it.model, learned, policy))
        each.append(shared_cost(problem, signed_under(it.model, problem, policy, measures), measures))
    bills = together.bills(together.whole(plans))
    assert bills == pytest.approx(each)
    assert bills[2] > bills[0] > bills[1] == bills[4] == 0.0


def test_a_forecast_that_changes_cell_by_cell_is_that_of_the_policy_written_anew(it: Neighbours) -> None:
    learned, problem, cells = it.luck.learned, it.found.candidates.problem, it.found.learned.cells

    def rules(c: int, plan: Plan) -> tuple[Rule, ...]:
        return zones_as_rules(it.model, dict(zip(it.model.scenario.decision.cell, cells[c], strict=True)), plan[c])

    def anew(plan: Plan) -> float:
        arm = arms_under(it.model, learned, it.policy(plan))
        measures = measures_under(learned, arm)
        signed = signed_under(it.model, problem, it.policy(plan), measures)
        return separate_cost(learned, arm) + shared_cost(problem, signed, measures)

    here = plan_of("PPPQ-Q", 20.0)
    by_cell = ForecastByCell(it.model, learned, problem, it.policy(here))
    assert by_cell.cost == pytest.approx(anew(here), rel=1e-12)
    for c, by in enumerate("--QPQP"):
        before, other = here, (*here[:c], plan_of(by, 40.0)[0], *here[c + 1 :])
        tried = by_cell.tried(cells[c], rules(c, before), rules(c, other))
        assert tried == pytest.approx(anew(other), rel=1e-12)
        assert abs(tried - by_cell.cost) > 1.0
        by_cell.take(cells[c], rules(c, before), rules(c, other))
        here = other
        assert by_cell.cost == pytest.approx(anew(here), rel=1e-12)
    # The last desk of a partner that no rule names is no longer signed, and costs nothing.
    assert by_cell.tried(cells[3], rules(3, here), rules(3, plan_of("------"))) == pytest.approx(
        anew(tuple(plan_of("-")[0] if c == 3 else zones for c, zones in enumerate(here))), rel=1e-12
    )


def test_a_bench_is_expected_to_keep_claims_waiting_more_than_in_proportion_to_its_work(together: Together) -> None:
    some, many, other = together.figures(together.whole([plan_of("PPP---"), plan_of("PPPPPP"), plan_of("QQQQQQ")]))
    at = slice(len(some) - 2 * len(together.offered), None)
    hours, waits = (np.stack([some, many, other])[:, at].reshape(3, 2, -1)[:, k, 0] for k in range(2))
    assert waits[1] / waits[0] > hours[1] / hours[0] > 1.0
    assert hours[2] == waits[2] == 0.0


def test_what_was_seen_is_foretold_and_less_sure_the_farther_a_policy_is_from_it() -> None:
    x = np.linspace(0.0, 1.0, 9)[:, None]
    seen = [Seen((), float(300 * a**2), 1.0, 12) for a in x[:, 0]]
    fit = QueueFit.to(x, seen)
    assert fit.foretold(x, 0.0) == pytest.approx([s.mean for s in seen], abs=3.0)
    assert fit.foretold(x[:-1] + 1 / 16, 0.0) == pytest.approx(300 * (x[:-1, 0] + 1 / 16) ** 2, abs=5.0)
    near, far = (fit.foretold(np.array([[at]]), 0.0) - fit.foretold(np.array([[at]]), 1.0) for at in (0.5, 3.0))
    assert far[0] > 10 * near[0] > 0.0


def test_the_best_is_found_though_few_policies_are_simulated(it: Neighbours, together: Together) -> None:
    asked: list[Plan] = []

    def true(plan: Plan) -> float:
        taken = together.whole([plan])
        waits = together.figures(taken)[0, -len(together.offered) :]
        return together.alone(plan) + float(together.bills(taken)[0] + 1.3 * waits.sum())

    def simulated(plans: Sequence[Plan], years: range) -> list[np.ndarray]:
        asked.extend(plans)
        first = it.luck.first
        noise = np.where(np.arange(len(years)) % 2, 20.0, -20.0)
        return [true(plan) + noise + it.luck.of(plan)[first + years.start : first + years.stop] for plan in plans]

    def rules(c: int, zones: Zones) -> list[Zones]:
        return [*it.menu(c), *it.changes(c, zones)]

    cells = range(len(it.start))
    starts = [plan_of("QQQQQQ"), plan_of("PPPPPP"), plan_of("------")]
    best = explored(together, starts, cells, rules, simulated, 40 * YEARS)[0]
    changed = [(*best[:c], zones, *best[c + 1 :]) for c in cells for zones in rules(c, best[c])]
    assert len(asked) <= 42
    assert true(best) < min(map(true, starts))
    assert true(best) < 1.002 * min(map(true, changed)), "no change of one cell would save more than is worth a step"
