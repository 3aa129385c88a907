"""Claims born from sales: which, when, at what price, and what does not move them."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from tests import worlds as tiny
from tests.claims.expected import claims_per_month
from tests.claims.worlds import CERTAIN, faults_of, flat_season, lot, said, sold, terms_of, world
from warrantysim.claims.births import born, root_cohorts
from warrantysim.claims.cohorts import cohorts
from warrantysim.claims.columns import DTYPES, Claims, Origin
from warrantysim.claims.digest import mixed
from warrantysim.claims.inverse import mixture_life
from warrantysim.claims.lots import lots
from warrantysim.claims.stream_ids import Purpose
from warrantysim.claims.terms import terms
from warrantysim.schema.clock import DAY, REACH, Clock
from warrantysim.schema.products import ClaimRow

OPPORTUNISTIC = {"opportunistic": {"US": [{"from": "0 USD", "share": 0.01}]}}


def _field(claims: Claims) -> Claims:
    return claims.take(claims.origin == Origin.FIELD)


def test_two_replications_differ_and_one_repeated_is_the_same_in_every_column():
    w = world(births=OPPORTUNISTIC)
    one, again, other = born(w, 1, 0), born(w, 1, 0, root_cohorts(w)), born(w, 1, 1)
    assert all(np.array_equal(getattr(one, name), getattr(again, name), equal_nan=True) for name in DTYPES)
    assert set(one.unit.tolist()) != set(other.unit.tolist())


def test_units_sold_are_laid_out_once_for_births_and_prices():
    w = world()
    assert root_cohorts(w).cohorts is cohorts(w, terms(w), lots(w))


def test_columns_have_their_types_and_rows_rise_by_opening_and_unit():
    claims = born(world(births=OPPORTUNISTIC), 1, 0)
    assert {name: getattr(claims, name).dtype for name in DTYPES} == DTYPES
    assert np.array_equal(np.lexsort((claims.unit, claims.opened)), np.arange(len(claims)))
    assert np.array_equal(claims.root, np.arange(len(claims)))
    assert not claims.generation.any()
    assert len(np.unique(claims.unit)) == len(claims) > 0


def test_a_claim_opens_after_failure_within_the_warranty_plus_the_report_lag_and_inside_the_window():
    w = world(births={**OPPORTUNISTIC, "report_lag_days": 2.0})
    claims = born(w, 1, 0)
    assert np.all(claims.delivered - claims.sold == 3 * DAY)
    assert np.all(claims.warranty_end - claims.delivered == 365 * DAY)
    assert np.array_equal(claims.born, claims.delivered)
    field = _field(claims)
    failed = field.opened - 2 * DAY
    assert np.all((failed >= field.delivered) & (failed <= field.warranty_end))
    assert np.all((claims.opened >= -60 * DAY) & (claims.opened < 395 * DAY))


def test_births_are_exactly_the_units_whose_own_draw_falls_inside_their_warranty():
    """Against a plain loop over all units, with a NumPy generator of its own for each cohort."""
    horizon = SimpleNamespace(days=365, run_in_days=0, run_out_days=400)
    w = world(changes={"early_share": 0.02, "life_beta": 0.8}, horizon=horizon)
    groups = root_cohorts(w).cohorts
    year = [i for i, m in enumerate(groups.month) if m // 12 == 2027]
    sold_then, failing = set(), set()
    for i in year:
        stream = np.random.Philox(key=np.array([5 << 32 | 3, mixed(groups.key[i], Purpose.LIFE)[0]], dtype=np.uint64))
        draws = np.random.Generator(stream).random(groups.units[i])
        keys = [int(mixed(groups.key[i], n)[0]) for n in range(groups.units[i])]
        lives = mixture_life(draws, 0.02, 30.0, 0.9, 1460.0, 0.8)
        sold_then |= set(keys)
        failing |= {key for key, life in zip(keys, lives, strict=True) if life < 365}
    assert len(failing) > 1000
    assert set(born(w, 5, 3).unit.tolist()) & sold_then == failing


def test_a_product_added_leaves_every_other_claim_as_it_was():
    one = world(["B"], births=OPPORTUNISTIC)
    two = world(["A", "B", "C"], births=OPPORTUNISTIC)
    mine = [c for c in said(two, born(two, 1, 0)) if c[0] == "B"]
    assert mine == said(one, born(one, 1, 0))


def test_the_order_of_rows_in_any_table_moves_nothing():
    w = world(["A", "B"], markets=["US", "DE"], lots=(lot("x", "A", 0.3, life_eta_days=300), lot("y", "A", 0.3)))
    turned = {name: tuple(reversed(getattr(w, name))) for name in ("skus", "sku_markets", "sales", "faults", "lots")}
    other = SimpleNamespace(**{**vars(w), **turned, "market_ids": ("DE", "US"), "channel_ids": ("FBA", "OWN")})
    assert said(w, born(w, 1, 0)) == said(other, born(other, 1, 0))


def test_more_sales_only_add_claims():
    few = set(said(w := world(units=300), born(w, 1, 0)))
    many = set(said(w := world(units=450), born(w, 1, 0)))
    assert few < many


def test_a_longer_warranty_or_a_more_willing_customer_only_adds_claims():
    base = set(born(world(), 1, 0).unit.tolist())
    assert base < set(born(world(changes={"warranty_days": 500}), 1, 0).unit.tolist())
    shy = world(births={"propensity": {"US": {**CERTAIN, "base": 0.5}}})
    assert set(born(shy, 1, 0).unit.tolist()) < base


def test_a_wider_window_or_another_first_day_of_the_horizon_changes_no_claim_of_the_old_window():
    w = world()
    wide = world(horizon=SimpleNamespace(days=400, run_in_days=200, run_out_days=100))
    inside = [c for c in said(wide, born(wide, 1, 0)) if -60 * DAY <= c[8] < 395 * DAY]
    assert inside == said(w, born(w, 1, 0))
    later = world(clock=Clock(dt.date(2027, 1, 11)), horizon=SimpleNamespace(days=355, run_in_days=70, run_out_days=30))
    shifted = [
        (*c[:6], c[6] + 10 * DAY, c[7] + 10 * DAY, c[8] + 10 * DAY, c[9]) for c in said(later, born(later, 1, 0))
    ]
    assert shifted == said(w, born(w, 1, 0))


def test_claims_a_month_are_those_the_integral_expects():
    w = world(
        ["A", "B"],
        units=900,
        markets=["US", "DE"],
        changes={"early_share": 0.01, "life_beta": 1.2},
        births={
            "propensity": {
                "US": {"base": 0.9, "cheap_factor": 0.3, "half_price": "60 USD", "decline_per_year": 0.1},
                "DE": {"base": 0.8, "cheap_factor": 0.2, "half_price": "30 EUR", "decline_per_year": 0.0},
            },
            "promotion_share": 0.4,
            "promotion_depth": "uniform(low=0.1, high=0.5)",
        },
    )
    ready = root_cohorts(w)
    counted = np.zeros((2, 2))
    for replication in range(10):
        claims = born(w, 1, replication, ready)
        year = claims.take((claims.opened >= 0) & (claims.opened < 365 * DAY))
        np.add.at(counted, (year.sku, year.market), 1)
    expected = claims_per_month(w) * 12 * 10
    assert np.all(np.abs(counted - expected) < 4 * np.sqrt(expected))
    assert counted.sum() > 10_000


def test_the_season_moves_sales_between_months_but_not_the_year():
    w = world(units=100.4, season=flat_season(m11=2.0, m12=2.0))
    groups = root_cohorts(w).cohorts
    months = groups.month % 12
    plain = 100.4 * 12 / 14
    assert np.all(np.isin(groups.units[months < 10], [int(plain), int(plain) + 1]))
    assert np.all(np.isin(groups.units[months >= 10], [int(2 * plain), int(2 * plain) + 1]))
    year = (groups.month >= 2026 * 12) & (groups.month < 2027 * 12)
    assert abs(groups.units[year].sum() - 100.4 * 12) < 6


def test_fractions_of_a_unit_are_sold_in_that_share_of_cohorts_and_the_same_in_every_replication():
    w = world([f"P{i}" for i in range(60)], units=0.25)
    groups = root_cohorts(w).cohorts
    possible = 60 * len(np.unique(root_cohorts(world(units=5)).cohorts.month))
    assert set(groups.units.tolist()) == {1}
    assert len(groups.units) / possible == pytest.approx(0.25, abs=4 * np.sqrt(0.25 * 0.75 / possible))


def test_units_are_sold_inside_their_month_in_market_time():
    w = world(markets=["DE"], births={"delivery_days": {}})
    claims = born(w, 1, 0)
    starts = w.clock.month_starts("Europe/Berlin")
    groups = root_cohorts(w).cohorts
    assert set(groups.start.tolist()) <= set(starts.tolist())
    assert np.all(np.isin(starts[np.searchsorted(starts, claims.sold, side="right") - 1], groups.start))
    assert np.array_equal(claims.delivered, claims.sold)


def test_a_launch_sells_nothing_before_its_date_and_an_end_nothing_after():
    sales = (
        sold("A", 500, **{"from": "2026-05-01"}),
        sold("A", 0, **{"from": "2026-09-01"}),
    )
    w = world(sales=sales)
    day = w.market_days.ordinals(born(w, 1, 0).sold, 0)
    assert dt.date.fromordinal(int(day.min())) >= dt.date(2026, 5, 1)
    assert dt.date.fromordinal(int(day.max())) < dt.date(2026, 9, 1)


def test_the_price_paid_is_the_list_price_less_promotion_and_net_of_tax_where_prices_include_it():
    w = world(markets=["US", "DE"], births={"promotion_share": 0.3, "promotion_depth": 0.2})
    claims = born(w, 1, 0)
    full = claims.price_gross == 100.0
    assert full.mean() == pytest.approx(0.7, abs=0.05)
    assert np.allclose(claims.price_gross[~full], 80.0)
    us = claims.market == 0
    assert np.array_equal(claims.price_net[us], claims.price_gross[us])
    assert np.allclose(claims.price_net[~us], claims.price_gross[~us] / 1.19)


def test_new_terms_bind_units_sold_from_their_month_on():
    terms = (terms_of("A"), terms_of("A", list_price=150.0, warranty_days=200, **{"from": "2026-11-01"}))
    w = world(sku_markets=terms)
    claims = born(w, 1, 0)
    new = claims.sold >= w.clock.month_starts("America/New_York")[REACH - 2]
    assert set(claims.price_gross[new]) == {150.0}
    assert set(claims.price_gross[~new]) == {100.0}
    assert set(((claims.warranty_end - claims.delivered) // DAY)[new]) == {200}


def test_units_sold_before_any_terms_hold_are_an_error_that_names_them():
    w = world(sku_markets=(terms_of("A", **{"from": "2026-06-01"}),))
    with pytest.raises(ValueError, match=r"A is sold in US in 2025-\d\d, but no row of sku_markets holds then"):
        born(w, 1, 0)


def test_opportunistic_candidates_are_the_stated_share_of_units_never_fail_and_have_no_fault():
    w = world(births=OPPORTUNISTIC, units=3000)
    plain = born(world(units=3000), 1, 0)
    claims = born(w, 1, 0)
    latent = claims.take(claims.origin == Origin.OPPORTUNISTIC)
    assert len(latent) == pytest.approx(0.01 * 3000 * 455 / 365 * 12, rel=0.1)
    assert {w.faults[i].kind for i in latent.fault} == {"no_fault_found"}
    assert not set(latent.unit.tolist()) & set(claims.unit[claims.origin == Origin.FIELD].tolist())
    assert np.array_equal(_field(claims).unit, plain.unit)
    age = (latent.opened - latent.delivered) / DAY
    assert np.all((age >= 0) & (age <= 365))
    assert age.mean() == pytest.approx(182.5, abs=12)


def test_a_unit_that_fails_is_no_opportunistic_candidate_however_many_those_are():
    w = world(births={"opportunistic": {"US": [{"from": "0 USD", "share": 0.95}]}})
    claims = born(w, 1, 0)
    assert len(np.unique(claims.unit)) == len(claims)
    assert np.array_equal(_field(claims).unit, born(world(), 1, 0).unit)


def test_the_opportunistic_share_goes_by_list_price():
    steps = [{"from": "90 USD", "share": 0.02}, {"from": "120 USD", "share": 0.5}]
    for price, expected in ((80.0, 0.0), (100.0, 0.02)):
        w = world(changes={"list_price": price}, births={"opportunistic": {"US": steps}})
        assert 1.0 - root_cohorts(w).cohorts.files_from[0] == pytest.approx(expected)


def test_opportunistic_claims_on_a_product_that_is_never_found_without_fault_are_an_error():
    w = world(births=OPPORTUNISTIC, faults=tuple(faults_of("A", repairable=1.0)))
    with pytest.raises(ValueError, match="opportunistic claims of A need a fault of kind no_fault_found"):
        born(w, 1, 0)


def test_faults_come_in_the_stated_shares():
    w = world(units=5000)
    claims = born(w, 1, 0)
    shares = np.bincount(claims.fault, minlength=3) / len(claims)
    assert np.allclose(shares, [0.3, 0.5, 0.2], atol=4 * 0.5 / np.sqrt(len(claims)))


def test_a_world_without_sales_bears_nothing():
    assert len(born(world(sales=()), 1, 0)) == 0


def test_stated_claims_of_the_window_join_those_born_and_move_none_of_them():
    def stated(day: float) -> ClaimRow:
        return ClaimRow.model_validate({"claim": f"{day}", "opened_day": day, "sku": "A", "market": "US", "value": 50})

    w = world(claims_table=(stated(10), stated(-59), stated(-61), stated(394), stated(395)))
    claims = born(w, 1, 0)
    table = claims.origin == Origin.TABLE
    assert [c // DAY for c in claims.opened[table]] == [-59, 10, 394]
    assert said(w, claims.take(~table)) == said(world(), born(world(), 1, 0))
    assert np.array_equal(claims.root, np.arange(len(claims)))
    alone = world(sales=(), claims_table=(stated(10),))
    assert len(born(alone, 1, 0)) == 1


def test_listed_claims_take_the_place_of_drawn_ones_or_are_added_as_the_scenario_says() -> None:
    sold = [{"sku": sku, "market": "US", "channel": "OWN", "units_per_month": 300} for sku in ("A", "B")]
    listed = [{"claim": "c", "opened_day": 10, "sku": "A", "market": "US", "value": 100}]
    stated: dict[str, Any] = {"sales": sold, "terms_of": {"life_eta_days": 500}}
    drawn = born(tiny.world(("A", "B"), **stated), 1, 0)
    added = born(tiny.world(("A", "B"), **stated, claims_table=listed, claims_table_mode="added"), 1, 0)
    instead = born(tiny.world(("A", "B"), **stated, claims_table=listed, claims_table_mode="instead"), 1, 0)
    of_a, of_b = (int((drawn.sku == sku).sum()) for sku in (0, 1))
    assert min(of_a, of_b) > 10
    assert [int((added.sku == sku).sum()) for sku in (0, 1)] == [of_a + 1, of_b]
    assert [int((instead.sku == sku).sum()) for sku in (0, 1)] == [1, of_b]


def test_a_sieve_that_lets_every_unit_through_finds_the_same_claims() -> None:
    w = world(births=OPPORTUNISTIC)
    ready = root_cohorts(w)
    cohorts = ready.cohorts
    # Of what is sold in the last months, only what fails before the run is over matters.
    last = cohorts.start > cohorts.start.max() - 40 * DAY
    assert cohorts.fails_below[last].max() < cohorts.fails_below.min(where=~last, initial=1.0)
    all_through = replace(ready, cohorts=replace(cohorts, fails_below=np.ones(len(cohorts.units))))
    one, all_looked_at = born(w, 1, 0, ready), born(w, 1, 0, all_through)
    assert len(one) > 0
    assert all(np.array_equal(getattr(one, name), getattr(all_looked_at, name), equal_nan=True) for name in DTYPES)
