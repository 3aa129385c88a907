"""What can be done with a claim, and in which order it is tried out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from warrantysim.claims.columns import Claims
from warrantysim.experiment.outcomes import Arm
from warrantysim.journeys.model import Model
from warrantysim.journeys.records import to_china
from warrantysim.journeys.routing import Known, instead, obstacle
from warrantysim.schema.policy import Policy
from warrantysim.schema.root import Scenario

MONEY = 0
"""Place of the refund among the arms; the last resort of all others, and what every claim is filed under."""


def arms_of(scenario: Scenario) -> tuple[Arm, ...]:
    """Every disposition with everyone who could do it: refund, reship, each partner, each way to China."""
    return (
        Arm("refund"),
        Arm("reship"),
        *(Arm("repair_local", name) for name in scenario.partner_ids),
        *(Arm("return_china", name) for name in scenario.way_ids),
    )


@dataclass(frozen=True)
class Forced:
    """Route and partner of each arm, as journeys are told; arrays of shape (A,)."""

    route: np.ndarray
    """`Route` [int8]."""
    partner: np.ndarray
    """Row in ``partner_ids`` or ``way_ids``, else -1 [int16]."""

    @staticmethod
    def of(arms: Sequence[Arm], scenario: Scenario) -> Forced:
        """The arms as indices."""
        rows = [who.index(arm.partner) if (who := scenario.doers(arm.disposition)) else -1 for arm in arms]
        return Forced(np.array([arm.rank for arm in arms], dtype=np.int8), np.array(rows, dtype=np.int16))


def possible(model: Model, claims: Claims, known: Known, forced: Forced) -> np.ndarray:
    """Whether each arm could be done with each claim. Shape (n, A), bool.

    What only the claimant knows (who insists on money, who consents to it) is found out by trying.
    """
    n, arms = len(claims), len(forced.route)
    out = np.zeros((n, arms), dtype=bool)
    for a in range(arms):
        route, partner = np.full(n, forced.route[a]), np.full(n, forced.partner[a])
        out[:, a] = obstacle(model, claims, known, route, partner) == 0
    out[:, MONEY] = True
    return out


def fallbacks(policy: Policy, model: Model, market: np.ndarray, arms: Sequence[Arm], done: np.ndarray) -> np.ndarray:
    """The arm that is taken in place of one that is not possible: the first of `instead` that was done.

    ``done``: whether an arm was done as asked, shape (n, A). Returns shape (n,).
    """
    out = np.full(len(done), MONEY)
    left = np.ones(len(done), dtype=bool)
    forced = Forced.of(arms, model.scenario)
    for route, partner in instead(policy, model):
        way = model.way_default[market] if to_china(route) else np.full(len(done), partner)
        for a in np.flatnonzero(forced.route == route):
            taken = left & (way == forced.partner[a]) & done[:, a]
            out[taken] = a
            left &= ~taken
    return out
