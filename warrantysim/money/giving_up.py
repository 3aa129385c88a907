"""Customers who give up are no saving: each is charged what his claim would have cost more had he gone on.

A claim that lapses, is dropped at the evidence, is wrongly denied or is settled below what was due costs less cash than
the same claim followed to its end. The difference is an expected line of its own, so that total cost never falls when
more customers give up, while cash stays what it was:

    given up = max(0, alone(gone on) - alone(as it was) - alone(opened again))

``alone`` is the cost of a claim without what it shares with others, with all that follows it; its customer goes on
where he left, and may give up later, which then costs likewise. What a unit adds to contracts is taken at its dearest:
no volume discount, each unit beyond those a retainer includes. A part of the refund taken because no stock came is
charged the rest of the refund at least. To this comes what dispatches would have cost more with them on board:

    bills with everybody on board (`Run.aboard`) - bills as they were

so the bills of a lane and what is charged here add up to the same, whoever gives up.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from warrantysim.journeys.records import Closure, Fallback, Run, left_at
from warrantysim.money.case import Case
from warrantysim.money.categories import Category, Subject
from warrantysim.money.dispatch_lines import dispatch_lines
from warrantysim.money.experience import EXCLUDED, opened_again
from warrantysim.money.partner_work import desk_work
from warrantysim.money.price_book import PriceBook
from warrantysim.money.priced import Priced
from warrantysim.money.unit_charges import price_at


def giving_up_lines(case: Case, alone: Callable[[Run, PriceBook], np.ndarray], shared: bool) -> None:
    """A line for each claim whose customer gave up, of what it would have cost more, on the day it ended.

    ``alone``: what a run costs by root, with `further_lines`, in the reporting currency; it is asked about the claims
    gone on and as they were. ``shared``: whether to charge what dispatches would have cost more.
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
    more = dispatches_spared(case)[rows] if shared else np.zeros(len(rows))
    spared = np.maximum(spared + np.minimum(more, 0.0), _kept_back(case, rows))  # never below 0
    spared += np.maximum(more, 0.0)
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
    """What one unit more adds to a contract, at its dearest: units beyond those a retainer includes."""
    book, s = case.book, case.book.scenario
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


def dispatches_spared(case: Case) -> np.ndarray:
    """What dispatches would have cost more had nobody given up, beyond what each unit is charged alone.

    By lane, claims in scope and others apart, and shared out among those who gave up by their part of those bills.
    Below 0 where claims opened again cost more. Shape (records,), reporting currency.
    """
    r, book, aboard = case.records, case.book, case.run.aboard
    out = np.zeros(len(r))
    if aboard is None:
        return out
    would, sent = aboard.records, r.take(np.flatnonzero(r.dispatch >= 0))
    bills, alone = (_bills(aboard, book, shared) for shared in (True, False))
    here = Run(sent, case.dispatches, case.stock)
    then, now = bills - alone, _bills(here, book, shared=True) - _bills(here, book, shared=False)
    gone = would.claims.root >= 0
    of, was = (np.stack([x.claims.market, x.partner, x.in_scope], axis=1) for x in (would, sent))
    for group in np.unique(of[gone], axis=0):
        together = (of == group).all(axis=1)
        more = then[together].sum() - now[(was == group).all(axis=1)].sum()
        theirs = together & gone
        out += np.bincount(would.claims.root[theirs], bills[theirs] * (more / bills[theirs].sum()), len(r))
    return out


def _bills(run: Run, book: PriceBook, shared: bool) -> np.ndarray:
    """What each unit bears of its dispatches, both ways. Shape (records,), reporting currency."""
    case = Case.of(run, book)
    dispatch_lines(case, shared)
    ledger = case.lines.ledger()
    mine = ledger.subject == Subject.DISPATCH
    return np.bincount(ledger.record[mine], ledger.reporting[mine], len(run.records))
