"""The ladder in words: what it saves, what it costs against rules product by product, and its lines."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from warrantysim.locale.wording import Lang, period, say
from warrantysim.report import figures
from warrantysim.report.agent_rules import with_titles
from warrantysim.report.rows import rows_of
from warrantysim.report.tables import heading, wrapped

if TYPE_CHECKING:
    import pandas as pd

    from warrantysim.decision.decide import Decision
    from warrantysim.experiment.intervals import Difference
    from warrantysim.schema.root import Scenario

OWN = ("sku", "category", "symptom")
"""Keys of a row of its own."""


def ladder_frame(decision: Decision, scenario: Scenario) -> pd.DataFrame:
    """A line a zone, as `agent_rules.csv`, with what a row of its own saves by the program (``saves``) and on luck that
    did not suggest it (``held``); no rows where a decision has no ladder."""
    from warrantysim.decision.rule_table import rule_table
    from warrantysim.journeys.world import world_of

    found = decision.ladder
    table = with_titles(rule_table(found.policy if found else decision.now, world_of(scenario), fewest=False), scenario)
    gains = {tuple(sorted(step.cell.items())): (step.saves, step.held) for step in (found.steps if found else ())}
    mine = [
        gains.get(tuple(sorted((k, row[k]) for k in ("market", *OWN) if row[k])), (math.nan, math.nan))
        for row in rows_of(table)
    ]
    table["saves"], table["held"] = [saves for saves, _ in mine], [held for _, held in mine]
    return table if found else table.iloc[:0]


def ladder_sentences(decision: Decision, scenario: Scenario, lang: Lang) -> Iterator[str]:
    """What the ladder saves and costs, and how many rows of their own it has; nothing without one."""
    found = decision.ladder
    if found is None or found.saving is None or found.dearer is None:
        return
    facts = {"currency": decision.currency, "period": period(scenario.horizon.days, lang)}
    saving, dearer = found.saving.interval, found.dearer.interval
    yield say(
        "ladder.answer",
        lang,
        lines=found.lines,
        saving=figures.whole(float(saving.mean)),
        low=figures.whole(float(saving.low)),
        high=figures.whole(float(saving.high)),
        **facts,
    )
    mean, ends = float(dearer.mean), (float(dearer.low), float(dearer.high))
    if ends[0] <= 0 <= ends[1]:
        key, ends_told = "alike", [figures.signed(x) for x in ends]
    else:
        key = "dearer" if mean > 0 else "cheaper"
        ends_told = [figures.whole(x) for x in sorted(abs(x) for x in ends)]
    size = figures.whole(abs(mean))
    told = {"size": size, "difference": figures.signed(mean), "size_low": ends_told[0], "size_high": ends_told[1]}
    yield say(f"ladder.{key}", lang, **told, **facts)
    own = [step for step in found.steps if len(step.cell) > 1]
    floor = figures.whole(decision.materiality)
    yield say("ladder.exceptions" if own else "ladder.none", lang, n=len(own), floor=floor, **facts)


def ladder_lines(decision: Decision, scenario: Scenario, lang: Lang) -> list[str]:
    """Its lines in words, in the order they apply."""
    out = []
    for row in rows_of(ladder_frame(decision, scenario)):
        line = str(row[f"title_{lang}"])
        if math.isfinite(row["saves"]):
            line = say("ladder.line", lang, line=line, currency=decision.currency, saves=figures.whole(row["saves"]))
        out.append(line)
    return out


def ladder_part(decision: Decision, scenario: Scenario, lang: Lang, width: int) -> list[str]:
    """The ladder as a part of the report; empty without one."""
    said = list(ladder_sentences(decision, scenario, lang))
    if not said:
        return []
    parts = [heading(say("ladder.head", lang))]
    parts += [line for text in said for line in wrapped(text, width)]
    parts += ["", *(line for text in ladder_lines(decision, scenario, lang) for line in wrapped(f"- {text}", width))]
    return [*parts, "", *wrapped(say("ladder.behind", lang), width)]


def ladder_record(decision: Decision) -> dict[str, Any] | None:
    """The ladder as plain values; None without one."""
    found = decision.ladder
    if found is None:
        return None
    return {
        "lines": found.lines,
        "exceptions": len(found.exceptions),
        "saving": _record(found.saving),
        "dearer": _record(found.dearer),
        "rules": [
            {**step.cell, "lines": step.lines, "saves": _known(step.saves), "held": _known(step.held)}
            for step in found.steps
        ],
    }


def _record(found: Difference | None) -> dict[str, float] | None:
    if found is None:
        return None
    return {name: float(getattr(found.interval, name)) for name in ("mean", "low", "high")}


def _known(x: float) -> float | None:
    return None if math.isnan(x) else x
