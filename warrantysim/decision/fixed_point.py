"""What the program says of a policy at its own fixed point: learned under that policy, so that all that follows from a
claim meets it too."""

from __future__ import annotations

from collections.abc import Sequence

from warrantysim.decision.forecast import forecast
from warrantysim.decision.loop import Found
from warrantysim.decision.outcomes import World as Asked
from warrantysim.decision.training import build, learn
from warrantysim.experiment.outcomes import PotentialOutcomes
from warrantysim.journeys.world import World
from warrantysim.schema.policy import Policy


def predicted(
    world: World, asked: Asked, training: range, found: Found, policy: Policy
) -> tuple[float, Sequence[PotentialOutcomes]]:
    """Cost of a mean training year by the program, without queues, of the claims a rule is asked about; and what the
    training replications said under the policy.

    Known where the search has learned under it; else they are asked once more, and given with the cost [reporting
    currency].
    """
    for known, cost in found.at_home:
        if known.rules == policy.rules:
            return cost, ()
    outcomes = asked.potential(training, policy)
    learned = learn(world, outcomes, cash_only=world.scenario.decision.cash_only)
    return forecast(world, learned, build(world, learned).problem, policy), outcomes
