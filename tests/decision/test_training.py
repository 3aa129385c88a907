"""What a decision learns from is taken in one replication after the other, and held once."""

from __future__ import annotations

import pickle
import tracemalloc
import weakref
from collections.abc import Iterator
from dataclasses import fields, is_dataclass, replace
from functools import cache
from typing import Any

import numpy as np
import pytest

from tests.experiment.tiny import SEED, roomy, sold
from tests.worlds import partner, policy_of
from warrantysim.decision.training import Candidates, Learned, build, by_cash, charged, learn
from warrantysim.experiment import potential
from warrantysim.experiment.outcomes import PotentialOutcomes
from warrantysim.experiment.simulate import run_potential
from warrantysim.journeys.model import model_of
from warrantysim.schema.root import Scenario

RESHIP = policy_of("reship")
YEARS = 6


@cache
def taught() -> tuple[Scenario, PotentialOutcomes]:
    """A seller, and what its claims of a year could have cost."""
    scenario = roomy(400)
    (found,) = run_potential(scenario, RESHIP, range(1), SEED)
    return scenario, found


def arrays(value: Any) -> Iterator[np.ndarray]:
    """All columns, at any depth."""
    if isinstance(value, np.ndarray):
        yield value
    elif is_dataclass(value):
        for field in fields(value):
            yield from arrays(getattr(value, field.name))
    elif isinstance(value, list | tuple):
        for one in value:
            yield from arrays(one)


def held(value: Any) -> int:
    """What its columns take up, those it holds twice once [bytes]."""
    return sum({id(column): column.nbytes for column in arrays(value)}.values())


def test_a_replication_is_let_go_before_the_next_is_asked_for() -> None:
    scenario, found = taught()
    before: list[weakref.ref[PotentialOutcomes]] = []

    def years() -> Iterator[PotentialOutcomes]:
        for replication in range(YEARS):
            assert all(one() is None for one in before)
            year = replace(found, replication=replication)
            before.append(weakref.ref(year))
            yield year
            del year

    assert learn(model_of(scenario), years(), cash_only=False).replications == YEARS


def test_learning_takes_little_more_than_what_was_learned() -> None:
    """All replications side by side, and then the columns made of them, would take twice as much."""
    scenario, found = taught()
    model, packed = model_of(scenario), pickle.dumps(found)
    learn(model, [found], cash_only=False)
    tracemalloc.start()
    try:
        learned = learn(model, (pickle.loads(packed) for _ in range(YEARS)), cash_only=False)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < 1.45 * held(learned)
    assert held(learned) + YEARS * held(found) > 1.7 * held(learned)


def test_learning_from_replications_one_by_one_is_learning_from_all_of_them() -> None:
    scenario, found = taught()
    model = model_of(scenario)
    listed, streamed = (learn(model, years, cash_only=False) for years in ([found] * 2, iter([found] * 2)))
    assert listed.cells == streamed.cells
    for one, other in zip(arrays(listed), arrays(streamed), strict=True):
        np.testing.assert_array_equal(one, other)


@pytest.mark.parametrize("size", [1, 7])
def test_what_is_learned_does_not_depend_by_one_bit_on_which_claims_were_looked_at_together(
    monkeypatch: pytest.MonkeyPatch, size: int
) -> None:
    scenario = roomy(
        2,
        markets={"US": {}, "DE": {}},
        sales=sold(2, "US", "DE"),
        partners={"P": partner(40), "Q": partner(40, serves=["DE"], bounce_share=0.5)},
        births={"opportunistic": {"US": [{"from": "0 USD", "share": 0.1}]}},
    )
    model = model_of(scenario)

    def program() -> tuple[Learned, Candidates]:
        learned = learn(model, run_potential(scenario, RESHIP, range(2), SEED), cash_only=False)
        return learned, build(model, learned)

    whole = list(arrays(program()))
    monkeypatch.setattr(potential, "TOGETHER", size)
    blocks = list(arrays(program()))
    assert len(whole) == len(blocks) > 50
    for one, other in zip(whole, blocks, strict=True):
        assert one.dtype == other.dtype
        assert one.tobytes() == other.tobytes()


def test_cash_alone_is_cost_without_what_is_expected() -> None:
    scenario, found = taught()
    whole, alone = (learn(model_of(scenario), [found], cash_only=cash_only) for cash_only in (False, True))
    np.testing.assert_array_equal(by_cash(whole).cost, alone.cost)
    assert by_cash(whole).waited is whole.waited


def test_cash_alone_is_known_whatever_waiting_was_charged_meanwhile() -> None:
    scenario, found = taught()
    whole, alone = (learn(model_of(scenario), [found], cash_only=cash_only) for cash_only in (False, True))
    extra = np.where(np.random.default_rng(1).random(whole.cost.shape) < 0.2, 3.7, 0.0)
    np.testing.assert_array_equal(by_cash(charged(whole, extra)).cost, alone.cost)


def test_of_what_most_claims_have_nothing_is_held() -> None:
    scenario, found = taught()
    learned = learn(model_of(scenario), [found], cash_only=False)
    assert learned.cash is not None
    assert 0 < held(learned.cash) < 0.6 * learned.cost.nbytes
    assert held(learned.pools.weak) < 0.1 * learned.cost.nbytes
