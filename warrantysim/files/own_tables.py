"""Our own tables as people bring them: one as CSV, or a workbook with a sheet a table.

Reports of marketplaces and partners are another matter: they go into a seller's books (`files.importers`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from warrantysim.files.source_text import shown_path
from warrantysim.files.tables import MAX_ROWS, Table, brought_path, refuse_other_endings, table_of, table_of_sheet
from warrantysim.files.workbooks import sheets_of
from warrantysim.schema.errors import Problem, ScenarioError, refuse, suggestion, told
from warrantysim.schema.root import Scenario

OURS = ("Agenda", "Lists")
"""Sheets of our own templates that hold no table."""


@dataclass(frozen=True)
class Brought:
    """What a file holds."""

    tables: Mapping[str, Table]
    """Its tables, by the field of a scenario they are for; what is wrong in one is in its ``problems``."""

    @property
    def problems(self) -> tuple[Problem, ...]:
        """What is wrong in any of them."""
        return tuple(problem for table in self.tables.values() for problem in table.problems)


def brought(content: bytes, file: str, table: str | None = None) -> Brought:
    """The tables of a scenario a file holds.

    Parameters
    ----------
    file : its name, by which errors call it; its ending says whether it is CSV or a workbook.
    table : which table a CSV file is, or the first sheet of a workbook that has no sheet of that name; None where
        the file or the workbook's sheets name their tables themselves.

    Raises
    ------
    ScenarioError
        If it is neither, or a sheet or the file's name names no table.
    """
    path = brought_path(file)
    refuse_other_endings(path, shown_path(path))
    read = _sheets if path.suffix.lower() == ".xlsx" else _csv
    return Brought(read(content, file, table))


def _csv(content: bytes, file: str, table: str | None) -> Mapping[str, Table]:
    path, known = brought_path(file), Scenario.TABLES
    chosen = table or path.stem
    if chosen not in known:
        message = told("which table is this? say so, or name the file after it")
        raise refuse(shown_path(path), message + suggestion(chosen, known))
    return {chosen: table_of(content, path, known[chosen])}


def _sheets(content: bytes, file: str, table: str | None) -> Mapping[str, Table]:
    """A table a sheet, or the one that is wanted."""
    path, known = brought_path(file), Scenario.TABLES
    found = {sheet: rows for sheet, rows in sheets_of(content, path, MAX_ROWS + 1).items() if sheet not in OURS}
    if table is not None:
        sheet = table if table in found else next(iter(found), "")
        return {table: table_of_sheet(found.get(sheet, []), content, path, known[table], sheet)}
    shown = shown_path(path)
    if unknown := [sheet for sheet in found if sheet not in known]:
        raise ScenarioError(
            Problem(
                "", told("no table is called {sheet!r}", sheet=sheet) + suggestion(sheet, known), f"{shown}#{sheet}"
            )
            for sheet in unknown
        )
    if not found:
        raise refuse(shown, "the workbook holds no table; its sheets are named after them, such as skus")
    return {sheet: table_of_sheet(rows, content, path, known[sheet], sheet) for sheet, rows in found.items()}
