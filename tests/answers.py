"""A study's answer as a terminal shows it, made of what is stored, for tests that read it."""

from __future__ import annotations

from typing import Any

from warrantysim.analysis.cases import Case
from warrantysim.locale.wording import Lang
from warrantysim.present.blocks import Chart
from warrantysim.present.terminal import terminal_text
from warrantysim.report.charts.theme import Look, Picture
from warrantysim.studies import study_of
from warrantysim.studies.study import Stored


def stored(name: str, found: Any, case: Case) -> Stored:
    """What is stored of a study about one case."""
    ask = study_of(name).options({"lever": "guide"} if name == "sweep" else {})
    return study_of(name).stored(found, [case], ask, case.scenario.plan.seed)


def told(name: str, found: Any, case: Case, lang: Lang = "en") -> str:
    """The answer as a terminal shows it."""
    return terminal_text(study_of(name).answer(stored(name, found, case), lang), 110)


def drawn(name: str, found: Any, case: Case, lang: Lang = "en") -> dict[str, Picture]:
    """The answer's charts by name."""
    blocks = study_of(name).answer(stored(name, found, case), lang)
    return {block.name: block.draw(Look(lang)) for block in blocks if isinstance(block, Chart)}
