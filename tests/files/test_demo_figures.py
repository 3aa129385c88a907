"""The reference seller's figures are the stated ones: products, faults, prices of the ways, times, quotes."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from tests.claims.expected import claims_per_month
from warrantysim.files.loading import load_scenario
from warrantysim.money.customs import mpf
from warrantysim.schema.markets import BySize
from warrantysim.schema.root import Scenario

BASE = Path(__file__).parents[2] / "scenarios" / "base.yaml"
MARKETS = ("US", "DE", "UK", "JP")

PRODUCTS = """
CHG-65  29.99 6.6  9.80 7.9  0.16 12x9x5   4200-1100-800-900  0     0.25  none         540/730/540/540
CBL-100 14.99 2.6  3.90 3.2  0.14 16x12x3  6500-1600-1200-1300 0    0.25  none         540/730/540/540
BUD-ANC 59.99 18   21.0 20.0 0.22 13x11x6  2200-700-500-600   0     0     in_equipment 365/730/365/365
PLG-4P  32.99 8.6  12.5 10.2 0.42 20x14x8  1500-600-450-150   0.027 0.25  none         365/730/365/365
PWB-20K 45.99 12.6 18.5 15.6 0.55 18x11x5  1800-500-400-700   0.034 0.25  standalone   540/730/540/540
VAC-L10 399   118  172  142  9.50 46x42x24 620-260-150-110    0     0.25  in_equipment 365/730/365/365
AIR-200 129   34   55   46   5.40 30x30x46 700-220-160-140    0     0.25  none         730/730/730/365
CAM-2CH 149.99 53  58   57   0.75 20x14x9  900-380-260-320    0     0     supercap     540/730/540/540
PRJ-FHD 289   96   126  108  2.30 30x26x15 380-190-120-130    0     0.25  none         365/730/365/365
ERC-6   16.99 2.2  3.60 2.9  0.18 20x14x2  2400-600-500-400   0.053 0.25  none         365/730/365/365
IPC-2K  49.99 15.2 17.0 16.6 0.35 14x11x9  1300-420-350-200   0     0     none         365/730/365/365
SWT-FIT 79.99 25.5 30   28.4 0.25 15x10x8  1000-350-250-300   0     0.075 in_equipment 365/730/365/365
"""
"""Price US, ex works, landed in the US and elsewhere [USD], kg, cm, units a month, duty and Section 301, battery, days
of warranty."""
FAULTS = """
CHG-65  10 15 5  0 0  0  70
CBL-100 8  12 10 0 0  0  70
BUD-ANC 18 20 6  3 5  28 20
PLG-4P  30 18 2  0 0  30 20
PWB-20K 8  14 8  4 0  0  66
VAC-L10 20 14 8  3 38 12 5
AIR-200 20 22 3  0 38 12 5
CAM-2CH 15 18 5  1 30 26 5
PRJ-FHD 14 16 6  0 30 28 6
ERC-6   0  5  15 0 0  0  80
IPC-2K  30 18 3  0 5  30 14
SWT-FIT 12 18 10 4 18 28 10
"""
"""Per cent of claims: user-fixable, no fault, excluded, battery safety, repairable to level 2, above, beyond repair. Of
the power bank 21 points of battery safety moved to beyond repair, as practitioners say."""


@pytest.fixture(scope="module")
def base() -> Scenario:
    """The reference seller."""
    return load_scenario(BASE)


@pytest.mark.parametrize("line", PRODUCTS.strip().splitlines(), ids=lambda line: line.split()[0])
def test_a_product_costs_weighs_and_sells_as_stated(base: Scenario, line: str) -> None:
    name, *figures = line.split()
    price, ex_works, landed_us, landed, kg = map(float, figures[:5])
    sides, units, mfn, s301, battery, warranties = figures[5:]
    sku = base.skus[base.sku_index[name]]
    assert (sku.ex_works, sku.weight_kg, sku.battery) == (ex_works, kg, battery)
    assert [sku.length_cm, sku.width_cm, sku.height_cm] == [float(side) for side in sides.split("x")]
    assert (sku.mfn_share, sku.s301_share) == (float(mfn), float(s301))
    terms = {row.market: row for row in base.sku_markets if row.sku == name}
    assert [terms[m].warranty_days for m in MARKETS] == [int(days) for days in warranties.split("/")]
    assert [terms[m].landed_cost for m in MARKETS] == [landed_us, landed, landed, landed]
    assert terms["US"].list_price == terms["DE"].list_price == price
    assert terms["UK"].list_price == pytest.approx(0.85 * price, abs=0.01)
    assert terms["JP"].list_price == pytest.approx(150 * price, abs=1)
    sold = {m: sum(r.units_per_month for r in base.sales if (r.sku, r.market) == (name, m)) for m in MARKETS}
    assert [sold[m] for m in MARKETS] == pytest.approx([int(n) for n in units.split("-")], rel=1e-9)


@pytest.mark.parametrize("line", FAULTS.strip().splitlines(), ids=lambda line: line.split()[0])
def test_claims_have_the_stated_causes(base: Scenario, line: str) -> None:
    name, *shares = line.split()
    rows = [row for row in base.faults if row.sku == name]

    def per_cent(kind: str, levels: tuple[int, ...] = (1, 2, 3, 4)) -> float:
        return 100 * sum(row.share for row in rows if row.kind == kind and row.skill in levels)

    found = [per_cent(kind) for kind in ("user_fixable", "no_fault_found", "excluded", "battery_safety")]
    found += [per_cent("repairable", (1, 2)), per_cent("repairable", (3, 4)), per_cent("unrepairable")]
    assert found == pytest.approx([float(share) for share in shares])


def sized(prices: BySize) -> list[float]:
    return [prices.small.value, prices.mid.value, prices.large.value]


PLACES = {
    "US": ((2, 3, 5), (2.5, 4, 6), (5.2, 7, 20), 0.15, (4, 0.8), (3.5, 0.30), (0.008, 0.010), 0.3, (45, 110, 0.03)),
    "DE": (
        (2.5, 3.5, 5.5),
        (3, 4.5, 7),
        (5, 6.5, 13),
        0.12,
        (4, 0.8),
        (1.8, 0.30),
        (0.004, 0.008),
        0.15,
        (40, 60, 0.02),
    ),
    "UK": (
        (1.8, 2.6, 4.2),
        (2.2, 3.5, 5),
        (4.2, 5.5, 11),
        0.14,
        (4, 0.8),
        (2.2, 0.35),
        (0.007, 0.010),
        0.25,
        (40, 55, 0.03),
    ),
    "JP": (
        (300, 450, 800),
        (400, 700, 1100),
        (550, 800, 1500),
        0.08,
        (3, 0.8),
        (1.6, 0.25),
        (0.001, 0.003),
        0.1,
        (5000, 8000, 0.01),
    ),
}
"""Receiving, test and fulfilment by size, labels not used, ship-out lag and transit (median, sigma), loss and damage,
who insists on money early; export and import broker, examinations."""


@pytest.mark.parametrize("name", PLACES)
def test_a_markets_hub_parcels_and_customs_cost_and_take_what_is_stated(base: Scenario, name: str) -> None:
    receive, test, fulfilment, unused, lag, transit, mishaps, insists, entry = PLACES[name]
    m = base.markets[name]
    assert sized(m.hub.receive) == list(receive)
    assert sized(m.hub.test) == list(test)
    assert sized(m.parcel.fulfilment) == list(fulfilment)
    assert m.customer.label_unused_share == unused
    assert (m.customer.ship_lag_days.number("median"), m.customer.ship_lag_days.number("sigma")) == lag
    assert (m.parcel.transit_days.number("median"), m.parcel.transit_days.number("sigma")) == transit
    assert (m.parcel.loss_share, m.parcel.damage_share) == mishaps
    assert m.customer.insist_money_early_share == insists
    assert m.customer.insist_money_late_share == insists / 2
    (customs,) = [row for row in base.customs if row.market == name]
    assert (customs.export_entry, customs.import_entry, customs.exam_share) == entry


AIR = {
    "US": (85, 6.9, 4.6, 3.4, 2.9, 6.26, (6, 12)),
    "DE": (75, 4.2, 2.9, 2.2, 1.9, 3.52, (6, 12)),
    "UK": (80, 4.6, 3.2, 2.5, 2.1, 3.70, (6, 12)),
    "JP": (60, 3.0, 2.0, 1.5, 1.2, 2.20, (4, 8)),
}
"""To China: minimum and rates below 45 kg, from 45, 100 and 300 kg; back; days from door to door [USD, USD per kg]."""
SEA = {
    "US": (110, 160, 1.60, (32, 50)),
    "DE": (95, 150, 1.30, (38, 60)),
    "UK": (105, 160, 1.40, (40, 62)),
    "JP": (60, 110, 0.80, (14, 25)),
}
"""To China: rate per cubic metre and fixed part; back per kg; days from door to door."""


@pytest.mark.parametrize("name", MARKETS)
def test_freight_costs_and_takes_what_is_stated_either_way(base: Scenario, name: str) -> None:
    def rates(lane: str) -> list[float]:
        rows = sorted((row for row in base.freight_breaks if row.lane == lane), key=lambda row: row.from_quantity)
        return [row.rate for row in rows]

    *out, back, air_days = AIR[name]
    per_cbm, fixed, sea_back, sea_days = SEA[name]
    assert [base.lanes[f"{name}-CN-air"].minimum, *rates(f"{name}-CN-air")] == out
    assert rates(f"CN-{name}-air") == [back]
    assert (rates(f"{name}-CN-sea"), base.lanes[f"{name}-CN-sea"].fixed) == ([per_cbm], fixed)
    assert rates(f"CN-{name}-sea") == [sea_back]
    for way, days in (("air", air_days), ("sea", sea_days)):
        lane = base.markets[name].china[way]
        for leg in (lane.out_days, lane.back_days):
            assert (leg.number("low"), leg.number("high")) == days


def test_an_entry_of_4000_dollars_pays_the_least_processing_fee_and_a_small_one_the_informal(base: Scenario) -> None:
    (us,) = [row for row in base.customs if row.market == "US"]
    assert mpf(us, np.array([4000.0, 2500.0, 1e6])).tolist() == [33.58, 2.69, 651.50]


def test_china_costs_and_takes_what_is_stated(base: Scenario) -> None:
    c, bench = base.china_customs, base.china_bench
    assert (c.import_entry.value, c.truck_per_kg.value, c.truck_minimum.value) == (600, 1.5, 350)
    assert (c.vat_share, c.capital_cost_share, c.repair_clock_days, c.inspection_share) == (0.13, 0.08, 180, 0.05)
    assert 0 <= c.duty_share <= 0.08
    assert c.rebate_battery_share.on(base.horizon.first_day) == 0
    assert (bench.first_pass_yield, bench.parts_stockout_share) == (0.92, 0.06)
    assert {(row.bench_minutes.kind, row.bench_minutes.number("cv")) for row in base.faults} == {("gamma", 0.5)}
    # A unit that cannot be repaired costs 4 dollars there, handling among them.
    assert bench.disposal_per_unit is not None
    assert bench.fixed_per_unit.value + bench.disposal_per_unit.value == pytest.approx(4)


def test_units_are_worth_what_is_stated(base: Scenario) -> None:
    r = base.recovery
    assert (r.swap_share, r.harvest_share, r.decay_share_per_month) == (0.85, 0.05, 0.05)
    fees = {row.market: row.share for row in base.platform_fees if row.fee == "liquidation_share"}
    assert r.liquidation_fee_share is None
    assert fees == dict.fromkeys(base.market_ids, 0.15)
    assert r.trade_share_of_price == {"none": 0, "appliance": 0.35, "screen": 0.60}
    assert 0.05 <= r.liquidation_share <= 0.10


def test_the_flat_quote_is_the_stated_one(base: Scenario) -> None:
    p = base.partners["flatfix-us"]
    desk = p.desks["US"]
    assert desk.repaired is not None
    fees = {sku: price.on(base.horizon.first_day).value for sku, price in desk.repaired.by_sku.items()}
    assert fees == {"VAC-L10": 58, "AIR-200": 40, "PRJ-FHD": 72, "CAM-2CH": 42, "SWT-FIT": 34}
    assert p.tiers is not None
    assert (p.tiers.kind, [step.from_units for step in p.tiers.steps]) == ("all_units", [100, 200])
    assert (p.yield_share, p.bounce_share, p.skill, p.payment_days) == (0.88, 0.06, 2, 30)


def test_the_tiered_quote_is_the_stated_one(base: Scenario) -> None:
    p = base.partners["tierwerk-de"]
    desk = p.desks["DE"]
    assert desk.repaired is not None
    fees = {level: price.on(base.horizon.first_day).value for level, price in desk.repaired.by_level.items()}
    assert fees == {1: 18, 2: 32, 3: 58}
    assert p.tiers is not None
    assert (p.tiers.kind, [step.from_units for step in p.tiers.steps]) == ("incremental", [50, 150])
    assert desk.minimum_per_month is not None
    assert desk.minimum_per_month.on(base.horizon.first_day).value == 1500
    assert (p.yield_share, p.bounce_share, p.skill, p.payment_days) == (0.93, 0.035, 3, 14)


def test_the_retainer_is_the_stated_one_at_both_desks(base: Scenario) -> None:
    p = base.partners["benchlease-uk"]
    assert (p.yield_share, p.bounce_share, p.skill, p.term_months, p.notice_days) == (0.90, 0.05, 2, 6, 60)
    assert p.retainer_in_advance
    for desk in p.desks.values():
        assert desk.retainer is not None
        day = base.horizon.first_day
        monthly = (desk.retainer.per_month, desk.retainer.extra_unit, desk.retainer.technician_per_month)
        assert [price.on(day).value for price in monthly if price is not None] == [6800, 22, 6100]
        assert desk.retainer.included_units.on(day) == 120


def test_exchange_rates_are_the_stated_ones(base: Scenario) -> None:
    assert base.usd_per_unit("EUR") == 1.16
    assert base.usd_per_unit("GBP") == 1.34
    assert 1 / base.usd_per_unit("CNY") == pytest.approx(7.10)
    assert 1 / base.usd_per_unit("JPY") == pytest.approx(152)


def test_sales_rise_in_july_and_towards_christmas(base: Scenario) -> None:
    stated = [0.85, 0.80, 0.90, 0.90, 0.90, 0.95, 1.35, 0.95, 0.90, 1.10, 1.60, 1.55]
    assert [row.multiplier for row in sorted(base.season, key=lambda row: row.month)] == stated


def test_robot_vacuums_in_germany_claim_9_percent_over_their_warranty(base: Scenario) -> None:
    row, market = base.sku_index["VAC-L10"], base.market_index["DE"]
    sold = sum(r.units_per_month for r in base.sales if (r.sku, r.market) == ("VAC-L10", "DE"))
    assert claims_per_month(base)[row, market] / sold == pytest.approx(0.09, rel=0.03)
