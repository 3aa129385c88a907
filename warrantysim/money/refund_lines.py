"""What giving money back costs, over the platform while it still does it and over a bank or wallet after that."""

from __future__ import annotations

import numpy as np

from warrantysim.money.case import Booking, first_instant
from warrantysim.money.categories import Category
from warrantysim.money.priced import Amounts
from warrantysim.schema.clock import DAY


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
