"""How far work is: stage, share and time left, from what was told of it; and who looks after a solver meanwhile."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any

from warrantysim.locale.wording import Lang, known, say

MINUTE, HOUR = 90.0, 5400.0
"""From so many seconds on a time is told in minutes, and in hours [s]."""
SMALL = 1e-6
"""Gap that counts as closed where a solve is to close it entirely [share]."""


class Cancelled(Exception):
    """The work was stopped before there was anything to tell."""


@dataclass
class Pace:
    """What was told of the stage under way. Its caller brings the clock, so that nothing here reads one."""

    clock: Callable[[], float]
    """Seconds from any moment on [s]."""
    stage: str = field(default="", init=False)
    """The stage; empty before anything was told [text]."""
    _steps: tuple[int, int] = field(default=(0, 0), init=False)
    _within: tuple[int, int] = field(default=(0, 0), init=False)
    _begun: float = field(init=False)
    _last: float = field(init=False)

    def __post_init__(self) -> None:
        self._begun = self._last = self.clock()

    def told(self, stage: str, done: int, total: int) -> None:
        """A stage has done so many of its steps; one that was not announced began when the last was told."""
        if stage != self.stage or done < self._steps[0]:
            self.stage, self._within = stage, (0, 0)
            self._begun = self._last if done else self.clock()
        if done != self._steps[0]:
            self._within = (0, 0)
        self._steps = (done, total)
        self._last = self.clock()

    def within(self, done: int, total: int) -> None:
        """The step under way has done so many of its replications."""
        self._within = (done, total)
        self._last = self.clock()

    @property
    def shown(self) -> tuple[str, int, int]:
        """Stage, steps done, steps planned; of a stage that has told none yet, its replications."""
        return (self.stage, *(self._steps if self._steps[1] else self._within))

    @property
    def inner(self) -> tuple[int, int] | None:
        """Replications done of the step under way, where the stage has other steps and they say more."""
        done, total = self._within
        return self._within if 0 < done < total != self._steps[1] > 0 else None

    def left(self) -> float:
        """Time the stage will still take, if its rest is like what was done; NaN while nothing was [s]."""
        _, done, total = self.shown
        if not done or not total:
            return math.nan
        took = self._last - self._begun
        return max(0.0, (total - done) * took / done - (self.clock() - self._last))


@dataclass
class Watcher:
    """Somebody who looks after solves: told how far the gap is closed, and asked whether to stop."""

    told: Callable[[int, int], None]
    """Told (per cent of the gap that are closed, 100) of the solve under way."""
    cancel: Callable[[], bool]
    """Return True to stop."""
    _wanted: float = field(default=SMALL, init=False)
    _first: float = field(default=0.0, init=False)
    _closed: int = field(default=-1, init=False)

    def begins(self, wanted: float) -> None:
        """Another solve begins, which ends at a gap [share]."""
        self._wanted, self._first, self._closed = max(wanted, SMALL), 0.0, -1

    def gap(self, now: float) -> None:
        """The relative gap is so great now [share]. It closes ever more slowly: its logarithm is what is closed in
        steps alike, from the first gap that was known to the one asked for."""
        if not 0 <= now < math.inf:
            return
        self._first = max(self._first, now)
        way = math.log(max(self._first / self._wanted, 1.0))
        closed = math.floor(100 * (1 - math.log(max(now / self._wanted, 1.0)) / way)) if way else 100
        if closed > self._closed:
            self._closed = closed
            self.told(closed, 100)

    def stop_if_wanted(self) -> None:
        """Raise `Cancelled` where somebody wants to stop."""
        if self.cancel():
            raise Cancelled("stopped while a program was solved")

    def called(self, kind: Any, message: str, out: Any, into: Any, data: Any) -> None:
        """HiGHS asks, from time to time."""
        self.gap(float(out.mip_gap))
        self.asked(kind, message, out, into, data)

    def asked(self, kind: Any, message: str, out: Any, into: Any, data: Any) -> None:
        """HiGHS asks within a search, which tells of its own gap."""
        if self.cancel():
            into.user_interrupt = True


UNWATCHED = Watcher(lambda done, total: None, lambda: False)
_LOOKED_AFTER: ContextVar[Watcher] = ContextVar("looked after", default=UNWATCHED)


@contextmanager
def looked_after(look: Watcher) -> Iterator[None]:
    """Solves of this thread are looked after meanwhile."""
    before = _LOOKED_AFTER.set(look)
    try:
        yield
    finally:
        _LOOKED_AFTER.reset(before)


def looking() -> Watcher:
    """Who looks after the solves of this thread."""
    return _LOOKED_AFTER.get()


def progress_text(
    stage: str, done: int, total: int, left: float, lang: Lang, inner: tuple[int, int] | None = None
) -> str:
    """Stage, what is done of it, its share and the time left [s], as far as they are known.

    ``inner``: replications done and asked for of the step under way.
    """
    name = say(f"stage.{stage}", lang) if known(f"stage.{stage}") else stage
    if not total:
        return name
    text = say("message.step", lang, stage=name, done=done, total=total, share=100 * min(done, total) // total)
    if inner is not None:
        text += say("message.within", lang, done=inner[0], total=inner[1])
    if done < total and math.isfinite(left):
        text += say("message.left", lang, left=_lasting(left, lang))
    return text


def _lasting(seconds: float, lang: Lang) -> str:
    """A time in words, as coarse as a guess is."""
    if seconds < MINUTE:
        return say("message.seconds", lang, n=max(1, round(seconds)))
    if seconds < HOUR:
        return say("message.minutes", lang, n=round(seconds / 60.0))
    return say("message.hours", lang, n=f"{seconds / 3600.0:.1f}")
