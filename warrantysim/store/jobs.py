"""Jobs: runs asked for, waiting, worked on by processes of their own, ended. The ledger is all they share.

A job outlives whoever asked for it. One that was killed is found out by its process, and asking for the same run again
goes on where it stood. At most `limit` work at once; the others wait in the order they came.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from warrantysim.schema.plain_text import printable
from warrantysim.store import audit
from warrantysim.store.atomic import new_folder, replace_json
from warrantysim.store.database import now
from warrantysim.store.job import DAMAGED, ENDED, REQUEST, Job, NoSuchJob, Request, enter, job_of, jobs_of
from warrantysim.store.requests import Asked
from warrantysim.store.runs import Damaged, find, remove
from warrantysim.store.supervisor import Tending, log_file
from warrantysim.store.workspace import ACTIVE, Workspace

__all__ = ["ACTIVE", "ENDED", "Job", "Jobs", "NoSuchJob", "Request"]


@dataclass(frozen=True)
class Jobs:
    """The jobs of a workspace."""

    workspace: Workspace
    limit: int | None = None
    """Jobs that work at once; `usual_limit` where None [count]."""

    def submit(
        self, asked: Asked, *, label: str = "", changes: Sequence[str] = (), processes: int = 1, who: str = ""
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
        """
        request = Request(asked, tuple(changes), processes, label, who)
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
                return job_of(row)
            # In one transaction: a folder without a row is what a killed process left.
            with new_folder(self.workspace.jobs / id, self.workspace.scratch) as draft:
                replace_json(request.tree(), draft / REQUEST)
            enter(db, id, request, "queued")
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
