"""A table of which few entries are held is the same table, to the last digit."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest

from warrantysim.decision.sparse import Sparse

RNG = np.random.default_rng(5)
SHAPES: Sequence[tuple[int, int]] = [(0, 3), (1, 1), (7, 3), (40, 11)]


def table(shape: tuple[int, int], share: float) -> np.ndarray:
    return np.where(RNG.random(shape) < share, RNG.normal(size=shape), 0.0)


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("share", [0.0, 0.3, 1.0])
def test_it_gives_back_what_was_held(shape: tuple[int, int], share: float) -> None:
    whole = table(shape, share)
    held, arm = Sparse.of(whole), RNG.integers(shape[1], size=shape[0])
    assert np.array_equal(held.dense(), whole)
    assert np.array_equal(held.sums(), whole.sum(axis=1))
    assert np.array_equal(held.at(arm), whole[np.arange(len(arm)), arm])
    assert len(held.values) == np.count_nonzero(whole)
    assert np.array_equal(Sparse.concat([held, held]).dense(), np.concatenate([whole, whole]))


@pytest.mark.parametrize("shape", SHAPES)
def test_it_can_be_held_against_another_table_and_then_another(shape: tuple[int, int]) -> None:
    first = RNG.normal(size=shape)
    whole, second = first + table(shape, 0.3), first + table(shape, 0.3)
    held = Sparse.of(whole, first)
    assert len(held.values) == (whole != first).sum()
    assert np.array_equal(held.dense(first), whole)
    assert np.array_equal(held.moved(first, second).dense(second), whole)
