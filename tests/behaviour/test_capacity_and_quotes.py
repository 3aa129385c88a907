"""Whole scenarios built for one law: hours alone decide, quotes decide, or all money is another size."""

from __future__ import annotations

import re
from functools import cache
from itertools import product
from typing import Any

import numpy as np
import pytest

from tests.behaviour.test_decisions import SEED, SMALL, falling
from tests.experiment.tiny import roomy, sold
from tests.worlds import faults, merged, partner, policy_of, terms, world
from warrantysim.decision.asking import Experiments
from warrantysim.decision.choose import Undecided
from warrantysim.decision.decide import SELECTION, TRAINING, Decision, decide
from warrantysim.decision.training import build, learn
from warrantysim.experiment.bench_months import offered_minutes
from warrantysim.journeys.model import model_of
from warrantysim.schema.root import Scenario

NO_WAITING = {"waiting_share_per_day": 0.0, "review_share": 0.0, "dispute_probability": 0.0}
DEAR = {"list_price": 1000.0, "landed_cost": 900.0, "life_eta_days": 700.0}
"""A product so dear that nobody gives it away where it can be repaired."""
MINUTES = {"A": 900, "B": 600, "C": 1500, "D": 1200}
"""Bench work of each product [minutes]."""
FEES = {"P": (30, 50, 60, 45), "Q": (90, 40, 95, 70), "R": (60, 75, 70, 120)}
"""Fee of each product at each partner [USD]."""


def capacity_only(units: float) -> Scenario:
    """Claims of each product go to one partner: minutes and fees are fixed, hours are short, waiting costs nothing."""
    skus = tuple(MINUTES)
    desks = {
        name: partner(
            bench={"calendar": "office"},
            desk={"repaired": {"by_sku": {s: f"{fee} USD" for s, fee in zip(skus, fees, strict=True)}}},
            skus=skus,
        )
        for name, fees in FEES.items()
    }
    return world(
        skus,
        ways=(),
        partners=desks,
        sales=[row for s in skus for row in sold(units, sku=s)],
        faults=[row | {"bench_minutes": MINUTES[s]} for s in skus for row in faults(s)],
        sku_markets=[terms(s, **DEAR) for s in skus],
        experience=NO_WAITING,
        decision=SMALL | {"training_replications": 2, "simulate": False, "cell": ("sku",), "gap": 0.0},
    )


def by_hand(scenario: Scenario, *, hours: bool = True) -> tuple[float, tuple[str, ...]]:
    """Cheapest arm for each product by trying every combination; ``hours``: within the hours of every month."""
    experiments = Experiments(scenario, SEED)
    years = list(experiments.potential(range(TRAINING, TRAINING + 2), scenario.policy))
    arms, count = years[0].arms, len(scenario.skus)
    cost = np.zeros((count, len(arms)))
    work = np.zeros((count, len(arms), len(years[0].benches), years[0].months))
    for year in years:
        asked = year.routed
        np.add.at(cost, year.sku[asked], (year.cash + year.expected)[asked] / len(years))
        use = year.bench
        mine = asked[use.claim] & (use.month >= 0) & (use.month < year.months)
        place = year.sku[use.claim[mine]], use.arm[mine], use.bench[mine], use.month[mine]
        np.add.at(work, place, use.minutes[mine] / len(years))
    offered = offered_minutes(scenario)
    best, chosen = np.inf, None
    for plan in product(range(len(arms)), repeat=count):
        taken = sum(work[k, arm] for k, arm in enumerate(plan))
        total = float(cost[np.arange(count), plan].sum())
        if (not hours or (taken <= offered * (1 + 1e-9)).all()) and total < best:
            best, chosen = total, plan
    assert chosen is not None
    return best, tuple(arms[a].partner for a in chosen)


def partners_of(decision: Decision) -> tuple[str, ...]:
    """Partner of each product's only zone."""
    zones = [rule.zones for rule in decision.optimum.rules if rule.cell.stated()]
    assert all(len(each) == 1 for each in zones)
    return tuple(each[0].partner or "" for each in zones)


@pytest.mark.parametrize("units", [26, 32])
def test_hours_alone_are_a_generalized_assignment_solved_to_proven_optimality(units: float) -> None:
    scenario = capacity_only(units)
    decision = decide(scenario, seed=SEED)
    best, chosen = by_hand(scenario)
    assert chosen != by_hand(scenario, hours=False)[1], "hours must matter in this world"
    assert partners_of(decision) == chosen
    assert all(chosen)
    assert decision.solver.status == "optimal"
    assert decision.solver.gap == 0.0
    assert decision.solver.reproducible
    predicted = next(t.predicted for t in decision.tried if t.name == "free choice")
    assert predicted == pytest.approx(best, rel=1e-9)


def test_a_limit_that_nothing_can_keep_is_named_by_itself() -> None:
    with pytest.raises(Undecided, match="in conflict: days beyond the longest mean"):
        decide(falling(decision=SMALL | {"max_mean_days": 0.1}), seed=SEED)


def repaired(**changes: Any) -> Scenario:
    """One product everybody repairs; which partner is the only question."""
    stated: dict[str, Any] = {
        "ways": (),
        "terms_of": DEAR,
        "fault_shares": {"repairable": 1.0},
        "decision": SMALL | {"iterations": 1},
    }
    return roomy(30, **merged(stated, changes))


def at_fee(fee: float, **desk: Any) -> dict[str, Any]:
    return partner(40, bounce_share=0.0, desk={"repaired": {"flat": f"{fee} USD"}} | desk)


def simulated_cost(scenario: Scenario, rule: str) -> float:
    """Mean cost on the replications that choose."""
    years = range(SELECTION, SELECTION + SMALL["selection_replications"])
    return float(np.mean([y.total for y in Experiments(scenario, SEED).simulate([policy_of(rule)], years)[0]]))


@cache
def yearly_repairs() -> float:
    """Repairs a partner bills in a mean year: ten dollars more a unit cost ten times as much."""
    one, other = (simulated_cost(repaired(partners={"P": at_fee(fee)}), "repair_local P") for fee in (50, 60))
    return (other - one) / 10


@pytest.mark.parametrize(("kind", "chosen"), [("all_units", "T"), ("incremental", "P")])
def test_the_kind_of_tiers_decides_who_repairs(kind: str, chosen: str) -> None:
    # 10 % from about half of the year's units on: all of them at 45, or a mean of about 47.5, against 46.
    steps = [{"from_units": int(yearly_repairs() / 2), "discount": 0.1}]
    tiered = at_fee(50) | {"tiers": {"kind": kind, "basis": "year", "steps": steps}}
    decision = decide(repaired(partners={"T": tiered, "P": at_fee(46)}), seed=SEED)
    assert partners_of(decision) == (chosen,)


@pytest.mark.parametrize(("factor", "chosen"), [(0.995, "L"), (1.005, "P")])
def test_a_retainer_is_signed_exactly_below_the_price_at_which_it_pays(factor: float, chosen: str) -> None:
    def quotes(per_month: float) -> dict[str, Any]:
        retainer = {"per_month": f"{per_month} USD", "included_units": 0, "extra_unit": "14 USD"}
        return {"P": at_fee(58), "L": at_fee(14, retainer=retainer)}

    free, dear = (simulated_cost(repaired(partners=quotes(x)), "repair_local L") for x in (1, 1001))
    other = simulated_cost(repaired(partners=quotes(1)), "repair_local P")
    crossover = 1 + (other - free) / (dear - free) * 1000
    assert crossover > 100
    decision = decide(repaired(partners=quotes(round(crossover * factor, 2))), seed=SEED)
    assert partners_of(decision) == (chosen,)


def test_a_dominated_quote_changes_nothing() -> None:
    one = decide(falling(), seed=SEED)
    dearer = partner(40, bounce_share=0.3, bounce_days=60, desk={"repaired": {"flat": "27 USD"}})
    two = decide(falling(partners={"D": dearer}), seed=SEED)
    assert one.policy.rules == two.policy.rules
    assert two.saving.interval.mean == one.saving.interval.mean


MONEY = {
    "ex_works", "guide_cost_per_unit", "list_price", "landed_cost", "parts_cost", "price", "step_price", "rate",
    "export_entry", "import_entry", "informal_fee", "exam_fee", "minimum", "handling",
}  # fmt: skip
"""Money that tables state as plain numbers, in the currency of their row."""


def scaled(stated: Any, k: float, name: str = "") -> Any:
    """Everything stated in money times ``k``, whatever its currency."""
    if isinstance(stated, dict):
        return {key: scaled(value, k, str(key)) for key, value in stated.items()}
    if isinstance(stated, list | tuple):
        return tuple(scaled(value, k, name) for value in stated)
    if isinstance(stated, str) and (found := re.fullmatch(r"(-?[\d.]+) ([A-Z]{3})", stated)):
        return f"{float(found[1]) * k} {found[2]}"
    return stated * k if name in MONEY and isinstance(stated, float) else stated


def test_all_money_times_a_factor_is_the_same_decision_with_its_cut_points_times_it() -> None:
    scenario, k = falling(), 2.5
    larger = Scenario.model_validate(scaled(scenario.model_dump(by_alias=True), k))
    one, two = decide(scenario, seed=SEED), decide(larger, seed=SEED)
    assert two.cost_now == pytest.approx(k * one.cost_now, rel=1e-9)
    zones = [[z for rule in d.optimum.rules if rule.cell.stated() for z in rule.zones] for d in (one, two)]
    assert len(zones[0]) > 1
    assert [(z.do, z.partner) for z in zones[1]] == [(z.do, z.partner) for z in zones[0]]
    # Cut-points stand at the roundest number of a range in which costs are within 0.02 % of each other.
    assert [z.from_.value for z in zones[1]] == pytest.approx([k * z.from_.value for z in zones[0]], rel=0.03)
    at_best = [d.cost - float(d.free.interval.mean) for d in (one, two)]
    assert at_best[1] == pytest.approx(k * at_best[0], rel=1e-3)


def test_the_programs_problem_scales_with_money_to_the_last_digit() -> None:
    scenario, k = falling(), 2.5
    larger = Scenario.model_validate(scaled(scenario.model_dump(by_alias=True), k))
    problems = []
    for s in (scenario, larger):
        outcomes = list(Experiments(s, SEED).potential(range(TRAINING, TRAINING + 1), s.policy))
        here = model_of(s)
        problems.append(build(here, learn(here, outcomes, cash_only=False)))
    np.testing.assert_allclose(problems[1].problem.cost, k * problems[0].problem.cost, rtol=1e-9)
    np.testing.assert_allclose(problems[1].edges, k * problems[0].edges, rtol=1e-9)
