"""Parcels are billed as each carrier bills them."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.money.shipped import day, shipped
from warrantysim.money.transport import RateCards
from warrantysim.schema.shipping import LabelRate, PeakSurcharge, RateCard, billed_size

POUND = 0.45359237
TODAY = day("2027-03-01")

DEMO = {  # kg, cm
    "CHG-65": (0.16, (12, 9, 5)),
    "PLG-4P": (0.42, (20, 14, 8)),
    "SWT-FIT": (0.25, (15, 10, 8)),
    "CAM-2CH": (0.75, (20, 14, 9)),
    "PRJ-FHD": (2.30, (30, 26, 15)),
    "VAC-L10": (9.50, (46, 42, 24)),
    "AIR-200": (5.40, (30, 30, 46)),
}


def demo_cards() -> RateCards:
    return RateCards(shipped(RateCard, "rate_cards"), shipped(LabelRate, "label_rates"), shipped(PeakSurcharge, "peak"))


def cost(cards: RateCards, card: str, kg: float, dims: tuple[float, ...], zone: str = "", on: int = TODAY) -> float:
    return float(cards.label_cost(card, np.array([kg]), np.array([dims]), zone, np.array([on]))[0])


def one_card(kind: str = "weight_steps", unit: str = "lb", **terms: object) -> RateCard:
    return RateCard.model_validate({"card": "X", "kind": kind, "unit": unit, "currency": "USD", **terms})


def rate(up_to: float, price: float, **terms: object) -> LabelRate:
    return LabelRate.model_validate({"card": "X", "up_to": up_to, "price": price, **terms})


@pytest.mark.parametrize(
    ("sku", "price"),
    [
        ("CHG-65", 5.26),  # 5.6 oz, billed at 8 oz
        ("SWT-FIT", 6.06),  # 8.8 oz, billed at 12 oz
        ("PLG-4P", 7.07),  # 14.8 oz, billed at 15.999 oz
        ("CAM-2CH", 9.17),  # 1.65 lb, billed at 2 lb
        ("PRJ-FHD", 12.60),  # 5.07 lb, billed at 6 lb
        ("VAC-L10", 24.12),  # 20.9 lb actual beats its volume
        ("AIR-200", 20.10),  # weighs 12 lb, its volume 15.2 lb
    ],
)
def test_zone_5_labels_of_the_demo_skus_are_those_of_the_published_list(sku: str, price: float) -> None:
    assert cost(demo_cards(), "USPS-GA", *DEMO[sku], zone="5") == price


@pytest.mark.parametrize(
    ("zone", "prices"),
    [
        ("1", (4.50, 6.37, 7.10, 15.99, 16.93, 22.91)),
        ("3", (4.58, 6.69, 7.45, 17.44, 18.84, 27.64)),
        ("5", (4.80, 7.07, 8.41, 22.38, 24.12, 42.34)),
        ("8", (5.20, 7.70, 10.37, 35.22, 38.90, 69.70)),
    ],
)
def test_every_zone_steps_at_ounces_below_a_pound_and_at_pounds_above(zone: str, prices: tuple[float, ...]) -> None:
    pounds = np.array([0.25, 15.999 / 16, 1, 20, 21, 25])
    cube = np.full((6, 3), 10.0)
    got = demo_cards().label_cost("USPS-GA", pounds * POUND, cube, zone, np.full(6, TODAY))
    assert got.tolist() == list(prices)
    heavier = demo_cards().label_cost("USPS-GA", pounds * POUND + 1e-4, cube, zone, np.full(6, TODAY))
    assert np.all(~(heavier <= got))  # the next step, or not carried at all
    assert np.isnan(heavier[-1])


def test_the_shipped_usps_list_has_all_sixteen_steps_in_each_of_four_zones() -> None:
    rows = [row for row in shipped(LabelRate, "label_rates") if row.card == "USPS-GA"]
    assert sorted((row.zone, len([r for r in rows if r.zone == row.zone])) for row in rows if row.up_to == 25) == [
        (zone, 16) for zone in "1358"
    ]


@pytest.mark.parametrize(
    ("card", "sku", "pounds"),
    [("UPS-GROUND", "VAC-L10", 24), ("UPS-GROUND", "AIR-200", 20), ("FEDEX-GROUND", "VAC-L10", 24)],
)
def test_express_carriers_round_each_side_up_to_an_inch_before_they_weigh_volume(
    card: str, sku: str, pounds: int
) -> None:
    rules = next(row for row in shipped(RateCard, "rate_cards") if row.card == card)
    kg, dims = DEMO[sku]
    assert billed_size(rules, np.array([kg]), np.array([dims], dtype=float))[0] == pounds


def test_usps_weighs_volume_only_above_one_cubic_foot() -> None:
    rules = one_card(divisor=166, divisor_unit="in3_per_lb", divisor_above=1728)
    foot = np.array([[12 * 2.54, 12 * 2.54, 12 * 2.54], [12 * 2.54, 12 * 2.54, 12.1 * 2.54]])
    assert billed_size(rules, np.array([1.0, 1.0]) * POUND, foot) == pytest.approx([1.0, 12 * 12 * 12.1 / 166])


@pytest.mark.parametrize(("divisor", "kilograms"), [(5000, 12.0), (6000, 10.0)])
def test_express_counts_5000_cubic_centimetres_a_kilogram_and_air_freight_6000(
    divisor: float, kilograms: float
) -> None:
    rules = one_card(unit="kg", divisor=divisor)
    assert billed_size(rules, np.array([3.0]), np.array([[50.0, 40.0, 30.0]]))[0] == pytest.approx(kilograms)


def test_fuel_rides_on_transport_and_not_on_handling_or_peak() -> None:
    peak = PeakSurcharge(card="X", first_day="2027-11-01", last_day="2027-12-31", amount=0.4)  # type: ignore[arg-type]
    cards = RateCards([one_card(fuel_share=0.2, handling=1.0)], [rate(5, 10.0)], [peak])
    assert cost(cards, "X", 1.0, (1, 1, 1), on=day("2027-10-31")) == pytest.approx(13.0)
    assert cost(cards, "X", 1.0, (1, 1, 1), on=day("2027-11-01")) == pytest.approx(13.4)
    assert cost(cards, "X", 1.0, (1, 1, 1), on=day("2027-12-31")) == pytest.approx(13.4)
    assert cost(cards, "X", 1.0, (1, 1, 1), on=day("2028-01-01")) == pytest.approx(13.0)


def test_a_minimum_binds_before_fuel_is_added() -> None:
    cards = RateCards([one_card(minimum=8.0, fuel_share=0.5)], [rate(1, 3.0), rate(5, 9.0)])
    assert cost(cards, "X", 1 * POUND, (1, 1, 1)) == pytest.approx(12.0)
    assert cost(cards, "X", 2 * POUND, (1, 1, 1)) == pytest.approx(13.5)


def test_a_ups_label_in_the_core_weeks_carries_fuel_and_the_returning_peak() -> None:
    ground, core = day("2027-10-25"), day("2027-12-01")
    cards = demo_cards()
    assert cost(cards, "UPS-GROUND", 1.0, (10, 10, 10), on=ground) == pytest.approx(14.80 * 1.2175)
    assert cost(cards, "UPS-GROUND", 1.0, (10, 10, 10), on=core) == pytest.approx(14.80 * 1.2175 + 0.60)
    assert cost(cards, "UPS-GROUND", 1.0, (10, 10, 10), on=day("2028-01-17")) == pytest.approx(14.80 * 1.2175 + 0.40)
    assert cost(cards, "UPS-GROUND", 1.0, (10, 10, 10), on=day("2028-01-18")) == pytest.approx(14.80 * 1.2175)


def test_peak_bands_by_weight_and_zone_take_the_lightest_that_holds_the_parcel() -> None:
    window = {"card": "X", "first_day": "2027-10-05", "last_day": "2027-12-31"}
    bands = [PeakSurcharge.model_validate({**window, "zone": "8", "up_to": u, "amount": a}) for u, a in BANDS]
    cards = RateCards([one_card()], [rate(25, 10.0, zone="8"), rate(25, 10.0, zone="1")], bands)
    weights = np.array([3.0, 3.1, 25.0]) * POUND
    days = np.full(3, day("2027-11-11"))
    assert cards.label_cost("X", weights, np.ones((3, 3)), "8", days) == pytest.approx([10.35, 10.75, 11.25])
    assert cards.label_cost("X", weights, np.ones((3, 3)), "1", days) == pytest.approx([10.0, 10.0, 10.0])


BANDS = [(25, 1.25), (3, 0.35), (10, 0.75)]


@pytest.mark.parametrize(("kg", "price"), [(0.3, 240), (0.5, 240), (0.5001, 315), (1.0, 315), (2.3, 540)])
def test_first_and_continued_weight_charges_each_further_half_kilogram_begun(kg: float, price: float) -> None:
    assert cost(demo_cards(), "EMS-CN-US", kg, (10, 10, 10)) == price


def test_a_small_packet_is_billed_by_the_gram_above_a_least_weight_plus_handling() -> None:
    cards = demo_cards()
    assert cost(cards, "PACKET-CN-US", 0.3333, (10, 10, 10)) == pytest.approx(0.334 * 85 + 20)
    assert cost(cards, "PACKET-CN-US", 0.01, (5, 5, 1)) == pytest.approx(0.05 * 85 + 20)
    assert np.isnan(cost(cards, "PACKET-CN-US", 2.1, (10, 10, 10)))


@pytest.mark.parametrize(
    ("card", "kg", "dims", "price"),
    [
        ("DHL-DE", 2.0, (20, 20, 20), 4.20),
        ("DHL-DE", 9.5, (46, 42, 24), 7.00),
        ("RM-UK", 5.4, (30, 30, 46), 5.50),
        ("YAMATO-JP", 0.16, (12, 9, 5), 700),  # 26 cm in all
        ("YAMATO-JP", 9.5, (46, 42, 24), 1300),  # 112 cm
        ("YAMATO-JP", 1.0, (60, 50, 40), 1900),  # 150 cm
    ],
)
def test_labels_in_germany_britain_and_japan_follow_weight_bands_and_size_classes(
    card: str, kg: float, dims: tuple[float, ...], price: float
) -> None:
    assert cost(demo_cards(), card, kg, dims) == price


def test_a_parcel_larger_than_the_largest_size_class_is_not_carried() -> None:
    assert np.isnan(cost(demo_cards(), "YAMATO-JP", 1.0, (60, 60, 60)))


def test_a_new_price_holds_from_its_own_day_and_only_for_its_own_cell() -> None:
    cards = RateCards([one_card()], [rate(1, 5.0), rate(2, 6.0), rate(1, 5.5, **{"from": "2027-07-01"})])
    days = np.array([day("2027-06-30"), day("2027-07-01"), day("2027-07-01")])
    kg = np.array([1.0, 1.0, 2.0]) * POUND
    assert cards.label_cost("X", kg, np.ones((3, 3)), "", days).tolist() == [5.0, 5.5, 6.0]


def test_a_carrier_may_change_its_rounding_on_a_day() -> None:
    inches = {"divisor": 139, "divisor_unit": "in3_per_lb", "round_to": 1}
    old = one_card(round_dims="nearest", **inches)
    new = one_card(round_dims="up", **inches, **{"from": "2025-08-18"})
    cards = RateCards([new, old], [rate(19, 19.0), rate(20, 20.0)])
    kg, dims = DEMO["AIR-200"]
    assert cost(cards, "X", kg, dims, on=day("2025-08-17")) == 19.0  # 12 x 12 x 18 in
    assert cost(cards, "X", kg, dims, on=day("2025-08-18")) == 20.0  # 12 x 12 x 19 in


def test_before_the_first_price_a_label_has_no_price() -> None:
    cards = RateCards([one_card()], [rate(1, 5.0, **{"from": "2027-07-01"})])
    assert np.isnan(cost(cards, "X", 0.1, (1, 1, 1), on=day("2027-06-30")))


def test_labels_priced_by_sku_and_day_are_those_priced_one_by_one() -> None:
    rng = np.random.default_rng(7)
    parcel = rng.integers(0, len(DEMO), 500)
    days = rng.integers(day("2026-01-01"), day("2028-03-01"), 500)
    kg = np.array([k for k, _ in DEMO.values()])
    dims = np.array([d for _, d in DEMO.values()], dtype=float)
    together = demo_cards().label_cost("UPS-GROUND", kg, dims, "", days, parcel)
    alone = [
        cost(demo_cards(), "UPS-GROUND", kg[p], tuple(dims[p]), on=int(d)) for p, d in zip(parcel, days, strict=True)
    ]
    assert np.array_equal(together, np.array(alone), equal_nan=True)


@given(st.floats(0.01, 9.0), st.floats(0.01, 9.0))
def test_a_heavier_parcel_never_costs_less(a: float, b: float) -> None:
    light, heavy = sorted((a, b))
    prices = [cost(demo_cards(), "USPS-GA", kg, (10, 10, 10), zone="8") for kg in (light, heavy)]
    assert prices[0] <= prices[1]


def test_no_labels_cost_nothing() -> None:
    none = np.zeros(0)
    assert demo_cards().label_cost("USPS-GA", none, np.zeros((0, 3)), "5", none).shape == (0,)


@pytest.mark.parametrize(("card", "zone", "message"), [("USPS", "5", "unknown rate card"), ("USPS-GA", "4", "no zone")])
def test_an_unknown_card_or_zone_is_named(card: str, zone: str, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        cost(demo_cards(), card, 1.0, (1, 1, 1), zone=zone)
