"""What-ifs of the user: each version a whole scenario as it was, with what it changes and in what."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from warrantysim.scenario.diff import diff
from warrantysim.scenario.digest import digest
from warrantysim.scenario.paths import tree_of
from warrantysim.scenario.root import Scenario
from warrantysim.store import versions
from warrantysim.store.atomic import read_json, write_json
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
    """
    why_and_changes = {"parent": parent, "changes": list(changes), "scenario": scenario.name}
    return versions.keep(
        workspace,
        SORT,
        name,
        digest(scenario),
        lambda folder: write_json(tree_of(scenario), folder / FILE),
        who=who,
        note=why,
        details=why_and_changes,
    )


def kept_scenarios(workspace: Workspace, name: str | None = None) -> list[Version]:
    """Versions of what-ifs, by name, the latest first. ``details``: parent, changes, scenario."""
    return versions.listed(workspace, SORT, name)


def kept_scenario(workspace: Workspace, ref: str) -> Scenario:
    """The scenario of ``name@number``, or of the latest version of ``name``.

    Raises
    ------
    NoSuchVersion
        If there is none.
    Damaged
        If it is not what was kept.
    """
    version = versions.get(workspace, SORT, ref)
    scenario: Scenario = Scenario.model_validate(read_json(version.path(FILE)))
    return scenario


def differences(workspace: Workspace, ref: str, other: Scenario) -> list[str]:
    """What a what-if states otherwise than another scenario, ``old -> new``, a line each."""
    return [str(change) for change in diff(other, kept_scenario(workspace, ref))]


def runs_of(workspace: Workspace, version: Version) -> list[str]:
    """Ids of finished runs that rest on a version, the latest first."""
    with workspace.reading() as db:
        rows = db.execute("SELECT id FROM runs WHERE scenario = ? ORDER BY made DESC", (version.digest,)).fetchall()
    return [row["id"] for row in rows]


def scenario_file(version: Version) -> Path:
    """The file of a version, as JSON, which is YAML too."""
    return version.path(FILE)
