"""Where every value of a scenario was stated: a line of a YAML file, a cell of a table, or a ``--set``."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from warrantysim.files.documents import Document
from warrantysim.files.overrides import Applied
from warrantysim.files.tables import Table, cell_place
from warrantysim.schema.errors import SHOWN_PER_RULE, Problem, ScenarioError, told
from warrantysim.schema.fields import Path
from warrantysim.schema.paths import Tables, match, name, parse
from warrantysim.schema.row_keys import bracketed, key_text, keys_of
from warrantysim.schema.strict import Row


@dataclass
class RowPlace:
    """Where one row was stated, and which of its cells were restated since."""

    file: str
    """The table's file, or the line of the what-if that added the row [text]."""
    number: int | None
    """Row number in the file; None for a row stated in YAML [1-based]."""
    key: tuple[str, ...] = ()
    """Key of the row [text]."""
    cells: dict[str, str] = field(default_factory=dict)
    """Statement of restated cells, by column [text]."""

    def at(self, column: str) -> str:
        """The place of one of its cells."""
        if column in self.cells:
            return self.cells[column]
        return self.file if self.number is None else cell_place(self.file, self.number, column)


@dataclass
class Statements:
    """Statements of a scenario's values while it is loaded; changed in step with the tree."""

    tables: Tables
    """Row models of the table fields."""
    documents: list[tuple[Path, Document]] = field(default_factory=list)
    """Documents by the path at which their values stand; later ones win."""
    restated: dict[Path, str] = field(default_factory=dict)
    """Statements of changed values, by path."""
    files: dict[str, Table] = field(default_factory=dict)
    """Tables as they were read, whose rows nobody has asked for one by one."""
    known: dict[str, list[RowPlace]] = field(default_factory=dict)
    """Statement of each row of the other tables, in the order of the tree."""

    def read(self, field_name: str, table: Table) -> None:
        """A table was read from a file."""
        self.known.pop(field_name, None)
        self.files[field_name] = table

    def rows(self, field_name: str) -> list[RowPlace]:
        """Statement of each row of a table, in the order of the tree."""
        if (table := self.files.pop(field_name, None)) is not None:
            self.known[field_name] = [
                RowPlace(table.name, number, key_text(row, self.tables[field_name]))
                for number, row in zip(table.numbers, table.rows, strict=True)
            ]
        return self.known.setdefault(field_name, [])

    def name_rows(self, field_name: str, rows: Sequence[Mapping[str, Any]]) -> None:
        """Keep each row's key, to know it again in another order."""
        for place, row in zip(self.rows(field_name), rows, strict=False):
            place.key = key_text(row, self.tables[field_name])

    def align(self, tree: Mapping[str, Any]) -> None:
        """Follow the order of rows in a tree: a model may put its rows in order."""
        for field_name in self.tables.keys() & tree.keys():
            known = {place.key: place for place in self.rows(field_name)}
            file = self.rows(field_name)[0].file if known else ""
            keys = [key_text(row, self.tables[field_name]) for row in tree[field_name]]
            self.known[field_name] = [known.get(key) or RowPlace(file, None, key) for key in keys]

    def change(self, applied: Applied) -> None:
        """Changes were applied to the tree."""
        self.restated = {
            known: place
            for known, place in self.restated.items()
            if not any(known[:length] in applied.places for length in range(1, len(known) + 1))
        }
        for path, place in applied.places.items():
            if len(path) > 1 and path[0] in self.tables and isinstance(path[1], int):
                row = self.rows(str(path[0]))[path[1]]
                if len(path) > 2:
                    row.cells[str(path[2])] = place
                else:
                    self.rows(str(path[0]))[path[1]] = RowPlace(place, None)
                continue
            if len(path) == 1 and path[0] in self.tables:
                self.files.pop(str(path[0]), None)
                self.known[str(path[0])] = []
            self.restated[path] = place
        for path, place in applied.removed.items():
            if len(path) == 2 and path[0] in self.tables and isinstance(path[1], int):
                del self.rows(str(path[0]))[path[1]]
            else:
                self.restated[path] = place

    def where(self, path: Path, tree: Mapping[str, Any], shown: Path | None = None) -> str:
        """The place of a value as errors print it, with its path (``shown``, if another is to be named).

        Table cells print as ``tables/skus.csv row 4, column weight_kg``, all else as ``x.yaml:12: lanes.US-air``.
        """
        text = name(path if shown is None else shown, tree, self.tables)
        if path and path[0] in self.tables:
            rows = self.rows(str(path[0]))
            if len(path) > 1 and isinstance(path[1], int) and path[1] < len(rows):
                row = rows[path[1]]
                column = str(path[2]) if len(path) > 2 else ""
                if column in row.cells:
                    return _joined(row.cells[column], text)
                if row.cells and not column:
                    return _joined(list(row.cells.values())[-1], text)
                if row.number is None:
                    return _joined(row.file, text)
                return cell_place(row.file, row.number, column) if column else f"{row.file} row {row.number}"
            if rows and rows[0].number is not None:
                return rows[0].file
        for length in range(len(path), 0, -1):
            if path[:length] in self.restated:
                return _joined(self.restated[path[:length]], text)
        # What is wrong with a whole that was right before is due to the part that was changed.
        parts = [place for part, place in self.restated.items() if path and part[: len(path)] == path]
        if parts:
            return _joined(parts[-1], text)
        for prefix, document in reversed(self.documents):
            if path[: len(prefix)] == prefix:
                return _joined(document.place(path[len(prefix) :]), text)
        return text

    def section(self, path: Path, document: Document) -> None:
        """The values at a path are a document's."""
        self.documents.append((path, document))
        self.restated = {p: place for p, place in self.restated.items() if p[: len(path)] != path}

    def resolve(self, problem: Problem, tree: Mapping[str, Any], below: Path = ()) -> Problem:
        """A validator's problem with its place; ``below`` is the path of the model whose validator raised."""
        text = name(below, tree, self.tables)
        separator = "" if not text or problem.path.startswith("[") or not problem.path else "."
        whole = f"{text}{separator}{problem.path}"
        try:
            found = match(tree, whole, self.tables) if whole else [()]
        except ScenarioError:
            path = self._nearest(whole, tree)
            return Problem(whole, problem.message, _joined(self.where(path, tree, ()), whole), problem.rule)
        # An undated row's path means all dates; the row that has exactly this name comes first.
        path = next((p for p in found if name(p, tree, self.tables) == whole), found[0])
        return Problem(whole, problem.message, self.where(path, tree) if path else self._top(), problem.rule)

    def placed(self, problems: Sequence[Problem], tree: Callable[[set[str]], Mapping[str, Any]]) -> list[Problem]:
        """Problems of a scenario with their places, as many of each kind as are printed; the rest as they are.

        Parameters
        ----------
        tree : gives the plain form of some top-level fields.
        """
        seen: Counter[str] = Counter()
        out: list[Problem] = []
        for problem in problems:
            seen[problem.kind] += 1
            if seen[problem.kind] <= SHOWN_PER_RULE:
                out.append(self._of_file(problem) or self._of_tree(problem, tree))
            else:
                out.append(problem)
        return out

    def _of_tree(self, problem: Problem, tree: Callable[[set[str]], Mapping[str, Any]]) -> Problem:
        plain = tree({parse(problem.path)[0].parts[0]})
        self.align(plain)
        return self.resolve(problem, plain)

    def _of_file(self, problem: Problem) -> Problem | None:
        """The problem at its row of a table as it was read, where its key stands there as it is."""
        table_name, *steps = parse(problem.path)
        table, model = self.files.get(table_name.parts[0]), self.tables.get(table_name.parts[0])
        if table is None or model is None or not steps:
            return None
        key = steps[0].parts[: len(model.key_fields)]
        columns = [table.cells.get(name) for name in model.key_fields]
        if steps[0].parts != key or None in columns:
            return None
        rows = (i for i, cells in enumerate(zip(*columns, strict=True)) if cells == key)
        row = next(rows, None)
        if row is None or next(rows, None) is not None:
            return None
        number, column = table.numbers[row], steps[1].parts[0] if len(steps) > 1 else ""
        where = cell_place(table.name, number, column) if column else f"{table.name} row {number}"
        return Problem(problem.path, problem.message, where, problem.rule)

    def _top(self) -> str:
        return self.documents[0][1].name if self.documents else ""

    def _nearest(self, whole: str, tree: Mapping[str, Any]) -> Path:
        """The longest beginning of a path text that the tree has."""
        for end in range(len(whole) - 1, 0, -1):
            if whole[end] in ".[":
                try:
                    return match(tree, whole[:end], self.tables)[0]
                except ScenarioError:
                    continue
        return ()


def _joined(place: str, text: str) -> str:
    if not text or not place:
        return place or text
    return place if place.startswith("--set") and text in place else f"{place}: {text}"


def duplicates(field_name: str, rows: Sequence[Any], model: type[Row], places: Statements) -> list[Problem]:
    """Rows whose key another row of the table has already. ``rows``: as stated, or as instances of their model."""
    keys = keys_of(rows, model)
    if len(set(keys)) == len(keys):
        return []
    first: dict[tuple[str, ...], int] = {}
    problems = []
    for i, key in enumerate(keys):
        if key in first:
            earlier = places.where((field_name, first[key]), {field_name: rows})
            message = told("duplicate key {names}; first stated in {earlier}", names=",".join(key), earlier=earlier)
            where = places.where((field_name, i), {field_name: rows})
            problems.append(Problem(field_name + bracketed(key), message, where, f"duplicate {field_name}"))
        first.setdefault(key, i)
    return problems
