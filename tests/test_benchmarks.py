"""The engines that are timed side by side are of one world."""

from __future__ import annotations

import subprocess
import sys
import time
from importlib.util import find_spec
from pathlib import Path

import pytest

from benchmarks import sizes
from benchmarks.agreement import Agreement, against, agreement
from benchmarks.imports import ROWS, measured
from benchmarks.parts import ciw_bench, our_bench, ours, plain
from benchmarks.questions import QUESTIONS, Answer
from benchmarks.report import agreements, report
from benchmarks.sizes import copied
from benchmarks.tree import peak_of_tree
from warrantysim.files.loading import load_scenario


def test_the_plain_model_and_ours_find_the_same_within_luck() -> None:
    one, other = ours(1_500, 5, in_stages=True), plain(1_500, 5)
    checks = [agreement(name, runs, other.means[name]) for name, runs in one.means.items()]
    assert len(checks) == 5
    assert [c for c in checks if not c.holds] == []


def test_luck_leaves_little_room_for_another_world() -> None:
    one, other = ours(1_500, 5, in_stages=True), plain(1_500, 5)
    # With so few claims hardly one waits: that measure tells nothing at this size.
    for name, runs in ((n, r) for n, r in one.means.items() if not n.startswith("hours")):
        check = agreement(name, [1.3 * mean for mean in runs], other.means[name])
        assert not check.holds, name


def test_our_bench_waits_as_erlang_says() -> None:
    found = our_bench(3_000, 5, way=False)
    check = against("wait", found.means["wait"], found.theory)
    assert check.holds
    assert check.half_width < found.theory


@pytest.mark.skipif(find_spec("ciw") is None, reason="Ciw is a peer for developers only")
def test_ciw_waits_as_erlang_says() -> None:
    check = against("wait", ciw_bench(3_000, 5, way=False).means["wait"], our_bench(50, 3, way=False).theory)
    assert check.holds


def test_a_difference_beyond_luck_is_seen() -> None:
    assert Agreement("days", 1.0, 1.2, 0.3).holds
    assert not agreement("days", [1.0, 1.01, 0.99], [2.0, 2.01, 1.99]).holds


def test_the_table_says_where_a_peer_is_missing() -> None:
    part = {"claims": 10, "units": 7, "seconds": [1.0, 2.0, 4.0], "theory": 5.0, "peak_mb": None, "loaded_mb": 60.0}
    runs = {"wait": [4.9, 5.0, 5.1]}
    names = ("ours", "events", "plain", "our bench", "our way", "replication", "today", "all-home")
    found = {name: part | {"means": runs} for name in names}
    text, agree = report(found)
    assert agree
    assert text.count("Ciw is not installed") == 2
    assert "1.0x" in text
    assert len(agreements(found)) == 3


def test_an_answer_within_its_limit_holds_and_one_beyond_does_not() -> None:
    held, missed = Answer("q", 0.7, 1.0, "s"), Answer("q", 1.1, 1.0, "s", "twice")
    assert held.holds
    assert not missed.holds
    assert "yes" in str(held)
    assert "NO   twice" in str(missed)
    assert set(QUESTIONS) == {"compare", "freight", "quotes"}


def test_a_seller_of_copies_sells_as_much_or_so_many_times_more() -> None:
    one = load_scenario("scenarios/base.yaml")
    twice, shared = (copied(one, 2, split=split) for split in (False, True))
    assert len(twice.skus) == len(set(twice.sku_ids)) == 2 * len(one.skus)
    units = [sum(row.units_per_month for row in s.sales) for s in (one, twice, shared)]
    assert units[1] == pytest.approx(2 * units[0])
    assert units[2] == pytest.approx(units[0])
    assert len(shared.faults) == 2 * len(one.faults)


def test_memory_of_a_command_counts_the_processes_it_starts(tmp_path: Path) -> None:
    held = "import time; held = bytearray(60_000_000); time.sleep(2)"
    start = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {held!r}])"
    done, peak = peak_of_tree([sys.executable, "-c", start], tmp_path)
    assert done.returncode == 0
    assert peak > 60 or not Path("/proc/self/smaps_rollup").exists()


def test_a_large_report_is_imported_whole() -> None:
    assert measured(2_000)["new"] == 2_000


@pytest.mark.slow
def test_a_year_of_returns_is_imported_within_300_mb() -> None:
    found = measured()
    assert found["new"] == ROWS
    assert found["peak_mb"] / 1.024 < 300  # as systems count: 1,024 bytes to the kilobyte


def test_a_command_that_takes_too_long_is_ended_with_what_it_started(tmp_path: Path) -> None:
    inner = "import time, pathlib; time.sleep(4); pathlib.Path('late').touch()"
    start = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {inner!r}])"
    with pytest.raises(subprocess.TimeoutExpired):
        peak_of_tree([sys.executable, "-c", start], tmp_path, seconds=0.1)
    time.sleep(5)
    assert not (tmp_path / "late").exists()


def test_a_part_that_breaks_or_takes_too_long_leaves_the_others_their_rows(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sizes, "WANTED", {"no-number": "nothing", "480": "gap <= 0.05 %"})
    took = {"no-number": "broke", "480": sizes.Took(1.0, 2.0, 3.0, 0.0, "optimal")}
    monkeypatch.setattr(sizes, "alone", lambda part, minutes: took[part])
    monkeypatch.setattr(sys, "argv", ["sizes", "--parts", "no-number,480"])
    with pytest.raises(SystemExit, match="1"):
        sizes.main()
    rows = capsys.readouterr().out.splitlines()[2:]
    assert [row.count("|") for row in rows] == [8, 8]
    assert "broke" in rows[0]
    assert "optimal" in rows[1]
