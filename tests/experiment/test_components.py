"""Years of several policies: what cannot differ between two of them is simulated once, and nobody can tell."""

from __future__ import annotations

import pickle
from functools import cache
from typing import Any

import numpy as np
import pytest

from tests.experiment.test_simulate import assert_same
from tests.experiment.tiny import FAULTS
from tests.worlds import partner, policy_of, usd, world
from warrantysim.experiment import components, planned
from warrantysim.experiment.births import births
from warrantysim.experiment.components import (
    COLUMNS,
    known_year,
    may_fall_apart,
    year_under,
    years,
    years_beside,
)
from warrantysim.experiment.outcomes import SimulatedYear, YearSums
from warrantysim.experiment.replicate import priced_run, replicate
from warrantysim.experiment.rules_by_cell import rules_of
from warrantysim.experiment.simulate import run_compared, run_replications
from warrantysim.experiment.year import simulated_year
from warrantysim.schema.policy import Policy
from warrantysim.schema.root import Scenario

SEED = 7
SKUS, MARKETS = ("A", "B", "C"), ("US", "DE", "UK")
ACTS = ("refund", "reship", "repair_local P", "repair_local Q", "repair_local R", "return_china sea")


@cache
def seller(**changes: Any) -> Scenario:
    """Three products in three markets. P has a short desk in two of them and sends on to Q, which works in the second
    alone; R repairs in the third. Customers give up, stock runs short, pools hand out repaired units."""
    short = {"calendar": "office", "units_per_day": 1.5, "waiting_places": 4, "overflow": "Q"}
    contract = {"onboarding": usd(300), "minimum_per_month": usd(90), "repaired": {"flat": usd(20)}}
    tiers = {"kind": "all_units", "basis": "month", "steps": [{"from_units": 3, "discount": 0.2}]}
    customer = {"label_unused_share": 0.2, "insist_money_early_share": 0.1, "insist_money_late_share": 0.1}
    stated: dict[str, Any] = {
        "partners": {
            "P": partner(1, ("US", "DE"), bench=short, desk=contract, bounce_share=0.3, bounce_days=60)
            | {"tiers": tiers},
            "Q": partner(1, ("DE",), bench={"calendar": "office"}, desk=contract, yield_share=0.8),
            "R": partner(1, ("UK",), test_only=True),
        },
        "sales": [
            {"sku": k, "market": m, "channel": "OWN", "units_per_month": units}
            for k, units in zip(SKUS, (16, 9, 12), strict=True)
            for m in MARKETS
        ],
        "terms_of": {"life_eta_days": 700.0},
        "china_bench": {"technicians": 1, "bounce_share": 0.2},
        "triage": {"nff_return_share": 0.3},
        "stock_of": {"pool": True, "pool_start": 3, "base_stock": 6, "lead_days": 30.0},
        "fault_shares": FAULTS,
    }
    return world(SKUS, {m: {"customer": customer} for m in MARKETS}, **stated | changes)


def policies(seed: int, count: int) -> list[Policy]:
    """Rules by cell and for markets; each policy differs from the one before in two of them."""
    draw = np.random.default_rng(seed)
    cells: list[dict[str, str]] = [{"sku": k, "market": m} for k in SKUS for m in MARKETS] + [{"market": "DE"}, {}]

    def zones() -> list[dict[str, Any]]:
        acts, cut = draw.choice(len(ACTS), 2, replace=False), draw.uniform(20, 120)
        stated = []
        for value, act in zip((0.0, cut), acts, strict=True):
            do, _, by = ACTS[act].partition(" ")
            stated.append({"from": usd(round(float(value), 2)), "do": do, "partner": by or None})
        return stated

    plain = [{"from": usd(0), "do": "refund"}]
    rules = [{"cell": cell, "zones": zones() if draw.random() < 0.4 else plain} for cell in cells]
    found = []
    for number in range(count):
        for at in draw.choice(len(rules), 2, replace=False):
            rules[at] = {"cell": cells[at], "zones": zones()}
        # Half of the cells leave it to the rules for more of them.
        stated = [rule for at, rule in enumerate(rules) if at % 2 or at >= len(rules) - 2]
        found.append(policy_of({"name": f"policy {number}", "rules": stated}))
    return found


def whole(scenario: Scenario, policy: Policy) -> SimulatedYear:
    """The year of one policy, all of it simulated."""
    claims = births(scenario, SEED, 0)
    return simulated_year(*priced_run(scenario, policy, claims, SEED, 0), scenario, 0)


def by_components(scenario: Scenario, policy: Policy) -> SimulatedYear:
    """The same from what is known of others."""
    return year_under(scenario, policy, births(scenario, SEED, 0), SEED, 0, known_year(scenario, SEED, 0))


def assert_equal(one: SimulatedYear, other: SimulatedYear) -> None:
    """Claims and benches to the last digit; sums of what belongs to no claim but for the order they are added in."""
    for name in COLUMNS:
        np.testing.assert_array_equal(getattr(one, name), getattr(other, name), err_msg=name)
    assert_same(one.benches, other.benches)
    assert one.unassigned == pytest.approx(other.unassigned, rel=1e-12, abs=1e-9)
    assert one.unassigned_parts == pytest.approx(other.unassigned_parts, rel=1e-12, abs=1e-9)


@pytest.mark.parametrize("seed", range(6))
def test_a_year_put_together_is_the_year_simulated(seed: int) -> None:
    scenario = seller()
    for policy in policies(seed, 4):
        assert_equal(by_components(scenario, policy), whole(scenario, policy))


def test_a_year_is_the_same_to_the_last_digit_whatever_was_simulated_before() -> None:
    one, other = seller(name="one"), seller(name="other")
    first = policies(3, 5)
    found = [by_components(one, policy) for policy in first]
    assert_same(found, [by_components(other, policy) for policy in reversed(first)][::-1])


def test_only_cells_that_change_and_those_they_share_with_are_simulated_again(monkeypatch: pytest.MonkeyPatch) -> None:
    scenario, simulated = seller(name="counted"), list[int]()
    run = components.simulate_run
    monkeypatch.setattr(
        components,
        "simulate_run",
        lambda s, p, claims, *a, **b: simulated.append(len(claims)) or run(s, p, claims, *a, **b),
    )
    every = len(births(scenario, SEED, 0))

    def by_cell(**acts: str) -> Policy:
        stated = [
            {"cell": {"sku": k, "market": m}, "zones": acts.get(f"{k}{m}", "refund")} for k in SKUS for m in MARKETS
        ]
        rules = [{**rule, "zones": policy_of(rule["zones"]).rules[0].zones} for rule in stated]
        return policy_of(
            {"name": "by cell", "rules": [*rules, {"cell": {}, "zones": policy_of("refund").rules[0].zones}]}
        )

    def claims(*cells: str) -> int:
        born = births(scenario, SEED, 0)
        names = [f"{SKUS[k]}{MARKETS[m]}" for k, m in zip(born.sku, born.market, strict=True)]
        return sum(name in cells for name in names)

    desk = {"AUS": "repair_local P", "BUS": "repair_local P"}
    for policy, expected in (
        (by_cell(**desk), every),
        (by_cell(**desk, CUK="reship"), claims("CUK")),  # It shares with nobody.
        (by_cell(AUS="reship", BUS="repair_local P"), claims("AUS", "BUS")),  # B is left alone at its desk.
        (by_cell(**desk, CDE="repair_local Q"), claims("AUS", "BUS", "CDE")),  # Q takes what P has no room for.
    ):
        simulated.clear()
        by_components(scenario, policy)
        assert simulated[-1:] == [expected]
    simulated.clear()
    by_components(scenario, by_cell(**desk, CUK="reship"))
    assert simulated == []


def test_rules_beside_those_summed_up_are_simulated_only_where_they_say_something_else(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    scenario, several = seller(name="beside"), policies(4, 5)
    claims, run = len(births(scenario, SEED, 0)), components.simulate_run
    full = replicate(scenario, several[:2], SEED, 0)
    simulated = list[int]()
    monkeypatch.setattr(
        components,
        "simulate_run",
        lambda s, p, claims, *a, **b: simulated.append(len(claims)) or run(s, p, claims, *a, **b),
    )
    summed_up, beside = years_beside(scenario, [*several, several[1]], SEED, 0, in_full=2, whole=range(6))
    assert_same(summed_up, full)
    for year, policy in zip(beside, [*several[2:], several[1]], strict=True):
        assert isinstance(year, SimulatedYear)
        assert_equal(year, whole(scenario, policy))
    assert 0 < sum(simulated) < 3 * claims


def test_only_claims_of_cells_that_change_are_planned_again(monkeypatch: pytest.MonkeyPatch) -> None:
    claims, plan = list[int](), planned.first_plans
    monkeypatch.setattr(
        planned,
        "first_plans",
        lambda s, p, born, *a: claims.append(len(born)) or plan(s, p, born, *a),
    )

    def desk(act: str) -> Policy:
        zones = [policy_of(one).rules[0].zones for one in ("repair_local P", act)]
        rules = [
            {"cell": cell, "zones": does} for cell, does in zip(({}, {"sku": "A", "market": "US"}), zones, strict=True)
        ]
        return policy_of({"name": act, "rules": rules})

    for most in (planned.PLANNED, 0):
        monkeypatch.setattr(planned, "PLANNED", most)
        scenario = seller(name=f"most-{most}")
        for act in ("repair_local P", "reship"):
            assert_equal(by_components(scenario, desk(act)), whole(scenario, desk(act)))
    born = births(scenario, SEED, 0)
    one, met = (int(mine.sum()) for mine in ((born.sku == 0) & (born.market == 0), born.market < 2))
    # P takes units of two markets, whose cells are all simulated again; plans that nobody keeps are of these alone.
    assert claims == [len(born), one, len(born), met]


def test_of_a_year_larger_than_what_is_kept_of_small_ones_all_is_still_known_to_the_next_policy(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(components, "BYTES", 1)
    scenario = seller(name="large")
    simulated = list[int]()
    run = components.simulate_run
    monkeypatch.setattr(
        components,
        "simulate_run",
        lambda s, p, claims, *a, **b: simulated.append(len(claims)) or run(s, p, claims, *a, **b),
    )
    first, second = policies(2, 9)[:2]
    for policy in (first, first, second, second):
        years(scenario, [policy], SEED, 0)
    assert len(simulated) <= 2
    assert_equal(years(scenario, [second], SEED, 0)[0], whole(scenario, second))


def test_of_policies_that_are_only_compared_no_more_comes_back_than_what_their_years_come_to() -> None:
    scenario, several = seller(name="compared"), policies(3, 5)[:3]
    full = run_replications(scenario, several, range(2), SEED)
    (first,), sums = run_compared(scenario, several, [1], range(2), SEED)
    for year, known in zip(first, full[1], strict=True):
        assert_equal(year, known)
    for side, years_of in zip(sums, (full[0], full[2]), strict=True):
        for found, year in zip(side, years_of, strict=True):
            assert (found.total, found.cash_total) == (year.total, year.cash_total)
            assert np.array_equal(found.benches.minutes, year.benches.minutes)
            assert len(pickle.dumps(found)) < 5_000
    _, beside = years_beside(scenario, several, SEED, 0, in_full=1, whole=[0, 1])
    assert beside[1].total == full[2][0].total
    assert isinstance(beside[0], SimulatedYear)
    assert isinstance(beside[1], YearSums)


def test_a_contract_nobody_uses_is_billed_by_whoever_signs_it() -> None:
    scenario = seller()
    rules = [{"from": usd(0), "do": "refund"}, {"from": usd(90_000), "do": "repair_local", "partner": "P"}]
    signed = policy_of({"name": "signed", "rules": [{"cell": {}, "zones": rules}]})
    plain = by_components(scenario, policy_of("refund"))
    assert_equal(by_components(scenario, signed), whole(scenario, signed))
    assert by_components(scenario, signed).unassigned > plain.unassigned + 300


def test_a_contract_named_only_by_a_rule_for_no_claim_is_billed_too() -> None:
    scenario = seller(name="named")
    rest = [{"from": usd(0), "do": "refund"}, {"from": usd(9), "do": "repair_local", "partner": "P"}]
    own = [{"cell": {"sku": k, "market": m}, "zones": rest[:1]} for k in SKUS for m in MARKETS]
    for zones in (rest[:1], rest):
        policy = policy_of({"name": "x", "rules": [*own, {"cell": {}, "zones": zones}]})
        assert_equal(by_components(scenario, policy), whole(scenario, policy))


def test_cells_are_not_told_apart_where_all_claims_wait_for_each_other() -> None:
    filled = {"consolidation": {"rule": "count", "count": 5}}
    waits = world(("A",), {"US": {"china": {"sea": filled}}})
    answered = world(triage={"agents": {"count": 1, "calendar": "office", "minutes": 5.0}})
    assert may_fall_apart(seller())
    assert not may_fall_apart(waits)
    assert not may_fall_apart(answered)


def test_a_rule_no_claim_of_a_cell_is_left_for_says_nothing_there() -> None:
    scenario = seller()
    own = {"cell": {"sku": "A", "market": "US"}, "zones": [{"from": usd(0), "do": "reship"}]}
    rest = [[{"from": usd(0), "do": act}] for act in ("refund", "reship")]
    one, other = (
        rules_of(policy_of({"name": "x", "rules": [own, {"cell": {}, "zones": zones}]}), scenario) for zones in rest
    )
    assert [a == b for a, b in zip(one.by_cell, other.by_cell, strict=True)] == [True] + [False] * 8


def test_years_of_a_decision_are_put_together_alike_in_any_order() -> None:
    scenario = seller(name="ordered")
    three = policies(5, 3)
    together = run_replications(scenario, three, range(2), SEED)
    alone = [run_replications(seller(name="again"), [policy], range(2), SEED)[0] for policy in three]
    assert_same(together, alone)


def test_years_of_one_replication_hold_equal_columns_once() -> None:
    refunded, replaced = years(seller(), [policy_of("refund"), policy_of("reship")], 7, 0)
    assert isinstance(refunded, SimulatedYear)
    assert isinstance(replaced, SimulatedYear)
    assert replaced.value is refunded.value
    assert replaced.cash is not refunded.cash
