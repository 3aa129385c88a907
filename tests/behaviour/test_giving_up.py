"""Customers who give up are no saving: making it likelier never lowers what a rule costs, whoever adds it up."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from tests.experiment.tiny import sold
from tests.journeys.test_alone import MANY, lucky, some
from tests.worlds import KINDS, claims_at, partner, policy_of, world
from warrantysim.experiment.births import births
from warrantysim.experiment.potential import potential_outcomes
from warrantysim.experiment.replicate import priced_run
from warrantysim.experiment.simulate import run_replications
from warrantysim.files.loading import load_scenario
from warrantysim.journeys.records import Closure, Route
from warrantysim.journeys.solo import solo_run
from warrantysim.money.categories import Category, Kind
from warrantysim.money.ledger import Ledger
from warrantysim.money.price import price
from warrantysim.schema.root import Scenario

RULES = ("refund", "reship", "repair_local P", "repair_local T", "return_china sea")
SHARES = (0.0, 0.15, 0.4)


def customers(s: Scenario, **changes: Any) -> Scenario:
    """Every market's customers otherwise."""
    markets = {m: v.replace(customer=v.customer.replace(**changes)) for m, v in s.markets.items()}
    return s.replace(markets=markets)


def evidence(s: Scenario, **changes: Any) -> Scenario:
    """A photo asked of every claimant, with other consequences."""
    levels = {name: level.replace(**changes) if name == "photo" else level for name, level in s.triage.evidence.items()}
    asked = s.policy.replace(evidence=({"from": "0 USD", "level": "photo"},))
    return s.replace(triage=s.triage.replace(evidence=levels), policy=asked)


def partial(s: Scenario, share: float) -> Scenario:
    """Some customers take part of the value where it is offered."""
    ladder = ("partial_refund", "reship", "refund")
    return s.replace(markets={m: v.replace(ladder=ladder, partial_uptake_share=share) for m, v in s.markets.items()})


def unused(s: Scenario, share: float) -> Scenario:
    return customers(s, label_unused_share=share)


WAYS: dict[str, Callable[[Scenario, float], Scenario]] = {
    "labels unused": unused,
    "evidence too much": lambda s, share: evidence(s, dropout_share=share),
    "denied wrongly": lambda s, share: evidence(s, false_denial_share=share),
    "settled for part": partial,
}
"""Ways to have more customers give up."""


def cost(s: Scenario, rule: Any, claims: Any, seed: int = 7, kind: Kind | None = None) -> float:
    """What all claims cost under a rule, simulated."""
    policy = policy_of(rule).replace(evidence=s.policy.evidence)
    return ledger_of(s, policy, claims, seed).total(kind=kind, in_scope=True)


def ledger_of(s: Scenario, policy: Any, claims: Any, seed: int = 7) -> Ledger:
    return priced_run(s, policy, claims, seed, 0)[1]


LUCKY = lucky("refund")
CLAIMS = some(LUCKY, 120)


AGAIN = 5e-3
"""A claim opened again may cost more than one that goes on at once, with its second journey to China in other company
and its further wait; giving up the second time too may cost less of that [share of cost]."""


@pytest.mark.parametrize("rule", RULES)
@pytest.mark.parametrize("way", WAYS)
def test_a_rule_never_costs_less_when_more_customers_give_up(rule: str, way: str) -> None:
    costs = [cost(WAYS[way](LUCKY, share), rule, CLAIMS) for share in SHARES]
    luck = AGAIN if rule.startswith("return_china") else 1e-12
    assert costs[0] <= costs[1] * (1 + luck)
    assert costs[1] <= costs[2] * (1 + luck)


LANES: dict[str, dict[str, Any]] = {
    "weekday": {"rule": "weekday", "weekdays": [0]},
    "age": {"rule": "age", "age_days": 7},
    "age since the last": {"rule": "age", "age_days": 7, "clock": "last_dispatch"},
    "count": {"rule": "count", "count": 10},
    "weight": {"rule": "weight", "weight_kg": 12},
    "hybrid": {"rule": "hybrid", "weight_kg": 20, "age_days": 14},
}
"""What sends a batch to China."""


@pytest.mark.parametrize(("lane", "apart"), [*((lane, 1.0) for lane in LANES), ("weekday", 12.0), ("age", 12.0)])
def test_dispatches_that_do_not_leave_for_want_of_customers_are_no_saving(lane: str, apart: float) -> None:
    """In each market by itself, which has its own dispatches with entries both ways; of claims far apart most leave
    for one unit alone. To the cent on weekdays: elsewhere some wait longer for want of others. Where the clock runs
    on from the last dispatch, the first customer of all sets the days of all that follow."""

    def at(share: float) -> np.ndarray:
        stated = {"customer": {"label_unused_share": share}, "china": {"sea": {"consolidation": LANES[lane]}}}
        s = world(markets={"US": stated, "DE": stated}, china_bench={"technicians": MANY})
        days = np.arange(0, 360, apart)
        claims = claims_at(s, days, market=np.arange(len(days)) % 2)
        ledger = ledger_of(s, policy_of("return_china"), claims)
        return np.bincount(ledger.market, ledger.reporting, 2)

    costs = [at(share) for share in (0.0, 0.15, 0.4, 0.7, 1.0)]
    luck = 1e-2 if lane == "age since the last" else 1e-9
    for fewer, more in zip(costs, costs[1:], strict=False):
        assert (fewer <= more * (1 + luck)).all()
    if lane == "weekday":
        np.testing.assert_allclose(costs[-1], costs[0], rtol=1e-9)


@pytest.mark.parametrize("ladder", [("refund",), ("reship", "refund")])
def test_units_that_do_not_join_a_swap_pool_for_want_of_customers_are_no_saving(ladder: tuple[str, ...]) -> None:
    """Nor is giving up charged new units where repaired ones would have been sent: to the cent, but for one unit."""

    def at(share: float) -> float:
        stated = {"customer": {"label_unused_share": share}, "ladder": ladder}
        partners = {"T": partner(MANY, test_only=True)}
        s = world(markets={"US": stated}, partners=partners, stock_of={"pool": True})
        claims = claims_at(s, np.arange(0, 360.0), fault="no_fault_found")
        return ledger_of(s, policy_of("repair_local T"), claims).total(in_scope=True)

    costs = [at(share) for share in (0.0, 0.15, 0.4, 0.7, 1.0)]
    assert all(fewer <= more * (1 + 1e-12) for fewer, more in zip(costs, costs[1:], strict=False))
    assert costs[-1] == pytest.approx(costs[0], abs=40.0 if "reship" in ladder else 1e-6)


@pytest.mark.parametrize("rule", ["repair_local P", "return_china"])
@pytest.mark.parametrize("way", ["labels unused", "evidence too much", "denied wrongly"])
def test_a_bench_relieved_by_customers_who_give_up_is_no_saving(rule: str, way: str) -> None:
    """Those who go on wait less at a bench that is short; that is charged, to the cent at a partner. In China what is
    still off are a few dispatches back, which are told without the queue."""
    s = world(
        partners={"P": partner(1, bench={"units_per_day": 0.95})},
        china_bench={"technicians": 1, "calendar": "short"},
        calendars={"short": {"start_hour": 9, "end_hour": 9.95}},
    )
    claims = claims_at(s, np.arange(0, 360.0))
    ledgers = []
    for share in (0.0, 0.05, 0.4, 1.0):
        w = WAYS[way](s, share)
        ledgers.append(ledger_of(w, policy_of(rule).replace(evidence=w.policy.evidence), claims))
    waits = [ledger.reporting[ledger.category == Category.WAITING].sum() for ledger in ledgers]
    assert waits[1] < 0.95 * waits[0]
    near = 1e-9 if rule == "repair_local P" else 1e-2
    np.testing.assert_allclose([ledger.total() for ledger in ledgers[1:]], ledgers[0].total(), rtol=near)


def expected(s: Scenario, rule: str, *categories: Category) -> float:
    """What lines of some categories come to for a claim a day."""
    claims = claims_at(s, np.arange(0, 360.0))
    ledger = ledger_of(s, policy_of(rule), claims)
    return float(ledger.reporting[np.isin(ledger.category, categories)].sum())


@pytest.mark.parametrize("again", [0.0, 0.4, 1.0])
@pytest.mark.parametrize("lag", [1.0, 60.0])
def test_customers_who_come_back_wait_no_more_than_those_who_never_do(again: float, lag: float) -> None:
    def upset(reopen: float) -> float:
        stated = {"label_unused_share": 0.4, "reopen_share": reopen, "reopen_lag_days": lag}
        s = world(markets={"US": {"customer": stated}}, partners={"P": partner(MANY)})
        return expected(s, "repair_local P", Category.WAITING, Category.REVIEW, Category.DISPUTE_SHADOW)

    assert 0 < upset(again) <= upset(0.0)


@pytest.mark.parametrize("ladder", [("partial_refund", "refund"), ("reship", "partial_refund", "refund")])
def test_a_part_of_the_money_taken_where_stock_is_out_saves_nothing(ladder: tuple[str, ...]) -> None:
    def at(uptake: float) -> float:
        stated = {"ladder": ladder, "partial_uptake_share": uptake, "partial_offer_share": 0.3, "stock_wait_days": 3}
        s = world(markets={"US": stated}, stock_of={"base_stock": 1, "lead_days": 10})
        return expected(s, "reship", *Category)

    costs = [at(uptake) for uptake in (0.0, 0.5, 1.0)]
    assert costs == sorted(costs)


def test_in_cash_giving_up_does_pay_and_a_switch_lets_it() -> None:
    pays = LUCKY.replace(experience=LUCKY.experience.replace(giving_up_pays=True))
    for s in (LUCKY, pays):
        costs = [cost(unused(s, share), "repair_local P", CLAIMS, kind=Kind.CASH) for share in SHARES]
        assert costs[0] > costs[1] > costs[2]
    whole = [cost(unused(pays, share), "repair_local P", CLAIMS) for share in SHARES]
    assert whole[0] > whole[1] > whole[2]
    ledger = ledger_of(unused(pays, 0.4), policy_of("repair_local P"), CLAIMS)
    assert Category.GIVEN_UP not in ledger.category


SHARE = st.floats(0, 0.5)


@settings(max_examples=12, phases=[Phase.explicit, Phase.generate])
@given(
    seed=st.integers(0, 2**31),
    rule=st.sampled_from([*RULES, [(0, "reship"), (90, "repair_local T"), (200, "return_china sea")]]),
    way=st.sampled_from(sorted(WAYS)),
    shares=st.tuples(SHARE, SHARE),
    reopen=st.floats(0, 1),
    advance=st.booleans(),
    restarts=st.booleans(),
    weighed=st.booleans(),
    patience=st.floats(1, 90),
)
def test_that_holds_in_random_tiny_worlds(
    seed: int,
    rule: Any,
    way: str,
    shares: tuple[float, float],
    reopen: float,
    advance: bool,
    restarts: bool,
    weighed: bool,
    patience: float,
) -> None:
    mode = "advance_exchange" if advance else "own_unit"
    reopen = 0.0 if "return_china" in str(rule) else reopen  # One dispatch more is much among so few claims.
    s = customers(LUCKY, reopen_share=reopen, patience_days=patience)
    changes: dict[str, Any] = {"service": {"repair_local": mode, "return_china": mode}}
    changes["renewal"] = {"replace": "restarts" if restarts else "non_renewing", "repair": "non_renewing"}
    s = s.replace(markets={m: v.replace(**changes) for m, v in s.markets.items()})
    if weighed:
        s = s.replace(recovery=s.recovery.replace(supplier_needs_unit=False))
    claims = some(s, 30, seed)
    few, many = (cost(WAYS[way](s, share), rule, claims, seed) for share in sorted(shares))
    assert few <= many * (1 + (AGAIN if reopen else 1e-9))


CALM = world(
    partners={"P": partner(MANY), "T": partner(MANY, test_only=True)},
    fault_shares=dict.fromkeys(KINDS, 1 / 6),
    china_bench={"technicians": MANY},
)


def alone(s: Scenario, rule: str, n: int = 60) -> tuple[Any, Ledger]:
    claims = claims_at(s, np.linspace(0, 300, n), price=np.linspace(20, 400, n))
    policy = policy_of(rule).replace(evidence=s.policy.evidence)
    run = solo_run(s, policy, claims, 3, 0)
    return run, price(run, s, policy, shared=False)


@pytest.mark.parametrize("rule", ["repair_local P", "repair_local T", "return_china sea"])
def test_a_lapsed_claim_costs_what_the_same_claim_costs_when_its_label_is_used(rule: str) -> None:
    """To the cent, but for the bills of dispatches; or its waiting, if that is more."""
    _, used = alone(CALM, rule)
    run, lapsed = alone(unused(CALM, 1.0), rule)
    assert (run.records.closure == Closure.LAPSED).all()
    went, gave = (ledger.grid(("root",), (60,))[:-1] for ledger in (used, lapsed))
    own = np.bincount(lapsed.root, lapsed.reporting * (lapsed.category != Category.GIVEN_UP), 60)
    np.testing.assert_allclose(gave, np.maximum(went, own), rtol=1e-12)


@pytest.mark.parametrize("rule", RULES[:4])
def test_the_program_charges_customers_who_give_up_what_the_ledger_does(rule: str) -> None:
    """Claim by claim and under every arm: those lost at first contact go by the arm they would have gone by."""
    s = partial(unused(evidence(sold_world(), dropout_share=0.15, false_denial_share=0.15), 0.3), 0.3)
    policy = policy_of(rule).replace(evidence=s.policy.evidence)
    found = potential_outcomes(s, 0, 7, policy)
    ((year,),) = run_replications(s, [policy], range(1), 7)
    arm = [str(a) for a in found.arms].index(rule)
    np.testing.assert_array_equal(found.root, year.root)
    np.testing.assert_allclose(found.expected[:, arm], year.expected, rtol=1e-9, atol=1e-9)
    np.testing.assert_allclose(found.cash[:, arm], year.cash, rtol=1e-9, atol=1e-9)
    lost = np.isin(year.route, (Route.DROPPED, Route.DENIED))
    assert found.routed[lost].any()
    assert found.feasible[found.routed & lost].any()


def sold_world() -> Scenario:
    """The lucky world where units are sold and fail."""
    return lucky("refund", sales=[*sold(5, "US", "DE"), *sold(5, "US", "DE", sku="B")])


BASE = Path(__file__).resolve().parents[2] / "scenarios" / "base.yaml"


@pytest.mark.slow
@pytest.mark.parametrize("way", ["labels unused", "evidence too much", "denied wrongly"])
@pytest.mark.parametrize("rule", ["today", "all-home"])
def test_the_reference_seller_never_pays_less_when_more_customers_give_up(rule: str, way: str) -> None:
    s = load_scenario(BASE, policy=BASE.parent / "policies" / f"{rule}.yaml")
    claims = births(s, s.plan.seed, 0)
    ledgers = [ledger_of(w, w.policy, claims, s.plan.seed) for w in (WAYS[way](s, x) for x in SHARES)]
    costs = [ledger.total(in_scope=True) for ledger in ledgers]
    assert costs[0] < costs[1] < costs[2]
    by_market = [ledger.grid(("market",), (len(s.market_ids),), in_scope=True)[:-1] for ledger in ledgers]
    for fewer, more in zip(by_market, by_market[1:], strict=False):
        assert (fewer <= more * (1 + AGAIN)).all()
