"""Solve the choice by whichever way is exact and quick enough: alone, whole, or priced.

A large program is often several: the lanes of one market and the contract of a partner who serves no other say nothing
about the rest. Cells that share no row with others are decided apart and proven apart, so that what a search leaves
open does not multiply with the markets. A limit that ties them, such as the hours of one bench that serves them all,
ties nothing where the cheapest plans of the parts leave some of it.
"""

from __future__ import annotations

import time
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import connected_components

from warrantysim.decision.branching import Search
from warrantysim.decision.problem import (
    Block,
    Evaluated,
    Load,
    ProgramData,
    allows,
    evaluate,
    present_in,
    signed_by,
)
from warrantysim.decision.program import Program, program
from warrantysim.decision.solver import Solved, Status
from warrantysim.decision.zones import best_plans


def solve_large(
    problem: ProgramData,
    *,
    gap: float = 0.001,
    node_limit: int | None = None,
    time_limit: float | None = None,
    seed: int = 0,
    starts: Sequence[np.ndarray] = (),
) -> Solution | None:
    """Decide a problem of many cells to a proven gap; None where the shared rows cannot all hold.

    ``starts``: plans to begin with, shape (C, B) each; those the problem does not allow are left out. ``node_limit``
    and ``time_limit`` bound each integer program.
    """
    begun = time.perf_counter()
    search = Search(problem, gap, node_limit, time_limit, seed)
    bound = search.run([plan for plan in starts if allows(problem, plan)])
    if search.best is None:
        return None
    plan, value = search.best
    solved = Solved(
        status="optimal" if _tight(value.objective, bound, gap) else "gap",
        objective=value.objective,
        bound=min(bound, value.objective),
        reproducible=search.reproducible,
        seconds=time.perf_counter() - begun,
    )
    return Solution(plan, value, solved, search.prices, "priced")


@dataclass(frozen=True)
class Separate:
    """Some cells of a program that share rows only with each other."""

    cells: np.ndarray
    """Their numbers in the whole, rising, shape (n,)."""
    problem: ProgramData
    """Their program; what belongs to no cell goes with the first."""


def separated(problem: ProgramData) -> list[Separate]:
    """The programs a program falls into: one a set of cells that are tied by rows, one for all that are tied by none.

    Worst years tie everything.
    """
    every = np.arange(problem.shape[0])
    tied = _tied(problem)
    if problem.cvar_weight or not tied:
        return [Separate(every, problem)]
    part = _components(len(every), list(tied.values()))
    together = np.bincount(part) > 1
    number = np.where(together[part], part, -1)
    out: list[Separate] = []
    for n in np.unique(number).tolist():
        cells = np.flatnonzero(number == n)
        names = {name for name, touched in tied.items() if not len(touched) or number[touched[0]] == n}
        if out:
            names -= {name for name, touched in tied.items() if not len(touched)}
        out.append(Separate(cells, _only(problem, cells, names, first=not out)))
    return out


def _tied(problem: ProgramData) -> dict[tuple[str, str], np.ndarray]:
    """The cells that each limit, contract or pool looks at, by kind and name; the blocks of one contract are one."""
    cells = {name: np.unique(load.place // load.size[1]) for name, load in problem.loads.items()}
    rows = {("limit", limit.name): cells[limit.measure] for limit in problem.limits}
    rows |= {("pool", pool.name): cells[pool.measure] for pool in problem.pools}
    for block in problem.blocks:
        mine = [
            np.flatnonzero((block.uses & problem.allowed).any(axis=1)),
            *(cells[name] for name in block_measures(block)),
        ]
        rows["block", block.name] = np.unique(np.concatenate(mine))
    for block in problem.blocks:
        for earlier in block.earlier:
            both = np.union1d(rows["block", block.name], rows["block", earlier])
            rows["block", block.name] = rows["block", earlier] = both
    return rows


def block_measures(block: Block) -> set[str]:
    """Measures that the periods of a contract or lane look at."""
    tables = [table for period in block.periods for table in (period.units, period.fees, period.service)]
    return {name for table in tables for row in table for name in row if name}


def _components(cells: int, tied: list[np.ndarray]) -> np.ndarray:
    """Number of the component of each cell, shape (C,)."""
    row = np.repeat(np.arange(len(tied)), [len(touched) for touched in tied]) + cells
    cell = np.concatenate(tied)
    size = cells + len(tied)
    graph = csr_matrix((np.ones(len(cell), dtype=np.int8), (row, cell)), shape=(size, size))
    return np.asarray(connected_components(graph, directed=False)[1][:cells])


def _only(problem: ProgramData, cells: np.ndarray, rows: Collection[tuple[str, str]], first: bool) -> ProgramData:
    """The program of some cells and the rows that tie them."""
    limits = tuple(limit for limit in problem.limits if ("limit", limit.name) in rows)
    pools = tuple(pool for pool in problem.pools if ("pool", pool.name) in rows)
    blocks = tuple(block for block in problem.blocks if ("block", block.name) in rows)
    names = {limit.measure for limit in limits} | {pool.measure for pool in pools}
    names = names.union(*map(block_measures, blocks))
    place = np.full(problem.shape[0], -1)
    place[cells] = np.arange(len(cells))
    return replace(
        problem,
        cost=problem.cost[cells],
        allowed=problem.allowed[cells],
        loads={name: _renumbered(problem.loads[name], place, len(cells)) for name in problem.loads if name in names},
        limits=limits,
        blocks=tuple(replace(block, uses=block.uses[cells]) for block in blocks),
        pools=pools,
        constant=problem.constant if first else 0.0,
        years=None,
    )


def _renumbered(load: Load, place: np.ndarray, cells: int) -> Load:
    """A measure of some cells only. ``place``: their new numbers, -1 for the others, shape (C,)."""
    cell, band = np.divmod(load.place, load.size[1])
    return Load(place[cell] * load.size[1] + band, load.arm, load.amount, (cells, load.size[1]))


WHOLE_FIRST, WHOLE = 4_000, 12_000
"""Most binaries the whole program is solved with at once; and where pricing leaves more open than was asked for."""

MOSTLY = 0.75
"""Share of all cells from which one part takes as long as all together, in vain where a limit binds."""
CLOSER = 4
"""How much closer than asked for parts are decided that only limits tie: it takes them little, and their plans cost
less."""


class Undecided(Exception):
    """No plan was found: the constraints conflict, or the solver stopped before it had one."""

    def __init__(self, solved: Solved) -> None:
        self.solved = solved
        if solved.conflicts:
            text = f"no decision meets all constraints; in conflict: {', '.join(solved.conflicts)}"
        else:
            text = "the solver stopped before it found any decision; raise node_limit or time_limit_s"
        super().__init__(text)


@dataclass(frozen=True)
class Solution:
    """A plan and what is known about it."""

    plan: np.ndarray
    """Arm of each band, shape (C, B)."""
    evaluated: Evaluated
    """Its cost by the program's own terms."""
    solved: Solved
    """Status, bound, gap and time."""
    prices: Mapping[str, float]
    """Value of one unit less of each measure's limit being there: LP duals with only contracts fixed, >= 0 for limits
    [reporting currency per unit]."""
    method: Literal["alone", "whole", "priced"]
    """How it was found."""


def choose(
    problem: ProgramData,
    *,
    gap: float = 0.001,
    node_limit: int | None = None,
    time_limit: float | None = None,
    seed: int = 0,
    starts: Sequence[np.ndarray] = (),
) -> Solution:
    """The cheapest plan of a problem.

    Cells that share nothing, or nothing that binds, are decided one by one without a solver: exactly. Otherwise the
    whole program, if small, or the decomposition; where that leaves too much open, the whole program of a middle size
    as well. ``starts``: plans known to be good, such as the answers to problems
    with fewer choices; the answer costs no more than the cheapest of them that keeps all limits, shape (C, B) each.

    Raises
    ------
    Undecided
        If the constraints conflict, with those that do, or if the solver stops without a plan.
    """
    effort = _Effort(gap, node_limit, time_limit, seed)
    return _chosen(problem, effort, starts, large=_binaries(problem) > WHOLE_FIRST)


@dataclass(frozen=True)
class _Effort:
    """How closely and how long a solver looks, as `choose` is told."""

    gap: float
    node_limit: int | None
    time_limit: float | None
    seed: int


def _chosen(problem: ProgramData, effort: _Effort, starts: Sequence[np.ndarray], *, large: bool) -> Solution:
    """As `choose`; ``large``: whether cells are priced first."""
    begun = time.perf_counter()
    if not problem.blocks and not problem.cvar_weight:
        plan, _ = best_plans(problem.cost, problem.rank, problem.allowed, canonical=problem.canonical)
        value = evaluate(problem, plan)
        # Pools only ever add to the cost: where they add nothing, nothing is cheaper.
        if not value.broken and not any(value.shared.values()):
            exact = Solved("optimal", value.objective, value.objective, True, time.perf_counter() - begun)
            return Solution(plan, value, exact, {}, "alone")
    priced = None
    if large:
        if apart := _apart(problem, effort, starts):
            if apart.solved.status == "optimal":
                return apart
            starts = [*starts, apart.plan]
        priced = _priced(problem, effort, starts)
    if priced is not None and (priced.solved.status == "optimal" or not fits_whole(problem)):
        return priced
    if priced is None:
        return _whole(problem, effort, starts)
    whole = _whole(problem, effort, [priced.plan])
    bound = min(max(whole.solved.bound, priced.solved.bound), whole.evaluated.objective)
    status: Status = "optimal" if _tight(whole.evaluated.objective, bound, effort.gap) else "gap"
    return replace(whole, solved=replace(whole.solved, bound=bound, status=status))


def _apart(problem: ProgramData, effort: _Effort, starts: Sequence[np.ndarray]) -> Solution | None:
    """The answer without limits, where it keeps them and the problem falls apart without: no plan within them costs
    less than the bound of all plans. None where the limits have a say, or one part is nearly all of it."""
    parts = separated(replace(problem, limits=())) if problem.limits else []
    if not parts or max(len(part.cells) for part in parts) >= MOSTLY * problem.shape[0]:
        return None
    found, closer = [], replace(effort, gap=effort.gap / CLOSER)
    for part in parts:
        mine = [plan[part.cells] for plan in starts]
        try:
            choice = _chosen(part.problem, closer, mine, large=True)
        except Undecided:
            return None  # What all parts together say of it is told.
        found.append((part.cells, choice))
    joined = _joined(problem, found, effort.gap)
    if joined.evaluated.broken:
        return None
    return replace(joined, prices={**{limit.measure: 0.0 for limit in problem.limits}, **joined.prices})


def _priced(problem: ProgramData, effort: _Effort, starts: Sequence[np.ndarray]) -> Solution | None:
    """The answer by decomposition, part by part; None where there is none, if the whole program can tell why."""
    found = []
    for part in separated(problem):
        mine = [plan[part.cells] for plan in starts]
        priced = solve_large(part.problem, starts=mine, **vars(effort))
        if priced is None and fits_whole(problem):
            return None
        if priced is None:
            raise Undecided(_conflicts(part.problem, effort))
        found.append((part.cells, priced))
    return _joined(problem, found, effort.gap)


def _joined(problem: ProgramData, found: Sequence[tuple[np.ndarray, Solution]], gap: float) -> Solution:
    """The answer to a program from those to the programs it falls into: costs and bounds add up."""
    if len(found) == 1:
        return found[0][1]
    plan = np.zeros(problem.shape[:2], dtype=np.int64)
    for cells, part in found:
        plan[cells] = part.plan
    value = evaluate(problem, plan)
    bound = sum(part.solved.bound for _, part in found)
    solved = Solved(
        status="optimal" if _tight(value.objective, bound, gap) else "gap",
        objective=value.objective,
        bound=min(bound, value.objective),
        reproducible=all(part.solved.reproducible for _, part in found),
        seconds=sum(part.solved.seconds for _, part in found),
    )
    prices = {name: price for _, part in found for name, price in part.prices.items()}
    return Solution(plan, value, solved, prices, "priced")


def _tight(objective: float, bound: float, gap: float) -> bool:
    """Whether a bound proves a plan to a relative gap."""
    return objective - bound <= max(gap, 1e-7) * (1 + 1e-6) * max(abs(objective), 1e-9)


def fits_whole(problem: ProgramData) -> bool:
    """Whether the whole program is small enough to be solved as it is."""
    return _binaries(problem) <= WHOLE


def _binaries(problem: ProgramData) -> int:
    return int(problem.allowed.sum()) * problem.shape[1]


def bettered(problem: ProgramData, choice: Solution, starts: Sequence[np.ndarray], seed: int = 0) -> Solution:
    """The choice, or the cheapest of some plans where that costs less: a solver stops within its gap."""
    plan, value = _cheapest(problem, choice.plan, choice.evaluated, starts)
    if plan is choice.plan:
        return choice
    solved = replace(choice.solved, objective=value.objective, bound=min(choice.solved.bound, value.objective))
    # The prices of a decomposition are those of its bound, whatever the plan.
    prices = choice.prices if choice.method == "priced" else shadow_prices(problem, program(problem), plan, seed)
    return replace(choice, plan=plan, evaluated=value, solved=solved, prices=prices)


def _cheapest(
    problem: ProgramData, plan: np.ndarray, value: Evaluated, others: Sequence[np.ndarray]
) -> tuple[np.ndarray, Evaluated]:
    """A plan, or of some others that are allowed and keep all limits the first that costs least, where it costs
    less."""
    for other in others:
        if allows(problem, other):
            its = evaluate(problem, other)
            if not its.broken and its.objective < value.objective:
                plan, value = other, its
    return plan, value


def _whole(problem: ProgramData, effort: _Effort, starts: Sequence[np.ndarray]) -> Solution:
    built = program(problem)
    solved = built.solve(**vars(effort))
    if solved.status == "infeasible":
        raise Undecided(_conflicts(problem, effort))
    if not solved.has_solution:
        raise Undecided(solved)
    plan = built.plan(solved.values, problem.shape)
    # Shared ends of segments and idle contracts are read more kindly by `evaluate`; its figure is the one reported.
    plan, value = _cheapest(problem, plan, evaluate(problem, plan), starts)
    solved = replace(solved, objective=value.objective, bound=min(solved.bound, value.objective))
    return Solution(plan, value, solved, shadow_prices(problem, built, plan, effort.seed), "whole")


def shadow_prices(problem: ProgramData, built: Program, plan: np.ndarray, seed: int = 0) -> dict[str, float]:
    """Price of one more of each measure: duals of the relaxed program ``built`` of a problem with only the plan's
    contracts fixed.

    Fixing every integer would let the dual of a binding capacity row read 0.
    """
    signed = signed_by(problem, present_in(problem, plan))
    solved = built.solve(signed={block.name: block.name in signed for block in problem.blocks}, relax=True, seed=seed)
    if not solved.has_solution:
        return {}
    return {name: -solved.duals[f"measure_{v.name}"] for name, v in built.shared.measure.items()}


def _conflicts(problem: ProgramData, effort: _Effort) -> Solved:
    """Which limits cannot all hold: those exceeded where the total excess is least."""
    built = program(problem, elastic=True)
    solved = built.solve(**vars(replace(effort, gap=0.01)))
    names = tuple(name for name, v in built.shared.over.items() if solved.values.get(v.name, 0.0) > 1e-7)
    return Solved("infeasible", np.nan, np.inf, solved.reproducible, solved.seconds, conflicts=names)
