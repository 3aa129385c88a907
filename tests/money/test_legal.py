"""What the law demands is an obligation: where a row binds that asks for anything, for its ages, goods and days."""

from __future__ import annotations

from typing import Any

import pytest

from tests.worlds import claims_at, floor, policy_of, world
from warrantysim.journeys.solo import solo_run
from warrantysim.money.categories import Obligation
from warrantysim.money.price import price
from warrantysim.schema.law import LegalFloorRow

LIMITS: list[dict[str, Any]] = [
    {"allowed": "reship"},
    {"chooser": "customer"},
    {"deduction": "none"},
    {"min_refund_share": 0.5},
    {"max_days": 30},
    {"max_repairs": 1},
    {"refurbished": "no"},
    {"inform_days": 1},
    {"repair_extends_days": 365},
]


def test_a_row_that_leaves_every_freedom_demands_nothing() -> None:
    assert not LegalFloorRow.model_validate(floor()).demands


@pytest.mark.parametrize("limit", LIMITS, ids=lambda limit: next(iter(limit)))
def test_a_row_with_any_limit_demands_something(limit: dict[str, Any]) -> None:
    assert LegalFloorRow.model_validate(floor(**limit)).demands


def test_costs_are_legal_within_the_ages_and_from_the_day_of_a_demanding_row_and_voluntary_else() -> None:
    rows = [floor(age_to_days=50, max_repairs=1), floor(age_to_days=50, **{"from": "2027-01-24"})]
    s = world(policy="reship", legal_floors=rows)
    run = solo_run(s, policy_of("reship"), claims_at(s, [10.0, 19.9, 20.0, 21.0], age=[49.9, 50.0, 10.0, 60.0]), 1, 0)
    ledger = price(run, s, s.policy)
    found = {int(root): Obligation(int(o)) for root, o in zip(ledger.root, ledger.obligation, strict=True)}
    assert found == {0: Obligation.LEGAL, 1: Obligation.VOLUNTARY, 2: Obligation.VOLUNTARY, 3: Obligation.VOLUNTARY}
