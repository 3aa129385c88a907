"""Sensitivity, the worth of knowing, and stability."""

from __future__ import annotations

import numpy as np
import pytest

from tests.analysis.seller import AT_P, REFUND, SALES, SEED, seller
from warrantysim.analysis.cases import Case, yearly_costs
from warrantysim.analysis.information import stability, value_of_information
from warrantysim.analysis.tornado import Tornado, tornado_of
from warrantysim.experiment.levers import Lever, turned
from warrantysim.experiment.uncertain import UncertainInput, drawn_together, stated_inputs
from warrantysim.schema.assumptions import Assumption
from warrantysim.studies.sensitivity import cell_names, costs_at_draws, morris, sobol

FEE = "partners.P.desks.main.repaired.flat"
ANGLES = [UncertainInput(Lever(f"x{i}"), -np.pi, np.pi) for i in (1, 2, 3)]
FEES = [UncertainInput(Lever(FEE), 10.0, 30.0)]
UNITS = [UncertainInput(Lever(name), -1.0, 1.0) for name in ("x", "y", "idle")]


def ishigami(x: np.ndarray) -> np.ndarray:
    """sin x1 + 7 sin^2 x2 + 0.1 x3^4 sin x1."""
    return np.sin(x[:, 0]) + 7.0 * np.sin(x[:, 1]) ** 2 + 0.1 * x[:, 2] ** 4 * np.sin(x[:, 0])


def test_sobol_indices_of_the_ishigami_function_are_those_of_the_literature() -> None:
    found = sobol(ishigami, ANGLES, samples=2048, seed=3).set_index("input")
    assert found["first"][["x1", "x2", "x3"]].tolist() == pytest.approx([0.3139, 0.4424, 0.0], abs=0.03)
    assert found["total"][["x1", "x2", "x3"]].tolist() == pytest.approx([0.5576, 0.4424, 0.2437], abs=0.03)


def test_morris_finds_the_slope_of_a_line_and_no_interaction() -> None:
    found = morris(lambda x: 3.0 * x[:, 0] - 0.5 * x[:, 1], UNITS, trajectories=6).set_index("input")
    assert found.mu_star[["x", "y", "idle"]].tolist() == pytest.approx([6.0, 1.0, 0.0])
    assert found.mu["y"] == pytest.approx(-1.0)
    assert found.sigma.to_numpy() == pytest.approx(0.0, abs=1e-9)


def test_one_seed_gives_one_answer() -> None:
    assert morris(ishigami, ANGLES, seed=5).equals(morris(ishigami, ANGLES, seed=5))
    assert sobol(ishigami, ANGLES, samples=32, seed=5).equals(sobol(ishigami, ANGLES, samples=32, seed=5))


def test_no_study_touches_the_global_generator() -> None:
    before = np.random.get_state()[1].copy()  # noqa: NPY002  # The one that must stay as it is.
    morris(ishigami, ANGLES)
    sobol(ishigami, ANGLES, samples=8)
    drawn_together(seller(), FEES, 5, 1)
    assert (np.random.get_state()[1] == before).all()  # noqa: NPY002


def test_an_output_that_does_not_vary_has_no_shares() -> None:
    assert sobol(lambda x: np.zeros(len(x)), UNITS, samples=8)["first"].isna().all()


def drawn(inputs: list[UncertainInput], count: int) -> np.ndarray:
    """Each input spread evenly over its range."""
    generator = np.random.Generator(np.random.PCG64(2))
    spread = np.array([generator.permutation(count) for _ in inputs]).T
    low, high = (np.array([getattr(one, end) for one in inputs]) for end in ("low", "high"))
    return np.asarray(low + (high - low) * (spread + 0.5) / count)


def test_what_only_takes_whole_numbers_is_whole_in_every_sample() -> None:
    world = seller()
    inputs = [UncertainInput(Lever("china_bench.technicians"), 1.0, 3.0), *FEES]
    costs = costs_at_draws([Case("a", world, REFUND), Case("b", world, AT_P)], inputs, range(2), SEED)
    found = morris(lambda x: np.diff(costs(x), axis=1)[:, 0], inputs, trajectories=2).set_index("input")
    assert found.mu_star[FEE] > 0
    assert (costs(np.array([[1.6, 20.0]])) == costs(np.array([[2.0, 20.0]]))).all()


def test_the_tornado_of_a_line_is_its_slopes_and_flips_where_the_sign_does() -> None:
    stated, slopes = 5.0 + np.array([-1.0, 0.0, 1.0]), np.array([[10.0], [1.0], [0.0]])
    table = Tornado(tuple(UNITS), stated, stated - slopes, stated + slopes, 0.95).table()
    assert table.input.tolist() == ["x", "y", "idle"]
    assert table.swing.tolist() == [20.0, 2.0, 0.0]
    assert table.flips.tolist() == [True, False, False]
    assert table.detectable.tolist() == [True, True, False]


def test_the_assumptions_table_feeds_the_tornado_of_a_seller() -> None:
    rows = [
        Assumption(path=FEE, unit="USD", low=10.0, high=30.0, reason="a first quote"),
        Assumption(path="experience.review_after_days", unit="days", low=400.0, high=500.0, reason="never waited"),
    ]
    world = seller(assumptions=rows)
    found = tornado_of(Case("now", world, REFUND), Case("new", world, AT_P), stated_inputs(world), range(2), SEED)
    table = found.table().set_index("input")
    assert table.loc[FEE, "at_low"] < found.stated.mean() < table.loc[FEE, "at_high"]
    assert (found.at_high + found.at_low)[0] / 2 == pytest.approx(found.stated)  # a fee is linear
    assert table.loc["experience.review_after_days", "swing"] == 0.0
    assert table.loc[FEE, "reason"] == "a first quote"
    assert len(stated_inputs(world, "partners.*")) == 1
    with pytest.raises(ValueError, match="says nothing about"):
        stated_inputs(world, "markets.*")


def test_costs_at_draws_are_the_costs_of_the_worlds_drawn() -> None:
    world = seller()
    inputs = [UncertainInput(Lever(FEE), 10.0, 30.0), UncertainInput(Lever("triage.contact_cost"), 1.0, 3.0)]
    costs = costs_at_draws([Case("a", world, REFUND), Case("b", world, AT_P)], inputs, range(2), SEED)
    at = costs(np.array([[20.0, 2.0], [30.0, 2.0], [20.0, 3.0]]))
    assert at[1, 0] == at[0, 0]
    assert at[1, 1] > at[0, 1]
    there = turned(world, [(inputs[0].lever, 20.0), (inputs[1].lever, 3.0)])
    again = yearly_costs([Case("a", there, REFUND), Case("b", there, AT_P)], range(2), SEED)
    assert (at[2] == again.mean(axis=1)).all()
    assert (at[2] > at[0]).all()


def test_each_cell_has_its_own_stability_and_cells_add_up_to_what_claims_cost() -> None:
    world = seller(skus=("A", "B"), sales=[dict(SALES, sku="A"), dict(SALES, sku="B")])
    cases = [Case("a", world, REFUND), Case("b", world, AT_P)]
    fees = [UncertainInput(Lever(FEE), 10.0, 130.0)]
    draws = np.array([[20.0], [110.0], [120.0]])
    costs = costs_at_draws(cases, fees, range(2), SEED, by_cell=True)(draws)
    assert costs.shape == (3, 2, 3)
    assert costs[0].sum(axis=1) == pytest.approx(yearly_costs(cases, range(2), SEED).mean(axis=1))
    found = stability(costs[:, :, :-1], ["refund", "repair"], cell_names(world))
    assert found.cell.tolist() == ["A US", "B US"]
    assert found.stability.tolist() == pytest.approx([2 / 3, 2 / 3])


def test_the_worth_of_knowing_is_what_theory_says() -> None:
    # B costs x + y more than A, both uniform on (-1, 1): knowing x is worth E max(0, -x) = 1/4, both 1/3, idle nothing.
    draws = drawn(UNITS, 4000)
    costs = np.stack([np.zeros(4000), draws[:, 0] + draws[:, 1]], axis=1)
    perfect, table = value_of_information(draws, costs, ["x", "y", "idle"])
    assert table.set_index("input").value[["x", "y"]].tolist() == pytest.approx([0.25, 0.25], abs=0.02)
    assert perfect == pytest.approx(1 / 3, abs=0.02)
    assert table.set_index("input").net["idle"] < 0.005
    assert table.input[0] in {"x", "y"}


def test_knowing_is_worth_nothing_where_it_changes_no_choice() -> None:
    draws = drawn(UNITS, 200)
    costs = np.stack([np.zeros(200), 5.0 + draws[:, 0]], axis=1)
    perfect, table = value_of_information(draws, costs, ["x", "y", "idle"])
    assert perfect == 0.0
    assert table.value.tolist() == table.net.tolist() == [0.0, 0.0, 0.0]


def test_what_rounding_leaves_is_no_worth() -> None:
    # One is always the cheaper by far: the fit is exact but for its rounding.
    draws = drawn(UNITS, 200)
    apart = 60_000.0 + 4_000.0 * draws[:, 0]
    _, table = value_of_information(draws, np.stack([apart, np.zeros(200)], axis=1), ["x", "y", "idle"])
    assert table.value.tolist() == table.net.tolist() == [0.0, 0.0, 0.0]


def test_nothing_known_is_worth_more_than_everything() -> None:
    draws = drawn(ANGLES, 600)
    costs = np.stack([np.full(600, 3.5), ishigami(draws)], axis=1)
    perfect, table = value_of_information(draws, costs, ["x1", "x2", "x3"])
    assert (table.value <= perfect).all()
    assert table.value.max() > 0


def test_stability_is_the_share_of_draws_won_ties_parted() -> None:
    costs = np.array([[[1.0, 5.0], [2.0, 4.0]], [[3.0, 5.0], [2.0, 5.0]], [[1.0, 5.0], [9.0, 1.0]]])
    found = stability(costs, ["a", "b"], ["north", "south"])
    assert found.cell.tolist() == ["north", "south"]
    assert found.stability.tolist() == pytest.approx([2 / 3, 5 / 6])
    assert found.recommended.tolist() == ["a", "b"]
    assert found.runner_up.tolist() == ["b", "a"]
    assert found.regret.tolist() == pytest.approx([1 / 3, 0.0])
