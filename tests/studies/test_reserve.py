"""Money to set aside: what is paid, at a quantile of years, as sure as the years simulated allow."""

from __future__ import annotations

import numpy as np
import pytest

from tests.analysis.seller import seller
from tests.answers import told
from warrantysim.analysis.cases import Case
from warrantysim.experiment.intervals import quantile_interval
from warrantysim.experiment.simulate import simulate
from warrantysim.studies import study_of
from warrantysim.studies.study import Stored, Work

YEARS = 40


@pytest.fixture(scope="module")
def case() -> Case:
    return Case.of(seller(units=40.0), name="shop")


@pytest.fixture(scope="module")
def found(case: Case) -> Stored:
    study = study_of("reserve")
    return study.run([case], study.options({"replications": YEARS, "share": 0.8}), Work(seed=5))


def test_it_is_the_cash_of_the_years_simulated(case: Case, found: Stored) -> None:
    cash = simulate(case.scenario, case.policy, replications=YEARS, seed=5).totals["cash"].to_numpy()
    year = found.tables["year"].iloc[0]
    assert year["mean"] == pytest.approx(cash.mean())
    assert np.mean(cash <= year["enough"] + 1e-6) >= 0.8
    assert np.sum(cash < year["enough"] - 1e-6) < 0.8 * YEARS
    assert year["enough_low"] < year["enough"] < year["enough_high"]


def test_means_of_months_and_markets_add_up_to_the_year_and_what_is_enough_does_not(found: Stored) -> None:
    year = found.tables["year"].iloc[0]
    for name in ("months", "markets"):
        part = found.tables[name]
        assert part["mean"].sum() == pytest.approx(year["mean"], rel=0.02), "but for charges of no month"
    assert found.tables["months"]["enough"].sum() > year["enough"]


def test_too_few_years_are_said_to_be(case: Case) -> None:
    study = study_of("reserve")
    found = study.run([case], study.options({"replications": 4}), Work(seed=5))
    assert np.isinf(found.tables["year"]["enough_high"].iloc[0])
    text = told("reserve", found, case)
    assert "too few years" in text
    assert "from " in text


def test_the_answer_names_the_sum_first_in_either_language(case: Case, found: Stored) -> None:
    amount = f"{found.tables['year']['enough'].iloc[0]:,.0f}"
    for lang in ("en", "zh"):
        lines = told("reserve", found, case, lang).splitlines()
        assert any(amount in line for line in lines[:8])


def test_intervals_of_a_quantile_cover_whatever_the_law() -> None:
    generator = np.random.default_rng(4)
    truth = np.exp(1.2815515655446004)
    low, high = quantile_interval(np.exp(generator.standard_normal((4000, 40))), 0.9)
    assert 0.94 <= np.mean((low <= truth) & (truth <= high)) <= 0.99
    assert np.isfinite(low).all()


def test_an_end_the_samples_cannot_bound_is_infinite() -> None:
    low, high = quantile_interval(np.arange(10.0), 0.9)
    assert high == np.inf
    assert low == 6.0
