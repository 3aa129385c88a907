"""A cohort's stream is its own."""

from __future__ import annotations

import numpy as np
import pytest

from warrantysim.claims.sieve import CohortStreams, blocks

KEYS = np.array([11, 22, 33], dtype=np.uint64)


def _drawn(keys, counts, seed=1, replication=0, purpose=4):
    out = np.empty(int(sum(counts)))
    CohortStreams(seed, replication, purpose).fill(np.asarray(keys, dtype=np.uint64), np.array(counts), out)
    return out


def test_the_nth_draw_of_a_cohort_does_not_depend_on_its_size_or_on_other_cohorts():
    three = _drawn(KEYS, [1000, 3, 500])
    assert np.array_equal(three[:7], _drawn([11], [7]))
    assert np.array_equal(three[1003:], _drawn([33, 22], [500, 9])[:500])


def test_seed_replication_purpose_and_cohort_each_give_another_stream():
    streams = [_drawn([11], [4]), _drawn([12], [4])]
    streams += [_drawn([11], [4], **change) for change in ({"seed": 2}, {"replication": 1}, {"purpose": 5})]
    assert len(np.unique(np.concatenate(streams))) == 20


def test_seeds_that_do_not_fit_the_key_are_refused():
    with pytest.raises(ValueError, match="expected seed and replication from 0 to 4294967295"):
        CohortStreams(2**32, 0, 4)


@pytest.mark.parametrize("size", [1, 10, 1000])
def test_blocks_cover_every_cohort_once_and_hold_about_the_stated_size(size):
    counts = np.array([3, 4, 50, 1, 1, 1, 9])
    runs = list(blocks(counts, size))
    assert [i for first, last in runs for i in range(first, last)] == list(range(7))
    assert all(counts[first:last].sum() <= size or last - first == 1 for first, last in runs)


def test_no_cohorts_make_no_blocks():
    assert list(blocks(np.empty(0, dtype=np.int64), 10)) == []
