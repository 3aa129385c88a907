"""Strict, frozen building blocks every part of a scenario is made of."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any, ClassVar, Literal, Self

from pydantic import BaseModel, ConfigDict, StringConstraints
from pydantic_core import PydanticKnownError, core_schema

from warrantysim.schema.plain_text import LINE, TEXT

FreeText = Annotated[str, StringConstraints(pattern=TEXT)]
"""A text that may have several lines; every other text is a line. Neither holds control characters."""


def _keep_to_lines(schema: Any) -> None:
    """Give every text of a schema that has no form of its own the form of a line."""
    if isinstance(schema, dict):
        if schema.get("type") == "str":
            schema.setdefault("pattern", LINE)
        for part in schema.values():
            _keep_to_lines(part)
    elif isinstance(schema, list | tuple):
        for part in schema:
            _keep_to_lines(part)


def _no(error: Any, *kinds: type) -> Callable[[Any], Any]:
    """A look at a value before it is validated: not one of some types."""

    def look(value: Any) -> Any:
        if isinstance(value, kinds):
            raise PydanticKnownError(error)
        return value

    return look


_LOOKS = {
    "float": _no("float_type", bool),
    "int": _no("int_type", bool),
    "date": _no("date_type", bool, int, float),
    "datetime": _no("datetime_type", bool, int, float),
}
"""What pydantic would read otherwise: true as 1, and a number as a day, counted in seconds."""


def _refuse_truths(schema: Any) -> None:
    """Let no figure of a schema be true or false, and no day a number."""
    if isinstance(schema, dict):
        kind = "int" if schema.get("type") == "literal" and 1 in schema["expected"] else schema.get("type")
        if kind in _LOOKS:
            look = core_schema.no_info_before_validator_function(_LOOKS[kind], core_schema.any_schema())
            inner = dict(schema)
            schema.clear()
            schema |= {**look, "schema": inner}
        elif kind != "function-before" or schema["function"].get("function") not in _LOOKS.values():
            for part in schema.values():
                _refuse_truths(part)
    elif isinstance(schema, list | tuple):
        for part in schema:
            _refuse_truths(part)


class Strict(BaseModel):
    """An immutable input: unknown keys are errors, NaN, infinity and control characters are refused, field docs are
    docstrings."""

    model_config = ConfigDict(
        extra="forbid",
        frozen=True,
        allow_inf_nan=False,
        use_attribute_docstrings=True,
        populate_by_name=True,
    )

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: Callable[[Any], Any]) -> Any:
        """Every text of every field, and every key of a mapping, is a `LINE` unless its field says otherwise."""
        schema = handler(source)
        _keep_to_lines(schema)
        _refuse_truths(schema)
        return schema

    def replace(self, **changes: Any) -> Self:
        """A copy with some fields changed, validated again as if it had been read from a file."""
        known = type(self).model_fields
        for name in changes:
            if name not in known:
                raise TypeError(f"{type(self).__name__} has no field {name!r}")
        values = {name: getattr(self, name) for name in known}
        return type(self).model_validate({**values, **changes})


Mark = Literal["S", "D", "A", "M"]
"""Where a figure comes from: S sourced, D derived from sourced figures, A assumed, M measured in own books."""


class Row(Strict):
    """One row of a CSV table. ``key_fields`` name it: ``sales[CHG-65,US,FBA]`` is how paths and errors call a row."""

    key_fields: ClassVar[tuple[str, ...]] = ()
    also_key: ClassVar[tuple[str, ...]] = ()
    """Fields that join the key of the rows that state them, each as ``name value``."""

    source: FreeText = ""
    """Where the row's figures come from: a source code, an address or a reason [text]."""
    mark: Mark = "A"
    """S sourced, D derived, A assumed, M measured in the seller's own books [S|D|A|M]."""

    @property
    def key(self) -> tuple[str, ...]:
        """The row's name within its table, as text."""
        return tuple(str(getattr(self, name)) for name in self.key_fields)

    @property
    def also_stated(self) -> tuple[str, ...]:
        """The parts of the key that come from ``also_key``."""
        stated = {name: getattr(self, name) for name in self.also_key}
        fields = type(self).model_fields
        return tuple(f"{name} {value}" for name, value in stated.items() if value != fields[name].default)
