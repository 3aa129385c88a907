"""How commands end: exit codes, what a script that calls us can rely on; and Ctrl-C.

Within a second of Ctrl-C nothing goes on, and what is done is kept where its study can tell it. A study asks between
steps whether to stop; whoever waits for other processes asks all the time, and a step of this process is broken off.
What does not notice, such as a solver, is interrupted, and ended if that is of no use.
"""

from __future__ import annotations

import os
import signal
import socket
import sys
from _thread import interrupt_main
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from threading import Event, Thread
from typing import TYPE_CHECKING, Any, NoReturn

if TYPE_CHECKING:
    from warrantysim.cli.console import Console


OK, DEFECT, USAGE, BAD_INPUT, NO_SOLUTION, SOME_FAILED, NOT_KEPT, CANCELLED = *range(7), 130
"""Codes; `MEANINGS` says what each means."""

MEANINGS = {
    OK: "done",
    DEFECT: "a defect in the program (--debug shows where)",
    USAGE: "a command line that cannot be read, or a folder that cannot be written",
    BAD_INPUT: "a scenario, table or policy with problems, all listed, or an option whose value may not be so",
    NO_SOLUTION: "the constraints conflict, or no decision was found in time",
    SOME_FAILED: "some replications failed; the figures rest on the others",
    NOT_KEPT: "what was checked does not hold",
    CANCELLED: "cancelled",
}
"""What each code says, as the help prints it."""


class Stop(Exception):
    """The command ends here, with a code and why: a text, or the error that says it in any language."""

    def __init__(self, code: int, reason: str | Exception) -> None:
        self.code = code
        self.reason = reason
        super().__init__(str(reason))


def end_now() -> NoReturn:
    """End the process as cancelled, whatever its threads are at; what it holds of the machine beyond its own end, such
    as the semaphores of processes that shared the work, is given back."""
    if holds := sys.modules.get("multiprocessing.util"):
        holds._run_finalizers(0)  # noqa: SLF001 (its own way to end is to wait for what is under way)
    os._exit(CANCELLED)


PATIENCE = 0.6
"""A study that has not asked by then whether to stop is interrupted [s]."""
GRACE = 0.3
"""What goes on so long after that is ended [s]."""


@dataclass
class Stopping:
    """Whether to stop, for a study to ask."""

    wanted: bool = False
    noticed: bool = False
    """Whether somebody has asked since it was wanted."""

    def __call__(self) -> bool:
        self.noticed |= self.wanted
        return self.wanted


@contextmanager
def stoppable(console: Console) -> Iterator[Stopping]:
    """Something to ask whether to stop: true once Ctrl-C was pressed; pressed again it ends the command at once."""
    from warrantysim.experiment.workers import interrupt

    it = Stopping()

    def stop(*_: Any) -> None:
        if it.wanted:
            raise KeyboardInterrupt
        it.wanted = True
        console.tell("message.partial")
        interrupt()

    try:
        before = signal.signal(signal.SIGINT, stop)
    except ValueError:  # Not in the main thread: nobody can press Ctrl-C there.
        yield it
        return
    try:
        with _watched(it, console):
            yield it
    finally:
        signal.signal(signal.SIGINT, before)


@contextmanager
def _watched(it: Stopping, console: Console) -> Iterator[None]:
    """A thread hears of Ctrl-C even while the main one is within a solver, and sees to it that it is obeyed."""
    heard, told = socket.socketpair()
    told.setblocking(False)
    over = Event()

    def watch() -> None:
        while heard.recv(1) and not over.is_set():
            if over.wait(PATIENCE) or it.noticed:
                continue
            interrupt_main()
            if console.program and not over.wait(GRACE) and not it.noticed:
                console.message("message.cancelled")
                end_now()

    before = signal.set_wakeup_fd(told.fileno(), warn_on_full_buffer=False)
    watcher = Thread(target=watch, name="watch for Ctrl-C", daemon=True)
    watcher.start()
    try:
        yield
    finally:
        over.set()
        signal.set_wakeup_fd(before)
        told.close()
        watcher.join()
        heard.close()
