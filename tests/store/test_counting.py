"""A stored simulation's years are counted again on request: the same luck, another look."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

from tests.experiment.tiny import SEED
from tests.store.small import RESHIP, asked, jobs, worked_here, workspace
from warrantysim.analysis.cases import Case
from warrantysim.analysis.fault_worth import fault_worth
from warrantysim.experiment.simulate import simulate
from warrantysim.experiment.summary import Failure
from warrantysim.store.counting import MOST, counting
from warrantysim.store.inputs import Asked, Inputs
from warrantysim.store.kinds import Doing, stored_kind
from warrantysim.store.runs import find
from warrantysim.store.saving import save
from warrantysim.store.stored_run import OtherKind, StoredRun
from warrantysim.store.study import AskedQuestion


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("counted")


@pytest.fixture(scope="module")
def simulated(folder: Path) -> StoredRun:
    """A simulation of two rules, and both ways of counting it, done as jobs."""
    return done(folder, asked(policies=(RESHIP,)))


def done(folder: Path, asked: Asked) -> StoredRun:
    work = jobs(folder)
    with worked_here():
        job = work.submit(asked)
    assert job.state == "finished", work.log(job.id)
    found = find(work.workspace, job.result or "")
    assert found is not None
    return found


def test_counting_asks_for_the_same_world_rules_and_luck(simulated: StoredRun) -> None:
    study = counting("quality", simulated)
    assert study.seed == simulated.inputs.seed
    assert [case.name for case in study.cases] == simulated.manifest["policies"]
    assert dict(study.options) == {"replications": 3, "first": 0, "of": simulated.id}


def test_rules_can_be_chosen_and_named(simulated: StoredRun) -> None:
    study = counting("operations", simulated, {"reship": "another"})
    assert [case.name for case in study.cases] == ["another"]
    assert study.cases[0].policy == simulated.inputs.policies[1]


def test_claims_counted_cost_what_the_simulation_says(folder: Path, simulated: StoredRun) -> None:
    claims = done(folder, counting("quality", simulated)).frame("claims")
    for k, name in enumerate(simulated.manifest["policies"]):
        years = [s.year for s in simulated.result.of(k)]
        booked = sum(float((year.cash + year.expected).sum()) for year in years)
        assert claims[claims["case"] == name]["cost"].sum() == pytest.approx(booked)


def test_the_worth_of_a_point_is_that_of_the_analysis(folder: Path, simulated: StoredRun) -> None:
    stored = done(folder, counting("quality", simulated)).frame("worth")
    inputs = simulated.inputs
    alone = fault_worth(Case.of(inputs.scenario, inputs.policies[0]), range(3), inputs.seed).table()
    own = stored[stored["case"] == simulated.manifest["policies"][0]]
    assert own["fault"].tolist() == alone["fault"].tolist()
    for name in ("claims", "cost", "worth", "low", "high"):
        assert own[name].to_numpy() == pytest.approx(alone[name].to_numpy())


def test_operations_are_stored_as_tables_with_names(folder: Path, simulated: StoredRun) -> None:
    run = done(folder, counting("operations", simulated))
    assert set(run.frames) >= {"open_claims", "promises", "queues", "journeys", "benches", "benches_year"}
    assert set(run.frame("journeys")["market"]) == {"US"}
    assert run.manifest["options"]["of"] == simulated.id
    assert run.record["replications"] == 3
    for name in ("benches", "benches_year"):
        own = simulated.frame(name).rename(columns={"policy": "case"})
        pd.testing.assert_frame_equal(run.frame(name)[own.columns], own)


def test_replications_that_broke_are_not_counted(folder: Path) -> None:
    inputs = Inputs.of(asked().scenario, replications=3, seed=SEED + 1)
    result = simulate(inputs.scenario, replications=3, seed=inputs.seed)
    broken = [s if s.replication != 1 else Failure(0, 1, "ValueError", "broke", "") for s in result.summaries]
    kept = replace(
        result,
        summaries=tuple(s for s in broken if not isinstance(s, Failure)),
        failures=tuple(f for f in broken if isinstance(f, Failure)),
    )
    run = save(workspace(folder), inputs, kept)
    assert counting("quality", run).options["replications"] == 1


def test_a_study_is_no_simulation_to_count(folder: Path, simulated: StoredRun) -> None:
    with pytest.raises(OtherKind):
        counting("quality", done(folder, counting("quality", simulated)))


def test_rules_of_different_worlds_are_refused(simulated: StoredRun) -> None:
    world = simulated.inputs.scenario
    other = world.replace(name="other", plan=world.plan.replace(replications=MOST))
    study = AskedQuestion.of("operations", [Case.of(world, name="a"), Case.of(other, name="b")])
    with pytest.raises(ValueError, match="rules of one world"):
        stored_kind("operations").run(study, Doing(None))
