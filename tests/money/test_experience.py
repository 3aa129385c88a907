"""Waiting is priced once, beyond a grace, and never as cash."""

from __future__ import annotations

import numpy as np
import pytest

from tests.money.runs import run_of
from tests.money.tiny import DE, day, seller
from warrantysim.journeys.records import Closure, Route
from warrantysim.money.categories import Category, Kind
from warrantysim.money.experience import review_cost, reviewed, shadow_chance, waited_days, waiting_cost
from warrantysim.money.price import price
from warrantysim.money.price_book import price_book

TERMS, BOOK = seller().experience, price_book(seller())


def test_waiting_costs_a_share_of_the_price_for_each_day_beyond_the_grace() -> None:
    days = np.array([0.0, 10.0, 10.5, 30.0])
    assert waiting_cost(TERMS, np.full(4, 200.0), days) == pytest.approx([0, 0, 1.0, 40.0])


def test_a_review_suffers_once_and_only_beyond_its_threshold() -> None:
    late = {"resolved": day(60), "closed": day(60)}, {"resolved": day(60.01), "closed": day(60.01)}
    records = run_of(*late, {"resolved": day(240), "closed": day(240)}).records
    upset = reviewed(records, BOOK, waited_days(records, BOOK))
    assert review_cost(TERMS, np.full(3, 200.0), upset) == pytest.approx([0, 10.0, 10.0])


def test_a_claim_really_disputed_bears_no_shadow_of_a_dispute() -> None:
    found = shadow_chance(TERMS, np.array([True, True, False]), np.array([False, True, False]))
    assert found.tolist() == [0.1, 0.0, 0.0]


LATE = {"resolved": day(90), "closed": day(90)}
LAPSED = {**LATE, "closure": Closure.LAPSED, "route": Route.REPAIR_LOCAL}
DENIED = {**LATE, "closure": Closure.DENIED, "route": Route.DENIED, "routed": day(43)}


def test_nobody_waits_for_the_platform_and_who_is_let_down_waits_to_the_end_of_his_patience() -> None:
    stated = seller()
    customer = stated.markets["US"].customer.replace(patience_days=60.0)
    markets = {**stated.markets, "US": stated.markets["US"].replace(customer=customer)}
    book = price_book(stated.replace(markets=markets))
    platform = {**LATE, "closure": Closure.PLATFORM, "route": Route.PLATFORM}
    partly = {**LATE, "resolved": day(45), "refund_share": 0.4}
    run = run_of(LATE, platform, LAPSED, {**LAPSED, "route": Route.DROPPED}, DENIED, partly)
    assert waited_days(run.records, book).tolist() == [50.0, 0.0, 60.0, 60.0, 60.0, 60.0]
    assert reviewed(run.records, book, np.zeros(6)).tolist() == [False, False, True, True, True, True]


def test_whoever_drops_a_claim_the_warranty_does_not_cover_is_let_down_by_nobody() -> None:
    """Dropped at the evidence, which would have shown the misuse; a valid claim beside it is owed something."""
    stated = seller()
    excluded = next(k for k, fault in enumerate(stated.faults) if fault.kind == "excluded")
    dropped = {**LAPSED, "route": Route.DROPPED, "resolved": day(41), "closed": day(41)}
    records = run_of({**dropped, "fault": excluded}, dropped).records
    days = waited_days(records, BOOK)
    assert days.tolist() == [1.0, BOOK.patience[0]]
    assert reviewed(records, BOOK, days).tolist() == [False, True]


def test_where_giving_up_pays_a_lapse_is_the_customers_own_doing() -> None:
    stated = seller()
    book = price_book(stated.replace(experience=stated.experience.replace(giving_up_pays=True)))
    records = run_of(LATE, LAPSED).records
    assert waited_days(records, book).tolist() == [50.0, 0.0]
    assert not reviewed(records, book, np.zeros(2)).any()


def test_a_lost_dispute_is_priced_once() -> None:
    lost = {**DENIED, "disputed": True, "dispute_lost": True, "refund_share": 1.0, "refunded": day(90)}
    ledger = price(run_of(lost), seller())
    assert ledger.total(kind=Kind.EXPECTED) == 0
    # Its fee and the value, and no refund, wait or review beside them.
    assert {Category(int(c)).name for c in ledger.category} == {"CONTACT", "DISPUTE"}


def test_patience_is_what_the_market_states_or_its_law_or_45_days() -> None:
    assert price_book(seller()).patience.tolist() == [45.0, 45.0]


def test_expected_lines_are_in_the_customers_currency_on_the_day_he_was_served() -> None:
    ledger = price(run_of({"market": DE, "opened": day(160), "resolved": day(190), "closed": day(200)}), seller())
    row = int(np.flatnonzero(ledger.category == Category.WAITING)[0])
    assert ledger.kind[row] == Kind.EXPECTED
    assert ledger.incurred[row] == day(190)
    # 20 days x 1 % of 100 EUR, at July's rate of 1.50.
    assert ledger.reporting[row] == pytest.approx(30.0)


def test_a_claim_served_within_the_grace_has_no_expected_line() -> None:
    assert price(run_of({"resolved": day(50), "closed": day(50)}), seller()).total(kind=Kind.EXPECTED) == 0
