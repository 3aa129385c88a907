"""Pages that no one writes: commands, options and tables of studies, fields, code."""

from __future__ import annotations

import argparse
import csv
import inspect
import io
import lzma
import types
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Union, get_args, get_origin

from docs._site.code import ROOT, first_sentence, modules, page_of, rooms, stated_in
from warrantysim.cli.parser import parser
from warrantysim.schema.reference import FieldRow, describe
from warrantysim.studies import STUDIES, study_of

GOLDEN = ROOT / "tests" / "regression" / "golden" / "small"
"""What each question writes, kept by the tests."""


def cell(text: Any) -> str:
    """Text for a cell of a table."""
    said = " ".join(str(text).split()).replace("|", "\\|")
    return (said if said.startswith("`") else said.replace("<", "&lt;")) or " "


def table(heads: tuple[str, ...], rows: Iterator[tuple[Any, ...]]) -> str:
    """A Markdown table."""
    lines = ["| " + " | ".join(heads) + " |", "|" + "---|" * len(heads)]
    return "\n".join([*lines, *("| " + " | ".join(map(cell, row)) + " |" for row in rows)])


def commands() -> Mapping[str, tuple[str, str]]:
    """What each command does, and its help."""
    found = {}
    for action in parser()._actions:
        if isinstance(action, argparse._SubParsersAction):
            for choice in action._choices_actions:
                found[choice.dest] = (choice.help or "", _help(choice.dest))
    return found


def _help(command: str) -> str:
    of_all = parser(command.replace("-", "_"))
    (action,) = (one for one in of_all._actions if isinstance(one, argparse._SubParsersAction))
    return str(action.choices[command.replace("_", "-")].format_help()).strip()


def commands_text() -> str:
    """For the page of commands: a table, then the help of each."""
    found = commands()
    lines = ["## All commands", "", table(("command", "prints"), ((f"`{k}`", v[0]) for k, v in found.items())), ""]
    for name, (_, text) in found.items():
        lines += [f"## {name}", "", "```text", text, "```", ""]
    return "\n".join(lines)


def questions() -> tuple[str, ...]:
    """Every question that has a page: the registry's, and those whose page is written by hand."""
    by_hand = sorted(path.stem for path in (ROOT / "docs" / "questions").glob("*.md") if path.stem != "index")
    return tuple(dict.fromkeys((*STUDIES, *by_hand)))


def question_text(name: str, by_hand: str) -> str:
    """The page of a question: what is written by hand, then its options and its tables."""
    lines = [by_hand.strip() or f"# {name.capitalize()}\n\n{STUDIES[name].capitalize()}.", ""]
    if name in STUDIES:
        rows = list(_options(name))
        if rows:
            lines += ["## Options", "", table(("option", "value", "usual", "says"), iter(rows)), ""]
    lines += ["## Command", "", "```text", _help(name), "```", ""]
    written = list(tables_of(name))
    if written:
        lines += [
            "## Tables",
            "",
            "As `--out` writes them, CSV and Parquet; columns are the same in every language.",
            "",
            table(
                ("table", "columns"), ((f"`{one}`", ", ".join(f"`{c}`" for c in columns)) for one, columns in written)
            ),
            "",
        ]
    return "\n".join(lines)


def _options(name: str) -> Iterator[tuple[str, str, str, str]]:
    for field, info in study_of(name).Options.model_fields.items():
        usual = "" if info.is_required() or info.default is None else str(info.default)
        yield f"`--{field.replace('_', '-')}`", kind_of(info.annotation), usual, first_sentence(info.description or "")


def kind_of(annotation: Any) -> str:
    """A type in words."""
    if get_origin(annotation) in (Union, types.UnionType):
        return " or ".join(kind_of(arm) for arm in get_args(annotation) if arm is not type(None))
    names = {bool: "flag", int: "whole number", float: "number", str: "text"}
    if annotation in names:
        return names[annotation]
    if get_origin(annotation) is tuple:
        return f"list of {kind_of(get_args(annotation)[0])}"
    literal = [str(word) for word in get_args(annotation) if isinstance(word, str)]
    return " or ".join(literal) if literal else kind_of(get_args(annotation)[0]) if get_args(annotation) else "text"


def tables_of(name: str) -> Iterator[tuple[str, list[str]]]:
    """Tables and their columns, as the golden files of a question have them."""
    for path in sorted((GOLDEN / name).glob("*.csv*")):
        if ".xlsx." in path.name:
            continue
        text = lzma.decompress(path.read_bytes()) if path.suffix == ".xz" else path.read_bytes()
        columns = next(csv.reader(io.StringIO(text.decode("utf-8-sig"))), [])
        yield path.name.partition(".")[0], columns


def fields_text() -> str:
    """Every field of a scenario: those that stand alone, then a section for each that holds others."""
    groups: list[list[FieldRow]] = []
    for row in describe():
        if "." not in row.path and "[" not in row.path:
            groups.append([])
        groups[-1].append(row)
    alone = [group[0] for group in groups if len(group) == 1]
    lines = [
        "# Every field",
        "",
        "Made from the schema; `warrantysim schema TEXT` prints the same.",
        "",
        _fields(alone),
        "",
    ]
    for first, *within in (group for group in groups if len(group) > 1):
        lines += [
            f"## {first.path}",
            "",
            f"{first.doc.rstrip('.')}{'; a table.' if first.type == 'table' else '.'}",
            "",
            _fields(within),
            "",
        ]
    return "\n".join(lines)


def _fields(rows: list[FieldRow]) -> str:
    heads = ("field", "value", "unit", "range", "is")
    told = (
        (f"`{r.path}`", r.type, r.unit, r.range, r.doc + ("" if r.required else " (may be left out)")) for r in rows
    )
    return table(heads, told)


def code_text() -> str:
    """The rooms with their modules."""
    counted = [(room, sum(one.room == room for one in modules().values())) for room in rooms()]
    lines = ["# Code", "", "Rooms of the package, and what is public in each; made from the sources.", ""]
    return "\n".join([*lines, table(("room", "modules"), ((f"[{r}]({r}.md)", n) for r, n in counted)), ""])


def api_text() -> str:
    """What `import warrantysim` offers, rendered from docstrings."""
    import warrantysim

    lines = ["# API reference", "", "What `import warrantysim` offers.", ""]
    for name in warrantysim.__all__:
        home = warrantysim._HOMES.get(name)
        if home is not None and name in stated_in(home):
            lines += [f"::: {home}.{name}", ""]
        elif home is not None:
            # Made when it is imported, so that only the object itself tells.
            offered = getattr(warrantysim, name)
            said = inspect.signature(offered) if callable(offered) else ""
            lines += [f"## {name}", "", "```python", f"{name}{said}", "```", "", inspect.getdoc(offered) or "", ""]
    return "\n".join(lines)


def generated() -> Mapping[Path, str]:
    """Pages that are made whole, by their place in the site."""
    pages = {
        Path("reference/fields.md"): fields_text(),
        Path("reference/api.md"): api_text(),
        Path("code/index.md"): code_text(),
    }
    return pages | {Path(f"code/{room}.md"): page_of(room) for room in rooms()}
