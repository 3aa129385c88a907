"""Rules as platforms take them: price ranges without gap or overlap, by the price a buyer paid."""

from __future__ import annotations

from itertools import pairwise

from tests.ui.opening import shop
from tests.worlds import policy_of
from warrantysim.decision.platform_rules import ANY, PLATFORM_COLUMNS, platform_rules
from warrantysim.decision.table import agent_key
from warrantysim.journeys.world import world_of

CELLS = [("A", "US"), ("A", "DE")]
LADDER = policy_of([(0, "refund"), (25.5, "reship"), (100, "repair_local P")])


def test_ranges_meet_without_gap_or_overlap_at_the_price_an_agent_sees() -> None:
    w = world_of(shop())
    frame = platform_rules(LADDER, w, CELLS)
    assert list(frame.columns) == list(PLATFORM_COLUMNS)
    for sku, market in CELLS:
        rows = frame[(frame["sku"] == sku) & (frame["marketplace"] == market)].to_dict("records")
        assert [row["resolution"] for row in rows] == ["refund", "reship", "repair_local"]
        assert rows[0]["price_min"] == 0.0
        for one, two in pairwise(rows):
            assert round(two["price_min"] - one["price_max"], 2) == 0.01
        assert rows[-1]["price_max"] != rows[-1]["price_max"]
    first = frame[frame["marketplace"] == "US"].iloc[1]
    assert first["price_min"] == round(agent_key(w, {"sku": "A", "market": "US"}, 25.5), 2)


def test_only_zones_in_which_the_customer_keeps_the_unit_are_returnless() -> None:
    frame = platform_rules(LADDER, world_of(shop()), CELLS)
    assert list(frame[frame["marketplace"] == "US"]["returnless"]) == ["yes", "yes", "no"]
    assert list(frame[frame["marketplace"] == "US"]["return_to"]) == ["", "", "P"]


def test_what_a_cell_leaves_open_is_any() -> None:
    w = world_of(shop().replace(decision=shop().decision.replace(cell=("market",))))
    frame = platform_rules(policy_of("refund"), w, [("US",)])
    assert frame.iloc[0][["sku", "category", "return_reason"]].tolist() == [ANY, ANY, ANY]
    assert frame["rule_name"].is_unique
