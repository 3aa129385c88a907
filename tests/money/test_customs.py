"""Entries, duty and import tax of a market."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.money.shipped import day, shipped
from warrantysim.money.customs import Customs, Reimport, duty_rates, entry_cost, import_charges, mpf, reimport_duty
from warrantysim.schema.customs import CustomsRow, TariffRow

TODAY = day("2027-03-01")
KINDS = np.array([Reimport.REPAIRED, Reimport.RETURNED, Reimport.NEW])


def demo(preset: str = "301-only") -> Customs:
    return Customs(shipped(CustomsRow, "customs"), shipped(TariffRow, "tariffs"), preset)


def market(**terms: object) -> CustomsRow:
    plain = {"market": "M", "currency": "USD", "export_entry": 45, "import_entry": 110, "exam_share": 0}
    return CustomsRow.model_validate({**plain, "exam_days": 0, "import_tax_share": 0, **terms})


@pytest.mark.parametrize(
    ("value", "fee"),
    [
        (4_000, 33.58),  # 13.86 by share: the minimum binds
        (20_000, 69.28),  # 0.3464 %
        (300_000, 651.50),  # the maximum binds
        (2_500, 2.69),  # informal up to and including 2,500
        (2_500.01, 33.58),
        (0, 0.0),
    ],
)
def test_the_merchandise_processing_fee_has_a_minimum_a_maximum_and_an_informal_rate(value: float, fee: float) -> None:
    assert mpf(demo().terms("US", TODAY), np.array([value]))[0] == pytest.approx(fee)


def test_an_import_entry_costs_broker_and_processing_and_an_export_entry_the_broker() -> None:
    us = demo().terms("US", TODAY)
    value = np.array([4_000.0, 1_000.0, 0.0])
    assert entry_cost(us, "import", value).total == pytest.approx([110 + 33.58, 110 + 2.69, 0])
    assert entry_cost(us, "export", value).total == pytest.approx([45, 45, 0])
    assert demo().entry_cost("US", "import", value, np.full(3, TODAY)).total == pytest.approx([143.58, 112.69, 0])
    with pytest.raises(ValueError, match="export or import"):
        entry_cost(us, "in", value)


@pytest.mark.parametrize(("name", "broker"), [("DE", 60), ("UK", 55), ("JP", 8_000)])
def test_markets_without_a_processing_fee_pay_the_broker_alone(name: str, broker: float) -> None:
    cost = demo().entry_cost(name, "import", np.array([100.0, 1e6]), np.full(2, TODAY))
    assert cost.total.tolist() == [broker, broker]


@pytest.mark.parametrize(
    ("preset", "vacuum", "battery", "camera"),
    [("pre-Aug-2025", 0.55, 0.584, 0.3), ("Feb-Jul-2026", 0.35, 0.384, 0.1), ("301-only", 0.25, 0.284, 0.0)],
)
def test_each_tariff_preset_adds_its_surcharge_to_ordinary_duty_and_section_301(
    preset: str, vacuum: float, battery: float, camera: float
) -> None:
    mfn, s301 = np.array([0.0, 0.034, 0.0]), np.array([0.25, 0.25, 0.0])
    rates = demo(preset).duty_rates("US", mfn, s301, ("V", "B", "C"), np.array([0, 1, 2]), np.full(3, TODAY))
    assert rates == pytest.approx([vacuum, battery, camera])


def test_the_enacted_history_changes_on_its_days() -> None:
    days = np.array([day(d) for d in ("2026-02-19", "2026-02-20", "2026-02-24", "2026-07-24", "2026-07-25")])
    got = demo("as-enacted").duty_rates("US", np.array([0.0]), np.array([0.25]), (), np.zeros(5, int), days)
    assert got == pytest.approx([0.55, 0.25, 0.35, 0.35, 0.25])


def test_only_before_the_end_of_august_2025_is_a_small_entry_exempt() -> None:
    history = demo("as-enacted")
    assert [history.tariff("US", day(d)).de_minimis for d in ("2025-08-28", "2025-08-29")] == [800, 0]  # type: ignore[union-attr]


def test_an_exempt_sku_pays_no_surcharge_but_still_section_301() -> None:
    tariff = TariffRow(preset="P", market="M", s301_factor=1, surcharge_share=0.1, exempt="CAM | PRJ")
    got = duty_rates(market(), tariff, np.array([0.0, 0.0]), np.array([0.25, 0.25]), ("VAC", "PRJ"))
    assert got == pytest.approx([0.35, 0.25])


def test_a_market_outside_the_preset_pays_its_flat_ordinary_duty() -> None:
    got = demo("Feb-Jul-2026").duty_rates(
        "DE", np.array([0.034]), np.array([0.25]), (), np.array([0]), np.array([TODAY])
    )
    assert got.tolist() == [0.02]


def test_a_repaired_unit_pays_on_its_repair_an_untouched_one_nothing_a_new_one_on_its_value() -> None:
    duty = reimport_duty(market(), KINDS, np.full(3, 24.0), np.full(3, 142.0), np.full(3, 0.25), 60.0)
    assert duty.tolist() == [6.0, 0.0, 35.5]


def test_an_untouched_unit_pays_in_full_once_it_was_away_more_than_three_years() -> None:
    kinds = np.full(2, Reimport.RETURNED)
    duty = reimport_duty(market(), kinds, np.zeros(2), np.full(2, 100.0), np.full(2, 0.25), np.array([1095, 1096]))
    assert duty.tolist() == [0.0, 25.0]


def test_an_entry_below_de_minimis_pays_no_duty() -> None:
    duty = reimport_duty(
        market(), KINDS[[2, 2]], np.zeros(2), np.full(2, 100.0), np.full(2, 0.25), 0.0, np.array([True, False])
    )
    assert duty.tolist() == [0.0, 25.0]


@pytest.mark.parametrize(("relief", "duty"), [("repair_value", 5.0), ("free", 0.0), ("full", 25.0)])
def test_the_base_of_duty_on_a_repair_is_the_markets_own(relief: str, duty: float) -> None:
    got = reimport_duty(market(repaired_duty=relief), KINDS[:1], np.array([20.0]), np.array([100.0]), np.array([0.25]))
    assert got.tolist() == [duty]


def test_british_import_tax_falls_on_repair_and_freight_but_on_the_full_value_of_a_replacement() -> None:
    uk = demo().terms("UK", TODAY)
    charges = import_charges(uk, KINDS, np.full(3, 20.0), np.full(3, 100.0), np.full(3, 10.0), np.full(3, 0.02))
    assert charges.duty == pytest.approx([0, 0, 2])
    assert charges.tax == pytest.approx([0.2 * 30, 0, 0.2 * 112])
    assert np.array_equal(charges.tax, charges.tax_recoverable)


def test_tax_that_is_not_recoverable_is_a_cost() -> None:
    terms = market(import_tax_share=0.2, import_tax_recoverable=False)
    charges = import_charges(terms, KINDS, np.full(3, 20.0), np.full(3, 100.0), np.zeros(3), np.zeros(3))
    assert charges.tax == pytest.approx([20, 0, 20])
    assert charges.tax_recoverable.tolist() == [0, 0, 0]


def test_charges_by_day_are_those_of_the_terms_of_the_day() -> None:
    late = market(import_tax_share=0.5, **{"from": "2027-06-01"})
    customs = Customs([market(), late], [TariffRow(preset="P", market="US", s301_factor=1)], "P")
    days = np.array([day("2027-05-31"), day("2027-06-01"), day("2027-06-02")])
    same = (np.full(3, 20.0), np.full(3, 100.0), np.zeros(3), np.full(3, 0.1), np.zeros(3))
    charges = customs.import_charges("M", KINDS[[2, 2, 0]], *same, days)
    assert charges.duty == pytest.approx([10, 10, 2])
    assert charges.tax == pytest.approx([0, 55, 51])


@given(st.lists(st.tuples(st.sampled_from(list(Reimport)), st.floats(0, 500), st.floats(0, 2000)), min_size=1))
def test_duty_is_never_negative_scales_with_money_and_does_not_depend_on_the_order(
    units: list[tuple[Reimport, float, float]],
) -> None:
    kind, repair, goods = (np.array(column) for column in zip(*units, strict=True))
    rates = np.full(len(units), 0.25)
    duty = reimport_duty(market(), kind, repair, goods, rates)
    assert np.all(duty >= 0)
    assert reimport_duty(market(), kind, 8 * repair, 8 * goods, rates) == pytest.approx(8 * duty)
    assert np.array_equal(reimport_duty(market(), kind[::-1], repair[::-1], goods[::-1], rates), duty[::-1])


def test_an_unknown_preset_or_market_is_named() -> None:
    with pytest.raises(ValueError, match="unknown tariff preset '2027'; known are 301-only, Feb-Jul-2026"):
        demo("2027")
    with pytest.raises(ValueError, match="no customs row holds for market 'FR'"):
        demo().terms("FR", TODAY)
