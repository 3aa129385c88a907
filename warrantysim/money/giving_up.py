"""Customers who give up are no saving: each is charged what his claim would have cost more had he gone on.

A claim that lapses, is dropped at the evidence, is wrongly denied or is settled below what was due costs less cash than
the same claim followed to its end. The difference is an expected line of its own, so that total cost never falls when
more customers give up, while cash stays what it was:

    given up = max(0, alone(gone on) - alone(as it was) - alone(opened again))

``alone`` is the cost of a claim without what it shares with others, with all that follows it; its customer goes on
where he left, and may give up later, which then costs likewise. What a unit adds to what is shared is taken at its
dearest: no volume discount, freight at the steepest slope of its bill or a full batch's mean, each unit beyond those a
retainer includes. A part of the refund taken because no stock came is charged the rest of the refund at least.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from warrantysim.journeys.records import Closure, Fallback, Run, left_at
from warrantysim.money.case import Case
from warrantysim.money.categories import Category
from warrantysim.money.dispatch_terms import dispatch_terms
from warrantysim.money.experience import EXCLUDED, opened_again
from warrantysim.money.partner_work import desk_work
from warrantysim.money.price_book import PriceBook
from warrantysim.money.priced import Priced
from warrantysim.money.unit_charges import price_at


def giving_up_lines(case: Case, alone: Callable[[Run, PriceBook], np.ndarray]) -> None:
    """A line for each claim whose customer gave up, of what it would have cost more, on the day it ended.

    ``alone``: what a run costs by root, with `further_lines`, in the reporting currency; it is asked about the claims
    gone on and as they were.
    """
    r, book, gone = case.records, case.book, case.run.gone_on
    if gone is None:
        return
    n = len(r)
    costs = _padded(alone(gone, book), 2 * n)
    rows = np.flatnonzero(left_at(r, book.fault_kind[r.claims.fault] == EXCLUDED))
    parents, again = opened_again(r)
    mine = r.take(np.concatenate([rows, again]))
    # As they were, without what followed; those opened again are there only to say when.
    parent = np.concatenate([np.full(len(rows), -1), np.searchsorted(rows, parents)])
    mine = replace(mine, claims=replace(mine.claims, root=np.arange(len(mine))), parent=parent)
    spared = costs[rows] - _padded(alone(Run(mine, case.dispatches, case.stock), book), len(mine))[: len(rows)]
    spared -= np.bincount(parents, costs[n + again], n)[rows]
    currency = np.full(len(rows), book.fx.index(book.scenario.reporting_currency), dtype=np.int8)
    spared = np.maximum(spared, _kept_back(case, rows))  # never below 0
    case.lines.add(Category.GIVEN_UP, rows, Priced(spared, currency), r.resolved[rows])


def _kept_back(case: Case, rows: np.ndarray) -> np.ndarray:
    """The rest of the claim value where a part settled a claim that found no stock, with its fee; 0 for others.

    Alone such a claim would have had a replacement, but there was none: whoever takes no part has all of the money.
    Shape (n,), reporting currency.
    """
    r, book = case.records, case.book
    market, share = r.claims.market[rows], r.refund_share[rows]
    part = (r.fallback[rows] == Fallback.STOCK_OUT) & (r.closure[rows] == Closure.REFUNDED) & (share > 0)
    rest = np.where(part, r.value[rows] * (1.0 - share) * (1.0 + book.markets.rail_share[market]), 0.0)
    return rest * book.rate(book.markets.currency[market], r.resolved[rows], market)


def _padded(sums: np.ndarray, n: int) -> np.ndarray:
    return np.pad(sums, (0, n - len(sums)))


def further_lines(case: Case) -> None:
    """What one unit more adds to what is shared, at its dearest: freight to China, and units beyond a retainer's."""
    book, s = case.book, case.book.scenario
    currency = np.int8(book.fx.index(s.reporting_currency))
    for group in case.outbound:
        name, way = s.market_ids[group.market], _way(case, group.dispatches)
        rule, terms = s.markets[name].china[way].consolidation, dispatch_terms(s, name, way).out
        slope = float(terms.per_unit.max())
        if rule.weight_kg is not None and rule.rule in {"weight", "hybrid"} and terms.unit == "kg":
            slope = max(slope, float(terms.bill(np.array([rule.weight_kg]))[0]) / rule.weight_kg)
        amount = group.quantity * slope
        if rule.count is not None and rule.rule in {"count", "hybrid"}:
            amount = np.maximum(amount, terms.bill(group.quantity * rule.count) / rule.count)
        at = case.dispatches.departed[group.dispatches][group.place]
        case.lines.add(Category.FREIGHT, group.rows, Priced(amount, np.full(len(amount), currency)), at)
    for p, partner in enumerate(s.partner_ids):
        for work in desk_work(case.records, book, p):
            desk = s.partners[partner].desks[work.desk]
            if desk.retainer is None:
                continue
            extra = (
                price_at(desk.retainer.extra_unit, book.days(work.done, case.records.claims.market[work.rows]))
                * work.charges.counted
            )
            of = np.full(len(extra), book.fx.index(desk.currency), dtype=np.int8)
            case.lines.add(Category.REPAIR_LABOUR, work.rows, Priced(extra, of), work.done)


def _way(case: Case, dispatches: np.ndarray) -> str:
    return case.book.scenario.way_ids[int(case.dispatches.way[dispatches[0]])]
