"""One name for what a scenario states: equal scenarios have equal digests, however their files are laid out."""

from __future__ import annotations

import hashlib
import json
import weakref
from collections.abc import Iterator, Sequence
from typing import Any

from warrantysim.schema.diff import LABELS
from warrantysim.schema.paths import as_stated, table_fields, tree_of
from warrantysim.schema.row_keys import key_text, keys_of
from warrantysim.schema.strict import Row, Strict

_SCALARS = {str, bool, int, float, type(None)}
BLOCK = 2_000
"""Rows written out at a time [rows]."""


def canonical(scenario: Strict) -> dict[str, Any]:
    """The plain form with table rows in order of key and without labels (name, title, why)."""
    tables = table_fields(type(scenario))
    tree = {field: value for field, value in tree_of(scenario).items() if field not in LABELS}
    for field, model in tables.items():
        tree[field] = sorted(tree[field], key=lambda row: key_text(row, model))
    result: dict[str, Any] = _numbers(tree)
    return result


def _numbers(value: Any) -> Any:
    """Whole floats as whole numbers, so that 1 and 1.0 are one figure."""
    if isinstance(value, dict):
        return {key: _numbers(child) for key, child in value.items()}
    if isinstance(value, list):
        return [_numbers(child) for child in value]
    return int(value) if isinstance(value, float) and value.is_integer() else value


def digest(scenario: Strict) -> str:
    """SHA-256 of the canonical JSON of a scenario, 64 hexadecimal digits.

    Independent of file layout, order of keys and rows, defaults written out or not, and labels; any other value that
    differs changes it. Scenarios do not change once made, so each is gone through once.
    """
    known = _known.get(id(scenario))
    if known is None:
        known = _known[id(scenario)] = _written(scenario)
        weakref.finalize(scenario, _known.pop, id(scenario), None)
    return known


_known: dict[int, str] = {}
"""Digests by the identity of living scenarios."""


def _written(scenario: Strict) -> str:
    """The digest of the canonical form, written out piece by piece: a table of many rows is never held as text."""
    tables = table_fields(type(scenario))
    found = hashlib.sha256(b"{")
    names = {field.alias or name: name for name, field in type(scenario).model_fields.items() if name not in LABELS}
    for place, name in enumerate(sorted(names)):
        found.update(f"{',' if place else ''}{json.dumps(name, ensure_ascii=False)}:".encode())
        if names[name] in tables:
            for piece in _rows(getattr(scenario, names[name]), tables[names[name]]):
                found.update(piece.encode())
        else:
            found.update(_text(_numbers(tree_of(scenario, {names[name]})[name])).encode())
    found.update(b"}")
    return found.hexdigest()


def _text(value: Any, in_order: bool = False) -> str:
    """Canonical JSON. ``in_order``: the keys are in order already, and below them stand none."""
    return json.dumps(value, sort_keys=not in_order, ensure_ascii=False, separators=(",", ":"), allow_nan=False)


def _rows(rows: Sequence[Row], model: type[Row]) -> Iterator[str]:
    """The canonical text of a table in pieces: its rows in order of key."""
    keys = keys_of(rows, model)
    order = sorted(range(len(rows)), key=keys.__getitem__)
    columns = sorted((field.alias or name, name) for name, field in model.model_fields.items())
    aliases = [alias for alias, _ in columns]
    yield "["
    for begin in range(0, len(order), BLOCK):
        block = [vars(rows[i]) for i in order[begin : begin + BLOCK]]
        cells = [_plainly([row[name] for row in block]) for _, name in columns]
        in_order = all(known <= _SCALARS for known in map(_kinds, cells))
        whole = _text([dict(zip(aliases, row, strict=True)) for row in zip(*cells, strict=True)], in_order)
        yield ("," if begin else "") + whole[1:-1]
    yield "]"


def _kinds(cells: list[Any]) -> set[type]:
    return set(map(type, cells))


def _plainly(cells: list[Any]) -> list[Any]:
    """A column in canonical plain form."""
    if _kinds(cells) <= {str, bool, int, type(None)}:
        return cells
    if _kinds(cells) <= {float, type(None)}:
        return [int(value) if value is not None and value.is_integer() else value for value in cells]
    return [_numbers(as_stated(value)) for value in cells]
