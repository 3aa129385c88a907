"""A decision is confirmed on fresh luck, adds up, and is the same twice."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

import pandas as pd
import pytest

from tests.experiment.tiny import roomy
from warrantysim.decision.asking import Experiments
from warrantysim.decision.decide import Decision, decide
from warrantysim.experiment.outcomes import PotentialOutcomes, SimulatedYear
from warrantysim.scenario.policy import Policy
from warrantysim.scenario.root import Scenario

SMALL = {
    "training_replications": 2,
    "selection_replications": 2,
    "confirm_replications": 3,
    "iterations": 2,
    "materiality": "1 USD",
    "bands": 4,
    "neighbours": 6,
}


@cache
def seller() -> Scenario:
    """A seller whose rule today refunds everything."""
    return roomy(120, decision=SMALL)


class Watched:
    """Experiments that remember which replications they were asked for."""

    def __init__(self, scenario: Scenario) -> None:
        self.inner = Experiments(scenario, 7, 1, None, None)
        self.learnt: set[int] = set()
        self.simulated: list[range] = []

    def potential(self, replications: range, incumbent: Policy) -> list[PotentialOutcomes]:
        self.learnt |= set(replications)
        return self.inner.potential(replications, incumbent)

    def simulate(self, policies: Sequence[Policy], replications: range) -> list[list[SimulatedYear]]:
        self.simulated.append(replications)
        return self.inner.simulate(policies, replications)


@cache
def decided() -> tuple[Decision, Watched]:
    watched = Watched(seller())
    return decide(seller(), seed=7, asked=watched), watched


def test_the_rows_and_what_they_share_add_up_to_the_whole_saving() -> None:
    decision, _ = decided()
    assert decision.table["saving"].sum() + decision.shared == pytest.approx(float(decision.saving.interval.mean))
    assert float(decision.saving.interval.mean) == pytest.approx(decision.cost_now - decision.cost)


def test_the_recommendation_never_costs_more_than_today_where_it_was_chosen() -> None:
    decision, _ = decided()
    assert decision.selected_saving >= 0
    best = min(t.cost for t in decision.tried)
    assert next(t for t in decision.tried if t.cost == best).policy.rules == decision.policy.rules


def test_training_selection_and_confirmation_share_no_replication() -> None:
    _, watched = decided()
    chosen = {r for asked in watched.simulated[:-1] for r in asked}
    fresh = set(watched.simulated[-1])
    assert watched.learnt
    assert chosen
    assert fresh
    assert not watched.learnt & chosen
    assert not fresh & (watched.learnt | chosen)


def test_the_same_question_has_the_same_answer() -> None:
    decision, _ = decided()
    # One after the other or side by side: programs in threads, replications in processes.
    again = decide(seller(), seed=7, jobs=2)
    pd.testing.assert_frame_equal(decision.table, again.table)
    assert decision.policy == again.policy
    assert decision.tried == again.tried


def test_agents_rules_cover_every_order_price_once_and_begin_at_nothing() -> None:
    decision, _ = decided()
    for _, lines in decision.agent_rules.groupby(["market", "sku", "age_from_days"]):
        starts, ends = lines["price_from"].to_numpy(), lines["price_to"].to_numpy()
        assert starts[0] == 0
        assert pd.isna(ends[-1])
        assert list(starts[1:]) == [float(e) for e in ends[:-1]]


def test_a_seller_without_anything_to_gain_is_told_so() -> None:
    decision, _ = decided()
    settled = seller().replace(policy=decision.policy)
    again = decide(settled, seed=7)
    assert abs(float(again.saving.interval.mean)) <= 0.02 * again.cost_now
