"""No word of a decision contradicts the interval that is printed beside it."""

from __future__ import annotations

from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.decision.test_table import CELL, row
from tests.decision.words import contradictions, contradicts
from warrantysim.decision.changes import BY_OTHERS, VERDICTS, WORTH, Because, verdict_on
from warrantysim.decision.table import Judged

REASONS: tuple[Because, ...] = tuple(why for why in get_args(Because) if why != "unconfirmed")
"""All that can be judged: unconfirmed is what fresh years make of it."""
FLOOR = 100.0
"""What a change must be worth."""
ENDS = st.floats(-1_000, 1_000).map(lambda x: round(x, 1))


@given(st.sampled_from(REASONS), ENDS, ENDS)
def test_whatever_was_judged_the_word_beside_fresh_years_is_true_of_their_interval(
    judged: Because, one: float, other: float
) -> None:
    low, high = sorted((one, other))
    said = verdict_on(judged, low, high, (low + high) / 2, FLOOR)
    assert not contradicts(said, low, high, FLOOR)
    # Fresh years take nothing out of a recommendation and put nothing in.
    assert (VERDICTS[said] == "ACT") == (judged in WORTH)


@given(st.sampled_from(sorted(BY_OTHERS)), ENDS, ENDS)
def test_of_a_cell_that_shares_a_bill_its_own_interval_says_nothing(judged: Because, one: float, other: float) -> None:
    low, high = sorted((one, other))
    assert verdict_on(judged, low, high, (low + high) / 2, FLOOR) == judged


def test_without_an_interval_what_was_judged_stands() -> None:
    nothing = float("nan")
    assert {why: verdict_on(why, nothing, nothing, 500.0, FLOOR) for why in REASONS} == {why: why for why in REASONS}


@pytest.mark.parametrize(
    ("judged", "saved", "said"),
    [
        ("unsure", 200.0, "unproved"),
        ("unsure", 20.0, "small"),
        ("unsure", -20.0, "loss"),
        ("small", 200.0, "unproved"),
        ("small", -20.0, "loss"),
        ("loss", 20.0, "small"),
        ("fragile", 200.0, "fragile"),
        ("fragile", -20.0, "loss"),
        ("contract", -20.0, "loss"),
        ("contract", 200.0, "contract"),
    ],
)
def test_a_cell_left_as_it_is_is_called_what_fresh_years_show(judged: Because, saved: float, said: Because) -> None:
    found = row(saved=saved, judged={CELL: Judged(judged, "A US")})
    assert found["because"] == said
    assert found["verdict"] == VERDICTS[said]
    assert not contradictions([found], (), FLOOR)
