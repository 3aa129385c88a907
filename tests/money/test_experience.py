"""Waiting is priced once, beyond a grace, and never as cash."""

from __future__ import annotations

import numpy as np
import pytest

from tests.money.runs import run_of
from tests.money.tiny import DE, day, seller
from warrantysim.journeys.records import Closure, Route
from warrantysim.money.categories import Category, Kind
from warrantysim.money.experience import review_cost, shadow_chance, waited_days, waiting_cost
from warrantysim.money.price import price

TERMS = seller().experience


def test_waiting_costs_a_share_of_the_price_for_each_day_beyond_the_grace() -> None:
    days = np.array([0.0, 10.0, 10.5, 30.0])
    assert waiting_cost(TERMS, np.full(4, 200.0), days) == pytest.approx([0, 0, 1.0, 40.0])


def test_a_review_suffers_once_and_only_beyond_its_threshold() -> None:
    days = np.array([20.0, 20.01, 200.0])
    assert review_cost(TERMS, np.full(3, 200.0), days) == pytest.approx([0, 10.0, 10.0])


def test_a_claim_really_disputed_bears_no_shadow_of_a_dispute() -> None:
    found = shadow_chance(TERMS, np.array([25.0, 25.0, 5.0]), np.array([False, True, False]))
    assert found.tolist() == [0.1, 0.0, 0.0]


def test_nobody_waits_whose_delay_is_his_own_or_the_platforms() -> None:
    late = {"resolved": day(90), "closed": day(90)}
    run = run_of(
        late,
        {**late, "closure": Closure.LAPSED, "route": Route.REPAIR_LOCAL},
        {**late, "closure": Closure.PLATFORM, "route": Route.PLATFORM},
    )
    assert waited_days(run.records).tolist() == [50.0, 0.0, 0.0]


def test_expected_lines_are_in_the_customers_currency_on_the_day_he_was_served() -> None:
    ledger = price(run_of({"market": DE, "opened": day(160), "resolved": day(190), "closed": day(200)}), seller())
    row = int(np.flatnonzero(ledger.category == Category.WAITING)[0])
    assert ledger.kind[row] == Kind.EXPECTED
    assert ledger.incurred[row] == day(190)
    # 20 days x 1 % of 100 EUR, at July's rate of 1.50.
    assert ledger.reporting[row] == pytest.approx(30.0)


def test_a_claim_served_within_the_grace_has_no_expected_line() -> None:
    assert price(run_of({"resolved": day(50), "closed": day(50)}), seller()).total(kind=Kind.EXPECTED) == 0
