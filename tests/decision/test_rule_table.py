"""The table of what is to be done says in what an agent sees what the engine does."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from tests.decision.sellers import agreement, random_seller
from tests.worlds import floor, partner, policy_of, world
from warrantysim.decision.rule_table import RULE_COLUMNS, rule_table
from warrantysim.files.loading import load_scenario
from warrantysim.journeys.model import model_of
from warrantysim.schema.dispositions import ACTIONS
from warrantysim.schema.policy import Policy
from warrantysim.schema.root import Scenario

LADDER = [(0, "refund"), (25, "reship"), (60, "repair_local P")]
EVIDENCE = [{"from": "20 USD", "level": "photo"}, {"from": "40 USD", "level": "video"}]


def seller(**changes: Any) -> Scenario:
    """A market whose prices carry 20 % tax."""
    return world(markets={"US": {"prices_include_tax": True, "tax_share": 0.2}}, partners={"P": partner()}, **changes)


def lines(policy: Policy, scenario: Scenario | None = None) -> pd.DataFrame:
    return rule_table(policy, model_of(scenario or seller()))


def test_while_the_refund_is_whole_a_cut_point_is_one_order_price_with_its_tax() -> None:
    found = lines(policy_of(LADDER))
    assert tuple(found.columns) == RULE_COLUMNS
    assert found["action"].tolist() == ["refund", "reship", "repair_local"]
    assert found["partner"].tolist() == ["", "", "P"]
    assert found["price_from"].tolist() == [0.0, 30.0, 72.0]
    assert found["price_to"].tolist()[:2] == [30.0, 72.0]
    assert found["refund_from"].tolist() == [0.0, 25.0, 60.0]
    assert found["age_from_days"].tolist() == [0.0] * 3
    assert found[["age_to_days"]].isna().all().all()


def test_always_the_same_is_one_line_whatever_the_refund_does() -> None:
    falling = seller(terms_of={"refund_basis": "pro_rata"})
    found = lines(policy_of([(0, "reship")]), falling)
    assert found[["market", "price_from", "age_from_days", "action"]].values.tolist() == [["", 0.0, 0.0, "reship"]]


def test_where_the_refund_falls_the_cut_point_rises_with_the_age_of_the_order() -> None:
    sold = {"promotion_share": 0.5, "promotion_depth": {"uniform": {"low": 0.0, "high": 0.6}}}
    falling = seller(terms_of={"refund_basis": "pro_rata"}, births=sold)
    found = rule_table(policy_of([(0, "refund"), (25, "reship")]), model_of(falling), fewest=False)
    cuts = found[found["action"] == "reship"]
    assert (np.diff(cuts["age_from_days"]) > 0).all()
    assert (np.diff(cuts["price_from"]) > 0).all()
    assert len(cuts) > 3
    ends = found.groupby("age_from_days", sort=True)["age_to_days"].first()
    assert ends.to_numpy()[:-1].tolist() == ends.index.to_numpy()[1:].tolist()
    assert pd.isna(ends.iloc[-1])


def test_where_the_refund_falls_zones_that_no_order_reaches_are_left_out() -> None:
    found = lines(policy_of([(0, "refund"), (25, "reship"), (5000, "repair_local P")]), seller())
    assert found["action"].tolist() == ["refund", "reship", "repair_local"]
    falling = lines(
        policy_of([(0, "refund"), (25, "reship"), (5000, "repair_local P")]),
        seller(terms_of={"refund_basis": "pro_rata"}),
    )
    assert set(falling["action"]) == {"refund", "reship"}
    assert falling["action"].iloc[0] == "reship"
    assert falling["action"].iloc[-1] == "refund"


def test_the_finest_cells_come_first_and_what_they_take_whole_is_not_told_again() -> None:
    two = world(("A", "B"), ("US", "DE"))
    rules = [
        {"cell": {}, "zones": [{"from": "0 USD", "do": "refund"}]},
        {"cell": {"market": "US"}, "zones": [{"from": "0 USD", "do": "reship"}]},
        {"cell": {"market": "US", "sku": "A", "symptom": "dead"}, "zones": [{"from": "0 USD", "do": "refund"}]},
        {"cell": {"market": "DE"}, "zones": [{"from": "0 USD", "do": "reship"}]},
    ]
    found = lines(Policy.model_validate({"name": "p", "rules": rules}), two)
    assert found[["market", "sku", "symptom"]].values.tolist() == [["US", "A", "dead"], ["US", "", ""], ["DE", "", ""]]


def test_rules_by_order_price_and_age_are_told_as_they_stand_where_lines_may_not_overlap() -> None:
    zones = [{"from": "0 USD", "do": "refund"}, {"from": "45 USD", "do": "reship"}]
    young = {"cell": {}, "by": "order_price", "age_to_days": 365, "zones": zones}
    old = {"cell": {}, "age_from_days": 365, "zones": zones[:1]}
    found = rule_table(Policy.model_validate({"name": "p", "rules": [young, old]}), model_of(seller()), fewest=False)
    told = found[["age_from_days", "price_from", "action"]].values.tolist()
    assert told == [[0.0, 0.0, "refund"], [0.0, 45.0, "reship"], [365.0, 0.0, "refund"]]
    assert found["refund_from"].isna().tolist() == [True, True, False]


def test_an_age_band_of_a_cell_becomes_ages_of_the_order() -> None:
    rules = [
        {"cell": {"age_band": 1}, "zones": [{"from": "0 USD", "do": "reship"}]},
        {"cell": {}, "zones": [{"from": "0 USD", "do": "refund"}]},
    ]
    first = lines(Policy.model_validate({"name": "p", "rules": rules})).iloc[0]
    assert (first["age_from_days"], first["age_to_days"], first["action"]) == (30.0, 180.0, "reship")


def test_a_desk_that_repairs_nothing_tests_and_swaps() -> None:
    tester = world(partners={"T": partner(test_only=True)})
    found = lines(policy_of("repair_local T"), tester)
    assert found["action"].tolist() == ["test_and_swap"]
    assert set(found["action"]) <= set(ACTIONS)


def test_evidence_is_stated_from_where_it_is_asked_within_a_line() -> None:
    found = lines(policy_of(LADDER, evidence=EVIDENCE))
    assert found["evidence_asked"].tolist() == [
        "none, photo from 20.00 USD refund due",
        "photo, video from 40.00 USD refund due",
        "video",
    ]
    assert set(lines(policy_of(LADDER))["evidence_asked"]) == {"none"}


def test_the_fallback_ends_with_money_and_a_rule_begins_on_its_day() -> None:
    assert set(lines(policy_of(LADDER, fallback=["reship"]))["fallback"]) == {"reship, then refund"}
    assert set(lines(policy_of(LADDER))["effective_from"]) == {"2027-01-04"}
    assert set(lines(policy_of(LADDER, effective="2027-04-01"))["effective_from"]) == {"2027-04-01"}


def test_each_channel_says_by_which_day_it_is_bound() -> None:
    own = {"title": {"en": "Own", "zh": "独立站"}, "platform": False, "window_decider": "seller"}
    channels = {"OWN": own | {"binding": "order_date"}, "SHOP": own | {"binding": "claim_date"}}
    both = seller(channels=channels, births={"delivery_days": {"OWN": 0.0, "SHOP": 0.0}})
    assert set(lines(policy_of(LADDER), both)["binds_by"]) == {"OWN: order_date, SHOP: claim_date"}
    apart = [{"cell": {"channel": "SHOP"}, "zones": [{"from": "0 USD", "do": "reship"}]}]
    rest = {"cell": {}, "zones": [{"from": "0 USD", "do": "refund"}]}
    found = lines(Policy.model_validate({"name": "p", "rules": [*apart, rest]}), both)
    assert found["binds_by"].iloc[0] == "SHOP: claim_date"


def test_a_line_the_law_binds_cites_it() -> None:
    first = floor(age_to_days=100, allowed="reship|repair_local", chooser="customer", article="Act 1")
    bound = seller(legal_floors=[first, floor(age_from_days=100, age_to_days=9999)])
    found = lines(policy_of([(0, "refund"), (25, "reship"), (60, "return_china sea")]), bound)
    assert found["law"].tolist() == ["consent 0-100: Act 1", "", "barred 0-100: Act 1"]


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_followed_by_what_an_agent_sees_the_table_does_what_the_engine_does(seed: int) -> None:
    scenario = random_seller(seed)
    assert agreement(scenario, scenario.policy, 0) >= 0.99


@pytest.mark.slow
def test_followed_by_what_an_agent_sees_the_reference_seller_s_rule_is_what_the_engine_does(scenarios: Any) -> None:
    base = load_scenario(scenarios / "base.yaml")
    assert agreement(base, base.policy, 0) >= 0.99
