"""True faults follow the mix of the product."""

from __future__ import annotations

import numpy as np
import pytest

from tests.claims.worlds import faults_of, world
from warrantysim.claims.fault_mix import fault_mix

U = (np.arange(10_000) + 0.5) / 10_000


def _shares(faults, count):
    return np.bincount(faults, minlength=count) / len(faults)


def test_faults_come_in_their_shares_scaled_to_1():
    mix = fault_mix(world(faults=tuple(faults_of("A", repairable=1.0, excluded=0.5, no_fault_found=0.5))))
    assert np.allclose(_shares(mix.draw(np.zeros(10_000, dtype=int), U), 3), [0.5, 0.25, 0.25], atol=1e-4)


def test_each_product_has_its_own_faults_whatever_the_order_of_rows():
    faults = tuple(faults_of("A", repairable=0.5, excluded=0.5) + faults_of("B", unrepairable=1.0))
    sku = np.array([0, 1] * 5000)
    one = fault_mix(world(["A", "B"], faults=faults)).draw(sku, U)
    other = fault_mix(world(["A", "B"], faults=faults[::-1])).draw(sku, U)
    assert set(one[1::2]) == {2}
    assert [faults[i].fault for i in one] == [faults[::-1][i].fault for i in other]


def test_what_was_seen_weighs_the_faults_by_bayes_rule():
    mix = fault_mix(world(faults=tuple(faults_of("A", repairable=0.5, excluded=0.3, no_fault_found=0.2))))
    drawn = mix.draw_given(0, np.array([0.2, 0.5, 0.0]), U)
    assert np.allclose(_shares(drawn, 3), [0.10 / 0.25, 0.15 / 0.25, 0.0], atol=1e-4)
    assert np.array_equal(mix.draw_given(0, np.zeros(3), U), mix.draw(np.zeros(10_000, dtype=int), U))


def test_a_lot_whose_fault_is_the_only_one_of_its_product_has_that_fault():
    mix = fault_mix(world(faults=tuple(faults_of("A", repairable=1.0))))
    assert set(mix.draw_lot(0, 0, 0.3, U)) == {0}


def test_a_product_without_faults_cannot_be_drawn_from():
    mix = fault_mix(world(["A", "B"], faults=tuple(faults_of("A", repairable=1.0))))
    with pytest.raises(ValueError, match="at least one fault"):
        mix.draw(np.array([1]), np.array([0.5]))
