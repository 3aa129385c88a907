"""Rules by cell and value, what is impossible, what the law demands, and what is done instead."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from tests.worlds import OUT, claims_at, days, floor, partner, policy_of, symptoms, way, world
from warrantysim.claims.births import born
from warrantysim.claims.columns import Origin
from warrantysim.journeys.events import simulate_run
from warrantysim.journeys.records import Closure, Fallback, Records, Route, Source
from warrantysim.journeys.solo import solo_run
from warrantysim.money.categories import Category
from warrantysim.money.price import price
from warrantysim.schema.clock import NEVER
from warrantysim.schema.policy import Policy
from warrantysim.schema.root import Scenario


def rule(do: str, by: str | None = None, **cell: Any) -> dict[str, Any]:
    """One zone for a cell."""
    return {"cell": cell, "zones": [{"from": "0 USD", "do": do, "partner": by}]}


def rules(*stated: dict[str, Any], **changes: Any) -> Policy:
    """Rules, and a refund for all else."""
    return Policy.model_validate({"name": "p", "rules": [*stated, rule("refund")], **changes})


def routed(s: Scenario, policy: Policy | None = None, **claims: Any) -> Records:
    """Records of claims opened on day 10, in the order of their keys as stated."""
    n = max(len(np.atleast_1d(v)) for v in [1, *claims.values()])
    return solo_run(s, policy or s.policy, claims_at(s, np.full(n, 10.0), units=np.arange(n), **claims), 1, 0).records


def test_a_zone_begins_at_its_cut_point_and_the_later_of_two_equal_ones_holds() -> None:
    s = world(policy=[(0, "refund"), (50, "reship"), (80, "refund"), (80, "return_china sea")])
    r = routed(s, price=[0, 49.99, 50, 79.99, 80, 1e6])
    assert r.route.tolist() == [Route.REFUND] * 2 + [Route.RESHIP] * 2 + [Route.RETURN_CHINA] * 2


def test_cut_points_compare_in_the_market_s_currency_before_any_exchange() -> None:
    s = world(
        policy=[(0, "refund"), (100, "reship")],
        markets={"US": {"currency": "EUR"}},
        terms_of={"currency": "EUR"},
        births={"propensity": {"US": {"half_price": "10 EUR"}}},
        fx=[{"currency": "CNY", "usd_per_unit": 0.14}, {"currency": "EUR", "usd_per_unit": 1.25}],
    )
    assert routed(s, price=[79.9, 80.1]).route.tolist() == [Route.REFUND, Route.RESHIP]
    in_euro = rules(
        {"cell": {"sku": "A"}, "zones": [{"from": "0 EUR", "do": "refund"}, {"from": "80 EUR", "do": "reship"}]}
    )
    assert routed(s, in_euro, price=[79.9, 80.1]).route.tolist() == [Route.REFUND, Route.RESHIP]


def test_claim_value_is_net_of_tax_and_falls_with_age_as_the_terms_say() -> None:
    basis = {"refund_basis": "full_then_pro_rata", "full_days": 65}
    s = world(markets={"US": {"tax_share": 0.25, "prices_include_tax": True}}, terms_of=basis)
    assert routed(s, price=100.0, age=[0.0, 65.0, 215.0, 365.0]).value.tolist() == [80, 80, 40, 0]
    s = world(terms_of={"refund_basis": "pro_rata"})
    assert routed(s, price=100.0, age=[0.0, 73.0, 365.0]).value.tolist() == [100, 80, 0]


def test_a_rule_may_read_what_an_agent_sees_order_price_with_its_tax_and_age_of_the_order() -> None:
    s = world(markets={"US": {"tax_share": 0.25, "prices_include_tax": True}}, terms_of={"refund_basis": "pro_rata"})
    zones = [{"from": "0 USD", "do": "refund"}, {"from": "100 USD", "do": "return_china", "partner": "sea"}]
    young = {"cell": {"sku": "A"}, "by": "order_price", "age_to_days": 183, "zones": zones}
    old = {
        "cell": {"sku": "A"},
        "by": "order_price",
        "age_from_days": 183,
        "zones": [{"from": "0 USD", "do": "reship"}],
    }
    r = routed(s, rules(old, young), price=[99.0, 100.0, 100.0, 100.0], age=[10.0, 10.0, 182.9, 183.0])
    assert r.route.tolist() == [Route.REFUND, Route.RETURN_CHINA, Route.RETURN_CHINA, Route.RESHIP]
    assert r.rule.tolist() == [1, 1, 1, 0]


def test_the_age_of_an_order_counts_from_its_first_delivery_for_a_replacement_too() -> None:
    s = world(policy="reship", terms_of={"life_eta_days": 30.0, "life_beta": 30.0})
    r = routed(s, age=[100.0])
    assert (r.claims.origin == Origin.REPLACEMENT).sum() > 2
    since = 100.0 + days(r.claims.opened) - 10.0
    assert np.allclose(r.claims.order_age_days, since)
    assert np.array_equal(r.age_days, r.claims.order_age_days)


def test_the_rule_that_states_the_most_keys_applies_and_among_equals_the_first() -> None:
    seen = symptoms(excluded="weak")
    s = world(("A", "B"), ("US", "DE"), partners={"P": partner(1, ("US", "DE"))}, symptoms=seen)
    policy = rules(
        rule("reship", sku="A"),
        rule("return_china", market="DE", channel="OWN"),
        rule("repair_local", "P", market="DE", sku="A"),
        rule("refund", sku="A", market="DE", symptom="weak"),
    )
    r = routed(s, policy, sku=[0, 1, 0, 1], market=[0, 0, 1, 1])
    assert r.rule.tolist() == [0, 4, 1, 1]
    swapped = rules(*[policy.rules[i].model_dump(by_alias=True) for i in (2, 1)])
    assert routed(s, swapped, sku=[0, 1], market=[1, 1]).rule.tolist() == [0, 1]


def test_a_rule_sees_the_reported_symptom_and_never_the_true_fault() -> None:
    policy = rules(rule("reship", symptom="weak"))
    alike = world(symptoms=symptoms(repairable="weak", unrepairable="weak"))
    r = routed(alike, policy, fault=["repairable", "unrepairable", "no_fault_found"])
    assert r.route.tolist() == [Route.RESHIP, Route.RESHIP, Route.REFUND]


@pytest.mark.parametrize("key", ["age_band", "category", "channel"])
def test_every_key_of_a_cell_can_be_asked_for(key: str) -> None:
    cell = {key: {"age_band": 1, "category": "things", "channel": "OWN"}[key]}
    r = routed(world(), rules(rule("reship", **cell)), age=[10, 100])
    assert r.route.tolist() == [Route.REFUND if key == "age_band" else Route.RESHIP, Route.RESHIP]


@pytest.mark.parametrize("symptom", ["hot_or_swollen", "damaged"])
@pytest.mark.parametrize("by", ["air", "sea"])
def test_suspect_lithium_travels_no_lane_unless_it_states_a_price_of_special_packing(by: str, symptom: str) -> None:
    shown = {"symptoms": symptoms(battery_safety=symptom), "sku_of": {"battery": "in_equipment"}}
    s = world(ways=("air", "sea"), policy=f"return_china {by}", **shown)
    r = routed(s, fault=["battery_safety", "repairable"])
    assert r.route.tolist() == [Route.RESHIP, Route.RETURN_CHINA]
    assert r.fallback.tolist() == [Fallback.BATTERY, Fallback.NONE]
    lanes = tuple(row.replace(special_packing=30.0) for row in s.freight_lanes)
    packed = s.replace(freight_lanes=lanes)
    run = solo_run(packed, packed.policy, claims_at(packed, [10.0, 10.0], fault=["battery_safety", "repairable"]), 1, 0)
    assert run.records.route.tolist() == [Route.RETURN_CHINA, Route.RETURN_CHINA]
    for shared in (True, False):
        ledger = price(run, packed, packed.policy, shared=shared)
        kits = ledger.category == Category.KIT
        assert ledger.amount[kits].tolist() == [30.0]
        assert ledger.record[kits].tolist() == [
            int(np.flatnonzero(run.records.symptom == packed.symptom_ids.index(symptom))[0])
        ]


def test_a_hot_product_without_lithium_may_fly() -> None:
    s = world(ways=("air",), policy="return_china air")
    assert routed(s, fault="battery_safety").route.tolist() == [Route.RETURN_CHINA]


def test_power_banks_never_go_to_china() -> None:
    s = world(sku_of={"battery": "standalone"}, policy="return_china sea")
    r = routed(s)
    assert (r.route[0], r.fallback[0]) == (Route.RESHIP, Fallback.POWER_BANK)


def test_a_partner_takes_only_its_products_and_markets_and_only_while_its_quote_holds() -> None:
    quotes = {"P": partner(1, ("US",), skus=["A"], valid_from="2027-01-10", valid_to="2027-01-20")}
    s = world(("A", "B"), ("US", "DE"), partners=quotes)
    policy = rules(rule("repair_local", "P", channel="OWN"))
    assert routed(s, policy, sku=[0, 1, 0], market=[0, 0, 1]).fallback.tolist() == [0, *[Fallback.PARTNER_SKU] * 2]
    claims = claims_at(s, [5.9, 6.0, 16.9, 17.0], units=range(4))
    r = solo_run(s, policy, claims, 1, 0).records
    assert (r.fallback == Fallback.NONE).tolist() == [False, True, True, False]


def test_a_market_without_a_way_to_china_falls_back() -> None:
    s = world(markets={"US": {}, "DE": {"ways": ()}})
    r = routed(s, rules(rule("return_china", channel="OWN")), market=[0, 1])
    assert r.route.tolist() == [Route.RETURN_CHINA, Route.RESHIP]
    assert r.fallback.tolist() == [Fallback.NONE, Fallback.NO_LANE]


def test_the_stated_order_of_fallbacks_is_followed_and_money_is_always_last() -> None:
    s = world(sku_of={"battery": "standalone"})
    for order, expected in (
        ((), Route.REFUND),
        (("return_china", "reship"), Route.RESHIP),
        (("refund",), Route.REFUND),
    ):
        policy = rules(rule("return_china", channel="OWN"), fallback=order)
        assert routed(s, policy).route.tolist() == [expected]


def test_who_insists_on_money_gets_it_instead_of_a_replacement() -> None:
    s = world(policy="reship", markets={"US": {"customer": {"insist_money_early_share": 1.0, "insist_early_days": 30}}})
    r = routed(s, age=[10, 100])
    assert r.route.tolist() == [Route.REFUND, Route.RESHIP]
    assert r.fallback.tolist() == [Fallback.INSISTS, Fallback.NONE]


def test_the_law_s_remedies_come_first_and_a_refund_is_never_too_little() -> None:
    s = world(
        policy="return_china sea",
        legal_floors=[floor(allowed="reship", age_to_days=50), floor(allowed="return_china", age_from_days=50)],
    )
    r = routed(s, age=[10, 60])
    assert r.route.tolist() == [Route.RESHIP, Route.RETURN_CHINA]
    assert r.fallback.tolist() == [Fallback.LEGAL, Fallback.NONE]
    refused = routed(s, policy_of("refund"), age=[10, 60])
    assert refused.route.tolist() == [Route.RESHIP, Route.RETURN_CHINA]
    assert refused.fallback.tolist() == [Fallback.LEGAL, Fallback.LEGAL]


def test_a_later_floor_takes_the_place_of_the_earlier_one_on_its_day() -> None:
    late = floor(allowed="reship", **{"from": "2027-01-14"})
    s = world(policy="return_china sea", legal_floors=[floor(), late])
    r = solo_run(s, s.policy, claims_at(s, [9.9, 10.0], units=range(2)), 1, 0).records
    assert r.route.tolist() == [Route.RETURN_CHINA, Route.RESHIP]


def test_the_least_refund_of_the_law_lifts_a_pro_rata_value() -> None:
    s = world(terms_of={"refund_basis": "pro_rata"}, legal_floors=[floor(min_refund_share=0.5)])
    assert routed(s, price=100.0, age=[73, 300]).value.tolist() == [80, 50]


def test_who_insists_on_money_gets_it_whatever_the_rule_and_whoever_the_law_lets_choose() -> None:
    insistent = {"US": {"customer": {"insist_money_late_share": 1.0, "insist_money_early_share": 1.0}}}
    laws = ([], [floor(allowed="return_china|reship")], [floor(chooser="customer", allowed="return_china|reship")])
    for law in laws:
        for rule_ in ("reship", "repair_local P", "return_china sea"):
            s = world(policy=rule_, markets=insistent, legal_floors=law, partners={"P": partner(1)})
            r = routed(s)
            assert r.route.tolist() == [Route.REFUND]
            assert r.fallback.tolist() == [Fallback.INSISTS]


def test_after_the_one_repair_the_law_gives_no_other_is_imposed_and_money_becomes_possible() -> None:
    fails = {"P": partner(1, bounce_share=1.0, bounce_days=30)}
    law = [floor(chooser="customer", max_repairs=1, allowed="reship|repair_local")]
    s = world(policy="repair_local P", partners=fails, legal_floors=law)
    for order, then in (((), Route.REFUND), (("reship", "refund"), Route.RESHIP)):
        r = simulate_run(s, s.policy.replace(fallback=order), claims_at(s, 10.0), 1, 0).records
        assert r.route.tolist()[:2] == [Route.REPAIR_LOCAL, then]
        assert r.fallback.tolist()[:2] == [Fallback.NONE, Fallback.LEGAL]


def test_a_repair_planned_beyond_the_legal_days_becomes_an_advance_exchange() -> None:
    for limit, advance in ((20, True), (60, False)):
        s = world(policy="return_china sea", legal_floors=[floor(max_days=limit)])
        r = routed(s)
        assert r.advance.tolist() == [advance]
        assert (r.shipped[0] < r.arrived[0]) == advance


def test_inside_the_window_of_a_platform_the_platform_decides_and_elsewhere_the_customer_has_a_right_to_money() -> None:
    channels = {
        "FBA": {
            "title": {"en": "F", "zh": "F"},
            "platform": True,
            "window_decider": "platform",
            "binding": "claim_date",
            "platform_days": 4,
        }
    }
    s = world(
        policy="return_china sea",
        channels=channels,
        births={"delivery_days": {"FBA": 0.0}},
        windows=[{"market": "US", "channel": c, "window_days": 30} for c in ("OWN", "FBA")],
        markets={"US": {"customer": {"insist_money_early_share": 1.0}}},
    )
    r = routed(s, channel=[0, 1, 0, 1], age=[29, 29, 30, 30])
    assert r.route.tolist() == [Route.REFUND, Route.PLATFORM, Route.RETURN_CHINA, Route.RETURN_CHINA]
    assert r.closure[1] == Closure.PLATFORM
    assert days(r.closed[1]) == 14
    assert r.rule.tolist() == [0, -1, 0, 0]


def test_a_new_policy_binds_by_order_or_by_claim_as_the_channel_says() -> None:
    other = {
        "SHOP": {
            "title": {"en": "S", "zh": "S"},
            "platform": False,
            "window_decider": "seller",
            "binding": "claim_date",
        }
    }
    s = world(policy="reship", channels=other, births={"delivery_days": {"SHOP": 0.0}})
    new = policy_of("return_china sea", effective="2027-01-09", evidence=[{"from": "0 USD", "level": "photo"}])
    claims = claims_at(s, [4.9, 5.0, 20.0, 20.0], age=[1, 1, 14.9, 15.1], channel=[1, 1, 0, 0], units=range(4))
    r = solo_run(s, new, claims, 1, 0).records
    assert r.route.tolist() == [Route.RESHIP, Route.RETURN_CHINA, Route.RETURN_CHINA, Route.RESHIP]
    assert r.evidence.tolist() == [0, 1, 1, 0]
    assert r.rule.tolist() == [1, 0, 0, 1], "rows of today's rules count on from the new policy's"


def test_opportunistic_claims_are_filed_only_where_nothing_is_sent_back() -> None:
    s = world(partners={"P": partner()})
    for do, n in (("refund", 3), ("reship", 3), ("repair_local P", 0), ("return_china sea", 0)):
        latent = claims_at(s, [1.0, 2.0, 3.0], fault="no_fault_found", origin=Origin.OPPORTUNISTIC)
        for run in (solo_run, simulate_run):
            assert len(run(s, policy_of(do), latent, 1, 0).records) == n


def test_evidence_lowers_opportunistic_claims_by_its_factor() -> None:
    s = world(triage={"evidence": {"photo": {"opportunistic_factor": 0.25}}})
    latent = claims_at(s, np.linspace(0, 300, 4000), fault="no_fault_found", origin=Origin.OPPORTUNISTIC)
    asked = policy_of("refund", evidence=[{"from": "0 USD", "level": "photo"}])
    assert len(solo_run(s, asked, latent, 1, 0).records) == pytest.approx(1000, abs=4 * np.sqrt(4000 * 0.25 * 0.75))


def test_a_table_s_stated_symptom_is_the_one_reported() -> None:
    rows = [
        {
            "claim": "1",
            "opened_day": 1,
            "sku": "A",
            "market": "US",
            "value": 90,
            "symptom": "weak",
            "fault": "repairable",
        },
        {"claim": "2", "opened_day": 2, "sku": "A", "market": "US", "value": 90, "fault": "repairable"},
    ]
    s = world(claims_table=rows, symptoms=symptoms(unrepairable="weak"), policy="refund")
    r = solo_run(s, s.policy, born(s, 1, 0), 1, 0).records
    assert [s.symptom_ids[k] for k in r.symptom] == ["weak", "dead"]


def test_sent_freight_knows_its_way() -> None:
    s = world(
        ways=("air", "sea"),
        markets={"US": {"china": {"air": way(name="air", out_days=OUT / 2)}}},
        policy=[(0, "return_china air"), (100, "return_china sea")],
    )
    run = solo_run(s, s.policy, claims_at(s, [10.0, 10.0], price=[50, 150], units=[0, 1]), 1, 0)
    assert [s.way_ids[w] for w in run.records.partner] == ["air", "sea"]
    assert np.diff(days(run.records.bench_in)).round(6).tolist() == [OUT / 2]
    assert (run.records.source == Source.NONE).all()
    assert (run.records.back_left > NEVER).all()
