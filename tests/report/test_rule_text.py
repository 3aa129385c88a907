"""Rules read as sentences, and a cut-point no claim reaches is never shown as if it mattered."""

from __future__ import annotations

from functools import partial

from tests.report.cells import LADDER, RESHIP
from warrantysim.decision.cells import CellZone
from warrantysim.report import rule_text as told
from warrantysim.report.rule_text import rule_code, unreached

TITLES = {
    "tierwerk-de": {"en": "TierWerk (Germany)", "zh": "TierWerk（德国）"},
    "hub-test-us": {"en": "Local test hub, US", "zh": "美国本地检测仓"},
}
rule_text = partial(told.rule_text, partners=TITLES)
rule_lines = partial(told.rule_lines, partners=TITLES)


def test_one_zone_is_always() -> None:
    assert rule_text(RESHIP, "EUR") == "always reship"
    assert rule_text(RESHIP, "EUR", "zh") == "一律补发"


def test_zones_are_told_by_their_upper_ends_in_the_market_currency() -> None:
    assert rule_text(LADDER, "EUR") == "refund below EUR 25, reship below EUR 120, repair at TierWerk (Germany) above"
    assert rule_text(LADDER, "EUR", "zh") == "EUR 25 以下仅退款，EUR 120 以下补发，以上由 TierWerk（德国）维修"


def test_the_price_an_agent_sees_stands_beside_the_refund_due() -> None:
    text = rule_text(LADDER, "EUR", prices=(29.75, 142.8))
    assert text == (
        "refund below EUR 25 [order price 29.75], reship below EUR 120 [order price 143], "
        "repair at TierWerk (Germany) above"
    )


def test_a_price_that_equals_the_refund_due_is_not_repeated() -> None:
    assert "[" not in rule_text(LADDER, "USD", prices=(25.0, 120.0))


def test_ways_to_china_are_words_and_partners_are_titles() -> None:
    zones = (CellZone(0.0, "reship", ""), CellZone(60.0, "return_china", "sea"))
    assert rule_text(zones, "USD") == "reship below USD 60, return to China by sea above"
    assert rule_text(zones, "USD", "zh") == "USD 60 以下补发，以上海运返厂维修"


def test_where_one_zone_takes_every_claim_the_others_are_out_of_range() -> None:
    text = rule_text(LADDER, "EUR", beyond=(400.0, 0.0), claims=400.0)
    assert text == "always reship (out of range: refund below EUR 25, repair at TierWerk (Germany) from EUR 120)"
    lowest = rule_text(LADDER, "EUR", beyond=(0.0, 0.0), claims=400.0)
    assert lowest.startswith("always refund (out of range: reship from EUR 25")


def test_a_zone_without_claims_is_out_of_range_beside_zones_that_have_some() -> None:
    text = rule_text(LADDER, "EUR", beyond=(400.0, 1.0), claims=400.0)
    assert text == "reship below EUR 120, repair at TierWerk (Germany) above (out of range: refund below EUR 25)"
    top = rule_text(LADDER, "EUR", beyond=(300.0, 0.0), claims=400.0)
    assert top == "refund below EUR 25, reship above (out of range: repair at TierWerk (Germany) from EUR 120)"
    assert unreached((400.0, 1.0), 400.0) == [0]
    assert unreached((300.0, 0.0), 400.0) == [1]


def test_a_table_has_a_line_a_zone_and_says_which_has_no_claims() -> None:
    assert rule_lines(LADDER, "EUR", prices=(29.75, 142.8)).split("\n") == [
        "refund < EUR 25 [29.75]",
        "reship < EUR 120 [143]",
        "repair at TierWerk (Germany)",
    ]
    assert rule_lines(LADDER, "EUR", beyond=(400.0, 0.0), claims=400.0).split("\n") == [
        "always reship",
        "(refund < EUR 25: no claims)",
        "(repair at TierWerk (Germany) from EUR 120: no claims)",
    ]
    assert rule_lines(RESHIP, "EUR", "zh") == "一律补发"


def test_where_all_zones_take_claims_nothing_is_out_of_range() -> None:
    assert "out of range" not in rule_text(LADDER, "EUR", beyond=(300.0, 1.0), claims=400.0)
    assert "out of range" not in rule_text(LADDER, "EUR", beyond=(400.0, 0.0), claims=0.0)


def test_cut_points_are_rounded_in_print_only() -> None:
    zones = (CellZone(0.0, "refund", ""), CellZone(23.148148, "reship", ""), CellZone(3906.25, "return_china", "air"))
    assert rule_text(zones, "JPY") == "refund below JPY 23.15, reship below JPY 3,906, return to China by air above"
    assert rule_code(zones) == "0 refund; 23.15 reship; 3906.25 return_china air"


AGED = (
    CellZone(0.0, "refund", "", "order_price", 0.0, 365.0),
    CellZone(30.0, "reship", "", "order_price", 0.0, 365.0),
    CellZone(0.0, "reship", "", "order_price", 365.0),
)


def test_ages_of_the_order_are_told_one_after_the_other() -> None:
    assert rule_text(AGED, "EUR") == (
        "order less than 365 days old: refund below order price EUR 30, reship above; "
        "order 365 days old or more: always reship"
    )
    assert rule_text(AGED, "EUR", "zh") == (
        "订单签收不满 365 天：订单价 EUR 30 以下仅退款，以上补发；订单签收满 365 天起：一律补发"
    )
    assert len(rule_lines(AGED, "EUR").split("\n")) == 2
    assert rule_code(AGED) == "days 0-365: 0 refund; price 30 reship | days 365-: 0 reship"


def test_a_zone_without_claims_is_out_of_range_within_its_age() -> None:
    text = rule_text(AGED, "EUR", prices=(30.0, 0.0), beyond=(60.0, 40.0), claims=100.0)
    assert text.startswith(
        "order less than 365 days old: always reship (out of range: refund below order price EUR 30)"
    )


def test_a_desk_that_repairs_nothing_is_never_said_to_repair() -> None:
    zones = (CellZone(0.0, "repair_local", "hub-test-us", tests_only=True),)
    assert rule_text(zones, "USD") == "always test and swap at Local test hub, US"
    assert rule_text(zones, "USD", "zh") == "一律由美国本地检测仓检测换货"
    assert rule_code(zones) == "0 test_and_swap hub-test-us"
