"""Every line of the rules in words, in both languages; a desk that repairs nothing is never said to repair."""

from __future__ import annotations

import pytest

from tests.worlds import partner, policy_of, world
from warrantysim.report.agent_rules import agent_rules
from warrantysim.report.wording import LANGUAGES
from warrantysim.scenario.policy import Policy
from warrantysim.scenario.root import Scenario


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
        "A, US, order less than 365 days old, order price below USD 45: refund",
        "A, US, order less than 365 days old, order price from USD 45: repair at P",
        "A, US, order 365 days old or more: refund",
    ]
    assert found["title_zh"].tolist()[1] == "A，US，订单签收不满 365 天，订单价 USD 45 起：由 P 维修"


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_desk_that_repairs_nothing_is_never_said_to_repair(lang: str) -> None:
    (title,) = agent_rules(policy_of("repair_local T"), seller())[f"title_{lang}"]
    assert "repair" not in title
    assert "维修" not in title
    assert ("test and swap at T" in title) == (lang == "en")
