"""What a computation reads of a scenario, and where two scenarios differ, in the same terms.

A computation that is a pure function of a scenario, and reads none of the fields in which another one differs, takes
the same way through it to the same result. Which inputs are prices and nothing else is thus seen, not listed: runs read
everything else. A watched scenario notes each field that is read; what is read as a whole (dumped, hashed, compared)
counts as read with all that lies in it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from functools import cache, cached_property
from types import new_class
from typing import Any, cast

from warrantysim.schema.policy import Policy
from warrantysim.schema.root import Scenario
from warrantysim.schema.strict import Strict

Place = tuple[str | int, ...]
"""Where a field lies: names of fields, keys of mappings, positions in lists."""
WATCH = "watch of reads"
"""Where a watched part keeps its place; no field can be called so."""


def watched(scenario: Scenario) -> tuple[Scenario, set[Place]]:
    """A scenario that states the same, and the places read of it so far; the set grows as it is read.

    Today's policy is one value: policies are compared as wholes.
    """
    reads: set[Place] = set()
    return cast("Scenario", _watched(scenario, (), reads)), reads


def places_differing(one: Scenario, other: Scenario) -> frozenset[Place] | None:
    """Places at which two scenarios state something else; None where one has parts the other does not have."""
    try:
        return frozenset(_differing(one, other, ()))
    except _OtherParts:
        return None


def read_of(reads: Collection[Place], places: Collection[Place]) -> bool:
    """Whether one of some places was read, alone or with something it lies in."""
    return any(place[:depth] in reads for place in places for depth in range(len(place) + 1))


class _OtherParts(Exception):
    """One scenario has parts the other does not have."""


def _is_part(value: Any) -> bool:
    """Whether a value is noted field by field, or holds nothing but such values."""
    if isinstance(value, Strict):
        return not isinstance(value, Policy)
    if type(value) is dict:
        return bool(value) and all(map(_is_part, value.values()))
    return type(value) in (tuple, list) and bool(value) and all(map(_is_part, value))


def _differing(one: Any, other: Any, place: Place) -> Iterator[Place]:
    if _is_part(one) != _is_part(other) or type(one) is not type(other):
        raise _OtherParts
    if not _is_part(one):
        if one != other:
            yield place
    elif isinstance(one, Strict):
        for name in type(one).model_fields:
            yield from _differing(getattr(one, name), getattr(other, name), (*place, name))
    elif isinstance(one, dict):
        if list(one) != list(other):
            raise _OtherParts
        for key, value in one.items():
            yield from _differing(value, other[key], (*place, key))
    else:
        if len(one) != len(other):
            raise _OtherParts
        for k, (mine, theirs) in enumerate(zip(one, other, strict=True)):
            yield from _differing(mine, theirs, (*place, k))


def _watched(value: Any, place: Place, reads: set[Place]) -> Any:
    """A copy that notes what is read of it. Values computed from it before do not come along: they hide reads."""
    if isinstance(value, Strict):
        own = {name: getattr(value, name) for name in type(value).model_fields}
        parts = {name: _watched(one, (*place, name), reads) for name, one in own.items() if _is_part(one)}
        watch = (place, reads, {name: (*place, name) for name in own if name not in parts})
        copy = object.__new__(_watching(type(value)))
        object.__setattr__(copy, "__dict__", {**own, **parts, WATCH: watch})
        for name in ("__pydantic_fields_set__", "__pydantic_extra__", "__pydantic_private__"):
            object.__setattr__(copy, name, getattr(value, name))
        return copy
    if isinstance(value, Mapping):
        return {key: _watched(one, (*place, key), reads) for key, one in value.items()}
    return type(value)(_watched(one, (*place, k), reads) for k, one in enumerate(value))


@cache
def _watching(kind: type[Strict]) -> type[Strict]:
    """A model whose instances note what is read of them; those without a watch (made from one) are as ever."""
    computed = {
        name: one
        for above in reversed(kind.__mro__)
        for name, one in vars(above).items()
        if isinstance(one, cached_property)
    }

    def noting(self: Strict, name: str) -> Any:
        held = object.__getattribute__(self, "__dict__")
        if WATCH in held:
            place, reads, values = held[WATCH]
            if name in values:
                reads.add(values[name])
            elif name == "__dict__":
                reads.add(place)
            elif name in computed:
                # A cached property asks for ``__dict__`` to keep its value there, which is no read of all fields.
                if name not in held:
                    held[name] = computed[name].func(self)
                return held[name]
        return object.__getattribute__(self, name)

    return new_class(kind.__name__, (kind,), exec_body=lambda body: body.update(__getattribute__=noting))
