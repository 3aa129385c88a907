"""Shares carry intervals that hold."""

from __future__ import annotations

import numpy as np
import pytest

from warrantysim.fitting.shares import counted


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


def test_a_share_of_more_than_there_were_is_refused() -> None:
    with pytest.raises(ValueError, match="expected 0 <= counted <= 3"):
        counted(4, 3)
