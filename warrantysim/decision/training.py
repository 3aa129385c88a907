"""Training claims side by side, and the problem they pose: cells, value bands, costs and what bands take."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields, replace
from functools import cached_property
from itertools import pairwise

import numpy as np

from warrantysim.decision.cells import CellKey, number_cells
from warrantysim.decision.choose import WHOLE
from warrantysim.decision.forecast import arms_under, measures_under, signed_under
from warrantysim.decision.own_pools import PoolUse, pool_use_of, room_in_pools
from warrantysim.decision.problem import Block, Limit, Load, Period, ProgramData, block_costs, charged_by, pool_cost
from warrantysim.decision.shared_terms import Uses, contract_terms, uses_in, uses_of
from warrantysim.decision.sparse import Sparse
from warrantysim.experiment.bench_months import offered_minutes
from warrantysim.experiment.outcomes import Arm, Beside, PotentialOutcomes
from warrantysim.journeys.model import Model
from warrantysim.schema.clock import DAY

FEW_CLAIMS = 400
"""Cells with fewer training claims are flagged [count]."""
FEWEST_BANDS = 3
"""Fewer bands would leave a cell too little to choose from [count]."""


def settled(model: Model, learned: Learned, problem: ProgramData) -> ProgramData:
    """The problem with its shared terms put right at the incumbent; as it is where the ledger is not known there."""
    if not learned.beside:
        return problem
    years = learned.beside
    incumbent = years[0].incumbent
    arm = arms_under(model, learned, incumbent)
    measures = measures_under(learned, arm)
    signed = signed_under(model, problem, incumbent, measures)
    problem = replace(problem, blocks=tuple(_shares(problem, block, measures) for block in problem.blocks))
    costs = block_costs(problem.blocks, signed, measures)
    left = float(np.mean([y.other + y.pools.sum() for y in years]))
    pooled = learned.pools.credit_under(arm).sum() / learned.replications
    left -= float(pooled) + sum(pool_cost(pool, measures) for pool in problem.pools)
    blocks = {block.name: block for block in problem.blocks}
    for p, partner in enumerate(model.scenario.partner_ids):
        mine = [b for b in problem.blocks if b.desk is not None and b.desk[0] == partner and charged_by(b, signed)]
        rest = float(np.mean([y.contracts[p] for y in years])) - sum(costs[b.name] for b in mine)
        if mine:
            blocks[mine[0].name] = replace(mine[0], offset=mine[0].offset + rest)
        else:
            left += rest
    for k, (market, way) in enumerate(learned.uses.lanes):
        actual = float(np.mean([y.lanes[k] for y in years]))
        block = blocks.get(f"{market} {way}")
        if block is not None and costs[block.name] > 0 and actual > 0:
            blocks[block.name] = _scaled(block, actual / costs[block.name])
        else:
            left += actual - (0.0 if block is None else costs[block.name])
    return replace(problem, blocks=_in_order(problem.blocks, blocks), constant=problem.constant + left)


def _shares(problem: ProgramData, block: Block, measures: Mapping[str, float]) -> Block:
    """A block whose periods know how many units there are: as the incumbent has it, or else with half of all that
    could be chosen for."""

    def known(period: Period) -> Period:
        if period.beside is None or not period.beside[0].sum():
            return period
        names = [name for row in period.units for name in row if name]
        own = sum(measures.get(name, 0.0) for name in names)
        own = own or sum(problem.loads[name].largest for name in names) / 2
        return replace(period, typical=own + float(period.beside[0].sum()))

    return replace(block, periods=tuple(known(period) for period in block.periods))


def _scaled(block: Block, factor: float) -> Block:
    """A lane whose bills are so many times as high: dispatches are not of one size."""
    money = ("jump", "per_unit", "per_fee", "fixed", "retainer", "minimum")

    def times(period: Period) -> Period:
        terms = period.terms
        return replace(period, terms=replace(terms, **{name: getattr(terms, name) * factor for name in money}))

    return replace(block, periods=tuple(times(period) for period in block.periods))


def _in_order(old: Iterable[Block], new: dict[str, Block]) -> tuple[Block, ...]:
    return tuple(new[block.name] for block in old)


@dataclass(frozen=True)
class SampleView:
    """What the rules see of training claims, as when they are routed; arrays of shape (n,)."""

    sku: np.ndarray
    """Row in ``scenario.skus`` [int]."""
    market: np.ndarray
    """Row in ``scenario.market_ids`` [int]."""
    channel: np.ndarray
    """Row in ``scenario.channel_ids`` [int]."""
    symptom: np.ndarray
    """Row in ``scenario.symptom_ids`` [int]."""
    evidence: np.ndarray
    """Evidence level [int]."""
    age_band: np.ndarray
    """Age band, 0 the youngest [int]."""
    value: np.ndarray
    """Claim value [float64 market currency]."""
    price_gross: np.ndarray
    """Order price as an agent sees it [float64 market currency]."""
    order_age_days: np.ndarray
    """Age of the order [float64 days]."""

    def __len__(self) -> int:
        return len(self.sku)

    def of(self, rows: np.ndarray) -> SampleView:
        """The same of some claims."""
        return SampleView(**{f.name: getattr(self, f.name)[rows] for f in fields(self)})

    @property
    def age_days(self) -> np.ndarray:
        """Age of the order, as routing names it [float64 days]."""
        return self.order_age_days


@dataclass(frozen=True)
class Learned:
    """Training claims a rule is asked about; n claims, A arms, R replications."""

    arms: tuple[Arm, ...]
    cells: tuple[CellKey, ...]
    """The C cells."""
    cell: np.ndarray
    """Cell of each claim [int (n,)]."""
    claims: SampleView
    """What rules see of each claim."""
    replication: np.ndarray
    """Position of its training replication, 0 to R - 1 [int (n,)]."""
    replications: int
    """R."""
    value: np.ndarray
    """Claim value, in the currency its cell is read in, see `reading_rates` [float64 (n,)]."""
    price: np.ndarray
    """Order price as an agent sees it, likewise [float64 (n,)]."""
    age: np.ndarray
    """Age of the order, from its first delivery [float64 days (n,)]."""
    cost: np.ndarray
    """Cost of a claim under an arm, with waiting charged so far, less what units it hands in save others
    [reporting currency (n, A)]."""
    feasible: np.ndarray
    """[bool (n, A)]."""
    refund: np.ndarray
    """[reporting currency (n, A)]; empty where no budget is set."""
    waited: np.ndarray
    """From opening to resolved [int32 s (n, A)]."""
    disputed: np.ndarray
    """[share (n, A)]; empty where no share is too much."""
    filed: np.ndarray
    """[bool (n, A)]."""
    uses: Uses
    """What claims take of what is shared."""
    pools: PoolUse
    """What claims bring to swap pools and take from them."""
    beside: tuple[Beside, ...] = ()
    """What stands beside these claims under the incumbent, by replication; empty where that is not known."""
    cash: Sparse | None = None
    """Cash a claim costs under an arm, held against ``cost`` [reporting currency (n, A)]; None where nobody asks any
    more."""

    def __len__(self) -> int:
        return len(self.cell)

    @property
    def days(self) -> np.ndarray:
        """From opening to resolved [days (n, A)]."""
        return self.waited / DAY

    @cached_property
    def _by_cell(self) -> tuple[np.ndarray, np.ndarray]:
        order = np.argsort(self.cell, kind="stable")
        return order, np.searchsorted(self.cell[order], np.arange(len(self.cells) + 1))

    def rows(self, c: int) -> np.ndarray:
        """Rows of a cell's claims, rising [int]."""
        order, ends = self._by_cell
        return order[ends[c] : ends[c + 1]]

    def claims_of(self) -> dict[CellKey, int]:
        """Training claims of each cell; opportunistic ones, which need not exist, are left out."""
        counts = np.bincount(self.cell[self.filed.all(axis=1)], minlength=len(self.cells))
        return {cell: int(n) for cell, n in zip(self.cells, counts, strict=True)}


def reading_rates(model: Model) -> np.ndarray:
    """What one unit of each market's currency is where cut-points are read, shape (M,): 1 where cells tell the market,
    else in the currency of the first market.
    """
    s = model.scenario
    if "market" in s.decision.cell:
        return np.ones(len(s.market_ids))
    usd = np.array([s.usd_per_unit(s.markets[name].currency) for name in s.market_ids])
    return np.asarray(usd / usd[0])


def learn(model: Model, outcomes: Iterable[PotentialOutcomes], *, cash_only: bool) -> Learned:
    """Put training replications side by side. Cells are those of the scenario's decision section.

    Outcomes are taken one by one and let go: of each only the claims a rule is asked about stay, and of these a column
    is held twice only while it is joined.
    """
    d = model.scenario.decision
    limited = {"refund": d.refund_budget, "disputed": d.max_dispute_share}
    more = tuple(name for name, limit in limited.items() if limit is not None)
    seen: list[SampleView] = []
    names = ("cash", "days", "feasible", "filed", *more, "pooled", "pool_asked")
    columns: dict[str, list[np.ndarray]] = {name: [] for name in names}
    few: dict[str, list[Sparse]] = {"expected": [], "pool_bounces": []}
    uses, besides = [], []
    for po in outcomes:
        rows = np.flatnonzero(po.routed)
        uses.append(uses_in(po, rows, sum(map(len, seen))))
        seen.append(SampleView(**{f.name: getattr(po, f.name)[rows] for f in fields(SampleView)}))
        for name, parts in columns.items():
            column = getattr(po, name)[rows]
            parts.append(np.rint(column * DAY).astype(np.int32) if name == "days" else column)
        for name, tables in few.items():
            tables.append(Sparse.of(getattr(po, name)[rows]))
        besides += [] if po.beside is None else [po.beside]
        one = po.headings()
        del po
    cells, numbers = number_cells(model, d.cell, seen)
    cell, counts = np.concatenate(numbers).astype(np.int32), [len(view) for view in seen]
    numbers.clear()

    def joined(name: str) -> np.ndarray:
        return np.concatenate(columns.pop(name))

    claims = SampleView(
        **{f.name: np.concatenate([getattr(view, f.name) for view in seen]) for f in fields(SampleView)}
    )
    seen.clear()
    rates = reading_rates(model)
    as_read = (rates == 1.0).all()
    taken = uses_of(uses, len(claims), one, model)
    uses.clear()
    cash = joined("cash")
    whole = Sparse.concat(few.pop("expected")).dense()
    whole += cash
    pooled, asked = (joined(name) for name in ("pooled", "pool_asked"))
    weak = Sparse.concat(few.pop("pool_bounces"))
    pools = pool_use_of(model, claims, pooled, pooled - asked, weak, whole)
    del asked
    cost = cash.copy() if cash_only else whole
    pools.credit_to(cost)
    held = Sparse.of(cash, cost)
    del cash, whole
    return Learned(
        arms=one.arms,
        cells=tuple(cells),
        cell=cell,
        replication=np.repeat(np.arange(len(counts), dtype=np.int16), counts),
        replications=len(counts),
        value=claims.value if as_read else claims.value * rates[claims.market],
        price=claims.price_gross if as_read else claims.price_gross * rates[claims.market],
        age=claims.order_age_days,
        cash=held,
        cost=cost,
        uses=taken,
        pools=pools,
        claims=claims,
        beside=tuple(besides) if len(besides) == len(counts) else (),
        waited=joined("days"),
        **{
            name: joined(name) if name in columns else np.zeros((len(claims), 0))
            for name in ("feasible", "filed", *limited)
        },
    )


def by_cash(learned: Learned) -> Learned:
    """What was learned, by cash alone; all else is the same, and held once."""
    assert learned.cash is not None
    cost = learned.cash.dense(learned.cost)
    learned.pools.credit_to(cost)
    return replace(learned, cost=cost, cash=None)


@dataclass(frozen=True)
class Candidates:
    """A problem and the bands it is about."""

    problem: ProgramData
    edges: np.ndarray
    """Least value of each band, 0 for the first and inf for those left empty, shape (C, B) [market currency]."""


def bands_of(learned: Learned, bands: int) -> tuple[np.ndarray, np.ndarray]:
    """Bands at quantiles of each cell's claim values: (least values, shape (C, B); band of each claim, shape (n,)).

    Equal values stay together, so a cell with few distinct values has fewer bands.
    """
    edges = np.full((len(learned.cells), bands), np.inf)
    band = np.zeros(len(learned), dtype=np.int64)
    order = np.lexsort((learned.value, learned.cell))
    starts = np.searchsorted(learned.cell[order], np.arange(len(learned.cells) + 1))
    edges[:, 0] = 0.0
    for c in range(len(learned.cells)):
        rows = order[starts[c] : starts[c + 1]]
        if len(rows) == 0:
            continue
        value = learned.value[rows]
        cuts = np.unique(value[(np.arange(1, bands) * len(rows)) // bands])
        cuts = cuts[cuts > value[0]]
        edges[c, 1 : len(cuts) + 1] = cuts
        band[rows] = np.searchsorted(edges[c], value, side="right") - 1
    return edges, band


def bands_within(most: int, claims: int, allowed: np.ndarray) -> int:
    """How many bands cells have: as many as asked for, or, where they have few claims, as many as let the whole program
    be solved as it is, if that leaves enough. A cut-point's place between bands is found afterwards, claim by claim.

    ``claims``: those it is learned from; ``allowed``: arms of cells, shape (C, A).
    """
    fitting = WHOLE // int(allowed.sum())
    few = claims < FEW_CLAIMS * len(allowed)
    return fitting if few and FEWEST_BANDS <= fitting < most else most


def plan_of(learned: Learned, candidates: Candidates, arm: np.ndarray) -> np.ndarray:
    """The plan nearest to what claims get: the arm most of a band's claims have. Shape (C, B).

    ``arm``: of each training claim, shape (n,). A band without claims has the arm of the one below.
    """
    cells, bands, arms = candidates.problem.shape
    band = np.zeros(len(learned), dtype=np.int64)
    order = np.argsort(learned.cell, kind="stable")
    ends = np.searchsorted(learned.cell[order], np.arange(cells + 1))
    for c, (begin, end) in enumerate(pairwise(ends)):
        rows = order[begin:end]
        band[rows] = np.searchsorted(candidates.edges[c], learned.value[rows], side="right") - 1
    count = np.bincount((learned.cell * bands + band) * arms + arm, minlength=cells * bands * arms)
    count = count.reshape(cells, bands, arms)
    filled = np.maximum.accumulate(np.where(count.any(axis=2), np.arange(bands), 0), axis=1)
    return np.take_along_axis(count.argmax(axis=2), filled, axis=1)


def build(model: Model, learned: Learned, *, bands: int | None = None) -> Candidates:
    """The problem the training claims pose; costs and loads of a mean year."""
    d = model.scenario.decision
    # An arm that is possible for few claims of a cell is one for these: the others are charged what is done instead.
    pairs = [np.bincount(learned.cell, learned.feasible[:, a], len(learned.cells)) for a in range(len(learned.arms))]
    allowed = np.stack(pairs, axis=1) > 0
    # A cell of which nothing is known has nothing but money.
    allowed[:, 0] |= ~allowed.any(axis=1)
    edges, band = bands_of(learned, bands or bands_within(d.bands, len(learned), allowed))
    shape = (len(learned.cells), edges.shape[1], len(learned.arms))
    place = learned.cell * shape[1] + band
    count = learned.replications
    years = None
    if d.cvar_weight:
        by_year = [np.flatnonzero(learned.replication == r) for r in range(count)]
        years = np.stack([band_sums(learned.cost[rows], place[rows], shape) for rows in by_year])
    loads = learned.uses.loads(place, shape, count)
    limits = _bench_limits(model, loads)
    shelves = learned.pools.loads(place, shape, count)
    for name, column, most in year_constraints(model, learned):
        loads[name] = Load.table(np.arange(shape[2]), band_sums(column, place, shape) / count)
        limits.append(Limit(name, name, most))
    problem = ProgramData(
        cost=band_sums(learned.cost, place, shape) / count,
        rank=np.array([arm.rank for arm in learned.arms]),
        allowed=allowed,
        blocks=contract_terms(model, learned, loads),
        loads=loads | shelves,
        limits=tuple(limits),
        pools=learned.pools.pools(shelves, room_in_pools(model, learned)),
        canonical=d.canonical_order,
        years=years,
        cvar_weight=d.cvar_weight,
        cvar_level=d.cvar_level,
    )
    return Candidates(settled(model, learned, problem), edges)


def charged(learned: Learned, extra: np.ndarray) -> Learned:
    """The same claims with further costs, shape (n, A) [reporting currency]."""
    cost = learned.cost + extra
    return replace(learned, cost=cost, cash=None if learned.cash is None else learned.cash.moved(learned.cost, cost))


def band_sums(columns: np.ndarray, place: np.ndarray, shape: tuple[int, int, int]) -> np.ndarray:
    """Sums of claim columns (n, A) by cell and band, shape (C, B, A)."""
    cells, bands, arms = shape
    return np.stack([np.bincount(place, columns[:, a], cells * bands) for a in range(arms)], axis=1).reshape(shape)


def _bench_limits(model: Model, loads: dict[str, Load]) -> list[Limit]:
    """Bench hours of each month, where claims could take more than there are."""
    offered = offered_minutes(model.scenario) / 60
    out = []
    for b, bench in enumerate((*model.scenario.partner_ids, "china")):
        for month in range(offered.shape[1]):
            measure = f"hours {bench} {month}"
            if measure in loads and loads[measure].largest > offered[b, month]:
                label = model.scenario.clock.month_label(month)
                out.append(Limit(f"bench hours of {bench} in {label}", measure, float(offered[b, month])))
    return out


def year_constraints(model: Model, learned: Learned) -> list[tuple[str, np.ndarray, float]]:
    """Constraints on the whole year: refund budget, mean days, share of disputes."""
    s, d = model.scenario, model.scenario.decision
    out = []
    if d.refund_budget is not None:
        rate = s.usd_per_unit(d.refund_budget.currency) / s.usd_per_unit(s.reporting_currency)
        out.append(("refunds", learned.refund, d.refund_budget.value * rate))
    # A mean over claims is met where the sum of excesses is not positive, whoever files.
    if d.max_mean_days is not None:
        out.append(("days beyond the longest mean", (learned.days - d.max_mean_days) * learned.filed, 0.0))
    if d.max_dispute_share is not None:
        out.append(("disputes beyond the highest share", (learned.disputed - d.max_dispute_share) * learned.filed, 0.0))
    return out
