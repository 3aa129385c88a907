"""Bills of quotes are lines of the ledger, and their winning prices are where they begin to lose."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from tests.analysis.quote_worlds import of_a_list, quoted
from tests.analysis.seller import AT_P, AT_Q, REFUND, SEED
from tests.worlds import partner, usd
from warrantysim.analysis.cases import Case, yearly_costs
from warrantysim.analysis.quote_findings import good_unit_costs, jackknife, monthly
from warrantysim.analysis.quote_offers import QuoteStudy, study_quotes
from warrantysim.analysis.quote_prices import WinningPrice, affine_costs, scaled, winning_price
from warrantysim.analysis.quote_work import QuoteYear, quote_years
from warrantysim.experiment.bench_months import months_of_horizon
from warrantysim.experiment.intervals import t_interval
from warrantysim.money.categories import Category
from warrantysim.money.statement import CATEGORIES
from warrantysim.schema.amounts import Amount

N = 4
Q = Case("at Q", quoted(), AT_Q)


@pytest.fixture(scope="module")
def years() -> list[QuoteYear]:
    """Years at Q, the dearer of two partners."""
    return list(quote_years(Q, "Q", N, SEED))


@pytest.fixture(scope="module")
def study() -> QuoteStudy:
    """P at 20 is signed, Q at 30 is not."""
    return study_quotes(Q.scenario, replications=N, seed=SEED, within=50.0, decide=of_a_list)


@pytest.fixture(scope="module")
def winning(study: QuoteStudy) -> WinningPrice:
    """Where Q begins to win."""
    return winning_price(study, "Q", N, cases=[Q])


def test_statement_months_add_up_to_ledger_lines(years: list[QuoteYear]) -> None:
    booked = {Category[name.upper()] for name in CATEGORIES.values()}
    for year in years:
        ledger, q = year.ledger, Q.scenario.partner_ids.index("Q")
        rows = ledger.in_scope & (ledger.partner == q) & np.isin(ledger.category, [int(c) for c in booked])
        billed = sum(s.total("USD") for s in year.statements)
        assert billed > 0
        assert billed == pytest.approx(float(ledger.reporting[rows].sum()), abs=1e-6)


def test_years_are_the_same_on_any_number_of_processes(years: list[QuoteYear]) -> None:
    others = list(quote_years(Q, "Q", N, SEED, jobs=2))
    assert len(others) == len(years) == N
    for mine, other in zip(years, others, strict=True):
        assert (mine.cost, mine.reached, mine.good) == (other.cost, other.reached, other.good)
        assert np.array_equal(mine.ledger.reporting, other.ledger.reporting)


def test_years_stop_when_asked() -> None:
    assert len(list(quote_years(Q, "Q", N, SEED, cancel=lambda: True))) == 1


def test_a_contract_nobody_came_to_bills_its_minimum_even_so() -> None:
    desk = partner(desk={"repaired": {"flat": usd(20)}, "minimum_per_month": usd(100)})
    world = quoted(partners={"P": desk})
    rule = AT_P.rules[0]
    never = rule.zones[0].replace(from_=Amount(100_000.0, "USD"))
    policy = AT_P.replace(rules=(rule.replace(zones=(*REFUND.rules[0].zones, never)),))
    (year,) = quote_years(Case("idle", world, policy), "P", 1, SEED)
    due = 100.0 * months_of_horizon(world)
    assert year.reached == 0
    assert sum(s.total("USD") for s in year.statements) == pytest.approx(due)
    assert year.cost["fixed"] == pytest.approx(due)


def test_the_monthly_table_holds_every_line_of_every_statement(years: list[QuoteYear]) -> None:
    billed = sum(row.amount for y in years for s in y.statements for row in s.rows)
    assert monthly("Q", years)["amount"].sum() * N == pytest.approx(billed)


def test_the_groups_of_a_good_units_cost_add_up_to_the_claims_of_the_partner(years: list[QuoteYear]) -> None:
    for year in years:
        assert year.good <= year.reached
        assert year.per_good * year.good == pytest.approx(sum(year.cost.values()))


def test_a_haircut_makes_a_good_unit_dearer_at_every_volume(years: list[QuoteYear]) -> None:
    frame = good_unit_costs(Q.scenario, "Q", years).set_index(["volume", "reading"])["landed"].unstack()
    assert len(frame)
    assert (frame["haircut"] > frame["promised"]).all()


def test_the_landed_cost_of_a_good_unit_is_the_sum_of_its_parts_and_lies_in_its_interval(
    years: list[QuoteYear],
) -> None:
    frame = good_unit_costs(Q.scenario, "Q", years)
    parts = frame[["bill", "around", "replaced", "waiting", "payment"]].sum(axis=1)
    np.testing.assert_allclose(parts, frame["landed"])
    np.testing.assert_allclose(frame[["inbound", "parts", "storage", "outbound"]].sum(axis=1), frame["around"])
    assert ((frame["low"] <= frame["landed"]) & (frame["landed"] <= frame["high"])).all()


def test_years_that_differ_make_a_good_unit_less_sure(years: list[QuoteYear]) -> None:
    apart = [replace(y, cost={g: c * (1.0 + 0.1 * k) for g, c in y.cost.items()}) for k, y in enumerate(years)]
    same, other = (good_unit_costs(Q.scenario, "Q", found) for found in (years, apart))
    assert ((other["high"] - other["low"]) > (same["high"] - same["low"]) + 0.1).all()


def test_for_a_mean_the_jackknife_is_the_t_interval() -> None:
    samples = np.array([3.0, 4.5, 9.0, 1.0, 2.0])
    left = (samples.sum() - samples) / (len(samples) - 1)
    assert jackknife(left, 0.9) == pytest.approx(float(t_interval(samples, 0.9).half_width))


def test_one_year_alone_has_no_interval(years: list[QuoteYear]) -> None:
    assert good_unit_costs(Q.scenario, "Q", years[:1])["low"].isna().all()


@pytest.mark.parametrize("factor", [0.3, 0.8, 1.4])
def test_costs_are_affine_in_the_factor_on_a_quotes_prices(years: list[QuoteYear], factor: float) -> None:
    none, slope = affine_costs(Q, "Q", years)
    dear = scaled(Q.scenario, "Q", factor)
    simulated = yearly_costs([Case("scaled", dear, AT_Q)], range(N), SEED)[0]
    np.testing.assert_allclose(none + factor * slope, simulated, rtol=1e-9)


def test_a_quote_wins_just_below_its_winning_price_and_loses_just_above(
    study: QuoteStudy, winning: WinningPrice
) -> None:
    selected = study.costs[study.selection.best].mean()
    for factor, wins in ((winning.factor - 0.02, True), (winning.factor + 0.02, False)):
        world = scaled(Q.scenario, "Q", factor)
        cost = yearly_costs([Case("at Q", world, AT_Q)], range(N), SEED)[0].mean()
        assert (cost < selected) == wins


def test_the_winning_price_lies_within_its_interval_and_below_the_list(winning: WinningPrice) -> None:
    # P does the same work at 20 and Q at 30; fees without a fault do not differ, so the factor is a little below 2/3.
    assert winning.low <= winning.factor <= winning.high
    assert 0.5 < winning.factor < 1.0


def test_a_quote_no_rules_sign_has_no_winning_price(study: QuoteStudy) -> None:
    found = winning_price(study, "Q", N, cases=[])
    assert np.isnan(found.factor)
    assert found.case is None
