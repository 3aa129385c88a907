"""No figure is without bounds: every numeric field states its range, and the ends of it are simulated or refused."""

from __future__ import annotations

import math
import re
import typing
import warnings
from collections.abc import Iterator
from typing import Any

import pytest
from pydantic import BaseModel, ValidationError

from tests.fuzz.mutants import odd_figures
from tests.schema.extremes import Extreme, at, ends, extremes
from tests.test_schema_fields import fields_of, schema_classes
from warrantysim.schema.amounts import Amount
from warrantysim.schema.fields import arms, rules_in, value_bounds, words
from warrantysim.schema.root import Scenario

BOUNDED_BY_THE_HOLDER = {"Distribution.params"}
"""A distribution's parameters; its mean is held to the unit of the field that holds it."""
PROTECTIVE = 1e6
"""Least of the ceilings nobody's figure comes near; a docstring may leave these out."""
EVERY_DAY = 60
"""One in so many ends is simulated in the everyday suite."""


def numbers_in(annotation: Any, rules: list[Any]) -> Iterator[list[Any]]:
    """What bounds each number a type may hold, at any depth; keys of mappings are names."""
    for arm in arms(annotation):
        if arm in (float, int):
            yield rules
        elif isinstance(arm, type) and issubclass(arm, BaseModel):
            for inner in arm.__pydantic_generic_metadata__["args"]:
                yield from numbers_in(inner, list(rules_in(inner)))
        elif typing.get_origin(arm) is not typing.Literal:
            parts = typing.get_args(arm)
            for inner in parts[-1:] if len(parts) == 2 and ... not in parts else parts[:1]:
                yield from numbers_in(inner, list(rules_in(inner)))


FIELDS = [(name, field) for name, field in fields_of(schema_classes()) if name not in BOUNDED_BY_THE_HOLDER]


def test_every_number_of_the_schema_has_a_finite_least_and_greatest_value() -> None:
    without = [
        name
        for name, field in FIELDS
        for rules in numbers_in(field.annotation, list(value_bounds(field)))
        if not all(map(math.isfinite, ends(rules)))
    ]
    assert not without
    assert sum(1 for _, field in FIELDS for _ in numbers_in(field.annotation, [])) > 180


def test_the_range_a_docstring_states_is_the_range_that_is_held() -> None:
    wrong = []
    for name, field in FIELDS:
        for rules in numbers_in(field.annotation, list(value_bounds(field))):
            said = words(field.description).range
            low, high = ends(rules)
            stated = re.fullmatch(r"(-?[\d.]+)(?:-| to )(-?[\d.]+)", said)
            if stated is None and high >= PROTECTIVE and said == ("" if low < 0 else ">= 0" if low == 0 else "> 0"):
                continue
            held = stated and all(
                math.isclose(float(a), b, abs_tol=2e-3) for a, b in zip(stated.groups(), (low, high), strict=True)
            )
            if not held:
                wrong.append(f"{name}: says {said!r}, holds {low:g}-{high:g}")
    assert not wrong


@pytest.mark.parametrize("text", ["1000000000001 USD", "-1e13 USD", "1e300 EUR"])
def test_an_amount_has_bounds_wherever_it_stands(text: str) -> None:
    with pytest.raises(ValueError, match="expected an amount of at most 1e"):
        Amount.parse(text)


def breaks(extreme: Extreme) -> str | None:
    """How a year of the seller with one figure at an end breaks; None where it is refused when it is read, or gives
    figures."""
    try:
        scenario = Scenario.model_validate(at(extreme))
    except ValidationError:
        return None
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        odd = odd_figures(scenario, 1)
    if odd and "state a later calendars." in odd[0]:  # A queue no bound on one figure foresees: told with its place.
        return None
    return f"{extreme.field} = {extreme.value}: {odd[0]}" if odd else None


def test_some_ends_of_ranges_are_simulated_or_refused() -> None:
    assert not [found for extreme in list(extremes())[::EVERY_DAY] if (found := breaks(extreme))]


@pytest.mark.slow
def test_every_end_of_every_range_is_simulated_or_refused() -> None:
    assert not [found for extreme in extremes() if (found := breaks(extreme))]
