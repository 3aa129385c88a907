"""Tables brought from outside into a scenario, as `importers` read them, or rows that were typed.

All of it is good, or nothing is taken: every problem of every table is told at once, by file, row and column.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from warrantysim.files.reading import validated
from warrantysim.files.statements import Statements, duplicates
from warrantysim.files.tables import Table
from warrantysim.schema.errors import Problem, ScenarioError
from warrantysim.schema.paths import tree_of
from warrantysim.schema.root import Scenario

_PLACE = re.compile(r"(?P<file>.+) row (?P<row>[0-9]+)(, column (?P<column>.+))?\Z")


def with_tables(scenario: Scenario, tables: Mapping[str, Table]) -> Scenario:
    """The scenario with tables read anew, all else as it was.

    Raises
    ------
    ScenarioError
        With every problem: of the files, of each cell, and of the scenario as a whole.
    """
    places, known = Statements(Scenario.TABLES), Scenario.TABLES
    tables = {
        field: table.kept(known[field], tree_of(scenario, {field})[field] if getattr(scenario, field) else ())
        for field, table in tables.items()
    }
    for field, table in tables.items():
        places.read(field, table)
    changed: dict[str, Any] = {field: table.typed(Scenario.TABLES[field]) for field, table in tables.items()}
    values = {name: getattr(scenario, name) for name in Scenario.model_fields} | changed
    problems = [problem for table in tables.values() for problem in table.problems]
    for field in tables:
        model = Scenario.TABLES[field]
        if model.key_fields:
            problems += duplicates(field, changed[field], model, places)

    def whole() -> dict[str, Any]:
        return tree_of(scenario) | {field: table.rows for field, table in tables.items()}

    hidden = {f"missing {field}.*.{column}" for field, table in tables.items() for column in table.missing}
    try:
        return validated(Scenario, values, places, problems, whole)
    except ScenarioError as error:
        raise ScenarioError((p for p in error.problems if p.rule not in hidden), more=error.more) from None


@dataclass(frozen=True)
class Spot:
    """Where in a brought file a problem is."""

    file: str
    """The file, with its sheet [text]."""
    row: int | None
    """Row of the file [1-based]; None where it is no one row's."""
    column: str
    """Name of the column; empty where it is no one column's [text]."""
    cell: str
    """The cell as spreadsheets call it, ``D7``; empty where it is no one cell's [text]."""


def spot(problem: Problem, tables: Mapping[str, Table]) -> Spot:
    """Where a problem is, with the address a spreadsheet shows; a problem of the scenario has its path as file."""
    found = _PLACE.match(problem.where or problem.path)
    if found is None:
        return Spot(problem.where or problem.path, None, "", "")
    row, column = int(found["row"]), found["column"] or ""
    header = next((table.header for table in tables.values() if table.name == found["file"]), ())
    cell = f"{column_letters(header.index(column))}{row}" if column in header else ""
    return Spot(found["file"], row, column, cell)


def column_letters(place: int) -> str:
    """What a spreadsheet calls a column: 0 is A, 26 is AA."""
    letters = ""
    while place >= 0:
        place, letter = divmod(place, 26)
        letters, place = chr(ord("A") + letter) + letters, place - 1
    return letters
