"""Dearer and younger units and visible policies bring more claims."""

from __future__ import annotations

import numpy as np
import pytest

from tests.claims.worlds import world
from warrantysim.claims.propensity import claim_propensity

RULE = {"base": 0.8, "cheap_factor": 0.25, "half_price": "40 USD", "decline_per_year": 0.1}


def _chance(price, age, channel=0, **births):
    w = world(births={"propensity": {"US": RULE}, **births})
    return float(claim_propensity(w).at(np.array(0), np.array(channel), np.array(price), np.array(age)))


def test_the_chance_is_the_stated_product():
    assert _chance(0.0, 0.0) == pytest.approx(0.8 * 0.25)
    assert _chance(40.0, 0.0) == pytest.approx(0.8 * (0.25 + 0.75 / 2))
    assert _chance(1e12, 0.0) == pytest.approx(0.8)
    assert _chance(40.0, 365.0) == pytest.approx(0.9 * _chance(40.0, 0.0))


def test_visibility_multiplies_it_by_channel_and_is_1_where_not_stated():
    seen = {"visibility": {"OWN": 0.5}}
    assert _chance(40.0, 0.0, 0, **seen) == pytest.approx(0.5 * _chance(40.0, 0.0))
    assert _chance(40.0, 0.0, 1, **seen) == pytest.approx(_chance(40.0, 0.0))


def test_it_never_leaves_0_to_1():
    assert _chance(40.0, 365.0 * 30) == 0.0
    assert _chance(1e12, 0.0, 0, visibility={"OWN": 9.0}) == 1.0


def test_free_units_with_no_half_price_are_still_a_number():
    w = world(births={"propensity": {"US": {**RULE, "half_price": "0 USD"}}})
    assert claim_propensity(w).at(np.array(0), np.array(0), np.array(0.0), np.array(0.0)) == pytest.approx(0.2)
