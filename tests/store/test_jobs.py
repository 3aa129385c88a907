"""Jobs outlive whoever asked, are answered from the store, cancelled, stopped and kept, resumed; kills lose nothing."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from tests.decision.test_decide import SMALL
from tests.experiment.tiny import plain, roomy
from tests.store import small
from tests.store.small import RESHIP, asked, long_run
from warrantysim.analysis.cases import Case
from warrantysim.experiment.simulate import simulate
from warrantysim.store import runs
from warrantysim.store.audit import audit_log
from warrantysim.store.inputs import Inputs
from warrantysim.store.job import BACKGROUND
from warrantysim.store.jobs import Job, Jobs, NoSuchJob, Tending
from warrantysim.store.processes import Process, reap
from warrantysim.store.progress import Reporter
from warrantysim.store.replications import FinishedReplications, growing
from warrantysim.store.reproduce import CannotRepeat, reproduced
from warrantysim.store.study import AskedQuestion
from warrantysim.store.worker import Worker

PATIENCE = 120.0
"""How long a test waits for another process on a busy machine [s]."""


@pytest.fixture
def jobs(tmp_path: Path) -> Iterator[Jobs]:
    """The jobs of an empty workspace; those still at work are ended."""
    found = small.jobs(tmp_path)
    yield found
    for job in found.listed(active=True):
        found.cancel(job.id)
    for job in found.listed():
        kill(found, job)
    reap()


def process_of(jobs: Jobs, job: Job) -> Process:
    """The worker of a job."""
    with jobs.workspace.reading() as db:
        text = db.execute("SELECT process FROM jobs WHERE id = ?", (job.id,)).fetchone()[0]
    return Process.read(text)


def kill(jobs: Jobs, job: Job) -> None:
    """End the worker of a job at once, whatever it is doing."""
    with jobs.workspace.reading() as db:
        text = db.execute("SELECT process FROM jobs WHERE id = ?", (job.id,)).fetchone()[0]
    if text is None or Process.read(text).pid == os.getpid():
        return
    process = Process.read(text)
    if process.runs():
        os.kill(process.pid, signal.SIGKILL)
        while process.runs():
            time.sleep(0.005)


def jobs_request(jobs: Jobs, inputs: Inputs | AskedQuestion, **how: str) -> Job:
    """A job entered as if its worker were just being started, here and by nobody."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("warrantysim.store.jobs.detached", lambda *_: os.getpid())
        return jobs.submit(inputs, **how)  # type: ignore[arg-type]


def nobody_starts(look: Callable[[], None]) -> None:
    """Look after jobs; those whose turn it is count as started."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("warrantysim.store.jobs.detached", lambda *_: os.getpid())
        look()


def work(jobs: Jobs, job: Job, end: str = "finished") -> Job:
    """Work on a job in this process."""
    with jobs.workspace.reading() as db:
        ticket = db.execute("SELECT ticket FROM jobs WHERE id = ?", (job.id,)).fetchone()[0]
    assert Worker(jobs, job.id, ticket).work() == end
    return jobs.get(job.id)


def until(condition: Callable[[], bool]) -> None:
    """Wait for something to become so."""
    deadline = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.02)


@pytest.mark.parametrize("processes", [1, pytest.param(2, marks=pytest.mark.slow)])
def test_a_job_stores_what_a_simulation_in_this_process_gives(jobs: Jobs, processes: int) -> None:
    inputs = asked(3, (RESHIP,))
    job = jobs.wait(jobs.submit(inputs, label="what if", who="Li", processes=processes).id, PATIENCE)
    assert (job.state, job.result, job.progress.done, job.label, job.who) == ("finished", inputs.id, 3, "what if", "Li")
    run = runs.find_run(jobs.workspace, inputs.id)
    here = simulate(inputs.scenario, inputs.policies, replications=3, seed=inputs.seed)
    pd.testing.assert_frame_equal(run.result.totals, here.totals)
    assert [estimate.policy for estimate in job.progress.estimates] == list(here.names)
    assert job.progress.estimates[0].mean == pytest.approx(here.totals_by_policy()[0].mean())
    assert "3 replications" not in run.log()
    assert list(jobs.workspace.parts.iterdir()) == []
    assert [entry.what for entry in audit_log(jobs.workspace)] == ["job finished", "run stored", "run asked for"]


def test_the_same_inputs_again_are_answered_from_the_store(jobs: Jobs) -> None:
    first = work(jobs, jobs_request(jobs, asked()))
    again = jobs.submit(asked(), label="again")
    assert (again.id, again.state) == (first.id, "finished")
    assert not [job for job in jobs.listed() if job.id != first.id]


def test_a_run_that_somebody_asked_for_already_is_joined(jobs: Jobs) -> None:
    first = jobs_request(jobs, asked())
    assert jobs.submit(asked(), who="somebody else").id == first.id
    attached = jobs.attach(asked().id)
    assert attached is not None
    assert attached.id == first.id
    assert jobs.attach("nothing") is None


def test_jobs_beyond_the_limit_wait_for_their_turn(jobs: Jobs) -> None:
    one = Jobs(jobs.workspace, limit=1)
    first, second, third = (jobs_request(one, asked(n)) for n in (1, 2, 3))
    assert (first.state, second.state, third.state) == ("starting", "queued", "queued")
    assert one.cancel(second.id).state == "cancelled"
    work(one, first)
    nobody_starts(one.tend)
    assert (one.get(second.id).state, one.get(third.id).state) == ("cancelled", "starting")


def test_what_nobody_waits_for_gives_way_and_a_person_can_go_first(jobs: Jobs, monkeypatch: pytest.MonkeyPatch) -> None:
    begun: list[str] = []
    monkeypatch.setattr(Tending, "_start", lambda self, id, ticket: begun.append(id))
    one_at_once = Jobs(jobs.workspace, 1)
    turns = (BACKGROUND, BACKGROUND, 0, 0, 0)
    named = [
        one_at_once.submit(asked(replications=2 + n), label=str(n), who="Lin", turn=turn)
        for n, turn in enumerate(turns)
    ]

    def ended(place: int) -> None:
        with jobs.workspace.writing() as db:
            db.execute("UPDATE jobs SET state = 'finished' WHERE id = ?", (named[place].id,))
        one_at_once.tend()

    order = [one.id for one in named]
    assert begun == [order[0], order[2]]
    one_at_once.first(order[4], "Lin")
    assert begun == [order[0], order[2]]
    ended(2)
    ended(4)
    ended(3)
    assert begun == [order[0], order[2], order[4], order[3]]
    ended(0)
    assert begun[4:] == [order[1]]
    assert "job: first" in [entry.what for entry in audit_log(jobs.workspace)]


def test_a_job_whose_worker_is_gone_is_lost_and_makes_room(jobs: Jobs) -> None:
    one = Jobs(jobs.workspace, limit=1)
    first, second = jobs_request(one, asked(1)), jobs_request(one, asked(2))
    nobody = subprocess.Popen([sys.executable, "-c", "pass"])
    gone = str(Process.of(nobody.pid))
    nobody.wait()
    with jobs.workspace.writing() as db:
        db.execute("UPDATE jobs SET state = 'running', process = ? WHERE id = ?", (gone, first.id))
    nobody_starts(one.tend)
    assert (one.get(first.id).state, one.get(second.id).state) == ("lost", "starting")
    assert audit_log(jobs.workspace)[0].what == "job lost"


def test_a_run_goes_on_where_it_stood(jobs: Jobs) -> None:
    inputs = asked(6)
    steps = growing(inputs, FinishedReplications(jobs.workspace, inputs.id))
    for _ in range(3):
        next(steps)
    job = jobs_request(jobs, inputs)
    assert work(jobs, job).progress.done == 6
    assert "3 replications were done before" in jobs.log(job.id)
    run = runs.find_run(jobs.workspace, inputs.id)
    pd.testing.assert_frame_equal(run.result.totals, simulate(plain(), replications=6, seed=inputs.seed).totals)


def test_an_ended_job_can_be_asked_for_again(jobs: Jobs) -> None:
    job = jobs_request(jobs, asked(100_000))
    jobs.cancel(job.id)
    work(jobs, job, "cancelled")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("warrantysim.store.jobs.detached", lambda *_: os.getpid())
        again = jobs.resume(job.id, "Li")
    assert (again.id != job.id, again.run_id, again.who) == (True, job.run_id, "Li")
    with pytest.raises(NoSuchJob):
        jobs.resume("nothing")


def test_what_was_done_is_kept_when_a_run_is_stopped_and_kept(jobs: Jobs) -> None:
    inputs = asked(100_000)
    job = jobs_request(jobs, inputs)
    jobs.keep(job.id, "Li")
    job = work(jobs, job, "kept")
    run = runs.find_run(jobs.workspace, str(job.result))
    n = len(run.result.replications)
    assert 1 <= n < 100_000
    assert run.id == asked(n).id
    assert run.manifest["part_of"] == inputs.id
    assert len(FinishedReplications(jobs.workspace, inputs.id)) == n
    pd.testing.assert_frame_equal(run.result.totals, simulate(plain(), replications=n, seed=inputs.seed).totals)


def test_a_cancelled_run_ends_and_its_replications_serve_the_next(jobs: Jobs) -> None:
    inputs = asked(100_000)
    job = jobs_request(jobs, inputs)
    jobs.cancel(job.id, "Li")
    work(jobs, job, "cancelled")
    assert runs.list_runs(jobs.workspace) == []
    assert len(FinishedReplications(jobs.workspace, inputs.id)) >= 1
    assert [entry.what for entry in audit_log(jobs.workspace, job.id)] == ["job cancelled", "job: cancel"]


@pytest.mark.slow
def test_a_worker_is_cancelled_and_another_goes_on_after_a_kill(jobs: Jobs) -> None:
    inputs = long_run(60)
    job = jobs.submit(inputs)
    until(lambda: len(FinishedReplications(jobs.workspace, inputs.id)) >= 3)
    kill(jobs, job)
    assert jobs.poll(job.id).state == "lost"
    kept = len(FinishedReplications(jobs.workspace, inputs.id))
    again = jobs.resume(job.id)
    until(lambda: jobs.get(again.id).progress.done > kept)
    assert f"{kept} replications were done before" in jobs.log(again.id)
    jobs.cancel(again.id)
    assert jobs.wait(again.id, PATIENCE).state == "cancelled"
    until(lambda: not process_of(jobs, again).runs())


@pytest.mark.slow
def test_a_decision_is_a_job_too(jobs: Jobs) -> None:
    study = AskedQuestion.of("decide", roomy(100, decision=SMALL))
    job = jobs.wait(jobs.submit(study).id, PATIENCE)
    assert (job.state, job.kind) == ("finished", "decide")
    run = runs.find_run(jobs.workspace, study.id)
    assert {"decision", "agent_rules"} <= set(run.frames)
    assert runs.find_run(jobs.workspace, run.record["confirmation"]).kind == "simulate"
    assert "confirm" in run.log()


def test_a_study_that_fails_says_why(jobs: Jobs) -> None:
    wrong = AskedQuestion.of("sensitivity", [small.slow(), small.slow().replace(name="other")], like="no such path")
    job = work(jobs, jobs_request(jobs, wrong), "failed")
    assert "the assumptions table says nothing about 'no such path'" in job.message
    assert "Traceback" in jobs.log(job.id)


def test_a_comparison_that_is_stopped_and_kept_is_a_run_of_its_own(jobs: Jobs) -> None:
    study = AskedQuestion.of("compare", [Case.of(plain()), Case.of(plain(), RESHIP)], replications=100_000)
    job = jobs_request(jobs, study)
    jobs.keep(job.id)
    assert work(jobs, job, "kept").kind == "compare"
    run = runs.find_run(jobs.workspace, str(jobs.get(job.id).result))
    assert run.manifest["part_of"] == study.id != run.id
    assert run.found.cancelled
    assert run.study.stopped_after == run.found.facts["replications"] >= 1
    with pytest.raises(CannotRepeat):
        reproduced(run)


def test_a_damaged_run_is_made_again_when_it_is_asked_for(jobs: Jobs) -> None:
    work(jobs, jobs_request(jobs, asked()))
    run = runs.find_run(jobs.workspace, asked().id)
    (run.folder / "results" / "claims.parquet").write_bytes(b"")
    assert work(jobs, jobs_request(jobs, asked())).result == asked().id
    assert runs.damaged(jobs.workspace) == ()


def test_a_damaged_replication_is_simulated_again(tmp_path: Path) -> None:
    inputs, parts = asked(3), FinishedReplications(small.workspace(tmp_path), asked(3).id)
    whole = list(growing(inputs, parts))[-1]
    victim = parts.folder / "1" / "claims.parquet"
    victim.write_bytes(victim.read_bytes()[:-10])
    again = list(growing(inputs, parts))[-1]
    assert again.replications == (0, 1, 2)
    pd.testing.assert_frame_equal(again.totals, whole.totals)
    assert len(parts) == 3


def test_a_run_to_a_target_stops_where_a_simulation_does(tmp_path: Path) -> None:
    inputs = asked(3)
    here = simulate(inputs.scenario, replications=3, seed=7, target=1500.0)
    reached = inputs.of(inputs.scenario, replications=3, seed=7, target=1500.0)
    found = list(growing(reached, FinishedReplications(small.workspace(tmp_path), reached.id)))[-1]
    assert found.replications == here.replications
    assert len(found.replications) > 3


def test_a_job_is_worked_on_by_the_cluster_it_was_asked_for_or_that_is_set(
    jobs: Jobs, monkeypatch: pytest.MonkeyPatch
) -> None:
    addresses: list[str] = []

    def cluster(address: str) -> ThreadPoolExecutor:
        addresses.append(address)
        return ThreadPoolExecutor(2)

    monkeypatch.setattr("warrantysim.store.worker.cluster", cluster)
    monkeypatch.setenv("WARRANTYSIM_CLUSTER", "tcp://10.0.0.5:8786")
    work(jobs, jobs_request(jobs, asked(2)))
    job = work(jobs, jobs_request(jobs, asked(3), cluster="tcp://10.0.0.6:8786"))
    assert addresses == ["tcp://10.0.0.5:8786", "tcp://10.0.0.6:8786"]
    assert job.result is not None
    assert "on the cluster at tcp://10.0.0.6:8786" in runs.find_run(jobs.workspace, job.result).log()


def test_a_worker_that_was_replaced_does_not_enter_anything(jobs: Jobs) -> None:
    job = jobs_request(jobs, asked())
    assert Worker(jobs, job.id, "another ticket").work() == ""
    assert jobs.get(job.id).state == "starting"
    with Reporter(jobs.workspace, job.id, "another ticket") as reporter:
        pass
    assert reporter.wish == "cancel"


ASKER = """
import sys
from tests.store.small import asked, RESHIP
from warrantysim.store.inputs import Inputs
from warrantysim.store.jobs import Jobs
from warrantysim.store.workspace import Workspace
jobs = Jobs(Workspace.at(sys.argv[1]), 2)
ids = [jobs.submit(asked(1, seed=seed), who=sys.argv[2]).id for seed in range(int(sys.argv[3]), int(sys.argv[4]))]
for id in ids:
    assert jobs.wait(id, 120).state == "finished", jobs.log(id)
"""


SERVER = """
import os, signal, sys
from tests.store.small import asked
from warrantysim.store.jobs import Jobs
from warrantysim.store.workspace import Workspace
Jobs(Workspace.at(sys.argv[1]), 2).submit(asked())
os.kill(os.getpid(), signal.SIGKILL)
"""


def test_a_run_goes_on_when_whoever_asked_for_it_is_killed(jobs: Jobs) -> None:
    server = subprocess.run([sys.executable, "-c", SERVER, str(jobs.workspace.folder)], check=False)
    assert server.returncode == -signal.SIGKILL
    attached = jobs.attach(asked().id)
    assert attached is not None
    assert jobs.wait(attached.id, PATIENCE).state == "finished"


def test_three_that_ask_at_once_lose_nothing(jobs: Jobs) -> None:
    folder = str(jobs.workspace.folder)
    ranges = {"page": (0, 2), "other page": (1, 3), "command line": (1, 2)}
    askers = [
        subprocess.Popen([sys.executable, "-c", ASKER, folder, who, str(low), str(high)])
        for who, (low, high) in ranges.items()
    ]
    assert [asker.wait(PATIENCE) for asker in askers] == [0, 0, 0]
    found = runs.list_runs(jobs.workspace)
    assert {run.id for run in found} == {asked(1, seed=seed).id for seed in range(3)}
    assert not any(run.damage() for run in found)
    assert sum(entry.what == "run stored" for entry in audit_log(jobs.workspace)) == 3
    assert all(job.state == "finished" for job in jobs.listed())
    assert list(jobs.workspace.scratch.iterdir()) == []


def readable(jobs: Jobs) -> None:
    """The store can be read, and what is in it is whole."""
    with jobs.workspace.reading() as db:
        assert db.execute("PRAGMA integrity_check").fetchone()[0] == "ok"
    assert runs.damaged(jobs.workspace) == ()
    assert all(job.id for job in jobs.listed())
    parts = FinishedReplications(jobs.workspace, small_run().id)
    for replication in range(small_run().plan.replications):
        if replication in parts:
            assert parts.read(replication) is not None


def small_run() -> Inputs:
    """Long enough to be killed in, short enough to finish."""
    return asked(12)


def killed_at(jobs: Jobs, delays: list[float]) -> None:
    """Kill the worker of one run again and again, each time so long after it was started [s], then let it finish."""
    for delay in delays:
        job = jobs.submit(small_run())
        time.sleep(delay)
        kill(jobs, job)
        readable(jobs)
        assert jobs.poll(job.id).state in {"lost", "failed", "finished"}
    job = jobs.wait(jobs.submit(small_run()).id, PATIENCE)
    assert job.state == "finished"
    inputs = small_run()
    run = runs.find_run(jobs.workspace, inputs.id)
    here = simulate(inputs.scenario, inputs.policies, replications=12, seed=inputs.seed)
    pd.testing.assert_frame_equal(run.result.totals, here.totals)


def test_a_worker_killed_at_three_moments_leaves_a_readable_store(jobs: Jobs) -> None:
    killed_at(jobs, [0.02, 0.9, 1.15])


@pytest.mark.slow
def test_a_worker_killed_at_twenty_moments_leaves_a_readable_store(jobs: Jobs) -> None:
    killed_at(jobs, np.random.Generator(np.random.PCG64(20)).uniform(0.0, 2.5, size=20).tolist())
