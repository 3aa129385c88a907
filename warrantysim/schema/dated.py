"""Values that change on a date: a scalar in the file, or a list of ``{from: 2027-06-01, value: ...}`` steps."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Hashable, Iterable, Sequence
from typing import Any, Generic, TypeVar

import numpy as np
from pydantic import BaseModel, Field, SerializerFunctionWrapHandler, model_serializer, model_validator

from warrantysim.schema.errors import BadInput
from warrantysim.schema.strict import Row, Strict

T = TypeVar("T")

BEGINNING = dt.date(1, 1, 1)
"""The date an undated value is valid from."""


def _restored(generic: type[BaseModel], arguments: tuple[Any, ...], state: dict[str, Any]) -> BaseModel:
    """An instance of ``generic[arguments]`` as it was when it was pickled."""
    kind: type[BaseModel] = generic[arguments] if arguments else generic  # type: ignore[index]
    restored = kind.__new__(kind)
    restored.__setstate__(state)
    return restored


class Portable(Strict):
    """A generic that pickles: its parametrised classes have no importable name, so they are made again on arrival."""

    def __reduce__(self) -> tuple[Any, ...]:
        """The generic and its arguments, both importable, and the state."""
        made = type(self).__pydantic_generic_metadata__
        return _restored, (made["origin"] or type(self), made["args"], self.__getstate__())


class DatedValue(Portable, Generic[T]):
    """A value and the day it starts to hold."""

    from_: dt.date = Field(default=BEGINNING, alias="from")
    """First day the value holds [date]."""
    value: T
    """The value from that day on."""


class Dated(Portable, Generic[T]):
    """A value that may change on stated days; the last step that has begun holds."""

    steps: tuple[DatedValue[T], ...]
    """Steps in rising order of date; the first must cover the first day used."""

    @model_validator(mode="before")
    @classmethod
    def _from_scalar_or_list(cls, value: Any) -> Any:
        if isinstance(value, Dated) or (isinstance(value, dict) and "steps" in value):
            return value
        if isinstance(value, (list, tuple)) and all(isinstance(v, dict) and "value" in v for v in value):
            return {"steps": tuple(value)}
        return {"steps": ({"from": BEGINNING, "value": value},)}

    @model_validator(mode="after")
    def _rising(self) -> Dated[T]:
        days = [step.from_ for step in self.steps]
        if not days:
            raise BadInput("expected at least one step")
        if any(a >= b for a, b in zip(days, days[1:], strict=False)):
            raise BadInput("expected steps with rising 'from' dates")
        return self

    @model_serializer(mode="wrap")
    def _plain(self, handler: SerializerFunctionWrapHandler) -> Any:
        values = [step["value"] for step in handler(self)["steps"]]
        if len(self.steps) == 1 and self.steps[0].from_ == BEGINNING:
            return values[0]
        return [{"from": step.from_, "value": value} for step, value in zip(self.steps, values, strict=True)]

    def on(self, day: dt.date) -> T:
        """The value that holds on a day.

        Raises
        ------
        ValueError
            If the day lies before the first step.
        """
        held = [step.value for step in self.steps if step.from_ <= day]
        if not held:
            raise BadInput("no value is stated before {begin}, asked for {day}", begin=self.steps[0].from_, day=day)
        return held[-1]

    def at(self, ordinals: np.ndarray) -> np.ndarray:
        """Values on many days. ``ordinals``: proleptic day numbers (``date.toordinal``), int array of any shape."""
        starts = np.array([step.from_.toordinal() for step in self.steps])
        which = np.searchsorted(starts, ordinals, side="right") - 1
        if which.size and int(which.min()) < 0:
            raise BadInput("no value is stated before {begin}", begin=self.steps[0].from_)
        return np.array([step.value for step in self.steps])[which]


class DatedRow(Row):
    """A table row that holds from a day on; the last row of the same key that has begun holds."""

    from_: dt.date = Field(default=BEGINNING, alias="from")
    """First day the row holds; empty means always [date]."""

    @property
    def key(self) -> tuple[str, ...]:
        """The row's key, with its date and what else it states of ``also_key``, where it has them."""
        date = () if self.from_ == BEGINNING else (self.from_.isoformat(),)
        return (*super().key, *date, *self.also_stated)


R = TypeVar("R", bound=DatedRow)


class RowsByDate(Generic[R]):
    """Dated rows grouped by a key, for looking up which row holds for many keys and days at once."""

    def __init__(self, rows: Iterable[R], key: Callable[[R], Hashable]) -> None:
        groups: dict[Hashable, list[R]] = {}
        for row in rows:
            groups.setdefault(key(row), []).append(row)
        self.rows: dict[Hashable, Sequence[R]] = {k: sorted(v, key=lambda r: r.from_) for k, v in groups.items()}

    def __contains__(self, key: Hashable) -> bool:
        return key in self.rows

    def on(self, key: Hashable, day: dt.date) -> R | None:
        """The row of ``key`` that holds on ``day``, or None."""
        held = [row for row in self.rows.get(key, ()) if row.from_ <= day]
        return held[-1] if held else None
