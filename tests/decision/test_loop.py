"""A policy that chokes a bench is left out, and the search goes on."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import pytest

from tests.decision.test_decide import SMALL, Watched
from tests.experiment.tiny import roomy
from warrantysim.decision import decide as deciding
from warrantysim.decision.decide import decide
from warrantysim.decision.outcomes import Compared
from warrantysim.experiment.simulate import ReplicationFailed
from warrantysim.experiment.summary import Failure
from warrantysim.schema.policy import Policy
from warrantysim.schema.root import Scenario


class Choking(Watched):
    """Experiments in which some policies choke a bench beyond its calendar, when they are first simulated."""

    def __init__(self, scenario: Scenario, names: Sequence[str]) -> None:
        super().__init__(scenario)
        self.names = tuple(names)

    def compare(self, policies: Sequence[Policy], whole: Collection[int], replications: range) -> Compared:
        """As the experiments, but for these."""
        if replications.start == deciding.SELECTION:
            for k, policy in enumerate(policies):
                if policy.name.startswith(self.names):
                    raise ReplicationFailed(Failure(k, replications[0], "BeyondCalendar", "beyond", ""))
        return super().compare(policies, whole, replications)


@pytest.mark.parametrize("names", [["round"], ["free choice", "all", "no ", "repair", "round"], [""]])
def test_policies_that_choke_a_bench_are_left_out(names: Sequence[str]) -> None:
    scenario = roomy(120, decision={**SMALL, "iterations": 4})
    found = decide(scenario, seed=7, asked=Choking(scenario, names))
    choked = {one.name for one in found.tried if one.cost == float("inf")}
    assert choked
    assert all(name.startswith(tuple(names)) for name in choked)
    assert found.optimum.name not in choked or names == [""]
