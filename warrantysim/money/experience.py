"""What waiting and giving up cost beside cash: expected, booked apart, each annoyance once.

Customers who give up are no saving: each is charged what his claim would have cost more had he gone on.
A claim that lapses, is dropped at the evidence, is wrongly denied or is settled below what was due costs less cash than
the same claim followed to its end. The difference is an expected line of its own, so that total cost never falls when
more customers give up, while cash stays what it was:

    given up = max(0, alone(gone on) - alone(as it was) - alone(opened again))

``alone`` is the cost of a claim without what it shares with others, with all that follows it; its customer goes on
where he left, and may give up later, which then costs likewise. What a unit adds to contracts is taken at its dearest:
no volume discount, each unit beyond those a retainer includes. A part of the refund taken because no stock came is
charged the rest of the refund at least. To this comes what dispatches, swap pools and queues would have cost more:

    cost had nobody given up (`Run.aboard`, `Run.in_line`) - cost as it was

so what lanes, pools and waits cost and what is charged here add up to the same, whoever gives up.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from warrantysim.claims.columns import Origin
from warrantysim.claims.fault_mix import EXCLUDED
from warrantysim.journeys.dispatches import no_stock_moves
from warrantysim.journeys.hubs import concatenated, moves_stock
from warrantysim.journeys.records import Closure, Dispatches, Fallback, Records, Route, Run, Source, left_at
from warrantysim.money.case import Booking
from warrantysim.money.categories import Category, Subject
from warrantysim.money.dispatch_lines import dispatch_lines
from warrantysim.money.lines import Booked
from warrantysim.money.parcel_lines import replacement_lines
from warrantysim.money.price_book import PriceBook
from warrantysim.money.priced import Amounts
from warrantysim.money.recovery_lines import closing_stock_lines
from warrantysim.money.unit_charges import price_at
from warrantysim.schema.clock import DAY, NEVER
from warrantysim.schema.service import Experience


def waiting_cost(experience: Experience, price: np.ndarray, days: np.ndarray) -> np.ndarray:
    """Share of the price for each day beyond the grace. ``price``: net [currency]; ``days``: waited; shape (n,)."""
    beyond = np.maximum(np.asarray(days, dtype=float) - experience.grace_days, 0.0)
    cost: np.ndarray = experience.waiting_share_per_day * np.asarray(price) * beyond
    return cost


def review_cost(experience: Experience, price: np.ndarray, upset: np.ndarray) -> np.ndarray:
    """Share of the price, once, of customers who are upset. Shape (n,)."""
    return np.where(upset, experience.review_share * np.asarray(price), 0.0)


def waited_days(records: Records, book: PriceBook) -> np.ndarray:
    """Days from opening until the customer had what was promised. Shape (n,).

    A customer left without it waits to the end of his patience. Who opens a lapsed claim again waits for the first one
    only until then, and for both together no longer than if he had never come back. Who disputes a denial waits until
    it: what follows is in the cash. 0 for claims the platform decided, and, where giving up pays, for those that
    lapsed.
    """
    r = records
    denied = (r.route == Route.DENIED) & r.disputed
    waited = (np.where(denied, r.routed, r.resolved) - r.claims.opened) / DAY
    if book.scenario.experience.giving_up_pays:
        waited = np.where(r.closure == Closure.LAPSED, 0.0, waited)
    else:
        waited = np.where(let_down(r, book), np.maximum(waited, book.patience[r.claims.market]), waited)
        parents, again = opened_again(r)
        until = (r.claims.opened[again] - r.claims.opened[parents]) / DAY
        waited[parents] = np.minimum(until, np.maximum(waited[parents] - waited[again], 0.0))
    return np.where((r.route == Route.PLATFORM) | (r.resolved <= NEVER), 0.0, waited)


def opened_again(records: Records) -> tuple[np.ndarray, np.ndarray]:
    """Rows of lapsed claims that were opened once more, and of the claims that do so. Two arrays of shape (k,)."""
    again = np.flatnonzero((records.claims.origin == Origin.REOPEN) & (records.parent >= 0))
    return records.parent[again], again


def let_down(records: Records, book: PriceBook) -> np.ndarray:
    """Claims whose customer gave up and did not dispute it; none where giving up pays. Shape (n,), bool.

    Whoever shows no evidence of a fault the warranty does not cover is let down by nobody: he was owed nothing.
    """
    if book.scenario.experience.giving_up_pays:
        return np.zeros(len(records), dtype=bool)
    excluded = book.kinds.of(records.claims) == EXCLUDED
    owed_nothing = excluded & (records.route == Route.DROPPED)
    return (left_at(records, excluded) > 0) & ~records.disputed & ~owed_nothing


def reviewed(records: Records, book: PriceBook, days: np.ndarray) -> np.ndarray:
    """Claims that hurt the seller's name: after a long wait, or where the customer was let down. Shape (n,), bool.

    A lapsed claim that is opened again hurts by what becomes of it then, not for the lapse.
    """
    upset = (np.asarray(days) > book.scenario.experience.review_after_days) | let_down(records, book)
    if not book.scenario.experience.giving_up_pays:
        upset[opened_again(records)[0]] = False
    return upset


def shadow_chance(experience: Experience, upset: np.ndarray, disputed: np.ndarray) -> np.ndarray:
    """Chance of a counted defect: stated for customers who are upset, 0 for a claim really disputed, whose dispute is
    in the cash. Shape (n,)."""
    return np.where(upset & ~disputed, experience.dispute_probability, 0.0)


def experience_lines(case: Booking) -> None:
    """Waiting, reviews and the shadow cost of disputes, incurred when the customer was served at last, or gave up."""
    r, book = case.records, case.book
    terms = book.scenario.experience
    days = waited_days(r, book)
    upset = reviewed(r, book, days)
    rows = np.flatnonzero(upset | (days > terms.grace_days))
    days, upset, price, at = days[rows], upset[rows], r.claims.price_net[rows], r.resolved[rows]
    local = book.markets.currency[r.claims.market[rows]]
    case.lines.add(Category.WAITING, rows, Amounts(waiting_cost(terms, price, days), local), at)
    case.lines.add(Category.REVIEW, rows, Amounts(review_cost(terms, price, upset), local), at)
    chance = shadow_chance(terms, upset, r.disputed[rows])
    case.lines.add(Category.DISPUTE_SHADOW, rows, book.shadow.times(chance), at)


@dataclass(frozen=True)
class AloneLines:
    """Lines of the claims of one run, each claim alone; arrays of shape (lines,)."""

    root: np.ndarray
    """Root of the claim [int64]."""
    reporting: np.ndarray
    """[reporting currency]."""
    cut: int
    """Place among them of what those of its customers who give up are charged."""

    def by_root(self, n: int, given: Booked | None = None) -> np.ndarray:
        """What each root costs, with lines ``given`` at the cut. Shape (n,), reporting currency."""
        # Added up in the order in which one case would book them, to the last digit.
        parts = [
            (self.root[: self.cut], self.reporting[: self.cut]),
            (self.root[self.cut :], self.reporting[self.cut :]),
        ]
        if given is not None:
            parts.insert(1, (given.root, given.reporting))
        root, amount = (np.concatenate(column) for column in zip(*parts, strict=True))
        return np.bincount(root, amount, n)


@dataclass(frozen=True)
class _GaveUp:
    """Claims of a run whose customers gave up."""

    rows: np.ndarray
    """Their rows in the records [int64 (k,)]."""
    parents: np.ndarray
    """Rows of those that were opened again [int64 (j,)]."""
    again: np.ndarray
    """Rows of the claims that did so [int64 (j,)]."""
    alone: Run
    """Both as they were, without what followed; each its own root. Those opened again are there only to say when."""

    @staticmethod
    def of(run: Run, book: PriceBook) -> _GaveUp:
        """Those of a run."""
        r = run.records
        rows = np.flatnonzero(left_at(r, book.kinds.of(r.claims) == EXCLUDED))
        parents, again = opened_again(r)
        mine = r.take(np.concatenate([rows, again]))
        parent = np.concatenate([np.full(len(rows), -1), np.searchsorted(rows, parents)])
        mine = replace(mine, claims=replace(mine.claims, root=np.arange(len(mine))), parent=parent)
        return _GaveUp(rows, parents, again, Run(mine, run.dispatches, run.stock))


def giving_up_lines(case: Booking, alone: Callable[[Sequence[Run], PriceBook], list[AloneLines]], shared: bool) -> None:
    """A line for each claim whose customer gave up, of what it would have cost more, on the day it ended.

    ``alone``: what is booked of runs' claims alone, with `further_lines`; it is asked about the claims gone on and as
    they were, and about those of them who gave up in their turn. ``shared``: whether to charge what dispatches, pools
    and queues would have cost more.
    """
    book, runs = case.book, [case.run]
    while runs[-1].gone_on is not None:
        runs.append(runs[-1].gone_on)
    if len(runs) == 1:
        return
    left = [_GaveUp.of(run, book) for run in runs[:-1]]
    lines = alone([*runs[1:], *(mine.alone for mine in left)], book)
    given: Booked | None = None
    for k in reversed(range(len(left))):
        mine, n = left[k], len(runs[k].records)
        costs = lines[k].by_root(2 * n, given)
        spared = costs[mine.rows] - lines[len(left) + k].by_root(len(mine.alone.records))[: len(mine.rows)]
        spared -= np.bincount(mine.parents, costs[n + mine.again], n)[mine.rows]
        here = case if k == 0 else Booking.of(runs[k], book)
        _charge(here, mine.rows, spared, shared and k == 0)
        given = here.lines.booked() if k else None


def _charge(case: Booking, rows: np.ndarray, spared: np.ndarray, shared: bool) -> None:
    """Book what claims would have cost more: alone, ``spared``, and by what they share with others."""
    r, book = case.records, case.book
    sent, stock, waits = (
        each(case)[rows] if shared else np.zeros(len(rows)) for each in (dispatches_spared, pools_spared, queues_spared)
    )
    sent = sent + waits
    least = _kept_back(case, rows)  # never below 0
    spared = np.maximum(spared + np.minimum(sent, 0.0), least) + np.maximum(sent, 0.0)
    stock = np.maximum(stock, least - spared)
    currency = np.full(len(rows), book.fx.index(book.scenario.reporting_currency), dtype=np.int8)
    case.lines.add(Category.GIVEN_UP, rows, Amounts(spared, currency), r.resolved[rows])
    case.lines.add(Category.GIVEN_UP, rows, Amounts(stock, currency), r.resolved[rows], subject=Subject.STOCK)


def together(runs: Sequence[Run]) -> Run:
    """The records of several runs side by side, each on board of its own run's dispatches; roots are kept as they are,
    stock is left out."""
    parts, claims, sent = [], 0, 0
    for run in runs:
        r = run.records
        parent, there, home = (
            np.where(column >= 0, column + first, column).astype(column.dtype)
            for column, first in ((r.parent, claims), (r.dispatch, sent), (r.back_dispatch, sent))
        )
        parts.append(replace(r, parent=parent, dispatch=there, back_dispatch=home))
        claims, sent = claims + len(r), sent + len(run.dispatches.departed)
    names = vars(runs[0].dispatches)
    dispatches = Dispatches(**{name: np.concatenate([getattr(run.dispatches, name) for run in runs]) for name in names})
    return Run(concatenated(parts), dispatches, no_stock_moves())


def _kept_back(case: Booking, rows: np.ndarray) -> np.ndarray:
    """The rest of the claim value where a part settled a claim that found no stock, with its fee; 0 for others.

    Alone such a claim would have had a replacement, but there was none: whoever takes no part has all of the money.
    Shape (n,), reporting currency.
    """
    r, book = case.records, case.book
    market, share = r.claims.market[rows], r.refund_share[rows]
    part = (r.fallback[rows] == Fallback.STOCK_OUT) & (r.closure[rows] == Closure.REFUNDED) & (share > 0)
    rest = np.where(part, r.value[rows] * (1.0 - share) * (1.0 + book.markets.rail_share[market]), 0.0)
    return rest * book.rate(book.markets.currency[market], r.resolved[rows], market)


def further_lines(case: Booking) -> None:
    """What one unit more adds to a contract, at its dearest: units beyond those a retainer includes."""
    book, s = case.book, case.book.scenario
    for p, partner in enumerate(s.partner_ids):
        if all(desk.retainer is None for desk in s.partners[partner].desks.values()):
            continue
        for work in case.work[p]:
            desk = s.partners[partner].desks[work.desk]
            if desk.retainer is None:
                continue
            extra = (
                price_at(desk.retainer.extra_unit, book.days(work.done, case.records.claims.market[work.rows]))
                * work.charges.counted
            )
            of = np.full(len(extra), book.fx.index(desk.currency), dtype=np.int8)
            case.lines.add(Category.REPAIR_LABOUR, work.rows, Amounts(extra, of), work.done)


def dispatches_spared(case: Booking) -> np.ndarray:
    """What dispatches would have cost more had nobody given up, beyond what each unit is charged alone.

    By lane, claims in scope and others apart, and shared out among those who gave up by their part of those bills.
    Below 0 where claims opened again cost more. Shape (records,), reporting currency.
    """
    r, book, aboard = case.records, case.book, case.run.aboard
    if aboard is None:
        return np.zeros(len(r))
    would, sent = (x.take(np.flatnonzero(x.dispatch >= 0)) for x in (aboard.records, r))
    together, apart = Run(would, aboard.dispatches, aboard.stock), Run(sent, case.dispatches, case.stock)
    bills, alone = (_bills(together, book, shared) for shared in (True, False))
    now = _bills(apart, book, shared=True) - _bills(apart, book, shared=False)
    lanes = [_group(x.partner, x.claims.market, x.in_scope, book) for x in (would, sent)]
    more = _sums(lanes[0], bills - alone, book) - _sums(lanes[1], now, book)
    return _shared_out(len(r), would.claims.root, lanes[0], bills, more)


def pools_spared(case: Booking) -> np.ndarray:
    """What swap pools would have cost more, or less, had nobody given up, beyond what each unit is charged alone.

    Alone every replacement is new, and every unit handed in is worth its transfer value. With others, some are sent
    repaired units, and closing stock beyond its need is written down. By pool, claims in scope and others apart, and
    shared out evenly among those who gave up. Shape (records,), reporting currency.
    """
    r, book, aboard = case.records, case.book, case.run.aboard
    if aboard is None:
        return np.zeros(len(r))
    would = aboard.records.take(np.flatnonzero(moves_stock(aboard.records)))
    both = _pools_beyond([aboard, case.run], book)
    of = _group(would.claims.sku, would.claims.market, would.in_scope, book)
    return _shared_out(len(r), would.claims.root, of, np.ones(len(would)), both[0] - both[1])


def _pools_beyond(runs: Sequence[Run], book: PriceBook) -> np.ndarray:
    """What units of pools cost beyond new ones, and closing stock written down, a row a run, by `_group` [reporting
    currency]."""
    pooled = [run.records.take(np.flatnonzero(run.records.source == Source.POOL)) for run in runs]
    new = [replace(r, source=np.full(len(r), Source.NEW, dtype=r.source.dtype)) for r in pooled]
    # All at once: a step costs the more the less it is taken for.
    r = concatenated([*pooled, *new])
    part = np.repeat(np.arange(2 * len(runs)), [len(p) for p in (*pooled, *new)])
    of = _group(r.claims.sku, r.claims.market, r.in_scope, book)
    case = Booking.of(replace(runs[0], records=r), book)
    replacement_lines(case)
    ledger = case.lines.booked()
    mine = ledger.subject == Subject.CLAIM
    line, amount = ledger.record[mine], ledger.reporting[mine]
    sums = [_sums(of[line[at]], amount[at], book) for k in range(2 * len(runs)) for at in [part[line] == k]]
    out = []
    for k, run in enumerate(runs):
        closing = Booking.of(replace(run, records=r.take(np.zeros(0, dtype=np.int64))), book)
        closing_stock_lines(closing)
        down = closing.lines.ledger()
        pools = _group(down.sku, down.market, np.ones(len(down)), book)
        out.append(sums[k] - sums[len(runs) + k] + _sums(pools, down.reporting, book))
    return np.array(out)


def queues_spared(case: Booking) -> np.ndarray:
    """What all customers together would have waited longer at benches had nobody given up, as `experience` charges it.

    By bench, claims in scope and others apart, and shared out by bench time among those who gave up. Shape (records,),
    reporting currency.
    """
    r, book, line = case.records, case.book, case.run.in_line
    if line is None:
        return np.zeros(len(r))
    n = len(line.bench)
    later = replace(line.records, resolved=line.resolved)
    both = Booking.of(replace(case.run, records=concatenated([line.records, later])), book)
    experience_lines(both)
    ledger = both.lines.booked()
    costs = np.bincount(ledger.record, ledger.reporting, 2 * n).reshape(2, n)
    of = line.bench * 2 + line.records.in_scope
    more = np.bincount(of, costs[1] - costs[0])
    return _shared_out(len(r), line.records.claims.root, of, line.records.bench_minutes, more)


def _group(what: np.ndarray, market: np.ndarray, in_scope: np.ndarray, book: PriceBook) -> np.ndarray:
    """A number for each way or product of a market, claims in scope and others apart. Shape of ``what``, int64."""
    return (what.astype(np.int64) * len(book.scenario.market_ids) + market) * 2 + in_scope.astype(np.int64)


def _sums(group: np.ndarray, amount: np.ndarray, book: PriceBook) -> np.ndarray:
    s = book.scenario
    return np.bincount(group, amount, max(len(s.skus), len(s.way_ids)) * len(s.market_ids) * 2)


def _shared_out(n: int, root: np.ndarray, group: np.ndarray, by: np.ndarray, more: np.ndarray) -> np.ndarray:
    """What groups would have cost ``more``, shared out among those who gave up. Shape (n,).

    ``root``: row of the claim of each unit that would have been there, -1 for others; ``by``: in what proportion those
    of a ``group`` share.
    """
    gone = np.flatnonzero(root >= 0)
    of, by = group[gone], by[gone] + 1e-9  # evenly where all of them are 0
    return np.bincount(root[gone], by * more[of] / np.bincount(of, by)[of], n)


def _bills(run: Run, book: PriceBook, shared: bool) -> np.ndarray:
    """What each unit bears of its dispatches, both ways. Shape (records,), reporting currency."""
    case = Booking.of(run, book)
    dispatch_lines(case, shared)
    ledger = case.lines.booked()
    mine = ledger.subject == Subject.DISPATCH
    return np.bincount(ledger.record[mine], ledger.reporting[mine], len(run.records))
