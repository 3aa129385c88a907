"""Replacement stock where claims wait for it: new units and the swap pool of one product in one market."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from functools import partial
from typing import Any

import simpy
from simpy.events import Event

from warrantysim.journeys.gates import SHELF, at_end_of_instant, wake
from warrantysim.journeys.pool_units import STATED


class Shelf:
    """New and repaired stock of one product in one market; new units are reordered one for one.

    Who finds nothing waits, first come first served, until stock comes or patience ends. Where new units never run
    short nobody waits, and no shelf is needed (see `pools`).
    """

    def __init__(
        self,
        env: simpy.Environment,
        new_units: int,
        lead: int | None,
        pool_units: int,
        pool_first: bool,
        moved: Callable[[bool, int, int], None],
    ) -> None:
        self.env = env
        self.new_units = new_units
        self.lead = lead
        self.pool: deque[int] = deque([STATED] * pool_units)
        self.handed: dict[int, int] = {}
        self.pool_first = pool_first
        self.moved = moved
        self.asking: dict[int, list[tuple[int, bool, int, Event, int]]] = {}
        self.waiting: deque[list[Any]] = deque()
        self.reordered: deque[int] = deque()
        self.awaited = False

    def ask(self, key: int, row: int, pool_accepted: bool, patience: int, at: int) -> Event:
        """Ask for a unit at the stamp ``at``; the event brings 'pool', 'new' or None once patience is over.

        Which unit of the pool it was, ``handed`` knows by the row.
        """
        event = Event(self.env)
        if at not in self.asking:
            self.asking[at] = []
            at_end_of_instant(self.env, SHELF, self._serve, at - int(self.env.now))
        self.asking[at].append((key, pool_accepted, patience, event, row))
        return event

    def add_pool(self, row: int, unit: int) -> None:
        """A repaired unit comes in, before the reordered units of this instant do; ``unit``: what it is known by."""
        self.pool.append(unit)
        self.moved(True, 1, row)
        self._serve_waiting()

    def deliver(self, units: int, _: Event | None = None) -> None:
        """New units come in."""
        self.new_units += units
        self._serve_waiting()

    def _receive(self) -> None:
        """Put up the reordered units that have come. Somebody has to look only while claims wait for them."""
        now = int(self.env.now)
        while self.reordered and self.reordered[0] <= now:
            self.reordered.popleft()
            self.new_units += 1

    def _await_reordered(self) -> None:
        if self.waiting and self.reordered and not self.awaited:
            self.awaited = True
            at_end_of_instant(self.env, SHELF - 1, self._reordered_came, self.reordered[0] - int(self.env.now))

    def _reordered_came(self, _: Event) -> None:
        self.awaited = False
        self._receive()
        self._serve_waiting()

    def _take(self, pool_accepted: bool, row: int) -> str | None:
        pool = pool_accepted and len(self.pool) > 0
        new = self.new_units > 0
        if pool and (self.pool_first or not new):
            self.handed[row] = self.pool.popleft()
            self.moved(True, -1, row)
            return "pool"
        if not new:
            return None
        self.new_units -= 1
        if self.lead is not None:
            self.reordered.append(int(self.env.now) + self.lead)
        self.moved(False, -1, row)
        return "new"

    def _serve(self, instant: Event) -> None:
        self._receive()
        asking = self.asking.pop(int(self.env.now))
        if len(asking) > 1:
            asking.sort(key=_key)
        for _, accepted, patience, event, row in asking:
            # Those who wait already come first, unless they refuse what is there.
            got = self._take(accepted, row)
            if got is not None or patience <= 0:
                wake(self.env, event, got)
                continue
            place = [accepted, event, row, True]
            self.waiting.append(place)
            at_end_of_instant(self.env, SHELF, partial(self._give_up, place), patience)
        self._await_reordered()

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
        self._await_reordered()

    def _give_up(self, place: list[Any], _: Event) -> None:
        if place[3]:
            place[3] = False
            wake(self.env, place[1], None)


def _key(item: tuple[int, bool, int, Event, int]) -> int:
    return item[0]
