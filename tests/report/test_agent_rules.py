"""Every line of the rules in words, in both languages; a desk that repairs nothing is never said to repair."""

from __future__ import annotations

import pytest

from tests.decision.test_fewest_lines import accessories, rule, shop
from tests.worlds import partner, policy_of, world
from warrantysim.files.loading import load_scenario
from warrantysim.locale.wording import LANGUAGES
from warrantysim.report.agent_rules import agent_rules, lines_told
from warrantysim.schema.policy import Policy
from warrantysim.schema.root import Scenario


def seller() -> Scenario:
    """One desk that repairs and one that only tests."""
    return world(partners={"P": partner(), "T": partner(test_only=True)})


def test_a_line_says_whom_it_is_for_and_what_is_done() -> None:
    zones = [{"from": "0 USD", "do": "refund"}, {"from": "45 USD", "do": "repair_local", "partner": "P"}]
    young = {"cell": {"sku": "A", "market": "US"}, "by": "order_price", "age_to_days": 365, "zones": zones}
    old = {"cell": {"sku": "A", "market": "US"}, "age_from_days": 365, "zones": zones[:1]}
    rest = {"cell": {}, "zones": [{"from": "0 USD", "do": "reship"}]}
    found = agent_rules(Policy.model_validate({"name": "p", "rules": [young, old, rest]}), seller())
    assert found["title_en"].tolist() == [
        "A, US, order less than 365 days old, order price from USD 45: repair at Partner (P)",
        "A, US, otherwise: refund",
    ]
    assert found["title_zh"].tolist() == [
        "A，US，订单签收不满 365 天，订单价 USD 45 起：由伙伴（P）维修",
        "A，US，其余情况：仅退款",
    ]


def test_a_line_that_holds_only_for_what_earlier_ones_leave_says_of_what_it_is_the_rest() -> None:
    found = agent_rules(accessories(), shop())
    assert found["title_en"].tolist() == [
        "B, DE: refund",
        "C, US: repair at Partner",
        "C, DE: refund",
        "small (A, B), otherwise: reship",
    ]
    rules = [rule("reship", sku="A"), rule("refund", market="US", sku="B"), rule("reship", market="US"), rule("refund")]
    found = agent_rules(Policy.model_validate({"name": "p", "rules": rules}), shop())
    assert found["title_en"].tolist() == [
        "B, US: refund",
        "A: reship",
        "US, other products: reship",
        "everything else: refund",
    ]


def test_how_many_lines_there_are_is_said_with_why_so_many_state_an_age() -> None:
    few = agent_rules(accessories(), shop())
    assert lines_told(few, "en") == "Rules for agents: 4 lines, of which the first that matches a claim holds."
    base = load_scenario("scenarios/base.yaml")
    many = agent_rules(base.policy, base)
    aged = int((many["refund_from"].notna() & (many["age_to_days"].notna() | (many["age_from_days"] > 0))).sum())
    assert f"{len(many)} lines" in lines_told(many, "en")
    assert f"{aged} of them state an age of the order because their rule is by refund due" in lines_told(many, "en")
    assert f"共 {len(many)} 行" in lines_told(many, "zh")


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_desk_that_repairs_nothing_is_never_said_to_repair(lang: str) -> None:
    (title,) = agent_rules(policy_of("repair_local T"), seller())[f"title_{lang}"]
    assert "repair" not in title
    assert "维修" not in title
    assert ("test and swap at Partner (T)" in title) == (lang == "en")
