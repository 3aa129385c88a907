"""The first page: the answer, against what, and where to go; in both languages; with nothing there yet."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from tests.ui.opening import page, sound, words
from warrantysim.locale.wording import Lang, say
from warrantysim.present.blocks import Sentence
from warrantysim.store import runs
from warrantysim.store.workspace import Workspace
from warrantysim.studies.decide import STUDY
from warrantysim.studies.waiting import WAITING
from warrantysim.ui.home import held_longest


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_answer_stands_first(filled: Path, lang: str) -> None:
    at = page("home", lang)
    sound(at)
    assert len(at.metric) == 5
    assert ("Saving a year" if lang == "en" else "每年节省") in words(at)


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_what_each_change_saves_is_drawn_and_told(filled: Path, lang: str) -> None:
    drawn = page("home", lang).get("image")
    assert len(drawn) == 2, "one for a desk, one for a telephone"
    for shown in drawn:
        (image,) = shown.proto.imgs
        assert image.alt
        assert image.alt in words(page("home", lang)).replace("\\", "")
        assert ("save" if lang == "en" else "节省") in image.alt


def test_an_empty_workspace_offers_the_demo(empty: Path) -> None:
    at = page("home")
    sound(at)
    assert [button.label for button in at.button] == ["Fill the workspace with the demo seller"]


@pytest.mark.parametrize(("lang", "told"), [("en", "decide again to see it"), ("zh", "重新决策")])
def test_an_older_decision_says_that_it_lacks_service_by_market(filled: Path, lang: Lang, told: str) -> None:
    run = next(run for run in runs.list_runs(Workspace.at(filled)) if run.kind == "decide")
    stored = run.stored
    older = replace(stored, tables={name: frame for name, frame in stored.tables.items() if name != WAITING})
    for one, lacking in ((stored, False), (older, True)):
        said = "\n".join(block.text for block in STUDY.answer(one, lang) if isinstance(block, Sentence))
        assert (told in said) == lacking


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_longest_bar_is_explained_where_it_is_not_taken_up(filled: Path, lang: Lang) -> None:
    run = next(run for run in runs.list_runs(Workspace.at(filled)) if run.kind == "decide")
    told = STUDY.told(run.stored, lang)
    first = told.taken[0]
    assert not held_longest(told)
    slow = {"taken": False, "verdict": "HOLD", "because": "slow", "free_saving": 1e9, "saving": 0.0}
    told.__dict__["rows"] = [first | slow if row is first else row for row in told.rows]
    said = held_longest(told)
    assert told.cells.name(first) in said
    assert say("because.slow", lang) in said


def test_what_needs_attention_begins_with_customers_who_wait_longer(filled: Path) -> None:
    run = next(run for run in runs.list_runs(Workspace.at(filled)) if run.kind == "decide")
    (warning,) = STUDY.told(run.stored, "en").waits_longer()
    assert warning in words(page("home")).replace("\\", "")
