"""Claims of a replication, born once for all policies that meet them."""

from __future__ import annotations

from dataclasses import fields

import numpy as np

from warrantysim.claims.births import RootCohorts, born_with_earlier, root_cohorts
from warrantysim.claims.columns import Claims
from warrantysim.experiment.on_disk import place_of, put, taken
from warrantysim.journeys.carried_over import may_be_followed
from warrantysim.journeys.luck import Luck
from warrantysim.journeys.model import model_of
from warrantysim.schema.clock import DAY
from warrantysim.schema.recent import recent
from warrantysim.schema.root import Scenario

KEPT = 64
"""Most replications whose claims are kept at hand [count]."""
ROOM = 60_000_000
"""Most that they take up; those of the reference seller take 2.4 MB each [bytes]."""


def births(scenario: Scenario, seed: int, replication: int) -> Claims:
    """Root claims of one replication: `born`, once.

    The columns are read-only, because policies share them.
    """
    return _born(scenario, seed, replication)[0]


def _bytes(born: tuple[Claims, Claims]) -> int:
    return sum(getattr(claims, field.name).nbytes for claims in born for field in fields(claims))


@recent(KEPT, _bytes, ROOM)
def _born(scenario: Scenario, seed: int, replication: int) -> tuple[Claims, Claims]:
    place = place_of(scenario)
    found = taken(place, "births", seed, replication)
    if found is None:
        claims, before = born_with_earlier(scenario, seed, replication, prepared(scenario))
        rows = np.flatnonzero(may_be_followed(before, model_of(scenario), Luck(seed, replication)))
        found = claims, before.take(rows)
        put(place, found, "births", seed, replication)
    claims, before = found
    return _read_only(claims), _read_only(before)


def earlier(scenario: Scenario, seed: int, replication: int) -> Claims:
    """Claims of the replication from before the run-in that something may follow in it; kept with its `births`."""
    return _born(scenario, seed, replication)[1]


def in_scope(claims: Claims, scenario: Scenario) -> np.ndarray:
    """Whether each root claim opened within the horizon. Shape (n,), bool."""
    return (claims.opened >= 0) & (claims.opened < scenario.horizon.days * DAY)


@recent(4)
def prepared(scenario: Scenario) -> RootCohorts:
    """What its births are drawn from, once for all replications."""
    return root_cohorts(scenario)


def _read_only(claims: Claims) -> Claims:
    for field in fields(claims):
        getattr(claims, field.name).setflags(write=False)
    return claims
