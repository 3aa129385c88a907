"""Who changed which figure of a scenario, when and why: read off the versions it was made from."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from warrantysim.schema.diff import Change, diff
from warrantysim.schema.paths import parse
from warrantysim.schema.root import Scenario
from warrantysim.store.scenarios import kept_scenario, lineage
from warrantysim.store.versions import Version
from warrantysim.store.workspace import Workspace


@dataclass(frozen=True)
class Ancestor:
    """One version in a scenario's past, and what it changed."""

    version: Version
    """The version."""
    changes: tuple[Change, ...]
    """What differs from what it was made from; nothing where that is gone."""


def ancestry(workspace: Workspace, ref: str, shipped: Callable[[str], Scenario | None]) -> tuple[Ancestor, ...]:
    """The past of a kept scenario, the latest step first.

    ``shipped``: gives the scenario of a name that is no kept version; None where there is none.

    Raises
    ------
    NoSuchVersion, Damaged
        If it, or one it was made from, is not there as it was kept.
    """
    line, origin = lineage(workspace, ref)
    worlds: list[Scenario | None] = [kept_scenario(workspace, version.ref) for version in line]
    worlds.append(None if "@" in origin else shipped(origin))
    steps = []
    for version, world, before in zip(line, worlds[:-1], worlds[1:], strict=True):
        steps.append(Ancestor(version, () if before is None or world is None else diff(before, world)))
    return tuple(steps)


def last_changed(steps: tuple[Ancestor, ...]) -> Mapping[str, Version]:
    """The version that changed each path last; a table or section stands for all in it."""
    found: dict[str, Version] = {}
    for step in steps:
        for change in step.changes:
            found.setdefault(change.path, step.version)
            found.setdefault(parse(change.path)[0].parts[0], step.version)
    return found
