"""Rows of a table made column by column: as pydantic would make them one by one, in a tenth of the time.

Every plain cell is read with its whole column. A row with a cell that is not plain stays text and is validated by
itself, with the words that validation has; so do all rows of a model that validates rows as a whole.
"""

from __future__ import annotations

import datetime as dt
import math
import re
import typing
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, TypeVar

from pydantic import StringConstraints
from pydantic.fields import FieldInfo

from warrantysim.schema.fields import arms, value_bounds
from warrantysim.schema.plain_text import LINE
from warrantysim.schema.strict import Row

R = TypeVar("R", bound=Row)
Cells = Sequence[str | None]
Convert = Callable[[str], Any]

_FIGURE = re.compile(r"[-+]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][-+]?[0-9]+)?\Z")
_PLAIN = re.compile(r"(?:-?[0-9]{1,15}(?:\.[0-9]{1,15})?(?:\n|\Z))++\Z")
_ONE_LINE = re.compile(LINE)
_WHOLE = re.compile(r"[-+]?[0-9]{1,18}\Z")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}\Z")
_STAMP = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:[0-9]{2}(?::[0-9]{2})?(?:Z|[+-][0-9]{2}:[0-9]{2})?\Z")
_YES = {"true": True, "false": False}


class _Odd(Exception):
    """A cell that is left to pydantic."""


def typed_rows(model: type[R], cells: Mapping[str, Cells], length: int) -> list[R | None] | None:
    """The rows of a table; None for rows that are left to pydantic, or for all of them.

    Parameters
    ----------
    cells : columns by field name; each of the length given.
    """
    readers = _readers(model)
    if readers is None:
        return None
    odd: set[int] = set()
    columns: list[Sequence[Any]] = []
    stated, everywhere = [0] * length, 0
    for place, (name, field) in enumerate(model.model_fields.items()):
        if name not in cells:
            if field.is_required():
                return None
            columns.append([field.default] * length)
            continue
        columns.append(_column(cells[name], readers[name], field, odd))
        if None not in cells[name]:
            everywhere |= 1 << place
        elif any(cells[name]):
            flag = 1 << place
            stated = [seen if cell is None else seen | flag for seen, cell in zip(stated, cells[name], strict=True)]
    if everywhere:
        stated = [seen | everywhere for seen in stated]
    return _built(model, columns, stated, odd)


def _readers(model: type[Row]) -> dict[str, Convert] | None:
    """How cells of each field are read; None where a field or the model needs pydantic."""
    rules = model.__pydantic_decorators__
    if rules.model_validators or rules.field_validators or rules.root_validators or rules.validators:
        return None
    found = {name: _reader(field) for name, field in model.model_fields.items()}
    return None if None in found.values() else typing.cast("dict[str, Convert]", found)


def _reader(field: FieldInfo) -> Convert | None:
    kinds = [arm for arm in arms(field.annotation) if arm is not type(None)]
    if len(kinds) != 1 or field.default_factory is not None:
        return None
    kind, rules = kinds[0], list(value_bounds(field))
    if kind is float or kind is int:
        return _number(kind, rules)
    if kind is str:
        return _text(rules)
    if rules:
        return None
    if kind is bool:
        return lambda cell: _found(_YES, cell)
    if kind is dt.date or kind is dt.datetime:
        return _moment(kind)
    if typing.get_origin(kind) is typing.Literal and all(isinstance(c, str) for c in typing.get_args(kind)):
        choices = {choice: choice for choice in typing.get_args(kind)}
        return lambda cell: _found(choices, cell)
    return None


def _found(known: Mapping[str, Any], cell: str) -> Any:
    if cell not in known:
        raise _Odd
    return known[cell]


def _moment(kind: type[dt.date]) -> Convert:
    form = _STAMP if kind is dt.datetime else _DAY

    def read(cell: str) -> dt.date:
        if not form.match(cell):
            raise _Odd
        try:
            return kind.fromisoformat(cell)
        except ValueError:
            raise _Odd from None

    return read


def _text(rules: Iterable[Any]) -> Convert | None:
    patterns = []
    for rule in rules:
        if not isinstance(rule, StringConstraints) or rule.min_length or rule.max_length or rule.strict:
            return None
        if rule.strip_whitespace or rule.to_lower or rule.to_upper or not isinstance(rule.pattern, str):
            return None
        patterns.append(re.compile(rule.pattern))
    patterns = patterns or [re.compile(LINE)]

    def read(cell: str) -> str:
        if not all(pattern.search(cell) for pattern in patterns):
            raise _Odd
        return cell

    return read


def _number(kind: type, rules: Iterable[Any]) -> Convert | None:
    bounds = {"ge": -math.inf, "gt": -math.inf, "le": math.inf, "lt": math.inf}
    for rule in rules:
        name = type(rule).__name__.lower()
        if name not in bounds:
            return None
        bounds[name] = float(getattr(rule, name))
    low, above, high, below = bounds.values()
    plain = _FIGURE if kind is float else _WHOLE

    def read(cell: str) -> Any:
        if not plain.match(cell):
            raise _Odd
        value = kind(cell)
        if not (low <= value <= high and above < value < below):  # also what overflows to infinity
            raise _Odd
        return value

    return read


def _column(cells: Cells, read: Convert, field: FieldInfo, odd: set[int]) -> list[Any]:
    """The values of a column; rows whose cell is not plain are added to ``odd``. Equal cells are read once."""
    known: dict[str | None, Any] = {None: field.default}
    required = field.is_required()
    stated = list(filter(None, cells))
    if float in set(arms(field.annotation)) and stated and _PLAIN.match("\n".join(stated)):
        values = list(map(float, stated))
        if all(_fits(read, str(bound)) for bound in (min(values), max(values))):
            if len(values) == len(cells):
                return values
            rest = iter(values)
            if required:
                odd.update(i for i, cell in enumerate(cells) if cell is None)
            return [field.default if cell is None else next(rest) for cell in cells]
    if not stated and not required:
        return [field.default] * len(cells)
    if field.annotation is str and not field.metadata and _ONE_LINE.match(" ".join(stated)):
        if required:
            odd.update(i for i, cell in enumerate(cells) if cell is None)
        return list(cells) if len(stated) == len(cells) else [field.default if cell is None else cell for cell in cells]
    distinct = set(cells)
    for cell in distinct - {None}:
        try:
            known[cell] = read(typing.cast("str", cell))
        except _Odd:
            continue
    wrong = {cell for cell in distinct if cell not in known or (cell is None and required)}
    if wrong:
        odd.update(i for i, cell in enumerate(cells) if cell in wrong)
    return [known.get(cell) for cell in cells]


def _fits(read: Convert, cell: str) -> bool:
    try:
        read(cell)
    except _Odd:
        return False
    return True


def _built(model: type[R], columns: Sequence[Sequence[Any]], stated: Sequence[int], odd: set[int]) -> list[R | None]:
    """Instances as pydantic leaves them; all rows share the layout of their dictionaries and their sets of names."""
    names = tuple(model.model_fields)
    sets = {seen: {name for i, name in enumerate(names) if seen >> i & 1} for seen in set(stated)}
    put, new = object.__setattr__, model.__new__
    layout = new(model)
    for name in names:
        put(layout, name, None)
    out: list[R | None] = []
    for i, values in enumerate(zip(*columns, strict=True)):
        if i in odd:
            out.append(None)
            continue
        row, content = new(model), layout.__dict__.copy()
        content.update(zip(names, values, strict=True))
        put(row, "__dict__", content)
        put(row, "__pydantic_fields_set__", sets[stated[i]])
        put(row, "__pydantic_extra__", None)
        put(row, "__pydantic_private__", None)
        out.append(row)
    return out
