"""Jobs: runs asked for, waiting, worked on by processes of their own, ended. The ledger is all they share.

A job outlives whoever asked for it. One that was killed is found out by its process, and asking for the same run again
goes on where it stood. At most `limit` work at once; the others wait in the order they came. What nobody waits for
gives way: it comes last, and takes no place of what a person asks for.
"""

from __future__ import annotations

import os
import secrets
import sqlite3
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from warrantysim.schema.plain_text import printable
from warrantysim.store import audit
from warrantysim.store.atomic import new_folder, replace_json, sweep_leftovers
from warrantysim.store.database import now
from warrantysim.store.inputs import Asked
from warrantysim.store.job import BACKGROUND, DAMAGED, ENDED, REQUEST, Job, NoSuchJob, Request, enter, job_of, jobs_of
from warrantysim.store.processes import Process, detached
from warrantysim.store.runs import Damaged, find, remove
from warrantysim.store.workspace import ACTIVE, LEFT_BEHIND, Workspace

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
            row = db.execute(
                "SELECT id, turn FROM jobs WHERE state = 'queued' ORDER BY turn, submitted, rowid"
            ).fetchone()
            if row is None:
                return None
            places = "SELECT count(*) FROM jobs WHERE state IN ('starting', 'running') AND (turn < ? OR ? >= ?)"
            busy = db.execute(places, (BACKGROUND, row["turn"], BACKGROUND)).fetchone()[0]
            if busy >= limit:
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


__all__ = ["ACTIVE", "ENDED", "Job", "Jobs", "NoSuchJob", "Request"]


@dataclass(frozen=True)
class Jobs:
    """The jobs of a workspace."""

    workspace: Workspace
    limit: int | None = None
    """Jobs that work at once; `usual_limit` where None [count]."""

    def submit(
        self,
        asked: Asked,
        *,
        label: str = "",
        changes: Sequence[str] = (),
        processes: int = 1,
        who: str = "",
        cluster: str = "",
        turn: int = 0,
    ) -> Job:
        """Ask for a run. A finished run is returned at once, an active job for the same run is joined.

        Parameters
        ----------
        label
            What people call it; the scenario's name where empty.
        changes
            What differs from the base scenario, a line each, kept with the run.
        processes
            Processes that share the work; results do not depend on it [count].
        cluster
            Address of a Dask scheduler whose workers do it in their place; that of its setting where empty.
        turn
            `BACKGROUND` for what nobody waits for [count].
        """
        request = Request(asked, tuple(changes), processes, label, who, cluster)
        self.workspace.must_write()
        if self._sound(asked.id, who):
            return self._answered(request)
        self.tend()
        id = secrets.token_hex(6)
        with self.workspace.writing() as db:
            row = db.execute(
                "SELECT * FROM jobs WHERE run_id = ? AND state IN ('queued', 'starting', 'running')", (asked.id,)
            ).fetchone()
            if row is not None:
                db.execute("UPDATE jobs SET turn = min(turn, ?) WHERE id = ?", (turn, row["id"]))
                return job_of(row)
            # In one transaction: a folder without a row is what a killed process left.
            with new_folder(self.workspace.jobs / id, self.workspace.scratch) as draft:
                replace_json(request.tree(), draft / REQUEST)
            enter(db, id, request, "queued", turn)
        self.tend()
        return self.get(id)

    def _sound(self, run: str, who: str) -> bool:
        """Whether a run is there and sound; one that is damaged is taken away, to be made again."""
        try:
            there = find(self.workspace, run)
            if there is None or not there.damage():
                return there is not None
        except Damaged:
            pass
        remove(self.workspace, run, who)
        return False

    def _answered(self, request: Request) -> Job:
        """The job of a run that is there already: the one it came from, else one made for it."""
        run = request.asked.id
        with self.workspace.writing() as db:
            row = db.execute(
                "SELECT * FROM jobs WHERE result = ? AND run_id = ? ORDER BY submitted DESC", (run, run)
            ).fetchone()
            if row is None:
                id = secrets.token_hex(6)
                enter(db, id, request, "finished")
                row = db.execute("SELECT * FROM jobs WHERE id = ?", (id,)).fetchone()
        return job_of(row)

    def resume(self, id: str, who: str = "") -> Job:
        """Ask again for what an ended job was asked for; replications it had done are not done again.

        Raises
        ------
        NoSuchJob
            If there is none of that id, or what it was asked for is no longer kept.
        """
        job = self.get(id)
        if not (self.workspace.jobs / id / REQUEST).exists():
            raise NoSuchJob(f"what job {id!r} was asked for is no longer kept; it is {job.state}")
        request = self.request(id)
        # Asked of the model of that day, it is run by that of today.
        return self.submit(
            request.asked.today(),
            label=request.label,
            changes=request.changes,
            processes=request.processes,
            who=who or request.who,
            cluster=request.cluster,
        )

    def get(self, id: str) -> Job:
        """A job as it is now.

        Raises
        ------
        NoSuchJob
            If there is none of that id.
        """
        with self.workspace.reading() as db:
            row = db.execute("SELECT * FROM jobs WHERE id = ?", (id,)).fetchone()
        if row is None:
            raise NoSuchJob(f"no job {id!r}")
        try:
            return job_of(row)
        except DAMAGED as error:
            raise NoSuchJob(f"job {id!r} is not as it was entered: {error}") from error

    def poll(self, id: str) -> Job:
        """As `get`, having looked after all jobs first: the lost are found out, and the next in the queue started."""
        self.tend()
        return self.get(id)

    def attach(self, id: str) -> Job | None:
        """The latest job of that id, or of the run of that id: what a link to either leads to. None if none."""
        with self.workspace.reading() as db:
            rows = db.execute(
                "SELECT * FROM jobs WHERE ? IN (id, run_id, result) ORDER BY submitted DESC, rowid DESC", (id,)
            ).fetchall()
        return next(iter(jobs_of(rows)), None)

    def listed(self, active: bool | None = None) -> list[Job]:
        """Jobs, the latest first; only active or only ended ones where asked for."""
        with self.workspace.reading() as db:
            rows = db.execute("SELECT * FROM jobs ORDER BY submitted DESC, rowid DESC").fetchall()
        return [job for job in jobs_of(rows) if active is None or job.active == active]

    def cancel(self, id: str, who: str = "") -> Job:
        """End a job; what it has done is there for the next that asks for the same run. Ended jobs stay as they are."""
        return self._wish(id, "cancel", who)

    def first(self, id: str, who: str = "") -> Job:
        """Have a job that waits be the next one. Others stay as they are."""
        with self.workspace.writing() as db:
            before = db.execute("SELECT min(0, min(turn)) FROM jobs WHERE state = 'queued'").fetchone()[0]
            moved = db.execute(
                "UPDATE jobs SET turn = ? WHERE id = ? AND state = 'queued'", ((before or 0) - 1, id)
            ).rowcount
            if moved:
                audit.record(db, who, "job: first", id)
        return self.poll(id)

    def keep(self, id: str, who: str = "") -> Job:
        """Stop a job and keep the replications done as a run of its own: that of a plan of just as many.

        Studies that have no answer half-way, such as a decision, go on to their end.
        """
        return self._wish(id, "keep", who)

    def _wish(self, id: str, wish: str, who: str) -> Job:
        with self.workspace.writing() as db:
            waiting = db.execute(
                "UPDATE jobs SET state = 'cancelled', ended = ? WHERE id = ? AND state = 'queued'", (now(), id)
            ).rowcount
            asked = db.execute(
                "UPDATE jobs SET wanted = ? WHERE id = ? AND state IN ('starting', 'running')", (wish, id)
            ).rowcount
            if waiting or asked:
                audit.record(db, who, f"job: {wish}", id)
        return self.poll(id)

    def wait(self, id: str, timeout: float = 600.0, every: float = 0.1) -> Job:
        """The job once it has ended. ``timeout``, ``every``: [s].

        Raises
        ------
        TimeoutError
            If it has not.
        """
        deadline = time.monotonic() + timeout
        while (job := self.poll(id)).active:
            if time.monotonic() > deadline:
                raise TimeoutError(f"job {id} is still {job.state} after {timeout:g} s")
            time.sleep(every)
        return job

    def log(self, id: str, lines: int = 200) -> str:
        """The last lines its worker wrote."""
        path = self.log_file(id)
        if not path.exists():
            return ""
        return "\n".join(printable(path.read_text("utf-8", errors="replace")).split("\n")[-lines - 1 :]).rstrip("\n")

    def log_file(self, id: str) -> Path:
        """Where its worker writes."""
        return log_file(self.workspace, id)

    def request(self, id: str) -> Request:
        """What was asked for."""
        return Request.read(self.workspace.jobs / id / REQUEST)

    def tend(self) -> None:
        """Look after all jobs, see `Tending`."""
        Tending(self.workspace.own, self.limit).tend()
