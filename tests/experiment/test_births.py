"""Claims are born once for all policies."""

from __future__ import annotations

import numpy as np
import pytest

from tests.experiment.tiny import SEED, plain, roomy
from warrantysim.experiment.births import births, in_scope
from warrantysim.schema.clock import DAY


def test_the_same_claims_come_back_and_another_replication_has_others() -> None:
    scenario = plain()
    first = births(scenario, SEED, 0)
    assert births(scenario, SEED, 0) is first
    assert not np.array_equal(births(scenario, SEED, 1).unit, first.unit)
    again = births(roomy(), SEED, 0)
    assert again is not first
    np.testing.assert_array_equal(again.unit, first.unit)


def test_no_policy_can_change_what_the_next_one_meets() -> None:
    claims = births(plain(), SEED, 0)
    with pytest.raises(ValueError, match="read-only"):
        claims.opened[0] = 0


def test_claims_in_scope_open_in_the_horizon() -> None:
    scenario = plain()
    claims = births(scenario, SEED, 0)
    inside = in_scope(claims, scenario)
    assert (claims.opened[inside] // DAY >= 0).all()
    assert (claims.opened[inside] // DAY < 365).all()
    assert 0 < inside.sum() < len(claims)
