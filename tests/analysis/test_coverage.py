"""An interval that promises 95 % covers the truth in 95 of 100 repeats, also where the luck decides when to stop.

The truth is known by theory: units whose life is exponential fail within the warranty with probability
1 - exp(-W / eta), every failure is claimed and refunded, and a dollar more a contact costs a dollar a claim.
"""

from __future__ import annotations

import math
from collections.abc import Callable

import pytest

from tests.analysis.seller import REFUND, seller
from warrantysim.analysis.cases import Case
from warrantysim.analysis.comparison import compare
from warrantysim.experiment.levers import Lever
from warrantysim.schema.root import Scenario

REPEATS = 300
UNITS = 10.0
WARRANTY, ETA = 365.0, 600.0
TRUTH = 12 * UNITS * (1.0 - math.exp(-WARRANTY / ETA))
"""Claims a year, and so dollars a year."""


def worlds() -> tuple[Scenario, Scenario]:
    """A contact costs a dollar more in the second one."""
    now = seller(units=UNITS, policy=REFUND)
    return now, Lever("triage.contact_cost", "plus").at(now, 1.0)


def covered(repeats: int, first: int, target: float | None = None) -> tuple[float, float]:
    """(share of repeats whose interval holds the truth, mean number of replications)."""
    now, dear = worlds()
    cases = [Case.of(now, name="now"), Case.of(dear, name="dear")]
    hits, used = 0, 0
    for repeat in range(repeats):
        row = compare(cases, replications=first, seed=1_000 + repeat, target=target).costs(()).iloc[0]
        hits += row["low"] <= TRUTH <= row["high"]
        used += row["replications"]
    return hits / repeats, used / repeats


def test_the_truth_is_what_theory_says() -> None:
    now, dear = worlds()
    found = compare([Case.of(now, name="now"), Case.of(dear, name="dear")], replications=40, seed=1)
    row = found.costs(()).iloc[0]
    assert row["difference"] == pytest.approx(TRUTH, rel=0.1)
    assert row["low"] < TRUTH < row["high"]


@pytest.mark.slow
def test_fixed_replications_cover_the_truth_in_92_to_98_of_100_repeats(measured: Callable[[str], None]) -> None:
    share, _ = covered(REPEATS, first=8)
    measured(f"coverage of the 95 % interval, 8 replications: {share:.1%} of {REPEATS} repeats")
    assert 0.92 <= share <= 0.98


@pytest.mark.slow
def test_stopping_when_it_is_narrow_enough_covers_the_truth_in_92_to_98_of_100_repeats(
    measured: Callable[[str], None],
) -> None:
    share, used = covered(REPEATS, first=20, target=2.5)
    measured(
        f"coverage of the 95 % interval, stopped at a half-width of 2.5: {share:.1%} of {REPEATS} repeats, {used:.1f} "
        "replications on average"
    )
    assert used > 22
    assert 0.92 <= share <= 0.98
