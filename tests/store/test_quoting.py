"""A study of quotes is stored with its details, comes back as it was, repeats, and can be stopped and kept."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path

import pandas as pd
import pytest

from tests.analysis.quote_worlds import quoted
from tests.store.small import jobs as jobs_in
from tests.store.small import worked_here, workspace
from warrantysim.experiment.pace import Cancelled
from warrantysim.schema.policy import Policy
from warrantysim.store.inputs import validated_model
from warrantysim.store.kinds import Doing, stored_kind
from warrantysim.store.reproduce import reproduced
from warrantysim.store.results import frames_digest
from warrantysim.store.runs import find_run
from warrantysim.store.saving import save_study
from warrantysim.store.stored_run import StoredRun, file_stamps
from warrantysim.store.study import AskedQuestion
from warrantysim.studies.study import Stored


def asked(**options: object) -> AskedQuestion:
    """P and Q of a small seller, on few years."""
    return AskedQuestion.of(
        "quotes", quoted(horizon={"days": 150}), seed=7, **({"replications": 3, "within": 500.0} | options)
    )


TOLD: list[tuple[str, int, int]] = []
"""Progress of the study of `studied`."""


@cache
def studied() -> tuple[AskedQuestion, Stored]:
    """What was asked, and found."""
    return asked(), stored_kind("quotes").run(asked(), Doing(None, progress=lambda *step: TOLD.append(step)))


def test_a_study_of_quotes_comes_back_as_it_was(tmp_path: Path) -> None:
    study, found = studied()
    run = save_study(workspace(tmp_path), study, found)
    assert frames_digest(run.stored.tables) == frames_digest(found.tables) == run.results
    pd.testing.assert_frame_equal(run.stored.tables["ranking"], found.tables["ranking"])
    assert set(run.frames) == set(found.tables) >= {"ranking", "values", "work", "good_units", "statements", "terms"}
    assert run.record["sign"] == found.facts["sign"]
    assert run.record["guarantee"]["within"] == 500.0


def test_a_study_of_before_is_shown_though_the_class_of_its_object_is_gone(tmp_path: Path) -> None:
    study, found = studied()
    run = save_study(workspace(tmp_path), study, found)
    (run.folder / "found").mkdir()
    gone = {"@": "object", "class": "warrantysim.analysis.quotes:QuoteFindings", "fields": {}}
    (run.folder / "found" / "found.json").write_text(json.dumps(gone))
    manifest = {name: value for name, value in run.manifest.items() if name != "tables"}
    older = StoredRun(run.folder, {**manifest, "files": file_stamps(run.folder)})
    assert set(older.stored.tables) == set(found.tables)
    assert older.stored.facts["sign"] == found.facts["sign"]


def test_running_it_again_gives_the_same_digest(tmp_path: Path) -> None:
    study, found = studied()
    assert reproduced(save_study(workspace(tmp_path), study, found)).same


def test_the_rules_of_every_set_come_back_as_they_were_decided(tmp_path: Path) -> None:
    study, found = studied()
    run = save_study(workspace(tmp_path), study, found)
    assert run.stored.facts["rules"] == found.facts["rules"]
    for rule in run.stored.facts["rules"]:
        assert validated_model(Policy, rule["policy"]).name
        assert set(rule["signs"]) <= {"P", "Q"}
    assert found.facts["sign"] in [rule["signs"] for rule in found.facts["rules"]]


def test_only_the_chosen_quotes_are_studied() -> None:
    found = stored_kind("quotes").run(asked(quotes=["P"]), Doing(None))
    assert list(found.facts["quotes"]) == ["P"]
    assert len(found.tables["ranking"]) == 2


def test_a_quote_nobody_made_is_refused() -> None:
    with pytest.raises(ValueError, match="no quote 'nobody'"):
        stored_kind("quotes").run(asked(quotes=["nobody"]), Doing(None))


def test_it_tells_how_far_it_is_and_stops_when_asked_to() -> None:
    studied()
    assert list(dict.fromkeys(stage for stage, _, _ in TOLD)) == ["offers", "confirm", "details"]
    assert all(done <= total for _, done, total in TOLD)
    with pytest.raises(Cancelled):
        stored_kind("quotes").run(asked(), Doing(None, cancel=lambda: True))


def test_stopped_in_its_midst_it_says_so() -> None:
    begun: list[str] = []
    doing = Doing(None, progress=lambda stage, *_: begun.append(stage), cancel=lambda: "confirm" in begun)
    found = stored_kind("quotes").run(asked(), doing)
    assert found.cancelled
    assert "statements" not in found.tables
    assert len(found.tables["ranking"]) == 4


def test_it_is_a_job_like_any_other(tmp_path: Path) -> None:
    jobs = jobs_in(tmp_path)
    with worked_here():
        ended = jobs.submit(asked(), label="P and Q")
    assert ended.state == "finished", jobs.log(ended.id)
    assert ended.result is not None
    run = find_run(jobs.workspace, ended.result)
    assert (run.kind, run.results) == ("quotes", frames_digest(studied()[1].tables))
