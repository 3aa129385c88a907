"""Which process is which, and whether it still runs: a number alone is not enough, since numbers are used again."""

from __future__ import annotations

import os
import platform
import signal
import subprocess
import sys
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

PROC = Path("/proc")
MARK = "WARRANTYSIM_JOB"
"""Environment variable by which a process says which job it works for; those it starts inherit it."""
_CHILDREN: list[subprocess.Popen[bytes]] = []


@dataclass(frozen=True)
class Process:
    """One process of one machine, told from every other that ever had its number."""

    place: str
    """Machine, and its process namespace where it has such [text]."""
    boot: str
    """Since which start of the machine [text]; empty where it cannot be told."""
    pid: int
    """Number of the process."""
    started: str
    """When the process began, in whatever unit the system tells [text]."""

    @staticmethod
    def here() -> Process:
        """This process."""
        return Process.of(os.getpid())

    @staticmethod
    def of(pid: int) -> Process:
        """The process of this machine that has a number now."""
        return Process(_place(), _boot(), pid, _started(pid) or "")

    @staticmethod
    def read(text: str) -> Process:
        """From the text that ``str`` gives."""
        place, boot, pid, started = text.split("|")
        return Process(place, boot, int(pid), started)

    def __str__(self) -> str:
        return f"{self.place}|{self.boot}|{self.pid}|{self.started}"

    def runs(self) -> bool | None:
        """Whether it still runs; None where it is of another machine and nobody here can know."""
        if self.place != _place():
            return None
        reap()
        return self.boot == _boot() and _started(self.pid) == self.started

    def end_group(self) -> None:
        """End what a process that is gone has left: all that it started, and what these started.

        Nothing is ended where the number is another process's by now; where a process says what it works for, only
        those that work for a job.
        """
        if self.place != _place() or self.boot != _boot() or not hasattr(os, "killpg"):
            return
        reap()
        if _started(self.pid) is not None or self.pid in (os.getpid(), os.getpgrp()):
            return
        with suppress(ProcessLookupError, PermissionError):
            if not (PROC / "self" / "stat").exists():
                os.killpg(self.pid, signal.SIGKILL)
            for pid in _group(self.pid):
                os.kill(pid, signal.SIGKILL)


def _group(leader: int) -> list[int]:
    found = []
    for path in PROC.glob("[0-9]*/stat"):
        with suppress(OSError):
            fields = path.read_text("utf-8", errors="replace").rpartition(")")[2].split()
            if int(fields[2]) == leader and f"{MARK}=".encode() in (path.parent / "environ").read_bytes():
                found.append(int(path.parent.name))
    return found


def _place() -> str:
    space = PROC / "self" / "ns" / "pid"
    return f"{platform.node()} {space.readlink() if space.is_symlink() else ''}".strip().replace("|", " ")


def _boot() -> str:
    told = PROC / "sys" / "kernel" / "random" / "boot_id"
    return told.read_text("ascii").strip() if told.exists() else ""


def _started(pid: int) -> str | None:
    """When a process began; None if there is none, or only its remains."""
    if (PROC / "self" / "stat").exists():
        try:
            text = (PROC / str(pid) / "stat").read_text("utf-8", errors="replace")
        except (FileNotFoundError, ProcessLookupError):
            return None
        after_name = text.rpartition(")")[2].split()
        return None if after_name[0] in "ZX" else after_name[19]
    if sys.platform == "win32":
        return _started_windows(pid)
    asked = subprocess.run(["ps", "-o", "stat=,lstart=", "-p", str(pid)], capture_output=True, text=True, check=False)
    state, _, began = asked.stdout.strip().partition(" ")
    return began.strip() if state and not state.startswith("Z") else None


def _started_windows(pid: int) -> str | None:
    if sys.platform != "win32":
        return None
    import ctypes
    from ctypes import wintypes

    kernel = ctypes.WinDLL("kernel32", use_last_error=True)
    kernel.OpenProcess.restype = wintypes.HANDLE
    handle = kernel.OpenProcess(0x1000, False, pid)  # PROCESS_QUERY_LIMITED_INFORMATION
    if not handle:
        return None
    try:
        began, ended, in_kernel, in_user = (wintypes.FILETIME() for _ in range(4))
        times = [ctypes.byref(t) for t in (began, ended, in_kernel, in_user)]
        if not kernel.GetProcessTimes(wintypes.HANDLE(handle), *times) or ended.dwLowDateTime or ended.dwHighDateTime:
            return None
        return f"{began.dwHighDateTime}.{began.dwLowDateTime}"
    finally:
        kernel.CloseHandle(wintypes.HANDLE(handle))


def detached(module: str, arguments: list[str], log: Path, job: str) -> int:
    """Start ``python -m module`` so that it outlives this process; what it writes goes to the log. Returns its number.

    It leads a group of its own, so that all it starts can be ended with it. It finds the package where this process
    did, and nothing in the folder it happens to be started in. ``job``: what it works for.
    """
    home = str(Path(__file__).resolve().parents[2])
    paths = [home, *filter(None, [os.environ.get("PYTHONPATH")])]
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(paths), "PYTHONIOENCODING": "utf-8", MARK: job}
    flags = 0
    if sys.platform == "win32":
        flags = subprocess.CREATE_NEW_PROCESS_GROUP | subprocess.CREATE_NO_WINDOW
    with log.open("ab") as written:
        child = subprocess.Popen(
            [sys.executable, "-P", "-m", module, *arguments],
            stdin=subprocess.DEVNULL,
            stdout=written,
            stderr=written,
            env=environment,
            cwd=log.parent,
            start_new_session=True,
            creationflags=flags,
        )
    reap()
    _CHILDREN.append(child)
    return child.pid


def reap() -> None:
    """Let go of children that have ended, lest they stay in the table of processes."""
    _CHILDREN[:] = [child for child in _CHILDREN if child.poll() is None]
