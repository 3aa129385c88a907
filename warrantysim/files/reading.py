"""Reads the files of one scenario: the chain of extends, tables, what-ifs; validation names every place."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from pathlib import Path as FilePath
from typing import Any, Generic, TypeVar

from pydantic import ValidationError

from warrantysim.files import fitted_figures, market_packs, seller_rows
from warrantysim.files.documents import Document, parse_document
from warrantysim.files.file_kinds import no_scenario, refuse_other_values
from warrantysim.files.layers import Ground, Layer, LayerRequest
from warrantysim.files.overrides import (
    Differences,
    Override,
    apply,
    rows_added,
    rows_dropped,
    stated_mapping,
    values_set,
)
from warrantysim.files.source_text import MIB, SourceFile, read_text, resolved, shown_path
from warrantysim.files.statements import RowPlace, Statements, duplicates
from warrantysim.files.tables import Table, read_table, split_sheet
from warrantysim.files.wording import UNKNOWN, problems_of
from warrantysim.schema.errors import SHOWN, SHOWN_PER_RULE, Problem, ScenarioError, refuse, suggestion, told
from warrantysim.schema.paths import name as path_name
from warrantysim.schema.paths import parse, table_fields, tree_of
from warrantysim.schema.strict import Strict

MAX_BYTES = 8 * MIB
"""Size of a scenario file [bytes]."""
MAX_CHAIN = 8
"""Files a chain of extends may have [files]."""

S = TypeVar("S", bound=Strict)


def validated(
    root: type[S],
    values: Mapping[str, Any],
    places: Statements,
    beside: Sequence[Problem] = (),
    whole: Callable[[], Mapping[str, Any]] | None = None,
) -> S:
    """The model of some values, or every problem with its place.

    Parameters
    ----------
    values : plain values, or, for fields that were validated before, their models.
    places : where they were stated.
    beside : problems found before.
    whole : gives all values in plain form, where some of ``values`` are models.
    """
    try:
        scenario = root.model_validate(values)
    except ValidationError as error:
        problems = list(beside)
        told = {problem.where for problem in beside}
        tree = whole() if whole else values
        kinds: Counter[str] = Counter()
        for path, problem in problems_of(error, root, values):
            if not path and beside:
                continue
            if path and path[0] in places.tables and len(path) == 1 and beside:
                continue
            kinds[problem.kind] += 1
            if kinds[problem.kind] > SHOWN_PER_RULE or len(problems) > SHOWN:
                # Printed is how many more there are; where each stands takes a search through the whole.
                text = problem.path or path_name(path, values, places.tables)
                problems.append(Problem(text, problem.message, "", problem.rule))
                continue
            if problem.path or not path:
                problems.append(places.resolve(problem, tree, path))
            else:
                shown = path[:-1] if problem.rule == UNKNOWN else None
                where = places.where(path, values, shown)
                if where in told:
                    continue
                text = path_name(shown or path, values, places.tables)
                problems.append(Problem(text, problem.message, where, problem.rule))
        raise ScenarioError(problems) from None
    if beside:
        raise ScenarioError(beside)
    return scenario


class Reader(Generic[S]):
    """Reads the files of one scenario and keeps, in step with its values, where each was stated."""

    def __init__(self, root: type[S]) -> None:
        self.root = root
        self.tables = table_fields(root)
        self.files: list[SourceFile] = []
        self.remarks: list[Problem] = []
        self.places = Statements(self.tables)

    def chain(self, path: FilePath) -> list[Document]:
        """The documents from a file to its root base."""
        documents: list[Document] = []
        seen: dict[FilePath, str] = {}
        where = ""
        while True:
            name = shown_path(path)
            if resolved(path) in seen:
                names = " -> ".join([*seen.values(), name])
                raise refuse(where, "circular extends: {names}", "extends", names=names)
            if len(seen) >= MAX_CHAIN:
                raise refuse(where, "more than {most} files extend each other", "extends", most=MAX_CHAIN)
            seen[resolved(path)] = name
            document = self._document(path, where)
            documents.append(document)
            parent = document.values.get("extends")
            if "extends" not in document.values:
                return documents
            where = f"{document.place(('extends',))}: extends"
            path = self._beside(name, parent, where, (".yaml", ".yml"), inside=False)

    def base(self, document: Document) -> S:
        """The scenario of a base file and its tables, laid over the packs it names."""
        refuse_other_values(document.name, document.values, "scenario")
        values = dict(document.values)
        stated_tables = values.pop("tables", {})
        packs = [values.pop("packs")] if "packs" in values.keys() - self.root.model_fields.keys() else []
        changes = {
            word: values.pop(word) for word in ("set", "rows") if word in values and word not in self.root.model_fields
        }
        if changes and not packs:
            word = next(iter(changes))
            message = told("only a what-if states {word!r}; did you forget 'extends: base.yaml'?", word=word)
            raise refuse(document.place((word,)), message, "extends")
        ground = Ground(self.tables, tuple(self.root.model_fields))
        for stated in packs:
            self.files += lay_packs(ground, document, stated, partial(self._beside, document.name, inside=True))
        inline = {field: values.pop(field) for field in self.tables if isinstance(values.get(field), list)}
        sections = self._section_files(document, self.root.model_fields)
        own = replace(document, values={key: value for key, value in values.items() if key not in sections})
        ground.lay(Layer([own, *(section.under(field) for field, section in sections.items())]))
        values = ground.document.values
        self.places.documents.append(((), ground.document))
        tables, problems = self._tables(document, stated_tables)
        for field in self.tables:
            if field in tables:
                ground.lay_table(field, tables[field])
                problems += tables[field].problems
            elif field in inline:
                places = [RowPlace(document.place((field, i)), None) for i in range(len(inline[field]))]
                ground.lay_rows(field, inline[field], places)
            elif field in ground.read or field in ground.rows:
                continue
            elif field in values or (isinstance(stated_tables, dict) and field in stated_tables):
                values.setdefault(field, ())
            elif self.root.model_fields[field].is_required():
                where = f"{document.place(('tables',))}: tables.{field}"
                problems.append(
                    Problem(
                        field, told("missing; name its file, such as tables/{field}.csv", field=field), where, "missing"
                    )
                )
                values[field] = ()
        for field, table in ground.read.items():
            values[field] = table.typed(self.tables[field])
            self.places.read(field, table)
        values |= ground.rows
        self.places.known |= ground.places
        problems += self._duplicates(values, [*tables, *(ground.rows.keys() - inline.keys())])
        hidden = {f"missing {f}.*.{c}" for f, t in tables.items() for c in t.missing}
        self.remarks += [*ground.remarks, *(remark for table in tables.values() for remark in table.remarks)]
        read = ground.read
        scenario = self._checked(
            values, problems, hidden, lambda: {**values, **{field: table.rows for field, table in read.items()}}
        )
        return self._with_changes(scenario, document) if changes else scenario

    def _with_changes(self, scenario: S, document: Document) -> S:
        """A scenario with the changes that a file on packs states beside its own figures."""
        rows = stated_mapping(document, "rows")
        overrides = [*rows_dropped(document, rows, self.tables), *values_set(document)]
        return self._changed(scenario, overrides, {}, rows_added(document, rows), {})

    def what_if(self, parent: S, document: Document) -> S:
        """A scenario with the differences a what-if states."""
        differences = Differences.of(document, set(self.root.model_fields), self.tables)
        tables, problems = self._tables(document, document.values.get("tables", {}))
        problems += [problem for table in tables.values() for problem in table.problems]
        if problems:
            raise ScenarioError(problems)
        sections = self._section_files(document, ("policy",))
        if "policy" in document.values and "policy" not in sections:
            sections["policy"] = document.below("policy")
        return self._changed(parent, differences.overrides, tables, differences.added, sections)

    def with_policy(self, scenario: S, path: FilePath) -> S:
        """A scenario with the policy of a file."""
        document = self._document(path, "")
        refuse_other_values(document.name, document.values, "policy")
        return self._changed(scenario, [], {}, {}, {"policy": document})

    def with_overrides(self, scenario: S, overrides: Sequence[Override]) -> S:
        """A scenario with some values changed."""
        return self._changed(scenario, overrides, {}, {}, {})

    def _changed(
        self,
        parent: S,
        overrides: Sequence[Override],
        tables: Mapping[str, Table],
        adds: Mapping[str, list[tuple[dict[str, Any], str]]],
        sections: Mapping[str, Document],
    ) -> S:
        """Only the touched fields are written out, changed and read again; the rest is taken over as it is."""
        touched = _touched(self.root, overrides) | set(adds)
        tree = tree_of(parent, touched) if touched else {}
        self.places.align(tree)
        for field, brought in tables.items():
            before = getattr(parent, field)
            table = brought.kept(self.tables[field], tree_of(parent, {field})[field] if before else ())
            tree[field] = table.rows if field in touched else table.typed(self.tables[field])
            self.remarks += table.remarks
            self.places.read(field, table)
        for field, section in sections.items():
            tree[field] = section.values
            self.places.section((field,), section)
        values: dict[str, Any] = {name: getattr(parent, name) for name in self.root.model_fields}
        applied = apply({**dict.fromkeys(values), **tree}, overrides, self.tables)
        if gone := [field for field in tree if field not in applied.tree]:
            removed = next(override for override in overrides if override.op == "remove")
            raise removed.problem(
                told("{gone} is a whole table or section; take out its rows or keys instead", gone=gone[0])
            )
        self.places.change(applied)
        for field, rows in adds.items():
            if isinstance(applied.tree[field], list):
                applied.tree[field] = [*applied.tree[field], *(row for row, _ in rows)]
            self.places.rows(field).extend(RowPlace(place, None) for _, place in rows)
        changed = {field: applied.tree[field] for field in tree}
        for field in changed.keys() & self.tables.keys() & touched:
            if isinstance(changed[field], list):
                self.places.name_rows(field, changed[field])

        def whole() -> Mapping[str, Any]:
            rest = {field: value for field, value in tree_of(parent).items() if field not in changed}
            self.places.align(rest)
            read = {field: table.rows for field, table in tables.items() if field not in touched}
            return {**rest, **changed, **read}

        return self._checked({**values, **changed}, self._duplicates(changed, changed), whole=whole)

    def _checked(
        self,
        values: dict[str, Any],
        problems: Sequence[Problem],
        hidden: Iterable[str] = (),
        whole: Callable[[], Mapping[str, Any]] | None = None,
    ) -> S:
        """The scenario of some values. ``hidden``: rules whose problems a missing column has reported already."""
        try:
            return validated(self.root, values, self.places, problems, whole)
        except ScenarioError as error:
            raise ScenarioError((p for p in error.problems if p.rule not in hidden), more=error.more) from None

    def _duplicates(self, values: Mapping[str, Any], fields: Iterable[str]) -> list[Problem]:
        problems = []
        for field in fields:
            model = self.tables.get(field)
            if model is not None and model.key_fields and isinstance(values[field], list | tuple):
                problems += duplicates(field, values[field], model, self.places)
        return problems

    def _document(self, path: FilePath, where: str) -> Document:
        try:
            text, file = read_text(path, MAX_BYTES)
        except ScenarioError as error:
            raise ScenarioError(
                Problem(p.path, p.message, f"{where}: {p.where}" if where else p.where, p.rule) for p in error.problems
            ) from None
        self.files.append(file)
        try:
            return parse_document(text, shown_path(path))
        except ScenarioError as error:
            raise no_scenario(shown_path(path), text, self.tables, error) from None

    def _section_files(self, document: Document, fields: Iterable[str]) -> dict[str, Document]:
        """Sections that are stated in a file of their own: ``policy: all_home.yaml``."""
        sections: dict[str, Document] = {}
        for field in fields:
            value = document.values.get(field)
            if isinstance(value, str) and value.endswith((".yaml", ".yml")):
                where = f"{document.place((field,))}: {field}"
                path = self._beside(document.name, value, where, (".yaml", ".yml"), inside=False)
                sections[field] = self._document(path, where)
        return sections

    def _beside(self, name: str, given: Any, where: str, endings: tuple[str, ...], inside: bool) -> FilePath:
        """A file named by another: a relative path with one of the endings, tables below the folder that names them."""
        if not isinstance(given, str) or not given.strip():
            raise refuse(where, "expected a file name, got {given!r}", "file name", given=given)
        stated_path = FilePath(given)
        folder = FilePath(name).parent
        if stated_path.is_absolute() or "\0" in given or "\\" in given:
            raise refuse(
                where,
                "expected a path relative to {name}, with '/', got {given!r}",
                "file name",
                name=name,
                given=given,
            )
        if stated_path.suffix.lower() not in endings:
            raise refuse(
                where,
                "expected a file ending in {names}, got {given!r}",
                "file name",
                names=" or ".join(endings),
                given=given,
            )
        path = FilePath(os.path.normpath(folder / stated_path))
        if inside and not resolved(path).is_relative_to(resolved(folder)):
            raise refuse(
                where, "expected a file below the folder of {name}, got {given!r}", "file name", name=name, given=given
            )
        return path

    def _tables(self, document: Document, named: Any) -> tuple[dict[str, Table], list[Problem]]:
        """The tables a document names; problems of files that cannot be read at all."""
        if not isinstance(named, dict):
            raise refuse(f"{document.place(('tables',))}: tables", "expected a mapping table: file", "file name")
        tables: dict[str, Table] = {}
        problems: list[Problem] = []
        for field, file in named.items():
            where = f"{document.place(('tables', field))}: tables.{field}"
            if field not in self.tables:
                message = told("unknown table {field!r}", field=field) + suggestion(field, self.tables)
                problems.append(Problem(f"tables.{field}", message, where, UNKNOWN))
                continue
            try:
                stated_file, sheet = split_sheet(file) if isinstance(file, str) else (file, None)
                path = self._beside(document.name, stated_file, where, (".csv", ".xlsx"), inside=True)
                tables[field] = read_table(path, self.tables[field], sheet)
            except ScenarioError as error:
                problems += error.problems
                continue
            self.files.append(tables[field].file)
        return tables, problems


def _touched(root: type[Strict], overrides: Iterable[Override]) -> set[str]:
    """Top-level fields the changes lie in; all of them where a change begins with a wildcard."""
    first: set[str] = set()
    for override in overrides:
        try:
            first.add(parse(override.path)[0].parts[0])
        except ScenarioError:
            continue
    fields = set(root.model_fields)
    return fields if any("*" in word for word in first) else first & fields


LAYERS: Mapping[str, Callable[[LayerRequest], Layer]] = {
    "markets": market_packs.layer,
    "seller": seller_rows.layer,
    "fitted": fitted_figures.layer,
}
"""What reads each key of ``packs:``, the lowest layer first."""


def lay_packs(
    ground: Ground, document: Document, stated: Any, file: Callable[[Any, str, tuple[str, ...]], Path]
) -> list[SourceFile]:
    """Lay what the key ``packs:`` of a document asks for; the files that were read.

    Parameters
    ----------
    ground : takes the layers.
    stated : the value of the key.
    file : the path of a file named beside the document, of the name, the place it is stated at and its endings.

    Raises
    ------
    ScenarioError
        Where the key is no mapping, asks for what there is not, or a layer has problems.
    """
    where = f"{document.place(('packs',))}: packs"
    if not isinstance(stated, dict) or not stated:
        raise refuse(where, "expected a mapping, such as {markets: [US, DE]}", "packs")
    if unknown := [key for key in stated if key not in LAYERS]:
        raise ScenarioError(
            Problem(
                f"packs.{key}",
                told("unknown key {key!r}", key=key) + suggestion(key, LAYERS),
                f"{document.place(('packs', key))}: packs.{key}",
                "unknown",
            )
            for key in unknown
        )
    files: list[SourceFile] = []
    for key, layer in LAYERS.items():
        if key in stated:
            place = f"{document.place(('packs', key))}: packs.{key}"

            def beside(name: Any, endings: tuple[str, ...], at: str = place) -> Path:
                return file(name, at, endings)

            laid = layer(LayerRequest(stated[key], place, beside, ground.plain(), ground.models, document.values))
            ground.lay(laid)
            files += laid.files
    return files
