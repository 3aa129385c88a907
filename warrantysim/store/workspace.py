"""Where a seller's runs are kept: one folder with results, jobs and the ledger of what was run.

``runs/<id>/`` finished runs, each complete; ``jobs/<id>/`` what was asked for and its log; ``parts/<run id>/``
replications of unfinished runs; ``versions/`` scenarios and uploads of the user; ``scratch/`` what is being written;
``warrantysim.db`` the ledger. The folder must be on a local disk: the ledger's locks do not hold on network shares.
"""

from __future__ import annotations

import errno
import os
import sqlite3
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from warrantysim.store import database
from warrantysim.store.atomic import sweep_leftovers, vanish, writable

SETTING = "WARRANTYSIM_WORKSPACE"
"""Environment variable that names the workspace folder."""
LEFT_BEHIND = 86_400.0
"""What nobody has written to for so long was left by a writer that was killed [s]."""


ACTIVE = ("queued", "starting", "running")
"""States of a job that has not ended."""
USUAL = ".warrantysim"
"""Name of the folder used where none is named, in the folder one works in."""


class NotWritable(PermissionError):
    """Nothing may be written in this workspace: by this person, or by anybody."""


NOTHING_WRITTEN = (errno.EROFS, errno.EACCES, errno.EPERM, errno.ENOSPC, errno.EDQUOT)
"""What a disk says that takes nothing: it is read all the same."""
Closed = Literal["", "disk", "role"]
"""Why nothing may be written: for no reason, the disk takes nothing, whoever acts may only look."""


def usual_folder() -> Path:
    """The workspace where none is named: `SETTING`, else `USUAL` here."""
    return Path(os.environ.get(SETTING) or USUAL)


@dataclass(frozen=True)
class Workspace:
    """A workspace that is there and can be read. Made by `at`."""

    folder: Path
    """Its folder, absolute."""
    closed: Closed = ""
    """Why nothing may be written through it; every function that writes looks."""
    apart: bool = False
    """Whether it is known who each person is, so that nobody may approve what they proposed."""

    @staticmethod
    def at(folder: str | Path | None = None) -> Workspace:
        """Open a workspace, making its folder if need be; `usual_folder` where none is given.

        What killed processes left is swept. One that is there but cannot be written is opened for reading.

        Raises
        ------
        WorkspaceTooNew
            If a later version has written there.
        OSError
            If the folder cannot be made, or its ledger is none.
        """
        found = Workspace(Path(folder if folder is not None else usual_folder()).expanduser().resolve())
        try:
            for part in (found.runs, found.jobs, found.parts, found.versions, found.scratch):
                part.mkdir(parents=True, exist_ok=True)
            writable(found.scratch)
        except OSError as error:
            if not found.database.is_file() or error.errno not in NOTHING_WRITTEN:
                raise
            found = replace(found, closed="disk")
        try:
            if found.closed:
                with found.reading():
                    return found
            database.migrate(found.database)
        except sqlite3.DatabaseError as error:
            raise OSError(f"{found.database.name}: {error}") from error
        _sweep(found)
        return found

    @property
    def runs(self) -> Path:
        """Finished runs, a folder each."""
        return self.folder / "runs"

    @property
    def jobs(self) -> Path:
        """Jobs, a folder each."""
        return self.folder / "jobs"

    @property
    def parts(self) -> Path:
        """Finished replications of unfinished runs, a folder a run."""
        return self.folder / "parts"

    @property
    def versions(self) -> Path:
        """Scenarios and uploads of the user, a folder a version."""
        return self.folder / "versions"

    @property
    def scratch(self) -> Path:
        """What is being written and nobody may read.

        Raises
        ------
        NotWritable
            If nothing may be written.
        """
        self.must_write()
        return self.folder / "scratch"

    @property
    def database(self) -> Path:
        """The ledger."""
        return self.folder / "warrantysim.db"

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """A connection that sees one state of the ledger throughout, and never waits for a writer."""
        look = database.view if self.closed == "disk" else database.connection
        with look(self.database) as db:
            db.execute("BEGIN")
            yield db
            db.execute("ROLLBACK")

    def writing(self) -> AbstractContextManager[sqlite3.Connection]:
        """A connection that alone may write: all of its block is kept, or none if it raises.

        Raises
        ------
        NotWritable
            If nothing may be written.
        """
        self.must_write()
        return database.transaction(self.database)

    def for_looking(self) -> Workspace:
        """The same for somebody who may only look."""
        return self if self.closed else replace(self, closed="role")

    @property
    def own(self) -> Workspace:
        """The same for what the system does by itself, whoever is looking: closed only where the disk is."""
        return replace(self, closed="") if self.closed == "role" else self

    def must_write(self) -> None:
        """Make sure that something may be written.

        Raises
        ------
        NotWritable
            If nothing may.
        """
        if self.closed == "disk":
            raise NotWritable(errno.EROFS, "the workspace can only be read", str(self.folder))
        if self.closed:
            raise NotWritable(errno.EACCES, "who may only look writes nothing", str(self.folder))


def _sweep(space: Workspace) -> None:
    """Remove what nobody will ask for again: folders killed writers left aside, folders of jobs that were never
    entered, replications of runs that are stored or that no job asked for."""
    sweep_leftovers(space.scratch, LEFT_BEHIND)
    # Jobs are entered and their folders made in one transaction: what has no row now never will.
    with space.writing() as db:
        jobs = {row["id"] for row in db.execute("SELECT id FROM jobs")}
        asked = {row["run_id"] for row in db.execute("SELECT run_id FROM jobs")}
        active = {row["run_id"] for row in db.execute(f"SELECT run_id FROM jobs WHERE state IN {ACTIVE}")}
        for folder in space.jobs.iterdir():
            if folder.name not in jobs:
                vanish(folder, space.scratch)
        for folder in space.parts.iterdir():
            done = folder.name not in asked or (space.runs / folder.name).exists()
            if folder.name not in active and done:
                vanish(folder, space.scratch)
