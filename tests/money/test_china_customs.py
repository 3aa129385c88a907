"""China's routes have clocks, and a missed clock costs what it costs."""

from __future__ import annotations

import numpy as np
import pytest
import yaml

from tests.money.shipped import day
from warrantysim.money.china_customs import (
    ChinaEntry,
    CustomsRoute,
    china_dispatch_bill,
    china_entry,
    china_route,
    deposit_share,
    rebate_share,
)
from warrantysim.packs.markets import FOLDER
from warrantysim.schema.customs import ChinaCustoms

EXPORTED = day("2026-09-01")


def terms(**changes: object) -> ChinaCustoms:
    plain = {
        "import_entry": "600 CNY",
        "export_entry": "400 CNY",
        "truck_per_kg": "1.5 CNY",
        "truck_minimum": "350 CNY",
        "inspection_share": 0.05,
        "inspection_days": 5,
        "inspection_fee": "500 CNY",
        "vat_share": 0.13,
        "duty_share": 0.08,
        "extension_fee": "800 CNY",
        "capital_cost_share": 0.08,
        "rebate_share": 0.13,
        "rebate_battery_share": [{"from": "2020-01-01", "value": 0.06}, {"from": "2027-01-01", "value": 0.0}],
    }
    return ChinaCustoms.model_validate({**plain, **changes})


def one(china: ChinaCustoms, stay: int = 60, age: int = 100, **unit: object) -> ChinaEntry:
    entered = EXPORTED + age
    plain: dict[str, object] = {
        "declared": 1000.0,
        "exported": EXPORTED,
        "entered": entered,
        "left": entered + stay,
        "for_repair": True,
        "reexported": True,
        "original_state": True,
        "battery": False,
        "share": 0.25,
    }
    return china_entry(china, **{k: np.array([v]) for k, v in {**plain, **unit}.items()})  # type: ignore[arg-type]


def test_the_deposit_is_duty_and_vat_on_value_and_duty() -> None:
    assert deposit_share(terms()) == pytest.approx(0.08 + 0.13 * 1.08)
    assert one(terms()).deposit[0] == pytest.approx(220.40)
    assert one(terms(duty_share=0)).deposit[0] == pytest.approx(130.00)


def test_cash_locked_costs_eight_percent_a_year_for_the_days_it_is_locked() -> None:
    entry = one(terms(deposit_refund_days=13), stay=60)
    assert entry.carrying[0] == pytest.approx(220.40 * 0.08 * 73 / 365)
    assert entry.settled[0] == EXPORTED + 100 + 73
    assert entry.forfeited[0] == 0


@pytest.mark.parametrize(("stay", "lost"), [(179, 0.0), (180, 0.0), (181, 220.40)])
def test_the_deposit_is_lost_the_day_after_its_clock_and_not_before(stay: int, lost: float) -> None:
    entry = one(terms(), stay=stay)
    assert entry.forfeited[0] == pytest.approx(lost)
    assert entry.carrying[0] == pytest.approx(220.40 * 0.08 * min(stay, 180) / 365)


@pytest.mark.parametrize(
    ("stay", "granted", "asked", "lost"),
    [(180, 2, 0, False), (181, 2, 1, False), (361, 2, 2, False), (541, 2, 2, True), (361, 1, 1, True)],
)
def test_extensions_are_asked_for_as_needed_and_run_out(stay: int, granted: int, asked: int, lost: bool) -> None:
    entry = one(terms(extensions=granted), stay=stay)
    assert entry.extensions[0] == asked
    assert entry.extension_fee[0] == pytest.approx(asked * 800 * 0.25)
    assert (entry.forfeited[0] > 0) == lost


def test_a_unit_scrapped_in_china_is_never_re_exported_and_loses_its_deposit() -> None:
    assert one(terms(), reexported=False).forfeited[0] == pytest.approx(220.40)
    assert one(terms(scrapped_forfeits=False), reexported=False).forfeited[0] == 0


def test_a_bank_guarantee_locks_no_cash_costs_its_fee_and_is_called_when_the_clock_is_missed() -> None:
    china = terms(guarantee=True, guarantee_fee_share=0.015)
    entry = one(china, stay=73)
    assert entry.deposit[0] == 0
    assert entry.carrying[0] == pytest.approx(220.40 * 0.015 * 0.2)
    assert one(china, stay=200).forfeited[0] == pytest.approx(220.40)


@pytest.mark.parametrize(
    ("way", "age", "route"),
    [
        ("ecommerce", 180, CustomsRoute.ECOMMERCE_RETURN),
        ("ecommerce", 181, CustomsRoute.ORDINARY),
        ("general", 181, CustomsRoute.GENERAL_RETURN),
        ("general", 365, CustomsRoute.GENERAL_RETURN),
        ("general", 366, CustomsRoute.ORDINARY),
    ],
)
def test_goods_come_home_free_only_by_the_clock_of_the_way_they_left(way: str, age: int, route: CustomsRoute) -> None:
    entry = one(terms(exported_as=way), age=age, for_repair=False)
    assert entry.route[0] == route
    assert entry.deposit[0] == 0
    assert entry.rebate_repaid[0] == pytest.approx(130.0 if route != CustomsRoute.ORDINARY else 0.0)
    assert entry.tax[0] == pytest.approx(0.0 if route != CustomsRoute.ORDINARY else 220.40)


def test_goods_that_were_changed_come_home_as_ordinary_imports() -> None:
    entry = one(terms(), for_repair=False, original_state=False)
    assert entry.route[0] == CustomsRoute.ORDINARY
    assert entry.tax[0] == pytest.approx(220.40)
    recovered = one(terms(ordinary_vat_recoverable=True), for_repair=False, original_state=False)
    assert (recovered.tax[0], recovered.tax_recoverable[0]) == (pytest.approx(80.0), pytest.approx(140.40))


def test_a_late_failure_may_still_be_repaired_where_a_return_would_be_taxed() -> None:
    old = {"for_repair": np.array([True, False]), "original_state": np.array([True, True])}
    got = china_route(terms(), **old, days_since_export=np.array([700, 700]))
    assert got.tolist() == [CustomsRoute.REPAIR_ENTRY, CustomsRoute.ORDINARY]
    refused = china_route(terms(repair_max_days_since_export=365), **old, days_since_export=np.array([700, 700]))
    assert refused.tolist() == [CustomsRoute.ORDINARY, CustomsRoute.ORDINARY]


@pytest.mark.parametrize(("route", "name"), [("bonded", CustomsRoute.BONDED), ("hong_kong", CustomsRoute.HONG_KONG)])
def test_a_bonded_or_hong_kong_bench_has_neither_deposit_nor_clock(route: str, name: CustomsRoute) -> None:
    entry = one(terms(repair_route=route), stay=900)
    assert entry.route[0] == name
    money = (entry.deposit, entry.forfeited, entry.carrying, entry.tax, entry.rebate_repaid, entry.extension_fee)
    assert [float(column[0]) for column in money] == [0.0] * 6


def test_the_rebate_to_repay_is_that_of_the_day_of_export_and_none_for_batteries_from_2027() -> None:
    days = np.array([day("2026-12-31"), day("2027-01-01"), day("2026-12-31")])
    assert rebate_share(terms(), days, np.array([True, True, False])).tolist() == [0.06, 0.0, 0.13]


def test_the_shares_of_one_entrys_fixed_costs_add_up_to_it() -> None:
    n = 4
    days = np.full(n, EXPORTED)
    yes = np.ones(n, dtype=bool)
    entry = china_entry(
        terms(extensions=1),
        declared=np.full(n, 100.0),
        exported=days,
        entered=days + 30,
        left=days + 300,
        for_repair=yes,
        reexported=yes,
        original_state=yes,
        battery=~yes,
        share=np.array([0.1, 0.2, 0.3, 0.4]),
    )
    assert entry.extension_fee.sum() == pytest.approx(800)


def test_a_dispatch_pays_broker_truck_and_perhaps_inspection() -> None:
    kg = np.array([100.0, 400.0, 0.0])
    assert china_dispatch_bill(terms(), kg).tolist() == [950.0, 1200.0, 0.0]
    assert china_dispatch_bill(terms(), kg, np.array([True, False, True])).tolist() == [1450.0, 1200.0, 0.0]
    assert china_dispatch_bill(terms(repair_route="hong_kong"), kg).tolist() == [0.0, 0.0, 0.0]


def test_amounts_of_the_section_are_in_one_currency_and_rebates_are_shares() -> None:
    with pytest.raises(ValueError, match=r"expected truck_minimum in CNY, got 45\.0 USD"):
        terms(truck_minimum="45 USD")
    with pytest.raises(ValueError, match="less than or equal to 1"):
        terms(rebate_share=13)


def test_the_shipped_section_reads() -> None:
    stated = yaml.safe_load((FOLDER / "common.yaml").read_text(encoding="utf-8"))["china_customs"]
    china = ChinaCustoms.model_validate(stated)
    assert (china.vat_share, china.repair_clock_days, china.capital_cost_share) == (0.13, 180, 0.08)
    assert china.import_entry.value == 600
