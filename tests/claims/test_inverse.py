"""One uniform gives one value of the stated distribution."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from warrantysim.claims.inverse import (
    mixture_failed,
    mixture_life,
    quantile,
    residual_life,
    weibull_failed,
    weibull_life,
)
from warrantysim.schema.distribution import Distribution

MIDDLE = (np.arange(400_000) + 0.5) / 400_000
STATED = [
    "constant(value=4)",
    "uniform(low=2, high=5)",
    "exponential(mean=3)",
    "gamma(mean=45, cv=0.5)",
    "gamma(mean=2, cv=1.5)",
    "lognormal(median=4, sigma=0.8)",
    "weibull(eta=900, beta=1.4)",
    "hyperexponential(mean=3, cv=2)",
    "triangular(low=1, mode=2, high=6)",
    "empirical(values=1|1|4|9)",
]


def _dist(text: str) -> Distribution:
    return Distribution.model_validate(text)


@pytest.mark.parametrize("text", STATED)
def test_the_mean_over_all_probabilities_is_the_stated_mean(text):
    dist = _dist(text)
    assert quantile(dist, MIDDLE).mean() == pytest.approx(dist.mean(), rel=2e-3)


@pytest.mark.parametrize("text", STATED)
def test_a_higher_probability_never_gives_a_lower_value(text):
    assert np.all(np.diff(quantile(_dist(text), MIDDLE)) >= 0)


@pytest.mark.parametrize("text", STATED)
def test_the_shift_moves_every_value(text):
    shifted = _dist(text.replace(")", ", min=10)"))
    assert np.allclose(quantile(shifted, MIDDLE[::1000]), quantile(_dist(text), MIDDLE[::1000]) + 10)


@pytest.mark.parametrize(
    ("text", "cv"),
    [
        ("gamma(mean=45, cv=0.5)", 0.5),
        ("hyperexponential(mean=3, cv=2)", 2.0),
        ("hyperexponential(mean=3, cv=1)", 1.0),
        ("exponential(mean=3)", 1.0),
        ("lognormal(median=4, sigma=0.5)", math.sqrt(math.exp(0.25) - 1)),
    ],
)
def test_the_spread_is_the_stated_one(text, cv):
    values = quantile(_dist(text), MIDDLE)
    assert values.std() / values.mean() == pytest.approx(cv, rel=1e-2)


def test_the_hyperexponential_inverse_undoes_its_distribution_function_far_into_both_tails():
    mean, cv = 3.0, 4.0
    p = (1 + math.sqrt((cv**2 - 1) / (cv**2 + 1))) / 2
    u = np.array([1e-12, 1e-6, 0.01, 0.5, 0.99, 1 - 1e-6, 1 - 1e-12])
    t = quantile(_dist(f"hyperexponential(mean={mean}, cv={cv})"), u)
    survival = p * np.exp(-2 * p * t / mean) + (1 - p) * np.exp(-2 * (1 - p) * t / mean)
    assert np.allclose(np.log(survival), np.log1p(-u), rtol=1e-11)


def test_known_medians():
    half = np.array([0.5])
    assert quantile(_dist("lognormal(median=4, sigma=0.8)"), half)[0] == pytest.approx(4)
    assert quantile(_dist("exponential(mean=3)"), half)[0] == pytest.approx(3 * math.log(2))
    assert quantile(_dist("triangular(low=0, mode=1, high=2)"), half)[0] == pytest.approx(1)
    assert quantile(_dist("weibull(eta=10, beta=2)"), half)[0] == pytest.approx(10 * math.sqrt(math.log(2)))


def test_the_empirical_kind_draws_each_value_equally_often():
    values = quantile(_dist("empirical(values=9|1|4|1)"), np.array([0.0, 0.24, 0.26, 0.5, 0.74, 0.75, 0.999]))
    assert values.tolist() == [1, 1, 1, 4, 4, 9, 9]


def test_a_triangle_or_range_of_no_width_is_a_point():
    for text in ("triangular(low=2, mode=2, high=2)", "uniform(low=2, high=2)"):
        assert set(quantile(_dist(text), MIDDLE[::1000])) == {2.0}


life = st.tuples(st.floats(0.001, 0.999), st.floats(20, 5000), st.floats(0.5, 3))


@given(life)
def test_the_share_failed_by_a_life_is_the_probability_it_was_drawn_at(drawn):
    u, eta, beta = drawn
    assert weibull_failed(weibull_life(np.array([u]), eta, beta), eta, beta)[0] == pytest.approx(u)


@given(life, st.floats(0, 2000))
def test_a_residual_life_is_the_life_given_survival(drawn, age):
    u, eta, beta = drawn
    rest = residual_life(np.array([u]), np.array([age]), eta, beta)[0]
    survived = math.exp(-((age / eta) ** beta))
    if survived > 1e-6:
        further = math.exp(-(((age + rest) / eta) ** beta))
        assert further / survived == pytest.approx(1 - u, rel=1e-6)


def test_without_ageing_a_residual_life_is_a_new_life_and_at_age_0_it_always_is():
    u = MIDDLE[::4000]
    assert np.allclose(residual_life(u, np.full(len(u), 700.0), 500.0, 1.0), weibull_life(u, 500.0, 1.0))
    assert np.allclose(residual_life(u, np.zeros(len(u)), 500.0, 1.7), weibull_life(u, 500.0, 1.7))


def test_a_mixed_population_fails_as_its_two_kinds_do_together():
    mixed_life = mixture_life(MIDDLE, 0.02, 30.0, 0.9, 2000.0, 1.3)
    for age in (10, 100, 365, 730, 3000):
        expected = 0.02 * weibull_failed(age, 30.0, 0.9) + 0.98 * weibull_failed(age, 2000.0, 1.3)
        assert (mixed_life <= age).mean() == pytest.approx(expected, abs=1e-5)
        assert mixture_failed(np.array(age), 0.02, 30.0, 0.9, 2000.0, 1.3) == pytest.approx(expected)


@pytest.mark.parametrize("share", [0.0, 1.0])
def test_a_population_of_one_kind_lives_as_that_kind_and_no_life_is_infinite(share):
    u = np.array([0.0, 0.3, 1 - 2.0**-53])
    kind = (30.0, 0.9) if share else (2000.0, 1.3)
    lives = mixture_life(u, share, 30.0, 0.9, 2000.0, 1.3)
    assert np.allclose(lives, weibull_life(u, *kind))
    assert np.all(np.isfinite(lives))
