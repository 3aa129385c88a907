"""A seller with two repair quotes, and a search that tries a short list of rules: the best is known."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from tests.analysis.seller import AT_P, AT_Q, REFUND, RESHIP, SEED, seller
from tests.worlds import partner, usd
from warrantysim.analysis.cases import Case, yearly_costs
from warrantysim.schema.policy import Policy
from warrantysim.schema.root import Scenario

DECISION = {"training_replications": 2, "selection_replications": 2, "confirm_replications": 4, "neighbours": 0}
BOOKS = {"P": AT_P, "Q": AT_Q}


def quoted(p: float = 20.0, q: float = 30.0, **changes: Any) -> Scenario:
    """Partners P and Q that do the same work at their own price."""
    partners = {
        "P": partner(desk={"repaired": {"flat": usd(p)}}),
        "Q": partner(desk={"repaired": {"flat": usd(q)}}),
    }
    return seller(**({"partners": partners, "decision": DECISION} | changes))


def of_a_list(world: Scenario, out: Sequence[str]) -> tuple[Policy, float]:
    """The cheapest of refund, reship and repair at each partner that can be had, with its mean cost."""
    policies = [REFUND, RESHIP, *(rule for name, rule in BOOKS.items() if name not in out)]
    cases = [Case(policy.name, world, policy) for policy in policies]
    costs = yearly_costs(cases, range(500, 503), SEED).mean(axis=1)
    k = int(costs.argmin())
    return policies[k], float(costs[k])
