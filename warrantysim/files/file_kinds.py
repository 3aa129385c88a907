"""What a file is that was given for another: its kind, and which command or key reads it."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from warrantysim.files.tables import SEPARATORS, columns
from warrantysim.schema.errors import Message, ScenarioError, refuse, told
from warrantysim.schema.strict import Row

SCENARIO = frozenset({"extends", "schema_version", "horizon", "markets", "skus", "tables"})
"""Keys one of which is in every scenario or what-if."""
_RULES = told("rules; simulate, compare and decide read them with --policy, and warrantysim rules --file shows them")
_RESULT = told(
    "this is a table of results; no command reads it. decide writes the rules it stands for beside it, as policy.yaml"
)
TABLE = told("this is a table; a scenario names the tables it is made of under tables:")
"""What a table is that shows nothing else."""
_RULE_COLUMNS = frozenset({"action", "resolution"})
_DECIDED = frozenset({"rule_now", "rule_new", "rule_free"})
"""Columns of what a decision wrote."""


def kind_of_values(values: Mapping[str, Any]) -> str | None:
    """What a mapping states: ``scenario``, ``policy``, ``partners``; None where it does not show."""
    keys = values.keys()
    if keys & SCENARIO:
        return "scenario"
    if "rules" in keys:
        return "policy"
    return "partners" if "partners" in keys else None


def no_scenario(name: str, text: str, tables: Mapping[str, type[Row]], error: ScenarioError) -> ScenarioError:
    """What to say of a file that was given as a scenario and holds no mapping; ``error``: what reading it told."""
    said = what_it_is(name, text, tables)
    return refuse(name, told("expected a scenario as .yaml") + said, "kind of file") if said else error


def what_it_is(name: str, text: str, tables: Mapping[str, type[Row]]) -> Message | None:
    """What a file that is no YAML holds, and what reads it, in words; None where it does not show."""
    suffix, start = Path(f"x{name}").suffix.lower(), text.lstrip("\ufeff \r\n\t")[:1]
    if suffix in (".dmn", ".xml", ".py") or start == "<":
        return told("{kind} files hold {rules}", kind=suffix or told("such"), rules=_RULES)
    if suffix == ".json" or start in ("{", "["):
        return _json(text)
    if suffix in (".csv", ".tsv", ".txt"):
        return _table(text, tables)
    return None


def _json(text: str) -> Message | None:
    try:
        found = json.loads(text)
    except RecursionError:
        return None
    except ValueError as error:
        if getattr(error, "pos", 0) >= len(text.rstrip()) - 1 or "Unterminated" in str(error):
            return told("the file ends before its last bracket: it was cut off; copy or write it again")
        line = getattr(error, "lineno", 1)
        said = str(error).partition(":")[0].lower()
        return told("not valid JSON in line {line}: {said}", line=line, said=said)
    return told("this is a file of {rules}", rules=_RULES) if isinstance(found, dict) and "format" in found else None


def _table(text: str, tables: Mapping[str, type[Row]]) -> Message:
    """What a table is by its header."""
    header = text.lstrip("\ufeff\r\n ").partition("\n")[0]
    best = max(SEPARATORS, key=header.count)
    names = {cell.strip() for cell in next(csv.reader(io.StringIO(header), delimiter=best), [])}
    if names & _RULE_COLUMNS and {"market", "sku", "marketplace"} & names:
        return told("this is a table of {rules}", rules=_RULES)
    if names & _DECIDED:
        return _RESULT
    fits = {table: len(names & columns(model).keys()) / max(len(names), 1) for table, model in tables.items()}
    table = max(fits, key=lambda one: fits[one], default="")
    if table and fits[table] > 0.6:
        return told("this is a table of {table}, which a scenario names: tables: {{{table}: file.csv}}", table=table)
    if {"quote", "term"} <= names:
        return told("this is a table of quotes, which warrantysim quotes reads with --quote")
    return TABLE


def refuse_other_values(name: str, values: Mapping[str, Any], wanted: str) -> None:
    """Refuse a mapping that states something else than is wanted, ``scenario`` or ``policy``.

    Raises
    ------
    ScenarioError
        Naming what the file is and what reads it.
    """
    kind = kind_of_values(values)
    if wanted == "scenario" and kind == "policy":
        raise refuse(name, "expected a scenario; this file states {rules}", "kind of file", rules=_RULES)
    if wanted == "scenario" and kind == "partners":
        raise refuse(
            name,
            "expected a scenario; this file states quotes, which warrantysim quotes reads with --quote",
            "kind of file",
        )
    if wanted == "policy" and kind == "scenario":
        raise refuse(
            name,
            "expected rules; this file states a scenario, which is the first argument of simulate and decide "
            "(its own rules stand under policy:)",
            "kind of file",
        )
