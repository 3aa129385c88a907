"""What follows a claim follows from the unit that fails next: its own age, its own lot."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from tests.worlds import claims_at, partner, policy_of, world
from warrantysim.claims.columns import Claims, Origin
from warrantysim.journeys.events import simulate_run
from warrantysim.journeys.records import Records
from warrantysim.schema.root import Scenario

MANY = np.linspace(0.0, 60.0, 400)
LOT = {"sku": "A", "lot": "L", "sold_from": "2025-01-01", "sold_to": "2025-12-31", "share": 1.0}


def mortal(eta: float, **changes: object) -> Scenario:
    """Units that live ``eta`` days, almost to the day, under a warranty of three years; no owner claims after one."""
    return world(
        partners={"P": partner(9)},
        ways=(),
        terms_of={"warranty_days": 1095, "life_eta_days": eta, "life_beta": 60.0},
        births={"propensity": {"US": {"decline_per_year": 1.0}}},
        **changes,
    )


def first_children(s: Scenario, rule: str, claims: Claims) -> Records:
    r = simulate_run(s, policy_of(rule), claims, 1, 0).records
    return r.take(np.flatnonzero(r.claims.generation == 1))


def test_a_replacement_is_claimed_as_a_unit_of_its_own_age() -> None:
    """Two years after the order nobody would claim for the old unit; the replacement fails after a month."""
    s = mortal(30.0)
    young = first_children(s, "reship", claims_at(s, MANY, age=730.0))
    assert len(young) > 0.85 * len(MANY)
    assert set(young.claims.origin.tolist()) == {Origin.REPLACEMENT}


def test_a_repaired_unit_is_claimed_at_the_age_it_fails_at() -> None:
    """At a month of age nine in ten would claim, at two years nobody."""
    s = mortal(730.0)
    assert not len(first_children(s, "repair_local P", claims_at(s, MANY, age=30.0)))
    s = mortal(200.0)
    share = len(first_children(s, "repair_local P", claims_at(s, MANY, age=100.0))) / len(MANY)
    assert share == pytest.approx(1 - 198 / 365, abs=0.08)


def test_a_repaired_unit_keeps_the_life_of_its_lot_and_a_replacement_has_that_of_the_lot_it_comes_from() -> None:
    """The product lives for ever; its lot, sold in 2025, lives half a year."""
    s = mortal(1e9, lots=[{**LOT, "life_eta_days": 180.0}])
    plain = claims_at(s, MANY, age=100.0)
    bad = replace(plain, lot=np.zeros(len(plain), dtype=np.int16))
    assert len(first_children(s, "repair_local P", bad)) > 0.4 * len(plain)
    assert not len(first_children(s, "repair_local P", plain))
    assert not len(first_children(s, "reship", bad))
    still_sold = mortal(1e9, lots=[{**LOT, "sold_to": "2027-12-31", "share": 0.5, "life_eta_days": 30.0}])
    half = first_children(still_sold, "reship", plain)
    assert len(half) / len(plain) == pytest.approx(0.5 * (1 - 30 / 365), abs=0.08)
    assert (half.claims.lot == 0).all()


def test_a_lot_fails_with_its_own_fault_again() -> None:
    shares = {"repairable": 0.5, "unrepairable": 0.5}
    lot = {**LOT, "life_eta_days": 150.0, "fault": "repairable", "fault_share": 1.0}
    s = mortal(1e9, lots=[lot], fault_shares=shares)
    claims = replace(claims_at(s, MANY, age=100.0), lot=np.zeros(len(MANY), dtype=np.int16))
    again = first_children(s, "repair_local P", claims)
    assert {s.faults[i].kind for i in again.claims.fault} == {"repairable"}
