"""What a replication takes is foretold, and no more processes share the work than there is memory for."""

from __future__ import annotations

import tracemalloc
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.experiment.tiny import SEED, plain, roomy
from tests.worlds import policy_of
from warrantysim.experiment import potential
from warrantysim.experiment.births import births
from warrantysim.experiment.potential import potential_outcomes
from warrantysim.experiment.simulate import available, expected_claims, fitting, replication_bytes
from warrantysim.experiment.workers import Watched
from warrantysim.schema.root import Scenario


@pytest.mark.parametrize(
    ("jobs", "room", "given"),
    [(2, 25.0, 2), (4, 25.0, 2), (4, 100.0, 4), (4, 1.0, 1), (1, 1.0, 1)],
)
def test_as_many_processes_share_the_work_as_there_is_memory_for(jobs: int, room: float, given: int) -> None:
    assert fitting(jobs, 10.0, whole=2.0, room=room) == given


def test_who_looks_after_workers_looks_after_those_that_are_left() -> None:
    def stop() -> bool:
        return False

    fewer = fitting(Watched(3, stop), 10.0, room=12.0)
    assert isinstance(fewer, Watched)
    assert (fewer.workers, fewer.cancel) == (1, stop)


def test_an_executor_is_its_owners_to_bound() -> None:
    with ThreadPoolExecutor(3) as pool:
        assert fitting(pool, 1e18, room=0.0) is pool


def test_memory_is_what_the_machine_or_the_group_of_processes_has_left(tmp_path: Path) -> None:
    assert available(tmp_path) == float("inf")
    (tmp_path / "proc").mkdir()
    (tmp_path / "proc/meminfo").write_text("MemTotal: 900 kB\nMemAvailable: 500 kB\n", "utf-8")
    assert available(tmp_path) == 500 * 1024
    group = tmp_path / "sys/fs/cgroup"
    group.mkdir(parents=True)
    for most, left in (("max", 500 * 1024), ("300000", 100_000), ("100000", 0)):
        (group / "memory.max").write_text(f"{most}\n", "utf-8")
        (group / "memory.current").write_text("200000\n", "utf-8")
        assert available(tmp_path) == left


@pytest.mark.parametrize("make", [plain, lambda: roomy(20)])
def test_about_as_many_claims_are_expected_as_are_born_or_more(make: Callable[[], Scenario]) -> None:
    scenario = make()
    born = len(births(scenario, SEED, 0))
    assert born / 1.4 <= expected_claims(scenario) <= 4 * born
    assert replication_bytes(scenario) > 300e6


def test_what_is_tried_out_takes_no_more_memory_where_there_are_more_claims(monkeypatch: pytest.MonkeyPatch) -> None:
    scenario = roomy(240)

    def peak(together: int) -> int:
        monkeypatch.setattr(potential, "TOGETHER", together)
        tracemalloc.start()
        try:
            potential_outcomes(scenario, 0, SEED, policy_of("reship"), alone=True)
            return tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()

    peak(10**6)
    assert peak(400) < 0.6 * peak(10**6)
