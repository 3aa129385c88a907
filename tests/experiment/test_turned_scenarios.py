"""Years in turned scenarios: what is measured, and what a process keeps of them."""

from __future__ import annotations

import gc
import weakref

import numpy as np

from tests.analysis.seller import seller
from warrantysim.experiment.levers import Lever, turned
from warrantysim.experiment.outcomes import SimulatedYear
from warrantysim.experiment.simulate import simulate
from warrantysim.experiment.turned_scenarios import measured_at
from warrantysim.experiment.uncertain import Turn
from warrantysim.schema.root import Scenario

FEE, GRACE, REVIEW, WAIT = (
    "partners.P.desks.main.repaired.flat",
    "experience.grace_days",
    "experience.waiting_share_per_day",
    "partners.P.desks.main.bench.technicians",
)


def test_a_process_keeps_nothing_of_a_turned_scenario_once_it_is_measured() -> None:
    stated, seen = seller(), list[weakref.ref[Scenario]]()
    turns: list[Turn] = [
        (*((Lever(path, "times"), 1.0 + k / 4) for path in (FEE, GRACE, REVIEW)), (Lever(WAIT), 2.0 + k))
        for k in (1, 2)
    ]

    def total(scenario: Scenario, year: SimulatedYear) -> np.ndarray:
        seen.append(weakref.ref(scenario))
        return np.array(year.total)

    found = list(measured_at(stated, [stated.policy], range(1), 1, turns, total))
    alone = [simulate(turned(stated, turn), replications=range(1), seed=1).summaries[0] for turn in turns]
    assert [float(one[0, 0]) for one in found if isinstance(one, np.ndarray)] == [one.total for one in alone]
    gc.collect()
    assert len(seen) == len(turns)
    assert all(scenario() is None for scenario in seen)
