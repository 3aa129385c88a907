"""Permanent keys follow from names and numbers alone."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from warrantysim.claims.digest import day_keys, mixed, stable_number

PINNED = {
    "cohort": 16458353448060410938,
    "lane": 13713118870701176217,
    "mixed": [4370703594432719644, 11372252133928000126, 16185310146596466415],
}


def test_keys_are_the_same_on_every_machine_and_in_every_version():
    assert stable_number("cohort", "CHG-65", "US", "FBA") == PINNED["cohort"]
    assert stable_number("lane", 7) == PINNED["lane"]
    assert mixed(stable_number("lane", 7), np.array([0, 1, -1])).tolist() == PINNED["mixed"]


def test_where_one_name_ends_and_the_next_begins_matters():
    assert (
        len({stable_number("ab", "c"), stable_number("a", "bc"), stable_number("abc"), stable_number("ab", "c", "")})
        == 4
    )


def test_a_number_is_not_its_spelling():
    assert stable_number(1) != stable_number("1")


def test_what_has_no_stable_spelling_is_refused():
    for part in (1.5, True, None):
        with pytest.raises(TypeError, match="text or a whole number"):
            stable_number("x", part)


@given(base=st.integers(0, 2**64 - 1), numbers=st.sets(st.integers(-(2**63), 2**63 - 1), max_size=50))
def test_no_two_units_of_a_cohort_share_a_key(base, numbers):
    assert len(set(mixed(base, np.array(sorted(numbers), dtype=np.int64)).tolist())) == len(numbers)


def test_two_hundred_thousand_units_of_many_cohorts_all_differ():
    bases = np.array([stable_number("cohort", i) for i in range(100)], dtype=np.uint64)
    assert len(np.unique(mixed(bases[:, None], np.arange(2000)))) == 200_000


def test_days_of_different_lanes_markets_and_benches_have_keys_of_their_own():
    days = np.arange(-100, 400)
    keys = [day_keys(kind, name, days) for kind in ("lane", "market") for name in ("US", "DE")]
    assert len(np.unique(np.concatenate(keys))) == 4 * len(days)
    assert day_keys("lane", "US", days)[150] == day_keys("lane", "US", 50)[0]
