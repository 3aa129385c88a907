"""What stands beside the claims a rule is asked about: the work of all others, and what is billed for all together.

Claims before and after the horizon, and those no rule is asked about, fill benches, tiers and pools as well. And a
part of what the ledger books for a claim depends on who else there was: tiers, minimums, bills of dispatches, units of
pools. Both are known for one policy, the incumbent, by running all claims of a replication where nobody queues.
"""

from __future__ import annotations

from dataclasses import fields, replace

import numpy as np

from warrantysim.claims.columns import Claims
from warrantysim.experiment.births import earlier
from warrantysim.experiment.outcomes import BenchUse, Beside
from warrantysim.experiment.trial import ruled
from warrantysim.experiment.uses import bench_use, lane_names
from warrantysim.journeys.model import simulate_run
from warrantysim.journeys.records import Run, Source, to_china
from warrantysim.journeys.world import world_of
from warrantysim.money.categories import Category, Subject
from warrantysim.money.ledger import Ledger
from warrantysim.money.price import price
from warrantysim.money.stock_value import pool_on_hand
from warrantysim.schema.policy import Policy
from warrantysim.schema.root import Scenario

FROM_STOCK = (Category.REPLACEMENT_UNIT, Category.STOCK_OUT)
"""Categories of which unit a replacement was."""


def all_claims(
    scenario: Scenario, incumbent: Policy, claims: Claims, seed: int, replication: int, *, pool_bounces: bool = False
) -> Run:
    """All ``claims`` of a replication under the incumbent, where nobody queues; see `simulate_run`."""
    before = earlier(scenario, seed, replication)
    return simulate_run(
        scenario, incumbent, claims, seed, replication, earlier=before, queues=False, pool_bounces=pool_bounces
    )


def beside(
    scenario: Scenario, incumbent: Policy, run: Run, claims: Claims, asked: np.ndarray, seed: int, replication: int
) -> Beside:
    """What stands beside ``claims`` in their ``run``. ``asked``: root claims a rule is asked about [ids]."""
    r = run.records
    whole = price(run, scenario, incumbent)
    all_new = replace(r, source=np.where(r.source == Source.POOL, Source.NEW, r.source))
    alone = price(replace(run, records=all_new), scenario, incumbent, shared=False)
    known = np.zeros(int(claims.root.max(initial=-1)) + 2, dtype=bool)
    known[asked] = True
    mine = known[r.claims.root] & r.in_scope
    shape = (len(scenario.skus), len(scenario.market_ids))
    sizes = (len(scenario.partner_ids), len(lane_names(scenario)), shape[0] * shape[1], 1)
    parts = _by_place(whole, run, scenario, known, sizes) - _by_place(alone, run, scenario, known, sizes)
    contracts, lanes, stock, other = np.split(parts, np.cumsum(sizes)[:-1])
    if bounces_from_pools(scenario) and (r.source == Source.POOL).any():
        # Alone every replacement holds like a new one; what repaired ones cost more belongs to their pools.
        really = all_claims(scenario, incumbent, claims, seed, replication, pool_bounces=True)
        stock += _by_pool(price(really, scenario, incumbent), scenario, known)
        stock -= _by_pool(whole, scenario, known)
    uses = bench_use(r, scenario, np.where(mine, 0, -1), np.full(len(r), -1))
    rest = uses.claim < 0
    return Beside(
        incumbent=incumbent,
        bench=BenchUse(**{f.name: getattr(uses, f.name)[rest] for f in fields(BenchUse)}),
        contracts=contracts,
        lanes=lanes,
        pools=stock.reshape(shape),
        other=float(other[0]),
        on_hand=pool_on_hand(run.stock, -1, *shape),
    )


def bounces_from_pools(scenario: Scenario) -> bool:
    """Whether units handed out by swap pools may fail again early."""
    return scenario.stock_rules.pool_first and world_of(scenario).most_bounces > 0


def _by_pool(ledger: Ledger, scenario: Scenario, known: np.ndarray) -> np.ndarray:
    """All lines in scope by product and market; lines of neither belong to the first. ``known``: as in `_by_place`."""
    lines = _counted(ledger, known)
    pool = ledger.sku[lines].astype(np.int64) * len(scenario.market_ids) + ledger.market[lines]
    cells = len(scenario.skus) * len(scenario.market_ids)
    return np.bincount(np.maximum(pool, 0), ledger.reporting[lines], cells)


def _counted(ledger: Ledger, known: np.ndarray) -> np.ndarray:
    """Lines in scope of the root claims that count, of contracts and of stock. Units sold are left out: they cost the
    same under every rule."""
    return np.flatnonzero(ledger.in_scope & ((ledger.root < 0) | known[ledger.root]) & (ledger.subject != Subject.SALE))


def _by_place(
    ledger: Ledger, run: Run, scenario: Scenario, known: np.ndarray, sizes: tuple[int, int, int, int]
) -> np.ndarray:
    """Lines in scope by partner, lane, pool, and the rest, one after the other. ``known``: root claims that count.

    What dispatches would have cost more is of the lane a claim would have gone by.
    """
    lines = _counted(ledger, known)
    partners, lanes, pools, _ = sizes
    place = np.full(len(lines), partners + lanes + pools)
    contract = ledger.partner[lines] >= 0
    place[contract] = ledger.partner[lines][contract]
    _, route, partner = ruled(run)
    record = ledger.record[lines]
    china = (record >= 0) & (ledger.root[lines] >= 0) & to_china(route[np.maximum(record, 0)])
    way = np.where(china, partner[np.maximum(record, 0)], -1)
    for k, (market, name) in enumerate(lane_names(scenario)):
        here = ledger.market[lines] == scenario.market_ids.index(market)
        place[china & here & (way == scenario.way_ids.index(name))] = partners + k
    unit = np.isin(ledger.category[lines], FROM_STOCK) | (ledger.subject[lines] == Subject.STOCK)
    pool = ledger.sku[lines].astype(np.int64) * len(scenario.market_ids) + ledger.market[lines]
    place[unit] = partners + lanes + pool[unit]
    return np.bincount(place, ledger.reporting[lines], sum(sizes))
