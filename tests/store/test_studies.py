"""Studies of drivers, inputs, rules, levers and faults: each kind is stored, comes back equal and is reproduced."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from tests.analysis.seller import AT_P, AT_Q, REFUND, seller
from tests.store.small import workspace
from warrantysim.analysis.cases import Case
from warrantysim.report.export import as_json
from warrantysim.schema.errors import ScenarioError
from warrantysim.store.kinds import Doing, stored_kind
from warrantysim.store.reproduce import reproduced
from warrantysim.store.results import frames_digest
from warrantysim.store.saving import save_study
from warrantysim.store.stored_run import StoredRun, file_stamps
from warrantysim.store.study import AskedQuestion
from warrantysim.studies import study_of
from warrantysim.studies.study import Stored

FEE = "partners.P.desks.main.repaired.flat"
RANGES = [
    {"path": FEE, "unit": "USD per unit", "low": 10.0, "high": 40.0, "reason": "not signed yet"},
    {"path": "partners.P.yield_share", "unit": "share", "low": 0.7, "high": 0.95, "reason": "not seen yet"},
]
BRIEF = {"days": 90, "run_in_days": 0, "run_out_days": 0}
DECISION = {"training_replications": 2, "selection_replications": 2, "bands": 4, "neighbours": 0, "iterations": 1}


def shop(**changes: Any) -> Any:
    """The small seller, uncertain of a fee and a yield, quick to decide for; a quarter of a year."""
    return seller(policy=REFUND, **({"assumptions": RANGES, "decision": DECISION, "horizon": BRIEF} | changes))


def quotes() -> list[Case]:
    """Two partners in one world."""
    world = shop()
    return [Case(policy.name, world, policy) for policy in (AT_P, AT_Q)]


STUDIES: dict[str, tuple[Any, dict[str, Any], set[str]]] = {
    "sensitivity": (quotes, {"draws": 16, "replications": 2}, {"tornado", "stability", "information"}),
    "drivers": (
        lambda: [Case("now", shop(), AT_P), Case("then", seller(p_fee=30.0, units=12.0, horizon=BRIEF), AT_P)],
        {"replications": 2},
        {"bridge"},
    ),
    "simplify": (lambda: [Case.of(shop())], {"replications": 2, "grains": [[]], "steps": [5]}, {"rules"}),
    "sweep": (lambda: quotes()[:1], {"lever": FEE, "at": [10, 30], "replications": 2}, {"positions"}),
    "faults": (lambda: quotes()[:1], {"replications": 2}, {"faults"}),
}


def asked(kind: str) -> AskedQuestion:
    """The study of a kind."""
    cases, options, _ = STUDIES[kind]
    return AskedQuestion.of(kind, cases(), seed=7, **options)


@cache
def found_of(kind: str) -> Stored:
    """What it finds."""
    return stored_kind(kind).run(asked(kind), Doing(None))


@pytest.mark.parametrize("kind", STUDIES)
def test_a_study_is_stored_comes_back_equal_and_is_reproduced(tmp_path: Path, kind: str) -> None:
    study, found = asked(kind), found_of(kind)
    run = save_study(workspace(tmp_path), study, found)
    assert type(run.found) is type(found)
    assert frames_digest(run.stored.tables) == frames_digest(found.tables) == run.results
    assert run.stored.facts == json.loads(as_json(found.facts))
    assert not (run.folder / "found").exists()
    assert STUDIES[kind][2] <= set(run.frames)
    assert all(len(run.frame(name)) for name in STUDIES[kind][2])
    assert AskedQuestion.from_tree(study.tree()).id == study.id == run.id
    assert reproduced(run).same
    assert run.damage() == ()


@pytest.mark.parametrize("kind", ["simplify", "sweep", "faults", "drivers", "sensitivity"])
def test_a_run_stored_by_an_older_version_is_answered_from_its_tables_and_reproduced(tmp_path: Path, kind: str) -> None:
    run = save_study(workspace(tmp_path), asked(kind), found_of(kind))
    told = study_of(kind).answer(run.stored, "zh")
    # It knew neither titles nor the length of its horizon, and had the digest of an object.
    fewer = {k: v for k, v in run.record.items() if k not in {"scenario_title", "policy_title", "days"}}
    (run.folder / "record.json").write_text(json.dumps(fewer), "utf-8")
    files = {**run.manifest["files"], "record.json": file_stamps(run.folder)["record.json"]}
    older = StoredRun(run.folder, {**run.manifest, "files": files, "results": "of an object"})
    assert len(study_of(kind).answer(older.stored, "zh")) == len(told)
    assert reproduced(older).same


def test_the_drivers_of_a_difference_add_up_to_it() -> None:
    found = found_of("drivers")
    assert found.facts["start"] + found.tables["bridge"]["adds"].sum() == pytest.approx(found.facts["end"])
    assert set(found.tables["bridge"]["step"]) >= {"partners", "sales"}


def test_a_dearer_fee_costs_more_at_every_step() -> None:
    run = found_of("sweep")
    low, high = run.tables["positions"]["difference"]
    assert low < 0 < high


def test_a_rule_set_by_hand_is_priced_beside_the_decided_ones() -> None:
    cases = [Case.of(shop()), Case("by hand", shop(), AT_Q)]
    study = AskedQuestion.of("simplify", cases, seed=7, replications=2, grains=[[]], steps=[5])
    found = stored_kind("simplify").run(study, Doing(None))
    assert list(found.tables["rules"]["source"]).count("by hand") == 1


@pytest.mark.parametrize(
    ("lever", "at", "error"),
    [("guide", [1.0], ValueError), ("skus[nothing].weight_kg", [1.0], ScenarioError), (FEE, [], ValueError)],
)
def test_a_lever_that_cannot_be_turned_so_is_refused(lever: str, at: list[float], error: type[Exception]) -> None:
    study = AskedQuestion.of("sweep", quotes()[:1], lever=lever, at=at)
    with pytest.raises(error):
        stored_kind("sweep").run(study, Doing(None))
