"""The memory a command states is at least what it holds, its workers' too."""

from __future__ import annotations

import subprocess
import sys

import pytest

from warrantysim.cli.studies import peak_memory

HELD = 60
"""What the test takes hold of [MB]."""


def test_what_is_held_counts() -> None:
    if peak_memory() is None:
        pytest.skip("the system does not say")
    block = bytearray(HELD * 1_000_000)
    found = peak_memory()
    assert found is not None
    assert found > len(block) / 1e6


def test_a_worker_that_still_runs_counts() -> None:
    if not sys.platform.startswith("linux"):
        pytest.skip("only Linux says what other processes hold")
    alone = peak_memory()
    program = f"block = b'x' * {HELD * 1_000_000}\nprint('ready', flush=True)\ninput()"
    with subprocess.Popen([sys.executable, "-c", program], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as worker:
        assert worker.stdout is not None
        worker.stdout.readline()
        together = peak_memory()
        worker.communicate(b"\n")
    assert alone is not None
    assert together is not None
    assert together > alone + 0.5 * HELD or together > 2 * HELD
