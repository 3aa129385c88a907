"""How promises are held against the truth; `make coverage` does it for 200 worlds."""

from __future__ import annotations

import numpy as np

from tests.coverage_of_decisions.__main__ import broken
from tests.coverage_of_decisions.promises import Kept, covers, promises
from warrantysim.experiment.intervals import t_interval

N, FURTHER = 8, 32


def test_a_right_interval_covers_a_truth_with_luck_of_its_own_as_often_as_it_promises() -> None:
    draw = np.random.default_rng(3)
    hits = 0
    for _ in range(2000):
        told = t_interval(draw.normal(size=N))
        hits += covers(float(told.mean), float(told.half_width), N, draw.normal(size=FURTHER))
    assert 0.94 < hits / 2000 < 0.96


def test_promises_are_broken_by_intervals_too_narrow_or_too_wide_and_by_changes_that_save_nothing() -> None:
    fine = Kept(200, 190, 200, 190, 200, 190, 200, 2)
    assert broken(fine) == []
    assert len(broken(Kept(200, 180, 200, 199, 200, 180, 200, 6))) == 4
    assert broken(Kept(10, 5, 10, 5, 10, 5, 10, 5)) == [], "too few to tell"


def test_a_small_world_is_decided_and_its_figures_are_held_against_the_truth() -> None:
    kept = promises(3)
    assert kept.savings + kept.free >= 1
    assert kept.cells >= 1
    assert kept.savings_covered <= kept.savings
    assert kept.false_acts <= kept.acts
