"""What was stored before studies were tables and facts is shown, whatever classes are called today."""

from __future__ import annotations

import tarfile
from pathlib import Path

import pytest

from warrantysim.locale.wording import LANGUAGES
from warrantysim.present.blocks import Sentence
from warrantysim.present.terminal import flat, terminal_text
from warrantysim.store.runs import damaged, list_runs
from warrantysim.store.stored_run import StoredRun
from warrantysim.store.workspace import Workspace
from warrantysim.studies import ALL, study_of
from warrantysim.version import MODEL

SAMPLE = Path(__file__).with_name("data") / "layout-2.tar.xz"
"""A workspace with a run of every kind there was, as it was left when each was stored as an object."""
LATER = {"reserve", "forecast", "fit", "books", "promise", "month_end"}
"""Studies that came after it."""


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """The workspace, opened."""
    folder = tmp_path_factory.mktemp("older")
    with tarfile.open(SAMPLE) as packed:
        packed.extractall(folder, filter="data")
    return Workspace.at(folder / "layout-2")


@pytest.fixture(scope="module")
def older(home: Workspace) -> list[StoredRun]:
    """Its runs."""
    return list_runs(home)


def test_the_sample_holds_every_kind_and_is_sound(home: Workspace, older: list[StoredRun]) -> None:
    assert {run.kind for run in older} >= ALL - LATER
    assert damaged(home) == ()


def test_every_run_of_before_is_told_in_both_languages(older: list[StoredRun]) -> None:
    for run in (run for run in older if run.kind in ALL):
        study = study_of(run.kind)
        for lang in LANGUAGES:
            blocks = study.answer(run.stored, lang)
            assert [block for block in flat(blocks) if isinstance(block, Sentence)], run.kind
            assert terminal_text(blocks, 110), run.kind
        assert study.choices(run.stored, "en") is not None
        assert run.stored.facts["version"], f"{run.kind} does not say of which version it is"


def test_runs_of_before_are_another_models(older: list[StoredRun]) -> None:
    assert not [run for run in older if run.version == str(MODEL)]
    assert all(run.asked.today().id != run.id for run in older)
