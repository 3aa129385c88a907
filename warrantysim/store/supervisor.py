"""Looking after jobs: finding out which workers were killed, and starting whose turn it is. Anyone may, at any time."""

from __future__ import annotations

import os
import secrets
import sqlite3
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from warrantysim.store import audit
from warrantysim.store.atomic import sweep_leftovers
from warrantysim.store.database import now
from warrantysim.store.job import DAMAGED
from warrantysim.store.processes import Process, detached
from warrantysim.store.runs import Damaged, find
from warrantysim.store.workspace import LEFT_BEHIND, Workspace

WORKERS = "WARRANTYSIM_WORKERS"
"""Environment variable: jobs that work at once [count]."""
SILENCE = 60.0
"""A worker of another machine that says nothing for so long counts as killed [s]."""


def usual_limit() -> int:
    """Jobs that work at once: `WORKERS`, else one fewer than there are cores, at least one."""
    stated = os.environ.get(WORKERS, "")
    return max(1, int(stated)) if stated.isdecimal() else max(1, (os.cpu_count() or 2) - 1)


def log_file(workspace: Workspace, job: str) -> Path:
    """Where a job's worker writes."""
    return workspace.jobs / job / "log.txt"


@dataclass(frozen=True)
class Tending:
    """Looks after the jobs of a workspace."""

    workspace: Workspace
    limit: int | None = None
    """Jobs that work at once; `usual_limit` where None [count]."""

    def tend(self) -> None:
        """Find out which workers were killed, start who is next."""
        if self.workspace.closed:
            return
        with self.workspace.reading() as db:
            rows = db.execute("SELECT * FROM jobs WHERE state IN ('starting', 'running')").fetchall()
        gone = [row for row in rows if _gone(row)]
        for row in gone:
            # What it started goes first: nobody else may work on the job beside it.
            if row["started"] is not None:  # Else the process noted is whoever was to start it.
                with suppress(*DAMAGED):
                    Process.read(row["process"]).end_group()
            self._let_go(row)
        if gone:
            sweep_leftovers(self.workspace.scratch, LEFT_BEHIND)
        while (next_one := self._next()) is not None:
            self._start(*next_one)

    def _let_go(self, row: sqlite3.Row) -> None:
        """A job whose process is gone: with its run in the store it is finished, before it began it waits again."""
        there = _stored(self.workspace, row["run_id"])
        state, message = ("finished", "") if there else _end_of(row)
        with self.workspace.writing() as db:
            changed = db.execute(
                "UPDATE jobs SET state = ?, ended = ?, message = ?, result = ? "
                "WHERE id = ? AND state = ? AND ticket = ?",
                (
                    state,
                    None if state == "queued" else now(),
                    message,
                    row["run_id"] if there else None,
                    row["id"],
                    row["state"],
                    row["ticket"],
                ),
            ).rowcount
            if changed and state in {"lost", "failed"}:
                audit.record(db, "", f"job {state}", row["id"], run=row["run_id"])

    def _next(self) -> tuple[str, str] | None:
        """The next job to start and its ticket, if there is room."""
        limit = self.limit or usual_limit()
        ticket = secrets.token_hex(8)
        with self.workspace.writing() as db:
            busy = db.execute("SELECT count(*) FROM jobs WHERE state IN ('starting', 'running')").fetchone()[0]
            row = db.execute("SELECT id FROM jobs WHERE state = 'queued' ORDER BY submitted, rowid").fetchone()
            if row is None or busy >= limit:
                return None
            db.execute(
                "UPDATE jobs SET state = 'starting', ticket = ?, process = ?, heartbeat = ? WHERE id = ?",
                (ticket, str(Process.here()), time.time(), row["id"]),
            )
        return row["id"], ticket

    def _start(self, id: str, ticket: str) -> None:
        """Start a worker and note which process it is, lest one that dies before it begins is waited for."""
        arguments = ["--workspace", str(self.workspace.folder), "--job", id, "--ticket", ticket]
        try:
            worker = Process.of(detached("warrantysim.store.worker", arguments, log_file(self.workspace, id), id))
        except OSError as error:
            with self.workspace.writing() as db:
                db.execute(
                    "UPDATE jobs SET state = 'failed', ended = ?, message = ? WHERE id = ? AND ticket = ?",
                    (now(), f"no worker could be started: {error}", id, ticket),
                )
            return
        with self.workspace.writing() as db:
            db.execute(
                "UPDATE jobs SET process = ?, started = ? WHERE id = ? AND ticket = ? AND state = 'starting'",
                (str(worker), now(), id, ticket),
            )


def _stored(workspace: Workspace, run: str) -> bool:
    try:
        return find(workspace, run) is not None
    except Damaged:
        return False


def _gone(row: sqlite3.Row) -> bool:
    """Whether nobody works on a job any more."""
    try:
        runs = Process.read(row["process"]).runs()
    except DAMAGED:
        return True
    if not isinstance(row["heartbeat"], float):
        return runs is not True
    return time.time() - row["heartbeat"] > SILENCE if runs is None else not runs


def _end_of(row: sqlite3.Row) -> tuple[str, str]:
    """State and message of a job whose process is gone."""
    if row["state"] == "running":
        return "lost", "the worker was killed"
    if row["started"] is None:
        return "queued", ""  # Whoever was to start its worker was killed first.
    return "failed", "the worker ended before it began; see the log"
