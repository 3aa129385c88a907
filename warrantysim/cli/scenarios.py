"""``warrantysim validate | new | schema``: whether scenarios are sound, a folder to begin from, every field."""

from __future__ import annotations

import argparse
import datetime as dt
import shutil
from collections.abc import Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from warrantysim.cli.console import Console, problem_row
from warrantysim.cli.exits import BAD_INPUT, OK, USAGE, Stop
from warrantysim.cli.inputs import loaded, ready, write, written_to
from warrantysim.packs import REFERENCE, SCENARIOS

if TYPE_CHECKING:
    from warrantysim.files.loading import Loaded
    from warrantysim.locale.wording import Lang
    from warrantysim.schema.reference import FieldRow
    from warrantysim.schema.root import Scenario


def validate(arguments: argparse.Namespace, console: Console) -> int:
    """Check every file, of scenarios and of policies; the code is `BAD_INPUT` if one of them has a problem."""
    from warrantysim.files.loading import load_policy, states_policy
    from warrantysim.report.tables import wrapped
    from warrantysim.schema.errors import ScenarioError, error_text

    rows: list[dict[str, Any]] = []
    code = OK
    for path in arguments.scenarios:
        rules = states_policy(path)
        try:
            if rules:
                load_policy(path)
            found = None if rules else loaded(path, arguments)
        except ScenarioError as error:
            code = BAD_INPUT
            problems = [problem_row(problem, console.lang) for problem in error.problems]
            rows.append({"file": str(path), "ok": False, "problems": problems})
            console.note(error_text(error, console.lang))
            console.tell("scenario.problems", n=len(problems))
        else:
            summary = summary_row(found, console.lang) if found and console.json else {}
            rows.append({"file": str(path), "ok": True, "problems": [], **summary})
            if rules and not console.json:
                console.result("\n".join(wrapped(console.say("scenario.policy_fine", file=path), console.width)))
            elif found and not console.json:
                console.result(console.say("scenario.fine", file=path))
                console.result("\n".join(f"  {line}" for line in validated_lines(found, console)))
    if console.json:
        console.result_json(rows)
    return code


def summary_row(found: Loaded[Scenario], lang: Lang) -> dict[str, Any]:
    """What a sound scenario is, as a plain row."""
    from warrantysim.schema.digest import digest

    scenario = found.scenario
    return {
        "name": scenario.name,
        "title": {"en": scenario.title.en, "zh": scenario.title.zh},
        "digest": digest(scenario),
        "chain": list(found.chain),
        "files": [
            {"path": f.path, "encoding": f.encoding, "sample": list(f.sample), "sha256": f.sha256} for f in found.files
        ],
        "changes": [str(change) for change in found.changes],
        "warnings": [problem_row(warning, lang) for warning in found.warnings],
    }


def validated_lines(found: Loaded[Scenario], console: Console) -> list[str]:
    """The same for people."""
    from warrantysim.locale.wording import so_many, titled
    from warrantysim.schema.digest import digest

    s = found.scenario
    lines = [
        console.say("scenario.is", title=titled(s.title, s.name, console.lang), name=s.name),
        console.say(
            "scenario.size",
            **{
                things: so_many(things, len(rows), console.lang)
                for things, rows in (
                    ("products", s.skus),
                    ("markets", s.markets),
                    ("channels", s.channels),
                    ("partners", s.partners),
                )
            },
            days=s.horizon.days,
            first_day=s.horizon.first_day,
            currency=s.reporting_currency,
        ),
        console.say("scenario.rule", policy=titled(s.policy.title, s.policy.name, console.lang)),
    ]
    if found.changed:
        lines.append(console.say("scenario.changes", n=found.changed, base=found.base.name))
    lines.append(console.say("scenario.files", n=len(found.files)))
    lines += [
        console.say("scenario.encoding", file=file.path, encoding=file.encoding, words=", ".join(file.sample))
        for file in found.files
        if file.sample
    ]
    return [*lines, console.say("scenario.digest", digest=digest(s)[:12])]


def schema(arguments: argparse.Namespace, console: Console) -> int:
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


def new(arguments: argparse.Namespace, console: Console) -> int:
    """Make it; a folder that holds something is left as it is."""
    folder = arguments.folder
    with written_to(folder, console):
        if folder.exists() and any(folder.iterdir()):
            raise Stop(USAGE, console.say("new.not_empty", folder=folder))
        if arguments.markets:
            return _own(arguments, console)
        shutil.copytree(SCENARIOS, folder, copy_function=shutil.copyfile, dirs_exist_ok=True)

    console.tell("new.made", folder=folder, file=folder / REFERENCE.name)
    return OK


def _own(arguments: argparse.Namespace, console: Console) -> int:
    from warrantysim.store.seller_folder import make_seller

    today = dt.date.today()
    first = arguments.first or dt.date(today.year + today.month // 12, today.month % 12 + 1, 1)
    made = make_seller(arguments.folder, arguments.markets, first, arguments.lang)
    console.tell("new.own", book=made.workbook, file=made.scenario)
    return OK
