"""The types and docstrings of a scenario's fields: what lies below a type, which keys there are, in which unit."""

from __future__ import annotations

import re
import types
import typing
from collections.abc import Iterator
from typing import Any

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from warrantysim.schema.errors import Message, told

Path = tuple[str | int, ...]
"""Keys and positions that lead to a value."""

_UNIT = re.compile(r"^(?P<doc>.*?)\s*\[(?P<unit>[^\[\]]*)[\])]\.?\s*$", re.DOTALL)
INFORMATIVE = "informative: "
"""How a field's docstring begins to say why no ledger line moves with it."""
_PLAIN = frozenset({"cv", "sigma", "beta"})
"""Parameters of distributions that have no unit."""


class Words(typing.NamedTuple):
    """A field docstring in its parts."""

    doc: str
    """What the field is [text]."""
    unit: str
    """Its unit, or its choices [text]."""
    range: str
    """Its range; empty where any value will do [text]."""


def words(description: str | None) -> Words:
    """``Fee per unit [contract currency, >= 0].`` as the sentence, the unit and the range."""
    text = " ".join((description or "").split())
    found = _UNIT.match(text)
    if found is None:
        return Words(text.rstrip("."), "", "")
    unit, _, bounds = found["unit"].partition(",")
    if unit[:1] in tuple("0123456789<>="):  # a bare range, as of weekdays
        unit, bounds = "", found["unit"]
    return Words(found["doc"].rstrip("."), unit.strip(), bounds.strip())


def meaning(description: str | None) -> Message:
    """What a field is, with its unit and range, in any language."""
    said = words(description)
    unit = ", ".join(filter(None, said[1:]))
    return told("{doc} [{unit}]", doc=told(said.doc), unit=unit) if unit else told(said.doc)


def unit_at(root: type[BaseModel], path: Path) -> str:
    """The unit of the value at a concrete path: of the innermost field on the way that states one."""
    unit = ""
    types_here: list[Any] = [root]
    for step in path:
        if isinstance(step, str) and (stated := words(doc_of(list(models_in(types_here)), step)).unit):
            unit = stated
        types_here = list(below(types_here, step))
    return "" if path and path[-1] in _PLAIN and unit != "" and not _is_field(root, path) else unit


def why_informative(root: type[BaseModel], path: Path) -> str:
    """Why no ledger line moves with the value at a path, as a docstring on the way says it; empty where one does."""
    types_here: list[Any] = [root]
    for step in path:
        if isinstance(step, str):
            _, said, why = words(doc_of(list(models_in(types_here)), step)).doc.partition(INFORMATIVE)
            if said:
                return why
        types_here = list(below(types_here, step))
    return ""


def _is_field(root: type[BaseModel], path: Path) -> bool:
    types_here: list[Any] = [root]
    for step in path[:-1]:
        types_here = list(below(types_here, step))
    return path[-1] in names_of(list(models_in(types_here)))


def names_of(models: list[type[BaseModel]]) -> list[str]:
    """Keys that any of some models takes, as a file writes them."""
    return [field.alias or name for model in models for name, field in model.model_fields.items()]


def doc_of(models: list[type[BaseModel]], name: str) -> str:
    """The docstring of a field of some models, without its full stop; empty where there is none."""
    for model in models:
        for field_name, field in model.model_fields.items():
            if name in (field_name, field.alias) and field.description:
                return field.description.strip().rstrip(".")
    return ""


def arms(annotation: Any) -> Iterator[Any]:
    """The types a value may have: the members of a union, through ``Annotated``."""
    origin = typing.get_origin(annotation)
    if origin is typing.Annotated:
        yield from arms(typing.get_args(annotation)[0])
    elif origin in (typing.Union, types.UnionType):
        for arm in typing.get_args(annotation):
            yield from arms(arm)
    else:
        yield annotation


def rules_of(field: FieldInfo) -> Iterator[Any]:
    """What bounds the values of a field, on itself or on a type its annotation names, such as ``Days | None``."""
    yield from field.metadata
    yield from rules_in(field.annotation)


def rules_in(annotation: Any) -> Iterator[Any]:
    """What a type bounds its values by: the constraints of ``Annotated``, also within a union."""
    origin = typing.get_origin(annotation)
    if origin is typing.Annotated:
        kind, *stated = typing.get_args(annotation)
        for rule in stated:
            yield from rule.metadata if isinstance(rule, FieldInfo) else (rule,)
        yield from rules_in(kind)
    elif origin in (typing.Union, types.UnionType):
        for arm in typing.get_args(annotation):
            yield from rules_in(arm)


def models_in(annotations: list[Any]) -> Iterator[type[BaseModel]]:
    """The models among the types a value may have."""
    for annotation in annotations:
        for arm in arms(annotation):
            if isinstance(arm, type) and issubclass(arm, BaseModel):
                yield arm


def below(annotations: list[Any], step: str | int) -> Iterator[Any]:
    """The types one step below some types; a step that is no step of the type (an arm's name) leaves them."""
    found = False
    for annotation in annotations:
        for arm in arms(annotation):
            if isinstance(arm, type) and issubclass(arm, BaseModel):
                for name, field in arm.model_fields.items():
                    if step in (name, field.alias):
                        found = True
                        yield field.annotation
            elif (args := typing.get_args(arm)) and (isinstance(step, int) or len(args) == 2):
                found = True
                yield args[0] if isinstance(step, int) else args[-1]
    if not found:
        yield from annotations
