"""Claims of a replication, born once for all policies that meet them."""

from __future__ import annotations

from dataclasses import fields

import numpy as np

from warrantysim.claims.births import Nursery, born_with_earlier, nursery
from warrantysim.claims.columns import Claims
from warrantysim.journeys.carried_over import may_be_followed
from warrantysim.journeys.luck import Luck
from warrantysim.journeys.world import world_of
from warrantysim.schema.clock import DAY
from warrantysim.schema.root import Scenario

KEPT = 16
"""Replications whose claims are kept at hand; the base scenario's take about 3 MB each."""
_NURSERIES: list[tuple[Scenario, Nursery]] = []
_BORN: dict[tuple[int, int, int], tuple[Scenario, Claims, Claims]] = {}


def births(scenario: Scenario, seed: int, replication: int) -> Claims:
    """Root claims of one replication: `born`, once.

    A pure function of its arguments; the last few results are kept, found by the scenario's identity. The columns
    are read-only, because policies share them.
    """
    return _known(scenario, seed, replication)[1]


def _known(scenario: Scenario, seed: int, replication: int) -> tuple[Scenario, Claims, Claims]:
    key = (id(scenario), seed, replication)
    known = _BORN.pop(key, None)
    if known is None or known[0] is not scenario:
        claims, before = born_with_earlier(scenario, seed, replication, _nursery(scenario))
        rows = np.flatnonzero(may_be_followed(before, world_of(scenario), Luck(seed, replication)))
        known = (scenario, _read_only(claims), _read_only(before.take(rows)))
    _BORN[key] = known  # The youngest comes last.
    while len(_BORN) > KEPT:
        del _BORN[next(iter(_BORN))]
    return known


def earlier(scenario: Scenario, seed: int, replication: int) -> Claims:
    """Claims of the replication from before the run-in that something may follow in it; kept with its `births`."""
    return _known(scenario, seed, replication)[2]


def in_scope(claims: Claims, scenario: Scenario) -> np.ndarray:
    """Whether each root claim opened within the horizon. Shape (n,), bool."""
    return (claims.opened >= 0) & (claims.opened < scenario.horizon.days * DAY)


def _nursery(scenario: Scenario) -> Nursery:
    for known, ready in _NURSERIES:
        if known is scenario:
            return ready
    ready = nursery(scenario)
    _NURSERIES.insert(0, (scenario, ready))
    del _NURSERIES[4:]
    return ready


def _read_only(claims: Claims) -> Claims:
    for field in fields(claims):
        getattr(claims, field.name).setflags(write=False)
    return claims
