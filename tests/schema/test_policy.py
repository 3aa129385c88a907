"""What a policy is: ordered zones by cell, and the two rules shipped with the reference seller."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from warrantysim.files.loading import load_policy, load_scenario
from warrantysim.schema.dispositions import DISPOSITIONS
from warrantysim.schema.policy import Cell, Policy, Rule

SCENARIOS = Path(__file__).parents[2] / "scenarios"


def zone(value: float, do: str, partner: str | None = None, currency: str = "USD") -> dict[str, Any]:
    """A zone as a file states it."""
    return {"from": f"{value} {currency}", "do": do, "partner": partner}


def rule(*zones: dict[str, Any], **cell: Any) -> dict[str, Any]:
    """A rule as a file states it."""
    return {"cell": cell, "zones": list(zones)}


def refused(*rules: dict[str, Any]) -> str:
    """What a policy of these rules is refused for."""
    with pytest.raises(ValidationError) as caught:
        Policy.model_validate({"name": "p", "rules": rules})
    return str(caught.value)


def test_zones_begin_at_nothing_and_rise() -> None:
    assert "expected the first zone to begin at 0, got 5" in refused(rule(zone(5, "refund")))
    assert "zones out of order: expected rising 'from' values, got [0.0, 50.0, 25.0]" in refused(
        rule(zone(0, "refund"), zone(50, "reship"), zone(25, "refund"))
    )
    assert "expected at least one zone" in refused(rule())


def test_a_zone_may_be_empty() -> None:
    stated = Rule.model_validate(rule(zone(0, "refund"), zone(0, "reship"), zone(0, "return_china")))
    assert [z.from_.value for z in stated.zones] == [0, 0, 0]


def test_cut_points_of_one_rule_are_in_one_currency() -> None:
    two = rule(zone(0, "refund"), zone(20, "reship", currency="EUR"))
    assert "expected one currency in all zones of a rule" in refused(two)


def test_only_repair_must_name_who_repairs_and_money_never_does() -> None:
    assert "a repair_local zone must name its partner" in refused(rule(zone(0, "repair_local")))
    assert "a reship zone takes no partner, got 'x'" in refused(rule(zone(0, "reship", "x")))
    assert Rule.model_validate(rule(zone(0, "return_china"))).zones[0].partner is None


def test_every_claim_has_a_rule_and_no_cell_two() -> None:
    assert "expected one rule with an empty cell" in refused(rule(zone(0, "refund"), market="US"))
    assert "two rules for the same cell: US A" in refused(
        rule(zone(0, "refund")),
        rule(zone(0, "refund"), market="US", sku="A"),
        rule(zone(0, "reship"), sku="A", market="US"),
    )


def test_canonical_order_is_that_of_the_dispositions() -> None:
    ordered = [zone(10 * i, do, "p" if do == "repair_local" else None) for i, do in enumerate(DISPOSITIONS)]
    assert Rule.model_validate(rule(*ordered)).canonical
    assert not Rule.model_validate(rule(zone(0, "reship"), zone(10, "refund"))).canonical


def test_a_cell_reads_as_what_it_states() -> None:
    assert str(Cell(market="US", sku="VAC-L10")) == "US VAC-L10"
    assert str(Cell()) == "everything"


def test_a_policy_tells_every_partner_and_way_it_names() -> None:
    policy = Policy.model_validate(
        {
            "name": "p",
            "rules": [
                rule(zone(0, "refund"), zone(9, "return_china", "sea")),
                rule(zone(0, "repair_local", "x"), market="US"),
            ],
        }
    )
    assert list(policy.partners()) == [("return_china", "sea"), ("repair_local", "x")]


def test_todays_rule_sends_nothing_back_below_100_dollars() -> None:
    today = load_policy(SCENARIOS / "policies" / "today.yaml")
    assert today == load_scenario(SCENARIOS / "base.yaml").policy
    for stated in today.rules:
        zones = [(z.from_.value, z.from_.currency, z.do) for z in stated.zones]
        assert zones[:2] == [(0, "USD", "refund"), (25, "USD", "reship")]
        if market := stated.cell.market:
            assert zones[2:] == [(100, "USD", "repair_local")]
            assert stated.zones[2].partner == f"hub-test-{market.lower()}"


def test_all_home_sends_everything_from_60_dollars_to_china_and_is_possible() -> None:
    scenario = load_scenario(SCENARIOS / "base.yaml", policy=SCENARIOS / "policies" / "all-home.yaml")
    assert scenario.policy.name == "all-home"
    for stated in scenario.policy.rules:
        assert stated.zones[-1].do == "return_china"
        assert str(stated.zones[-1].from_) == "60.0 USD"
        assert stated.canonical


def ages(first: float, last: float | None, *zones: dict[str, Any], **more: Any) -> dict[str, Any]:
    """A rule for orders of an age."""
    return {"cell": {"sku": "A"}, "age_from_days": first, "age_to_days": last, "zones": list(zones), **more}


def test_rules_of_one_cell_share_out_the_ages_of_an_order_without_gap_or_overlap() -> None:
    rest, money, unit = rule(zone(0, "refund")), zone(0, "refund"), zone(0, "reship")
    good = Policy.model_validate(
        {"name": "p", "rules": [ages(365, None, money), ages(0, 365, unit, by="order_price"), rest]}
    )
    assert [r.age_from_days for r in good.by_cell()[Cell(sku="A")]] == [0, 365]
    assert "one from 0 days, got 30" in refused(ages(30, None, money), rest)
    assert "one from 100 days, got 90" in refused(ages(0, 100, money), ages(90, None, unit), rest)
    assert "one from 100 days, got 110" in refused(ages(0, 100, money), ages(110, None, unit), rest)
    assert "expected a rule for A from 100 days on" in refused(ages(0, 100, money), rest)
    assert "two rules for the same cell and ages: A" in refused(ages(0, None, money), ages(50, None, unit), rest)
    assert "expected age_to_days above age_from_days (50), got 50" in refused(ages(50, 50, money), rest)


def test_a_rule_of_an_older_file_reads_the_refund_due_at_every_age() -> None:
    stated = Rule.model_validate(rule(zone(0, "refund")))
    assert (stated.by, stated.age_from_days, stated.age_to_days) == ("refund_due", 0, None)


def test_a_cell_is_under_the_rules_that_state_most_of_it_and_of_several_the_first() -> None:
    zones = [{"from": "0 USD", "do": "refund"}]
    cells = [{}, {"market": "DE"}, {"category": "x"}, {"category": "x", "market": "DE"}, {"market": "DE", "sku": "A"}]
    policy = Policy.model_validate({"name": "p", "rules": [{"cell": cell, "zones": zones} for cell in cells]})
    for known, stated in (
        ({"sku": "A", "market": "DE", "category": "x"}, cells[3]),
        ({"sku": "A", "market": "US", "category": "x"}, cells[2]),
        ({"sku": "A", "market": "DE", "category": "y"}, cells[4]),
        ({"market": "DE"}, cells[1]),
        ({"market": "US"}, cells[0]),
        ({}, cells[0]),
    ):
        assert [rule.cell.stated() for rule in policy.applied_to(known)] == [stated]
