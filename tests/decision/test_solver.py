"""What the solver is stopped in is said as it is: never called optimal, its gap stated, its answer checked."""

from __future__ import annotations

import numpy as np
import pulp
import pytest

from warrantysim.decision.solver import solve


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
