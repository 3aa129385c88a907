"""What-ifs of the user: each version a whole scenario as it was, with what it changes and in what."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from warrantysim.schema.diff import Change, diff
from warrantysim.schema.digest import digest
from warrantysim.schema.paths import parse, tree_of
from warrantysim.schema.root import Scenario
from warrantysim.store import versions
from warrantysim.store.atomic import read_json, replace_json
from warrantysim.store.inputs import KIND
from warrantysim.store.stored_run import StoredRun
from warrantysim.store.versions import Version
from warrantysim.store.workspace import Workspace

SORT = "scenario"
FILE = "scenario.json"


def keep_scenario(
    workspace: Workspace,
    name: str,
    scenario: Scenario,
    *,
    parent: str = "",
    changes: Sequence[str] = (),
    why: str = "",
    who: str = "",
    upload: str = "",
) -> Version:
    """Keep a what-if as a new version of its name; one that states what the latest does is that version again.

    Parameters
    ----------
    scenario
        The resolved scenario: later changes of its files or of its parent do not reach it.
    parent
        What it was made from: the name of a shipped scenario or ``name@number`` of another what-if.
    changes
        What it changes, ``path=value`` as `load_scenario` takes them, so that a form can show and edit them again.
    upload
        The upload its tables came from, ``name@number``.
    """
    why_and_changes = {"parent": parent, "changes": list(changes), "scenario": scenario.name}
    if upload:
        why_and_changes["upload"] = upload
    return versions.keep_version(
        workspace,
        SORT,
        name,
        digest(scenario),
        lambda folder: replace_json(tree_of(scenario), folder / FILE),
        who=who,
        note=why,
        details=why_and_changes,
    )


def kept_scenarios(workspace: Workspace, name: str | None = None) -> list[Version]:
    """Versions of what-ifs, by name, the latest first. ``details``: parent, changes, scenario."""
    return versions.list_versions(workspace, SORT, name)


def kept_scenario(workspace: Workspace, ref: str) -> Scenario:
    """The scenario of ``name@number``, or of the latest version of ``name``.

    Raises
    ------
    NoSuchVersion
        If there is none.
    Damaged
        If it is not what was kept.
    """
    version = versions.stored_version(workspace, SORT, ref)
    scenario: Scenario = Scenario.model_validate(read_json(version.path(FILE)))
    return scenario


def runs_of(workspace: Workspace, version: Version) -> list[str]:
    """Ids of finished runs that rest on a version, the latest first."""
    with workspace.reading() as db:
        rows = db.execute("SELECT id FROM runs WHERE scenario = ? ORDER BY made DESC", (version.digest,)).fetchall()
    return [row["id"] for row in rows]


def worlds_of(run: StoredRun) -> tuple[tuple[str, str], ...]:
    """Short name and digest of every scenario a run rests on: a comparison has several."""
    told = run.manifest["scenario"]
    first = (str(told["name"]), str(told["digest"]))
    if run.kind == KIND:
        return (first,)
    return tuple(dict.fromkeys((case.scenario.name, digest(case.scenario)) for case in run.study.cases)) or (first,)


def lineage(workspace: Workspace, ref: str) -> tuple[list[Version], str]:
    """The kept versions a what-if was made from, itself first, and what the first of them was made from.

    Raises
    ------
    NoSuchVersion
        If there is no such what-if; a parent that is gone ends the line.
    """
    line = [versions.stored_version(workspace, SORT, ref)]
    while True:
        parent = str(line[-1].details.get("parent", ""))
        if "@" not in parent or parent in {version.ref for version in line}:
            return line, parent
        try:
            line.append(versions.stored_version(workspace, SORT, parent))
        except versions.NoSuchVersion:
            return line, parent


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
