"""Programs that are several: cells that share no row with others are decided apart, and proven apart.

The lanes of one market and the contract of a partner who serves no other say nothing about the rest. What a search
leaves open then does not multiply with the markets.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace

import numpy as np
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import connected_components

from warrantysim.decision.problem import Block, Load, ProgramData


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
    out = []
    for n in np.unique(number).tolist():
        cells = np.flatnonzero(number == n)
        names = {name for name, touched in tied.items() if not len(touched) or number[touched[0]] == n}
        if out:
            names -= {name for name, touched in tied.items() if not len(touched)}
        out.append(Separate(cells, _only(problem, cells, names, first=not out)))
    return out


Row = tuple[str, str]
"""A limit, contract or pool: its kind and name."""


def _tied(problem: ProgramData) -> dict[Row, np.ndarray]:
    """The cells that each shared row looks at; the blocks of one contract are one row."""
    cells = {name: np.unique(load.place // load.size[1]) for name, load in problem.loads.items()}
    rows = {("limit", limit.name): cells[limit.measure] for limit in problem.limits}
    rows |= {("pool", pool.name): cells[pool.measure] for pool in problem.pools}
    for block in problem.blocks:
        mine = [
            np.flatnonzero((block.uses & problem.allowed).any(axis=1)),
            *(cells[name] for name in measures_of(block)),
        ]
        rows["block", block.name] = np.unique(np.concatenate(mine))
    for block in problem.blocks:
        for earlier in block.earlier:
            both = np.union1d(rows["block", block.name], rows["block", earlier])
            rows["block", block.name] = rows["block", earlier] = both
    return rows


def measures_of(block: Block) -> set[str]:
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


def _only(problem: ProgramData, cells: np.ndarray, rows: Collection[Row], first: bool) -> ProgramData:
    """The program of some cells and the rows that tie them."""
    limits = tuple(limit for limit in problem.limits if ("limit", limit.name) in rows)
    pools = tuple(pool for pool in problem.pools if ("pool", pool.name) in rows)
    blocks = tuple(block for block in problem.blocks if ("block", block.name) in rows)
    names = {one.measure for one in (*limits, *pools)}.union(*map(measures_of, blocks))
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
