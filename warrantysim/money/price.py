"""Physics in, money out: the ledger of a run. The one pricing code of simulator, potential outcomes and exports."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from warrantysim.journeys.records import Route, Run
from warrantysim.money.case import Booking, first_instant
from warrantysim.money.categories import Category, Obligation
from warrantysim.money.dispatch_lines import bench_lines, dispatch_lines, entry_lines, reimport_lines
from warrantysim.money.experience import AloneLines, experience_lines, further_lines, giving_up_lines, together
from warrantysim.money.ledger import Ledger, YearLines
from warrantysim.money.lines import Lines
from warrantysim.money.parcel_lines import hub_lines, label_lines, own_unit_lines, replacement_lines
from warrantysim.money.partner_lines import partner_lines
from warrantysim.money.platform_fees import returns_processing
from warrantysim.money.price_book import PriceBook, price_book
from warrantysim.money.priced import Amounts
from warrantysim.money.recovery_lines import closing_stock_lines, fate_lines, supplier_lines
from warrantysim.money.sale_lines import sale_lines
from warrantysim.schema.clock import DAY, NEVER
from warrantysim.schema.policy import Policy
from warrantysim.schema.root import Scenario


def price(run: Run, scenario: Scenario, policy: Policy | None = None, *, shared: bool = True) -> Ledger:
    """The ledger of a run under a scenario's prices.

    The run holds no money and may have been simulated under other prices: prices alone can be changed and the same run
    priced again.

    Parameters
    ----------
    run
        Journeys, dispatches and stock of one replication.
    scenario
        The prices.
    policy
        The policy the run was simulated under. Contracts it names are charged even where no unit came; without it,
        those are charged that worked.
    shared
        Whether to book what depends on other claims. Without it each claim's lines are a function of that claim alone,
        as potential outcomes need: no retainers, onboarding, minimums, volume discounts, units beyond included ones or
        service credits, no bills of dispatches (freight back at its marginal price), no fee on returns
        beyond a share, no closing stock, no units sold.

    Raises
    ------
    ValueError
        If something happened that has no price: a card that does not carry a product, a desk that does not repair
        it, a currency without a rate.
    """
    return lines_of(run, scenario, policy, shared=shared).ledger()


def lines_of(run: Run, scenario: Scenario, policy: Policy | None = None, *, shared: bool = True) -> Lines:
    """The lines of the same ledger, for whoever needs few of its columns."""
    return booking_of(run, scenario, policy, shared=shared).lines


def year_lines(run: Run, scenario: Scenario, policy: Policy) -> YearLines:
    """What a simulated year reads of the same ledger."""
    return lines_of(run, scenario, policy).of_year(run.records)


def booking_of(run: Run, scenario: Scenario, policy: Policy | None = None, *, shared: bool = True) -> Booking:
    """The same with what was found on the way: who worked, who was on board."""
    book = price_book(scenario)
    case = Booking.of(run, book)
    _claim_lines(case, policy, shared)
    if shared:
        closing_stock_lines(case)
        returns_processing_lines(case)
        sale_lines(case.lines, book.sold, book.guide_copy, scenario.horizon.days)
    return case


def _claim_lines(case: Booking, policy: Policy | None, shared: bool) -> None:
    contact_lines(case)
    denial_lines(case)
    refund_lines(case)
    platform_lines(case)
    replacement_lines(case)
    own_unit_lines(case)
    label_lines(case)
    hub_lines(case)
    partner_lines(case, policy, shared)
    dispatch_lines(case, shared)
    bench_lines(case)
    entry_lines(case)
    reimport_lines(case, shared)
    fate_lines(case)
    supplier_lines(case)
    experience_lines(case)
    if not case.book.scenario.experience.giving_up_pays:
        giving_up_lines(case, _alone, shared)


def _alone(runs: Sequence[Run], book: PriceBook) -> list[AloneLines]:
    """What is booked of the claims of each run alone, a unit more at its dearest, but for what givers-up are charged.

    All at once, as each claim's lines are its own; none of ``runs`` says who went on.
    """
    case = Booking.of(together(runs), book)
    _claim_lines(case, None, shared=False)
    cut = case.lines.of_claims()
    further_lines(case)
    booked, of_claims = case.lines.booked(), case.lines.of_claims()
    run = np.repeat(np.arange(len(runs)), [len(one.records) for one in runs])[booked.record[:of_claims]]
    lines = [np.flatnonzero(run == k) for k in range(len(runs))]
    return [AloneLines(booked.root[at], booked.reporting[at], int(np.searchsorted(at, cut))) for at in lines]


def refund_lines(case: Booking) -> None:
    """Refund = claim value x share paid back, net of tax; the tax on it is reversed with the tax office.

    While the order is at most ``rail_days`` old the platform pays it out: the referral fee on it comes back, less the
    administration fee min(cap, 20 % of it). Later, and on channels without a platform, a bank or wallet rail takes its
    share and fixed fee. What a lost dispute pays is booked with the dispute.
    """
    r, book, lines = case.records, case.book, case.lines
    claims, markets = r.claims, book.markets
    rows = np.flatnonzero((r.refund_share > 0) & ~r.dispute_lost)
    if not len(rows):
        return
    market, channel = claims.market[rows], claims.channel[rows]
    at = first_instant(r.refunded, r.closed)[rows]
    money = r.value[rows] * r.refund_share[rows]
    local = markets.currency[market]
    lines.add(Category.REFUND, rows, Amounts(money, local), at, tax=money * markets.tax_share[market])
    age = (at - claims.sold[rows]) / DAY
    over_platform = book.channels.platform[channel] & (age <= book.channels.rail_days[channel])
    yes = np.flatnonzero(over_platform)
    referral = _referral(case, rows[yes], money[yes], at[yes])
    lines.add(Category.REFERRAL_RETURN, rows[yes], Amounts(-referral, local[yes]), at[yes])
    _administration(case, rows[yes], referral, at[yes])
    no = np.flatnonzero(~over_platform & (money > 0))
    share = Amounts(money[no] * markets.rail_share[market[no]], local[no])
    lines.add(Category.RAIL_FEE, rows[no], share, at[no])
    lines.add(Category.RAIL_FEE, rows[no], markets.rail_fixed.at(market[no]), at[no])


def _referral(case: Booking, rows: np.ndarray, money: np.ndarray, at: np.ndarray) -> np.ndarray:
    """Referral fee on money paid back: the order's own share, or its part of what the platform's table took for the
    order on its day. Shape (n,), local currency."""
    book, claims = case.book, case.records.claims
    fee = money * book.referral_share[case.term[rows]]
    open_rows = np.flatnonzero(np.isnan(fee))
    if not len(open_rows):
        return fee
    tiers = {name: k for k, name in enumerate(dict.fromkeys(book.referral_tier))}
    tier = np.array([tiers[name] for name in book.referral_tier])[claims.sku[rows]]
    for m, t in sorted(set(zip(claims.market[rows[open_rows]].tolist(), tier[open_rows].tolist(), strict=True))):
        mine = open_rows[(claims.market[rows[open_rows]] == m) & (tier[open_rows] == t)]
        market, name = book.scenario.market_ids[m], list(tiers)[t]
        currency, local = book.fx.index(book.platform.currency("referral", market, name)), int(book.markets.currency[m])
        to_table = 1.0 if currency == local else book.rate(local, at[mine], m) / book.rate(currency, at[mine], m)
        price = claims.price_net[rows[mine]]
        ordered = book.days(claims.sold[rows[mine]], m)
        taken = np.nan_to_num(book.platform.referral_fee(market, name, price * to_table, ordered)) / to_table
        fee[mine] = taken * money[mine] / np.maximum(price, 1e-9)
    return fee


def _administration(case: Booking, rows: np.ndarray, referral: np.ndarray, at: np.ndarray) -> None:
    """What the platform keeps of each referral fee it gives back, in the currency of its own fee table."""
    book, s = case.book, case.book.scenario
    market = case.records.claims.market[rows]
    for m in np.unique(market):
        name = s.market_ids[m]
        if not book.platform.has("refund_administration", name):
            continue
        mine = np.flatnonzero(market == m)
        currency = book.fx.index(book.platform.currency("refund_administration", name))
        stamps = at[mine]
        days = book.days(stamps, int(m))
        base = referral[mine] * book.fx.at(int(book.markets.currency[m]), days) / book.fx.at(currency, days)
        fee = book.platform.refund_administration(name, base, days)
        lines_currency = np.full(len(mine), currency, dtype=np.int8)
        case.lines.add(Category.REFUND_ADMINISTRATION, rows[mine], Amounts(np.nan_to_num(fee), lines_currency), stamps)


TIERS = ("standard", "standard", "bulky")
"""Tier of the platform's weight-based fees, by size class."""


def platform_lines(case: Booking) -> None:
    """A claim the platform decided: its fixed cost where the channel states one, else its removal fee for the unit;
    and what the platform's resale of the unit brings back."""
    r, book, lines = case.records, case.book, case.lines
    claims = r.claims
    rows = np.flatnonzero(r.route == Route.PLATFORM)
    if not len(rows):
        return
    channel, at = claims.channel[rows], r.closed[rows]
    stated = book.channels.path_stated[channel]
    lines.add(Category.PLATFORM_PATH, rows[stated], book.channels.path.at(channel[stated]), at[stated])
    for mine, name, tier in _by_tier(case, "removal", rows[~stated]):
        days = book.days(r.closed[mine], claims.market[mine])
        fee = book.platform.removal_fee(name, tier, book.kg[claims.sku[mine]], days)
        lines.add(Category.REMOVAL, mine, _charged(case, "removal", name, tier, fee), r.closed[mine])
    landed = book.landed(book.terms_row(claims.sku[rows], claims.market[rows], at))
    lines.add(Category.UNIT_RECOVERY, rows, landed.times(-book.channels.recovery_share[channel]), at)


def returns_processing_lines(case: Booking) -> None:
    """The platform's fee on units returned to it beyond a share of those it shipped, by product and month of sale.

    Of each product and month the units beyond ``threshold`` x shipped are charged, by the threshold that holds when the
    first of them comes back; every returned unit bears its part.
    Only returns of claims are known here: a threshold should be stated net of ordinary returns.
    """
    r, book = case.records, case.book
    claims = r.claims
    rows = np.flatnonzero(r.route == Route.PLATFORM)
    for mine, name, tier in _by_tier(case, "returns_processing", rows):
        s = book.scenario
        m = s.market_ids.index(name)
        month = s.market_days.months(claims.sold[mine], claims.market[mine])
        begin = int(month.min())
        span = int(month.max()) - begin + 1
        each = claims.sku[mine].astype(np.int64) * span + month - begin
        groups, place, returned = np.unique(each, return_inverse=True, return_counts=True)
        shipped = book.sold.shipped(groups // span, m, groups % span + begin, book.channels.by_platform)
        days = book.days(r.closed[mine], m)
        fee = book.platform.weight_fee("returns_processing", name, tier, book.kg[claims.sku[mine]], days)
        first = np.full(len(shipped), days.max())
        np.minimum.at(first, place, days)
        threshold = np.array([book.platform.threshold(name, tier, int(day)) for day in first])
        charged = returns_processing(shipped, returned, 1.0, threshold)[place] / returned[place]
        amount = _charged(case, "returns_processing", name, tier, fee * charged)
        case.lines.add(Category.RETURNS_PROCESSING, mine, amount, r.closed[mine])


def _by_tier(case: Booking, fee: str, rows: np.ndarray) -> Iterator[tuple[np.ndarray, str, str]]:
    """Rows of claims with the market and tier of a fee, where the platform states it."""
    book, claims = case.book, case.records.claims
    tiers = np.array(TIERS)[book.size[claims.sku[rows]]]
    for m in np.unique(claims.market[rows]):
        name = book.scenario.market_ids[m]
        for tier in dict.fromkeys(TIERS):
            mine = rows[(claims.market[rows] == m) & (tiers == tier)]
            if len(mine) and book.platform.has(fee, name, tier):
                yield mine, name, tier


def _charged(case: Booking, fee: str, market: str, tier: str, amount: np.ndarray) -> Amounts:
    """Amounts in the currency of a fee's table; nothing before its first row."""
    currency = case.book.fx.index(case.book.platform.currency(fee, market, tier))
    return Amounts(np.nan_to_num(amount), np.full(len(amount), currency, dtype=np.int8))


def contact_lines(case: Booking) -> None:
    """Every claim the seller answers costs one contact; the guide and evidence cost where they were used.

    A claim the platform decides never reaches the seller's agents. A claimant who gives up when asked for evidence
    leaves none to handle.
    """
    r, prices, lines = case.records, case.book.contact, case.lines
    own = r.route != Route.PLATFORM
    rows = np.flatnonzero(own & (r.answered > NEVER))
    lines.add(Category.CONTACT, rows, prices.contact, r.answered[rows])
    decided = first_instant(r.routed, r.answered)
    rows = np.flatnonzero(own & r.guide_used & (decided > NEVER))
    lines.add(Category.GUIDE, rows, prices.guide, decided[rows])
    rows = np.flatnonzero(own & (r.route != Route.DROPPED) & (decided > NEVER))
    lines.add(Category.EVIDENCE, rows, prices.evidence.at(r.evidence[rows]), decided[rows])


def denial_lines(case: Booking) -> None:
    """A denial's coupon, paid repair and dispute.

    A coupon is the product's, by the terms of its sale. Paid repair: its margin is revenue; nothing is booked of who
    would take one where none is offered. A dispute costs its fee, won or lost; a lost one also pays the claim value,
    which is then no refund of the seller's own making.
    """
    r, prices, lines = case.records, case.book.contact, case.lines
    rows = np.flatnonzero(r.coupon)
    rows = rows[~np.isnan(prices.coupon.value[case.term[rows]])]
    coupon = prices.coupon.at(case.term[rows])
    lines.add(Category.COUPON, rows, coupon, r.routed[rows], obligation=Obligation.GOODWILL)
    rows = np.flatnonzero(r.paid_repair)
    rows = rows[~np.isnan(prices.paid_repair.value[r.claims.market[rows], r.claims.fault[rows]])]
    margin = prices.paid_repair.at(r.claims.market[rows], r.claims.fault[rows]).times(-1.0)
    lines.add(Category.PAID_REPAIR, rows, margin, r.routed[rows], obligation=Obligation.GOODWILL)
    rows = np.flatnonzero(r.disputed)
    lines.add(Category.DISPUTE, rows, prices.dispute_fee, r.closed[rows])
    rows = np.flatnonzero(r.dispute_lost)
    market = r.claims.market[rows]
    value = Amounts(r.value[rows], case.book.markets.currency[market])
    tax = r.value[rows] * case.book.markets.tax_share[market]
    lines.add(Category.DISPUTE, rows, value, r.closed[rows], tax=tax)
