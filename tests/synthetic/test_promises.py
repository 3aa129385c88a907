"""Fits and forecasts from report files hold what they promise, of a few sellers; ``make sellers`` tries a hundred."""

from __future__ import annotations

import pytest

from tests.synthetic.__main__ import broken, told
from tests.synthetic.promises import Promises, promises


def test_a_promise_that_is_not_kept_is_told() -> None:
    kept = Promises(sellers=9, lives=200, lives_covered=150, months=200, months_covered=180, loss=1, loss_of_growth=2,
                    loss_of_weibull=1.5)  # fmt: skip
    assert broken(kept) == ["lives: expected 90% to 98% covered"]
    assert "lives: 150 of 200 covered (75.0%)" in told(kept)
    worse = Promises(months=200, months_covered=180, loss=3.0, loss_of_growth=2.0, loss_of_weibull=9.0)
    assert broken(worse) == ["forecasts: expected less loss than either rival"]


@pytest.mark.slow
def test_lives_and_forecasts_of_a_few_sellers_cover_and_beat_last_year_times_growth() -> None:
    kept = sum((promises(seed) for seed in range(8)), start=Promises())
    assert kept.lives_covered / kept.lives > 0.88
    assert 0.8 < kept.months_covered / kept.months <= 1
    assert kept.told == pytest.approx(kept.made, rel=0.15)
    assert kept.loss < 0.8 * kept.loss_of_growth
