"""Who changed which figure, when and why; which runs rest on a version; what is pinned."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.experiment.tiny import plain
from tests.store.small import jobs, worked_here, workspace
from warrantysim.schema.root import Scenario
from warrantysim.store import runs
from warrantysim.store.inputs import Inputs
from warrantysim.store.pins import pin, pinned
from warrantysim.store.scenarios import ancestry, keep_scenario, last_changed, lineage, worlds_of
from warrantysim.store.study import AskedQuestion
from warrantysim.store.versions import NoSuchVersion


def patient(days: float) -> Scenario:
    return plain().replace(experience=plain().experience.replace(grace_days=days))


def priced() -> Scenario:
    dearer = patient(3.0)
    return dearer.replace(skus=[row.replace(weight_kg=row.weight_kg * 2) for row in dearer.skus])


def shipped(name: str) -> Scenario | None:
    return plain() if name == "base" else None


def test_every_change_has_the_version_that_made_it_last(tmp_path: Path) -> None:
    home = workspace(tmp_path)
    first = keep_scenario(home, "mine", patient(3.0), parent="base", why="a survey", who="Li")
    second = keep_scenario(home, "mine", priced(), parent=first.ref, why="weighed again", who="Wu")
    steps = ancestry(home, second.ref, shipped)
    assert [(step.version.ref, step.version.who) for step in steps] == [("mine@2", "Wu"), ("mine@1", "Li")]
    last = last_changed(steps)
    assert last["experience.grace_days"].note == "a survey"
    assert last["experience"].who == "Li"
    assert last["skus"].ref == "mine@2"
    assert "sales" not in last


def test_a_parent_that_is_gone_ends_the_line(tmp_path: Path) -> None:
    home = workspace(tmp_path)
    kept = keep_scenario(home, "mine", patient(3.0), parent="theirs@7", who="Li")
    assert lineage(home, kept.ref) == ([kept], "theirs@7")
    assert ancestry(home, kept.ref, shipped)[0].changes == ()
    with pytest.raises(NoSuchVersion):
        lineage(home, "nobody@1")


def test_a_run_rests_on_each_of_its_worlds(tmp_path: Path) -> None:
    crew, home = jobs(tmp_path), workspace(tmp_path)
    kept = keep_scenario(home, "mine", patient(3.0).replace(name="mine"), parent="base")
    with worked_here():
        alone = crew.submit(Inputs.of(plain(), replications=2))
        both = crew.submit(AskedQuestion.of("compare", [plain(), patient(3.0).replace(name="mine")], replications=2))
    assert (alone.state, both.state) == ("finished", "finished")
    first, second = (runs.find_run(home, str(job.result)) for job in (alone, both))
    assert [name for name, _ in worlds_of(first)] == [plain().name]
    assert kept.digest in [digest for _, digest in worlds_of(second)]
    assert kept.digest not in [digest for _, digest in worlds_of(first)]


def test_pins_are_a_list_without_doubles_and_its_past_stays(tmp_path: Path) -> None:
    home = workspace(tmp_path)
    assert pinned(home) == ()
    assert pin(home, ["a", "b@2", "a"], who="Li") == ("a", "b@2")
    assert pinned(home) == ("a", "b@2")
    assert pin(home, []) == ()
    assert pinned(home) == ()
