"""Finished runs: a folder each, there as a whole or not at all, and a row each in the ledger.

The folder is the run; the ledger's row is its index card and can be made again from the folder.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from warrantysim.store import audit
from warrantysim.store.atomic import read_json, vanish
from warrantysim.store.inputs import short_digest
from warrantysim.store.job import DAMAGED
from warrantysim.store.stored_run import MANIFEST, Damaged, OtherKind, StoredRun
from warrantysim.store.workspace import Workspace

__all__ = ["Damaged", "NoSuchRun", "OtherKind", "StoredRun", "damaged", "find", "find_run", "list_runs", "remove"]
STATED = {
    "id", "kind", "label", "scenario", "seed", "model", "currency", "changes", "who", "made", "seconds", "replications",
    "failures", "results", "files",
}  # fmt: skip
"""What every manifest says."""
SEAL = "seal"
"""Key of a manifest's digest of itself."""


class NoSuchRun(LookupError):
    """No run of that id, or more than one."""


def sealed(manifest: Mapping[str, Any]) -> dict[str, Any]:
    """A manifest with a digest of itself."""
    return {**manifest, SEAL: short_digest(dict(manifest))}


def find(workspace: Workspace, id: str) -> StoredRun | None:
    """The finished run of an id, or None.

    Raises
    ------
    Damaged
        If there is one whose manifest is not what was written.
    """
    folder = workspace.runs / id
    if not id or Path(id).name != id:
        return None
    try:
        manifest = read_json(folder / MANIFEST)
        sound = manifest.pop(SEAL) == short_digest(manifest) and manifest.keys() >= STATED and manifest["id"] == id
    except OSError:
        if not folder.exists():
            return None
        sound = False
    except DAMAGED:
        sound = False
    if not sound:
        raise Damaged(f"run {id}: its manifest is not what was written; remove the run and ask for it again")
    return StoredRun(folder, manifest)


def find_run(workspace: Workspace, start: str) -> StoredRun:
    """The finished run whose id begins so.

    Raises
    ------
    NoSuchRun
        If there is none, or more than one.
    Damaged
        As `find`.
    """
    run = find(workspace, full_id(workspace, start))
    if run is None:
        raise NoSuchRun(f"no run {start!r}")
    return run


def full_id(workspace: Workspace, start: str) -> str:
    """The whole id of the run whose id begins so, sound or not.

    Raises
    ------
    NoSuchRun
        If there is none, or more than one.
    """
    ids = [id for id in _ids(workspace) if start and id.startswith(start)]
    if len(ids) != 1:
        raise NoSuchRun(f"several runs begin with {start}: {', '.join(ids)}" if ids else f"no run {start!r}")
    return ids[0]


def list_runs(workspace: Workspace) -> list[StoredRun]:
    """All sound runs, the latest first. Folders and ledger are made to agree. See `damaged` for the others."""
    ids = set(_ids(workspace))
    with workspace.reading() as db:
        known = {row["id"] for row in db.execute("SELECT id FROM runs")}
    runs = [run for id in ids if (run := _sound_or_none(workspace, id)) is not None]
    if workspace.closed:
        return sorted(runs, key=lambda run: (run.made, run.id), reverse=True)
    index(workspace, [run for run in runs if run.id not in known], "")
    if known - ids:
        with workspace.writing() as db:
            gone = [id for id in known - ids if not (workspace.runs / id).exists()]
            db.executemany("DELETE FROM runs WHERE id = ?", [(id,) for id in gone])
    return sorted(runs, key=lambda run: (run.made, run.id), reverse=True)


def damaged(workspace: Workspace, thorough: bool = True) -> tuple[str, ...]:
    """Ids of runs some file of which is missing or not what was written.

    ``thorough``: whether every file is read, or only its size looked at.
    """
    runs = {id: _sound_or_none(workspace, id) for id in _ids(workspace)}
    return tuple(id for id, run in runs.items() if run is None or run.damage(thorough))


def remove(workspace: Workspace, id: str, who: str = "") -> bool:
    """Take a run away, from disk and ledger. Whether it was there."""
    if not id or Path(id).name != id or not (workspace.runs / id).exists():
        return False
    vanished = vanish(workspace.runs / id, workspace.scratch)
    with workspace.writing() as db:
        db.execute("DELETE FROM runs WHERE id = ?", (id,))
        if vanished:
            audit.record(db, who, "run removed", id)
    return vanished


def _ids(workspace: Workspace) -> list[str]:
    return sorted(path.name for path in workspace.runs.iterdir() if path.is_dir())


def _sound_or_none(workspace: Workspace, id: str) -> StoredRun | None:
    try:
        return find(workspace, id)
    except Damaged:
        return None


def index(workspace: Workspace, runs: Sequence[StoredRun], who: str) -> None:
    """Rows in the ledger for runs that have none."""
    if not runs:
        return
    with workspace.writing() as db:
        for run in runs:
            m = run.manifest
            added = db.execute(
                "INSERT OR IGNORE INTO runs VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (
                    run.id,
                    run.kind,
                    run.name,
                    m["made"],
                    run.version,
                    m["scenario"]["digest"],
                    run.results,
                    len(m["replications"]),
                    m["failures"],
                    m["seconds"],
                ),
            )
            if added.rowcount:
                audit.record(db, who, "run stored", run.id, kind=run.kind, name=run.name, results=run.results)
