"""The law binds every remedy: nothing a policy, a forced arm, a fallback or the program does ends beyond it."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.experiment.tiny import SEED, roomy, sold
from tests.worlds import claims_at, days, floor, partner, policy_of, world
from warrantysim.claims.columns import Claims, Origin
from warrantysim.claims.stream_ids import Purpose
from warrantysim.decision.manual_policy import possible_actions
from warrantysim.decision.training import build, learn
from warrantysim.experiment.births import births
from warrantysim.experiment.potential import potential_outcomes
from warrantysim.journeys.events import simulate_run
from warrantysim.journeys.legal import floors, replaced_anyway
from warrantysim.journeys.luck import Luck
from warrantysim.journeys.model import model_of
from warrantysim.journeys.records import Closure, Fallback, Records, Route, Source
from warrantysim.journeys.solo import solo_run
from warrantysim.schema.root import Scenario

ARMS = (("refund", -1), ("reship", -1), ("repair_local", 0), ("repair_local", 1), ("return_china", 0))
RULES = ("refund", "reship", "repair_local P", "repair_local T", "return_china sea")
FIRST = "reship|repair_local|return_china"
"""Repair or replacement first, as in the EU."""


def behaviour(**shares: Any) -> dict[str, Any]:
    """How claimants of the US behave."""
    return {"US": {"customer": shares}}


def lands(r: Records, s: Scenario, replication: int) -> None:
    """Every root claim that was routed went a way its floor allows; a refund pays what the floor asks for."""
    compiled, luck = model_of(s), Luck(SEED, replication)
    customer = s.markets["US"].customer
    rows = np.flatnonzero((r.rule >= 0) & (r.claims.generation == 0))
    claims = r.claims.take(rows)
    age = (claims.opened - claims.delivered) / 86400
    share = np.where(
        age < customer.insist_early_days, customer.insist_money_early_share, customer.insist_money_late_share
    )
    latent = claims.origin == Origin.OPPORTUNISTIC
    insists = (luck.of(claims, Purpose.INSIST_MONEY) < share) & ~latent
    consents = luck.of(claims, Purpose.CONSENT_TO_MONEY) < customer.consent_to_money_share.steps[-1].value
    new = luck.of(claims, Purpose.REMEDY_CHOICE) < customer.chooses_replacement_share.steps[-1].value
    route, paid = r.route[rows], r.refund_share[rows] * r.value[rows] / claims.price_net
    assert (route[insists] == Route.REFUND).all()
    waits = ((route == Route.REPAIR_LOCAL) | (route == Route.RETURN_CHINA)) & ~replaced_anyway(
        compiled, claims, route, r.partner[rows]
    )
    for each, here in floors(compiled, claims):
        row = each.row
        assert (each.accepts[route] | (route == Route.REFUND))[here].all()
        if row.chooser == "customer" or "refund" not in row.dispositions:
            assert (insists | consents | latent | (row.max_repairs == 0))[here & (route == Route.REFUND)].all()
        if row.chooser == "customer":
            assert not (new & ~latent & waits & here).any()
        if row.max_repairs == 0:
            assert not (waits & here).any()
        refunded = here & (r.closure[rows] == Closure.REFUNDED)
        if row.deduction == "none":
            np.testing.assert_allclose(paid[refunded], 1.0)
        elif row.deduction == "use":
            assert (paid[refunded] >= 1.0 - age[refunded] / row.use_life_days - 1e-9).all()


LAWS = st.fixed_dictionaries(
    {
        "allowed": st.sampled_from([FIRST, "refund|" + FIRST, "reship", "refund|reship", "reship|repair_local"]),
        "chooser": st.sampled_from(["seller", "customer"]),
        "deduction": st.sampled_from(["none", "terms"]),
        "max_days": st.sampled_from([None, 5, 60]),
        "max_repairs": st.sampled_from([None, 0, 1]),
        "refurbished": st.sampled_from(["yes", "no", "consent"]),
        "inform_days": st.sampled_from([0, 2]),
        "share": st.sampled_from([1.0, 0.5]),
    }
)
SHARES = st.sampled_from([0.0, 0.3, 1.0])


def seller(early: dict[str, Any], late: dict[str, Any], shares: tuple[float, ...], **changes: Any) -> Scenario:
    """Two floors, young and old; a partner that repairs, one that only tests, a way to China."""
    named = (
        "insist_money_late_share",
        "consent_to_money_share",
        "chooses_replacement_share",
        "refurbished_consent_share",
    )
    law = [
        floor(age_to_days=100, **{k: v for k, v in early.items() if v is not None}),
        floor(
            age_from_days=100,
            use_life_days=900,
            **{k: v for k, v in late.items() if v is not None} | {"deduction": "use"},
        ),
    ]
    stated: dict[str, Any] = {
        "partners": {"P": partner(3, bounce_share=0.3, bounce_days=60), "T": partner(3, test_only=True)},
        "markets": {
            "US": {"customer": dict(zip(named, shares, strict=True)), "ladder": ["partial_refund", "reship", "refund"]}
        },
        "terms_of": {"refund_basis": "pro_rata"},
        "stock_of": {"pool": True, "pool_start": 3, "base_stock": 4, "lead_days": 9},
        "fault_shares": {"repairable": 0.6, "unrepairable": 0.4},
        "legal_floors": law,
    }
    return world(**(stated | changes))


@given(LAWS, LAWS, st.tuples(SHARES, SHARES, SHARES, SHARES), st.sampled_from(RULES), st.sampled_from(ARMS))
@settings(max_examples=40)
def test_no_claim_ends_on_a_way_its_floor_does_not_allow(
    early: dict[str, Any], late: dict[str, Any], shares: tuple[float, ...], rule: str, arm: tuple[str, int]
) -> None:
    s = seller(early, late, shares)
    claims = claims_at(s, np.linspace(5, 60, 24), age=np.linspace(3, 300, 24), price=80.0)
    forced = (np.full(24, int(Route[arm[0].upper()]), dtype=np.int8), np.full(24, arm[1], dtype=np.int16))
    order = {"fallback": ("return_china",)} if arm[1] else {}
    policy = policy_of(rule, **order)
    lands(simulate_run(s, policy, claims, SEED, 0).records, s, 0)
    lands(solo_run(s, policy, claims, SEED, 0, forced).records, s, 0)


@given(LAWS, LAWS, st.tuples(SHARES, SHARES, SHARES, SHARES), st.sampled_from(RULES))
@settings(max_examples=8)
def test_what_the_law_takes_away_is_feasible_for_nobody_and_outcomes_are_those_of_the_run(
    early: dict[str, Any], late: dict[str, Any], shares: tuple[float, ...], rule: str
) -> None:
    plenty = {"stock_of": {"pool": False}, "sales": sold(8), "fault_shares": {"repairable": 1.0}}
    lives = {"terms_of": {"refund_basis": "pro_rata", "life_eta_days": 400.0}}
    odd = {"births": {"opportunistic": {"US": [{"from": "0 USD", "share": 0.2}]}}}
    s = seller(early, late, shares, **plenty, **lives, **odd)
    found = potential_outcomes(s, 0, SEED, policy_of(rule))
    claims = births(s, SEED, 0).take(found.root)
    for a, arm in enumerate(found.arms):
        route = np.full(len(claims), int(Route[arm.disposition.upper()]), dtype=np.int8)
        ids = s.partner_ids if arm.disposition == "repair_local" else s.way_ids
        by = np.full(len(claims), ids.index(arm.partner) if arm.partner else -1, dtype=np.int16)
        r = solo_run(s, policy_of(rule), claims, SEED, 0, (route, by)).records
        lands(r, s, 0)
        first = np.flatnonzero((r.claims.generation == 0) & (r.rule >= 0))
        place = np.searchsorted(found.root, r.claims.root[first])
        done = (r.route[first] == route[0]) & (r.partner[first] == by[0])
        np.testing.assert_array_equal(found.feasible[place, a], done)


def refund_limits(consent: float) -> Records:
    s = world(policy="refund", markets=behaviour(consent_to_money_share=consent), legal_floors=[floor(allowed=FIRST)])
    return solo_run(s, s.policy, claims_at(s, np.arange(40.0)), 1, 0).records


def test_nobody_is_refunded_where_nobody_consents_and_all_are_where_all_do() -> None:
    assert (refund_limits(0.0).route == Route.RESHIP).all()
    assert (refund_limits(0.0).fallback == Fallback.LEGAL).all()
    assert (refund_limits(1.0).route == Route.REFUND).all()
    some = refund_limits(0.5).route == Route.REFUND
    assert 0.2 < some.mean() < 0.8
    assert (some <= (refund_limits(0.7).route == Route.REFUND)).all()


def test_the_share_that_consents_is_read_on_the_day_of_the_claim() -> None:
    steps = [{"from": "2027-01-14", "value": 1.0}]
    s = world(policy="refund", markets=behaviour(consent_to_money_share=steps), legal_floors=[floor(allowed=FIRST)])
    r = solo_run(s, s.policy, claims_at(s, [9.9, 10.0], units=range(2)), 1, 0).records
    assert r.route.tolist() == [Route.RESHIP, Route.REFUND]


def test_money_is_all_that_is_left_where_nothing_the_law_allows_is_possible() -> None:
    s = world(
        policy="refund",
        ways=("sea",),
        sku_of={"battery": "standalone"},
        partners={"P": partner(1, skus=["A"], valid_to="2027-01-10")},
        legal_floors=[floor(allowed="repair_local|return_china")],
    )
    r = solo_run(s, s.policy, claims_at(s, [2.0, 20.0], units=range(2)), 1, 0).records
    assert r.route.tolist() == [Route.REPAIR_LOCAL, Route.REFUND]


@pytest.mark.parametrize(
    ("stated", "expected"),
    [
        ({"deduction": "none"}, [100.0, 100.0]),
        ({"deduction": "use", "use_life_days": 1000}, [90.0, 70.0]),
        ({"deduction": "terms", "min_refund_share": 0.3}, [72.6, 30.0]),
    ],
)
def test_a_refund_is_the_full_price_unless_the_law_lets_something_be_taken_off(
    stated: dict[str, Any], expected: list[float]
) -> None:
    s = world(policy="refund", terms_of={"refund_basis": "pro_rata"}, legal_floors=[floor(**stated)])
    r = solo_run(s, s.policy, claims_at(s, [10.0, 20.0], age=[100.0, 300.0]), 1, 0).records
    np.testing.assert_allclose(r.value * r.refund_share, expected, atol=0.01)


def test_a_ladder_offers_no_part_of_the_price_where_the_law_sets_the_sum() -> None:
    for deduction, share in (("none", 1.0), ("terms", 0.4)):
        s = world(
            policy="repair_local P",
            partners={"P": partner(1)},
            markets={"US": {"ladder": ["partial_refund", "refund"], "partial_uptake_share": 1.0}},
            legal_floors=[floor(deduction=deduction)],
        )
        for run in (simulate_run, solo_run):
            r = run(s, s.policy, claims_at(s, 10.0, fault="unrepairable"), 1, 0).records
            assert r.refund_share.tolist() == [share]


def test_who_may_choose_and_wants_a_new_unit_is_not_made_to_wait_for_his_own() -> None:
    law = [floor(chooser="customer", allowed=FIRST)]
    hubs = {"P": partner(1), "T": partner(1, test_only=True)}
    for share, own in ((0.0, Route.REPAIR_LOCAL), (1.0, Route.RESHIP)):
        s = world(partners=hubs, markets=behaviour(chooses_replacement_share=share), legal_floors=law)
        for rule, to in (("repair_local P", own), ("repair_local T", Route.REPAIR_LOCAL)):
            r = solo_run(s, policy_of(rule), claims_at(s, 10.0), 1, 0).records
            assert r.route.tolist() == [to]
    by_seller = s.replace(legal_floors=(s.legal_floors[0].replace(chooser="seller"),))
    assert (
        solo_run(by_seller, policy_of("repair_local P"), claims_at(s, 10.0), 1, 0).records.route == Route.REPAIR_LOCAL
    )


def test_a_row_dated_by_sale_binds_by_the_day_of_sale_and_one_dated_by_claim_by_that_of_the_claim() -> None:
    def routes(**date: str) -> list[int]:
        s = world(policy="refund", legal_floors=[floor(), floor(allowed="reship", **date)])
        claims = claims_at(s, [20.0, 20.0, 30.0], age=[5.0, 15.0, 15.0], units=range(3))
        return [int(x) for x in solo_run(s, s.policy, claims, 1, 0).records.route]

    # Sold on days 15, 5 and 15; opened on days 20, 20 and 30.
    assert routes(sold_from="2027-01-14") == [Route.RESHIP, Route.REFUND, Route.RESHIP]
    assert routes(**{"from": "2027-01-29"}) == [Route.REFUND, Route.REFUND, Route.RESHIP]


def test_a_repair_prolongs_liability_by_law_for_what_was_sold_since() -> None:
    s = world(
        policy="repair_local P",
        partners={"P": partner(1)},
        terms_of={"warranty_days": 30, "life_eta_days": 60.0, "life_beta": 8.0},
        legal_floors=[floor(), floor(repair_extends_days=365, sold_from="2027-01-14")],
    )
    claims = claims_at(s, np.full(40, 15.0), age=np.repeat([5.0, 15.0], 20), units=range(40))
    r = simulate_run(s, s.policy, claims, 1, 0).records
    again = r.claims.unit[r.claims.generation == 1]
    assert len(again) == 20
    assert (again < 20).all() or (again >= 20).all()
    later = r.claims.generation == 1
    assert (days(r.claims.sold[later]) == 10.0).all()
    assert set(np.round(days(r.claims.warranty_end[later] - r.claims.delivered[later]))) == {395.0}


def test_the_customer_is_told_of_the_choice_before_any_remedy() -> None:
    s = world(policy="reship", legal_floors=[floor(age_to_days=50, inform_days=2)])
    r = solo_run(s, s.policy, claims_at(s, [10.0, 20.0], age=[40.0, 60.0]), 1, 0).records
    assert days(r.routed - r.answered).tolist() == [2.0, 0.0]


def test_a_repaired_unit_replaces_only_at_request_where_the_law_wants_that_alike_in_run_and_program() -> None:
    for share in (0.0, 0.5, 1.0):
        s = roomy(
            markets=behaviour(refurbished_consent_share=share),
            stock_of={"pool": True, "pool_start": 1000},
            legal_floors=[floor(refurbished="consent")],
        )
        claims = births(s, SEED, 0)
        r = simulate_run(s, policy_of("reship"), claims, SEED, 0).records
        rows = np.flatnonzero((r.closure == Closure.REPLACED) & r.in_scope)
        from_pool = r.source[rows] == Source.POOL
        assert abs(from_pool.mean() - share) < 0.1
        found = potential_outcomes(s, 0, SEED, policy_of("reship"))
        assert found.pool_asked[:, 1].sum() == from_pool.sum()


def test_a_region_has_its_own_law_for_its_share_of_sales_and_a_unit_stays_where_it_was_sold() -> None:
    law = [floor(), floor(allowed="reship", region="CA", share=0.3)]
    s = world(policy="refund", legal_floors=law)
    claims = claims_at(s, np.linspace(0, 100, 2000))
    r = solo_run(s, s.policy, claims, 1, 0).records
    assert abs((r.route == Route.RESHIP).mean() - 0.3) < 0.04
    other = solo_run(s, s.policy, claims, 9, 5).records
    np.testing.assert_array_equal(r.route, other.route)


def test_a_row_about_other_goods_binds_nothing() -> None:
    s = world(policy="refund", legal_floors=[floor(allowed="repair_local|reship", categories="phone|tablet")])
    assert solo_run(s, s.policy, claims_at(s, 10.0), 1, 0).records.route == Route.REFUND
    mine = world(policy="refund", legal_floors=[floor(allowed="reship", categories="phone|things")])
    assert solo_run(mine, mine.policy, claims_at(mine, 10.0), 1, 0).records.route == Route.RESHIP


def test_who_insists_gets_money_before_every_remedy_and_the_same_share_again_after_a_repair_that_failed() -> None:
    hubs = {"P": partner(1), "T": partner(1, test_only=True)}
    s = world(partners=hubs, markets=behaviour(insist_money_late_share=0.4))
    for rule in RULES[1:]:
        r = solo_run(s, policy_of(rule), claims_at(s, np.linspace(0, 200, 500)), 1, 0).records
        assert abs((r.fallback == Fallback.INSISTS).mean() - 0.4) < 0.07
    for run in (simulate_run, solo_run):
        r = run(
            s, policy_of("repair_local P"), claims_at(s, np.linspace(0, 200, 500), fault="unrepairable"), 1, 0
        ).records
        failed = r.route == Route.REPAIR_LOCAL
        assert abs((r.closure[failed] == Closure.REFUNDED).mean() - 0.4) < 0.09
        # A unit that is only tested was never to be repaired: its swap was the promise.
        r = run(
            s, policy_of("repair_local T"), claims_at(s, np.linspace(0, 200, 200), fault="unrepairable"), 1, 0
        ).records
        assert (r.closure[r.route == Route.REPAIR_LOCAL] == Closure.REPLACED).all()


def test_the_law_changed_on_a_day_changes_nothing_before_it() -> None:
    before = roomy(policy="refund", legal_floors=[floor()])
    late = floor(allowed=FIRST, refurbished="no", inform_days=1, **{"from": "2027-07-01"})
    after = before.replace(legal_floors=(*before.legal_floors, late))
    one, two = (simulate_run(s, s.policy, births(before, SEED, 0), SEED, 0).records for s in (before, after))
    day = (np.datetime64("2027-07-01") - np.datetime64("2027-01-04")).astype(int)

    def early(r: Records) -> tuple[Claims, dict[str, np.ndarray]]:
        rows = np.flatnonzero((days(r.claims.opened) < day) & (r.claims.generation == 0))
        mine = r.take(rows)
        return mine.claims, {name: getattr(mine, name) for name in ("route", "closure", "routed", "resolved")}

    (claims, old), (same, new) = early(one), early(two)
    assert len(claims) > 50
    np.testing.assert_array_equal(claims.unit, same.unit)
    for name, column in old.items():
        np.testing.assert_array_equal(column, new[name])
    changed = (days(two.claims.opened) >= day) & (two.route == Route.RESHIP)
    assert changed.any()


def test_the_program_and_rules_set_by_hand_offer_no_money_where_nobody_may_have_it() -> None:
    law = [floor(allowed=FIRST)]
    for consent, offered in ((0.0, False), (0.5, True)):
        s = roomy(20, markets=behaviour(consent_to_money_share=consent), legal_floors=law)
        compiled = model_of(s)
        learned = learn(compiled, [potential_outcomes(s, 0, SEED, s.policy)], cash_only=False)
        problem = build(compiled, learned).problem
        assert problem.allowed[:, 0].all() == problem.allowed[:, 0].any() == offered
        cell: dict[str, str | int] = {"sku": "A", "market": "US"}
        assert (("refund", "") in possible_actions(compiled, cell)) == offered
