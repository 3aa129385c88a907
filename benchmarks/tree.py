"""What a command and all processes it starts take of memory, looked at while they run (Linux)."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

LOOK = 0.5
"""Time between two looks [s]."""


def peak_of_tree(
    command: list[str], folder: Path, seconds: float = float("inf")
) -> tuple[subprocess.CompletedProcess[str], float]:
    """Run a command in a folder; and the most that it and its descendants held at once, what they share counted once
    [MiB]; 0 where the system does not tell.

    Raises
    ------
    subprocess.TimeoutExpired
        If it takes longer than so many ``seconds``: it is ended then, with its descendants.
    """
    peak, begun, pipe = 0.0, time.monotonic(), subprocess.PIPE
    with subprocess.Popen(command, stdout=pipe, stderr=pipe, text=True, cwd=folder, start_new_session=True) as process:
        try:
            while True:
                try:
                    out, err = process.communicate(timeout=LOOK)
                    break
                except subprocess.TimeoutExpired:
                    if time.monotonic() - begun > seconds:
                        raise
                    peak = max(peak, sum(map(_held, _tree(process.pid))))
        except BaseException:
            # Workers would go on without it; they are of the session that it began.
            os.killpg(process.pid, signal.SIGKILL)
            raise
    return subprocess.CompletedProcess(command, process.returncode, out, err), peak


def _tree(pid: int) -> Iterator[int]:
    """A process and its descendants."""
    yield pid
    try:
        for task in Path(f"/proc/{pid}/task").iterdir():
            for child in (task / "children").read_text().split():
                yield from _tree(int(child))
    except OSError:
        return


def _held(pid: int) -> float:
    """Proportional set size of a process, 0 where it has ended [MiB]."""
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0.0
    return sum(int(line.split()[1]) for line in lines if line.startswith("Pss:")) / 1024
