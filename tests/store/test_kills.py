"""The kill law: at whatever moment a worker, a process that shares its work, or a server is killed, nothing that was
told is lost, nobody is left at work after the next command, and nothing is left on disk after a sweep."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import numpy as np
import pytest

from tests.store.sessions import Told, kept
from tests.store.small import LIMIT, slow
from tests.store.test_crashes import FOR_EVER, ended_well, killed_after, server, whole
from tests.store.test_jobs import kill, process_of
from tests.store.test_leftovers import children, linux
from warrantysim.store.atomic import _left
from warrantysim.store.inputs import Inputs
from warrantysim.store.jobs import Job, Jobs
from warrantysim.store.processes import MARK, PROC, Process, reap
from warrantysim.store.workspace import ACTIVE, Workspace

KILLS = 50
"""Kills of one piece [count]."""
PIECES = 4
"""Pieces, each of its own luck; together 200 kills."""
REPLICATIONS = 16
"""Enough to be met in the midst, few enough to finish between kills."""


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Workspace]:
    """An empty workspace; what is at work in it at the end is ended."""
    found = Workspace.at(tmp_path / "workspace")
    yield found
    jobs = Jobs(found, LIMIT)
    for job in jobs.listed():
        kill(jobs, job)
    jobs.tend()
    reap()


def at_work(home: Workspace) -> dict[int, str]:
    """Processes that say which of the workspace's jobs they work for, by number."""
    with home.reading() as db:
        ids = {row["id"] for row in db.execute("SELECT id FROM jobs")}
    found = {}
    for path in PROC.glob("[0-9]*/environ"):
        try:
            stated = dict(part.partition("=")[::2] for part in path.read_bytes().decode(errors="replace").split("\0"))
        except OSError:
            continue
        if stated.get(MARK) in ids and Process.of(int(path.parent.name)).started:
            found[int(path.parent.name)] = stated[MARK]
    return found


def orphans(home: Workspace) -> list[int]:
    """Those that work for a job whose worker is no more; one that has just ended may take a moment to go."""
    deadline = time.monotonic() + 5.0
    while True:
        with home.reading() as db:
            rows = db.execute(
                f"SELECT id, process FROM jobs WHERE state IN {ACTIVE} AND process IS NOT NULL"
            ).fetchall()
        living = {row["id"] for row in rows if Process.read(row["process"]).runs()}
        found = [pid for pid, job in at_work(home).items() if job not in living]
        if not found or time.monotonic() > deadline:
            return found
        time.sleep(0.05)


def leftovers(home: Workspace) -> list[str]:
    """Folders nobody will ask for again."""
    with home.reading() as db:
        rows = db.execute("SELECT id, run_id, state FROM jobs").fetchall()
    jobs, runs = {row["id"] for row in rows}, {row["run_id"] for row in rows}
    active = {row["run_id"] for row in rows if row["state"] in ACTIVE}
    left = [path.name for path in home.scratch.iterdir() if _left(path)]
    left += [path.name for path in home.jobs.iterdir() if path.name not in jobs]
    for path in home.parts.iterdir():
        if path.name not in runs or (path.name not in active and (home.runs / path.name).exists()):
            left.append(path.name)
    return left


def killed_worker(jobs: Jobs, job: Job, delay: float, pool: bool, luck: np.random.Generator) -> str:
    """Kill a job's worker so long after it was asked for [s], or one that shares its work. Who it was."""
    time.sleep(delay)
    while jobs.get(job.id).state in {"starting", "running"}:
        worker = process_of(jobs, job)
        sharing = children(worker.pid) if worker.pid != os.getpid() else []
        if pool and not sharing:
            time.sleep(0.02)
            continue
        victim = sharing[int(luck.integers(len(sharing)))] if pool else worker
        if victim.pid == os.getpid():
            continue  # The worker is just being started.
        with suppress(ProcessLookupError):
            os.kill(victim.pid, signal.SIGKILL)
            return "child" if pool else "worker"
    return "nobody"  # It waits for its turn, or has ended.


@linux
@pytest.mark.slow
@pytest.mark.parametrize("piece", range(PIECES))
def test_whoever_is_killed_nothing_is_lost_and_nobody_is_left(
    home: Workspace, piece: int, measured: Callable[[str], None]
) -> None:
    luck, jobs, told = np.random.Generator(np.random.PCG64([11, piece])), Jobs(home, LIMIT), list[Told]()
    killed: Counter[str] = Counter()
    seed, most = 0, 0
    while killed.total() < KILLS:
        victim = ("worker", "child", "server")[int(luck.integers(3))]
        if victim == "server":
            process: subprocess.Popen[str] = server(home, FOR_EVER, 1000 * piece + killed.total(), "Li", "Wang")
            told += killed_after(process, int(luck.integers(1, 6)), float(luck.uniform(0.0, 0.4)))
            killed["server"] += 1
        else:
            asked = Inputs.of(slow(), replications=REPLICATIONS, seed=100 * piece + seed)
            job = jobs.submit(asked, processes=2, who="Li")
            told.append({"what": "job", "id": job.id, "run": job.run_id})
            seed += not job.active
            who = killed_worker(jobs, job, float(luck.uniform(0.0, 4.0)), victim == "child", luck)
            killed[who] += who != "nobody"
        most = max(most, len(at_work(home)))
        again = Workspace.at(home.folder)  # The next command.
        Jobs(again, LIMIT).tend()
        assert orphans(again) == []
        assert leftovers(Workspace.at(home.folder)) == []
        whole(again)
        assert not [one for one in told if not kept(again, one)]
    ended_well(home, told)
    assert orphans(home) == []
    assert leftovers(Workspace.at(home.folder)) == []
    measured(f"piece {piece}: kills {dict(killed)}, at most {most} at work; 0 lost, 0 orphans, 0 leftovers")
