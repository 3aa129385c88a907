"""The best zones of a cell are those that trying everything would find."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest

from warrantysim.decision.zones import best_plans, between, flat_range

RANK = np.array([0, 1, 2, 2, 3])


def cheapest(cost: np.ndarray, allowed: np.ndarray, canonical: bool) -> float:
    """Cost of the best plan of one cell by trying all: one partner a disposition, ranks in order where asked."""
    best = np.inf
    for plan in product(np.flatnonzero(allowed), repeat=len(cost)):
        used = {int(RANK[a]): set() for a in plan}
        for a in plan:
            used[int(RANK[a])].add(a)
        if any(len(arms) > 1 for arms in used.values()):
            continue
        ranks = RANK[list(plan)]
        if canonical and (np.diff(ranks) < 0).any():
            continue
        best = min(best, float(sum(cost[b, a] for b, a in enumerate(plan))))
    return best


@pytest.mark.parametrize("canonical", [True, False])
@pytest.mark.parametrize("seed", range(6))
def test_best_plans_are_those_that_trying_everything_finds(seed: int, canonical: bool) -> None:
    rng = np.random.default_rng(seed)
    cost = rng.uniform(0, 100, (3, 4, 5))
    allowed = rng.uniform(size=(3, 5)) < 0.8
    allowed[:, 0] = True
    plan, total = best_plans(cost, RANK, allowed, canonical=canonical)
    for c in range(3):
        assert total[c] == pytest.approx(cheapest(cost[c], allowed[c], canonical), rel=1e-12)
        assert cost[c, np.arange(4), plan[c]].sum() == pytest.approx(total[c])
        assert allowed[c, plan[c]].all()


def test_a_flat_range_holds_the_best_place_and_grows_with_what_may_be_lost() -> None:
    value = np.arange(1.0, 101.0)
    gain = 50.0 - value
    tight = flat_range(value, gain, 0.0, 200.0, 0.0)
    loose = flat_range(value, gain, 0.0, 200.0, 10.0)
    assert tight[0] <= 50.0 <= tight[1] + 1
    assert loose[0] < tight[0] or loose[1] > tight[1]
    assert loose[1] < 70


def test_between_two_values_lies_the_shortest_number() -> None:
    assert between(12.31, 12.79) == 12.5 or 12.31 < between(12.31, 12.79) <= 12.79
    assert 99.2 < between(99.2, 100.7) <= 100.7
    with pytest.raises(ValueError, match="rising"):
        between(2.0, 2.0)
