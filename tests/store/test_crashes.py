"""The crash law: whenever server or worker is killed, the store can be read and holds all that was told to be kept."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from tests.store.sessions import Told, audited, kept
from tests.store.small import LIMIT, asked
from tests.store.test_jobs import PATIENCE, kill, readable
from warrantysim.cli import main
from warrantysim.files.writing import whole_text
from warrantysim.store import approvals, runs, scenarios, uploads
from warrantysim.store.audit import audit_log
from warrantysim.store.jobs import Jobs
from warrantysim.store.processes import reap
from warrantysim.store.workspace import Workspace

MOMENTS = 20
"""Kills [count]."""
FOR_EVER = 1_000_000
"""More steps than a server lives to take [count]."""


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Workspace]:
    """An empty workspace; what is at work in it at the end is ended."""
    found = Workspace.at(tmp_path / "workspace")
    yield found
    jobs = Jobs(found, LIMIT)
    for job in jobs.listed(active=True):
        jobs.cancel(job.id)
    for job in jobs.listed():
        kill(jobs, job)
    reap()


def server(home: Workspace, count: int, seed: int, *people: str) -> subprocess.Popen[str]:
    """A server with a session a person."""
    command = [sys.executable, "-m", "tests.store.sessions", str(home.folder), str(count), str(seed), *people]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def killed_after(process: subprocess.Popen[str], first: int, delay: float) -> list[Told]:
    """What a server told until it was killed, so long after so many steps [s]. A line cut off was not told."""
    assert process.stdout is not None
    told = [json.loads(process.stdout.readline()) for _ in range(first)]
    time.sleep(delay)
    os.kill(process.pid, signal.SIGKILL)
    rest, _ = process.communicate(timeout=PATIENCE)
    return told + [json.loads(line) for line in rest.splitlines(keepends=True) if line.endswith("\n")]


def whole(home: Workspace) -> None:
    """The store can be read as a whole: ledger, runs, parts, versions numbered without a gap, and nothing half-way."""
    readable(Jobs(home, LIMIT))
    for listed in (scenarios.kept_scenarios(home, "shared"), uploads.uploads(home, "rates")):
        assert [version.number for version in listed] == list(range(len(listed), 0, -1))
        assert all(version.path(name).exists() for version in listed for name in version.files)
    versions = approvals.policy_versions(home)
    assert [version.number for version in versions] == list(range(len(versions), 0, -1))
    assert all(version.policy.rules for version in versions)
    assert len(audit_log(home, most=100_000)) >= len(versions)


def killed_at(home: Workspace, moments: list[tuple[int, float]], seed: int) -> list[Told]:
    """Kill a server at each moment (steps, then seconds), look at the store each time. Returns what was told."""
    told: list[Told] = []
    for turn, (first, delay) in enumerate(moments):
        now = killed_after(server(home, FOR_EVER, seed + turn, "Li", "Wang"), first, delay)
        assert len(now) >= first
        told += now
        whole(home)
        assert not [one for one in told if not kept(home, one)]
    return told


def ended_well(home: Workspace, told: list[Told]) -> None:
    """Every run that was asked for is made, though whoever asked was killed."""
    jobs = Jobs(home, LIMIT)
    for run in {one["run"] for one in told if one["what"] == "job"}:
        job = jobs.attach(run)
        assert job is not None
        ended = jobs.wait(job.id, PATIENCE)
        if ended.state in {"lost", "failed"}:
            ended = jobs.wait(jobs.resume(job.id).id, PATIENCE)
        assert ended.state == "finished", jobs.log(ended.id)
        assert not runs.find_run(home, run).damage()
    assert runs.damaged(home) == ()


def test_a_server_killed_in_the_midst_of_its_sessions_loses_nothing_it_told(home: Workspace) -> None:
    ended_well(home, killed_at(home, [(3, 0.05)], seed=1))


@pytest.mark.slow
def test_a_server_killed_at_twenty_moments_leaves_a_readable_store_each_time(home: Workspace) -> None:
    luck = np.random.Generator(np.random.PCG64(4))
    moments = [(int(luck.integers(1, 12)), float(luck.uniform(0.0, 0.4))) for _ in range(MOMENTS)]
    ended_well(home, killed_at(home, moments, seed=100))


@pytest.mark.slow
def test_server_and_worker_killed_together_at_twenty_moments_leave_a_readable_store_each_time(home: Workspace) -> None:
    luck, jobs, told = np.random.Generator(np.random.PCG64(5)), Jobs(home, LIMIT), []
    for turn in range(MOMENTS):
        process = server(home, FOR_EVER, 200 + turn, "Li", "Wang")
        now = killed_after(process, int(luck.integers(1, 8)), float(luck.uniform(0.0, 0.4)))
        for job in jobs.listed(active=True):
            kill(jobs, job)
        told += now
        whole(home)
        assert not [one for one in told if not kept(home, one)]
    ended_well(home, told)


@pytest.mark.slow
def test_two_sessions_another_server_and_a_command_at_once_lose_nothing(home: Workspace, tmp_path: Path) -> None:
    scenario = tmp_path / "plain.yaml"
    scenario.write_text(whole_text(asked().scenario), "utf-8")
    count = 25
    servers = [server(home, count, 7, "Li", "Wang"), server(home, count, 8, "Zhao")]
    said = f"runs start {scenario} --workspace {home.folder} --replications 3 --seed 99 --quiet"
    command = subprocess.Popen([sys.executable, "-m", "warrantysim", *said.split()])
    told = [json.loads(line) for one in servers for line in one.communicate(timeout=600)[0].splitlines()]
    assert [one.returncode for one in servers] == [0, 0]
    assert command.wait(PATIENCE) == 0
    assert len(told) == 3 * count
    assert not [one for one in told if not kept(home, one)]
    whole(home)
    ended_well(home, told)
    assert asked(3, seed=99).id in {run.id for run in runs.list_runs(home)}
    for what, done in (("policy", "policy draft"), ("upload", "upload kept")):
        for who in ("Li", "Wang", "Zhao"):
            theirs = [one for one in told if one["who"] == who and one["what"] == what]
            assert audited(home, who).count(done) == len(theirs)
    assert list(home.scratch.iterdir()) == []
    assert main(["runs", "list", "--workspace", str(home.folder), "--quiet"]) == 0
