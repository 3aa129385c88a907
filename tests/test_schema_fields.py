"""No number without a unit: schema docstrings are what validation, help, forms and reference pages show."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
import re
from collections.abc import Iterator, Mapping
from typing import Any, Literal, TypeVar, get_args, get_origin

from pydantic import BaseModel, Field
from pydantic.fields import FieldInfo

import warrantysim.schema
from warrantysim.schema.amounts import Amount
from warrantysim.schema.dated import Dated
from warrantysim.schema.distribution import Distribution
from warrantysim.schema.strict import Strict

UNIT = re.compile(r"\[[^\[\]]+[\])]\.?$")
"""A docstring's last words: the unit, and the range where there is one."""

UNIT_STATED_BY_THE_HOLDER = {"Distribution.params"}
"""A distribution is in the unit of the field that holds it."""


def schema_classes() -> list[type[BaseModel]]:
    """Every model the schema room defines, generics once in their open form."""
    found = set()
    for module in pkgutil.walk_packages(warrantysim.schema.__path__, "warrantysim.schema."):
        for _, kind in inspect.getmembers(importlib.import_module(module.name), inspect.isclass):
            concrete_generic = getattr(kind, "__pydantic_generic_metadata__", {}).get("origin")
            if issubclass(kind, BaseModel) and kind.__module__ == module.name and not concrete_generic:
                found.add(kind)
    return sorted(found, key=lambda kind: (kind.__module__, kind.__name__))


def is_numeric(annotation: Any) -> bool:
    """Whether a field holds a number, an amount of money or a distribution, at any depth of its type."""
    if annotation in {int, float, Amount, Distribution}:
        return True
    if isinstance(annotation, type) and issubclass(annotation, Dated):
        return is_numeric(annotation.model_fields["steps"].annotation)
    if isinstance(annotation, type) and getattr(annotation, "__pydantic_generic_metadata__", {}).get("args"):
        return any(is_numeric(argument) for argument in annotation.__pydantic_generic_metadata__["args"])
    if get_origin(annotation) is Literal or isinstance(annotation, TypeVar):
        return False
    if get_origin(annotation) is not None and issubclass_of(get_origin(annotation), Mapping):
        return is_numeric(get_args(annotation)[1])
    return any(is_numeric(argument) for argument in get_args(annotation))


def issubclass_of(kind: Any, parent: type) -> bool:
    """`issubclass` that says no to what is not a class."""
    return isinstance(kind, type) and issubclass(kind, parent)


def fields_of(kinds: list[type[BaseModel]]) -> Iterator[tuple[str, FieldInfo]]:
    """``Class.field`` of every field a class itself declares."""
    for kind in kinds:
        inherited = {name for base in kind.__mro__[1:] for name in getattr(base, "model_fields", {})}
        own = inspect.get_annotations(kind)
        for name, field in kind.model_fields.items():
            if name in own or name not in inherited:
                yield f"{kind.__name__}.{name}", field


def without_a_unit(kinds: list[type[BaseModel]]) -> list[str]:
    """Numeric fields whose docstring does not end with a unit in square brackets."""
    return [
        name
        for name, field in fields_of(kinds)
        if is_numeric(field.annotation)
        and name not in UNIT_STATED_BY_THE_HOLDER
        and not UNIT.search(field.description or "")
    ]


class Unitless(Strict):
    """Three numbers that do not say what they are, and fields that need no unit."""

    fee: Amount
    """Fee per repaired unit."""
    days: Dated[float] | None = Field(default=None)
    """How long it takes."""
    by_market: dict[str, tuple[float, ...]] = Field(default={})
    weight: float = 0.0
    """Weight of the packed unit [kg, >= 0]."""
    name: str = ""
    """What it is called."""
    open: bool = False
    """Whether it is."""
    level: Literal[1, 2, 3] = 1
    """Skill level."""


def test_a_number_without_a_unit_is_found_in_every_wrapping() -> None:
    assert without_a_unit([Unitless]) == ["Unitless.fee", "Unitless.days", "Unitless.by_market"]


def test_every_numeric_field_of_the_schema_states_its_unit() -> None:
    assert not without_a_unit(schema_classes())


def test_every_field_of_the_schema_is_explained() -> None:
    assert not [name for name, field in fields_of(schema_classes()) if not (field.description or "").strip()]


def test_every_model_of_the_schema_is_strict_and_frozen() -> None:
    loose = [
        kind.__name__
        for kind in schema_classes()
        if kind.model_config.get("extra") != "forbid" or not kind.model_config.get("frozen")
    ]
    assert not loose
