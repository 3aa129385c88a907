"""What a row of a table is called: its key as text, the same for a row as read and for its model."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from operator import attrgetter
from typing import Any

from warrantysim.schema.dated import BEGINNING, DatedRow
from warrantysim.schema.fields import arms
from warrantysim.schema.strict import Row

_ALWAYS = BEGINNING.isoformat()


def quoted(part: str) -> str:
    """A part of a key as paths write it: in double quotes where it holds what paths are parted by."""
    odd = part != part.strip() or any(mark in part for mark in ",[]\"'=*")
    return '"' + part.replace('"', '""') + '"' if odd else part


def bracketed(parts: Iterable[str]) -> str:
    """A key as paths write it: ``[CHG-65,US]``."""
    return f"[{','.join(map(quoted, parts))}]"


def key_text(row: Any, model: type[Row]) -> tuple[str, ...]:
    """The key of a plain row as text, with its date where it has one; numbers in their shortest form. Nothing where it
    is no row."""
    if not isinstance(row, Mapping):
        return ()
    parts, dated = _key_recipe(model)
    key = []
    for column, default, numeric in parts:
        value = row.get(column)
        key.append(_key_part(default if value is None else value, numeric))
    if dated:
        day = str(row.get("from") or "")
        if day and day != _ALWAYS:
            key.append(day)
    for name in model.also_key:
        value = str(row.get(name) or "")
        if value and value not in {_ALWAYS, str(model.model_fields[name].default)}:
            key.append(f"{name} {value}")
    return tuple(key)


def first_key(model: type[Row]) -> tuple[str, bool]:
    """First column of a row's key, and whether it is a figure."""
    parts, _ = _key_recipe(model)
    return (parts[0][0], parts[0][2]) if parts else ("", True)


def keys_of(rows: Sequence[Any], model: type[Row]) -> list[tuple[str, ...]]:
    """The keys of rows, as stated or as instances of their model."""
    parts, dated = _key_recipe(model)
    names = model.key_fields
    get = attrgetter(*names, "from_") if dated else attrgetter(*names)
    if len(names) == 1 and not dated and set(map(type, rows)) == {model} and not parts[0][2]:
        return [(str(value),) for value in map(get, rows)]
    out = []
    for row in rows:
        if isinstance(row, model):
            got = get(row)
            values = got if dated or len(names) > 1 else (got,)
            key = tuple(_key_part(value, part[2]) for value, part in zip(values, parts, strict=False))
            date = (values[-1].isoformat(),) if dated and values[-1] != BEGINNING else ()
            out.append((*key, *date, *row.also_stated))
        else:
            out.append(key_text(row, model))
    return out


def surely_apart(rows: Sequence[Row], model: type[Row]) -> bool:
    """Whether the keys of rows differ for certain: what they state of it does, before it is written as text."""
    names = (*model.key_fields, *(("from_",) if issubclass(model, DatedRow) else ()), *model.also_key)
    return _alike_in_kind(model) and len(set(map(attrgetter(*names), rows))) == len(rows)


@lru_cache(maxsize=256)
def _alike_in_kind(model: type[Row]) -> bool:
    """Whether each part of a key is always text, always a number or always a date: then values that differ are written
    differently."""
    kinds = [set(arms(model.model_fields[name].annotation)) for name in model.key_fields]
    return all(len(kind) == 1 or kind <= {int, float} for kind in kinds)


def key_part(value: Any, model: type[Row], name: str) -> str:
    """One part of a row's key as text: ``2`` for 2.0, and for the text ``2.0`` of a column of numbers."""
    parts, _ = _key_recipe(model)
    return _key_part(value, parts[model.key_fields.index(name)][2])


@lru_cache(maxsize=256)
def _key_recipe(model: type[Row]) -> tuple[tuple[tuple[str, Any, bool], ...], bool]:
    """Column, default and whether it holds numbers, for each part of a model's key; whether its rows are dated."""
    parts = []
    for name in model.key_fields:
        field = model.model_fields[name]
        kinds = set(arms(field.annotation))
        default = None if field.is_required() else field.default
        parts.append((field.alias or name, default, str not in kinds and bool(kinds & {int, float})))
    return tuple(parts), issubclass(model, DatedRow)


def _key_part(value: Any, numeric: bool) -> str:
    if isinstance(value, float) or (numeric and isinstance(value, str)):
        try:
            number = float(value)
        except ValueError:
            return str(value)
        return str(int(number)) if number.is_integer() else repr(number)
    return str(value)


def row_path(table: str, row: Row, column: str = "") -> str:
    """``sales[CHG-65,US,FBA].channel``: how paths call a cell, or a row."""
    return table + bracketed(row.key) + (f".{column}" if column else "")
