"""Where claims wait for each other: benches, replacement stock, batches bound for China.

Claims that come to a gate at one instant are first collected and then served in the order of their unit keys, so that
a landing dispatch, which brings all its claims at once, is served in an order of its own and not in that of a queue
of events.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from functools import partial
from heapq import heapify, heapreplace
from typing import Any

import simpy
from simpy.events import NORMAL, Event

from warrantysim.journeys.operational_clock import UNIT, OperationalClock

BOARDING, DEPARTURE, BENCH, SHELF = 5, 6, 7, 8
"""Priorities of what happens at the end of an instant, after all ordinary events of that instant."""


def at_end_of_instant(env: simpy.Environment, priority: int, action: Callable[[], None], delay: int = 0) -> None:
    """Call ``action`` when all ordinary events of the instant ``now + delay`` are done."""
    event = Event(env)
    assert event.callbacks is not None
    event.callbacks.append(lambda _: action())
    _schedule(env, event, None, delay, priority)


def wake(env: simpy.Environment, event: Event, value: Any, delay: int = 0) -> None:
    """Let the process that waits for ``event`` go on after ``delay`` seconds with ``value``."""
    _schedule(env, event, value, delay, NORMAL)


def _schedule(env: simpy.Environment, event: Event, value: Any, delay: int, priority: int) -> None:
    # Event.succeed() knows neither delay nor priority; setting its outcome and scheduling it is what it does inside.
    event._ok = True  # noqa: SLF001
    event._value = value  # noqa: SLF001
    env.schedule(event, priority, delay)  # type: ignore[arg-type]


class BenchGate:
    """Technicians who serve first come, first served on the bench's own clock.

    No claim overtakes another, so start and end are known on arrival and a visit is one event.
    """

    def __init__(
        self, env: simpy.Environment, clock: OperationalClock, technicians: int, places: int | None = None
    ) -> None:
        self.env = env
        self.clock = clock
        self.free = [0] * technicians
        heapify(self.free)
        self.places = places
        self.starts: deque[int] = deque()
        self.arriving: list[tuple[int, float, Event]] = []

    def visit(self, key: int, minutes: float) -> Event:
        """Queue for so many minutes of work.

        The event comes at the end of the work with (start, end); at once with None where all waiting places are taken.
        """
        event = Event(self.env)
        if not self.arriving:
            at_end_of_instant(self.env, BENCH, self._serve)
        self.arriving.append((key, minutes, event))
        return event

    def _serve(self) -> None:
        now = int(self.env.now)
        arriving, self.arriving = sorted(self.arriving, key=lambda item: item[0]), []
        work_now = self.clock.at(now)
        while self.starts and self.starts[0] <= now:
            self.starts.popleft()
        for _, minutes, event in arriving:
            begin = max(work_now, self.free[0])
            if self.places is not None and begin > work_now and len(self.starts) >= self.places:
                wake(self.env, event, None)
                continue
            end = begin + round(minutes * 60) * UNIT
            heapreplace(self.free, end)
            start = self.clock.wall_at(begin) if begin > work_now else now
            if start > now:
                self.starts.append(start)
            done = self.clock.wall_at(end)
            wake(self.env, event, (start, done), done - now)


class Shelf:
    """New and repaired stock of one product in one market; new units are reordered one for one.

    Who finds nothing waits, first come first served, until stock comes or patience ends.
    """

    def __init__(
        self,
        env: simpy.Environment,
        new_units: int | None,
        lead: int | None,
        pool_units: int,
        pool_first: bool,
        moved: Callable[[bool, int, int], None],
    ) -> None:
        self.env = env
        self.new_units = new_units
        self.lead = lead
        self.pool_units = pool_units
        self.pool_first = pool_first
        self.moved = moved
        self.asking: list[tuple[int, bool, int, Event, int]] = []
        self.waiting: deque[list[Any]] = deque()

    def ask(self, key: int, row: int, pool_accepted: bool, patience: int) -> Event:
        """Ask for a unit; the event brings 'pool', 'new' or None once patience is over."""
        event = Event(self.env)
        if not self.asking:
            at_end_of_instant(self.env, SHELF, self._serve)
        self.asking.append((key, pool_accepted, patience, event, row))
        return event

    def add_pool(self, row: int) -> None:
        """A repaired unit comes in."""
        self.pool_units += 1
        self.moved(True, 1, row)
        self._serve_waiting()

    def deliver(self, units: int) -> None:
        """New units come in."""
        if self.new_units is not None:
            self.new_units += units
        self._serve_waiting()

    def _take(self, pool_accepted: bool, row: int) -> str | None:
        pool = pool_accepted and self.pool_units > 0
        new = self.new_units is None or self.new_units > 0
        if pool and (self.pool_first or not new):
            self.pool_units -= 1
            self.moved(True, -1, row)
            return "pool"
        if not new:
            return None
        if self.new_units is not None:
            self.new_units -= 1
            if self.lead is not None:
                at_end_of_instant(self.env, SHELF - 1, lambda: self.deliver(1), self.lead)
        self.moved(False, -1, row)
        return "new"

    def _serve(self) -> None:
        asking, self.asking = sorted(self.asking, key=lambda item: item[0]), []
        for _, accepted, patience, event, row in asking:
            # Those who wait already come first, unless they refuse what is there.
            got = self._take(accepted, row)
            if got is not None or patience <= 0:
                wake(self.env, event, got)
                continue
            place = [accepted, event, row, True]
            self.waiting.append(place)
            at_end_of_instant(self.env, SHELF, partial(self._give_up, place), patience)

    def _serve_waiting(self) -> None:
        still: deque[list[Any]] = deque()
        while self.waiting:
            place = self.waiting.popleft()
            if not place[3]:
                continue
            got = self._take(place[0], place[2])
            if got is None:
                still.append(place)
            else:
                place[3] = False
                wake(self.env, place[1], got)
        self.waiting = still

    def _give_up(self, place: list[Any]) -> None:
        if place[3]:
            place[3] = False
            wake(self.env, place[1], None)


class Batch:
    """Units collected at one hub for one way to China: they leave together and land together.

    ``leaves_by(first, last)`` gives the latest departure of a batch whose first item came at ``first`` when the last
    batch left at ``last``; ``full(units, kg)`` says whether weight or count sends it at once; ``depart(rows, kg)`` is
    told who is on board and returns the landing stamp and the dispatch number.
    """

    def __init__(
        self,
        env: simpy.Environment,
        leaves_by: Callable[[int, int | None], int | None],
        full: Callable[[int, float], bool],
        depart: Callable[[list[int], float], tuple[int, int]],
    ) -> None:
        self.env = env
        self.leaves_by = leaves_by
        self.full = full
        self.depart = depart
        self.boarding: list[tuple[int, int, float, Event]] = []
        self.on_board: list[tuple[int, int, Event]] = []
        self.kg = 0.0
        self.last: int | None = None
        self.number = 0

    def board(self, key: int, row: int, kg: float) -> Event:
        """Join the batch; the event comes on landing with the dispatch number."""
        event = Event(self.env)
        if not self.boarding:
            at_end_of_instant(self.env, BOARDING, self._load)
        self.boarding.append((key, row, kg, event))
        return event

    def _load(self) -> None:
        now = int(self.env.now)
        boarding, self.boarding = sorted(self.boarding, key=lambda item: item[0]), []
        for key, row, kg, event in boarding:
            first = not self.on_board
            self.on_board.append((key, row, event))
            self.kg += kg
            if self.full(len(self.on_board), self.kg):
                self._leave()
            elif first:
                by = self.leaves_by(now, self.last)
                if by is not None:
                    due = partial(self._due, self.number)
                    at_end_of_instant(self.env, DEPARTURE, due, max(by - now, 0))

    def send_off(self) -> None:
        """Leave with what is on board, whatever the rule says: nothing more will come."""
        if self.on_board:
            self._leave()

    def _due(self, number: int) -> None:
        if number == self.number and self.on_board:
            self._leave()

    def _leave(self) -> None:
        now = int(self.env.now)
        on_board, self.on_board = sorted(self.on_board, key=lambda item: item[0]), []
        kg, self.kg = self.kg, 0.0
        self.last, self.number = now, self.number + 1
        landed, dispatch = self.depart([row for _, row, _ in on_board], kg)
        for _, _, event in on_board:
            wake(self.env, event, dispatch, landed - now)
