"""The most memory a command and its workers took, where the system tells."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

MB = 1e6
PEAK = "VmHWM:"
"""Where Linux states the most memory a process held."""


def peak_memory() -> float | None:
    """Sum of the peaks of this process and those it started that still run; at least the peak of their sum [MB].

    Peaks of workers that have ended count by the largest of them. None where the system does not say.
    """
    try:
        import resource
    except ImportError:  # Windows has no such module.
        return None
    unit = 1.0 if sys.platform == "darwin" else 1024.0
    own, ended = (resource.getrusage(who).ru_maxrss * unit for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    running = sum(_peaks(Path("/proc/self")))
    return (own + max(ended, running)) / MB


def _peaks(process: Path) -> Iterator[float]:
    """Peaks of all processes below one [bytes]."""
    for listed in process.glob("task/*/children"):
        try:
            children = listed.read_text("ascii").split()
        except OSError:
            continue
        for child in children:
            yield from _peak(Path("/proc") / child)


def _peak(process: Path) -> Iterator[float]:
    try:
        lines = (process / "status").read_text("utf-8", errors="replace").splitlines()
    except OSError:
        return
    yield from (float(line.split()[1]) * 1024.0 for line in lines if line.startswith(PEAK))
    yield from _peaks(process)
