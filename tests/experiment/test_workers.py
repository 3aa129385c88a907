"""Who does the work changes no digit: this process, processes of this machine, threads, a Dask cluster."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import BrokenExecutor, Executor, Future, ThreadPoolExecutor
from functools import partial
from pathlib import Path
from types import ModuleType
from typing import Any
from unittest.mock import patch

import pytest

from tests.experiment.test_simulate import assert_same
from tests.experiment.tiny import SEED, roomy
from tests.worlds import policy_of
from warrantysim.cli import main
from warrantysim.experiment import cluster as clusters
from warrantysim.experiment import workers
from warrantysim.experiment.cluster import cluster
from warrantysim.experiment.pace import Cancelled
from warrantysim.experiment.replicate import replicate
from warrantysim.experiment.simulate import run_potential, simulate
from warrantysim.experiment.workers import (
    ABOUT,
    LOSSES,
    Sent,
    Watched,
    Workers,
    WorkersLost,
    _task,
    interrupt,
    own_processes,
    results,
    together,
    until_cancelled,
)
from warrantysim.packs import REFERENCE
from warrantysim.schema.errors import BadInput
from warrantysim.schema.policy import Policy
from warrantysim.schema.root import Scenario

RULES = [policy_of("refund"), policy_of("reship", name="swap")]


@pytest.fixture(scope="module")
def scheduler() -> Iterator[str]:
    """The address of a scheduler on loopback with two worker processes."""
    from distributed import LocalCluster

    # A new process runs the main module once more, which a page that was tested in this one may have replaced.
    plain = patch.dict(sys.modules, {"__main__": ModuleType("__main__")})
    with (
        plain,
        LocalCluster(
            n_workers=2,
            threads_per_worker=1,
            processes=True,
            dashboard_address=None,
            memory_limit=None,
            silence_logs=50,
        ) as here,
    ):
        yield here.scheduler_address


@pytest.fixture
def dask(scheduler: str) -> Iterator[Any]:
    executor: Any = cluster(scheduler)
    yield executor
    executor._client.close()


def killed_once(scenario: Scenario, policies: Sequence[Policy], seed: int, replication: int, *, marks: Path) -> int:
    """The replication; the first process to do the second one is killed in the midst of it."""
    if replication == 1 and not (marks / "killed").exists():
        (marks / "killed").touch()
        os.kill(os.getpid(), signal.SIGKILL)
    return replication


class Broken(Executor):
    """An executor all of whose processes are gone."""

    def submit(self, fn: Any, /, *args: Any, **named: Any) -> Future[Any]:
        raise BrokenExecutor("nobody is left")


def test_one_process_two_processes_and_a_dask_cluster_find_the_same_bit_for_bit(dask: Any) -> None:
    scenario = roomy(20)
    alone, processes, cluster = (
        simulate(scenario, RULES, replications=4, seed=SEED, **how) for how in ({}, {"jobs": 2}, {"executor": dask})
    )
    assert_same(alone.summaries, processes.summaries)
    assert_same(alone.summaries, cluster.summaries)
    learned: list[Any] = [list(run_potential(scenario, RULES[1], range(2), SEED, jobs=jobs)) for jobs in (1, 2, dask)]
    assert_same(learned[0], learned[1])
    assert_same(learned[0], learned[2])


@pytest.mark.parametrize("kind", [pytest.param("processes", marks=pytest.mark.slow), "dask"])
def test_what_a_killed_process_was_at_is_done_again_and_nothing_is_lost(
    kind: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    jobs: Workers = 2 if kind == "processes" else request.getfixturevalue("dask")
    work = partial(killed_once, marks=tmp_path)
    assert list(results(work, roomy(20), RULES, SEED, range(6), jobs=jobs)) == list(range(6))
    assert (tmp_path / "killed").exists()


def test_processes_that_end_again_and_again_are_given_up_with_a_reason(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(WorkersLost, match="nobody is left"):
        list(results(replicate, roomy(20), RULES, SEED, range(2), jobs=Broken()))
    begun: list[int] = []
    monkeypatch.setattr(workers, "own_processes", lambda jobs: begun.append(jobs) or Broken())
    with pytest.raises(WorkersLost, match="nobody is left"):
        list(results(replicate, roomy(20), RULES, SEED, range(2), jobs=2))
    assert len(begun) == 1 + LOSSES


def test_processes_stay_for_the_next_that_asks() -> None:
    assert own_processes(2) is own_processes(2)


def test_solvers_run_together_by_threads_or_by_an_executor_in_their_order() -> None:
    with ThreadPoolExecutor(2) as pool:
        for jobs in (1, 3, pool):
            assert together(pow, [(2, 3), (3, 2), (5, 1)], jobs) == [8, 9, 5]


def test_who_waits_for_others_stops_while_they_are_still_at_work() -> None:
    done, wanted = threading.Event(), threading.Event()

    def held(scenario: Scenario, policies: Sequence[Policy], seed: int, replication: int) -> int:
        if replication:
            wanted.set()
            done.wait(60)
        return replication

    with ThreadPoolExecutor(1) as pool:
        jobs = Watched(pool, wanted.is_set)
        try:
            kept = until_cancelled(results(held, roomy(20), RULES, SEED, range(3), jobs=jobs), wanted.is_set)
            assert list(kept) == [0]
            with pytest.raises(Cancelled):
                list(results(held, roomy(20), RULES, SEED, range(3), jobs=jobs))
        finally:
            done.set()


def test_a_step_of_this_process_is_broken_off_where_it_may_be_and_what_was_done_before_it_is_kept() -> None:
    def stopped(scenario: Scenario, policies: Sequence[Policy], seed: int, replication: int) -> int:
        if replication == 2:
            interrupt()
        return replication

    scenario = roomy(20)
    assert list(results(stopped, scenario, RULES, SEED, range(4))) == [0, 1, 2, 3]
    watched = Watched(1, lambda: False)
    kept = until_cancelled(results(stopped, scenario, RULES, SEED, range(4), jobs=watched), watched.cancel)
    assert list(kept) == [0, 1]
    with pytest.raises(Cancelled):
        list(results(stopped, scenario, RULES, SEED, range(2, 4), jobs=watched))


def test_a_stopped_simulation_keeps_the_replications_that_were_done() -> None:
    seen: list[int] = []

    def told(done: int, planned: int) -> None:
        seen.append(done)

    jobs = Watched(1, lambda: len(seen) == 2)
    found = simulate(roomy(20), replications=5, seed=SEED, jobs=jobs, progress=told, cancel=jobs.cancel)
    assert found.cancelled
    assert found.replications == (0, 1)


def test_workers_that_are_watched_tell_of_every_replication_before_the_first_and_after_each() -> None:
    told: list[tuple[int, int]] = []
    for each in (1, ThreadPoolExecutor(2)):
        jobs = Watched(each, lambda: False, lambda done, total: told.append((done, total)))
        list(results(replicate, roomy(20), RULES, SEED, range(3), jobs=jobs))
    assert told == 2 * [(0, 3), (1, 3), (2, 3), (3, 3)]


def test_a_worker_of_another_model_is_refused() -> None:
    parcels = Sent.of(roomy(20)), Sent.of(tuple(RULES))
    with pytest.raises(BadInput, match=f"a worker has {ABOUT}, who asks it has model 0"):
        _task(replicate, parcels, SEED, 0, "model 0")


def test_the_command_line_takes_a_cluster_and_says_the_same(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    command = ["simulate", str(REFERENCE), "--replications", "2", "--set", "horizon.days=31", "--json", "--quiet"]
    assert main([*command, "--jobs", "1"]) == 0
    alone = capsys.readouterr().out
    with monkeypatch.context() as there:
        asked: list[str] = []
        there.setattr(clusters, "cluster", lambda address: asked.append(address) or ThreadPoolExecutor(2))
        assert main([*command, "--cluster", "tcp://10.0.0.5:8786"]) == 0
    assert asked == ["tcp://10.0.0.5:8786"]
    assert capsys.readouterr().out == alone
    monkeypatch.setattr(clusters, "WAIT", 0.3)
    assert main([*command, "--cluster", "tcp://127.0.0.1:1"]) == 2
    assert "tcp://127.0.0.1:1: no Dask scheduler answers there" in capsys.readouterr().err


def test_a_scheduler_that_does_not_answer_is_told_with_its_address(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clusters, "WAIT", 0.3)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"tcp://127.0.0.1:{free.getsockname()[1]}"
    with pytest.raises(BadInput, match=f"{address}: no Dask scheduler answers there"):
        cluster(address)


@pytest.mark.parametrize("address", ["127.0.0.1", "tcp://127.0.0.1", "somewhere"])
def test_what_is_no_address_is_refused_before_anybody_is_called(address: str) -> None:
    with pytest.raises(BadInput, match="expected the address of a scheduler"):
        cluster(address)


def test_what_is_no_executor_is_refused_by_name() -> None:
    with pytest.raises(BadInput, match="got 'tcp://x'"):
        simulate(roomy(), replications=2, executor="tcp://x")  # type: ignore[arg-type]


def test_a_process_keeps_the_memory_of_columns_it_is_done_with() -> None:
    columns = (
        "import resource, numpy as np\n"
        "from warrantysim.experiment.workers import hold_memory\n"
        "held = hold_memory()\n"
        "def pages():\n"
        "    for size in (100_000, 300_000, 1_000_000):\n"
        "        for _ in range(4): np.ones(size) + np.ones(size)\n"
        "    return resource.getrusage(resource.RUSAGE_SELF).ru_minflt\n"
        "print(held, -pages() + pages())"
    )

    def asked(**setting: str) -> list[str]:
        bare = {name: value for name, value in os.environ.items() if not name.startswith("MALLOC_")}
        command = [sys.executable, "-c", columns]
        done = subprocess.run(command, env=bare | setting, capture_output=True, text=True, check=True)
        return done.stdout.split()

    held, taken = asked()
    if held == "True":  # glibc; given back and asked for anew it is some 4,000.
        assert int(taken) < 500
    assert asked(MALLOC_TOP_PAD_="0")[0] == "False"  # Whoever has set it himself is left alone.


def test_a_command_that_ends_at_once_leaves_no_semaphores_of_its_processes_behind() -> None:
    ends = "from warrantysim.cli import exits; from warrantysim.experiment import workers; "
    ends += "workers.own_processes(2).submit(int).result(); exits.end_now()"
    found = subprocess.run([sys.executable, "-c", ends], capture_output=True, text=True, timeout=60, check=False)
    assert (found.returncode, found.stderr) == (130, "")


def test_a_process_gives_back_what_it_is_done_with_when_it_is_asked_something_else() -> None:
    columns = (
        "import re, numpy as np\n"
        "from warrantysim.experiment.workers import give_back, hold_memory\n"
        "held = hold_memory()\n"
        "def size(): return int(re.search(r'VmRSS:\\s+(\\d+)', open('/proc/self/status').read())[1])\n"
        "columns = [np.ones(1_000_000) for _ in range(20)]\n"
        "del columns\n"
        "before = size()\n"
        "give_back()\n"
        "print(held, before - size())"
    )
    if not sys.platform.startswith("linux"):
        return
    done = subprocess.run([sys.executable, "-c", columns], capture_output=True, text=True, check=True)
    held, given = done.stdout.split()
    if held == "True":  # glibc; 160 MB were asked for.
        assert int(given) > 100_000
