"""The choice as arrays: costs of bands under arms, what is shared between cells, and what a plan then costs.

A plan gives every band of every cell an arm, shape (C, B). Measures are the few sums over cells that shared rows look
at: hours of a bench in a month, units of a contract, weight on a lane, refunds, days. Everything but measures is
separate by cell.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from warrantysim.money.marginal_terms import Beside, MarginalTerms

LIMIT_TOLERANCE = 1e-7
"""Share of a limit that a plan may exceed it by, the solver's own tolerance."""


@dataclass(frozen=True)
class Load:
    """One measure: what bands add to it under the arms that touch it. Only what is not 0 is kept, n amounts."""

    place: np.ndarray
    """Cell x B + band of each amount, rising [int (n,)]."""
    arm: np.ndarray
    """Its arm, rising within a place [int (n,)]."""
    amount: np.ndarray
    """Amounts a year [unit of the measure (n,)]."""
    size: tuple[int, int]
    """(C, B)."""

    @classmethod
    def table(cls, arms: np.ndarray, table: np.ndarray) -> Load:
        """From amounts of bands under some arms. ``arms``: rising, shape (K,); ``table``: shape (C, B, K)."""
        cells, bands, _ = table.shape
        c, b, k = np.nonzero(table)
        return cls(c * bands + b, np.asarray(arms)[k], table[c, b, k], (cells, bands))

    @classmethod
    def sums(cls, place: np.ndarray, arm: np.ndarray, amount: np.ndarray, size: tuple[int, int]) -> Load:
        """From amounts in any order, those of one place and arm added up. Shapes (u,)."""
        arms = int(arm.max(initial=0)) + 1
        keys, which = np.unique(place.astype(np.int64) * arms + arm, return_inverse=True)
        total = np.bincount(which.reshape(-1), amount, len(keys))
        return cls(keys[total != 0] // arms, keys[total != 0] % arms, total[total != 0], size)

    def taken(self, plan: np.ndarray) -> np.ndarray:
        """Which amounts a plan takes, shape (n,), bool."""
        return np.asarray(plan.ravel()[self.place] == self.arm)

    def of(self, plan: np.ndarray) -> np.ndarray:
        """Amount of each cell under a plan, shape (C,)."""
        cells, bands = self.size
        mine = self.taken(plan)
        return np.bincount(self.place[mine] // bands, self.amount[mine], cells)

    def added(self, price: float, cost: np.ndarray) -> None:
        """Add its amounts at a price to costs of bands under arms, in place. ``cost``: shape (C, B, A)."""
        cells, bands, arms = cost.shape
        cost.reshape(cells * bands, arms)[self.place, self.arm] += price * self.amount

    @cached_property
    def largest(self) -> float:
        """More than any plan can reach."""
        if not len(self.place):
            return 0.0
        first = np.flatnonzero(np.diff(self.place, prepend=-1))
        most = np.zeros(self.size)
        most.reshape(-1)[self.place[first]] = np.maximum(np.maximum.reduceat(self.amount, first), 0.0)
        return float(most.sum())


@dataclass(frozen=True)
class Limit:
    """A shared row: a measure may not exceed ``most``."""

    name: str
    """What binds, for people: ``hours of flatfix-us in 2027-03``."""
    measure: str
    """The measure."""
    most: float
    """Upper limit [unit of the measure]."""


@dataclass(frozen=True)
class Period:
    """One period of a contract or lane: its terms, and the measures they look at, by month and desk."""

    terms: MarginalTerms
    """Terms in the reporting currency."""
    units: tuple[tuple[str, ...], ...]
    """Measure of counted units by month and desk; '' for none, shape (P, D)."""
    fees: tuple[tuple[str, ...], ...]
    """Measure of repair fees before discount, likewise."""
    service: tuple[tuple[str, ...], ...]
    """Measure of other charges that count towards the minimum, likewise."""
    beside: Beside | None = None
    """What claims that are not chosen for bring to it."""
    typical: float = 1.0
    """Units of everybody, by which the program shares out what a segment charges at once [units, > 0]."""


@dataclass(frozen=True)
class Block:
    """A desk under contract (or a freight lane): signed or not, with terms by period.

    Where several desks share a contract, the first that is signed bills what is due once. Each desk then has a block
    with the terms that hold where it is that first one; only the block of the first signed desk is charged.
    """

    name: str
    """Contract or lane, for people."""
    periods: tuple[Period, ...]
    """Its periods."""
    uses: np.ndarray
    """Arms of a cell that need it signed, shape (C, A) [bool]."""
    forced: bool | None = None
    """Signed whatever the plan (true), never (false), or as the plan needs it (None)."""
    earlier: tuple[str, ...] = ()
    """Blocks of the contract's desks that come before this one: where any is signed, this one is not charged."""
    desk: tuple[str, str] | None = None
    """Partner and desk; None for a lane."""
    desks: tuple[str, ...] = ()
    """Block of each desk its periods name; empty where all of them are its own."""
    offset: float = 0.0
    """Charged with it: what the ledger charges for the incumbent beyond these terms [reporting currency]."""

    @property
    def own_measures(self) -> frozenset[str]:
        """Measures of its own desk or lane, which its periods name first."""
        tables = [table for period in self.periods for table in (period.units, period.fees, period.service)]
        return frozenset(row[0] for table in tables for row in table if row[0])

    @property
    def one_of_several(self) -> bool:
        """Whether its contract has other desks."""
        return len(self.desks) + len(self.earlier) > 1


@dataclass(frozen=True)
class Pool:
    """A swap pool: units beyond what is asked of it stay on the shelf. Its measure may be negative."""

    name: str
    """Product and market, for people."""
    measure: str
    """Units that join less units that are asked for."""
    loss: float
    """What a unit that nobody asks for costs, above 0 [reporting currency per unit]."""
    start: float = 0.0
    """So many of them cost nothing yet: the pool has a need of its own [units]."""


@dataclass(frozen=True)
class ProgramData:
    """Everything the choice depends on. C cells, B bands (padded with empty ones), A arms, R replications."""

    cost: np.ndarray
    """Cost a year of a band under an arm, shape (C, B, A), finite [reporting currency]."""
    rank: np.ndarray
    """Canonical place of each arm's disposition, shape (A,) [0-3]."""
    allowed: np.ndarray
    """Arms a cell may use, shape (C, A) [bool]."""
    loads: Mapping[str, Load] = field(default_factory=dict)
    """Measures by name."""
    limits: tuple[Limit, ...] = ()
    """Shared rows."""
    blocks: tuple[Block, ...] = ()
    """Contracts and lanes."""
    pools: tuple[Pool, ...] = ()
    """Swap pools that could hold more than is asked of them."""
    constant: float = 0.0
    """Cost under every plan: what the ledger charges for the incumbent beyond these terms, in pools and elsewhere
    [reporting currency]."""
    canonical: bool = True
    """Whether zones follow the canonical order."""
    years: np.ndarray | None = None
    """Cost by training replication, shape (R, C, B, A); its mean is ``cost``. Needed for CVaR."""
    cvar_weight: float = 0.0
    """Weight on the mean of the worst years [share, 0-1]."""
    cvar_level: float = 0.9
    """Years above this quantile are the worst [share, 0-1)."""

    @property
    def shape(self) -> tuple[int, int, int]:
        """(C, B, A)."""
        cells, bands, arms = self.cost.shape
        return cells, bands, arms

    def measures(self, plan: np.ndarray) -> dict[str, float]:
        """Every measure under a plan. Loads of the same bands under the same arms are looked at once."""
        taken: dict[tuple[int, int], np.ndarray] = {}
        found = {}
        for name, load in self.loads.items():
            places = id(load.place), id(load.arm)
            if places not in taken:
                taken[places] = np.flatnonzero(load.taken(plan))
            found[name] = float(load.amount[taken[places]].sum())
        return found

    def plan_cost(self, plan: np.ndarray) -> np.ndarray:
        """Cost of each cell under a plan, without what is shared, shape (C,)."""
        return np.take_along_axis(self.cost, plan[:, :, None], axis=2)[:, :, 0].sum(axis=1)

    def year_costs(self, plan: np.ndarray) -> np.ndarray:
        """Separate cost of each training replication under a plan, shape (R,)."""
        assert self.years is not None
        return np.take_along_axis(self.years, plan[None, :, :, None], axis=3).sum(axis=(1, 2, 3))


def signed_by(problem: ProgramData, present: np.ndarray) -> frozenset[str]:
    """Blocks that are signed where cells use these arms. ``present``: shape (C, A), bool."""
    return frozenset(
        block.name
        for block in problem.blocks
        if (block.forced if block.forced is not None else bool((present & block.uses).any()))
    )


def present_in(problem: ProgramData, plan: np.ndarray) -> np.ndarray:
    """Arms that a plan uses in each cell. Shape (C, A), bool."""
    present = np.zeros(problem.allowed.shape, dtype=bool)
    np.put_along_axis(present, plan, True, axis=1)
    return present


def allows(problem: ProgramData, plan: np.ndarray) -> bool:
    """Whether a plan uses allowed arms only, in order and one partner a disposition, whatever the limits."""
    if not np.take_along_axis(problem.allowed, plan, axis=1).all():
        return False
    rank = problem.rank[plan]
    if problem.canonical and (np.diff(rank, axis=1) < 0).any():
        return False
    present = present_in(problem, plan)
    return not any((present[:, problem.rank == level].sum(axis=1) > 1).any() for level in np.unique(problem.rank))


def used(block: Block, plan: np.ndarray) -> bool:
    """Whether a plan signs a contract."""
    if block.forced is not None:
        return block.forced
    present = np.zeros((len(plan), block.uses.shape[1]), dtype=bool)
    np.put_along_axis(present, plan, True, axis=1)
    return bool((present & block.uses).any())


def block_costs(blocks: Iterable[Block], signed: Collection[str], measures: Mapping[str, float]) -> dict[str, float]:
    """What contracts and lanes cost on top of separate costs, by block; 0 for those not signed or not charged."""
    return {block.name: block_cost(block, signed, measures) if charged_by(block, signed) else 0.0 for block in blocks}


def charged_by(block: Block, signed: Collection[str]) -> bool:
    """Whether a block is the one its contract is charged by, given those that are signed."""
    return block.name in signed and not any(name in signed for name in block.earlier)


def block_cost(block: Block, signed: Collection[str], measures: Mapping[str, float]) -> float:
    """What a block that is charged costs, with those that are signed beside it."""
    due = np.array([name in signed for name in block.desks]) if block.desks else True
    return block.offset + sum(period_cost(period, measures, due) for period in block.periods)


def period_cost(period: Period, measures: Mapping[str, float], due: np.ndarray | bool = True) -> float:
    """One period of a signed contract; ``due``: desks that owe a minimum, shape (D,)."""
    units, fees, service = (volumes(names, measures) for names in (period.units, period.fees, period.service))
    return float(period.terms.cost(units, fees, service, beside=period.beside, signed=due))


def units_counted(period: Period, measures: Mapping[str, float]) -> float:
    """Units that decide the segment of a period: those chosen for and all others."""
    own = float(volumes(period.units, measures).sum())
    return own if period.beside is None else own + float(period.beside[0].sum())


def pool_cost(pool: Pool, measures: Mapping[str, float]) -> float:
    """What the units of a swap pool that nobody asks for cost."""
    return pool.loss * max(measures.get(pool.measure, 0.0) - pool.start, 0.0)


def volumes(names: tuple[tuple[str, ...], ...], measures: Mapping[str, float]) -> np.ndarray:
    """Measures by month and desk, 0 where none is named."""
    return np.array([[measures.get(name, 0.0) for name in row] for row in names])


@dataclass(frozen=True)
class Evaluated:
    """What a plan costs, exactly, and what it breaks."""

    objective: float
    """Cost a year, with CVaR where it has weight [reporting currency]."""
    mean: float
    """Expected cost a year [reporting currency]."""
    shared: Mapping[str, float]
    """Part of it by contract, lane and swap pool [reporting currency]."""
    measures: Mapping[str, float]
    """Every measure."""
    broken: tuple[str, ...]
    """Names of limits the plan exceeds."""


def evaluate(problem: ProgramData, plan: np.ndarray) -> Evaluated:
    """Cost of a plan by the same terms as the program, without a solver."""
    measures = problem.measures(plan)
    shared = block_costs(problem.blocks, signed_by(problem, present_in(problem, plan)), measures)
    shared |= {pool.name: pool_cost(pool, measures) for pool in problem.pools}
    mean = float(problem.plan_cost(plan).sum()) + sum(shared.values()) + problem.constant
    objective = mean
    if problem.cvar_weight:
        years = problem.year_costs(plan)
        tail = worst_mean(years, problem.cvar_level) - float(years.mean())
        objective = mean + problem.cvar_weight * tail
    return Evaluated(objective, mean, shared, measures, tuple(broken(problem, measures)))


def broken(problem: ProgramData, measures: Mapping[str, float]) -> Iterator[str]:
    """Names of the limits that measures exceed."""
    for limit in problem.limits:
        size = max(abs(limit.most), problem.loads[limit.measure].largest, 1e-9)
        if measures[limit.measure] > limit.most + LIMIT_TOLERANCE * size:
            yield limit.name


def worst_mean(losses: np.ndarray, level: float) -> float:
    """Mean of the worst ``1 - level`` share of equally likely losses.

    That is min over eta of eta + mean((loss - eta)+) / (1 - level): Rockafellar and Uryasev (2000).
    ``losses``: shape (R,).
    """
    ordered = np.sort(losses)
    tails = np.maximum(ordered[None, :] - ordered[:, None], 0.0).mean(axis=1)
    return float((ordered + tails / (1.0 - level)).min())
