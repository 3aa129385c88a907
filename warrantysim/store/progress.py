"""How far a job is: written by its worker at most four times a second, read by everyone who watches."""

from __future__ import annotations

import json
import math
import sqlite3
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from types import TracebackType
from typing import Literal, Self

from warrantysim.store.workspace import Workspace

EVERY = 0.25
"""Least time between two reports [s]."""
GRACE = 0.5
"""Time a cancelled worker has to end by itself [s]."""
Wish = Literal["", "cancel", "keep"]
"""What somebody asked a running job to do: nothing, end, or end and keep what there is."""


@dataclass(frozen=True)
class InterimEstimate:
    """What is known so far of one policy: the first one's cost, another's saving against it."""

    policy: str
    """Its name [text]."""
    mean: float
    """Mean so far [reporting currency]."""
    half_width: float
    """Half the width of its interval; NaN while unknown [reporting currency]."""


def estimates_text(estimates: tuple[InterimEstimate, ...]) -> str:
    """As JSON; what is unknown is null."""
    rows = [[e.policy, *(x if math.isfinite(x) else None for x in (e.mean, e.half_width))] for e in estimates]
    return json.dumps(rows, ensure_ascii=False)


def read_estimates(text: str) -> tuple[InterimEstimate, ...]:
    """From `estimates_text`."""
    return tuple(InterimEstimate(row[0], *(math.nan if x is None else x for x in row[1:])) for row in json.loads(text))


@dataclass(frozen=True)
class Progress:
    """How far a job is."""

    stage: str = ""
    """What is being done: ``simulate``, ``learn`` ...; empty before it began [text]."""
    done: int = 0
    """Steps of the stage done, mostly replications [count]."""
    total: int = 0
    """Steps planned so far; grows where a target is to be met; 0 while unknown [count]."""
    estimates: tuple[InterimEstimate, ...] = ()
    """What is known so far."""
    eta_s: float = math.nan
    """Time it will still take, if the rest is like what was done; NaN while unknown [s]."""


@dataclass
class Reporter:
    """Tells the ledger of one running job how far it is and asks what is wanted, in a thread of its own.

    Used as ``with Reporter(...) as reporter``; ``abandon`` is called if a cancelled job has not ended after `GRACE`.
    """

    workspace: Workspace
    job_id: str
    ticket: str
    abandon: Callable[[], None] | None = None
    every: float = EVERY
    """Time between two reports [s]."""
    grace: float = GRACE
    """Time to end by itself when cancelled [s]."""
    wish: Wish = field(default="", init=False)
    """What is wanted, as far as it is known."""
    _progress: Callable[[], Progress] = field(default=Progress, init=False)
    _over: threading.Event = field(default_factory=threading.Event, init=False)
    _thread: threading.Thread | None = field(default=None, init=False)

    def __enter__(self) -> Self:
        self._thread = threading.Thread(target=self._run, name="reporter", daemon=True)
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._over.set()
        if self._thread is not None:
            self._thread.join()
        with suppress(sqlite3.OperationalError):
            self._report()

    def tell(self, progress: Callable[[], Progress]) -> None:
        """Note how to say how far the job is; it is asked for the next report, so that telling costs nothing."""
        self._progress = progress

    def _run(self) -> None:
        cancelled_at: float | None = None
        while not self._over.wait(self.every):
            with suppress(sqlite3.OperationalError):  # A ledger that is busy now is asked again.
                self._report()
            if self.wish != "cancel":
                continue
            cancelled_at = time.monotonic() if cancelled_at is None else cancelled_at
            if self.abandon is not None and time.monotonic() - cancelled_at >= self.grace:
                self.abandon()
                return

    def _report(self) -> None:
        p = self._progress()
        with self.workspace.writing() as db:
            db.execute(
                "UPDATE jobs SET heartbeat = ?, stage = ?, done = ?, total = ?, eta_s = ?, partial = ? "
                "WHERE id = ? AND ticket = ?",
                (
                    time.time(),
                    p.stage,
                    p.done,
                    p.total,
                    p.eta_s if math.isfinite(p.eta_s) else None,
                    estimates_text(p.estimates),
                    self.job_id,
                    self.ticket,
                ),
            )
            row = db.execute("SELECT wanted, ticket FROM jobs WHERE id = ?", (self.job_id,)).fetchone()
        if row is None or row["ticket"] != self.ticket:
            self.wish = "cancel"  # The job is somebody else's by now, or gone.
        elif row["wanted"]:
            self.wish = row["wanted"]
