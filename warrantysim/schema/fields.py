"""The types and docstrings of a scenario's fields: what lies below a type, which keys there are, in which unit."""

from __future__ import annotations

import re
import types
import typing
from collections.abc import Iterator, Sequence
from functools import cache, lru_cache, reduce
from typing import Any

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from warrantysim.schema.errors import Message, told

Path = tuple[str | int, ...]
"""Keys and positions that lead to a value."""

_UNIT = re.compile(r"^(?P<doc>.*?)\s*\[(?P<unit>[^\[\]]*)[\])]\.?\s*$", re.DOTALL)
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


@lru_cache(maxsize=4096)
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


class Station:
    """What the schema says of the values at one place of a scenario: the index of its fields.

    A place is reached from the root's own step by step, by the name of a field, any key of a mapping or any position of
    a list; what is below is worked out once, when somebody first goes there.
    """

    def __init__(self, types_here: tuple[Any, ...], said: tuple[Words, ...] = (), is_field: bool = False) -> None:
        self.types = types_here
        """Types a value may have here."""
        self.models = tuple(models_in(types_here))
        """The models among them."""
        self.said = said
        """What is said of each field on the way, the innermost last."""
        self.is_field = is_field
        """Whether the last step was the name of a field."""
        self._names = frozenset(name for model in self.models for pair in _named(model) for name in pair)
        self._below: dict[Any, Station] = {}

    def down(self, step: str | int) -> Station:
        """The place one step below; the same place for a step that is none, such as the name of a union's arm."""
        field = step in self._names
        key = step if field else type(step)
        if key not in self._below:
            doc = doc_of(self.models, str(step)) if field else ""
            said = (*self.said, words(doc)) if doc else self.said
            self._below[key] = Station(tuple(below(self.types, step)), said, field)
        return self._below[key]


@cache
def fields_of(root: type[BaseModel]) -> Station:
    """The index of a model's fields."""
    return Station((root,))


def station(root: type[BaseModel], path: Path) -> Station:
    """What the schema says of the value at a concrete path."""
    return reduce(Station.down, path, fields_of(root))


def unit_at(root: type[BaseModel], path: Path) -> str:
    """The unit of the value at a concrete path: of the innermost field on the way that states one."""
    here = station(root, path)
    unit = next((said.unit for said in reversed(here.said) if said.unit), "")
    return "" if path and path[-1] in _PLAIN and not here.is_field else unit


def _named(model: type[BaseModel]) -> Iterator[tuple[str, ...]]:
    return ((name, field.alias) if field.alias else (name,) for name, field in model.model_fields.items())


def names_of(models: Sequence[type[BaseModel]]) -> list[str]:
    """Keys that any of some models takes, as a file writes them."""
    return [field.alias or name for model in models for name, field in model.model_fields.items()]


def doc_of(models: Sequence[type[BaseModel]], name: str) -> str:
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


def value_bounds(field: FieldInfo) -> Iterator[Any]:
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


def models_in(annotations: Sequence[Any]) -> Iterator[type[BaseModel]]:
    """The models among the types a value may have."""
    for annotation in annotations:
        for arm in arms(annotation):
            if isinstance(arm, type) and issubclass(arm, BaseModel):
                yield arm


def below(annotations: Sequence[Any], step: str | int) -> Iterator[Any]:
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
