"""``warrantysim schema``: every field of a scenario with its unit and range."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING

from warrantysim.cli.console import Console
from warrantysim.cli.exits import OK, USAGE, Stop
from warrantysim.cli.inputs import ready, write

if TYPE_CHECKING:
    from warrantysim.schema.reference import FieldRow


def run(arguments: argparse.Namespace, console: Console) -> int:
    """Print the reference, or with --json the JSON Schema for editors."""
    from warrantysim.schema.reference import describe, json_schema

    ready(arguments.out, console)
    rows = [row for row in describe() if arguments.pattern.casefold() in row.path.casefold()]
    if not rows:
        raise Stop(USAGE, console.say("schema.none", pattern=arguments.pattern))
    if console.json:
        console.result_json(json_schema())
    else:
        console.result(reference(rows, console))
        console.tell("schema.fields", n=len(rows))
    if arguments.out is not None:
        import pandas as pd

        from warrantysim.report.export import as_json

        frame = pd.DataFrame([asdict(row) for row in rows])
        write(arguments.out, console, {"schema": frame}, texts={"schema.json": as_json(json_schema()) + "\n"})
    return OK


def reference(rows: Sequence[FieldRow], console: Console) -> str:
    """The fields as a table."""
    from warrantysim.report.field_names import kind_name, meaning_in, unit_name
    from warrantysim.report.tables import TextColumn, table

    lang = console.lang
    columns = [
        TextColumn(console.say("column.path"), wraps=True, least=24),
        TextColumn(console.say("column.type"), wraps=True, least=12),
        TextColumn(console.say("column.unit"), wraps=True, least=10),
        TextColumn(console.say("column.range"), wraps=True, least=6),
        TextColumn(console.say("column.doc"), wraps=True, least=28),
    ]
    return table(
        columns,
        [[r.path, kind_name(r.type, lang), unit_name(r.unit, lang), r.range, meaning_in(r.doc, lang)] for r in rows],
        console.width,
    )
