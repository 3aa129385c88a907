"""A workspace and runs small enough to ask for by the dozen."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

import pytest

from tests.experiment.tiny import SEED, plain, roomy
from tests.worlds import policy_of
from warrantysim.experiment.result import Result
from warrantysim.experiment.simulate import simulate
from warrantysim.schema.policy import Policy
from warrantysim.schema.root import Scenario
from warrantysim.store.inputs import Inputs
from warrantysim.store.jobs import Jobs
from warrantysim.store.worker import Worker
from warrantysim.store.workspace import Workspace

RESHIP = policy_of("reship", name="reship")
LIMIT = 2
"""Jobs that work at once in tests."""


def workspace(folder: Path) -> Workspace:
    """A workspace of its own."""
    return Workspace.at(folder / "workspace")


def jobs(folder: Path, limit: int = LIMIT) -> Jobs:
    """Its jobs."""
    return Jobs(workspace(folder), limit)


def asked(replications: int = 3, policies: tuple[Policy, ...] = (), seed: int = SEED) -> Inputs:
    """A simulation of the small world as it stands, a hundredth of a second a replication."""
    return Inputs.of(plain(), (plain().policy, *policies), replications=replications, seed=seed)


RESULTS: dict[str, Result] = {}
"""What has been simulated, by the id of its inputs."""


def simulated(inputs: Inputs) -> Result:
    """What inputs come to, simulated once: results are never changed."""
    if inputs.id not in RESULTS:
        RESULTS[inputs.id] = simulate(
            inputs.scenario, inputs.policies, replications=inputs.plan.range, seed=inputs.seed
        )
    return RESULTS[inputs.id]


@cache
def slow() -> Scenario:
    """A world whose replications take about a tenth of a second, so that a run can be met in its midst."""
    return roomy(3000)


def long_run(replications: int = 400, seed: int = SEED) -> Inputs:
    """A run that takes half a minute: nobody waits for its end."""
    return Inputs.of(slow(), replications=replications, seed=seed)


@contextmanager
def worked_here() -> Iterator[None]:
    """Within, the work of a job is done by who asks for it, at once: no interpreter is started for it."""

    def work(_: str, arguments: list[str], log: Path, job: str) -> int:
        Worker(Jobs(Workspace.at(log.parents[2])), job, arguments[-1]).work()
        return os.getpid()

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("warrantysim.store.jobs.detached", work)
        yield
