"""Where a seller's runs are kept: one folder with results, jobs and the ledger of what was run.

``runs/<id>/`` finished runs, each complete; ``jobs/<id>/`` what was asked for and its log; ``parts/<run id>/``
replications of unfinished runs; ``versions/`` scenarios and uploads of the user; ``scratch/`` what is being written;
``warrantysim.db`` the ledger. The folder must be on a local disk: the ledger's locks do not hold on network shares.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path

from warrantysim.store import database
from warrantysim.store.atomic import sweep

SETTING = "WARRANTYSIM_WORKSPACE"
"""Environment variable that names the workspace folder."""
LEFT_BEHIND = 86_400.0
"""What nobody has written to for so long was left by a writer that was killed [s]."""


USUAL = ".warrantysim"
"""Name of the folder used where none is named, in the folder one works in."""


def usual_folder() -> Path:
    """The workspace where none is named: `SETTING`, else `USUAL` here."""
    return Path(os.environ.get(SETTING) or USUAL)


@dataclass(frozen=True)
class Workspace:
    """A workspace that is there and can be read. Made by `at`."""

    folder: Path
    """Its folder, absolute."""

    @staticmethod
    def at(folder: str | Path | None = None) -> Workspace:
        """Open a workspace, making its folder if need be; `usual_folder` where none is given.

        Raises
        ------
        WorkspaceTooNew
            If a later version has written there.
        OSError
            If the folder cannot be made, or its ledger is none.
        """
        found = Workspace(Path(folder if folder is not None else usual_folder()).expanduser().resolve())
        for part in (found.runs, found.jobs, found.parts, found.versions, found.scratch):
            part.mkdir(parents=True, exist_ok=True)
        try:
            database.prepare(found.database)
        except sqlite3.DatabaseError as error:
            raise OSError(f"{found.database.name}: {error}") from error
        sweep(found.scratch, LEFT_BEHIND)
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
        """What is being written and nobody may read."""
        return self.folder / "scratch"

    @property
    def database(self) -> Path:
        """The ledger."""
        return self.folder / "warrantysim.db"

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """A connection that sees one state of the ledger throughout, and never waits for a writer."""
        with database.connection(self.database) as db:
            db.execute("BEGIN")
            yield db
            db.execute("ROLLBACK")

    def writing(self) -> AbstractContextManager[sqlite3.Connection]:
        """A connection that alone may write: all of its block is kept, or none if it raises."""
        return database.transaction(self.database)
