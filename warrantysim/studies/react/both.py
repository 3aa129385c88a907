"""A what-if under the rule that is kept and under the one decided for it: both judged on fresh replications, and told.

The difference is the value of reacting. With the baseline beside them, the what-if's whole effect splits into what
happens to us (rule kept) and what we can do about it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from warrantysim.analysis.cases import FRESH, Case, comparable_cases, yearly_costs
from warrantysim.analysis.pairs import paired_columns
from warrantysim.experiment.pace import Cancelled
from warrantysim.locale.wording import Lang, named
from warrantysim.present.blocks import Block, Chart, Sentence, TableOf
from warrantysim.report.rows import rows_of
from warrantysim.report.verdicts import sizes, verdict
from warrantysim.schema.policy import Policy
from warrantysim.schema.root import Scenario
from warrantysim.studies.study import Say, Stored, Work

if TYPE_CHECKING:
    import pandas as pd

    from warrantysim.report.charts.theme import Look, Picture

KIND = "react"
"""The study these are of, the group of its texts."""
READINGS = ("policy kept", "re-optimised", "value of reacting")
"""The what-if less the baseline under the rule that is kept, the same after reacting, and the first less the second,
above 0 where reacting pays."""
Decide = Callable[[Scenario], Policy]
"""Decides the rule for a scenario."""


def react(base: Case, what_if: Case, replications: range, work: Work, decide: Decide | None = None) -> pd.DataFrame:
    """Simulate a what-if under the rule of the baseline and under the one decided for it.

    ``decide``: `warrantysim.decision.decide.decide` where not given.

    Returns
    -------
    A row for each of `READINGS`: case, reading, then the columns of `paired_columns`.

    Raises
    ------
    Cancelled
        If it was stopped between two steps.
    ReplicationFailed
        If a run broke.
    """
    import pandas as pd

    new = decide(what_if.scenario) if decide is not None else _decided(what_if.scenario, work)
    kept, reacted = Case(READINGS[0], what_if.scenario, base.policy), Case(READINGS[1], what_if.scenario, new)
    cases = comparable_cases([Case("baseline", base.scenario, base.policy), kept, reacted])
    costs = []
    for k, case in enumerate(cases):
        work.progress("judge", k, len(cases))
        if work.cancel():
            raise Cancelled("stopped before both readings were simulated")
        costs.append(yearly_costs([case], replications, work.seed, jobs=work.jobs)[0])
    work.progress("judge", len(cases), len(cases))
    after, before = np.stack([costs[1], costs[2], costs[1]]), np.stack([costs[0], costs[0], costs[2]])
    differences = paired_columns(after, before, base.scenario.plan.confidence)
    return pd.DataFrame({"case": what_if.name, "reading": READINGS, **differences})


def _decided(scenario: Scenario, work: Work) -> Policy:
    from warrantysim.decision.decide import decide

    return decide(scenario, seed=work.seed, jobs=work.jobs, progress=work.progress).policy


def readings(cases: Sequence[Case], count: int, work: Work, decide: Decide | None = None) -> pd.DataFrame:
    """Both readings of every case after the first; of those that were through where it was stopped.

    ``count``: fresh replications each is judged on.
    """
    import pandas as pd

    found: list[pd.DataFrame] = []
    try:
        for case in cases[1:]:
            if work.cancel():
                break
            found.append(react(cases[0], case, range(FRESH, FRESH + count), work, decide))
    except Cancelled:
        pass
    return pd.concat(found, ignore_index=True) if found else pd.DataFrame({"case": []})


def _rows(stored: Stored) -> dict[str, pd.DataFrame]:
    frame = stored.table("readings")
    if frame is None:
        return {}
    return {str(name): rows.reset_index(drop=True) for name, rows in frame.groupby("case", sort=False)}


def worth(stored: Stored, lang: Lang) -> Iterator[Block]:
    """What deciding anew is worth, a sentence a case."""
    page = Say(KIND, lang, stored.facts)
    for name, frame in _rows(stored).items():
        row = rows_of(frame)[-1]
        key = "pays" if row["verdict"] == "higher" else "not"
        yield Sentence(page(key, case=page.case(name), currency=stored.facts["currency"], **sizes(row)))


def both_readings(stored: Stored, lang: Lang) -> Iterator[Block]:
    """Both readings beside each other, case by case."""
    page = Say(KIND, lang, stored.facts)
    for name, frame in _rows(stored).items():
        rows = rows_of(frame)
        yield Chart(f"readings_{name}", lambda look, rows=rows: _chart(stored, rows, look))  # type: ignore[misc]
        shown = frame.assign(
            called=[named("reading", row["reading"], lang) for row in rows], told=[verdict(row, lang) for row in rows]
        )
        columns = [
            page.headed("called", title="reading"),
            page.headed("baseline", "whole", give_up=3),
            page.headed("value", "whole", give_up=3),
            page.headed("difference", "signed"),
            page.headed("low", "whole", title="interval", ends=("low", "high"), only_ends=True),
            page.headed("p_lower", "share", give_up=2),
            page.headed("told", title="verdict"),
        ]
        yield TableOf("readings", page("table", case=page.case(name)), shown, columns)


def _chart(stored: Stored, rows: Sequence[Mapping[str, Any]], look: Look) -> Picture:
    from warrantysim.report.charts.differences import DifferenceMark, difference_chart

    marks = [
        DifferenceMark(named("reading", row["reading"], look.lang), row["difference"], row["low"], row["high"])
        for row in rows[:2]
    ]
    title = Say(KIND, look.lang, stored.facts)("chart")
    return difference_chart(marks, stored.facts["currency"], title, sort=False, look=look)
