"""The process that works on one job: ``python -m warrantysim.store.worker --workspace DIR --job ID --ticket T``.

Killed at any moment it leaves a workspace that can be read: replications done stay as parts, the run appears whole.
"""

from __future__ import annotations

import argparse
import math
import os
import signal
import sys
import tempfile
import time
import traceback
from collections.abc import Callable, Sequence
from concurrent.futures import Executor
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import partial
from typing import NamedTuple

from warrantysim.experiment.cluster import SETTING, cluster
from warrantysim.experiment.pace import Cancelled, Pace
from warrantysim.experiment.result import Result
from warrantysim.experiment.workers import Watched, hold_memory
from warrantysim.schema.plain_text import one_line, printable
from warrantysim.store import audit
from warrantysim.store.atomic import own_scratch
from warrantysim.store.database import now
from warrantysim.store.inputs import Inputs
from warrantysim.store.jobs import Jobs, Request
from warrantysim.store.kinds import Doing, stored_kind
from warrantysim.store.processes import Process
from warrantysim.store.progress import InterimEstimate, Progress, Reporter
from warrantysim.store.replications import FinishedReplications, growing, interim_comparison
from warrantysim.store.saving import Circumstances, save, save_study
from warrantysim.store.study import AskedQuestion
from warrantysim.store.workspace import Workspace


class OtherModel(RuntimeError):
    """The code has changed since the job was asked for."""


class End(NamedTuple):
    """How a job ended."""

    state: str
    """One of `job.ENDED`."""
    message: str = ""
    """Why, where it failed."""
    result: str | None = None
    """The stored run it led to."""


@dataclass(frozen=True)
class Worker:
    """One worker and the job it was started for."""

    jobs: Jobs
    job_id: str
    ticket: str
    """Shows that it is the worker last started for the job."""

    def work(self, abandon: Callable[[], None] | None = None) -> str:
        """Work on the job to its end. Returns the state it ended in, or '' if it is not this worker's to do.

        ``abandon`` is called if it is cancelled in the midst of a long replication.
        """
        if not self._take_up():
            return ""
        try:
            end = self._run(abandon)
        except Exception as error:
            self.note(traceback.format_exc())
            end = End("failed", f"{type(error).__name__}: {error}")
        self.end(*end)
        return end.state

    def _take_up(self) -> bool:
        with self.jobs.workspace.writing() as db:
            taken = db.execute(
                "UPDATE jobs SET state = 'running', process = ?, heartbeat = ?, started = ? "
                "WHERE id = ? AND ticket = ? AND state = 'starting'",
                (str(Process.here()), time.time(), now(), self.job_id, self.ticket),
            ).rowcount
        return taken > 0

    def note(self, text: str) -> None:
        """Write a line into the job's log."""
        with self.jobs.log_file(self.job_id).open("a", encoding="utf-8") as log:
            log.write(f"{now()} {printable(text).rstrip()}\n")

    def end(self, state: str, message: str = "", result: str | None = None) -> None:
        """Enter the end of the job, unless it is another worker's by now."""
        self.note(f"{state} {one_line(message)}")
        with self.jobs.workspace.writing() as db:
            changed = db.execute(
                "UPDATE jobs SET state = ?, ended = ?, message = ?, result = ?, eta_s = NULL "
                "WHERE id = ? AND ticket = ? AND state = 'running'",
                (state, now(), message, result, self.job_id, self.ticket),
            ).rowcount
            if changed:
                audit.record(db, "", f"job {state}", self.job_id, run=result, message=message)

    def _run(self, abandon: Callable[[], None] | None) -> End:
        """The job's end."""
        request, workspace = self.jobs.request(self.job_id), self.jobs.workspace
        asked = request.asked
        if asked.version != asked.current:
            raise OtherModel(f"asked of model {asked.version}, but this is {asked.current}; ask again")
        self.note(f"{asked.kind} {asked.id}: {one_line(request.label or asked.title)}")
        with Reporter(workspace, self.job_id, self.ticket, abandon) as reporter:
            if isinstance(asked, Inputs):
                end = self._simulate(asked, request, reporter)
            elif isinstance(asked, AskedQuestion):
                end = self._study(asked, request, reporter)
            else:
                raise TypeError(f"nobody knows how to work on a {type(asked).__name__}")
        return end

    def _simulate(self, inputs: Inputs, request: Request, reporter: Reporter) -> End:
        parts, begun = FinishedReplications(self.jobs.workspace, inputs.id), time.monotonic()
        before = len(parts)
        if before:
            self.note(f"{before} replications were done before")
        found: Result | None = None
        workers = Watched(self._workers(request), lambda: bool(reporter.wish))
        planned = inputs.plan.replications
        reporter.tell(lambda: Progress("simulate", before, planned))
        with suppress(Cancelled):
            for found in growing(inputs, parts, workers):
                reporter.tell(partial(_progress, found, planned, before, begun))
                if found.failures and found.failures[-1].replication == found.replications[-1]:
                    self.note(found.failures[-1].traceback)
                if reporter.wish:
                    break
            else:
                if found is None or not found.complete:
                    first = "" if found is None else str(found.failures[0])
                    return End("failed", f"every replication failed; first: {first}")
                run = save(self.jobs.workspace, inputs, found, self._told(request, begun))
                parts.drop()
                return End("finished", "", run.id)
        if reporter.wish != "keep" or found is None or not found.complete:
            return End("cancelled")
        part = inputs.stopped(len(found.replications))
        run = save(self.jobs.workspace, part, replace(found, target=None), self._told(request, begun, inputs.id))
        return End("kept", "", run.id)

    def _study(self, study: AskedQuestion, request: Request, reporter: Reporter) -> End:
        begun, kind, pace = time.monotonic(), stored_kind(study.kind), Pace(time.monotonic)

        def progress(stage: str, done: int, total: int) -> None:
            if stage != pace.stage:
                self.note(stage)
            pace.told(stage, done, total)
            reporter.tell(lambda: Progress(*pace.shown, eta_s=pace.left()))
            if reporter.wish == "cancel":
                raise Cancelled("cancelled")

        doing = Doing(
            self.jobs.workspace, self._workers(request), progress, lambda: bool(reporter.wish), within=pace.within
        )
        try:
            found = kind.run(study, doing)
        except Cancelled:
            return End("cancelled")
        stopped = bool(getattr(found, "cancelled", False)) or not getattr(found, "guaranteed", True)
        if reporter.wish and stopped:
            if reporter.wish == "cancel":
                return End("cancelled")
            part = study.stopped(pace.shown[1])
            run = save_study(self.jobs.workspace, part, found, self._told(request, begun, study.id), doing)
            return End("kept", "", run.id)
        run = save_study(self.jobs.workspace, study, found, self._told(request, begun), doing)
        return End("finished", "", run.id)

    def _workers(self, request: Request) -> int | Executor:
        """A cluster where one is set, else processes of this machine."""
        address = request.cluster or os.environ.get(SETTING)
        if address:
            self.note(f"on the cluster at {address}")
            return cluster(address)
        return request.processes

    def _told(self, request: Request, begun: float, part_of: str | None = None) -> Circumstances:
        seconds = time.monotonic() - begun
        log = self.jobs.log(self.job_id, 10_000)
        return Circumstances(request.label, request.who, seconds, log, request.changes, part_of)


def _progress(found: Result, planned: int, before: int, begun: float) -> Progress:
    """How far a simulation is, with what is known so far."""
    done = len(found.replications)
    total = max(planned, done)
    took, new = time.monotonic() - begun, done - before
    eta = (total - done) * took / new if new > 0 else math.nan
    estimates = tuple(InterimEstimate(*row) for row in interim_comparison(found)) if found.complete else ()
    return Progress("simulate", done, total, estimates, eta)


def main(argv: Sequence[str] | None = None) -> int:
    """Work on one job. Returns 0 if it ended well, 1 if it failed, 2 if it was not this worker's to do."""
    wanted = argparse.ArgumentParser(prog="warrantysim.store.worker")
    for name in ("workspace", "job", "ticket"):
        wanted.add_argument(f"--{name}", required=True)
    given = wanted.parse_args(argv)
    hold_memory()
    worker = Worker(Jobs(Workspace.at(given.workspace)), given.job, given.ticket)

    def abandon() -> None:
        worker.end("cancelled", "in the midst of a long step")
        if hasattr(os, "killpg") and os.getpgid(0) == os.getpid():
            os.killpg(os.getpid(), signal.SIGKILL)  # With the processes that share the work.
        os._exit(1)

    with own_scratch(worker.jobs.workspace.scratch) as folder:
        # What is written in passing, here or by those that share the work, is swept if this process is killed.
        tempfile.tempdir = os.environ["TMPDIR"] = str(folder)
        state = worker.work(abandon)
    tempfile.tempdir = None
    worker.jobs.tend()  # Whose turn is next need not wait for somebody to look.
    return 2 if not state else 1 if state == "failed" else 0


if __name__ == "__main__":
    sys.exit(main())
