"""The page of promises: what is found is told in both languages, and its statements are handed out."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.ui.counting import confirmation
from tests.ui.opening import page, sound, words
from warrantysim.analysis.cases import Case
from warrantysim.store.kinds import stored_kind
from warrantysim.store.saving import Circumstances, Doing, save_study
from warrantysim.store.study import AskedQuestion
from warrantysim.store.workspace import Workspace


@pytest.fixture
def promised(filled: Path) -> Path:
    """A simulation's scenario, its seller named, asked for what may be promised."""
    inputs = confirmation(filled).inputs
    own = {"brand": "Lumo", "guarantor": "Lumo Ltd", "address": "Hill Road", "contact": "a@lumo.example",
           "territory": "market", "battery_capacity_share": 0.8}  # fmt: skip
    scenario = inputs.scenario.replace(promise=own)
    study = AskedQuestion.of(
        "promise", [Case("now", scenario, inputs.policies[0])], seed=inputs.seed, replications=2, check=True
    )
    save_study(
        Workspace.at(filled), study, stored_kind("promise").run(study, Doing(None)), Circumstances(label="as it is")
    )
    return filled


@pytest.mark.parametrize(("lang", "told"), [("en", "too few claims or years"), ("zh", "无法判断")])
def test_the_page_tells_whether_times_hold_and_shows_a_statement(promised: Path, lang: str, told: str) -> None:
    at = page("promise", lang)
    sound(at)
    text = words(at)
    assert told in text
    assert "Lumo Limited Warranty" in text or "Lumo 有限保修" in text
    assert {button.label for button in at.get("download_button")} >= {"HTML", "MD"}
