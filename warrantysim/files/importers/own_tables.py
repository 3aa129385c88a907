"""Our own tables as people bring them: one as CSV, or a workbook with a sheet a table."""

from __future__ import annotations

from collections.abc import Mapping

from warrantysim.files.source_text import shown_path
from warrantysim.files.tables import MAX_ROWS, Table, named, table_of, table_of_sheet
from warrantysim.files.workbooks import sheets_of
from warrantysim.schema.errors import Problem, ScenarioError, refuse, suggestion, told
from warrantysim.schema.root import Scenario

OURS = ("Agenda", "Lists")
"""Sheets of our own templates that hold no table."""


class CsvTable:
    """A table as CSV, called after the field it is for."""

    def sniff(self, content: bytes, file: str) -> bool:
        """Whether its name ends so."""
        return named(file).suffix.lower() == ".csv"

    def read(self, content: bytes, file: str, table: str | None) -> Mapping[str, Table]:
        """The one table."""
        path, known = named(file), Scenario.TABLES
        chosen = table or path.stem
        if chosen not in known:
            message = told("which table is this? say so, or name the file after it")
            raise refuse(shown_path(path), message + suggestion(chosen, known))
        return {chosen: table_of(content, path, known[chosen])}


class Workbook:
    """A workbook whose sheets are called after the fields they are for."""

    def sniff(self, content: bytes, file: str) -> bool:
        """Whether its name ends so."""
        return named(file).suffix.lower() == ".xlsx"

    def read(self, content: bytes, file: str, table: str | None) -> Mapping[str, Table]:
        """A table a sheet, or the one that is wanted."""
        path, known = named(file), Scenario.TABLES
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
