"""Strict, frozen building blocks every part of a scenario is made of."""

from __future__ import annotations

from typing import Any, ClassVar, Literal, Self

from pydantic import BaseModel, ConfigDict, Field


class Strict(BaseModel):
    """An immutable input: unknown keys are errors, NaN and infinity are refused, field docs are docstrings."""

    model_config = ConfigDict(
        extra="forbid",
        frozen=True,
        allow_inf_nan=False,
        use_attribute_docstrings=True,
        populate_by_name=True,
    )

    def replace(self, **changes: Any) -> Self:
        """A copy with some fields changed, validated again as if it had been read from a file."""
        known = type(self).model_fields
        for name in changes:
            if name not in known:
                raise TypeError(f"{type(self).__name__} has no field {name!r}")
        values = {name: getattr(self, name) for name in known}
        return type(self).model_validate({**values, **changes})


Mark = Literal["S", "D", "A"]
"""Where a figure comes from: S sourced, D derived from sourced figures, A assumed."""


class Row(Strict):
    """One row of a CSV table. ``key_fields`` name it: ``sales[CHG-65,US,FBA]`` is how paths and errors call a row."""

    key_fields: ClassVar[tuple[str, ...]] = ()

    source: str = ""
    """Where the row's figures come from: a source code, an address or a reason [text]."""
    mark: Mark = "A"
    """S sourced, D derived, A assumed [S|D|A]."""

    @property
    def key(self) -> tuple[str, ...]:
        """The row's name within its table, as text."""
        return tuple(str(getattr(self, name)) for name in self.key_fields)


Share = Field(ge=0.0, le=1.0)
"""Bounds of a share or probability."""
NonNegative = Field(ge=0.0)
"""Bounds of an amount that cannot be negative."""
Positive = Field(gt=0.0)
"""Bounds of an amount that must be above zero."""
