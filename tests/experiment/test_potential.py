"""Potential outcomes are what the simulator does where nothing is scarce."""

from __future__ import annotations

from dataclasses import fields, replace
from typing import Any

import numpy as np
import pytest

from tests.experiment.tiny import SEED, plain, roomy, sold
from tests.worlds import floor, partner, policy_of
from warrantysim.experiment import potential
from warrantysim.experiment.arms import Forced
from warrantysim.experiment.births import births, in_scope
from warrantysim.experiment.outcomes import Arm, PotentialOutcomes, SimulatedYear
from warrantysim.experiment.potential import potential_outcomes
from warrantysim.experiment.replicate import priced_run
from warrantysim.experiment.simulate import run_replications
from warrantysim.journeys.records import Route
from warrantysim.journeys.solo import solo_run
from warrantysim.money.price import price
from warrantysim.schema.policy import Policy
from warrantysim.schema.root import Scenario

RULES = ("refund", "reship", "repair_local P", "return_china sea")


def outcomes(scenario: Scenario, rule: str = "refund", **options: Any) -> PotentialOutcomes:
    return potential_outcomes(scenario, 0, SEED, policy_of(rule), **options)


def simulated(scenario: Scenario, policy: Policy) -> SimulatedYear:
    ((year,),) = run_replications(scenario, [policy], range(1), SEED)
    return year


@pytest.mark.parametrize("rule", RULES[:3])
def test_an_arm_costs_each_claim_what_the_policy_of_that_arm_costs_it_simulated(rule: str) -> None:
    scenario = plain()
    found = outcomes(scenario, rule)
    year = simulated(scenario, policy_of(rule))
    arm = RULES.index(rule)
    np.testing.assert_array_equal(found.root, year.root)
    np.testing.assert_allclose(found.cash[:, arm], year.cash, rtol=1e-12)
    np.testing.assert_allclose(found.expected[:, arm], year.expected, rtol=1e-12)
    np.testing.assert_array_equal(found.days[:, arm], year.days)


BATCHES: dict[str, dict[str, Any]] = {
    "weekday": {"rule": "weekday", "weekdays": [0]},
    "age": {"rule": "age", "age_days": 9},
    "count": {"rule": "count", "count": 20},
    "weight": {"rule": "weight", "weight_kg": 30},
}


def sent_by(batches: str) -> Scenario:
    """A way to China whose batches leave by a rule."""
    return roomy(markets={"US": {"china": {"sea": {"consolidation": BATCHES[batches]}}}})


@pytest.mark.parametrize("batches", BATCHES)
def test_the_way_to_china_costs_the_same_but_for_the_bills_of_dispatches(batches: str) -> None:
    """Whatever sends a batch: a claim finds the one it left with where the incumbent goes that way."""
    scenario = sent_by(batches)
    found = outcomes(scenario, "return_china sea")
    year = simulated(scenario, policy_of("return_china sea"))
    np.testing.assert_array_equal(found.days[:, 3], year.days)
    np.testing.assert_allclose(found.expected[:, 3], year.expected, rtol=1e-12)
    assert (found.cash[:, 3] <= year.cash + 1e-9).all()
    assert found.cash[:, 3].sum() < 0.95 * year.cash.sum()


@pytest.mark.parametrize("batches", ["count", "weight"])
def test_where_nobody_goes_yet_a_batch_fills_as_if_half_of_the_claims_went(batches: str) -> None:
    scenario = sent_by(batches)
    days = {rule: outcomes(scenario, rule).days[:, 3].mean() for rule in ("refund", "return_china sea")}
    units = 20 if batches == "count" else 30
    every = units / (in_scope(births(scenario, SEED, 0), scenario).sum() / 365)
    assert days["refund"] - days["return_china sea"] == pytest.approx(every / 2, rel=0.35)


def test_a_mixed_policy_costs_each_claim_its_own_arm() -> None:
    scenario = roomy(terms_of={"refund_basis": "pro_rata"})
    rule = policy_of([(0, "refund"), (30, "reship"), (60, "repair_local P")])
    found = potential_outcomes(scenario, 0, SEED, rule)
    year = simulated(scenario, rule)
    arm = np.searchsorted([30.0, 60.0], found.value, side="right")
    assert len(np.unique(arm)) == 3
    np.testing.assert_allclose(found.cash[np.arange(len(arm)), arm], year.cash, rtol=1e-12)


def test_bench_work_and_freight_are_those_of_the_run() -> None:
    scenario = plain()
    for arm, rule in ((2, "repair_local P"), (3, "return_china sea")):
        found = outcomes(scenario, rule)
        run, _ = priced_run(scenario, policy_of(rule), births(scenario, SEED, 0), SEED, 0)
        r = run.records
        mine = found.bench.arm == arm
        assert found.bench.minutes[mine].sum() == pytest.approx(r.bench_minutes[r.in_scope].sum())
        shipped = (r.dispatch >= 0) & r.in_scope
        quantity = found.freight.quantity[found.freight.arm == arm]
        # A kilogram of six litres weighs a kilogram by volume too.
        assert quantity.sum() == pytest.approx(shipped.sum())
    assert (found.bench.fee[found.bench.bench == 1] == 0).all()


def test_contract_units_and_fees_follow_the_quote() -> None:
    found = outcomes(plain(), "repair_local P")
    mine = found.bench.arm == 2
    assert found.benches == ("P", "china")
    assert set(np.unique(found.bench.fee[mine])) == {0.0, 20.0}
    np.testing.assert_array_equal(found.bench.units[mine], found.bench.fee[mine] > 0)


def test_an_arm_that_is_not_possible_takes_the_outcome_of_its_fallback() -> None:
    scenario = roomy(sku_of={"battery": "standalone", "mfn_share": 0.0})
    found = outcomes(scenario, "repair_local P")
    china, reship = found.arms.index(Arm("return_china", "sea")), found.arms.index(Arm("reship"))
    assert not found.feasible[:, china].any()
    for name in ("cash", "expected", "refund", "days"):
        np.testing.assert_array_equal(getattr(found, name)[:, china], getattr(found, name)[:, reship])
    # Its descendants go to the partner under either.
    there, here = (np.sort(found.bench.minutes[found.bench.arm == arm]) for arm in (china, reship))
    assert len(there) > 0
    np.testing.assert_array_equal(there, here)


def test_a_claimant_who_insists_on_money_is_refunded_under_a_reship() -> None:
    insist = {"insist_money_early_share": 0.5, "insist_money_late_share": 0.5}
    found = outcomes(roomy(markets={"US": {"customer": insist}}))
    refused = found.routed & ~found.feasible[:, 1]
    assert 0.3 < refused.sum() / found.routed.sum() < 0.7
    np.testing.assert_array_equal(found.cash[refused, 1], found.cash[refused, 0])


def test_arms_tried_out_together_cost_what_they_cost_alone() -> None:
    scenario = roomy(
        markets={"US": {}, "DE": {}},
        sales=sold(30, "US", "DE"),
        partners={"P": partner(40), "Q": partner(40, serves=["DE"], desk={"repaired": {"flat": "31 USD"}})},
    )
    found = outcomes(scenario, "reship")
    forced = Forced.of(found.arms, scenario)
    claims = births(scenario, SEED, 0).take(found.root)
    for a in range(len(found.arms)):
        n = len(claims)
        said = np.full(n, forced.route[a]), np.full(n, forced.partner[a])
        run = solo_run(scenario, policy_of("reship"), claims, SEED, 0, said)
        ledger = price(run, scenario, shared=False)
        rows = ledger.in_scope & (ledger.kind != 1)
        alone = np.bincount(ledger.root[rows], ledger.reporting[rows], minlength=int(found.root.max()) + 1)
        np.testing.assert_allclose(found.cash[:, a], alone[found.root], rtol=1e-12, atol=1e-9)
    assert found.feasible[found.market == 1, found.arms.index(Arm("repair_local", "Q"))].all()
    assert not found.feasible[found.market == 0, found.arms.index(Arm("repair_local", "Q"))].any()


@pytest.mark.parametrize("effective", ["horizon", "2027-02-15"])
def test_what_cannot_be_done_is_what_the_rules_that_bind_the_claim_do_instead(effective: str) -> None:
    customer = {"insist_money_early_share": 0.3, "insist_money_late_share": 0.3, "label_unused_share": 0.3}
    scenario = roomy(
        markets={"US": {"customer": customer | {"consent_to_money_share": 0.4, "chooses_replacement_share": 0.4}}},
        legal_floors=[floor(chooser="customer", allowed="reship|repair_local|return_china")],
        sku_of={"battery": "standalone", "mfn_share": 0.0},
        policy=policy_of("refund", fallback=["refund"]),
    )
    policy = policy_of("repair_local P", fallback=["reship"], effective=effective)
    found = potential_outcomes(scenario, 0, SEED, policy)
    forced, claims = Forced.of(found.arms, scenario), births(scenario, SEED, 0).take(found.root)
    claims, n = replace(claims, root=np.arange(len(claims))), len(claims)
    for a in range(len(found.arms)):
        run = solo_run(scenario, policy, claims, SEED, 0, (np.full(n, forced.route[a]), np.full(n, forced.partner[a])))
        ledger = price(run, scenario, shared=False)
        for name, kinds in (("cash", ledger.kind != 1), ("expected", ledger.kind == 1)):
            rows = ledger.in_scope & kinds
            there = np.bincount(ledger.root[rows], ledger.reporting[rows], minlength=n)
            np.testing.assert_allclose(getattr(found, name)[:, a], there, rtol=1e-12, atol=1e-9)
        assert 0 < found.feasible[:, a].sum() < n or found.arms[a] == Arm("return_china", "sea")


def test_what_a_claim_comes_to_does_not_depend_on_what_else_is_tried_in_the_same_run(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    together = outcomes(roomy(20))
    monkeypatch.setattr(potential, "TOGETHER", 7)
    apart = outcomes(roomy(20))
    for name in ("cash", "expected", "days", "feasible", "filed", "pooled", "pool_asked"):
        np.testing.assert_array_equal(getattr(together, name), getattr(apart, name))
    minutes = [np.bincount(found.bench.arm, found.bench.minutes) for found in (together, apart)]
    np.testing.assert_allclose(*minutes, rtol=1e-12)


def test_no_more_claims_are_tried_at_once_than_memory_is_meant_for(monkeypatch: pytest.MonkeyPatch) -> None:
    tried, planned = list[int](), potential.planned

    def counted(claims: Any, *rest: Any, **options: Any) -> Any:
        tried.append(len(claims))
        return planned(claims, *rest, **options)

    monkeypatch.setattr(potential, "planned", counted)
    monkeypatch.setattr(potential, "TOGETHER", 50)
    assert len(outcomes(roomy(20))) > 50
    assert max(tried) <= 50


def test_what_repaired_units_cost_their_pools_is_the_same_planned_once_or_twice(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    service = {"repair_local": "advance_exchange", "return_china": "advance_exchange"}
    scenario = roomy(markets={"US": {"service": service}}, stock_of={"pool": True, "pool_start": 20})

    def pools() -> np.ndarray:
        stands = outcomes(scenario, "repair_local P").beside
        assert stands is not None
        return stands.pools

    once = pools()
    monkeypatch.setattr(potential, "PLANNED", 0)
    np.testing.assert_array_equal(pools(), once)
    monkeypatch.setattr(potential, "bounces_from_pools", lambda _: False)
    assert once.sum() > pools().sum()


def test_latent_claims_are_there_only_where_nothing_is_asked_back() -> None:
    scenario = roomy(births={"opportunistic": {"US": [{"from": "0 USD", "share": 0.3}]}})
    found = outcomes(scenario, "reship")
    latent = ~found.filed[:, 2]
    assert latent.any()
    assert found.filed[latent, :2].all()
    assert not found.filed[latent, 2:].any()
    assert (found.cash[latent, 2:] == 0).all()
    assert found.feasible[latent, 2:].all()


def test_claims_that_no_rule_is_asked_about_cost_the_same_under_every_arm() -> None:
    scenario = roomy(fault_shares={"user_fixable": 0.5, "repairable": 0.5}, sku_of={"guide_on": True})
    found = outcomes(scenario)
    assert 0 < found.routed.sum() < len(found)
    settled = found.cash[~found.routed]
    np.testing.assert_array_equal(settled, settled[:, :1].repeat(settled.shape[1], axis=1))
    assert not found.feasible[~found.routed].any()


def test_a_share_of_the_claims_has_the_outcomes_it_has_among_all() -> None:
    scenario = plain()
    whole, part = outcomes(scenario), outcomes(scenario, share=0.4)
    assert 0.3 < len(part) / len(whole) < 0.5
    rows = np.searchsorted(whole.root, part.root)
    for field in fields(PotentialOutcomes):
        column = getattr(part, field.name)
        if isinstance(column, np.ndarray):
            np.testing.assert_array_equal(column, getattr(whole, field.name)[rows])
    assert part.bench.minutes.sum() == whole.bench.minutes[np.isin(whole.bench.claim, rows)].sum()


@pytest.mark.parametrize("share", [0.0, -1.0, 1.5, float("nan")])
def test_a_share_outside_0_to_1_is_refused(share: float) -> None:
    with pytest.raises(ValueError, match="share"):
        outcomes(plain(), share=share)


def test_the_true_fault_opens_no_arm() -> None:
    found = outcomes(roomy(fault_shares={"repairable": 0.5, "unrepairable": 0.5}))
    assert found.feasible[:, 2].all()
    assert found.arms[2].rank == Route.REPAIR_LOCAL
