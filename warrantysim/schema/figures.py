"""Every figure of a scenario that stands outside tables, one by one, each with what the schema says of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from warrantysim.schema.diff import LABELS, one_line_value
from warrantysim.schema.distribution import PARAMETERS
from warrantysim.schema.errors import NOTHING, Message, told
from warrantysim.schema.fields import Path, Words, station, unit_at
from warrantysim.schema.paths import name, table_fields, tree_of
from warrantysim.schema.strict import Strict

SHORT = 3
"""Blanks of a docstring that says too little by itself."""
SIZE_CLASSES = ("small", "mid", "large")
"""Parcels, each with a docstring that says which parcel, not what is paid."""


@dataclass(frozen=True)
class StatedFigure:
    """One value as stated."""

    at: Path
    """Where, as keys and positions."""
    path: str
    """Where, in the path language [path]."""
    value: Any
    """The plain value; None where it is not stated and has no default."""
    text: str
    """The value on one line [text]."""
    unit: str
    """Its unit [text]."""
    range: str
    """Its range [text]."""
    doc: Message
    """What it is."""


def figures(scenario: Strict) -> Iterator[StatedFigure]:
    """Every value outside tables, in the order of the schema. A distribution, a list of plain values and a dated value
    are one figure each."""
    root, tree = type(scenario), tree_of(scenario)
    tables = table_fields(root)
    for field, value in tree.items():
        if field in tables or field in LABELS or field == "schema_version":
            continue
        for path, leaf in _leaves((field,), value):
            said, doc = words_at(root, path)
            yield StatedFigure(
                path, name(path, tree, tables), leaf, one_line_value(leaf), unit_at(root, path), said.range, doc
            )


def _leaves(path: Path, value: Any) -> Iterator[tuple[Path, Any]]:
    if isinstance(value, Mapping) and value and not (len(value) == 1 and next(iter(value)) in PARAMETERS):
        for key, child in value.items():
            yield from _leaves((*path, key), child)
    elif isinstance(value, list) and any(
        isinstance(item, Mapping) and set(item) != {"from", "value"} for item in value
    ):
        for i, child in enumerate(value):
            yield from _leaves((*path, i), child)
    else:
        yield path, value


def words_at(root: type[Strict], path: Path) -> tuple[Words, Message]:
    """What the schema says of the value at a concrete path; a short docstring stands after that of what it is part of:
    a hub's fee for small parcels says first which fee."""
    docs = station(root, path).said
    if not docs:
        return Words("", "", ""), NOTHING
    own = docs[-1]
    short = len(docs) > 2 and (own.doc.count(" ") < SHORT or path[-1] in SIZE_CLASSES)
    return own, told("{what}: {of}", what=told(docs[-2].doc), of=told(own.doc)) if short else told(own.doc)
