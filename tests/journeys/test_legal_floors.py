"""Which floor of the law binds a claim: the strongest of those that are about it."""

from __future__ import annotations

import numpy as np
import pytest

from warrantysim.journeys.legal_floors import MarketFloors


def first_that_holds(law: MarketFloors, k: int, age: float, opened: int, sold: int, sku: int, unit: int) -> bool:
    """Whether floor ``k`` is about one claim."""
    by_age = law.age[0][k] <= age < law.age[1][k]
    by_day = law.since[0][k] <= opened and law.since[1][k] <= sold
    return bool(by_age and by_day and law.goods[k][sku] and unit % 2**24 < law.share[k] * 2**24)


@pytest.mark.parametrize("seed", range(6))
def test_the_strongest_floor_that_is_about_a_claim_binds_it(seed: int) -> None:
    rng = np.random.default_rng(seed)
    f, n, skus = int(rng.integers(1, 8)), 300, 5
    law = MarketFloors(
        number=np.append(rng.permutation(20)[:f], -1),
        age=np.sort(rng.choice([0.0, 14.0, 180.0, 365.0, 730.0], (2, f)), axis=0),
        since=rng.choice([1, 1, 739_800, 739_900], (2, f)),
        goods=rng.random((f, skus)) < rng.choice([0.5, 1.0], (f, 1)),
        share=rng.choice([1.0, 1.0, 0.3], f),
    )
    age, sku = rng.uniform(0.0, 800.0, n), rng.integers(0, skus, n)
    opened = rng.integers(739_700, 740_000, n)
    sold = opened - rng.integers(0, 400, n)
    unit = rng.integers(0, 2**63, n).astype(np.uint64)
    expected = [
        next((int(law.number[k]) for k in range(f) if first_that_holds(law, k, *claim)), -1)
        for claim in zip(age.tolist(), opened.tolist(), sold.tolist(), sku.tolist(), unit.tolist(), strict=True)
    ]
    assert law.binding(age, opened, sold, sku, unit).tolist() == expected
    assert len(law.binding(age[:0], opened[:0], sold[:0], sku[:0], unit[:0])) == 0
