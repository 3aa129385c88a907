"""Rules as platforms take them: price ranges without gap or overlap, by the price a buyer paid and when he ordered."""

from __future__ import annotations

import datetime as dt
from itertools import pairwise

from tests.ui.opening import shop
from tests.worlds import policy_of
from warrantysim.decision.platform_rules import ANY, PLATFORM_COLUMNS, platform_rules
from warrantysim.decision.rule_table import rule_table
from warrantysim.journeys.model import model_of
from warrantysim.schema.policy import Policy

LADDER = policy_of([(0, "refund"), (25.5, "reship"), (100, "repair_local P")])


def aged() -> Policy:
    """Cheap orders are refunded in their first half year, later none are."""
    young, old = policy_of([(0, "refund"), (40, "reship")]).rules[0], policy_of("reship").rules[0]
    rules = (
        young.replace(by="order_price", age_to_days=180.0),
        old.replace(by="order_price", age_from_days=180.0),
    )
    return LADDER.replace(rules=rules)


def test_ranges_meet_without_gap_or_overlap_at_the_price_an_agent_sees() -> None:
    w = model_of(shop())
    frame = platform_rules(LADDER, w)
    assert list(frame.columns) == list(PLATFORM_COLUMNS)
    table = rule_table(LADDER, w)
    assert list(frame["price_min"]) == list(table["price_from"])
    for _, group in frame.groupby(["marketplace", "sku", "order_age_min"], sort=False):
        rows = group.to_dict("records")
        assert rows[0]["price_min"] == 0.0
        for one, two in pairwise(rows):
            assert round(two["price_min"] - one["price_max"], 2) == 0.01
        assert rows[-1]["price_max"] != rows[-1]["price_max"]


def test_only_zones_in_which_the_customer_keeps_the_unit_are_returnless() -> None:
    frame = platform_rules(LADDER, model_of(shop()))
    keeps = frame["resolution"].isin(["refund", "reship"])
    assert list(frame["returnless"]) == ["yes" if kept else "no" for kept in keeps]
    assert set(frame[~keeps]["return_to"]) == {"P"}


def test_what_a_rule_leaves_open_is_any() -> None:
    frame = platform_rules(policy_of("refund"), model_of(shop()))
    assert frame.iloc[0][["sku", "category", "return_reason"]].tolist() == [ANY, ANY, ANY]
    assert frame["rule_name"].is_unique


def test_ages_are_order_dates_that_meet_on_the_day_they_are_made_for() -> None:
    frame = platform_rules(aged(), model_of(shop()), on="2027-07-01")
    young = frame[frame["order_age_min"] == 0].iloc[0]
    old = frame[frame["order_age_min"] == 180].iloc[0]
    first = dt.date.fromisoformat(young["ordered_from"])
    assert dt.date.fromisoformat(old["ordered_to"]) + dt.timedelta(days=1) == first
    assert old["ordered_from"] == ""
    delivered_in = dt.date(2027, 7, 1) - dt.timedelta(days=179) - first
    assert dt.timedelta(0) <= delivered_in < dt.timedelta(days=15)
