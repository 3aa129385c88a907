"""What first contact costs: answering, the guide, evidence, and the courtesy and quarrels of a denial."""

from __future__ import annotations

import numpy as np

from warrantysim.journeys.records import Route
from warrantysim.money.case import Booking, first_instant
from warrantysim.money.categories import Category, Obligation
from warrantysim.money.priced import Amounts
from warrantysim.schema.clock import NEVER


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

    Paid repair: its margin is revenue. A dispute costs its fee, won or lost; a lost one also pays the claim value,
    which is then no refund of the seller's own making.
    """
    r, prices, lines = case.records, case.book.contact, case.lines
    rows = np.flatnonzero(r.coupon)
    lines.add(Category.COUPON, rows, prices.coupon, r.routed[rows], obligation=Obligation.GOODWILL)
    rows = np.flatnonzero(r.paid_repair)
    margin = prices.paid_repair.times(-1.0)
    lines.add(Category.PAID_REPAIR, rows, margin, r.routed[rows], obligation=Obligation.GOODWILL)
    rows = np.flatnonzero(r.disputed)
    lines.add(Category.DISPUTE, rows, prices.dispute_fee, r.closed[rows])
    rows = np.flatnonzero(r.dispute_lost)
    market = r.claims.market[rows]
    value = Amounts(r.value[rows], case.book.markets.currency[market])
    tax = r.value[rows] * case.book.markets.tax_share[market]
    lines.add(Category.DISPUTE, rows, value, r.closed[rows], tax=tax)
