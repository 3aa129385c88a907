"""The scenario's reference, made from the schema: a JSON Schema for editors and a table of every field."""

from __future__ import annotations

import typing
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from pydantic import BaseModel

from warrantysim.schema.amounts import Amount
from warrantysim.schema.dated import Dated
from warrantysim.schema.distribution import PARAMETERS, Distribution
from warrantysim.schema.fields import arms, words
from warrantysim.schema.paths import table_fields
from warrantysim.schema.strict import Row, Strict

_NAMES = {float: "number", int: "whole number", str: "text", bool: "true or false", Amount: "amount", Any: "any"}
_DROPPED = ("discriminator", "$defs", "default")


@dataclass(frozen=True)
class FieldRow:
    """One field of the schema, as the reference prints it."""

    path: str
    """Where, with ``<id>`` for a key and the key columns of a table: ``skus[sku].weight_kg`` [path]."""
    type: str
    """Kind of value: number, amount, dated amount, distribution, one of a|b, list of text [text]."""
    unit: str
    """Unit [text]."""
    range: str
    """Range; empty where any value will do [text]."""
    doc: str
    """What it is [text]."""
    required: bool
    """Whether it must be stated."""


def _root() -> type[Strict]:
    from warrantysim.schema.root import Scenario

    return Scenario


@cache
def describe(root: type[Strict] | None = None) -> tuple[FieldRow, ...]:
    """Every field of a scenario, in the order of the schema; nested models are followed by their fields."""
    root = root or _root()
    return tuple(_fields(root, "", table_fields(root), ()))


def _fields(
    model: type[BaseModel], prefix: str, tables: Mapping[str, type[Row]], above: tuple[type, ...]
) -> Iterator[FieldRow]:
    for name, field in model.model_fields.items():
        path = f"{prefix}{field.alias or name}"
        doc = words(field.description)
        kind = "table" if name in tables and not prefix else type_name(field.annotation)
        yield FieldRow(path, kind, doc.unit, doc.range, doc.doc, field.is_required())
        for arm in arms(field.annotation):
            for inner, step in _inner(arm, tables.get(name) if not prefix else None):
                if inner not in above:
                    yield from _fields(inner, f"{path}{step}.", tables, (*above, model, inner))


def _inner(arm: Any, table: type[Row] | None) -> Iterator[tuple[type[BaseModel], str]]:
    """Models directly inside a type, and the step that leads to them."""
    if table is not None:
        yield table, f"[{','.join(table.key_fields)}]"
        return
    if isinstance(arm, type) and issubclass(arm, BaseModel):
        if issubclass(arm, Dated):
            for value in arms(arm.model_fields["steps"].annotation):
                step_model = typing.get_args(value)[0]
                for inner in arms(step_model.model_fields["value"].annotation):
                    yield from _inner(inner, None)
        elif not issubclass(arm, Distribution):
            yield arm, ""
        return
    args = typing.get_args(arm)
    is_mapping = isinstance(typing.get_origin(arm), type) and issubclass(typing.get_origin(arm), Mapping)
    for value in args[1:] if is_mapping else args:
        for inner in arms(value):
            for model, step in _inner(inner, None):
                yield model, (".<id>" if is_mapping else "[]") + step


def type_name(annotation: Any) -> str:
    """A type in plain words."""
    names = [_one_type(arm) for arm in arms(annotation) if arm is not type(None)]
    return " or ".join(dict.fromkeys(names)) + (" (may be absent)" if type(None) in arms(annotation) else "")


def _one_type(arm: Any) -> str:
    origin, args = typing.get_origin(arm), typing.get_args(arm)
    if origin is typing.Literal:
        return f"one of {'|'.join(map(str, args))}"
    if isinstance(origin, type) and issubclass(origin, Mapping):
        return f"mapping of {type_name(args[-1])}"
    if isinstance(origin, type) and issubclass(origin, Sequence | frozenset | set):
        return f"list of {type_name(args[0])}"
    if isinstance(arm, type):
        if issubclass(arm, Distribution):
            return "distribution"
        if issubclass(arm, Dated):
            step = typing.get_args(arm.model_fields["steps"].annotation)[0]
            return f"dated {type_name(step.model_fields['value'].annotation)}"
        if issubclass(arm, BaseModel):
            return "section"
    return _NAMES.get(arm, getattr(arm, "__name__", str(arm)))


def json_schema(root: type[Strict] | None = None) -> dict[str, Any]:
    """A JSON Schema (draft 7) of scenario files, base files and what-ifs, for editors."""
    root = root or _root()
    whole = root.model_json_schema(by_alias=True)
    definitions = {name: _written(body) for name, body in whole.get("$defs", {}).items()}
    tables = table_fields(root)
    base = {key: value for key, value in whole.items() if key != "$defs"}
    base["required"] = [name for name in base.get("required", []) if name not in tables]
    files = {name: {"type": "string", "description": f"CSV or XLSX file of {name}"} for name in tables}
    base["properties"] = {
        **{name: body if name in tables else _or_file(body) for name, body in base["properties"].items()},
        "tables": {"type": "object", "properties": files, "additionalProperties": False},
    }
    labels = {
        name: base["properties"][name]
        for name in ("schema_version", "name", "title", "why", "policy")
        if name in base["properties"]
    }
    change = {
        "type": "object",
        "properties": {"add": {"type": "array", "items": {"type": "object"}}, "drop": {"type": "array"}},
        "additionalProperties": False,
    }
    changes = {
        "set": {"type": "object", "description": "Changes by path: 3, {times: 1.4} or {plus: 10}"},
        "rows": {"type": "object", "properties": dict.fromkeys(tables, change), "additionalProperties": False},
        "tables": base["properties"]["tables"],
    }
    what_if = {
        "type": "object",
        "properties": {
            "extends": {"type": "string", "description": "The scenario this one differs from, as a relative path"},
            **labels,
            **changes,
        },
        "required": ["extends", *(n for n in ("name", "title", "why") if n in labels)],
        "additionalProperties": False,
    }
    packed = {
        "type": "object",
        "properties": {
            **{key: {} for key in base["properties"]},
            **labels,
            **changes,
            "packs": {
                "type": "object",
                "description": "What ships, was said and was fitted, below what is stated here",
            },
        },
        "required": [name for name in ("schema_version", "name", "title", "horizon") if name in base["properties"]],
        "additionalProperties": False,
    }
    definitions |= {"BaseScenario": base, "PackedScenario": packed, "WhatIf": what_if}
    return {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "title": "warrantysim scenario",
        "type": "object",
        "if": {"required": ["extends"]},
        "then": {"$ref": "#/definitions/WhatIf"},
        "else": {
            "if": {"required": ["packs"]},
            "then": {"$ref": "#/definitions/PackedScenario"},
            "else": {"$ref": "#/definitions/BaseScenario"},
        },
        "definitions": {name: _draft7(body) for name, body in definitions.items()},
    }


def _or_file(body: dict[str, Any]) -> dict[str, Any]:
    """A section may stand in a file of its own."""
    if "$ref" not in body and body.get("type") not in ("object", "array"):
        return body
    file = {"type": "string", "pattern": r"\.ya?ml$"}
    described = {"description": body["description"]} if "description" in body else {}
    return {**described, "anyOf": [{k: v for k, v in body.items() if k != "description"}, file]}


def _written(body: dict[str, Any]) -> dict[str, Any]:
    """The definition of a dated value or a distribution as people write it, not as it is held."""
    fields = body.get("properties", {})
    if set(fields) == {"kind", "params"}:
        kinds = {kind: {"type": ["object", "number", "array"]} for kind in PARAMETERS}
        one = {"type": "object", "properties": kinds, "minProperties": 1, "maxProperties": 1}
        held = {**body, "additionalProperties": False}
        return {
            "description": body.get("description", ""),
            "anyOf": [{"type": "number"}, {"type": "string"}, {**one, "additionalProperties": False}, held],
        }
    if set(fields) == {"steps"}:
        step = fields["steps"]["items"]
        return {"anyOf": [{"$ref": f"{step['$ref']}/properties/value"}, {"type": "array", "items": step}]}
    return body


def _draft7(node: Any) -> Any:
    if isinstance(node, list):
        return [_draft7(child) for child in node]
    if not isinstance(node, dict):
        return node
    out: dict[str, Any] = {}
    for key, value in node.items():
        if key == "$ref":
            out[key] = value.replace("#/$defs/", "#/definitions/")
        elif key == "prefixItems":
            out["items"] = _draft7(value)
        elif key == "properties":
            out[key] = {name: _draft7(child) for name, child in value.items()}
        elif key not in _DROPPED:
            out[key] = _draft7(value)
    return out
