"""``warrantysim diff``: one line a value that differs."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from warrantysim.cli.console import Console
from warrantysim.cli.exits import OK
from warrantysim.cli.inputs import loaded, ready, write

if TYPE_CHECKING:
    from warrantysim.schema.diff import Change


def run(arguments: argparse.Namespace, console: Console) -> int:
    """Compare two scenarios, or a what-if with its base. ``--set`` changes the later of the two."""
    from warrantysim.report.tables import wrapped
    from warrantysim.schema.diff import diff

    ready(arguments.out, console)
    if arguments.other is None:
        found = loaded(arguments.scenario, arguments)
        changes, base, name = found.changes, found.base.name, found.scenario.name
    else:
        later = loaded(arguments.other, arguments)
        arguments.sets = []
        first = loaded(arguments.scenario, arguments)
        changes, base, name = diff(first.scenario, later.scenario), first.scenario.name, later.scenario.name
    rows = [change_row(change) for change in changes]
    if console.json:
        console.result_json({"from": base, "to": name, "changes": rows})
    elif changes:
        console.result(console.say("scenario.between", a=base, b=name))
        if arguments.other is None and len(found.chain) > 1:
            console.result("\n".join(wrapped(found.scenario.why, console.width)))
        console.result(changes_shown(changes, console))
    else:
        console.result(console.say("scenario.same"))
    if arguments.out is not None:
        import pandas as pd

        frame = pd.DataFrame(rows, columns=["path", "old", "new", "unit", "source"])
        write(arguments.out, console, {"diff": frame})
    return OK


def change_row(change: Change) -> dict[str, Any]:
    """A change as a plain row; the values as people write them, None where there is none."""
    from warrantysim.schema.diff import ABSENT, one_line_value

    def text(value: Any) -> str | None:
        return None if value is ABSENT else one_line_value(value)

    return {
        "path": change.path,
        "old": text(change.old),
        "new": text(change.new),
        "unit": change.unit,
        "source": change.source,
    }


def changes_shown(changes: Sequence[Change], console: Console) -> str:
    """The changes as a table; numbers to six digits, as `change_row` has them in full."""
    from warrantysim.report.tables import TextColumn, table
    from warrantysim.schema.diff import one_line_value

    def brief(value: Any) -> str:
        return one_line_value(float(f"{value:.6g}") if isinstance(value, float) else value)

    columns = [
        TextColumn(console.say("column.path"), wraps=True, least=30),
        TextColumn(console.say("column.change"), wraps=True, least=24),
        TextColumn(console.say("column.unit"), wraps=True, least=10, give_up=1),
        TextColumn(console.say("column.source"), wraps=True, least=12, give_up=2),
    ]
    rows = [[c.path, f"{brief(c.old)} -> {brief(c.new)}", c.unit, c.source] for c in changes]
    return table(columns, rows, console.width)
