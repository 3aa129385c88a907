"""What replications allow to be said."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from warrantysim.experiment.intervals import cvar, paired, replications_needed, t_interval, t_quantile


def test_an_interval_is_the_mean_and_t_standard_errors_to_either_side() -> None:
    found = t_interval(np.array([[1.0, 3.0], [10.0, 10.0]]))
    # Student's t with one degree of freedom: 12.7062 at 97.5 %; standard error sqrt(2) / sqrt(2) = 1.
    np.testing.assert_allclose(found.mean, [2.0, 10.0])
    np.testing.assert_allclose(found.half_width, [12.7062, 0.0], atol=1e-4)
    np.testing.assert_allclose(found.low + found.high, 2 * found.mean)


def test_an_interval_covers_the_truth_as_often_as_its_level_says() -> None:
    samples = np.random.default_rng(np.random.PCG64(1)).normal(size=(20_000, 6))
    found = t_interval(samples, 0.9)
    covered = np.mean((found.low <= 0) & (found.high >= 0))
    assert covered == pytest.approx(0.9, abs=0.007)


def test_one_replication_says_nothing_about_its_own_spread() -> None:
    assert np.isnan(t_interval(np.array([5.0])).half_width)
    assert not paired(np.array([5.0]), np.array([3.0])).detectable


def test_equal_samples_have_no_width_whatever_their_digits() -> None:
    assert t_interval(np.full(7, 0.1)).half_width == 0.0


def test_the_same_costs_differ_by_nothing_and_no_difference_is_detected() -> None:
    cost = np.array([3.1, 2.9, 3.3])
    found = paired(cost, cost)
    assert found.interval.mean == 0.0
    assert found.interval.half_width == 0.0
    assert not found.detectable
    assert found.a_lower == 0.5


def test_luck_that_both_share_leaves_their_difference_alone() -> None:
    luck = np.array([100.0, -300.0, 50.0, 900.0])
    found = paired(luck + 2.0, luck)
    np.testing.assert_allclose(found.interval.mean, 2.0)
    assert found.detectable
    assert found.a_lower == 0.0


def test_samples_that_are_no_pairs_are_refused() -> None:
    with pytest.raises(ValueError, match="pairs"):
        paired(np.zeros(3), np.zeros(4))


@given(st.floats(0.01, 50), st.floats(0.05, 10))
def test_the_replications_needed_are_the_fewest_that_do(deviation: float, half_width: float) -> None:
    n = int(replications_needed(deviation, half_width))

    def width(count: int) -> float:
        return t_quantile(0.95, count - 1) * deviation / count**0.5

    assert width(n) <= half_width * (1 + 1e-9)
    assert n == 2 or width(n - 1) > half_width


def test_a_difference_of_nothing_takes_for_ever_to_detect() -> None:
    assert replications_needed(1.0, 0.0) == np.inf
    assert paired(np.array([1.0, -1.0]), np.zeros(2)).needed == np.inf


def test_cvar_is_the_mean_of_the_worst_tenth_the_edge_in_part() -> None:
    losses = np.arange(1.0, 21.0)
    assert cvar(losses, 0.9) == pytest.approx(19.5)
    assert cvar(losses, 0.875) == pytest.approx((20 + 19 + 0.5 * 18) / 2.5)
    assert cvar(losses, 0.99) == pytest.approx(20.0)
    assert cvar(losses, 0.0) == pytest.approx(losses.mean())
