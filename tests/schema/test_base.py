"""The reference seller is the one described, and each what-if differs from it only where it says."""

from __future__ import annotations

import datetime as dt
import time
from pathlib import Path

import numpy as np
import pytest

from tests.claims.expected import claims_per_month
from warrantysim.files.loading import Loaded, load, load_scenario
from warrantysim.money.transport import RateCards
from warrantysim.schema.paths import at, match, parse, tree_of
from warrantysim.schema.root import Scenario

SCENARIOS = Path(__file__).parents[2] / "scenarios"
BASE = SCENARIOS / "base.yaml"


@pytest.fixture(scope="module")
def base() -> Scenario:
    """The reference seller."""
    return load_scenario(BASE)


def test_it_sells_twelve_products_in_four_markets_over_three_channels(base: Scenario) -> None:
    assert len(base.skus) == 12
    assert base.market_ids == ("US", "DE", "UK", "JP")
    assert base.channel_ids == ("FBA", "FBM", "OWN")
    assert len(base.sales) == 144
    assert sum(row.units_per_month for row in base.sales) == pytest.approx(40_810, rel=0.001)


def test_it_decides_for_the_calendar_year_2027(base: Scenario) -> None:
    assert (base.horizon.first_day, base.horizon.days) == (dt.date(2027, 1, 1), 365)
    assert (base.horizon.run_in_days, base.horizon.run_out_days) == (150, 120)
    assert base.tariff_preset == "301-only"


def test_claims_a_month_are_those_of_the_demo_seller(base: Scenario) -> None:
    by_market = dict(zip(base.market_ids, claims_per_month(base).sum(axis=0), strict=True))
    assert by_market["US"] == pytest.approx(581, rel=0.03)
    assert by_market["DE"] == pytest.approx(286, rel=0.03)  # 305, less what robot vacuums claim less often.
    assert by_market["UK"] == pytest.approx(137, rel=0.03)
    assert by_market["JP"] == pytest.approx(139, rel=0.03)


def test_the_bench_stands_still_around_the_new_year_of_6_february_2027(base: Scenario) -> None:
    year = [row for row in base.closures if row.calendar == "china_bench" and row.first_day.year == 2027]
    assert [(row.first_day.isoformat()[5:], row.last_day.isoformat()[5:], row.rate) for row in year] == [
        ("01-27", "02-14", 0.0),
        ("02-15", "02-21", 0.4),
        ("02-22", "02-28", 0.7),
        ("10-01", "10-07", 0.0),
    ]


def test_every_new_year_has_the_same_shape(base: Scenario) -> None:
    new_years = {2027: dt.date(2027, 2, 6), 2028: dt.date(2028, 1, 26), 2029: dt.date(2029, 2, 13)}
    for year, day in new_years.items():
        shape = [
            ((row.first_day - day).days, (row.last_day - day).days, row.rate)
            for row in base.closures
            if row.calendar == "china_bench" and row.first_day.year == year and row.first_day.month < 4
        ]
        assert shape == [(-10, 8, 0.0), (9, 15, 0.4), (16, 22, 0.7)]


def test_two_technicians_in_china_work_for_all_markets_at_a_transfer_price(base: Scenario) -> None:
    assert base.china_bench.technicians == 2
    assert str(base.china_bench.transfer_price_per_hour) == "10.0 USD"


def test_the_third_quote_is_in_dollars_at_its_us_desk_and_in_pounds_in_the_uk(base: Scenario) -> None:
    desks = base.partners["benchlease-uk"].desks
    assert {name: desk.currency for name, desk in desks.items()} == {"US": "USD", "UK": "GBP"}
    assert base.partners["flatfix-us"].desk_for("US") == "US"
    assert base.partners["tierwerk-de"].desk_for("DE") == "DE"


def test_every_market_has_a_hub_that_only_tests_every_product(base: Scenario) -> None:
    for market in base.market_ids:
        hub = base.partners[f"hub-test-{market.lower()}"]
        assert hub.test_only
        assert hub.desk_for(market) == market
        assert all(hub.takes(sku.sku, sku.category) for sku in base.skus)


def test_power_banks_and_earbuds_have_no_pool_and_4_percent_of_power_banks_are_unsafe(base: Scenario) -> None:
    pools = {row.sku: row.pool for row in base.stock}
    assert not pools["PWB-20K"]
    assert not pools["BUD-ANC"]
    assert pools["VAC-L10"]
    assert sum(row.share for row in base.faults if row.sku == "PWB-20K" and row.kind == "battery_safety") == 0.04


def test_waiting_costs_35_cents_a_day_at_the_mean_price(base: Scenario) -> None:
    prices = [row.list_price for row in base.sku_markets if row.market == "US"]
    assert base.experience.waiting_share_per_day * np.mean(prices) == pytest.approx(0.35, rel=0.02)


def test_warranty_stock_covers_the_expected_replacements_of_its_lead_time(base: Scenario) -> None:
    claims = claims_per_month(base)
    for row in base.stock:
        if row.base_stock is not None:
            a_month = claims[base.sku_index[row.sku], base.market_index[row.market]]
            assert row.base_stock >= a_month * row.lead_days / 30


def test_every_market_but_the_us_has_a_legal_floor_for_every_age_of_its_warranties(base: Scenario) -> None:
    for market in base.market_ids:
        rows = [r for r in base.legal_floors if r.market == market and not r.region and not r.categories]
        spans = sorted({(r.age_from_days, r.age_to_days) for r in rows})
        assert spans[0][0] == 0
        assert all(a[1] == b[0] for a, b in zip(spans, spans[1:], strict=False))
    strict = {r.market for r in base.legal_floors if r.chooser == "customer"}
    assert strict == {"DE", "UK"}


def test_every_label_card_carries_every_product_of_its_market(base: Scenario) -> None:
    cards = RateCards(base.rate_cards, base.label_rates, base.peak)
    weights = np.array([sku.weight_kg for sku in base.skus])
    sides = np.array([[sku.length_cm, sku.width_cm, sku.height_cm] for sku in base.skus])
    day = np.full(len(weights), base.horizon.first_day.toordinal())
    for market in base.markets.values():
        cost = cards.label_cost(market.parcel.card, weights, sides, market.parcel.zone, day)
        assert np.isfinite(cost).all()
        assert (cost > 0).all()


def test_every_assumed_figure_lies_within_its_range(base: Scenario) -> None:
    assert len(base.assumptions) > 200
    tree = tree_of(base)
    for row in base.assumptions:
        (path,) = match(tree, row.path, base.TABLES)
        stated = at(tree, path)
        value = float(str(stated).split()[0])
        assert row.low <= value <= row.high, row.path
        if " " in str(stated):
            assert row.unit.split()[0] == str(stated).split()[1], row.path


def test_every_row_says_where_it_comes_from(base: Scenario) -> None:
    silent = [
        f"{table}[{','.join(row.key)}]" for table in base.TABLES for row in getattr(base, table) if not row.source
    ]
    assert silent == []


def test_reading_it_takes_less_than_a_fifth_of_a_second() -> None:
    times = []
    for _ in range(4):
        begun = time.process_time()
        load_scenario(BASE)
        times.append(time.process_time() - begun)
    assert min(times) < 0.2


SAYS: dict[str, tuple[str, ...]] = {
    "freight-up-40": ("freight_breaks[*].rate", "freight_lanes[*].minimum", "freight_lanes[*].fixed"),
    "tariff-surcharge": ("tariff_preset",),
    "eu-window-30": ("windows[*].window_days",),
    "power-bank-recall": ("lots[*]",),
    "guide-off": ("skus[*].guide_on", "skus[*].guide_cost_per_unit"),
    "warranty-24-months": ("sku_markets[*].warranty_days",),
    "flatfix-out": ("partners.flatfix-us.valid_to",),
    "tierwerk-out-in-june": ("partners.tierwerk-de.valid_to",),
    "benchlease-out": ("partners.benchlease-uk.valid_to",),
    "new-year-doubled": ("closures[*].last_day", "closures[*]"),
    "fba-to-fbm": ("sales[*].units_per_month",),
    "nff-up-10": ("faults[*].share",),
    "law-no-deduction": ("legal_floors[*]",),
    "currencies-up-10": ("fx[*].usd_per_unit",),
    "currencies-down-10": ("fx[*].usd_per_unit",),
}
"""Where each what-if says it differs; keys of rows left out."""
_LOADED: dict[str, Loaded[Scenario]] = {}


def what_if(name: str) -> Loaded[Scenario]:
    """A what-if, read once."""
    if name not in _LOADED:
        _LOADED[name] = load(SCENARIOS / f"{name}.yaml")
    return _LOADED[name]


def generic(path: str) -> str:
    """``sales[A,US,FBA].units_per_month`` as ``sales[*].units_per_month``."""
    out = ""
    for step in parse(path):
        out += "[*]" if step.bracketed else f".{step.parts[0]}" if out else step.parts[0]
    return out


def test_every_what_if_is_held_to_what_it_says() -> None:
    files = {path.stem for path in SCENARIOS.glob("*.yaml")}
    assert files - {"base"} == set(SAYS)
    assert len(SAYS) >= 10


@pytest.mark.parametrize("name", SAYS)
def test_a_what_if_differs_from_the_base_only_where_it_says(name: str) -> None:
    loaded = what_if(name)
    assert loaded.scenario.name == name
    assert {generic(change.path) for change in loaded.changes} == set(SAYS[name])
    assert len(loaded.scenario.why) > 40
    assert loaded.scenario.title.en
    assert loaded.scenario.title.zh


def test_freight_costs_40_percent_more_at_every_break(base: Scenario) -> None:
    dearer = what_if("freight-up-40").scenario
    for old, new in zip(base.freight_breaks, dearer.freight_breaks, strict=True):
        assert new.rate == pytest.approx(1.4 * old.rate, rel=1e-12)
    for before, after in zip(base.freight_lanes, dearer.freight_lanes, strict=True):
        assert (after.minimum, after.fixed) == pytest.approx((1.4 * before.minimum, 1.4 * before.fixed))


def test_the_surcharge_is_ten_points_on_top_of_section_301() -> None:
    s = what_if("tariff-surcharge").scenario
    held = {row.preset: row for row in s.tariffs if row.market == "US" and row.preset in {"301-only", s.tariff_preset}}
    assert held["301-only"].surcharge_share == 0
    assert held[s.tariff_preset].surcharge_share == 0.10
    assert held[s.tariff_preset].s301_factor == held["301-only"].s301_factor


def test_own_fulfilment_takes_over_every_unit_the_platform_shipped(base: Scenario) -> None:
    moved = what_if("fba-to-fbm").scenario
    for sku in base.sku_ids:
        for market in base.market_ids:
            old, new = (
                {r.channel: r.units_per_month for r in s.sales if (r.sku, r.market) == (sku, market)}
                for s in (base, moved)
            )
            assert new["FBA"] == 0
            assert new["FBM"] == pytest.approx(old["FBA"] + old["FBM"], rel=1e-9)
            assert new["OWN"] == old["OWN"]


def test_ten_points_of_hardware_faults_become_none_in_proportion(base: Scenario) -> None:
    other = what_if("nff-up-10").scenario
    hardware = {"repairable", "unrepairable"}
    for sku in base.sku_ids:
        old, new = ([r for r in s.faults if r.sku == sku] for s in (base, other))
        before = sum(r.share for r in old if r.kind in hardware)
        for one, two in zip(old, new, strict=True):
            if one.kind == "no_fault_found":
                assert two.share == pytest.approx(one.share + 0.10)
            elif one.kind in hardware:
                assert two.share == pytest.approx(one.share * (before - 0.10) / before)
            else:
                assert two.share == one.share
        assert sum(r.share for r in new) == pytest.approx(1.0, abs=1e-9)


def test_the_shutdown_is_twice_as_long_and_its_ramp_follows(base: Scenario) -> None:
    def spring(s: Scenario) -> list[tuple[int, float]]:
        rows = [r for r in s.closures if r.calendar == "china_bench" and r.first_day.isoformat()[:4] == "2027"]
        rows = sorted((r for r in rows if r.first_day.month < 6), key=lambda r: r.first_day)
        assert all(a.last_day + dt.timedelta(1) == b.first_day for a, b in zip(rows, rows[1:], strict=False))
        return [((r.last_day - r.first_day).days + 1, r.rate) for r in rows]

    assert spring(base) == [(19, 0.0), (7, 0.4), (7, 0.7)]
    assert spring(what_if("new-year-doubled").scenario) == [(38, 0.0), (7, 0.4), (7, 0.7)]


def test_a_partner_that_is_out_takes_no_unit_of_the_run(base: Scenario) -> None:
    for name, partner in (("flatfix-out", "flatfix-us"), ("benchlease-out", "benchlease-uk")):
        quote = what_if(name).scenario.partners[partner]
        assert not quote.open_on(base.horizon.begins)
        assert not quote.open_on(base.horizon.first_day)
    leaving = what_if("tierwerk-out-in-june").scenario.partners["tierwerk-de"]
    assert leaving.open_on(dt.date(2027, 5, 31))
    assert not leaving.open_on(dt.date(2027, 6, 1))


def test_recalled_power_banks_fail_more_often_and_unsafely(base: Scenario) -> None:
    (lot,) = what_if("power-bank-recall").scenario.lots
    assert base.lots == ()
    assert lot.early_share is not None
    assert lot.early_share > 10 * max(r.early_share for r in base.sku_markets if r.sku == lot.sku)
    kinds = {r.fault: r.kind for r in base.faults if r.sku == lot.sku}
    assert kinds[lot.fault] == "battery_safety"


def test_each_of_the_three_quotes_is_out_in_a_what_if_of_its_own(base: Scenario) -> None:
    quotes = {name for name, partner in base.partners.items() if not partner.test_only}
    stopped = {
        change.path.split(".")[1]
        for name in SAYS
        for change in what_if(name).changes
        if change.path.endswith("valid_to")
    }
    assert stopped == quotes
    assert len(quotes) == 3
