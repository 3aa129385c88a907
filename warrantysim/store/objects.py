"""What a decision was learned from, as plain JSON and numeric columns, and back to the same objects, to the last bit.

Studies stored before they were tables and facts are read so, too.

Only classes of this package can come back, and only by their fields: a file of a workspace can state figures, never
run code.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, is_dataclass
from enum import Enum
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from warrantysim.schema.paths import tree_of
from warrantysim.schema.strict import Strict
from warrantysim.store.atomic import read_json
from warrantysim.store.inputs import validated_model

TAG = "@"
"""Key of everything that is not plain JSON."""
PACKAGE = "warrantysim."
TREE, COLUMNS = "found.json", "found.npz"
FORMER = {
    "analysis.cases:Observed": "analysis.cases:ObservedYear",
    "decision.cash_alone:CashAlone": "decision.decide:CashAlone",
    "decision.cells:Zone": "decision.cells:CellZone",
    "decision.changes:Change": "decision.changes:RuleChange",
    "decision.ladder:Step": "decision.ladder:LadderLine",
    "decision.problem:Problem": "decision.problem:ProgramData",
    "decision.taught:Taught": "decision.training_sample:Taught",
    "decision.training:Known": "decision.training:SampleView",
}
"""Classes by the names older runs have for them."""
FORMER_FIELD = "world"
"""What a scenario was called where it is part of something."""


class NotStorable(TypeError):
    """An object of a class that cannot be written."""


def read_object(folder: Path) -> Any:
    """An object a folder holds as `TREE` and `COLUMNS`: how studies were stored before they were tables."""
    with np.load(folder / COLUMNS, allow_pickle=False) as columns:
        return put_together(read_json(folder / TREE), dict(columns))


def taken_apart(value: Any) -> tuple[Any, dict[str, np.ndarray]]:
    """An object as plain JSON and the numeric columns it points to by name.

    Raises
    ------
    NotStorable
        If some of it is of a class that cannot be written.
    """
    writing = _Writing()
    return writing.plain(value), writing.columns


def put_together(tree: Any, columns: Mapping[str, np.ndarray]) -> Any:
    """The object `taken_apart` took apart."""
    return _Reading(columns).value(tree)


@dataclass
class _Writing:
    """Objects already written, so that what is shared is written once and shared again when read."""

    columns: dict[str, np.ndarray] = field(default_factory=dict)
    known: dict[int, tuple[int, Any]] = field(default_factory=dict)

    def plain(self, value: Any) -> Any:
        """The JSON form."""
        if isinstance(value, Enum):
            return {TAG: "enum", "class": _name(type(value)), "value": value.value}
        if value is None or isinstance(value, bool | np.bool_):
            return None if value is None else bool(value)
        if isinstance(value, str):
            return value
        if isinstance(value, int | np.integer):
            return int(value)
        if isinstance(value, float | np.floating):
            number = float(value)
            return number if math.isfinite(number) else {TAG: "number", "value": repr(number)}
        return self._composite(value)

    def _composite(self, value: Any) -> Any:
        if isinstance(value, np.ndarray):
            return self._column(value)
        if isinstance(value, pd.DataFrame):
            series = {str(name): self._column(value[name].to_numpy()) for name in value.columns}
            return {TAG: "frame", "columns": series, "rows": len(value)}
        if isinstance(value, tuple) and not hasattr(value, "_fields"):
            return {TAG: "tuple", "items": [self.plain(item) for item in value]}
        if isinstance(value, list):
            return [self.plain(item) for item in value]
        if isinstance(value, Mapping):
            if all(isinstance(key, str) for key in value) and TAG not in value:
                return {key: self.plain(item) for key, item in value.items()}
            return {TAG: "map", "items": [[self.plain(key), self.plain(item)] for key, item in value.items()]}
        return self._shared(value)

    def _shared(self, value: Any) -> Any:
        if id(value) in self.known:
            return {TAG: "same", "number": self.known[id(value)][0]}
        if isinstance(value, Strict):
            tree: dict[str, Any] = {TAG: "model", "class": _name(type(value)), "tree": tree_of(value)}
        elif is_dataclass(value) and not isinstance(value, type):
            chosen = [f for f in fields(value) if f.init]
            stated = {f.name: self.plain(getattr(value, f.name)) for f in chosen}
            tree = {TAG: "object", "class": _name(type(value)), "fields": stated}
        elif isinstance(value, tuple):
            tree = {TAG: "row", "class": _name(type(value)), "items": [self.plain(item) for item in value]}
        else:
            raise NotStorable(f"a {type(value).__name__} cannot be written")
        # The object is held, lest another gets its number while this one is written.
        self.known[id(value)] = (len(self.known), value)
        return {**tree, "number": self.known[id(value)][0]}

    def _column(self, values: np.ndarray) -> dict[str, Any]:
        if values.dtype.kind not in "biufS":
            texts = {TAG: "texts", "items": [self.plain(item) for item in values.ravel().tolist()]}
            return {**texts, "shape": list(values.shape), "dtype": "object"}
        name = f"c{len(self.columns)}"
        if values.dtype.kind == "f":
            values = np.where(np.isnan(values), np.nan, values + 0.0).astype(values.dtype)
        self.columns[name] = values
        return {TAG: "column", "name": name}


@dataclass
class _Reading:
    """Objects already read, by their numbers."""

    columns: Mapping[str, np.ndarray]
    known: dict[int, Any] = field(default_factory=dict)

    def value(self, tree: Any) -> Any:
        """The object a JSON form stands for."""
        if isinstance(tree, list):
            return [self.value(item) for item in tree]
        if not isinstance(tree, dict):
            return tree
        if TAG not in tree:
            return {key: self.value(item) for key, item in tree.items()}
        return self._tagged(tree[TAG], tree)

    def _tagged(self, tag: str, tree: dict[str, Any]) -> Any:
        match tag:
            case "number":
                return float(tree["value"])
            case "tuple":
                return tuple(self.value(item) for item in tree["items"])
            case "map":
                return {self.value(key): self.value(item) for key, item in tree["items"]}
            case "enum":
                return _class(tree["class"])(tree["value"])
            case "column":
                return self.columns[tree["name"]]
            case "texts":
                return self._texts(tree)
            case "frame":
                columns = {name: self.value(column) for name, column in tree["columns"].items()}
                return pd.DataFrame(columns, index=pd.RangeIndex(tree["rows"]))
            case "same":
                return self.known[tree["number"]]
        made = self._made(tag, tree)
        self.known[tree["number"]] = made
        return made

    def _texts(self, tree: dict[str, Any]) -> np.ndarray:
        out = np.empty(len(tree["items"]), dtype=object)
        for i, item in enumerate(tree["items"]):
            out[i] = self.value(item)
        return out.reshape(tree["shape"])

    def _made(self, tag: str, tree: dict[str, Any]) -> Any:
        kind = _class(tree["class"])
        if tag == "model":
            made = validated_model(kind, tree["tree"])
            # What was two objects when it was written is two when it is read: what they share is told of them.
            return (
                made if all(made is not known for known in self.known.values()) else kind.model_validate(tree["tree"])
            )
        if tag == "row":
            return kind(*(self.value(item) for item in tree["items"]))
        stated = {name: self.value(item) for name, item in tree["fields"].items()}
        if FORMER_FIELD in stated and FORMER_FIELD not in {field.name for field in fields(kind)}:
            stated["scenario"] = stated.pop(FORMER_FIELD)
        return kind(**stated)


def _name(kind: type) -> str:
    return f"{kind.__module__}:{kind.__qualname__}"


def _class(name: str) -> Any:
    """The class of a name, if it is one of this package that states figures."""
    # The room `schema` was called `scenario` when older runs were written.
    today = name.replace("warrantysim.scenario.", "warrantysim.schema.", 1).removeprefix(PACKAGE)
    module, _, attribute = f"{PACKAGE}{FORMER.get(today, today)}".partition(":")
    found = getattr(import_module(module), attribute, None) if name.startswith(PACKAGE) else None
    if not isinstance(found, type) or found.__module__ != module:
        raise NotStorable(f"{name} is no class of this package")
    if not (is_dataclass(found) or issubclass(found, Strict | Enum | tuple)):
        raise NotStorable(f"{name} does not state figures")
    return found
