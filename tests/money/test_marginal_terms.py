"""The pieces an optimizer sees cost exactly what the months are billed."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.money.quotes import demo, pool, quote, tiers
from warrantysim.money.contracts import Segments
from warrantysim.money.marginal_terms import MarginalTerms, marginal_terms
from warrantysim.money.settlement import monthly_bill
from warrantysim.schema.contracts import Partner

RETAINER = {"per_month": "6800 USD", "included_units": 120, "extra_unit": "22 USD"}
MINIMUM = "1500 USD"
SINGLE = {
    "flat": quote(),
    "all-units": quote(tiers("all_units", (100, 0.05), (200, 0.09)), minimum_per_month=MINIMUM),
    "incremental": quote(tiers("incremental", (50, 0.05), (150, 0.10)), minimum_per_month=MINIMUM),
    "retainer": quote(repaired=None, retainer=RETAINER, onboarding="100 USD"),
    "retainer and tiers": quote(tiers("incremental", (80, 0.2), (121, 0.3)), retainer=RETAINER),
    "minimum alone": quote(minimum_per_month=MINIMUM, receiving="6 USD"),
}


def beyond_unit_charges(table: Segments, units: np.ndarray, fees: np.ndarray, service: np.ndarray) -> float:
    """The bill less what the units cost at list price."""
    return monthly_bill(table, units, fees, service).total - fees.sum() - service.sum()


@pytest.mark.parametrize("name", SINGLE)
@settings(max_examples=60, deadline=None)
@given(n=st.one_of(st.integers(0, 400).map(float), st.floats(0, 400)), fee=st.floats(1, 90), extra=st.floats(0, 20))
def test_one_desk_at_one_fee_costs_to_the_cent_what_it_is_billed(name: str, n: float, fee: float, extra: float) -> None:
    table = pool(SINGLE[name])
    (terms,) = marginal_terms(table, mean_fee=fee)
    units = np.array([[n]])
    bill = beyond_unit_charges(table, units, fee * units, extra * units)
    assert terms.cost(units, fee * units, extra * units) == pytest.approx(bill, abs=1e-6)


@settings(max_examples=60, deadline=None)
@given(n=st.integers(0, 400), fees=st.floats(0, 30_000))
def test_all_units_tiers_are_exact_whatever_the_fees(n: int, fees: float) -> None:
    table = pool(SINGLE["all-units"])
    (terms,) = marginal_terms(table)
    units, money = np.array([[float(n)]]), np.array([[fees * (n > 0)]])
    assert terms.cost(units, money) == pytest.approx(beyond_unit_charges(table, units, money, 0 * money), abs=1e-6)


@settings(max_examples=60, deadline=None)
@given(us=st.integers(1, 200), uk=st.integers(1, 200))
def test_pooled_desks_are_exact_at_their_mix(us: int, uk: int) -> None:
    table = pool(demo()["benchlease-uk"], "US", "UK")
    units = np.array([[float(us), float(uk)]])
    (terms,) = marginal_terms(table, mix=units[0] / units.sum())
    nothing = np.zeros((1, 2))
    assert terms.cost(units, nothing) == pytest.approx(beyond_unit_charges(table, units, nothing, nothing), abs=1e-6)


def test_a_contract_year_is_one_period_with_a_minimum_each_month() -> None:
    partner = quote(tiers("all_units", (120, 0.10), basis="year"), minimum_per_month="95 USD")
    table = pool(partner, horizon=24, before=1, after=2)
    terms = marginal_terms(table)
    assert [t.months for t in terms] == [tuple(range(12)), tuple(range(12, 24))]
    units = np.zeros((27, 1))
    units[1:25, 0] = [9, 11] * 12
    bill = monthly_bill(table, units, 10 * units)
    cost = sum(t.cost(u, 10 * u) for t, u in zip(terms, (units[1:13], units[13:25]), strict=True))
    assert cost == pytest.approx(bill.total - 10 * units.sum())
    assert cost == pytest.approx(-0.1 * 2400 + 12 * 5)


def jump_down(terms: MarginalTerms) -> np.ndarray:
    """Cost just after a break less cost just before it, at a fee of 10."""
    k = np.arange(len(terms.lower) - 1)
    at = terms.lower[1:]
    return (
        terms.jump[k + 1, 0] - terms.jump[k, 0]
        + (terms.per_unit[k + 1, 0] - terms.per_unit[k, 0]) * at
        + (terms.per_fee[k + 1, 0] - terms.per_fee[k, 0]) * 10 * at
    )  # fmt: skip


def test_all_units_jump_down_at_each_tier_and_the_rest_is_continuous() -> None:
    assert jump_down(marginal_terms(pool(SINGLE["all-units"]))[0]) == pytest.approx([-50.0, -80.0])
    for name in ("incremental", "retainer", "retainer and tiers"):
        assert jump_down(marginal_terms(pool(SINGLE[name]), mean_fee=10.0)[0]) == pytest.approx(0.0, abs=1e-9)


def test_incremental_slopes_fall_and_a_retainers_slope_rises_to_the_price_of_an_extra_unit() -> None:
    (concave,) = marginal_terms(pool(SINGLE["incremental"]), mean_fee=10.0)
    assert concave.per_fee[:, 0].tolist() == [0.0, -0.05, -0.10]
    (lease,) = marginal_terms(pool(SINGLE["retainer"]))
    assert lease.per_unit[:, 0].tolist() == [0.0, 22.0]
    assert lease.upper.tolist() == [120.0, np.inf]


def test_months_outside_the_horizon_have_terms_without_fixed_charges() -> None:
    terms = marginal_terms(pool(SINGLE["retainer"], before=1, after=1))
    assert [float(t.fixed.sum()) for t in terms] == [0.0, 6900.0, 0.0]
    assert all(t.per_unit[1, 0] == 22.0 for t in terms)


def test_converted_terms_cost_the_same_in_another_currency() -> None:
    (terms,) = marginal_terms(pool(SINGLE["incremental"]), mean_fee=10.0)
    units = np.array([[120.0]])
    assert terms.converted([7.1]).cost(units, 71 * units) == pytest.approx(7.1 * terms.cost(units, 10 * units))


def test_tiers_by_dispatch_are_one_discount_at_the_mean_dispatch() -> None:
    partner = quote(tiers("incremental", (11, 0.5), basis="dispatch"))
    (terms,) = marginal_terms(pool(partner), mean_fee=10.0, units_per_dispatch=20.0)
    assert terms.lower.tolist() == [0.0]
    assert terms.per_fee.tolist() == [[-0.25]]


@pytest.mark.parametrize(
    ("partner", "missing"),
    [
        (SINGLE["incremental"], "the incremental tiers of test need the mean repair fee"),
        (demo()["benchlease-uk"], "the pooled contract of test needs the mix of its desks"),
        (quote(tiers("all_units", (3, 0.5), basis="dispatch")), "need the mean size of a dispatch"),
    ],
    ids=["fee", "mix", "dispatch"],
)
def test_a_number_the_terms_depend_on_must_be_given(partner: Partner, missing: str) -> None:
    with pytest.raises(ValueError, match=missing):
        marginal_terms(pool(partner))
