"""A decision is confirmed on fresh luck, adds up, and is the same twice."""

from __future__ import annotations

import weakref
from collections.abc import Collection, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from typing import Any

import numpy as np
import pandas as pd
import pytest

from tests.decision.words import contradictions
from tests.experiment.tiny import roomy
from warrantysim.decision import loop
from warrantysim.decision.asking import Experiments
from warrantysim.decision.changes import NoSuchChange, Ticks
from warrantysim.decision.decide import CONFIRMATION, SELECTION, TRAINING, Decision, decide
from warrantysim.decision.outcomes import Compared
from warrantysim.decision.training import Learned
from warrantysim.experiment.outcomes import PotentialOutcomes, SimulatedYear
from warrantysim.experiment.summary import Failure
from warrantysim.experiment.turned_scenarios import Measure
from warrantysim.experiment.uncertain import Turn
from warrantysim.journeys.model import model_of
from warrantysim.money.categories import PARTS
from warrantysim.schema.errors import ScenarioError
from warrantysim.schema.policy import Policy
from warrantysim.schema.root import Scenario

SMALL = {
    "training_replications": 2,
    "selection_replications": 2,
    "confirm_replications": 3,
    "judging_replications": 3,
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
        self.inner = Experiments(scenario, 7)
        self.learnt: set[int] = set()
        self.simulated: list[range] = []
        self.drawn: set[int] = set()

    def potential(self, replications: range, incumbent: Policy) -> list[PotentialOutcomes]:
        self.learnt |= set(replications)
        return self.inner.potential(replications, incumbent)

    def simulate(self, policies: Sequence[Policy], replications: range) -> list[list[SimulatedYear]]:
        self.simulated.append(replications)
        return self.inner.simulate(policies, replications)

    def compare(self, policies: Sequence[Policy], whole: Collection[int], replications: range) -> Compared:
        self.simulated.append(replications)
        return self.inner.compare(policies, whole, replications)

    def booked(self, policies: Sequence[Policy], replications: range) -> np.ndarray:
        self.learnt |= set(replications)
        return self.inner.booked(policies, replications)

    def turned(
        self, policies: Sequence[Policy], replications: range, turns: Sequence[Turn], measure: Measure
    ) -> Iterator[np.ndarray | Failure | ScenarioError]:
        self.drawn |= set(replications)
        return self.inner.turned(policies, replications, turns, measure)


@cache
def decided() -> tuple[Decision, Watched]:
    watched = Watched(seller())
    return decide(seller(), seed=7, asked=watched), watched


def test_parts_add_up_to_the_saving_of_every_cell_of_what_they_share_and_of_the_whole() -> None:
    decision, _ = decided()
    cells = sum(decision.table[f"part_{name}"] for name in PARTS)
    assert cells.to_numpy() == pytest.approx(decision.table["saving"].to_numpy())
    assert sum(decision.shared_parts.values()) == pytest.approx(decision.shared, abs=1e-6)
    for name in PARTS:
        taken = decision.table[decision.table["taken"]]
        whole = taken[f"part_{name}"].sum() + decision.shared_parts[name]
        assert whole == pytest.approx(float(decision.parts[name].interval.mean))
        assert (decision.table[f"part_{name}_low"] <= decision.table[f"part_{name}_high"]).all()
    total = sum(float(part.interval.mean) for part in decision.parts.values())
    assert total == pytest.approx(float(decision.saving.interval.mean))


def test_the_rows_and_what_they_share_add_up_to_the_whole_saving() -> None:
    decision, _ = decided()
    assert decision.table["saving"].sum() + decision.shared == pytest.approx(float(decision.saving.interval.mean))
    assert float(decision.saving.interval.mean) == pytest.approx(decision.cost_now - decision.cost)


def test_no_row_and_no_change_says_what_its_interval_does_not() -> None:
    decision, _ = decided()
    assert not contradictions(decision.table.to_dict("records"), decision.changes, decision.materiality)


def test_the_changes_that_are_taken_and_what_belongs_to_none_add_up_to_the_whole_saving() -> None:
    decision, _ = decided()
    taken = [change for change in decision.changes if change.taken]
    assert taken
    assert sum(change.saving for change in taken) + decision.shared == pytest.approx(
        float(decision.saving.interval.mean)
    )


def test_where_every_change_is_worth_it_the_recommendation_is_the_optimum_as_it_can_be_carried_out() -> None:
    decision, _ = decided()
    assert decision.selected_saving >= 0
    assert all(change.recommended for change in decision.changes)
    assert {rule.cell for rule in decision.full.rules} == {rule.cell for rule in decision.policy.rules}


def test_training_selection_judging_and_confirmation_share_no_replication() -> None:
    _, watched = decided()
    chosen = {r for asked in watched.simulated for r in asked if r >= SELECTION}
    fresh = {r for asked in watched.simulated for r in asked if r < SELECTION}
    judged = set(range(SELECTION + 2, SELECTION + 5))
    assert judged < chosen
    assert watched.learnt
    # What the ladder's own rows are tested on chooses too.
    assert watched.learnt & chosen == {SELECTION, SELECTION + 1}
    assert fresh == set(range(CONFIRMATION, CONFIRMATION + 3))
    assert not fresh & (watched.learnt | chosen)
    assert watched.simulated[-1] == range(CONFIRMATION, CONFIRMATION + 3)


def test_unticking_everything_gives_todays_policy_and_saves_exactly_nothing() -> None:
    decision, _ = decided()
    none = decide(seller(), seed=7, ticks=Ticks(only=()))
    assert none.policy.rules == seller().policy.rules
    found = none.saving.interval
    assert (float(found.mean), float(found.half_width), none.shared) == (0.0, 0.0, 0.0)
    assert [change.name for change in none.changes if change.recommended] == [c.name for c in decision.changes]
    assert not any(change.taken for change in none.changes)
    # What was left out keeps its price.
    assert none.changes[0].saving == pytest.approx(decision.changes[0].saving, rel=0.05)


def test_a_tick_that_names_no_change_is_refused_with_the_nearest_one() -> None:
    with pytest.raises(NoSuchChange, match="no change 'A UK'; did you mean 'A US'"):
        decide(seller(), seed=7, ticks=Ticks(without=("A UK",)))


def test_a_tick_that_can_be_no_change_is_refused_before_anything_is_simulated() -> None:
    class Nothing:
        def __getattr__(self, name: str) -> Any:
            raise AssertionError("asked for " + name)

    nothing: Any = Nothing()
    for ticks in (Ticks(without=("CBL US",)), Ticks(also=("AUS",)), Ticks(only=("",))):
        with pytest.raises(NoSuchChange, match="did you mean"):
            decide(seller(), seed=1, asked=nothing, ticks=ticks)


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


def test_what_is_found_out_of_todays_policy_while_a_solver_works_is_taken_as_it_is_and_not_asked_again() -> None:
    now, years, booked = seller().policy, range(2), range(100, 102)
    policies = [now, now.replace(name="other")]
    asked, plain = Experiments(seller(), 7, ThreadPoolExecutor(2)), Experiments(seller(), 7)
    with ThreadPoolExecutor(1) as beside:
        for one in (asked, plain):
            one.foresee(beside, "simulate", years)
            one.foresee(beside, "booked", booked)
    assert not plain.today, "nobody else works meanwhile"
    known = asked.today["simulate", years].result()[0]
    found = asked.simulate(policies, years)
    assert found[0] is known
    assert [[y.total for y in side] for side in found] == [
        [y.total for y in s] for s in plain.simulate(policies, years)
    ]
    assert (asked.booked(policies, booked) == plain.booked(policies, booked)).all()
    assert not asked.today


def test_what_was_learned_first_is_put_aside_while_more_is_learned(monkeypatch: pytest.MonkeyPatch) -> None:
    first: list[weakref.ref[Learned]] = []
    there: list[bool] = []
    real = loop.learn

    def learned(*args: Any, **named: Any) -> Learned:
        there.extend(one() is not None for one in first)
        found = real(*args, **named)
        first.append(weakref.ref(found))
        return found

    monkeypatch.setattr(loop, "learn", learned)
    spans = range(TRAINING, TRAINING + 2), range(SELECTION, SELECTION + 2)
    found = {}
    for many in (0, loop.MANY):
        monkeypatch.setattr(loop, "MANY", many)
        first.clear()
        there.clear()
        result = loop.search(model_of(seller()), Experiments(seller(), 7), *spans, lambda name: None)
        assert there == [many > 0] * len(there)
        assert there
        found[many] = result
    mine, other = found.values()
    assert mine.best == other.best
    assert mine.tried == other.tried
    assert np.array_equal(mine.learned.cost, other.learned.cost)
