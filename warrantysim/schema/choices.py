"""What a form needs to change a scenario: every field of the schema, which of its places a scenario has, what is there.

A field's path has a slot for each key it goes through: ``markets.<id>.parcel.loss_share`` one,
``sales[sku,market,channel].units_per_month`` three. A slot is filled with a key or with `ANY`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from warrantysim.schema.errors import ScenarioError
from warrantysim.schema.fields import Path
from warrantysim.schema.paths import Tables, at, item_name, match, name
from warrantysim.schema.reference import FieldRow, describe
from warrantysim.schema.row_keys import key_text

ANY = "*"
"""Fills a slot with every key there is."""
_SLOT = re.compile(r"\.<id>|\[([^\]]*)\]")
_HOLDS_OTHERS = ("section", "table", "mapping of section", "list of section")


@dataclass(frozen=True)
class Slot:
    """One key a path goes through."""

    name: str
    """What the key names: ``market``, ``sku``; the section for sections and lists [text]."""
    keys: tuple[str, ...]
    """Keys there are, in the order of the scenario [text]."""


def changeable() -> tuple[FieldRow, ...]:
    """Fields of the schema that hold a value themselves, labels and the form's version apart."""
    fields = []
    for row in describe():
        kind = row.type.removesuffix(" (may be absent)")
        labelled = row.path.split(".")[0] in ("schema_version", "name", "title", "why")
        if not labelled and kind not in _HOLDS_OTHERS and not kind.endswith(" or section"):
            fields.append(row)
    return tuple(fields)


def slots_of(field: str) -> list[str]:
    """What each slot of a field's path is called."""
    out = []
    for found in _SLOT.finditer(field):
        if found[0] == ".<id>" or not found[1]:
            out.append(re.split(r"[.\[\]<>]+", field[: found.start()])[-1] or "id")
        else:
            out += found[1].split(",")
    return out


def filled(field: str, keys: Sequence[str]) -> str:
    """The path of a field with its slots filled.

    Raises
    ------
    ValueError
        For another number of keys than slots.
    """
    left = list(keys)
    if len(left) != len(slots_of(field)):
        raise ValueError(f"{field} has {len(slots_of(field))} slots, got {len(left)} keys")

    def one(found: re.Match[str]) -> str:
        taken = [left.pop(0) for _ in (found[1].split(",") if found[1] else [""])]
        return f"[{','.join(taken)}]"

    return _SLOT.sub(one, field)


def slots(field: str, tree: Mapping[str, Any], tables: Tables) -> tuple[Slot, ...]:
    """The slots of a field with the keys a scenario has for them."""
    names = slots_of(field)
    head, _, _ = field.partition("[")
    if head in tables and "." not in head:
        keys = [key_text(row, tables[head]) for row in tree[head]]
        return tuple(Slot(word, _distinct(k[i] for k in keys)) for i, word in enumerate(names))
    found: list[Slot] = []
    for i, mark in enumerate(_SLOT.finditer(field)):
        held = [at(tree, path) for path in _matched(filled(field[: mark.start()], [ANY] * i), tree, tables)]
        found.append(Slot(names[i], _distinct(key for node in held for key in _keys(node))))
    return tuple(found)


def _keys(node: Any) -> list[str]:
    if isinstance(node, Mapping):
        return [str(key) for key in node]
    if isinstance(node, list):
        return [item_name(item) or str(i) for i, item in enumerate(node)]
    return []


def _distinct(keys: Any) -> tuple[str, ...]:
    return tuple(dict.fromkeys(keys))


def _matched(path: str, tree: Mapping[str, Any], tables: Tables) -> list[Path]:
    try:
        return match(tree, path, tables)
    except ScenarioError:
        return []


def there(path: str, tree: Mapping[str, Any], tables: Tables) -> dict[str, Any]:
    """The values at a path, each by its full path; empty where it names nothing."""
    return {name(p, tree, tables): at(tree, p) for p in _matched(path, tree, tables)}
