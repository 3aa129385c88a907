"""Physics in, money out: the ledger of a run. The one pricing code of simulator, potential outcomes and exports."""

from __future__ import annotations

import numpy as np

from warrantysim.journeys.records import Run
from warrantysim.money.case import Booking
from warrantysim.money.china_lines import bench_lines, entry_lines, reimport_lines
from warrantysim.money.customer_lines import (
    contact_lines,
    denial_lines,
    platform_lines,
    refund_lines,
    returns_processing_lines,
)
from warrantysim.money.dispatch_lines import dispatch_lines
from warrantysim.money.experience import experience_lines
from warrantysim.money.giving_up import further_lines, giving_up_lines
from warrantysim.money.ledger import Ledger
from warrantysim.money.parcel_lines import hub_lines, label_lines, own_unit_lines, replacement_lines
from warrantysim.money.partner_lines import partner_lines
from warrantysim.money.price_book import PriceBook, price_book
from warrantysim.money.recovery_lines import closing_stock_lines, fate_lines, supplier_lines
from warrantysim.money.sale_lines import sale_lines
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
    book = price_book(scenario)
    case = Booking.of(run, book)
    _claim_lines(case, policy, shared)
    if shared:
        closing_stock_lines(case)
        returns_processing_lines(case)
        sale_lines(case.lines, book.sold, book.guide_copy, scenario.horizon.days)
    return case.lines.ledger()


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


def _alone(run: Run, book: PriceBook) -> np.ndarray:
    """What each root of a run costs alone, a unit more at its dearest. Shape (largest root + 1,)."""
    case = Booking.of(run, book)
    _claim_lines(case, None, shared=False)
    further_lines(case)
    booked = case.lines.booked()
    mine = booked.root >= 0
    return np.bincount(booked.root[mine], booked.reporting[mine])
