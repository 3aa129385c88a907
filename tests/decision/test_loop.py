"""How often all claims are learned anew under the best policy so far."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import count
from typing import Any

import pytest

from tests.decision.congested import random_world
from warrantysim.decision import loop
from warrantysim.decision.asking import Experiments
from warrantysim.decision.loop import search
from warrantysim.journeys.model import model_of

TODAY, BEST = 120.0, 100.0


@pytest.mark.parametrize(
    ("rounds", "learned"),
    [
        ((99.95,), 2),  # Less than the gap of 0.1 %.
        ((99.0,), 2),  # A twentieth of what the starting point saved: the next is expected to save a twentieth of 1.
        ((95.0, 94.5), 3),  # A quarter, so that the next may save 1.25; then a tenth of 0.5.
        ((95.0, 91.0, 90.99), 4),
    ],
)
def test_claims_are_learned_anew_while_the_next_round_is_expected_to_save_the_gap(
    monkeypatch: pytest.MonkeyPatch, rounds: Sequence[float], learned: int
) -> None:
    """What rounds save falls like a geometric series, which the last two of them tell."""
    s = random_world(1)
    s = s.replace(decision=s.decision.replace(training_replications=1, iterations=9, gap=0.001))
    costs, times, plain = iter([TODAY, *(BEST + k for k in range(9))]), count(), loop.learn

    def learn(*given: Any, **named: Any) -> Any:
        next(times)
        return plain(*given, **named)

    def told(stage: str) -> None:
        nonlocal costs
        if stage == "simulate" and next(simulated):
            costs = iter([rounds[next(asked)]])

    simulated, asked = count(), count()
    monkeypatch.setattr(loop, "learn", learn)
    monkeypatch.setattr(loop, "objective", lambda model, years: next(costs))
    found = search(model_of(s), Experiments(s, 1), range(1), range(1, 2), told)
    assert [tried.cost for tried in found.tried][-len(rounds) :] == list(rounds)
    assert next(times) == learned
