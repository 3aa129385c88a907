"""Which model made a number: the package's version, and a digest of the sources that make numbers."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path

from warrantysim.version import __version__

ROOMS = ("schema", "files", "claims", "journeys", "money", "experiment")
"""Rooms a simulated figure depends on."""
MORE_ROOMS = (*ROOMS, "decision", "analysis")
"""Rooms the figure of a decision or another study depends on."""


@cache
def model_version(rooms: tuple[str, ...] = ROOMS) -> str:
    """``<version>+<8 hex digits>``: two models whose code differs have different names, released or not.

    Independent of line ends and of where the package is. The version alone where its sources cannot be read.
    """
    package = Path(__file__).resolve().parents[1]
    found = hashlib.sha256()
    paths = sorted(path for room in rooms for path in (package / room).rglob("*.py"))
    for path in paths:
        found.update(path.relative_to(package).as_posix().encode())
        found.update(path.read_bytes().replace(b"\r\n", b"\n"))
    return f"{__version__}+{found.hexdigest()[:8]}" if paths else __version__


def model_of_today(kind: str) -> str:
    """The model that would make a run of a kind now."""
    return model_version(ROOMS if kind == "simulate" else MORE_ROOMS)
