"""The only place that names PuLP's solver and reads its status: HiGHS, one thread, seeded, verified.

PuLP calls a solve stopped by its time limit "Optimal", and leaves numbers in the variables of an infeasible program.
So the status here comes from the solution status and the proven bound, and values are read only from a solution whose
rows, bounds and integrality have been checked again.
"""

from __future__ import annotations

import math
import os
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from threading import Lock
from typing import Any, Literal

import highspy
import numpy as np
import pulp

from warrantysim.experiment.pace import UNWATCHED, looking

Status = Literal["optimal", "gap", "no_solution", "infeasible"]
"""Proven within the gap asked for; a solution, stopped before that; stopped without one; none exists."""
TOLERANCE = 1e-6
"""Largest relative violation of a row, and distance from an integer, that a solution may have."""


@dataclass(frozen=True)
class Solved:
    """What a solve came to. Values and duals are empty where there is no verified solution."""

    status: Status
    """How it ended."""
    objective: float
    """Cost of the solution; NaN without one [objective's unit]."""
    bound: float
    """No solution costs less; -inf where nothing is proven [objective's unit]."""
    reproducible: bool
    """Whether the same input gives the same answer anywhere: false where the clock stopped the solve."""
    seconds: float
    """Time taken [s]."""
    values: Mapping[str, float] = field(default_factory=dict, repr=False)
    """Value of each variable by name."""
    duals: Mapping[str, float] = field(default_factory=dict, repr=False)
    """Change of the objective for one more of each row's right-hand side; linear programs only."""
    conflicts: tuple[str, ...] = ()
    """Where infeasible: the shared rows that cannot all hold."""

    @property
    def gap(self) -> float:
        """Relative distance between objective and bound [share, >= 0; NaN without a solution]."""
        if math.isnan(self.objective):
            return math.nan
        return max(0.0, self.objective - self.bound) / max(abs(self.objective), 1e-9)

    @property
    def has_solution(self) -> bool:
        """Whether a verified solution exists."""
        return self.status in {"optimal", "gap"}


def solve(
    problem: pulp.LpProblem,
    *,
    gap: float = 0.0,
    node_limit: int | None = None,
    time_limit: float | None = None,
    seed: int = 0,
    relax: bool = False,
    inner: bool = False,
) -> Solved:
    """Minimise ``problem`` with HiGHS.

    Parameters
    ----------
    gap
        Relative gap at which a solution counts as optimal [share, >= 0].
    node_limit, time_limit
        Nodes or seconds after which to stop. Only the clock makes a result irreproducible.
    relax
        Drop integrality and return duals.
    inner
        Part of a search that tells of its own gap.

    Raises
    ------
    RuntimeError
        If HiGHS claims a solution that breaks a row: a program that is numerically broken, not a result.
    """
    look = looking()
    look.stop_if_wanted()
    options: dict[str, Any] = {"random_seed": seed, "log_to_console": False}
    if not relax and look is not UNWATCHED:
        if not inner:
            look.begins(gap)
        options["callbackTuple"] = (look.asked if inner else look.called, None)
        options["callbacksToActivate"] = [highspy.cb.HighsCallbackType.kCallbackMipInterrupt]
    if node_limit is not None:
        options["mip_max_nodes"] = node_limit
    solver = pulp.HiGHS(msg=False, threads=1, gapRel=gap, gapAbs=1e-9, mip=not relax, timeLimit=time_limit, **options)
    with _HUSHING:  # Threads that solve side by side would take each other's silence for the real output.
        _hush()
    begun = time.perf_counter()
    outcome = _run(problem, solver)
    seconds = time.perf_counter() - begun
    look.stop_if_wanted()
    variables = problem.variables()  # PuLP gathers them from every row anew.
    integer = not relax and any(v.cat == "Integer" for v in variables)
    if outcome == "infeasible":
        return Solved("infeasible", math.nan, math.inf, True, seconds)
    bound = _bound(problem, integer)
    by_clock = time_limit is not None and seconds >= time_limit
    if outcome == "nothing":
        return Solved("no_solution", math.nan, bound, not by_clock, seconds)
    values = {v.name: _clean(v, relax) for v in variables}
    objective = float(sum(c * values[v.name] for v, c in problem.objective.items()) + problem.objective.constant)
    if outcome == "optimal" and not integer:
        bound = objective
    if (broken := list(violations(problem, values, relax))) and outcome == "optimal":
        raise RuntimeError(f"HiGHS returned a solution that breaks {', '.join(broken[:5])}")
    if broken:
        return Solved("no_solution", math.nan, bound, not by_clock, seconds)
    duals = {c.name: float(c.pi) for c in constraint_rows(problem) if c.pi is not None} if relax else {}
    solved = Solved("gap", objective, min(bound, objective), not by_clock, seconds, values, duals)
    proven = outcome == "optimal" and solved.gap <= max(gap, 1e-7) * (1 + 1e-6)
    return replace(solved, status="optimal") if proven else solved


class Growing:
    """A linear program stated in PuLP, kept in HiGHS: columns join it and bounds move, and it goes on where it was.

    Stating it anew took most of the time of pricing; a new column costs HiGHS a few pivots.
    """

    def __init__(self, problem: pulp.LpProblem, seed: int) -> None:
        self.problem = problem
        self._solver = pulp.HiGHS(msg=False, threads=1, mip=False, random_seed=seed, log_to_console=False)
        with _HUSHING:
            _hush()
        self._solver.createAndConfigureSolver(problem)
        self._solver.buildSolverModel(problem)
        self._highs = problem.solverModel
        self._row = {row.name: row.index for row in constraint_rows(problem)}
        self.columns = 0

    def rows(self, names: Sequence[str]) -> np.ndarray:
        """Where rows are in the arrays of `solved`. Shape (n,)."""
        return np.array([self._row[name] for name in names], dtype=np.int64)

    def hold(self, variable: pulp.LpVariable, low: float, high: float) -> None:
        """Move the bounds of a variable."""
        self._highs.changeColBounds(variable.index, low, high)

    def tie(self, row: str, low: float, high: float) -> None:
        """Move the bounds of a row."""
        self._highs.changeRowBounds(self._row[row], low, high)

    def add(self, cost: float, rows: np.ndarray, amounts: np.ndarray) -> None:
        """A further column, at least 0."""
        self._highs.addCol(cost, 0.0, math.inf, len(rows), rows.astype(np.int32), amounts)
        self.columns += 1

    def solve(self) -> tuple[float, np.ndarray, np.ndarray] | None:
        """Objective, value of each variable and each column that joined, dual of each row; None where infeasible."""
        looking().stop_if_wanted()
        self._highs.run()
        if self._highs.getModelStatus() != highspy.HighsModelStatus.kOptimal:
            return None
        found = self._highs.getSolution()
        return self._highs.getObjectiveValue(), np.array(found.col_value), np.array(found.row_dual)


def constraint_rows(problem: pulp.LpProblem) -> list[Any]:
    """The constraints of a program, whichever line of PuLP."""
    return list(problem.constraints())


def violations(problem: pulp.LpProblem, values: Mapping[str, float], relax: bool = False) -> Iterator[str]:
    """Names of rows and variables that values break by more than `TOLERANCE`, relative to the row's own size."""
    for row in constraint_rows(problem):
        terms = [c * values[v.name] for v, c in row.items()]
        left = math.fsum(terms) + row.constant
        size = max(1.0, math.fsum(map(abs, terms)), abs(row.constant))
        below = row.sense == pulp.LpConstraintGE or row.sense == pulp.LpConstraintEQ
        above = row.sense == pulp.LpConstraintLE or row.sense == pulp.LpConstraintEQ
        if (above and left > TOLERANCE * size) or (below and left < -TOLERANCE * size):
            yield str(row.name)
    for v in problem.variables():
        x = values[v.name]
        low = -math.inf if v.lowBound is None else v.lowBound
        high = math.inf if v.upBound is None else v.upBound
        loose = TOLERANCE * max(1.0, abs(x))
        if not low - loose <= x <= high + loose or (not relax and v.cat == "Integer" and abs(x - round(x)) > TOLERANCE):
            yield str(v.name)


_HUSHING = Lock()


@cache
def _hush() -> None:
    """HiGHS 1.16 writes a banner to standard output when it is first made, before any option can forbid it."""
    try:
        out = os.dup(1)
    except OSError:
        return
    nowhere = os.open(os.devnull, os.O_WRONLY)
    try:
        os.dup2(nowhere, 1)
        highspy.Highs()  # type: ignore[no-untyped-call]
    finally:
        os.dup2(out, 1)
        os.close(out)
        os.close(nowhere)


def _run(problem: pulp.LpProblem, solver: Any) -> Literal["optimal", "stopped", "nothing", "infeasible"]:
    """Solve and say what was found, from the solution status alone."""
    try:
        problem.solve(solver)
    except KeyError:
        # PuLP 3.3 knows no word for HiGHS's node limit; the values have been copied by then.
        feasible = int(problem.solverModel.getInfo().primal_solution_status) == 2
        return "stopped" if feasible else "nothing"
    found = int(problem.sol_status)
    if found == pulp.LpSolutionOptimal:
        return "optimal"
    if found == pulp.LpSolutionIntegerFeasible:
        # A time limit without an incumbent ends here too; its numbers fail the check of rows.
        return "stopped"
    return "infeasible" if found == pulp.LpSolutionInfeasible else "nothing"


def _clean(variable: Any, relax: bool) -> float:
    """A variable's value; integers within tolerance are made whole, so that sums over them are exact."""
    value = float(variable.varValue or 0.0)
    if not relax and variable.cat == "Integer" and abs(value - round(value)) <= TOLERANCE:
        return float(round(value))
    return value


def _bound(problem: pulp.LpProblem, integer: bool) -> float:
    """The bound HiGHS has proven."""
    model = getattr(problem, "solverModel", None)
    if not integer or model is None:
        return -math.inf
    return float(model.getInfo().mip_dual_bound)
