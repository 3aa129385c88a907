"""What the solver is stopped in is said as it is: never called optimal, its gap stated, its answer checked."""

from __future__ import annotations

from dataclasses import replace
from unittest.mock import ANY

import numpy as np
import pulp
import pytest

from tests.decision.instances import seller
from warrantysim.decision.program import program
from warrantysim.decision.solver import Stated, solve


def knapsacks(items: int = 60, rows: int = 5, seed: int = 1) -> pulp.LpProblem:
    """Several knapsacks over the same items: a first solution is at once found, its proof takes long."""
    rng = np.random.default_rng(seed)
    weight = rng.integers(10, 1000, (rows, items))
    worth = weight.mean(axis=0) + rng.integers(0, 50, items)
    problem = pulp.LpProblem("knapsacks", pulp.LpMinimize)
    take = [problem.add_variable(f"take_{i}", cat="Binary") for i in range(items)]
    problem += pulp.lpSum(-float(worth[i]) * take[i] for i in range(items))
    for r in range(rows):
        problem += pulp.lpSum(int(weight[r, i]) * take[i] for i in range(items)) <= int(weight[r].sum()) // 2
    return problem


def test_a_solve_stopped_by_the_clock_is_not_called_optimal() -> None:
    problem = knapsacks(items=150, rows=10)
    stopped = solve(problem, time_limit=0.3)
    assert stopped.status == "gap"
    assert stopped.has_solution
    assert stopped.gap > 1e-7
    assert stopped.bound < stopped.objective
    assert not stopped.reproducible


def test_a_solve_stopped_by_its_nodes_is_not_called_optimal_and_is_the_same_twice() -> None:
    one, two = (solve(knapsacks(), node_limit=5) for _ in range(2))
    assert one.status == "gap"
    assert one.reproducible
    assert one.gap > 1e-7
    assert one.values == two.values


def test_a_solve_that_is_let_run_has_its_bound_at_its_objective() -> None:
    solved = solve(knapsacks(items=20, rows=2))
    assert solved.status == "optimal"
    assert solved.bound == pytest.approx(solved.objective)
    assert solved.reproducible


def test_a_program_without_a_solution_has_no_values() -> None:
    problem = knapsacks(items=20, rows=2)
    problem += pulp.lpSum(problem.variables()) >= 21
    solved = solve(problem)
    assert solved.status == "infeasible"
    assert not solved.values
    assert np.isnan(solved.objective)


@pytest.mark.parametrize("relax", [False, True])
def test_a_program_reaches_the_solver_at_once_as_pulp_passes_it_piece_by_piece(relax: bool) -> None:
    problem = program(seller(3, bands=3, partners=2, months=2, tiers="all_units")).lp
    models = []
    for passed in (pulp.HiGHS.buildSolverModel, lambda solver, lp: Stated.of(lp).passed_to(lp.solverModel, relax)):
        solver = pulp.HiGHS(msg=False, mip=not relax)
        solver.createAndConfigureSolver(problem)
        passed(solver, problem)
        models.append(problem.solverModel.getLp())
    one, two = models
    for name in ("col_cost_", "col_lower_", "col_upper_", "row_lower_", "row_upper_"):
        assert list(getattr(one, name)) == list(getattr(two, name)), name
    assert any(one.integrality_) != relax
    assert list(one.integrality_) == list(two.integrality_)
    for name in ("format_", "start_", "index_", "value_"):
        assert np.array_equal(getattr(one.a_matrix_, name), getattr(two.a_matrix_, name)), name


def test_a_program_without_some_rows_is_solved_as_if_they_were_not_stated() -> None:
    problem = knapsacks(items=20, rows=2)
    free = solve(problem)
    problem += pulp.lpSum(problem.variables()) <= 3, "few"
    assert solve(problem).objective > free.objective
    assert solve(problem, without=("few",)) == replace(free, seconds=ANY)


def test_what_breaks_a_row_a_bound_or_is_no_integer_is_named() -> None:
    problem = pulp.LpProblem("three", pulp.LpMinimize)
    x, y, z = (problem.add_variable(name, 0, 5, cat="Integer") for name in "xyz")
    problem += x + y + z
    problem += x + y >= 4, "row"
    stated = Stated.of(problem)
    assert list(stated.broken(np.array([2.0, 2.0, 0.0]), relax=False)) == []
    assert list(stated.broken(np.array([1.0, 2.0, 6.0]), relax=False)) == ["row", "z"]
    assert list(stated.broken(np.array([2.5, 2.0, 0.0]), relax=False)) == ["x"]
    assert list(stated.broken(np.array([2.5, 2.0, 0.0]), relax=True)) == []
