"""What can be done with a claim, in which order it is tried out, and what it takes of what is shared: bench time,
contract units, room in dispatches, swap pools.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from warrantysim.claims.columns import Claims
from warrantysim.experiment.bench_months import work_months
from warrantysim.experiment.outcomes import Arm, BenchUse, FreightUse
from warrantysim.journeys.legs import pool_accepted
from warrantysim.journeys.luck import Luck
from warrantysim.journeys.model import Model
from warrantysim.journeys.records import Closure, Fate, Finding, Records, to_china
from warrantysim.journeys.routing import Known, instead, obstacle
from warrantysim.money.case import Booking
from warrantysim.money.partner_work import DeskWork
from warrantysim.money.price_book import PriceBook, price_book
from warrantysim.schema.clock import NEVER
from warrantysim.schema.policy import Policy
from warrantysim.schema.root import Scenario

MONEY = 0
"""Place of the refund among the arms; the last resort of all others, and what every claim is filed under."""


def arms_of(scenario: Scenario) -> tuple[Arm, ...]:
    """Every disposition with everyone who could do it: refund, reship, each partner, each way to China."""
    return (
        Arm("refund"),
        Arm("reship"),
        *(Arm("repair_local", name) for name in scenario.partner_ids),
        *(Arm("return_china", name) for name in scenario.way_ids),
    )


@dataclass(frozen=True)
class Forced:
    """Route and partner of each arm, as journeys are told; arrays of shape (A,)."""

    route: np.ndarray
    """`Route` [int8]."""
    partner: np.ndarray
    """Row in ``partner_ids`` or ``way_ids``, else -1 [int16]."""

    @staticmethod
    def of(arms: Sequence[Arm], scenario: Scenario) -> Forced:
        """The arms as indices."""
        rows = [who.index(arm.partner) if (who := scenario.doers(arm.disposition)) else -1 for arm in arms]
        return Forced(np.array([arm.rank for arm in arms], dtype=np.int8), np.array(rows, dtype=np.int16))


def possible(model: Model, claims: Claims, known: Known, forced: Forced) -> np.ndarray:
    """Whether each arm can be done with each claim; the refund, the last resort, is done with all. Shape (n, A),
    bool."""
    n, arms = len(claims), len(forced.route)
    out = np.zeros((n, arms), dtype=bool)
    for a in range(arms):
        route, partner = np.full(n, forced.route[a]), np.full(n, forced.partner[a])
        out[:, a] = obstacle(model, claims, known, route, partner) == 0
    out[:, MONEY] = True
    return out


def fallbacks(policy: Policy, model: Model, market: np.ndarray, arms: Sequence[Arm], done: np.ndarray) -> np.ndarray:
    """The arm that is taken in place of one that is not possible: the first of `instead` that was done.

    ``done``: whether an arm was done as asked, shape (n, A). Returns shape (n,).
    """
    out = np.full(len(done), MONEY)
    left = np.ones(len(done), dtype=bool)
    forced = Forced.of(arms, model.scenario)
    for route, partner in instead(policy, model):
        way = model.way_default[market] if to_china(route) else np.full(len(done), partner)
        for a in np.flatnonzero(forced.route == route):
            taken = left & (way == forced.partner[a]) & done[:, a]
            out[taken] = a
            left &= ~taken
    return out


def bench_use(case: Booking, claim: np.ndarray, arm: np.ndarray) -> BenchUse:
    """Every visit to a bench. ``claim``, ``arm``: the root claim and its arm of each record, shape (records,)."""
    records, book = case.records, case.book
    parts = [_china(records, book.scenario, claim, arm)]
    parts.extend(_at_desk(work, records, book, claim, arm) for by_partner in case.work for work in by_partner)
    return BenchUse.concat(parts)


def _at_desk(work: DeskWork, records: Records, book: PriceBook, claim: np.ndarray, arm: np.ndarray) -> BenchUse:
    terms = book.scenario.partners[book.scenario.partner_ids[work.partner]].desks[work.desk]
    rate = book.rate(book.fx.index(terms.currency), work.done, records.claims.market[work.rows])
    worked = records.bench_out[work.rows] > NEVER
    return BenchUse(
        claim=claim[work.rows],
        arm=arm[work.rows],
        bench=np.full(len(work.rows), work.partner),
        desk=np.full(
            len(work.rows),
            tuple(book.scenario.partners[book.scenario.partner_ids[work.partner]].desks).index(work.desk),
        ),
        month=work.month,
        minutes=np.where(worked, records.bench_minutes[work.rows], 0.0),
        units=work.charges.counted.astype(float),
        fee=work.charges.labour * rate,
        service=work.charges.service * rate,
    )


def _china(records: Records, scenario: Scenario, claim: np.ndarray, arm: np.ndarray) -> BenchUse:
    rows = np.flatnonzero(to_china(records.route) & (records.bench_out > NEVER))
    nothing = np.zeros(len(rows))
    return BenchUse(
        claim=claim[rows],
        arm=arm[rows],
        bench=np.full(len(rows), len(scenario.partner_ids)),
        desk=np.full(len(rows), -1),
        month=work_months(records, rows, scenario),
        minutes=records.bench_minutes[rows],
        units=nothing,
        fee=nothing,
        service=nothing,
    )


def lane_names(scenario: Scenario) -> tuple[tuple[str, str], ...]:
    """(market, way) of every consolidated lane to China, in stated order."""
    return tuple((m, way) for m in scenario.market_ids for way in scenario.way_ids if way in scenario.markets[m].china)


def freight_use(
    records: Records, among: np.ndarray, scenario: Scenario, claim: np.ndarray, arm: np.ndarray
) -> FreightUse:
    """Every unit that left for China, by its chargeable quantity. ``among``: rows of the records to look at; ``claim``,
    ``arm``: the root claim and its arm of each of them."""
    book = price_book(scenario)
    sent = np.flatnonzero(records.dispatch[among] >= 0)
    rows, claim, arm = among[sent], claim[sent], arm[sent]
    lane, quantity, back = np.zeros(len(rows), dtype=np.int64), np.zeros(len(rows)), np.zeros(len(rows))
    for k, (market, way) in enumerate(lane_names(scenario)):
        here = records.claims.market[rows] == scenario.market_ids.index(market)
        here &= records.partner[rows] == scenario.way_ids.index(way)
        if not here.any():
            continue
        sku = records.claims.sku[rows[here]]
        stated = scenario.markets[market].china[way]
        day = int(book.days(records.tested[rows[here]], records.claims.market[rows[here]]).min())
        lane[here] = k
        quantity[here] = book.freight.unit_quantity(stated.out_lane, book.kg[sku], book.cbm[sku], day)
        home = book.freight.unit_quantity(stated.back_lane, book.kg[sku], book.cbm[sku], day)
        back[here] = np.where(records.back_dispatch[rows[here]] >= 0, home, 0.0)
    return FreightUse(claim, arm, lane, quantity, back)


def pool_use(
    records: Records, rows: np.ndarray, root_accepts: np.ndarray, model: Model, luck: Luck
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Units that join a swap pool, replacements that may come from one, and units that join but would not hold.

    Shape of ``rows`` each, float64 units; the last are chances. ``rows``: of the records to look at; ``root_accepts``:
    `pool_accepted` of the root claim of each of them.

    Where new units go first the pool is asked only once they run out, which a claim alone never sees.
    """
    pool_first, claims = model.scenario.stock_rules.pool_first, records.claims
    asks = (records.closure[rows] == Closure.REPLACED) & pool_first
    later = np.flatnonzero(asks & (claims.generation[rows] > 0))
    accepts = root_accepts.copy()
    accepts[later] = pool_accepted(claims.take(rows[later]), model, luck)
    joins = records.fate[rows] == Fate.POOL
    desks, china = model.desks.bounce_share, to_china(records.route[rows])
    share = np.where(
        china,
        model.scenario.china_bench.bounce_share,
        desks[np.where(china, 0, records.partner[rows])] if len(desks) else 0.0,
    )
    repaired = joins & (records.finding[rows] == Finding.REPAIRED) & pool_first
    weak = np.where(repaired, share, 0.0)
    return joins.astype(float), (asks & accepts).astype(float), weak
