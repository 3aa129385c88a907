"""What a command and all processes it starts take of memory, looked at while they run (Linux)."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from pathlib import Path

LOOK = 0.5
"""Time between two looks [s]."""


def peak_of_tree(command: list[str], folder: Path) -> tuple[subprocess.CompletedProcess[str], float]:
    """Run a command in a folder; and the most that it and its descendants held at once, what they share counted once
    [MiB]; 0 where the system does not tell."""
    peak = 0.0
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=folder) as process:
        while True:
            try:
                out, err = process.communicate(timeout=LOOK)
                break
            except subprocess.TimeoutExpired:
                peak = max(peak, sum(map(_held, _tree(process.pid))))
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
