"""What repair partners bill: each unit's charges, what depends on how many units there were, and fixed charges."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

import numpy as np

from warrantysim.money.case import Booking
from warrantysim.money.categories import Category, Subject
from warrantysim.money.contracts import Segments, compile_quote, payable, pools, technicians_under
from warrantysim.money.partner_work import DeskWork, joined_charges
from warrantysim.money.price_book import PriceBook
from warrantysim.money.priced import Amounts
from warrantysim.money.settlement import Billed, Settlement, settle
from warrantysim.money.statement import CATEGORIES
from warrantysim.schema.clock import DAY, REACH
from warrantysim.schema.dispositions import BY_PARTNER
from warrantysim.schema.policy import Policy, Rule
from warrantysim.schema.root import Scenario

BOOKED = {name: Category[category.upper()] for name, category in CATEGORIES.items()}
"""Ledger category of each component of a partner's bill."""
UNIT_COMPONENTS = ("receiving", "assessment", "labour", "parts", "storage", "disposal")
"""Components a unit is charged whatever the others are."""
POOL_COMPONENTS = ("extra", "rebate", "credit")
"""Components of a unit that depend on the other units of its month, year or dispatch."""


def signed_desks(policy: Policy, scenario: Scenario) -> dict[str, tuple[str, ...]]:
    """Desks a policy puts under contract, by partner: those its rules name."""
    signed: dict[str, list[str]] = {}
    for rule in policy.rules:
        for partner, desk in desks_named(rule, scenario):
            signed.setdefault(partner, []).append(desk)
    return {name: tuple(dict.fromkeys(desks)) for name, desks in signed.items()}


def desks_named(rule: Rule, scenario: Scenario) -> list[tuple[str, str]]:
    """Partner and desk, of every partner a rule's zones name, for the markets it is for.

    A zone of no width, whose successor begins where it does, names nobody.
    """
    found: list[tuple[str, str]] = []
    for zone, after in zip(rule.zones, [*rule.zones[1:], None], strict=True):
        if zone.do != BY_PARTNER or zone.partner is None:
            continue
        if after is not None and after.from_.value <= zone.from_.value:
            continue
        partner = scenario.partners[zone.partner]
        markets = scenario.market_ids if rule.cell.market is None else (rule.cell.market,)
        served = {desk for market in markets if (desk := partner.desk_for(market)) is not None}
        found += [(zone.partner, desk) for desk in sorted(served)]
    return found


def months_touched(book: PriceBook) -> int:
    """Months the horizon touches."""
    last = np.array([book.scenario.horizon.days * DAY - 1])
    return int(book.clock.months(last, "UTC")[0]) + 1


def partner_lines(case: Booking, policy: Policy | None, shared: bool) -> None:
    """Bills of all partners.

    Every unit that reached a desk is charged by it, in the month the work was done. With ``shared``, the units of all
    claims, in scope or not, then settle volume discounts, included units and credits, of which each unit bears its
    part; and the contracts signed are charged their onboarding, retainer and minimum for the months of the horizon.
    Signed are the desks ``policy`` names and those that worked.
    """
    s = case.book.scenario
    named: Mapping[str, Collection[str]] = signed_desks(policy, s) if policy is not None else {}
    for p, name in enumerate(s.partner_ids):
        work = {unit.desk: unit for unit in case.work[p]}
        for unit in work.values():
            _unit_lines(case, unit)
        if not shared:
            continue
        signed = {*work, *named.get(name, ())}
        for desks in pools(s.partners[name], sorted(signed)):
            _pool_lines(case, p, desks, [work[desk] for desk in desks if desk in work])


def _unit_lines(case: Booking, work: DeskWork) -> None:
    book = case.book
    currency = np.full(len(work.rows), _currency(book, work.partner, work.desk), dtype=np.int8)
    paid = _paid(book, work.partner, work.desk, work.month)
    for component in UNIT_COMPONENTS:
        amount = Amounts(getattr(work.charges, component), currency)
        case.lines.add(BOOKED[component], work.rows, amount, work.done, paid)
    case.lines.add(Category.PARTS, work.rows, Amounts(work.charges.own_parts, currency), work.done)


def _pool_lines(case: Booking, p: int, desks: tuple[str, ...], work: Sequence[DeskWork]) -> None:
    """Settle one pool of desks and book what comes of it."""
    book = case.book
    months = np.concatenate([np.zeros(0, dtype=np.int64), *(w.month for w in work)])
    table = contract_table(book, p, desks, months)
    units = _billed(case, desks, work)
    settlement = settle(table, units)
    begin = 0
    for w in work:
        part = slice(begin, begin + len(w.rows))
        begin = part.stop
        currency = np.full(len(w.rows), _currency(book, p, w.desk), dtype=np.int8)
        paid = _paid(book, p, w.desk, w.month)
        for component in POOL_COMPONENTS:
            amount = Amounts(getattr(settlement, component)[part], currency)
            case.lines.add(BOOKED[component], w.rows, amount, w.done, paid)
    _fixed_lines(case, p, table, settlement)


def contract_table(book: PriceBook, partner: int, desks: tuple[str, ...], months: np.ndarray) -> Segments:
    """The segment table of one pool, long enough for the months in which it completed units.

    Months beyond the horizon are rounded up to whole years, so that few tables are ever compiled.
    """
    s = book.scenario
    name, horizon = s.partner_ids[partner], months_touched(book)
    before = 12 * -(-max(0, -int(months.min(initial=0))) // 12)
    after = 12 * -(-max(0, int(months.max(initial=0)) - horizon + 1) // 12)
    key = (partner, desks, before, after)
    if key not in book.tables:
        terms = s.partners[name]
        book.tables[key] = compile_quote(
            name,
            terms,
            desks,
            book.clock,
            horizon=horizon,
            before=before,
            after=after,
            technicians=technicians_under(terms.desks[desks[0]]),
        )
    return book.tables[key]


def _billed(case: Booking, desks: tuple[str, ...], work: Sequence[DeskWork]) -> Billed:
    """The units of a pool as `settle` reads them; a unit's inbound dispatch to a partner is itself."""
    if not work:
        none, no_ids = np.zeros(0), np.zeros(0, dtype=np.int64)
        return Billed(no_ids, no_ids, none, none, none, none.astype(bool), none.astype(bool), no_ids)
    charges = joined_charges([w.charges for w in work])
    rows = np.concatenate([w.rows for w in work])
    return Billed.of(
        charges,
        np.concatenate([w.month for w in work]),
        np.concatenate([np.full(len(w.rows), desks.index(w.desk)) for w in work]),
        promised=np.concatenate([w.promised for w in work]),
        late=np.concatenate([w.late for w in work]),
        dispatch=-1 - rows,
    )


def _fixed_lines(case: Booking, p: int, table: Segments, settlement: Settlement) -> None:
    """Onboarding and retainer on the first day of their month, what lacks to a minimum on its last."""
    book, s = case.book, case.book.scenario
    partner = s.partners[s.partner_ids[p]]
    inside = (table.months >= 0) & (table.months < table.horizon)
    for d, desk in enumerate(table.desks):
        served = [s.market_ids.index(m) for m in partner.desks[desk].serves]
        zone, months = book.time_zones[served[0]], table.months[inside]
        starts = book.clock.month_starts(zone)
        begins, ends = starts[REACH + months], starts[REACH + months + 1]
        billed = payable(partner, book.clock, zone, months)
        ahead = payable(partner, book.clock, zone, months, retainer=True)
        currency = np.full(int(inside.sum()), book.fx.index(table.currencies[d]), dtype=np.int8)
        for component, at, cash in (
            ("onboarding", begins, ahead),
            ("retainer", begins, ahead),
            ("shortfall", ends - 1, billed),
        ):
            case.lines.add_other(
                BOOKED[component],
                Amounts(getattr(settlement, component)[inside, d], currency),
                at,
                cash,
                subject=Subject.CONTRACT,
                in_scope=True,
                market=served[0] if len(served) == 1 else -1,
                calendar_of=served[0],
                partner=p,
            )


def _currency(book: PriceBook, partner: int, desk: str) -> int:
    s = book.scenario
    return book.fx.index(s.partners[s.partner_ids[partner]].desks[desk].currency)


def _paid(book: PriceBook, partner: int, desk: str, month: np.ndarray) -> np.ndarray:
    """When the bill of each month is paid. int64 s, shape of ``month``."""
    s = book.scenario
    terms = s.partners[s.partner_ids[partner]]
    zone = book.time_zones[s.market_ids.index(terms.desks[desk].serves[0])]
    return payable(terms, book.clock, zone, month)
