"""What a study found comes back as it was, and nothing but figures comes back."""

from __future__ import annotations

import json
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any, cast

import numpy as np
import pandas as pd
import pytest

from tests.analysis.seller import AT_P, AT_Q, seller
from tests.experiment.tiny import roomy
from tests.store.small import workspace
from warrantysim.analysis.cases import Case
from warrantysim.locale.wording import LANGUAGES
from warrantysim.money.categories import Category
from warrantysim.present.terminal import terminal_text
from warrantysim.store.kinds import Doing, stored_kind
from warrantysim.store.objects import COLUMNS, TREE, NotStorable, read_object, taken_apart
from warrantysim.store.reproduce import reproduced
from warrantysim.store.results import frames_digest
from warrantysim.store.runs import list_runs
from warrantysim.store.saving import save_study
from warrantysim.store.stored_run import StoredRun, file_stamps
from warrantysim.store.study import AskedQuestion
from warrantysim.studies.decide import STUDY, decision_of, facts_of
from warrantysim.studies.decide.files import decision_frames
from warrantysim.studies.study import Stored
from warrantysim.studies.waiting import WAITING

DECISION = {
    "training_replications": 2,
    "selection_replications": 2,
    "confirm_replications": 3,
    "judging_replications": 3,
    "bands": 4,
    "neighbours": 0,
}
QUOTES = (Case.of(seller(), AT_P, "P"), Case.of(seller(), AT_Q, "Q"))
STUDIES: dict[str, tuple[Any, dict[str, Any]]] = {
    "compare": (QUOTES, {"replications": 3}),
    "select": (QUOTES, {"within": 1e6, "first": 3, "replications": 6}),
    "breakeven": (QUOTES, {"lever": {"path": "sales[*,*,*].units_per_month", "how": "times"}, "low": 0.9, "high": 1.1}),
    "switching": (
        QUOTES,
        {
            "x": {"path": "sales[*,*,*].units_per_month", "how": "times", "low": 0.9, "high": 1.1},
            "y": {"path": "partners.P.desks.main.repaired.flat", "low": 18.0, "high": 25.0},
            "steps": 2,
            "replications": 2,
        },
    ),
}


def write_object(value: Any, folder: Path) -> None:
    """An object as studies were stored before they were tables."""
    tree, columns = taken_apart(value)
    (folder / TREE).write_text(json.dumps(tree, ensure_ascii=False, allow_nan=False), "utf-8")
    np.savez_compressed(folder / COLUMNS, allow_pickle=False, **cast(Any, columns))


def back(value: Any, folder: Path) -> Any:
    """A value written and read."""
    folder.mkdir(exist_ok=True)
    write_object(value, folder)
    return read_object(folder)


@cache
def decided() -> tuple[AskedQuestion, Any]:
    """A decision and what it was asked."""
    limits = DECISION | {"iterations": 1, "materiality": "1 USD"}
    study = AskedQuestion.of("decide", roomy(100, decision=limits, horizon={"days": 180}))
    return study, stored_kind("decide").run(study, Doing(None))


def test_a_decision_comes_back_as_it_was(tmp_path: Path) -> None:
    study, stored = decided()
    run = save_study(workspace(tmp_path), study, stored)
    assert not (run.folder / "found").exists()
    found = decision_of(stored)
    for again in (run.found, back(found, tmp_path / "object")):
        assert facts_of(again) == facts_of(found) == stored.facts["state"]
        assert again.policy == found.policy
        for name, frame in decision_frames(again, study.scenario).items():
            pd.testing.assert_frame_equal(frame, stored.tables[name])


def test_a_decision_stored_as_an_object_is_shown_and_reproduced(tmp_path: Path) -> None:
    study, stored = decided()
    run = save_study(workspace(tmp_path), study, stored)
    # As the version before wrote it: an object beside its tables, and a record without what it is made of.
    (run.folder / "found").mkdir()
    write_object(run.found, run.folder / "found")
    record = {name: value for name, value in run.record.items() if name not in {"state", "words", "changed"}}
    (run.folder / "record.json").write_text(json.dumps(record), "utf-8")
    files = file_stamps(run.folder)
    older = StoredRun(run.folder, {**run.manifest, "files": files, "results": "of an object"})
    assert facts_of(older.found) == facts_of(run.found)
    # How long customers wait was counted later.
    known = Stored({name: frame for name, frame in run.stored.tables.items() if name != WAITING}, run.stored.facts)
    for lang in LANGUAGES:
        told = [terminal_text(STUDY.answer(one, lang), 110).split("\n") for one in (known, older.stored)]
        # Where the time went is that of the run, the provenance that of today.
        assert told[0] == told[1]
    assert reproduced(older).same


def test_a_stored_decision_names_the_stored_run_that_confirmed_it(tmp_path: Path) -> None:
    home = workspace(tmp_path)
    study, plain = decided()
    doing = Doing(home)
    found = stored_kind("decide").run(study, doing)
    run = save_study(home, study, found, doing=doing)
    assert frames_digest(found.tables) == frames_digest(plain.tables) == run.results
    confirmed = next(r for r in list_runs(home) if r.id == run.record["confirmation"])
    saved = confirmed.result.savings((), "recommended")["saving"].iloc[0]
    assert saved == pytest.approx(float(run.found.saving.interval.mean))
    assert list(home.parts.iterdir()) == []
    assert reproduced(run).same


@pytest.mark.parametrize("kind", STUDIES)
def test_every_study_is_stored_and_comes_back(tmp_path: Path, kind: str) -> None:
    cases, options = STUDIES[kind]
    study = AskedQuestion.of(kind, cases, seed=7, **({"replications": 2} if kind == "breakeven" else {}) | options)
    found = stored_kind(kind).run(study, Doing(None))
    run = save_study(workspace(tmp_path), study, found)
    assert frames_digest(run.stored.tables) == frames_digest(found.tables) == run.results
    assert run.frames
    assert all(len(run.frame(name).columns) for name in run.frames)
    assert run.record
    assert run.damage() == ()


def test_values_of_every_sort_come_back(tmp_path: Path) -> None:
    frame = pd.DataFrame({"a": [1.5, np.nan], "zones": [(1, "x"), ()], "n": [1, 2], "yes": [True, False]})
    value = {"inf": np.inf, "tuple": (1, 2.5, None), "map": {(1, "a"): Category.REFUND}, "frame": frame, "中文": "退款"}
    again = back(value, tmp_path)
    pd.testing.assert_frame_equal(again.pop("frame"), value.pop("frame"))
    assert again == value


@pytest.mark.parametrize(
    "name", ["os:system", "warrantysim.cli:main", "warrantysim.store.objects:Path", "warrantysim.store.jobs:Jobs.get"]
)
def test_a_file_cannot_name_anything_but_figures(tmp_path: Path, name: str) -> None:
    write_object({}, tmp_path)
    (tmp_path / TREE).write_text(json.dumps({"@": "object", "class": name, "fields": {}, "number": 0}), "utf-8")
    with pytest.raises(NotStorable):
        read_object(tmp_path)


def test_what_cannot_be_read_back_is_not_written(tmp_path: Path) -> None:
    with pytest.raises(NotStorable, match="cannot be written"):
        taken_apart(Path())


def test_a_decision_whose_table_lacks_columns_of_today_is_told() -> None:
    study, stored = decided()
    found = decision_of(stored)
    older = replace(found, table=found.table.drop(columns=["weakest", "explained"]))
    assert terminal_text(STUDY.answer(STUDY.upgraded(lambda: older, study.cases, study.seed), "en"), 110)
