"""``warrantysim runs diff | reproduce``: stored runs held against each other, and against the model of today."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, Any

from warrantysim.cli.console import Console
from warrantysim.cli.exits import DEFECT, OK, USAGE, Stop
from warrantysim.cli.inputs import ready, write
from warrantysim.cli.run_found import SHORT, run_named

if TYPE_CHECKING:
    from warrantysim.store.runs import StoredRun
    from warrantysim.store.workspace import Workspace


def difference(home: Workspace, arguments: argparse.Namespace, console: Console) -> int:
    """Inputs that differ, and costs of the first rules, paired."""
    from warrantysim.cli.differences import change_row, changes_shown
    from warrantysim.schema.diff import diff

    first, other = (run_named(home, id, console) for id in (arguments.run, arguments.other))
    ready(arguments.out, console)
    changes = diff(whole_of(first), whole_of(other))
    frame, reason = _costs(first, other, console)
    if console.json:
        from warrantysim.report.export import row_records

        rows = row_records(frame) if frame is not None else None
        inputs = [change_row(change) for change in changes]
        console.result_json({"from": first.id, "to": other.id, "inputs": inputs, "yearly": rows, "reason": reason})
    else:
        console.result(console.say("runs.inputs" if changes else "runs.inputs_same"))
        if changes:
            console.result(changes_shown(changes, console))
        if frame is None:
            console.result(reason)
        else:
            console.result(console.say("runs.costs", a=first.id[:SHORT], b=other.id[:SHORT]))
            console.result(_cost_table(frame, first.manifest["currency"], console))
    if arguments.out is not None:
        import pandas as pd

        inputs_frame = pd.DataFrame([change_row(c) for c in changes], columns=["path", "old", "new", "unit", "source"])
        write(arguments.out, console, {"inputs": inputs_frame} | ({} if frame is None else {"yearly": frame}))
    return OK


def whole_of(run: StoredRun) -> Any:
    """The scenario of a run with its first rule as today's: everything that can differ, in one."""
    if run.kind == "simulate":
        return run.inputs.scenario.replace(policy=run.inputs.policies[0])
    return run.study.cases[0].whole


def _costs(first: StoredRun, other: StoredRun, console: Console) -> tuple[Any, str]:
    """Costs of two runs on the same luck, or why there are none to compare."""
    from warrantysim.analysis.comparison import comparison_of
    from warrantysim.locale.wording import named as term
    from warrantysim.schema.errors import BadInput

    for run in (first, other):
        if run.kind != "simulate":
            return None, console.say("runs.of_kind", kind=term("kind", run.kind, console.lang))
    try:
        return comparison_of([("a", first.result, 0), ("b", other.result, 0)]).yearly(), ""
    except BadInput as error:
        return None, console.say("runs.unpaired", reason=error)


def _cost_table(frame: Any, currency: str, console: Console) -> str:
    from warrantysim.locale.wording import named as term
    from warrantysim.report.figures import interval, signed, whole
    from warrantysim.report.tables import TextColumn, table

    names = ("fact", "first", "other", "difference", "interval_short")
    columns = [TextColumn(console.say(f"column.{n}"), align="left" if n == "fact" else "right") for n in names]
    rows = [
        [
            f"{term('measure', row.measure, console.lang)} {currency}",
            whole(row.baseline),
            whole(row.value),
            signed(row.difference),
            interval(row.low, row.high),
        ]
        for row in frame.itertuples()
    ]
    return table(columns, rows, console.width)


def reproduce(home: Workspace, arguments: argparse.Namespace, console: Console) -> int:
    """Run a run again and hold the results against those stored."""
    from warrantysim.analysis.cases import Case
    from warrantysim.present.terminal import terminal_text
    from warrantysim.store.kinds import Doing
    from warrantysim.store.reproduce import CannotRepeat, reproduced
    from warrantysim.studies.reproduce import STUDY, ReproduceOptions

    run = run_named(home, arguments.run, console)
    try:
        again = reproduced(run, Doing(None, arguments.jobs, console.step))
    except CannotRepeat:
        raise Stop(USAGE, console.say("runs.cannot_repeat", id=run.id)) from None
    ask = ReproduceOptions(run=run.id)
    stored = STUDY.stored(again, [Case.of(run.asked.scenario)], ask, run.asked.seed)
    if console.json:
        console.result_json(STUDY.record(stored))
    else:
        console.result(terminal_text(STUDY.answer(stored, console.lang), console.width, console.lang))
    return OK if again.same else DEFECT
