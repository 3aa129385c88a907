"""The only place that names PuLP's solver and reads its status: HiGHS, one thread, seeded, verified.

PuLP calls a solve stopped by its time limit "Optimal", and leaves numbers in the variables of an infeasible program.
So the status here comes from the solution status and the proven bound, and values are read only from a solution whose
rows, bounds and integrality have been checked again.
"""

from __future__ import annotations

import math
import os
import time
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from itertools import chain
from operator import attrgetter
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


@dataclass(frozen=True)
class Stated:
    """A program as HiGHS takes it at once: columns in the order of their names, rows as they were stated.

    PuLP passes it column by column and row by row, and gathers the variables from all rows anew each time it is asked
    for them: that took as long as to solve it.
    """

    columns: list[pulp.LpVariable]
    rows: list[pulp.LpConstraint]
    cost: np.ndarray
    """Of each column, shape (n,)."""
    low: np.ndarray
    high: np.ndarray
    """Bounds of columns, shape (n,)."""
    whole: np.ndarray
    """Columns that must be integers, shape (n,) [bool]."""
    least: np.ndarray
    most: np.ndarray
    """Bounds of rows, shape (m,)."""
    row: np.ndarray
    """Row of each coefficient, rising, shape (k,)."""
    column: np.ndarray
    """Its column, shape (k,)."""
    coefficient: np.ndarray
    """Not 0, shape (k,)."""

    @classmethod
    def of(cls, problem: pulp.LpProblem, without: Collection[str] = ()) -> Stated:
        """A program, ``without`` some of its rows, by name. Notes at each variable its column."""
        rows = [row for row in problem.constraints() if row.name not in without]
        terms = list(chain.from_iterable(row.keys() for row in rows))
        objective = problem.objective or {}
        columns = sorted({id(v): v for v in chain(objective, terms)}.values(), key=attrgetter("name"))
        for i, variable in enumerate(columns):
            variable.index = i
        coefficient = np.array(list(chain.from_iterable(row.values() for row in rows)), dtype=np.float64)
        some = coefficient != 0
        cost = np.zeros(len(columns))
        for variable, each in objective.items():
            cost[variable.index] = each
        right = -np.array([row.constant for row in rows], dtype=np.float64)
        sense = np.array([row.sense for row in rows])
        return cls(
            columns,
            rows,
            cost,
            np.array([-math.inf if v.lowBound is None else v.lowBound for v in columns], dtype=np.float64),
            np.array([math.inf if v.upBound is None else v.upBound for v in columns], dtype=np.float64),
            np.array([v.cat == pulp.LpInteger for v in columns], dtype=bool),
            np.where(sense == pulp.LpConstraintLE, -math.inf, right),
            np.where(sense == pulp.LpConstraintGE, math.inf, right),
            np.repeat(np.arange(len(rows)), [len(row) for row in rows])[some],
            np.array([v.index for v in terms], dtype=np.int32)[some],
            coefficient[some],
        )

    def passed_to(self, highs: Any, relax: bool) -> None:
        """Give it to HiGHS, without integrality where it is to ``relax``."""
        n, none = len(self.columns), np.zeros(0, dtype=np.int32)
        highs.addCols(n, self.cost, self.low, self.high, 0, np.zeros(n, dtype=np.int32), none, none.astype(np.float64))
        if not relax and self.whole.any():
            at = np.flatnonzero(self.whole).astype(np.int32)
            highs.changeColsIntegrality(
                len(at), at, np.full(len(at), int(highspy.HighsVarType.kInteger), dtype=np.uint8)
            )
        starts = np.searchsorted(self.row, np.arange(len(self.rows))).astype(np.int32)
        k = len(self.coefficient)
        highs.addRows(len(self.rows), self.least, self.most, k, starts, self.column, self.coefficient)

    def broken(self, x: np.ndarray, relax: bool) -> Iterator[str]:
        """Names of rows and columns that values break by more than `TOLERANCE`, relative to the row's own size."""
        terms = self.coefficient * x[self.column]
        left, size = (np.bincount(self.row, part, len(self.rows)) for part in (terms, np.abs(terms)))
        right = np.where(np.isfinite(self.most), self.most, self.least)
        loose = TOLERANCE * np.maximum(1.0, np.maximum(size, np.abs(right)))
        for i in np.flatnonzero((left > self.most + loose) | (left < self.least - loose)):
            yield str(self.rows[i].name)
        loose = TOLERANCE * np.maximum(1.0, np.abs(x))
        off = (x < self.low - loose) | (x > self.high + loose)
        if not relax:
            off |= self.whole & (np.abs(x - np.rint(x)) > TOLERANCE)
        for i in np.flatnonzero(off):
            yield str(self.columns[i].name)


def solve(
    problem: pulp.LpProblem,
    *,
    without: Collection[str] = (),
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
    without
        Rows that are left out, by name.
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
    stated = Stated.of(problem, without)
    solver.createAndConfigureSolver(problem)
    highs: Any = problem.solverModel
    stated.passed_to(highs, relax)
    begun = time.perf_counter()
    highs.run()
    seconds = time.perf_counter() - begun
    look.stop_if_wanted()
    outcome = _outcome(highs)
    integer = not relax and bool(stated.whole.any())
    if outcome == "infeasible":
        return Solved("infeasible", math.nan, math.inf, True, seconds)
    bound = float(highs.getInfo().mip_dual_bound) if integer else -math.inf
    by_clock = time_limit is not None and seconds >= time_limit
    if outcome == "nothing":
        return Solved("no_solution", math.nan, bound, not by_clock, seconds)
    found = highs.getSolution()
    x = np.array(found.col_value) + 0.0  # No -0.
    if integer:  # What is whole within tolerance is made whole, so that sums over it are exact.
        near = stated.whole & (np.abs(x - np.rint(x)) <= TOLERANCE)
        x[near] = np.rint(x[near]) + 0.0
    values = {v.name: value for v, value in zip(stated.columns, x.tolist(), strict=True)}
    objective = float(sum(c * values[v.name] for v, c in problem.objective.items()) + problem.objective.constant)
    if outcome == "optimal" and not integer:
        bound = objective
    if (broken := list(stated.broken(x, relax))) and outcome == "optimal":
        raise RuntimeError(f"HiGHS returned a solution that breaks {', '.join(broken[:5])}")
    if broken:
        return Solved("no_solution", math.nan, bound, not by_clock, seconds)
    duals = dict(zip((row.name for row in stated.rows), list(found.row_dual), strict=True)) if relax else {}
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
        self._highs: Any = problem.solverModel
        stated = Stated.of(problem)
        stated.passed_to(self._highs, relax=True)
        self._row = {row.name: i for i, row in enumerate(stated.rows)}
        self.stated = len(stated.columns)

    def rows(self, names: Sequence[str]) -> np.ndarray:
        """Where rows are in the arrays of `solved`. Shape (n,)."""
        return np.array([self._row[name] for name in names], dtype=np.int64)

    def hold(self, variable: pulp.LpVariable, low: float, high: float) -> None:
        """Move the bounds of a variable."""
        self._highs.changeColBounds(variable.index, low, high)

    def tie(self, row: str, low: float, high: float) -> None:
        """Move the bounds of a row."""
        self._highs.changeRowBounds(self._row[row], low, high)

    def add(self, cost: np.ndarray, starts: np.ndarray, rows: np.ndarray, amounts: np.ndarray) -> None:
        """Further columns, at least 0: their costs and where their entries begin, shapes (n,); rows and amounts of all
        entries, shapes (k,)."""
        n, entries = len(cost), (starts.astype(np.int32), rows.astype(np.int32), amounts)
        self._highs.addCols(n, cost, np.zeros(n), np.full(n, math.inf), len(rows), *entries)

    def solve(self) -> tuple[float, np.ndarray, np.ndarray] | None:
        """Objective, value of each variable and each column that joined, dual of each row; None where infeasible."""
        looking().stop_if_wanted()
        self._highs.run()
        if self._highs.getModelStatus() != highspy.HighsModelStatus.kOptimal:
            return None
        found = self._highs.getSolution()
        return self._highs.getObjectiveValue(), np.array(found.col_value), np.array(found.row_dual)


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


STOPPED = {
    getattr(highspy.HighsModelStatus, f"k{why}")
    for why in ("ObjectiveBound", "ObjectiveTarget", "Interrupt", "TimeLimit", "IterationLimit", "SolutionLimit")
}
"""What HiGHS says where it was stopped. PuLP 3.3 knows no word for its node limit."""


def _outcome(highs: Any) -> Literal["optimal", "stopped", "nothing", "infeasible"]:
    """What was found, from the solution status alone."""
    said = highs.getModelStatus()
    if said == highspy.HighsModelStatus.kOptimal:
        return "optimal"
    if said in {highspy.HighsModelStatus.kInfeasible, highspy.HighsModelStatus.kUnboundedOrInfeasible}:
        return "infeasible"
    # A limit without an incumbent ends here too: it has no feasible solution.
    return "stopped" if said in STOPPED and int(highs.getInfo().primal_solution_status) == FEASIBLE else "nothing"


FEASIBLE = 2
"""What HiGHS calls a feasible solution."""
