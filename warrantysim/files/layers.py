"""A scenario in layers: what packs, a seller's workbook and fitted figures state, each laid over the one before.

Mappings are merged key by key; anything else takes the place of what was there, and so does a distribution and a
mapping that names another rule or kind. A row takes the place of the row of its key; columns that its table lacks keep
what they had, but for source and mark. Every value keeps the place of the layer that stated it last.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import accumulate
from pathlib import Path
from typing import Any

from warrantysim.files.documents import Document, dotted
from warrantysim.files.overrides import CHOOSERS, Override, apply, is_distribution
from warrantysim.files.source_text import SourceFile
from warrantysim.files.statements import RowPlace, Statements
from warrantysim.files.tables import Table
from warrantysim.schema.errors import Problem, ScenarioError
from warrantysim.schema.paths import Tables, at, match, parse
from warrantysim.schema.row_keys import key_text

WHOLE = ("policy",)
"""Sections that are stated whole: a rule of one's own is not mixed with the usual one."""
RESTS_ON = ("source", "mark")
"""What a row's figures rest on: never kept from the row it takes the place of."""


@dataclass(frozen=True)
class LayerRequest:
    """What a key of ``packs:`` asks for, and what the layers below it state."""

    stated: Any
    """The value of the key."""
    where: str
    """Where it is stated, as errors print it [text]."""
    file: Callable[[Any, tuple[str, ...]], Path]
    """The path of a file named beside the scenario, which has one of some endings; raises where it is none."""
    below: Mapping[str, Any]
    """What the layers below state, plain: sections as mappings, tables as lists of rows {column: cell}."""
    tables: Tables
    """Row models of the table fields."""
    top: Mapping[str, Any] = field(default_factory=dict)
    """What the scenario file itself states, plain."""


@dataclass(frozen=True)
class Layer:
    """What one source states of a scenario. Documents are laid first, then rows, then single figures are set."""

    documents: Sequence[Document] = ()
    """Mappings with the line of each value; a later one wins."""
    tables: Sequence[tuple[str, Table]] = ()
    """Rows by table field. A table's ``header`` says which columns it states, its ``name`` and ``numbers`` where."""
    figures: Sequence[Override] = ()
    """Figures to set at paths of what is stated so far; each change knows its place."""
    files: Sequence[SourceFile] = ()
    """Files of the seller that were read; what ships with the program goes with its version."""
    remarks: Sequence[Problem] = ()
    """What is worth knowing of what was read."""


@dataclass
class Ground:
    """What the layers laid so far state."""

    models: Tables
    """Row models of the table fields."""
    fields: Sequence[str]
    """Fields of a scenario, in their order [text]."""
    document: Document = field(default_factory=lambda: Document("", {}, {}))
    """Everything but tables."""
    read: dict[str, Table] = field(default_factory=dict)
    """Tables that one file states alone, as they were read."""
    rows: dict[str, list[Any]] = field(default_factory=dict)
    """Rows of the other tables."""
    places: dict[str, list[RowPlace]] = field(default_factory=dict)
    """Where each of those was stated."""
    remarks: list[Problem] = field(default_factory=list)
    """What is worth knowing of the layers."""

    def lay(self, layer: Layer) -> None:
        """Lay another layer over what there is."""
        self.remarks += layer.remarks
        for document in layer.documents:
            self.document = over(self.document, document)
            self._forget(document)
        for name, table in layer.tables:
            self.lay_table(name, table)
        self.set(layer.figures)

    def _forget(self, document: Document) -> None:
        """Take out ranges of figures that are no more: a value stated as another distribution, or a shorter list."""
        if "assumptions" not in self.read and "assumptions" not in self.rows:
            return
        stated = [
            path
            for path in document.lines
            if path[:1] and path[0] in document.values and _is_figure(at(document.values, path))
        ]
        within = tuple(dotted(path) + mark for path in stated for mark in ".[")
        rows, places = self._opened("assumptions")
        for i in reversed(range(len(rows))):
            path = str(rows[i].get("path", ""))
            if path.startswith(within) and not self._has(path):
                del rows[i], places[i]

    def _has(self, path: str) -> bool:
        try:
            return bool(match(self.document.values, path, {}))
        except ScenarioError:
            return False

    def lay_table(self, name: str, table: Table) -> None:
        """Lay the rows of a table over those there are."""
        if name not in self.read and name not in self.rows:
            self.read[name] = table
            return
        places = Statements(self.models)
        places.read(name, table)
        self.lay_rows(name, table.rows, places.rows(name), table.header)

    def lay_rows(
        self, name: str, rows: Sequence[Any], places: Sequence[RowPlace], columns: Iterable[str] | None = None
    ) -> None:
        """Lay rows over those there are. ``columns``: what they state, by default what each does; others are kept."""
        model = self.models[name]
        known, where = self._opened(name)
        found = {key_text(row, model): i for i, row in enumerate(known)}
        new: list[tuple[Any, RowPlace]] = []
        for row, place in zip(rows, places, strict=True):
            place.key = key_text(row, model)
            own = row if isinstance(row, Mapping) else ()
            stated = {*(own if columns is None else columns), *RESTS_ON}
            if (i := found.pop(place.key, None)) is None:
                new.append((row, place))
            elif kept := {column: cell for column, cell in known[i].items() if column not in stated}:
                known[i] = {**kept, **row}
                where[i].cells.update({column: place.at(column) for column in row})
            else:
                known[i], where[i] = row, place
        self._add(name, new)

    def _add(self, name: str, new: Sequence[tuple[Any, RowPlace]]) -> None:
        """Put new rows at the end; assumptions, whose order chooses their draws, before those of later sections."""
        known, where = self.rows[name], self.places[name]
        spots = [len(known)] * len(new)
        if name == "assumptions":
            tops = list(accumulate(map(self._rank, known), max))
            spots = [bisect_right(tops, self._rank(row)) for row, _ in new]
        for i in sorted(range(len(new)), key=lambda i: (spots[i], i), reverse=True):
            known.insert(spots[i], new[i][0])
            where.insert(spots[i], new[i][1])

    def _rank(self, row: Mapping[str, Any]) -> int:
        """Where the section of an assumption's path stands among the fields of a scenario."""
        section = re.split(r"[.\[]", str(row.get("path", "")), maxsplit=1)[0]
        return self.fields.index(section) if section in self.fields else len(self.fields)

    def set(self, figures: Sequence[Override]) -> None:
        """Set single figures.

        Raises
        ------
        ScenarioError
            Where a path names nothing.
        """
        if not figures:
            return
        tables = {parse(figure.path)[0].parts[0] for figure in figures} & self.models.keys()
        applied = apply(
            {**self.document.values, **{name: self._opened(name)[0] for name in tables}}, figures, self.models
        )
        below = self.document.places()
        for path, place in applied.places.items():
            if path[0] not in self.models:
                below[path] = place
            elif len(path) > 2:
                self.places[str(path[0])][int(path[1])].cells[str(path[2])] = place
        for name in tables:
            self.rows[name] = applied.tree.pop(name)
        self.document = Document(self.document.name, applied.tree, {}, below)

    def plain(self) -> dict[str, Any]:
        """Everything in plain form."""
        return {**self.document.values, **{name: table.rows for name, table in self.read.items()}, **self.rows}

    def _opened(self, name: str) -> tuple[list[Any], list[RowPlace]]:
        """The rows of a table one by one, and their places."""
        if (table := self.read.pop(name, None)) is not None:
            places = Statements(self.models)
            places.read(name, table)
            self.rows[name], self.places[name] = list(table.rows), places.rows(name)
        return self.rows.setdefault(name, []), self.places.setdefault(name, [])


def over(below: Document, above: Document) -> Document:
    """One document laid over another."""
    values = dict(below.values)
    for key, value in above.values.items():
        values[key] = value if key in WHOLE else _merged(values.get(key), value)
    return Document(above.name, values, above.lines, below.places())


def _is_figure(value: Any) -> bool:
    return not isinstance(value, Mapping) or is_distribution(value)


def _merged(old: Any, new: Any) -> Any:
    if not (isinstance(old, Mapping) and isinstance(new, Mapping)) or is_distribution(new):
        return new
    if any(key in new and key in old and new[key] != old[key] for key in CHOOSERS):
        return new
    return {**old, **{key: _merged(old.get(key), value) for key, value in new.items()}}
