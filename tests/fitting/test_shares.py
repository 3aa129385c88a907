"""Shares and lags carry intervals that hold, and open cases are not left out."""

from __future__ import annotations

import numpy as np
import pytest

from warrantysim.fitting.fit import NotIdentified
from warrantysim.fitting.shares import counted, known_before, lag


def test_a_share_counted_has_the_interval_printed_for_it() -> None:
    # Brown, Cai & DasGupta 2001, table 2: Jeffreys limits for 2 of 10 and 0 of 10 at 95 %.
    assert counted(2, 10).interval() == pytest.approx((0.044, 0.503), abs=6e-4)
    assert counted(0, 10).interval() == pytest.approx((0.0, 0.217), abs=6e-4)


def test_intervals_of_shares_cover() -> None:
    generator = np.random.default_rng(5)
    truth = generator.uniform(0.02, 0.6, 2000)
    seen = generator.binomial(40, truth)
    inside = [low <= p <= high for p, n in zip(truth, seen, strict=True) for low, high in [counted(n, 40).interval()]]
    assert 0.93 <= np.mean(inside) <= 0.97


def test_what_was_known_before_is_the_range_stated_and_data_outweigh_it() -> None:
    before = known_before(0.12, 0.20, 0.32)
    low, high = before.interval(0.8)
    assert before.value == pytest.approx(0.20)
    assert low == pytest.approx(0.12, abs=0.01)
    assert high == pytest.approx(0.29, abs=0.03)
    assert counted(0, 0, before) == before
    assert counted(2_000, 4_000, before).value == pytest.approx(0.5, abs=0.01)


def test_a_share_of_more_than_there_were_is_refused() -> None:
    with pytest.raises(ValueError, match="expected 0 <= counted <= 3"):
        counted(4, 3)
    with pytest.raises(ValueError, match="expected 0 <= low"):
        known_before(0.4, 0.2, 0.3)


def test_lags_still_running_make_a_lag_longer() -> None:
    generator = np.random.default_rng(3)
    days = np.round(np.exp(np.log(12) + 0.6 * generator.standard_normal(1500)))
    cut = 15.0
    fit, weights = lag(days[days <= cut], np.full(int((days > cut).sum()), cut))
    assert fit.law.name == "lognormal"
    assert weights.sum() == pytest.approx(1)
    low, high = fit.value_interval("median")
    assert low < 12 < high
    assert high < 13.5
    assert np.median(days[days <= cut]) < low, "leaving the open ones out would tell a shorter lag"


def test_a_lag_that_never_ended_is_not_told() -> None:
    with pytest.raises(NotIdentified, match="none has ended"):
        lag([], [3, 4])
