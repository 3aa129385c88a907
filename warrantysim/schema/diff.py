"""How one scenario differs from another: one change a value, rows matched by key, in the path language."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Any

from warrantysim.schema.dated import BEGINNING
from warrantysim.schema.distribution import PARAMETERS
from warrantysim.schema.fields import Path, unit_at
from warrantysim.schema.paths import Tables, as_stated, item_name, table_fields, tree_of
from warrantysim.schema.paths import name as path_name
from warrantysim.schema.row_keys import key_text, keys_of
from warrantysim.schema.strict import Strict

LABELS = frozenset({"name", "title", "why"})
"""Top-level fields that say what a scenario is called, not what it states: no difference, not in the digest."""


class Absent:
    """What stands for a value one of two scenarios does not have."""

    def __repr__(self) -> str:
        return "nothing"


ABSENT = Absent()
"""The one absent value."""
_WHOLE_AMOUNT = re.compile(r"^(-?[0-9]+)\.0 ([A-Z]{3})$")


@dataclass(frozen=True)
class Change:
    """One value that differs."""

    path: str
    """Where, in the path language [path]."""
    old: Any
    """The plain value before; ``ABSENT`` where there was none."""
    new: Any
    """The plain value after; ``ABSENT`` where there is none."""
    unit: str = ""
    """Unit of both [text]."""
    source: str = ""
    """Source the table row states, the new one where there is one [text]."""

    def __str__(self) -> str:
        return f"{self.path}: {one_line_value(self.old)} -> {one_line_value(self.new)}"


def diff(a: Strict, b: Strict) -> tuple[Change, ...]:
    """Every value that differs between two scenarios of one root model, in the order of ``a``.

    Table rows and list items with an ``id`` are matched by key, other lists by position. The order of table rows and
    of mapping keys, and the labels (name, title, why), are no differences. Empty exactly if the digests are equal.

    Raises
    ------
    TypeError
        If the two are scenarios of different models.
    """
    if type(a) is not type(b):
        raise TypeError(f"expected two scenarios of one model, got {type(a).__name__} and {type(b).__name__}")
    other = {name for name in type(a).model_fields if getattr(a, name) != getattr(b, name)}
    comparison = _Comparison(type(a), table_fields(type(a)), tree_of(a, other), tree_of(b, other))
    return tuple(comparison.changes())


def count_differences(a: Strict, b: Strict) -> int:
    """How many values `diff` tells of, without telling them: rows that one scenario lacks are counted by their keys.

    Raises
    ------
    TypeError
        As `diff`.
    """
    return first(a, b, 0)[1]


def first(a: Strict, b: Strict, most: int) -> tuple[tuple[Change, ...], int]:
    """The first values that differ, at most so many, and how many there are; a table of a million rows takes seconds.

    Raises
    ------
    TypeError
        As `diff`.
    """
    if type(a) is not type(b):
        raise TypeError(f"expected two scenarios of one model, got {type(a).__name__} and {type(b).__name__}")
    tables = table_fields(type(a))
    other = {name for name in type(a).model_fields if getattr(a, name) != getattr(b, name)}
    sections, left_out = other - tables.keys(), 0
    before, after = tree_of(a, sections), tree_of(b, sections)
    for field in [name for name in type(a).model_fields if name in other and name in tables]:
        old, new = (
            dict(zip(keys_of(rows, tables[field]), rows, strict=True))
            for rows in (getattr(a, field), getattr(b, field))
        )
        both = [key for key in old if key in new and old[key] != new[key]]
        gone, added = ([key for key in one if key not in other_one] for one, other_one in ((old, new), (new, old)))
        left_out += max(0, len(gone) - most) + max(0, len(added) - most)
        before[field] = [as_stated(old[key]) for key in (*both, *gone[:most])]
        after[field] = [as_stated(new[key]) for key in (*both, *added[:most])]
    order = [field.alias or name for name, field in type(a).model_fields.items()]
    before, after = ({name: tree[name] for name in order if name in tree} for tree in (before, after))
    found = _Comparison(type(a), tables, before, after).changes()
    told = tuple(islice(found, most))
    return told, len(told) + sum(1 for _ in found) + left_out


class _Comparison:
    def __init__(self, root: type[Strict], tables: Tables, a: dict[str, Any], b: dict[str, Any]) -> None:
        self.root, self.tables, self.a, self.b = root, tables, a, b

    def changes(self) -> Iterator[Change]:
        for field in self.a:
            if field in self.tables:
                yield from self._table(field)
            elif field not in LABELS:
                yield from self._values(self.a[field], self.b[field], (field,), (field,))

    def _table(self, field: str) -> Iterator[Change]:
        model = self.tables[field]
        old = {key_text(row, model): i for i, row in enumerate(self.a[field])}
        new = {key_text(row, model): i for i, row in enumerate(self.b[field])}
        for key, i in old.items():
            row = self.a[field][i]
            if key not in new:
                yield self._change((field, i), (), row, ABSENT, str(row.get("source", "")))
                continue
            other = self.b[field][new[key]]
            for column in row:
                if row[column] != other[column]:
                    source = str(other.get("source", ""))
                    yield from self._values(
                        row[column], other[column], (field, i, column), (field, new[key], column), source
                    )
        for key, i in new.items():
            if key not in old:
                row = self.b[field][i]
                yield self._change((), (field, i), ABSENT, row, str(row.get("source", "")))

    def _values(self, old: Any, new: Any, before: Path, after: Path, source: str = "") -> Iterator[Change]:
        if old == new and type(old) is type(new):
            return
        if isinstance(old, Mapping) and isinstance(new, Mapping) and not _other_kind(old, new):
            for key in [*old, *(k for k in new if k not in old)]:
                yield from self._child(
                    old.get(key, ABSENT), new.get(key, ABSENT), (*before, key), (*after, key), source
                )
        elif isinstance(old, list) and isinstance(new, list):
            yield from self._items(old, new, before, after, source)
        elif old != new or isinstance(old, bool) != isinstance(new, bool):
            yield self._change(before, after, old, new, source)

    def _child(self, old: Any, new: Any, before: Path, after: Path, source: str) -> Iterator[Change]:
        if old is ABSENT:
            yield self._change((), after, old, new, source)
        elif new is ABSENT:
            yield self._change(before, (), old, new, source)
        else:
            yield from self._values(old, new, before, after, source)

    def _items(self, old: list[Any], new: list[Any], before: Path, after: Path, source: str) -> Iterator[Change]:
        names_old = [item_name(item) or str(i) for i, item in enumerate(old)]
        names_new = [item_name(item) or str(i) for i, item in enumerate(new)]
        for i, name in enumerate(names_old):
            j = names_new.index(name) if name in names_new else None
            other = ABSENT if j is None else new[j]
            yield from self._child(old[i], other, (*before, i), (*after, i if j is None else j), source)
        for j, name in enumerate(names_new):
            if name not in names_old:
                yield from self._child(ABSENT, new[j], before, (*after, j), source)
        kept = [name for name in names_old if name in names_new]
        if kept != [name for name in names_new if name in names_old]:
            yield self._change(before, after, names_old, names_new, source)

    def _change(self, before: Path, after: Path, old: Any, new: Any, source: str = "") -> Change:
        path, tree = (before, self.a) if before else (after, self.b)
        return Change(path_name(path, tree, self.tables), old, new, unit_at(self.root, path), source)


def _other_kind(old: Mapping[str, Any], new: Mapping[str, Any]) -> bool:
    """Whether two mappings are distributions of different kinds, which are compared as a whole."""
    return len(old) == len(new) == 1 and old.keys() != new.keys() and {*old, *new} <= PARAMETERS.keys()


def one_line_value(value: Any) -> str:
    """A plain value on one line: ``58 USD``, ``lognormal(median=8, sigma=0.3)``, ``{sku: A, weight_kg: 2}``.

    Of a table row source and mark are left out.
    """
    if value is None:
        return "nothing"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    if isinstance(value, Mapping):
        if len(value) == 1 and (kind := next(iter(value))) in PARAMETERS and isinstance(value[kind], Mapping):
            return f"{kind}({', '.join(f'{k}={one_line_value(v)}' for k, v in value[kind].items())})"
        beside = {"source", "mark"} if {"source", "mark"} <= value.keys() else set()
        stated = {k: v for k, v in value.items() if k not in beside and v not in (None, "", BEGINNING.isoformat())}
        return "{" + ", ".join(f"{k}: {one_line_value(v)}" for k, v in stated.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(one_line_value(v) for v in value) + "]"
    return _WHOLE_AMOUNT.sub(r"\1 \2", str(value))
