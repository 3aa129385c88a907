"""Files people bring, read into tables of a scenario: one importer a kind of file, asked in turn.

An importer says by the first look whether a file is one of its own, and reads it. A foreign report (of a marketplace, a
carrier, a repair partner) is one module more and its line in `IMPORTERS`, before those of our own tables.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from warrantysim.files.importers.own_tables import CsvTable, Workbook
from warrantysim.files.source_text import shown_path
from warrantysim.files.tables import Table, named, refuse_other_endings
from warrantysim.schema.errors import Problem


@dataclass(frozen=True)
class Brought:
    """What a file holds."""

    tables: Mapping[str, Table]
    """Its tables, by the field of a scenario they are for; what is wrong in one is in its ``problems``."""

    @property
    def problems(self) -> tuple[Problem, ...]:
        """What is wrong in any of them."""
        return tuple(problem for table in self.tables.values() for problem in table.problems)


class Importer(Protocol):
    """Reads one kind of file."""

    def sniff(self, content: bytes, file: str) -> bool:
        """Whether a file is of this kind, by its name and its beginning."""
        ...

    def read(self, content: bytes, file: str, table: str | None) -> Mapping[str, Table]:
        """The tables of such a file; ``table``: which one it is meant for, where somebody said.

        Raises
        ------
        ScenarioError
            If it cannot be read as tables at all.
        """
        ...


IMPORTERS: tuple[Importer, ...] = (CsvTable(), Workbook())
"""The importers, in the order they are asked."""


def brought(content: bytes, file: str, table: str | None = None) -> Brought:
    """What a file holds, read by the first importer that knows it.

    Parameters
    ----------
    file : its name, by which errors call it.
    table : which table a CSV file is, or the first sheet of a workbook that has no sheet of that name; None where
        the file or the workbook's sheets name their tables themselves.

    Raises
    ------
    ScenarioError
        If no importer knows the file, or a sheet or the file's name names no table.
    """
    for importer in IMPORTERS:
        if importer.sniff(content, file):
            return Brought(importer.read(content, file, table))
    path = named(file)
    refuse_other_endings(path, shown_path(path))
    raise AssertionError("a file with the ending of a table is known to an importer")
