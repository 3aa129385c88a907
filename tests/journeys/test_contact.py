"""First contact is the same for all policies that ask for the same evidence, and is worked out once for them."""

from __future__ import annotations

from dataclasses import fields

import numpy as np

from tests.journeys.same import differences
from tests.worlds import claims_at, policy_of, usd, world
from warrantysim.claims.columns import Claims
from warrantysim.journeys.events import simulate_run
from warrantysim.journeys.records import Route
from warrantysim.schema.root import Scenario

ASKING = policy_of("reship", evidence=[{"from": usd(0), "level": "photo"}])
TRUSTING = policy_of("reship")
PAYING = policy_of("refund")


def mixed_claims(s: Scenario) -> Claims:
    """Claims of which some are excluded, as only a photo shows."""
    n = 400
    return claims_at(s, np.linspace(0, 300, n), fault=np.where(np.arange(n) % 3 == 0, "excluded", "repairable"))


def held(claims: Claims) -> Claims:
    """The same claims, which nobody can change any more."""
    for f in fields(claims):
        getattr(claims, f.name).setflags(write=False)
    return claims


def test_policies_on_claims_held_fast_meet_the_same_claimants_as_alone() -> None:
    s = world()
    shared = held(mixed_claims(s))
    for policy in (TRUSTING, PAYING, ASKING, TRUSTING, ASKING):
        together = simulate_run(s, policy, shared, 1, 0)
        alone = simulate_run(s, policy, mixed_claims(s), 1, 0)
        assert differences(together, alone) == []


def test_luck_of_another_replication_is_not_taken_for_the_same() -> None:
    s = world(markets={"US": {"customer": {"insist_money_late_share": 0.5}}})
    shared = held(mixed_claims(s))
    one, other = (simulate_run(s, TRUSTING, shared, 1, replication).records for replication in (0, 1))
    assert not np.array_equal(one.route, other.route)


def test_only_a_photo_shows_what_is_excluded() -> None:
    s = world()
    shared = held(mixed_claims(s))
    denied = [int((simulate_run(s, p, shared, 1, 0).records.route == Route.DENIED).sum()) for p in (TRUSTING, ASKING)]
    assert denied == [0, 134]
