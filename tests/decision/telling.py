"""A decision at hand as its study tells it: on a terminal, as a record, as pictures."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from warrantysim.analysis.cases import Case
from warrantysim.decision.decide import Decision
from warrantysim.locale.wording import Lang
from warrantysim.present.blocks import Chart
from warrantysim.present.terminal import terminal_text
from warrantysim.report.charts.theme import Look, Picture
from warrantysim.schema.root import Scenario
from warrantysim.studies.decide import STUDY, Decided, DecideOptions
from warrantysim.studies.decide.told import Told
from warrantysim.studies.study import Stored


def stored(d: Decision, scenario: Scenario, changes: Sequence[str] = (), memory: float | None = None) -> Stored:
    """As it is stored."""
    found = Decided(d, scenario, changes=tuple(changes), memory=memory)
    return STUDY.stored(found, [Case.of(scenario)], DecideOptions(), d.seed)


def report(
    d: Decision,
    scenario: Scenario,
    lang: Lang = "en",
    width: int = 110,
    changes: Sequence[str] = (),
    memory: float | None = None,
) -> str:
    """What a terminal shows."""
    return terminal_text(Told.of(d, scenario, lang).blocks(changes, memory), width)


def record(d: Decision, scenario: Scenario, changes: Sequence[str] = (), memory: float | None = None) -> dict[str, Any]:
    """What programs read."""
    return STUDY.record(stored(d, scenario, changes, memory))


def pictures(d: Decision, scenario: Scenario, look: Look) -> dict[str, Picture]:
    """Its charts by name."""
    blocks = Told.of(d, scenario, look.lang).blocks()
    return {block.name: block.draw(look) for block in blocks if isinstance(block, Chart)}
