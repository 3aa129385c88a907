"""The law binds where a row demands something, for the ages and days it names."""

from __future__ import annotations

from typing import Any

import numpy as np

from warrantysim.money.legal import LegalFloors, demands
from warrantysim.scenario.markets import LegalFloorRow

ANY = "refund|reship|repair_local|return_china"


def row(**changes: Any) -> LegalFloorRow:
    plain = {
        "market": "DE",
        "age_from_days": 0,
        "age_to_days": 730,
        "allowed": ANY,
        "chooser": "seller",
        "min_refund_share": 0,
        "refurbished_ok": True,
    }
    return LegalFloorRow.model_validate({**plain, **changes})


def test_a_row_that_leaves_every_freedom_demands_nothing_and_any_limit_does() -> None:
    assert not demands(row())
    limits = ({"allowed": "reship"}, {"chooser": "customer"}, {"min_refund_share": 0.5}, {"max_days": 30})
    assert all(demands(row(**limit)) for limit in (*limits, {"max_repairs": 1}, {"refurbished_ok": False}))


def test_the_law_binds_in_its_market_and_within_its_ages() -> None:
    floors = LegalFloors.of([row(chooser="customer"), row(market="US")], ("US", "DE"))
    market, age = np.array([1, 1, 1, 0]), np.array([0.0, 729.9, 730.0, 10.0])
    assert floors.bind(market, age, np.full(4, 740000)).tolist() == [True, True, False, False]


def test_a_later_row_takes_the_place_of_an_earlier_one() -> None:
    rows = [row(chooser="customer"), row(**{"from": "2027-07-01"})]
    floors = LegalFloors.of(rows, ("DE",))
    first = rows[1].from_.toordinal()
    days = np.array([first - 1, first])
    assert floors.bind(np.zeros(2, dtype=int), np.ones(2), days).tolist() == [True, False]
