"""The crossovers of the reference quotes, and what quotes leave open."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from tests.analysis.quote_worlds import quoted
from warrantysim.analysis.quote_terms import exit_costs, open_terms
from warrantysim.analysis.quote_volumes import Side, crossover, monthly_cost, pooling, retainer_pairs, volume_readings
from warrantysim.files.loading import load_scenario
from warrantysim.schema.root import Scenario

FLAT, RETAINER = Side("flatfix-us", "US"), Side("benchlease-uk", "US")


@pytest.fixture(scope="module")
def base() -> Scenario:
    """The shipped scenario with the three reference quotes."""
    return load_scenario(Path(__file__).parents[2] / "scenarios" / "base.yaml")


def test_the_reference_quotes_cross_where_arithmetic_says(base: Scenario) -> None:
    found = volume_readings(base, FLAT, RETAINER, "VAC-L10").set_index("reading")["crossover"]
    # 58 n = 6,800 + 14 n; then 22 for each unit beyond 120; at 5 % off; at 9 % off from 200 on.
    assert found["endless"] == pytest.approx(6800 / 44)
    assert found["list price"] == pytest.approx((6800 - 22 * 120) / (58 - 36))
    assert found["first tier"] == pytest.approx((6800 - 22 * 120) / (0.95 * 58 - 36))
    assert found["all tiers"] == pytest.approx((6800 - 22 * 120) / (0.91 * 58 - 36))


def test_the_only_pair_of_flat_price_and_retainer_that_meets_is_found(base: Scenario) -> None:
    assert retainer_pairs(base) == [(FLAT, RETAINER)]


def test_pooling_pays_where_dear_products_reach_the_crossover_together_that_none_reaches_alone(base: Scenario) -> None:
    pools = pooling(base, FLAT, RETAINER, {"VAC-L10": 80.0, "PRJ-FHD": 120.0, "SWT-FIT": 30.0})
    by = pools.set_index("skus")
    assert not by.loc["VAC-L10", "pays"]
    assert not by.loc["PRJ-FHD", "pays"]
    assert by.loc["PRJ-FHD + VAC-L10", "pays"]
    assert (pools["pays"] == (pools["units"] >= pools["crossover"])).all()


def test_cheap_products_never_make_a_retainer_pay(base: Scenario) -> None:
    one = monthly_cost(base, FLAT, {"SWT-FIT": 1.0}, base.partners["flatfix-us"])
    two = monthly_cost(base, RETAINER, {"SWT-FIT": 1.0}, base.partners["benchlease-uk"])
    assert crossover(one, two) != crossover(one, two)


def test_what_a_quote_does_not_state_is_listed_and_what_it_states_is_not() -> None:
    world = quoted()
    stated = world.partners["P"].replace(valid_to=world.horizon.first_day + dt.timedelta(days=30), source="a letter")
    world = world.replace(partners={**world.partners, "P": stated})
    found = open_terms(world, ["P", "Q"]).set_index(["quote", "term"])["kind"]
    assert found["P", "valid_to"] == "partial"
    assert found["Q", "valid_to"] == "missing"
    assert ("P", "source") not in found.index
    assert found["Q", "source"] == "missing"
    assert found["P", "sla"] == "missing"


def test_leaving_a_retainer_costs_the_months_of_its_term_or_notice(base: Scenario) -> None:
    found = exit_costs(base, ["benchlease-uk"]).set_index(["desk", "notice_month"])["due"]
    assert found["US", 0] == pytest.approx(6 * 6800)
    assert found["US", 6] == pytest.approx(2 * 6800)
    assert found["UK", 0] == 0.0
