"""Swap pools in the program: what a unit that comes back is worth to the claims after it.

Alone, a claim is charged a new unit at landed cost for its replacement, and credited the transfer value of the unit it
hands in. Together, a pooled unit takes the place of a new one as soon as somebody asks for it, so it saves

    landed cost - transfer value,

and one that nobody asks for is left over and worth its closing value. With S units that join a pool in a mean year and
D replacements that may come from it, a pool therefore costs

    - (landed - transfer) S + (landed - transfer) max(0, S - D) + (transfer - closing) max(0, S - D - r),

where r is what the pool may still gain before its stated need is met: closing stock is written down only beyond it. The
first part belongs to the claims that hand units in, the others are shared by all who use the pool.

A unit that was repaired may fail again early for whoever gets it. So of every unit handed out the chance that it does
x the cost of one claim more goes off what it saves: as its own bench has it for the claim that hands it in, at the
pool's mean for those left over.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from warrantysim.decision.cells import Claimed
from warrantysim.decision.problem import Load, Pool, ProgramData
from warrantysim.decision.sparse import Sparse
from warrantysim.decision.zones import all_plans
from warrantysim.journeys.model import Model
from warrantysim.money.price_book import price_book

if TYPE_CHECKING:
    from warrantysim.decision.training import Learned


class OwnPools:
    """The pools of a problem that one cell has to itself: charged with its plan, so that they need no shared row.

    Such a pool costs ``loss x max(0, units - start)``, which bends where it is full. A cell whose cheapest plan is the
    same on either side of the bend needs no more; for the others every way to cut the bands is tried.
    """

    def __init__(self, problem: ProgramData) -> None:
        self.problem = problem
        cells: dict[Pool, int] = {}
        if problem.canonical:
            for pool in problem.pools:
                load = problem.loads[pool.measure]
                touched = np.unique(load.place // load.size[1])
                if len(touched) == 1:
                    cells[pool] = int(touched[0])
        self.pools = frozenset(cells)
        self.of_cell: dict[int, list[Pool]] = {}
        for pool, cell in cells.items():
            self.of_cell.setdefault(cell, []).append(pool)
        self.cells = np.array(sorted(self.of_cell), dtype=np.int64)
        self.listed = [pool for cell in self.cells.tolist() for pool in self.of_cell[cell]]
        loads = [problem.loads[pool.measure] for pool in self.listed]
        self.ends = np.cumsum([0, *(len(load.place) for load in loads)])
        self.place = np.concatenate([load.place for load in loads] or [np.zeros(0, dtype=np.int64)])
        self.arm = np.concatenate([load.arm for load in loads] or [np.zeros(0, dtype=np.int64)])
        self.amount = np.concatenate([load.amount for load in loads] or [np.zeros(0)])
        self.cell = np.array([cells[pool] for pool in self.listed], dtype=np.int64)
        self.loss = np.array([pool.loss for pool in self.listed])
        self.start = np.array([pool.start for pool in self.listed])
        kinds = np.unique(problem.allowed[self.cells], axis=0, return_inverse=True)[1]
        self.kind = kinds.reshape(-1)  # Those of a kind may have the same plans.
        self._plans: dict[int, np.ndarray] = {}
        self._lost: dict[int, list[np.ndarray]] = {}
        self._held = 0

    def cost(self, cells: np.ndarray, plans: np.ndarray) -> np.ndarray:
        """What the pools cost each of some cells, which may come again, under its plan (n, B). Shape (n,)."""
        begin, end = np.searchsorted(self.cell, cells), np.searchsorted(self.cell, cells, side="right")
        row, pool = _ranges(begin, end)
        which, at = _ranges(self.ends[pool], self.ends[pool + 1])
        place = self.place[at] - cells[row[which]] * plans.shape[1]
        taken = plans[row[which], place] == self.arm[at]
        units = np.bincount(which[taken], self.amount[at[taken]], len(pool))
        return np.bincount(row, self.loss[pool] * np.maximum(units - self.start[pool], 0.0), len(cells))

    def settled(
        self, first: int, cost: np.ndarray, plan: np.ndarray, least: np.ndarray
    ) -> tuple[np.ndarray, np.ndarray]:
        """The cheapest plans of some cells in a row, from ``first`` on, with the pools charged.

        ``cost``: with prices on what is shared, shape (A, B, n); ``plan``, ``least``: the cheapest without these pools.
        """
        if len(self.cells):
            some = slice(*np.searchsorted(self.cells, (first, first + len(plan))))
            cells = self.cells[some]
            charged = self.cost(cells, plan[cells - first]) > 0
            for kind in np.unique(self.kind[some][charged]).tolist():
                alike = cells[charged & (self.kind[some] == kind)]
                plans = self._allowed(kind)
                for mine in np.array_split(alike, -(-len(alike) * plans.size // AT_ONCE)):
                    at = mine - first
                    plan[at], least[at] = self._best(mine, cost[:, :, at].T, plans)
        return plan, least

    def _allowed(self, kind: int) -> np.ndarray:
        """Every plan of a kind of cells, shape (n, B)."""
        if kind not in self._plans:
            may = self.problem.allowed[self.cells[self.kind == kind][0]]
            every = all_plans(tuple(self.problem.rank.tolist()), self.problem.shape[1])
            self._plans[kind] = every[may[every].all(axis=1)]
        return self._plans[kind]

    def _best(self, cells: np.ndarray, cost: np.ndarray, plans: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """The cheapest of all plans of each of some cells. ``cost``: shape (n, B, A); ``plans``: those it may have."""
        _, bands, arms = cost.shape
        at = np.arange(bands) * arms + plans
        total = np.ascontiguousarray(cost).reshape(len(cells), -1)[:, at].sum(axis=2)
        for i, c in enumerate(cells.tolist()):
            for lost in self._lost.get(c) or self._loss_of(c, at):
                total[i] += lost
        best = np.argmin(total, axis=1)
        return plans[best], total[np.arange(len(cells)), best]

    def _loss_of(self, c: int, at: np.ndarray) -> list[np.ndarray]:
        """What each pool of a cell costs under each of its plans. ``at``: band x A + arm of each band, shape (n, B)."""
        _, bands, arms = self.problem.shape
        found = []
        for pool in self.of_cell[c]:
            load = self.problem.loads[pool.measure]
            table = np.zeros(bands * arms)
            table[(load.place - c * bands) * arms + load.arm] = load.amount
            found.append(pool.loss * np.maximum(table[at].sum(axis=1) - pool.start, 0.0))
        if self._held < HELD:
            self._held += sum(each.nbytes for each in found)
            self._lost[c] = found
        return found


HELD = 64 * 2**20
"""What pools cost under all plans is noted for cells until it takes so much [bytes]."""
AT_ONCE = 2**17
"""Bands of plans that are looked at together, so that they stay in a processor's cache [count]."""


def _ranges(begin: np.ndarray, end: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """All numbers from each begin to its end, one after the other: (which of them, number), shapes (n,)."""
    which = np.repeat(np.arange(len(begin)), end - begin)
    before = np.cumsum(end - begin) - (end - begin)
    return which, np.arange(len(which)) - before[which] + begin[which]


@dataclass(frozen=True)
class PoolUse:
    """What training claims bring to swap pools and take from them; n claims, A arms, K pools."""

    pool: np.ndarray
    """Pool of each claim's product and market [int (n,)]."""
    pooled: np.ndarray
    """Units that join [units (n, A)]."""
    net: np.ndarray
    """The same less replacements that may come from the pool [units (n, A)]."""
    weak: Sparse
    """Units that join but will fail again early if handed out [expected units (n, A)]."""
    again: np.ndarray
    """What one claim more costs, shape (K,) [reporting currency]."""
    names: tuple[str, ...]
    """Product and market of each pool."""
    sku: np.ndarray
    """Row in ``scenario.skus`` of each pool [int (K,)]."""
    market: np.ndarray
    """Row in ``scenario.market_ids`` of each pool [int (K,)]."""
    saved: np.ndarray
    """Landed cost less transfer value, shape (K,) [reporting currency per unit]."""
    loss: np.ndarray
    """Landed cost less closing value, shape (K,) [reporting currency per unit]."""

    def credit_to(self, cost: np.ndarray) -> None:
        """Add what the units a claim hands in save others, as a cost, in place. ``cost``: shape (n, A) [reporting
        currency]."""
        held = self.weak.held
        plain, (rows, arm) = cost[held], np.nonzero(held)
        pool = self.pool[rows]
        for a in range(cost.shape[1]):
            cost[:, a] -= self.saved[self.pool] * self.pooled[:, a]
        # Units that may not hold, in the order of what is added, to the last digit.
        cost[held] = (self.again[pool] * self.weak.values - self.saved[pool] * self.pooled[rows, arm]) + plain

    def credit_under(self, arm: np.ndarray) -> np.ndarray:
        """The same alone, under an arm of each claim. Shape (n,)."""
        pooled = self.pooled[np.arange(len(arm)), arm]
        return np.asarray(self.again[self.pool] * self.weak.at(arm) - self.saved[self.pool] * pooled)

    @property
    def spared(self) -> np.ndarray:
        """Landed cost less transfer value and what bounces cost, for a mean unit, shape (K,)."""
        pools = len(self.names)
        joins, weak = (np.bincount(self.pool, by, pools) for by in (self.pooled.sum(axis=1), self.weak.sums()))
        return self.saved - self.again * weak / np.maximum(joins, 1e-9)

    def measure(self, k: int) -> str:
        """Name of a pool's measure."""
        return f"pool {self.names[k]}"

    def loads(self, place: np.ndarray, shape: tuple[int, int, int], replications: int) -> dict[str, Load]:
        """Units that join less units asked for, a mean year, of each pool that any claim could join.

        ``place``: cell and band of each claim, flat; ``shape``: (C, B, A).
        """
        cells, bands, arms = shape
        order = np.argsort(self.pool, kind="stable")
        ends = np.searchsorted(self.pool[order], np.arange(len(self.names) + 1))
        out = {}
        for k in np.unique(self.pool[self.pooled.any(axis=1)]).tolist():
            rows = np.repeat(order[ends[k] : ends[k + 1]], arms)
            arm = np.tile(np.arange(arms), ends[k + 1] - ends[k])
            net = Load.sums(place[rows], arm, self.net[rows, arm], (cells, bands))
            out[self.measure(k)] = replace(net, amount=net.amount / replications)
        return out

    def pools(self, loads: Mapping[str, Load], room: np.ndarray) -> tuple[Pool, ...]:
        """The pools that could hold more than is asked of them, under some plan.

        ``room``: units of each that are not written down, shape (K,).
        """
        out, spared = [], self.spared
        for k, name in enumerate(self.names):
            measure, saved = self.measure(k), float(spared[k])
            loss = saved + float(self.loss[k] - self.saved[k])
            if measure not in loads or loads[measure].largest <= 0:
                continue
            steps = [(0.0, saved, ""), (float(room[k]), loss - saved, " beyond its need")] if room[k] else []
            for start, cost, beyond in steps or [(0.0, loss, "")]:
                if cost > 0:
                    out.append(Pool(f"pool of {name}{beyond}", measure, cost, start))
        return tuple(out)


def room_in_pools(model: Model, learned: Learned) -> np.ndarray:
    """Units each pool may gain in a year before its stock exceeds its need, given what it began with. Shape (K,)."""
    s, pools = model.scenario, learned.pools
    stated = {(row.sku, row.market): float(row.pool_need) for row in s.stock}
    sku, market = pools.sku, pools.market
    need = np.array([stated[s.sku_ids[k], s.market_ids[m]] for k, m in zip(sku, market, strict=True)])
    if not learned.beside:
        return need
    return np.maximum(need - np.mean([b.on_hand[sku, market] for b in learned.beside], axis=0), 0.0)


def pool_use_of(
    model: Model, claims: Claimed, pooled: np.ndarray, net: np.ndarray, weak: Sparse, cost: np.ndarray
) -> PoolUse:
    """Pools and what training claims have for them.

    ``pooled``, ``net``, ``weak``: as in `PoolUse`; ``cost``: of each claim; shape (n, A) all.
    """
    s = model.scenario
    markets = len(s.market_ids)
    places, pool = np.unique(claims.sku.astype(np.int64) * markets + claims.market, return_inverse=True)
    sku, market = np.divmod(places, markets)
    book = price_book(s)
    opening = np.zeros(len(places), dtype=np.int64)
    rows = book.terms_row(sku, market, opening)

    def worth(values: np.ndarray, currency: np.ndarray) -> np.ndarray:
        return np.asarray(values * book.rate(currency, opening, market))

    landed, transfer, closing = (
        worth(p.value, p.currency)
        for p in (v.at(rows) for v in (book.values.landed, book.values.transfer, book.values.closing))
    )
    return PoolUse(
        pool=pool.reshape(-1).astype(np.int32),
        pooled=pooled,
        weak=weak,
        again=_one_more(cost, pool.reshape(-1), len(places)),
        net=net,
        sku=sku,
        market=market,
        names=tuple(f"{s.sku_ids[k]} {s.market_ids[m]}" for k, m in zip(sku, market, strict=True)),
        saved=landed - transfer,
        loss=landed - closing,
    )


def _one_more(cost: np.ndarray, pool: np.ndarray, pools: int) -> np.ndarray:
    """Mean cost of a pool's claims under the arm that is cheapest for them. ``cost``: (n, A); shape (K,)."""
    sums = np.stack([np.bincount(pool, column, pools) for column in cost.T])
    lowest: np.ndarray = sums.min(axis=0) / np.maximum(np.bincount(pool, minlength=pools), 1)
    return lowest
