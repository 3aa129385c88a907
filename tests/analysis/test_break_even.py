"""Where the best alternative changes."""

from __future__ import annotations

import math

import numpy as np
import pytest

from tests.analysis.seller import AT_P, AT_Q, Q_FEE, REFUND, SEED, seller
from warrantysim.analysis.break_even import break_even, break_even_of
from warrantysim.analysis.cases import Case, costs_and_waits, yearly_costs
from warrantysim.analysis.switching import switching_map, switching_map_of
from warrantysim.experiment.levers import Lever
from warrantysim.experiment.pace import Cancelled

FEE = Lever("partners.P.desks.main.repaired.flat")


def noise(n: int = 20, seed: int = 1, spread: float = 1.0) -> np.ndarray:
    """Luck of mean exactly 0."""
    drawn = np.random.default_rng(seed).normal(size=n) * spread
    return drawn - drawn.mean()


def lines(x: float) -> np.ndarray:
    """A cost that does not depend on x, and one that rises through it at 4, with luck of its own."""
    return np.stack([np.full(20, 8.0) + noise(), 2.0 * x + noise(seed=2)])


def test_two_lines_cross_where_algebra_says_and_the_cheaper_is_named_on_either_side() -> None:
    (switch,) = break_even(lines, ["flat", "rising"], 0.0, 10.0, tolerance=1e-9).switches
    assert switch.at == pytest.approx(4.0, abs=1e-6)
    assert (switch.below, switch.above) == ("rising", "flat")


def test_the_interval_ends_where_the_difference_begins_to_be_seen() -> None:
    (switch,) = break_even(lines, ["flat", "rising"], 0.0, 10.0, tolerance=1e-9).switches
    apart = noise() - noise(seed=2)
    half = 2.093024 * apart.std(ddof=1) / math.sqrt(20) / 2.0  # t(0.975; 19), slope 2
    assert (switch.low, switch.high) == (pytest.approx(4 - half, abs=1e-5), pytest.approx(4 + half, abs=1e-5))


def test_the_interval_covers_the_truth_as_often_as_it_says() -> None:
    covered = 0
    for seed in range(200):
        luck = np.random.default_rng(seed).normal(size=(2, 12))
        (s,) = break_even(lambda x, e=luck: np.stack([8.0 + e[0], 2.0 * x + e[1]]), "ab", 0.0, 10.0, scan=2).switches
        covered += s.low <= 4.0 <= s.high
    assert 0.90 <= covered / 200 <= 0.99


def test_an_interval_that_leaves_the_range_is_open() -> None:
    wide = lambda x: np.stack([np.full(20, 8.0) + noise(spread=60.0), np.full(20, 2.0 * x)])  # noqa: E731
    (switch,) = break_even(wide, ["a", "b"], 0.0, 10.0).switches
    assert (switch.low, switch.high) == (-math.inf, math.inf)


def test_one_that_wins_everywhere_is_the_answer() -> None:
    found = break_even(lines, ["flat", "rising"], 5.0, 10.0)
    assert found.switches == ()
    assert found.winner == "flat"


def test_a_third_that_wins_only_in_between_is_found() -> None:
    middle = lambda x: np.array([[0.0 + 4 * x] * 2, [2.0 + x] * 2, [6.0] * 2])  # noqa: E731
    found = break_even(middle, ["steep", "slow", "flat"], 0.0, 8.0, scan=2, tolerance=1e-9)
    assert [(s.below, s.above) for s in found.switches] == [("steep", "slow"), ("slow", "flat")]
    assert [s.at for s in found.switches] == pytest.approx([2 / 3, 4.0])


def test_a_jump_is_found_as_closely_as_asked() -> None:
    step = lambda x: np.array([[1.0] * 3, [0.0 if x < 3.3 else 2.0] * 3])  # noqa: E731
    (switch,) = break_even(step, ["a", "b"], 0.0, 10.0, tolerance=1e-4).switches
    assert switch.at == pytest.approx(3.3, abs=2e-4)


def test_of_two_like_partners_the_dearer_loses_from_the_others_fee_on() -> None:
    world = seller()
    cases = [Case("P", world, AT_P), Case("Q", world, AT_Q)]
    found = break_even_of(cases, FEE, 10.0, 45.0, range(3), SEED, tolerance=1e-6)
    (switch,) = found.switches
    assert switch.at == pytest.approx(Q_FEE, abs=1e-5)
    assert (switch.below, switch.above) == ("P", "Q")
    assert found.stated == Q_FEE


def test_the_fee_from_which_a_refund_is_cheaper_makes_both_cost_the_same() -> None:
    world = seller()
    cases = [Case("repair", world, AT_P), Case("refund", world, REFUND)]
    (switch,) = break_even_of(cases, FEE, 0.0, 200.0, range(3), SEED, scan=2, tolerance=1e-6).switches
    there = FEE.at(world, switch.at)
    repair, refund = yearly_costs([Case("r", there, AT_P), Case("m", there, REFUND)], range(3), SEED).mean(axis=1)
    assert repair == pytest.approx(refund, rel=1e-6)
    assert switch.low < switch.at < switch.high


def test_a_search_can_be_stopped_and_must_make_sense() -> None:
    with pytest.raises(Cancelled):
        break_even(lines, ["a", "b"], 0.0, 1.0, cancel=lambda: True)
    with pytest.raises(ValueError, match="low below high"):
        break_even(lines, ["a", "b"], 1.0, 1.0)
    with pytest.raises(ValueError, match="two alternatives"):
        break_even(lines, ["a"], 0.0, 1.0)


def test_a_map_has_the_winner_of_every_place_and_says_where_it_is_not_sure() -> None:
    costs = lambda x, y: np.stack([np.full(20, x) + noise(), np.full(20, y) + noise(seed=2)])  # noqa: E731
    found = switching_map(costs, ["x", "y"], [0.0, 5.0, 10.0], [0.0, 5.1])
    assert found.winner.tolist() == [[0, 1, 1], [0, 0, 1]]
    assert found.clear.tolist() == [[False, True, True], [True, False, True]]
    assert found.margin[1].tolist() == pytest.approx([5.1, 0.1, 4.9])
    assert found.table().winner.tolist() == ["x", "y", "y", "x", "x", "y"]


def test_the_map_of_a_seller_agrees_with_its_break_even() -> None:
    world = seller()
    cases = [Case("P", world, AT_P), Case("Q", world, AT_Q)]
    fee_of_q = Lever("partners.Q.desks.main.repaired.flat")
    found = switching_map_of(cases, FEE, [15.0, 25.0], fee_of_q, [10.0, 20.0, 30.0], range(2), SEED)
    names = np.array(found.names)[found.winner]
    assert names.tolist() == [["Q", "Q"], ["P", "Q"], ["P", "P"]]


def test_at_each_position_stands_how_long_customers_of_the_best_wait() -> None:
    world = seller(units=40.0)
    cases = [Case("refund", world, REFUND), Case("repair", world, AT_P)]
    found = break_even_of(cases, FEE, 0.0, 400.0, range(3), SEED, scan=3)
    days = {
        case.name: waits.mean() for case, waits in zip(cases, costs_and_waits(cases, range(3), SEED)[1], strict=True)
    }
    assert {best for _, best in found.scan} == days.keys()
    assert found.waits == pytest.approx([days[best] for _, best in found.scan])
