"""One job: what was asked for, and where it stands."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from warrantysim.store import audit
from warrantysim.store.atomic import read_json
from warrantysim.store.database import now
from warrantysim.store.inputs import Asked, asked_from
from warrantysim.store.progress import Progress, read_estimates
from warrantysim.store.workspace import ACTIVE

BACKGROUND = 1
"""Turn of what nobody waits for."""
ENDED = ("finished", "kept", "cancelled", "failed", "lost")
"""States of a job that has; ``lost`` was killed from outside and can be asked for again."""
REQUEST = "request.json"
"""Where a job's folder says what was asked for."""


DAMAGED = (ValueError, TypeError, LookupError, AttributeError, RecursionError)
"""What reading a row or a file that is not what was written may raise."""


class NoSuchJob(LookupError):
    """No job of that id."""


@dataclass(frozen=True)
class Job:
    """One job as the ledger has it at a moment."""

    id: str
    """Its id."""
    run_id: str
    """The run asked for."""
    kind: str
    """What is done: ``simulate``, ``decide`` ..."""
    state: str
    """One of `ACTIVE` or `ENDED`."""
    label: str
    """What it was asked for as [text]."""
    who: str
    """Who asked [text]."""
    submitted: str
    """When [UTC, ISO 8601]."""
    started: str | None
    """When a worker took it up."""
    ended: str | None
    """When it ended."""
    progress: Progress
    """How far it is."""
    message: str
    """Why it failed or was lost [text]."""
    turn: int
    """Its turn among those that wait: the lowest goes first, 0 is what a person asks for, `BACKGROUND` waits for these
    [count]."""
    result: str | None
    """The stored run it led to: ``run_id``, or the part of it that was kept; None where there is none."""

    @property
    def active(self) -> bool:
        """Whether it has not ended."""
        return self.state in ACTIVE


@dataclass(frozen=True)
class Request:
    """What a job was asked for."""

    asked: Asked
    """What the run's results depend on."""
    changes: tuple[str, ...] = ()
    """What differs from the base scenario, a line each."""
    processes: int = 1
    """Processes that share the work [count]."""
    label: str = ""
    """What people call it [text]."""
    who: str = ""
    """Who asked [text]."""
    cluster: str = ""
    """Address of a Dask scheduler whose workers do the work; empty for processes of this machine [text]."""

    def tree(self) -> dict[str, Any]:
        """Plain form."""
        return {
            "asked": self.asked.tree(),
            "changes": list(self.changes),
            "processes": self.processes,
            "label": self.label,
            "who": self.who,
            "cluster": self.cluster,
        }

    @staticmethod
    def read(path: Path) -> Request:
        """From the file `tree` was written to."""
        tree = read_json(path)
        rest = (tree["processes"], tree["label"], tree["who"], tree.get("cluster", ""))
        return Request(asked_from(tree["asked"]), tuple(tree["changes"]), *rest)


def jobs_of(rows: Iterable[sqlite3.Row]) -> list[Job]:
    """The jobs of rows; a row that is damaged hides itself alone."""
    found = []
    for row in rows:
        with suppress(*DAMAGED):
            found.append(job_of(row))
    return found


def job_of(row: sqlite3.Row) -> Job:
    """The job of a row of the ledger.

    Raises
    ------
    ValueError, TypeError, LookupError
        If the row is damaged.
    """
    if row["state"] not in (*ACTIVE, *ENDED):
        raise ValueError(f"job {row['id']} is in no state there is: {row['state']!r}")
    eta = float("nan") if row["eta_s"] is None else row["eta_s"]
    progress = Progress(row["stage"], row["done"], row["total"], read_estimates(row["partial"]), eta)
    plain = {field.name: row[field.name] for field in fields(Job) if field.name != "progress"}
    return Job(**plain, progress=progress)


def enter(db: sqlite3.Connection, id: str, request: Request, state: str, turn: int = 0) -> None:
    """A new row in the ledger, with its line in the audit log."""
    asked = request.asked
    ended, label = state == "finished", request.label or asked.title
    db.execute(
        "INSERT INTO jobs (id, run_id, kind, state, label, who, submitted, ended, result, total, turn) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            id,
            asked.id,
            asked.kind,
            state,
            label,
            request.who,
            now(),
            now() if ended else None,
            asked.id if ended else None,
            asked.steps,
            turn,
        ),
    )
    audit.record(db, request.who, "run asked for", asked.id, job=id, kind=asked.kind, label=label)
