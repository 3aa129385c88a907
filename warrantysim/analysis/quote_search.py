"""The decision search for many sets of quotes at once: what claims could have cost is learned once for all of them.

Alone, a claim costs the same at a partner whoever else could be signed. So the potential outcomes of the world with
every quote serve every set; the partners outside a set are only forbidden. Policies are simulated in the world of
their set, with its queues, from two starting points, then with what the queues of the best one cost as a charge.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import cached_property

import numpy as np

from warrantysim.decision.asking import Experiments
from warrantysim.decision.choose import Undecided, choose
from warrantysim.decision.decide import SELECTION, TRAINING
from warrantysim.decision.loop import objective, queue_days, variants, waiting_charge
from warrantysim.decision.policies import draw
from warrantysim.decision.problem import Problem
from warrantysim.decision.training import Candidates, Learned, build, charged, learn
from warrantysim.experiment.outcomes import SimulatedYear
from warrantysim.experiment.simulate import ReplicationFailed
from warrantysim.journeys.operational_clock import BeyondCalendar
from warrantysim.journeys.world import world_of
from warrantysim.schema.policy import Policy
from warrantysim.schema.root import Scenario

STARTS = ("free choice", "no return to China")
"""Starting points of the search, as the decision names them."""
Years = Sequence[SimulatedYear]


class OfferSearch:
    """Decides for worlds that differ from one only in the quotes left out."""

    def __init__(self, world: Scenario, seed: int, *, jobs: int = 1, backend: str | None = None) -> None:
        self.world, self.seed, self.jobs, self.backend = world, seed, jobs, backend

    @cached_property
    def learned(self) -> Learned:
        """Potential outcomes of the world with every quote, under today's rule."""
        d = self.world.decision
        training = range(TRAINING, TRAINING + d.training_replications)
        outcomes = self._asked(self.world).potential(training, self.world.policy)
        return learn(world_of(self.world), outcomes, cash_only=d.cash_only)

    @cached_property
    def candidates(self) -> Candidates:
        """Their program."""
        return build(world_of(self.world), self.learned)

    def __call__(self, small: Scenario, out: Sequence[str]) -> tuple[Policy, float]:
        """The best rules found for a world without the quotes ``out``, and what is minimised on the selecting
        replications [reporting currency over the horizon].

        Raises
        ------
        Undecided
            If the constraints conflict.
        """
        forbidden = np.isin([arm.partner for arm in self.learned.arms], list(out))
        policies = [small.policy]
        plans: list[np.ndarray] = []
        # What is best with fewer choices is where the search with all of them begins.
        for name, problem in reversed(self._starts(self.candidates.problem, forbidden).items()):
            try:
                policies.append(self._drawn(self.learned, self.candidates, problem, name, plans))
            except Undecided:
                if name == STARTS[0]:
                    raise
        tried = list(zip(policies, self._simulated(small, policies), strict=True))
        world = world_of(small)
        for _ in range(min(1, self.world.decision.iterations - 1)):
            best, years = min(tried, key=lambda one: objective(world, one[1]))
            extra = waiting_charge(world_of(self.world), self.learned, queue_days(years))
            with_queues = charged(self.learned, extra)
            candidates = build(world_of(self.world), with_queues)
            problem = self._starts(candidates.problem, forbidden)[STARTS[0]]
            policy = self._drawn(with_queues, candidates, problem, "after queues", plans)
            if policy.rules != best.rules:
                tried.append((policy, self._simulated(small, [policy])[0]))
        costs = [objective(world, years) for _, years in tried]
        k = int(np.argmin(costs))
        return tried[k][0], costs[k]

    def _starts(self, problem: Problem, forbidden: np.ndarray) -> dict[str, Problem]:
        allowed = problem.allowed & ~forbidden
        allowed[:, 0] = True
        found = variants(replace(problem, allowed=allowed), world_of(self.world), self.learned.arms)
        return {name: found[name] for name in STARTS if name in found}

    def _drawn(
        self, learned: Learned, candidates: Candidates, problem: Problem, name: str, plans: list[np.ndarray]
    ) -> Policy:
        """The policy that is best for a problem; its plan joins ``plans``, with which the solver begins."""
        d = self.world.decision
        choice = choose(problem, gap=d.gap, node_limit=d.node_limit, time_limit=d.time_limit_s, starts=plans)
        plans.append(choice.plan)
        return draw(world_of(self.world), learned, candidates, choice.plan, choice.prices, name).policy

    def _asked(self, world: Scenario) -> Experiments:
        return Experiments(world, self.seed, self.jobs, self.backend, None)

    def _simulated(self, small: Scenario, policies: Sequence[Policy]) -> list[Years]:
        """Years of each policy; none for one that chokes a bench beyond the end of its calendar."""
        d = self.world.decision
        span = range(SELECTION, SELECTION + d.selection_replications)
        try:
            return list(self._asked(small).simulate(policies, span))
        except ReplicationFailed as broken:
            if len(policies) > 1:
                return [self._simulated(small, [policy])[0] for policy in policies]
            if broken.failure.kind != BeyondCalendar.__name__:
                raise
            return [[]]
