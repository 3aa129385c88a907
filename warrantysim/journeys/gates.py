"""Where claims wait for each other: events at the end of an instant, and benches.

Claims that come to a gate at one instant are first collected and then served in the order of their unit keys, so that
a landing dispatch, which brings all its claims at once, is served in an order of its own and not in that of a queue
of events.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Generator
from heapq import heapify, heapreplace
from typing import Any

import simpy
from simpy.events import NORMAL, Event

from warrantysim.journeys.operational_clock import UNIT, OperationalClock

BOARDING, DEPARTURE, BENCH, SHELF = 5, 6, 7, 8
"""Priorities of what happens at the end of an instant, after all ordinary events of that instant."""


Steps = Generator[Event, Any, None]
"""A process: it yields the events it waits for."""


class Walk:
    """A process on its way, from now on. As ``env.process``, except that nobody can wait for it or interrupt it.

    Its beginning and its end are no events then: half of what the event loop would have to do for a claim.
    """

    __slots__ = ("send",)

    def __init__(self, steps: Steps) -> None:
        self.send = steps.send
        self.go_on(None)

    def go_on(self, event: Event | None) -> None:
        """Run up to the next event that is yet to come."""
        try:
            awaited = self.send(None if event is None else event._value)  # noqa: SLF001
            while awaited.callbacks is None:
                awaited = self.send(awaited._value)  # noqa: SLF001
        except StopIteration:
            return
        awaited.callbacks.append(self.go_on)


def at_end_of_instant(env: simpy.Environment, priority: int, action: Callable[[Event], None], delay: int = 0) -> None:
    """Call ``action`` with its event when all ordinary events of the instant ``now + delay`` are done."""
    event = Event(env)
    assert event.callbacks is not None
    event.callbacks.append(action)
    _happened(event, None)
    env.schedule(event, priority, delay)  # type: ignore[arg-type]


def wake(env: simpy.Environment, event: Event, value: Any, delay: int = 0) -> None:
    """Let the processes that wait for ``event`` go on with ``value``: after ``delay`` seconds, or else at once."""
    _happened(event, value)
    if delay:
        env.schedule(event, NORMAL, delay)
        return
    waiting, event.callbacks = event.callbacks or [], None  # type: ignore[assignment]
    for go_on in waiting:
        go_on(event)


def _happened(event: Event, value: Any) -> None:
    # Event.succeed() knows neither delay nor priority; setting its outcome and scheduling it is what it does inside.
    event._ok = True  # noqa: SLF001
    event._value = value  # noqa: SLF001


class BenchGate:
    """Technicians who serve first come, first served on the bench's own clock.

    No claim overtakes another, so start and end are known on arrival: a visit is one event, and only who meets others
    afterwards has to wait for its end.
    """

    def __init__(
        self, env: simpy.Environment, clock: OperationalClock, technicians: int, places: int | None = None
    ) -> None:
        self.env = env
        self.clock = clock
        self.free = [0] * technicians
        heapify(self.free)
        self.places = places
        self.waiting: deque[int] = deque()
        self.arriving: dict[int, list[tuple[int, float, Event]]] = {}

    def visit(self, key: int, minutes: float, at: int) -> Event:
        """Queue from the stamp ``at`` for so many minutes of work.

        The event comes on arrival with the stamps (start, end) of the work; with None where all waiting places are
        taken.
        """
        event = Event(self.env)
        if at not in self.arriving:
            self.arriving[at] = []
            at_end_of_instant(self.env, BENCH, self._serve, at - int(self.env.now))
        self.arriving[at].append((key, minutes, event))
        return event

    def _serve(self, instant: Event) -> None:
        now = int(self.env.now)
        arriving = self.arriving.pop(now)
        if len(arriving) > 1:
            arriving.sort(key=_key)
        clock, work_now = self.clock, self.clock.at(now)
        for _, minutes, event in arriving:
            begin = self.free[0]
            if begin <= work_now:
                begin = work_now
            elif self.places is not None:
                if self._is_full(work_now):
                    wake(self.env, event, None)
                    continue
                self.waiting.append(begin)
            end = begin + round(minutes * 60) * UNIT
            heapreplace(self.free, end)
            wake(self.env, event, clock.turn(begin, end))

    def _is_full(self, work_now: int) -> bool:
        while self.waiting and self.waiting[0] <= work_now:
            self.waiting.popleft()
        return len(self.waiting) >= (self.places or 0)


class OpenGate(BenchGate):
    """A bench with a technician for whoever comes: nobody waits, and nobody is turned away."""

    def _serve(self, instant: Event) -> None:
        self.free = [0] * len(self.arriving[int(self.env.now)])
        super()._serve(instant)


def _key(item: tuple[int, float, Event]) -> int:
    return item[0]
