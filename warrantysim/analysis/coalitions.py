"""Worlds between two scenarios: some sections as in the one, the rest as in the other; only combinations that hold."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import combinations

from warrantysim.schema.diff import diff
from warrantysim.schema.errors import BadInput
from warrantysim.schema.paths import parse
from warrantysim.schema.root import Scenario

WHOLE_CHECK = 6
"""Up to so many groups every combination is tried; of more, each group alone and all but each."""

Groups = Mapping[str, tuple[str, ...]]
"""Sections by the name of their group."""


@dataclass
class Coalitions:
    """Two scenarios and what is between them; state is the combinations already built."""

    base: Scenario
    """The scenario where nothing is changed."""
    other: Scenario
    """The scenario where everything is."""
    built: dict[frozenset[str], Scenario | None] = field(default_factory=dict)
    """Worlds by their changed sections; None where they do not hold together."""

    def sections(self) -> tuple[str, ...]:
        """Sections and tables that differ, in the order of the scenario; labels are none."""
        changed = {parse(change.path)[0].parts[0] for change in diff(self.base, self.other)}
        return tuple(name for name in type(self.base).model_fields if name in changed)

    def world(self, changed: frozenset[str]) -> Scenario:
        """The base with some sections as in the other.

        Raises
        ------
        BadInput
            If they do not hold together.
        """
        found = self._built(changed)
        if found is None:
            raise BadInput("the worlds cannot be mixed with only {names} changed", names=", ".join(sorted(changed)))
        return found

    def groups(self) -> dict[str, tuple[str, ...]]:
        """Changed sections, each its own group, but those together that do not hold apart."""
        return self.settled({name: (name,) for name in self.sections()})

    def settled(self, groups: Groups) -> dict[str, tuple[str, ...]]:
        """Groups merged until their combinations are scenarios that hold: all of them, or those of `WHOLE_CHECK`."""
        now = dict(groups)
        while (broken := next(self._broken(now), None)) is not None:
            now = merged_groups(now, *self._remedy(now, broken))
        return now

    def _broken(self, groups: Groups) -> Iterator[frozenset[str]]:
        n = len(groups)
        sizes = range(1, n) if n <= WHOLE_CHECK else sorted({1, n - 1})
        for size in sizes:
            for some in combinations(groups, size):
                if self._built(_sections(groups, some)) is None:
                    yield frozenset(some)

    def _remedy(self, groups: Groups, broken: frozenset[str]) -> tuple[str, str]:
        """Two groups to merge: one whose absence mends the combination, or whose presence does, with its partner."""
        inside = [name for name in groups if name in broken]
        outside = [name for name in groups if name not in broken]
        for name in inside:
            without = [g for g in inside if g != name]
            if self._built(_sections(groups, without)) is not None:
                for missing in outside:
                    if self._built(_sections(groups, [*inside, missing])) is not None:
                        return name, missing
        # Several things are missing at once: take them in one by one.
        return inside[-1], outside[0]

    def _built(self, changed: frozenset[str]) -> Scenario | None:
        if changed not in self.built:
            try:
                self.built[changed] = self.base.replace(**{name: getattr(self.other, name) for name in changed})
            except ValueError:
                self.built[changed] = None
        return self.built[changed]


def merged_groups(groups: Groups, one: str, two: str) -> dict[str, tuple[str, ...]]:
    """Two groups as one, at the place of the first."""
    first, second = (name for name in groups if name in (one, two))
    out: dict[str, tuple[str, ...]] = {}
    for name, parts in groups.items():
        if name == first:
            out[f"{first} + {second}"] = (*parts, *groups[second])
        elif name != second:
            out[name] = parts
    return out


def _sections(groups: Groups, names: Iterable[str]) -> frozenset[str]:
    return frozenset(part for name in names for part in groups[name])
