"""Dispatches are billed by weight breaks, weight or measure, and what may be declared."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.money.shipped import day, shipped
from warrantysim.money.transport import FreightTariffs, bill_segments, chargeable, freight_bill
from warrantysim.schema.shipping import FreightBreak, FreightLane

TODAY = day("2027-03-01")


def lane(**terms: object) -> FreightLane:
    air = {"lane": "L", "market": "US", "direction": "to_china", "mode": "air", "currency": "CNY", "per": "kg"}
    return FreightLane.model_validate({**air, **terms})


def steps(*pairs: tuple[float, float]) -> list[FreightBreak]:
    return [FreightBreak(lane="L", from_quantity=q, rate=r) for q, r in pairs]


def demo() -> FreightTariffs:
    return FreightTariffs(shipped(FreightLane, "freight_lanes"), shipped(FreightBreak, "freight_breaks"))


def bill(name: str, kg: float, cbm: float = 0.0) -> float:
    return float(demo().dispatch_bill(name, np.array([kg]), np.array([cbm]), np.array([TODAY]))[0])


def test_thirty_kilograms_are_declared_as_forty_five_where_that_is_cheaper() -> None:
    tariff = steps((0, 37.15), (45, 18.28))
    assert freight_bill(lane(), tariff, np.array([30.0]))[0] == pytest.approx(822.60)
    assert freight_bill(lane(declare_next=False), tariff, np.array([30.0]))[0] == pytest.approx(1114.50)


def test_eighty_kilograms_from_the_us_are_declared_as_a_hundred() -> None:
    assert bill("US-CN-air", 80.0) == pytest.approx(340.00)
    plain = lane(declare_next=False)
    assert freight_bill(plain, steps((0, 6.9), (45, 4.6), (100, 3.4)), np.array([80.0]))[0] == pytest.approx(368.00)


@pytest.mark.parametrize(
    ("name", "kg", "amount"),
    [
        ("US-CN-air", 5, 85.0),  # the minimum
        ("US-CN-air", 20, 138.0),
        ("US-CN-air", 400, 1160.0),
        ("DE-CN-air", 100, 220.0),
        ("UK-CN-air", 50, 160.0),
        ("JP-CN-air", 10, 60.0),
        ("CN-US-air", 2, 12.52),
        ("CN-DE-sea", 100, 130.0),
    ],
)
def test_the_shipped_lanes_bill_what_their_table_says(name: str, kg: float, amount: float) -> None:
    assert bill(name, kg) == pytest.approx(amount)


def test_air_charges_the_larger_of_weight_and_volume_by_the_half_kilogram() -> None:
    terms = lane(cm3_per_kg=6000, round_to=0.5)
    kg, cbm = np.array([9.5, 5.4, 10.0, 0.0]), np.array([0.046368, 0.0414, 0.0, 0.0])
    assert chargeable(terms, kg, cbm).tolist() == [9.5, 7.0, 10.0, 0.0]  # 41,400 cm3 are 6.9 kg


def test_sea_charges_weight_or_measure_with_a_least_cubic_metre_and_a_fixed_handling() -> None:
    assert bill("US-CN-sea", 200.0, 0.4) == pytest.approx(110 + 160)
    assert bill("US-CN-sea", 200.0, 2.5) == pytest.approx(2.5 * 110 + 160)
    assert bill("US-CN-sea", 3000.0, 2.5) == pytest.approx(3.0 * 110 + 160)
    assert bill("US-CN-sea", 0.0, 0.0) == 0.0


def test_fuel_rides_on_freight_and_not_on_the_fixed_charge() -> None:
    terms = lane(fuel_share=0.1, fixed=20.0, minimum=50.0)
    assert freight_bill(terms, steps((0, 2.0)), np.array([10.0, 100.0])) == pytest.approx([75.0, 240.0])


def test_a_new_rate_holds_from_its_own_day() -> None:
    rows = [
        *steps((0, 5.0)),
        FreightBreak.model_validate({"lane": "L", "from_quantity": 0, "rate": 7, "from": "2027-06-01"}),
    ]
    days = np.array([day("2027-05-31"), day("2027-06-01")])
    got = FreightTariffs([lane()], rows).dispatch_bill("L", np.array([10.0, 10.0]), np.zeros(2), days)
    assert got.tolist() == [50.0, 70.0]


SHAPES = [
    (lane(), steps((0, 37.15), (45, 18.28))),
    (lane(minimum=85), steps((0, 6.9), (45, 4.6), (100, 3.4), (300, 2.9))),
    (lane(minimum=85, fuel_share=0.2, fixed=30), steps((0, 6.9), (45, 4.6), (100, 3.4), (300, 2.9))),
    (lane(minimum=85, declare_next=False), steps((0, 6.9), (45, 4.6), (100, 3.4), (300, 2.9))),
    (lane(min_quantity=60, declare_next=False), steps((0, 6.9), (45, 4.6), (100, 3.4))),
    (lane(min_quantity=60), steps((0, 6.9), (45, 4.6), (100, 3.4))),
    (lane(per="cbm", min_quantity=1, fixed=160), steps((0, 110))),
    (lane(minimum=1000), steps((0, 6.9), (45, 4.6))),
    (lane(), steps((0, 5.0), (45, 5.0), (100, 0.0))),
]


@pytest.mark.parametrize("shape", range(len(SHAPES)))
@given(quantity=st.floats(0.0, 900.0))
def test_the_segments_read_off_the_bill_itself(shape: int, quantity: float) -> None:
    terms, tariff = SHAPES[shape]
    segments = bill_segments(terms, tariff)
    billed = np.array([max(quantity, terms.min_quantity) if quantity > 0 else 0.0])
    exact = freight_bill(terms, tariff, billed)
    assert segments.bill(np.array([quantity])) == pytest.approx(exact, rel=1e-12, abs=1e-9)


@pytest.mark.parametrize("shape", range(len(SHAPES)))
def test_segments_are_few_rising_and_meet_wherever_the_next_break_may_be_declared(shape: int) -> None:
    terms, tariff = SHAPES[shape]
    got = bill_segments(terms, tariff)
    assert got.start[0] == 0.0
    assert np.all(np.diff(got.start) > 0)
    if terms.declare_next:
        before = got.fixed[:-1] + got.per_unit[:-1] * got.start[1:]
        assert before == pytest.approx(got.fixed[1:] + got.per_unit[1:] * got.start[1:])


def test_the_us_air_bill_alternates_between_slopes_and_declared_breaks() -> None:
    got = demo().marginal_break_points("US-CN-air", TODAY)
    assert got.unit == "kg"
    assert got.per_unit.tolist() == [0.0, 6.9, 0.0, 4.6, 0.0, 3.4, 0.0, 2.9]
    assert got.start == pytest.approx([0, 85 / 6.9, 45 * 4.6 / 6.9, 45, 340 / 4.6, 100, 870 / 3.4, 300])


@given(st.lists(st.tuples(st.floats(0.1, 20), st.floats(0.0001, 0.1)), min_size=1, max_size=8))
def test_one_dispatch_never_costs_more_than_its_units_sent_alone(units: list[tuple[float, float]]) -> None:
    kg, cbm = np.array(units).T
    days = np.full(len(kg), TODAY)
    alone = demo().dispatch_bill("US-CN-air", kg, cbm, days).sum()
    assert bill("US-CN-air", float(kg.sum()), float(cbm.sum())) <= alone + 1e-9


def test_a_dispatch_is_charged_at_most_the_quantities_of_its_units() -> None:
    kg, cbm = np.array([9.5, 0.2, 5.4]), np.array([0.046368, 0.00054, 0.0414])
    each = demo().unit_quantity("US-CN-air", kg, cbm, TODAY)
    assert each == pytest.approx([9.5, 0.2, 6.9])
    terms, _ = demo().terms("US-CN-air", TODAY)
    whole = chargeable(terms, kg.sum(keepdims=True), cbm.sum(keepdims=True))
    assert whole[0] <= each.sum() + terms.round_to


@pytest.mark.parametrize("call", ["bill", "terms"])
def test_an_unknown_lane_is_named(call: str) -> None:
    with pytest.raises(ValueError, match="unknown freight lane 'XX-CN-air'; known are CN-DE-air"):
        bill("XX-CN-air", 1.0) if call == "bill" else demo().terms("XX-CN-air", TODAY)


def test_a_day_before_the_first_rate_is_an_error() -> None:
    late = FreightTariffs(
        [lane()], [FreightBreak.model_validate({"lane": "L", "from_quantity": 0, "rate": 7, "from": "2027-06-01"})]
    )
    with pytest.raises(ValueError, match="no rate from 0 kg"):
        late.dispatch_bill("L", np.array([1.0]), np.array([0.0]), np.array([TODAY]))
