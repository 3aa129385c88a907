"""Bridges in answers: from one yearly cost to another, as chart and table."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from warrantysim.present.blocks import Block, Chart, TableOf
from warrantysim.report.lever_text import step_text
from warrantysim.report.rows import rows_of
from warrantysim.studies.study import Say

if TYPE_CHECKING:
    import pandas as pd

    from warrantysim.report.charts.theme import Look, Picture


def bridge_blocks(page: Say, name: str, title: str, steps: pd.DataFrame, case: str) -> Iterator[Block]:
    """The chart, and a table that ends at the cost of the case; nothing but both costs where no step moves it.

    ``steps``: as `Bridge.table`, with the costs it goes from and to as ``start`` and ``end``, and the interval of their
    difference as ``apart_low`` and ``apart_high``.
    """
    import pandas as pd

    if not len(steps):
        return
    moving = steps[(steps["adds"] != 0) | (steps["half_width"] != 0)]
    if len(moving):
        yield Chart(f"{name}_{case}", lambda look: _chart(page, steps, case, look))
    told = [step_text(row["step"], tuple(row["contents"].split(", ")), page.lang) for row in rows_of(moving)]
    base, there = page.case(page.facts["baseline"]), page.case(case)
    first, last = (
        pd.DataFrame({"told": [called], "cost": [float(steps[at].iloc[0])]})
        for called, at in ((base, "start"), (there, "end"))
    )
    frame = pd.concat([first, moving.assign(told=told), last], ignore_index=True)
    columns = [
        page.headed("told", title="step"),
        page.headed("cost", "whole"),
        page.headed("adds", "signed"),
        page.headed("low", "whole", title="interval", ends=("low", "high"), only_ends=True, give_up=1),
    ]
    yield TableOf(name, title, frame, columns, total=True)


def _chart(page: Say, steps: pd.DataFrame, case: str, look: Look) -> Picture:
    from warrantysim.report.charts.bridge import Waterfall, bridge_chart

    say, first = Say(page.group, look.lang, page.facts), rows_of(steps)[0]
    fall = Waterfall(steps, first["start"], first["end"], first["apart_low"], first["apart_high"])
    base, there = say.case(page.facts["baseline"]), say.case(case)
    return bridge_chart(fall, page.facts["currency"], base, there, look=look)
