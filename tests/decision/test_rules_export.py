"""What agents follow: every column promised, round numbers, evidence, fallback and the day it begins."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

from tests.worlds import partner, policy_of, world
from warrantysim.decision.rules_export import COLUMNS, agent_rules, rounded
from warrantysim.journeys.world import world_of
from warrantysim.scenario.policy import Policy
from warrantysim.scenario.root import Scenario

LADDER = [(0, "refund"), (23.4, "reship"), (58.0, "repair_local P")]
EVIDENCE = [{"from": "20 USD", "level": "photo"}, {"from": "40 USD", "level": "video"}]


def seller(**changes: Any) -> Scenario:
    """A market whose prices carry 20 % tax."""
    return world(markets={"US": {"prices_include_tax": True, "tax_share": 0.2}}, partners={"P": partner()}, **changes)


def lines(policy: Policy, scenario: Scenario | None = None, cell: tuple[str, ...] = ("A", "US")) -> pd.DataFrame:
    return agent_rules(rounded(policy, 5.0), world_of(scenario or seller()), [cell], "2027-01-04")


def test_the_export_has_every_column_promised_in_a_fixed_order() -> None:
    promised = ["cell", "from", "to", "action", "partner", "evidence", "fallback", "effective_from", "binds_by"]
    assert [name for name in COLUMNS if name in promised] == promised
    assert tuple(lines(policy_of(LADDER)).columns) == COLUMNS


def test_a_line_a_zone_with_what_to_do_by_whom() -> None:
    found = lines(policy_of(LADDER))
    assert found["cell"].tolist() == ["A US"] * 3
    assert found["currency"].tolist() == ["USD"] * 3
    assert found["action"].tolist() == ["refund", "reship", "repair_local"]
    assert found["partner"].tolist() == ["", "", "P"]


def test_cut_points_are_multiples_of_the_step_and_both_keys_of_an_agent_are_stated() -> None:
    found = lines(policy_of(LADDER))
    assert found["from"].tolist() == [0.0, 25.0, 60.0]
    assert found["to"].tolist()[:2] == [25.0, 60.0]
    assert pd.isna(found["to"].iloc[-1])
    assert found["from_order_price"].tolist() == [0.0, 30.0, 72.0]
    assert found["to_order_price"].tolist()[:2] == [30.0, 72.0]


@pytest.mark.parametrize("value", [0.1, 2.4, 2.6, 7.5, 12.5, 79.03205, 3906.25])
def test_rounding_moves_a_cut_point_by_half_a_step_at_most(value: float) -> None:
    policy = rounded(policy_of([(0, "refund"), (value, "reship")]), 5.0)
    cut = policy.rules[0].zones[1].from_.value
    assert cut % 5 == 0
    assert abs(cut - value) <= 2.5


def test_a_zone_rounded_away_leaves_no_line() -> None:
    found = lines(policy_of([(0, "refund"), (2.0, "reship"), (61.0, "repair_local P")]))
    assert found["action"].tolist() == ["reship", "repair_local"]
    assert found["from"].tolist() == [0.0, 60.0]


def test_evidence_is_stated_from_where_it_is_asked_within_a_zone() -> None:
    found = lines(policy_of(LADDER, evidence=EVIDENCE))
    assert found["evidence"].tolist() == ["photo from 20 USD", "photo, video from 40 USD", "video"]
    assert set(lines(policy_of(LADDER))["evidence"]) == {"none"}


def test_the_fallback_ends_with_money() -> None:
    assert set(lines(policy_of(LADDER, fallback=["reship"]))["fallback"]) == {"reship > refund"}
    assert set(lines(policy_of(LADDER, fallback=["return_china", "refund"]))["fallback"]) == {"return_china > refund"}


def test_a_rule_begins_on_its_own_day_or_with_the_horizon() -> None:
    assert set(lines(policy_of(LADDER))["effective_from"]) == {"2027-01-04"}
    assert set(lines(policy_of(LADDER, effective="2027-04-01"))["effective_from"]) == {"2027-04-01"}


def test_each_channel_says_by_which_day_it_is_bound() -> None:
    own = {"title": {"en": "Own", "zh": "独立站"}, "platform": False, "window_decider": "seller"}
    channels = {"OWN": own | {"binding": "order_date"}, "SHOP": own | {"binding": "claim_date"}}
    rails = {"births": {"delivery_days": {"OWN": 0.0, "SHOP": 0.0}}}
    both = seller(channels=channels, **rails)
    assert set(lines(policy_of(LADDER), both)["binds_by"]) == {"OWN: order_date, SHOP: claim_date"}
    apart = both.replace(decision=both.decision.replace(cell=("sku", "market", "channel")))
    assert set(lines(policy_of(LADDER), apart, ("A", "US", "SHOP"))["binds_by"]) == {"SHOP: claim_date"}
